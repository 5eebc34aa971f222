"""True of the care of a detained child: treated as one, kept apart from adults, helped and seen, and told what happens."""

from __future__ import annotations

from collections.abc import Sequence

from candour.simulation.facts import Fact
from candour.simulation.moments import EXTRACTED, HOUR
from candour.simulation.truth.answers import Answer, among, both, either, equal, opposite, written, written_yes, yes
from candour.simulation.truth.coverage import covered
from candour.simulation.truth.custody import SAME, carried_out, content, on_arrival
from candour.simulation.truth.missing import SENIOR
from candour.simulation.truth.reckoning import (
    Due,
    Duty,
    Excuse,
    Maybe,
    Verdict,
    after_hours,
    after_minutes,
    hold,
    no_limit,
    no_link,
    precede,
    recur,
    surely_after,
    unknown_start,
)
from candour.simulation.truth.view import Found, View, first_of, judge, level_at, tie


def treated_as_child(view: View) -> Found:
    """Whoever appears under 18 is treated as a child, unless there is clear evidence of being older."""
    for fact, counts in view.maybe("custody.arrived", lambda one: yes(one, "appears_under_18")):
        if counts is None or fact.child is None:
            yield fact, unknown_start() if counts is None else no_link()
            continue
        age = fact.get("age_recorded")
        young = None if not isinstance(age, int) else age < 18
        check = either(yes(fact, "treated_as_child"), both(opposite(written(fact, "treated_as_child")), young))
        yield fact, hold(fact, check, excuses=[Excuse(own=written_yes(fact, "clear_evidence_of_age"))])


def certificate_complete(view: View) -> Found:
    """A certificate gives its ground and the circumstances, and an inspector monitored it."""

    def check(fact: Fact) -> Answer:
        return both(written(fact, "ground"), written(fact, "circumstances_text"), among(fact, "monitored_by_rank", SENIOR[1:]))

    yield from content(view, "custody.certified", lambda _: True, check, lambda _: [])


def girl_cared_for(view: View) -> Found:
    """A named woman is made responsible for a detained girl within the hour, unless she left within it."""
    named = view.maybe("custody.carer_assigned", lambda fact: both(equal(fact, "officer_sex", "female"), written(fact, "officer_ref")))
    ended = [Excuse(view.maybe("custody.ended"))]
    girls = view.maybe("custody.arrived", lambda fact: both(equal(fact, "detained_sex", "female"), view.under_18(fact)))
    for start, counts in first_of(girls, SAME):
        yield start, judge(start, counts, after_hours(start, 1), named, ("custody.carer_assigned",), same=SAME, excuses=ended)


def apart_from_adults(view: View) -> Found:
    """From arrival to the end no entry says that the cell or area was shared with an adult."""
    shared = [
        pair for kind in ("custody.authorised", "custody.checked") for pair in view.maybe(kind, lambda fact: yes(fact, "shared_with_adult"))
    ]
    ends = view.maybe("custody.ended")
    for start, counts in first_of(view.maybe("custody.arrived", view.under_18), SAME):
        if counts is None or start.episode is None:
            yield start, unknown_start() if counts is None else no_link()
            continue
        yield start, _not_between(start, tie(shared, start, SAME), tie(ends, start, SAME), ("custody.authorised", "custody.checked"))


def _not_between(start: Fact, forbidden: Sequence[Maybe], ends: Sequence[Maybe], kinds: Sequence[str]) -> Verdict:
    over = [fact.hi for fact, counts in ends if counts is True and surely_after(fact, start, False)]
    end = min(over, default=None)
    happened = [
        fact for fact, counts in forbidden if counts is True and surely_after(fact, start, False) and (end is None or fact.hi <= end)
    ]
    if happened:
        first = min(happened, key=lambda fact: (fact.hi, fact.place_in_order))
        if any(counts is None and fact.hi >= start.lo and fact.lo < first.hi for fact, counts in ends):
            return Verdict("cannot_tell", "end_uncertain", "It may have been over by then.")
        return Verdict("missed", "happened", "It happened.")
    if any(fact.hi >= start.lo and (end is None or fact.lo <= end) for fact, _ in forbidden):
        return Verdict("cannot_tell", "answer_uncertain", "An entry does not say whether it happened.")
    if end is None or end >= EXTRACTED:
        return Verdict("pending", "not_yet_due", "Not over when the records were extracted.")
    if not covered(kinds, start.lo, end):
        return Verdict("cannot_tell", "source", "It may lie in a feed that did not run.")
    return Verdict("met", "did_not_happen", "It did not happen.")


def diversion_offered(view: View) -> Found:
    """Liaison and diversion is offered within six hours, or was closed and a referral was sent."""

    def offered(fact: Fact) -> Answer:
        return both(equal(fact, "service", "liaison_and_diversion"), either(yes(fact, "offered"), written_yes(fact, "seen")))

    def followed_up(fact: Fact) -> Answer:
        return both(
            equal(fact, "service", "liaison_and_diversion"), written_yes(fact, "service_closed"), written_yes(fact, "follow_up_sent")
        )

    yield from on_arrival(
        view,
        view.maybe("custody.diversion", offered),
        ("custody.diversion",),
        lambda fact: after_hours(fact, 6),
        early=False,
        excuses=[Excuse(view.maybe("custody.diversion", followed_up))],
    )


def rights_with_adult(view: View) -> Found:
    """Rights are given with the adult there within half an hour of the adult's coming, or were in the day before."""
    given = view.maybe("custody.rights", lambda fact: yes(fact, "aa_present"))
    ended = [Excuse(view.maybe("custody.ended"))]
    for start, counts in first_of(view.maybe("custody.aa_arrived", view.under_18), SAME):
        verdict = judge(
            start, counts, after_minutes(start, 30), given, ("custody.rights",), same=SAME, excuses=ended, early=start.lo - 24 * HOUR
        )
        yield start, verdict


def _missed_by_the_child(fact: Fact) -> Answer:
    return both(yes(fact, "before_charge"), carried_out(fact), among(fact, "detained_state", ("asleep", "in_interview")))


def review_child_awake(view: View) -> Found:
    """A review before charge is made when the child is neither asleep nor in interview, or why it was made then is written."""
    yield from content(
        view,
        "custody.reviewed",
        lambda fact: both(yes(fact, "before_charge"), carried_out(fact)),
        lambda fact: opposite(among(fact, "detained_state", ("asleep", "in_interview"))),
        lambda fact: [Excuse(own=written(fact, "reason"))],
    )


def review_child_told(view: View) -> Found:
    """A child who was asleep or in interview when detention was reviewed is told within ten hours."""
    told = view.maybe("custody.told")
    for start, counts in view.maybe("custody.reviewed", lambda fact: both(_missed_by_the_child(fact), view.under_18(fact))):
        yield start, judge(start, counts, after_hours(start, 10), told, ("custody.told",), same=SAME)


def healthcare_recorded(view: View) -> Found:
    """Healthcare is offered within four hours of arrival, unless the child left within them."""

    def offered(fact: Fact) -> Answer:
        return both(equal(fact, "service", "healthcare"), either(yes(fact, "offered"), written_yes(fact, "seen")))

    yield from on_arrival(
        view,
        view.maybe("custody.diversion", offered),
        ("custody.diversion",),
        lambda fact: after_hours(fact, 4),
        early=False,
        excuses=[Excuse(view.maybe("custody.ended"))],
    )


def bed_sought(view: View) -> Found:
    """A bed is asked for within two hours of the refusal of bail (or six before), unless the child left within the two."""
    asked, ended = view.maybe("custody.bed_requested"), [Excuse(view.maybe("custody.ended"))]
    for start, counts in view.maybe("custody.charged", lambda fact: both(equal(fact, "bail_outcome", "refused"), view.under_18(fact))):
        early = start.lo - 6 * HOUR
        yield start, judge(start, counts, after_hours(start, 2), asked, ("custody.bed_requested",), same=SAME, excuses=ended, early=early)


def adult_from_authority(view: View) -> Found:
    """Who comes for a child in care is for the local authority, or why no social worker could is written by then; or a parent, without a care order."""

    def in_care(fact: Fact) -> Answer:
        child = view.children.get(fact.child or "")
        return None if child is None else child.care_status == "in_care"

    def by_agreement(fact: Fact) -> Answer:
        child = view.children.get(fact.child or "")
        return None if child is None or child.care_basis is None else child.care_basis != "care_order"

    tried = view.maybe("custody.aa_requested", lambda fact: both(equal(fact, "aa_kind", "social_worker"), written(fact, "reason")))
    there = view.maybe("custody.aa_arrived", lambda fact: among(fact, "aa_kind", ("social_worker", "scheme")))
    for fact, counts in view.maybe("custody.aa_arrived", lambda one: both(in_care(one), view.under_18(one))):
        if counts is None or fact.episode is None:
            yield fact, unknown_start() if counts is None else no_link()
            continue
        excuses = [Excuse(tie(tried, fact, SAME, strict=False)), Excuse(tie(there, fact, SAME, strict=False))]
        right = either(among(fact, "aa_kind", ("social_worker", "scheme")), both(equal(fact, "aa_kind", "parent"), by_agreement(fact)))
        yield fact, hold(fact, right, excuses=excuses)


def adult_for_whole_stay(view: View) -> Found:
    """An appropriate adult is asked for the whole stay, and not for an interview or a procedure alone, unless that had been asked already."""
    for fact, counts in view.maybe("custody.aa_requested", view.under_18):
        if counts is None or fact.episode is None:
            yield fact, unknown_start() if counts is None else no_link()
            continue
        whole = view.near(fact, "custody.aa_requested", lambda one: equal(one, "asked_for", "whole_stay"))
        yield fact, hold(fact, equal(fact, "asked_for", "whole_stay"), excuses=[Excuse(tie(whole, fact, SAME, strict=False))])


def adult_timed(view: View) -> Found:
    """When the adult was asked and came has a time of day."""
    for kind in ("custody.aa_requested", "custody.aa_arrived"):
        yield from content(view, kind, lambda _: True, lambda fact: not fact.day_only, lambda _: [])


def extended_for_indictable(view: View) -> Found:
    """A superintendent extends for an indictable offence."""
    yield from content(
        view,
        "custody.extended",
        lambda fact: equal(fact, "authority", "superintendent"),
        lambda fact: yes(fact, "offence_indictable"),
        lambda _: [],
    )


def assessed_before_release(view: View) -> Found:
    """The risk is assessed in the four hours before a child is let go."""
    assessed = view.maybe("custody.assessed", lambda fact: equal(fact, "assessment_kind", "pre_release"))
    free = ("home", "la_accommodation", "other")
    for end, counts in view.maybe("custody.ended", lambda fact: both(among(fact, "destination", free), view.under_18(fact))):
        if counts is None or end.episode is None:
            yield end, unknown_start() if counts is None else no_link()
            continue
        yield end, precede(end, tie(assessed, end, SAME), ("custody.assessed",), view.first, opening=end.lo - 4 * HOUR)


def concern_passed_on(view: View) -> Found:
    """A notice about the child within 24 hours before or after arrival, or why none is needed."""
    notices = view.maybe("referral.submitted", lambda fact: opposite(equal(fact, "referral_kind", "adult")))
    decided = view.maybe("decision.recorded", lambda fact: both(equal(fact, "decision_kind", "threshold"), written(fact, "rationale")))
    for start, counts in view.maybe("custody.arrived", view.under_18):
        early = start.lo - 24 * HOUR
        verdict = judge(
            start, counts, after_hours(start, 24), notices, ("referral.submitted",), same=("child",), excuses=[Excuse(decided)], early=early
        )
        yield start, verdict


def alternatives_weighed(view: View) -> Found:
    """What could have been done instead of the arrest is written within the hour, or was in the day before."""
    weighed = view.maybe(
        "decision.recorded", lambda fact: both(equal(fact, "decision_kind", "suspect_action"), written(fact, "alternatives"))
    )
    yield from on_arrival(view, weighed, ("decision.recorded",), lambda fact: after_hours(fact, 1), early=True)


def visited(view: View) -> Found:
    """A child is visited within 60 minutes (30 at level 2) of the assessment on arrival and of each visit, until custody ends."""
    openings = view.maybe("custody.assessed", lambda fact: both(equal(fact, "assessment_kind", "arrival"), view.under_18(fact)))
    for fact, counts in openings:
        if counts is None or fact.episode is None:
            yield fact, unknown_start() if counts is None else no_link()
    sure = [pair for pair in openings if pair[1] is True and pair[0].episode is not None]
    assessed = view.maybe("custody.assessed")
    for start, _ in first_of(sure, SAME):

        def limit(anchor: Fact, _number: int) -> Due | Verdict | None:
            level = level_at(assessed, anchor, SAME, "obs_level")
            if level is None:
                return no_limit()
            minutes = {"level_1": 60, "level_2": 30}.get(str(level))
            return None if minutes is None else after_minutes(anchor, minutes)

        group = [pair for pair in sure if pair[0].episode == start.episode]
        visits, ends = tie(view.maybe("custody.checked"), start, SAME), tie(view.maybe("custody.ended"), start, SAME)
        duty = Duty(group, visits, ends, limit, ("custody.checked",), ("custody.ended",))
        yield from ((turn.start, turn.verdict) for turn in recur(duty))


OF_A_CASE = {
    "custody-welfare-checks": visited,
    "custody-superintendent-extension-conditions": extended_for_indictable,
    "custody-prerelease-risk": assessed_before_release,
    "custody-child-safeguarding-referral": concern_passed_on,
    "custody-child-arrest-alternatives": alternatives_weighed,
    "custody-review-child-awake": review_child_awake,
    "custody-review-child-told": review_child_told,
    "custody-healthcare-recorded": healthcare_recorded,
    "custody-la-bed-requested-on-refusal": bed_sought,
    "custody-aa-right-for-child-in-care": adult_from_authority,
    "custody-aa-times-recorded": adult_timed,
    "custody-treated-as-child": treated_as_child,
    "custody-certificate-complete-and-monitored": certificate_complete,
    "custody-girl-under-care-of-woman": girl_cared_for,
    "custody-separate-from-adults": apart_from_adults,
    "custody-liaison-and-diversion": diversion_offered,
    "custody-rights-given-with-aa": rights_with_adult,
}

OF_A_CHILD = {"custody-aa-for-whole-stay": adult_for_whole_stay}

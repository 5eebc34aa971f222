"""True of the child's voice: seen, spoken to, described, heard, and taken into account."""

from __future__ import annotations

from candour.simulation.facts import Fact
from candour.simulation.moments import HOUR
from candour.simulation.truth.answers import Answer, among, both, either, equal, opposite, written, written_yes, yes
from candour.simulation.truth.reckoning import (
    Due,
    Excuse,
    Verdict,
    after_hours,
    after_working_days,
    hold,
    no_link,
    start_of_day_before,
    unknown_start,
)
from candour.simulation.truth.view import Found, View, judge


def by_end_of_tour(fact: Fact, hours: int) -> Due:
    """By the end of that officer's tour of duty; so many hours where it is not recorded."""
    return Due(fact.tour_end, fact.tour_end) if fact.tour_end is not None else after_hours(fact, hours)


def child_seen(view: View) -> Found:
    """A child present or resident at an incident is seen within 24 hours (or had been in the hour before), or why not is written."""
    seen = view.maybe("child.contact", lambda fact: yes(fact, "seen"))
    reasons = view.maybe(
        "child.contact",
        lambda fact: both(among(fact, "not_seen_kind", ("best_interests", "elsewhere_check_tasked")), written(fact, "reason_not_seen")),
    )

    def called_for(fact: Fact) -> Answer:
        return both(
            either(yes(fact, "domestic_abuse"), yes(fact, "child_concern")), either(yes(fact, "child_present"), yes(fact, "child_resident"))
        )

    for start, counts in view.maybe("response.arrived", called_for):
        excuses = [Excuse(reasons), Excuse(seen, since=start.lo - HOUR)]
        yield start, judge(start, counts, after_hours(start, 24), seen, ("child.contact",), same=("child",), excuses=excuses)


def _each(fact: Fact, counts: Answer, check: Answer, excuses: list[Excuse], due: Due | None = None, *, of_child: bool = True) -> Verdict:
    if counts is None:
        return unknown_start()
    if of_child and fact.child is None:
        return no_link()
    return hold(fact, check, excuses=excuses, due=due)


def spoken_alone(view: View) -> Found:
    """The record of a child who was seen says whether the child was spoken to, and who was there."""
    for fact, counts in view.maybe("child.contact", lambda one: yes(one, "seen")):
        told = both(written(fact, "alone"), written(fact, "adult_present"))
        check = both(written(fact, "spoken"), either(opposite(yes(fact, "spoken")), told))
        little = both(written_yes(fact, "pre_verbal"), written(fact, "demeanour_text"))
        yield fact, _each(fact, counts, check, [Excuse(own=little), Excuse(own=written_yes(fact, "child_declined"))])


def demeanour(view: View) -> Found:
    """How a child who was seen seemed is written by the end of the tour."""
    for fact, counts in view.maybe("child.contact", lambda one: yes(one, "seen")):
        yield fact, _each(fact, counts, written(fact, "demeanour_text"), [], by_end_of_tour(fact, 24))


def views(view: View) -> Found:
    """What a child who was spoken to said is written by the end of the tour, or that the child could not or would not."""
    for fact, counts in view.maybe("child.contact", lambda one: yes(one, "spoken")):
        excuse = both(written(fact, "views_status"), among(fact, "views_status", ("declined", "unable")))
        yield fact, _each(fact, counts, written(fact, "views_text"), [Excuse(own=excuse)], by_end_of_tour(fact, 24))


def views_used(view: View) -> Found:
    """A decision of the police about a child's welfare says what the child's views were."""
    kinds = ("threshold", "no_further_action", "closure", "police_protection", "strategy")
    for fact, counts in view.maybe("decision.recorded", lambda one: both(one.org in (None, "police"), among(one, "decision_kind", kinds))):
        excuse = both(written_yes(fact, "emergency"), written(fact, "rationale"))
        yield fact, _each(fact, counts, written(fact, "child_views_considered"), [Excuse(own=excuse)], of_child=False)


def voice_in_notice(view: View) -> Found:
    """A notice of concern carries the voice of each child, or why the child was not seen."""
    for fact, counts in view.maybe("referral.submitted", lambda one: equal(one, "referral_kind", "child_concern")):
        yield fact, _each(fact, counts, written(fact, "voice_text"), [Excuse(own=written(fact, "reason_not_seen"))])


def written_at_the_time(view: View) -> Found:
    """An entry about a child is made by the end of the tour, and is not marked late without a reason."""
    for fact, counts in view.maybe("child.contact"):
        late = written_yes(fact, "late_entry")
        excuse = both(late, written(fact, "late_reason"))
        yield fact, _each(fact, counts, opposite(late), [Excuse(own=excuse)], by_end_of_tour(fact, 4))


def each_child_considered(view: View) -> Found:
    """Each child named on a notice about several is seen, or why not is written, from a week before it to five working days after it."""
    contacts = view.maybe("child.contact", lambda fact: either(yes(fact, "seen"), written(fact, "reason_not_seen")))
    elsewhere = view.maybe("info.shared", lambda fact: equal(fact, "recipient_kind", "other_force"))

    def several(fact: Fact) -> Answer:
        linked = fact.get("children_linked")
        return both(linked >= 2 if isinstance(linked, int) else None, opposite(equal(fact, "referral_kind", "adult")))

    for start, counts in view.maybe("referral.submitted", several):
        excuses = [Excuse(own=written(start, "reason_not_seen")), Excuse(elsewhere)]
        verdict = judge(
            start,
            counts,
            after_working_days(start, 5),
            contacts,
            ("child.contact",),
            same=("child",),
            excuses=excuses,
            early=start_of_day_before(start, 7),
        )
        yield start, verdict


def preverbal_observed(view: View) -> Found:
    """A child under three at an incident is seen and described by the end of the tour, or is elsewhere with a check tasked."""
    described = view.maybe("child.contact", lambda fact: both(yes(fact, "seen"), written(fact, "demeanour_text")))
    elsewhere = view.maybe(
        "child.contact", lambda fact: both(equal(fact, "not_seen_kind", "elsewhere_check_tasked"), written(fact, "reason_not_seen"))
    )

    def called_for(fact: Fact) -> Answer:
        age = view.age(fact)
        incident = either(yes(fact, "domestic_abuse"), yes(fact, "child_concern"))
        return both(incident, yes(fact, "child_present"), None if age is None else age < 3)

    for start, counts in view.maybe("response.arrived", called_for):
        due = by_end_of_tour(start, 24)
        yield start, judge(start, counts, due, described, ("child.contact",), same=("child",), excuses=[Excuse(elsewhere)])


OF_A_CASE = {
    "child-seen": child_seen,
    "child-spoken-to-alone": spoken_alone,
    "child-demeanour-recorded": demeanour,
    "child-views-recorded": views,
    "child-views-used-in-decisions": views_used,
    "child-voice-in-referral": voice_in_notice,
    "preverbal-child-observed": preverbal_observed,
    "child-each-sibling-considered": each_child_considered,
    "records-made-at-the-time": written_at_the_time,
}

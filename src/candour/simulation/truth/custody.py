"""True of children in custody: an adult to help them, care on arrival, reviews in time, and no night in a cell without cause."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from candour.simulation.facts import Fact
from candour.simulation.moments import EXTRACTED, HOUR
from candour.simulation.truth.answers import Answer, among, both, either, equal, opposite, written, written_yes, yes
from candour.simulation.truth.coverage import covered
from candour.simulation.truth.missing import SENIOR
from candour.simulation.truth.reckoning import (
    Due,
    Duty,
    Excuse,
    Maybe,
    Question,
    Rung,
    Verdict,
    after_hours,
    after_minutes,
    at_moment,
    climb,
    hold,
    no_limit,
    no_link,
    precede,
    recur,
    respond,
    surely_after,
    unknown_start,
)
from candour.simulation.truth.view import Found, View, first_of, judge, tie

SAME = ("episode",)


def on_arrival(
    view: View, answers: list[Maybe], kinds: Sequence[str], due: Callable[[Fact], Due], *, early: bool, excuses: Sequence[Excuse] = (),
    why_not: Sequence[Maybe] = (),
) -> Found:  # fmt: skip
    """What is true of the first arrival of each stay of a child. Up to 24 hours before, `why_not` excuses, and with `early` an answer counts."""
    for start, counts in first_of(view.maybe("custody.arrived", view.under_18), SAME):
        opens = start.lo - 24 * HOUR
        excused = [*excuses, Excuse(why_not, since=opens)]
        yield start, judge(start, counts, due(start), answers, kinds, same=SAME, excuses=excused, early=opens if early else None)


def adult_asked(view: View) -> Found:
    """The appropriate adult is asked within the hour of arrival."""
    yield from on_arrival(
        view, view.maybe("custody.aa_requested"), ("custody.aa_requested",), lambda fact: after_hours(fact, 1), early=True
    )


def parent_told(view: View) -> Found:
    """A parent or carer (for a child in care, the local authority) is told within the hour, unless it was not practicable."""

    def responsible(fact: Fact) -> Answer:
        child = view.children.get(fact.child or "")
        in_care = None if child is None else child.care_status == "in_care"
        return either(among(fact, "recipient_kind", ("parent", "carer")), both(equal(fact, "recipient_kind", "la"), in_care))

    told = view.maybe("info.shared", responsible)
    why = view.maybe("decision.recorded", lambda fact: both(equal(fact, "decision_kind", "not_practicable"), written(fact, "rationale")))
    yield from on_arrival(view, told, ("info.shared",), lambda fact: after_hours(fact, 1), early=True, why_not=why)


def risk_assessed(view: View) -> Found:
    """The risk to a detained child is assessed within half an hour, with any vulnerability."""
    assessed = view.maybe("custody.assessed", lambda fact: both(equal(fact, "assessment_kind", "arrival"), written(fact, "vulnerability")))
    yield from on_arrival(view, assessed, ("custody.assessed",), lambda fact: after_minutes(fact, 30), early=False)


def adult_comes(view: View) -> Found:
    """The appropriate adult comes within two hours of being asked, or why not is written."""
    night = Excuse(view.maybe("custody.aa_requested", lambda fact: written_yes(fact, "night_agreement")))
    came = view.maybe("custody.aa_arrived")
    # The reason for coming late is written when the adult comes, so it excuses whenever that is.
    reasons = Excuse(view.maybe("custody.aa_arrived", lambda fact: written(fact, "late_reason")), afterwards=True)
    ended = Excuse(view.maybe("custody.ended"))
    for start, counts in first_of(view.maybe("custody.aa_requested", view.under_18), SAME):
        excuses = [Excuse(own=written_yes(start, "night_agreement")), night, reasons, ended]
        verdict = judge(
            start, counts, after_hours(start, 2), came, ("custody.aa_arrived",), same=SAME, excuses=excuses, early=start.lo - 24 * HOUR
        )
        yield start, verdict


def bed_before_certificate(view: View) -> Found:
    """A bed was asked for, and answered about, before a certificate."""
    asked = view.maybe("custody.bed_requested", lambda fact: written(fact, "response"))
    for end, counts in view.maybe("custody.certified", view.under_18):
        if counts is None or end.episode is None:
            yield end, unknown_start() if counts is None else no_link()
            continue
        yield (
            end,
            precede(
                end, tie(asked, end, SAME), ("custody.bed_requested",), view.first, excuses=[Excuse(own=written_yes(end, "misses_court"))]
            ),
        )


def content(
    view: View, kind: str, called_for: Callable[[Fact], Answer], check: Callable[[Fact], Answer], excuses: Callable[[Fact], list[Excuse]]
) -> Found:
    """What is true of every entry of a kind about a child that calls for something the entry itself should say."""
    for fact, counts in view.maybe(kind, lambda one: both(called_for(one), view.under_18(one))):
        yield fact, unknown_start() if counts is None else hold(fact, check(fact), excuses=excuses(fact))


def no_interview_alone(view: View) -> Found:
    """A detained child is not interviewed without an appropriate adult, but for an urgent interview with authority."""

    def urgent(fact: Fact) -> list[Excuse]:
        return [Excuse(own=both(written_yes(fact, "urgent"), among(fact, "authorised_rank", SENIOR[3:])))]

    def called_for(fact: Fact) -> Answer:
        return both(equal(fact, "subject_role", "suspect"), yes(fact, "detained"))

    yield from content(view, "interview.held", called_for, lambda fact: yes(fact, "aa_present"), urgent)


def strip_search(view: View) -> Found:
    """A child is not strip-searched without an appropriate adult, but for urgency with a reason or by the child's agreed wish."""

    def excuses(fact: Fact) -> list[Excuse]:
        return [Excuse(own=both(written_yes(fact, "urgent"), written(fact, "reason"))), Excuse(own=written_yes(fact, "aa_absence_agreed"))]

    yield from content(
        view, "custody.searched", lambda fact: equal(fact, "search_kind", "strip"), lambda fact: yes(fact, "aa_present"), excuses
    )


def carried_out(fact: Fact) -> Answer:
    """Whether a review was made, and not put off."""
    return either(opposite(written(fact, "postponed")), opposite(yes(fact, "postponed")))


def independent_review(view: View) -> Found:
    """A review before charge is by an inspector who is not in the case."""

    def check(fact: Fact) -> Answer:
        return both(among(fact, "reviewer_rank", SENIOR[1:]), opposite(yes(fact, "involved_in_case")))

    yield from content(view, "custody.reviewed", lambda fact: both(yes(fact, "before_charge"), carried_out(fact)), check, lambda _: [])


def reviews_in_time(view: View) -> Found:
    """Detention is reviewed six hours after it was authorised, then every nine hours, until charge or release."""
    openings = view.maybe("custody.authorised", lambda fact: both(equal(fact, "outcome", "authorised"), view.under_18(fact)))
    reviews = view.maybe("custody.reviewed", carried_out)
    ends = view.maybe("custody.charged", lambda fact: opposite(equal(fact, "bail_outcome", "not_charged"))) + view.maybe("custody.ended")
    postponed = view.maybe("custody.reviewed", lambda fact: both(yes(fact, "postponed"), written(fact, "reason")))
    why = view.maybe("decision.recorded", lambda fact: both(equal(fact, "decision_kind", "late_review"), written(fact, "rationale")))
    for episode in dict.fromkeys(fact.episode for fact, _ in openings):
        group = [pair for pair in openings if pair[0].episode == episode]
        for fact, counts in group:
            if counts is None or episode is None:
                yield fact, unknown_start() if counts is None else no_link()
        sure = [pair for pair in group if pair[1] is True]
        if not sure or episode is None:
            continue
        start = sure[0][0]
        excuses = [Excuse(tie(entries, start, SAME, strict=False)) for entries in (postponed, why)]
        duty = Duty(
            sure,
            tie(reviews, start, SAME),
            tie(ends, start, SAME),
            lambda anchor, number: after_hours(anchor, 6 if number == 0 else 9),
            ("custody.reviewed",),
            ("custody.charged", "custody.ended"),
            excuses,
        )
        for turn in recur(duty):
            yield turn.start, turn.verdict


def day_cap(view: View) -> Found:
    """Nobody is held without charge past the limit of detention, or past what was lawfully allowed on top of it."""
    answers = view.maybe("custody.charged", lambda fact: opposite(equal(fact, "bail_outcome", "not_charged"))) + view.maybe("custody.ended")
    ladder = (("superintendent", "court"), ("court",), ("court_further",))

    def extended_by(authorities: tuple[str, ...]) -> list[Maybe]:
        return view.maybe("custody.extended", lambda fact: among(fact, "authority", authorities))

    def until(fact: Fact) -> Due | None:
        moment = fact.get("until_at")
        return at_moment(moment) if isinstance(moment, int) else None

    for start, counts in first_of(
        view.maybe("custody.authorised", lambda fact: both(equal(fact, "outcome", "authorised"), view.under_18(fact))), SAME
    ):
        limit = start.get("detention_limit_at")
        if counts is None or start.episode is None or not isinstance(limit, int):
            yield start, unknown_start() if counts is None else no_link() if start.episode is None else no_limit()
            continue
        rungs = [Rung(tie(extended_by(authorities), start, SAME, strict=False), until) for authorities in ladder]
        due, perhaps = climb(start, at_moment(limit), rungs)
        kinds = ("custody.charged", "custody.ended")
        yield start, respond(Question(start, due, tie(answers, start, SAME), kinds, perhaps_longer=perhaps))


def no_night_in_a_cell(view: View) -> Found:
    """A child refused bail is not kept until court without a certificate."""
    kept = view.maybe("custody.ended", lambda fact: among(fact, "destination", ("court", "police_cell")))
    ends = view.maybe("custody.ended")

    def certificate(fact: Fact) -> Answer:
        age = view.age(fact)
        return either(
            equal(fact, "ground", "impracticable"), both(equal(fact, "ground", "no_secure_bed"), None if age is None else age >= 12)
        )

    certified = view.maybe("custody.certified", certificate)
    for start, counts in view.maybe("custody.charged", lambda fact: both(equal(fact, "bail_outcome", "refused"), view.under_18(fact))):
        if counts is None or start.episode is None:
            yield start, unknown_start() if counts is None else no_link()
            continue
        yield start, _kept(start, tie(kept, start, SAME), tie(ends, start, SAME), tie(certified, start, SAME, strict=False))


def _kept(start: Fact, kept: list[Maybe], ends: list[Maybe], certified: list[Maybe]) -> Verdict:
    over = [fact for fact, counts in ends if counts is True and surely_after(fact, start, False)]
    end = min((fact.hi for fact in over), default=None)
    happened = [fact for fact, counts in kept if counts is True and surely_after(fact, start, False) and (end is None or fact.hi <= end)]
    if happened:
        first = min(happened, key=lambda fact: (fact.hi, fact.place_in_order))
        if any(counts is True and surely_after(fact, start, False) and fact.hi <= first.lo for fact, counts in certified):
            return Verdict("excused", "excused", "A certificate says why the child was not moved.")
        if any(fact.hi >= start.lo and fact.lo <= first.lo for fact, _ in certified):
            return Verdict("cannot_tell", "excuse_uncertain", "There may be a certificate.")
        return Verdict("missed", "happened", "Kept in police detention with no certificate.")
    if any(fact.hi >= start.lo and (end is None or fact.lo <= end) for fact, _ in kept):
        return Verdict("cannot_tell", "answer_uncertain", "Where the child went is not shown.")
    if end is None or end >= EXTRACTED:
        return Verdict("pending", "not_yet_due", "Still detained when the records were extracted.")
    if not covered(("custody.ended",), start.lo, end):
        return Verdict("cannot_tell", "source", "It may lie in a feed that did not run.")
    return Verdict("met", "did_not_happen", "The child was moved or released.")


OF_A_CASE = {
    "custody-aa-asked-early": adult_asked,
    "custody-parent-told": parent_told,
    "custody-risk-assessed": risk_assessed,
    "custody-aa-attends-promptly": adult_comes,
    "custody-la-bed-requested-before-certificate": bed_before_certificate,
    "custody-no-interview-without-aa": no_interview_alone,
    "custody-strip-search-safeguards": strip_search,
    "custody-review-officer-independent": independent_review,
    "custody-pace-reviews-6-9-9": reviews_in_time,
    "custody-24h-cap": day_cap,
    "custody-no-night-cell-without-certificate": no_night_in_a_cell,
}

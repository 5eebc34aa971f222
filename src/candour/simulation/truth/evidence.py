"""True of the child's evidence: the recorded interview planned and held in time, and a medical considered the same day."""

from __future__ import annotations

from candour.simulation.facts import Fact
from candour.simulation.moments import day_of, months_after
from candour.simulation.truth.answers import Answer, among, both, either, equal, written, yes
from candour.simulation.truth.reckoning import (
    Due,
    Excuse,
    Question,
    Rung,
    after_days,
    after_working_days,
    climb,
    no_link,
    precede,
    respond,
    start_of_day_before,
    unknown_start,
)
from candour.simulation.truth.view import Found, View, column, first_of, judge, tie


def interview_planned(view: View) -> Found:
    """A child's recorded interview was planned before, with the need for an intermediary considered."""
    planned = view.maybe("interview.planned", lambda fact: yes(fact, "intermediary_considered"))

    def called_for(fact: Fact) -> Answer:
        return both(equal(fact, "mode", "vri"), among(fact, "subject_role", ("child_victim", "child_witness")))

    for end, counts in view.maybe("interview.held", called_for):
        if counts is None or column(end, "interview_ref") is None:
            yield end, unknown_start() if counts is None else no_link()
            continue
        yield end, precede(end, tie(planned, end, ("interview_ref",)), ("interview.planned",), view.first)


def _alleges(fact: Fact, kind: str) -> Answer:
    kinds = fact.get("abuse_kinds")
    return kind in kinds if isinstance(kinds, tuple) else None


def interview_timely(view: View) -> Found:
    """A child's account is recorded within five working days of the first report of sexual or serious physical abuse; ten where non-recent."""
    held = view.maybe(
        "interview.held", lambda fact: both(equal(fact, "mode", "vri"), among(fact, "subject_role", ("child_victim", "child_witness")))
    )

    def called_for(fact: Fact) -> Answer:
        harmed = either(_alleges(fact, "sexual"), _alleges(fact, "serious_physical"))
        return both(yes(fact, "crime_alleged"), yes(fact, "child_involved"), harmed)

    def flagged(fact: Fact) -> Answer:
        flags = fact.get("flags")
        return both(written(fact, "flags"), "non_recent" in flags if isinstance(flags, tuple) else None)

    def waiting(fact: Fact) -> Answer:
        awaited = among(fact, "waiting_for", ("intermediary", "medical", "child_needs"))
        return both(equal(fact, "decision_kind", "waiting"), awaited, written(fact, "rationale"))

    non_recent, waits = view.maybe("crime.recorded", flagged), view.maybe("decision.recorded", waiting)
    for start, counts in first_of(view.maybe("contact.received", called_for), ("child",)):
        if counts is None or start.child is None:
            yield start, unknown_start() if counts is None else no_link()
            continue

        def longer(_fact: Fact, start: Fact = start) -> Due:
            return after_working_days(start, 10)

        rung = Rung(tie(non_recent, start, ("child",), strict=False), longer)
        due, perhaps = climb(start, after_working_days(start, 5), [rung])
        excuse = Excuse(tie(waits, start, ("child",), strict=False))
        answers = tie(held, start, ("child",))
        yield start, respond(Question(start, due, answers, ("interview.held",), [excuse], perhaps_longer=perhaps))


def medical_considered(view: View) -> Found:
    """A child who reports recent sexual contact is referred the same day (or was seen in the week before), or why not is written."""
    answers = view.maybe("medical.referred", lambda fact: among(fact, "medical_kind", ("refer", "exam")))
    answers += view.maybe("decision.recorded", lambda fact: both(equal(fact, "decision_kind", "medical"), written(fact, "rationale")))
    declined = view.maybe("medical.referred", lambda fact: equal(fact, "medical_kind", "declined"))

    def called_for(fact: Fact) -> Answer:
        last = fact.get("last_contact_at")
        recent = None if not isinstance(last, int) or fact.undated else day_of(fact.lo) < months_after(day_of(last), 1)
        said = both(yes(fact, "crime_alleged"), yes(fact, "child_involved"), _alleges(fact, "sexual"), yes(fact, "contact_sexual_abuse"))
        return both(said, recent)

    for start, counts in first_of(view.maybe("contact.received", called_for), ("child",)):
        week = start_of_day_before(start, 7)
        verdict = judge(
            start,
            counts,
            after_days(start, 0),
            answers,
            ("medical.referred", "decision.recorded"),
            same=("child",),
            excuses=[Excuse(declined, since=week)],
            early=week,
        )
        if verdict is not None:
            yield start, verdict


OF_A_CASE = {
    "abe-interview-planned": interview_planned,
    "abe-interview-timely": interview_timely,
    "medical-considered": medical_considered,
}

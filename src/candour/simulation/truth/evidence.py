"""True of the child's evidence: the recorded interview planned and held in time, and a medical considered the same day."""

from __future__ import annotations

from candour.simulation.facts import Fact
from candour.simulation.moments import day_of, months_after
from candour.simulation.truth.answers import Answer, among, both, either, equal, written, yes
from candour.simulation.truth.coverage import covered
from candour.simulation.truth.reckoning import (
    Due,
    Excuse,
    Question,
    Rung,
    Verdict,
    after_days,
    after_working_days,
    climb,
    hold,
    no_link,
    precede,
    respond,
    start_of_day_before,
    unknown_start,
)
from candour.simulation.truth.view import Found, View, column, first_of, judge, on_or_after, tie


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
        yield start, verdict


def help_arranged(view: View) -> Found:
    """Help to communicate that a child needs is arranged within five working days of the plan, or in the 28 days before."""
    arranged = view.maybe(
        "child.support_arranged", lambda fact: among(fact, "support_kind", ("interpreter", "intermediary", "communication_aid"))
    )

    def waiting(fact: Fact) -> Answer:
        return both(equal(fact, "decision_kind", "waiting"), equal(fact, "waiting_for", "intermediary"), written(fact, "rationale"))

    excuses = [Excuse(view.maybe("decision.recorded", waiting))]
    for start, counts in view.maybe(
        "interview.planned", lambda fact: both(yes(fact, "support_needed"), among(fact, "subject_role", ("child_victim", "child_witness")))
    ):
        due, since = after_working_days(start, 5), start_of_day_before(start, 28)
        yield start, judge(start, counts, due, arranged, ("child.support_arranged",), same=("child",), excuses=excuses, early=since)


def asked_in_writing(view: View) -> Found:
    """Records about a victim are asked for in writing, and with the law it rests on (since 12 January 2026)."""
    subjects = ("third_party_records", "medical_records", "school_records", "social_care_records")
    for fact, counts in view.maybe("material.requested", lambda one: among(one, "material_subject", subjects)):
        if on_or_after(fact, "2026-01-12"):
            check = both(yes(fact, "written_notice"), written(fact, "legal_basis"))
            yield fact, unknown_start() if counts is None else hold(fact, check)


def interviewer_trained(view: View) -> Found:
    """Whoever records a child's account on video has passed the course for it."""
    courses = view.maybe("training.completed", lambda fact: equal(fact, "course", "abe_interviewing"))

    def called_for(fact: Fact) -> Answer:
        return both(equal(fact, "mode", "vri"), among(fact, "subject_role", ("child_victim", "child_witness")))

    for start, counts in view.maybe("interview.held", called_for):
        if counts is None or start.actor is None:
            yield start, unknown_start() if counts is None else no_link()
            continue
        before = [fact for fact, sure in courses if sure is True and fact.place_in_order < start.place_in_order]
        if before:
            until = before[-1].get("valid_until")
            valid = True if until is None else str(until) >= day_of(start.lo).isoformat()
            yield start, hold(start, both(equal(before[-1], "course_status", "achieved"), valid))
        elif any(sure is None and fact.lo <= start.hi for fact, sure in courses):
            yield start, Verdict("cannot_tell", "answer_uncertain", "A course that nobody could map may have been this one.")
        elif not covered(("training.completed",), view.first, start.hi):
            yield start, Verdict("cannot_tell", "source", "It may lie in a feed that did not run.")
        else:
            yield start, Verdict("missed", "does_not_hold", "No course before the interview.")


OF_A_CASE = {
    "abe-interview-planned": interview_planned,
    "abe-interview-timely": interview_timely,
    "medical-considered": medical_considered,
    "child-communication-support": help_arranged,
    "third-party-material-written-request": asked_in_writing,
}
OF_AN_OFFICER = {"abe-interviewer-trained": interviewer_trained}

"""True of investigations: planned, supervised, not left to drift, with the victim told and the suspect dealt with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from candour.simulation.facts import Fact
from candour.simulation.moments import day_of, last_second, months_after
from candour.simulation.truth.answers import Answer, among, both, either, equal, opposite, written, written_yes, yes
from candour.simulation.truth.missing import SENIOR
from candour.simulation.truth.reckoning import (
    Due,
    Duty,
    Excuse,
    Maybe,
    Question,
    Rung,
    after_days,
    after_hours,
    after_months,
    after_working_days,
    at_moment,
    climb,
    hold,
    no_limit,
    no_link,
    precede,
    recur,
    respond,
    start_of_day_before,
    unknown_start,
)
from candour.simulation.truth.view import Found, View, column, first_of, judge, level_at, tie

SENIORITY = (("inspector", 6), ("superintendent", 9))
"""Who may extend bail before charge, and to how many months from its grant."""
LEVELS = ("investigation.allocated", "supervision.reviewed")
FURTHER_ACTION = ("charged", "caution_youth", "caution_adult", "taken_into_consideration", "community_resolution", "passed_on")


def _child_cases(view: View) -> list[Maybe]:
    return view.maybe("investigation.allocated", lambda fact: yes(fact, "child_victim"))


def plan_recorded(view: View) -> Found:
    """A plan with lines of enquiry within 48 hours of allocation, or of charge or bail where there was an arrest at once."""
    plans = view.maybe("plan.recorded", lambda fact: written(fact, "lines_of_enquiry"))
    later = view.maybe(("custody.charged", "bail.set"))
    for start, counts in first_of(_child_cases(view)):
        if counts is None:
            yield start, unknown_start()
            continue
        due, perhaps = climb(start, after_hours(start, 48), [Rung(later, lambda fact: after_hours(fact, 48))])
        yield start, respond(Question(start, due, plans, ("plan.recorded",), perhaps_longer=perhaps))


def initial_review(view: View) -> Found:
    """A supervisor reviews a new case within 72 hours."""
    reviews = view.maybe("supervision.reviewed", lambda fact: equal(fact, "review_kind", "initial"))
    for start, counts in first_of(_child_cases(view)):
        verdict = judge(start, counts, after_hours(start, 72), reviews, ("supervision.reviewed",))
        if verdict is not None:
            yield start, verdict


def _while_open(view: View, duty_kinds: tuple[str, ...], answers: list[Maybe], waiting: list[Maybe], usual: int) -> Found:
    openings = view.maybe("investigation.allocated", lambda fact: either(yes(fact, "child_abuse"), yes(fact, "child_victim")))
    ends = view.maybe("case.closed", lambda fact: equal(fact, "closure_kind", "investigation"))
    levels = view.maybe(LEVELS)
    for fact, counts in openings:
        if counts is None:
            yield fact, unknown_start()

    def limit(anchor: Fact, _number: int) -> Due:
        return after_days(anchor, 14 if level_at(levels, anchor, ()) == "high" else usual)

    for turn in recur(Duty(openings, answers, ends, limit, duty_kinds, ("case.closed",), [Excuse(waiting)])):
        yield turn.start, turn.verdict


def periodic_review(view: View) -> Found:
    """A supervisor reviews an open case every 28 days, every 14 where the risk is high."""

    def at_cps(fact: Fact) -> Answer:
        return both(equal(fact, "decision_kind", "waiting"), equal(fact, "waiting_for", "cps"), written(fact, "expected_at"))

    yield from _while_open(view, ("supervision.reviewed",), view.maybe("supervision.reviewed"), view.maybe("decision.recorded", at_cps), 28)


def no_drift(view: View) -> Found:
    """Something of substance happens in an open case every 21 days, every 14 where the risk is high."""
    plain = (
        "interview.held",
        "suspect.actioned",
        "device.seized",
        "device.submitted",
        "device.examined",
        "cps.submitted",
        "material.requested",
        "medical.referred",
    )
    answers = view.maybe("activity.logged", lambda fact: yes(fact, "substantive"))
    answers += view.maybe("action.done", lambda fact: both(yes(fact, "evidential"), equal(fact, "outcome", "done"))) + view.maybe(plain)

    def waiting(fact: Fact) -> Answer:
        return both(
            equal(fact, "decision_kind", "waiting"),
            written(fact, "waiting_for"),
            written(fact, "expected_at"),
            yes(fact, "supervisor_agreed"),
        )

    kinds = ("activity.logged", "action.done", *plain)
    yield from _while_open(view, kinds, answers, view.maybe("decision.recorded", waiting), 21)


def review_directs(view: View) -> Found:
    """A review of a child abuse case sets actions, considers the child's safety and says something."""
    for fact, counts in view.maybe("supervision.reviewed", lambda one: yes(one, "child_abuse")):
        check = both(yes(fact, "actions_set"), yes(fact, "child_safety_considered"), written(fact, "text"))
        yield fact, unknown_start() if counts is None else hold(fact, check)


def actions_done(view: View) -> Found:
    """An action is done by its date, or by the date that it was given by someone before it ran out."""
    done = view.maybe(
        "action.done",
        lambda fact: either(equal(fact, "outcome", "done"), both(equal(fact, "outcome", "cancelled"), written(fact, "decided_by_ref"))),
    )

    def dated(fact: Fact) -> Answer:
        moment = fact.get("new_due_at")
        return day_of(moment) >= day_of(fact.lo) if isinstance(moment, int) and not fact.undated else None

    moved = view.maybe("action.done", lambda fact: both(equal(fact, "outcome", "redated"), written(fact, "decided_by_ref"), dated(fact)))

    def new_date(fact: Fact) -> Due | None:
        moment = fact.get("new_due_at")
        return at_moment(moment) if isinstance(moment, int) else None

    for start, _ in view.maybe("action.raised"):
        if start.get("action_ref") is None:
            yield start, no_link()
            continue
        limit = start.get("due_at")
        if not isinstance(limit, int):
            yield start, no_limit()
            continue
        due, perhaps = climb(start, at_moment(limit), [Rung(tie(moved, start, ("action_ref",), strict=False), new_date)])
        yield start, respond(Question(start, due, tie(done, start, ("action_ref",)), ("action.done",), perhaps_longer=perhaps))


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


def victim_asked_before_bail(view: View) -> Found:
    """The victim's views are sought before bail with conditions about the victim."""
    asked = view.maybe("victim.contacted", lambda fact: both(equal(fact, "purpose", "consult_bail"), yes(fact, "success")))
    not_possible = view.maybe(
        "victim.contacted", lambda fact: both(equal(fact, "purpose", "consult_bail"), yes(fact, "not_practicable"), written(fact, "reason"))
    )
    for end, counts in view.maybe(
        "bail.set", lambda fact: both(among(fact, "bail_kind", ("grant", "vary")), yes(fact, "conditions_relate_to_victim"))
    ):
        yield (
            end,
            unknown_start() if counts is None else precede(end, asked, ("victim.contacted",), view.first, excuses=[Excuse(not_possible)]),
        )


def bail_within_three_months(view: View) -> Found:
    """Bail before charge ends within three months, unless extended by the right authority in time."""
    same = ("suspect_ref",)
    answers = view.maybe("bail.set", lambda fact: among(fact, "bail_kind", ("cancel", "rui"))) + view.maybe(
        "custody.charged", lambda fact: opposite(equal(fact, "bail_outcome", "not_charged"))
    )

    def extended_by(authority: str) -> list[Maybe]:
        return view.maybe("bail.set", lambda fact: both(equal(fact, "bail_kind", "extend"), equal(fact, "authority_level", authority)))

    def to_month(day: date, months: int) -> Callable[[Fact], Due | None]:
        end = last_second(months_after(day, months))
        return lambda _: Due(end, end, True)

    def to_date_set(fact: Fact) -> Due | None:
        end = fact.get("end_at")
        return Due(end, end, True) if isinstance(end, int) else None

    for start, counts in view.maybe("bail.set", lambda fact: equal(fact, "bail_kind", "grant")):
        if counts is None or column(start, "suspect_ref") is None:
            yield start, unknown_start() if counts is None else no_link()
            continue
        first = day_of(start.lo)
        rungs = [Rung(tie(extended_by(who), start, same, strict=False), to_month(first, months)) for who, months in SENIORITY]
        rungs.append(Rung(tie(extended_by("court"), start, same, strict=False), to_date_set))
        due, perhaps = climb(start, after_months(start, 3), rungs)
        excuses = [Excuse(own=written_yes(start, "special_case"))]
        kinds = ("bail.set", "custody.charged")
        yield start, respond(Question(start, due, tie(answers, start, same), kinds, excuses, perhaps_longer=perhaps))


def suspect_dealt_with(view: View) -> Found:
    """A suspect in a child case is arrested or interviewed within 28 days (14 where the risk is high), or in the 28 days before."""
    dealt = view.maybe("suspect.actioned", lambda fact: among(fact, "suspect_action", ("arrest", "voluntary")))
    levels = view.maybe(LEVELS)

    def superintendent(fact: Fact) -> Answer:
        return both(equal(fact, "decision_kind", "suspect_action"), among(fact, "by_rank", SENIOR[3:]), written(fact, "rationale"))

    agreed = view.maybe("decision.recorded", superintendent)
    for start, counts in view.maybe("suspect.identified", lambda fact: yes(fact, "child_victim")):
        due = after_days(start, 14 if level_at(levels, start, ()) == "high" else 28)
        excuses = [Excuse(own=written_yes(start, "covert")), Excuse(own=written_yes(start, "overseas")), Excuse(agreed)]
        verdict = judge(
            start,
            counts,
            due,
            dealt,
            ("suspect.actioned",),
            same=("suspect_ref",),
            excuses=excuses,
            early=start_of_day_before(start, 28),
        )
        if verdict is not None:
            yield start, verdict


def victim_told(view: View) -> Found:
    """A child victim is told of an arrest, an interview or a decision on bail within a working day."""
    told = view.maybe("victim.contacted", lambda fact: both(equal(fact, "purpose", "key_decision"), yes(fact, "success")))
    not_possible = view.maybe("victim.contacted", lambda fact: both(yes(fact, "not_practicable"), written(fact, "reason")))
    for start, counts in view.maybe(
        ("suspect.actioned", "bail.set"), lambda fact: both(yes(fact, "victim_identified"), yes(fact, "child_victim"))
    ):
        verdict = judge(start, counts, after_working_days(start, 1), told, ("victim.contacted",), excuses=[Excuse(not_possible)])
        if verdict is not None:
            yield start, verdict


def needs_assessed(view: View) -> Found:
    """The needs of a child victim are assessed within five working days of the crime being recorded."""
    assessed = view.maybe("victim.assessed", lambda fact: yes(fact, "enhanced_rights"))
    for start, counts in first_of(
        view.maybe("crime.recorded", lambda fact: both(equal(fact, "crime_change", "created"), yes(fact, "child_victim"))), ("child",)
    ):
        verdict = judge(start, counts, after_working_days(start, 5), assessed, ("victim.assessed",), same=("child",))
        if verdict is not None:
            yield start, verdict


def closing_reason(view: View) -> Found:
    """The closing of an investigation with a child gives a reason."""
    for fact, counts in view.maybe(
        "case.closed",
        lambda one: both(equal(one, "closure_kind", "investigation"), either(yes(one, "child_victim"), yes(one, "child_involved"))),
    ):
        yield fact, unknown_start() if counts is None else hold(fact, written(fact, "rationale"))


def closing_signed(view: View) -> Found:
    """A supervisor reviewed, or somebody else signed, the closing of a child's case."""
    reviewed = view.maybe(
        "supervision.reviewed", lambda fact: both(equal(fact, "review_kind", "closure"), among(fact, "reviewer_rank", SENIOR))
    )

    def called_for(fact: Fact) -> Answer:
        kind = among(fact, "closure_kind", ("investigation", "missing"))
        return both(kind, either(yes(fact, "child_victim"), yes(fact, "child_involved")))

    for end, counts in view.maybe("case.closed", called_for):
        signed = end.get("signed_off_by_ref")
        other = None if signed is None or end.actor is None else signed != end.actor
        excuse = Excuse(own=both(written(end, "signed_off_by_ref"), other))
        yield end, unknown_start() if counts is None else precede(end, reviewed, ("supervision.reviewed",), view.first, excuses=[excuse])


def closing_told(view: View) -> Found:
    """A child victim is told of a closing with no further action within a working day, or in the week before."""
    told = view.maybe("victim.contacted", lambda fact: both(equal(fact, "purpose", "closure"), yes(fact, "success")))

    def called_for(fact: Fact) -> Answer:
        return both(
            equal(fact, "closure_kind", "investigation"), yes(fact, "child_victim"), opposite(among(fact, "outcome_code", FURTHER_ACTION))
        )

    for start, counts in view.maybe("case.closed", called_for):
        verdict = judge(
            start, counts, after_working_days(start, 1), told, ("victim.contacted",), same=("child",), early=start_of_day_before(start, 7)
        )
        if verdict is not None:
            yield start, verdict


OF_A_CASE = {
    "investigation-plan-recorded": plan_recorded,
    "supervisor-initial-review": initial_review,
    "supervisor-periodic-review": periodic_review,
    "no-drift-gap": no_drift,
    "supervision-sets-actions": review_directs,
    "investigation-actions-done-on-time": actions_done,
    "abe-interview-planned": interview_planned,
    "bail-victim-views-sought": victim_asked_before_bail,
    "precharge-bail-within-3-months": bail_within_three_months,
    "suspect-dealt-with": suspect_dealt_with,
    "victim-key-decision-update": victim_told,
    "victim-needs-assessed": needs_assessed,
    "closure-rationale-recorded": closing_reason,
    "closure-supervisor-signed": closing_signed,
    "closure-victim-told": closing_told,
}

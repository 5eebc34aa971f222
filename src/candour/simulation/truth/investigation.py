"""True of investigations: planned, supervised, not left to drift, with the victim told and the suspect dealt with."""

from __future__ import annotations

from candour.simulation.facts import Fact
from candour.simulation.moments import day_of
from candour.simulation.truth.answers import Answer, among, both, either, equal, written, written_yes, yes
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
    respond,
    start_of_day_before,
    unknown_start,
)
from candour.simulation.truth.view import Found, View, first_of, judge, level_at, tie, turns

LEVELS = ("investigation.allocated", "supervision.reviewed")


def _child_cases(view: View) -> list[Maybe]:
    return view.maybe("investigation.allocated", lambda fact: yes(fact, "child_victim"))


def given_out(view: View) -> Found:
    """The first crime against a child in a case has an investigator within 48 hours, or had one in the week before."""
    given = view.maybe("investigation.allocated", lambda fact: written(fact, "oic_ref"))
    closed = view.maybe("case.closed", lambda fact: equal(fact, "closure_kind", "investigation"))
    left = view.maybe("decision.recorded", lambda fact: both(equal(fact, "decision_kind", "not_investigated"), written(fact, "rationale")))
    recorded = view.maybe("crime.recorded", lambda fact: both(equal(fact, "crime_change", "created"), yes(fact, "child_victim")))
    for start, counts in first_of(recorded):
        excuses = [Excuse(closed), Excuse(left)]
        week = start_of_day_before(start, 7)
        yield start, judge(start, counts, after_hours(start, 48), given, ("investigation.allocated",), excuses=excuses, early=week)


def specialist_team(view: View) -> Found:
    """Child abuse goes to a team that specialises in it, unless support was planned."""
    teams = ("child_abuse", "online_child_abuse", "exploitation", "rape")
    for fact, counts in view.maybe("investigation.allocated", lambda one: yes(one, "child_abuse")):
        excuse = Excuse(own=written_yes(fact, "support_plan"))
        yield fact, unknown_start() if counts is None else hold(fact, among(fact, "team", teams), excuses=[excuse])


def handed_over(view: View) -> Found:
    """A case that goes to another officer carries a note, or a supervisor's handover review in the week before."""
    given = view.maybe("investigation.allocated")
    reviews = view.maybe("supervision.reviewed", lambda fact: equal(fact, "review_kind", "handover"))
    for fact, counts in view.maybe("investigation.allocated", lambda one: either(yes(one, "child_abuse"), yes(one, "child_victim"))):
        if counts is None:
            yield fact, unknown_start()
            continue
        earlier = [one for one, _ in given if one.place_in_order < fact.place_in_order]
        if not earlier:
            continue
        now, then = fact.get("oic_ref"), earlier[-1].get("oic_ref")
        same = None if now is None or then is None else now == then
        excuse = Excuse(reviews, since=start_of_day_before(fact, 7))
        yield fact, hold(fact, either(same, written(fact, "handover_text")), excuses=[excuse])


def decision_complete(view: View) -> Found:
    """A decision to go no further, to charge or not to investigate has reasons, a rank and what else was considered."""
    ends = ("no_further_action", "charge", "not_investigated")
    for fact, counts in view.maybe("decision.recorded", lambda one: among(one, "decision_kind", ends)):
        check = both(written(fact, "rationale"), written(fact, "by_rank"), written(fact, "alternatives"))
        yield fact, unknown_start() if counts is None else hold(fact, check)


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
        yield start, judge(start, counts, after_hours(start, 72), reviews, ("supervision.reviewed",))


def _while_open(view: View, duty_kinds: tuple[str, ...], answers: list[Maybe], waiting: list[Maybe], usual: int) -> Found:
    openings = view.maybe("investigation.allocated", lambda fact: either(yes(fact, "child_abuse"), yes(fact, "child_victim")))
    ends = view.maybe("case.closed", lambda fact: equal(fact, "closure_kind", "investigation"))
    levels = view.maybe(LEVELS)

    def limit(anchor: Fact, _number: int) -> Due:
        return after_days(anchor, 14 if level_at(levels, anchor, ()) == "high" else usual)

    yield from turns(Duty(openings, answers, ends, limit, duty_kinds, ("case.closed",), [Excuse(waiting)]))


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


def victim_told(view: View) -> Found:
    """A child victim is told of an arrest, an interview or a decision on bail within a working day."""
    told = view.maybe("victim.contacted", lambda fact: both(equal(fact, "purpose", "key_decision"), yes(fact, "success")))
    not_possible = view.maybe("victim.contacted", lambda fact: both(yes(fact, "not_practicable"), written(fact, "reason")))
    for start, counts in view.maybe(
        ("suspect.actioned", "bail.set"), lambda fact: both(yes(fact, "victim_identified"), yes(fact, "child_victim"))
    ):
        yield start, judge(start, counts, after_working_days(start, 1), told, ("victim.contacted",), excuses=[Excuse(not_possible)])


def updates_as_agreed(view: View) -> Found:
    """While a case with a child victim is open, the victim hears something as often as was last agreed, or every 28 days."""
    openings = _child_cases(view)
    ends = view.maybe("case.closed", lambda fact: equal(fact, "closure_kind", "investigation"))
    told = view.maybe("victim.contacted", lambda fact: both(among(fact, "purpose", ("key_decision", "update")), yes(fact, "success")))
    enough = view.maybe("victim.contacted", lambda fact: written_yes(fact, "opted_out"))
    agreed = view.maybe(("victim.assessed", "victim.contacted"))

    def limit(anchor: Fact, _number: int) -> Due | None:
        match level_at(agreed, anchor, (), "update_frequency"):
            case "weekly":
                return after_days(anchor, 7)
            case "fortnightly":
                return after_days(anchor, 14)
            case "monthly":
                return after_months(anchor, 1)
            case None:
                return after_days(anchor, 28)
            case _:
                return None

    yield from turns(Duty(openings, told, ends, limit, ("victim.contacted",), ("case.closed",), [Excuse(enough)]))


def needs_assessed(view: View) -> Found:
    """The needs of a child victim are assessed within five working days of the crime being recorded."""
    assessed = view.maybe("victim.assessed", lambda fact: yes(fact, "enhanced_rights"))
    for start, counts in first_of(
        view.maybe("crime.recorded", lambda fact: both(equal(fact, "crime_change", "created"), yes(fact, "child_victim"))), ("child",)
    ):
        yield start, judge(start, counts, after_working_days(start, 5), assessed, ("victim.assessed",), same=("child",))


OF_A_CASE = {
    "investigation-allocated": given_out,
    "child-abuse-to-specialist-team": specialist_team,
    "oic-change-handed-over": handed_over,
    "decision-log-complete": decision_complete,
    "investigation-plan-recorded": plan_recorded,
    "supervisor-initial-review": initial_review,
    "supervisor-periodic-review": periodic_review,
    "no-drift-gap": no_drift,
    "supervision-sets-actions": review_directs,
    "investigation-actions-done-on-time": actions_done,
    "victim-key-decision-update": victim_told,
    "victim-needs-assessed": needs_assessed,
    "victim-updates-as-agreed": updates_as_agreed,
}

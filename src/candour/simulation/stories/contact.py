"""How a matter reaches the force: the call, the checks, the risk assessment and the grade of response."""

from __future__ import annotations

from candour.simulation.facts import Case, Child, Value
from candour.simulation.moments import HOUR, MINUTE
from candour.simulation.stories.words import NOTES, REASONS, pick
from candour.simulation.world import Force

CHANNELS = ("999_call", "101_call", "online_report", "partner", "front_counter", "in_person")


def receive(force: Force, case: Case, child: Child, *, when: int | None = None, **fields: Value) -> int:
    """The contact is taken by whoever in the control room is free; gives the moment at which it is dealt with."""
    random = force.random
    now = case.opened if when is None else when
    call = force.staff.control.take(now, force.minutes(9), urgent=fields.get("immediate_risk") is True)
    shown: dict[str, Value] = {
        "channel": random.choices(CHANNELS, (0.3, 0.35, 0.1, 0.15, 0.05, 0.05))[0],
        "caller_role": random.choice(("parent_or_carer", "public", "school_staff", "social_worker", "child")),
        "child_involved": True,
        "risk_marker": random.random() < 0.4,
        "immediate_risk": False,
        "test_call": False,
        "duplicate": random.random() < 0.01,
        "text": pick(random, NOTES),
    }
    shown.update(fields)
    partner = shown["channel"] == "partner"
    if partner and "caller_role" not in fields and random.random() < 0.6:
        shown["caller_role"] = "social_worker"
    slow = partner and random.random() < 0.35
    shown["reported_at"] = now - (random.randrange(30, 600) if slow else random.randrange(2, 30)) * MINUTE
    if partner:
        shown["partner_told_at"] = (None, shown["reported_at"], now - 5 * MINUTE)[now // MINUTE % 3]
    force.noting(case, **shown)("contact", now, child=child, by=call.officer, late=force.minutes(4))
    return call.start


def work_up(force: Force, case: Case, child: Child, when: int, *, urgent: bool, response: str = "deployment") -> int:
    """Research, risk assessment and grade, in the order the control room does them when it does them; gives the time of the grade."""
    random = force.random
    graded = when + force.minutes(6 if urgent else 18) * MINUTE
    if force.chance(case, 0.97, 0.88, 0.7):
        assessed = graded - random.randrange(0, 5) * MINUTE if force.chance(case, 0.97, 0.92, 0.8) else graded + force.minutes(40) * MINUTE
        force.note(
            case,
            "assessed",
            max(assessed, when),
            child=child,
            late=force.minutes(3),
            role="call_handler",
            tool="thrive",
            risk_level=random.choices(("low", "medium", "high"), (0.3, 0.5, 0.2))[0],
            by_role="call_handler",
            reason=pick(random, REASONS),
        )
    grade = (
        random.choices(("emergency", "priority"), (0.6, 0.4))[0]
        if urgent
        else random.choices(("priority", "scheduled", "appointment"), (0.5, 0.3, 0.2))[0]
    )
    if response == "none":
        grade = "no_deployment"
    if grade == "appointment":
        grade = _diary(force, case, child, graded)
    if grade == "appointment" and response == "deployment":
        response = "appointment"
    force.note(
        case,
        "graded",
        graded,
        child=child,
        late=1,
        role="dispatcher",
        child_involved=True,
        grade=grade,
        response_type=response,
        rationale=pick(random, REASONS) if force.chance(case, 0.95, 0.7, 0.4) else None,
    )
    if random.random() < 0.12:
        force.note(
            case,
            "graded",
            graded + force.minutes(40) * MINUTE,
            child=child,
            late=2,
            role="dispatcher",
            child_involved=True,
            grade=random.choice(("priority", "scheduled", "scheduled", "appointment")),
            previous_grade=grade,
            response_type=response,
            rationale=pick(random, REASONS) if force.chance(case, 0.95, 0.65, 0.35) else None,
        )
    research(force, case, child, graded)
    return graded


def research(force: Force, case: Case, child: Child, graded: int) -> None:
    """History is checked and passed on, before officers arrive or long after."""
    random = force.random
    if force.chance(case, 0.95, 0.85, 0.65):
        researched = graded + force.minutes(5) * MINUTE if force.chance(case, 0.95, 0.9, 0.75) else graded + force.minutes(200) * MINUTE
        force.note(
            case,
            "researched",
            researched,
            child=child,
            late=force.minutes(3),
            role="dispatcher",
            sources=("incident_history", "crime", "flags") if random.random() < 0.7 else ("incident_history",),
            flags_found=("da",) if random.random() < 0.3 else (),
            passed_to="responding_officer" if random.random() < 0.9 else "nobody",
        )


def _diary(force: Force, case: Case, child: Child, when: int) -> str:
    """An appointment is thought of; for a child at risk it should be a visit, unless a supervisor of the control room decides otherwise."""
    last = next(fact for fact in reversed(case.facts) if fact.name == "contact")
    at_risk = any({**last.fields, **last.hidden}.get(name) is True for name in ("risk_marker", "immediate_risk"))
    if not at_risk:
        return "appointment"
    if force.chance(case, 0.85, 0.45, 0.2):
        return "scheduled"
    if force.random.random() < 0.2:
        force.note(
            case,
            "decision",
            when - force.minutes(4) * MINUTE,
            child=child,
            late=2,
            role="control_room_supervisor",
            decision_kind="deviation",
            by_role="control_room_supervisor",
            by_rank="sergeant",
            rationale=pick(force.random, REASONS),
        )
    return "appointment"


def look_again(force: Force, case: Case, child: Child, graded: int, arrived: int) -> None:
    """While officers are still to come, the control room should look again at the risk of a child who is waiting."""
    waited = (arrived - graded) // MINUTE
    if waited < 20 or not force.chance(case, 0.9, 0.55, 0.25):
        return
    when = graded + min(force.minutes(22 if force.chance(case, 0.9, 0.7, 0.5) else 90), waited - 1) * MINUTE
    force.note(
        case,
        "assessed",
        when,
        child=child,
        late=force.minutes(3),
        role="dispatcher",
        tool="thrive",
        risk_level=force.random.choice(("low", "medium", "high")),
        by_role="dispatcher",
        reason=pick(force.random, REASONS),
    )


def file_incident(force: Force, case: Case, when: int, *, attended: bool) -> None:
    """The incident is filed; without attendance, a supervisor should have written down why."""
    random = force.random
    if not attended and force.chance(case, 0.9, 0.6, 0.3):
        early = force.chance(case, 0.95, 0.9, 0.8)
        force.note(
            case,
            "decision",
            when - force.minutes(20) * MINUTE if early else when + 6 * HOUR,
            late=2,
            role="control_room_supervisor",
            decision_kind="no_deployment",
            by_role="control_room_supervisor",
            by_rank="sergeant",
            rationale=pick(random, REASONS),
        )
    force.note(
        case,
        "incident-closed",
        when,
        late=1,
        role="dispatcher",
        child_involved=True,
        outcome_code="passed_on" if random.random() < 0.7 else "no_offence",
        rationale=pick(random, REASONS) if force.chance(case, 0.9, 0.7, 0.5) else None,
        signed_off_by_ref="N4001" if force.chance(case, 0.9, 0.7, 0.5) else None,
        signed_off_rank="sergeant",
    )
    case.filed.append(when)

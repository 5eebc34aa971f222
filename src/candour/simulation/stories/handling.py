"""How a case is handled beside the work on it: it changes hands, nobody takes it on, material is asked for."""

from __future__ import annotations

from candour.simulation.facts import Case, Child
from candour.simulation.moments import DAY, HOUR, MINUTE
from candour.simulation.staff import Desk, Officer
from candour.simulation.stories.supervision import note_review
from candour.simulation.stories.words import NOTES, REASONS, pick
from candour.simulation.world import Force, Story


def change_hands(force: Force, case: Case, child: Child, desk: Desk, boss: Officer, *, high: bool) -> Story:
    """The officer is moved or falls ill, and the case goes to another, with what that officer needs to know or without."""
    random = force.random
    yield force.now + random.randrange(10, 90) * DAY
    if case.closed is not None:
        return
    other = desk.allocate()
    seen_to = force.chance(case, 0.3, 0.2, 0.1)
    if seen_to:
        reviewed = force.now - random.choice((2, 5, 30, 200)) * HOUR
        note_review(force, case, child, boss, reviewed, "handover", late=10, text=pick(random, REASONS))
    risk = "high" if high else "medium"
    note_allocation(force, case, child, other, boss, high=high, risk=risk, needs_telling=not seen_to)


def note_allocation(
    force: Force,
    case: Case,
    child: Child,
    officer: Officer,
    boss: Officer,
    *,
    high: bool,
    risk: str | None,
    child_abuse: bool = True,
    arrest_phase: bool = False,
    needs_telling: bool = False,
) -> None:
    """The case is given to an officer; one who takes it over and `needs_telling` about it is told in writing, or is not."""
    random = force.random
    force.note(
        case,
        "allocated",
        force.now,
        child=child,
        by=boss,
        late=10,
        oic_ref=officer.ref,
        supervisor_ref=boss.ref,
        team={"CAIT": "child_abuse", "OCAIT": "online_child_abuse"}.get(officer.unit, "cid"),
        high_risk=high,
        risk_level=risk,
        child_abuse=child_abuse,
        child_victim=True,
        arrest_phase=arrest_phase,
        support_plan=random.random() < 0.15,
        caseload_plan=random.random() < 0.1,
        open_cases=officer.open_cases,
        handover_text=pick(random, NOTES) if needs_telling and force.chance(case, 0.9, 0.6, 0.3) else None,
    )


def leave_it(force: Force, case: Case, child: Child) -> Story:
    """Nobody takes the case on: that was decided, with reasons or without, and the family told or not; or nobody thought of it."""
    random = force.random
    yield force.now + force.minutes(700) * MINUTE
    decided = force.now
    if not force.chance(case, 0.95, 0.8, 0.6):
        return
    force.note(
        case,
        "decision",
        decided,
        child=child,
        late=10,
        role="supervisor",
        decision_kind="not_investigated",
        by_rank="sergeant",
        by_role="supervisor",
        rationale=pick(random, REASONS) if random.random() < 0.8 else None,
        alternatives=pick(random, NOTES) if force.chance(case, 0.9, 0.6, 0.3) else None,
    )
    told = force.soon(decided, 17, (0, 1, 2, 4), (0.4, 0.35, 0.15, 0.1))
    reached = force.chance(case, 0.92, 0.7, 0.4)
    unsafe = not reached and random.random() < 0.5
    if reached or unsafe:
        force.note(
            case,
            "victim-contact",
            max(told, decided + HOUR),
            child=child,
            late=10,
            purpose="key_decision",
            method="telephone",
            success=reached,
            not_practicable=unsafe,
            reason="Would put the child at risk from the suspect." if unsafe else None,
        )


def ask_for_material(force: Force, case: Case, child: Child, officer: Officer, when: int) -> None:
    """Records are asked for from a school, a surgery or the council: in writing and with the law, or with a telephone call."""
    random = force.random
    force.note(
        case,
        "material",
        when,
        child=child,
        by=officer,
        late=20,
        material_subject=random.choice(
            ("school_records", "medical_records", "social_care_records", "third_party_records", "device_extraction")
        ),
        legal_basis=random.choice(("consent", "pace", "court_order")) if force.chance(case, 0.95, 0.8, 0.6) else None,
        written_notice=force.chance(case, 0.93, 0.75, 0.5),
    )

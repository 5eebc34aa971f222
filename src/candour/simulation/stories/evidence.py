"""The evidence in a case: the child's recorded account, the medical, and devices in the forensic queue."""

from __future__ import annotations

from candour.simulation.facts import Case, Child
from candour.simulation.moments import DAY, HOUR, MINUTE, at, day_of, working_days_after
from candour.simulation.staff import Officer
from candour.simulation.stories.reasons import give_reason
from candour.simulation.stories.words import REASONS, pick
from candour.simulation.world import Force, Story


def medical(force: Force, case: Case, child: Child, reported: int, last: int) -> Story:
    """A medical examination is considered: arranged, declined, or decided against with a reason, or nobody thought of it.

    Now and then health had seen the child before the police heard of it.
    """
    random = force.random
    seen_before = random.random() < 0.05
    yield reported + force.minutes(200) * MINUTE
    if seen_before:
        force.note(
            case,
            "medical",
            reported - random.randrange(3, 200) * HOUR,
            child=child,
            late=60,
            medical_kind="exam",
            last_contact_at=last,
            provider_ref="CENTRE",
        )
        return
    if force.chance(case, 0.95, 0.8, 0.6):
        kind = "declined" if random.random() < 0.1 else "refer"
        force.note(
            case,
            "medical",
            force.now,
            child=child,
            late=20,
            role="investigator",
            medical_kind=kind,
            last_contact_at=last,
            provider_ref="CENTRE",
        )
        if kind == "refer" and random.random() < 0.7:
            force.note(
                case,
                "medical",
                force.now + random.randrange(4, 80) * HOUR,
                child=child,
                late=60,
                medical_kind="exam",
                last_contact_at=last,
                provider_ref="CENTRE",
            )
    elif random.random() < 0.4:
        reasons = pick(random, REASONS) if random.random() < 0.85 else None
        give_reason(force, case, child, force.now + HOUR, "medical", reasons)


def evidential_interview(force: Force, case: Case, child: Child, officer: Officer, reported: int) -> Story:
    """The child's account is recorded on video, with a plan before it; or waits for an intermediary."""
    random = force.random
    if not force.chance(case, 0.97, 0.9, 0.78):
        return
    days = random.choices((1, 2, 3, 4, 5, 6, 8, 11, 16), (0.1, 0.15, 0.2, 0.15, 0.1, 0.1, 0.08, 0.07, 0.05))[0]
    waiting = random.random() < 0.08
    if waiting:
        days += 10
        agree_to_wait(force, case, child, officer, reported)
    done = yield from force.work(officer, max(force.now, at(working_days_after(day_of(reported), days), 9)), 120)
    number = force.number("INT")
    needed = waiting or random.random() < 0.2
    if force.chance(case, 0.96, 0.8, 0.6):
        plan_interview(force, case, child, officer, number, done, needed=needed)
    force.note(
        case,
        "interview",
        done,
        child=child,
        by=officer,
        late=60,
        interview_ref=number,
        subject_role="child_victim",
        mode="vri",
        interviewer_refs=(officer.ref,),
        aa_present=False,
        detained=False,
        urgent=False,
        intermediary_used=waiting,
    )
    if (needed and force.chance(case, 0.95, 0.7, 0.4)) or random.random() < 0.15:
        arrange_support(force, case, child, reported, done, needed=needed)


def agree_to_wait(force: Force, case: Case, child: Child, officer: Officer, reported: int) -> None:
    """Why the interview has to wait, and for how long, is written down."""
    random = force.random
    force.note(
        case,
        "decision",
        reported + 2 * DAY,
        child=child,
        by=officer,
        late=10,
        decision_kind="waiting",
        waiting_for=random.choice(("intermediary", "intermediary", "child_needs", "medical", "partner")),
        expected_at=reported + 14 * DAY,
        supervisor_agreed=True,
        rationale=pick(random, REASONS) if random.random() < 0.9 else None,
    )


def plan_interview(force: Force, case: Case, child: Child, officer: Officer, number: str, held: int, *, needed: bool) -> None:
    """The plan is written before the interview, or after it; `needed` is whether the child needs help to communicate."""
    random = force.random
    force.note(
        case,
        "interview-planned",
        held - random.randrange(2, 60) * HOUR if force.chance(case, 0.95, 0.9, 0.8) else held + 3 * HOUR,
        child=child,
        by=officer,
        late=20,
        interview_ref=number,
        subject_role="child_victim",
        intermediary_considered=random.random() < 0.8,
        support_needed=needed,
    )


def arrange_support(force: Force, case: Case, child: Child, reported: int, held: int, *, needed: bool) -> None:
    """Help to communicate is arranged for a child who needs it, or somebody who sits with the child."""
    random = force.random
    arranged = held - random.choice((20, 48, 300, 900)) * HOUR
    force.note(
        case,
        "support",
        arranged,
        child=child,
        late=30,
        support_kind=random.choice(("intermediary", "interpreter", "communication_aid", "supporter")) if needed else "supporter",
        needed_since=reported,
        in_place_at=arranged,
    )


def give_back(force: Force, case: Case, child: Child, exhibit: str, seized: int) -> None:
    """A victim's device is copied and goes back within a day or two, or why not is written down, or it waits."""
    random = force.random
    if force.chance(case, 0.8, 0.5, 0.25):
        back = seized + random.choice((3, 8, 20, 30, 70)) * HOUR
        force.note(case, "returned", back, row=exhibit, child=child, device_ref=exhibit, owner_role="victim")
    elif random.random() < 0.3:
        reasons = pick(random, REASONS) if random.random() < 0.8 else None
        give_reason(force, case, child, seized + 3 * HOUR, "deviation", reasons, late=10)


def devices(force: Force, case: Case, child: Child, owner: str, seized: int, *, child_risk: bool) -> Story:
    """Devices are seized, wait in the forensic queue behind those of every other case, and come back."""
    random = force.random
    yield seized
    for _ in range(random.choice((1, 1, 2, 3))):
        exhibit = force.number("EX")
        flagged = child_risk and force.chance(case, 0.95, 0.8, 0.6)
        priority = (
            ("high" if random.random() < 0.7 else "urgent")
            if child_risk and force.chance(case, 0.93, 0.75, 0.5)
            else random.choice(("standard", "standard", "low"))
        )
        force.note(
            case,
            "seized",
            seized,
            child=child,
            row=exhibit,
            device_ref=exhibit,
            owner_role=owner,
            consent_basis="seizure_power" if owner == "suspect" else "agreement",
        )
        if owner == "victim":
            give_back(force, case, child, exhibit, seized)
        sent = seized + random.randrange(2, 160) * HOUR
        force.note(
            case,
            "submitted",
            sent,
            child=child,
            row=exhibit,
            device_ref=exhibit,
            owner_role=owner,
            priority=priority,
            child_risk=flagged or child_risk,
            child_protection_case=True,
            forensic_unit_ref="DFU",
            reason="Suspect lives alone; no child seen for a year."
            if child_risk and priority in ("standard", "low") and random.random() < 0.2
            else None,
        )
        if random.random() < 0.97:
            force.start(case, examine(force, case, child, exhibit, owner, sent, priority), sent)
        force.start(case, chase(force, case, child, exhibit, sent, priority), sent)


def chase(force: Force, case: Case, child: Child, exhibit: str, sent: int, priority: str) -> Story:
    """Somebody sees that a device still waits about when it should have been begun, and escalates it, or not."""
    random = force.random
    yield sent + ({"urgent": 28, "high": 28}.get(priority, 90) + random.randrange(-8, 12)) * DAY
    begun = any(fact.name == "started" and fact.row == exhibit for fact in case.facts)
    if not begun and force.chance(case, 0.9, 0.55, 0.25):
        force.note(
            case,
            "decision",
            force.now + 10 * HOUR,
            child=child,
            late=20,
            decision_kind="escalation",
            rationale=pick(random, REASONS) if random.random() < 0.95 else None,
            by_rank="inspector",
            subject_ref=exhibit if random.random() < 0.95 else None,
        )


def examine(force: Force, case: Case, child: Child, exhibit: str, owner: str, sent: int, priority: str) -> Story:
    """One device in the queue: urgent ones are taken sooner, the others when an examiner is free. Some are overlooked for months."""
    random = force.random
    overlooked = 0 if force.chance(case, 0.99, 0.93, 0.85) else random.randrange(40, 200)
    yield sent + ({"urgent": 2, "high": 8, "standard": 30, "low": 55}[priority] + overlooked) * DAY
    stint = force.staff.forensics.take(force.now, force.minutes(300))
    yield stint.end
    force.note(case, "started", stint.end, row=exhibit, child=child, device_ref=exhibit)
    yield stint.end + random.randrange(2, 60) * DAY
    force.note(case, "completed", force.now, row=exhibit, child=child, device_ref=exhibit)
    yield force.now + random.randrange(1, 40) * DAY
    force.note(case, "report", force.now, row=exhibit, child=child, device_ref=exhibit)
    if any(one.name == "returned" and one.row == exhibit for one in case.facts):
        return
    yield force.now + random.randrange(5, 60) * DAY
    force.note(case, "returned", force.now, row=exhibit, child=child, device_ref=exhibit, owner_role=owner)

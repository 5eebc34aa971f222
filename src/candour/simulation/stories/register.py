"""The register of staff: their training, welfare checks, and the monthly reading of case files."""

from __future__ import annotations

from datetime import timedelta

from candour.simulation.facts import GRADE_MIX, GRADES, Case
from candour.simulation.moments import EXTRACTED, YEAR_FROM, at
from candour.simulation.staff import Officer
from candour.simulation.staffing import Staff, make_training
from candour.simulation.world import Force, Story

UNREAD = {("control_room", 4), ("control_room", 5), ("control_room", 9), ("child_protection", 7)}
"""Areas of work and months of the year (0 is April) in which nobody read a case file."""


def register(force: Force, staff: Staff) -> None:
    """Write the training register, welfare checks and the monthly reading of case files."""
    case = Case("", "workforce", "requires_improvement", 0, [], "", "HQ")

    def story() -> Story:
        yield 0
        train(force, case, staff)
        for officer in staff.everyone:
            if officer.unit in ("OCAIT", "CAIT", "DFU"):
                screen_staff(force, case, officer)
        read_cases(force, case, staff)
        publish_profiles(force, case, staff)

    force.start(case, story(), 0)


def train(force: Force, case: Case, staff: Staff) -> None:
    """Every course that was taken, and how it was given."""
    for course in make_training(force.random, staff):
        force.note(
            case,
            "trained",
            at(course.on, 12),
            by=course.officer,
            day_only=True,
            officer_ref=course.officer.ref,
            course=course.course,
            course_status=course.status,
            valid_until=course.valid_until.isoformat() if course.valid_until else None,
            role_held=course.officer.role,
            delivery_mode=course.given,
        )


def screen_staff(force: Force, case: Case, officer: Officer) -> None:
    """One person's welfare checks, now and then something else than a screening, until the person leaves the role."""
    random = force.random
    when = at(YEAR_FROM + timedelta(days=random.randrange(-700, 60)), 12)
    while when < EXTRACTED:
        leaves = random.random() < 0.05
        force.note(
            case,
            "welfare",
            when,
            by=officer,
            day_only=True,
            officer_ref=officer.ref,
            welfare_kind=random.choices(("psychological_screening", "welfare_contact", "supervision"), (0.8, 0.12, 0.08))[0],
            high_exposure=not leaves,
        )
        if leaves:
            return
        when += random.choice((180, 300, 360, 364, 370, 420)) * 86_400


def read_cases(force: Force, case: Case, staff: Staff) -> None:
    """Some case files are read and graded every month; in some months none of an area of work."""
    random = force.random
    reader = staff.supervisors.officers[0]
    for month in range(12):
        for _ in range(random.randrange(6, 20)):
            day = YEAR_FROM + timedelta(days=30 * month + random.randrange(28))
            area = random.choice(("child_protection", "control_room", "missing"))
            if (area, month) in UNREAD:
                continue
            force.note(
                case,
                "file-audit",
                at(day, 12),
                by=reader,
                day_only=True,
                audited_case_ref=f"NS25/{random.randrange(1, 900):06d}",
                audit_area=area,
                grade=random.choices(GRADES, GRADE_MIX)[0],
                auditor_ref=reader.ref,
            )


def publish_profiles(force: Force, case: Case, staff: Staff) -> None:
    """Profiles of five problems are published in some years, and fall behind in others."""
    random = force.random
    author = staff.hub.officers[0]
    for subject in ("sexual_exploitation", "criminal_exploitation", "child_abuse", "online_abuse", "missing_children"):
        day = YEAR_FROM - timedelta(days=random.randrange(1000, 1900))
        while at(day) < EXTRACTED:
            force.note(
                case,
                "profile",
                at(day, 12),
                by=author,
                day_only=True,
                profile_subject=subject,
                data_to=(day - timedelta(days=random.randrange(30, 200))).isoformat(),
            )
            day += timedelta(days=random.choice((300, 350, 364, 370, 480, 600)))

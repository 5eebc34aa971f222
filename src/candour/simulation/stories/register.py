"""The register of staff: their training, welfare checks, and the monthly reading of case files."""

from __future__ import annotations

from datetime import timedelta

from candour.simulation.facts import GRADE_MIX, GRADES, Case
from candour.simulation.moments import EXTRACTED, YEAR_FROM, at
from candour.simulation.staffing import Staff, make_training
from candour.simulation.world import Force, Story


def register(force: Force, staff: Staff) -> None:
    """Write the training register, welfare checks and the monthly reading of case files."""
    case = Case("", "workforce", "requires_improvement", 0, [], "", "HQ")

    def story() -> Story:
        random = force.random
        yield 0
        for course in make_training(random, staff):
            until = course.valid_until.isoformat() if course.valid_until else None
            force.note(
                case,
                "trained",
                at(course.on, 12),
                by=course.officer,
                day_only=True,
                officer_ref=course.officer.ref,
                course=course.course,
                course_status=course.status,
                valid_until=until,
                role_held=course.officer.role,
            )
        exposed = [officer for officer in staff.everyone if officer.unit in ("OCAIT", "CAIT", "DFU")]
        for officer in exposed:
            when = at(YEAR_FROM + timedelta(days=random.randrange(60)), 12)
            while when < EXTRACTED:
                force.note(
                    case,
                    "welfare",
                    when,
                    by=officer,
                    day_only=True,
                    officer_ref=officer.ref,
                    welfare_kind="psychological_screening",
                    high_exposure=True,
                )
                when += random.choice((180, 300, 360, 364, 370, 420)) * 86_400
        for month in range(12):
            for _ in range(random.randrange(6, 20)):
                day = YEAR_FROM + timedelta(days=30 * month + random.randrange(28))
                force.note(
                    case,
                    "file-audit",
                    at(day, 12),
                    by=staff.supervisors.officers[0],
                    day_only=True,
                    audited_case_ref=f"NS25/{random.randrange(1, 900):06d}",
                    audit_area=random.choice(("child_protection", "control_room", "missing")),
                    grade=random.choices(GRADES, GRADE_MIX)[0],
                    auditor_ref=staff.supervisors.officers[0].ref,
                )

    force.start(case, story(), 0)

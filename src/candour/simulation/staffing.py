"""Who works in the made-up force, how many of them for its workload, and what they were trained in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from candour.simulation.moments import YEAR_FROM
from candour.simulation.staff import CREWS, Crews, Desk, Officer, leave_of, staff_needed


@dataclass
class Staff:
    """The teams of the force. Crews work round the clock; desks in office hours. `everyone` is in the order of their numbers."""

    control: Crews
    response: Crews
    inspectors: Crews
    custody: Crews
    hub: Desk
    abuse: Desk
    online: Desk
    general: Desk
    exploitation: Desk
    missing: Desk
    offenders: Desk
    forensics: Desk
    supervisors: Desk
    everyone: list[Officer]


YEAR_DAYS = 365


def make_staff(random: Random, cases: int) -> Staff:
    """Staff a force for a number of cases a year. The shares of duty time are chosen so that queues form and clear (made up)."""
    everyone: list[Officer] = []
    a_day = cases / YEAR_DAYS

    def people(number: int, role: str, rank: str, unit: str) -> list[Officer]:
        found = []
        for place in range(number):
            ref = "NA" if len(everyone) == 11 else f"N{4001 + len(everyone)}"
            officer = Officer(ref, role, rank, unit, place % CREWS, leave_of(random, YEAR_FROM, YEAR_DAYS))
            everyone.append(officer)
            found.append(officer)
        return found

    round_the_clock, office = 24 * 0.6 / CREWS * 0.92, 8.5 * 5 / 7 * 0.9
    return Staff(
        control=Crews(people(staff_needed(a_day * 0.5, round_the_clock, 0.55, 10), "call_handler", "staff", "CONTROL")),
        response=Crews(people(staff_needed(a_day * 2.6, round_the_clock, 0.72, 15), "response_officer", "pc", "RESPONSE")),
        inspectors=Crews(people(staff_needed(a_day * 0.55, round_the_clock, 0.5, 10), "reviewing_officer", "inspector", "DUTY")),
        custody=Crews(people(staff_needed(a_day * 0.35, round_the_clock, 0.5, 10), "custody_officer", "sergeant", "CUSTODY")),
        hub=Desk(people(staff_needed(a_day * 0.65, office, 0.86, 3), "hub_officer", "staff", "HUB")),
        abuse=Desk(people(staff_needed(a_day * 3.6, office, 0.85, 5), "investigator", "dc", "CAIT")),
        online=Desk(people(staff_needed(a_day * 0.55, office, 0.85, 3), "investigator", "dc", "OCAIT")),
        general=Desk(people(staff_needed(a_day * 2.2, office, 0.85, 4), "investigator", "pc", "CID")),
        exploitation=Desk(people(staff_needed(a_day * 0.1, office, 0.7, 2), "exploitation_officer", "dc", "EXPLOIT")),
        missing=Desk(people(staff_needed(a_day * 0.2, office, 0.7, 2), "missing_coordinator", "staff", "MISPER")),
        offenders=Desk(people(staff_needed(a_day * 0.4, office, 0.8, 3), "offender_manager", "dc", "MOSOVO")),
        forensics=Desk(people(staff_needed(a_day * 0.65, office, 0.93, 2), "forensic_examiner", "staff", "DFU")),
        supervisors=Desk(people(staff_needed(a_day * 0.9, office, 0.85, 4), "supervisor", "sergeant", "CAIT")),
        everyone=everyone,
    )


@dataclass(frozen=True)
class Course:
    """A course that an officer took: which, when, how it stands, until when it holds, and how it was given."""

    officer: Officer
    course: str
    on: date
    status: str
    valid_until: date | None
    given: str


def make_training(random: Random, staff: Staff) -> list[Course]:
    """The training register: who took what. Shares are made up; a third of the child abuse team lacks the specialist course."""
    found: list[Course] = []

    def took(officer: Officer, course: str, share: float, years: int | None, packages: float = 0.0) -> None:
        if random.random() >= share:
            return
        on = date.fromordinal(YEAR_FROM.toordinal() - random.randrange(-200, 1000))
        status = "started" if course == "scaidp" and random.random() < 0.15 else "achieved"
        until = date.fromordinal(on.toordinal() + 365 * years) if years else None
        given = "e_learning" if random.random() < packages else random.choices(("in_person", "live_online"), (0.8, 0.2))[0]
        found.append(Course(officer, course, on, status, until, given))
        if status == "achieved" and random.random() < 0.05:
            found.append(Course(officer, course, date.fromordinal(on.toordinal() + random.randrange(200, 800)), "lapsed", None, given))

    for officer in staff.everyone:
        if officer.role == "investigator":
            specialist = officer.unit != "CID"
            took(officer, "pip1", 0.95, None)
            took(officer, "pip2", 0.8 if specialist else 0.35, 3)
            took(officer, "scaidp", 0.65 if specialist else 0.08, None)
            took(officer, "abe_interviewing", 0.85 if specialist else 0.35, 3)
        if officer.role == "supervisor":
            took(officer, "pip2", 0.9, 3)
            took(officer, "supervisor_child_abuse", 0.6, 3)
        if officer.role in ("response_officer", "call_handler", "custody_officer"):
            course = {"response_officer": "child_protection_frontline", "call_handler": "child_protection_call_handling"}.get(
                officer.role, "child_protection_custody"
            )
            took(officer, course, 0.8, 3, 0.25)
        if officer.role == "offender_manager":
            took(officer, "offender_management", 0.85, None)
    return [course for course in found if course.on <= date(2026, 3, 31)]

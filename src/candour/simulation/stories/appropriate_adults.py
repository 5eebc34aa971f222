"""The appropriate adult of a detained child: who is asked, who comes and when, and the interview with or without one."""

from __future__ import annotations

from candour.simulation.facts import Case, Child
from candour.simulation.moments import HOUR, MINUTE, at, day_of
from candour.simulation.staff import Officer
from candour.simulation.world import Force, Story


def who_is_asked(force: Force, case: Case, child: Child) -> str:
    """Whom the custody sergeant asks: for a child in care somebody for the local authority, or, as happens, a parent all the same."""
    if child.care_status == "in_care":
        usual = force.chance(case, 0.97, 0.85, 0.6)
        return force.random.choices(("social_worker", "scheme"), (0.6, 0.4))[0] if usual else "parent"
    return force.random.choices(("parent", "scheme", "social_worker", "relative"), (0.48, 0.38, 0.06, 0.08))[0]


def ask(force: Force, case: Case, child: Child, number: str, officer: Officer, asked: int) -> tuple[str, int]:
    """The adult is asked, and another where the first cannot be reached; gives who comes, and when."""
    random = force.random
    note = force.noting(case, child=child, episode=number, by=officer)
    kind = who_is_asked(force, case, child)
    purpose = "whole_stay" if force.chance(case, 0.98, 0.9, 0.75) else random.choice(("interview", "interview", "procedure"))
    late_hour = not 7 <= (asked - at(day_of(asked))) // HOUR < 22
    night = late_hour and random.random() < 0.5
    reached = random.random() < 0.9
    unable = kind == "social_worker" and not reached
    note(
        "custody-aa-requested",
        asked,
        late=4,
        aa_kind=kind,
        reached=reached,
        asked_for=purpose,
        night_agreement=night,
        reason="Duty team has nobody before noon." if unable else None,
    )
    if not reached:
        again = asked + force.minutes(40) * MINUTE
        second = {"asked_for": "whole_stay", "night_agreement": False}
        note("custody-aa-requested", again, late=4, aa_kind="relative" if unable else "scheme", reached=True, **second)
        kind = "relative" if unable else "scheme"
    wait = force.minutes({"parent": 70, "relative": 80, "scheme": 100, "social_worker": 150}[kind])
    wait += force.minutes(300) if late_hour else 0
    return kind, asked + wait * MINUTE


def adult(force: Force, case: Case, child: Child, number: str, officer: Officer, arrived: int, authorised: int, released: int) -> Story:
    """The appropriate adult is asked, comes when one is free, and rights are given again; then there may be an interview."""
    random = force.random
    note = force.noting(case, child=child, episode=number, by=officer)
    came: int | None = None
    if force.chance(case, 0.995, 0.97, 0.9):
        asked = arrived + (force.minutes(32) if force.chance(case, 0.93, 0.8, 0.55) else force.minutes(200)) * MINUTE
        if asked >= released:
            asked = authorised + 5 * MINUTE
        yield max(asked, authorised)
        asked = force.now
        kind, came = ask(force, case, child, number, officer, asked)
        if came < released:
            yield came
            slow = came - asked > 2 * HOUR
            note(
                "custody-aa-arrived",
                came,
                late=5,
                aa_kind=kind,
                late_reason="No volunteer free before morning." if slow and random.random() < 0.3 else None,
            )
            if force.chance(case, 0.97, 0.85, 0.65):
                again = came + (force.minutes(14) if force.chance(case, 0.93, 0.85, 0.7) else 55) * MINUTE
                note("custody-rights", again, late=3, aa_present=True, solicitor_requested=False)
        else:
            came = None
    interviewed = (came or authorised) + force.minutes(150) * MINUTE
    if interviewed < released and random.random() < 0.6 and (came or random.random() < 0.1):
        yield interviewed
        alone = came is None or random.random() < 0.01
        urgent = alone and random.random() < 0.3
        force.note(
            case,
            "interview",
            interviewed,
            child=child,
            episode=number,
            role="interviewer",
            late=60,
            interview_ref=force.number("INT"),
            subject_role="suspect",
            mode="pace",
            aa_present=not alone,
            detained=True,
            urgent=urgent,
            authorised_rank="superintendent" if urgent else None,
        )

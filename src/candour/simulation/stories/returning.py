"""A missing child is found: police see the child, a provider offers an interview, and the episode is filed."""

from __future__ import annotations

from collections.abc import Generator

from candour.simulation.facts import Case, Child
from candour.simulation.moments import DAY, HOUR, MINUTE, at, day_of, working_days_after
from candour.simulation.stories.chasing import return_interview_chased
from candour.simulation.stories.reasons import give_reason
from candour.simulation.stories.strategy import strategy
from candour.simulation.stories.words import REASONS, pick
from candour.simulation.world import Force, Story

PLACES = 60


def returned(force: Force, case: Case, child: Child, number: str, found: int) -> Story:
    """The child is found; police see the child, a provider offers an interview, and the episode is filed."""
    random = force.random
    back = random.random() < 0.97
    place = f"PL{random.randrange(PLACES):02d}" if random.random() < 0.55 else ("NA" if random.random() < 0.02 else None)
    force.note(
        case,
        "located",
        found,
        child=child,
        episode=number,
        row=number,
        place=place,
        late=force.minutes(25),
        found_by=random.choice(("police", "returned", "parent_or_carer", "partner")),
        found_at=found,
        returned=back,
        circumstances_text="At a friend's home.",
        harm_indicators=random.random() < 0.12,
    )
    force.start(case, provider(force, case, child, number, found), found)
    force.start(case, return_interview_chased(force, case, child, number, found), found)
    if place and random.random() < 0.2:
        force.note(
            case,
            "task-raised",
            found + force.minutes(3000) * MINUTE,
            child=child,
            episode=number,
            place=place,
            late=10,
            action_ref=force.number("ACT"),
            owner_ref="N4020",
            due_at=found + 14 * DAY,
            text="Speak to the owner; plan with licensing.",
        )
    interviewed = None
    declined = random.random() < 0.06
    if back and force.chance(case, 0.97, 0.85, 0.65):
        interviewed = yield from see_child(force, case, child, number, found, declined=declined)
    elif back and random.random() < 0.2:
        reason = "Moved to a placement in another force, which will see the child."
        give_reason(force, case, child, found + force.minutes(600) * MINUTE, "not_practicable", reason, episode=number)
    if (int(case.kind == "missing") and random.random() < 0.15) or (child.exploited and random.random() < 0.3):
        force.start(case, strategy(force, case, child, found + 20 * HOUR, reviewed_missing=True), found + 20 * HOUR)
    closed = (interviewed or found) + force.minutes(240) * MINUTE
    if not force.chance(case, 0.99, 0.95, 0.88):
        closed = found + 30 * MINUTE
    yield max(closed, force.now)
    close_episode(force, case, child, number, max(closed, found + MINUTE), refused=declined)


def see_child(force: Force, case: Case, child: Child, number: str, found: int, *, declined: bool) -> Generator[int, None, int]:
    """Officers go to see the child, and write down (on the system or on paper) what was said; gives when."""
    random = force.random
    stint = yield from force.take(force.staff.response, found + force.minutes(90) * MINUTE, force.minutes(45))
    interviewed = stint.start + (0 if force.chance(case, 0.95, 0.85, 0.65) else force.minutes(1500)) * MINUTE
    yield interviewed
    if random.random() < 0.08:
        force.note(
            case,
            "interview-return",
            max(found + MINUTE, interviewed - force.minutes(60) * MINUTE),
            child=child,
            episode=number,
            by=stint.officer,
            late=force.minutes(40),
            face_to_face=False,
            reason="Nobody answered the door.",
        )
    in_person = force.chance(case, 0.97, 0.85, 0.7) and not declined
    paper = not force.chance(case, 0.95, 0.75, 0.5)
    said = "None made." if random.random() < 0.8 else "Names of two adults."
    force.note(
        case,
        "interview-return",
        interviewed,
        child=child,
        episode=number,
        by=stint.officer,
        late=force.minutes(3000) if paper else force.minutes(40),
        face_to_face=in_person,
        alone=random.random() < 0.7,
        child_declined=declined,
        third_party_sighting=declined and random.random() < 0.5,
        seen_by_agency="care_home" if declined and random.random() < 0.3 else "none",
        disclosures=None if paper and random.random() < 0.6 else said,
        reason="Child did not want to speak to police." if declined else None,
    )
    return interviewed


def close_episode(force: Force, case: Case, child: Child, number: str, when: int, *, refused: bool = False) -> None:
    """The episode is filed, with a supervisor's signature or without."""
    random = force.random
    signed = force.chance(case, 0.95, 0.8, 0.6)
    if signed and random.random() < 0.7:
        force.note(
            case,
            "review",
            when - force.minutes(20) * MINUTE,
            child=child,
            episode=number,
            by=random.choice(force.staff.supervisors.officers),
            late=3,
            review_kind="closure",
            actions_set=False,
            text=pick(random, REASONS),
            child_safety_considered=True,
            child_abuse=False,
        )
    force.note(
        case,
        "episode-closed",
        when,
        child=child,
        episode=number,
        row=number,
        by="N4003",
        child_involved=True,
        outcome_code="located",
        rationale=pick(random, REASONS) if force.chance(case, 0.9, 0.7, 0.4) else None,
        signed_off_by_ref="N4002" if signed else None,
        signed_off_rank="inspector" if signed and random.random() < 0.4 else "sergeant" if signed else None,
        child_refused_interview=refused,
    )
    case.filed.append(when)


def provider(force: Force, case: Case, child: Child, number: str, found: int) -> Story:
    """The independent provider offers and holds the return interview, and passes on what it learned."""
    random = force.random
    if random.random() < 0.12:
        return
    yield found + (force.minutes(600) if random.random() < 0.85 else force.minutes(4500)) * MINUTE
    force.note(
        case, "rhi-offer", force.now, child=child, episode=number, late=60, provider_ref="RETURN-HOME", accepted=random.random() < 0.8
    )
    held = (
        found + round(random.choices((random.uniform(14, 40), random.uniform(40, 70), random.uniform(70, 200)), (0.4, 0.3, 0.3))[0]) * HOUR
    )
    held = max(at(day_of(held), 10 + random.randrange(7), random.randrange(60)), force.now + HOUR)
    yield held
    outcome = random.choices(("held", "declined", "missing_again"), (0.7, 0.24, 0.06))[0]
    nothing = outcome == "held" and random.random() < 0.12
    apart = random.random() < 0.88
    role = "independent_provider" if apart else random.choice(("residential_staff", "social_worker", "police"))
    force.note(
        case,
        "rhi",
        held,
        child=child,
        episode=number,
        late=force.minutes(900),
        outcome=outcome,
        interviewer_role=role,
        independent=apart or random.random() < 0.3,
        nothing_to_share=nothing,
    )
    if outcome == "declined" and random.random() < 0.25:
        force.note(
            case,
            "rhi",
            held + random.randrange(4, 90) * HOUR,
            child=child,
            episode=number,
            late=force.minutes(900),
            outcome="held",
            interviewer_role="independent_provider",
            independent=True,
            nothing_to_share=True,
        )
    if outcome == "held" and not nothing and force.chance(case, 0.9, 0.75, 0.6):
        due = working_days_after(day_of(held), random.choice((1, 2, 3, 3, 4, 7)))
        yield at(due, 11, random.randrange(1, 59))
        force.note(
            case,
            "rhi-received",
            force.now,
            child=child,
            episode=number,
            late=30,
            intel_submitted=random.random() < 0.6,
            actions_set=random.random() < 0.5,
            text="Places and names given.",
        )

"""An investigation is filed: with a supervisor, a reason and word to the victim, or without."""

from __future__ import annotations

from candour.simulation.facts import Case, Child
from candour.simulation.moments import DAY, HOUR, MINUTE
from candour.simulation.staff import Officer
from candour.simulation.stories.repeats import concern_after_closing
from candour.simulation.stories.supervision import note_review
from candour.simulation.stories.words import CLOSING, EMPTY, REASONS, VIEWS, pick
from candour.simulation.world import Force, Story


def close(force: Force, case: Case, child: Child, officer: Officer, boss: Officer, *, known: bool) -> Story:
    """The case is filed: with a supervisor, a reason and word to the victim, as far as the practice on it goes."""
    random = force.random
    outcome = outcome_of(force, known=known)
    yield force.now
    when = force.now
    if outcome == "victim_does_not_support" and force.chance(case, 0.92, 0.65, 0.35):
        weigh_evidence_led(force, case, child, officer, when)
    decide(force, case, child, boss, when, outcome)
    if force.chance(case, 0.95, 0.8, 0.55):
        review_before_closing(force, case, child, boss, when)
    file_away(force, case, child, officer, boss, when, outcome)
    if force.chance(case, 0.96, 0.82, 0.55):
        tell_of_closing(force, case, child, officer, when)
    if random.random() < 0.35:
        force.start(case, concern_after_closing(force, case, child, boss, when), when)
    if random.random() < 0.05:
        yield when + random.randrange(10, 90) * DAY
        force.note(case, "reopened", force.now, child=child, late=20, reason=pick(random, REASONS))


def outcome_of(force: Force, *, known: bool) -> str:
    """How the case ends; with a suspect who is known, not for want of one."""
    outcome = force.random.choices(
        ("charged", "evidential_difficulties", "victim_does_not_support", "no_suspect", "community_resolution"),
        (0.16, 0.38, 0.22, 0.16, 0.08),
    )[0]
    return "evidential_difficulties" if outcome == "no_suspect" and known else outcome


def weigh_evidence_led(force: Force, case: Case, child: Child, officer: Officer, when: int) -> None:
    """The victim does not support it: whether to go on without the victim is decided before the closing, or after it."""
    random = force.random
    early = force.chance(case, 0.95, 0.9, 0.8)
    force.note(
        case,
        "decision",
        when - 5 * HOUR if early else when + 2 * DAY,
        child=child,
        by=officer,
        late=10,
        decision_kind="evidence_led",
        rationale=pick(random, REASONS) if random.random() < 0.9 else None,
    )


def decide(force: Force, case: Case, child: Child, boss: Officer, when: int, outcome: str) -> None:
    """The supervisor decides, with the child's views in mind or without."""
    random = force.random
    considered = force.chance(case, 0.93, 0.65, 0.3)
    force.note(
        case,
        "decision",
        when - 2 * HOUR,
        child=child,
        by=boss,
        late=10,
        decision_kind="no_further_action" if outcome != "charged" else "charge",
        rationale=pick(random, CLOSING),
        child_views_considered=pick(random, VIEWS) if considered else None,
        alternatives=pick(random, REASONS) if force.chance(case, 0.9, 0.65, 0.35) else None,
        emergency=random.random() < 0.02,
        by_rank="sergeant",
        by_role="supervisor",
    )


def review_before_closing(force: Force, case: Case, child: Child, boss: Officer, when: int) -> None:
    """The supervisor reviews the case before it is closed; now and then only the day after."""
    reviewed = when - HOUR if force.chance(case, 0.97, 0.92, 0.85) else when + DAY
    safe = force.chance(case, 0.97, 0.85, 0.6)
    text = pick(force.random, CLOSING)
    note_review(force, case, child, boss, reviewed, "closure", late=5, text=text, actions_set=False, child_safety_considered=safe)


def file_away(force: Force, case: Case, child: Child, officer: Officer, boss: Officer, when: int, outcome: str) -> None:
    """The case is closed on the system, with a reason, an empty one or none, and leaves the hands of both officers."""
    random = force.random
    force.note(
        case,
        "closed",
        when,
        child=child,
        by=officer,
        late=15,
        closure_kind="investigation",
        child_involved=True,
        child_victim=True,
        outcome_code=outcome,
        rationale=pick(random, CLOSING) if force.chance(case, 0.95, 0.75, 0.5) else pick(random, EMPTY) if random.random() < 0.5 else None,
        signed_off_by_ref=boss.ref if random.random() < 0.9 else None,
        signed_off_rank=boss.rank,
        actions_transferred=random.random() < 0.1,
        child_refused_interview=False,
    )
    case.closed = when
    officer.open_cases -= 1
    boss.open_cases -= 1


def tell_of_closing(force: Force, case: Case, child: Child, officer: Officer, when: int) -> None:
    """The victim or a parent is told that the case is closed, mostly within a working day."""
    told = force.soon(when, 17, (0, 1, 3, 5, 8), (0.35, 0.4, 0.12, 0.08, 0.05))
    force.note(
        case,
        "victim-contact",
        max(told, when + 5 * MINUTE),
        child=child,
        by=officer,
        late=15,
        purpose="closure",
        method="telephone",
        success=True,
        not_practicable=False,
    )

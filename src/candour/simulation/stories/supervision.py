"""A supervisor reviews a case: at intervals, when it changes hands, before it is closed, when a concern comes back."""

from __future__ import annotations

from candour.simulation.facts import Case, Child, Value
from candour.simulation.moments import DAY, HOUR
from candour.simulation.staff import Officer
from candour.simulation.stories.words import REASONS, pick
from candour.simulation.world import Force, Story


def supervise(force: Force, case: Case, child: Child, boss: Officer, *, high: bool) -> Story:
    """The supervisor reviews the case at intervals: late when there are many to review, or during leave that nobody covers."""
    random = force.random
    allocated = force.now
    if force.chance(case, 0.97, 0.88, 0.7):
        done = yield from force.work(boss, allocated + random.randrange(4, 40) * HOUR, force.minutes(35))
        review(force, case, child, boss, done, "initial")
    while case.closed is None:
        days = random.uniform(9, 14) if high else random.uniform(20, 28)
        if not force.chance(case, 0.96, 0.82, 0.6):
            days *= random.uniform(1.3, 2.5)
        yield force.now + round(days * 24) * HOUR
        if case.closed is not None:
            return
        done, _ = boss.work(force.now, force.minutes(30))
        yield done
        if case.closed is None:
            review(force, case, child, boss, done, "periodic")


def review(force: Force, case: Case, child: Child, boss: Officer, when: int, kind: str) -> None:
    """One review at an interval, with directions and the child's safety in it, or with neither."""
    random = force.random
    real = force.chance(case, 0.95, 0.72, 0.42)
    note_review(
        force,
        case,
        child,
        boss,
        when,
        kind,
        late=force.minutes(15),
        actions_set=real,
        next_review_at=when + 28 * DAY if real else None,
        child_safety_considered=real or random.random() < 0.3,
        release_reviewed=real if any(one.fields.get("bail_kind") == "rui" for one in case.facts) else None,
        risk_level=random.choice(("low", "medium", "high")) if random.random() < 0.2 else None,
        text=pick(random, REASONS) if real or random.random() < 0.6 else None,
    )


def note_review(
    force: Force,
    case: Case,
    child: Child,
    boss: Officer,
    when: int,
    kind: str,
    *,
    late: int,
    text: str | None,
    actions_set: bool = True,
    child_safety_considered: bool = True,
    **more: Value,
) -> None:
    """A supervisor's review is written, `late` minutes after it was done."""
    force.noting(case, **more)(
        "review",
        when,
        child=child,
        by=boss,
        late=late,
        review_kind=kind,
        reviewer_ref=boss.ref,
        reviewer_rank=boss.rank,
        actions_set=actions_set,
        child_safety_considered=child_safety_considered,
        child_abuse=True,
        text=text,
    )

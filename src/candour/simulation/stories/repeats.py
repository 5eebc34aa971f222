"""What comes back: a concern about a child whose case was closed, and an incident between a pair who were heard at MARAC."""

from __future__ import annotations

from candour.simulation.facts import Case, Child
from candour.simulation.moments import DAY, HOUR
from candour.simulation.staff import Officer
from candour.simulation.stories.contact import receive
from candour.simulation.stories.supervision import note_review
from candour.simulation.stories.words import REASONS, pick
from candour.simulation.world import Force, Story

DAYS_UNTIL_SEEN_TO, SHARES = (0, 1, 2, 3, 6), (0.25, 0.35, 0.2, 0.12, 0.08)
"""After how many working days somebody sees to what came back, and in which share of cases (made up)."""


def concern_after_closing(force: Force, case: Case, child: Child, boss: Officer, closed: int) -> Story:
    """Months after an investigation was closed somebody is worried about the child again; the closing is looked at again, or is not."""
    random = force.random
    yield closed + random.randrange(4, 330) * DAY + random.randrange(24) * HOUR
    called = force.now
    receive(
        force,
        case,
        child,
        when=called,
        crime_alleged=False,
        abuse_kinds=("neglect",),
        domestic_abuse=False,
        whereabouts_unknown=False,
        child_involved=random.random() < 0.95,
    )
    if not force.chance(case, 0.93, 0.7, 0.45):
        return
    yield max(called + 2 * HOUR, force.soon(called, 15, DAYS_UNTIL_SEEN_TO, SHARES))
    if random.random() < 0.4:
        force.note(case, "reopened", force.now, child=child, late=20, reason=pick(random, REASONS))
        return
    kind = "reopening" if random.random() < 0.85 else "periodic"
    note_review(force, case, child, boss, force.now, kind, late=10, text=pick(random, REASONS))


def incident_after_marac(force: Force, case: Case, parties: str) -> Story:
    """The pair who were heard at MARAC come to notice again within the year, and go back to it, or do not."""
    random = force.random
    child = case.children[0]
    if random.random() < 0.4:
        return
    yield force.now + random.randrange(3, 200) * DAY
    assessed = force.now
    force.note(
        case,
        "dash",
        assessed,
        child=child,
        late=force.minutes(40),
        role="response_officer",
        tool="dash",
        grade=random.choice(("standard", "medium", "high")),
        ticks=random.randrange(3, 16),
        professional_judgement=False,
        marac_threshold_met=False,
        victim_refused=False,
        children_linked=len(case.children),
        parties_ref=parties,
    )
    if not force.chance(case, 0.95, 0.75, 0.45):
        return
    yield max(assessed + HOUR, force.soon(assessed, 16, DAYS_UNTIL_SEEN_TO, SHARES))
    force.note(case, "marac-referred", force.now, child=child, late=10, marac_criterion="repeat", parties_ref=parties)

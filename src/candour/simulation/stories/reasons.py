"""Why something was not done, or not in the usual way, is written down."""

from __future__ import annotations

from candour.simulation.facts import Case, Child
from candour.simulation.staff import Officer
from candour.simulation.world import Force


def give_reason(
    force: Force,
    case: Case,
    child: Child,
    when: int,
    kind: str,
    reason: str | None,
    *,
    late: int = 5,
    by: Officer | None = None,
    by_role: str | None = None,
    episode: str | None = None,
) -> None:
    """A decision of a kind (`not_practicable`, `not_shared`, `deviation`) with its reason, or without one; `late` is minutes until the entry."""
    force.note(
        case, "decision", when, child=child, episode=episode, by=by, late=late, decision_kind=kind, rationale=reason, by_role=by_role
    )

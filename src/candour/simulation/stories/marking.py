"""A marker is put on a child's record, or on the crime: exploitation, a protection plan."""

from __future__ import annotations

from candour.simulation.facts import Case, Child
from candour.simulation.world import Force


def mark_child(
    force: Force, case: Case, child: Child, when: int, flag: str, *, late: int = 20, immediate: bool = False, episode: str | None = None
) -> None:
    """A marker is put on the child's record; `late` is minutes until it is entered."""
    force.note(
        case,
        "flag",
        when,
        child=child,
        episode=episode,
        late=late,
        flag=flag,
        flag_subject="person",
        flag_change="on",
        subject_ref=child.ref,
        immediate_risk=immediate,
    )


def mark_crime(force: Force, case: Case, child: Child, when: int, flag: str, *, episode: str | None = None) -> None:
    """A marker is put on the crime of which the child is the victim."""
    force.note(
        case,
        "flag",
        when,
        child=child,
        episode=episode,
        late=20,
        flag=flag,
        flag_subject="crime",
        flag_change="on",
        immediate_risk=False,
    )

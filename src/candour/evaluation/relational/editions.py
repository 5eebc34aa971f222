"""Editions of one standard that have the same rule, to the letter, and follow on one another: they are evaluated once, and told apart by their dates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from candour.standards.model import InForce, Standard

Editions = tuple[Standard, ...]
"""One edition, or several that share a rule: in the order of their versions, each beginning on the day after the one before it ends."""


def together(standards: Iterable[Standard]) -> list[Editions]:
    """The standards in the order of id and version, neighbours that share a rule put together."""
    found: list[Editions] = []
    for one in sorted(standards, key=lambda standard: (standard.id, standard.version)):
        if found and _follows(found[-1][-1], one):
            found[-1] = (*found[-1], one)
        else:
            found.append((one,))
    return found


def _follows(earlier: Standard, later: Standard) -> bool:
    ends, begins = earlier.in_force.ends, later.in_force.begins
    return (
        earlier.id == later.id
        and ends is not None
        and begins is not None
        and begins == ends + timedelta(days=1)
        and earlier.rule == later.rule
    )


def span_of(editions: Sequence[Standard]) -> InForce:
    """The dates in which one of the editions is in force, both counted."""
    return InForce(editions[0].in_force.begins, editions[-1].in_force.ends)

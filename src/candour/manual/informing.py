"""Which inspection criteria and failings a standard informs: the one place that reads the `[informs]` table of a standard."""

from __future__ import annotations

from dataclasses import dataclass

from candour.standards.model import Standard


@dataclass(frozen=True)
class Informs:
    """What an edition says that it informs: criteria by key, failings by number, North Yorkshire findings by key."""

    criteria: tuple[str, ...] = ()
    failings: tuple[int, ...] = ()
    north_yorkshire: tuple[str, ...] = ()


def informs_of(standard: Standard) -> Informs:
    """The `[informs]` table of a standard; empty where the standard has none, or where its model does not carry it."""
    table = getattr(standard, "informs", None)
    return Informs(*(tuple(getattr(table, name, ()) or ()) for name in ("criteria", "failings", "north_yorkshire")))

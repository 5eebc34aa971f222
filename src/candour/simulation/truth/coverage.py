"""For which stretches of time the made-up exports hold every entry of a kind: what was never sent cannot be told from what never was."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from candour.simulation.moments import EXTRACTED, START, first_second
from candour.simulation.withheld import STOPPED_FROM, STOPPED_TO

NOTICES = frozenset({"referral.submitted", "referral.triaged", "referral.sent", "referral.decided"})
"""The kinds of the feed that stopped for a week."""
LONGER = {
    **dict.fromkeys(
        ("rso.registered", "rso.intel", "rso.visited", "rso.assessed", "mappa.met", "csods.applied", "csods.staged"),
        first_second(date(2024, 4, 1)),
    ),
    **dict.fromkeys(("training.completed", "welfare.checked", "audit.done", "profile.published"), first_second(date(2015, 1, 1))),
}
"""Kinds whose export reaches further back than the year, and from when."""


def covered(kinds: Iterable[str], first: int, last: int) -> bool:
    """Whether the exports hold every entry of these kinds from one moment to another, both inside."""
    for kind in kinds:
        if first < LONGER.get(kind, START) or last > EXTRACTED:
            return False
        if kind in NOTICES and first <= STOPPED_TO and last >= STOPPED_FROM:
            return False
    return True

"""One occasion and what is true of it."""

from __future__ import annotations

from typing import NamedTuple


class Truth(NamedTuple):
    """A standard, the entry that called for it (as import names it), the outcome, the reason, and why in words."""

    standard: str
    trigger: str
    outcome: str
    reason: str
    why: str
    stage: int = 0

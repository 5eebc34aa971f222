"""A rule turned into SQL: the select that makes its findings, and what is needed to write them out in full."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from candour.evaluation.relational.occasions import Part
from candour.evaluation.relational.steps import union


@dataclass
class Compiled:
    """One rule or stage. `triggers` are its trigger's kinds with the column of the scope key; `words` the limits by number (words, whose)."""

    part: Part
    with_clause: str
    triggers: Mapping[str, str]
    words: Mapping[int, tuple[str, str]]
    scope: str
    on_record: bool = False
    """The evidence is the trigger, and what counts is when it was written down (content with a limit)."""

    def select(self) -> str:
        """The select of the rule's findings by position: `pos`, `due` (seconds), `verdict`, `missing`, `evidence` (a position), `lim`, `measured`."""
        return f"{self.with_clause}\n{union(self.part.branches)}"

    @property
    def by(self) -> str:
        """The column that holds the scope key of its triggers."""
        (column,) = set(self.triggers.values())
        return column


def bare_findings(group: Sequence[Compiled]) -> str:
    """The findings of all stages of one standard by position, in the order of the trigger's position and the stage.

    Columns: `pos`, `due` (seconds), `verdict`, `missing`, `evidence` (a position), `lim`, `measured`, `stage`.
    """
    return f"SELECT * FROM ({all_stages(group)}) ORDER BY pos, stage"


def all_stages(group: Sequence[Compiled]) -> str:
    """The findings of `bare_findings`, in no order."""
    return union(
        [
            f"SELECT pos, due, verdict, missing, evidence, CAST(lim AS BIGINT) AS lim, measured, CAST({one.part.stage} AS UTINYINT) AS stage "
            f"FROM ({one.select()})"
            for one in group
        ]
    )

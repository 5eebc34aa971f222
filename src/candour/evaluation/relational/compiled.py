"""A rule turned into SQL: the step that makes its findings, and what is needed to write them out in full."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from candour.evaluation.relational.occasions import Part
from candour.evaluation.relational.steps import Step, union


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
    own_evidence: bool = False
    """The evidence is never another event than the trigger."""

    @property
    def table(self) -> str:
        """The table of the rule's findings before they are written out."""
        return f"findings_{self.part.name}"

    def step(self) -> Step:
        """The step that makes the findings."""
        branches = union(self.part.branches)
        return Step(f"findings of {self.part.standard.id}", f"CREATE TABLE {self.table} AS\n{self.with_clause}\n{branches}")

    @property
    def by(self) -> str:
        """The column that holds the scope key of its triggers."""
        (column,) = set(self.triggers.values())
        return column


def bare_findings(group: Sequence[Compiled]) -> str:
    """The findings of all stages of one standard by position, in the order of the trigger's position and the stage.

    Columns: `pos`, `due` (seconds), `verdict`, `missing`, `evidence` (a position), `lim`, `measured`, `stage`.
    """
    stages = [
        f"SELECT pos, due, verdict, missing, evidence, CAST(lim AS BIGINT) AS lim, measured, CAST({one.part.stage} AS UTINYINT) AS stage FROM {one.table}"
        for one in group
    ]
    return f"SELECT * FROM ({union(stages)}) ORDER BY pos, stage"

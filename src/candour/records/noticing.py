"""Gathers what is noticed while the rows of a delivery are read: refusals, doubts, codes without counterpart, blanks and zeros."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from candour.records.reporting.account import Counted, FieldCount, Listed, UnmappedCode


@dataclass
class Heard:
    """What is noticed while rows are read, gathered for the report."""

    refused: list[Listed] = field(default_factory=list)
    problems: list[Listed] = field(default_factory=list)
    doubtful: list[Listed] = field(default_factory=list)
    codes: dict[tuple[str, str, str, bool], list[int]] = field(default_factory=dict)
    filled: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    counts: dict[tuple[str, str, str], tuple[int, int, str]] = field(default_factory=dict)
    set_aside: dict[str, int] = field(default_factory=dict)
    newest: int | None = None
    lines: dict[str, Sequence[int]] = field(default_factory=dict)
    """For files whose row numbers do not say where a row stands: the line of each row."""

    def placed(self, listed: Sequence[Listed]) -> list[Listed]:
        """Each once, with the line of its row where the number of the row does not tell it."""
        return [
            one._replace(reason=f"{one.reason} (line {self.lines[one.file][one.row - 1]})") if one.file in self.lines else one
            for one in dict.fromkeys(listed)
        ]

    def hear(self, moment: int | None) -> None:
        """Remember the newest time at which something happened or was recorded."""
        if moment is not None and (self.newest is None or moment > self.newest):
            self.newest = moment

    def code(self, file: str, column: str, code: str, listed: bool, row: int) -> None:
        """Count one cell whose code has no counterpart."""
        found = self.codes.setdefault((file, column, code, listed), [0, row])
        found[0] += 1

    def count(self, file: str, column: str, what: str, rows: Sequence[int], value: str) -> None:
        """Count something that is true of these rows."""
        before = self.counts.get((file, column, what), (0, rows[0], value))
        self.counts[file, column, what] = (before[0] + len(rows), *before[1:])

    def unmapped(self) -> list[UnmappedCode]:
        """The codes without counterpart, those that nobody has decided on first."""
        rows = (UnmappedCode(*key, rows=count, first_row=row) for key, (count, row) in self.codes.items())
        return sorted(rows, key=lambda code: (code.listed, code.file, code.column, code.code))

    def fields(self) -> list[FieldCount]:
        """How each column was filled."""
        return [FieldCount(*key, *counts) for key, counts in self.filled.items()]

    def counted(self) -> list[Counted]:
        """What was counted and not listed."""
        return [Counted(*key, *values) for key, values in self.counts.items()]

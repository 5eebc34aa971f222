"""What every reader gives: rows in batches, column by column, each row with its number, and the rows that could not be read."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import NamedTuple, Protocol

from candour.records.refusals import InputRefused

Cell = str | datetime | date | time | list[str] | None
"""Text as written; a typed date or time where the file itself holds one; a list where the file holds a list; None when absent."""

BATCH_ROWS = 20_000
LONGEST_LINE = 10_000_000
"""No line of text may be longer than this many bytes: nothing a person typed is, and a file without line ends would fill the memory."""
SEPARATOR = "\x1f"


class BadRow(NamedTuple):
    """A row, or a value in one, that could not be read as written. `column` and `value` may be empty."""

    row: int
    column: str
    value: str
    reason: str


@dataclass
class Batch:
    """Up to BATCH_ROWS rows: their numbers (1 = first after the heading), the wanted columns, and each whole row as one text."""

    numbers: Sequence[int]
    columns: dict[str, Sequence[Cell]]
    whole: list[str]


@dataclass(frozen=True)
class RowsWanted:
    """What is to be read: the name to show, the columns that are needed, and how the mapping says the file is written.

    `rows` is the path of the elements that are rows, and `key` the columns that name a row: both are for XML alone.
    """

    shown: str
    columns: tuple[str, ...] = ()
    format: str | None = None
    sheet: str | None = None
    heading: int = 1
    encoding: str | None = None
    delimiter: str | None = None
    rows: str | None = None
    key: tuple[str, ...] = ()


@dataclass
class Facts:
    """What was found out about a file while it was read."""

    format: str
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    rows_in: int = 0
    bad: list[BadRow] = field(default_factory=list)
    doubtful: list[BadRow] = field(default_factory=list)
    lines: Sequence[int] | None = None
    """Where a row's number does not say on which line it stands: the line of each row, row 1 first."""


class Rows(Protocol):
    """An open file: its columns, what is known about it, and its batches (to be read once)."""

    columns: list[str]
    facts: Facts

    def batches(self) -> Iterator[Batch]:
        """The rows in order. Raises InputRefused when the file turns out to be damaged as a whole."""
        ...


def check_columns(shown: str, found: Sequence[str], wanted: Sequence[str], hint: str = "") -> None:
    """Refuse a file that lacks a column the mapping needs, or has it twice, naming the columns that were found."""
    missing = [name for name in wanted if name not in found]
    if missing:
        near = difflib.get_close_matches(missing[0].lower(), [name.lower() for name in found], n=1)
        likely = next((f" Perhaps {name!r} is meant." for name in found if near and name.lower() == near[0]), "")
        listed = ", ".join(repr(name) for name in missing)
        shown_found = ", ".join(repr(name[:60]) for name in found[:60]) or "none"
        raise InputRefused(
            f"{shown}: no column {listed}. The heading has {len(found)}: {shown_found}.{likely}{hint} Mend the file or the mapping."
        )
    twice = next((name for name in wanted if list(found).count(name) > 1), None)
    if twice is not None:
        raise InputRefused(f"{shown}: the heading has the column {twice!r} more than once. Name each column once.")

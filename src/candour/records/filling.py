"""Fills the columns of events, cases and children from a batch of rows; what cannot be used is blank and reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow as pa

from candour.records.mapping import ValueUse
from candour.records.refusals import InputRefused
from candour.records.times import Written, join_date_and_time
from candour.records.values import Clean, FieldValues, text_of
from candour.records.vocabulary import Field

if TYPE_CHECKING:
    from candour.records.making import TableMaker


@dataclass
class RowsUnderWay:
    """One batch on its way: the cleaned columns, and why rows are refused."""

    file: str
    file_no: int
    numbers: Sequence[int]
    columns: dict[str, list[Clean]]
    keys: list[str | None]
    bad: dict[int, list[tuple[str, str, str]]] = field(default_factory=dict)
    as_text: dict[str, list[str | None]] = field(default_factory=dict)

    def refuse(self, place: int, column: str, value: str, reason: str) -> None:
        """Refuse the row in this place of the batch."""
        self.bad.setdefault(place, []).append((column, value, reason))

    def texts(self, column: str) -> list[str | None]:
        """A column as text."""
        if column not in self.as_text:
            self.as_text[column] = [cell if cell is None or type(cell) is str else text_of(cell) for cell in self.columns[column]]
        return self.as_text[column]

    def joined(self, columns: Sequence[str]) -> list[Clean]:
        """Several columns as one: a date with its time of day, or texts with a space between."""
        if len(columns) == 1:
            return self.columns[columns[0]]
        if len(columns) == 2:
            return [join_date_and_time(written(a), written(b)) for a, b in zip(*(self.columns[name] for name in columns), strict=True)]
        texts = zip(*([text_of(cell) for cell in self.columns[name]] for name in columns), strict=True)
        return [" ".join(part for part in parts if part is not None) or None for parts in texts]

    def strung(self, columns: Sequence[str], mark: str) -> list[Clean]:
        """Several columns of text as one, with a mark between; blanks are left out."""
        if len(columns) == 1:
            return self.columns[columns[0]]
        return [mark.join(part for part in parts if part is not None) or None for parts in zip(*map(self.texts, columns), strict=True)]


def written(cell: Clean) -> Written | None:
    """A cell as a time may be written in it; a list is joined by semicolons."""
    return ";".join(cell) if isinstance(cell, tuple) else cell


_JOINED_AS_TIMES = ("moment", "day", "ref", "refs")
"""Of two columns that are a date and its time, or a key in two parts, the second alone says nothing; of others the one that is given counts."""


class Filled:
    """How some columns of events, cases, children or identities are filled from the table's columns. What is `private` is shown in no report."""

    def __init__(self, uses: dict[str, tuple[Field, ValueUse]], maker: TableMaker, at: str, *, private: bool = False) -> None:
        self.maker = maker
        self.private = private
        self.values = {name: FieldValues(given, use, maker.reader(use.dates)) for name, (given, use) in uses.items()}
        self.constants: dict[str, object] = {}
        for name, value in self.values.items():
            if value.use.constant is not None:
                try:
                    self.constants[name] = value.constant()
                except ValueError as error:
                    raise InputRefused(f"{maker.source.file}: [{at}.{name}] value = {value.use.constant!r} {error}.") from error

    def columns(self, rows: RowsUnderWay, places: Sequence[int], days: Sequence[int | None]) -> dict[str, object]:
        """Arrow arrays for every column; what cannot be used is blank and reported."""
        found: dict[str, object] = {}
        for name, value in self.values.items():
            if name in self.constants:
                found[name] = pa.array([self.constants[name]] * len(places), value.arrow)
                continue
            if value.field.type not in _JOINED_AS_TIMES:
                joined = rows.strung(value.use.columns, ";" if name == "other_names" else " ")
            else:
                joined = rows.joined(value.use.columns)
            cells = gather(joined, places)
            made, wrong = value.convert(cells, days)
            say = self.maker.unusable_privately if self.private else self.maker.unusable
            for place, unusable in wrong:
                say(rows, rows.numbers[places[place]], " + ".join(value.use.columns), unusable)
            if value.field.type == "moment":
                self.maker.doubts(rows, places, value.use.columns, value.moments(cells), value.times, own=name == "recorded_at")
            if name == "recorded_at":
                latest = self.maker.limits[1] * 1_000_000
                self.maker.heard.hear(max((at // 1_000_000 for at in made if isinstance(at, int) and at <= latest), default=None))
            found[name] = pa.array(made, value.arrow)
        return found


def gather(column: list[Clean], places: Sequence[int]) -> list[Clean]:
    """The cells of a column in these places."""
    return column if len(places) == len(column) else [column[place] for place in places]

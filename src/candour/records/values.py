"""Turns the cells of one column into typed values of the vocabulary, and says of each cell that cannot be used why not.

Nothing is guessed: a code that the mapping does not list, a word where a number belongs, or a date that does not exist
leaves the field blank and is reported.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

import pyarrow as pa

from candour.records.mapping import UNMAPPED, CodeTable, ValueUse
from candour.records.moments import EPOCH, Moment, Unreadable
from candour.records.readers import Cell
from candour.records.times import TimeReader, Written, literal
from candour.records.vocabulary import Field

Clean = Written | tuple[str, ...] | None
"""A cell with outer spaces taken off; None when blank."""

ARROW_TYPES: dict[str, pa.DataType] = {
    "yes_no": pa.bool_(),
    "text": pa.string(),
    "code": pa.string(),
    "codes": pa.list_(pa.string()),
    "whole": pa.int64(),
    "number": pa.float64(),
    "moment": pa.timestamp("us"),
    "day": pa.date32(),
    "ref": pa.string(),
    "refs": pa.list_(pa.string()),
}
_WORDS = {"yes": True, "no": False, "true": True, "false": False}


class Unusable(NamedTuple):
    """A cell that cannot be used as it stands. `kind`: `unlisted` or `listed` (a code), or `value`; `kept` is used instead."""

    kind: str
    text: str
    reason: str
    kept: object = None
    others: tuple[Unusable, ...] = ()
    """What else of the same cell cannot be used, where the cell is a list."""


def clean(cells: Sequence[Cell], blank: frozenset[str]) -> list[Clean]:
    """The cells without outer spaces; None for each that the mapping calls blank."""
    return [(None if (text := cell.strip()) in blank else text) if type(cell) is str else _other(cell) for cell in cells]


def _other(cell: Cell) -> Clean:
    if isinstance(cell, list):
        return tuple(item.strip() for item in cell if item.strip()) or None
    return cell


def text_of(cell: Clean) -> str | None:
    """A clean cell as one text."""
    return ";".join(cell) if isinstance(cell, tuple) else literal(cell)


class Converter(dict[object, object]):
    """Cell to value for one field: `convert` does a column at a time, remembering every answer."""

    def __init__(self, one: Callable[[Clean], object]) -> None:
        super().__init__({None: None})
        self.one = one
        self.met_unusable = False

    def __missing__(self, cell: Clean) -> object:
        value = self.one(cell)
        self.met_unusable = self.met_unusable or type(value) is Unusable
        self[cell] = value
        return value

    def convert(self, cells: Sequence[Clean]) -> list[object]:
        """The values of a column; cells that cannot be used come back as Unusable."""
        if len(self) > 300_000:
            self.clear()
            self[None] = None
        return [self[cell] for cell in cells]


class FieldValues:
    """How one column of the chronology is filled: conversion by type, and the code table in force on each row's day."""

    def __init__(self, field: Field, use: ValueUse, times: TimeReader) -> None:
        self.field = field
        self.use = use
        self.times = times
        self.arrow = ARROW_TYPES[field.type]
        editions: tuple[tuple[date | None, Mapping[str, str]], ...] = use.codes.editions if use.codes else ((None, {}),)
        self.starts = [start for start, _ in editions]
        self.converters = [Converter(self._function(use.codes, values)) for _, values in editions]
        self.plain = field.type in ("ref", "text") and use.codes is None

    def convert(self, cells: Sequence[Clean], days: Sequence[int | None]) -> tuple[list[object], list[tuple[int, Unusable]]]:
        """Values for a column, and the places of cells that could not be used. `days` (since 1970) choose the code edition."""
        if self.plain:
            return [cell if type(cell) is str else text_of(cell) for cell in cells], []
        if len(self.converters) == 1:
            values = self.converters[0].convert(cells)
        else:
            values = [self._in_force(day)[cell] for cell, day in zip(cells, days, strict=True)]
        if not any(converter.met_unusable for converter in self.converters):
            return values, []
        wrong = [(place, value) for place, value in enumerate(values) if isinstance(value, Unusable)]
        for place, value in wrong:
            values[place] = value.kept
        return values, wrong

    def moments(self, cells: Sequence[Clean]) -> list[Moment | Unreadable | None]:
        """What each cell of a column of times means; None when blank."""
        return [self.times[cell] if cell is not None and not isinstance(cell, tuple) else None for cell in cells]

    def _in_force(self, day: int | None) -> Converter:
        chosen = self.converters[0]
        for start, converter in zip(self.starts, self.converters, strict=True):
            if start is None or day is None or start.toordinal() - EPOCH <= day:
                chosen = converter
        return chosen

    def constant(self) -> object:
        """The value of a constant; raises ValueError with a sentence when it does not fit the field."""
        text = self.use.constant
        parts: Clean = text if text is None or not self.use.split else tuple(text.split(self.use.split))
        values, wrong = self.convert([parts], [None])
        if wrong:
            raise ValueError(wrong[0][1].reason)
        return values[0]

    def _function(self, table: CodeTable | None, values: Mapping[str, str]) -> Callable[[Clean], object]:
        simple: dict[str, Callable[[str], object]] = {"whole": _whole, "number": _number}
        kind = self.field.type

        def code(text: str) -> object:
            return self._code(text, table, values)

        if kind in ("codes", "refs"):
            return lambda cell: self._several(cell, code if kind == "codes" or table else str)
        if kind in ("moment", "day"):
            return self._moment if kind == "moment" else self._day
        if kind == "yes_no":
            return lambda cell: _any_yes([_yes_no(code(part)) if table else _word(part) for part in _parts(cell)])
        one = simple.get(kind, code)
        return lambda cell: one(str(text_of(cell)))

    def _code(self, text: str, table: CodeTable | None, codes: Mapping[str, str]) -> object:
        if table is None:
            if self.field.codes is None or text in self.field.codes:
                return text
            return Unusable("unlisted", text, f"is not a code of {self.field.name}, and the mapping gives no code table for it")
        target = codes.get(text)
        if target is None:
            return Unusable("unlisted", text, f"is a code that [codes.{table.name}] does not list")
        if target == UNMAPPED:
            return Unusable("listed", text, f"is listed as unmapped in [codes.{table.name}]")
        return target

    def _several(self, cell: Clean, one: Callable[[str], object]) -> object:
        if isinstance(cell, tuple):
            parts: Sequence[str] = cell
        else:
            text = str(text_of(cell))
            parts = [part for item in text.split(self.use.split) if (part := item.strip())] if self.use.split else [text]
        values = [one(part) for part in parts]
        wrong = [value for value in values if isinstance(value, Unusable)]
        if not wrong:
            return values or None
        return wrong[0]._replace(kept=[value for value in values if not isinstance(value, Unusable)] or None, others=tuple(wrong[1:]))

    def _moment(self, cell: Clean) -> object:
        found = self.times[cell if not isinstance(cell, tuple) and cell is not None else ""]
        if isinstance(found, Moment):
            return found.at * 1_000_000
        return Unusable("value", text_of(cell) or "", found.reason)

    def _day(self, cell: Clean) -> object:
        found = self.times[cell if not isinstance(cell, tuple) and cell is not None else ""]
        if isinstance(found, Moment):
            return found.on
        return Unusable("value", text_of(cell) or "", found.reason)


def _parts(cell: Clean) -> Sequence[str]:
    return cell if isinstance(cell, tuple) else (str(text_of(cell)),)


def _any_yes(answers: Sequence[object]) -> object:
    """Of a list (disabilities, say) one yes is enough; an answer that cannot be used is reported, and leaves what the others say only if that is yes."""
    wrong = [answer for answer in answers if isinstance(answer, Unusable)]
    if not wrong:
        return any(answers)
    return wrong[0]._replace(kept=True if True in answers else None, others=tuple(wrong[1:]))


def _yes_no(code: object) -> object:
    return code == "yes" if isinstance(code, str) else code


def _word(text: str) -> object:
    value = _WORDS.get(text.lower())
    return (
        value
        if value is not None
        else Unusable("unlisted", text, "is neither yes nor no (nor true nor false), and the mapping gives no code table for it")
    )


def _whole(text: str) -> object:
    if re.fullmatch(r"[+-]?\d{1,18}(\.0+)?", text):
        return int(text.split(".")[0])
    return Unusable("value", text, "is not a whole number")


def _number(text: str) -> object:
    if re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", text):
        return float(text)
    return Unusable("value", text, "is not a number (digits, and a point for the decimals)")


def day_of(days: int) -> date:
    """The date of a count of days since 1970."""
    return date.fromordinal(days + EPOCH)

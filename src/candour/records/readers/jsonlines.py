"""Reads JSON lines: one object a line. Numbers keep the digits as they were written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from candour.records.readers.delimited import TextLines
from candour.records.readers.rows import BATCH_ROWS, SEPARATOR, BadRow, Batch, Cell, Facts, RowsWanted, check_columns
from candour.records.refusals import InputRefused

SHOWN = 40
"""Of a line that cannot be read this much is shown: enough to find it, too little to tell a story."""


def _cell(value: object) -> Cell:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return list(value)
    return json.dumps(value, ensure_ascii=False)


def _flat(value: dict[str, object], before: str = "") -> dict[str, Cell]:
    """Nested objects become columns named outer.inner."""
    found: dict[str, Cell] = {}
    for key, item in value.items():
        if isinstance(item, dict):
            found.update(_flat(item, f"{before}{key}."))
        else:
            found[before + key] = _cell(item)
    return found


class JsonLineRows:
    """The rows of one JSON lines file. A column may be absent from some rows (blank), not from all of them."""

    def __init__(self, path: Path, wanted: RowsWanted) -> None:
        self.wanted = wanted
        self.lines = TextLines(path, wanted.shown, wanted.encoding)
        self.columns: list[str] = []
        self.facts = Facts("jsonl")
        self.seen: dict[str, None] = {}

    def batches(self) -> Iterator[Batch]:
        """The rows in order, in batches."""
        numbers: list[int] = []
        rows: list[dict[str, Cell]] = []
        for number, line in enumerate(self.lines, start=1):
            text = line.strip()
            if not text:
                continue
            self.facts.rows_in += 1
            row = self._row(number, text)
            if row is not None:
                numbers.append(number)
                rows.append(row)
                self.seen.update(dict.fromkeys(row))
            if len(rows) >= BATCH_ROWS:
                yield self._batch(numbers, rows)
                numbers, rows = [], []
        self.columns = list(self.seen)
        self.facts.encoding = self.lines.encoding
        if self.facts.rows_in == 0:
            raise InputRefused(f"{self.wanted.shown}: holds no rows. Export it again.")
        if rows:
            yield self._batch(numbers, rows)
        if self.facts.rows_in > len(self.facts.bad):
            check_columns(self.wanted.shown, self.columns, self.wanted.columns)

    def _row(self, number: int, text: str) -> dict[str, Cell] | None:
        if self.lines.undecoded:
            self.facts.bad.append(BadRow(number, "", text[:SHOWN], self.lines.undecoded[0]))
            self.lines.undecoded.clear()
            return None
        try:
            value = json.loads(text, parse_int=str, parse_float=str)
        except (json.JSONDecodeError, RecursionError) as error:
            self.facts.bad.append(BadRow(number, "", text[:SHOWN], f"is not JSON ({error}). The file may be cut short here."))
            return None
        if not isinstance(value, dict):
            self.facts.bad.append(BadRow(number, "", text[:SHOWN], "is not a JSON object with names and values"))
            return None
        return _flat(value)

    def _batch(self, numbers: list[int], rows: list[dict[str, Cell]]) -> Batch:
        names = self.wanted.columns or tuple(self.seen)
        whole = [SEPARATOR.join(f"{key}={value}" for key, value in sorted(row.items())) for row in rows]
        return Batch(numbers, {name: [row.get(name) for row in rows] for name in names}, whole)

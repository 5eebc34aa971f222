"""Reads one sheet of an XLSX or ODS workbook. Dates keep their type; text such as NA stays text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, WorksheetNotFound

from candour.records.readers.parquet import typed_cell
from candour.records.readers.rows import BATCH_ROWS, SEPARATOR, BadRow, Batch, Cell, Facts, RowsWanted, check_columns
from candour.records.readers.zips import check_zip, odd_cells
from candour.records.refusals import InputRefused

_ODD = {
    "formula": "is a formula; the value that the workbook last worked out is used",
    "error": "is an error of the workbook; it is read as blank",
}


def _cell(value: object) -> Cell:
    if value == "":
        return None
    if isinstance(value, timedelta):
        return str(value)
    return typed_cell(value)


def _letters(column: int) -> str:
    """The letters of a column counted from 0: A, B, ... Z, AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def sheet_names(path: Path) -> list[str | None]:
    """The sheets of a workbook in order; one None when the workbook cannot be opened (reading it then says why)."""
    try:
        check_zip(path, path.name)
        return list(CalamineWorkbook.from_path(path).sheet_names)
    except (InputRefused, CalamineError, OSError):
        return [None]


class SpreadsheetRows:
    """The rows of one sheet: the one the mapping names, or the only one. Rows that are blank throughout are passed over."""

    def __init__(self, path: Path, wanted: RowsWanted) -> None:
        self.wanted = wanted
        self.path = path
        self.form = "ods" if (wanted.format or wanted.shown.lower()).endswith("ods") else "xlsx"
        check_zip(path, wanted.shown)
        try:
            book = CalamineWorkbook.from_path(path)
            self.sheet, number = self._sheet(book)
        except PasswordError as error:
            raise InputRefused(f"{wanted.shown}: the workbook is locked with a password. Save it without one.") from error
        except (CalamineError, OSError) as error:
            raise InputRefused(f"{wanted.shown}: is not a whole workbook ({error}). Open it, save it again, and send that.") from error
        self.rows = iter(self.sheet.iter_rows())
        heading = next(islice(self.rows, wanted.heading - 1, None), None)
        self.line = wanted.heading
        while heading is not None and not any(heading):
            heading = next(self.rows, None)
            self.line += 1
        if heading is None:
            raise InputRefused(f"{wanted.shown}: the sheet {self.sheet.name!r} has no heading line with column names.")
        self.columns = [str(name).strip() for name in heading]
        check_columns(wanted.shown, self.columns, wanted.columns)
        self.facts = Facts(self.form, sheet=self.sheet.name)
        if self.form == "xlsx":
            self._note_odd_cells(number)

    def _sheet(self, book: CalamineWorkbook) -> tuple[CalamineSheet, int]:
        names = book.sheet_names
        if self.wanted.sheet is None and len(names) != 1:
            listed = ", ".join(repr(name) for name in names) or "none"
            raise InputRefused(
                f"{self.wanted.shown}: the workbook has {len(names)} sheets ({listed}). Say which with sheet = in its [[table]]."
            )
        name = self.wanted.sheet or names[0]
        try:
            return book.get_sheet_by_name(name), names.index(name) + 1
        except (WorksheetNotFound, ValueError) as error:
            listed = ", ".join(repr(other) for other in names)
            raise InputRefused(f"{self.wanted.shown}: no sheet {name!r}; the workbook has {listed}.") from error

    def _note_odd_cells(self, number: int) -> None:
        first = self.sheet.start[1] if self.sheet.start else 0
        by_letters = {_letters(place + first): name for place, name in enumerate(self.columns)}
        for letters, line, what in odd_cells(self.path, number):
            column = by_letters.get(letters)
            if line > self.line and column is not None and (not self.wanted.columns or column in self.wanted.columns):
                self.facts.doubtful.append(BadRow(line - self.line, column, f"{letters}{line}", _ODD[what]))

    def batches(self) -> Iterator[Batch]:
        """The rows in order, in batches."""
        number = 0
        while True:
            rows = list(islice(self.rows, BATCH_ROWS))
            if not rows:
                return
            numbers: list[int] = []
            kept: list[list[Cell]] = []
            for row in rows:
                number += 1
                cells = [_cell(value) for value in row]
                if any(cell is not None for cell in cells):
                    numbers.append(number)
                    kept.append(cells)
            self.facts.rows_in += len(kept)
            if kept:
                yield self._batch(numbers, kept)

    def _batch(self, numbers: list[int], rows: list[list[Cell]]) -> Batch:
        places = {name: place for place, name in enumerate(self.columns)}
        wanted = self.wanted.columns or self.columns
        columns = {name: [row[places[name]] for row in rows] for name in wanted}
        return Batch(numbers, dict(columns), [SEPARATOR.join("" if cell is None else str(cell) for cell in row) for row in rows])

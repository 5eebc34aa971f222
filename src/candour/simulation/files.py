"""Writes the made-up exports row by row, in the forms that eight systems would give them: CSV, JSON lines, Parquet and a workbook."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Protocol
from xml.sax.saxutils import escape  # nosec B406  # writes XML, reads none

import pyarrow as pa
import pyarrow.parquet as pq

from candour.simulation.moments import utc

Cell = str | int | float | bool | list[str] | None
"""What a writer takes; None is an empty cell. Parquet takes whole seconds (as London clocks show them) in its time columns."""
LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The date inside a workbook's parts, so that two runs give the same bytes."""


class Sheet(Protocol):
    """One file being written."""

    def write(self, row: list[Cell]) -> None:
        """Add a row, in the order of the columns."""
        ...

    def close(self) -> None:
        """Finish the file."""
        ...


class DelimitedSheet:
    """A text file with a heading, one row a line."""

    def __init__(self, path: Path, columns: list[str], encoding: str, delimiter: str) -> None:
        self.stream = path.open("w", encoding=encoding, newline="", errors="strict")
        self.writer = csv.writer(self.stream, delimiter=delimiter, lineterminator="\r\n")
        self.writer.writerow(columns)

    def write(self, row: list[Cell]) -> None:
        """Add a row; empty cells are left empty."""
        self.writer.writerow(["" if cell is None else cell for cell in row])

    def close(self) -> None:
        """Finish the file."""
        self.stream.close()


class JsonLinesSheet:
    """One object a line. The first line names every column; the others leave empty ones out."""

    def __init__(self, path: Path, columns: list[str]) -> None:
        self.stream = path.open("w", encoding="utf-8", newline="\n")
        self.columns = columns
        self.first = True

    def write(self, row: list[Cell]) -> None:
        """Add a row."""
        cells = {name: cell for name, cell in zip(self.columns, row, strict=True) if cell is not None or self.first}
        self.stream.write(json.dumps(cells, ensure_ascii=False, separators=(",", ":")) + "\n")
        self.first = False

    def close(self) -> None:
        """Finish the file."""
        self.stream.close()


class ParquetSheet:
    """A Parquet file of text columns and, for the columns named, local times without a zone."""

    def __init__(self, path: Path, columns: list[str], times: frozenset[str]) -> None:
        self.schema = pa.schema([(name, pa.timestamp("s") if name in times else pa.string()) for name in columns])
        self.writer = pq.ParquetWriter(path, self.schema, compression="zstd")
        self.rows: list[list[Cell]] = []

    def write(self, row: list[Cell]) -> None:
        """Add a row; rows are written in groups of 20,000."""
        self.rows.append(row)
        if len(self.rows) >= 20_000:
            self._flush()

    def _flush(self) -> None:
        columns = []
        for number, field in enumerate(self.schema):
            cells = [row[number] for row in self.rows]
            if pa.types.is_timestamp(field.type):
                columns.append(pa.array([None if cell is None else utc(int(str(cell))) for cell in cells], field.type))
            else:
                columns.append(pa.array([None if cell is None else str(cell) for cell in cells], field.type))
        self.writer.write_table(pa.Table.from_arrays(columns, schema=self.schema))
        self.rows = []

    def close(self) -> None:
        """Finish the file."""
        self._flush()
        self.writer.close()


_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/{{}}" Target="{{}}"/></Relationships>'
)
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


class WorkbookSheet:
    """A workbook with one sheet: text cells, and numbers (dates are serial numbers, as workbooks keep them)."""

    def __init__(self, path: Path, columns: list[str], sheet: str) -> None:
        self.zip = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED)
        self._part("[Content_Types].xml", _TYPES)
        self._part("_rels/.rels", _RELATIONS.format("officeDocument", "xl/workbook.xml"))
        self._part("xl/_rels/workbook.xml.rels", _RELATIONS.format("worksheet", "worksheets/sheet1.xml"))
        book = f'<workbook {_MAIN} xmlns:r="{_OFFICE}"><sheets><sheet name="{escape(sheet)}" sheetId="1" r:id="rId1"/></sheets></workbook>'
        self._part("xl/workbook.xml", f'<?xml version="1.0" encoding="UTF-8"?>{book}')
        self.stream = io.TextIOWrapper(
            self.zip.open(zipfile.ZipInfo("xl/worksheets/sheet1.xml", LONG_AGO), "w", force_zip64=True), encoding="utf-8"
        )
        self.stream.write(f'<?xml version="1.0" encoding="UTF-8"?><worksheet {_MAIN}><sheetData>')
        self.number = 0
        self.write(list(columns))

    def _part(self, name: str, text: str) -> None:
        self.zip.writestr(zipfile.ZipInfo(name, LONG_AGO), text)

    def write(self, row: list[Cell]) -> None:
        """Add a row; numbers are written as numbers."""
        self.number += 1
        cells = []
        for place, cell in enumerate(row):
            if cell is None:
                continue
            ref = f"{_letters(place)}{self.number}"
            if isinstance(cell, (int, float)):
                cells.append(f'<c r="{ref}"><v>{cell!r}</v></c>')
            else:
                cells.append(f'<c r="{ref}" t="inlineStr"><is><t>{escape(str(cell))}</t></is></c>')
        self.stream.write(f'<row r="{self.number}">{"".join(cells)}</row>')

    def close(self) -> None:
        """Finish the file."""
        self.stream.write("</sheetData></worksheet>")
        self.stream.close()
        self.zip.close()


def _letters(place: int) -> str:
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters

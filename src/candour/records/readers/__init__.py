"""Reads the rows of a delivered file, whatever form it came in, with their numbers and the text as it was written."""

from __future__ import annotations

from pathlib import Path

from candour.records.readers.rows import Batch, Cell, Rows, RowsWanted
from candour.records.refusals import InputRefused

__all__ = ["SUFFIXES", "Batch", "Cell", "Rows", "RowsWanted", "format_of", "open_rows"]

SUFFIXES = {
    **dict.fromkeys((".csv", ".txt", ".tsv", ".psv"), "csv"),
    **dict.fromkeys((".xlsx", ".xlsm"), "xlsx"),
    ".ods": "ods",
    ".parquet": "parquet",
    **dict.fromkeys((".jsonl", ".ndjson"), "jsonl"),
    ".xes": "xes",
    ".xes.gz": "xes",
    ".xml": "xml",
}


def format_of(name: str) -> str | None:
    """The form of a file by the end of its name; None when it is not one that can be read."""
    lower = name.lower()
    return next((form for suffix, form in SUFFIXES.items() if lower.endswith(suffix)), None)


def open_rows(path: Path, wanted: RowsWanted) -> Rows:
    """Open a file's rows. Raises InputRefused when the file as a whole cannot be used (empty, damaged, a column missing)."""
    if path.stat().st_size == 0:
        raise InputRefused(f"{wanted.shown}: the file is empty (0 bytes). Export it again.")
    form = wanted.format or format_of(wanted.shown)
    if form == "csv":
        from candour.records.readers.delimited import DelimitedRows

        return DelimitedRows(path, wanted)
    if form in ("xlsx", "ods"):
        from candour.records.readers.spreadsheets import SpreadsheetRows

        return SpreadsheetRows(path, wanted)
    if form == "parquet":
        from candour.records.readers.parquet import ParquetRows

        return ParquetRows(path, wanted)
    if form == "jsonl":
        from candour.records.readers.jsonlines import JsonLineRows

        return JsonLineRows(path, wanted)
    if form == "xes":
        from candour.records.readers.xes import XesRows

        return XesRows(path, wanted)
    if form == "xml":
        from candour.records.readers.xmlrecords import XmlRows

        return XmlRows(path, wanted)
    raise InputRefused(f"{wanted.shown}: the end of the name does not say what kind of file this is. Give format = in its [[table]].")

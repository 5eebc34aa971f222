"""Writes the import report for machines (JSON), for a spreadsheet (CSV, every refused row) and for people (HTML)."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from pathlib import Path

from candour.records.moments import iso
from candour.records.refusals import InputRefused
from candour.records.reporting.account import ImportReport
from candour.records.reporting.cells import safe_cell
from candour.records.reporting.page import report_page


def write_report(report: ImportReport, folders: Sequence[Path]) -> None:
    """Write report.json, report.csv and report.html into each folder, and where it was worked out what can be decided coverage.csv (a row a
    standard and source) and wanted.csv (what is missing, ranked); they are the same everywhere."""
    coverage = ("coverage.csv", "wanted.csv") if report.coverage is not None else ()
    for name in ("report.json", "report.csv", "report.html", *coverage):
        if report.coverage is not None and name in coverage:
            write_rows(report.coverage.by_source if name == "coverage.csv" else report.coverage.wanted, folders[0] / name)
        else:
            save_report(report, folders[0] / name)
        for folder in folders[1:]:
            shutil.copyfile(folders[0] / name, folder / name)


def as_json(report: ImportReport) -> dict[str, object]:
    """The whole report as plain values; moments are ISO 8601 in UTC. Nothing is left out or shortened."""
    content = _plain(report)
    if not isinstance(content, dict):
        raise TypeError("the report is not a table of values")
    names = ("rows_in", "rows_kept", "rows_refused", "rows_repeated", "rows_older", "rows_set_aside", "events")
    content["totals"] = {name: report.total(name) for name in names}
    return content


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return iso(value)
    if is_dataclass(value) and not isinstance(value, type):
        content = {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
        if "rows_standing" in content:
            content["rows_kept"] = _plain(getattr(value, "rows_kept"))  # noqa: B009 - a property of FileAccount only
        return content
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {name: _plain(item) for name, item in value._asdict().items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    return value


def write_csv(report: ImportReport, path: Path) -> None:
    """Every refused row, every value not used and every doubtful value: what, source, file, row, column, value, reason."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["what", "source", "file", "row", "column", "value", "reason"])
        for source in report.sources:
            for what, listed in (("row refused", source.refused), ("value not used", source.problems), ("doubtful", source.doubtful)):
                for item in listed:
                    writer.writerow([what, source.source_system, *map(safe_cell, item)])
            for code in source.unmapped:
                reason = "listed as unmapped" if code.listed else "not listed in the mapping"
                writer.writerow(
                    [
                        "unmapped code",
                        source.source_system,
                        *map(safe_cell, (code.file, code.first_row, code.column, code.code)),
                        f"{reason}; {code.rows} rows, first here",
                    ]
                )


def write_rows(rows: Sequence[Mapping[str, object]], path: Path) -> None:
    """Rows of the same columns as CSV with a heading; a file without a line where there are none."""
    with path.open("w", encoding="utf-8", newline="") as file:
        if rows:
            writer = csv.writer(file)
            writer.writerow(rows[0])
            writer.writerows([safe_cell(value) for value in row.values()] for row in rows)


def save_report(report: ImportReport, path: Path) -> None:
    """Write the report to one file: HTML, JSON or CSV by the end of its name. Raises InputRefused for another."""
    if path.suffix == ".json":
        path.write_text(json.dumps(as_json(report), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    elif path.suffix == ".csv":
        write_csv(report, path)
    elif path.suffix in (".html", ".htm"):
        path.write_text(report_page(report), encoding="utf-8")
    else:
        raise InputRefused(f"{path}: give a name that ends in .html, .json or .csv.")

"""Drafts a mapping from the columns of a delivery's own files, for a person to finish.

It shows what is there: how the file is written, which columns look like times and in what form, which hold few different
values, which could name a row. It guesses no meaning: every kind is left blank and every code is left unmapped.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from candour.records.delivery import EXTRACTED_AT
from candour.records.moments import Moment
from candour.records.readers import Rows, RowsWanted, format_of, open_rows
from candour.records.readers.spreadsheets import sheet_names
from candour.records.readers.xmlrecords import row_paths
from candour.records.refusals import InputRefused
from candour.records.times import TimeReader, literal

LOOKED_AT = 200_000
"""Rows of a file that are looked at; a longer file says so in the draft."""
MOST_CODES = 40
"""A column with at most this many different values, each met often, is shown as a column of codes."""
_BLANKS = ("NULL", "null", "N/K", "-", "--", ".", "None", "#N/A")
_FORMATS = (
    "iso",
    *("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y"),
    *("%d-%m-%Y %H:%M:%S", "%d-%m-%Y %H:%M", "%d-%m-%Y", "%d.%m.%Y %H:%M", "%d.%m.%Y", "%Y/%m/%d %H:%M", "%Y/%m/%d", "%Y%m%d"),
    *("%d-%b-%Y %H:%M", "%d-%b-%Y", "%d %b %Y %H:%M", "%d %b %Y", "%d-%b-%y", "%d/%m/%y %H:%M", "%d/%m/%y", "%m/%d/%y"),
)
_SHARE = 0.8
"""A form is called likely when this share of a column's values has it; the values that have not are named."""


@dataclass
class Column:
    """What was seen in one column."""

    name: str
    given: int = 0
    blank: int = 0
    values: Counter[str] = field(default_factory=Counter)
    typed: int = 0
    longest: int = 0

    def see(self, cell: object) -> None:
        """Take one cell into account."""
        if isinstance(cell, list):
            cell = ";".join(cell)
        shown = (literal(cell) or "").strip()
        if shown == "":
            self.blank += 1
            return
        self.given += 1
        self.typed += isinstance(cell, (datetime, date))
        self.longest = max(self.longest, len(shown))
        self.values[shown] += 1

    def formats(self) -> list[str]:
        """Date formats that each fit nearly every value, day first before month first; else those that do so together; else none."""
        if self.given == 0 or self.typed == self.given or self.longest > 40:
            return []
        fits = {text: self._fitting(text) for text in _FORMATS}
        alone = [text for text in _FORMATS if sum(fits[text].values()) >= self.given * _SHARE]
        if alone:
            return alone
        rest = Counter(self.values)
        together: list[str] = []
        while len(together) < 3:
            best = max(_FORMATS, key=lambda text: sum(rest[value] for value in fits[text]))
            if not any(rest[value] for value in fits[best]):
                break
            together.append(best)
            for value in fits[best]:
                del rest[value]
        return together if rest.total() <= self.given * (1 - _SHARE) else []

    def _fitting(self, text: str) -> Counter[str]:
        reader = TimeReader((text,), ZoneInfo("Europe/London"), midnight_is_day=False)
        return Counter({value: times for value, times in self.values.items() if isinstance(reader[value], Moment)})

    def unfit(self, formats: list[str]) -> list[str]:
        """Values that none of the formats fits."""
        reader = TimeReader(formats, ZoneInfo("Europe/London"), midnight_is_day=False)
        return [value for value in self.values if formats and not isinstance(reader[value], Moment)]

    @property
    def is_unique(self) -> bool:
        """Whether every value is there and none twice."""
        return self.blank == 0 and self.given == len(self.values) > 0

    @property
    def is_codes(self) -> bool:
        """Whether the column holds few and short values that repeat."""
        return 0 < len(self.values) <= MOST_CODES and self.longest <= 40 and self.given >= 3 * len(self.values)


def suggest_mapping(path: Path) -> str:
    """A draft mapping in TOML for one file, or for every file of a folder whose form is known. Raises InputRefused."""
    if not path.exists():
        raise InputRefused(f"{path}: there is nothing here. Give a delivered file, or the folder that holds it.")
    files = (
        [path]
        if path.is_file()
        else sorted(file for file in path.rglob("*") if file.is_file() and file.name != EXTRACTED_AT and format_of(file.name))
    )
    if not files:
        raise InputRefused(f"{path}: holds no file that can be read (CSV, XLSX, ODS, Parquet, JSON lines, XES, XML).")
    base = path.parent if path.is_file() else path
    names: Counter[str] = Counter()
    parts = [_HEAD.format(name=re.sub(r"[^a-z0-9]+", "-", base.name.lower()).strip("-") or "source")]
    codes: dict[str, list[str]] = {}
    for file in files:
        for part in _parts(file):
            parts.append(_table(file, file.relative_to(base).as_posix(), part, names, codes))
    for name, values in codes.items():
        parts.append(f"\n[codes.{name}]\n" + "".join(f'{_quoted(value)} = "unmapped"\n' for value in values))
    return "".join(parts)


_HEAD = """# A draft, made from the files' own columns. Nothing here has a meaning yet: a person who knows the source gives it one.
# Every kind is blank: choose from catalogue/vocabulary.toml. Every code is unmapped: give each its counterpart, or leave it so.
# docs/reference/mappings.md says what can be written.

[source]
name = "{name}"
# title = ""                  # what people call the system
verified = false
time_zone = "Europe/London"
delivers = "changes"          # or "everything", when a row that is absent was withdrawn

# [[source.complete]]         # only if the source holds every event of these kinds
# kinds = []
# from = ""
"""


def _parts(file: Path) -> list[str | None]:
    """What of a file makes tables of its own: the sheets of a workbook, the paths of the rows of an XML file; else one None."""
    form = format_of(file.name)
    if form in ("xlsx", "ods"):
        return sheet_names(file)
    return row_paths(file) if form == "xml" else [None]


def _table(file: Path, name: str, part: str | None, names: Counter[str], codes: dict[str, list[str]]) -> str:
    sheet, path = (None, part) if format_of(name) == "xml" else (part, None)
    try:
        rows = open_rows(file, RowsWanted(name, sheet=sheet, rows=path))
        columns, more = _look(rows)
    except InputRefused as refusal:
        return f"\n# NOT READ: {refusal}\n"
    facts = rows.facts
    looked = max((column.given + column.blank for column in columns), default=0)
    lines = ["", "[[table]]", f"file = {_quoted(name)}", f'format = "{facts.format}"']
    lines += [f"sheet = {_quoted(sheet)}"] if sheet is not None else []
    lines += [f"rows = {_quoted(path)}"] if path is not None else []
    lines += [f"delimiter = {_quoted(facts.delimiter)}"] if facts.delimiter else []
    lines += (
        [
            f"# encoding: {facts.encoding or 'not known'}"
            + ("  (rows differ: ask for one encoding)" if facts.encoding.startswith("mixed") else "")
        ]
        if facts.encoding
        else []
    )
    lines.append(
        f"# {looked:,} rows looked at{', of more' if more else ''}; {len(facts.bad)} could not be read"
        + (f" (first: row {facts.bad[0].row}, {facts.bad[0].reason})" if facts.bad else "")
    )
    unique = [column.name for column in columns if column.is_unique]
    listed = ", ".join(map(_quoted, unique[:1])) if unique else ""
    lines.append(
        f"key = [{listed}]"
        + (
            f"   # every value is there once in: {', '.join(unique)}"
            if unique
            else "   # no column alone names a row: choose the columns that do together"
        )
    )
    lines.append(f"columns = [{', '.join(_quoted(column.name) for column in columns)}]")
    blanks = [text for text in _BLANKS if any(text in column.values for column in columns)]
    lines.append(
        f"blank = [{', '.join(map(_quoted, blanks))}]   # texts that may mean blank; ids such as NA stay text" if blanks else 'blank = [""]'
    )
    times = {column.name: column.formats() for column in columns if column.typed or not column.is_codes or column.longest >= 8}
    times = {key: found for key, found in times.items() if found or next(column for column in columns if column.name == key).typed}
    chosen = list(dict.fromkeys(text for column in columns for text in _chosen(column, times)))
    lines.append(f"dates = [{', '.join(map(_quoted, chosen))}]")
    midnights = _midnights(columns, times)
    lines.append(f'# midnight = "day"   # {midnights}' if midnights else '# midnight = "day"   # or "minute", if 00:00 is a real time here')
    lines.extend(_column_line(column, times, codes) for column in columns)
    names[Path(name).stem] += 1
    event = re.sub(r"[^a-z0-9]+", "-", f"{Path(name).stem}-{names[Path(name).stem]}".lower()).strip("-")
    some = f" It may be {' or '.join(times)}." if times else ""
    lines += [
        "",
        "[[table.event]]",
        f'name = "{event}"',
        'kind = ""   # choose a kind of the vocabulary',
        f'at = ""     # the column that says when it happened.{some}',
        '# recorded_at = ""   case = ""   child = ""   episode = ""   actor = ""',
    ]
    lines += ["# [table.event.fields]"]
    return "\n".join(lines) + "\n"


def _chosen(column: Column, times: dict[str, list[str]]) -> list[str]:
    """Of the likely formats of a column, those to write down: all that are needed together, or the first that fits alone."""
    found = times.get(column.name, [])
    return found[:1] if found and len(column.unfit(found[:1])) == len(column.unfit(found)) else found


def _look(rows: Rows) -> tuple[list[Column], bool]:
    columns: dict[str, Column] = {}
    looked = 0
    batches = rows.batches()
    for batch in batches:
        for name, cells in batch.columns.items():
            column = columns.setdefault(name, Column(name, blank=looked))
            for cell in cells:
                column.see(cell)
        looked += len(batch.numbers)
        for column in columns.values():
            column.blank += looked - column.given - column.blank
        if looked >= LOOKED_AT:
            return list(columns.values()), next(batches, None) is not None
    if not columns:
        columns = {name: Column(name) for name in rows.columns}
    return list(columns.values()), False


def _column_line(column: Column, times: dict[str, list[str]], codes: dict[str, list[str]]) -> str:
    what = f"{column.given:,} filled, {column.blank:,} blank, {len(column.values):,} different"
    zeros = column.values["0"]
    if zeros:
        what += f", {zeros:,} zero"
    if column.name in times:
        unfit = column.unfit(times[column.name])
        odd = f"; {len(unfit):,} values do not fit, such as {unfit[0][:40]!r}" if unfit else ""
        return f"# {column.name}: {what}; {_day_first(column, times[column.name])}{odd}"
    if column.is_codes:
        name = re.sub(r"[^A-Za-z0-9]+", "_", column.name).strip("_").lower() or "codes"
        before = codes.setdefault(name, [])
        before.extend(value for value in sorted(column.values) if value not in before)
        return f"# {column.name}: {what}; looks like codes, all listed in [codes.{name}]"
    first = ", ".join(repr(value[:30]) for value in islice(column.values, 2)) if column.is_unique or column.longest <= 20 else ""
    return f"# {column.name}: {what}; {'looks like a reference' + (f', such as {first}' if first else '') if column.longest <= 40 else 'looks like free text'}"


def _day_first(column: Column, formats: list[str]) -> str:
    if not formats:
        return "typed as dates in the file"
    day, month = (next((text for text in formats if text.startswith(start)), None) for start in ("%d/%m", "%m/%d"))
    if day and month and column.unfit([day]) == column.unfit([month]):
        return f"{day} and {month} BOTH FIT every value: ask which is meant"
    if day or month:
        month = None if day and month and len(column.unfit([day])) < len(column.unfit([month])) else month
        day = None if month else day
        over = sum(times for value, times in column.values.items() if re.match(r"(1[3-9]|[23]\d)\D", value))
        evidence = f"{over:,} values begin with more than 12" if day else "the day stands second in values with more than 12 there"
        return f"looks like {day or month} ({evidence})"
    return f"looks like {formats[0]}" + (f" (or {formats[1]})" if len(formats) > 1 else "")


def _midnights(columns: list[Column], times: dict[str, list[str]]) -> str:
    found = [
        (column.name, sum(number for value, number in column.values.items() if re.search(r"[ T]00:00(:00)?", value)))
        for column in columns
        if column.name in times
    ]
    shown = ", ".join(f"{name} {number:,}" for name, number in found if number)
    return f'times of 00:00: {shown}; "minute" if they are real times' if shown else ""


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)

"""What a mapping says: which columns of a source's files make which events, cases and children.

A mapping is data that a person wrote (`docs/reference/mappings.md`). `mapping_file.py` reads it and refuses what cannot be meant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

NATIONS = ("England", "Wales")
"""The nations a force may be in; a practice standard may be for one of them alone."""
UNMAPPED = "unmapped"
"""What a mapping writes beside a source code that has no counterpart."""


@dataclass(frozen=True)
class CodeTable:
    """Source code to our code, by edition. An edition holds from its first London day (None: always) until the next begins."""

    name: str
    editions: tuple[tuple[date | None, Mapping[str, str]], ...]

    def on(self, day: date | None) -> Mapping[str, str]:
        """The edition in force on a day; the newest when the day is not known."""
        chosen = self.editions[0][1]
        for start, values in self.editions:
            if start is None or day is None or start <= day:
                chosen = values
        return chosen


@dataclass(frozen=True)
class ValueUse:
    """Where one value comes from: columns (joined when there are several), or a constant."""

    columns: tuple[str, ...] = ()
    constant: str | None = None
    codes: CodeTable | None = None
    split: str | None = None
    dates: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Condition:
    """A row counts only when the column holds one of these texts, none of these, or anything at all."""

    column: str
    among: frozenset[str] | None = None
    not_among: frozenset[str] | None = None
    not_blank: bool = False


@dataclass(frozen=True)
class EventRule:
    """One kind of event that a row can make. `envelope` and `fields` give where each column's value comes from."""

    name: str
    kind: str
    at: tuple[str, ...]
    blank_time: str
    envelope: Mapping[str, ValueUse]
    fields: Mapping[str, ValueUse]
    when: tuple[Condition, ...]
    split_child: str | None


@dataclass(frozen=True)
class RecordRule:
    """How a row fills one line of the table of cases, of children or of identities."""

    values: Mapping[str, ValueUse]
    when: tuple[Condition, ...]


@dataclass(frozen=True)
class TableRule:
    """One table of a source: which files it is, how they are written, and what their rows make."""

    file: str
    also: tuple[str, ...]
    format: str | None
    sheet: str | None
    heading: int
    encoding: str | None
    delimiter: str | None
    rows: str | None
    key: tuple[str, ...]
    version: str | None
    columns: tuple[str, ...]
    blank: frozenset[str]
    dates: tuple[str, ...]
    midnight: str | None
    set_aside: Mapping[str, frozenset[str]]
    events: tuple[EventRule, ...]
    cases: tuple[RecordRule, ...]
    children: tuple[RecordRule, ...]
    identities: tuple[RecordRule, ...] = ()

    def private_columns(self) -> frozenset[str]:
        """The columns that identities are read from, but for those of `ref`: their values are shown in no report."""
        return frozenset(column for rule in self.identities for name, use in rule.values.items() if name != "ref" for column in use.columns)

    @property
    def part(self) -> str:
        """Which part of its file the table is: the sheet, or the last step to its rows; empty for the whole file."""
        return self.sheet or (self.rows or "").rpartition("/")[2]

    def used_columns(self) -> tuple[str, ...]:
        """Every column that something in the table reads, in the order of first use."""
        used: dict[str, None] = dict.fromkeys(self.key)
        if self.version:
            used[self.version] = None
        for event in self.events:
            used.update(dict.fromkeys(event.at))
            for use in (*event.envelope.values(), *event.fields.values()):
                used.update(dict.fromkeys(use.columns))
            used.update({condition.column: None for condition in event.when})
        for record in (*self.cases, *self.children, *self.identities):
            for use in record.values.values():
                used.update(dict.fromkeys(use.columns))
            used.update({condition.column: None for condition in record.when})
        used.update(dict.fromkeys(self.set_aside))
        return tuple(used)


@dataclass(frozen=True)
class Complete:
    """The source holds every event of these kinds from a moment to a moment (UTC, both inside; None: until extraction)."""

    kinds: tuple[str, ...]
    start: datetime
    end: datetime | None


@dataclass(frozen=True)
class Gap:
    """A time in which the feed did not run (UTC, both ends inside); `kinds` None means all of them."""

    kinds: tuple[str, ...] | None
    start: datetime
    end: datetime
    why: str


@dataclass(frozen=True)
class SourceMapping:
    """One source system: what it declares, and its tables. `fingerprint` is the SHA-256 of the mapping file; `force` names whose it is and
    `nation`, one of NATIONS, where that force is (empty: not declared)."""

    name: str
    title: str
    verified: bool
    zone: ZoneInfo
    delivers: str
    due_every_days: int
    complete: tuple[Complete, ...]
    gaps: tuple[Gap, ...]
    tables: tuple[TableRule, ...]
    file: str
    fingerprint: str
    force: str = ""
    nation: str = ""

    def holds(self) -> dict[str, list[str]]:
        """For each kind, every field and envelope column that some event of the mapping fills from the source, sorted."""
        held: dict[str, set[str]] = {}
        for table in self.tables:
            for event in table.events:
                held.setdefault(event.kind, set()).update(event.fields, event.envelope)
        return {kind: sorted(fields) for kind, fields in sorted(held.items())}

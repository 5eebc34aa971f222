"""Reads the chronology once and keeps, for each kind of event that some rule uses, one narrow table with its conditions already decided.

A table of a kind holds `pos`, `lo`, `hi` (seconds, UTC), `prec` (0 exact, 1 day, 2 undated), the columns that were asked for, and `bits`: two bits a
condition (0 false, 1 true, 2 unknown), after them one bit for each of its fields that had no value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from candour.evaluation.relational.conditions import Reading, condition_sql
from candour.evaluation.relational.steps import Step, seconds_of
from candour.records.quoting import quoted, text
from candour.records.scene import SourceTold
from candour.records.vocabulary import Vocabulary
from candour.standards.expressions import Age, Condition, FieldOf, Recorded, fields_used, walk
from candour.standards.model import InForce

_ROOM = 60
_DAY = 86_400
ALWAYS = ("position", "kind", "occurred_at", "occurred_to", "known_from", "known_to")
"""The columns of an event that every evaluation reads."""


@dataclass(frozen=True)
class Decided:
    """Where a condition is kept in the bits of a kind: which column of bits, from which bit, and the fields it rests on."""

    number: int
    shift: int
    fields: tuple[FieldOf, ...]


@dataclass
class KindTable:
    """What is kept of one kind: its columns and conditions, in SQL over the values `e` that are read of it, and those values (name to SQL over the scan)."""

    name: str
    number: int
    values: dict[str, tuple[str, str]] = field(default_factory=dict)
    columns: dict[str, tuple[str, str]] = field(default_factory=dict)
    conditions: dict[Condition, Decided] = field(default_factory=dict)
    used: list[int] = field(default_factory=lambda: [0])
    decided: list[str] = field(default_factory=list)
    overlaps: dict[tuple[Condition | None, Condition | None], str] = field(default_factory=dict)
    """Pairs of conditions of which it is asked whether one event may meet both, with the SQL that tells."""

    @property
    def table(self) -> str:
        """The table's name in DuckDB."""
        return f"kind_{self.number}"


@dataclass(frozen=True)
class Counts:
    """What is in a kind's table: how many rows, on a day, undated, the first and last of their earliest seconds, without a value in a column; and every bit that is set in some row."""

    rows: int
    days: int
    undated: int
    first: int | None
    last: int | None
    without: Mapping[str, int]
    seen: tuple[int, ...]
    overlaps: Mapping[tuple[Condition | None, Condition | None], bool]


class Staging:
    """Collects what the rules need of each kind, then makes the steps that read it, and answers in SQL where it is to be found.

    Until `counts` are given every question is answered as if anything might be there; afterwards only what is there is spoken of.
    """

    def __init__(self, vocabulary: Vocabulary, sources: Sequence[SourceTold]) -> None:
        self.vocabulary = vocabulary
        self.sources = sources
        self.kinds: dict[str, KindTable] = {}
        self.counts: dict[str, Counts] | None = None
        self.firsts: set[str] = set()
        self.event_columns: dict[str, None] = dict.fromkeys(ALWAYS)
        self.child_columns: dict[str, None] = {}
        self.case_columns: dict[str, None] = {}
        self.needs_child: set[str] = set()
        self.needs_case: set[str] = set()
        self._types = vocabulary.event_columns()

    # What rules ask for

    def kind(self, name: str) -> KindTable:
        """The table of a kind."""
        if name not in self.kinds:
            self.kinds[name] = KindTable(name, self.vocabulary.kinds[name].order)
        return self.kinds[name]

    def has(self, kind: str, name: str) -> bool:
        """Whether events of the kind can have a value in this column at all."""
        return name in self.vocabulary.envelope or name in self.vocabulary.kinds[kind].fields

    def type_of(self, kinds: Iterable[str], name: str) -> str:
        """The column type of a field that at least one of the kinds has."""
        for kind in kinds:
            if self.has(kind, name):
                return (self.vocabulary.envelope.get(name) or self.vocabulary.kinds[kind].fields[name]).column_type
        return "VARCHAR"

    def value(self, kind: str, name: str) -> str:
        """The column of a kind's table that holds a field of the envelope or the kind."""
        if name == "position":
            return "pos"
        found = self.vocabulary.envelope.get(name) or self.vocabulary.kinds[kind].fields[name]
        return self._keep(kind, name, self._of_event(kind, name), found.column_type)

    def value_or_null(self, kind: str, name: str, kinds: Iterable[str]) -> str:
        """As `value`; a NULL of the right type where the kind has no such field, though others of `kinds` have."""
        return self.value(kind, name) if self.has(kind, name) else f"CAST(NULL AS {self.type_of(kinds, name)})"

    def key(self, kind: str, name: str) -> str:
        """The column that holds a number standing for the value of a field (NULL where there is none)."""
        value = self._of_event(kind, name)
        return self._keep(kind, f"key of {name}", f"CASE WHEN {value} IS NOT NULL THEN hash({value}) END", "UBIGINT")

    def _of_event(self, kind: str, name: str) -> str:
        """A column of the event, read for this kind."""
        self.event_columns.setdefault(name)
        return self._read(kind, name, f"e.{quoted(name)}", self._types[name])

    def _read(self, kind: str, name: str, sql: str, type_: str) -> str:
        self.kind(kind).values.setdefault(name, (sql, type_))
        return f"e.{quoted(name)}"

    def value_for_pairs(self, kind: str, asked: FieldOf | Age | Recorded) -> str:
        """The column that holds what a condition over two events needs of an event of this kind."""
        reading = self._reading(kind)
        if isinstance(asked, Recorded):
            own = FieldOf("this", asked.field.name, asked.field.type) if asked.field.owner == "other" else asked.field
            return self._keep(kind, f"recorded {own.label}", reading.recorded(own), "BOOLEAN")
        if isinstance(asked, Age):
            return self._keep(kind, "child.born_on", reading.field(FieldOf("child", "born_on", "day")), "DATE")
        if asked.owner in ("child", "case"):
            types = self.vocabulary.child if asked.owner == "child" else self.vocabulary.case
            return self._keep(kind, f"{asked.owner}.{asked.name}", reading.field(asked), types[asked.name].column_type)
        return self.value(kind, asked.name)

    def _keep(self, kind: str, name: str, sql: str, type_: str) -> str:
        self.kind(kind).columns.setdefault(name, (sql, type_))
        return quoted(name)

    def state(self, kind: str, condition: Condition) -> str:
        """SQL of 0 (false), 1 (true) or 2 (unknown) for a condition on events of a kind."""
        found = self._decided(kind, condition)
        return f"((bits{found.number} >> {found.shift}) & 3)"

    def _decided(self, kind: str, condition: Condition) -> Decided:
        table = self.kind(kind)
        if condition in table.conditions:
            return table.conditions[condition]
        fields = fields_used(condition)
        width = 2 + len(fields)
        if table.used[-1] + width > _ROOM:
            table.used.append(0)
        number, shift = len(table.used) - 1, table.used[-1]
        table.used[-1] += width
        reading = self._reading(kind)
        parts = [f"coalesce(CAST({condition_sql(condition, reading)} AS BIGINT), 2) << {shift}"]
        parts += [f"CAST({self._absent(kind, reading, one)} AS BIGINT) << {shift + 2 + place}" for place, one in enumerate(fields)]
        while len(table.decided) <= number:
            table.decided.append("")
        table.decided[number] = " | ".join([*filter(None, [table.decided[number]]), *(f"({part})" for part in parts)])
        table.conditions[condition] = Decided(number, shift, fields)
        return table.conditions[condition]

    def missing(self, kind: str, condition: Condition) -> str:
        """SQL of the labels of the fields a condition rests on that had no value, joined by comma and space; NULL where there is none."""
        found = self._decided(kind, condition)
        labels = [
            f"CASE WHEN (bits{found.number} >> {found.shift + 2 + place}) & 1 = 1 THEN {text(one.label)} END"
            for place, one in enumerate(found.fields)
        ]
        return f"nullif(concat_ws(', ', {', '.join(labels)}), '')" if labels else "NULL"

    def _reading(self, kind: str) -> Reading:
        def of_field(one: FieldOf) -> str:
            if one.owner == "child":
                self.child_columns.setdefault(one.name)
                self.needs_child.add(kind)
                return self._read(kind, one.label, f"child.{quoted(one.name)}", self.vocabulary.child[one.name].column_type)
            if one.owner == "case":
                self.case_columns.setdefault(one.name)
                self.needs_case.add(kind)
                return self._read(kind, one.label, f"cases.{quoted(one.name)}", self.vocabulary.case[one.name].column_type)
            return self._of_event(kind, one.name)

        def recorded(one: FieldOf) -> str:
            there = f"(NOT {self._absent(kind, reading, one)})"
            if one.owner != "this" or one.name in self.vocabulary.envelope:
                return there
            holding = [text(source.source_system) for source in self.sources if one.name in source.holds.get(kind, frozenset())]
            if not holding:
                return f"(CASE WHEN {there} THEN TRUE END)"
            return f"(CASE WHEN {there} THEN TRUE WHEN {self._of_event(kind, 'source_system')} IN ({', '.join(holding)}) THEN FALSE END)"

        reading = Reading(of_field, recorded, lambda _owner: self._of_event(kind, "occurred_on"))
        return reading

    def _absent(self, kind: str, reading: Reading, one: FieldOf) -> str:
        """SQL of whether a field has no value. Of a free text it is kept only whether it is there: the texts are long."""
        own = self.vocabulary.kinds[kind].fields.get(one.name) if one.owner == "this" else None
        if own is None or own.type != "text":
            return f"({reading.field(one)} IS NULL)"
        self.event_columns.setdefault(one.name)
        return self._read(kind, f"{one.name} is not there", f"(e.{quoted(one.name)} IS NULL)", "BOOLEAN")

    # What is there

    def rows(self, kind: str) -> int:
        """How many events of the kind there are (1 while nothing has been counted)."""
        return 1 if self.counts is None else self.counts[kind].rows if kind in self.counts else 0

    def any_of_precision(self, kind: str, precision: int) -> bool:
        """Whether some event of the kind is exact (0), on a day (1) or undated (2)."""
        if self.counts is None:
            return True
        found = self.counts.get(kind)
        if found is None:
            return False
        return (found.rows - found.days - found.undated, found.days, found.undated)[precision] > 0

    def any_in(self, kinds: Iterable[str], span: InForce) -> bool:
        """Whether some event of the kinds may count on a date of the span: dated in it, or undated where the span has no end.

        A day to either side is let in, for the hours between London and UTC.
        """
        begins = _seconds(span.begins) - _DAY if span.begins else None
        ends = _seconds(span.ends) + 2 * _DAY if span.ends else None
        for kind in kinds:
            if self.counts is None or (kind in self.counts and self.counts[kind].undated and ends is None):
                return True
            found = self.counts.get(kind)
            if found is None or found.first is None or found.last is None:
                continue
            if (begins is None or found.last >= begins) and (ends is None or found.first <= ends):
                return True
        return False

    def any_without(self, kind: str, name: str) -> bool:
        """Whether some event of the kind has no value in the kept column of this name."""
        if self.counts is None:
            return True
        return kind in self.counts and self.counts[kind].without.get(name, self.counts[kind].rows) > 0

    def ever(self, kind: str, condition: Condition | None, state: int) -> bool:
        """Whether a condition is true (1) or unknown (2) of some event of the kind."""
        if condition is None:
            return state == 1 and self.rows(kind) > 0
        found = self._decided(kind, condition)
        if self.counts is None:
            return True
        return kind in self.counts and bool(self.counts[kind].seen[found.number] >> found.shift & state)

    def any_both(self, kind: str, certain: Condition | None, possible: Condition | None) -> bool:
        """Whether some event of the kind meets the first condition and meets, or may meet, the second (None: always met)."""
        first = "TRUE" if certain is None else f"{self.state(kind, certain)} = 1"
        second = "TRUE" if possible is None else f"{self.state(kind, possible)} <> 0"
        self.kind(kind).overlaps.setdefault((certain, possible), f"({first} AND {second})")
        if self.counts is None:
            return True
        return kind in self.counts and self.counts[kind].overlaps.get((certain, possible), True)

    # The steps

    def scan(self, events: str, as_of: datetime, known_at: datetime, *, kinds: Iterable[str] | None = None) -> str:
        """The events that take part, as a relation with every column of the chronology."""
        chosen = "" if kinds is None else f" AND kind IN ({', '.join(text(kind) for kind in kinds)})"
        return (
            f"SELECT * FROM {events} WHERE known_from <= TIMESTAMP '{known_at}' AND (known_to IS NULL OR known_to > TIMESTAMP '{known_at}') "
            f"AND (occurred_at IS NULL OR occurred_at <= TIMESTAMP '{as_of}'){chosen}"
        )

    def slots(self) -> tuple[dict[str, list[str]], dict[str, dict[str, str]]]:
        """Shares the columns of the staged table between the kinds: type to slots, and kind to its values' slots.

        A field belongs to few kinds: were each a column of its own, the staged table would be mostly empty and many times as wide.
        """
        widths: dict[str, int] = {}
        places: dict[str, dict[str, str]] = {kind: {} for kind in self.kinds}
        for kind, table in self.kinds.items():
            taken: dict[str, int] = {}
            for name, (_, type_) in table.values.items():
                if name in self.vocabulary.envelope:
                    places[kind][name] = quoted(name)
                    continue
                number = taken.get(type_, 0)
                taken[type_] = number + 1
                widths[type_] = max(widths.get(type_, 0), number + 1)
                places[kind][name] = quoted(f"{type_} {number}")
        return {type_: [f"{type_} {number}" for number in range(width)] for type_, width in widths.items()}, places

    def staged(self, scan: str, cases: str, children: str, between: str = "TRUE") -> str:
        """The select that reads the chronology: one row an event of a kind in use, with the values that its kind needs."""
        slots, places = self.slots()
        numbers = ", ".join(f"({text(kind)}, {table.number})" for kind, table in self.kinds.items())
        wanted = [
            "e.position AS pos",
            "CAST(kinds.number AS UTINYINT) AS kind_number",
            f"{seconds_of('e.occurred_at')} AS lo",
            f"{seconds_of('e.occurred_to')} AS hi",
            "CAST(CASE WHEN e.occurred_at IS NULL THEN 2 WHEN e.occurred_to > e.occurred_at THEN 1 ELSE 0 END AS UTINYINT) AS prec",
        ]
        wanted += [
            f"e.{quoted(name)}"
            for name in dict.fromkeys(n for t in self.kinds.values() for n in t.values)
            if name in self.vocabulary.envelope
        ]
        for type_, named in slots.items():
            for slot in named:
                held = {kind: name for kind in self.kinds for name, place in places[kind].items() if place == quoted(slot)}
                by_value: dict[str, list[str]] = {}
                for kind, name in held.items():
                    by_value.setdefault(self.kinds[kind].values[name][0], []).append(str(self.kinds[kind].number))
                whens = " ".join(f"WHEN kinds.number IN ({', '.join(kinds)}) THEN {sql}" for sql, kinds in by_value.items())
                wanted.append(f"CASE {whens} ELSE CAST(NULL AS {type_}) END AS {quoted(slot)}")
        joins = f"JOIN (VALUES {numbers}) AS kinds(kind, number) ON e.kind = kinds.kind"
        for alias, table_name, key, kinds in (
            ("child", children, "child_ref", self.needs_child),
            ("cases", cases, "case_ref", self.needs_case),
        ):
            if kinds:
                needed = ", ".join(str(self.kinds[kind].number) for kind in self.kinds if kind in kinds)
                joins += f"\nLEFT JOIN {table_name} AS {alias} ON CASE WHEN kinds.number IN ({needed}) THEN e.{key} END = {alias}.{key}"
        listed = ",\n  ".join(wanted)
        return f"SELECT {listed}\nFROM ({scan}) AS e\n{joins}\nWHERE {between}"

    def present(self) -> str:
        """The select of the kinds that are in the staged table, by number."""
        return "SELECT DISTINCT kind_number FROM staged"

    def keeping(self, kind: str, *, first: bool) -> Step:
        """The step that moves one kind's rows from the staged table into its own, and decides its conditions."""
        table = self.kinds[kind]
        places = self.slots()[1][kind]
        inner = ", ".join(["pos", "lo", "hi", "prec", *(f"{place} AS {quoted(name)}" for name, place in places.items())])
        kept = ["pos", "lo", "hi", "prec", *(f"{sql} AS {quoted(name)}" for name, (sql, _) in table.columns.items())]
        kept += [f"{bits} AS bits{number}" for number, bits in enumerate(table.decided)]
        select = f"SELECT {', '.join(kept)} FROM (SELECT {inner} FROM staged WHERE kind_number = {table.number}) AS e"
        return Step(f"events of {kind}", f"CREATE TABLE {table.table} AS {select}" if first else f"INSERT INTO {table.table} {select}")

    def counting(self, kind: str) -> str:
        """The select that counts what is in a kind's table; one row, as `read_counts` reads it."""
        table = self.kinds[kind]
        counted = ["count(*)", "count(*) FILTER (prec = 1)", "count(*) FILTER (prec = 2)", "min(lo)", "max(lo)"]
        counted += [f"count(*) - count({quoted(name)})" for name in table.columns]
        counted += [f"bit_or(bits{number})" for number in range(len(table.decided))]
        counted += [f"coalesce(bool_or({sql}), FALSE)" for sql in table.overlaps.values()]
        return f"SELECT {', '.join(counted)} FROM {table.table}"

    def read_counts(self, counted: Mapping[str, Sequence[int]]) -> None:
        """Takes in the counts of the kinds that are there."""
        found: dict[str, Counts] = {}
        for kind, row in counted.items():
            table = self.kinds[kind]
            columns = tuple(table.columns)
            rest = row[5:]
            bits = rest[len(columns) : len(columns) + len(table.decided)]
            overlaps = dict(zip(table.overlaps, map(bool, rest[len(columns) + len(bits) :]), strict=True))
            found[kind] = Counts(row[0], row[1], row[2], row[3], row[4], dict(zip(columns, rest, strict=False)), tuple(bits), overlaps)
        self.counts = found


def _seconds(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def rests_on_pairs(condition: Condition) -> list[FieldOf | Age | Recorded]:
    """The values of either event on which a condition over two events rests."""
    found: list[FieldOf | Age | Recorded] = []
    for node in walk(condition):
        if isinstance(node, FieldOf | Age | Recorded):
            found.append(node)
    return found

"""Writes what eight systems would export of the made-up force, in the columns, codes and dates that their mappings describe.

The mapping files are read the other way round: from a fact to the row that the mapping would turn into it. Dirt is added as
real exports have it: rows given twice, days that do not exist, codes nobody mapped, and three spellings of one child.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from functools import lru_cache
from pathlib import Path
from random import Random

from candour.records.mapping import UNMAPPED, CodeTable, SourceMapping, TableRule, ValueUse
from candour.records.vocabulary import Field, Vocabulary
from candour.simulation.facts import Case, Child, Fact, Value
from candour.simulation.files import Cell, DelimitedSheet, JsonLinesSheet, ParquetSheet, Sheet, WorkbookSheet
from candour.simulation.identities.making import Identity
from candour.simulation.moments import CLOCKS_BACK, EXTRACTED, HOUR, LONDON, day_of, first_second, local
from candour.simulation.own_keys import INDEX, OwnKeys
from candour.simulation.world import Place

TWICE, IMPOSSIBLE = 0.003, 0.0008
"""Share of rows that are delivered twice, and share after which a row with a day that does not exist is planted (both made up)."""
EXTRA_COLUMNS = {"notices/notices.csv": ("FIRST_CHILD_NAME",), "missing/episodes.csv": ("NAME",), "occurrences/person_index.csv": ("name",)}
"""Columns that are delivered and that no mapping uses: a made-up name, spelt in each system's own way."""
BLANK_WORD = {"incidents": "N/K", "notices": "Not known"}

Encoder = Callable[[Value, bool, date], Cell]


def turned_round(table: CodeTable) -> list[tuple[date | None, dict[str, str], list[str]]]:
    """For each edition: from when, our code to the source's first code for it, and the codes left unmapped."""
    found = []
    for start, codes in table.editions:
        back: dict[str, str] = {}
        for code, target in codes.items():
            if target != UNMAPPED:
                back.setdefault(target, code)
        found.append((start, back, [code for code, target in codes.items() if target == UNMAPPED]))
    return found


def write_time(form: str, moment: int, day_only: bool) -> Cell:
    """A moment as a system writes it: `form` is the first date format of its mapping."""
    return _excel(moment, day_only) if form == "excel" else _written(form, moment, day_only)


@lru_cache(maxsize=300_000)
def _written(form: str, moment: int, day_only: bool) -> str:
    shown = local(moment)
    if form == "iso":
        return shown.strftime("%Y-%m-%d") if day_only else shown.strftime("%Y-%m-%dT%H:%M")
    return shown.strftime(form.split(" ")[0] if day_only else form)


def _excel(moment: int, day_only: bool) -> float:
    shown = local(moment)
    days = shown.toordinal() - date(1899, 12, 30).toordinal()
    return float(days) if day_only else round(days + (shown.hour * 60 + shown.minute) / 1440, 9)


class Encoders:
    """How each value of a table is written, remembered by where it goes."""

    def __init__(self, table: TableRule) -> None:
        self.form = table.dates[0]
        self.file_format = table.format or "csv"
        self.typed = self.file_format == "parquet"
        self.midnight = table.midnight == "day"
        self.as_list = self.file_format == "jsonl"

    def moment(self, moment: int, day_only: bool = False) -> Cell:
        """A time in this table's way of writing; Parquet takes it typed, as seconds of the local clock.

        Where the mapping reads midnight as "no time given", every other day without a time is written so, and in Parquet every one.
        """
        if self.typed:
            return _clock_seconds(first_second(day_of(moment)) if day_only and self.midnight else moment)
        day = day_of(moment)
        if day_only and self.midnight and day.toordinal() % 2:
            return write_time(self.form, first_second(day), False)
        return write_time(self.form, moment, day_only)

    def of(self, field: Field | None, use: ValueUse) -> Encoder:
        """How a value of one field is written in its column. The second argument asks for an unmapped code instead."""
        editions = turned_round(use.codes) if use.codes else None
        kind = field.type if field else "ref"

        def code(value: Value, unmapped: bool, day: date) -> str:
            if editions is None:
                return str(value)
            chosen = editions[0]
            for edition in editions:
                if edition[0] is None or edition[0] <= day:
                    chosen = edition
            if unmapped:
                return chosen[2][0]
            return chosen[1][str(value)]

        def several(value: Value, unmapped: bool, day: date) -> Cell:
            parts = [code(item, unmapped, day) for item in (value if isinstance(value, tuple) else (value,))]
            return parts if self.as_list else (use.split or "|").join(parts)

        if kind in ("codes", "refs"):
            return several
        if kind == "yes_no":
            if editions is None:
                return (
                    (lambda value, unmapped, day: bool(value)) if self.as_list else (lambda value, unmapped, day: "yes" if value else "no")
                )
            return lambda value, unmapped, day: code("yes" if value else "no", unmapped, day)
        if kind == "moment":
            return lambda value, unmapped, day: self.moment(int(str(value)))
        if kind == "day":
            return lambda value, unmapped, day: self.day(str(value))
        if kind == "code":
            return code
        return lambda value, unmapped, day: value if isinstance(value, int) and self.as_list else str(value)

    def day(self, text: str) -> Cell:
        """A day, given in ISO form, in this table's way of writing."""
        moment_of_day = date.fromisoformat(text)
        if self.form == "iso" or self.typed:
            return text
        return moment_of_day.strftime(self.form.split(" ")[0])


def _clock_seconds(moment: int) -> int:
    offset = LONDON.utcoffset(local(moment))
    summer = HOUR if offset is not None and offset.total_seconds() > 0 else 0
    if CLOCKS_BACK[0] - HOUR <= moment < CLOCKS_BACK[0]:
        summer = HOUR
    return moment + summer


class Table:
    """One exported file: its columns, and how facts become its rows."""

    def __init__(self, folder: Path, mapping: SourceMapping, table: TableRule, vocabulary: Vocabulary, random: Random) -> None:
        self.mapping, self.rule, self.random = mapping, table, random
        self.impossible_days = False
        self.encoders = Encoders(table)
        extra = EXTRA_COLUMNS.get(table.file, ())
        self.columns = [*table.used_columns(), *extra]
        self.slot = {name: number for number, name in enumerate(self.columns)}
        self.name_slot = self.slot[extra[0]] if extra else None
        self.own_times = {column for event in table.events for column in event.at}
        self.fields: dict[str, list[tuple[str, int, Encoder]]] = {}
        self.envelope: dict[str, list[tuple[str, int, str]]] = {}
        times = set(self.own_times)
        for event in table.events:
            kind = vocabulary.kinds[event.kind]
            self.fields[event.name] = [
                (name, self.slot[use.columns[0]], self.encoders.of(kind.fields[name], use))
                for name, use in event.fields.items()
                if use.columns
            ]
            self.envelope[event.name] = [
                (name, self.slot[use.columns[0]], use.split or "") for name, use in event.envelope.items() if use.columns
            ]
            times |= {event.envelope[name].columns[0] for name in ("recorded_at", "tour_ends_at") if name in event.envelope}
            times |= {use.columns[0] for name, use in event.fields.items() if use.columns and kind.fields[name].type == "moment"}
        self.rows = 0
        self.sheet = self._open(folder, frozenset(times))
        self.blank_word = BLANK_WORD.get(mapping.name)

    def _open(self, folder: Path, times: frozenset[str]) -> Sheet:
        path = folder / self.rule.file
        path.parent.mkdir(parents=True, exist_ok=True)
        form = self.rule.format
        if form == "jsonl":
            return JsonLinesSheet(path, self.columns)
        if form == "parquet":
            return ParquetSheet(path, self.columns, times)
        if form == "xlsx":
            return WorkbookSheet(path, self.columns, self.rule.sheet or "Sheet1")
        return DelimitedSheet(path, self.columns, self.rule.encoding or "utf-8", self.rule.delimiter or ",")

    def write(self, facts: list[Fact], name: str) -> None:
        """Write one row from the facts that share it (several where a row holds more than one event, or more than one child)."""
        row: list[Cell] = [None] * len(self.columns)
        self._set(row, self.slot[self.rule.key[0]], facts[0].row)
        by_event: dict[str, list[Fact]] = {}
        for fact in facts:
            by_event.setdefault(fact.name, []).append(fact)
        for event in self.rule.events:
            if event.name in by_event:
                self._fill(row, event.name, by_event[event.name], event.split_child)
                first = by_event[event.name][0]
                self._set(row, self.slot[event.at[0]], None if first.undated else self.encoders.moment(first.moment, first.day_only))
                for condition in event.when:
                    if condition.among:
                        self._set(row, self.slot[condition.column], min(condition.among))
        if self.name_slot is not None:
            row[self.name_slot] = name
        self._dirt(row)

    def _fill(self, row: list[Cell], event: str, facts: list[Fact], split_child: str | None) -> None:
        fact = facts[0]
        for envelope, slot, split in self.envelope[event]:
            value = self._envelope_value(envelope, fact, facts, split_child or split)
            if value is not None:
                self._set(row, slot, value)
        day = day_of(fact.moment)
        for name, slot, encode in self.fields[event]:
            if name in fact.fields:
                self._set(row, slot, encode(fact.fields[name], False, day))
            elif f"unmapped:{name}" in fact.hidden:
                self._set(row, slot, encode(None, True, day))
            elif self.blank_word and name in fact.hidden:
                row[slot] = self.blank_word

    def _envelope_value(self, name: str, fact: Fact, facts: list[Fact], split: str) -> Cell:
        if name == "recorded_at":
            return None if fact.recorded is None else self.encoders.moment(fact.recorded)
        if name == "tour_ends_at":
            return None if fact.tour_end is None else self.encoders.moment(fact.tour_end)
        if name == "child_ref":
            return split.join(one.child for one in facts if one.child is not None) or None if split else fact.child
        plain: dict[str, str | None] = {
            "case_ref": fact.case_ref,
            "episode_ref": fact.episode,
            "place_ref": fact.place,
            "household_ref": fact.household,
            "actor_ref": fact.actor,
            "actor_role": fact.role,
            "actor_rank": fact.rank,
            "unit": fact.unit,
            "org": fact.org,
        }
        return plain[name]

    def _set(self, row: list[Cell], slot: int, value: Cell) -> None:
        if row[slot] is not None and row[slot] != value:
            raise ValueError(
                f"{self.rule.file}: the column {self.columns[slot]} would hold both {row[slot]!r} and {value!r} in one row; give each its own column"
            )
        row[slot] = value

    def _dirt(self, row: list[Cell]) -> None:
        self.sheet.write(row)
        self.rows += 1
        if self.random.random() < TWICE:
            self.sheet.write(row)
            self.rows += 1
        text_times = len(self.own_times) == 1 and self.rule.format in ("csv", "jsonl") and self.rule.encoding != "utf-16"
        if text_times and self.random.random() < IMPOSSIBLE and self.impossible_days:
            planted = list(row)
            planted[self.slot[self.rule.key[0]]] = f"{row[self.slot[self.rule.key[0]]]}X"
            planted[self.slot[next(iter(self.own_times))]] = {"iso": "2026-02-31T10:00"}.get(
                self.rule.dates[0], "31-Feb-2026 10:00" if "%b" in self.rule.dates[0] else "31/02/2026 10:00"
            )
            self.sheet.write(planted)
            self.rows += 1

    def write_plain(self, cells: dict[str, Cell], name: str | None = None) -> None:
        """Write a row of an index from its columns."""
        row: list[Cell] = [None] * len(self.columns)
        for column, cell in cells.items():
            row[self.slot[column]] = cell
        if self.name_slot is not None:
            row[self.name_slot] = name
        self.sheet.write(row)
        self.rows += 1


class Exports:
    """Every file of the eight systems, being written. With `own` each system uses its own references to children."""

    def __init__(
        self,
        folder: Path,
        mappings: Iterable[SourceMapping],
        vocabulary: Vocabulary,
        places: dict[str, Place],
        seed: int,
        *,
        impossible_days: bool = False,
        own: OwnKeys | None = None,
    ) -> None:
        random = Random(f"dirt {seed}")  # noqa: S311  # a made-up force, not a secret
        self.own = own
        self.tables: dict[str, Table] = {}
        for mapping in mappings:
            for rule in mapping.tables:
                self.tables[rule.file] = Table(folder, mapping, rule, vocabulary, random)
                self.tables[rule.file].impossible_days = impossible_days
        self.table_of = {name: self.tables[place.table.file] for name, place in places.items()}
        self.split = {name for name, place in places.items() if place.rule.split_child is not None}
        self.events = 0

    def write_case(self, case: Case) -> None:
        """Write every row of a case that is not lost, in the order in which its entries were first made."""
        rows: dict[tuple[str, str], list[Fact]] = {}
        for fact in case.facts:
            if not fact.lost:
                table = self.table_of[fact.name]
                shown = self.own.fact(table.mapping.name, fact, fact.name in self.split) if self.own else fact
                rows.setdefault((table.rule.file, fact.row), []).append(shown)
                self.events += 1
        for (file, _), facts in rows.items():
            self.tables[file].write(facts, self._spelling(case, file, facts[0].child))

    def _spelling(self, case: Case, file: str, ref: str | None) -> str:
        """The name in a column that no mapping uses: of the case's first child or, with own keys, of the child that the row says it is about."""
        if self.own:
            return self.own.name(self.tables[file].mapping.name, ref)
        child = case.children[0] if case.children else None
        return child.spellings[0 if file.startswith("notices") else 1] if child else ""

    def write_case_index(self, case: Case) -> None:
        """Write the case's own line."""
        ends = [*case.filed, *([case.closed] if case.closed is not None else [])]
        closed = day_of(max(ends)).isoformat() if ends and max(ends) <= EXTRACTED else None
        cells: dict[str, Cell] = {
            "occRef": case.ref,
            "kind": case.kind,
            "offence": case.offence,
            "opened": day_of(case.opened).isoformat(),
            "closed": closed,
        }
        self.tables["occurrences/case_index.csv"].write_plain(
            {**cells, "district": case.district, "unit": case.unit, "flags": "|".join(case.flags) or None}
        )

    def write_child(self, child: Child) -> None:
        """Write the child's line in the index of persons; with own keys, one for each reference that the index's system has for the child."""
        cells: dict[str, Cell] = {
            "child": child.ref,
            "born": child.born_on,
            "sex": child.sex,
            "ethnicity": child.ethnicity,
            "disability": "yes" if child.disability else "no",
        }
        cells |= {
            "careStatus": child.care_status,
            "careBasis": child.care_basis,
            "school": child.school,
            "inEducation": "yes" if child.in_education else "no",
            "homeForce": child.home_force,
        }
        shown = {column: cell for column, cell in cells.items() if column not in child.blank}
        index = self.tables["occurrences/person_index.csv"]
        if self.own is None:
            index.write_plain(shown, child.spellings[2])
            return
        for ref in self.own.refs(INDEX, child.ref):
            index.write_plain({**shown, "child": ref}, self.own.name(INDEX, ref))

    def write_identity(self, one: Identity) -> None:
        """Write what a system holds of a child whom it numbers itself into its table of people."""
        table = self.tables[f"{one.source_system}/people.csv"]
        (rule,) = table.rule.identities
        cells: dict[str, Cell] = {}
        for name, use in rule.values.items():
            value = getattr(one, name)
            if use.columns and value is not None:
                shown = table.encoders.day(value.isoformat()) if isinstance(value, date) else value
                cells[use.columns[0]] = ("yes" if shown else "no") if isinstance(shown, bool) else shown
        table.write_plain(cells)

    def close(self) -> dict[str, int]:
        """Finish every file; gives the number of rows of each."""
        for table in self.tables.values():
            table.sheet.close()
        return {name: table.rows for name, table in self.tables.items()}

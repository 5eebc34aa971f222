"""Holds standards again against those of their occasions that something touched: the few events that decide them, by the reference evaluator.

The relational evaluator plans some hundreds of queries however few events there are; for a few thousand findings plain Python is several times as quick.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from candour.evaluation.reach import Touched, asks_for_first, taking_part, triggers_alone
from candour.evaluation.reference import evaluate
from candour.findings.finding import Finding
from candour.records.by_kind import KindRows
from candour.records.calendars import Calendar
from candour.records.scene import Row, Scene, SourceTold
from candour.records.vocabulary import Vocabulary
from candour.standards.model import Held, Selector, Standard
from candour.standards.rule_parts import selectors_of, triggers_of

EVERYTHING_KNOWN = datetime(9999, 1, 1)
Wanted = dict[tuple[str, str], set[str]]
Found = dict[tuple[str, str], dict[str, list[Row]]]


@dataclass(frozen=True)
class Setting:
    """What an evaluation rests on beside the events: all moments UTC without zone, and everything known."""

    vocabulary: Vocabulary
    calendar: Calendar
    sources: tuple[SourceTold, ...]
    as_of: datetime


class Details:
    """The details of cases or children as they stand, read once from a file of a generation and given one by one."""

    def __init__(self, file: Path, key: str) -> None:
        table = pq.ParquetFile(file).read()
        if "known_to" in table.schema.names:
            table = table.filter(pc.is_null(table["known_to"]))
        self._table = table.combine_chunks()
        self._places = {ref: place for place, ref in enumerate(table[key].to_pylist())}
        self._key = key
        self._made: dict[object, Row] = {}

    def of(self, refs: Collection[object]) -> tuple[Row, ...]:
        """The details of these, of those that have any."""
        places = [self._places[ref] for ref in refs if ref not in self._made and ref in self._places]
        if places:
            self._made.update((row[self._key], row) for row in self._table.take(pa.array(places, pa.int64())).to_pylist())
        return tuple(self._made[ref] for ref in refs if ref in self._made)


class Surroundings:
    """The events that decide what was touched, fetched for all standards together and handed out to each; `replaced` are ids of events that do not count."""

    def __init__(
        self, records: KindRows, as_of: datetime, cases: Details, children: Details, replaced: frozenset[str] = frozenset()
    ) -> None:
        self._replaced = replaced
        self._records = records
        self._as_of = as_of
        self._takes_part = taking_part(as_of)
        self._cases = cases
        self._children = children
        self._keyed: Found = {}
        self._blank: Found = {}
        self._first: dict[str, dict[str, Row]] = {}

    def gather(self, standards: Sequence[Standard], touched: Sequence[Touched]) -> None:
        """Fetch the events that the touched findings of these standards rest on."""
        both = [(standard, one) for standard, one in zip(standards, touched, strict=True) if one]
        for standard, one in both:
            if isinstance(standard.rule, Held):
                self._holdings(standard.rule, one)
        wanted: Wanted = {}
        first: dict[str, set[str]] = {}
        for standard, one in both:
            for kind, column, keys in _wanted(standard, one):
                wanted.setdefault((kind, column), set()).update(keys)
            column_of_first = asks_for_first(standard.rule)
            if column_of_first is not None:
                first.setdefault(column_of_first, set()).update(one.cases if isinstance(standard.rule, Held) else one.keys | one.around)
        self._fetch(wanted, self._keyed, self._records.of_keys, by_case=False)
        blank: Wanted = {}
        for standard, one in both:
            if standard.rule.scope != "case" and not isinstance(standard.rule, Held):
                cases = self._cases_of_triggers(standard, one)
                for kind, column in _read_by(selectors_of(standard.rule)):
                    blank.setdefault((kind, column), set()).update(cases)
        self._fetch(blank, self._blank, self._records.without_key, by_case=True)
        for name, keys in first.items():
            self._first.setdefault(name, {}).update(self._first_of(name, keys))

    def _first_of(self, column: str, keys: Collection[str]) -> dict[str, Row]:
        """The first dated event with each key, of those that count."""
        found = self._records.first_of_keys(column, keys, self._as_of)
        for key in [key for key, row in found.items() if row["event_id"] in self._replaced]:
            del found[key]
            rows = [row for kind in self._records.kinds for row in self._records.of_keys(kind, column, {key}) if self._takes_part(row)]
            dated = [row for row in rows if row["occurred_at"] is not None and row["event_id"] not in self._replaced]
            if dated:
                found[key] = min(dated, key=_at)
        return found

    def _fetch(self, wanted: Wanted, into: Found, ask: object, *, by_case: bool) -> None:
        for (kind, column), keys in wanted.items():
            held = into.setdefault((kind, column), {})
            for row in ask(kind, column, keys):  # type: ignore[operator]  # one of two methods of KindRows
                if self._takes_part(row):
                    held.setdefault(str(row["case_ref" if by_case else column]), []).append(row)

    def _holdings(self, rule: Held, touched: Touched) -> None:
        """The cases of whatever the touched holders hold, and what they hold in no case."""
        for kind in rule.count.kinds:
            for row in self._records.of_keys(kind, rule.held_by, touched.keys):
                if self._takes_part(row) and row.get(rule.count.by) is not None:
                    touched.cases.add(str(row[rule.count.by]))
                elif self._takes_part(row):
                    touched.rows[int(str(row["position"]))] = row

    def _cases_of_triggers(self, standard: Standard, touched: Touched) -> set[str]:
        triggers = [row for kind, column in _read_by(triggers_of(standard.rule)) for row in _of(self._keyed, kind, column, touched.keys)]
        return touched.near | {str(row["case_ref"]) for row in (*triggers, *touched.rows.values()) if row["case_ref"] is not None}

    def scene(self, standard: Standard, touched: Touched, sources: tuple[SourceTold, ...]) -> Scene:
        """The events that decide the touched findings of one standard; `gather` must have been told of it."""
        return self.scenes([(standard, touched)], sources)

    def scenes(self, several: Iterable[tuple[Standard, Touched]], sources: tuple[SourceTold, ...]) -> Scene:
        """As `scene`, for several standards in one."""
        events: dict[int, Row] = {}
        for standard, touched in several:
            self._add(events, standard, touched)
        in_order = tuple(events[position] for position in sorted(events))
        cases_of = self._cases.of({row["case_ref"] for row in in_order})
        return Scene(in_order, cases_of, self._children.of({row["child_ref"] for row in in_order}), sources)

    def _add(self, events: dict[int, Row], standard: Standard, touched: Touched) -> None:
        events.update(touched.rows)
        rows: list[Row] = []
        for kind, column, keys in _wanted(standard, touched):
            rows.extend(_of(self._keyed, kind, column, keys))
        if standard.rule.scope != "case" and not isinstance(standard.rule, Held):
            cases = self._cases_of_triggers(standard, touched)
            for kind, column in _read_by(selectors_of(standard.rule)):
                rows.extend(_of(self._blank, kind, column, cases))
        first = self._first.get(asks_for_first(standard.rule) or "", {})
        around = touched.cases if isinstance(standard.rule, Held) else touched.keys | touched.around
        rows.extend(first[key] for key in around if key in first)
        events.update((int(str(row["position"])), row) for row in rows)


def _at(row: Row) -> datetime:
    at = row["occurred_at"]
    return at if isinstance(at, datetime) else datetime.max


def look_again(standard: Standard, touched: Touched, surroundings: Surroundings, at: Setting) -> list[Finding]:
    """The touched findings of a standard as they are now, in their order; `surroundings` must have gathered what decides them."""
    found = evaluate(surroundings.scene(standard, touched, at.sources), [standard], at.vocabulary, at.calendar, at.as_of, EVERYTHING_KNOWN)
    return [one for one in found if one.scope_key in touched.keys or one.trigger_event in touched.triggers]


def _read_by(selectors: Iterable[Selector]) -> list[tuple[str, str]]:
    """Each kind with the column by which it is read, once."""
    return list(dict.fromkeys((kind, selector.by) for selector in selectors for kind in selector.kinds))


def _wanted(standard: Standard, touched: Touched) -> list[tuple[str, str, set[str]]]:
    """The kinds that decide what is touched, with the column by which each is read and the keys that are looked for in it."""
    if isinstance(standard.rule, Held):
        return [(kind, column, touched.cases) for kind, column in _read_by(selectors_of(standard.rule))]
    alone = triggers_alone(standard.rule)
    both = touched.keys | touched.around if touched.around else touched.keys
    return [(kind, column, touched.keys if kind in alone else both) for kind, column in _read_by(selectors_of(standard.rule))]


def _of(found: Found, kind: str, column: str, keys: Collection[str]) -> Iterable[Row]:
    held: Mapping[str, list[Row]] = found.get((kind, column), {})
    few, many = (keys, held) if len(keys) < len(held) else (held, keys)
    for key in few:
        if key in many:
            yield from held[key]

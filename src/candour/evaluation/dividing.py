"""Divides an assessment into parts that can be evaluated one after the other, or on several machines, and whose findings together are the whole's.

A finding rests on the events of one scope key, and on those that lack the key and lie in the trigger's case (section 3 of
`docs/explanation/how-a-finding-is-reached.md`). So a part holds every event of the keys that are its own, and those others; it keeps the findings whose
key is its own. Positions stay those of the whole chronology, so that ties break alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from candour.evaluation.relational.portion import Portion, owner_of_keyless, part_of, takes_first
from candour.evaluation.relational.run import Chronicle, Evaluation
from candour.evaluation.relational.telling import columns_told
from candour.records.calendars import Calendar
from candour.records.quoting import quoted, text
from candour.records.scene import SourceTold
from candour.records.vocabulary import Vocabulary
from candour.standards.model import SCOPES, Held, Selector, Standard
from candour.standards.rule_parts import selectors_of, triggers_of

if TYPE_CHECKING:
    import duckdb

Way = Literal["ranges", "keys", "whole"]
CASE = SCOPES["case"]


@dataclass(frozen=True)
class Asked:
    """What is to be evaluated: the chronology's files, what its sources declare, the standards, and the moments (UTC without zone)."""

    events: Path
    cases: Path
    children: Path
    sources: tuple[SourceTold, ...]
    standards: tuple[Standard, ...]
    vocabulary: Vocabulary
    calendar: Calendar
    as_of: datetime
    known_at: datetime


@dataclass(frozen=True)
class Group:
    """Standards that are divided together. `way`: a chronology is in the order of its cases, so what is bound by the case is cut into stretches of it
    (`ranges`); what is bound otherwise is shared out by its key (`keys`); a number held at once rests on cases and holders both, and is not
    divided, but only the kinds it speaks of are read (`whole`)."""

    name: str
    way: Way
    scope: str
    standards: tuple[Standard, ...]


def groups_of(standards: Iterable[Standard]) -> list[Group]:
    """The standards in groups of one scope and way, each in the order given."""
    found: dict[tuple[Way, str], list[Standard]] = {}
    for one in standards:
        found.setdefault((_way(one), one.rule.scope), []).append(one)
    return [Group(f"{way}-{scope}", way, scope, tuple(some)) for (way, scope), some in found.items()]


def _way(standard: Standard) -> Way:
    if isinstance(standard.rule, Held):
        return "whole"
    by_case = standard.rule.scope == "case" and all(selector.by == CASE for selector in selectors_of(standard.rule))
    return "ranges" if by_case else "keys"


def ranges(connection: duckdb.DuckDBPyConnection, events: Path, parts: int) -> list[Portion]:
    """Stretches of a chronology, each of whole cases, about as many events in each; fewer where there are fewer cases.

    Events without a case are last, and all in one. Raises ValueError for a chronology whose cases do not lie together.
    """
    read = f"read_parquet({text(str(events))})"
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE cases_begin AS SELECT min(position) AS first, max(position) AS last, count(*) AS rows FROM {read} GROUP BY case_ref"
    )
    together, end = connection.execute(
        "SELECT coalesce(bool_and(last - first + 1 = rows), TRUE), coalesce(max(last) + 1, 0) FROM cases_begin"
    ).fetchall()[0]
    if not together:
        raise ValueError("The events of a case do not lie together in this chronology.")
    aimed = ", ".join(f"({end * number // parts})" for number in range(1, parts))
    cuts = [0]
    if aimed:
        found = connection.execute(
            f"SELECT DISTINCT first FROM (VALUES {aimed}) AS aimed(place) ASOF JOIN cases_begin ON aimed.place <= first ORDER BY first"
        ).fetchall()
        cuts += [int(row[0]) for row in found if 0 < row[0] < end]
    connection.execute("DROP TABLE cases_begin")
    return [Portion((events,), (first, last)) for first, last in zip(cuts, [*cuts[1:], max(end, 1)], strict=True)]


class Shares:
    """How the events that a group of standards needs are shared out by key between so many parts."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, asked: Asked, group: Group, parts: int) -> None:
        self.group = group
        self.parts = 1 if group.way == "whole" else parts
        where = Chronicle(f"read_parquet({text(str(asked.events))})", "", "")
        evaluation = Evaluation(
            connection, where, asked.sources, group.standards, asked.vocabulary, asked.calendar, asked.as_of, asked.known_at
        )
        told = columns_told(evaluation.collect())
        self._staging = evaluation.staging
        self._everything = self._staging.scan(where.events, asked.as_of, asked.known_at)
        self._taking = self._staging.scan(where.events, asked.as_of, asked.known_at, kinds=self._staging.kinds)
        keys = [SCOPES[group.scope], *(selector.by for one in group.standards for selector in selectors_of(one.rule))]
        wanted = dict.fromkeys([*told, *self._staging.event_columns, *keys, CASE, "event_id"])
        self._columns = [name for name in asked.vocabulary.event_columns() if name in wanted]

    def select(self, part: int | None = None) -> str:
        """SQL of the events with the part they belong to as `part`: one row for each part; `part`: those of one alone, without it."""
        listed = ", ".join(self._column(name) for name in self._columns)
        if self.parts == 1:
            return f"SELECT {listed}{', 0 AS part' if part is None else ''} FROM ({self._taking}) AS e"
        own = f"list_filter([{', '.join(self._own())}], lambda one: one IS NOT NULL)"
        parts, reach = f"list_distinct({own})", ""
        keyless = self._keyless(selector for one in self.group.standards for selector in selectors_of(one.rule))
        if self.group.scope != "case" and keyless:
            parts = f"list_distinct(list_concat({own}, CASE WHEN {keyless} THEN coalesce(r.parts, []) ELSE [] END))"
            reach = f"LEFT JOIN ({self._reach(keyless)}) AS r ON e.{CASE} = r.{CASE}"
        rows = f"SELECT {listed}, unnest({parts}) AS part FROM ({self._taking}) AS e {reach}"
        return rows if part is None else f"SELECT * EXCLUDE (part) FROM ({rows}) WHERE part = {part}"

    def rows(self) -> str:
        """SQL of how many events the group needs."""
        return f"SELECT count(*) FROM ({self._taking})"

    def firsts(self, part: int | None = None) -> str | None:
        """SQL of the scope keys with the moment of the first dated event of any kind; None where no rule asks for it."""
        if not self._staging.firsts:
            return None
        (name,) = self._staging.firsts
        own = "" if part is None or self.parts == 1 else f" AND {part_of(name, self.parts)} = {part}"
        return (
            f"SELECT {name}, min(occurred_at) AS occurred_at FROM ({self._everything}) "
            f"WHERE {name} IS NOT NULL AND occurred_at IS NOT NULL{own} GROUP BY {name}"
        )

    def _column(self, name: str) -> str:
        """A column of the part; of a free text that is nowhere read, only whether it is there."""
        values = [sql for table in self._staging.kinds.values() for sql, _ in table.values.values()]
        asked = f"e.{quoted(name)}"
        if asked not in values and f"({asked} IS NULL)" in values:
            return f"CASE WHEN {asked} IS NOT NULL THEN '' END AS {quoted(name)}"
        return asked

    def _own(self) -> list[str]:
        """SQL of the parts to which an event belongs itself: those of its keys, and as a trigger without a key."""
        found = [
            f"CASE WHEN {_of(kinds)} THEN {part_of(f'e.{by}', self.parts)} END" for by, kinds in self._kinds_by(self._selectors()).items()
        ]
        for first in (False, True):
            some = [one for one in self.group.standards if takes_first(one.rule) is first]
            keyless = self._keyless(selector for one in some for selector in triggers_of(one.rule))
            if keyless:
                found.append(f"CASE WHEN {keyless} THEN {owner_of_keyless(some[0].rule, 'e.event_id', self.parts)} END")
        return found

    def _selectors(self) -> list[Selector]:
        return [selector for one in self.group.standards for selector in selectors_of(one.rule)]

    def _kinds_by(self, selectors: Iterable[Selector]) -> dict[str, list[str]]:
        """The kinds that are looked for, by the column of their key."""
        found: dict[str, dict[str, None]] = {}
        for selector in selectors:
            found.setdefault(selector.by, {}).update(dict.fromkeys(selector.kinds))
        return {quoted(by): list(kinds) for by, kinds in found.items()}

    def _keyless(self, selectors: Iterable[Selector]) -> str:
        """SQL of whether an event may be meant by a selector and lacks its key; empty for no selectors."""
        parts = [f"({_of(kinds)} AND e.{by} IS NULL)" for by, kinds in self._kinds_by(selectors).items()]
        return f"({' OR '.join(parts)})" if parts else ""

    def _reach(self, keyless: str) -> str:
        """SQL of the cases that have an event without its key, with the parts that have a trigger in them."""
        triggers = self._kinds_by(selector for one in self.group.standards for selector in triggers_of(one.rule))
        own = ", ".join(f"CASE WHEN {_of(kinds)} THEN {part_of(f'e.{by}', self.parts)} END" for by, kinds in triggers.items())
        cases = f"SELECT DISTINCT {CASE} FROM ({self._taking}) AS e WHERE {keyless} AND {CASE} IS NOT NULL"
        return (
            f"SELECT {CASE}, list(DISTINCT part) AS parts FROM (SELECT e.{CASE}, unnest([{own}]) AS part FROM ({self._taking}) AS e "
            f"WHERE e.{CASE} IN ({cases})) WHERE part IS NOT NULL GROUP BY {CASE}"
        )


def _of(kinds: Sequence[str]) -> str:
    return f"e.kind IN ({', '.join(map(text, kinds))})"

"""Finds, for every occasion, the first or last event that answers it: certainly, or possibly.

Events are searched by precision. Within the exact ones, and within those known to the day, the order of the earliest seconds is the order of the
latest seconds, so that each search is one ASOF join (sorting, never comparing every pair), however large a case and however many events in a minute.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from candour.evaluation.relational.staging import Staging
from candour.evaluation.relational.steps import EARLIEST, both, column, from_time, packed, union
from candour.standards.expressions import Any, Condition
from candour.standards.limits import Grain
from candour.standards.model import SCOPES, Selector

Certainty = Literal["certain", "unsure", "any"]
CASE = SCOPES["case"]
_NEVER, _ALWAYS = -(2**32), 2**32
"""Seconds before and after every event: an undated event may lie anywhere between."""
Start = tuple[Literal["lo", "hi"], str | None]
"""Which second of a candidate is compared, and with what (None: not at all)."""
Starts = dict[int, Start]
"""A start for each precision of candidates: 0 exact, 1 day."""


@dataclass(frozen=True)
class Pick:
    """One kind that a rule looks for: the column of its scope key, and the condition it must meet (None: always met)."""

    kind: str
    by: str
    condition: Condition | None


@dataclass(frozen=True, order=True)
class Binding:
    """How candidates are bound: which `same` columns are left out, and whether by the case because the scope key is not there (never certain)."""

    lacking: tuple[str, ...] = ()
    by_case: bool = False


WHOLE = Binding()
"""The scope key and every column of `same`."""


def picks_of(selectors: Iterable[Selector]) -> tuple[Pick, ...]:
    """The kinds that a list of selectors looks for; conditions on the same kind and key are joined by `or`."""
    found: dict[tuple[str, str], list[Condition | None]] = {}
    for selector in selectors:
        for kind in selector.kinds:
            found.setdefault((kind, selector.by), []).append(selector.where)
    joined: list[Pick] = []
    for (kind, by), conditions in found.items():
        wheres = tuple(dict.fromkeys(one for one in conditions if one is not None))
        whole = None if None in conditions else wheres[0] if len(wheres) == 1 else Any(wheres)
        joined.append(Pick(kind, by, whole))
    return tuple(joined)


def kinds_of(selectors: Iterable[Selector]) -> tuple[str, ...]:
    """The kinds of a list of selectors in the order of the rule, each once."""
    return tuple(dict.fromkeys(kind for selector in selectors for kind in selector.kinds))


class Candidates:
    """The events that a list of selectors may mean, bound by scope key and `same` columns."""

    def __init__(
        self,
        staging: Staging,
        picks: Sequence[Pick],
        same: Sequence[str],
        extra: dict[str, dict[str, str]] | None = None,
        *,
        in_cases: bool,
    ) -> None:
        """`extra` gives further columns of a row: name to SQL by kind. `in_cases`: one without a scope key may be bound by its case."""
        self.in_cases = in_cases
        self.staging = staging
        self.picks = tuple(picks)
        self.same = tuple(same)
        self.extra = extra or {}
        for pick in self.picks:
            self._state(pick)
            staging.key(pick.kind, pick.by)
            if in_cases:
                staging.key(pick.kind, CASE)
            for name in self.same:
                self._same_key(pick.kind, name)

    def kinds(self) -> tuple[str, ...]:
        """The kinds searched, each once."""
        return tuple(dict.fromkeys(pick.kind for pick in self.picks))

    def _state(self, pick: Pick) -> str:
        return "1" if pick.condition is None else self.staging.state(pick.kind, pick.condition)

    def _same_key(self, kind: str, name: str) -> str | None:
        return self.staging.key(kind, name) if self.staging.has(kind, name) else None

    def _not_asked(self, kind: str) -> tuple[str, ...]:
        """The `same` columns that a kind does not have at all: they are not asked of it."""
        return tuple(name for name in self.same if not self.staging.has(kind, name))

    def bindings(self, certainty: Certainty) -> list[Binding]:
        """The ways in which candidates are bound: without the columns that a kind does not have and, but for certain events, without what some event lacks."""
        found: dict[Binding, None] = {}
        for pick in self.picks:
            if not self.staging.rows(pick.kind):
                continue
            apart = self._not_asked(pick.kind)
            lacking = [name for name in self.same if name not in apart and self.staging.any_without(pick.kind, f"key of {name}")]
            for size in range(0 if certainty == "certain" else len(lacking), -1, -1):
                for absent in combinations(lacking, size):
                    left_out = tuple(name for name in self.same if name in apart or name in absent)
                    found.setdefault(Binding(left_out))
                    if certainty != "certain" and self._may_lack_key(pick):
                        found.setdefault(Binding(left_out, by_case=True))
        return sorted(found, key=lambda one: (one.by_case, len(one.lacking), one.lacking))

    def _may_lack_key(self, pick: Pick) -> bool:
        """Whether some event has no scope key, and may be bound by its case."""
        return self.in_cases and self.staging.any_without(pick.kind, f"key of {pick.by}")

    def rows(self, certainty: Certainty, precision: int, binding: Binding = WHOLE, *, keys: bool = False) -> str | None:
        """Rows `g`, `pos`, `lo`, `hi` (and extra columns) of one precision; `g` binds by the key and the `same` columns that are not lacking.

        None when there can be no such row. An event that lacks a column its kind has is never certain. `keys` adds `hk`, `s0`, `s1` ..., the parts of
        the binding (only where nothing is lacking).
        """
        found = []
        for pick in self.picks:
            where = self._where(pick, certainty, precision, binding)
            if where is None:
                continue
            key = self.staging.key(pick.kind, CASE if binding.by_case else pick.by)
            others = [f"{column(f'key of {name}')}" for name in self.same if name not in binding.lacking]
            extra = "".join(f", {by_kind[pick.kind]} AS {name}" for name, by_kind in self.extra.items())
            if keys:
                extra += f", {key} AS hk" + "".join(f", {other} AS s{place}" for place, other in enumerate(others))
            found.append(
                f"SELECT {group_sql(key, others)} AS g, pos, lo, hi{extra} FROM {self.staging.kind(pick.kind).table} WHERE {where}"
            )
        if not found:
            return None
        twice = len(self.kinds()) < len(self.picks)
        return f"SELECT DISTINCT * FROM ({union(found)})" if twice else union(found)

    def _where(self, pick: Pick, certainty: Certainty, precision: int, binding: Binding) -> str | None:
        """Which rows of a kind are meant; None when there can be none."""
        staging, lacking = self.staging, binding.lacking
        apart = self._not_asked(pick.kind)
        absent = [name for name in lacking if name not in apart]
        if not staging.any_of_precision(pick.kind, precision) or not set(apart) <= set(lacking):
            return None
        if certainty == "certain" and (absent or precision == 2 or binding.by_case):
            return None
        if binding.by_case and not self._may_lack_key(pick):
            return None
        if not all(staging.any_without(pick.kind, f"key of {name}") for name in absent):
            return None
        bound = not absent and not binding.by_case
        states = {1} if certainty == "certain" else {1, 2} if certainty == "any" or precision == 2 or not bound else {2}
        states = {state for state in states if staging.ever(pick.kind, pick.condition, state)}
        if not states:
            return None
        mixed = any(staging.any_of_precision(pick.kind, other) for other in (0, 1, 2) if other != precision)
        others = [column(f"key of {name}") for name in self.same if name not in lacking]
        return both(
            f"prec = {precision}" if mixed else "",
            "" if pick.condition is None else f"{self._state(pick)} IN ({', '.join(map(str, sorted(states)))})",
            f"{staging.key(pick.kind, pick.by)} IS {'' if binding.by_case else 'NOT '}NULL",
            f"{staging.key(pick.kind, CASE)} IS NOT NULL" if binding.by_case else "",
            *(f"{other} IS NOT NULL" for other in others),
            *(f"{column(f'key of {name}')} IS NULL" for name in absent),
            self._unless_certain_elsewhere(pick) if certainty == "unsure" and not binding.by_case else "",
        )

    def _unless_certain_elsewhere(self, pick: Pick) -> str:
        """Leaves out what is certain by another key that has the same value."""
        parts = []
        for other in self.picks:
            if other.kind != pick.kind or other.by == pick.by:
                continue
            same = [f"{key} IS NOT NULL" for name in self.same if (key := self._same_key(pick.kind, name)) is not None]
            matched = "" if other.condition is None else f"{self._state(other)} = 1"
            equal = f"{self.staging.key(pick.kind, other.by)} = {self.staging.key(pick.kind, pick.by)}"
            parts.append(f"NOT coalesce({both('prec < 2', matched, equal, *same)}, FALSE)")
        return both(*parts) if parts else ""

    def certain_rows(self, binding: Binding = WHOLE, *, keys: bool = False) -> str | None:
        """The certain candidates of both precisions, exact and day, of one binding; None when there can be none."""
        found = [rows for precision in (0, 1) if (rows := self.rows("certain", precision, binding, keys=keys)) is not None]
        return union(found) if found else None


def group_sql(key: str, others: Sequence[str]) -> str:
    """One number for a scope key and the `same` columns."""
    return f"hash({key}, {', '.join(others)})" if others else key


class Chain:
    """Steps over the same occasions, each adding columns to the one before. The occasions have `pos`, `g`, `lo`, `hi`, `prec`, `hk`, `ck` (the case) and `s0`, `s1` ..."""

    def __init__(self, name: str, same: Sequence[str], self_kinds: Iterable[str], *, days: bool) -> None:
        """`self_kinds`: the kinds an occasion may itself be of; `days`: whether some occasion is known only to the day."""
        self.name = name
        self.same = tuple(same)
        self.self_kinds = frozenset(self_kinds)
        self.days = days
        self.tables: list[tuple[str, str, bool]] = []
        self.at = ""
        self._made = 0
        self._earliest = ""

    @property
    def hi(self) -> str:
        """The occasion's latest second."""
        return "t.hi" if self.days else "t.lo"

    def add(self, sql: str, *, kept: bool = False) -> str:
        """A further table, which becomes the current one. `kept`: it is read more than once."""
        self._made += 1
        self.at = f"{self.name}_{self._made}"
        self.tables.append((self.at, sql, kept))
        return self.at

    def extend(self, extra: str, joins: str = "", where: str = "") -> str:
        """The current table with further columns."""
        return self.add(f"SELECT t.*{', ' + extra if extra else ''} FROM {self.at} AS t {joins}{' WHERE ' + where if where else ''}")

    def back_to(self, table: str) -> None:
        """Goes on from an earlier table, which was kept."""
        self.at = table
        self._earliest = ""

    def keep(self) -> str:
        """Says that the current table is read more than once."""
        name, sql, _ = self.tables[-1]
        self.tables[-1] = (name, sql, True)
        return name

    def group(self, binding: Binding) -> str:
        """The occasion's group for one way of being bound (NULL where it is the case, and the occasion has none)."""
        if binding == WHOLE:
            return "t.g"
        others = [f"t.s{place}" for place, name in enumerate(self.same) if name not in binding.lacking]
        if not binding.by_case:
            return group_sql("t.hk", others)
        return f"CASE WHEN t.ck IS NOT NULL THEN {group_sql('t.ck', others)} END" if others else "t.ck"

    def with_clause(self) -> str:
        """All tables as a WITH clause."""
        return "WITH " + ",\n".join(
            f"{name} AS {'MATERIALIZED' if kept else 'NOT MATERIALIZED'} (\n{sql}\n)" for name, sql, kept in self.tables
        )

    def may_be_itself(self, candidates: Candidates) -> bool:
        """Whether an occasion may itself be one of the candidates."""
        return bool(self.self_kinds & set(candidates.kinds()))

    def nearest(
        self,
        candidates: Candidates,
        rows: str,
        *,
        first: bool,
        on: Literal["lo", "hi"],
        key: str,
        gives: dict[str, str],
        binding: Binding = WHOLE,
    ) -> None:
        """Adds, for each occasion, what `gives` (column to SQL over a candidate's lo, hi, pos) of the nearest candidate.

        `first`: the least packed `on` at or above `key`; otherwise the greatest at or below it. The occasion itself is passed over.
        """
        itself = self.may_be_itself(candidates)
        listed = ", ".join(f"{sql} AS v{place}" for place, sql in enumerate(gives.values()))
        inner = f"SELECT g, pos, {packed(on, 'pos')} AS k, {listed} FROM ({rows})"
        if itself:
            move = "lead" if first else "lag"
            shifted = ", ".join(f"{move}(v{place}) OVER w AS w{place}" for place in range(len(gives)))
            inner = f"SELECT *, {shifted} FROM ({inner}) WINDOW w AS (PARTITION BY g ORDER BY k)"
        extra = ", ".join(
            f"CASE WHEN c.pos = t.pos THEN c.w{place} ELSE c.v{place} END AS {name}" if itself else f"c.v{place} AS {name}"
            for place, name in enumerate(gives)
        )
        self.extend(extra, f"ASOF LEFT JOIN ({inner}) AS c ON {self.group(binding)} = c.g AND {key} {'<=' if first else '>='} c.k")

    def after(self, grain: Grain) -> Starts:
        """From which second an event is certainly after the occasion, by the event's precision (section 4 of the meaning).

        Elapsed: its earliest second is at or after the occasion's latest. Calendar: its date is not earlier, which is the same as its latest
        second being at or after the occasion's earliest; two exact moments are compared as they are.
        """
        start: Start = ("lo", self.hi) if grain == "elapsed" else ("hi", "t.lo")
        return {0: start, 1: start}

    def first_certain(self, name: str, candidates: Candidates, starts: Starts, *, keep: bool = False) -> dict[str, int]:
        """Adds `name`: the packed (hi, position) of the first certain candidate from `starts` on (by precision: which second, and from when).

        The order is by (hi, position). Returns the columns that hold the first of each precision (and binding), with that precision; with `keep`
        the `lo` of each stays in `<column>_lo`. Where the whole chronology has no candidate there are none, and `name` is NULL.
        """
        made: dict[str, int] = {}
        for place, binding in enumerate(candidates.bindings("certain")):
            for precision, (on, time) in starts.items():
                rows = candidates.rows("certain", precision, binding)
                if rows is None:
                    continue
                one = f"{name}_{place}{precision}"
                gives = {one: packed("hi", "pos"), **({f"{one}_lo": "lo"} if keep else {})}
                self.nearest(candidates, rows, first=True, on=on, key=self._start(time), gives=gives, binding=binding)
                made[one] = precision
        self._merge(name, list(made), "least")
        return made

    def last_certain(self, name: str, candidates: Candidates, ends: Starts) -> bool:
        """Adds `name`: the packed (lo, position) of the last certain candidate before the keys in `ends` (by precision; keys not counted)."""
        made = []
        for precision, (on, key) in ends.items():
            rows = candidates.rows("certain", precision)
            if rows is None:
                continue
            one = f"{name}_{precision}"
            self.nearest(candidates, rows, first=False, on=on, key=f"{key} - 1", gives={one: packed("lo", "pos")})
            made.append(one)
        self._merge(name, made, "greatest")
        return bool(made)

    def _start(self, time: str | None) -> str:
        """The key from which to search; where there is no bound, a column below every key (an ASOF join compares columns)."""
        if time is not None:
            return from_time(time)
        if not self._earliest:
            self._earliest = f"earliest{self._made}"
            self.extend(f"CAST({EARLIEST} AS BIGINT) AS {self._earliest}")
        return f"t.{self._earliest}"

    def _merge(self, name: str, made: list[str], how: str) -> None:
        if not made:
            self.extend(f"CAST(NULL AS BIGINT) AS {name}")
        elif len(made) == 1:
            self.extend(f"t.{made[0]} AS {name}")
        else:
            self.extend(f"{how}({', '.join(f't.{one}' for one in made)}) AS {name}")

    def exists_possible(
        self, name: str, candidates: Candidates, *, certainty: Certainty, opening: str | None, cap: str | None, exact_too: bool = True,
        bindings: Sequence[Binding] | None = None,
    ) -> bool:  # fmt: skip
        """Adds `name`: whether a possible candidate has `hi >= opening` and `lo <= cap` (None: no bound), or no time.

        `bindings`: only candidates bound in one of these ways. `exact_too` False leaves out candidates that are certain and exact. Returns False, with a FALSE column, when there can be none.
        """
        tests: list[str] = []
        for binding in candidates.bindings("any") if bindings is None else bindings:
            if self.may_be_itself(candidates):
                self._others_by_precision(name, tests, candidates, binding, certainty, opening, cap, exact_too)
                continue
            rows = possible_rows(candidates, binding, certainty, exact_too)
            if rows is None:
                continue
            one = f"{name}_{len(tests)}"
            self._earliest_possible(one, *rows, opening, self.group(binding))
            tests.append(f"t.{one} IS NOT NULL" if cap is None else f"coalesce(t.{one} <= {cap}, FALSE)")
        self.extend(f"{' OR '.join(tests) or 'FALSE'} AS {name}")
        return bool(tests)

    def _earliest_possible(self, one: str, rows: str, mixed: bool, opening: str | None, group: str) -> None:
        """Adds `one`: the least `lo` of the candidates whose `hi` is at or after the opening. `mixed`: their order by `hi` is not that by `lo`."""
        if opening is None:
            self.extend(f"u.v AS {one}", f"LEFT JOIN (SELECT g, min(lo) AS v FROM ({rows}) GROUP BY g) AS u ON {group} = u.g")
            return
        least = "min(lo) OVER (PARTITION BY g ORDER BY hi, pos ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)" if mixed else "lo"
        inner = f"SELECT g, {packed('hi', 'pos')} AS k, {least} AS v FROM ({rows})"
        self.extend(f"c.v AS {one}", f"ASOF LEFT JOIN ({inner}) AS c ON {group} = c.g AND {self._start(opening)} <= c.k")

    def _others_by_precision(
        self, name: str, tests: list[str], candidates: Candidates, binding: Binding, certainty: Certainty, opening: str | None, cap: str | None,
        exact_too: bool,
    ) -> None:  # fmt: skip
        """Where the occasion may itself be one of the candidates: one search for each precision, which passes over it."""
        for precision in (0, 1):
            sure: Certainty = "unsure" if precision == 0 and not exact_too and certainty == "any" else certainty
            rows = candidates.rows(sure, precision, binding)
            if rows is None:
                continue
            one = f"{name}_{len(tests)}"
            self.nearest(candidates, rows, first=True, on="hi", key=self._start(opening), gives={one: "lo"}, binding=binding)
            tests.append(f"t.{one} IS NOT NULL" if cap is None else f"coalesce(t.{one} <= {cap}, FALSE)")
        undated = candidates.rows(certainty, 2, binding)
        if undated is not None:
            one = f"{name}_{len(tests)}"
            self.extend(f"u.g IS NOT NULL AS {one}", f"LEFT JOIN (SELECT DISTINCT g FROM ({undated})) AS u ON {self.group(binding)} = u.g")
            tests.append(f"t.{one}")


def possible_rows(candidates: Candidates, binding: Binding, certainty: Certainty, exact_too: bool) -> tuple[str, bool] | None:
    """The candidates of one binding that may be meant: `g`, `pos`, `lo`, `hi`, undated ones from before to after everything; and whether spans are mixed."""
    found: list[str] = []
    for precision in (0, 1, 2):
        sure: Certainty = "unsure" if precision == 0 and not exact_too and certainty == "any" else certainty
        rows = candidates.rows(sure, precision, binding)
        if rows is not None:
            anywhere = precision == 2
            span = f"CAST({_NEVER} AS BIGINT) AS lo, CAST({_ALWAYS} AS BIGINT) AS hi" if anywhere else "lo, hi"
            found.append(f"SELECT g, pos, {span} FROM ({rows})")
    return (union(found), len(found) > 1) if found else None

"""Finds, for every occasion, the first or last event that answers it: certainly, or possibly.

Events are searched by precision. Within the exact ones, and within those known to the day, the order of the earliest seconds is the order of the
latest seconds, so that each search is one ASOF join (sorting, never comparing every pair), however large a case and however many events in a minute.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from candour.evaluation.relational.candidates import WHOLE, Binding, Candidates, Certainty, group_sql, possible_rows
from candour.evaluation.relational.steps import EARLIEST, from_time, packed
from candour.standards.expressions import Condition
from candour.standards.limits import Grain

Start = tuple[Literal["lo", "hi"], str | None]
"""Which second of a candidate is compared, and with what (None: not at all)."""
Starts = dict[int, Start]
"""A start for each precision of candidates: 0 exact, 1 day."""


class Chain:
    """Steps over the same occasions, each adding columns to the one before. The occasions have `pos`, `g`, `lo`, `hi`, `prec`, `hk`, `ck` (the case) and `s0`, `s1` ..."""

    def __init__(self, name: str, same: Sequence[str], self_kinds: Iterable[str], self_where: Condition | None, *, days: bool) -> None:
        """`self_kinds`: the kinds an occasion may itself be of, and what is true of it; `days`: whether some occasion is known only to the day."""
        self.self_where = self_where
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
        staging = candidates.staging
        return any(
            pick.kind in self.self_kinds and staging.any_both(pick.kind, self.self_where, pick.condition) for pick in candidates.picks
        )

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
                rows = candidates.rows("certain", (precision,), binding)
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
            rows = candidates.rows("certain", (precision,))
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
            rows = candidates.rows(sure, (precision,), binding)
            if rows is None:
                continue
            one = f"{name}_{len(tests)}"
            self.nearest(candidates, rows, first=True, on="hi", key=self._start(opening), gives={one: "lo"}, binding=binding)
            tests.append(f"t.{one} IS NOT NULL" if cap is None else f"coalesce(t.{one} <= {cap}, FALSE)")
        undated = candidates.rows(certainty, (2,), binding)
        if undated is not None:
            one = f"{name}_{len(tests)}"
            self.extend(f"u.g IS NOT NULL AS {one}", f"LEFT JOIN (SELECT DISTINCT g FROM ({undated})) AS u ON {self.group(binding)} = u.g")
            tests.append(f"t.{one}")

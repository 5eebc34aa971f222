"""Finds several answers at once: occasions and candidates are put in one order of time within each group, and read with windows.

One sort serves every search, where an ASOF join for each would sort the occasions again. It says the same as `Chain.first_certain` and
`Chain.exists_possible`, for candidates that an occasion cannot itself be one of.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from candour.evaluation.relational.candidates import ALWAYS, NEVER, WHOLE, Binding, Candidates
from candour.evaluation.relational.matching import Chain, Start
from candour.evaluation.relational.steps import packed
from candour.standards.limits import Grain


@dataclass(frozen=True)
class Sought:
    """The columns that a search adds: the packed (hi, position) of the first certain candidate, and the least `lo` of a possible one."""

    first: str
    possible: str | None
    apart: tuple[Binding, ...]
    """The ways in which possible candidates may be bound besides the whole one: they are searched for on their own."""

    def may_be(self, cap: str | None) -> str:
        """SQL of whether a possible candidate has its `lo` at or before the cap (None: no bound)."""
        if self.possible is None:
            return "FALSE"
        return f"t.{self.possible} IS NOT NULL" if cap is None else f"coalesce(t.{self.possible} <= {cap}, FALSE)"


class Merge:
    """Collects searches over the same occasions, then makes them in one pass."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self._spans: dict[str, str] = {}
        self._branches: list[str] = []
        self._windows: list[str] = []
        self._helping: list[str] = []

    def can(self, candidates: Candidates, kinds: Iterable[str] | None = None) -> bool:
        """Whether candidates can be searched for here: none is an occasion itself, and the certain ones are all bound in one way.

        `kinds`: the kinds of occasions that may be among the candidates, where not all of them may.
        """
        itself = self.chain.may_be_itself(candidates) if kinds is None else bool(set(kinds) & set(candidates.kinds()))
        return not itself and all(one == WHOLE for one in candidates.bindings("certain"))

    def search(self, name: str, candidates: Candidates, start: Start, opening: str | None) -> Sought:
        """Looks for the first certain candidate from `start` on, and for possible ones whose `hi` is at or after `opening` (None: any)."""
        on, time = start
        first, possible = f"{name}_key", f"{name}_lo"
        may = False
        rows, days = candidates.rows("certain", (0, 1)), candidates.rows("certain", (1,))
        certain = rows is not None
        if rows is not None:
            may = True
            apart = on == "lo" and days is not None
            self._branches.append(
                self._branch(rows, on, {first: packed("hi", "pos"), possible: "CASE WHEN lo = hi THEN lo END" if apart else "lo"})
            )
            if apart and days is not None:
                self._branches.append(self._branch(days, "hi", {possible: "lo"}))
        unsure = candidates.rows("unsure", (0, 1))
        if unsure is not None:
            may = True
            self._branches.append(self._branch(unsure, "hi", {possible: "lo"}))
        undated = candidates.rows("any", (2,))
        if undated is not None:
            may = True
            self._branches.append(self._branch(undated, str(ALWAYS), {possible: str(NEVER)}))
        if certain:
            self._window(name, first, self._from(time))
        else:
            self._windows.append(f"CAST(NULL AS BIGINT) AS {name}")
        if may:
            self._window(f"{name}_may", possible, self._from(opening))
        return Sought(name, f"{name}_may" if may else None, tuple(one for one in candidates.bindings("any") if one != WHOLE))

    def unsure(self, name: str, candidates: Candidates, opening: str) -> Sought:
        """Looks for candidates that are possible and not certain, whose `hi` is at or after `opening`."""
        value = f"{name}_lo"
        rows = candidates.rows("unsure", (0, 1))
        branches = [] if rows is None else [self._branch(rows, "hi", {value: "lo"})]
        undated = candidates.rows("unsure", (2,))
        if undated is not None:
            branches.append(self._branch(undated, str(ALWAYS), {value: str(NEVER)}))
        if branches:
            self._branches += branches
            self._window(f"{name}_may", value, self._from(opening))
        apart = tuple(one for one in candidates.bindings("any") if one != WHOLE)
        return Sought("", f"{name}_may" if branches else None, apart)

    def last(self, name: str, candidates: Candidates, grain: Grain) -> None:
        """Looks for the packed (lo, position) of the last certain candidate that is certainly before the occasion (section 4 of the meaning).

        Calendar: its date is not later. Elapsed: at the same second or earlier where both are exact; otherwise its latest second lies below the
        occasion's earliest.
        """
        made: list[str] = []
        for precision in (0, 1):
            rows = candidates.rows("certain", (precision,))
            if rows is None:
                continue
            key = f"{name}_before{precision}"
            self._branches.append(self._branch(rows, "lo" if grain == "calendar" else "hi", {key: packed("lo", "pos")}))
            self._helping.append(key)

            def latest(end: str, key: str = key) -> str:
                return f"max({key}) OVER (PARTITION BY g ORDER BY k RANGE BETWEEN UNBOUNDED PRECEDING AND {end})"

            if grain == "calendar" or (precision == 0 and not self.chain.days):
                made.append(latest("CURRENT ROW"))
                continue
            apart = latest(f"{self._span(f'{self.chain.hi} - t.lo + 1')} PRECEDING")
            # Of an end that lies 0 before the row DuckDB leaves out those of the same second that it happens to have put after the row.
            made.append(apart if precision == 1 else f"CASE WHEN prec = 1 THEN {apart} ELSE {latest('CURRENT ROW')} END")
        whole = f"greatest({', '.join(made)})" if len(made) > 1 else made[0] if made else "CAST(NULL AS BIGINT)"
        self._windows.append(f"{whole} AS {name}")

    def _branch(self, rows: str, on: str, values: dict[str, str]) -> str:
        listed = ", ".join(f"CAST({sql} AS BIGINT) AS {name}" for name, sql in values.items())
        return f"SELECT g, CAST({on} AS BIGINT) AS k, FALSE AS occasion, {listed} FROM ({rows})"

    def _window(self, name: str, value: str, frame: str) -> None:
        self._helping.append(value)
        self._windows.append(f"min({value}) OVER (PARTITION BY g ORDER BY k RANGE BETWEEN {frame} AND UNBOUNDED FOLLOWING) AS {name}")

    def _from(self, time: str | None) -> str:
        """From which second on the window opens, counted back from the occasion's latest (None: from the first)."""
        if time is None:
            return "UNBOUNDED PRECEDING"
        if time == self.chain.hi:
            return "CURRENT ROW"
        return f"{self._span(f'{self.chain.hi} - {time}')} PRECEDING"

    def _span(self, sql: str) -> str:
        """A number of seconds that belongs to the occasion, and is 0 for a candidate."""
        return f"coalesce({self._spans.setdefault(sql, f'span{len(self._spans)}')}, 0)"

    def apply(self) -> None:
        """Adds the columns of every search to the occasions."""
        if not self._branches:
            self.chain.extend(", ".join(self._windows))
            return
        spans = "".join(f", {sql} AS {name}" for sql, name in self._spans.items())
        occasions = f"SELECT t.*, {self.chain.hi} AS k, TRUE AS occasion{spans} FROM {self.chain.at} AS t"
        self.chain.add("\nUNION ALL BY NAME\n".join([occasions, *self._branches]))
        self.chain.add(f"SELECT *, {', '.join(self._windows)} FROM {self.chain.at}")
        helping = dict.fromkeys(["k", "occasion", *self._spans.values(), *self._helping])
        self.chain.add(f"SELECT * EXCLUDE ({', '.join(helping)}) FROM {self.chain.at} WHERE occasion")

"""The events that a rule's selectors may mean: which kinds, under which conditions, and how they are bound to an occasion."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from candour.evaluation.relational.staging import Staging
from candour.evaluation.relational.steps import both, union
from candour.records.quoting import quoted
from candour.standards.expressions import Any, Condition
from candour.standards.model import SCOPES, Selector

Certainty = Literal["certain", "unsure", "any"]
CASE = SCOPES["case"]
NEVER, ALWAYS = -(2**32), 2**32
"""Seconds before and after every event: an undated event may lie anywhere between."""


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

    def rows(self, certainty: Certainty, precisions: Sequence[int], binding: Binding = WHOLE, *, keys: bool = False) -> str | None:
        """Rows `g`, `pos`, `lo`, `hi` (and extra columns) of these precisions (0 exact, 1 day; 2 undated, alone); `g` binds by the key and the `same` columns that are not lacking.

        None when there can be no such row. An event that lacks a column its kind has is never certain. `keys` adds `hk`, `s0`, `s1` ..., the parts of
        the binding (only where nothing is lacking).
        """
        found = []
        for pick in self.picks:
            where = self._where(pick, certainty, precisions, binding)
            if where is None:
                continue
            key = self.staging.key(pick.kind, CASE if binding.by_case else pick.by)
            others = [f"{quoted(f'key of {name}')}" for name in self.same if name not in binding.lacking]
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

    def _where(self, pick: Pick, certainty: Certainty, precisions: Sequence[int], binding: Binding) -> str | None:
        """Which rows of a kind are meant; None when there can be none."""
        staging, lacking = self.staging, binding.lacking
        apart = self._not_asked(pick.kind)
        absent = [name for name in lacking if name not in apart]
        there = [one for one in precisions if staging.any_of_precision(pick.kind, one)]
        if not there or not set(apart) <= set(lacking):
            return None
        if certainty == "certain" and (absent or 2 in there or binding.by_case):
            return None
        if binding.by_case and not self._may_lack_key(pick):
            return None
        if not all(staging.any_without(pick.kind, f"key of {name}") for name in absent):
            return None
        bound = not absent and not binding.by_case
        states = {1} if certainty == "certain" else {1, 2} if certainty == "any" or 2 in there or not bound else {2}
        states = {state for state in states if staging.ever(pick.kind, pick.condition, state)}
        if not states:
            return None
        mixed = any(staging.any_of_precision(pick.kind, other) for other in (0, 1, 2) if other not in there)
        others = [quoted(f"key of {name}") for name in self.same if name not in lacking]
        return both(
            f"prec IN ({', '.join(map(str, there))})" if mixed else "",
            "" if pick.condition is None else f"{self._state(pick)} IN ({', '.join(map(str, sorted(states)))})",
            f"{staging.key(pick.kind, pick.by)} IS {'' if binding.by_case else 'NOT '}NULL",
            f"{staging.key(pick.kind, CASE)} IS NOT NULL" if binding.by_case else "",
            *(f"{other} IS NOT NULL" for other in others),
            *(f"{quoted(f'key of {name}')} IS NULL" for name in absent),
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
        return self.rows("certain", (0, 1), binding, keys=keys)


def group_sql(key: str, others: Sequence[str]) -> str:
    """One number for a scope key and the `same` columns."""
    return f"hash({key}, {', '.join(others)})" if others else key


def possible_rows(candidates: Candidates, binding: Binding, certainty: Certainty, exact_too: bool) -> tuple[str, bool] | None:
    """The candidates of one binding that may be meant: `g`, `pos`, `lo`, `hi`, undated ones from before to after everything; and whether spans are mixed."""
    found: list[str] = []
    exact: Certainty = "unsure" if not exact_too and certainty == "any" else certainty
    parts: list[tuple[Certainty, tuple[int, ...]]] = [(exact, (0,)), (certainty, (1,)), (certainty, (2,))]
    there = [(sure, which) for sure, which in parts if candidates.rows(sure, which, binding) is not None]
    if [sure for sure, which in there if which != (2,)] == [certainty, certainty]:
        there = [(certainty, (0, 1)), *((sure, which) for sure, which in there if which == (2,))]
        mixed = True
    else:
        mixed = len(there) > 1
    for sure, which in there:
        span = f"CAST({NEVER} AS BIGINT) AS lo, CAST({ALWAYS} AS BIGINT) AS hi" if which == (2,) else "lo, hi"
        found.append(f"SELECT g, pos, {span} FROM ({candidates.rows(sure, which, binding)})")
    return (union(found), mixed) if found else None

"""The occasions of a rule: the events that call for something, and the findings that are settled before anything is searched."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from candour.evaluation.relational.candidates import CASE, Candidates, group_sql, picks_of
from candour.evaluation.relational.completeness import Completeness
from candour.evaluation.relational.editions import Editions, span_of
from candour.evaluation.relational.limits import Case, Moment, Reckoning, Tables, due_columns, fields_of, look_up_of, under
from candour.evaluation.relational.matching import Chain
from candour.evaluation.relational.staging import Staging
from candour.evaluation.relational.steps import both, day, packed, union
from candour.findings.outcomes import Outcome, Reason
from candour.records.quoting import quoted, text
from candour.standards.expressions import Condition
from candour.standards.limits import Limit
from candour.standards.model import Bound, Held, Selector

NO_TEXT = "CAST(NULL AS VARCHAR)"
NO_NUMBER = "CAST(NULL AS BIGINT)"
VERDICTS: tuple[tuple[Outcome, Reason], ...] = tuple((outcome, reason) for outcome in Outcome for reason in Reason)
"""A finding's outcome and reason are kept as their place in this list until the findings are written."""


@dataclass(frozen=True)
class Line:
    """One line of a shape: when it applies (SQL over `t`), what is found, the fields or kinds missing, and the position of the evidence."""

    when: str
    outcome: Outcome
    reason: Reason
    missing: str = NO_TEXT
    evidence: str = NO_NUMBER


@dataclass
class Part:
    """One rule (or one stage of a sequence) on its way to SQL. `as_of` is in seconds since 1970."""

    name: str
    editions: Editions
    rule: Bound
    staging: Staging
    tables: Tables
    completeness: Completeness
    as_of: int
    stage: int = 0
    branches: list[str] = field(default_factory=list)

    def candidates(self, selectors: Sequence[Selector], extra: dict[str, dict[str, str]] | None = None) -> Candidates:
        """The events that selectors may mean, bound as this rule binds."""
        in_cases = self.rule.scope != "case" and not isinstance(self.rule, Held)
        return Candidates(self.staging, picks_of(selectors), self.rule.same, extra, in_cases=in_cases)

    def found(
        self, table: str, lines: Sequence[Line], *, due: str = NO_NUMBER, limit: str = NO_NUMBER, measured: str = NO_NUMBER, where: str = ""
    ) -> None:
        """Adds the findings of the occasions in a table: the first line that applies decides; where none does there is no finding."""
        whens = " ".join(f"WHEN {line.when} THEN {place}" for place, line in enumerate(lines))
        verdict = " ".join(f"WHEN {place} THEN {VERDICTS.index((line.outcome, line.reason))}" for place, line in enumerate(lines))

        def where_given(of: Callable[[Line], str], empty: str) -> str:
            given = [f"WHEN {place} THEN {of(line)}" for place, line in enumerate(lines) if of(line) != empty]
            return f"CASE line {' '.join(given)} END" if given else empty

        narrowed = f" WHERE {where}" if where else ""
        self.branches.append(
            f"SELECT t.pos, {due} AS due, CAST(CASE line {verdict} END AS UTINYINT) AS verdict, "
            f"{where_given(lambda line: line.missing, NO_TEXT)} AS missing, {where_given(lambda line: line.evidence, NO_NUMBER)} AS evidence, "
            f"{limit} AS lim, {measured} AS measured\n"
            f"FROM (SELECT t.*, CASE {whens} END AS line FROM {table} AS t{narrowed}) AS t WHERE line IS NOT NULL"
        )

    def in_force(self, on: str = "on_", undated: str = "lo IS NULL") -> str:
        """SQL of whether an occasion lies in the dates of the editions; empty where they have none."""
        span = span_of(self.editions)
        if span.begins is None and span.ends is None:
            return ""
        dated = both(f"{on} >= {day(span.begins)}" if span.begins else "", f"{on} <= {day(span.ends)}" if span.ends else "")
        return f"({undated} OR ({dated}))" if span.ends is None else f"({dated})"


@dataclass
class Occasions:
    """Collects the columns that the trigger's rows need, then makes them."""

    part: Part
    selector: Selector
    conditions: dict[str, Condition] = field(default_factory=dict)
    columns: dict[str, Callable[[str], str]] = field(default_factory=dict)

    def condition(self, condition: Condition) -> str:
        """A column `x<n>` with the state (0, 1, 2) of a condition on the trigger."""
        for name, known in self.conditions.items():
            if known == condition:
                return f"t.{name}"
        name = f"x{len(self.conditions)}"
        self.conditions[name] = condition
        return f"t.{name}"

    def text_of_missing(self, condition: Condition) -> str:
        """A column with the fields a condition rests on that had no value."""
        name = f"m_{self.condition(condition)[2:]}"
        self.columns[name] = lambda kind: self.part.staging.missing(kind, condition)
        return f"t.{name}"

    def value(self, name: str) -> str:
        """A column with a field of the trigger (NULL for kinds that do not have it)."""
        staging = self.part.staging

        def of(kind: str) -> str:
            return staging.value_or_null(kind, name, self.selector.kinds)

        alias = quoted(f"f_{name}")
        self.columns[alias] = of
        return f"t.{alias}"

    def rows(self) -> str:
        """Every event that the selector matches or may match, with `st` (1 or 2), `hk`, `s0` ..., `on_` and the columns asked for."""
        staging, part = self.part.staging, self.part
        found = []
        for kind in self.selector.kinds:
            where = self.selector.where
            states = [state for state in (1, 2) if staging.ever(kind, where, state)]
            state = "1" if where is None else staging.state(kind, where)
            key = staging.key(kind, self.selector.by)
            same = [staging.key(kind, name) if staging.has(kind, name) else "CAST(NULL AS UBIGINT)" for name in part.rule.same]
            listed = [
                "pos",
                "lo",
                "hi",
                "prec",
                f"{staging.value(kind, 'occurred_on')} AS on_",
                f"{key} AS hk",
                f"{staging.key(kind, CASE)} AS ck",
                f"CAST({state} AS TINYINT) AS st",
            ]
            listed += [f"{one} AS s{place}" for place, one in enumerate(same)]
            listed += [f"CAST({staging.state(kind, condition)} AS TINYINT) AS {name}" for name, condition in self.conditions.items()]
            listed += [f"{of(kind)} AS {name}" for name, of in self.columns.items()]
            if where is not None:
                listed.append(f"{staging.missing(kind, where) if 2 in states else NO_TEXT} AS unsure")
            else:
                listed.append(f"{NO_TEXT} AS unsure")
            if not states or not staging.rows(kind):
                continue
            chosen_states = "" if where is None else f"{state} IN ({', '.join(map(str, states))})"
            found.append(f"SELECT {', '.join(listed)} FROM {staging.kind(kind).table} WHERE {both(chosen_states)}")
        if not found:
            return ""
        rows = union(found)
        if self.selector.take == "first":
            groups = ", ".join(["hk", *(f"s{place}" for place in range(len(part.rule.same)))])
            rows = (
                f"SELECT * EXCLUDE (turn) FROM (SELECT *, row_number() OVER (PARTITION BY {groups} ORDER BY lo NULLS LAST, pos) AS turn\n"
                f"FROM ({rows})) WHERE turn = 1"
            )
        return rows

    @property
    def days(self) -> bool:
        """Whether some trigger is known only to the day."""
        return any(self.part.staging.any_of_precision(kind, 1) for kind in self.selector.kinds)

    def _may_be(self, state: int) -> bool:
        return any(self.part.staging.ever(kind, self.selector.where, state) for kind in self.selector.kinds)

    def _may_lack(self) -> bool:
        staging = self.part.staging
        return any(
            staging.rows(kind) and (staging.any_without(kind, f"key of {name}") if staging.has(kind, name) else True)
            for kind in self.selector.kinds
            for name in (self.selector.by, *self.part.rule.same)
        )

    def start(self, *, all_dates: bool = False) -> Chain | None:
        """The clean occasions as the start of a chain; findings 1 to 3 are added to the part. None when there can be none of either.

        `all_dates` keeps clean occasions on which the standard is not in force.
        """
        part = self.part
        rows = self.rows()
        if not rows:
            return None
        chain = Chain(part.name, part.rule.same, self.selector.kinds, self.selector.where, days=self.days)
        events = chain.add(rows, kept=self.selector.take == "first")
        sure = both(self.unclean(events), "" if all_dates else part.in_force("t.on_", "FALSE"))
        kept = ", ".join([*self.conditions, *self.columns])
        same = [f"t.s{place}" for place in range(len(part.rule.same))]
        shown = "".join(f", {one}" for one in same)
        chain.add(
            f"SELECT t.pos, t.lo, t.hi, t.prec, t.on_, t.hk, t.ck{shown}, {group_sql('t.hk', same)} AS g{', ' + kept if kept else ''} "
            f"FROM {events} AS t WHERE {sure}"
        )
        return chain

    def unclean(self, events: str) -> str:
        """Adds findings 1 to 3 of the events in a table; returns the condition of those that are clean."""
        part = self.part
        unsure, undated, lacking = (
            self._may_be(2),
            any(part.staging.any_of_precision(kind, 2) for kind in self.selector.kinds),
            self._may_lack(),
        )
        clean = _clean(part.rule.same)
        lines = []
        if unsure:
            lines.append(Line("t.st = 2", Outcome.CANNOT_TELL, Reason.TRIGGER_CONDITION, "t.unsure"))
        if undated:
            lines.append(Line("t.lo IS NULL", Outcome.CANNOT_TELL, Reason.TRIGGER_TIME))
        if lacking:
            lines.append(Line(f"NOT ({clean})", Outcome.CANNOT_TELL, Reason.LINK))
        if lines:
            part.found(events, lines, where=both(part.in_force("t.on_", "t.lo IS NULL")))
        return both("t.st = 1" if unsure else "", "t.lo IS NOT NULL" if undated else "", clean if lacking else "")

    def moment(self, limit: Limit) -> Moment:
        """The trigger as a moment from which a limit is reckoned; its fields become columns."""
        for name in fields_of(limit):
            self.value(name)
        return Moment("t.lo", "t.hi" if self.days else "t.lo", "t.on_", self.value, "t.on_")


def _clean(same: Sequence[str]) -> str:
    return both("t.hk IS NOT NULL", *(f"t.s{place} IS NOT NULL" for place in range(len(same))))


def reckon(part: Part, chain: Chain, limit: Limit, at: Moment, *, prefix: str = "due") -> list[Case]:
    """Adds `<prefix>_lo`, `<prefix>_hi` (seconds) and `<prefix>_case` to every occasion, and finding 4 where a limit cannot be reckoned.

    Occasions without a reckoned limit are left out of the chain from here on.
    """
    return reckon_steps(part, chain, [("", limit)], at, prefix=prefix)


def reckon_steps(part: Part, chain: Chain, steps: Sequence[tuple[str, Limit]], at: Moment, *, prefix: str = "due") -> list[Case]:
    """As `reckon`, with a limit for each of several guards (SQL over `t`; the first that is true applies, an empty one always)."""
    cases: list[Case] = []
    joins: dict[str, str] = {}
    for number, (guard, limit) in enumerate(steps):
        moment = looked_up(part, chain, limit, at, f"looked_up{number}")
        reckoning = Reckoning(limit, moment, part.tables, f"{chain.name}_{prefix}")
        cases += under(guard, reckoning.cases)
        joins.update(reckoning.joins)
    first, second = due_columns(cases, prefix, days=chain.days)
    chain.extend(first, " ".join(joins.values()))
    chain.extend(second)
    latest = f"coalesce(t.{prefix}_end, t.{prefix}_from_hi)" if chain.days else f"coalesce(t.{prefix}_end, t.{prefix}_from_lo)"
    apart = f"t.* EXCLUDE ({prefix}_on, {prefix}_end, {prefix}_from_lo, {prefix}_from_hi)"
    chain.add(f"SELECT {apart}, coalesce(t.{prefix}_end, t.{prefix}_from_lo) AS {prefix}_lo, {latest} AS {prefix}_hi FROM {chain.at} AS t")
    if any(case.lo is None or case.may_fail for case in cases):
        unreckoned(part, chain, cases, prefix)
    return cases


def unreckoned(part: Part, chain: Chain, cases: Sequence[Case], prefix: str) -> None:
    """Finding 4 for occasions whose limit is not reckoned; they leave the chain."""
    table = chain.keep()
    lines = []
    for place, case in enumerate(cases):
        if case.lo is None and case.field:
            lines.append(Line(f"t.{prefix}_case = {place}", Outcome.CANNOT_TELL, Reason.LIMIT, text(case.field)))
    failing = [str(place) for place, case in enumerate(cases) if case.lo is not None and case.may_fail]
    if failing:
        lines.append(Line(f"t.{prefix}_case IN ({', '.join(failing)})", Outcome.CANNOT_TELL, Reason.CALENDAR))
    if lines:
        part.found(table, lines, where=f"(t.{prefix}_lo IS NULL OR t.{prefix}_hi IS NULL)")
    chain.extend("", where=f"t.{prefix}_lo IS NOT NULL AND t.{prefix}_hi IS NOT NULL")


def looked_up(part: Part, chain: Chain, limit: Limit, at: Moment, name: str = "looked_up") -> Moment:
    """For a look-up that rests on another event: adds that event's code to every occasion."""
    rested = look_up_of(limit)
    if rested is None or rested.of is None:
        return at
    codes: dict[str, str] = {kind: part.staging.value(kind, rested.field) for kind in rested.of.kinds}
    candidates = part.candidates([rested.of], {"code": codes})
    made: list[str] = []
    for place, binding in enumerate(candidates.bindings("certain")):
        rows = candidates.certain_rows(binding)
        if rows is None:
            continue
        one = f"{name}_{place}"
        inner = f"SELECT g, {packed('lo', 'pos')} AS k, code FROM ({rows}) WHERE code IS NOT NULL"
        chain.extend(
            f"c.k AS {one}_k, c.code AS {one}",
            f"ASOF LEFT JOIN ({inner}) AS c ON {chain.group(binding)} = c.g AND {packed('t.lo', 't.pos')} >= c.k",
        )
        made.append(one)
    last = f"greatest({', '.join(f't.{one}_k' for one in made)})"
    whens = " ".join(f"WHEN t.{one}_k = {last} THEN t.{one}" for one in made)
    chain.extend(f"CASE {whens} END AS {name}" if made else f"CAST(NULL AS VARCHAR) AS {name}")
    return Moment(at.lo, at.hi, at.on, at.value, at.chosen_on, f"t.{name}")


def words_of(cases: Sequence[Case]) -> Mapping[int, tuple[str, str]]:
    """The words of each case of a limit, and whose it is."""
    return {place: (case.words, case.whose) for place, case in enumerate(cases) if case.lo is not None}

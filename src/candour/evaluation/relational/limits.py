"""Turns a limit into the SQL of its due moment: a list of cases, each with the words that the finding will carry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from candour.evaluation.relational.calendars import school_table, working_days_table
from candour.evaluation.relational.steps import day
from candour.records.quoting import text
from candour.standards.limits import (
    Adjustable,
    BeforeSchool,
    ByField,
    CalendarDays,
    CalendarMonths,
    Elapsed,
    Limit,
    LookUp,
    WorkingDays,
)


@dataclass(frozen=True)
class Moment:
    """What a limit is reckoned from, in SQL: its earliest and latest second, its London date, its fields, and the date that chooses a local limit."""

    lo: str
    hi: str
    on: str
    value: Callable[[str], str]
    chosen_on: str
    looked_up: str | None = None


@dataclass(frozen=True)
class Case:
    """One case of a limit. `guard` empty: always. `lo` and `hi` None: it cannot be reckoned (`field` is missing), or there is no occasion (`field` empty)."""

    guard: str
    lo: str | None
    hi: str | None
    words: str = ""
    whose: str = "standard"
    field: str = ""
    may_fail: bool = False
    on: str | None = None
    """The date at whose last second it is due, where it is due at the end of a day (`lo` and `hi` say so too)."""


@dataclass(frozen=True)
class Tables:
    """The calendar tables that limits use: joined as they are met, and remembered so that they are made."""

    working: set[WorkingDays]
    school: set[BeforeSchool]


class Reckoning:
    """A limit reckoned from a moment: its cases, and the joins to calendar tables that they need."""

    def __init__(self, limit: Limit, moment: Moment, tables: Tables, alias: str = "due") -> None:
        self.tables = tables
        self.alias = alias
        self.joins: dict[str, str] = {}
        self.cases = self._cases(limit, moment)

    def _cases(self, limit: Limit, at: Moment) -> list[Case]:
        match limit:
            case Elapsed(length, words):
                return [Case("", f"({at.lo} + {length})", f"({at.hi} + {length})", words)]
            case CalendarDays(days, words):
                return [self._on_day(f"{at.on} + {days}", words)]
            case CalendarMonths(months, words):
                return [self._on_day(f"CAST({at.on} + to_months({months}) AS DATE)", words)]
            case WorkingDays():
                self.tables.working.add(limit)
                due = f"{self._join(working_days_table(limit), at.on)}.due"
                return [Case("", due, due, limit.words, may_fail=True)]
            case BeforeSchool():
                self.tables.school.add(limit)
                table = self._join(school_table(limit), at.on)
                lo, hi = (f"CASE WHEN {moment} < {table}.today THEN {table}.today ELSE {table}.after END" for moment in (at.lo, at.hi))
                return [Case("", lo, hi, limit.words, may_fail=True)]
            case ByField():
                return self._by_field(limit, at)
            case LookUp():
                return self._look_up(limit, at)
            case Adjustable():
                return self._adjustable(limit, at)

    def _on_day(self, on: str, words: str) -> Case:
        due = f"last_second({on})"
        return Case("", due, due, words, on=on)

    def _join(self, table: str, on: str) -> str:
        alias = f"{self.alias}_{table}"
        self.joins.setdefault(alias, f"LEFT JOIN {table} AS {alias} ON {alias}.d = {on}")
        return alias

    def _by_field(self, limit: ByField, at: Moment) -> list[Case]:
        value = at.value(limit.field)
        due = f"end_of_field({value})" if limit.type == "moment" else f"last_second({value})"
        on = None if limit.type == "moment" else value
        blank = self._cases(limit.otherwise, at) if limit.otherwise is not None else [Case("", None, None, field=limit.field)]
        return [Case(f"{value} IS NOT NULL", due, due, limit.words, on=on), *blank]

    def _look_up(self, limit: LookUp, at: Moment) -> list[Case]:
        code = at.looked_up or at.value(limit.field)
        found: list[Case] = []
        for value, chosen in limit.values:
            found += under(f"{code} = {text(value)}", self._cases(chosen, at))
        unknown = self._cases(limit.unknown, at) if limit.unknown is not None else [Case("", None, None, field=limit.field)]
        found += under(f"{code} IS NULL", unknown)
        return found + (self._cases(limit.otherwise, at) if limit.otherwise is not None else [Case("", None, None)])

    def _adjustable(self, limit: Adjustable, at: Moment) -> list[Case]:
        found: list[Case] = []
        for local in reversed(limit.local):
            own = [replace(case, whose=f"local: {limit.parameter}") for case in self._cases(local.limit, at)]
            found += under(f"{at.chosen_on} >= {day(local.valid_from)}", own)
        return found + self._cases(limit.default, at)


def under(guard: str, cases: list[Case]) -> list[Case]:
    """The same cases, only where the guard is true."""
    return [replace(case, guard=f"{guard} AND {case.guard}" if guard and case.guard else guard or case.guard) for case in cases]


def chosen(cases: list[Case], value: Callable[[int, Case], str]) -> str:
    """SQL of a value of the case that applies."""
    if len(cases) == 1:
        return value(0, cases[0])
    return "CASE " + " ".join(f"WHEN {case.guard or 'TRUE'} THEN {value(place, case)}" for place, case in enumerate(cases)) + " END"


def due_columns(cases: list[Case], prefix: str, *, days: bool) -> tuple[str, str]:
    """Columns of the due moments, in two steps: the date at whose end it is due or the seconds; then `<prefix>_lo` and, with `days`, `<prefix>_hi`.

    In two steps because the end of a day is a long expression, and is then written once.
    """
    nothing = "CAST(NULL AS BIGINT)"

    def other(second: str | None, case: Case) -> str:
        return nothing if case.on is not None else second or nothing

    which = chosen(cases, lambda place, _case: str(place))
    dated = any(case.on is not None for case in cases)
    on = chosen(cases, lambda _place, case: case.on or "CAST(NULL AS DATE)") if dated else "CAST(NULL AS DATE)"
    lo = chosen(cases, lambda _place, case: other(case.lo, case))
    hi = chosen(cases, lambda _place, case: other(case.hi, case)) if days else nothing
    first = f"{on} AS {prefix}_on, {lo} AS {prefix}_from_lo, {hi} AS {prefix}_from_hi, {which} AS {prefix}_case"
    end = f"last_second(t.{prefix}_on)" if dated else nothing
    return first, f"{end} AS {prefix}_end"


def back_cases(limit: Limit, lo: str, on: str) -> list[Case]:
    """The start of a look-back from a moment: `lo` of each case is its first second."""
    match limit:
        case Elapsed(length, words):
            return [Case("", f"({lo} - {length})", None, words)]
        case CalendarDays(days, words):
            return [Case("", f"first_second({on} - {days})", None, words)]
        case CalendarMonths(months, words):
            return [Case("", f"first_second(CAST({on} - to_months({months}) AS DATE))", None, words)]
        case Adjustable(parameter, default, local):
            found: list[Case] = []
            for one in reversed(local):
                own = [replace(case, whose=f"local: {parameter}") for case in back_cases(one.limit, lo, on)]
                found += under(f"{on} >= {day(one.valid_from)}", own)
            return found + back_cases(default, lo, on)
        case _:
            raise TypeError(f"A look-back cannot be {limit.words!r}: the standard should have been refused.")


def back_sql(limit: Limit, moment: str, on: str) -> str:
    """The first second of a look-back from a moment."""
    return chosen(back_cases(limit, moment, on), lambda _place, case: str(case.lo))


def back_columns(limit: Limit, name: str, hi: str) -> tuple[str, str, str]:
    """Columns of the earliest and latest second at which a look-back from the occasion may open; and where to find each."""
    columns = f"{back_sql(limit, 't.lo', 't.on_')} AS {name}"
    if hi == "t.lo":
        return columns, f"t.{name}", f"t.{name}"
    return f"{columns}, {back_sql(limit, hi, 't.on_')} AS {name}_hi", f"t.{name}", f"t.{name}_hi"


def fields_of(limit: Limit) -> tuple[str, ...]:
    """The fields of the trigger from which a limit is read."""
    match limit:
        case ByField(name, _, otherwise, _):
            return (name, *(fields_of(otherwise) if otherwise is not None else ()))
        case LookUp():
            return (limit.field,) if limit.of is None else ()
        case Adjustable(_, default, local):
            return tuple(dict.fromkeys((*fields_of(default), *(name for one in local for name in fields_of(one.limit)))))
        case _:
            return ()


def look_up_of(limit: Limit) -> LookUp | None:
    """The look-up in a limit that rests on another event, if there is one."""
    match limit:
        case LookUp() if limit.of is not None:
            return limit
        case ByField(otherwise=otherwise) if otherwise is not None:
            return look_up_of(otherwise)
        case Adjustable(_, default, local):
            return next((found for one in (default, *(each.limit for each in local)) if (found := look_up_of(one)) is not None), None)
        case _:
            return None


def needs_date(limit: Limit | None) -> bool:
    """Whether a limit is reckoned from a London date (and not only from a second or a field)."""
    match limit:
        case None | Elapsed():
            return False
        case ByField():
            return needs_date(limit.otherwise)
        case LookUp():
            return any(needs_date(one) for one in (*(value for _, value in limit.values), limit.otherwise, limit.unknown))
        case Adjustable():
            return bool(limit.local) or needs_date(limit.default)
        case _:
            return True

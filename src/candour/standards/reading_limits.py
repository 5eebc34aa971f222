"""Reads the limits of a standard: lengths of time, fields that hold a date, and look-ups by a code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from candour.records.vocabulary import Field, Vocabulary
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
from candour.standards.model import Selector
from candour.standards.reading_tables import Table

_UNITS = ("minutes", "hours", "days", "weeks", "months", "working_days")
SelectorReader = Callable[[Table, str], Selector]


def counted(number: int, one: str, many: str | None = None) -> str:
    """`1 hour`, `2 hours`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


class LimitReader:
    """Reads limits against one vocabulary; `selector` reads the selector of a look-up."""

    def __init__(self, vocabulary: Vocabulary, selector: SelectorReader) -> None:
        self.vocabulary = vocabulary
        self.selector = selector

    def limit(self, parent: Table, key: str, trigger: Selector, scope: str, *, any_kind: bool = False) -> Limit:
        """The limit at a key. `any_kind`: a field need belong to only one of the trigger's kinds. Raises StandardRefused."""
        return self.read(parent.table(key), trigger, scope, any_kind=any_kind)

    def read(self, table: Table, trigger: Selector, scope: str, *, any_kind: bool = False) -> Limit:
        """A limit of any sort, wrapped as adjustable when it has a `parameter`."""
        found = self._bare(table, trigger, scope, any_kind)
        return Adjustable(table.text("parameter"), found) if table.has("parameter") else found

    def _bare(self, table: Table, trigger: Selector, scope: str, any_kind: bool) -> Limit:
        if table.has("by"):
            return self._by_field(table, trigger, scope, any_kind)
        if table.has("look_up"):
            return self._look_up(table, trigger, scope, any_kind)
        if table.has("before_next"):
            return self.before_school(table)
        return self.length(table)

    def before_school(self, table: Table) -> BeforeSchool:
        """The start of the next school day, at a London time of day (09:00 where none is given)."""
        table.only(("before_next", "at", "parameter"))
        table.choice("before_next", ("school_day",))
        at = table.text("at", default="09:00")
        return BeforeSchool(self._clock(table, at), f"by the start of the next school day ({at})")

    def length(self, table: Table) -> Limit:
        """A plain length: exactly one unit."""
        table.only((*_UNITS, "counting", "parameter"))
        units = [unit for unit in _UNITS if table.has(unit)]
        if len(units) != 1:
            raise table.refuse(
                "", f"needs exactly one of {', '.join(_UNITS)} (or by, look_up, before_next); it has {', '.join(units) or 'none'}."
            )
        unit = units[0]
        number = table.whole(unit, least=0 if unit == "days" else 1)
        if unit != "working_days" and table.has("counting"):
            raise table.refuse("counting", "belongs to working_days. Take it out, or count in working_days.")
        if unit in ("minutes", "hours"):
            return Elapsed(number * (60 if unit == "minutes" else 3600), counted(number, unit[:-1]))
        if unit in ("days", "weeks"):
            return CalendarDays(number * (7 if unit == "weeks" else 1), counted(number, "calendar day" if unit == "days" else "week"))
        if unit == "months":
            return CalendarMonths(number, counted(number, "calendar month"))
        counting: Literal["next", "same"] = "same" if table.choice("counting", ("next", "same"), default="next") == "same" else "next"
        rule = "the day after is day 1" if counting == "next" else "the day itself is day 1"
        return WorkingDays(number, counting, f"{counted(number, 'working day')} ({rule})")

    def look_back(self, parent: Table, key: str) -> Limit:
        """A length that can be counted backwards: working days cannot."""
        table = parent.table(key)
        found = self.length(table)
        if isinstance(found, WorkingDays):
            raise table.refuse("working_days", "cannot be counted backwards; use days, weeks, months, hours or minutes.")
        return Adjustable(table.text("parameter"), found) if table.has("parameter") else found

    def _clock(self, table: Table, text: str) -> int:
        hours, _, minutes = text.partition(":")
        if hours.isdecimal() and minutes.isdecimal() and len(minutes) == 2 and int(hours) < 24 and int(minutes) < 60:
            return int(hours) * 3600 + int(minutes) * 60
        raise table.refuse("at", f"{text!r} is not a time of day such as 09:00.")

    def _field(self, table: Table, key: str, trigger: Selector, any_kind: bool) -> Field:
        name = table.text(key)
        found = [self.vocabulary.envelope.get(name) or self.vocabulary.kinds[kind].fields.get(name) for kind in trigger.kinds]
        held = [field for field in found if field is not None]
        if not held or (len(held) < len(found) and not any_kind):
            raise table.refuse(key, f"{name!r} is not a field of {', '.join(trigger.kinds)}.")
        return held[0]

    def _by_field(self, table: Table, trigger: Selector, scope: str, any_kind: bool) -> ByField:
        table.only(("by", "else", "parameter"))
        field = self._field(table, "by", trigger, any_kind)
        otherwise = self.limit(table, "else", trigger, scope, any_kind=any_kind) if table.has("else") else None
        words = f"by the date recorded as {field.name}" + (f", or {otherwise.words} where there is none" if otherwise else "")
        if field.type == "moment":
            return ByField(field.name, "moment", otherwise, words)
        if field.type == "day":
            return ByField(field.name, "day", otherwise, words)
        raise table.refuse("by", f"{field.name!r} is {field.type}; a limit can only be taken from a day or a moment.")

    def _look_up(self, table: Table, trigger: Selector, scope: str, any_kind: bool) -> LookUp:
        table.only(("look_up", "of", "values", "else", "unknown", "parameter"))
        of = self.selector(table.table("of"), scope) if table.has("of") else None
        field = self._field(table, "look_up", of or trigger, any_kind and of is None)
        if field.type != "code" or field.codes is None:
            raise table.refuse("look_up", f"{field.name!r} is {field.type}; a limit can only be looked up by a code.")
        values = table.table("values")
        for code in values.content:
            if code not in field.codes:
                raise values.refuse(code, f"is not a code of {field.name}: {', '.join(field.codes)}.")
        if not values.content:
            raise table.refuse("values", "is empty: give a limit for each code.")
        chosen = tuple((code, self._plain(values.table(code))) for code in values.content)
        otherwise = self._plain(table.table("else")) if table.has("else") else None
        unknown = self._plain(table.table("unknown")) if table.has("unknown") else None
        words = "; ".join(f"{code}: {limit.words}" for code, limit in chosen)
        return LookUp(field.name, of, chosen, otherwise, unknown, f"by {field.name}: {words}")

    def _plain(self, table: Table) -> Limit:
        """A length in one unit: what a look-up may lead to. Refused are a parameter, which belongs to the look-up as a whole, and every other sort of
        limit: a field, another look-up, the start of a school day."""
        if table.has("parameter"):
            raise table.refuse("parameter", "belongs to the look-up as a whole, beside look_up.")
        return self.length(table)

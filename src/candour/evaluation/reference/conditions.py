"""Whether a condition holds for an event: true (True), false (False) or unknown (None)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any as Anything

from candour.evaluation.reference.chronology import Chronology, Event
from candour.evaluation.reference.clocks import completed_years, date_in_london, months_later
from candour.standards.expressions import (
    Age,
    All,
    Any,
    Compare,
    Condition,
    Constant,
    DateOf,
    DaysBetween,
    FieldOf,
    Holds,
    Is,
    LengthOf,
    Not,
    OneOfThese,
    Operand,
    PartOf,
    Recorded,
    SecondsBetween,
    Shifted,
    YearsBetween,
    fields_used,
)

Truth = bool | None


def kleene_and(parts: list[Truth]) -> Truth:
    """False when any is false; otherwise unknown when any is unknown; otherwise true."""
    if any(part is False for part in parts):
        return False
    return None if any(part is None for part in parts) else True


def kleene_or(parts: list[Truth]) -> Truth:
    """True when any is true; otherwise unknown when any is unknown; otherwise false."""
    if any(part is True for part in parts):
        return True
    return None if any(part is None for part in parts) else False


def kleene_not(part: Truth) -> Truth:
    """The opposite; unknown stays unknown."""
    return None if part is None else not part


class Asked:
    """One event, perhaps with another, about which conditions are asked."""

    def __init__(self, chronology: Chronology, this: Event, other: Event | None = None) -> None:
        self.chronology = chronology
        self.this = this
        self.other = other

    def truth(self, condition: Condition) -> Truth:
        """Whether the condition holds."""
        if isinstance(condition, All):
            return kleene_and([self.truth(part) for part in condition.parts])
        if isinstance(condition, Any):
            return kleene_or([self.truth(part) for part in condition.parts])
        if isinstance(condition, Not):
            return kleene_not(self.truth(condition.part))
        if isinstance(condition, Recorded):
            return self._recorded(condition.field)
        if isinstance(condition, Is):
            value = self.value(condition.field)
            return None if value is None else value is True
        if isinstance(condition, Compare):
            return _compared(condition.op, self.value(condition.left), self.value(condition.right))
        if isinstance(condition, OneOfThese):
            value = self.value(condition.item)
            return None if value is None else value in condition.options
        listed = self.value(condition.field)
        if not isinstance(condition, Holds):
            raise TypeError(f"{condition!r} is not a condition.")
        return None if not isinstance(listed, list | tuple) else condition.value in listed

    def missing(self, condition: Condition | None) -> str | None:
        """The fields of the condition that are not there, by their labels, joined by ", "; None when there is none."""
        found = [field.label for field in fields_used(condition) if self.value(field) is None]
        return ", ".join(found) or None

    def _event(self, owner: str) -> Event:
        if owner != "other":
            return self.this
        if self.other is None:
            raise ValueError("a condition speaks of another event, and there is none.")
        return self.other

    def _recorded(self, field: FieldOf) -> Truth:
        if self.value(field) is not None:
            return True
        if field.owner in ("case", "child") or field.name in self.chronology.vocabulary.envelope:
            return False
        return False if self.chronology.holds(self._event(field.owner), field.name) else None

    def value(self, operand: Operand) -> object:
        """The value of an operand; None when it is not there."""
        if isinstance(operand, Constant):
            return operand.value
        if isinstance(operand, FieldOf):
            return self._field(operand)
        if isinstance(operand, Age):
            return self._age(self._event(operand.owner))
        if isinstance(operand, LengthOf):
            text = self.value(operand.text)
            return len(text) if isinstance(text, str) else None
        if isinstance(operand, DateOf):
            return _date(self.value(operand.moment))
        if isinstance(operand, Shifted):
            return _shifted(self.value(operand.day), operand.unit, operand.number)
        if isinstance(operand, PartOf):
            return _part(self.value(operand.day), operand.part)
        start, end = self.value(operand.start), self.value(operand.end)
        if start is None or end is None:
            return None
        if isinstance(operand, SecondsBetween):
            return _seconds(start, end)
        first, last = _date(start), _date(end)
        if first is None or last is None:
            raise TypeError(f"{operand!r} was given {start!r} and {end!r}, which are not both days.")
        if isinstance(operand, DaysBetween):
            return (last - first).days
        if isinstance(operand, YearsBetween):
            return completed_years(first, last)
        raise TypeError(f"{operand!r} is not an operand.")

    def _field(self, field: FieldOf) -> object:
        if field.owner == "child":
            return self._of_child(self.this, field.name)
        if field.owner == "case":
            case = self.chronology.cases.get(self.this.row["case_ref"])
            return None if case is None else case.get(field.name)
        if field.owner == "other" and field.name == "child.born_on":
            return self._of_child(self._event("other"), "born_on")
        return self._event(field.owner).row.get(field.name)

    def _of_child(self, event: Event, name: str) -> object:
        child = self.chronology.children.get(event.row["child_ref"])
        return None if child is None else child.get(name)

    def _age(self, event: Event) -> int | None:
        born, on = self._of_child(event, "born_on"), event.row["occurred_on"]
        return completed_years(born, on) if isinstance(born, date) and isinstance(on, date) else None


def _compared(op: str, left: object, right: object) -> Truth:
    """Unknown when either side is. The standard was refused on loading if the two do not belong together."""
    if left is None or right is None:
        return None
    return _COMPARED[op](left, right)


_COMPARED: dict[str, Callable[[Anything, Anything], bool]] = {
    "==": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


def _date(value: object) -> date | None:
    if value is None:
        return None
    if isinstance(value, datetime):
        return date_in_london(value)
    if isinstance(value, date):
        return value
    raise TypeError(f"{value!r} is neither a day nor a moment.")


def _seconds(start: object, end: object) -> int:
    """Whole seconds from one moment to another, each cut to its second first: times are kept to the second."""
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        raise TypeError(f"{start!r} and {end!r} are not both moments.")
    return (end.replace(microsecond=0) - start.replace(microsecond=0)) // timedelta(seconds=1)


def _shifted(value: object, unit: str, number: int) -> date | None:
    day = _date(value)
    if day is None:
        return None
    return day + timedelta(days=number) if unit == "days" else months_later(day, number * (12 if unit == "years" else 1))


def _part(value: object, part: str) -> int | None:
    day = _date(value)
    if day is None:
        return None
    return {"weekday": day.isoweekday(), "month": day.month, "year": day.year}[part]

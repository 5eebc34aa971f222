"""Turns a parsed condition into SQL in which NULL is unknown: SQL's own and, or and not are Kleene's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from candour.evaluation.relational.steps import day
from candour.records.quoting import text
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
)


@dataclass(frozen=True)
class Reading:
    """Where a condition finds its values: SQL for a field, for whether a field is recorded, and for the date an age is reckoned on."""

    field: Callable[[FieldOf], str]
    recorded: Callable[[FieldOf], str]
    date_of_event: Callable[[str], str]

    def born_on(self, owner: str) -> str:
        """The date of birth of the child of this or the other event."""
        return self.field(FieldOf("child", "born_on", "day") if owner == "this" else FieldOf("other", "child.born_on", "day"))


def condition_sql(node: Condition, reading: Reading) -> str:
    """SQL of type BOOLEAN: true, false, or NULL for unknown."""
    match node:
        case All(parts):
            return "(" + " AND ".join(condition_sql(part, reading) for part in parts) + ")"
        case Any(parts):
            return "(" + " OR ".join(condition_sql(part, reading) for part in parts) + ")"
        case Not(part):
            return f"(NOT {condition_sql(part, reading)})"
        case Is(field):
            return reading.field(field)
        case Compare(op, left, right):
            return f"({operand_sql(left, reading)} {'=' if op == '==' else op} {operand_sql(right, reading)})"
        case OneOfThese(item, options):
            listed = ", ".join(text(option) if isinstance(option, str) else str(int(option)) for option in options)
            return f"({operand_sql(item, reading)} IN ({listed}))" if options else f"({operand_sql(item, reading)} IS NULL AND NULL)"
        case Holds(field, value):
            return f"list_contains({reading.field(field)}, {text(value)})"
        case Recorded(field):
            return reading.recorded(field)


def operand_sql(node: Operand, reading: Reading) -> str:
    """SQL of the operand's value, NULL where there is none."""
    match node:
        case Constant(value, _):
            return _constant(value)
        case FieldOf():
            return reading.field(node)
        case Age(owner):
            return _years(reading.born_on(owner), reading.date_of_event(owner))
        case YearsBetween(start, end):
            return _years(operand_sql(start, reading), operand_sql(end, reading))
        case DaysBetween(start, end):
            return f"({_as_date(end, reading)} - {_as_date(start, reading)})"
        case SecondsBetween(start, end):
            return f"(epoch_ms({operand_sql(end, reading)}) // 1000 - epoch_ms({operand_sql(start, reading)}) // 1000)"
        case DateOf(moment):
            return f"london_date({operand_sql(moment, reading)})"
        case Shifted(shifted, unit, number):
            value = operand_sql(shifted, reading)
            if unit == "days":
                return f"({value} + {number})"
            return f"CAST({value} + to_months({number * (12 if unit == 'years' else 1)}) AS DATE)"
        case PartOf(part, value):
            return f"{'isodow' if part == 'weekday' else part}({operand_sql(value, reading)})"
        case LengthOf(field):
            return f"length({reading.field(field)})"


def _constant(value: bool | int | float | str | date) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, date):
        return day(value)
    if isinstance(value, str):
        return text(value)
    return f"CAST({value!r} AS DOUBLE)" if isinstance(value, float) else f"({value})"


def _as_date(node: Operand, reading: Reading) -> str:
    value = operand_sql(node, reading)
    return f"london_date({value})" if node.type == "moment" else value


def _years(start: str, end: str) -> str:
    """Completed years by calendar: one less until the month and day have come round (29 February comes round on 1 March)."""
    return f"(year({end}) - year({start}) - CAST(month({end}) * 100 + day({end}) < month({start}) * 100 + day({start}) AS BIGINT))"

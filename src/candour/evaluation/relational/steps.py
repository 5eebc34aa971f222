"""The small pieces of SQL that every step is made of: quoted words, moments as seconds, and a time and a place packed into one number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

PLACES = 1 << 30
"""A packed key is `seconds * 2**30 + position`: it sorts by time, then by place in the chronology. Positions are below 2**30."""
MASK = PLACES - 1
EARLIEST = -(2**62)
"""A packed key before every event."""


@dataclass(frozen=True)
class Step:
    """One statement of a run, with a name that says what it makes."""

    name: str
    sql: str


def day(value: date) -> str:
    """A date as a literal of SQL."""
    return f"DATE '{value.isoformat()}'"


def seconds(moment: datetime) -> int:
    """Whole seconds since 1970 of a UTC moment without zone (fractions are cut off)."""
    return int(moment.replace(tzinfo=UTC, microsecond=0).timestamp())


def seconds_of(expression: str) -> str:
    """Whole seconds since 1970 of a TIMESTAMP expression."""
    return f"(epoch_ms({expression}) // 1000)"


def packed(time: str, place: str) -> str:
    """Time (seconds) and place (position) as one sortable number."""
    return f"({time} * {PLACES} + {place})"


def from_time(time: str) -> str:
    """The least packed key at a time."""
    return f"({time} * {PLACES})"


def time_of(key: str) -> str:
    """The seconds in a packed key."""
    return f"({key} >> 30)"


def place_of(key: str) -> str:
    """The position in a packed key."""
    return f"({key} & {MASK})"


def both(*conditions: str) -> str:
    """The conditions that are not empty, joined by AND; TRUE where there is none."""
    return " AND ".join(condition for condition in conditions if condition) or "TRUE"


def either(conditions: list[str]) -> str:
    """The conditions joined by OR; FALSE where there is none."""
    return "(" + " OR ".join(conditions) + ")" if conditions else "FALSE"


def union(selects: list[str]) -> str:
    """The rows of several selects, one after the other."""
    return "\nUNION ALL\n".join(selects)

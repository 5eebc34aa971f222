"""Moments, days, lengths of time and counts as people say them: "Tue 3 March 2026, 18:00", "3 hours 20 minutes", "2 of them"."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from candour.records.scene import LONDON, last_second, london_date

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))
_ONLY_DAYS_FROM = 7
"""From this many days on, hours are left out: people say 32 days."""


def counted(number: int, one: str, many: str | None = None) -> str:
    """`1 hour`, `2 hours`, `1,200 hours`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(parts: Sequence[str], joiner: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {joiner} {parts[-1]}"


def day_words(day: date, *, weekday: bool = True) -> str:
    """`Tue 3 March 2026`, or `3 March 2026` without the weekday."""
    plain = f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    return f"{_DAYS[day.weekday()]} {plain}" if weekday else plain


def month_words(month: str) -> str:
    """`March 2026` for `2026-03`."""
    year, _, number = month.partition("-")
    return f"{_MONTHS[int(number) - 1]} {year}"


def clock_words(moment: datetime) -> str:
    """`18:00` in London for a UTC moment without zone; seconds where there are any; GMT or BST named in the hour that comes twice."""
    local = moment.replace(tzinfo=UTC).astimezone(LONDON)
    clock = f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return f"{clock} {local.tzname()}" if twice else clock


def moment_words(moment: datetime) -> str:
    """`Tue 3 March 2026, 18:00` in London for a UTC moment without zone."""
    return f"{day_words(london_date(moment))}, {clock_words(moment)}"


def ends_a_day(moment: datetime) -> bool:
    """Whether a UTC moment is the last second of a London day: then it is spoken of as that day."""
    return moment == last_second(london_date(moment))


def due_words(moment: datetime) -> str:
    """When something is due: the day alone where the whole day counts, otherwise day and time."""
    return day_words(london_date(moment)) if ends_a_day(moment) else moment_words(moment)


def duration_words(seconds: int, *, exact: bool = False) -> str:
    """`3 hours 20 minutes`, `32 days`: the two largest units, rounded down; `exact` gives every unit to the second.

    A day is 86,400 seconds. A negative length is spoken of without its sign.
    """
    left = abs(seconds)
    parts: list[str] = []
    for unit, length in _UNITS:
        number, left = divmod(left, length)
        if number:
            parts.append(counted(number, unit))
        elif parts and not exact:
            break
        if not exact and (len(parts) == 2 or (unit == "day" and number >= _ONLY_DAYS_FROM) or (unit == "minute" and parts)):
            break
    return " ".join(parts) or "no time"


def offset_words(moment: datetime) -> str:
    """`GMT` or `BST`: which clock London kept at a UTC moment without zone."""
    return moment.replace(tzinfo=UTC).astimezone(LONDON).tzname() or "GMT"


def days_between(first: date, last: date) -> tuple[date, ...]:
    """The days after `first` up to and including `last`."""
    return tuple(first + timedelta(days=number) for number in range(1, (last - first).days + 1))


def percent_words(share: float) -> str:
    """`65 %`: rounded to a whole number, but never to 0 % or 100 % unless it is exactly that."""
    whole = round(share * 100)
    if whole == 0 and share > 0:
        return "under 1 %"
    if whole == 100 and share < 1:
        return "over 99 %"
    return f"{whole} %"

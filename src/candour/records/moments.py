"""What a time is here: a moment in whole seconds of UTC since 1970, or a day as its first and last second in London, and the doubts about it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
EPOCH = date(1970, 1, 1).toordinal()

TWICE = 1
"""The clocks showed this time twice (they went back): the earlier of the two is kept."""
SKIPPED = 2
"""The clocks never showed this time (they went forward): it is read by the clock as it was before the change."""
SHORT_YEAR = 4
"""The year was written with two digits: 00 to 68 are read as 20xx, 69 to 99 as 19xx."""
MIDNIGHT = 8
"""The time of day was 00:00 and the mapping reads that as 'no time given'."""

OLD = 16
"""The time lies before the earliest that is likely: see LIKELY_YEARS."""
FUTURE = 32
"""The time lies after the extract was made."""
LISTED = TWICE | SKIPPED | OLD | FUTURE
"""Doubts that are listed row by row; the others are counted for the whole file."""
LIKELY_YEARS = 30
"""An event more than this many years before the extract is called suspicious (1926 for 2026). A local default."""

YEARS = range(1000, 2200)
"""A time of any other year cannot be when something happened: 9999 and 0001 are how systems write 'no end' and 'no date'. A local default."""

DOUBTS: Mapping[int, str] = MappingProxyType(
    {
        TWICE: "the clocks went back and showed this time twice; the earlier of the two is kept",
        SKIPPED: "the clocks went forward and never showed this time; it is read by the clock before the change",
        SHORT_YEAR: "the year has two digits; it is read as 1969 to 2068",
        OLD: f"lies more than {LIKELY_YEARS} years before the extract; a digit of the year may be wrong",
        FUTURE: "lies after the extract was made",
        MIDNIGHT: "00:00 is read as 'no time given', so the event is known to the day only",
    }
)


class Moment(NamedTuple):
    """A time that can be used: first and last possible second (UTC), the London day (days since 1970), precision, doubts."""

    at: int
    to: int
    on: int
    precision: str
    doubts: int


class Unreadable(NamedTuple):
    """A time that cannot be used, and why."""

    reason: str


class OutOfYears(ValueError):
    """A date of a year outside YEARS."""


@lru_cache(maxsize=100_000)
def london_day(day: int) -> tuple[int, int]:
    """The first and last second (UTC, both inside) of a London day given in days since 1970."""
    first = datetime.combine(date.fromordinal(day + EPOCH), time(), LONDON)
    after = datetime.combine(date.fromordinal(day + EPOCH + 1), time(), LONDON)
    return int(first.timestamp()), int(after.timestamp()) - 1


def london_date(seconds: int) -> int:
    """The London day, in days since 1970, of a second of UTC."""
    return datetime.fromtimestamp(seconds, LONDON).toordinal() - EPOCH


def utc(seconds: int) -> datetime:
    """A second of UTC as a plain datetime without zone, as it is stored."""
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)


def seconds_of(moment: datetime) -> int:
    """Seconds since 1970 of a moment; one without a zone is taken as UTC. Fractions are cut off."""
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() // 1)


def iso(moment: datetime) -> str:
    """A stored moment as ISO 8601 text in UTC, ending in Z."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")

"""The clock of the made-up force: moments in seconds of UTC, days in London, and which of them are working or school days.

The simulation keeps its own small calendar, so that its truth does not lean on the reckoning it is there to test.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
MINUTE, HOUR, DAY = 60, 3600, 86_400

YEAR_FROM = date(2025, 4, 1)
YEAR_TO = date(2026, 3, 31)
"""The force-year that is made up: both days are in it."""

BANK_HOLIDAYS = frozenset(
    date.fromisoformat(day)
    for day in (
        *("2025-01-01", "2025-04-18", "2025-04-21", "2025-05-05", "2025-05-26", "2025-08-25", "2025-12-25", "2025-12-26"),
        *("2026-01-01", "2026-04-03", "2026-04-06", "2026-05-04", "2026-05-25", "2026-08-31", "2026-12-25", "2026-12-28"),
        *("2027-01-01", "2027-03-26", "2027-03-29", "2027-05-03", "2027-05-31", "2027-08-30", "2027-12-27", "2027-12-28"),
    )
)
"""Bank holidays of England and Wales, 2025 to 2027 (GOV.UK, as in catalogue/calendars)."""

SCHOOL_TERMS = tuple(
    (date.fromisoformat(first), date.fromisoformat(last))
    for first, last in (
        ("2025-02-24", "2025-04-04"),
        ("2025-04-22", "2025-05-23"),
        ("2025-06-02", "2025-07-22"),
        ("2025-09-02", "2025-10-24"),
        ("2025-11-03", "2025-12-19"),
        ("2026-01-05", "2026-02-13"),
        ("2026-02-23", "2026-03-27"),
        ("2026-04-13", "2026-05-22"),
        ("2026-06-01", "2026-07-21"),
    )
)
"""The school terms of Northshire (made up, as in catalogue/calendars); first and last day count."""


def at(day: date, hour: int = 0, minute: int = 0) -> int:
    """The moment at which London clocks show this time on this day (the earlier one when they show it twice)."""
    return _midnight(day.toordinal()) + hour * HOUR + minute * MINUTE if not _changes(day.toordinal()) else _exact(day, hour, minute)


def _exact(day: date, hour: int, minute: int) -> int:
    return int((datetime(day.year, day.month, day.day, tzinfo=LONDON) + timedelta(hours=hour, minutes=minute)).timestamp())


@lru_cache(maxsize=20_000)
def _midnight(ordinal: int) -> int:
    day = date.fromordinal(ordinal)
    return int(datetime(day.year, day.month, day.day, tzinfo=LONDON).timestamp())


@lru_cache(maxsize=20_000)
def _changes(ordinal: int) -> bool:
    return _midnight(ordinal + 1) - _midnight(ordinal) != DAY


_FIRST = date(2009, 1, 1).toordinal()
_STARTS = [_midnight(ordinal) for ordinal in range(_FIRST, date(2029, 1, 1).toordinal())]


def day_of(moment: int) -> date:
    """The London day of a moment (2009 to 2028)."""
    return date.fromordinal(_FIRST + bisect_right(_STARTS, moment) - 1)


def first_second(day: date) -> int:
    """The first second of a London day."""
    return _midnight(day.toordinal())


def last_second(day: date) -> int:
    """The last second of a London day."""
    return _midnight(day.toordinal() + 1) - 1


@lru_cache(maxsize=500_000)
def local(moment: int) -> datetime:
    """What London clocks showed at a moment, without a zone."""
    return datetime.fromtimestamp(moment, LONDON).replace(tzinfo=None)


def utc(moment: int) -> datetime:
    """A moment in UTC, without a zone."""
    return datetime.fromtimestamp(moment, UTC).replace(tzinfo=None)


def is_working(day: date) -> bool:
    """Monday to Friday and no bank holiday."""
    return day.weekday() < 5 and day not in BANK_HOLIDAYS


@lru_cache(maxsize=50_000)
def working_days_after(day: date, number: int) -> date:
    """The working day that is `number` working days after a day, which is not itself counted."""
    while number > 0:
        day += timedelta(days=1)
        if is_working(day):
            number -= 1
    return day


@lru_cache(maxsize=50_000)
def is_school_day(day: date) -> bool:
    """A working day inside a term of Northshire."""
    return is_working(day) and any(first <= day <= last for first, last in SCHOOL_TERMS)


def months_after(day: date, months: int) -> date:
    """The same day of the month that many months later (or, when negative, earlier); the last of the month where there is none."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    for last in range(day.day, 27, -1):
        try:
            return date(year, month, last)
        except ValueError:
            continue
    return date(year, month, day.day)


START = at(YEAR_FROM)
EXTRACTED = at(date(2026, 4, 1), 6)
"""The moment at which every system was extracted: 06:00 on 1 April 2026."""
CLOCKS_BACK = (int(datetime(2025, 10, 26, 1, tzinfo=UTC).timestamp()), int(datetime(2025, 10, 26, 2, tzinfo=UTC).timestamp()))
"""The hour that London clocks showed a second time in autumn 2025: Northshire's systems are down for it each year, and nothing is timed in it."""

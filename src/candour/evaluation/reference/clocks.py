"""The arithmetic of dates and times: seconds in UTC, days in London, working days of England and Wales, school days."""

from __future__ import annotations

import calendar as months_of_the_year
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from candour.records.calendars import Calendar

_LONDON = ZoneInfo("Europe/London")
_DAY = timedelta(days=1)


class BeyondCalendar(Exception):
    """The bank holidays of the days asked for are not known."""


def date_in_london(moment: datetime) -> date:
    """The London date of a moment in UTC without zone."""
    return moment.replace(tzinfo=UTC).astimezone(_LONDON).date()


def at_london_time(day: date, seconds: int) -> datetime:
    """The UTC moment at which London clocks on that day show so many seconds after midnight (of two, the earlier)."""
    shown = datetime.combine(day, time(seconds // 3600, seconds // 60 % 60, seconds % 60), _LONDON)
    return shown.astimezone(UTC).replace(tzinfo=None)


def day_begins(day: date) -> datetime:
    """The first second of a London day, in UTC."""
    return at_london_time(day, 0)


def day_ends(day: date) -> datetime:
    """The last second of a London day, in UTC: one second before the next day begins."""
    return day_begins(day + _DAY) - timedelta(seconds=1)


def months_later(day: date, months: int) -> date:
    """The same day of another month, or the last day of it where there is no such day. `months` may be negative."""
    number = day.year * 12 + day.month - 1 + months
    year, month = number // 12, number % 12 + 1
    return date(year, month, min(day.day, months_of_the_year.monthrange(year, month)[1]))


def completed_years(start: date, end: date) -> int:
    """Completed years from one day to another; a birthday on 29 February is reached on 1 March in other years."""
    not_yet = (end.month, end.day) < (start.month, start.day)
    return end.year - start.year - (1 if not_yet else 0)


def is_working_day(day: date, calendar: Calendar) -> bool:
    """Monday to Friday and no bank holiday. Raises BeyondCalendar outside the days that are known."""
    if not calendar.known_from <= day <= calendar.known_to:
        raise BeyondCalendar(day)
    return day.weekday() < 5 and day not in calendar.bank_holidays


def working_day(start: date, number: int, counting: str, calendar: Calendar) -> date:
    """The working day with that number after `start` (`next`), or on or after it (`same`). Raises BeyondCalendar."""
    is_working_day(start, calendar)
    day = start if counting == "next" else start - _DAY
    while number > 0:
        day += _DAY
        if is_working_day(day, calendar):
            number -= 1
    return day


def is_school_day(day: date, calendar: Calendar) -> bool:
    """A working day; between the first day of the first term and the last of the last, only one in a term. Raises BeyondCalendar."""
    if not is_working_day(day, calendar):
        return False
    if not calendar.terms or day < calendar.terms[0][0] or day > calendar.terms[-1][1]:
        return True
    return any(first <= day <= last for first, last in calendar.terms)


def next_school_start(moment: datetime, seconds: int, calendar: Calendar) -> datetime:
    """The first moment after this one at which a school day starts, at that London time. Raises BeyondCalendar."""
    day = date_in_london(moment)
    is_working_day(day, calendar)
    while not (is_school_day(day, calendar) and at_london_time(day, seconds) > moment):
        day += _DAY
    return at_london_time(day, seconds)

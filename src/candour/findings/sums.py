"""Says the date arithmetic of a finding in words: from what moment, by which limit, which days were skipped, and where that ends.

The sum is done again here, apart from the evaluators, and compared with what the finding says. A sum that does not come out is said to be so.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from candour.records.calendars import Calendar
from candour.records.scene import LONDON, Row, first_second, from_london, last_second, london_date
from candour.standards.condition_wording import name_words
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
from candour.standards.spoken import (
    counted,
    day_words,
    days_between,
    due_words,
    ends_a_day,
    listed,
    moment_words,
    offset_words,
)

_SATURDAY = 5
_SEARCH_DAYS = 400
_DAYS_NAMED = 12
"""Skipped days are named one by one up to this many; beyond it they are counted and the bank holidays named."""


@dataclass(frozen=True)
class Sum:
    """A due moment (UTC, counts as in time) and the sentences that reach it."""

    due: datetime
    words: tuple[str, ...]


@dataclass(frozen=True)
class Days:
    """The calendar by which days are counted, and the names of its bank holidays where they are known."""

    calendar: Calendar
    names: Mapping[date, str]

    def why_not_worked(self, day: date) -> str | None:
        """Why a day is no working day, in words; None when it is one."""
        if day in self.calendar.bank_holidays:
            return self.names.get(day, "bank holiday")
        return "weekend" if day.weekday() >= _SATURDAY else None

    def why_no_school(self, day: date) -> str | None:
        """Why there is no school on a day, in words; None when there is."""
        not_worked = self.why_not_worked(day)
        if not_worked:
            return not_worked
        first, last = self.calendar.terms_from, self.calendar.terms_to
        if first is None or last is None or not first <= day <= last or any(a <= day <= b for a, b in self.calendar.terms):
            return None
        return "school holiday"


def reckon(limit: Limit, start: datetime, trigger: Row, days: Days | None) -> Sum | None:
    """The due moment of a limit from a start (UTC), with its sum in words; None where it cannot be reckoned from these alone."""
    if isinstance(limit, Elapsed):
        return _elapsed(limit, start)
    if isinstance(limit, CalendarDays):
        due = last_second(london_date(start) + timedelta(days=limit.days))
        return Sum(
            due, (f"{day_words(london_date(start))} + {limit.words} (that day is day 0) = {due_words(due)}, to the end of the day.",)
        )
    if isinstance(limit, CalendarMonths):
        return _months(limit, start)
    if isinstance(limit, WorkingDays):
        return _working_days(limit, start, days)
    if isinstance(limit, BeforeSchool):
        return _before_school(limit, start, days)
    if isinstance(limit, ByField):
        return _by_field(limit, trigger)
    return None


def plain_limits(limits: tuple[Limit, ...]) -> tuple[Limit, ...]:
    """The limits that are lengths or fields themselves, not choices among others."""
    return tuple(limit for limit in limits if not isinstance(limit, Adjustable | LookUp))


_LENGTH = re.compile(r"(\d+) (minute|hour|calendar day|week|calendar month|working day)s?(?: \((the day after|the day itself) is day 1\))?")


def length_of_words(words: str) -> Limit | None:
    """The plain length that a limit's words say (`12 hours`), for a figure that a force has set; None for any other words."""
    found = _LENGTH.fullmatch(words)
    if found is None:
        return None
    number, unit = int(found[1]), found[2]
    if unit in ("minute", "hour"):
        return Elapsed(number * (60 if unit == "minute" else 3600), words)
    if unit in ("calendar day", "week"):
        return CalendarDays(number * (7 if unit == "week" else 1), words)
    return (
        CalendarMonths(number, words)
        if unit == "calendar month"
        else WorkingDays(number, "same" if found[3] == "the day itself" else "next", words)
    )


def _elapsed(limit: Elapsed, start: datetime) -> Sum:
    due = start + timedelta(seconds=limit.seconds)
    words = [f"{moment_words(start)} + {limit.words} = {moment_words(due)}."]
    before, after = offset_words(start), offset_words(due)
    if before != after:
        change = _clock_change(start, due)
        way = "forward" if after == "BST" else "back"
        words.append(
            f"The clocks went {way} on {day_words(change)} (from {before} to {after}): real hours are counted, so the clock shows "
            f"an hour {'more' if after == 'BST' else 'less'}."
        )
    return Sum(due, tuple(words))


def _clock_change(start: datetime, end: datetime) -> date:
    day = london_date(start)
    while day < london_date(end) and _offset_at_end(day) == _offset_at_end(day - timedelta(days=1)):
        day += timedelta(days=1)
    return day


def _offset_at_end(day: date) -> timedelta | None:
    return datetime(day.year, day.month, day.day, 23, 59, tzinfo=LONDON).utcoffset()


def _months(limit: CalendarMonths, start: datetime) -> Sum:
    begins = london_date(start)
    month = begins.month - 1 + limit.months
    year, month = begins.year + month // 12, month % 12 + 1
    length = monthrange(year, month)[1]
    ends = date(year, month, min(begins.day, length))
    clamped = f" (that month has {length} days, so its last day counts)" if begins.day > length else ""
    return Sum(last_second(ends), (f"{day_words(begins)} + {limit.words} = {day_words(ends)}{clamped}, to the end of the day.",))


def _working_days(limit: WorkingDays, start: datetime, days: Days | None) -> Sum | None:
    if days is None:
        return None
    begins = london_date(start)
    day = begins if limit.counting == "same" else begins + timedelta(days=1)
    left, skipped = limit.days, []
    while True:
        if not days.calendar.known_from <= day <= days.calendar.known_to:
            return None
        why = days.why_not_worked(day)
        if why:
            skipped.append((day, why))
        else:
            left -= 1
            if left == 0:
                break
        day += timedelta(days=1)
    words = [f"{day_words(begins)} + {limit.words} = {day_words(day)}, to the end of the day."]
    if skipped:
        words.append(f"Not counted: {_skipped_words(skipped)}.")
    return Sum(last_second(day), tuple(words))


def _skipped_words(skipped: list[tuple[date, str]]) -> str:
    if len(skipped) <= _DAYS_NAMED:
        return listed([f"{day_words(day)} ({why})" for day, why in skipped])
    weekends = sum(1 for _, why in skipped if why == "weekend")
    others = [f"{day_words(day)} ({why})" for day, why in skipped if why != "weekend"]
    return listed([counted(weekends, "Saturday or Sunday", "Saturdays and Sundays"), *others])


def _before_school(limit: BeforeSchool, start: datetime, days: Days | None) -> Sum | None:
    if days is None:
        return None
    begins = london_date(start)
    skipped: list[tuple[date, str]] = []
    for day in (begins, *days_between(begins, begins + timedelta(days=_SEARCH_DAYS))):
        if not days.calendar.known_from <= day <= days.calendar.known_to:
            return None
        at = from_london(datetime(day.year, day.month, day.day) + timedelta(seconds=limit.at_seconds))
        why = days.why_no_school(day)
        if why and day != begins:
            skipped.append((day, why))
        if not why and at > start:
            words = [f"The first school day that starts after {moment_words(start)} starts at {moment_words(at)}."]
            if skipped:
                words.append(f"No school: {_skipped_words(skipped)}.")
            return Sum(at, tuple(words))
    return None


def _by_field(limit: ByField, trigger: Row) -> Sum | None:
    value = trigger.get(limit.field)
    if isinstance(value, datetime):
        midnight = value == first_second(london_date(value))
        due = last_second(london_date(value)) if midnight else value
    elif isinstance(value, date):
        due = last_second(value)
    else:
        return None
    whole = ", to the end of that day" if ends_a_day(due) else ""
    return Sum(due, (f"The record itself sets the limit: its “{name_words(limit.field)}” is {due_words(due)}{whole}.",))

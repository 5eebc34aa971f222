"""By when: turns the limit of a standard into a due moment for one trigger, or says what is missing to do so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from candour.evaluation.reference.bindings import Trigger, belongs, matches
from candour.evaluation.reference.chronology import Chronology, Event, place
from candour.evaluation.reference.clocks import (
    BeyondCalendar,
    at_london_time,
    date_in_london,
    day_begins,
    day_ends,
    months_later,
    next_school_start,
    working_day,
)
from candour.findings.outcomes import Reason
from candour.records.calendars import Calendar
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

STANDARD = "standard"


@dataclass(frozen=True)
class Due:
    """The due moments (UTC; they count as in time) of the earliest and latest second of the trigger, and the limit in words where there is one."""

    lo: datetime
    hi: datetime
    words: str | None
    whose: str | None


@dataclass(frozen=True)
class CannotReckon:
    """Why a limit cannot be reckoned: `limit`, with the field that is missing, or `calendar`."""

    reason: Reason
    missing: str | None = None


@dataclass(frozen=True)
class NoOccasion:
    """The standard sets no limit for this code: it has no occasion here."""


@dataclass(frozen=True)
class _Chosen:
    """A plain limit, once codes, fields and local figures have been looked at, and whose it is."""

    limit: Elapsed | CalendarDays | CalendarMonths | WorkingDays | BeforeSchool | ByField
    whose: str


def local_or_standard(limit: Limit, on: date) -> tuple[Limit, str]:
    """The limit that holds for a trigger on that London date, and whose it is."""
    if not isinstance(limit, Adjustable):
        return limit, STANDARD
    begun = [local for local in limit.local if local.valid_from <= on]
    return (begun[-1].limit, f"local: {limit.parameter}") if begun else (limit.default, STANDARD)


@dataclass(frozen=True)
class Opening:
    """When a window opens that begins before the trigger: the earliest and the latest second at which it may (UTC)."""

    lo: datetime
    hi: datetime


def look_back(limit: Limit, trigger: Event) -> Opening:
    """The start of a look-back from a dated event: `back` of section 4. Raises TypeError for what cannot be counted backwards."""
    length, _ = local_or_standard(limit, trigger.date)
    if isinstance(length, Elapsed):
        ago = timedelta(seconds=length.seconds)
        return Opening(trigger.lo - ago, trigger.hi - ago)
    if isinstance(length, CalendarDays):
        first = day_begins(trigger.date - timedelta(days=length.days))
        return Opening(first, first)
    if isinstance(length, CalendarMonths):
        first = day_begins(months_later(trigger.date, -length.months))
        return Opening(first, first)
    raise TypeError(f"{length!r} cannot be counted backwards.")


def due(
    chronology: Chronology,
    calendar: Calendar,
    limit: Limit,
    trigger: Trigger,
    *,
    fields_of: Event | None = None,
    start: Event | None = None,
) -> Due | CannotReckon | NoOccasion:
    """The due moments of a limit for a dated trigger.

    An extension may read its fields from another event (`fields_of`) and reckon from another (`start`).
    """
    chosen = _choose(chronology, limit, trigger, fields_of or trigger.event, STANDARD)
    if not isinstance(chosen, _Chosen):
        return chosen
    begin = start or trigger.event
    try:
        lo, hi = (_moment(chosen.limit, moment, fields_of or trigger.event, calendar) for moment in (begin.lo, begin.hi))
    except BeyondCalendar:
        return CannotReckon(Reason.CALENDAR)
    return Due(lo, hi, chosen.limit.words, chosen.whose)


def _choose(chronology: Chronology, limit: Limit, trigger: Trigger, fields_of: Event, whose: str) -> _Chosen | CannotReckon | NoOccasion:
    if isinstance(limit, Adjustable):
        inner, owner = local_or_standard(limit, trigger.event.date)
        return _choose(chronology, inner, trigger, fields_of, whose if owner == STANDARD else owner)
    if isinstance(limit, LookUp):
        return _look_up(chronology, limit, trigger, fields_of, whose)
    if isinstance(limit, ByField) and fields_of.row.get(limit.field) is None:
        if limit.otherwise is None:
            return CannotReckon(Reason.LIMIT, limit.field)
        return _choose(chronology, limit.otherwise, trigger, fields_of, whose)
    return _Chosen(limit, whose)


def _look_up(chronology: Chronology, limit: LookUp, trigger: Trigger, fields_of: Event, whose: str) -> _Chosen | CannotReckon | NoOccasion:
    code = fields_of.row.get(limit.field) if limit.of is None else _last_code(chronology, limit, trigger)
    chosen: Limit | None
    if code is None:
        if limit.unknown is None:
            return CannotReckon(Reason.LIMIT, limit.field)
        chosen = limit.unknown
    else:
        chosen = dict(limit.values).get(str(code), limit.otherwise)
    return NoOccasion() if chosen is None else _choose(chronology, chosen, trigger, fields_of, whose)


def _last_code(chronology: Chronology, limit: LookUp, trigger: Trigger) -> object:
    """The code of the last event at or before the trigger (the trigger itself counts) that matches, belongs and has one."""
    if limit.of is None:
        raise ValueError("the look-up names no event.")
    found = [
        event
        for kind in limit.of.kinds
        for event in chronology.with_key(kind, limit.of.by, trigger.key)
        if event.dated
        and place(event) <= place(trigger.event)
        and event.row.get(limit.field) is not None
        and belongs(chronology, trigger, limit.of, event) is True
        and matches(chronology, limit.of, event) is True
    ]
    return max(found, key=place).row[limit.field] if found else None


def _moment(limit: object, moment: datetime, fields_of: Event, calendar: Calendar) -> datetime:
    """The due moment of a plain limit reckoned from one moment. Raises BeyondCalendar."""
    day = date_in_london(moment)
    if isinstance(limit, Elapsed):
        return moment + timedelta(seconds=limit.seconds)
    if isinstance(limit, CalendarDays):
        return day_ends(day + timedelta(days=limit.days))
    if isinstance(limit, CalendarMonths):
        return day_ends(months_later(day, limit.months))
    if isinstance(limit, WorkingDays):
        return day_ends(working_day(day, limit.days, limit.counting, calendar))
    if isinstance(limit, BeforeSchool):
        return next_school_start(moment, limit.at_seconds, calendar)
    if isinstance(limit, ByField):
        return _promised(fields_of.row[limit.field])
    raise TypeError(f"{limit!r} is not a plain limit.")


def _promised(value: object) -> datetime:
    """A moment counts to its second, midnight in London and a day to the last second of that day."""
    if isinstance(value, datetime):
        day = date_in_london(value)
        return day_ends(day) if value == at_london_time(day, 0) else value
    if isinstance(value, date):
        return day_ends(value)
    raise TypeError(f"{value!r} is neither a day nor a moment.")

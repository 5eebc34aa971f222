"""London dates, the first and last seconds of a day, working days and school days, as macros and small tables in DuckDB.

From 1996 the clocks follow one rule (summer time from 01:00 UTC on the last Sunday of March to 01:00 UTC on the last Sunday of October), which is
arithmetic; for the years before, the changes are listed from the time zone database.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from candour.evaluation.relational.steps import Step, day
from candour.records.calendars import Calendar
from candour.standards.limits import BeforeSchool, WorkingDays

_LONDON = ZoneInfo("Europe/London")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_RULE_SINCE = 1996


@cache
def old_clock_changes() -> tuple[tuple[int, int], ...]:
    """The clock changes in London before 1996: seconds since 1970 from which an offset (seconds ahead of UTC) held, oldest first."""

    def offset(at: int) -> int:
        shift = (_EPOCH + timedelta(seconds=at)).astimezone(_LONDON).utcoffset()
        return int(shift.total_seconds()) if shift is not None else 0

    start = int((datetime(1840, 1, 1, tzinfo=UTC) - _EPOCH).total_seconds())
    end = int((datetime(_RULE_SINCE, 1, 1, tzinfo=UTC) - _EPOCH).total_seconds())
    found = [(-(2**60), offset(start))]
    step = 28 * 86400
    for left in range(start, end, step):
        right = left + step
        if offset(left) == offset(right):
            continue
        low, high = left, right
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if offset(middle) == offset(left) else (low, middle)
        found.append((high, offset(high)))
    return tuple(found)


def variable_steps() -> list[Step]:
    """The clock changes before 1996, for the macros: a connection must know them before it uses one."""
    changes = old_clock_changes()
    return [
        Step("old clock changes", f"SET VARIABLE clock_changes = {[at for at, _ in changes]}::BIGINT[]"),
        Step("old clock offsets", f"SET VARIABLE clock_offsets = {[ahead for _, ahead in changes]}::BIGINT[]"),
    ]


def macro_steps() -> list[Step]:
    """Macros: `london_date(TIMESTAMP)`, `first_second(DATE)`, `last_second(DATE)` and `end_of_field(TIMESTAMP)`, all in seconds since 1970, UTC."""
    rule_since = f"DATE '{_RULE_SINCE}-01-01'"
    on_or_after = "(day(d) >= 25 AND day(d) - dayofweek(d) >= 25)"
    summer = (
        f"CASE WHEN month(d) BETWEEN 4 AND 9 THEN 3600 WHEN month(d) = 3 AND {on_or_after} THEN 3600 "
        f"WHEN month(d) = 10 AND NOT {on_or_after} THEN 3600 ELSE 0 END"
    )
    old = "list_extract(getvariable('clock_offsets'), len(list_filter(getvariable('clock_changes'), lambda x: x <= s)))"
    return [
        Step("summer time by the day on which 01:00 UTC was passed", f"CREATE OR REPLACE MACRO summer_seconds(d) AS {summer}"),
        Step("offset before 1996", f"CREATE OR REPLACE MACRO old_seconds(s) AS {old}"),
        Step(
            "first second of a London day",
            "CREATE OR REPLACE MACRO first_second(d) AS (d - DATE '1970-01-01') * 86400 - "
            f"CASE WHEN d > {rule_since} THEN summer_seconds(d - 1) ELSE old_seconds((d - DATE '1970-01-01') * 86400 - 3600) END",
        ),
        Step("last second of a London day", "CREATE OR REPLACE MACRO last_second(d) AS first_second(d + 1) - 1"),
        Step(
            "seconds that London is ahead of UTC at a moment",
            "CREATE OR REPLACE MACRO seconds_ahead(m) AS CAST("
            f"CASE WHEN m >= TIMESTAMP '{_RULE_SINCE}-01-01' THEN summer_seconds(CAST(m - INTERVAL 1 HOUR AS DATE)) "
            "ELSE old_seconds(epoch_ms(m) // 1000) END AS BIGINT)",
        ),
        Step("London date of a moment", "CREATE OR REPLACE MACRO london_date(m) AS CAST(m + to_seconds(seconds_ahead(m)) AS DATE)"),
        Step(
            # The next midnight is a day later by the clock on the wall: 23, 24 or 25 hours, and no clock changes within an hour of it.
            "due moment in a field: midnight in London is the whole day",
            "CREATE OR REPLACE MACRO end_of_field(m) AS epoch_ms(m) // 1000 + CASE WHEN (epoch_ms(m) // 1000 + seconds_ahead(m)) % 86400 = 0 "
            "THEN 86399 + seconds_ahead(m) - seconds_ahead(m + INTERVAL 1 DAY) ELSE 0 END",
        ),
    ]


def working_days_table(limit: WorkingDays) -> str:
    """The name of the table of due moments for a number of working days."""
    return f"due_in_{limit.days}_working_days_{limit.counting}"


def school_table(limit: BeforeSchool) -> str:
    """The name of the table of starts of school days."""
    return f"school_starts_at_{limit.at_seconds}"


def calendar_steps(calendar: Calendar, working: set[WorkingDays], school: set[BeforeSchool]) -> list[Step]:
    """Tables by London date: `due` (seconds) for every number of working days in use, `today` and `after` (seconds) for school days.

    A date outside the calendar is not in them; a due date outside it is NULL.
    """
    if not working and not school:
        return []
    holidays = ", ".join(day(one) for one in sorted(calendar.bank_holidays)) or "NULL"
    steps = [
        Step(
            "calendar of working days",
            f"""CREATE OR REPLACE TABLE calendar AS
SELECT d, works, sum(CAST(works AS BIGINT)) OVER (ORDER BY d) AS number
FROM (SELECT d, isodow(d) <= 5 AND (d IN ({holidays})) IS NOT TRUE AS works
      FROM (SELECT CAST(unnest(generate_series({day(calendar.known_from)}, {day(calendar.known_to)}, INTERVAL 1 DAY)) AS DATE) AS d))""",
        )
    ]
    for limit in sorted(working, key=working_days_table):
        base = "c.number" if limit.counting == "next" else "c.number - CAST(c.works AS BIGINT)"
        steps.append(
            Step(
                f"due after {limit.words}",
                f"CREATE OR REPLACE TABLE {working_days_table(limit)} AS SELECT c.d, last_second(w.d) AS due "
                f"FROM calendar c LEFT JOIN calendar w ON w.works AND w.number = {base} + {limit.days}",
            )
        )
    for start in sorted(school, key=school_table):
        steps.append(Step(f"school days from {start.at_seconds} s after midnight", _school(calendar, start)))
    return steps


def _school(calendar: Calendar, limit: BeforeSchool) -> str:
    in_term = " OR ".join(f"d BETWEEN {day(first)} AND {day(last)}" for first, last in calendar.terms)
    if calendar.terms_from is not None and calendar.terms_to is not None:
        taught = f"(works AND ({in_term} OR d NOT BETWEEN {day(calendar.terms_from)} AND {day(calendar.terms_to)}))"
    else:
        taught = "works"
    # The clocks change on Sundays, and no school day is one.
    at = f"(d - DATE '1970-01-01') * 86400 + {limit.at_seconds} - summer_seconds(d)"
    return (
        f"CREATE OR REPLACE TABLE {school_table(limit)} AS SELECT d, today, "
        "min(today) OVER (ORDER BY d ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS after\n"
        f"FROM (SELECT d, CASE WHEN {taught} THEN {at} END AS today FROM calendar)"
    )

"""Times as sources write them: what each can mean, to the second, across clock changes and for dates that do not exist."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candour.records.moments import FUTURE, LONDON, MIDNIGHT, OLD, SHORT_YEAR, SKIPPED, TWICE, Moment, Unreadable, utc
from candour.records.times import TimeReader, check_format, join_date_and_time, parse_moment

UK = ("%d/%m/%Y %H:%M", "%d/%m/%Y")


def reader(*formats: str, zone: str = "Europe/London", midnight_is_day: bool = True, **limits: int) -> TimeReader:
    return TimeReader(formats or UK, ZoneInfo(zone), midnight_is_day=midnight_is_day, **limits)


def read(text: str, *formats: str, **options: object) -> Moment:
    found = reader(*formats, **options)[text]  # type: ignore[arg-type]
    assert isinstance(found, Moment), found
    return found


@pytest.mark.parametrize(
    ("text", "formats", "moment"),
    [
        ("01/03/2026 18:00", UK, datetime(2026, 3, 1, 18, 0)),
        ("1/7/2026 18:00", UK, datetime(2026, 7, 1, 17, 0)),
        ("2026-07-01T18:00:59.999", ("iso",), datetime(2026, 7, 1, 17, 0, 59)),
        ("2026-07-01 18:00:00+02:00", ("iso",), datetime(2026, 7, 1, 16, 0)),
        ("2026-07-01T18:00:00Z", ("iso",), datetime(2026, 7, 1, 18, 0)),
        ("01 Mar 2026 06:05 PM", ("%d %b %Y %I:%M %p",), datetime(2026, 3, 1, 18, 5)),
        ("01 March 2026 18:05", ("%d %B %Y %H:%M",), datetime(2026, 3, 1, 18, 5)),
        ("12:00 AM 01/03/2026", ("%I:%M %p %d/%m/%Y",), datetime(2026, 3, 1, 0, 0)),
        ("20260301180059", ("%Y%m%d%H%M%S",), datetime(2026, 3, 1, 18, 0, 59)),
        ("46082.75", ("excel",), datetime(2026, 3, 1, 18, 0)),
        ("44620.75", ("excel-1904",), datetime(2026, 3, 1, 18, 0)),
        ("03/01/2026 18:00", ("%m/%d/%Y %H:%M",), datetime(2026, 3, 1, 18, 0)),
    ],
)
def test_a_written_time_is_the_moment_it_means(text: str, formats: tuple[str, ...], moment: datetime) -> None:
    found = read(text, *formats, midnight_is_day=False)
    assert utc(found.at) == moment
    assert (found.precision, found.to) == ("minute", found.at)


@pytest.mark.parametrize("text", ["31/02/2026 10:00", "29/02/2025", "01/13/2026", "01/03/2026 24:00", "01/03/2026 10:60", "00/03/2026"])
def test_a_date_that_does_not_exist_cannot_be_used(text: str) -> None:
    found = reader()[text]
    assert found == Unreadable("is not a date or time that exists")


NEVER = (
    *("31/12/9999", "31/12/9999 00:00", "31/12/9999 23:59", "01/01/0001", "01/01/0001 00:30", "01/01/2200", "31/12/0999"),
    *("9999-12-31T23:59:59Z", "0001-01-01T00:30+05:00", "2958465", "2958465.0"),
    *(date.max, date.min, datetime(9999, 12, 31), datetime.max, datetime.min.replace(tzinfo=UTC)),
)


@pytest.mark.parametrize("written", NEVER)
@pytest.mark.parametrize("midnight_is_day", [True, False])
def test_a_year_in_which_nothing_can_have_happened_cannot_be_used(written: str | date, midnight_is_day: bool) -> None:
    found = reader(*UK, "iso", "excel", midnight_is_day=midnight_is_day)[written]
    assert isinstance(found, Unreadable)
    assert found.reason.startswith("is of a year before 1000 or after 2199") and "list it under blank in the mapping" in found.reason


@pytest.mark.parametrize("text", ["31/12/2199", "31/12/2199 23:59", "01/01/1000 00:00"])
def test_the_first_and_last_year_that_can_be_are_read(text: str) -> None:
    assert isinstance(reader()[text], Moment)


def test_a_moment_of_a_command_is_of_a_year_that_can_be() -> None:
    with pytest.raises(ValueError, match="'9999-12-31' is of a year before 1000 or after 2199"):
        parse_moment("9999-12-31")


@pytest.mark.parametrize("text", ["2026-03-01", "yesterday", "01/03/26", "01/03/2026 18:00 hrs", "1/3"])
def test_another_form_is_refused_and_the_forms_are_named(text: str) -> None:
    found = reader()[text]
    assert isinstance(found, Unreadable)
    assert "%d/%m/%Y" in found.reason


def test_a_date_alone_is_the_whole_london_day() -> None:
    summer = read("01/07/2026")
    assert (utc(summer.at), utc(summer.to)) == (datetime(2026, 6, 30, 23, 0), datetime(2026, 7, 1, 22, 59, 59))
    assert summer.precision == "day"


def test_midnight_is_a_day_unless_the_mapping_says_it_is_a_minute() -> None:
    day = read("01/03/2026 00:00")
    assert (day.precision, day.doubts, day.to - day.at) == ("day", MIDNIGHT, 86_399)
    minute = read("01/03/2026 00:00", midnight_is_day=False)
    assert (minute.precision, minute.doubts, utc(minute.at)) == ("minute", 0, datetime(2026, 3, 1))
    assert read("01/03/2026 00:01").precision == "minute"


def test_the_days_of_a_clock_change_have_23_and_25_hours() -> None:
    spring, autumn = read("29/03/2026"), read("25/10/2026")
    assert (spring.to - spring.at + 1, autumn.to - autumn.at + 1) == (23 * 3600, 25 * 3600)


@pytest.mark.parametrize(
    ("text", "moment", "doubt"),
    [
        ("25/10/2026 00:59", datetime(2026, 10, 24, 23, 59), 0),
        ("25/10/2026 01:00", datetime(2026, 10, 25, 0, 0), TWICE),
        ("25/10/2026 01:59", datetime(2026, 10, 25, 0, 59), TWICE),
        ("25/10/2026 02:00", datetime(2026, 10, 25, 2, 0), 0),
        ("29/03/2026 00:59", datetime(2026, 3, 29, 0, 59), 0),
        ("29/03/2026 01:00", datetime(2026, 3, 29, 1, 0), SKIPPED),
        ("29/03/2026 01:59", datetime(2026, 3, 29, 1, 59), SKIPPED),
        ("29/03/2026 02:00", datetime(2026, 3, 29, 1, 0), 0),
    ],
)
def test_clock_changes_keep_the_earlier_time_and_say_so(text: str, moment: datetime, doubt: int) -> None:
    found = read(text)
    assert (utc(found.at), found.doubts) == (moment, doubt)


def test_two_digit_years_are_read_and_marked() -> None:
    found = read("01/03/26", "%d/%m/%y")
    assert (utc(found.at), found.doubts) == (datetime(2026, 3, 1), SHORT_YEAR)
    assert utc(read("01/03/69", "%d/%m/%y").at) == datetime(1969, 2, 28, 23)


def test_far_times_are_marked_at_the_second() -> None:
    edge = read("01/03/2026 18:00").at
    assert read("01/03/2026 18:00", earliest=edge, latest=edge).doubts == 0
    assert read("01/03/2026 18:00", earliest=edge + 1).doubts == OLD
    assert read("01/03/2026 18:00", latest=edge - 1).doubts == FUTURE


def test_an_excel_day_that_never_was_cannot_be_used() -> None:
    assert reader("excel")["60"] == Unreadable("is not a date or time that exists")
    assert utc(read("61", "excel").at) == datetime(1900, 3, 1)
    assert utc(read("59", "excel").at) == datetime(1900, 2, 28)


def test_typed_cells_need_no_format() -> None:
    times = reader("%d/%m/%Y")
    assert isinstance(found := times[datetime(2026, 7, 1, 18, 0)], Moment)
    assert utc(found.at) == datetime(2026, 7, 1, 17, 0)
    assert isinstance(zoned := times[datetime(2026, 7, 1, 18, 0, tzinfo=UTC)], Moment)
    assert utc(zoned.at) == datetime(2026, 7, 1, 18, 0)
    assert isinstance(day := times[date(2026, 7, 1)], Moment)
    assert day.precision == "day"
    assert isinstance(times[time(9, 0)], Unreadable)


def test_date_and_time_columns_are_joined_and_a_blank_time_leaves_the_day() -> None:
    assert join_date_and_time("01/03/2026", "18:00") == "01/03/2026 18:00"
    assert join_date_and_time("01/03/2026", None) == "01/03/2026"
    assert join_date_and_time(None, "18:00") is None
    assert join_date_and_time(date(2026, 3, 1), time(18, 0)) == datetime(2026, 3, 1, 18, 0)
    assert join_date_and_time(datetime(2026, 3, 1), "18:00") == datetime(2026, 3, 1, 18, 0)


@pytest.mark.parametrize("text", ["%d/%m", "%Y-%m-%d %Q", "%d/%m/%Y %d", "day"])
def test_formats_that_cannot_be_read_are_refused(text: str) -> None:
    assert check_format(text)


@given(st.datetimes(min_value=datetime(1980, 1, 1), max_value=datetime(2040, 1, 1)))
def test_reading_agrees_with_the_zone_database(moment: datetime) -> None:
    """The fast way (a day's offset looked up once) gives what zoneinfo gives, for any minute of any day."""
    local = moment.replace(second=0, microsecond=0)
    found = read(f"{local:%d/%m/%Y %H:%M}", midnight_is_day=False)
    assert utc(found.at) == local.replace(tzinfo=LONDON, fold=0).astimezone(UTC).replace(tzinfo=None)
    assert found.on == (local.date() - date(1970, 1, 1)).days or found.doubts


@given(st.text(max_size=20))
def test_no_text_breaks_the_reader(text: str) -> None:
    for formats in (UK, ("iso",), ("excel",), ("%d %b %Y %I:%M %p",)):
        assert isinstance(reader(*formats)[text], (Moment, Unreadable))


def test_declared_moments_are_local_and_days_have_ends() -> None:
    assert parse_moment("2026-07-01") == datetime(2026, 6, 30, 23)
    assert parse_moment("2026-07-01", end_of_day=True) == datetime(2026, 7, 1, 22, 59, 59)
    assert parse_moment("2026-07-01T10:00Z") == datetime(2026, 7, 1, 10)
    with pytest.raises(ValueError, match="is not a time"):
        parse_moment("soon")

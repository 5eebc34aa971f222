"""Reads the times a source wrote down, and says plainly what each one can and cannot mean.

Every moment is kept in whole seconds of UTC since 1970. A day is kept as its first and last second in London.
A time that the clocks skipped or showed twice is kept, by the rules below, and marked so that a person can look at it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from candour.records.moments import (
    EPOCH,
    FUTURE,
    LONDON,
    MIDNIGHT,
    OLD,
    SHORT_YEAR,
    SKIPPED,
    TWICE,
    YEARS,
    Moment,
    OutOfYears,
    Unreadable,
    london_date,
    london_day,
    utc,
)  # fmt: skip

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    "(?:"
    + "|".join(["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"])
    + "|"
    + "|".join(MONTHS)
    + ")"
)
_DIRECTIVES: Mapping[str, str] = MappingProxyType(
    {
        "d": r"(\d{1,2})",
        "m": r"(\d{1,2})",
        "Y": r"(\d{4})",
        "y": r"(\d{2})",
        "H": r"(\d{1,2})",
        "I": r"(\d{1,2})",
        "M": r"(\d{2})",
        "S": r"(\d{2})",
        "f": r"(\d{1,9})",
        "p": r"([AaPp]\.?[Mm]\.?)",
        "b": f"({_MONTH})",
        "B": f"({_MONTH})",
        "z": r"(Z|[+-]\d{2}:?\d{2})",
    }
)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)? ?(Z|[+-]\d{2}:?\d{2})?)?", re.IGNORECASE)
SPECIAL_FORMATS = ("iso", "excel", "excel-1904")

_FIRST, _LAST = (date(YEARS[0], 1, 1).toordinal() - EPOCH, date(YEARS[-1], 12, 31).toordinal() - EPOCH)
_FAR = Unreadable(
    f"is of a year before {YEARS[0]} or after {YEARS[-1]}, in which nothing can have happened; "
    "where it stands for 'no date' or 'no end', list it under blank in the mapping"
)

Written = str | datetime | date | time


def parse_moment(text: str, zone: ZoneInfo = LONDON, *, end_of_day: bool = False) -> datetime:
    """An ISO date or time as a stored moment. Without an offset it is local to `zone`; a date alone is its first (or last) second.

    Raises ValueError with a sentence when the text is neither.
    """
    found = TimeReader(("iso",), zone, midnight_is_day=False)[text.strip()]
    if found is _FAR:
        raise ValueError(f"{text!r} is of a year before {YEARS[0]} or after {YEARS[-1]}")
    if isinstance(found, Unreadable):
        raise ValueError(f"{text!r} is not a time such as 2026-03-01 or 2026-03-01T18:00")
    return utc(found.to if end_of_day else found.at)


def check_format(text: str) -> str | None:
    """Why a date format of a mapping cannot be used; None when it can."""
    if text in SPECIAL_FORMATS:
        return None
    letters = re.findall(r"%(.)", text)
    unknown = [letter for letter in letters if letter not in _DIRECTIVES and letter != "%"]
    if unknown:
        return f"uses %{unknown[0]}; the parts that can be read are {', '.join('%' + key for key in _DIRECTIVES)}, or the words {', '.join(SPECIAL_FORMATS)}"
    if not {"d"} <= set(letters) or not set("mbB") & set(letters) or not set("Yy") & set(letters):
        return "does not hold a day, a month and a year (for instance %d/%m/%Y)"
    if len(set(letters) - {"%"}) != len([letter for letter in letters if letter != "%"]):
        return "names the same part twice"
    return None


@dataclass
class ZoneClock:
    """Local time of one zone to UTC, fast: the offset is looked up once a day, exactly on the days when it changes."""

    zone: ZoneInfo
    offsets: dict[int, int | None] = field(default_factory=dict)

    def to_utc(self, day: int, second: int) -> tuple[int, int]:
        """Seconds of UTC of a local day (days since 1970) and second of the day, and the doubts about it."""
        try:
            offset = self.offsets[day]
        except KeyError:
            offset = self.offsets[day] = self._offset_of_day(day)
        if offset is not None:
            return day * 86_400 + second - offset, 0
        local = datetime.combine(date.fromordinal(day + EPOCH), time()) + timedelta(seconds=second)
        first = _seconds(local.replace(tzinfo=self.zone, fold=0).utcoffset())
        second_time = _seconds(local.replace(tzinfo=self.zone, fold=1).utcoffset())
        doubts = 0 if first == second_time else TWICE if first > second_time else SKIPPED
        return day * 86_400 + second - first, doubts

    def _offset_of_day(self, day: int) -> int | None:
        start = datetime.combine(date.fromordinal(day + EPOCH), time(), self.zone)
        ends = (start.replace(fold=0).utcoffset(), start.replace(hour=23, minute=59, second=59, fold=1).utcoffset())
        return _seconds(ends[0]) if ends[0] == ends[1] else None


def _seconds(offset: timedelta | None) -> int:
    return int((offset or timedelta()).total_seconds())


class TimeReader(dict[Written, Moment | Unreadable]):
    """Looks up what a written time means: `reader[text]`. Formats are tried in order; each answer is remembered."""

    def __init__(
        self,
        formats: Sequence[str],
        zone: ZoneInfo,
        *,
        midnight_is_day: bool,
        earliest: int | None = None,
        latest: int | None = None,
    ) -> None:
        super().__init__()
        self.earliest = earliest
        self.latest = latest
        self.seen_doubts = 0
        self.formats = tuple(formats)
        self.midnight_is_day = midnight_is_day
        self.clock = ZoneClock(zone)
        self.is_london = zone.key == "Europe/London"
        self.readers = [self._reader(text) for text in formats]

    def trim(self, most: int = 300_000) -> None:
        """Forget what was remembered when it has grown past `most` answers, so that memory stays bounded."""
        if len(self) > most:
            self.clear()

    def __missing__(self, written: Written) -> Moment | Unreadable:
        found = self._typed(written) if not isinstance(written, str) else self._text(written)
        if isinstance(found, Moment):
            far = OLD if self.earliest is not None and found.to < self.earliest else 0
            far |= FUTURE if self.latest is not None and found.at > self.latest else 0
            if far:
                found = found._replace(doubts=found.doubts | far)
            self.seen_doubts |= found.doubts
        self[written] = found
        return found

    def _typed(self, written: datetime | date | time) -> Moment | Unreadable:
        if isinstance(written, time):
            return Unreadable("is a time of day without a date")
        try:
            if not isinstance(written, datetime):
                return self._moment(written.toordinal() - EPOCH, None, None, 0)
            offset = written.utcoffset()
            second = written.hour * 3600 + written.minute * 60 + written.second
            return self._moment(written.toordinal() - EPOCH, second, None if offset is None else _seconds(offset), 0)
        except OutOfYears:
            return _FAR

    def _text(self, text: str) -> Moment | Unreadable:
        impossible = far = False
        for reader in self.readers:
            try:
                found = reader(text)
            except OutOfYears:
                far = True
                continue
            if isinstance(found, Moment):
                return found
            impossible = impossible or found is not None
        if far:
            return _FAR
        if impossible:
            return Unreadable("is not a date or time that exists")
        return Unreadable(f"is not written in a form the mapping gives ({', '.join(self.formats)})")

    def _moment(self, day: int, second: int | None, offset: int | None, doubts: int) -> Moment:
        if not _FIRST <= day <= _LAST:
            raise OutOfYears(day)
        if second is None or (second == 0 and self.midnight_is_day):
            first, last = london_day(day)
            return Moment(first, last, day, "day", doubts | (MIDNIGHT if second == 0 else 0))
        if offset is not None:
            at = day * 86_400 + second - offset
            return Moment(at, at, london_date(at), "minute", doubts)
        at, change = self.clock.to_utc(day, second)
        on = day if self.is_london else london_date(at)
        return Moment(at, at, on, "minute", doubts | change)

    def _reader(self, text: str) -> Callable[[str], Moment | bool | None]:
        """A function giving a Moment, False for a date that does not exist, or None when the text has another form."""
        if text == "iso":
            return self._iso
        if text in ("excel", "excel-1904"):
            return lambda written: self._excel(written, 1904 if text.endswith("1904") else 1900)
        split = re.fullmatch(r"(.*%[dmyYbB])([ T])(%H[^ T]*)", text)
        if split and not set("zfIp") & set(re.findall(r"%(.)", text)):
            return self._in_two(self._pattern(split[1]), split[2], self._clock(split[3]))
        pattern, places = self._pattern(text)
        return lambda written: self._by_pattern(pattern, places, written)

    def _pattern(self, text: str) -> tuple[re.Pattern[str], Mapping[str, int]]:
        parts = re.split(r"(%.)", text)
        pattern = "".join(_DIRECTIVES.get(part[1:], "%") if part.startswith("%") else re.escape(part) for part in parts)
        places = {letter: place for place, letter in enumerate(part[1] for part in parts if part.startswith("%") and part != "%%")}
        return re.compile(pattern, re.IGNORECASE), places

    def _clock(self, text: str) -> Callable[[str], int | bool | None]:
        pattern, places = self._pattern(text)

        def second_of_day(written: str) -> int | bool | None:
            match = pattern.fullmatch(written)
            if match is None:
                return None
            hour, minute, second = (int(match[places[letter] + 1]) if letter in places else 0 for letter in "HMS")
            return hour * 3600 + minute * 60 + second if hour < 24 and minute < 60 and second < 60 else False

        return second_of_day

    def _in_two(
        self, day: tuple[re.Pattern[str], Mapping[str, int]], mark: str, clock: Callable[[str], int | bool | None]
    ) -> Callable[[str], Moment | bool | None]:
        """The same answer as reading the whole text, faster: days and times of day repeat, so each is read once."""
        days: dict[str, tuple[int, int] | bool | None] = {}
        seconds: dict[str, int | bool | None] = {}

        def read(written: str) -> Moment | bool | None:
            first, found, last = written.rpartition(mark)
            if not found:
                return None
            try:
                on = days[first]
            except KeyError:
                moment = self._by_pattern(*day, first)
                on = days[first] = (moment.on, moment.doubts) if isinstance(moment, Moment) else moment
            try:
                second = seconds[last]
            except KeyError:
                second = seconds[last] = clock(last)
            if on is None or second is None:
                return None
            if isinstance(on, bool) or isinstance(second, bool):
                return False
            if len(days) > 100_000:
                days.clear()
            return self._moment(on[0], second, None, on[1])

        return read

    def _by_pattern(self, pattern: re.Pattern[str], places: Mapping[str, int], text: str) -> Moment | bool | None:
        match = pattern.fullmatch(text)
        if match is None:
            return None
        parts = match.groups()
        doubts = 0
        if "Y" in places:
            year = int(parts[places["Y"]])
        else:
            short = int(parts[places["y"]])
            year, doubts = short + (2000 if short < 69 else 1900), SHORT_YEAR
        named = places.get("b", places.get("B"))
        month = MONTHS.index(parts[named][:3].lower()) + 1 if named is not None else int(parts[places["m"]])
        hour: int | None = int(parts[places["H"]]) if "H" in places else None
        if "I" in places and "p" in places:
            twelve = int(parts[places["I"]])
            if not 1 <= twelve <= 12:
                return False
            hour = twelve % 12 + (12 if parts[places["p"]][0] in "Pp" else 0)
        minute = int(parts[places["M"]]) if "M" in places else 0
        second = int(parts[places["S"]]) if "S" in places else 0
        offset = _offset(parts[places["z"]]) if "z" in places else None
        return self._checked(year, month, int(parts[places["d"]]), (hour, minute, second), offset, doubts)

    def _checked(
        self, year: int, month: int, day: int, clock: tuple[int | None, int, int], offset: int | None, doubts: int
    ) -> Moment | bool:
        hour, minute, second = clock
        try:
            ordinal = date(year, month, day).toordinal() - EPOCH
        except ValueError:
            return False
        if hour is None:
            return self._moment(ordinal, None, None, doubts)
        if hour > 23 or minute > 59 or second > 59:
            return False
        return self._moment(ordinal, hour * 3600 + minute * 60 + second, offset, doubts)

    def _iso(self, text: str) -> Moment | bool | None:
        match = _ISO.fullmatch(text)
        if match is None:
            return None
        year, month, day, hour, minute, second, offset = match.groups()
        clock = (int(hour), int(minute), int(second or 0)) if hour is not None else (None, 0, 0)
        return self._checked(int(year), int(month), int(day), clock, _offset(offset) if offset else None, 0)

    def _excel(self, text: str, system: int) -> Moment | bool | None:
        """A workbook's serial number: days since 1899-12-30 (the 1900 system, whose 29 February 1900 never was) or 1904-01-01."""
        if not re.fullmatch(r"\d{1,7}(\.\d+)?", text):
            return None
        serial = float(text)
        whole = int(serial)
        if not 1 <= whole <= 2_958_465 or (system == 1900 and whole == 60):
            return False
        start = date(1904, 1, 1) if system == 1904 else date(1899, 12, 30) if whole > 60 else date(1899, 12, 31)
        day = start.toordinal() - EPOCH + whole
        second = round((serial - whole) * 86_400)
        if second == 0:
            return self._moment(day, 0 if "." in text else None, None, 0)
        return self._moment(day + second // 86_400, second % 86_400, None, 0)


def _offset(text: str) -> int:
    if text in "Zz":
        return 0
    sign = -1 if text[0] == "-" else 1
    return sign * (int(text[1:3]) * 3600 + int(text[-2:]) * 60)


def join_date_and_time(day: Written | None, clock: Written | None) -> Written | None:
    """One written time from a date column and a time column; a blank time leaves the date alone, a blank date is blank."""
    if day is None or clock is None:
        return day
    if isinstance(day, str):
        return f"{day} {clock if isinstance(clock, str) else clock.strftime('%H:%M:%S')}"
    start = day.date() if isinstance(day, datetime) else day
    if isinstance(clock, str):
        match = re.fullmatch(r"(\d{1,2}):(\d{2})(?::(\d{2}))?", clock)
        if match is None or int(match[1]) > 23 or int(match[2]) > 59:
            return f"{start:%Y-%m-%d} {clock}"
        clock = time(int(match[1]), int(match[2]), int(match[3] or 0))
    if isinstance(start, time) or not isinstance(clock, (time, datetime)):
        return f"{start} {clock}"
    return datetime.combine(start, clock.time() if isinstance(clock, datetime) else clock)


def literal(written: object) -> str | None:
    """The text of a cell as it is kept and shown: text as it stands, a typed value in ISO form, None when blank."""
    if written is None or isinstance(written, str):
        return written
    if isinstance(written, datetime):
        return written.isoformat(sep=" ")
    return str(written)

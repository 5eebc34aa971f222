"""Counts that look back to before the records begin: what would have been counted is not there, and an occasion looks as if there were none.

A count asks no source whether it holds what was not found before (`docs/explanation/how-a-finding-is-reached.md`), so it has no finding there, not even
one that says it cannot be told. This is what can be said instead: of which standards, and on which days.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb

from candour.records.scene import SourceTold, first_second, london_date
from candour.records.vocabulary import Vocabulary
from candour.standards.limits import Adjustable, CalendarDays, CalendarMonths, Elapsed, Limit
from candour.standards.model import Count, Standard
from candour.standards.spoken import day_words, listed


@dataclass(frozen=True)
class Stretch:
    """Days on which an occasion may be missing: from `first`, which counts, to the day before `before` (London days; None: from the first record, to the
    last). `kinds` are what is counted then and `window` how far back, in words; `begins` is the first day from which the sources are complete for all of
    `kinds`, None where no source is declared complete for them."""

    kinds: tuple[str, ...]
    window: str
    begins: date | None
    first: date | None
    before: date | None


@dataclass(frozen=True)
class CutShort:
    """A count of which occasions may be missing, on the days of its stretches, which are in order and share no day unless editions of it do."""

    standard: str
    stretches: tuple[Stretch, ...]

    def when_words(self) -> str:
        """`before 1 April 2026 or from 1 June 2026 to 31 December 2026`, or `on any day`."""
        days: list[tuple[date | None, date | None]] = []
        for one in self.stretches:
            if days and _meet(days[-1][1], one.first):
                days[-1] = (days[-1][0], _later(days[-1][1], one.before))
            else:
                days.append((one.first, one.before))
        return listed([_days_words(*span) for span in days], "or")

    def sentence(self, vocabulary: Vocabulary) -> str:
        """What it looks back for, from when the records have it, and of which days an occasion may be missing."""
        windows: dict[tuple[tuple[str, ...], date | None], list[str]] = {}
        for one in self.stretches:
            since = f" ({_days_words(one.first, one.before)})" if one.first else ""
            windows.setdefault((one.kinds, one.begins), []).append(f"in the {one.window} before{since}")
        counts = [_counts_words(kinds, listed(said), begins, vocabulary) for (kinds, begins), said in windows.items()]
        return f"{' '.join(counts)} An occasion {self.when_words()} may be missing."


def _counts_words(kinds: Sequence[str], windows: str, begins: date | None, vocabulary: Vocabulary) -> str:
    named = listed([f"“{vocabulary.kinds[kind].title}”" for kind in kinds if kind in vocabulary.kinds], "or")
    since = (
        f"of which the sources are complete from {day_words(begins, weekday=False)}"
        if begins
        else "for which no source is declared complete"
    )
    return f"It counts {named} {windows}, {since}."


def _days_words(first: date | None, before: date | None) -> str:
    if first is None:
        return f"before {day_words(before, weekday=False)}" if before else "on any day"
    if before is None:
        return f"from {day_words(first, weekday=False)} on"
    last = before - timedelta(days=1)
    return (
        f"on {day_words(first, weekday=False)}"
        if last == first
        else f"from {day_words(first, weekday=False)} to {day_words(last, weekday=False)}"
    )


def _meet(before: date | None, first: date | None) -> bool:
    return before is None or first is None or first <= before


def _later(one: date | None, other: date | None) -> date | None:
    return None if one is None or other is None else max(one, other)


def cut_short(
    standards: Sequence[Standard], sources: Sequence[SourceTold], events: Path, as_of: date, known_at: datetime | None = None
) -> tuple[CutShort, ...]:
    """The counts whose window reaches to before their sources begin on a day that is looked at and has a record that may be an occasion, by id.

    The standards are the editions as they were held, shortened where others took their place, with the force's own windows filled in: each window is
    judged for the days of its own, up to `as_of` (a London day), so that a longer one that holds from a later day is told apart. Records count as they
    were known at `known_at` (UTC without zone; None: as known now).

    A kind is complete from the earliest day of any source, as it is when absence is judged; a gap after that is no beginning. A count of what no source
    brings is left out: it has no occasion at all, and `unheard_of` says so.
    """
    brought = {kind for told in sources for kind in (*told.holds, *(kind for span in told.complete for kind in span.kinds))}
    counts = [(one, one.rule) for one in standards if isinstance(one.rule, Count) and not brought.isdisjoint(one.rule.count.kinds)]
    seen = _days_seen(events, {kind for _, rule in counts for kind in rule.trigger.kinds}, as_of, known_at) if counts else {}
    found: dict[str, list[Stretch]] = {}
    for one, rule in counts:
        days = {day for kind in rule.trigger.kinds for day in seen.get(kind, ())}
        found.setdefault(one.id, []).extend(_stretches(one, rule, days, _complete_from(rule.count.kinds, sources)))
    return tuple(CutShort(name, _joined(found[name])) for name in sorted(found) if found[name])


def _stretches(standard: Standard, rule: Count, days: Set[date], begins: date | None) -> Iterator[Stretch]:
    """The days of one edition on which its window reaches to before `begins`, each window apart, where one of `days` is among them."""
    for window, first, end in _windows(standard, rule.window):
        before = min(_first_whole_day(window, begins), end) if begins else end
        if any(first <= day < before for day in days):
            since = first if any(day < first for day in days) else None
            yield Stretch(rule.count.kinds, window.words, begins, since, None if before == date.max else before)


def _windows(standard: Standard, window: Limit) -> Iterator[tuple[Limit, date, date]]:
    """The windows of an edition in order of time: each with its first day and the day on which it has ended; date.min and date.max where it has none."""
    begins, ends = standard.in_force.begins or date.min, standard.in_force.ends
    end = ends + timedelta(days=1) if ends else date.max
    held = (
        [(date.min, window.default), *((one.valid_from, one.limit) for one in window.local)]
        if isinstance(window, Adjustable)
        else [(date.min, window)]
    )
    for (valid_from, limit), (until, _) in zip(held, [*held[1:], (end, window)], strict=True):
        if max(valid_from, begins) < min(until, end):
            yield limit, max(valid_from, begins), min(until, end)


def _joined(stretches: Sequence[Stretch]) -> tuple[Stretch, ...]:
    """The stretches in order of time, one that follows on another with the same window being one with it."""
    found: list[Stretch] = []
    for one in sorted(stretches, key=lambda one: (one.first or date.min, one.before or date.max)):
        if (
            found
            and found[-1].before == one.first
            and (found[-1].kinds, found[-1].window, found[-1].begins) == (one.kinds, one.window, one.begins)
        ):
            found[-1] = replace(found[-1], before=one.before)
        else:
            found.append(one)
    return tuple(found)


def _days_seen(events: Path, kinds: Iterable[str], as_of: date, known_at: datetime | None) -> dict[str, set[date]]:
    """The London days up to `as_of` on which a dated record of each kind was known. An hour of UTC lies within one London day."""
    with duckdb.connect() as connection:
        rows = connection.execute(
            "select distinct kind, date_trunc('hour', occurred_at) from read_parquet($events) "
            "where list_contains($kinds, kind) and occurred_at is not null "
            "and coalesce(known_from <= coalesce($known_at, timestamp '9999-01-01'), true) and (known_to is null or known_to > coalesce($known_at, timestamp '9999-01-01'))",
            {"events": str(events), "kinds": sorted(kinds), "known_at": known_at},
        ).fetchall()
    found: dict[str, set[date]] = {}
    for kind, hour in rows:
        day = london_date(hour)
        if day <= as_of:
            found.setdefault(str(kind), set()).add(day)
    return found


def _complete_from(kinds: Sequence[str], sources: Sequence[SourceTold]) -> date | None:
    """The first whole London day from which every kind is complete in some source; None where one never is."""
    begun = [[span.begins for told in sources for span in told.complete if kind in span.kinds] for kind in kinds]
    if not begun or not all(begun):
        return None
    moment = max(min(some) for some in begun)
    day = london_date(moment)
    return day if first_second(day) == moment else day + timedelta(days=1)


def _first_whole_day(window: Limit, begins: date) -> date:
    """The first day whose window begins on or after `begins`."""
    day = begins
    while _window_begins(window, day) < begins:
        day += timedelta(days=1)
    return day


def _window_begins(window: Limit, day: date) -> date:
    if isinstance(window, CalendarDays):
        return day - timedelta(days=window.days)
    if isinstance(window, CalendarMonths):
        return _months_before(day, window.months)
    if isinstance(window, Elapsed):
        return day - timedelta(days=-(-window.seconds // 86_400))
    raise TypeError(f"{window!r} cannot be counted backwards.")


def _months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    after = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (after - timedelta(days=1)).day))

"""Counts that look back to before the records begin: what would have been counted is not there, and an occasion looks as if there were none.

A count asks no source whether it holds what was not found before (`docs/explanation/how-a-finding-is-reached.md`), so it has no finding there, not even
one that says it cannot be told. This is what can be said instead: of which standards, and before which day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb

from candour.records.scene import SourceTold, first_second, london_date
from candour.records.vocabulary import Vocabulary
from candour.standards.limits import Adjustable, CalendarDays, CalendarMonths, Elapsed, Limit
from candour.standards.model import Count, Standard
from candour.standards.spoken import day_words, listed


@dataclass(frozen=True)
class CutShort:
    """A count of which occasions may be missing. `kinds` are what it counts and `window` how far back, in words. `begins` is the first London day from
    which the sources are complete for all of `kinds`, and `before` the first whose window lies after that: an occasion earlier than `before` may be
    missing. Both None: no source is declared complete for them, and an occasion of any day may be."""

    standard: str
    kinds: tuple[str, ...]
    window: str
    begins: date | None
    before: date | None

    def when_words(self) -> str:
        """`before 1 April 2026` or `on any day`."""
        return f"before {day_words(self.before, weekday=False)}" if self.before else "on any day"

    def sentence(self, vocabulary: Vocabulary) -> str:
        """What it looks back for, from when the records have it, and of which days an occasion may be missing."""
        kinds = listed([f"“{vocabulary.kinds[kind].title}”" for kind in self.kinds if kind in vocabulary.kinds], "or")
        since = (
            f"of which the sources are complete from {day_words(self.begins, weekday=False)}"
            if self.begins
            else "for which no source is declared complete"
        )
        return f"It counts {kinds} in the {self.window} before, {since}. An occasion {self.when_words()} may be missing."


def cut_short(standards: Sequence[Standard], sources: Sequence[SourceTold], events: Path, as_of: date) -> tuple[CutShort, ...]:
    """The counts whose window reaches to before their sources begin on a day that is looked at: from the first record that may be an occasion, and the
    first day of the edition, up to `as_of` (a London day). Of several editions of one standard the one that reaches furthest, by id.

    A kind is complete from the earliest day of any source, as it is when absence is judged; a gap after that is no beginning. A count of what no source
    brings is left out: it has no occasion at all, and `unheard_of` says so.
    """
    brought = {kind for told in sources for kind in (*told.holds, *(kind for span in told.complete for kind in span.kinds))}
    counts = [(one, one.rule) for one in standards if isinstance(one.rule, Count) and not brought.isdisjoint(one.rule.count.kinds)]
    first_seen = _first_days(events, {kind for _, rule in counts for kind in rule.trigger.kinds}) if counts else {}
    found: dict[str, CutShort] = {}
    for one, rule in counts:
        seen = [first_seen[kind] for kind in rule.trigger.kinds if kind in first_seen]
        if not seen:
            continue
        first = max(min(seen), one.in_force.begins or date.min)
        begins = _complete_from(rule.count.kinds, sources)
        before = _first_whole_day(rule.window, begins) if begins else None
        if first <= min(as_of, one.in_force.ends or date.max) and (before is None or first < before):
            told = CutShort(one.id, rule.count.kinds, _in_force(rule.window, before or as_of).words, begins, before)
            found[one.id] = max(told, found.get(one.id, told), key=lambda other: other.before or date.max)
    return tuple(found[name] for name in sorted(found))


def _first_days(events: Path, kinds: Iterable[str]) -> dict[str, date]:
    """The London day of the first dated record of each kind."""
    with duckdb.connect() as connection:
        rows = connection.execute(
            "select kind, min(occurred_at) from read_parquet($events) where list_contains($kinds, kind) and occurred_at is not null group by kind",
            {"events": str(events), "kinds": sorted(kinds)},
        ).fetchall()
    return {str(kind): london_date(moment) for kind, moment in rows}


def _complete_from(kinds: Sequence[str], sources: Sequence[SourceTold]) -> date | None:
    """The first whole London day from which every kind is complete in some source; None where one never is."""
    begun = [[span.begins for told in sources for span in told.complete if kind in span.kinds] for kind in kinds]
    if not begun or not all(begun):
        return None
    moment = max(min(some) for some in begun)
    day = london_date(moment)
    return day if first_second(day) == moment else day + timedelta(days=1)


def _first_whole_day(window: Limit, begins: date) -> date:
    """The first day whose window begins on or after `begins`, with the force's own windows where they hold."""
    day = begins
    while _window_begins(window, day) < begins:
        day += timedelta(days=1)
    return day


def _in_force(window: Limit, day: date) -> Limit:
    if isinstance(window, Adjustable):
        return next((one.limit for one in reversed(window.local) if one.valid_from <= day), window.default)
    return window


def _window_begins(window: Limit, day: date) -> date:
    length = _in_force(window, day)
    if isinstance(length, CalendarDays):
        return day - timedelta(days=length.days)
    if isinstance(length, CalendarMonths):
        return _months_before(day, length.months)
    if isinstance(length, Elapsed):
        return day - timedelta(days=-(-length.seconds // 86_400))
    raise TypeError(f"{length!r} cannot be counted backwards.")


def _months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    after = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (after - timedelta(days=1)).day))

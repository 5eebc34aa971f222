"""What a run looked at: its sources with their gaps, the period, and how soon things were written down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb

from candour.records.chronology import source_from_json
from candour.records.known import known_then
from candour.records.scene import first_second, london_date
from candour.records.vocabulary import Vocabulary
from candour.standards.spoken import counted, day_words, due_words, listed, moment_words

_OPEN = datetime(2099, 1, 1)
_TITLES_NAMED = 4


@dataclass(frozen=True)
class SourceLine:
    """One source as the report tells of it. `gaps` are times over which it is not complete, in words."""

    system: str
    title: str
    verified: bool
    reaches: str
    complete: tuple[str, ...]
    gaps: tuple[str, ...]


@dataclass(frozen=True)
class Writing:
    """How soon the records of one source were written down. Counts of events with a time of day, except `not_said`."""

    system: str
    timed: int
    within_hour: int
    within_day: int
    within_week: int
    later: int
    before: int
    not_said: int


@dataclass(frozen=True)
class Period:
    """How much there was to look at, and from when to when the occasions lie (UTC; None without any)."""

    events: int
    cases: int
    children: int
    first: datetime | None
    last: datetime | None

    def words(self) -> str:
        """`from Wed 1 April 2026 to Tue 3 March 2027`."""
        if self.first is None or self.last is None:
            return "no dated occasion"
        return f"from {day_words(london_date(self.first))} to {day_words(london_date(self.last))}"


def source_lines_of(sources: Sequence[Mapping[str, Any]], vocabulary: Vocabulary) -> tuple[SourceLine, ...]:
    """The sources of a run in words, from the content of its `sources.json`."""
    lines = []
    for content in sources:
        source = source_from_json(content)
        by_spans: dict[tuple[tuple[datetime, datetime], ...], list[str]] = {}
        for kind in dict.fromkeys(kind for span in source.told.complete for kind in span.kinds):
            spans = joined([(span.begins, span.ends) for span in source.told.complete if kind in span.kinds])
            by_spans.setdefault(spans, []).append(kind)
        complete = tuple(
            f"{_titles(kinds, vocabulary)}: {listed([_span_words(span) for span in spans])}" for spans, kinds in by_spans.items()
        )
        gaps = tuple(
            f"{_titles(kinds, vocabulary)}: {_gap_words(one[1], two[0])}"
            for spans, kinds in by_spans.items()
            for one, two in pairwise(spans)
        )
        reaches = moment_words(source.delivered_to) if source.delivered_to else "not said"
        lines.append(SourceLine(source.source_system, source.title or source.source_system, source.verified, reaches, complete, gaps))
    return tuple(lines)


def joined(spans: Sequence[tuple[datetime, datetime]]) -> tuple[tuple[datetime, datetime], ...]:
    """Spans put together where they overlap or touch (the next second), in order."""
    found: list[tuple[datetime, datetime]] = []
    for begins, ends in sorted(spans):
        if found and begins <= found[-1][1] + timedelta(seconds=1):
            found[-1] = (found[-1][0], max(found[-1][1], ends))
        else:
            found.append((begins, ends))
    return tuple(found)


def _titles(kinds: Sequence[str], vocabulary: Vocabulary) -> str:
    titles = [f"“{vocabulary.kinds[kind].title}”" for kind in kinds if kind in vocabulary.kinds]
    if len(titles) > _TITLES_NAMED:
        return f"{', '.join(titles[:_TITLES_NAMED])} and {counted(len(titles) - _TITLES_NAMED, 'more kind', 'more kinds')} of record"
    return listed(titles)


def _span_words(span: tuple[datetime, datetime]) -> str:
    begins, ends = span
    to = "onwards" if ends >= _OPEN else f"to {due_words(ends)}"
    return f"from {_from_words(begins)} {to}" if begins.year > 1900 else f"all {to}"


def _gap_words(ends: datetime, begins: datetime) -> str:
    """The time after `ends` and before `begins`; in whole days where it is whole days."""
    second = timedelta(seconds=1)
    return f"nothing can be said of the time from {_from_words(ends + second)} to {due_words(begins - second)}"


def _from_words(moment: datetime) -> str:
    day = london_date(moment)
    return day_words(day) if moment == first_second(day) else moment_words(moment)


def read_period(findings: Path, events: Path, cases: Path, children: Path) -> Period:
    """Count what there was to look at: versions still standing."""
    with duckdb.connect() as connection:
        counts = [
            connection.execute(f"select count(*) from {known_then(file, None)}").fetchone()  # noqa: S608  # a file, quoted
            for file in (events, cases, children)
        ]
        span = connection.execute("select min(triggered_at), max(triggered_at) from read_parquet(?)", [str(findings)]).fetchone()
    numbers = [int(one[0]) if one else 0 for one in counts]
    return Period(numbers[0], numbers[1], numbers[2], *(span or (None, None)))


def read_writing(events: Path) -> tuple[Writing, ...]:
    """How soon records were written down, by source; only events that happened at a known time of day can say."""
    with duckdb.connect() as connection:
        rows = connection.execute(
            """with gaps as (
                select source_system, epoch(recorded_at - occurred_at) as gap, recorded_at is null as unsaid
                from read_parquet(?) where precision = 'minute' and known_to is null)
            select source_system, count(*) filter (not unsaid), count(*) filter (gap between 0 and 3600), count(*) filter (gap > 3600 and gap <= 86400),
                count(*) filter (gap > 86400 and gap <= 604800), count(*) filter (gap > 604800), count(*) filter (gap < 0), count(*) filter (unsaid)
            from gaps group by source_system order by source_system""",
            [str(events)],
        ).fetchall()
    return tuple(Writing(str(row[0]), *(int(one) for one in row[1:])) for row in rows)

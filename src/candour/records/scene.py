"""A small chronology held in memory: what an example, a test or one case on screen is made of.

It has the same columns and meanings as the tables of a store (`docs/explanation/the-chronology.md`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from candour.records.vocabulary import Vocabulary

LONDON = ZoneInfo("Europe/London")
Row = Mapping[str, object]


@dataclass(frozen=True)
class Completeness:
    """A span over which one or more kinds are complete: UTC without zone, both ends counted."""

    kinds: tuple[str, ...]
    begins: datetime
    ends: datetime


@dataclass(frozen=True)
class SourceTold:
    """What one source declares: over which spans it is complete, and which fields it holds for each kind."""

    source_system: str
    complete: tuple[Completeness, ...]
    holds: Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Scene:
    """Events (every column of the chronology, in order of `position`), cases, children and sources."""

    events: tuple[Row, ...]
    cases: tuple[Row, ...]
    children: tuple[Row, ...]
    sources: tuple[SourceTold, ...]

    def with_events(self, events: Iterable[Row]) -> Scene:
        """The same scene with other events (their positions must already be right)."""
        return replace(self, events=tuple(events))


def first_second(day: date) -> datetime:
    """The first second of a London day, in UTC without zone."""
    return datetime.combine(day, time(), LONDON).astimezone(UTC).replace(tzinfo=None)


def last_second(day: date) -> datetime:
    """The last second of a London day, in UTC without zone."""
    return first_second(day + timedelta(days=1)) - timedelta(seconds=1)


def london_date(moment: datetime) -> date:
    """The London date of a UTC moment without zone."""
    return moment.replace(tzinfo=UTC).astimezone(LONDON).date()


def from_london(moment: datetime) -> datetime:
    """UTC without zone of a London wall-clock time (of two, the earlier)."""
    return moment.replace(tzinfo=LONDON, fold=0).astimezone(UTC).replace(tzinfo=None, fold=0)


def ordered(events: Sequence[Row], vocabulary: Vocabulary) -> tuple[Row, ...]:
    """The events in the order of a chronology, with their `position` filled in."""

    def key(event: Row) -> tuple[object, ...]:
        at = event["occurred_at"]
        case = event["case_ref"]
        kind = vocabulary.kinds[str(event["kind"])]
        return (case is None, case or "", at is None, at or datetime.min, kind.order, event["event_id"])

    return tuple({**event, "position": place} for place, event in enumerate(sorted(events, key=key)))

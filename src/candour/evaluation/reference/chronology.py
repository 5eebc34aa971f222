"""The chronology as one evaluation sees it: the events that take part, by kind and by key, and what the sources declared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from candour.records.scene import Row, Scene
from candour.records.vocabulary import Vocabulary

_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, eq=False)
class Event:
    """One event that takes part. Two events are the same only when they are the same row."""

    row: Row
    position: int
    event_id: str
    kind: str
    dated: bool
    exact: bool

    @property
    def lo(self) -> datetime:
        """The earliest second (UTC). Raises ValueError for an undated event, which must never be asked."""
        return self._moment("occurred_at")

    @property
    def hi(self) -> datetime:
        """The latest second (UTC). Raises ValueError for an undated event."""
        return self._moment("occurred_to")

    @property
    def date(self) -> date:
        """The London date. Raises ValueError for an undated event."""
        value = self.row["occurred_on"]
        if not isinstance(value, date):
            raise ValueError(f"event {self.event_id} has no date, and its date was asked for.")
        return value

    def _moment(self, column: str) -> datetime:
        value = self.row[column]
        if not isinstance(value, datetime):
            raise ValueError(f"event {self.event_id} has no {column}, and its time was asked for.")
        return value


Place = tuple[bool, datetime, int]


def place(event: Event) -> Place:
    """The order of events: by earliest second, then position, undated last."""
    return (not event.dated, event.lo if event.dated else datetime.min, event.position)


def by_end(event: Event) -> tuple[datetime, int]:
    """The order of dated events by latest second, then position."""
    return (event.hi, event.position)


class Chronology:
    """Everything that takes part in an evaluation as of a moment, as known at a moment (both UTC without zone)."""

    def __init__(self, scene: Scene, vocabulary: Vocabulary, as_of: datetime, known_at: datetime) -> None:
        self.as_of = as_of
        self.vocabulary = vocabulary
        self.events = tuple(_event(row) for row in scene.events if _takes_part(row, as_of, known_at))
        self.cases = {row["case_ref"]: row for row in scene.cases if _known(row, known_at)}
        self.children = {row["child_ref"]: row for row in scene.children if _known(row, known_at)}
        self._holds = {(source.source_system, kind): fields for source in scene.sources for kind, fields in source.holds.items()}
        self._spans = _joined_spans(scene)
        self._by_kind: dict[str, list[Event]] = {}
        for event in self.events:
            self._by_kind.setdefault(event.kind, []).append(event)
        self._by_key: dict[tuple[str, str], dict[object, list[Event]]] = {}
        self._keyless: dict[tuple[str, str], dict[object, list[Event]]] = {}
        self._first: dict[str, dict[object, datetime]] = {}

    def of_kinds(self, kinds: Iterable[str]) -> list[Event]:
        """The events of these kinds, in order of position."""
        return sorted((event for kind in kinds for event in self._by_kind.get(kind, [])), key=lambda event: event.position)

    def with_key(self, kind: str, column: str, key: object) -> list[Event]:
        """The events of a kind whose column holds the key, in order of position."""
        index = self._by_key.get((kind, column))
        if index is None:
            index = self._by_key[kind, column] = {}
            for event in self._by_kind.get(kind, []):
                if event.row.get(column) is not None:
                    index.setdefault(event.row[column], []).append(event)
        return index.get(key, [])

    def without_key(self, kind: str, column: str, case: object) -> list[Event]:
        """The events of a kind in a case whose column is blank, in order of position; none where `case` is None."""
        index = self._keyless.get((kind, column))
        if index is None:
            index = self._keyless[kind, column] = {}
            for event in self._by_kind.get(kind, []):
                if event.row.get(column) is None and event.row["case_ref"] is not None:
                    index.setdefault(event.row["case_ref"], []).append(event)
        return index.get(case, [])

    def first_moment(self, column: str, key: object) -> datetime | None:
        """The `lo` of the first dated event, of any kind, whose column holds the key."""
        index = self._first.get(column)
        if index is None:
            index = self._first[column] = {}
            for event in self.events:
                value = event.row.get(column)
                if event.dated and value is not None:
                    index[value] = min(event.lo, index.get(value, event.lo))
        return index.get(key)

    def has_field(self, kind: str, column: str) -> bool:
        """Whether events of a kind have the column at all: one of the envelope, or a field of the kind."""
        return column in self.vocabulary.envelope or column in self.vocabulary.kinds[kind].fields

    def holds(self, event: Event, field: str) -> bool:
        """Whether the event's source holds the field for that kind of event."""
        return field in self._holds.get((str(event.row["source_system"]), event.kind), frozenset())

    def not_covered(self, kinds: Iterable[str], begins: datetime, ends: datetime) -> tuple[str, ...]:
        """The kinds, each once, for which no joined span of completeness contains both ends of the window."""
        return tuple(
            kind for kind in dict.fromkeys(kinds) if not any(first <= begins and ends <= last for first, last in self._spans.get(kind, []))
        )


def _event(row: Row) -> Event:
    position = row["position"]
    if not isinstance(position, int):
        raise ValueError(f"event {row['event_id']} has no position in the chronology.")
    return Event(row, position, str(row["event_id"]), str(row["kind"]), row["occurred_at"] is not None, row["precision"] == "minute")


def _takes_part(row: Row, as_of: datetime, known_at: datetime) -> bool:
    known_from, known_to, at = row["known_from"], row["known_to"], row["occurred_at"]
    if not isinstance(known_from, datetime) or known_from > known_at:
        return False
    if isinstance(known_to, datetime) and known_to <= known_at:
        return False
    return not isinstance(at, datetime) or at <= as_of


def _known(row: Row, known_at: datetime) -> bool:
    """Whether these details of a case or child were known at a moment; a side of the span that is empty, or not there, is open."""
    known_from, known_to = row.get("known_from"), row.get("known_to")
    if isinstance(known_from, datetime) and known_from > known_at:
        return False
    return not (isinstance(known_to, datetime) and known_to <= known_at)


def _joined_spans(scene: Scene) -> dict[str, list[tuple[datetime, datetime]]]:
    """For each kind, the spans of all sources, joined where they overlap or touch at the next second; one that ends before it begins is none."""
    declared: dict[str, list[tuple[datetime, datetime]]] = {}
    for source in scene.sources:
        for span in source.complete:
            for kind in span.kinds if span.begins <= span.ends else ():
                declared.setdefault(kind, []).append((span.begins, span.ends))
    joined: dict[str, list[tuple[datetime, datetime]]] = {}
    for kind, spans in declared.items():
        kept = joined.setdefault(kind, [])
        for begins, ends in sorted(spans):
            if kept and begins <= kept[-1][1] + _SECOND:
                kept[-1] = (kept[-1][0], max(kept[-1][1], ends))
            else:
                kept.append((begins, ends))
    return joined

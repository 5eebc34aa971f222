"""Which events can answer a trigger (certainly or possibly), and whether they lie before or after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from candour.evaluation.reference.chronology import Chronology, Event
from candour.evaluation.reference.conditions import Asked, Truth, kleene_and, kleene_or
from candour.standards.limits import Grain
from candour.standards.model import Selector


@dataclass(frozen=True)
class Trigger:
    """An event that sets a clock going, with its scope key and the values of the columns that must be the same.

    `case` is the case within which a candidate may belong with it that has no scope key; None where there is none, or the scope is the case.
    """

    event: Event
    key: object
    same: tuple[tuple[str, object], ...]
    case: object


@dataclass(frozen=True)
class Candidates:
    """The events that certainly answer, and those that are not ruled out (the certain ones too), both in order of position."""

    certain: tuple[Event, ...]
    possible: tuple[Event, ...]

    @property
    def doubtful(self) -> tuple[Event, ...]:
        """The possible ones that are not certain."""
        return tuple(event for event in self.possible if event not in self.certain)


def matches(chronology: Chronology, selector: Selector, event: Event) -> Truth:
    """Whether the selector means this event."""
    if event.kind not in selector.kinds:
        return False
    return True if selector.where is None else Asked(chronology, event).truth(selector.where)


def bound(chronology: Chronology, trigger: Trigger, selector: Selector, event: Event) -> Truth:
    """Whether the event belongs with the trigger: the same scope key, and the same in every column of `same`."""
    if event is trigger.event:
        return False
    return belongs(chronology, trigger, selector, event)


def belongs(chronology: Chronology, trigger: Trigger, selector: Selector, event: Event) -> Truth:
    """As `bound`, for an event that may be the trigger itself."""
    asked = [(column, value) for column, value in trigger.same if chronology.has_field(event.kind, column)]
    same = [None if event.row.get(column) is None else event.row[column] == value for column, value in asked]
    return kleene_and([_same_key(trigger, event.row.get(selector.by), event.row["case_ref"]), *same])


def _same_key(trigger: Trigger, key: object, case: object) -> Truth:
    """Whether a scope key is the trigger's: unknown where there is none, in the trigger's own case."""
    if key is not None:
        return key == trigger.key
    return None if trigger.case is not None and case == trigger.case else False


def in_scope(chronology: Chronology, trigger: Trigger, selectors: Sequence[Selector]) -> list[Event]:
    """The events of the selectors' kinds that have the trigger's scope key or, in its case, none; in order of position, each once."""
    near: dict[int, Event] = {}
    for kind, column in dict.fromkeys((kind, selector.by) for selector in selectors for kind in selector.kinds):
        for event in (*chronology.with_key(kind, column, trigger.key), *chronology.without_key(kind, column, trigger.case)):
            near[event.position] = event
    return [near[position] for position in sorted(near)]


def candidates(chronology: Chronology, trigger: Trigger, selectors: Sequence[Selector]) -> Candidates:
    """The certain and possible candidates of any of the selectors."""
    certain: list[Event] = []
    possible: list[Event] = []
    for event in in_scope(chronology, trigger, selectors):
        answer = kleene_or([kleene_and([bound(chronology, trigger, one, event), matches(chronology, one, event)]) for one in selectors])
        if answer is not False:
            possible.append(event)
        if answer is True and event.dated:
            certain.append(event)
    return Candidates(tuple(certain), tuple(possible))


def certainly_after(event: Event, start: Event, grain: Grain) -> bool:
    """Whether a dated event certainly lies after another; the same second counts."""
    if event.exact and start.exact:
        return event.lo >= start.lo
    return event.date >= start.date if grain == "calendar" else event.lo >= start.hi


def possibly_after(event: Event, start: Event) -> bool:
    """Whether an event may lie after a dated one; the same second counts."""
    return not event.dated or event.hi >= start.lo


def certainly_before(event: Event, end: Event, grain: Grain) -> bool:
    """Whether a dated event certainly lies before another; the same second counts where both are exact."""
    if event.exact and end.exact:
        return event.lo <= end.lo
    return event.date <= end.date if grain == "calendar" else event.hi < end.lo


def possibly_before(event: Event, end: Event) -> bool:
    """Whether an event may lie before a dated one; the same second counts."""
    return not event.dated or event.lo <= end.hi

"""Whether a recorded reason excuses: certainly (and which event says so), possibly, or not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from candour.evaluation.reference.bindings import (
    Trigger,
    candidates,
    certainly_after,
    certainly_before,
    possibly_after,
    possibly_before,
)
from candour.evaluation.reference.chronology import Chronology, Event, by_end
from candour.evaluation.reference.conditions import Asked
from candour.evaluation.reference.limits import look_back
from candour.standards.model import Bound, Excuse


@dataclass(frozen=True)
class Excused:
    """The event that certainly excuses (None: none), and whether another possibly does."""

    evidence: Event | None
    possible: bool


def excused(chronology: Chronology, rule: Bound, trigger: Trigger, due: tuple[datetime, datetime] | None) -> Excused:
    """Looks at the excuses in the order of the standard. `due` is the two due moments, or None where the trigger itself is the end."""
    possible = False
    for excuse in rule.unless:
        one = (
            _from_event(chronology, rule, excuse, trigger, due)
            if excuse.selector is not None
            else _from_trigger(chronology, excuse, trigger)
        )
        if one.evidence is not None:
            return one
        possible = possible or one.possible
    return Excused(None, possible)


def _from_trigger(chronology: Chronology, excuse: Excuse, trigger: Trigger) -> Excused:
    if excuse.where is None:
        raise ValueError("an excuse names neither an event nor a condition.")
    truth = Asked(chronology, trigger.event).truth(excuse.where)
    return Excused(trigger.event if truth is True else None, truth is not False)


def _from_event(chronology: Chronology, rule: Bound, excuse: Excuse, trigger: Trigger, due: tuple[datetime, datetime] | None) -> Excused:
    if excuse.selector is None:
        raise ValueError("the excuse names no event.")
    found = candidates(chronology, trigger, (excuse.selector,))
    opened_certainly, opened_possibly = _opening(rule, excuse, trigger, bounded=due is not None)
    closed_certainly, closed_possibly = _closing(rule, excuse, trigger, due)
    certain = [event for event in found.certain if opened_certainly(event) and closed_certainly(event)]
    possible = any(not event.dated or (opened_possibly(event) and closed_possibly(event)) for event in found.possible)
    return Excused(min(certain, key=by_end, default=None), possible)


_Test = Callable[[Event], bool]


def _always(event: Event) -> bool:
    return True


def _opening(rule: Bound, excuse: Excuse, trigger: Trigger, *, bounded: bool) -> tuple[_Test, _Test]:
    """Whether an event lies certainly, and possibly, at or after the opening of the window."""
    if excuse.look_back == "any" or (excuse.look_back is None and not bounded):
        return _always, _always
    if excuse.look_back is None:
        return (lambda event: certainly_after(event, trigger.event, rule.grain)), (lambda event: possibly_after(event, trigger.event))
    opening = look_back(excuse.look_back, trigger.event)
    return (lambda event: event.lo >= opening.hi), (lambda event: event.hi >= opening.lo)


def _closing(rule: Bound, excuse: Excuse, trigger: Trigger, due: tuple[datetime, datetime] | None) -> tuple[_Test, _Test]:
    """Whether a dated event lies certainly, and possibly, at or before the closing of the window."""
    if excuse.by == "any":
        return _always, _always
    if due is None:
        return (lambda event: certainly_before(event, trigger.event, rule.grain)), (lambda event: possibly_before(event, trigger.event))
    lo, hi = due
    return (lambda event: event.hi <= lo), (lambda event: event.lo <= hi)

"""What every shape shares: finding the triggers, the four questions asked of each first, and writing down a finding."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from candour.evaluation.reference.bindings import Trigger, matches
from candour.evaluation.reference.chronology import Chronology, Event, place
from candour.evaluation.reference.conditions import Asked
from candour.evaluation.reference.limits import CannotReckon, Due, NoOccasion, due
from candour.findings.finding import Finding
from candour.findings.outcomes import Outcome, Reason
from candour.records.calendars import Calendar
from candour.standards.limits import Limit
from candour.standards.model import SCOPES, Selector, Standard


@dataclass(frozen=True)
class Inquiry:
    """One standard held against one chronology."""

    standard: Standard
    chronology: Chronology
    calendar: Calendar

    @property
    def as_of(self) -> datetime:
        """The moment at which what is due is judged (UTC)."""
        return self.chronology.as_of

    def due(self, limit: Limit, trigger: Trigger) -> Due | CannotReckon | NoOccasion:
        """The due moments of a limit for a trigger."""
        return due(self.chronology, self.calendar, limit, trigger)

    def not_covered(self, selectors: tuple[Selector, ...], begins: datetime, ends: datetime) -> str | None:
        """The kinds of the selectors for which the sources are not complete over the window, joined by ", "; None when all are."""
        kinds = [kind for selector in selectors for kind in selector.kinds]
        return ", ".join(self.chronology.not_covered(kinds, begins, ends)) or None

    def first_moment(self, scope: str, trigger: Trigger) -> datetime:
        """The `lo` of the first dated event with the trigger's scope key in the scope's own column; the trigger's where there is none."""
        return self.chronology.first_moment(SCOPES[scope], trigger.key) or trigger.event.lo


@dataclass(frozen=True)
class Occasion:
    """A trigger that is certain, dated and linked, with its due moments where the rule has a limit. Makes the findings about it."""

    inquiry: Inquiry
    scope: str
    trigger: Trigger
    due: Due | None = None
    stage: int = 0

    def until(self, end: datetime | None) -> Occasion:
        """The same occasion, due at another moment: the end of its window, which may not be there yet."""
        words, whose = (None, None) if self.due is None else (self.due.words, self.due.whose)
        return replace(self, due=None if end is None else Due(end, end, words, whose))

    def finding(
        self,
        outcome: Outcome,
        reason: Reason,
        evidence: Event | None = None,
        *,
        missing: str | None = None,
        late_by: timedelta | None = None,
    ) -> Finding:
        """The finding, with what its evidence says about time."""
        bare = bare_finding(self.inquiry.standard, self.scope, self.trigger.event, self.trigger.key, self.stage, outcome, reason, missing)
        shown = outcome in (Outcome.MET, Outcome.LATE)
        return replace(
            bare,
            due_at=self.due.hi if self.due else None,
            limit_text=self.due.words if self.due else None,
            limit_whose=self.due.whose if self.due else None,
            evidence_event=evidence.event_id if evidence else None,
            satisfied_at=moment(evidence, "occurred_at") if evidence and shown else None,
            written_at=moment(evidence, "recorded_at") if evidence else None,
            late_by=None if late_by is None else late_by // timedelta(seconds=1),
        )

    def cannot_tell(self, reason: Reason, missing: str | None = None) -> Finding:
        """The finding that it cannot be told, and what is missing."""
        return self.finding(Outcome.CANNOT_TELL, reason, missing=missing)


def moment(event: Event, column: str) -> datetime | None:
    """The moment in a column of an event, if there is one."""
    value = event.row[column]
    return value if isinstance(value, datetime) else None


def bare_finding(
    standard: Standard, scope: str, event: Event, key: object, stage: int, outcome: Outcome, reason: Reason, missing: str | None
) -> Finding:
    """A finding about an event without evidence, due moment or limit."""

    def text(column: str) -> str | None:
        value = event.row[column]
        return None if value is None else str(value)

    return Finding(
        finding_id=f"{standard.id}@{event.event_id}" + (f"#{stage}" if stage else ""),
        standard=standard.id,
        version=standard.version,
        scope=scope,
        scope_key=None if key is None else str(key),
        case_ref=text("case_ref"),
        child_ref=text("child_ref"),
        episode_ref=text("episode_ref"),
        trigger_event=event.event_id,
        trigger_position=event.position,
        stage=stage,
        triggered_at=moment(event, "occurred_at"),
        due_at=None,
        outcome=outcome.value,
        reason=reason.value,
        missing=missing,
        actor_ref=text("actor_ref"),
        unit=text("unit"),
    )


def triggers(inquiry: Inquiry, selector: Selector, same: tuple[str, ...]) -> list[Event]:
    """The events that match the selector or may match it; with `take = "first"`, only the first of those bound together."""
    chronology = inquiry.chronology
    found = [event for event in chronology.of_kinds(selector.kinds) if matches(chronology, selector, event) is not False]
    if selector.take == "each":
        return found
    first: dict[tuple[object, ...], Event] = {}
    for event in sorted(found, key=place):
        first.setdefault((event.row.get(selector.by), *(_hashable(event.row.get(column)) for column in same)), event)
    return list(first.values())


def _hashable(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def first_doubt(inquiry: Inquiry, selector: Selector, scope: str, same: tuple[str, ...], event: Event, stage: int = 0) -> Finding | None:
    """The finding by questions 1 to 3: the trigger's condition, its time and its links; None when all three are answered."""
    key = event.row.get(selector.by)
    if matches(inquiry.chronology, selector, event) is None:
        missing = Asked(inquiry.chronology, event).missing(selector.where)
        return bare_finding(inquiry.standard, scope, event, key, stage, Outcome.CANNOT_TELL, Reason.TRIGGER_CONDITION, missing)
    if not event.dated:
        return bare_finding(inquiry.standard, scope, event, key, stage, Outcome.CANNOT_TELL, Reason.TRIGGER_TIME, None)
    if key is None or any(event.row.get(column) is None for column in same):
        return bare_finding(inquiry.standard, scope, event, key, stage, Outcome.CANNOT_TELL, Reason.LINK, None)
    return None


def trigger_of(selector: Selector, scope: str, same: tuple[str, ...], event: Event) -> Trigger:
    """The event as a trigger, with its key, the values that must be the same, and the case where the scope reaches beyond it."""
    case = None if scope == "case" else event.row["case_ref"]
    return Trigger(event, event.row[selector.by], tuple((column, event.row[column]) for column in same), case)


def occasions(
    inquiry: Inquiry, selector: Selector, scope: str, same: tuple[str, ...], limit: Limit | None, stage: int = 0
) -> Iterator[Finding | Occasion]:
    """For every trigger, the finding by questions 1 to 4, or the occasion to be judged; nothing where there is no occasion."""
    for event in triggers(inquiry, selector, same):
        doubt = first_doubt(inquiry, selector, scope, same, event, stage)
        if doubt is not None:
            yield doubt
            continue
        opened = with_limit(Occasion(inquiry, scope, trigger_of(selector, scope, same, event), None, stage), limit)
        if opened is not None:
            yield opened


def with_limit(occasion: Occasion, limit: Limit | None) -> Finding | Occasion | None:
    """Question 4: the occasion with its due moments, the finding that they cannot be reckoned, or None for no occasion."""
    if limit is None:
        return occasion
    reckoned = occasion.inquiry.due(limit, occasion.trigger)
    if isinstance(reckoned, NoOccasion):
        return None
    if isinstance(reckoned, CannotReckon):
        return occasion.cannot_tell(reckoned.reason, reckoned.missing)
    return replace(occasion, due=reckoned)

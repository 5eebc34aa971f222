"""Recurrence: while a state is open, an answer at most every so often. One finding for each anchor of each state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from candour.evaluation.reference.bindings import Trigger, candidates, matches, possibly_after
from candour.evaluation.reference.chronology import Event, place
from candour.evaluation.reference.excuses import excused
from candour.evaluation.reference.limits import Due
from candour.evaluation.reference.occasions import Inquiry, Occasion, first_doubt, trigger_of, with_limit
from candour.findings.finding import Finding
from candour.findings.outcomes import Outcome, Reason
from candour.standards.model import Recurrence, Selector


@dataclass(frozen=True)
class _Anchor:
    """An event from which the next limit runs: the number of anchors before it, the next answer and the end of the state."""

    trigger: Trigger
    number: int
    answer: Event | None
    end: Event | None


def recurrences(inquiry: Inquiry, rule: Recurrence) -> Iterator[Finding]:
    """The findings of a recurrence: of its anchors, and of the openings that are in doubt and no anchor."""
    anchors = [anchor for group in _groups(inquiry, rule).values() for anchor in _anchors(group)]
    for anchor in anchors:
        limit = rule.steps[min(anchor.number, len(rule.steps) - 1)]
        found = with_limit(Occasion(inquiry, rule.scope, anchor.trigger), limit)
        if isinstance(found, Occasion):
            found = _judged(found, rule, anchor)
        if found is not None:
            yield found
    judged = {anchor.trigger.event.position for anchor in anchors}
    for event in inquiry.chronology.of_kinds(rule.after.kinds):
        if event.position not in judged and matches(inquiry.chronology, rule.after, event) is not False:
            doubt = first_doubt(inquiry, rule.after, rule.scope, rule.same, event)
            if doubt is not None:
                yield doubt


@dataclass
class _Roles:
    """What one event is within one group."""

    trigger: Trigger
    opens: bool = False
    answers: bool = False
    ends: bool = False


_Group = dict[int, _Roles]


def _groups(inquiry: Inquiry, rule: Recurrence) -> dict[tuple[object, ...], _Group]:
    """The matching, dated, linked events of each binding group by position, with what each of them is."""
    groups: dict[tuple[object, ...], _Group] = {}

    def take(selector: Selector) -> Iterator[_Roles]:
        for event in inquiry.chronology.of_kinds(selector.kinds):
            if matches(inquiry.chronology, selector, event) is True and event.dated and event.row.get(selector.by) is not None:
                trigger = trigger_of(selector, rule.scope, rule.same, event)
                values = [value for _, value in trigger.same]
                if None not in values:
                    group = groups.setdefault((trigger.key, *(str(value) for value in values)), {})
                    yield group.setdefault(event.position, _Roles(trigger))

    for roles in take(rule.after):
        roles.opens = True
    for selector in rule.expect:
        for roles in take(selector):
            roles.answers = True
    for selector in rule.until:
        for roles in take(selector):
            roles.ends = True
    return groups


def _anchors(group: _Group) -> Iterator[_Anchor]:
    """Reads the events of one group once, in order; each is judged by how things stood just before it."""
    open_anchors: list[Trigger] = []
    for roles in sorted(group.values(), key=lambda roles: place(roles.trigger.event)):
        if not open_anchors:
            if roles.opens:
                open_anchors = [roles.trigger]
            continue
        if roles.answers:
            open_anchors.append(roles.trigger)
        if roles.ends:
            yield from _state(open_anchors, roles.trigger.event)
            open_anchors = []
    yield from _state(open_anchors, None)


def _state(anchors: list[Trigger], end: Event | None) -> Iterator[_Anchor]:
    for number, trigger in enumerate(anchors):
        answer = anchors[number + 1].event if number + 1 < len(anchors) else None
        yield _Anchor(trigger, number, answer, end)


def _judged(occasion: Occasion, rule: Recurrence, anchor: _Anchor) -> Finding | None:
    """Steps 5 to 15."""
    inquiry, trigger, limit = occasion.inquiry, occasion.trigger, occasion.due
    if limit is None:
        raise ValueError("a recurrence needs a due moment.")
    answer, end = anchor.answer, anchor.end
    if answer is not None and answer.hi <= limit.lo:
        return occasion.finding(Outcome.MET, Reason.ANSWERED, answer)
    if answer is None and end is not None and end.hi <= limit.lo:
        return None
    excuse = excused(inquiry.chronology, rule, trigger, (limit.lo, limit.hi))
    if excuse.evidence is not None:
        return occasion.finding(Outcome.EXCUSED, Reason.EXCUSED, excuse.evidence)
    if answer is None and end is None and inquiry.as_of <= limit.lo:
        return occasion.finding(Outcome.PENDING, Reason.NOT_YET_DUE)
    if _doubtful(inquiry, rule.expect, trigger, limit):
        return occasion.cannot_tell(Reason.ANSWER_UNCERTAIN)
    if _doubtful(inquiry, rule.until, trigger, limit):
        return occasion.cannot_tell(Reason.END_UNCERTAIN)
    if excuse.possible:
        return occasion.cannot_tell(Reason.EXCUSE_UNCERTAIN)
    reached = answer.lo if answer is not None else end.lo if end is not None else inquiry.as_of
    if reached <= limit.hi:
        return occasion.cannot_tell(Reason.PRECISION)
    asked = rule.expect + (rule.until if answer is None and end is None else ())
    uncovered = inquiry.not_covered(asked, trigger.event.lo, limit.hi)
    if uncovered:
        return occasion.cannot_tell(Reason.SOURCE, uncovered)
    if answer is not None:
        return occasion.finding(Outcome.LATE, Reason.ANSWERED_LATE, answer, late_by=answer.lo - limit.hi)
    return occasion.finding(Outcome.MISSED, Reason.NOT_ANSWERED)


def _doubtful(inquiry: Inquiry, selectors: tuple[Selector, ...], trigger: Trigger, limit: Due) -> bool:
    """Whether an event that may, but need not, be one of these may lie between the anchor and the later due moment."""
    found = candidates(inquiry.chronology, trigger, selectors).doubtful
    return any(possibly_after(event, trigger.event) and (not event.dated or event.lo <= limit.hi) for event in found)

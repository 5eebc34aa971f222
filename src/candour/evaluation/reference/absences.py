"""Absence: after a trigger, something does not happen until an end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from candour.evaluation.reference.bindings import Candidates, candidates, certainly_after, possibly_after
from candour.evaluation.reference.chronology import Event, by_end
from candour.evaluation.reference.excuses import excused
from candour.evaluation.reference.occasions import Inquiry, Occasion, occasions
from candour.findings.finding import Finding
from candour.findings.outcomes import Outcome, Reason
from candour.standards.model import Absence


@dataclass(frozen=True)
class _End:
    """The earliest and latest second of the end of the window (UTC)."""

    lo: datetime
    hi: datetime


def absences(inquiry: Inquiry, rule: Absence) -> Iterator[Finding]:
    """The findings of an absence."""
    for found in occasions(inquiry, rule.after, rule.scope, rule.same, rule.within):
        yield found if isinstance(found, Finding) else _judged(found, rule)


def _judged(occasion: Occasion, rule: Absence) -> Finding:
    """Steps 5 to 10."""
    inquiry, trigger = occasion.inquiry, occasion.trigger
    until = candidates(inquiry.chronology, trigger, rule.until)
    end = _end(occasion, rule, until)
    occasion = occasion.until(None if end is None else end.hi)
    never = candidates(inquiry.chronology, trigger, rule.never)
    happened = [
        event for event in never.certain if certainly_after(event, trigger.event, rule.grain) and (end is None or event.hi <= end.lo)
    ]
    if happened:
        return _happened(occasion, rule, min(happened, key=by_end), until)
    if any(possibly_after(one, trigger.event) and (not one.dated or end is None or one.lo <= end.hi) for one in never.possible):
        return occasion.cannot_tell(Reason.ANSWER_UNCERTAIN)
    if end is None or inquiry.as_of <= end.lo:
        return occasion.finding(Outcome.PENDING, Reason.NOT_YET_DUE)
    if inquiry.as_of <= end.hi:
        return occasion.cannot_tell(Reason.PRECISION)
    uncovered = inquiry.not_covered(rule.never, trigger.event.lo, end.hi)
    if uncovered:
        return occasion.cannot_tell(Reason.SOURCE, uncovered)
    return occasion.finding(Outcome.MET, Reason.DID_NOT_HAPPEN)


def _end(occasion: Occasion, rule: Absence, until: Candidates) -> _End | None:
    """The first certain end after the trigger, the due moment, or the earlier of both; None: the window has no end yet."""
    due = None if occasion.due is None else _End(occasion.due.lo, occasion.due.hi)
    ends = [event for event in until.certain if certainly_after(event, occasion.trigger.event, rule.grain)]
    if not ends:
        return due
    first = min(ends, key=by_end)
    return _End(first.lo, first.hi) if due is None or first.hi <= due.lo else due


def _happened(occasion: Occasion, rule: Absence, event: Event, until: Candidates) -> Finding:
    """What should not have happened did: unless a recorded reason or an uncertain end lies before it."""
    excuse = excused(occasion.inquiry.chronology, rule, occasion.trigger, (event.lo, event.hi))
    if excuse.evidence is not None:
        return occasion.finding(Outcome.EXCUSED, Reason.EXCUSED, excuse.evidence)
    if excuse.possible:
        return occasion.cannot_tell(Reason.EXCUSE_UNCERTAIN)
    if any(possibly_after(one, occasion.trigger.event) and (not one.dated or one.lo < event.hi) for one in until.possible):
        return occasion.cannot_tell(Reason.END_UNCERTAIN)
    return occasion.finding(Outcome.MISSED, Reason.HAPPENED, event)

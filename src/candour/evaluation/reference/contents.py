"""Content: a record says what it must, perhaps within a time of the event. An invariant without another event is judged here too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from candour.evaluation.reference.conditions import Asked
from candour.evaluation.reference.excuses import excused
from candour.evaluation.reference.limits import Due
from candour.evaluation.reference.occasions import Inquiry, Occasion, moment, occasions
from candour.findings.finding import Finding
from candour.findings.outcomes import Outcome, Reason
from candour.standards.expressions import Condition
from candour.standards.model import Bound, Content, Selector


def contents(inquiry: Inquiry, rule: Content) -> Iterator[Finding]:
    """The findings of a content."""
    for found in occasions(inquiry, rule.of, rule.scope, rule.same, rule.within):
        yield found if isinstance(found, Finding) else says(found, rule, rule.check)


def instants(inquiry: Inquiry, rule: Bound, at: Selector, check: Condition) -> Iterator[Finding]:
    """The findings of an invariant over one event alone."""
    for found in occasions(inquiry, at, rule.scope, rule.same, None):
        yield found if isinstance(found, Finding) else says(found, rule, check)


def says(occasion: Occasion, rule: Bound, check: Condition) -> Finding:
    """Steps 5 to 11."""
    inquiry, trigger, limit = occasion.inquiry, occasion.trigger, occasion.due
    asked = Asked(inquiry.chronology, trigger.event)
    truth = asked.truth(check)
    if truth is True:
        return _written(occasion, limit) if limit is not None else occasion.finding(Outcome.MET, Reason.HOLDS, trigger.event)
    excuse = excused(inquiry.chronology, rule, trigger, None if limit is None else (limit.lo, limit.hi))
    if excuse.evidence is not None:
        return occasion.finding(Outcome.EXCUSED, Reason.EXCUSED, excuse.evidence)
    if truth is None:
        return occasion.cannot_tell(Reason.FIELD, asked.missing(check))
    if excuse.possible:
        return occasion.cannot_tell(Reason.EXCUSE_UNCERTAIN)
    if limit is not None and inquiry.as_of <= limit.lo:
        return occasion.finding(Outcome.PENDING, Reason.NOT_YET_DUE)
    if limit is not None and inquiry.as_of <= limit.hi:
        return occasion.cannot_tell(Reason.PRECISION)
    return occasion.finding(Outcome.MISSED, Reason.DOES_NOT_HOLD)


def _written(occasion: Occasion, limit: Due) -> Finding:
    """Step 6: the record says it; was it written down in time?"""
    event = occasion.trigger.event
    recorded = moment(event, "recorded_at")
    if recorded is None:
        return occasion.cannot_tell(Reason.FIELD, "recorded_at")
    if recorded <= limit.lo:
        found = occasion.finding(Outcome.MET, Reason.HOLDS, event)
    elif recorded > limit.hi:
        found = occasion.finding(Outcome.LATE, Reason.ANSWERED_LATE, event, late_by=recorded - limit.hi)
    else:
        return occasion.cannot_tell(Reason.PRECISION)
    return replace(found, satisfied_at=recorded)

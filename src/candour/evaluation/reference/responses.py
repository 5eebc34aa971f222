"""Response: after a trigger, an answer within a limit. Steps 5 to 14 of section 6 of how a finding is reached."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from candour.evaluation.reference.bindings import Trigger, candidates, certainly_after, possibly_after
from candour.evaluation.reference.chronology import Event, by_end
from candour.evaluation.reference.excuses import excused
from candour.evaluation.reference.limits import Due, due, look_back
from candour.evaluation.reference.occasions import Inquiry, Occasion, occasions
from candour.findings.finding import Finding
from candour.findings.outcomes import Outcome, Reason
from candour.standards.model import Bound, Extension, Response, Selector


def responses(inquiry: Inquiry, rule: Response) -> Iterator[Finding]:
    """The findings of a response."""
    for found in occasions(inquiry, rule.after, rule.scope, rule.same, rule.within):
        if isinstance(found, Finding):
            yield found
            continue
        extended = _extended(inquiry, rule.extend, rule, found.trigger, _due(found))
        opening = None if rule.early is None else look_back(rule.early, found.trigger.event)
        yield answer_in_time(replace(found, due=extended), rule, rule.expect, opening)


def _due(occasion: Occasion) -> Due:
    if occasion.due is None:
        raise ValueError("a response needs a due moment.")
    return occasion.due


def _extended(inquiry: Inquiry, rungs: tuple[Extension, ...], rule: Bound, trigger: Trigger, start: Due) -> Due:
    """The due moments after every rung of the ladder that counts."""
    reached = start
    for rung in rungs:
        found = [
            event
            for event in candidates(inquiry.chronology, trigger, (rung.selector,)).certain
            if certainly_after(event, trigger.event, rule.grain) and event.hi <= reached.lo
        ]
        if not found:
            return reached
        extension = min(found, key=by_end)
        begin = extension if rung.reckoned_from == "event" else trigger.event
        longer = due(inquiry.chronology, inquiry.calendar, rung.limit, trigger, fields_of=extension, start=begin)
        if isinstance(longer, Due):
            reached = longer
    return reached


def answer_in_time(occasion: Occasion, rule: Bound, expect: tuple[Selector, ...], opening: datetime | None) -> Finding:
    """Judges one occasion from step 6. `opening` is the start of the window where it is earlier than the trigger."""
    inquiry, trigger, limit = occasion.inquiry, occasion.trigger, _due(occasion)
    answers = candidates(inquiry.chronology, trigger, expect)

    def is_after(event: Event) -> bool:
        return certainly_after(event, trigger.event, rule.grain) if opening is None else event.lo >= opening

    def may_be_after(event: Event) -> bool:
        return possibly_after(event, trigger.event) if opening is None else not event.dated or event.hi >= opening

    certain = sorted((event for event in answers.certain if is_after(event)), key=by_end)
    if certain and certain[0].hi <= limit.lo:
        return occasion.finding(Outcome.MET, Reason.ANSWERED, certain[0])
    excuse = excused(inquiry.chronology, rule, trigger, (limit.lo, limit.hi))
    if excuse.evidence is not None:
        return occasion.finding(Outcome.EXCUSED, Reason.EXCUSED, excuse.evidence)
    if inquiry.as_of <= limit.lo and not certain:
        return occasion.finding(Outcome.PENDING, Reason.NOT_YET_DUE)
    if any(may_be_after(event) and (not event.dated or event.lo <= limit.hi) for event in answers.possible):
        return occasion.cannot_tell(Reason.ANSWER_UNCERTAIN)
    if excuse.possible:
        return occasion.cannot_tell(Reason.EXCUSE_UNCERTAIN)
    if inquiry.as_of <= limit.hi:
        return occasion.cannot_tell(Reason.PRECISION)
    uncovered = inquiry.not_covered(expect, opening or trigger.event.lo, limit.hi)
    if uncovered:
        return occasion.cannot_tell(Reason.SOURCE, uncovered)
    if certain:
        return occasion.finding(Outcome.LATE, Reason.ANSWERED_LATE, certain[0], late_by=certain[0].lo - limit.hi)
    return occasion.finding(Outcome.MISSED, Reason.NOT_ANSWERED)

"""Response: after a trigger, an answer within a limit. Steps 5 to 15 of section 6 of how a finding is reached."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from candour.evaluation.reference.bindings import Trigger, candidates, certainly_after, possibly_after
from candour.evaluation.reference.chronology import Event, by_end
from candour.evaluation.reference.excuses import excused
from candour.evaluation.reference.limits import Due, Opening, due, look_back
from candour.evaluation.reference.occasions import Inquiry, Occasion, occasions
from candour.findings.finding import Finding
from candour.findings.outcomes import Outcome, Reason
from candour.standards.model import Bound, Response, Selector


def responses(inquiry: Inquiry, rule: Response) -> Iterator[Finding]:
    """The findings of a response."""
    for found in occasions(inquiry, rule.after, rule.scope, rule.same, rule.within):
        if isinstance(found, Finding):
            yield found
            continue
        ladder = _climbed(inquiry, rule, found.trigger, _due(found))
        opening = None if rule.early is None else look_back(rule.early, found.trigger.event)
        yield answer_in_time(replace(found, due=ladder.reached), rule, rule.expect, opening, in_doubt=ladder.in_doubt)


def _due(occasion: Occasion) -> Due:
    if occasion.due is None:
        raise ValueError("a response needs a due moment.")
    return occasion.due


@dataclass(frozen=True)
class _Ladder:
    """The due moments after every rung that counts, and whether a further rung may count, or one that counts lacks its limit."""

    reached: Due
    in_doubt: bool


def _climbed(inquiry: Inquiry, rule: Response, trigger: Trigger, start: Due) -> _Ladder:
    """Step 5: the rungs in order, until one does not count."""
    reached, in_doubt = start, False
    for rung in rule.extend:
        found = candidates(inquiry.chronology, trigger, (rung.selector,))
        counting = [event for event in found.certain if certainly_after(event, trigger.event, rule.grain) and event.hi <= reached.lo]
        if not counting:
            may_count = any(_may_lie_between(event, trigger, reached) for event in found.possible)
            return _Ladder(reached, in_doubt or may_count)
        extension = min(counting, key=by_end)
        begin = extension if rung.reckoned_from == "event" else trigger.event
        longer = due(inquiry.chronology, inquiry.calendar, rung.limit, trigger, fields_of=extension, start=begin)
        if isinstance(longer, Due):
            reached = longer
        else:
            in_doubt = True
    return _Ladder(reached, in_doubt)


def _may_lie_between(event: Event, trigger: Trigger, limit: Due) -> bool:
    """Whether an event may lie after the trigger and at or before the later due moment."""
    return possibly_after(event, trigger.event) and (not event.dated or event.lo <= limit.hi)


def answer_in_time(
    occasion: Occasion, rule: Bound, expect: tuple[Selector, ...], opening: Opening | None, *, in_doubt: bool = False
) -> Finding:
    """Judges one occasion from step 6. `opening` is the start of the window where it is earlier than the trigger; `in_doubt`: its ladder is."""
    inquiry, trigger, limit = occasion.inquiry, occasion.trigger, _due(occasion)
    answers = candidates(inquiry.chronology, trigger, expect)

    def is_after(event: Event) -> bool:
        return certainly_after(event, trigger.event, rule.grain) if opening is None else event.lo >= opening.hi

    def may_be_after(event: Event) -> bool:
        return possibly_after(event, trigger.event) if opening is None else not event.dated or event.hi >= opening.lo

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
    if in_doubt:
        return occasion.cannot_tell(Reason.EXTENSION_UNCERTAIN)
    uncovered = inquiry.not_covered(expect, trigger.event.lo if opening is None else opening.lo, limit.hi)
    if uncovered:
        return occasion.cannot_tell(Reason.SOURCE, uncovered)
    if certain:
        return occasion.finding(Outcome.LATE, Reason.ANSWERED_LATE, certain[0], late_by=certain[0].lo - limit.hi)
    return occasion.finding(Outcome.MISSED, Reason.NOT_ANSWERED)

"""Precedence: before an event, another has happened; and sequence, a chain of precedences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from candour.evaluation.reference.bindings import candidates, certainly_after, certainly_before, possibly_before
from candour.evaluation.reference.chronology import by_end, place
from candour.evaluation.reference.excuses import excused
from candour.evaluation.reference.limits import Due, Opening, local_or_standard, look_back
from candour.evaluation.reference.occasions import Inquiry, Occasion, occasions
from candour.findings.finding import Finding
from candour.findings.outcomes import Outcome, Reason
from candour.standards.model import Precedence, Sequence


def precedences(inquiry: Inquiry, rule: Precedence) -> Iterator[Finding]:
    """The findings of a precedence."""
    for found in occasions(inquiry, rule.before, rule.scope, rule.same, None, rule.stage):
        yield found if isinstance(found, Finding) else _judged(found, rule)


def sequences(inquiry: Inquiry, rule: Sequence) -> Iterator[Finding]:
    """The findings of every stage of a sequence."""
    for stage in rule.stages:
        yield from precedences(inquiry, stage)


def _judged(bare: Occasion, rule: Precedence) -> Finding:
    """Steps 5 to 11."""
    inquiry, trigger = bare.inquiry, bare.trigger
    event = trigger.event
    finding = _with_words(bare, rule)
    opening = _opening(bare, rule)
    earlier = candidates(inquiry.chronology, trigger, rule.expect)
    answers = [one for one in earlier.certain if certainly_before(one, event, rule.grain) and (opening is None or one.lo >= opening.hi)]
    if answers:
        return finding.finding(Outcome.MET, Reason.ANSWERED, max(answers, key=place))
    excuse = excused(inquiry.chronology, rule, trigger, None)
    if excuse.evidence is not None:
        return finding.finding(Outcome.EXCUSED, Reason.EXCUSED, excuse.evidence)
    if any(possibly_before(one, event) and (not one.dated or opening is None or one.hi >= opening.lo) for one in earlier.possible):
        return finding.cannot_tell(Reason.ANSWER_UNCERTAIN)
    if excuse.possible:
        return finding.cannot_tell(Reason.EXCUSE_UNCERTAIN)
    uncovered = inquiry.not_covered(rule.expect, inquiry.first_moment(rule.scope, trigger) if opening is None else opening.lo, event.hi)
    if uncovered:
        return finding.cannot_tell(Reason.SOURCE, uncovered)
    later = [one for one in earlier.certain if certainly_after(one, event, rule.grain)]
    if later:
        first = min(later, key=by_end)
        return finding.finding(Outcome.LATE, Reason.ANSWERED_LATE, first, late_by=first.lo - event.hi)
    return finding.finding(Outcome.MISSED, Reason.NOT_ANSWERED)


def _with_words(bare: Occasion, rule: Precedence) -> Occasion:
    """The occasion, due at the trigger's latest second, with the words of the look-back where there is one."""
    event = bare.trigger.event
    if rule.within is None:
        return replace(bare, due=Due(event.lo, event.hi, None, None))
    limit, whose = local_or_standard(rule.within, event.date)
    return replace(bare, due=Due(event.lo, event.hi, limit.words, whose))


def _opening(bare: Occasion, rule: Precedence) -> Opening | None:
    """The later of the look-back and the last certain `since` event before the trigger; None: unbounded."""
    event = bare.trigger.event
    bounds = [] if rule.within is None else [look_back(rule.within, event)]
    if rule.since is not None:
        since = candidates(bare.inquiry.chronology, bare.trigger, (rule.since,)).certain
        before = [one for one in since if place(one) < place(event)]
        if before:
            last = max(before, key=place).lo
            bounds.append(Opening(last, last))
    return Opening(max(one.lo for one in bounds), max(one.hi for one in bounds)) if bounds else None

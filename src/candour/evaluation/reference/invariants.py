"""Invariant: a relation between fields or people holds at an instant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from candour.evaluation.reference.bindings import Candidates, candidates, possibly_after, possibly_before
from candour.evaluation.reference.chronology import Event, place
from candour.evaluation.reference.conditions import Asked, Truth, kleene_and, kleene_not, kleene_or
from candour.evaluation.reference.contents import instants
from candour.evaluation.reference.excuses import excused
from candour.evaluation.reference.occasions import Inquiry, Occasion, occasions
from candour.findings.finding import Finding
from candour.findings.outcomes import Outcome, Reason
from candour.standards.model import Invariant, Selector


@dataclass(frozen=True)
class _Answer:
    """Whether the relation holds, the event that shows it, and the fields that were not there."""

    truth: Truth
    evidence: Event | None = None
    missing: str | None = None


def invariants(inquiry: Inquiry, rule: Invariant) -> Iterator[Finding]:
    """The findings of an invariant."""
    if rule.other is None:
        yield from instants(inquiry, rule, rule.at, rule.check)
        return
    for found in occasions(inquiry, rule.at, rule.scope, rule.same, None):
        if isinstance(found, Finding):
            yield found
            continue
        answer = _answer(found, rule, rule.other)
        if isinstance(answer, _Answer):
            answer = _judged(found, rule, answer)
        if answer is not None:
            yield answer


def _answer(occasion: Occasion, rule: Invariant, other: Selector) -> _Answer | Finding | None:
    """Step 5: the answer, the finding that it cannot be told, or None for no occasion."""
    others = candidates(occasion.inquiry.chronology, occasion.trigger, (other,))
    if rule.pick in ("some", "every", "none"):
        answer = _QUANTIFIED[rule.pick](_Pairs(occasion, rule, others))
        rests_on_absence = answer.truth is (rule.pick != "some")
        return (_unless_complete(occasion, rule, other) if rests_on_absence else None) or answer
    picked = _picked(occasion, rule, others)
    if picked is not None:
        asked = Asked(occasion.inquiry.chronology, occasion.trigger.event, picked)
        return _Answer(asked.truth(rule.check), picked, asked.missing(rule.check))
    event = occasion.trigger.event
    may_be_there = possibly_before if rule.pick == "last_before" else possibly_after
    if any(may_be_there(one, event) for one in others.possible):
        return occasion.cannot_tell(Reason.ANSWER_UNCERTAIN)
    if rule.absent == "no occasion":
        return None
    if rule.absent == "cannot_tell":
        return occasion.cannot_tell(Reason.ANSWER_UNCERTAIN)
    return _unless_complete(occasion, rule, other) or _Answer(rule.absent == "met")


def _unless_complete(occasion: Occasion, rule: Invariant, other: Selector) -> Finding | None:
    """The finding that the sources for the other event are not complete; None when they are."""
    inquiry, event = occasion.inquiry, occasion.trigger.event
    window = (inquiry.first_moment(rule.scope, occasion.trigger), event.hi)
    if rule.pick == "first_after":
        window = (event.lo, inquiry.as_of)
    uncovered = inquiry.not_covered((other,), *window)
    return occasion.cannot_tell(Reason.SOURCE, uncovered) if uncovered else None


def _picked(occasion: Occasion, rule: Invariant, others: Candidates) -> Event | None:
    """The last certain other before the trigger, or the first after it."""
    event = occasion.trigger.event
    if rule.pick == "last_before":
        return max((one for one in others.certain if place(one) < place(event)), key=place, default=None)
    return min((one for one in others.certain if place(one) > place(event)), key=place, default=None)


class _Pairs:
    """The event of the occasion with every other: whether the check is true of the pair."""

    def __init__(self, occasion: Occasion, rule: Invariant, others: Candidates) -> None:
        chronology, event = occasion.inquiry.chronology, occasion.trigger.event
        in_order = sorted(others.possible, key=place)
        self.truths = [(one, Asked(chronology, event, one).truth(rule.check), one in others.certain) for one in in_order]

    def settled(self, by: bool) -> list[Truth]:
        """The answers; that of an uncertain other is unknown, unless it is `by`, which settles nothing."""
        return [truth if certain or truth is by else None for _, truth, certain in self.truths]

    def first(self, truth: bool) -> Event | None:
        """The first certain other for which the check has this answer."""
        return next((one for one, found, certain in self.truths if certain and found is truth), None)


def _some(pairs: _Pairs) -> _Answer:
    return _Answer(kleene_or(pairs.settled(by=False)), pairs.first(True))


def _every(pairs: _Pairs) -> _Answer:
    truth = kleene_and(pairs.settled(by=True))
    return _Answer(truth, pairs.first(False) if truth is False else None)


def _none(pairs: _Pairs) -> _Answer:
    truth = kleene_not(kleene_or(pairs.settled(by=False)))
    return _Answer(truth, pairs.first(True) if truth is False else None)


_QUANTIFIED = {"some": _some, "every": _every, "none": _none}


def _judged(occasion: Occasion, rule: Invariant, answer: _Answer) -> Finding:
    """Steps 6 to 10."""
    if answer.truth is True:
        return occasion.finding(Outcome.MET, Reason.HOLDS, answer.evidence)
    excuse = excused(occasion.inquiry.chronology, rule, occasion.trigger, None)
    if excuse.evidence is not None:
        return occasion.finding(Outcome.EXCUSED, Reason.EXCUSED, excuse.evidence)
    if answer.truth is None:
        return occasion.cannot_tell(Reason.FIELD, answer.missing)
    if excuse.possible:
        return occasion.cannot_tell(Reason.EXCUSE_UNCERTAIN)
    return occasion.finding(Outcome.MISSED, Reason.DOES_NOT_HOLD, answer.evidence)

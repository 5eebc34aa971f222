"""Count: once something has happened a number of times in a window, an answer within a limit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from candour.evaluation.reference.bindings import belongs, in_scope, matches
from candour.evaluation.reference.chronology import Event, place
from candour.evaluation.reference.clocks import date_in_london
from candour.evaluation.reference.conditions import kleene_and
from candour.evaluation.reference.limits import look_back
from candour.evaluation.reference.occasions import Inquiry, Occasion, bare_finding, trigger_of, with_limit
from candour.evaluation.reference.responses import answer_in_time
from candour.findings.finding import Finding
from candour.findings.outcomes import Outcome, Reason
from candour.standards.model import Count


@dataclass(frozen=True)
class _Counted:
    """How many certainly count in the window, and how many more may."""

    sure: int
    more: int


def counts(inquiry: Inquiry, rule: Count) -> Iterator[Finding]:
    """The findings of a count."""
    for event in inquiry.chronology.of_kinds(rule.trigger.kinds):
        truth = matches(inquiry.chronology, rule.trigger, event)
        linked = event.row.get(rule.trigger.by) is not None and all(event.row.get(column) is not None for column in rule.same)
        if truth is False or not event.dated or not linked:
            continue
        counted = _counted(inquiry, rule, event)
        if counted.sure + counted.more < rule.at_least:
            continue
        trigger = trigger_of(rule.trigger, rule.scope, rule.same, event)
        if truth is None or counted.sure < rule.at_least:
            reason = Reason.TRIGGER_CONDITION
            yield bare_finding(inquiry.standard, rule.scope, event, trigger.key, 0, Outcome.CANNOT_TELL, reason, None)
            continue
        found = with_limit(Occasion(inquiry, rule.scope, trigger), rule.within)
        if isinstance(found, Occasion):
            found = answer_in_time(found, rule, rule.expect, None)
        if found is not None:
            yield found


def _counted(inquiry: Inquiry, rule: Count, event: Event) -> _Counted:
    """Counts the events of the stretch that ends with this one: this one too, unless it calls for the answer and is not what is counted."""
    trigger = trigger_of(rule.trigger, rule.scope, rule.same, event)
    first_day = date_in_london(look_back(rule.window, event).lo)
    sure = more = 0
    for other in in_scope(inquiry.chronology, trigger, (rule.count,)):
        counts_here = kleene_and([matches(inquiry.chronology, rule.count, other), belongs(inquiry.chronology, trigger, rule.count, other)])
        if counts_here is False or (other.dated and (other.date < first_day or place(other) > place(event))):
            continue
        if counts_here is True and other.dated:
            sure += 1
        else:
            more += 1
    return _Counted(sure, more)

"""Count, held: nobody holds more than a number at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from candour.evaluation.reference.bindings import matches
from candour.evaluation.reference.chronology import Event, Place, place
from candour.evaluation.reference.excuses import excused
from candour.evaluation.reference.limits import STANDARD
from candour.evaluation.reference.occasions import Inquiry, Occasion, bare_finding, first_doubt, trigger_of
from candour.findings.finding import Finding
from candour.findings.outcomes import Outcome, Reason
from candour.standards.model import Held


@dataclass(frozen=True)
class _Holding:
    """One case held by one holder, from a place in the order of events until just before another; None: still held. Where what ended it does not name who
    holds the case now, it may still be held until just before `perhaps_to`; None: that doubt has not ended."""

    begin: Place
    end: Place | None
    in_doubt: bool
    perhaps_to: Place | None


def holdings(inquiry: Inquiry, rule: Held) -> Iterator[Finding]:
    """The findings of a number held at once."""
    by_holder = _by_holder(inquiry, rule)
    for event in inquiry.chronology.of_kinds(rule.count.kinds):
        if matches(inquiry.chronology, rule.count, event) is False:
            continue
        holder = event.row.get(rule.held_by)
        doubt = first_doubt(inquiry, rule.count, rule.scope, (), event)
        if doubt is not None:
            yield replace(doubt, scope_key=None if holder is None else str(holder))
        elif holder is None:
            yield bare_finding(inquiry.standard, rule.scope, event, None, 0, Outcome.CANNOT_TELL, Reason.FIELD, rule.held_by)
        else:
            yield _judged(inquiry, rule, event, holder, by_holder[holder])


def _by_holder(inquiry: Inquiry, rule: Held) -> dict[object, list[_Holding]]:
    """Every holding, by its holder. One whose holder is not recorded is nobody's, and puts the one before it in the case in doubt."""
    begins: dict[object, list[Event]] = {}
    ends: dict[object, list[Event]] = {}
    for event in inquiry.chronology.of_kinds(rule.count.kinds):
        case = event.row.get(rule.count.by)
        if event.dated and case is not None and matches(inquiry.chronology, rule.count, event) is True:
            begins.setdefault(case, []).append(event)
    for selector in rule.until:
        for event in inquiry.chronology.of_kinds(selector.kinds):
            if event.dated and matches(inquiry.chronology, selector, event) is True:
                ends.setdefault(event.row.get(selector.by), []).append(event)
    found: dict[object, list[_Holding]] = {}
    for case, started in begins.items():
        named = [place(event) for event in started if event.row.get(rule.held_by) is not None]
        changes = [place(event) for event in [*started, *ends.get(case, [])]]
        certain = [*named, *(place(event) for event in ends.get(case, []))]
        for event in started:
            if event.row.get(rule.held_by) is not None:
                begin = place(event)
                end, sure = (min((later for later in those if later > begin), default=None) for those in (changes, certain))
                found.setdefault(event.row[rule.held_by], []).append(_Holding(begin, end, end != sure, sure))
    return found


def _held_at(event: Event, holdings: list[_Holding]) -> tuple[int, int]:
    """How many of the holdings have begun at or before an event and not ended by it; and how many more may not have."""
    at = place(event)
    held = sum(one.begin <= at and not _come(one.end, at) for one in holdings)
    perhaps = sum(one.in_doubt and _come(one.end, at) and not _come(one.perhaps_to, at) for one in holdings)
    return held, perhaps


def _come(end: Place | None, by: Place) -> bool:
    return end is not None and end <= by


def _at_most(rule: Held, event: Event) -> tuple[int, str]:
    """The number that holds on the date of the event, and whose it is."""
    begun = [number for begins, number, _ in rule.local if begins <= event.date]
    return (begun[-1], f"local: {rule.parameter}") if begun else (rule.at_most, STANDARD)


def _judged(inquiry: Inquiry, rule: Held, event: Event, holder: object, holdings: list[_Holding]) -> Finding:
    """Steps 5 to 8."""
    at_most, whose = _at_most(rule, event)
    held, perhaps = _held_at(event, holdings)
    trigger = trigger_of(rule.count, "case", (), event)
    occasion = Occasion(inquiry, rule.scope, trigger)

    def told(outcome: Outcome, reason: Reason, evidence: Event | None = None, missing: str | None = None) -> Finding:
        found = occasion.finding(outcome, reason, evidence, missing=missing)
        return replace(found, scope_key=str(holder), measured=held, limit_text=f"at most {at_most}", limit_whose=whose)

    if held + perhaps <= at_most:
        return told(Outcome.MET, Reason.WITHIN_NUMBER)
    excuse = excused(inquiry.chronology, rule, trigger, None)
    if excuse.evidence is not None:
        return told(Outcome.EXCUSED, Reason.EXCUSED, excuse.evidence)
    if excuse.possible:
        return told(Outcome.CANNOT_TELL, Reason.EXCUSE_UNCERTAIN)
    if held <= at_most:
        return told(Outcome.CANNOT_TELL, Reason.FIELD, missing=rule.held_by)
    first = inquiry.chronology.first_moment(rule.count.by, trigger.key) or event.lo
    uncovered = inquiry.not_covered(rule.until, first, event.hi)
    if uncovered:
        return told(Outcome.CANNOT_TELL, Reason.SOURCE, missing=uncovered)
    return told(Outcome.MISSED, Reason.OVER_NUMBER)

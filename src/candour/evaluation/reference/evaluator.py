"""Holds every standard against a chronology, as of one moment and as known at another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from candour.evaluation.reference.absences import absences
from candour.evaluation.reference.chronology import Chronology
from candour.evaluation.reference.clocks import date_in_london
from candour.evaluation.reference.contents import contents
from candour.evaluation.reference.counts import counts
from candour.evaluation.reference.holdings import holdings
from candour.evaluation.reference.invariants import invariants
from candour.evaluation.reference.occasions import Inquiry
from candour.evaluation.reference.precedences import precedences, sequences
from candour.evaluation.reference.recurrences import recurrences
from candour.evaluation.reference.responses import responses
from candour.findings.finding import Finding
from candour.records.calendars import Calendar
from candour.records.scene import Scene
from candour.records.vocabulary import Vocabulary
from candour.standards.model import Absence, Content, Count, Held, Precedence, Recurrence, Response, Standard
from candour.standards.model import Sequence as Stages


def evaluate(
    scene: Scene, standards: Sequence[Standard], vocabulary: Vocabulary, calendar: Calendar, as_of: datetime, known_at: datetime
) -> list[Finding]:
    """The findings of the standards, in order of standard, version, position of the trigger and stage.

    `as_of` and `known_at` are UTC without zone; both count. A fault raises; it is never a finding.
    """
    chronology = Chronology(scene, vocabulary, as_of, known_at)
    found = [
        finding for standard in standards for finding in _findings(Inquiry(standard, chronology, calendar)) if _in_force(standard, finding)
    ]
    return sorted(found, key=lambda one: (one.standard, one.version, one.trigger_position, one.stage))


def _findings(inquiry: Inquiry) -> Iterator[Finding]:
    rule = inquiry.standard.rule
    if isinstance(rule, Response):
        return responses(inquiry, rule)
    if isinstance(rule, Recurrence):
        return recurrences(inquiry, rule)
    if isinstance(rule, Precedence):
        return precedences(inquiry, rule)
    if isinstance(rule, Stages):
        return sequences(inquiry, rule)
    if isinstance(rule, Content):
        return contents(inquiry, rule)
    if isinstance(rule, Absence):
        return absences(inquiry, rule)
    if isinstance(rule, Count):
        return counts(inquiry, rule)
    if isinstance(rule, Held):
        return holdings(inquiry, rule)
    return invariants(inquiry, rule)


def _in_force(standard: Standard, finding: Finding) -> bool:
    """Whether the London date of the trigger lies within the standard's dates (both count); undated: where it has no end."""
    span = standard.in_force
    if finding.triggered_at is None:
        return span.ends is None
    on = date_in_london(finding.triggered_at)
    return (span.begins is None or span.begins <= on) and (span.ends is None or on <= span.ends)

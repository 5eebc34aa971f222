"""Says an outcome as a person would: "Done late, by 3 hours 20 minutes", "Not done; was due Tue 3 March 2026, 18:00"."""

from __future__ import annotations

from datetime import datetime

from candour.findings.finding import Finding
from candour.findings.outcomes import Outcome, Reason
from candour.standards.condition_wording import name_words
from candour.standards.model import Response, Standard
from candour.standards.spoken import due_words, duration_words, listed, moment_words

OUTCOME_TITLES: dict[str, str] = {
    Outcome.MET: "Done in time",
    Outcome.LATE: "Done late",
    Outcome.MISSED: "Not done",
    Outcome.CANNOT_TELL: "Cannot tell",
    Outcome.EXCUSED: "Excused",
    Outcome.PENDING: "Not yet due",
}
"""The heading of each outcome, in the order in which they are shown."""

REASON_TITLES: dict[str, str] = {
    Reason.TRIGGER_CONDITION: "it is not known whether the standard applied",
    Reason.TRIGGER_TIME: "the starting event has no usable time",
    Reason.LINK: "the starting event lacks the reference that would link it to an answer",
    Reason.LIMIT: "what would set the limit is not recorded",
    Reason.CALENDAR: "the date lies outside the calendar of bank holidays or school terms",
    Reason.PRECISION: "only a date is recorded, and the limit falls within that day",
    Reason.ANSWER_UNCERTAIN: "a record may or may not be the answer",
    Reason.EXCUSE_UNCERTAIN: "a record may or may not be an excuse",
    Reason.END_UNCERTAIN: "a record may or may not end the need for it",
    Reason.EXTENSION_UNCERTAIN: "a record may or may not have extended the limit",
    Reason.SOURCE: "no source is complete for the records that would show it",
    Reason.FIELD: "a field that would decide it is not there",
}
"""Why it cannot be told, as it follows "Cannot tell:"."""


def missing_words(reason: str, missing: str | None) -> str:
    """What is missing, in words: fields as “risk level”, kinds of record by their names; empty where nothing is named."""
    if not missing:
        return ""
    parts = [part.strip() for part in missing.split(",") if part.strip()]
    return listed([part if reason == Reason.SOURCE else f"“{name_words(part)}”" for part in parts])


def outcome_words(finding: Finding, as_of: datetime | None = None) -> str:
    """The outcome of one finding in a few words. `as_of` (UTC) lets a finding that is not yet due say how long is left."""
    outcome, reason, due = finding.outcome, finding.reason, finding.due_at
    if outcome == Outcome.MET:
        return {Reason.DID_NOT_HAPPEN: "As it should be: it did not happen", Reason.WITHIN_NUMBER: "Within the number"}.get(
            Reason(reason), "Recorded as it should be" if reason == Reason.HOLDS else "Done in time"
        )
    if outcome == Outcome.LATE:
        return f"Done late, by {duration_words(finding.late_by or 0)}"
    if outcome == Outcome.MISSED:
        return _missed_words(finding)
    if outcome == Outcome.PENDING:
        if due is None:
            return "Still running; it has no end yet"
        left = f"Due in {duration_words(int((due - as_of).total_seconds()))}" if as_of and due > as_of else "Not yet due"
        return f"{left}: {due_words(due)}"
    if outcome == Outcome.EXCUSED:
        return "Excused"
    detail = missing_words(reason, finding.missing)
    return f"Cannot tell: {REASON_TITLES.get(reason, reason)}{f' ({detail})' if detail else ''}"


def _missed_words(finding: Finding) -> str:
    if finding.reason == Reason.HAPPENED:
        at = f" on {moment_words(finding.satisfied_at)}" if finding.satisfied_at else ""
        return f"It happened, and should not have{at}"
    if finding.reason == Reason.OVER_NUMBER:
        return f"Over the number: {finding.measured} held at once" if finding.measured is not None else "Over the number"
    if finding.reason == Reason.DOES_NOT_HOLD:
        due = f"; was due {due_words(finding.due_at)}" if finding.due_at is not None and finding.limit_text is not None else ""
        return f"Not recorded as it should be{due}"
    if finding.due_at is None:
        return "Not done"
    before = finding.limit_text is None and finding.due_at is not None and finding.triggered_at == finding.due_at
    return f"Not done; was due {'before ' if before else ''}{due_words(finding.due_at)}"


def figure_is_ours(standard: Standard) -> bool:
    """Whether the length of time in a standard is a local default of this catalogue, and no figure that was verified in the source."""
    return standard.status == "local default" or not standard.source.basis.startswith("verified")


def figure_is_second_hand(standard: Standard) -> bool:
    """Whether the figure is given as the source's, and was read only in a text that quotes or sums it up, or not confirmed at all."""
    return not figure_is_ours(standard) and not (standard.source.verified and standard.source.basis == "verified")


def force_of_limit(finding: Finding, standard: Standard) -> str:
    """In what words a limit may be called overstepped; empty where the outcome alone says enough.

    Only a verified figure of statute can be breached, and only where what was done is on record: a missing entry may be a duty done and
    not written down, and a ladder of lawful extensions rests on ranks and forms that a record may not hold. Past a figure of our own the
    words are "outside local default", past a force's own "outside the force's own limit".
    """
    if finding.limit_whose and finding.limit_whose != "standard":
        return "outside the force's own limit"
    if finding.limit_text and figure_is_ours(standard):
        return "outside local default"
    extended = isinstance(standard.rule, Response) and bool(standard.rule.extend)
    on_record = finding.reason in (Reason.ANSWERED_LATE, Reason.HAPPENED, Reason.DOES_NOT_HOLD)
    return "breach of statute" if standard.may_be_breached and on_record and not extended else ""


def days_overdue_words(finding: Finding, as_of: datetime) -> str:
    """`32 days ago`: how long before `as_of` a limit passed; empty where there is none or it has not."""
    if finding.due_at is None or finding.due_at >= as_of:
        return ""
    return f"{duration_words(int((as_of - finding.due_at).total_seconds()))} ago"


def counts_words(met: int, late: int, missed: int, cannot_tell: int, excused: int, pending: int) -> str:
    """`41 done in time, 9 done late, 13 not done; 9 cannot tell; 4 excused; 5 not yet due`."""
    decided = listed([f"{met:,} done in time", f"{late:,} done late", f"{missed:,} not done"])
    return f"{decided}; {cannot_tell:,} cannot tell; {excused:,} excused; {pending:,} not yet due"


__all__ = [
    "OUTCOME_TITLES",
    "REASON_TITLES",
    "counts_words",
    "days_overdue_words",
    "figure_is_ours",
    "figure_is_second_hand",
    "force_of_limit",
    "missing_words",
    "outcome_words",
]

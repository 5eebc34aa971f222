"""What would decide a finding that cannot be told: which field, which record, which source, and where it would have to come from."""

from __future__ import annotations

from collections.abc import Sequence

from candour.findings.finding import Finding
from candour.findings.outcome_words import missing_words
from candour.findings.outcomes import Outcome, Reason
from candour.findings.shown_events import EventShown
from candour.records.scene import Row, SourceTold
from candour.records.vocabulary import Vocabulary
from candour.standards.model import Standard
from candour.standards.rule_parts import answers_of
from candour.standards.spoken import listed, moment_words

_PLAIN = {
    Reason.TRIGGER_TIME: "A time for the record that started it. Ask for it in the source, and import again.",
    Reason.CALENDAR: "A calendar that covers this date: add the bank holidays or school terms to catalogue/calendars, and assess again.",
    Reason.PRECISION: "The time of day: only the date is recorded, and the limit falls within that day.",
    Reason.EXCUSE_UNCERTAIN: "Whether the possible excuse is one: it has no usable time, or what would tell it apart is not recorded.",
    Reason.END_UNCERTAIN: "Whether the record that may have ended it did: it has no usable time, or what would tell it apart is not recorded.",
    Reason.EXTENSION_UNCERTAIN: "Whether the limit was extended, and until when: a record that may extend it has no usable time, "
    "or its rank or new limit is not recorded.",
    Reason.ANSWER_UNCERTAIN: "Whether one of the records considered is the answer: it has no usable time, or what would tell it apart is not recorded.",
}

_DOUBTS = (Reason.ANSWER_UNCERTAIN, Reason.EXCUSE_UNCERTAIN, Reason.END_UNCERTAIN, Reason.EXTENSION_UNCERTAIN)


def deciding_words(
    finding: Finding, trigger: Row | None, shown: Sequence[EventShown], vocabulary: Vocabulary, sources: Sequence[SourceTold]
) -> tuple[str, ...]:
    """Sentences that say what would have to be known, the most direct first. `shown` are the events that were considered."""
    reason = finding.reason
    if reason == Reason.SOURCE:
        return _sources_needed(finding, vocabulary, sources)
    source = str(trigger["source_system"]) if trigger is not None else "the source"
    where = f" on {trigger['source_ref']} ({source})" if trigger is not None else ""
    if reason == Reason.LINK:
        return (f"The reference that links this record to the others of its {finding.scope}{where}.",)
    if reason in (Reason.FIELD, Reason.TRIGGER_CONDITION, Reason.LIMIT):
        fields = missing_words(reason, finding.missing)
        if not fields:
            return ("Values that are not there on one of the records above.", *_doubtful(shown))
        lines = [f"A value for {fields}{where}."]
        lines += _held_words(finding, trigger, vocabulary, sources)
        return tuple(lines)
    said = _PLAIN.get(Reason(reason), "")
    return ((said,) if said else ()) + (_doubtful(shown) if reason in _DOUBTS else ())


def _doubtful(shown: Sequence[EventShown]) -> tuple[str, ...]:
    return tuple(f"{event.title}, {event.source_ref} ({event.source_system}): {event.doubt}." for event in shown if event.doubt)


def nothing_found(finding: Finding, standard: Standard, vocabulary: Vocabulary, sources: Sequence[SourceTold]) -> tuple[str, ...]:
    """For something not done: that no record shows it, and over what time the sources are declared complete for such records."""
    if finding.outcome != Outcome.MISSED or finding.reason != Reason.NOT_ANSWERED:
        return ()
    kinds = tuple(dict.fromkeys(kind for one in answers_of(standard.rule, finding.stage) for kind in one.kinds))
    titles = listed([f"“{vocabulary.kinds[kind].title}”" for kind in kinds], "or")
    told = [
        f"{one.source_system} (to {moment_words(max(ends))})"
        for one in sources
        if (ends := [s.ends for s in one.complete if set(kinds) & set(s.kinds)])
    ]
    complete = f"; declared complete for it: {listed(told)}" if told else ""
    return (f"No {titles} that would answer it is recorded{complete}.",)


def _held_words(finding: Finding, trigger: Row | None, vocabulary: Vocabulary, sources: Sequence[SourceTold]) -> list[str]:
    if trigger is None:
        return []
    kind = str(trigger["kind"])
    holds = {told.source_system: told.holds.get(kind, frozenset()) for told in sources}
    lines = []
    for name in (part.strip() for part in (finding.missing or "").split(",")):
        if name not in vocabulary.kinds[kind].fields:
            continue
        holders = [source for source, fields in holds.items() if name in fields]
        if str(trigger["source_system"]) in holders:
            lines.append(f"{trigger['source_system']} holds “{name.replace('_', ' ')}”, but it was left blank on this record.")
        else:
            also = f"; {listed(holders)} does" if holders else "; no source in this store does"
            lines.append(f"{trigger['source_system']} does not hold “{name.replace('_', ' ')}” for this kind of record{also}.")
    return lines


def _sources_needed(finding: Finding, vocabulary: Vocabulary, sources: Sequence[SourceTold]) -> tuple[str, ...]:
    lines = []
    for name in (part.strip() for part in (finding.missing or "").split(",")):
        if name not in vocabulary.kinds:
            continue
        spans = [
            f"{told.source_system} from {moment_words(span.begins)} to {moment_words(span.ends)}"
            for told in sources
            for span in told.complete
            if name in span.kinds
        ]
        title = vocabulary.kinds[name].title
        told = f"complete only in {listed(spans)}" if spans else "no source in this store is declared complete for it"
        lines.append(f"A source that is complete for “{title}” over the whole time; {told}.")
    return tuple(lines) or ("A source that is complete for the records that would show it.",)

"""The events in a proof: what started it, what answered, what was considered, each with its two clocks and the row it came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from candour.findings.finding import Finding
from candour.findings.outcomes import Outcome, Reason
from candour.records.scene import Row, SourceTold, first_second, london_date
from candour.records.vocabulary import Vocabulary
from candour.standards.condition_wording import name_words
from candour.standards.expressions import fields_used
from candour.standards.limits import ByField, LookUp
from candour.standards.model import SCOPES, Absence, Content, Count, Held, Invariant, Recurrence, Response, Selector, Standard
from candour.standards.rule_parts import (
    answers_of,
    counted_of,
    ends_of,
    excuses_of,
    extensions_of,
    inside,
    limits_of,
    selectors_of,
    triggers_of,
)
from candour.standards.spoken import day_words, duration_words, moment_words

Told = SourceTold
_WRITTEN_LATE = 3600
"""Seconds between happening and writing from which a proof says so: an hour, a choice of presentation and no standard."""
_TEXT_LENGTH = 300


@dataclass(frozen=True)
class EventShown:
    """One event as a proof shows it. `part` says what it is to the finding; `position` is its place in the chronology."""

    part: str
    event_id: str
    kind: str
    title: str
    when: str
    written: str
    who: str
    source_system: str
    source_ref: str
    fields: tuple[tuple[str, str], ...]
    remark: str
    doubt: str
    position: int

    def lines(self) -> tuple[str, ...]:
        """The event in a few lines of text, the later ones set in."""
        lines = [f"{self.when}: {self.title} ({self.part})"]
        if self.remark:
            lines.append(f"  {self.remark}")
        lines.append(f"  {self.written}")
        lines += [f"  {name}: {value}" for name, value in self.fields]
        lines.append(f"  {self.source_system}, {self.source_ref}{f'; by {self.who}' if self.who else ''}")
        return tuple(lines)


def shown_events(
    finding: Finding,
    standard: Standard,
    events: Sequence[Row],
    vocabulary: Vocabulary,
    sources: Sequence[SourceTold],
    *,
    most: int,
) -> tuple[tuple[EventShown, ...], int]:
    """The events of a proof in order of time, and how many that were considered are left out."""
    parts = _parts(finding, standard, events)
    decisive = {one for one in (finding.trigger_event, finding.evidence_event) if one is not None}
    named = [row for row in events if row["event_id"] in decisive]
    considered = [row for row in events if row["event_id"] in parts and row["event_id"] not in decisive]
    near = sorted(considered, key=lambda row: _distance(finding, row))[: max(0, most - len(named))]
    chosen = sorted([*named, *near], key=lambda row: (row["occurred_at"] is None, row["occurred_at"] or datetime.max, row["position"]))
    wanted = fields_looked_at(standard)
    held = {told.source_system: told.holds for told in sources}
    binding = {kind: one.by for one in selectors_of(standard.rule) for kind in one.kinds} if reaches_beyond_case(standard) else {}
    shown = tuple(_shown(row, parts[str(row["event_id"])], finding, vocabulary, wanted, held, binding) for row in chosen)
    return shown, len(considered) - len(near)


def _parts(finding: Finding, standard: Standard, events: Sequence[Row]) -> dict[str, str]:
    """What each event is to the finding; events that have nothing to do with it are left out."""
    trigger = next((row for row in events if row["event_id"] == finding.trigger_event), {})
    evidence = next((row for row in events if row["event_id"] == finding.evidence_event), {})
    answers, others = answers_of(standard.rule, finding.stage), _others(standard)
    forwards = isinstance(standard.rule, Recurrence | Absence | Count) or (
        isinstance(standard.rule, Response) and standard.rule.early is None
    )
    beyond = reaches_beyond_case(standard)
    parts: dict[str, str] = {}
    for row in events:
        if _differs(row, trigger, standard.rule.same):
            continue
        if forwards and finding.outcome in (Outcome.MET, Outcome.LATE) and _later(row, evidence):
            continue

        def meant(selectors: tuple[Selector, ...], row: Row = row) -> bool:
            return any(_meant(one, row, finding) or (beyond and _may_be_meant(one, row, finding)) for one in selectors)

        part = next((part for part, selectors in others if meant(selectors)), None)
        if part is None and meant(answers) and not (forwards and _earlier(row, finding)):
            part = "considered"
        if part is not None:
            parts[str(row["event_id"])] = part
    if finding.evidence_event:
        parts[finding.evidence_event] = evidence_part(finding)
    if finding.trigger_event != finding.evidence_event:
        parts[finding.trigger_event] = "what started it"
    elif finding.trigger_event:
        parts[finding.trigger_event] = "the record itself"
    return parts


def _others(standard: Standard) -> tuple[tuple[str, tuple[Selector, ...]], ...]:
    """What else a finding may rest on: excuses, extensions, ends, what a limit is looked up from, what is counted or held with it."""
    rule = standard.rule
    looked_up = tuple(limit.of for limit in limits_of(rule) if isinstance(limit, LookUp) and limit.of is not None)
    held = (replace(rule.count, by=rule.held_by),) if isinstance(rule, Held) else ()
    return (
        ("given to the same person", held),
        ("looked at for an excuse", excuses_of(rule)),
        ("looked at for an extension", extensions_of(rule)),
        ("looked at for the end", ends_of(rule)),
        ("looked at for the limit", looked_up),
        ("counted with it", (rule.count,) if isinstance(rule, Count) else ()),
    )


def _later(row: Row, evidence: Row) -> bool:
    """Whether an event certainly came after what answered, and so changed nothing."""
    starts, ends = row["occurred_at"], evidence.get("occurred_to")
    return isinstance(starts, datetime) and isinstance(ends, datetime) and starts > ends


def _differs(row: Row, trigger: Row, same: tuple[str, ...]) -> bool:
    """Whether an event is known not to belong with the trigger: a column that must be the same has another value."""
    return any(row.get(column) is not None and trigger.get(column) is not None and row[column] != trigger[column] for column in same)


def _earlier(row: Row, finding: Finding) -> bool:
    latest = row["occurred_to"]
    return isinstance(latest, datetime) and finding.triggered_at is not None and latest < finding.triggered_at


def evidence_part(finding: Finding) -> str:
    """What the evidence of a finding is, in words."""
    if finding.outcome == Outcome.EXCUSED:
        return "the excuse"
    if finding.reason == Reason.HAPPENED:
        return "what should not have happened"
    return "the answer" if finding.reason in (Reason.ANSWERED, Reason.ANSWERED_LATE) else "the record it was held against"


def _meant(selector: Selector, row: Row, finding: Finding) -> bool:
    return row["kind"] in selector.kinds and finding.scope_key is not None and row.get(selector.by) == finding.scope_key


def _may_be_meant(selector: Selector, row: Row, finding: Finding) -> bool:
    """Whether a record of the finding's case leaves open whether it is of the same child, place or whatever binds it."""
    return (
        row["kind"] in selector.kinds
        and row.get(selector.by) is None
        and finding.case_ref is not None
        and row.get("case_ref") == finding.case_ref
    )


def reaches_beyond_case(standard: Standard) -> bool:
    """Whether a standard binds by something other than the case, so that a record of the case may leave open whose it is."""
    return standard.rule.scope != "case" and not isinstance(standard.rule, Held)


def _distance(finding: Finding, row: Row) -> tuple[bool, float, int]:
    at, start = row["occurred_at"], finding.triggered_at
    if not isinstance(at, datetime) or start is None:
        return (True, 0.0, int(str(row["position"])))
    return (False, abs((at - start).total_seconds()), int(str(row["position"])))


def fields_looked_at(standard: Standard) -> dict[str, tuple[str, ...]]:
    """The fields that the rule looks at, by kind of event, each once."""
    rule = standard.rule
    found: dict[str, dict[str, None]] = {}

    def add(kinds: tuple[str, ...], *names: str) -> None:
        for kind in kinds:
            found.setdefault(kind, {}).update(dict.fromkeys(names))

    for selectors in (triggers_of(rule), counted_of(rule), answers_of(rule), ends_of(rule), excuses_of(rule), extensions_of(rule)):
        for one in selectors:
            add(one.kinds, *(used.name for used in fields_used(one.where) if used.owner == "this"), *rule.same)
    starts = tuple(kind for one in triggers_of(rule) for kind in one.kinds)
    for excuse in rule.unless:
        if excuse.selector is None:
            add(starts, *(used.name for used in fields_used(excuse.where) if used.owner == "this"))
    if isinstance(rule, Content | Invariant):
        others = tuple(kind for one in answers_of(rule) for kind in one.kinds)
        for used in fields_used(rule.check):
            add(others if used.owner == "other" else starts if used.owner == "this" else (), used.name)
    for limit in limits_of(rule):
        if isinstance(limit, ByField):
            add(starts, limit.field)
        elif isinstance(limit, LookUp):
            add(limit.of.kinds if limit.of else starts, limit.field)
    for rung in rule.extend if isinstance(rule, Response) else ():
        add(rung.selector.kinds, *(limit.field for limit in inside(rung.limit) if isinstance(limit, ByField)))
    if isinstance(rule, Held):
        add(starts, rule.held_by)
    return {kind: tuple(names) for kind, names in found.items()}


def _shown(
    row: Row,
    part: str,
    finding: Finding,
    vocabulary: Vocabulary,
    wanted: Mapping[str, tuple[str, ...]],
    held: Mapping[str, Mapping[str, frozenset[str]]],
    binding: Mapping[str, str],
) -> EventShown:
    kind = str(row["kind"])
    source = str(row["source_system"])
    names = [name for name in wanted.get(kind, ()) if name in vocabulary.kinds[kind].fields or name in vocabulary.envelope]
    holds = held.get(source, {}).get(kind)
    fields = tuple(
        (name_words(name).capitalize(), value_words(row.get(name), name, kind, vocabulary, holds)) for name in names if name not in _ALREADY
    )
    unnamed = "" if row["event_id"] == finding.trigger_event else _unnamed(row, finding, binding)
    return EventShown(
        part=part,
        event_id=str(row["event_id"]),
        kind=kind,
        title=vocabulary.kinds[kind].title,
        when=when_words(row),
        written=written_words(row),
        who=who_words(row, vocabulary),
        source_system=source,
        source_ref=str(row["source_ref"]),
        fields=fields,
        remark=""
        if row["event_id"] == finding.trigger_event
        else _capitalised("; ".join(said for said in (_remark(row, finding), unnamed) if said)),
        doubt="" if row["event_id"] == finding.trigger_event else _doubt(row, fields, unnamed),
        position=int(str(row["position"])),
    )


_ALREADY = (
    "occurred_at",
    "occurred_to",
    "occurred_on",
    "recorded_at",
    "actor_ref",
    "actor_role",
    "actor_rank",
    "unit",
    "org",
    "source_system",
)


def when_words(row: Row) -> str:
    """When an event happened, as exactly as it is known."""
    at = row["occurred_at"]
    if not isinstance(at, datetime):
        text = row.get("occurred_text")
        return f"No usable time (the source says {text!r})" if text else "No time recorded"
    if row["precision"] == "day":
        return f"{day_words(london_date(at))}, no time of day recorded"
    return moment_words(at)


def written_words(row: Row) -> str:
    """When an event was written down, and how long after it happened where that is an hour or more."""
    at, happened = row.get("recorded_at"), row["occurred_to"]
    if not isinstance(at, datetime):
        return "When it was written down is not said."
    if not isinstance(happened, datetime):
        return f"Written down {moment_words(at)}."
    gap = int((at - happened).total_seconds())
    if gap >= _WRITTEN_LATE:
        return f"Written down {moment_words(at)}: {duration_words(gap)} after it happened."
    starts = row["occurred_at"]
    if isinstance(starts, datetime) and at < starts:
        return f"Written down {moment_words(at)}: {duration_words(int((starts - at).total_seconds()))} before it is said to have happened."
    return f"Written down {moment_words(at)}."


def who_words(row: Row, vocabulary: Vocabulary) -> str:
    """Who did it, as far as the record says: part played, rank, reference and unit."""
    parts = []
    for name in ("actor_role", "actor_rank"):
        value, declared = row.get(name), vocabulary.envelope.get(name)
        if value:
            parts.append(declared.codes.get(str(value), str(value)) if declared and declared.codes else str(value))
    if row.get("actor_ref"):
        parts.append(str(row["actor_ref"]))
    if row.get("unit"):
        parts.append(str(row["unit"]))
    return ", ".join(parts)


def value_words(value: object, name: str, kind: str, vocabulary: Vocabulary, holds: frozenset[str] | None) -> str:
    """A field's value as people read it: codes in words, days and moments in London, `blank` where it is empty.

    `holds` is what the source holds for the kind: a field outside it is not known, which is not blank; None where that does not matter.
    """
    declared = vocabulary.kinds[kind].fields.get(name) or vocabulary.envelope.get(name)
    if value is None:
        return (
            "not known (this source does not hold it)"
            if holds is not None and name in vocabulary.kinds[kind].fields and name not in holds
            else "blank"
        )
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return day_words(london_date(value)) if value == first_second(london_date(value)) else moment_words(value)
    if isinstance(value, date):
        return day_words(value)
    codes = declared.codes if declared is not None and declared.codes is not None else {}
    if isinstance(value, list | tuple):
        return ", ".join(codes.get(str(one), str(one)) for one in value) or "an empty list"
    text = codes.get(str(value), str(value))
    return text if len(text) <= _TEXT_LENGTH else f"{text[:_TEXT_LENGTH].rstrip()} … (shortened; {len(text):,} characters)"


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _unnamed(row: Row, finding: Finding, binding: Mapping[str, str]) -> str:
    """That a record does not say whose it is, where that is what would bind it; otherwise empty."""
    column = binding.get(str(row["kind"]))
    if column is None or row.get(column) is not None:
        return ""
    return f"it does not name the {finding.scope}" if column == SCOPES[finding.scope] else f"“{name_words(column)}” is blank"


def _doubt(row: Row, fields: Sequence[tuple[str, str]], unnamed: str) -> str:
    """Why an event may or may not count: its time, whose it is, or the fields that are not there."""
    doubts = {"day": ["its time of day is not recorded"], "unknown": ["its time is not recorded"]}.get(str(row["precision"]), [])
    doubts = doubts + ([unnamed] if unnamed else [])
    doubts = doubts + [f"“{name.lower()}” is {value}" for name, value in fields if value.startswith(("blank", "not known"))]
    return "; ".join(doubts)


def _remark(row: Row, finding: Finding) -> str:
    lo, hi, start, due = row["occurred_at"], row["occurred_to"], finding.triggered_at, finding.due_at
    if not isinstance(lo, datetime) or not isinstance(hi, datetime) or start is None:
        return ""
    away = int((lo - start).total_seconds())
    if away == 0:
        said = "At the same moment as the start"
    else:
        said = f"{duration_words(away)} {'after' if away > 0 else 'before'} the start".capitalize()
    if due is not None and due != start and lo >= start:
        said += "; before the limit" if hi <= due else "; after the limit" if lo > due else "; the limit falls within that day"
    return said

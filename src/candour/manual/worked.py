"""A worked example as the manual shows it: its records in words, and what the standard found in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import groupby

from candour.evaluation.reference import evaluate
from candour.findings.finding import Finding
from candour.findings.outcome_words import outcome_words
from candour.findings.shown_events import evidence_part, value_words, when_words
from candour.records.calendars import Calendar, load_calendar
from candour.records.scene import Row, Scene
from candour.records.vocabulary import Field, Vocabulary
from candour.standards.condition_wording import name_words
from candour.standards.examples import scene_of
from candour.standards.model import Example, Standard
from candour.standards.spoken import day_words, due_words, listed, moment_words
from candour.standards.wording import fields_named

_SET_BY_DEFAULT = {"case_ref": "CASE-1", "child_ref": "CHILD-1"}
_ENVELOPE_SHOWN = (
    "case_ref", "child_ref", "episode_ref", "place_ref", "household_ref", "actor_ref", "actor_role", "actor_rank", "unit", "org", "tour_ends_at",
)  # fmt: skip


@dataclass(frozen=True)
class RecordShown:
    """One record of an example. `number` is its place in the order of time, from 1; `parts` what it is to the findings."""

    number: int
    event_id: str
    title: str
    kind: str
    when: str
    details: tuple[tuple[str, str], ...]
    parts: tuple[str, ...]
    begins: datetime | None
    ends: datetime | None


@dataclass(frozen=True)
class FindingShown:
    """One finding of an example, in words. `of` is the number of the record that made the occasion."""

    of: int
    outcome: str
    words: str
    due: str
    finding: Finding


@dataclass(frozen=True)
class Worked:
    """One example, worked. `setting` says what else the example sets; `as_of` is when it is looked at, in words where that matters."""

    example: Example
    records: tuple[RecordShown, ...]
    findings: tuple[FindingShown, ...]
    setting: tuple[str, ...]
    looked_at: str
    as_of: datetime

    def told(self) -> tuple[tuple[str, FindingShown], ...]:
        """The findings with the numbers of the records that made them in words; those in a row that say the same are told once."""
        runs = [list(run) for _, run in groupby(self.findings, key=lambda one: (one.words, one.due))]
        return tuple((_numbers([one.of for one in run]), run[0]) for run in runs)


def _numbers(of: list[int]) -> str:
    """`3`, `1 and 2`, `1 to 15`."""
    in_a_row = len(of) > 2 and of == list(range(of[0], of[-1] + 1))
    return f"{of[0]} to {of[-1]}" if in_a_row else listed([str(one) for one in of])


@lru_cache(maxsize=1)
def _calendar() -> Calendar:
    return load_calendar()


def work(example: Example, standard: Standard, vocabulary: Vocabulary) -> Worked:
    """Evaluate an example by the reference evaluator and put it into words. Raises StandardRefused where it cannot be read."""
    scene, as_of, known_at = scene_of(example, standard, vocabulary)
    findings = evaluate(scene, (standard,), vocabulary, _calendar(), as_of, known_at)
    numbers = {str(row["event_id"]): number for number, row in enumerate(_in_time(scene), start=1)}
    matters = example.as_of is not None or any(one.outcome == "pending" for one in findings)
    return Worked(
        example=example,
        records=tuple(_record(row, numbers, findings, vocabulary) for row in _in_time(scene)),
        findings=tuple(_finding(one, numbers, as_of) for one in findings),
        setting=_setting(example, vocabulary),
        looked_at=moment_words(as_of) if matters else "",
        as_of=as_of,
    )


def _in_time(scene: Scene) -> list[Row]:
    """The records in order of time, whatever their case; undated ones last."""

    def key(row: Row) -> tuple[bool, datetime, int]:
        at = row["occurred_at"]
        return (not isinstance(at, datetime), at if isinstance(at, datetime) else datetime.min, int(str(row["position"])))

    return sorted(scene.events, key=key)


def _record(row: Row, numbers: dict[str, int], findings: list[Finding], vocabulary: Vocabulary) -> RecordShown:
    event_id, kind = str(row["event_id"]), str(row["kind"])
    parts: dict[str, None] = {}
    for one in findings:
        if one.evidence_event == event_id:
            parts.setdefault(evidence_part(one) if one.trigger_event != event_id else "the record itself")
        elif one.trigger_event == event_id:
            parts.setdefault("starts it")
    begins, ends = row["occurred_at"], row["occurred_to"]
    return RecordShown(
        number=numbers[event_id],
        event_id=event_id,
        title=vocabulary.kinds[kind].title,
        kind=kind,
        when=when_words(row),
        details=_details(row, kind, vocabulary),
        parts=tuple(parts),
        begins=begins if isinstance(begins, datetime) else None,
        ends=ends if isinstance(ends, datetime) else None,
    )


def _details(row: Row, kind: str, vocabulary: Vocabulary) -> tuple[tuple[str, str], ...]:
    """The fields of a record that the example gives, as people read them; what every record has unless told otherwise is left out."""
    found = [
        (name_words(name).capitalize(), value_words(row[name], name, kind, vocabulary, None))
        for name in (*vocabulary.kinds[kind].fields, *_ENVELOPE_SHOWN)
        if row.get(name) is not None and row[name] != _SET_BY_DEFAULT.get(name)
    ]
    found += [(name_words(name).capitalize(), "blank") for name in _SET_BY_DEFAULT if row.get(name) is None]
    written, happened = row.get("recorded_at"), row["occurred_at"]
    if isinstance(written, datetime) and written != happened:
        found.append(("Written down", moment_words(written)))
    return tuple(found)


def _finding(one: Finding, numbers: dict[str, int], as_of: datetime) -> FindingShown:
    due = ""
    if one.due_at is not None and one.outcome != "pending" and "was due" not in outcome_words(one) and one.due_at != one.triggered_at:
        due = f"Due {due_words(one.due_at)}"
    if one.limit_text and one.due_at is not None and one.due_at != one.triggered_at:
        limit = fields_named(one.limit_text)
        due = f"{due} ({limit})" if due else f"The limit: {limit}"
    return FindingShown(numbers[one.trigger_event], one.outcome, outcome_words(one, as_of), due, one)


def _setting(example: Example, vocabulary: Vocabulary) -> tuple[str, ...]:
    lines = [_details_words("The child" if ref == "CHILD-1" else f"Child {ref}", row, vocabulary.child) for ref, row in example.children]
    lines += [_details_words("The case" if ref == "CASE-1" else f"Case {ref}", row, vocabulary.case) for ref, row in example.cases]
    for named in example.not_held:
        kind, _, name = named.rpartition(".")
        lines.append(f"The source does not hold “{name_words(name)}” of “{vocabulary.kinds[kind].title}”.")
    for kind in example.not_complete:
        lines.append(f"The source is not complete for “{vocabulary.kinds[kind].title}”.")
    if example.complete_from or example.complete_to:
        span = [
            f"from {example.complete_from}" if example.complete_from else "",
            f"to {example.complete_to}" if example.complete_to else "",
        ]
        lines.append(f"The source is complete only {' '.join(one for one in span if one)}.")
    if example.known_at:
        lines.append(f"Only what was on record on {example.known_at} is used.")
    return tuple(lines)


def _details_words(who: str, row: tuple[tuple[str, object], ...], declared: Mapping[str, Field]) -> str:
    said = [f"{name_words(name)} {_plain(value, declared[name])}" for name, value in row]
    return f"{who}: {', '.join(said)}."


def _plain(value: object, field: Field) -> str:
    """A detail as the example gives it, in words: a TOML value, or a text as in a chronology."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date) or (field.type == "day" and isinstance(value, str)):
        return day_words(date.fromisoformat(str(value)), weekday=False)
    parts = value if isinstance(value, list) else str(value).split(",") if field.codes else [value]
    return ", ".join((field.codes or {}).get(str(one), str(one)) for one in parts) or "blank"

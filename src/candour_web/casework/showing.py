"""Turns published rows into what a page shows: an entry of the chronology, a finding in a line, a child in three words.

The words are the engine's (`candour.findings`, `candour.standards.spoken`); nothing is worded here a second time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from candour.findings.finding import Finding
from candour.findings.outcome_words import days_overdue_words, outcome_words
from candour.findings.shown_events import value_words, when_words, who_words, written_words
from candour.records.scene import Row
from candour.records.vocabulary import Vocabulary
from candour.standards.condition_wording import name_words
from candour_web.casework.proving import event_row, finding_from
from candour_web.casework.rules import child_words

WRITTEN_LATE = 24 * 3600
"""Seconds between happening and writing from which an entry is marked as written late on the page. Our own figure: a day."""

SETTLED = ("met", "excused")
"""Outcomes that need nobody."""


@dataclass(frozen=True)
class FindingLine:
    """A finding in one line: what was expected, what was found, of whom. Moments are UTC without zone."""

    finding: Finding
    title: str
    words: str
    overdue: str
    severity: int
    duty: str

    @property
    def finding_id(self) -> str:
        """Its id, which stays the same from run to run."""
        return self.finding.finding_id

    @property
    def outcome(self) -> str:
        """One of the six outcomes."""
        return self.finding.outcome

    @property
    def who(self) -> str:
        """The officer and unit of the event that started it, as the records name them."""
        return ", ".join(one for one in (self.finding.actor_ref, self.finding.unit) if one)


@dataclass(frozen=True)
class Entry:
    """One event of a chronology as the page shows it. `started` and `answered` are the findings that begin or end at it."""

    event_id: str
    title: str
    group: str
    when: str
    occurred_at: datetime | None
    written: str
    written_late: bool
    who: str
    source: str
    child_ref: str | None
    episode_ref: str | None
    texts: tuple[tuple[str, str], ...]
    details: tuple[tuple[str, str], ...]
    not_yet_known: bool
    started: tuple[FindingLine, ...]
    answered: tuple[FindingLine, ...]

    @property
    def open_limits(self) -> tuple[tuple[str, FindingLine], ...]:
        """The limits that begin or end here and may need somebody, each with the words for which of the two."""
        return tuple(one for one in self._limits if one[1].outcome not in SETTLED)

    @property
    def settled_limits(self) -> int:
        """How many limits begin or end here and need nobody."""
        return sum(one.outcome in SETTLED for _, one in self._limits)

    @property
    def _limits(self) -> tuple[tuple[str, FindingLine], ...]:
        return (*(("Begins here", one) for one in self.started), *(("Decided here", one) for one in self.answered))


def finding_line(row: Mapping[str, Any], title: str | None, as_of: datetime) -> FindingLine:
    """A published finding in one line; `as_of` is the run's moment, in UTC without zone."""
    finding = finding_from(row)
    return FindingLine(
        finding,
        title or finding.standard,
        outcome_words(finding, as_of),
        days_overdue_words(finding, as_of) if finding.outcome == "missed" else "",
        4 if row["severity"] is None else int(row["severity"]),
        row["duty"] or "police",
    )


def entry(
    published: Mapping[str, Any],
    vocabulary: Vocabulary,
    known_on: datetime | None,
    *,
    started: tuple[FindingLine, ...] = (),
    answered: tuple[FindingLine, ...] = (),
) -> Entry:
    """An entry of the chronology with the findings that begin or end at it. `known_on` (UTC without zone) is the moment after whose knowledge it is marked as not yet known."""
    row: dict[str, Any] = dict(event_row(published, vocabulary))
    kind = vocabulary.kinds.get(row["kind"])
    recorded, happened = row["recorded_at"], row["occurred_to"]
    late = isinstance(recorded, datetime) and isinstance(happened, datetime) and (recorded - happened).total_seconds() >= WRITTEN_LATE
    seen = row["known_from"] or recorded
    return Entry(
        event_id=row["event_id"],
        title=kind.title if kind else row["kind"],
        group=kind.group if kind else "",
        when=when_words(row),
        occurred_at=row["occurred_at"],
        written=written_words(row),
        written_late=late,
        who=who_words(row, vocabulary),
        source=f"{row['source_system']}, {row['source_ref']}" if row["source_ref"] else str(row["source_system"] or ""),
        child_ref=row["child_ref"],
        episode_ref=row["episode_ref"],
        texts=_fields(row, published["fields"], vocabulary, text=True),
        details=_fields(row, published["fields"], vocabulary, text=False),
        not_yet_known=known_on is not None and (seen is None or seen > known_on),
        started=started,
        answered=answered,
    )


def _fields(row: Row, filled: Mapping[str, Any], vocabulary: Vocabulary, *, text: bool) -> tuple[tuple[str, str], ...]:
    """The filled fields of an event by name: those of free text whole, or the others in words."""
    kind = vocabulary.kinds.get(str(row["kind"]))
    if kind is None:
        return ()
    return tuple(
        (name_words(name).capitalize(), str(filled[name]) if text else value_words(row[name], name, kind.name, vocabulary, None))
        for name, declared in kind.fields.items()
        if name in filled and (declared.type == "text") is text
    )


def child_line(row: Mapping[str, Any], on: date) -> str:
    """A child in three words, from a row with child_ref, sex and born_on."""
    return child_words(row["child_ref"], row["sex"], row["born_on"], on)

"""Writes the free text of the made-up force's entries, from a random stream of its own: no other draw changes for it.

It also plants what a reader should be asked about (wording that may blame a child, copied entries, entries that say nothing) and keeps what
it planted, so that the questions can be held against it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from candour.simulation.facts import GRADES, Case, Fact
from candour.simulation.stories.words import (
    ACCOUNTS,
    BLAMING,
    CLOSING,
    CLOSING_FRAMES,
    DENIED,
    DIRECTIONS,
    EMPTY,
    EMPTY_REVIEWS,
    FILLERS,
    PASSED_ON,
    VOICE_FRAMES,
)

COPIED: Final = (0.004, 0.02, 0.06)
EMPTIED: Final = (0.01, 0.05, 0.15)
BLAMED_CALLS: Final = (0.001, 0.004, 0.01)
LURES: Final = 0.01
"""How often text is copied, says nothing or blames in a call log, by the quality of the practice; and how often a denial or a quotation stands
in place of a description of the child. All made up."""
COPIED_FIELDS: Final = {"review": "text", "notice": "voice_text", "closed": "rationale"}
KEPT: Final = 400
"""How many earlier texts of a sort may be copied from."""


class Planted(NamedTuple):
    """A text that a reader should be asked about: the entry as import names it, its field, the kind of question, and whose text was copied."""

    event_id: str
    field: str
    kind: str
    other_event_id: str | None
    case_ref: str | None


class Mark(NamedTuple):
    """What was planted in one field of an entry that is being written."""

    field: str
    kind: str
    other_event_id: str | None = None


class Earlier(NamedTuple):
    """A text that may be copied: its words, the latest second at which it can have happened, its entry."""

    text: str
    hi: int
    event_id: str


@dataclass
class Pen:
    """Writes texts and remembers what it planted. The same seed gives the same texts."""

    seed: int
    planted: list[Planted] = field(default_factory=list)
    earlier: dict[str, list[Earlier]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.random = Random(f"written {self.seed}")  # noqa: S311  # a made-up force, not a secret

    def write(self, case: Case, entry: Fact) -> list[Mark]:
        """Put the words of an entry in place of those of its story; gives what was planted. Blank fields stay blank."""
        grade = GRADES.index(case.grade)
        marks: list[Mark] = []
        if entry.name == "review":
            self._review(entry, grade, marks)
        elif entry.name == "notice" and "voice_text" in entry.fields:
            entry.fields["voice_text"] = self._put(VOICE_FRAMES, 3)
        elif entry.name in ("closed", "decision") and entry.fields.get("rationale") in CLOSING:
            entry.fields["rationale"] = self._put(CLOSING_FRAMES, 3)
        elif entry.name == "seen":
            self._seen(entry, marks)
        elif entry.name == "contact" and "text" in entry.fields and self.random.random() < BLAMED_CALLS[grade]:
            entry.fields["text"] = self._one(BLAMING)
            marks.append(Mark("text", "wording"))
        if entry.name == "closed" and entry.fields.get("rationale") in EMPTY:
            marks.append(Mark("rationale", "empty"))
        self._copy(entry, grade, marks)
        return marks

    def keep(self, entry: Fact, marks: Sequence[Mark], event_id: str) -> None:
        """Keep what was planted, and the text for copying from, unless the entry is in no export."""
        if entry.lost:
            return
        self.planted += [Planted(event_id, one.field, one.kind, one.other_event_id, entry.case_ref) for one in marks]
        name = COPIED_FIELDS.get(entry.name)
        words = entry.fields.get(name or "")
        if name and isinstance(words, str) and not marks and not entry.undated and len(words.split()) >= 16:
            kept = self.earlier.setdefault(entry.name, [])
            if len(kept) < KEPT:
                kept.append(Earlier(words, entry.hi, event_id))
            else:
                kept[self.random.randrange(KEPT)] = Earlier(words, entry.hi, event_id)

    def _review(self, entry: Fact, grade: int, marks: list[Mark]) -> None:
        if "text" not in entry.fields:
            return
        answered = entry.fields.get("actions_set") is True or "next_review_at" in entry.fields
        if not answered and self.random.random() < EMPTIED[grade]:
            entry.fields["text"] = self._one(EMPTY_REVIEWS)
            marks.append(Mark("text", "empty"))
            return
        said = f"Progress: {self._put(ACCOUNTS, 2)} Safety of the child: {self._put(VOICE_FRAMES, 1)}"
        entry.fields["text"] = f"{said} Direction: {self._put(DIRECTIONS, 2)}" if answered else said

    def _seen(self, entry: Fact, marks: list[Mark]) -> None:
        quotes = entry.fields.get("quotes_others") is True
        if "demeanour_text" not in entry.fields:
            return
        if entry.fields["demeanour_text"] in BLAMING:
            entry.fields["demeanour_text"] = self._one(BLAMING)
            marks.append(Mark("demeanour_text", "wording_quoted" if quotes else "wording"))
            return
        roll = self.random.random()
        if roll < LURES / 2:
            entry.fields["demeanour_text"] = self._one(DENIED)
        elif roll < LURES:
            entry.fields["demeanour_text"] = self._one(PASSED_ON)
            marks.append(Mark("demeanour_text", "wording_quoted"))

    def _copy(self, entry: Fact, grade: int, marks: list[Mark]) -> None:
        name = COPIED_FIELDS.get(entry.name)
        if name is None or name not in entry.fields or marks or entry.undated or len(str(entry.fields[name]).split()) < 16:
            return
        if self.random.random() >= COPIED[grade]:
            return
        before = [one for one in self.earlier.get(entry.name, []) if one.hi < entry.lo]
        if not before:
            return
        other = before[self.random.randrange(len(before))]
        words = other.text.split()
        if self.random.random() < 0.5:
            words[self.random.randrange(len(words))] = self._one(FILLERS["thing"])
        entry.fields[name] = " ".join(words)
        marks.append(Mark(name, "copied", other.event_id))

    def _put(self, frames: Sequence[str], number: int) -> str:
        """So many sentences, each of its own frame, their gaps filled."""
        return " ".join(self._filled(frame) for frame in self.random.sample(list(frames), number))

    def _filled(self, frame: str) -> str:
        words = frame
        for name, choices in FILLERS.items():
            while "{" + name + "}" in words:
                words = words.replace("{" + name + "}", self._one(choices), 1)
        return words[0].upper() + words[1:]

    def _one(self, choices: Sequence[str]) -> str:
        return choices[self.random.randrange(len(choices))]


SCHEMA: Final = pa.schema([(name, pa.string()) for name in Planted._fields])


def write_planted(planted: Sequence[Planted], file: Path) -> None:
    """Write what was planted as Parquet, in the order in which it was written down."""
    columns = [pa.array([one[number] for one in planted], item.type) for number, item in enumerate(SCHEMA)]
    pq.write_table(pa.Table.from_arrays(columns, schema=SCHEMA), file, compression="zstd")

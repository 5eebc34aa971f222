"""A reading prompt: a question to a person about a passage in a record. It has no answer in it, and nothing is counted from it as good or bad."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class PromptKind(StrEnum):
    """Why a passage is put before a person."""

    READING = "reading"
    WORDING = "wording"
    QUOTED = "wording_quoted"
    COPIED = "copied"
    STOCK = "stock"
    EMPTY = "empty"


KIND_TITLES: Final = MappingProxyType(
    {
        PromptKind.WORDING: "Wording that may blame a child",
        PromptKind.QUOTED: "Such wording in another person's words",
        PromptKind.COPIED: "Text like an earlier entry",
        PromptKind.STOCK: "The same sentence in many entries",
        PromptKind.EMPTY: "Entries that may say nothing",
        PromptKind.READING: "For a person to read",
    }
)
"""The kinds in the order in which a page shows them, in words."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """One question about one passage. Moments are UTC without zone; `start` and `end` count characters of `text`, the end not included.

    `asks` is the standard or check that asks, `reader` whom (supervisor or reader), `guidance` what it rests on and how far that was verified.
    `child_ref` is the first of the entry's `children`. `phrase` and `instead` are of wording alone. What begins with `other_` is the earlier
    entry of a copy; `likeness` how like the two are (0 to 1), `relation` how they are related; `entries` how many hold a stock sentence.
    """

    prompt_id: str
    kind: str
    asks: str
    question: str
    reader: str
    guidance: str
    case_ref: str | None
    child_ref: str | None
    children: int
    unit: str | None
    event_id: str
    event_kind: str
    occurred_at: datetime | None
    source_system: str | None
    source_ref: str | None
    field: str
    text: str
    start: int
    end: int
    phrase: str | None = None
    instead: str | None = None
    other_event_id: str | None = None
    other_event_kind: str | None = None
    other_case_ref: str | None = None
    other_child_ref: str | None = None
    other_occurred_at: datetime | None = None
    other_source_system: str | None = None
    other_source_ref: str | None = None
    other_field: str | None = None
    other_text: str | None = None
    other_start: int | None = None
    other_end: int | None = None
    likeness: float | None = None
    relation: str | None = None
    entries: int | None = None

    @property
    def passage(self) -> str:
        """The words that the question is about."""
        return self.text[self.start : self.end]


PROMPT_COLUMNS: Final = MappingProxyType(
    {
        **dict.fromkeys(("prompt_id", "kind", "asks", "question", "reader", "guidance", "case_ref", "child_ref"), "VARCHAR"),
        "children": "BIGINT",
        **dict.fromkeys(("unit", "event_id", "event_kind"), "VARCHAR"),
        "occurred_at": "TIMESTAMP",
        **dict.fromkeys(("source_system", "source_ref", "field", "text"), "VARCHAR"),
        **dict.fromkeys(("start", "end"), "BIGINT"),
        **dict.fromkeys(("phrase", "instead", "other_event_id", "other_event_kind", "other_case_ref", "other_child_ref"), "VARCHAR"),
        "other_occurred_at": "TIMESTAMP",
        **dict.fromkeys(("other_source_system", "other_source_ref", "other_field", "other_text"), "VARCHAR"),
        **dict.fromkeys(("other_start", "other_end"), "BIGINT"),
        "likeness": "DOUBLE",
        "relation": "VARCHAR",
        "entries": "BIGINT",
    }
)
"""The columns of `prompts.parquet` in order, with their DuckDB types: those of a Prompt."""


def prompt_id(asks: str, event_id: str, field: str, passage: str, *more: str) -> str:
    """An id that stays while the check, the record, the passage and whatever `more` tells apart stay the same, whichever run asks.

    It is made from the words and not from their place, so a prompt outlives a correction elsewhere in the entry.
    """
    told = "\x1f".join((asks, event_id, field, " ".join(passage.casefold().split()), *more))
    return f"{asks}@{hashlib.sha256(told.encode()).hexdigest()[:16]}"

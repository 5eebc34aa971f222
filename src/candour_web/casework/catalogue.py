"""The words and standards that the pages are written in: the engine's own, read once by each process."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from candour.findings.proofs import load_days
from candour.findings.sums import Days
from candour.records.vocabulary import Vocabulary, load_vocabulary
from candour.standards.loading import load_standards
from candour.standards.model import Standard


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary of the catalogue."""
    return load_vocabulary()


@cache
def standards() -> Mapping[tuple[str, int], Standard]:
    """Every edition of the catalogue by id and version. The first call takes some seconds."""
    return {(one.id, one.version): one for one in load_standards(None, vocabulary(), examples=False)}


@cache
def days() -> Days:
    """The calendar of bank holidays and school terms."""
    return load_days()


def kind_title(kind: str) -> str:
    """The name of a kind of event; the kind itself where the vocabulary no longer has it."""
    found = vocabulary().kinds.get(kind)
    return found.title if found else kind


def case_kind_words(code: str | None) -> str:
    """`Crime investigation` for `investigation`."""
    return _words("case_kind", code) or "Case"


def flag_words(code: str) -> str:
    """`Child sexual exploitation` for `cse`."""
    return _words("flags", code)


def _words(field: str, code: str | None) -> str:
    codes = vocabulary().case[field].codes or {}
    return codes.get(code, code) if code else ""

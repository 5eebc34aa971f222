"""Reads the questions of `catalogue/prompts/`: what each asks, of which records, who reads them, and what guidance it rests on."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from candour.records.vocabulary import Vocabulary, find_catalogue
from candour.standards.refusals import StandardRefused
from candour.standards.verification import VERIFICATIONS

CHECKS = ("reading", "wording", "copied", "empty")
READERS = ("supervisor", "reader")
FIGURES: Mapping[str, tuple[str, ...]] = {
    "reading": ("each_unit",),
    "wording": (),
    "copied": ("least_words", "least_likeness", "stock_share", "stock_entries"),
    "empty": ("fewest_words", "fewest_words_alone"),
}
"""The figures that each sort of check needs; all are ours, and a force may set others in its own copy of the file."""
KEYS = frozenset(
    ("id", "check", "title", "question", "quoted_question", "stock_question", "reader", "source", "shows", "figures", "informs", "wording", "action_words", "leave_out", "others_words")
)  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """Records that a question is asked of: a kind of event and its text fields.

    `only` are the codes that a field must have (`yes` and `no` for such a field). `beside` and `without` are kinds of which the same case must
    have, or not have, an event. `unless_given`: fields that answer by themselves. `length_alone`: only how short the text is counts.
    """

    event: str
    fields: tuple[str, ...]
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    beside: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    unless_given: tuple[str, ...] = ()
    length_alone: bool = False


@dataclass(frozen=True)
class Definition:
    """One question of the catalogue. `check` is how passages are found; `question` the words put to the reader, `quoted_question` and
    `stock_question` those for a quotation and for a sentence that many entries share. `leave_out` are fields in which wording is not looked for,
    `others_words` fields that are for what others said, so that wording in them is taken for quoted. `informs` is as in a standard."""

    id: str
    check: str
    title: str
    question: str
    reader: str
    document: str
    urls: tuple[str, ...]
    verified: bool
    basis: str
    note: str
    shows: tuple[Shown, ...]
    figures: Mapping[str, float]
    quoted_question: str = ""
    stock_question: str = ""
    wording: str = ""
    action_words: frozenset[str] = frozenset()
    leave_out: frozenset[str] = frozenset()
    others_words: frozenset[str] = frozenset()
    informs: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)

    @property
    def guidance(self) -> str:
        """What the question rests on, and how far that was verified, in sentences."""
        return f"{self.document}. {VERIFICATIONS[self.basis]} {self.note}".strip()


def load_definitions(vocabulary: Vocabulary, folder: Path | None = None) -> tuple[Definition, ...]:
    """Every question of a folder (by default the catalogue's), by id. Raises StandardRefused with the file, the key and what is wrong."""
    place = folder or find_catalogue() / "prompts"
    files = sorted(place.glob("*.toml")) if place.is_dir() else []
    if not files:
        raise StandardRefused(str(place), "", "holds no questions. Give a folder of TOML files like those of catalogue/prompts.")
    found: dict[str, Definition] = {}
    for file in files:
        one = _Reader(file, vocabulary).definition()
        if one.id in found:
            raise StandardRefused(file.name, "id", f"{one.id!r} is the id of another file too.")
        found[one.id] = one
    return tuple(found[name] for name in sorted(found))


class _Reader:
    """Turns one file into a Definition, or refuses it."""

    def __init__(self, file: Path, vocabulary: Vocabulary) -> None:
        self.name = file.name
        self.vocabulary = vocabulary
        try:
            self.content = tomllib.loads(file.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise StandardRefused(self.name, "", f"this is not TOML that can be read ({error}).") from error

    def refuse(self, key: str, problem: str) -> StandardRefused:
        return StandardRefused(self.name, key, problem)

    def text(self, table: Mapping[str, Any], key: str, at: str = "") -> str:
        value = table.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.refuse(f"{at}{key}", f"needs a text; it has {value!r}.")
        return value

    def table(self, key: str) -> Mapping[str, Any]:
        value = self.content.get(key, {})
        if not isinstance(value, dict):
            raise self.refuse(key, f"must be a table; it is {value!r}.")
        return value

    def names(self, table: Mapping[str, Any], key: str, at: str) -> tuple[str, ...]:
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise self.refuse(f"{at}.{key}", f"must be a list of names; it is {value!r}.")
        return tuple(value)

    def definition(self) -> Definition:
        content = self.content
        unknown = sorted(content.keys() - KEYS)
        if unknown:
            raise self.refuse(unknown[0], f"is not a key of a question. The keys are: {', '.join(sorted(KEYS))}.")
        check = self.text(content, "check")
        if check not in CHECKS:
            raise self.refuse("check", f"{check!r} is not one of {', '.join(CHECKS)}.")
        reader = self.text(content, "reader")
        if reader not in READERS:
            raise self.refuse("reader", f"{reader!r} is not one of {', '.join(READERS)}.")
        question = self.text(content, "question")
        if not question.rstrip().endswith("?"):
            raise self.refuse("question", "must be a question, and end with a question mark: a prompt never answers.")
        source = self.table("source")
        return Definition(
            id=self.text(content, "id"),
            check=check,
            title=self.text(content, "title"),
            question=question,
            reader=reader,
            document=self.text(source, "document", "source."),
            urls=self.names(source, "urls", "source"),
            verified=source.get("verified") is True,
            basis=self.basis(source),
            note=str(source.get("note", "")),
            shows=self.shows(check),
            figures=self.figures(check),
            quoted_question=self.text(content, "quoted_question") if check == "wording" else "",
            stock_question=self.text(content, "stock_question") if check == "copied" else "",
            wording=self.text(content, "wording") if check == "wording" else "",
            action_words=frozenset(word.casefold() for word in self.names(content, "action_words", "")),
            leave_out=frozenset(self.names(content, "leave_out", "")),
            others_words=frozenset(self.names(content, "others_words", "")),
            informs=self.informs(),
        )

    def basis(self, source: Mapping[str, Any]) -> str:
        basis = self.text(source, "basis", "source.")
        if basis not in VERIFICATIONS:
            raise self.refuse("source.basis", f"{basis!r} is not one of: {'; '.join(VERIFICATIONS)}.")
        if source.get("verified") is True and not basis.startswith("verified"):
            raise self.refuse("source.verified", f"is true, but basis says {basis!r}. Only what someone has read in a source is verified.")
        return basis

    def informs(self) -> Mapping[str, tuple[Any, ...]]:
        given = self.table("informs")
        for key, value in given.items():
            if not isinstance(value, list):
                raise self.refuse(f"informs.{key}", f"needs a list; it has {value!r}.")
        return {key: tuple(value) for key, value in given.items()}

    def figures(self, check: str) -> Mapping[str, float]:
        given = self.table("figures")
        for name in FIGURES[check]:
            value = given.get(name)
            if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
                raise self.refuse(f"figures.{name}", f"needs a number above nought; it has {value!r}.")
        unknown = sorted(given.keys() - set(FIGURES[check]) - {"note"})
        if unknown:
            raise self.refuse(
                f"figures.{unknown[0]}", f"is not a figure of this check. Its figures are: {', '.join(FIGURES[check]) or 'none'}."
            )
        return {name: float(given[name]) for name in FIGURES[check]}

    def shows(self, check: str) -> tuple[Shown, ...]:
        listed = self.content.get("shows", [])
        if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
            raise self.refuse("shows", "must be given as [[shows]], once for each kind of event.")
        if not listed and check != "wording":
            raise self.refuse("shows", "is missing: say which records are shown to the reader.")
        return tuple(self._shown(one) for one in listed)

    def _shown(self, raw: Mapping[str, Any]) -> Shown:
        event = self.text(raw, "event", "shows.")
        if event not in self.vocabulary.kinds:
            raise self.refuse("shows.event", f"{event!r} is not a kind of event in the vocabulary.")
        fields = self.vocabulary.kinds[event].fields
        shown = self.names(raw, "fields", "shows")
        for name in shown:
            if name not in fields or fields[name].type != "text":
                raise self.refuse("shows.fields", f"{name!r} is not a text field of {event}.")
        only = raw.get("only", {})
        if not isinstance(only, dict):
            raise self.refuse("shows.only", f"must be a table of fields with their codes; it is {only!r}.")
        given = self.names(raw, "unless_given", "shows")
        for name in (*only, *given):
            if name not in fields:
                raise self.refuse("shows", f"{name!r} is not a field of {event}.")
        beside, without = self.names(raw, "beside", "shows"), self.names(raw, "without", "shows")
        for kind in (*beside, *without):
            if kind not in self.vocabulary.kinds:
                raise self.refuse("shows", f"{kind!r} is not a kind of event in the vocabulary.")
        if not shown:
            raise self.refuse("shows.fields", f"names no field of {event}.")
        codes = {name: self.names(only, name, "shows.only") for name in only}
        return Shown(event, shown, codes, beside, without, given, raw.get("length_alone") is True)

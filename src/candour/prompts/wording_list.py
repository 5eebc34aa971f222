"""Reads a list of wording: phrases in all their forms, each with why, what to write instead and where it comes from."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from candour.prompts.forms import PHRASE, Cues, Element, Form, Sequence1, cues, first_words, words_in
from candour.prompts.words import lowered, words_of
from candour.standards.refusals import StandardRefused, near

FORGIVING = 8
"""Words of at least so many letters are also known with one letter wrong, missing, doubled or swapped with the next (ours)."""
REMEMBERED = 100_000
"""How many words are kept with what they are read as."""
SINGLE = (
    "not_the_child", "the_child", "governing", "speakers", "reporting", "passive", "unfinished", "straight_before", "answers_no", "asks", "correcting", "new_wording", "titles", "titled",
)  # fmt: skip
"""The keys of [context] that list single words."""
CUES = ("attributing", "negation", "not_negation", "ends_denial", "criticism", "criticism_of_quoted", "not_criticism", "legal")
"""The keys of [context] that list cues, written as forms are."""
UNLESS = ("unless_followed_by", "unless_preceded_by")
"""The keys of a phrase that list the words by which it has another sense."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One phrase: its forms, why it is asked about, what to write instead, and the document it comes from with how far that was read."""

    id: str
    forms: tuple[Form, ...]
    why: str
    instead: str
    document: str
    verified: bool
    read: str
    url: str
    unless_followed_by: tuple[Sequence1, ...] = ()
    unless_preceded_by: tuple[Sequence1, ...] = ()


@dataclass(frozen=True)
class WordingList:
    """The phrases, and what around them changes what they mean: single `words` and `cues`, each by its key in [context].

    `by_first` finds the forms that may begin at a word.
    """

    title: str
    version: int
    phrases: Mapping[str, Phrase]
    by_first: Mapping[str, tuple[tuple[str, Form], ...]]
    known: frozenset[str]
    nearly: Mapping[str, frozenset[str]]
    words: Mapping[str, frozenset[str]]
    cues: Mapping[str, Cues]
    remembered: dict[str, str] = field(default_factory=dict, compare=False, repr=False)

    def read_as(self, word: str) -> str:
        """The word of the list that a word is or nearly is; else the word itself. Up to REMEMBERED answers are kept."""
        answer = self.remembered.get(word)
        if answer is None:
            answer = self._read_as(word)
            if len(self.remembered) >= REMEMBERED:
                self.remembered.clear()
            self.remembered[word] = answer
        return answer

    def _read_as(self, word: str) -> str:
        if word in self.known or len(word) < FORGIVING - 1 or word.endswith("'s"):
            return word
        for shorter in (word, *shorter_by_one(word)):
            for candidate in sorted(self.nearly.get(shorter, ())):
                if one_slip_apart(word, candidate):
                    return candidate
        return word


def shorter_by_one(word: str) -> set[str]:
    """The word with each of its letters left out in turn."""
    return {word[:place] + word[place + 1 :] for place in range(len(word))}


def one_slip_apart(one: str, two: str) -> bool:
    """Whether two words differ by one letter wrong, missing or too many, or by two neighbours swapped. Their last letters must be the same:
    there a letter makes another word (manipulates, manipulated)."""
    if one[-1] != two[-1]:
        return False
    if abs(len(one) - len(two)) == 1:
        longer, shorter = (one, two) if len(one) > len(two) else (two, one)
        return shorter in shorter_by_one(longer)
    places = [place for place, (left, right) in enumerate(zip(one, two, strict=False)) if left != right]
    if len(one) != len(two) or len(places) > 2:
        return False
    if len(places) == 2:
        first, second = places
        return second == first + 1 and one[first] == two[second] and one[second] == two[first]
    return True


def load_wording(file: Path) -> WordingList:
    """A list of wording. Raises StandardRefused with the file, the key and what is wrong."""
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise StandardRefused(file.name, "", f"this is not a list of wording that can be read ({error}).") from error
    return _Reader(file.name, content).wording()


class _Reader:
    def __init__(self, name: str, content: Mapping[str, Any]) -> None:
        self.name, self.content = name, content
        groups = self._table("groups")
        self.groups = {key: self._runs(groups, key, "groups") for key in groups}

    def refuse(self, key: str, problem: str) -> StandardRefused:
        return StandardRefused(self.name, key, problem)

    def _text(self, table: Mapping[str, Any], key: str, at: str) -> str:
        value = table.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.refuse(f"{at}.{key}", f"needs a text; it has {value!r}.")
        return value

    def _list(self, table: Mapping[str, Any], key: str, at: str) -> list[str]:
        value = table.get(key)
        if not isinstance(value, list) or not value or not all(isinstance(one, str) and one.strip() for one in value):
            raise self.refuse(f"{at}.{key}", f"needs a list of words; it has {value!r}.")
        return [lowered(one).strip() for one in value]

    def _word(self, written: str, at: str) -> str:
        if [one.word for one in words_of(written)] != [written]:
            raise self.refuse(
                at,
                f"{written!r} is not one word as texts are read (letters and figures, an apostrophe inside), so it would never be found.",
            )
        return written

    def _run(self, written: Iterable[str], at: str) -> Sequence1:
        return tuple(self._word(one, at) for one in written)

    def _runs(self, table: Mapping[str, Any], key: str, at: str) -> tuple[Sequence1, ...]:
        return tuple(self._run(one.split(), f"{at}.{key}") for one in self._list(table, key, at))

    def _tables(self, key: str) -> list[Mapping[str, Any]]:
        value = self.content.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            raise self.refuse(key, f"must be given as [[{key}]], once for each.")
        return value

    def _table(self, key: str) -> Mapping[str, Any]:
        value = self.content.get(key, {})
        if not isinstance(value, dict):
            raise self.refuse(key, f"must be a table; it is {value!r}.")
        return value

    def _only(self, table: Mapping[str, Any], keys: Iterable[str], at: str) -> None:
        for key in table:
            if key not in keys:
                raise self.refuse(f"{at}.{key}" if at else key, f"is not known here.{near(key, keys)} Known keys: {', '.join(keys)}.")

    def _context(self) -> Mapping[str, Any]:
        context = self._table("context")
        self._only(context, (*SINGLE, *CUES), "context")
        return context

    def _version(self) -> int:
        value = self.content.get("version", 1)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.refuse("version", f"must be a whole number; it is {value!r}.")
        return value

    def wording(self) -> WordingList:
        self._only(self.content, ("version", "title", "groups", "sources", "phrases", "context"), "")
        sources = {self._text(one, "id", "sources"): one for one in self._tables("sources")}
        for name, source in sources.items():
            self._only(source, ("id", "document", "url", "verified", "read"), f"sources.{name}")
        phrases: dict[str, Phrase] = {}
        for raw in self._tables("phrases"):
            one = self._phrase(raw, sources)
            if one.id in phrases:
                raise self.refuse("phrases.id", f"{one.id!r} is given twice.")
            phrases[one.id] = one
        if not phrases:
            raise self.refuse("phrases", "is empty: give each phrase as [[phrases]].")
        context = self._context()
        known = frozenset(word for one in phrases.values() for form in one.forms for word in words_in(form))
        words = {key: frozenset(self._run(self._list(context, key, "context"), f"context.{key}")) for key in SINGLE}
        written = {key: [self._cue(one, f"context.{key}") for one in self._list(context, key, "context")] for key in CUES}
        of_cues = {word for listed in written.values() for before, after in listed for word in words_in((*before, *(after or ())))}
        return WordingList(
            title=self._text(self.content, "title", ""), version=self._version(), phrases=phrases,
            by_first=_by_first(phrases.values()), known=known.union(of_cues, *words.values()), nearly=_nearly(known),
            words=words, cues={key: cues(listed) for key, listed in written.items()},
        )  # fmt: skip

    def _phrase(self, raw: Mapping[str, Any], sources: Mapping[str, Mapping[str, Any]]) -> Phrase:
        name = self._text(raw, "id", "phrases")
        at = f"phrases.{name}"
        self._only(raw, ("id", "source", "forms", "why", "instead", *UNLESS), at)
        source = sources.get(self._text(raw, "source", at))
        if source is None:
            raise self.refuse(f"{at}.source", f"{raw['source']!r} is not the id of one of [[sources]].")
        written = self._list(raw, "forms", at)
        return Phrase(
            name, tuple(self._form(one, f"{at}.forms") for one in written), self._text(raw, "why", at), self._text(raw, "instead", at),
            self._text(source, "document", "sources"), source.get("verified") is True, self._text(source, "read", "sources"), str(source.get("url", "")),
            *(self._runs(raw, key, at) if key in raw else () for key in UNLESS),
        )  # fmt: skip

    def _cue(self, written: str, at: str) -> tuple[Form, Form | None]:
        """The words before the phrase and after it; None after where no `~` says where the phrase stands."""
        if PHRASE not in written:
            return self._form(written, at), None
        before, _, after = written.partition(PHRASE)
        if not before.strip() and not after.strip():
            raise self.refuse(at, f"{written!r} has no word in it.")
        return self._side(before, at), self._side(after, at)

    def _side(self, written: str, at: str) -> Form:
        return self._form(written, at) if written.strip() else ()

    def _form(self, written: str, at: str) -> Form:
        form = tuple(self._element(one, at) for one in written.split())
        if form[0].gap or form[0].optional or form[-1].gap:
            raise self.refuse(at, f"{written!r} begins with something that may be left out, or ends with '...'. Begin and end with a word.")
        if any(one.gap and two.gap for one, two in pairwise(form)):
            raise self.refuse(at, f"{written!r} has '...' twice together.")
        return form

    def _element(self, written: str, at: str) -> Element:
        if written == "...":
            return Element(frozenset(), gap=True)
        optional = written.endswith("?")
        runs: set[Sequence1] = set()
        for part in written.rstrip("?").split("/"):
            if part.startswith("<"):
                runs.update(self._group(part, at))
            elif part:
                runs.add(self._run(part.split("_"), at))
        if not runs:
            raise self.refuse(at, f"{written!r} has no word in it.")
        return Element(frozenset(runs), optional)

    def _group(self, written: str, at: str) -> set[Sequence1]:
        group = self.groups.get(written.strip("<>"))
        if group is None:
            raise self.refuse(at, f"{written} is not one of [groups].")
        return set(group)


def _by_first(phrases: Iterable[Phrase]) -> Mapping[str, tuple[tuple[str, Form], ...]]:
    found: dict[str, list[tuple[str, Form]]] = {}
    for one in phrases:
        for form in one.forms:
            for word in sorted(first_words(form)):
                found.setdefault(word, []).append((one.id, form))
    return {word: tuple(forms) for word, forms in found.items()}


def _nearly(known: Iterable[str]) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for word in known:
        if len(word) >= FORGIVING:
            for key in (word, *shorter_by_one(word)):
                found.setdefault(key, set()).add(word)
    return {key: frozenset(words) for key, words in found.items()}

"""Sentences that very many entries of one source hold: the headings and fixed text of a form, or the same answer given again and again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from candour.prompts.texts import Entry
from candour.prompts.words import lowered

_SEGMENT = re.compile(r"[^.!?:\n]+[.!?:]*")
_WORD = re.compile(r"(?:[^\W_]|#)+(?:'[^\W_]+)?")
_DIGITS = re.compile(r"\d+")

Place = tuple[str | None, str, str]


@dataclass(frozen=True, slots=True)
class Segment:
    """A sentence or heading of a text: as it is compared (small letters, figures made alike), and where it stands (the end not included)."""

    key: str
    start: int
    end: int

    @property
    def heading(self) -> bool:
        """Whether it ends with a colon."""
        return self.key.endswith(":")

    @property
    def words(self) -> list[str]:
        """Its words in small letters, every figure as #."""
        return plain_words(self.key)


def plain_words(text: str) -> list[str]:
    """The words of a text that is in small letters, every figure as #."""
    return _WORD.findall(_DIGITS.sub("#", text))


def segments_of(text: str) -> list[Segment]:
    """The sentences and headings of a text in order."""
    small = lowered(text)
    found = []
    for match in _SEGMENT.finditer(small):
        raw = match[0]
        key = " ".join(raw.split())
        if key:
            found.append(Segment(_DIGITS.sub("#", key), match.start() + len(raw) - len(raw.lstrip()), match.start() + len(raw.rstrip())))
    return found


def place_of(entry: Entry) -> Place:
    """The source, kind and field in which an entry's text stands."""
    return entry.source_system, entry.event_kind, entry.field


@dataclass(frozen=True)
class Stock:
    """The stock sentences of each place by their keys, with how many entries hold each."""

    held: Mapping[Place, Mapping[str, int]]

    def without_short_answers(self, least_words: int) -> Stock:
        """Headings, and sentences of so many words: what "as above" says is said, however many entries say it."""
        return Stock(
            {
                place: {key: number for key, number in held.items() if key.endswith(":") or len(plain_words(key)) >= least_words}
                for place, held in self.held.items()
            }
        )

    def has_sentence(self, entry: Entry) -> bool:
        """Whether an entry holds a stock sentence that is no heading."""
        stock = self.held.get(place_of(entry), {})
        return any(one.key in stock and not one.heading for one in segments_of(entry.text))

    def own_words(self, entry: Entry) -> list[str]:
        """The words of an entry that are in no stock sentence, in small letters, every figure as #."""
        stock = self.held.get(place_of(entry))
        if not stock:
            return plain_words(lowered(entry.text))
        return _WORD.findall("\n".join(one.key for one in segments_of(entry.text) if one.key not in stock))


def find_stock(entries: Iterable[Entry], share: float, least_entries: int) -> Stock:
    """What is stock: sentences in at least `least_entries` entries of a place, and in at least that share of all of them."""
    counts: dict[Place, Counter[str]] = {}
    totals: Counter[Place] = Counter()
    for entry in entries:
        place = place_of(entry)
        totals[place] += 1
        counts.setdefault(place, Counter()).update({one.key for one in segments_of(entry.text)})
    return Stock(
        {
            place: {words: number for words, number in counted.items() if number >= max(least_entries, share * totals[place])}
            for place, counted in counts.items()
        }
    )


def sentences_held(stock: Stock, entries: Sequence[Entry], least_words: int) -> list[tuple[Entry, Segment, int]]:
    """For each stock sentence of at least so many words that is no heading: the first entry that holds it, where, and how many do."""
    found: dict[tuple[Place, str], tuple[Entry, Segment, int]] = {}
    for entry in entries:
        place = place_of(entry)
        held = stock.held.get(place, {})
        if not held:
            continue
        for one in segments_of(entry.text):
            if one.key in held and not one.heading and len(one.words) >= least_words:
                found.setdefault((place, one.key), (entry, one, held[one.key]))
    return list(found.values())

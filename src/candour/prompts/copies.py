"""Finds entries that are like an earlier one: over all entries at once, by fingerprints of their runs of words, never pair by pair."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from typing import Final

from rensa import RMinHash, RMinHashLSH

from candour.prompts.stock import Stock
from candour.prompts.texts import Entry
from candour.prompts.words import Word, words_of

RUN: Final = 3
"""Texts are compared by their runs of three words (ours): the order of words counts, a word changed costs three runs."""
FINGERPRINTS, BANDS = 128, 32
"""Sizes of the fingerprint: 32 bands of 4 find a pair that shares half of its runs with a chance of 0.87, and 0.6 with 0.99 (1 - (1 - s^4)^32)."""
SEED: Final = 20_260
DOUBT: Final = 0.2
"""A pair whose fingerprints put its likeness further than this below what is asked is not compared: four standard errors of 128 fingerprints."""
ENOUGH: Final = 20
"""Once so many earlier texts were found to be like one text, the earliest first, no more are compared with it: any of them shows the point."""


@dataclass(frozen=True, slots=True)
class Copy:
    """An entry, the earlier one that it is most like, and how like: the share of all runs of three words that both have (1: the same)."""

    later: Entry
    earlier: Entry
    likeness: float


@dataclass(frozen=True, slots=True)
class _Text:
    """One text, however many entries have it."""

    words: str
    fingerprint: RMinHash
    holders: list[Entry]


def runs_of(words: Sequence[str]) -> frozenset[str]:
    """The runs of three words of a text; a shorter text is one run."""
    if len(words) < RUN:
        return frozenset((" ".join(words),)) if words else frozenset()
    return frozenset([f"{one} {two} {three}" for one, two, three in zip(words, words[1:], words[2:], strict=False)])


def find_copies(entries: Sequence[Entry], stock: Stock, least_words: int, least_likeness: float) -> Iterator[Copy]:
    """Each entry that is like an earlier one, with the earlier one that it is most like (of equals the earliest).

    Entries are taken in order of time, those without one last. Stock sentences are left out, and entries with fewer own words than
    `least_words` are not compared. The same words in the same case about the same child at the same moment are one writing and no copy.
    """
    index = RMinHashLSH(threshold=least_likeness, num_perm=FINGERPRINTS, num_bands=BANDS)
    texts: list[_Text] = []
    known: dict[str, int] = {}
    for entry in sorted(entries, key=_in_time):
        words = stock.own_words(entry)
        if len(words) < least_words:
            continue
        own = " ".join(words)
        same = known.get(own)
        if same is not None:
            earlier = _another(texts[same].holders, entry)
            texts[same].holders.append(entry)
            if earlier is not None:
                yield Copy(entry, earlier, 1.0)
            continue
        runs = runs_of(words)
        fingerprint = RMinHash(num_perm=FINGERPRINTS, seed=SEED)
        fingerprint.update(list(runs))
        best = _most_like(entry, runs, fingerprint, (texts[place] for place in sorted(index.query(fingerprint))), least_likeness)
        known[own] = len(texts)
        index.insert(len(texts), fingerprint)
        texts.append(_Text(own, fingerprint, [entry]))
        if best is not None:
            yield best


def _in_time(entry: Entry) -> tuple[bool, str, str]:
    return entry.occurred_at is None, str(entry.occurred_at or ""), entry.event_id


def _another(earlier: Sequence[Entry], entry: Entry) -> Entry | None:
    return next((one for one in earlier[:ENOUGH] if not _one_writing(one, entry)), None)


def _one_writing(one: Entry, two: Entry) -> bool:
    if (one.source_system, one.source_ref) == (two.source_system, two.source_ref) and one.source_ref is not None:
        return True
    same = (one.case_ref, one.child_ref, one.occurred_at) == (two.case_ref, two.child_ref, two.occurred_at)
    return same and one.case_ref is not None and one.occurred_at is not None


def _most_like(entry: Entry, runs: frozenset[str], fingerprint: RMinHash, candidates: Iterable[_Text], least: float) -> Copy | None:
    best: Copy | None = None
    alike = 0
    for one in candidates:
        if fingerprint.jaccard(one.fingerprint) < least - DOUBT:
            continue
        other = runs_of(one.words.split(" "))
        both = len(runs & other)
        likeness = both / (len(runs) + len(other) - both)
        if likeness < least:
            continue
        earlier = _another(one.holders, entry)
        if earlier is not None and (best is None or likeness > best.likeness):
            best = Copy(entry, earlier, likeness)
        alike += 1
        if alike == ENOUGH:
            break
    return best


def relation_of(copy: Copy) -> str:
    """How the two entries are related: another_case, another_child (of the same case), same_case, or unlinked where one names no case."""
    if copy.later.case_ref is None or copy.earlier.case_ref is None:
        return "unlinked"
    if copy.later.case_ref != copy.earlier.case_ref:
        return "another_case"
    return "same_case" if copy.later.child_ref == copy.earlier.child_ref else "another_child"


def shared_passages(later: str, earlier: str) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Where the runs of three words that both texts have stand in each, touching runs as one (the ends not included)."""
    one, two = words_of(later), words_of(earlier)
    shared = _windows(one).keys() & _windows(two).keys()
    return _spans(one, shared), _spans(two, shared)


def _windows(words: Sequence[Word]) -> dict[tuple[str, ...], list[int]]:
    found: dict[tuple[str, ...], list[int]] = {}
    for place in range(len(words) - RUN + 1):
        found.setdefault(tuple(word.word for word in words[place : place + RUN]), []).append(place)
    return found


def _spans(words: Sequence[Word], shared: Set[tuple[str, ...]]) -> list[tuple[int, int]]:
    places = sorted(place for run, starts in _windows(words).items() if run in shared for place in starts)
    spans: list[tuple[int, int]] = []
    reached = -1
    for place in places:
        end = words[place + RUN - 1].end
        if place <= reached:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((words[place].start, end))
        reached = place + RUN
    return spans

"""Splits a text into words that know where they stand, and in which sentence, part of a sentence and clause."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?|[@&]")
_SAME_LENGTH = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'"})
_SIGNS = {"@": "at", "&": "and"}
_JOINING = frozenset(("and", "but", "so", "because", "although", "though", "however", "then", "which"))
"""Words that begin a clause of their own: what is denied before them is not denied after them."""


class Word(NamedTuple):
    """One word in small letters. `start` and `end` count characters of the text, the end not included.

    `sentence` changes after a full stop, `part` also after a colon or semicolon, `clause` also after a comma or a joining word.
    `before` is what stands between this word and the one before.
    """

    word: str
    start: int
    end: int
    sentence: int
    part: int
    clause: int
    before: str


def lowered(text: str) -> str:
    """The text in small letters with plain apostrophes, each character still in its place."""
    small = text.translate(_SAME_LENGTH).lower()
    return (
        small if len(small) == len(text) else "".join(one.lower() if len(one.lower()) == 1 else one for one in text.translate(_SAME_LENGTH))
    )


def words_of(text: str) -> list[Word]:
    """The words of a text in order. Time grows with the length of the text alone."""
    small = lowered(text)
    found: list[Word] = []
    sentence = part = clause = last = 0
    for match in _WORD.finditer(small):
        gap = small[last : match.start()]
        word = _SIGNS.get(match[0], match[0])
        if found and gap == " ":
            clause += word in _JOINING
        elif found:
            if _ends_sentence(gap):
                sentence, part, clause = sentence + 1, part + 1, clause + 1
            elif ":" in gap or ";" in gap:
                part, clause = part + 1, clause + 1
            elif "," in gap or "(" in gap or ")" in gap or " - " in gap or "–" in gap or word in _JOINING:
                clause += 1
        found.append(Word(word, match.start(), match.end(), sentence, part, clause, gap))
        last = match.end()
    return found


def part_ends(words: Sequence[Word]) -> list[int]:
    """For each word, where its part of a sentence ends: one past the last word of the part."""
    ends = list(range(1, len(words) + 1))
    for place in range(len(words) - 2, -1, -1):
        if words[place].part == words[place + 1].part:
            ends[place] = ends[place + 1]
    return ends


def _ends_sentence(gap: str) -> bool:
    return "\n" in gap or "?" in gap or "!" in gap or ("." in gap and gap.strip("'\")]") != ".")

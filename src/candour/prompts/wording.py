"""Finds the phrases of a wording list in a text, and tells what is said from what is denied, passed on or corrected."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from candour.prompts.around import Around
from candour.prompts.forms import match
from candour.prompts.wording_list import WordingList
from candour.prompts.words import Word, part_ends, words_of


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase found: which, from where to where in the text (the end not included), and whether the words are another person's."""

    phrase: str
    start: int
    end: int
    quoted: bool


def find_wording(text: str, wording: WordingList, *, quotes_others: bool = False) -> list[Hit]:
    """The phrases in a text, in order and without overlap, the longest first where two overlap.

    Left out: what the entry denies, what it corrects or teaches about, and what is plainly about someone who is not the child. `quotes_others`
    says that the record itself marks the whole text as another person's words. Time grows with the length of the text alone.
    """
    words = words_of(text)
    read = [wording.read_as(one.word) for one in words]
    spans = sorted(_spans(words, read, wording), key=lambda span: (span[0], -span[1]))
    hits: list[Hit] = []
    taken = denied = -1
    for first, last, phrase in spans:
        if first <= taken:
            continue
        around = Around(text, words, read, first, last, wording)
        one = wording.phrases[phrase]
        if around.another_sense(one.unless_preceded_by, one.unless_followed_by) or around.named() or around.about_wording():
            continue
        if around.next_in_list(denied) or around.denied():
            denied = last
            continue
        quoted = quotes_others or around.passed_on()
        if not quoted and around.about_another():
            continue
        taken = last
        hits.append(Hit(phrase, words[first].start, words[last].end, quoted))
    return hits


def _spans(words: Sequence[Word], read: Sequence[str], wording: WordingList) -> Iterable[tuple[int, int, str]]:
    ends = part_ends(words)
    for first, word in enumerate(read):
        for phrase, form in wording.by_first.get(word, ()):
            end = match(read, first, form, ends[first])
            if end is not None:
                yield first, end - 1, phrase

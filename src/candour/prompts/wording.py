"""Finds the phrases of a wording list in a text, and tells what is said from what is denied, passed on or corrected."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from candour.prompts.wording_list import GAP, Element, Sequence1, WordingList
from candour.prompts.words import Word, words_of

DENIED_WITHIN: Final = 8
"""How many words before a phrase a denial may stand, in the same clause (ours)."""
REACH: Final = 60
"""How many words before and after a phrase are looked at in its sentence: a log without a full stop must not take long (ours)."""
SPEAKER_WITHIN: Final = 5
"""How many words may stand between a speaker and the word that passes on what was said (ours)."""


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
    taken = -1
    for first, last, phrase in spans:
        if first <= taken:
            continue
        around = _Around(words, read, first, last, wording)
        if around.denied() or around.about_wording() or around.another_sense(wording.phrases[phrase].unless_followed_by):
            continue
        quoted = quotes_others or around.passed_on()
        if not quoted and around.about_another():
            continue
        taken = last
        hits.append(Hit(phrase, words[first].start, words[last].end, quoted))
    return hits


def _spans(words: Sequence[Word], read: Sequence[str], wording: WordingList) -> Iterable[tuple[int, int, str]]:
    for first, word in enumerate(read):
        for phrase, form in wording.by_first.get(word, ()):
            end = _match(read, first, form)
            if end is not None and words[end - 1].part == words[first].part:
                yield first, end - 1, phrase


def _match(read: Sequence[str], first: int, form: Sequence[Element]) -> int | None:
    """Where the longest match of a form that begins at a word ends (one past its last word); None where it does not match."""
    places = {first}
    for element in form:
        after: set[int] = set()
        for place in places:
            if element.gap:
                after.update(range(place, min(place + GAP, len(read)) + 1))
                continue
            if element.optional:
                after.add(place)
            here = read[place] if place < len(read) else None
            for run in element.any_of:
                if run[0] == here and (len(run) == 1 or tuple(read[place : place + len(run)]) == run):
                    after.add(place + len(run))
        if not after:
            return None
        places = after
    return max(places)


class _Around:
    """What stands around one match, in its sentence."""

    def __init__(self, words: Sequence[Word], read: Sequence[str], first: int, last: int, wording: WordingList) -> None:
        self.words, self.read, self.first, self.last, self.wording = words, read, first, last, wording
        begin = first
        while begin and first - begin < REACH and words[begin - 1].sentence == words[first].sentence:
            begin -= 1
        end = last
        while end + 1 < len(words) and end - last < REACH and words[end + 1].sentence == words[last].sentence:
            end += 1
        self.begin, self.end = begin, end

    def denied(self) -> bool:
        """Whether a denial stands before the phrase in its clause: "did not put herself at risk"."""
        place = self.first
        while place > self.begin and self.words[place - 1].clause == self.words[self.first].clause and self.first - place < DENIED_WITHIN:
            place -= 1
        before = self.read[place : self.first]
        denials = sum(len(_found(before, run)) for run in self.wording.negation)
        not_denials = sum(len(_found(before, run)) for run in self.wording.not_negation)
        return denials > not_denials

    def about_wording(self) -> bool:
        """Whether the sentence, or the one after it, speaks about the wording: corrects it, teaches about it or complains of it."""
        after = self.end + 1
        while after < len(self.words) and after - self.end < REACH and self.words[after].sentence == self.words[self.end].sentence + 1:
            after += 1
        sentence = self.read[self.begin : after]
        return any(_found(sentence, run) for run in self.wording.criticism)

    def passed_on(self) -> bool:
        """Whether the words before the phrase say that they are another person's: "mother said he is ...", "dad's words: ..."."""
        before = self.read[self.begin : self.first]
        if any(_found(before, run) for run in self.wording.attributing):
            return True
        for place in range(self.begin, self.first):
            if self.read[place] in self.wording.reporting and self._speaker(place - SPEAKER_WITHIN, place):
                return True
            if ":" in self.words[place + 1].before and self._speaker(place - 1, place + 1):
                return True
        return False

    def _speaker(self, start: int, end: int) -> bool:
        return any(one.partition("'")[0] in self.wording.speakers for one in self.read[max(start, self.begin) : end])

    def another_sense(self, after: Sequence[Sequence1]) -> bool:
        """Whether words stand straight after the phrase that give it another sense: "hard to reach by road"."""
        return any(tuple(self.read[self.last + 1 : self.last + 1 + len(run)]) == run for run in after)

    def about_another(self) -> bool:
        """Whether the nearest person named before the phrase is not the child."""
        for place in range(self.first - 1, self.begin - 1, -1):
            one = self.read[place].partition("'")[0]
            if one in self.wording.the_child:
                return False
            if one in self.wording.not_the_child:
                return True
        return False


def _found(words: Sequence[str], run: Sequence[str]) -> list[int]:
    """Where a run of words begins among words."""
    size = len(run)
    return [place for place in range(len(words) - size + 1) if words[place] == run[0] and tuple(words[place : place + size]) == tuple(run)]

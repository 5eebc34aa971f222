"""Forms of words as a list of wording writes them, matched against a text; and cues: forms that change what a phrase near them means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

GAP: Final = 3
"""How many other words `...` may stand for (ours)."""
PHRASE: Final = "~"
"""In a cue, the place of the phrase that the cue is about."""

Sequence1 = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Element:
    """One place of a form: any of these words or runs of words; or nothing, where it may be left out; or up to GAP words of any sort."""

    any_of: frozenset[Sequence1]
    optional: bool = False
    gap: bool = False


Form = tuple[Element, ...]


@dataclass(frozen=True, slots=True)
class Cues:
    """Cues of one meaning. `anywhere`: forms by the words they may begin with; `around`: what stands before the phrase and what after it, and the words of
    which one must be there."""

    anywhere: Mapping[str, tuple[Form, ...]]
    around: tuple[tuple[Form, Form, frozenset[str]], ...]

    def found(self, read: Sequence[str], start: int, end: int) -> Iterator[tuple[int, int]]:
        """From where to where each cue stands among the words from `start` to `end`, the end not included."""
        for place in range(start, end):
            for form in self.anywhere.get(read[place], ()):
                after = match(read, place, form, end)
                if after is not None:
                    yield place, after


def match(read: Sequence[str], first: int, form: Form, end: int) -> int | None:
    """Where the longest match of a form that begins at a word ends (one past its last word, at most `end`); None where it does not match."""
    places = {first}
    for element in form:
        after: set[int] = set()
        for place in places:
            if element.gap:
                after.update(range(place, min(place + GAP, end) + 1))
                continue
            if element.optional:
                after.add(place)
            here = read[place] if place < end else None
            for run in element.any_of:
                if run[0] == here and place + len(run) <= end and (len(run) == 1 or tuple(read[place : place + len(run)]) == run):
                    after.add(place + len(run))
        if not after:
            return None
        places = after
    return max(places)


def cues(forms: Iterable[tuple[Form, Form | None]]) -> Cues:
    """Cues of forms. Each is the words before the phrase and those after it; None for those after where the cue may stand anywhere."""
    anywhere: dict[str, list[Form]] = {}
    around: list[tuple[Form, Form, frozenset[str]]] = []
    for before, after in forms:
        if after is not None:
            around.append((before, after, frozenset(first_words(before or after))))
            continue
        for word in sorted(first_words(before)):
            anywhere.setdefault(word, []).append(before)
    return Cues({word: tuple(listed) for word, listed in anywhere.items()}, tuple(around))


def first_words(form: Form) -> set[str]:
    """The words that a form may begin with."""
    return {run[0] for run in form[0].any_of}


def words_in(form: Form) -> Iterator[str]:
    """Every word of a form."""
    for element in form:
        for run in element.any_of:
            yield from run

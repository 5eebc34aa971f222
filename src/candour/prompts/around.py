"""What stands around a phrase in a text: a denial, talk about the wording itself, a title, a speaker, someone who is not the child."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from candour.prompts.forms import Form, Sequence1, match
from candour.prompts.wording_list import WordingList
from candour.prompts.words import Word

DENIED_WITHIN: Final = 12
"""How many words before a phrase a denial may stand, in the same clause (ours)."""
CUE_WITHIN: Final = 6
"""How many words may stand between a phrase and a cue that says on which side of the phrase it stands (ours)."""
REACH: Final = 60
"""How many words before and after a phrase are looked at in its sentence: a log without a full stop must not take long (ours)."""
SPEAKER_WITHIN: Final = 5
"""How many words may stand between a speaker and the word that passes on what was said (ours)."""
CLOSE: Final = 3
"""How many words may stand between a cue and one before it that takes away its meaning (ours)."""
OWNS_WITHIN: Final = 2
"""How many words may stand between an owner and what is owned, and between a preposition and its person, that person counted (ours)."""
NEW_WITHIN: Final = 9
"""How many words a correction and the old words may take before the new words begin (ours)."""
SHORT: Final = 3
"""Words of so many letters or fewer are written small in titles, and are not looked at (ours)."""
TITLE_WITHIN: Final = 3
"""How many words may stand between a title and the word that says of what it is a title (ours)."""
ANSWER: Final = 4
"""How many words a sentence that takes back the one before may have (ours)."""
QUOTES: Final = "'\"“”«»"


class Around:
    """What stands around one match, in its sentence and those next to it. The match goes from the word `first` to the word `last`."""

    def __init__(self, text: str, words: Sequence[Word], read: Sequence[str], first: int, last: int, wording: WordingList) -> None:
        self.text, self.words, self.read, self.first, self.last, self.wording = text, words, read, first, last, wording
        self.begin = self._sentence_begins(first)
        self.end = self._sentence_ends(last)
        self.near = frozenset(read[self.begin : first]).union(read[last + 1 : self.end + 1])
        self.quoted = self._in_quotation_marks()

    def _sentence_begins(self, place: int) -> int:
        """The first word of the sentence of a word, at most REACH words back."""
        begin = place
        while begin and place - begin < REACH and self.words[begin - 1].sentence == self.words[place].sentence:
            begin -= 1
        return begin

    def _sentence_ends(self, place: int) -> int:
        """The last word of the sentence of a word, at most REACH words on."""
        end = place
        while end + 1 < len(self.words) and end - place < REACH and self.words[end + 1].sentence == self.words[place].sentence:
            end += 1
        return end

    def _found(self, key: str, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Where the cues of one key stand, each in one part of a sentence and with no comma in it."""
        for begin, after in self._stretches(start, end):
            yield from self.wording.cues[key].found(self.read, begin, after)

    def _stretches(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The words from `start` to `end`, the end not included, in runs with no comma and no end of a part inside."""
        begin = start
        for place in range(start + 1, end):
            if self._divided(place):
                yield begin, place
                begin = place
        yield begin, end

    def _divided(self, place: int) -> bool:
        """Whether a comma or the end of a part stands before a word."""
        return "," in self.words[place].before or self.words[place - 1].part != self.words[place].part

    # Denied.

    def denied(self) -> bool:
        """Whether a denial stands before the phrase in its clause ("did not put herself at risk"), after it ("a lifestyle choice it is not") or answers
        it ("Lifestyle choice? No, ...")."""
        return self._denied_before() or self._stands_around("negation", but_for="not_negation") or self._answered_no()

    def next_in_list(self, place: int) -> bool:
        """Whether the phrase is the next in a list after a word: "..., promiscuous", "... or promiscuous"."""
        if not self.begin <= place < self.first:
            return False
        between = self.read[place + 1 : self.first]
        return list(between) == ["or"] or (not between and "," in self.words[self.first].before)

    def _denied_before(self) -> bool:
        straight = self.first > self.begin and self.words[self.first].before == " "
        if straight and self.read[self.first - 1] in self.wording.words["straight_before"]:
            return True
        start = self._clause_begins()
        denials = self._not_covered("negation", "not_negation", start, self.first, close=0)
        ends = [begin for begin, _ in self._found("ends_denial", start, self.first)]
        return any(not any(begin > after for begin in ends) for _, after in denials)

    def _clause_begins(self) -> int:
        """Where the words that a denial of the phrase may stand in begin: its clause, and those before it that are not finished ("is not, and never was,
        ..."; "no sign that, whatever she did, ..."; "is not streetwise, or ...")."""
        place, after = self.first, False
        while place > self.begin and self.first - place < DENIED_WITHIN:
            if self._new_clause(place) and not self._goes_on(place):
                aside = self._aside_begins(place)
                if aside is None or after:
                    break
                place, after = aside, True
            place -= 1
        return place

    def _new_clause(self, place: int) -> bool:
        return self.words[place - 1].clause != self.words[place].clause

    def _goes_on(self, place: int) -> bool:
        """Whether the clause before a word is not finished, so that what it denies is denied after it too."""
        if self.words[place - 1].part != self.words[place].part:
            return False
        if self.read[place] == "or":
            return True
        return self.read[place - 1] in self.wording.words["unfinished"]

    def _aside_begins(self, place: int) -> int | None:
        """Where the clause before a word begins, if it is put between commas into one that is not finished."""
        if "," not in self.words[place].before:
            return None
        begin = place - 1
        while begin > self.begin and place - begin < DENIED_WITHIN and not self._new_clause(begin):
            begin -= 1
        if begin == self.begin or "," not in self.words[begin].before:
            return None
        return begin if self.read[place] == "that" or self._goes_on(begin) else None

    def _answered_no(self) -> bool:
        """Whether the next sentence answers the phrase's with no, or the sentence or the next ends with a few words that take it back ("She was not.")."""
        no, after = self.wording.words["answers_no"], self.end + 1
        if 0 < self.end - self.last <= ANSWER and self.words[self.last].clause == self.words[self.end].clause and self.read[self.end] in no:
            return True
        if after >= len(self.words) or self.end - self.last > CUE_WITHIN or self.read[self.begin] in self.wording.words["asks"]:
            return False
        last = self._sentence_ends(after)
        if "?" in self.words[after].before and self.read[after] in no:
            return True
        return last - after < ANSWER and self.read[last] in no

    def _not_covered(self, key: str, but_for: str, start: int, end: int, *, close: int) -> list[tuple[int, int]]:
        """Where cues stand, but for those that another kind of cue overlaps or stands close before: "no doubt", "did not challenge the phrase"."""
        others = list(self._found(but_for, start, end))
        found = self._found(key, start, end)
        return [(begin, after) for begin, after in found if not any(begin < past + close and other < after for other, past in others)]

    def _stands_around(self, key: str, *, but_for: str = "") -> bool:
        """Whether one of the cues that say where the phrase stands (`~`) stands around it, and none of another kind."""
        if but_for and self._stands_around(but_for):
            return False
        others = list(self._found(but_for, self.begin, self.first)) if but_for else []
        return any(
            not self.near.isdisjoint(needed) and self._before(before, others) and self._after(after)
            for before, after, needed in self.wording.cues[key].around
        )

    def _before(self, form: Form, others: Sequence[tuple[int, int]]) -> bool:
        if not form:
            return True
        for place in range(self.first - 1, max(self.begin, self.first - CUE_WITHIN - DENIED_WITHIN) - 1, -1):
            past = match(self.read, place, form, self.first)
            if past is None or self.first - past > CUE_WITHIN or not self._same_clause(past - 1, self.first):
                continue
            if not any(place < end and begin < past for begin, end in others):
                return True
        return False

    def _after(self, form: Form) -> bool:
        if not form:
            return True
        for place in range(self.last + 1, min(self.end + 1, self.last + 2 + CUE_WITHIN)):
            if match(self.read, place, form, self.end + 1) is not None and self._same_clause(self.last, place):
                return True
        return False

    def _same_clause(self, one: int, other: int) -> bool:
        return self.quoted or self.words[one].clause == self.words[other].clause

    # Spoken about.

    def about_wording(self) -> bool:
        """Whether the sentence, or one next to it, speaks about the wording: corrects it, teaches about it or complains of it."""
        if self._is_new_wording() or self._stands_around("not_criticism"):
            return False
        start = self._sentence_begins(self.begin - 1) if self.begin else 0
        end = self._sentence_ends(self.end + 1) + 1 if self.end + 1 < len(self.words) else self.end + 1
        kinds = ["criticism"]
        if self.quoted and not self.passed_on():
            kinds.append("criticism_of_quoted")
        return any(
            self._stands_around(key, but_for="not_criticism") or self._not_covered(key, "not_criticism", start, end, close=CLOSE)
            for key in kinds
        )

    def _is_new_wording(self) -> bool:
        """Whether the phrase is what a correction puts in: 'changed from "vulnerable" to "streetwise"'."""
        new, correcting = self.wording.words["new_wording"], self.wording.words["correcting"]
        before = self.read[max(self.begin, self.first - NEW_WITHIN) : self.first]
        return bool(before) and before[-1] in new and any(one in correcting for one in before[:-1])

    def _in_quotation_marks(self) -> bool:
        """Whether the phrase stands in quotation marks. An apostrophe that ends a word is none."""
        inside = False
        for place in range(self.begin, self.first + 1):
            gap = self.words[place].before
            opens = bool(gap) and gap[-1] in QUOTES and (len(gap) > 1 or not place)
            if place > self.begin and any(sign in QUOTES for sign in (gap[:-1] if opens else gap)):
                inside = False
            inside = inside or opens
        return inside

    def named(self) -> bool:
        """Whether the phrase is part of a title or a name: capitals, and close by a word that says of what ("the seminar ..."), or "called" before it, or
        a capital straight after."""
        if not self._in_capitals():
            return False
        if self._title_beside() or self._called():
            return True
        after = self.last + 1
        return (
            after <= self.end
            and self.words[after].before == " "
            and self._capital(after)
            and self.read[after] not in self.wording.words["the_child"]
        )

    def _title_beside(self) -> bool:
        """Whether a word for what has titles stands close before or after the phrase, and nobody written small between them ("..., missed her course")."""
        titles = self.wording.words["titles"]
        before = range(self.first - 1, max(self.begin, self.first - 1 - TITLE_WITHIN) - 1, -1)
        after = range(self.last + 1, min(self.end, self.last + 1 + TITLE_WITHIN) + 1)
        for places in (before, after):
            for place in places:
                if places is after and self._divided(place):
                    break
                if self.read[place] in titles:
                    return True
                if self.read[place] in self.wording.words["the_child"] and not self._capital(place):
                    break
        return False

    def _called(self) -> bool:
        """Whether "called" or the like stands close before the phrase, and straight after it the title begins, with a capital or "the"."""
        for place in range(self.first - 1, max(self.begin, self.first - 1 - TITLE_WITHIN) - 1, -1):
            if self._divided(place + 1):
                return False
            if self.read[place] in self.wording.words["titled"]:
                begins = place + 1 + (self.read[place + 1] == "the" and place + 1 < self.first)
                return self._capital(begins)
        return False

    def _in_capitals(self) -> bool:
        """Whether the phrase is written as names are, and the sentence is not: its first word's capital does not count."""
        opens = self.first == self.begin or self.words[self.first - 1].part != self.words[self.first].part
        opens = opens or any(sign in QUOTES for sign in self.words[self.first].before)
        inside = [place for place in range(self.first, self.last + 1) if place == self.first or len(self.read[place]) > SHORT]
        if not all(self._capital(place) for place in inside):
            return False
        if opens and len(inside) == 1 and not (self.last < self.end and self._capital(self.last + 1)):
            return False
        others = [
            place for place in range(self.begin + 1, self.end + 1) if not self.first <= place <= self.last and len(self.read[place]) > SHORT
        ]
        return sum(self._capital(place) for place in others) * 2 <= len(others) + 1

    def _capital(self, place: int) -> bool:
        written = self.text[self.words[place].start : self.words[place].end]
        return written[:1].isupper() and not written[1:].isupper()

    def another_sense(self, before: Sequence[Sequence1], after: Sequence[Sequence1]) -> bool:
        """Whether words stand straight before or after the phrase that give it another sense ("hard to reach by road"), or name an offence."""
        begin, end = self._undivided()
        return (
            any(tuple(self.read[self.last + 1 : min(end, self.last + 1 + len(run))]) == run for run in after)
            or any(tuple(self.read[max(begin, self.first - len(run)) : self.first]) == run for run in before)
            or self._stands_around("legal")
        )

    def _undivided(self) -> tuple[int, int]:
        """From where to where, the end not included, the sentence goes on around the phrase with no comma and no end of a part."""
        begin, end = self.first, self.last + 1
        while begin > self.begin and not self._divided(begin):
            begin -= 1
        while end <= self.end and not self._divided(end):
            end += 1
        return begin, end

    # Whose words, of whom.

    def passed_on(self) -> bool:
        """Whether the words before the phrase say that they are another person's: "mother said he is ...", "dad's words: ..."."""
        if any(self._found("attributing", self.begin, self.first)):
            return True
        for place in range(self.begin, self.first):
            if self.read[place] in self.wording.words["reporting"] and self._speaker(place - SPEAKER_WITHIN, place):
                return not (self._spoken_of(place) and self.about_another())
            if ":" in self.words[place + 1].before and self._speaker(place - 1, place + 1):
                return True
        return False

    def _speaker(self, start: int, end: int) -> bool:
        return any(one.partition("'")[0] in self.wording.words["speakers"] for one in self.read[max(start, self.begin) : end])

    def _spoken_of(self, place: int) -> bool:
        """Whether who stands before a word that passes on what was said is not the speaker: "the father is said to be ..."."""
        return place > self.begin and self.read[place - 1] in self.wording.words["passive"]

    def about_another(self) -> bool:
        """Whether the nearest person named before the phrase is not the child. One who only took part in what an earlier clause tells
        ("spoken to by officers and ...") and one who owns something else ("the officer's log: ...") is passed over."""
        people = self.wording.words
        for place in range(self.first - 1, self.begin - 1, -1):
            one, _, owns = self.read[place].partition("'")
            if one in people["the_child"]:
                return False
            if one in people["not_the_child"] and not self._beside(place) and (not owns or self._owns(place)):
                return True
        return False

    def _owns(self, place: int) -> bool:
        return self.first - place <= OWNS_WITHIN and self.words[place].clause == self.words[self.first].clause

    def _beside(self, place: int) -> bool:
        """Whether a person is no more than the object of an earlier clause: "to staff", "by the officers"."""
        governing = self.wording.words["governing"]
        if not any(one in governing for one in self.read[max(self.begin, place - OWNS_WITHIN) : place]):
            return False
        return self.words[place].clause != self.words[self.first].clause or any(
            one in governing for one in self.read[place + 1 : self.first]
        )

"""Wording: what is found and what is left out, in what time; and lists that cannot be meant are refused."""

from __future__ import annotations

from pathlib import Path
from time import process_time
from typing import Any

import pytest

from candour.prompts.around import Around
from candour.prompts.wording import Hit, find_wording
from candour.prompts.wording_list import WordingList, load_wording, one_slip_apart
from candour.prompts.words import Word, words_of
from candour.records.vocabulary import find_catalogue
from candour.standards.refusals import StandardRefused

FILE = find_catalogue() / "wording" / "victim_blaming.toml"
WORDING = load_wording(FILE)


def hits(text: str, **given: bool) -> list[Hit]:
    return find_wording(text, WORDING, **given)


def passages(text: str) -> list[str]:
    return [text[hit.start : hit.end] for hit in hits(text)]


@pytest.mark.parametrize(
    ("text", "passage"),
    [
        ("This is a lifestyle choice.", "lifestyle choice"),
        ("this is a LIFE-STYLE  choice", "LIFE-STYLE  choice"),
        ("lifestlye choice", "lifestlye choice"),
        ("puts her self @ risk", "puts her self @ risk"),
        ("He’s “streetwise”", "streetwise"),
        ("Wouldn’t engage with us", "Wouldn’t engage with"),
        ("deliberatly missing", "deliberatly missing"),
    ],
)
def test_a_phrase_is_found_as_it_is_typed_and_its_place_is_exact(text: str, passage: str) -> None:
    assert passages(text) == [passage]


@pytest.mark.parametrize(
    "text",
    [
        "She did not put herself at risk.",
        "There is nothing to suggest that he is missing through choice.",
        "The previous log wrongly said that this was a lifestyle choice.",
        "He is streetwise. I disagree with that entry.",
        "Officers put themselves at risk going into the water.",
        "The house is hard to reach by road.",
        "Attention: seeking witnesses.",
        "Given a choice of solicitor. Seen on Risk Lane.",
        "",
        "... !!! ???",
    ],
)
def test_nothing_is_asked_of_what_is_denied_corrected_or_about_something_else(text: str) -> None:
    assert hits(text) == []


def test_a_denial_ends_with_its_clause() -> None:
    assert passages("She did not answer and puts herself at risk.") == ["puts herself at risk"]
    assert passages("No concerns, lifestyle choice.") == ["lifestyle choice"]
    assert passages("There is no doubt she is making poor choices.") == ["making poor choices"]


@pytest.mark.parametrize(
    "text", ["Mother said he is 'streetwise'.", "Dad's words: it is her own fault.", "According to the unit she is attention seeking."]
)
def test_another_persons_words_are_raised_as_quoted(text: str) -> None:
    assert [hit.quoted for hit in hits(text)] == [True]


def test_quotation_marks_alone_do_not_make_it_another_persons() -> None:
    assert [hit.quoted for hit in hits('"Lifestyle choice." Log closed.')] == [False]


def test_a_record_that_marks_its_text_as_quoted_is_believed() -> None:
    assert [hit.quoted for hit in hits("He is streetwise.", quotes_others=True)] == [True]


def test_of_two_that_overlap_the_longer_is_kept() -> None:
    assert [hit.phrase for hit in hits("Known absconder.")] == ["absconder"]
    assert passages("making poor choices") == ["making poor choices"]


def test_a_phrase_does_not_reach_over_the_end_of_a_sentence() -> None:
    assert hits("She changed her life style. Choice of two coats.") == []


def test_space_before_the_first_word_changes_nothing() -> None:
    for gap in ("", " ", "  ", "\n"):
        assert passages(f"{gap}Streetwise girl, mother said no") == ["Streetwise"]


@pytest.mark.parametrize(
    ("text", "passage"),
    [
        ("She is in a relationship with an older man. Man aged 40.", "relationship with an older man"),
        ("She puts herself in risky situations. Situations escalate.", "puts herself in risky situations"),
        ("Flirts with men. Men unknown.", "Flirts with men"),
        ("Relationship with an older male; male is 24.", "Relationship with an older male"),
    ],
)
def test_a_phrase_that_ends_with_its_sentence_is_found_whatever_the_next_begins_with(text: str, passage: str) -> None:
    assert passages(text) == [passage]


def test_one_slip_is_forgiven_and_not_at_the_end_of_a_word() -> None:
    assert one_slip_apart("promiscous", "promiscuous") and one_slip_apart("lifestlye", "lifestyle")
    assert not one_slip_apart("manipulated", "manipulates") and not one_slip_apart("lifestyle", "lifestyles")
    assert WORDING.read_as("choise") == "choise", "a short word is not guessed at"


def test_every_letter_stays_in_its_place_whatever_the_script() -> None:
    text = "İstanbul ΣΑΣ: she puts herself at risk"
    assert passages(text) == ["puts herself at risk"]
    assert all(text[one.start : one.end] for one in words_of(text))


def test_time_grows_with_the_length_alone() -> None:
    """A log of a million letters without a full stop, made of beginnings of phrases."""
    short, long = "she put herself put herself in a mother said " * 500, "she put herself put herself in a mother said " * 10_000

    def seconds(text: str) -> float:
        began = process_time()
        hits(text)
        return process_time() - began

    seconds(short)
    assert seconds(long) < 20 * max(seconds(short), 0.005) * 3


class Counted(list[Any]):
    """A list that counts what is taken out of it."""

    taken = 0

    def __getitem__(self, place: Any) -> Any:
        found = super().__getitem__(place)
        self.taken += len(found) if isinstance(place, slice) else 1
        return found


def looked_at(text: str, monkeypatch: pytest.MonkeyPatch) -> tuple[int, int]:
    """How many hits a text has, and how many words are looked at around all the places where a phrase stands."""
    counted: list[Counted] = []

    def around(text: str, words: list[Word], read: list[str], first: int, last: int, wording: WordingList) -> Around:
        if not counted:
            counted.extend((Counted(words), Counted(read)))
        return Around(text, counted[0], counted[1], first, last, wording)

    with monkeypatch.context() as patched:
        patched.setattr("candour.prompts.wording.Around", around)
        return len(hits(text)), sum(one.taken for one in counted)


@pytest.mark.parametrize(
    "sentence", ["He is streetwise. ", "He is not streetwise or promiscuous. ", "streetwise, streetwise, streetwise. "]
)
def test_the_words_looked_at_grow_with_the_number_of_hits_alone(sentence: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted, not timed: a text of ten times as many phrases, said, denied or listed, makes ten times as many words to look at."""
    short, long = looked_at(sentence * 100, monkeypatch), looked_at(sentence * 1000, monkeypatch)
    assert short[1] > 200
    assert long[0] >= 10 * short[0] and long[1] <= 11 * short[1]


def test_every_phrase_of_the_list_says_why_what_instead_and_where_from() -> None:
    assert len(WORDING.phrases) >= 20
    for one in WORDING.phrases.values():
        assert one.why.endswith(".") and one.instead and one.document and one.read
        assert one.url or not one.verified, one.id


def edited(folder: Path, old: str, new: str) -> Path:
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    file = folder / "list.toml"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('source = "ours"', 'source = "nobody"', "'nobody' is not the id"),
        ('"lifestyle choice"', '"... choice"', "begins with something that may be left out"),
        ('"lifestyle choice"', '"<someone> choice"', "is not one of [groups]"),
        ('"lifestyle choice"', '"a ... ... b"', "twice together"),
        ('id = "proclivity"', 'id = "promiscuous"', "is given twice"),
        ('"her self", ', '"", ', "[groups.self] needs a list of words"),
        ('"her self", ', '" ", ', "[groups.self] needs a list of words"),
        ('"her self", ', "7, ", "[groups.self] needs a list of words"),
        ("[context]\n", "spare = []\n[context]\n", "[groups.spare] needs a list of words"),
        ('straight_before = ["no"]', 'straight_before = ["no", "not a"]', "[context.straight_before] 'not a' is not one word"),
        ('straight_before = ["no"]', 'straight_before = ["no", "non-"]', "[context.straight_before] 'non-' is not one word"),
        ('"lifestyle choice"', '"life-style choice"', "[phrases.lifestyle-choice.forms] 'life-style' is not one word"),
        ('"lifestyle choice"', '"life__style choice"', "[phrases.lifestyle-choice.forms] '' is not one word"),
        ('"her self", ', '"her-self", ', "[groups.self] 'her-self' is not one word"),
        ('["use of"]', '["use, of"]', "[phrases.attention-seeking.unless_followed_by] 'use,' is not one word"),
        (
            "straight_before =",
            "streight_before = []\nstraight_before =",
            "[context.streight_before] is not known here. Near it: straight_before",
        ),
        (
            'unless_followed_by = ["use of"]',
            'unless_folowed_by = ["use of"]',
            ".unless_folowed_by] is not known here. Near it: unless_followed_by",
        ),
        ("version = 2", "versoin = 2", "[versoin] is not known here. Near it: version"),
        ('document = "', 'docment = "x"\ndocument = "', ".docment] is not known here. Near it: document"),
        ("version = 2", 'version = "two"', "[version] must be a whole number; it is 'two'"),
        ("version = 2", "version = = 1", "not a list of wording that can be read"),
    ],
)
def test_a_list_that_cannot_be_meant_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(StandardRefused) as refused:
        load_wording(edited(tmp_path, old, new))
    assert said in str(refused.value) and "list.toml" in str(refused.value)


@pytest.mark.parametrize("key", ["sources", "phrases", "context", "groups"])
def test_a_list_whose_parts_are_no_tables_is_refused(tmp_path: Path, key: str) -> None:
    file = tmp_path / "list.toml"
    given = {name: f"{name} = 3\n" if name == key else "" for name in ("sources", "context", "groups", "phrases")}
    source = '[[sources]]\nid = "ours"\ndocument = "Made up"\nread = "All."\n' if key != "sources" else ""
    phrase = (
        '[[phrases]]\nid = "one"\nsource = "ours"\nwhy = "So."\ninstead = "Other."\nforms = ["<who> chose"]\n' if key != "phrases" else ""
    )
    file.write_text(
        f'title = "Made up"\n{"".join(given.values())}{source}{phrase}' + ('[groups]\nwho = ["she"]\n' if key != "groups" else ""),
        encoding="utf-8",
    )
    with pytest.raises(StandardRefused, match=rf"list\.toml: \[{key}\] must be"):
        load_wording(file)


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ('"lifestyle choice"', '"lifestyle choice", "won’t listen"', "She won't listen."),
        ('neg   = ["not"', 'neg   = ["ain’t", "not"', "She ain’t help herself."),
        ('unless_followed_by = ["use of"]', 'unless_followed_by = ["bosun’s call"]', "Attention seeking bosun's call."),
        ('straight_before = ["no"]', 'straight_before = ["no", "nobody’s", " ne’er "]', "He is ne'er streetwise."),
        ("not_the_child = [", 'not_the_child = ["mam", "bosun ", ', "Bosun is streetwise."),
    ],
)
def test_a_list_may_be_written_with_curly_apostrophes_and_spaces_round_a_word(tmp_path: Path, old: str, new: str, text: str) -> None:
    assert bool(find_wording(text, load_wording(edited(tmp_path, old, new)))) is not bool(hits(text))


def test_a_force_may_add_a_phrase(tmp_path: Path) -> None:
    own: WordingList = load_wording(edited(tmp_path, '"lifestyle choice"', '"lifestyle choice", "a right madam"'))
    assert [hit.phrase for hit in find_wording("She is a right madam.", own)] == ["lifestyle-choice"]

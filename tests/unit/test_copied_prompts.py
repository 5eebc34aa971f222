"""Copied, stock and empty text: what is like what, what is a form, what says nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import combinations
from random import Random

import pytest

from candour.prompts.copies import find_copies, relation_of, runs_of, shared_passages
from candour.prompts.definitions import Definition, load_definitions
from candour.prompts.emptiness import says_nothing
from candour.prompts.stock import Stock, find_stock, segments_of, sentences_held
from candour.prompts.texts import Entry
from candour.records.vocabulary import load_vocabulary

START = datetime(2026, 3, 1, 9)
NONE = Stock({})
LONG = "The footage from the market shows the neighbour and the caravan was searched before the aunt rang on Monday"


def entry(number: int, text: str, **given: object) -> Entry:
    one = Entry(
        f"E{number:03}",
        "supervision.reviewed",
        f"C{number}",
        f"K{number}",
        1,
        "U",
        START + timedelta(hours=number),
        "records",
        f"r#{number}",
        "text",
        text,
    )
    return replace(one, **given)  # type: ignore[arg-type]  # fields of an Entry by name


def pairs(entries: list[Entry], stock: Stock = NONE, words: int = 12, likeness: float = 0.6) -> list[tuple[str, str, float]]:
    return [(one.later.event_id, one.earlier.event_id, round(one.likeness, 3)) for one in find_copies(entries, stock, words, likeness)]


def test_the_later_of_two_is_asked_about_whatever_the_order_given() -> None:
    assert pairs([entry(2, LONG), entry(1, LONG)]) == [("E002", "E001", 1.0)]


def test_capitals_spacing_and_figures_make_no_difference() -> None:
    first = entry(1, LONG + " 12 May 2026")
    assert pairs([first, entry(2, LONG.upper().replace(" ", "  ") + " 3 MAY 2027")]) == [("E002", "E001", 1.0)]


def test_likeness_is_the_share_of_all_runs_of_three_words() -> None:
    changed = LONG.replace("caravan", "laptop")
    both = runs_of(LONG.lower().split()) & runs_of(changed.lower().split())
    expected = len(both) / (2 * len(runs_of(LONG.split())) - len(both))
    assert pairs([entry(1, LONG), entry(2, changed)]) == [("E002", "E001", round(expected, 3))]
    assert pairs([entry(1, LONG), entry(2, changed)], likeness=expected + 0.01) == []


def test_short_texts_and_one_writing_are_not_copies() -> None:
    assert pairs([entry(1, "Seen and well at home."), entry(2, "Seen and well at home.")]) == []
    same = entry(1, LONG)
    assert pairs([same, replace(same, event_id="E009", source_system="other", source_ref="x#1")]) == []
    assert pairs([same, replace(same, event_id="E009", field="rationale")]) == []


def test_of_three_the_third_is_asked_about_beside_the_most_like() -> None:
    changed = LONG.replace("caravan", "laptop")
    assert pairs([entry(1, LONG), entry(2, changed), entry(3, changed)])[-1] == ("E003", "E002", 1.0)


@pytest.mark.parametrize(
    ("given", "relation"),
    [
        ({}, "another_case"),
        ({"case_ref": "C1"}, "another_child"),
        ({"case_ref": "C1", "child_ref": "K1"}, "same_case"),
        ({"case_ref": None}, "unlinked"),
    ],
)
def test_how_two_entries_are_related(given: dict[str, object], relation: str) -> None:
    found = list(find_copies([entry(1, LONG), entry(2, LONG, **given)], NONE, 12, 0.6))
    assert [relation_of(one) for one in found] == [relation]


def test_fingerprints_find_what_comparing_every_pair_finds() -> None:
    random = Random(5)
    words = [f"{one}{two}" for one in "bcdfghklmnprst" for two in ("ab", "ed", "ill", "on", "ust", "ark")]
    entries: list[Entry] = []
    for number in range(400):
        if number > 20 and random.random() < 0.2:
            text = random.choice(entries).text.split()
            for _ in range(random.choice((0, 1, 2, 4))):
                text[random.randrange(len(text))] = random.choice(words)
        else:
            text = random.choices(words, k=random.randrange(20, 60))
        entries.append(entry(number, " ".join(text)))
    there = {
        two.event_id
        for one, two in combinations(entries, 2)
        if len(runs_of(one.text.split()) & runs_of(two.text.split())) / len(runs_of(one.text.split()) | runs_of(two.text.split())) >= 0.6
    }
    found = {later for later, _, _ in pairs(entries)}
    assert found <= there and len(found) >= 0.98 * len(there) and len(there) > 20


def test_shared_passages_stand_where_they_stand() -> None:
    one, two = "Say: the aunt rang on Monday, and again.", "On Friday the aunt rang on Monday night"
    later, earlier = shared_passages(one, two)
    assert [one[start:end] for start, end in later] == ["the aunt rang on Monday"]
    assert [two[start:end] for start, end in earlier] == ["the aunt rang on Monday"]
    assert shared_passages("No", "no") == ([], [])


FORM = "Lines of enquiry: {}. Safeguarding of the child and of all others in the house: {}. I have reviewed this in line with force policy and with the child in mind."


def test_headings_and_the_text_of_a_form_do_not_make_entries_alike() -> None:
    letters = "abcdefghijklmnopqrstuvwxyzäöüßéèñçøåđłž"
    entries = [entry(number, FORM.format(f"asked {letter}x", letter)) for number, letter in enumerate(letters)]
    stock = find_stock(entries, 0.1, 20)
    assert len(pairs(entries)) > 30, "the form alone makes them alike"
    assert pairs(entries, stock, words=1) == []
    asked = sentences_held(stock, entries, 5)
    assert [(one.event_id, one.text[segment.start : segment.end], number) for one, segment, number in asked] == [
        ("E000", "I have reviewed this in line with force policy and with the child in mind.", len(letters))
    ]
    assert "lines of enquiry:" in stock.held["records", "supervision.reviewed", "text"]


def test_stock_is_of_its_own_source_and_needs_enough_entries() -> None:
    assert not any(find_stock([entry(one, "The same words here.") for one in range(19)], 0.1, 20).held.values())
    mixed = [entry(one, "The same words here.", source_system=f"s{one % 2}") for one in range(38)]
    assert not any(find_stock(mixed, 0.1, 20).held.values())


def test_segments_know_where_they_stand() -> None:
    text = "  Heading: one two 3.\n\nNext!  "
    assert [(one.key, text[one.start : one.end], one.heading) for one in segments_of(text)] == [
        ("heading:", "Heading:", True),
        ("one two #.", "one two 3.", False),
        ("next!", "Next!", False),
    ]


@pytest.fixture(scope="module")
def empty() -> Definition:
    return next(one for one in load_definitions(load_vocabulary()) if one.check == "empty")


@pytest.mark.parametrize(
    ("text", "nothing"),
    [
        ("Noted.", True),
        ("NFA", True),
        ("Happy with the progress made so far", True),
        ("See the child.", False),
        ("Noted. Next on 4 May.", False),
        ("Continue until Friday.", False),
        ("Interview him.", False),
        ("I have read the whole of this and have no concerns", False),
    ],
)
def test_short_without_an_action_or_a_date(empty: Definition, text: str, nothing: bool) -> None:
    assert says_nothing(entry(1, text), empty, NONE) is nothing


def test_a_tick_or_a_date_in_another_field_answers(empty: Definition) -> None:
    assert not says_nothing(entry(1, "Noted.", answered=True), empty, NONE)


def test_a_childs_voice_is_asked_about_by_its_length_alone(empty: Definition) -> None:
    assert says_nothing(entry(1, "Fine when seen", length_alone=True), empty, NONE)
    assert not says_nothing(entry(1, "Wants to go home", length_alone=True), empty, NONE)


def test_a_form_with_nothing_filled_in_says_nothing_and_a_stock_answer_is_asked_about_once(empty: Definition) -> None:
    forms = [entry(number, "Lines of enquiry: Safeguarding of the child: Direction and date: ") for number in range(30)]
    answers = [entry(number, "All of this was considered with the supervisor.") for number in range(30)]
    for entries, nothing in ((forms, True), (answers, False)):
        stock = find_stock(entries, 0.1, 20).without_short_answers(5)
        assert says_nothing(entries[0], empty, stock) is nothing

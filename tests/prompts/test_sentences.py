"""The list of wording on sentences written for the purpose: what it is measured on, and that the published figures are those it has."""

from __future__ import annotations

from collections import Counter

from benchmarks.wording import measured, read_sentences, said, table
from candour.prompts.wording_list import load_wording
from candour.records.vocabulary import find_catalogue
from tests.support.repository import ROOT

WORDING = load_wording(find_catalogue() / "wording" / "victim_blaming.toml")
ROWS = read_sentences()
HELD_OUT = [row for row in ROWS if row["part"] == "held out"]


def test_there_are_enough_sentences_and_half_of_them_are_hard_not_to_raise() -> None:
    expected = Counter(row["expected"] for row in ROWS)
    assert len(ROWS) >= 300
    assert len({row["sentence"] for row in ROWS}) == len(ROWS)
    assert expected["none"] + expected["quoted"] >= len(ROWS) / 2
    assert {row["sort"] for row in ROWS if row["expected"] == "none"} >= {"negated", "criticised", "other sense", "place or name"}


def test_the_parts_are_of_one_size_and_one_mix() -> None:
    parts = {part: Counter(row["expected"] for row in ROWS if row["part"] == part) for part in ("tuning", "held out")}
    assert len(HELD_OUT) * 2 == len(ROWS)
    assert all(abs(parts["tuning"][label] - parts["held out"][label]) <= 1 for label in ("blaming", "quoted", "none"))


def test_hardly_a_question_is_wrong_on_sentences_that_nobody_tuned_on() -> None:
    right, raised, there = measured(HELD_OUT, WORDING, "any")
    assert right / raised >= 0.95
    assert right / there >= 0.8


def test_nothing_denied_or_corrected_is_raised_on_the_held_out_part() -> None:
    wrong = [row["number"] for row in HELD_OUT if row["sort"] in ("negated", "criticised") and said(row["sentence"], WORDING) != "none"]
    assert not wrong


def test_the_published_table_is_what_the_script_prints() -> None:
    assert table(ROWS, WORDING) in (ROOT / "docs" / "explanation" / "reading-prompts.md").read_text(encoding="utf-8")

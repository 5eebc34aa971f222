"""The list of wording on sentences written for the purpose: what it is measured on, and that the published figures are those it has."""

from __future__ import annotations

from collections import Counter

import pytest

from benchmarks.wording import PARTS, measured, read_sentences, said, table
from candour.prompts.wording_list import load_wording
from candour.records.vocabulary import find_catalogue
from tests.support.repository import ROOT

WORDING = load_wording(find_catalogue() / "wording" / "victim_blaming.toml")
ROWS = read_sentences()
PAGE = (ROOT / "docs" / "explanation" / "reading-prompts.md").read_text(encoding="utf-8")
HELD_OUT = [row for row in ROWS if row["part"] == "held out"]


def test_there_are_enough_sentences_and_half_of_them_are_hard_not_to_raise() -> None:
    hard = [row for row in ROWS if row["expected"] == "none" and row["sort"] != "neutral"]
    assert len(ROWS) >= 300
    assert len({row["sentence"] for row in ROWS}) == len(ROWS)
    assert len(hard) * 2 >= len(ROWS)
    assert {row["sort"] for row in hard} == {"negated", "criticised", "other sense", "legal", "title", "place or name"}


def test_the_parts_are_of_one_size_and_one_mix() -> None:
    parts = {part: Counter(row["expected"] for row in ROWS if row["part"] == part) for part in ("tuning", "held out")}
    assert len(HELD_OUT) * 2 == len(ROWS)
    assert all(abs(parts["tuning"][label] - parts["held out"][label]) <= 1 for label in ("blaming", "quoted", "none"))


def test_most_of_what_is_there_is_found_on_sentences_that_nobody_tuned_on() -> None:
    right, _, there = measured(HELD_OUT, WORDING, "any")
    assert right / there >= 0.8


@pytest.mark.xfail(strict=True, reason="0.85: 82 of 97, of which 8 of the 15 wrong ones are criticism; the page on prompts says so")
def test_hardly_a_question_is_wrong_on_sentences_that_nobody_tuned_on() -> None:
    right, raised, _ = measured(HELD_OUT, WORDING, "any")
    assert right / raised >= 0.95


@pytest.mark.xfail(strict=True, reason="8 of 29 criticised and 3 of 29 denied are raised; the page on prompts says so")
def test_nothing_denied_or_corrected_is_raised_on_the_held_out_part() -> None:
    wrong = sum(said(row["sentence"], WORDING) != "none" for row in HELD_OUT if row["sort"] in ("negated", "criticised"))
    assert not wrong


def test_the_published_table_is_what_the_script_prints() -> None:
    assert table(ROWS, WORDING) in PAGE


@pytest.mark.parametrize("sort", sorted({row["sort"] for row in ROWS if row["expected"] == "none"}))
def test_the_published_false_alarms_of_each_sort_are_those_raised(sort: str) -> None:
    cells = []
    for part in PARTS:
        of_sort = [row for row in ROWS if (row["part"], row["expected"], row["sort"]) == (part, "none", sort)]
        cells.append(f"{sum(said(row['sentence'], WORDING) != 'none' for row in of_sort)} of {len(of_sort)}")
    assert f"| {sort} | {' | '.join(cells)} |" in PAGE

"""The truth figure of each published failing: what was planted, what was found, and what only a person can judge."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from dataclasses import replace
from types import ModuleType

import duckdb
import pytest

from candour.prompts.asking import Asked
from candour.prompts.definitions import load_definitions
from candour.prompts.prompt import PromptKind
from candour.records.vocabulary import load_vocabulary
from candour.standards.frameworks import Frameworks, load_frameworks
from candour.standards.model import Informs
from tests.support.repository import ROOT
from tests.support.tiny import standard_of

RULE = 'shape = "response"\nafter = { event = "missing.located" }\nexpect = { event = "missing.interviewed" }\nwithin = { hours = 24 }'


def failing_truth(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    return importlib.import_module("failing_truth")


def lines(monkeypatch: pytest.MonkeyPatch, rows: Iterable[tuple[str | None, str | None]], failings: tuple[int, ...]) -> list[str]:
    module = failing_truth(monkeypatch)
    db = duckdb.connect()
    db.execute("create table compared (standard varchar, planted varchar, found varchar)")
    db.executemany("insert into compared values ('tiny', ?, ?)", [list(row) for row in rows])
    known = load_frameworks()
    few = Frameworks(known.areas, {number: known.failings[number] for number in (1, 8, 23, 36)}, known.north_yorkshire)
    raised = {"child-not-seen-reason": (40, {"reading": 10}), "no-victim-blaming-language": (900, {"wording": 3, "wording_quoted": 1})}
    asked = [Asked(one, *raised[one.id][:1], *raised[one.id]) for one in load_definitions(load_vocabulary()) if one.id in raised]
    held = {PromptKind.WORDING: module.Held(3, 3, 4), PromptKind.QUOTED: module.Held(0, 1, 0)}
    return list(module.failing_lines(db, [replace(standard_of(RULE), informs=Informs(failings=failings))], few, asked, held))


def test_precision_and_recall_are_of_what_was_missed_or_late(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        ("missed", "missed"),
        ("late", "late"),
        ("late", "missed"),
        ("missed", "met"),
        ("met", "met"),
        ("met", "late"),
        (None, "missed"),
    ]
    told = lines(monkeypatch, rows, (8,))
    assert told[3].split()[-7:] == ["phone-only", "D", "1", "4", "5", "0.4000", "0.5000"]


def test_what_was_never_planted_has_no_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    assert lines(monkeypatch, [("met", "met")], (8,))[3].split()[-4:] == ["0", "0", "-", "-"]


def test_what_needs_a_reader_says_how_often_each_question_asked_and_is_never_counted_as_found(monkeypatch: pytest.MonkeyPatch) -> None:
    told = [line.strip() for line in lines(monkeypatch, [("missed", "missed")], (1,))]
    assert told[1].endswith("1.0000    1.0000")
    assert told[2] == "asked of a reader: child-not-seen-reason: 10 prompts of 40 texts; not planted"
    assert told[4].endswith("no standard")
    assert told[5] == (
        "asked of a reader: no-victim-blaming-language: 4 prompts (3 wording, 1 wording_quoted) of 900 texts; wording: planted 4, precision 1.0000, recall 0.7500"
        "; wording_quoted: planted 0, precision 0.0000, recall -"
    )
    assert told[6].endswith("no standard")


def test_a_kind_of_prompt_below_its_floor_is_named_where_there_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    module = failing_truth(monkeypatch)
    good = dict.fromkeys(module.FLOORS, module.Held(20, 20, 20))
    assert not module.below_floor(good)
    assert not module.below_floor({**good, PromptKind.EMPTY: module.Held(2, 4, 4)}), "four are too few to hold to a floor"
    assert module.below_floor({**good, PromptKind.EMPTY: module.Held(18, 18, 20)}) == [
        "Prompts of the kind empty: recall 0.9000, below the floor of 0.95 (ours)."
    ]
    assert module.below_floor({**good, PromptKind.COPIED: module.Held(20, 25, 20)}) == [
        "Prompts of the kind copied: precision 0.8000, below the floor of 0.85 (ours)."
    ]

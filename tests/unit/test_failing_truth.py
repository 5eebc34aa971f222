"""The truth figure of each published failing: what was planted, what was found, and what only a person can judge."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from dataclasses import replace

import duckdb
import pytest

from candour.prompts.definitions import load_definitions
from candour.records.vocabulary import load_vocabulary
from candour.standards.frameworks import Frameworks, load_frameworks
from candour.standards.model import Informs
from tests.support.repository import ROOT
from tests.support.tiny import standard_of

RULE = 'shape = "response"\nafter = { event = "missing.located" }\nexpect = { event = "missing.interviewed" }\nwithin = { hours = 24 }'


def lines(monkeypatch: pytest.MonkeyPatch, rows: Iterable[tuple[str | None, str | None]], failings: tuple[int, ...]) -> list[str]:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    module = importlib.import_module("failing_truth")
    db = duckdb.connect()
    db.execute("create table compared (standard varchar, planted varchar, found varchar)")
    db.executemany("insert into compared values ('tiny', ?, ?)", [list(row) for row in rows])
    known = load_frameworks()
    few = Frameworks(known.areas, {number: known.failings[number] for number in (1, 8, 23, 36)}, known.north_yorkshire)
    return list(
        module.failing_lines(db, [replace(standard_of(RULE), informs=Informs(failings=failings))], few, load_definitions(load_vocabulary()))
    )


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
    assert told[2].split()[-7:] == ["phone-only", "D", "1", "4", "5", "0.4000", "0.5000"]


def test_what_was_never_planted_has_no_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    assert lines(monkeypatch, [("met", "met")], (8,))[2].split()[-4:] == ["0", "0", "-", "-"]


def test_what_needs_a_reader_says_which_question_asks_and_is_never_counted_as_found(monkeypatch: pytest.MonkeyPatch) -> None:
    told = lines(monkeypatch, [("missed", "missed")], (1,))
    assert told[1].endswith("1.0000    1.0000  asked of a reader: by no question")
    assert told[3].endswith("no standard  asked of a reader: no-victim-blaming-language")
    assert told[4].endswith("no standard")

"""A chronology that is divided into parts gives the findings of the whole, in every column and in the same order.

`make test` runs a short form; `CANDOUR_GENERATIVE_EXAMPLES=1000 pytest tests/generative/test_parts_make_the_whole.py` that many chronologies.
"""

from __future__ import annotations

import os
from datetime import date
from random import Random

import pytest

from candour.evaluation.reference import evaluate
from candour.evaluation.relational import run
from candour.records.calendars import load_calendar
from tests.support.agreement import Setting, differing, reduced, told
from tests.support.in_parts import in_parts
from tests.support.made_rules import RuleMaker, in_editions
from tests.support.made_scenes import scene
from tests.support.made_vocabulary import MADE

EXAMPLES = int(os.environ.get("CANDOUR_GENERATIVE_EXAMPLES", "0"))
RULES = 8
CALENDAR = load_calendar()


def hold(seed: int, parts: int) -> None:
    """A few rules made from a seed, held against a chronology made from it: whole by the reference, and in parts."""
    random = Random(seed)
    made, as_of, known_at = scene(random)
    maker = RuleMaker(random, set())
    cutting, days = Random(f"editions {seed}"), sorted({day for row in made.events if isinstance(day := row["occurred_on"], date)})
    standards = [edition for number in range(RULES) for edition in in_editions(maker.standard(number), cutting, days)]
    at = Setting(MADE, CALENDAR, as_of, known_at)
    divided = in_parts(parts)
    if apart := differing(evaluate, divided, made, standards, at):
        editions = [one for one in standards if one.id == apart[0]] or standards[:1]
        small = reduced(evaluate, divided, made, editions, at) if differing(evaluate, divided, made, editions, at) else made
        pytest.fail(f"seed {seed}, {parts} parts: {', '.join(apart)}\n{told(evaluate, divided, small, editions, at)}")


@pytest.mark.parametrize(("seed", "parts"), [(1, 1), (2, 2), (3, 3), (4, 7)])
def test_parts_make_the_whole(seed: int, parts: int) -> None:
    hold(seed, parts)


def test_parts_that_are_read_in_several_pieces_make_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "PART", 7)
    for seed in (5, 6, 7):
        hold(seed, 2)


@pytest.mark.skipif(EXAMPLES == 0, reason="the long form: set CANDOUR_GENERATIVE_EXAMPLES")
def test_parts_make_the_whole_at_length() -> None:
    first = int(os.environ.get("CANDOUR_GENERATIVE_FROM", "100000"))
    for seed in range(first, first + EXAMPLES):
        hold(seed, (2, 3, 7)[seed % 3])

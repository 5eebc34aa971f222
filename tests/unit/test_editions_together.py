"""Editions that share a rule are evaluated once; each finding still says which edition it is of."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from candour.evaluation.relational.editions import span_of, together
from candour.evaluation.try_examples import Engine
from candour.records.calendars import load_calendar
from candour.standards.examples import scene_of
from candour.standards.model import InForce, Standard
from tests.support.engines import ENGINES
from tests.support.tiny import VOCABULARY, example_of, standard_of

RULE = """
shape = "response"
after = { event = "missing.located" }
expect = { event = "missing.interviewed" }
within = { hours = 72 }
same = "episode"
"""
FIRST = standard_of(RULE, ends=date(2026, 3, 10))
SECOND = standard_of(RULE, begins=date(2026, 3, 11), ends=date(2026, 3, 20), version=2)
THIRD = standard_of(RULE, begins=date(2026, 3, 21), version=3)
LINES = """
2026-03-10 23:59 | missing.located | episode=M1
2026-03-11 00:00 | missing.located | episode=M2
2026-03-20 | missing.located | episode=M3
2026-03-21 00:00 | missing.located | episode=M4
? | missing.located | episode=M5
"""


def versions(engine: Engine, *standards: Standard) -> list[tuple[str, int]]:
    example = example_of(LINES, {"as_of": "2026-04-30 12:00"})
    scene, as_of, known_at = scene_of(example, standards[0], VOCABULARY)
    found = engine(scene, standards, VOCABULARY, load_calendar(), as_of, known_at)
    return [(one.episode_ref or "", one.version) for one in found]


@pytest.mark.parametrize("engine", ENGINES.values(), ids=ENGINES)
def test_each_finding_names_the_edition_of_its_day(engine: Engine) -> None:
    told = versions(engine, FIRST, SECOND, THIRD)
    assert told == [("M1", 1), ("M2", 2), ("M3", 2), ("M4", 3), ("M5", 3)]


@pytest.mark.parametrize("engine", ENGINES.values(), ids=ENGINES)
def test_an_undated_trigger_is_of_no_edition_where_every_one_has_ended(engine: Engine) -> None:
    assert versions(engine, FIRST, SECOND) == [("M1", 1), ("M2", 2), ("M3", 2)]


def test_only_neighbours_in_time_with_the_same_rule_are_put_together() -> None:
    assert together([THIRD, FIRST, SECOND]) == [(FIRST, SECOND, THIRD)]
    assert span_of((FIRST, SECOND)) == InForce(None, date(2026, 3, 20))
    assert together([FIRST, THIRD]) == [(FIRST,), (THIRD,)]
    other = replace(SECOND, rule=standard_of(RULE.replace("72", "71")).rule)
    assert together([FIRST, other, THIRD]) == [(FIRST,), (other,), (THIRD,)]
    later_first = [replace(FIRST, version=2), replace(SECOND, version=1)]
    assert together(later_first) == [(later_first[1],), (later_first[0],)]
    assert together([FIRST, replace(SECOND, id="other")]) == [(replace(SECOND, id="other"),), (FIRST,)]

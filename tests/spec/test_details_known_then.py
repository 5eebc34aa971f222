"""What a case or child was known to be: an evaluation known at a moment reads the details that stood then."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from candour.records.scene import Row
from candour.standards.examples import scene_of
from tests.support.engines import ENGINES
from tests.support.tiny import CALENDAR, VOCABULARY, example_of, standard_of

LEARNT = datetime(2026, 3, 10, 9, 0)
CHILDREN: tuple[Row, ...] = (
    {"child_ref": "CHILD-1", "born_on": datetime(2006, 1, 1).date(), "known_from": None, "known_to": LEARNT},
    {"child_ref": "CHILD-1", "born_on": datetime(2016, 1, 1).date(), "known_from": LEARNT, "known_to": None},
)
CASES: tuple[Row, ...] = (
    {"case_ref": "CASE-1", "district": "East", "known_from": None, "known_to": LEARNT},
    {"case_ref": "CASE-1", "district": "West", "known_from": LEARNT, "known_to": datetime(2026, 3, 20)},
    {"case_ref": "CASE-1", "district": None, "known_from": datetime(2026, 3, 20), "known_to": None},
)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("check", "known_at", "expected"),
    [
        ("age < 18", "2026-03-10T08:59:59", ["missed"]),
        ("age < 18", "2026-03-10T09:00:00", ["met"]),
        ("age < 18", "9999-12-31T00:00:00", ["met"]),
        ("case.district == 'East'", "2026-03-10T08:59:59", ["met"]),
        ("case.district == 'East'", "2026-03-10T09:00:00", ["missed"]),
        ("case.district == 'East'", "2026-03-20T00:00:00", ["cannot_tell"]),
        ("recorded(case.district)", "2026-03-19T23:59:59", ["met"]),
        ("recorded(case.district)", "2026-03-20T00:00:00", ["missed"]),
    ],
)
def test_the_version_known_at_the_moment_is_read(engine: str, check: str, known_at: str, expected: list[str]) -> None:
    standard = standard_of(f'shape = "content"\nof = {{ event = "child.contact" }}\ncheck = "{check}"')
    scene, as_of, _ = scene_of(example_of("2026-03-01 12:00 | child.contact", {}), standard, VOCABULARY)
    event = scene.events[0]
    assert (event["case_ref"], event["child_ref"]) == ("CASE-1", "CHILD-1")
    scene = replace(scene, children=CHILDREN, cases=CASES)
    found = ENGINES[engine](scene, [standard], VOCABULARY, CALENDAR, as_of, datetime.fromisoformat(known_at))
    assert [one.outcome for one in found] == expected


@pytest.mark.parametrize("engine", ENGINES)
def test_a_child_first_known_later_was_not_known(engine: str) -> None:
    standard = standard_of('shape = "content"\nof = { event = "child.contact" }\ncheck = "age < 18"')
    scene, as_of, _ = scene_of(example_of("2026-03-01 12:00 | child.contact", {}), standard, VOCABULARY)
    scene = replace(scene, children=CHILDREN[1:])
    (found,) = ENGINES[engine](scene, [standard], VOCABULARY, CALENDAR, as_of, datetime(2026, 3, 9))
    assert (found.outcome, found.missing) == ("cannot_tell", "child.born_on")

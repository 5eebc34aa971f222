"""Random corrections and later moments on random chronologies: no difference between two runs is without a cause."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from candour.evaluation.reference import evaluate
from candour.findings.comparison import Cause, compare
from candour.records.calendars import load_calendar
from candour.records.scene import Row, Scene, ordered
from tests.support.made_rules import RuleMaker
from tests.support.made_scenes import scene
from tests.support.made_vocabulary import MADE
from tests.support.small_store import assess_by_hand, write_generation

CALENDAR = load_calendar()
EVERYTHING = datetime(9999, 1, 1)
DELIVERED = datetime(2027, 1, 1)
RULES = 8


def corrected(random: Random, first: Scene) -> Scene:
    """The chronology after a second delivery: some events new, some corrected, some withdrawn; all earlier versions kept."""
    rows: list[Row] = []
    for number, row in enumerate(first.events):
        chance = random.random()
        if row["known_to"] is not None or chance > 0.15:
            rows.append(row)
        elif chance < 0.05:
            rows.append({**row, "known_to": DELIVERED})
        else:
            changed = {**row, "delivery_id": "D2", "supersedes": "D1", "known_from": DELIVERED, **changes(random, row)}
            rows += [{**row, "known_to": DELIVERED}, changed]
        if random.random() < 0.05:
            rows.append(
                {**row, **changes(random, row), "event_id": f"new{number}", "delivery_id": "D2", "known_from": DELIVERED, "known_to": None}
            )
    return first.with_events(ordered(rows, MADE))


def changes(random: Random, row: Row) -> dict[str, object]:
    at = row["occurred_at"]
    if random.random() < 0.5 and isinstance(at, datetime) and row["precision"] == "minute":
        moved = at + timedelta(hours=random.choice((-30, -1, 1, 30)))
        return {"occurred_at": moved, "occurred_to": moved, "occurred_on": moved.date()}
    return {"flag": random.choice((True, False, None)), "level": None}


@pytest.mark.parametrize("seed", range(24))
def test_no_difference_is_without_a_cause(seed: int, tmp_path: Path) -> None:
    random = Random(seed)
    made, as_of, _ = scene(random, cases=6, events_a_case=7)
    rows = [
        {**row, "delivery_id": "D1", "source_ref": f"made.csv#{number}", "recorded_at": row["recorded_at"]}
        for number, row in enumerate(made.events)
    ]
    first = made.with_events(rows)
    maker = RuleMaker(random, set())
    standards = [replace(one, fingerprint=one.id) for one in (maker.standard(number) for number in range(RULES))]
    second, later = corrected(random, first), as_of + timedelta(days=random.choice((0, 0, 3)))
    for number, (told, moment) in enumerate(((first, as_of), (second, later)), start=1):
        write_generation(tmp_path, told, number, ("D1", "D2")[:number], MADE)
        assess_by_hand(tmp_path, standards, evaluate(told, standards, MADE, CALENDAR, moment, EVERYTHING), moment)
    comparison = compare(tmp_path, "1", "2")
    shapes = {one.id: type(one.rule).__name__ for one in standards}
    assert not [(shapes[one.standard], one.sentence()) for one in comparison.differences if not one.why]


def test_each_cause_of_records_and_time_is_met(tmp_path: Path) -> None:
    met: Counter[Cause] = Counter()
    for seed in (3, 5, 8, 13, 21, 34, 42):
        folder = tmp_path / str(seed)
        test_no_difference_is_without_a_cause(seed, folder)
        met.update(why.cause for one in compare(folder, "1", "2").differences for why in one.why)
    assert met.keys() >= {Cause.NEW_RECORD, Cause.CORRECTED_RECORD, Cause.WITHDRAWN_RECORD, Cause.TIME_PASSED}

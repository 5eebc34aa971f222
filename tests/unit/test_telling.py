"""Names and times are taken by position, whatever order the rows of the events are in, and where positions leave some out."""

from __future__ import annotations

from datetime import datetime, timedelta

import pyarrow as pa
import pytest

from candour.evaluation.relational.telling import NAMES, TIMES, Told

AT = datetime(2026, 1, 1)


def events(positions: list[int]) -> pa.Table:
    names = {name: [f"{name}-{one}" for one in positions] for name in NAMES}
    times = {name: [AT + timedelta(minutes=one) for one in positions] for name in TIMES}
    return pa.table({"position": positions, **names, **times})


@pytest.mark.parametrize("positions", [[0, 1, 2, 3], [2, 3, 0, 1], [3, 1, 0, 2], [0, 1, 5, 9], [9, 0, 5, 1], [4, 5]])
def test_each_position_has_its_own_names(positions: list[int]) -> None:
    told = Told(events(positions))
    asked = [*sorted(positions), positions[0], None]
    assert told._take("event_id", pa.array(asked)).to_pylist() == [None if one is None else f"event_id-{one}" for one in asked]
    assert told._take("occurred_at", pa.array(asked))[0].as_py() == AT + timedelta(minutes=min(positions))


def test_no_events_have_no_names() -> None:
    assert Told(events([]).cast(pa.schema([("position", pa.int64()), *((one, pa.string()) for one in NAMES), *((one, pa.timestamp("us")) for one in TIMES)])))._take(
        "unit", pa.array([], pa.int64())
    ).to_pylist() == []  # fmt: skip

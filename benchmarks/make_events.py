"""Makes a synthetic chronology of any size for measuring speed: every column of the vocabulary, about 25 events a case, sorted by case and time.

`python benchmarks/make_events.py FOLDER EVENTS [--giant N] [--burst]` writes events.parquet, cases.parquet and children.parquet. Nothing in it means
anything; what matters is its shape: ninety kinds, sparse fields, ties at the same minute, some events known only to the day, some without a time,
blank fields and missing keys. `--giant N` puts N of the events into one case; `--burst` puts a hundred events of one case into one minute, again and again.
"""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path

import duckdb

from candour.records.scene import Completeness, SourceTold
from candour.records.vocabulary import Field, Vocabulary, load_vocabulary

BEGINS = "TIMESTAMP '2023-01-01'"
DAYS = 1000
AS_OF = datetime(2025, 10, 1)
SOURCE = "bench"
_BY_DAY = 8
"""Every so many-th kind comes from a source that often gives only the date."""


def told(vocabulary: Vocabulary) -> tuple[SourceTold, ...]:
    """What the one source of the synthetic chronology declares: everything, complete and held."""
    complete = Completeness(tuple(vocabulary.kinds), datetime(2015, 1, 1), datetime(2030, 1, 1))
    return (SourceTold(SOURCE, (complete,), {name: frozenset(kind.fields) for name, kind in vocabulary.kinds.items()}),)


def make(folder: Path, events: int, *, giant: int = 0, burst: bool = False, memory_limit: str = "6GB") -> None:
    """Write the three tables of a chronology with so many events."""
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = load_vocabulary()
    with duckdb.connect(config={"memory_limit": memory_limit, "temp_directory": str(folder / "tmp")}) as connection:
        connection.execute(_base(events, len(vocabulary.kinds), giant, burst))
        connection.execute(f"COPY ({_events(vocabulary)}) TO '{folder / 'events.parquet'}' (FORMAT parquet)")
        connection.execute(f"COPY ({_cases(vocabulary)}) TO '{folder / 'cases.parquet'}' (FORMAT parquet)")
        connection.execute(f"COPY ({_children(vocabulary)}) TO '{folder / 'children.parquet'}' (FORMAT parquet)")


def _base(events: int, kinds: int, giant: int, burst: bool) -> str:
    """Each event's place, case, kind and minute; the rest is made from them when it is written."""
    bursting = "i % 10000 < 100" if burst else "FALSE"
    return f"""
CREATE TABLE base AS
SELECT row_number() OVER (ORDER BY case_number, day_only_at, kind_number, i) - 1 AS position, *
FROM (
  SELECT *, CASE WHEN precision = 'day' THEN date_trunc('day', made_at) WHEN precision = 'minute' THEN made_at END AS day_only_at
  FROM (
    SELECT i, case_number, CAST(hash(i, 'kind') % {kinds} AS INTEGER) AS kind_number,
      CASE WHEN hash(i, 'kind') % {kinds} % {_BY_DAY} <> 0 THEN 'minute' WHEN hash(i, 'day') % 1000 < 200 THEN 'day'
           WHEN hash(i, 'day') % 1000 < 205 THEN 'unknown' ELSE 'minute' END AS precision,
      {BEGINS} + to_days(CAST(hash(case_number) % {DAYS - 120} AS INTEGER))
        + to_minutes(CASE WHEN {bursting} THEN hash(case_number) % 1440 WHEN i < {giant} THEN hash(i, 'at') % ({DAYS - 120} * 1440)
                     ELSE hash(i, 'at') % (120 * 1440) END::BIGINT) AS made_at
    FROM (
      SELECT i, CASE WHEN i < {giant} THEN 0 WHEN {bursting} THEN 2 + i // 10000 * 400 ELSE 1 + i // 50 * 2 + CAST(hash(i, 'half') % 10 < 3 AS BIGINT) END
        AS case_number
      FROM (SELECT range AS i FROM range({events}))
    )
  )
)
ORDER BY position"""


def _codes(field: Field) -> tuple[str, int]:
    listed = list(field.codes or {"x": ""})
    return "[" + ", ".join(f"'{code}'" for code in listed) + "]", len(listed)


def _value(field: Field) -> str:
    """SQL of a value of a field, made from the event's number."""
    chance = f"hash(i, '{field.name}')"
    if field.type in ("code", "codes"):
        listed, size = _codes(field)
        code = f"{listed}[1 + ({chance} // 100 % {size})::BIGINT]"
        return code if field.type == "code" else f"[{code}, {listed}[1 + ({chance} // 10000 % {size})::BIGINT]]"
    return {
        "yes_no": f"{chance} // 100 % 10 < 7",
        "text": f"'words of a record, as typed ' || ({chance} // 100 % 100000)",
        "whole": f"({chance} // 100 % 20)::BIGINT",
        "number": f"({chance} // 100 % 1000) / 10.0",
        "moment": f"made_at + to_hours(({chance} // 100 % 100)::BIGINT - 20)",
        "day": f"CAST(made_at AS DATE) + ({chance} // 100 % 40)::INTEGER - 5",
        "ref": f"'OFF-' || ({chance} // 100 % 4000)",
        "refs": f"['OFF-' || ({chance} // 100 % 4000)]",
    }[field.type]


def _events(vocabulary: Vocabulary) -> str:
    numbers = {name: place for place, name in enumerate(vocabulary.kinds)}
    # London dates and day ends: the years made here follow the present rule of summer time (last Sundays of March and October, 01:00 UTC).
    envelope = {
        "position": "position",
        "event_id": f"'{SOURCE}:' || i || ':event'",
        "kind": "[" + ", ".join(f"'{name}'" for name in numbers) + "][1 + kind_number]",
        "case_ref": "'CASE-' || lpad(case_number::VARCHAR, 9, '0')",
        "child_ref": "CASE WHEN hash(i, 'child') % 50 > 0 THEN 'CHILD-' || case_number || '-' || (hash(i, 'which') % 2) END",
        "episode_ref": "CASE WHEN hash(i, 'episode') % 10 > 0 THEN 'EP-' || case_number || '-' || (hash(i, 'part') % 2) END",
        "place_ref": "CASE WHEN hash(i, 'place') % 3 = 0 THEN 'PLACE-' || (case_number % 50000) END",
        "household_ref": "CASE WHEN hash(i, 'home') % 2 = 0 THEN 'HOME-' || case_number END",
        "occurred_at": "lo",
        "occurred_to": "CASE WHEN precision = 'day' THEN next_lo - INTERVAL 1 SECOND ELSE lo END",
        "occurred_on": "CASE WHEN lo IS NOT NULL THEN on_ END",
        "precision": "precision",
        "occurred_text": "CASE WHEN lo IS NOT NULL THEN strftime(made_at, '%d/%m/%Y %H:%M') END",
        "recorded_at": "CASE WHEN hash(i, 'typed') % 20 > 0 THEN made_at + to_minutes((hash(i, 'typed') // 20 % 2880)::BIGINT) END",
        "tour_ends_at": "CASE WHEN hash(i, 'tour') % 2 = 0 THEN date_trunc('hour', made_at) + INTERVAL 8 HOUR END",
        "actor_ref": "'OFF-' || (hash(i, 'actor') % 4000)",
        "unit": "'UNIT-' || (hash(i, 'unit') % 40)",
        "source_system": f"'{SOURCE}'",
        "source_ref": "'export.csv#' || i",
        "delivery_id": "'delivery-1'",
        "known_from": "made_at",
    }
    for name in ("actor_role", "actor_rank", "org"):
        envelope[name] = _value(vocabulary.envelope[name])
    listed = []
    for name, type_ in vocabulary.event_columns().items():
        if name in vocabulary.envelope:
            listed.append(f'CAST({envelope.get(name, "NULL")} AS {type_}) AS "{name}"')
            continue
        having = {place: vocabulary.kinds[kind].fields[name] for kind, place in numbers.items() if name in vocabulary.kinds[kind].fields}
        by_value: dict[str, list[int]] = {}
        for place, field in having.items():
            by_value.setdefault(_value(field), []).append(place)
        whens = " ".join(
            f"WHEN kind_number IN ({', '.join(map(str, places))}) AND hash(i, '{name}') % 100 < 92 THEN {value}"
            for value, places in by_value.items()
        )
        listed.append(f'CAST(CASE {whens} END AS {type_}) AS "{name}"')
    summer = "(month({0}) BETWEEN 4 AND 9 OR (month({0}) = 3 AND day({0}) >= 25 AND day({0}) - dayofweek({0}) >= 25) OR (month({0}) = 10 AND NOT (day({0}) >= 25 AND day({0}) - dayofweek({0}) >= 25)))"
    of_day = summer.format("(day_on - 1)")
    after_day = summer.format("day_on")
    at_moment = summer.format("CAST(day_only_at - INTERVAL 1 HOUR AS DATE)")
    return f"""
SELECT {", ".join(listed)}
FROM (
  SELECT *,
    CASE WHEN precision = 'day' THEN CAST(day_on AS TIMESTAMP) - to_hours(CAST({of_day} AS INTEGER)) ELSE day_only_at END AS lo,
    CAST(day_on + 1 AS TIMESTAMP) - to_hours(CAST({after_day} AS INTEGER)) AS next_lo,
    CASE WHEN precision = 'day' THEN day_on ELSE CAST(day_only_at + to_hours(CAST({at_moment} AS INTEGER)) AS DATE) END AS on_
  FROM (SELECT *, CAST(made_at AS DATE) AS day_on FROM base)
)"""


def _cases(vocabulary: Vocabulary) -> str:
    made = {
        "case_ref": "'CASE-' || lpad(i::VARCHAR, 9, '0')",
        "opened_on": "DATE '2023-01-01' + (hash(i) % 800)::INTEGER",
        "source_system": f"'{SOURCE}'",
    }
    listed = [f'CAST({made.get(name) or _value(field)} AS {field.column_type}) AS "{name}"' for name, field in vocabulary.case.items()]
    at = "TIMESTAMP '2024-01-01'"
    return f"SELECT {', '.join(listed)} FROM (SELECT DISTINCT case_number AS i, {at} AS made_at FROM base)"


def _children(vocabulary: Vocabulary) -> str:
    made = {
        "child_ref": "'CHILD-' || case_number || '-' || twin",
        "born_on": "CASE WHEN hash(i, 'born') % 20 > 0 THEN DATE '2006-01-01' + (hash(i, 'born') // 20 % 6000)::INTEGER END",
        "source_system": f"'{SOURCE}'",
    }
    listed = [f'CAST({made.get(name) or _value(field)} AS {field.column_type}) AS "{name}"' for name, field in vocabulary.child.items()]
    at = "TIMESTAMP '2024-01-01'"
    inner = f"SELECT case_number, twin, case_number * 2 + twin AS i, {at} AS made_at FROM (SELECT DISTINCT case_number FROM base), (VALUES (0), (1)) AS t(twin)"
    return f"SELECT {', '.join(listed)} FROM ({inner})"


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("events", type=int)
    parser.add_argument("--giant", type=int, default=0)
    parser.add_argument("--burst", action="store_true")
    given = parser.parse_args()
    make(given.folder, given.events, giant=given.giant, burst=given.burst)


if __name__ == "__main__":
    main()

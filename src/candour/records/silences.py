"""Notices days on which a source gave nothing although something was to be expected: a feed that fell silent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import mean, variance

import duckdb
import pyarrow.parquet as pq

from candour.records.mapping import SourceMapping
from candour.records.moments import LIKELY_YEARS, london_date, seconds_of
from candour.records.quoting import text
from candour.records.values import day_of

EXPECTED_WHEN_SILENT = 15
"""A source is called silent when it gives nothing on days on which this many independent arrivals were to be expected. Were nothing amiss,
such days would come about once in three million (e to the power of -15, Poisson). A local default."""
AROUND_DAYS = 56
"""What was to be expected is taken from this many days before and after (four times the silence where that is longer). A local default."""
LEAST_WEEKS = 3
"""With fewer whole weeks around a silence nothing is said: how unevenly the source gives cannot be known. A local default."""
LEAST_BEFORE = 7
"""With fewer days than this before a silence nothing is said: one stray old record is no feed. A local default."""
MOST_SILENT = 0.25
"""Where more than this share of the days around lie in such gaps, gaps are how the source gives. A local default."""


@dataclass(frozen=True)
class Silence:
    """Days without anything, both ends inside, and how many new cases or episodes were to be expected on them. `still`: it goes on."""

    first: date
    last: date
    expected: float
    still: bool = False


def find_silences(db: duckdb.DuckDBPyConnection, mapping: SourceMapping, events: Path, reach: datetime) -> list[dict[str, str]]:
    """The silences of a settled delivery: from, to (both days inside), expected, whether the mapping declares the gap, whether it goes on.

    What is counted is new episodes or cases, as the events of one come together. `reach` (UTC) is the moment up to which the delivery
    goes; days without anything at its end count (only to the last end where every span for which the source is complete has one).
    Times after it, or more than LIKELY_YEARS before it, are doubted already and do not take part.
    """
    until = day_of(london_date(seconds_of(reach)))
    since = until - timedelta(days=round(LIKELY_YEARS * 365.25))
    ends = [seconds_of(span.end) for span in mapping.complete if span.end is not None]
    covered = min(seconds_of(reach), max(ends)) if ends and len(ends) == len(mapping.complete) else seconds_of(reach)
    whole = day_of(london_date(covered + 1)) - timedelta(days=1)
    there = set(pq.read_schema(events).names)
    keys = [name for name in ("episode_ref", "case_ref") if name in there]
    about = f"coalesce({', '.join([*keys, 'event_id'])})"
    source = f"read_parquet({text(str(events))}) where occurred_on between date {text(str(since))} and date {text(str(until))}"
    counts: dict[date, int] = dict.fromkeys((row[0] for row in db.execute(f"select distinct occurred_on from {source}").fetchall()), 0)
    counts.update(
        db.execute(
            f"select first_on, count(*) from (select min(occurred_on) as first_on from {source} group by {about}) group by 1"
        ).fetchall()
    )
    return [
        {
            "from": str(one.first),
            "to": str(one.last),
            "expected": f"{one.expected:.0f}",
            "declared": "yes" if any(_day(gap.start) <= one.first and one.last <= _day(gap.end) for gap in mapping.gaps) else "no",
            "still": "yes" if one.still else "no",
        }
        for one in silences_of(counts, whole)
    ]


def silences_of(counts: Mapping[date, int], until: date | None = None) -> list[Silence]:
    """The silences in a source's days. `counts` has every day that gave something, with how many new cases (perhaps 0) began on it.

    `until` is the last whole day that the delivery reaches: days without anything at the end count too. None: the last day of `counts`.
    What was to be expected is what the source gave around the silence (the side that gave less decides; at the end there is one side),
    weekday by weekday. Cases that come
    in clusters are not independent: if the totals of weeks vary D times as much as chance alone would have them (variance over mean), an arrival is a
    cluster of at most D on average, so that the number expected is divided by D (a compound Poisson process; D is at least 1). Other
    silences nearby do not count as days on which the source gave little, unless gaps are its habit (MOST_SILENT).
    """
    if sum(counts.values()) < EXPECTED_WHEN_SILENT:
        return []
    first, heard_last = _beginning(counts), max(counts)
    last = max(heard_last, until or heard_last)
    days = _days(first, last)
    usual = _usual(counts, days)
    runs = [(one + timedelta(days=1), two - timedelta(days=1)) for one, two in pairwise(sorted(day for day in counts if day >= first))]
    if last > heard_last:
        runs.append((heard_last + timedelta(days=1), last))
    long = [run for run in runs if _sum(usual, run) >= EXPECTED_WHEN_SILENT / 2]  # the silences themselves make `usual` too small
    apart = {day for run in long for day in _days(*run)}
    return [found for run in long if (found := _silence(counts, days, run, apart)) is not None]


def _silence(counts: Mapping[date, int], days: Sequence[date], run: tuple[date, date], apart: Set[date]) -> Silence | None:
    """The run of days as a silence; None where what lies around it does not make it one. `apart`: the days of this and other long runs."""
    begins, ends = run
    still = ends == days[-1]
    reach = max(AROUND_DAYS, 4 * ((ends - begins).days + 1))
    around = [day for day in days if (begins - day).days <= reach and (day - ends).days <= reach and not begins <= day <= ends]
    heard = [day for day in around if day not in apart]
    if len(heard) >= (1 - MOST_SILENT) * len(around):
        around = heard
    before, after = [day for day in reversed(around) if day < begins], [day for day in around if day > ends]
    weeks = [sum(counts.get(day, 0) for day in side[at : at + 7]) for side in (before, after) for at in range(0, len(side) - 6, 7)]
    if len(weeks) < LEAST_WEEKS or len(before) < LEAST_BEFORE or not (after or still):
        return None
    usual = _usual(counts, around)
    pace = min(sum(counts.get(day, 0) for day in side) / (_over(usual, side) or 1) for side in (before, after) if side)
    expected = pace * _sum(usual, run)
    clusters = max(1.0, variance(weeks) / (mean(weeks) or 1))
    return Silence(begins, ends, expected, still) if expected / clusters >= EXPECTED_WHEN_SILENT else None


def _beginning(counts: Mapping[date, int]) -> date:
    """The day by which the first hundredth of what the source gave has come: a stray old record does not begin its history."""
    total, met = sum(counts.values()), 0
    for day in sorted(counts):
        met += counts[day]
        if met > total * 0.01:
            return day
    return min(counts)


def _days(begins: date, ends: date) -> list[date]:
    return [begins + timedelta(days=place) for place in range((ends - begins).days + 1)]


def _usual(counts: Mapping[date, int], days: Sequence[date]) -> list[float]:
    """How many come on a Monday, a Tuesday ... of these days, on average."""
    numbers: list[list[int]] = [[] for _ in range(7)]
    for day in days:
        numbers[day.weekday()].append(counts.get(day, 0))
    return [mean(given) if given else 0.0 for given in numbers]


def _over(usual: Sequence[float], days: Sequence[date]) -> float:
    return sum(usual[day.weekday()] for day in days)


def _sum(usual: Sequence[float], run: tuple[date, date]) -> float:
    return _over(usual, _days(*run))


def _day(moment: datetime) -> date:
    return day_of(london_date(seconds_of(moment)))

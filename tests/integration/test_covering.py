"""What an import says of the standards: its counts are those of the findings that an assessment would make."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from candour.evaluation.assessing import EVERYTHING_KNOWN, read_scene
from candour.evaluation.covering import coverage_of
from candour.evaluation.reference import evaluate
from candour.evaluation.relational import count_occasions, evaluate_files
from candour.findings.outcomes import Outcome
from candour.findings.stored_events import chronology_of
from candour.records.calendars import load_calendar
from candour.records.chronology import Chronology
from candour.records.importing import import_delivery
from candour.records.reporting.account import ImportReport
from candour.records.vocabulary import load_vocabulary
from candour.simulation.run import simulate
from candour.standards.choosing import choose
from candour.standards.loading import load_standards

VOCABULARY = load_vocabulary()
STANDARDS = choose(load_standards(None, VOCABULARY, examples=False), "England").held
CALENDAR = load_calendar()


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> tuple[ImportReport, Chronology]:
    """A few cases of the made-up force, imported with their coverage."""
    folder = tmp_path_factory.mktemp("covering")
    simulate(folder / "made", 30, 5)
    store = folder / "store"
    received = datetime(2026, 4, 1, 8, tzinfo=UTC)
    report = import_delivery(folder / "made" / "exports", "northshire", store, received_at=received, coverage=coverage_of)
    return report, chronology_of(store)


def test_the_counts_are_those_of_the_reference_evaluator(imported: tuple[ImportReport, Chronology]) -> None:
    report, chronology = imported
    as_of = chronology.as_of
    assert as_of is not None
    findings = evaluate(read_scene(chronology), STANDARDS, VOCABULARY, CALENDAR, as_of, EVERYTHING_KNOWN)
    occasions = Counter(one.standard for one in findings)
    cannot_tell = Counter(one.standard for one in findings if one.outcome == Outcome.CANNOT_TELL)
    assert len(occasions) > 40 and len(cannot_tell) > 3
    told = {str(row["standard"]): (row["occasions"], row["cannot tell"], row["with every field needed"]) for row in report.coverage}
    assert told == {one: (number, cannot_tell[one], number - cannot_tell[one]) for one, number in occasions.items()}


def test_every_outcome_and_reason_is_counted_as_the_reference_evaluator_finds_it(imported: tuple[ImportReport, Chronology]) -> None:
    chronology = imported[1]
    as_of = datetime(2026, 1, 15, 12)  # in the middle of things: some are not yet due
    sources = tuple(source.told for source in chronology.sources)
    findings = evaluate(read_scene(chronology), STANDARDS, VOCABULARY, CALENDAR, as_of, EVERYTHING_KNOWN)
    files = (chronology.events, chronology.cases, chronology.children)
    counted = count_occasions(*files, sources, STANDARDS, VOCABULARY, CALENDAR, as_of, EVERYTHING_KNOWN)
    assert {(standard, outcome, reason): number for standard, outcome, reason, number in counted} == Counter(
        (one.standard, one.outcome, one.reason) for one in findings
    )
    assert {outcome for _, outcome, _, _ in counted} == set(Outcome)


@pytest.mark.parametrize("whole", ["case", "child", "episode", "case, child and episode"])
def test_one_group_may_hold_every_event(imported: tuple[ImportReport, Chronology], tmp_path: Path, whole: str) -> None:
    """A child (case, episode) to whom all events belong is counted as it is assessed; every kind begins with missing., as of one system."""
    chronology = imported[1]
    events, copies = tmp_path / "events.parquet", 150
    keys = "".join(f", '{name.upper()}-1' as {name}_ref" for name in ("case", "child", "episode") if name in whole)
    with duckdb.connect() as connection:
        connection.execute(
            f"copy (select row_number() over (order by occurred_at nulls last, event_id) - 1 as position, * exclude (position) from ("
            f"select * replace (event_id || '-' || copy as event_id, occurred_at + to_minutes(copy) as occurred_at, "
            f"occurred_to + to_minutes(copy) as occurred_to{keys}) from '{chronology.events}', range({copies}) as r(copy) "
            f"where kind like 'missing.%')) to '{events}' (format parquet)"
        )
    as_of = datetime(2026, 3, 31, 12)
    sources = tuple(source.told for source in chronology.sources)
    asked = (events, chronology.cases, chronology.children, sources, STANDARDS, VOCABULARY, CALENDAR, as_of, EVERYTHING_KNOWN)
    findings = tmp_path / "findings.parquet"
    number = evaluate_files(*asked, out=findings)
    with duckdb.connect() as connection:
        found = connection.execute(f"select standard, outcome, reason, count(*) from '{findings}' group by all order by all").fetchall()
    counted = count_occasions(*asked)
    assert sorted((standard, str(outcome), str(reason), times) for standard, outcome, reason, times in counted) == found
    assert number > 1_000 and sum(times for *_, times in counted) == number


def test_a_chronology_that_reaches_no_moment_has_no_coverage(imported: tuple[ImportReport, Chronology]) -> None:
    chronology = replace(imported[1], sources=())
    assert coverage_of(chronology) == []

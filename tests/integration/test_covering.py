"""What an import says of the standards: its counts are those of the findings that an assessment would make."""

from __future__ import annotations

import csv
import json
import shutil
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner
from lxml import html

from candour.cli import reporting
from candour.evaluation.assessing import EVERYTHING_KNOWN, Question, assess, read_scene
from candour.evaluation.covering import coverage_of
from candour.evaluation.reference import evaluate
from candour.evaluation.relational import count_occasions, evaluate_files
from candour.findings.coverage import read_coverage
from candour.findings.outcomes import Outcome
from candour.findings.runs import FINDINGS, run_folder, run_ids
from candour.findings.stored_events import chronology_of
from candour.records.calendars import load_calendar
from candour.records.chronology import Chronology
from candour.records.importing import import_delivery
from candour.records.reporting.account import ImportReport
from candour.records.reporting.page import report_page
from candour.records.reporting.summary import summary
from candour.records.vocabulary import load_vocabulary
from candour.simulation.run import simulate
from candour.standards.choosing import choose
from candour.standards.editions import in_order_of_time
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
    assert as_of is not None and report.coverage is not None
    findings = evaluate(read_scene(chronology), STANDARDS, VOCABULARY, CALENDAR, as_of, EVERYTHING_KNOWN)
    occasions = Counter(one.standard for one in findings)
    cannot_tell = Counter(one.standard for one in findings if one.outcome == Outcome.CANNOT_TELL)
    assert len(occasions) > 40 and len(cannot_tell) > 3
    told = {
        str(row["standard"]): (row["occasions"], row["cannot tell"], row["with every field needed"]) for row in report.coverage.standards
    }
    assert told == {one: (number, cannot_tell[one], number - cannot_tell[one]) for one, number in occasions.items()}


def test_every_outcome_and_reason_is_counted_as_the_reference_evaluator_finds_it(imported: tuple[ImportReport, Chronology]) -> None:
    chronology = imported[1]
    as_of = datetime(2026, 1, 15, 12)  # in the middle of things: some are not yet due
    sources = tuple(source.told for source in chronology.sources)
    findings = evaluate(read_scene(chronology), STANDARDS, VOCABULARY, CALENDAR, as_of, EVERYTHING_KNOWN)
    files = (chronology.events, chronology.cases, chronology.children)
    counted = count_occasions(*files, sources, STANDARDS, VOCABULARY, CALENDAR, as_of, EVERYTHING_KNOWN)
    source_of = {row["event_id"]: row["source_system"] for row in read_scene(chronology).events}
    assert {one[:5]: one.number for one in counted} == Counter(
        (one.standard, one.outcome, one.reason, one.missing, source_of[one.trigger_event]) for one in findings
    )
    assert {one.outcome for one in counted} == set(Outcome)


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
    by_reason: Counter[tuple[str, str, str]] = Counter()
    for one in counted:
        by_reason[one.standard, str(one.outcome), str(one.reason)] += one.number
    assert sorted((*key, times) for key, times in by_reason.items()) == found
    assert number > 1_000 and sum(one.number for one in counted) == number


def test_a_chronology_that_reaches_no_moment_has_no_coverage(imported: tuple[ImportReport, Chronology]) -> None:
    chronology = replace(imported[1], sources=())
    told = coverage_of(chronology)
    assert (told.standards, told.by_source, told.wanted) == ([], [], [])
    assert "No nation is declared" in told.cautions[0]


def test_two_nations_are_said_before_an_assessment_refuses_them(imported: tuple[ImportReport, Chronology]) -> None:
    one = imported[1].sources[0]
    sources = tuple(replace(one, nation=nation, delivered_to=None) for nation in ("England", "Wales"))
    told = coverage_of(replace(imported[1], sources=sources))
    assert told.cautions == [
        "The mappings declare England and Wales, and a store is of one nation: `candour assess` refuses it. Keep two stores."
    ]


def test_what_no_source_brings_is_said_not_to_be_checked(imported: tuple[ImportReport, Chronology], tmp_path: Path) -> None:
    """Without its occasions a standard would otherwise be in no table at all, as if nothing had called for it."""
    chronology = replace(imported[1], store=tmp_path)
    shutil.copytree(imported[1].folder, chronology.folder)
    with duckdb.connect() as connection:
        connection.execute(
            f"copy (select * from '{imported[1].events}' where kind <> 'missing.located') to '{chronology.events}' (format parquet)"
        )
    sources = [
        replace(
            source,
            told=replace(
                source.told,
                holds={kind: fields for kind, fields in source.told.holds.items() if kind != "missing.located"},
                complete=tuple(replace(span, kinds=tuple(set(span.kinds) - {"missing.located"})) for span in source.told.complete),
            ),
        )
        for source in imported[1].sources
    ]
    said = coverage_of(replace(chronology, sources=tuple(sources))).cautions[0]
    assert said.startswith("No source in this store brings the records that would make an occasion of ")
    assert "rhi-offered-every-episode" in said


def test_what_an_import_says_before_any_verdict_is_what_the_report_of_a_run_says(imported: tuple[ImportReport, Chronology]) -> None:
    report, chronology = imported
    assert report.coverage is not None and chronology.as_of is not None
    run = assess(chronology.store, Question(), made_at=datetime(2026, 4, 1, 8))
    findings = run_folder(chronology.store, run.run_id) / FINDINGS
    told = tuple(source.told for source in chronology.sources)
    coverage = read_coverage(findings, chronology.events, STANDARDS, VOCABULARY, told, run.occasions_may_be_missing)
    titles = {one.id: one.title for one in in_order_of_time(STANDARDS)}
    assert report.coverage.by_source == coverage.rows(titles)
    assert report.coverage.wanted == coverage.wanted_rows()
    for one in coverage.covered:
        assert (
            sum(part.occasions for part in one.by_source) == one.occasions
            and sum(part.cannot_tell for part in one.by_source) == one.cannot_tell
        )
    assert [one.words for one in coverage.wanted] and coverage.wanted[0].decides
    ranks = [(len(one.decides), one.alone) for one in coverage.wanted]
    assert ranks == sorted(ranks, reverse=True)
    (caution,) = report.coverage.cautions
    assert len(coverage.cut_short) > 3 and "By each standard's own window, occasions may be missing" in caution
    for short in coverage.cut_short:
        assert f"{short.standard} ({short.when_words()})" in caution


def test_the_import_report_says_it_on_screen_on_the_page_and_in_files(imported: tuple[ImportReport, Chronology]) -> None:
    report, chronology = imported
    assert report.coverage is not None
    first = report.coverage.wanted[0]
    assert f"would decide more: {first['what']} (in {first['standards_it_decides']} standards" in summary(report)
    page = html.fromstring(report_page(report))
    (table,) = page.xpath("//table[caption='Fields and feeds that are missing']")
    assert table.xpath(".//tbody/tr[1]/th")[0].text_content() == first["what"]
    folder = next(iter(sorted((chronology.store / "deliveries").iterdir())))
    with (folder / "coverage.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["standard"], row["source"], int(row["occasions"])) for row in rows] == [
        (row["standard"], row["source"], row["occasions"]) for row in report.coverage.by_source
    ]
    with (folder / "wanted.csv").open(encoding="utf-8", newline="") as file:
        assert [row["what"] for row in csv.DictReader(file)] == [row["what"] for row in report.coverage.wanted]


@pytest.mark.parametrize(
    ("of", "column"), [("coverage", "would_decide_it"), ("wanted", "standards_it_decides"), ("measures", "written_after_due")]
)
def test_each_part_of_a_report_can_be_had_as_csv_and_json(
    imported: tuple[ImportReport, Chronology], tmp_path: Path, of: str, column: str
) -> None:
    store = imported[1].store
    if not run_ids(store):
        assess(store, Question(), made_at=datetime(2026, 4, 1, 8))
    for ending in ("csv", "json"):
        result = CliRunner().invoke(reporting.command, ["--store", str(store), "--out", str(tmp_path / f"{of}.{ending}"), "--of", of])
        assert result.exit_code == 0, result.output
    with (tmp_path / f"{of}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    machine = json.loads((tmp_path / f"{of}.json").read_text(encoding="utf-8"))
    assert rows and [row[column] for row in rows] == [str(row[column]) for row in machine]

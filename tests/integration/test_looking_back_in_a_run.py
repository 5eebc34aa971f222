"""What a run keeps of the counts that look back to before the records: by the windows and the editions that it held, and so the report says it."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest
from lxml import html

from candour.evaluation.assessing import Question, assess
from candour.findings.reporting.gathering import Report, gather
from candour.findings.reporting.page import render
from candour.findings.runs import latest_run, read_run, run_folder
from tests.support.small_store import scene_from, standards_in, write_generation
from tests.unit.test_looking_back import REPEATS

REPORTS = "2026-05-10 12:00 | missing.reported |\n2026-06-01 12:00 | missing.reported |"
OWN_WINDOW = (
    '[[parameter]]\nname = "repeats_window"\nvalue = { days = 365 }\nfrom = 2026-01-01\napproved_by = "A board (made up)"\n'
    'approved_on = 2025-12-01\nreason = "Made up."\n'
)
PROMISED = (
    'version = 2\nin_force = { from = "2026-05-20" }\n[edition]\nof = 1\nchanges = "A longer time."\ncommenced = false\n'
    'commencement = "No day is known."\n[rule]\nin = { days = 30, parameter = "repeats_window" }\n'
)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    (one,) = standards_in(tmp_path / "standards", REPEATS)
    write_generation(tmp_path / "store", scene_from(REPORTS, one, complete_from="2026-01-01 00:00"))
    delivery = tmp_path / "store" / "deliveries" / "D1"
    delivery.mkdir(parents=True)
    (delivery / "delivery.json").write_text('{"source_system": "example", "files": []}', encoding="utf-8")
    (tmp_path / "local.toml").write_text(OWN_WINDOW, encoding="utf-8")
    return tmp_path / "store"


def reported(store: Path, **given: object) -> Report:
    question = Question(as_of=datetime(2026, 6, 30, 12), standards=store.parent / "standards", **given)  # type: ignore[arg-type]  # a mapping of mixed values
    assess(store, question, made_at=datetime(2026, 7, 1, 8))
    return gather(store, folder=store.parent / "standards")


def when_of(report: Report) -> list[str]:
    return [one.when_words() for one in report.coverage.cut_short]


@pytest.mark.parametrize("engine", ["reference", "duckdb"])
def test_the_force_s_own_window_is_the_one_that_the_report_judges_by(store: Path, engine: str) -> None:
    assert when_of(reported(store, engine=engine)) == []  # ninety days back from 10 May are in the records
    report = reported(store, engine=engine, parameters=store.parent / "local.toml")
    assert when_of(report) == ["before 1 January 2027"]
    page = html.fromstring(render(report))
    (said,) = page.xpath("//li[@data-cut-short='repeats']")
    assert "in the 365 calendar days before" in said.text_content()


def test_an_edition_that_made_room_is_judged_for_its_own_days_alone(store: Path) -> None:
    """The year of version 1 is cut short; version 2, switched on from 20 May, looks back thirty days and is not."""
    folder = store.parent / "standards"
    (folder / "standard-0.toml").unlink()
    (folder / "repeats.toml").write_text(REPEATS.replace("days = 90", "days = 365"), encoding="utf-8")
    (folder / "repeats.v2.toml").write_text(f'id = "repeats"\n{PROMISED}', encoding="utf-8")
    assert when_of(reported(store)) == ["before 1 January 2027"]
    assert when_of(reported(store, switched_on=("repeats",))) == ["before 20 May 2026"]


def test_what_is_kept_is_read_back_and_a_run_that_kept_nothing_says_so(store: Path) -> None:
    report = reported(store, parameters=store.parent / "local.toml")
    file = run_folder(store) / "run.json"
    content = json.loads(file.read_text(encoding="utf-8"))
    assert read_run(run_folder(store)).occasions_may_be_missing == report.coverage.cut_short
    assert content.pop("occasions_may_be_missing") == [
        {
            "standard": "repeats",
            "stretches": [
                {
                    "kinds": ["missing.reported"],
                    "window": "365 calendar days",
                    "begins": "2026-01-01",
                    "first": None,
                    "before": "2027-01-01",
                }
            ],
        }
    ]
    file.write_text(json.dumps(content), encoding="utf-8")
    older = gather(store, latest_run(store), store.parent / "standards")
    assert older.run.occasions_may_be_missing is None and older.coverage.cut_short == ()
    assert [row["occasions_may_be_missing"] for row in older.coverage.rows({})] == ["not kept with this run"]
    page = html.fromstring(render(older))
    (said,) = page.xpath("//section[@aria-labelledby='unchecked']//p[@data-not-kept]")
    assert " ".join(said.text_content().split()) == (
        "1 standard counts what came before. Whether that reaches to before the records are complete, so that occasions can be missing, was not kept "
        "with this run. Assess the store again to be told."
    )
    assert "There was no occasion" not in page.text_content() and "Nothing was left undecided" not in page.text_content()
    assert not page.xpath("//*[@data-cut-short]")

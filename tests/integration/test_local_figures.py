"""Every figure of a force's own is printed, limit or not, with its approval, and with a note where it asks less than the standard's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from lxml import html

from candour.cli.assessing import command
from candour.findings.reporting.gathering import gather
from candour.findings.reporting.page import render
from candour.findings.runs import latest_run, read_run, run_folder
from tests.support.small_store import INTERVIEW, assess, scene_from, standards_in, write_generation

EARLY = INTERVIEW.replace("[rule]", "[rule]\nearly = { hours = 2, parameter = 'interview_early_hours' }")
LOCAL = """
[[parameter]]
name = "interview_early_hours"
value = { hours = 6 }
from = 2026-02-01
approved_by = "Superintendent Lowe"
approved_on = 2026-01-20
reason = "Seen before the record is closed."
[[parameter]]
name = "interview_hours"
value = { hours = 12 }
from = 2026-02-01
approved_by = "Superintendent Lowe"
approved_on = 2026-01-21
reason = "Within one tour."
"""
FIGURES = {
    "interview_early_hours": "6 hours from 2026-02-01 (approved by Superintendent Lowe on 2026-01-20: Seen before the record is closed.)",
    "interview_hours": "12 hours from 2026-02-01 (approved by Superintendent Lowe on 2026-01-21: Within one tour.)",
}
NOTE = (
    "interview: the local interview_early_hours of 6 hours from 2026-02-01 is looser than the standard's own 2 hours "
    "(a longer look-back lets more count as done)."
)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    standards = standards_in(tmp_path / "standards", EARLY)
    scene = scene_from("2026-03-01 18:00 | missing.located | episode=M1", standards[0])
    write_generation(tmp_path / "store", scene)
    delivery = tmp_path / "store" / "deliveries" / "D1"
    delivery.mkdir(parents=True)
    (delivery / "delivery.json").write_text('{"source_system": "example", "files": []}', encoding="utf-8")
    (tmp_path / "local.toml").write_text(LOCAL, encoding="utf-8")
    return tmp_path / "store"


def assessed(store: Path, *more: str) -> str:
    root = store.parent
    arguments = ["--store", str(store), "--standards", str(root / "standards"), "--engine", "reference", "--as-of", "2026-03-31", *more]
    result = CliRunner().invoke(command, arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def section_of(store: Path) -> html.HtmlElement:
    return html.fromstring(render(gather(store, folder=store.parent / "standards"))).xpath("//section[@aria-labelledby='limits']")[0]


def words_of(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def test_assess_prints_every_local_figure_and_every_note(store: Path) -> None:
    said = assessed(store, "--parameters", str(store.parent / "local.toml"))
    lines = [line.strip() for line in said.splitlines()]
    assert [line for line in lines if line.startswith("interview")] == [f"{name}: {words}" for name, words in FIGURES.items()]
    assert [line for line in lines if line.startswith("Note: ")] == [f"Note: {NOTE}"]
    told = json.loads(assessed(store, "--parameters", str(store.parent / "local.toml"), "--json"))
    assert told["local_figures"] == FIGURES and told["notes"] == [NOTE]


def test_the_report_has_every_local_figure_though_no_finding_names_it(store: Path) -> None:
    assessed(store, "--parameters", str(store.parent / "local.toml"))
    section = section_of(store)
    assert {row.get("data-local"): words_of(row.xpath("./td")[0]) for row in section.xpath(".//tr[@data-local]")} == FIGURES
    assert all(words_of(row.xpath("./td")[1]) == "Police see a returned child in person" for row in section.xpath(".//tr[@data-local]"))
    assert [words_of(one) for one in section.xpath(".//li[@data-note]")] == [NOTE]


def test_a_force_without_figures_of_its_own_is_said_to_have_none(store: Path) -> None:
    assert "own figures" not in assessed(store)
    assert "The force has set no figure of its own." in words_of(section_of(store))


def test_a_run_kept_before_notes_were_is_read_as_having_none(store: Path) -> None:
    standards = standards_in(store.parent / "standards", EARLY)
    assess(store, scene_from("", standards[0]), standards, "2026-03-31 06:40")
    file = run_folder(store, latest_run(store)) / "run.json"
    content = json.loads(file.read_text(encoding="utf-8"))
    del content["notes"]
    file.write_text(json.dumps(content), encoding="utf-8")
    assert read_run(file.parent).notes == ()

"""A run holds each occasion to the edition of its day and nation, and says what it left out and why."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from lxml import html

from candour.cli import assessing, cataloguing
from candour.findings.explanation import as_text
from candour.findings.proofs import explain_finding
from candour.findings.reporting.gathering import gather
from candour.findings.reporting.page import render
from candour.findings.runs import FINDINGS, latest_run, read_run, run_folder
from candour.findings.stored_events import read_findings
from tests.support.small_store import INTERVIEW, scene_from, standards_in, write_generation

FIRST = INTERVIEW.replace('{ from = "2017-01-01" }', '{ to = "2026-03-10" }')
SECOND = 'id = "interview"\nversion = 2\nin_force = { from = "2026-03-11" }\n[edition]\nof = 1\nchanges = "Six hours."\n[rule]\nwithin = { hours = 6 }\n'
WALES = INTERVIEW.replace('id = "interview"', 'id = "debrief"\njurisdiction = "Wales"').replace("Police see", "In Wales, police see")
DRAFT = (
    INTERVIEW.replace('id = "interview"', 'id = "promised"')
    .replace("Police see", "One day police will see")
    .replace("[source]", '[edition]\ncommenced = false\ncommencement = "Royal Assent seen; no date found."\n[source]')
)
LINES = """
2026-03-10 18:00 | missing.located | episode=M1
2026-03-11 04:00 | missing.interviewed | episode=M1 face_to_face=yes
2026-03-11 18:00 | missing.located | episode=M2
2026-03-12 04:00 | missing.interviewed | episode=M2 face_to_face=yes
"""
ALL = ["--engine", "reference", "--as-of", "2026-03-31"]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    (tmp_path / "standards").mkdir()
    for name, text in (("interview", FIRST), ("interview.v2", SECOND), ("debrief", WALES), ("promised", DRAFT)):
        (tmp_path / "standards" / f"{name}.toml").write_text(text, encoding="utf-8")
    one = standards_in(tmp_path / "apart", INTERVIEW)[0]
    write_generation(tmp_path / "store", scene_from(LINES, one))
    delivery = tmp_path / "store" / "deliveries" / "D1"
    delivery.mkdir(parents=True)
    (delivery / "delivery.json").write_text('{"source_system": "example", "files": []}', encoding="utf-8")
    return tmp_path / "store"


def declare(store: Path, *nations: str) -> None:
    """Write these nations beside the sources of the store, one source for each."""
    file = store / "chronology" / "1" / "sources.json"
    (source,) = json.loads(file.read_text(encoding="utf-8"))
    told = [{**source, "source_system": f"{source['source_system']}{number}", "nation": nation} for number, nation in enumerate(nations)]
    file.write_text(json.dumps(told), encoding="utf-8")


def assess(store: Path, *more: str, engine: str = "reference") -> Result:
    folder = str(store.parent / "standards")
    return CliRunner().invoke(
        assessing.command, ["--store", str(store), "--standards", folder, "--engine", engine, "--as-of", "2026-03-31", *more]
    )


def assessed(store: Path, *more: str, engine: str = "reference") -> str:
    result = assess(store, *more, engine=engine)
    assert result.exit_code == 0, result.output
    return result.stdout


def found(store: Path) -> list[tuple[str, int, str]]:
    findings = read_findings(run_folder(store) / FINDINGS, "true", ())
    return sorted((one.standard, one.version, one.outcome) for one in findings)


@pytest.mark.parametrize("engine", ["reference", "duckdb"])
def test_each_occasion_is_held_to_the_edition_of_its_day(store: Path, engine: str) -> None:
    said = assessed(store, "--nation", "England", engine=engine)
    assert found(store) == [("interview", 1, "met"), ("interview", 2, "late")]
    assert "Not applied: 1 edition (of another nation)." in said and "Not applied: 1 edition (not confirmed as in force)." in said


def test_the_mappings_may_declare_the_nation(store: Path) -> None:
    declare(store, "Wales", "")
    assessed(store)
    assert read_run(run_folder(store)).nation == "Wales"
    assert [one for one in found(store) if one[0] == "debrief"] == [("debrief", 1, "met")] * 2


def test_where_nobody_declares_it_what_is_of_one_nation_is_said_not_to_be_checked(store: Path) -> None:
    said = assessed(store)
    assert not [one for one in found(store) if one[0] == "debrief"]
    assert "Note: No nation is declared, so what is for England or for Wales alone was not checked: debrief." in said
    told = json.loads(assessed(store, "--json"))
    assert told["nation"] is None
    assert {one["id"]: one["why"] for one in told["not_applied"]} == {
        "debrief": "nation not declared", "promised": "not confirmed as in force",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("declared", "more", "words"),
    [
        (["England", "Wales"], [], "declare England and Wales. A store is of one force in one nation"),
        (["England"], ["--nation", "Wales"], "the mappings of this store declare England"),
    ],
)
def test_two_nations_are_refused(store: Path, declared: list[str], more: list[str], words: str) -> None:
    declare(store, *declared)
    result = assess(store, *more)
    assert result.exit_code and words in str(result.exception)


def test_what_is_switched_on_says_so_in_run_report_and_proof(store: Path) -> None:
    said = assessed(store, "--nation", "England", "--with", "promised")
    assert ("promised", 1, "met") in found(store)
    caution = "promised version 1 was switched on for this run. It is not confirmed as in force: Royal Assent seen; no date found."
    assert f"Note: {caution}" in said
    page = html.fromstring(render(gather(store, folder=store.parent / "standards")))
    assert [" ".join(one.text_content().split()) for one in page.xpath("//div[@data-caution]")] == [caution]
    explanation, _ = explain_finding(store, "promised@E2", folder=store.parent / "standards")
    assert "It is not confirmed as in force, and was switched on by name for this run." in " ".join(as_text(explanation).split())


def test_the_report_lists_what_was_not_applied(store: Path) -> None:
    assessed(store, "--nation", "England")
    page = html.fromstring(render(gather(store, folder=store.parent / "standards")))
    rows = {row.get("data-not-applied"): " ".join(row.text_content().split()) for row in page.xpath("//tr[@data-not-applied]")}
    assert set(rows) == {"debrief@1", "promised@1"}
    assert "It is for Wales only." in rows["debrief@1"]
    assert "switched off. Royal Assent seen; no date found." in rows["promised@1"]
    assert "This force is in England." in page.text_content()
    explanation, _ = explain_finding(store, "interview@E2", folder=store.parent / "standards")
    assert "This edition is for occasions from the beginning to 2026-03-10." in as_text(explanation)


def test_a_run_of_before_is_read_as_it_was(store: Path) -> None:
    assessed(store, "--nation", "England")
    file = run_folder(store, latest_run(store)) / "run.json"
    content = json.loads(file.read_text(encoding="utf-8"))
    for key in ("nation", "not_applied", "cautions"):
        del content[key]
    file.write_text(json.dumps(content), encoding="utf-8")
    run = read_run(file.parent)
    assert (run.nation, run.not_applied, run.cautions) == (None, (), ())


# The list by date


def listed(folder: Path, *more: str) -> list[str]:
    result = CliRunner().invoke(cataloguing.command, ["list", "--standards", str(folder), *more])
    assert result.exit_code == 0, result.output
    return result.stdout.splitlines()


def test_the_list_on_a_day_has_what_is_in_force_on_it(store: Path) -> None:
    folder = store.parent / "standards"
    *lines, told = listed(folder, "--on", "2026-03-11")
    assert [line.split()[1:3] for line in lines] == [["debrief", "v1"], ["interview", "v2"]]
    assert told == "In force on 2026-03-11: 2 standards in 2 editions. Not confirmed as in force and not listed: 1 edition."
    *lines, told = listed(folder)
    assert told == "3 standards in 4 editions."
    assert [line.split()[1] for line in lines if "NOT CONFIRMED AS IN FORCE" in line] == ["promised"]
    assert [line.split()[1] for line in lines if "Wales only" in line] == ["debrief"]


def test_the_list_for_machines_and_the_words_of_one_say_the_edition(store: Path) -> None:
    folder = store.parent / "standards"
    rows = {(row["id"], row["version"]): row for row in json.loads("\n".join(listed(folder, "--json")))}
    second = rows["interview", 2]
    assert (second["of"], second["changes"], second["from"], second["to"]) == (1, "Six hours.", "2026-03-11", None)
    assert (rows["promised", 1]["commenced"], rows["debrief", 1]["jurisdiction"]) == (False, "Wales")
    said = CliRunner().invoke(cataloguing.command, ["show", "interview", "--standards", str(folder)]).stdout
    assert "What changed: Six hours. What is not said anew is as in version 1." in said
    said = CliRunner().invoke(cataloguing.command, ["show", "promised", "--standards", str(folder)]).stdout
    assert "Not confirmed as in force, and switched off unless a run switches it on by name." in said


def test_two_unconfirmed_editions_of_one_id_never_give_a_finding_twice(store: Path) -> None:
    """An occasion's finding is named by the standard and the record: two editions held for one day would make two of one name."""
    second = 'id = "promised"\nversion = 2\n[edition]\nof = 1\nchanges = "Six hours."\ncommenced = false\ncommencement = "None found."\n'
    (store.parent / "standards" / "promised.v2.toml").write_text(f"{second}[rule]\nwithin = {{ hours = 6 }}\n", encoding="utf-8")
    refused = assess(store, "--nation", "England", "--with", "promised")
    assert refused.exit_code == 1 and "--with promised@1 or --with promised@2" in str(refused.exception)
    assessed(store, "--nation", "England", "--with", "promised@2")
    findings = read_findings(run_folder(store) / FINDINGS, "standard = 'promised'", ())
    assert [(one.version, one.outcome) for one in findings] == [(2, "late"), (2, "late")]
    assert len({one.finding_id for one in findings}) == 2

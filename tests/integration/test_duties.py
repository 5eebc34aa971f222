"""A partner's lateness never stands among the police's own failings: in lists, totals, what is least often done, or proofs."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from lxml import html

from candour.cli.assessing import JSON_KEYS, summary, told
from candour.findings.explanation import as_text
from candour.findings.outcomes import Outcome
from candour.findings.proofs import explain_finding
from candour.findings.reporting.gathering import Report, gather
from candour.findings.reporting.page import render
from candour.findings.reporting.summary import summary_of
from candour.findings.runs import FINDINGS, count_outcomes, read_run, run_folder
from tests.support.small_store import INTERVIEW, assess, scene_from, standards_in, write_generation

NIGHTS = 13
"""One more than the least for a rate; every one of them is missed by each of the three standards."""
LINES = "\n".join(f"2026-03-{day:02d} 18:00 | missing.located | episode=M{day}" for day in range(1, NIGHTS + 1))


def standard(name: str, duty: str, severity: str) -> str:
    text = INTERVIEW.replace('id = "interview"', f'id = "{name}"').replace('"critical"', f'"{severity}"\nduty = "{duty}"')
    return text.replace("Police see a returned child in person", f"Title of {name}")


OWN, SHARED, PARTNERS = (
    standard("own-visit", "police", "high"),
    standard("shared-talk", "joint", "medium"),
    standard("partner-visit", "partner", "critical"),
)


def store_of(root: Path, *texts: str) -> Path:
    standards = standards_in(root / "standards", *texts)
    scene = scene_from(LINES, standards[0])
    write_generation(root / "store", scene)
    assess(root / "store", scene, standards, "2026-03-31 06:40")
    return root / "store"


def report_of(store: Path) -> Report:
    return gather(store, folder=store.parent / "standards")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return store_of(tmp_path_factory.mktemp("duties"), OWN, SHARED, PARTNERS)


@pytest.fixture(scope="module")
def report(store: Path) -> Report:
    return report_of(store)


@pytest.fixture(scope="module")
def page(report: Report) -> html.HtmlElement:
    return html.fromstring(render(report))


def words_of(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def test_no_finding_of_a_partner_is_in_the_police_list_or_total(report: Report) -> None:
    assert {one.standard for one in report.undone.shown} == {"own-visit", "shared-talk"}
    assert {finding.standard for finding, _ in report.proofs} == {"own-visit", "shared-talk"}
    assert report.undone.in_open_cases == 2 * NIGHTS and report.undone.shared == NIGHTS
    assert report.undone.by_severity == {"high": NIGHTS, "medium": NIGHTS}
    assert {one.standard for one in report.waiting_on_partners.shown} == {"partner-visit"}
    assert {finding.standard for finding, _ in report.partner_proofs} == {"partner-visit"}
    assert report.waiting_on_partners.in_open_cases == NIGHTS
    assert report.measures.of_police().missed == 2 * NIGHTS and report.measures.of_partners().missed == NIGHTS
    (area,) = report.areas
    assert area.counts.missed == 2 * NIGHTS and area.of_partners.missed == NIGHTS
    assert "Title of partner-visit" not in area.finding() and "partners' duties (13 occasions) stand apart" in area.finding()


def test_the_summary_keeps_them_apart(report: Report) -> None:
    needs, waits, outcomes, least, *_ = summary_of(report)
    assert "26 things due in cases that are still open were not done (13 high and 13 medium; 13 of these are a shared duty)." in needs
    assert "partner-visit" not in needs + least
    assert waits == "Apart from these, 13 things due in open cases wait on a partner. The police are not measured by these."
    assert "The police's own duties and those they share, on 26 occasions: 0 done in time, 0 done late and 26 not done" in outcomes
    assert "Partners' duties, on 13 occasions: 0 done in time, 0 done late and 13 not done" in outcomes
    assert least.startswith("Done in time least often: “Title of own-visit”") and "“Title of shared-talk” (shared duty), 0 of 13" in least


def test_the_page_has_a_list_for_each_and_a_tag_beside_each(page: html.HtmlElement) -> None:
    people, partners = (page.xpath(f"//section[@aria-labelledby='{name}']")[0] for name in ("people", "partners"))
    assert "partner-visit" not in words_of(people) and "26 things that were due" in words_of(people)
    assert "own-visit" not in words_of(partners) and "shared-talk" not in words_of(partners)
    assert "The police are not measured by these" in words_of(partners) and "13 things were due from partners" in words_of(partners)
    assert all("a partner's duty" in words_of(one) for one in partners.xpath(".//summary")) and len(partners.xpath(".//summary")) == 10
    assert not page.xpath("//tr[starts-with(@data-finding, 'partner-visit')]") and len(page.xpath("//tr[@data-finding]")) == 2 * NIGHTS
    assert len(page.xpath("//tr[@data-partner-finding]")) == NIGHTS
    for name, tag in (("own-visit", ""), ("shared-talk", "shared duty"), ("partner-visit", "a partner's duty")):
        (row,) = page.xpath(f"//tr[@data-standard='{name}']/th")
        assert words_of(row) == f"Title of {name} {tag}".strip()
    (apart,) = page.xpath("//tr[@data-duty='partner']/td[2]")
    areas = page.xpath("//table[caption[@id='c-areas']]/tbody/tr[not(@data-duty)]/td[2]")
    assert words_of(apart) == "13" and [words_of(one) for one in areas] == ["26"]


def test_where_only_partners_are_late_nothing_needs_the_police(tmp_path: Path) -> None:
    report = report_of(store_of(tmp_path, PARTNERS))
    needs, waits, *rest = summary_of(report)
    assert "nothing that was due from the police in an open case is known not to have been done" in needs
    assert waits.startswith("Apart from these, 13 things")
    assert "No standard was decided often enough for a rate." in rest
    assert report.areas[0].finding().startswith("Missing children: every standard here is a partner's duty")
    people = html.fromstring(render(report)).xpath("//section[@aria-labelledby='people']")[0]
    assert "Nothing is known not to have been done by the police in a case that is still open." in words_of(people)


def test_assess_says_how_many_are_partners(store: Path) -> None:
    run = read_run(run_folder(store))
    said = summary(run, store).splitlines()
    assert "  Partners' duties, not counted above: 13 not done. The police are not measured by them." in said
    assert "  Not done               26" in said


def test_the_json_of_assess_counts_each_duty_apart_and_all_together(store: Path) -> None:
    said = json.loads(json.dumps(told(read_run(run_folder(store)), store)))
    assert list(said) == list(JSON_KEYS)
    of_each = dict.fromkeys(Outcome, 0) | {"missed": NIGHTS}
    assert said["counts_by_duty"] == {"police": of_each, "joint": of_each, "partner": of_each}
    assert said["counts"] == of_each | {"missed": 3 * NIGHTS} == count_outcomes(run_folder(store) / FINDINGS)
    assert said["findings"] == 3 * NIGHTS and "missed" not in said


def test_where_no_partner_has_a_duty_nothing_is_said_of_partners(tmp_path: Path) -> None:
    report = report_of(store_of(tmp_path, OWN))
    assert "partners' duties" not in summary(report.run, tmp_path / "store")
    assert "partner" not in " ".join(summary_of(report))
    assert not html.fromstring(render(report)).xpath("//tr[@data-duty]")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("own-visit", "The police's."),
        ("shared-talk", "Shared: the police and their partners have it together"),
        ("partner-visit", "A partner's: the police are not measured by it."),
    ],
)
def test_a_proof_says_whose_duty_it_is(store: Path, name: str, words: str) -> None:
    explanation, _ = explain_finding(store, f"{name}@E1", folder=store.parent / "standards")
    assert f"Whose duty {words}" in " ".join(as_text(explanation).split())


def test_what_a_partner_did_and_was_written_late_is_not_among_the_polices(tmp_path: Path) -> None:
    lines = LINES.splitlines()[0] + '\n2026-03-01 20:00 | missing.interviewed | episode=M1 face_to_face=yes recorded="2026-03-20 10:00"'
    standards = standards_in(tmp_path / "standards", OWN, PARTNERS)
    scene = scene_from(lines, standards[0])
    write_generation(tmp_path / "store", scene)
    assess(tmp_path / "store", scene, standards, "2026-03-31 06:40")
    report = report_of(tmp_path / "store")
    assert report.measures.written().after_due == 1 and report.measures.written_by_standard()["partner-visit"].after_due == 1
    assert [finding.standard for finding, _ in report.written_late_proofs] == ["own-visit"] and report.written_late == 1


def test_the_table_of_a_partners_duty_by_unit_measures_no_unit(page: html.HtmlElement) -> None:
    captions = {part: words_of(page.xpath(f"//caption[@id='cu-{part}']")[0]) for part in ("own-visit", "partner-visit")}
    assert captions["own-visit"].endswith(", by unit")
    assert captions["partner-visit"].endswith(", by the police unit that waits: it is not measured by this")


def test_the_measures_say_whose_duty_each_row_is(report: Report) -> None:
    rows = {row["standard"]: row["duty"] for row in csv.DictReader(io.StringIO(report.measures.as_csv()))}
    assert rows == {"own-visit": "police", "shared-talk": "joint", "partner-visit": "partner"}

"""The report: one self-contained page whose figures are those of the measures, and which says what it leaves out."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from candour.cli.reporting import command
from candour.findings.coverage import Coverage, Covered, CoveredSource, Wanted
from candour.findings.finding import Finding
from candour.findings.outcomes import Outcome
from candour.findings.reporting import gathering, page
from candour.findings.reporting.gathering import gather
from candour.findings.reporting.looked_at import joined
from candour.findings.reporting.page import render, write_report
from candour.records.refusals import InputRefused
from tests.support.small_store import INTERVIEW, assess, assess_by_hand, scene_from, standards_in, write_generation

LONG = "The missing from home and child exploitation team, Eastcliff"
LINES = f"""
2026-03-01 18:00 | missing.located | episode=M1 unit=Eastcliff actor=PC1274
2026-03-02 21:20 | missing.interviewed | episode=M1 face_to_face=yes recorded="2026-03-04 10:00" actor=PC0931
2026-03-10 18:00 | missing.located | episode=M2 unit="{LONG}" actor=PC1274
2026-03-11 18:00 | missing.located | episode=M3 unit=Eastcliff actor=PC1274
2026-03-11 19:00 | missing.interviewed | episode=M3 face_to_face=yes recorded="2026-03-20 10:00"
2026-03-20 18:00 | missing.located | episode=M4 unit=Eastcliff
2026-03-21 | missing.interviewed | episode=M4 face_to_face=yes
"""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    standards = standards_in(tmp_path / "standards", INTERVIEW)
    scene = scene_from(LINES, standards[0])
    write_generation(tmp_path / "store", scene)
    assess(tmp_path / "store", scene, standards, "2026-03-31 06:40")
    return tmp_path / "store"


def page_of(store: Path) -> html.HtmlElement:
    return html.fromstring(text_of(store))


def text_of(store: Path) -> str:
    return render(gather(store, folder=store.parent / "standards"))


def words_of(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def test_the_page_stands_alone(store: Path) -> None:
    text = text_of(store)
    page = html.fromstring(text)
    assert not page.xpath(
        "//script | //link | //img | //iframe | //form | //object | //embed | //*[@src] | //@*[starts-with(name(), 'on')]/.."
    )
    assert "@import" not in text and not re.search(r"url\((?!#)", text), "the style reaches for something outside"
    assert page.get("lang") == "en-GB" and page.xpath("//title/text()")[0].startswith("What the records show: Northshire")


def test_headings_tables_and_landmarks_are_in_order(store: Path) -> None:
    page = page_of(store)
    levels = [int(one.tag[1]) for one in page.xpath("//h1 | //h2 | //h3 | //h4")]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    for table in page.xpath("//table"):
        assert table.xpath("./caption") and words_of(table.xpath("./caption")[0])
        assert all(head.get("scope") in ("col", "row") for head in table.xpath(".//th"))
    assert page.xpath("//header") and page.xpath("//nav[@aria-labelledby]") and page.xpath("//main[@id='main']") and page.xpath("//footer")
    assert page.xpath("//a[@class='skip']/@href") == ["#main"]
    for region in page.xpath("//*[@role='region']"):
        assert region.get("tabindex") == "0" and page.xpath(f"//*[@id='{region.get('aria-labelledby')}']")
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids)), "an id is used twice"
    assert all(page.xpath(f"//*[@id='{link[1:]}']") for link in page.xpath("//a/@href") if link.startswith("#"))


def test_the_words_are_ours(store: Path) -> None:
    said = words_of(page_of(store)).lower()
    for never in ("compliant", "compliance", "failed", "violation", "n/a", "waived"):
        assert never not in said
    assert "breach" not in said.replace("can be breached", ""), "only a verified figure of statute can be breached, and there is none here"
    assert "this force is made up" in said


def test_excused_is_an_exception_or_what_had_already_been_done(store: Path) -> None:
    told = "an exception which the standard allows is on record, or that it had already been done shortly before."
    assert told in words_of(page_of(store).xpath("//section[@aria-labelledby='how']")[0])
    glossary = (Path(__file__).parents[2] / "GLOSSARY.md").read_text(encoding="utf-8")
    assert "| `excused` | an exception is on record, or it had already been done shortly before |" in glossary


def test_an_officer_is_named_in_proofs_alone(store: Path) -> None:
    page = page_of(store)
    for one in page.xpath("//dl[@class='proof']"):
        one.getparent().remove(one)
    assert "PC1274" not in words_of(page)
    assert "PC1274" in text_of(store)


def test_a_real_force_gets_no_made_up_notice(store: Path) -> None:
    (store / "store.json").write_text('{"format": 1, "name": "Eastfolk"}', encoding="utf-8")
    assert "made up" not in words_of(page_of(store))
    (store / "store.json").write_text('{"format": 1, "name": "Eastfolk", "made_up": true}', encoding="utf-8")
    assert "This force is made up." in words_of(page_of(store))


def test_what_needs_people_comes_with_its_proof(store: Path) -> None:
    page = page_of(store)
    people = page.xpath("//section[@aria-labelledby='people']")[0]
    assert "Not done; was due Wed 11 March 2026, 18:00, 19 days ago." in words_of(people)
    assert "Tue 10 March 2026, 18:00 + 24 hours = Wed 11 March 2026, 18:00." in words_of(people)
    assert LONG in words_of(people)
    assert "1 of the things done in time were written down only after the limit." in words_of(page)


def test_the_full_list_says_what_it_leaves_out(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "LISTED", 2)
    monkeypatch.setattr(gathering, "PROOFS", 1)
    template = a_finding(0, Outcome.MISSED, "Eastcliff", 0)
    standards = standards_in(store.parent / "standards", INTERVIEW)
    assess_by_hand(store, standards, [replace(template, finding_id=f"interview@E{number}") for number in range(5)], "2026-04-30 09:00")
    said = words_of(page_of(store))
    assert "The 1 most serious and oldest of 5 things that were due" in said
    assert "The first 2 of 5 things not done in open cases" in said and "The other 3 are in findings.parquet of run 0002" in said


def test_what_is_in_a_closed_case_is_counted_apart(tmp_path: Path) -> None:
    standards = standards_in(tmp_path / "standards", INTERVIEW)
    scene = scene_from("2026-03-01 18:00 | missing.located | episode=M1", standards[0], cases=(("CASE-1", (("closed_on", "2026-03-20"),)),))
    write_generation(tmp_path / "store", scene)
    assess(tmp_path / "store", scene, standards, "2026-03-31 06:40")
    said = words_of(page_of(tmp_path / "store"))
    assert "1 thing was not done in cases that are now closed." in said and "The list is empty." in said
    assess(tmp_path / "store", scene, standards, "2026-03-19 12:00")
    assert "1 thing due in cases that are still open was not done" in words_of(page_of(tmp_path / "store"))


def test_a_run_without_findings_is_a_page_too(tmp_path: Path) -> None:
    standards = standards_in(tmp_path / "standards", INTERVIEW)
    scene = scene_from("", standards[0])
    write_generation(tmp_path / "store", scene)
    assess(tmp_path / "store", scene, standards, "2026-03-31 06:40")
    said = words_of(page_of(tmp_path / "store"))
    assert "None of them found an occasion to which it applies." in said and "There was no occasion to which it applies." in said


def test_where_no_source_brings_what_would_make_an_occasion_it_was_not_checked(tmp_path: Path) -> None:
    standards = standards_in(tmp_path / "standards", INTERVIEW)
    scene = scene_from("2026-03-01 18:00 | case.closed", standards[0])
    told = replace(scene.sources[0], complete=(), holds={"case.closed": frozenset()})
    scene = replace(scene, sources=(told,))
    write_generation(tmp_path / "store", scene)
    assess(tmp_path / "store", scene, standards, "2026-03-31 06:40")
    said = words_of(page_of(tmp_path / "store"))
    assert "1 standard has no occasion because no source in this store brings the records that would make one." in said
    assert "It could not be checked: no source in this store brings “Missing child located”, without which it has no occasion." in said
    assert "There was no occasion to which it applies." not in said and "Nothing was left undecided." not in said


def a_finding(number: int, outcome: str, unit: str | None, day: int) -> Finding:
    start = datetime(2026, 1, 1, 12) + timedelta(days=day)
    reason = {"met": "answered", "late": "answered_late", "pending": "not_yet_due", "excused": "excused", "cannot_tell": "source"}.get(
        outcome, "not_answered"
    )
    return Finding(
        f"interview@E{number}", "interview", 1, "case", "CASE-1", "CASE-1", None, None, "E2", number, 0, start, start + timedelta(hours=24), outcome, reason,
        missing="missing.interviewed" if outcome == "cannot_tell" else None, satisfied_at=start + timedelta(hours=30) if outcome in ("met", "late") else None,
        limit_text="24 hours", limit_whose="standard", unit=unit,
    )  # fmt: skip


DRAWN = st.lists(
    st.tuples(
        st.sampled_from([str(one) for one in Outcome]), st.sampled_from(["Eastcliff", "West <moor> & co", None]), st.integers(0, 200)
    ),
    max_size=80,
)


@settings(max_examples=12, deadline=None)
@given(DRAWN)
def test_the_figures_on_the_page_are_those_of_the_measures_and_the_csv(
    tmp_path_factory: pytest.TempPathFactory, drawn: list[tuple[str, str | None, int]]
) -> None:
    root = tmp_path_factory.mktemp("report")
    standards = standards_in(root / "standards", INTERVIEW)
    write_generation(root / "store", scene_from("2026-03-01 18:00 | missing.located | episode=M1", standards[0]))
    findings = [a_finding(number, *one) for number, one in enumerate(drawn)]
    assess_by_hand(root / "store", standards, findings, "2026-12-31 09:00")
    report = gather(root / "store", folder=root / "standards")
    page = html.fromstring(render(report))
    rows = list(csv.DictReader(io.StringIO(report.measures.as_csv())))
    expected = {str(outcome): sum(1 for one, _, _ in drawn if one == outcome) for outcome in Outcome}
    decided = expected["met"] + expected["late"] + expected["missed"]
    cells = [words_of(cell) for cell in page.xpath("//tr[@data-standard='interview']/td")]
    assert cells[1:] == [
        str(one)
        for one in (expected["met"], decided, *(expected[name] for name in ("cannot_tell", "late", "missed", "excused", "pending")))
    ]
    assert {outcome: sum(int(row[outcome]) for row in rows) for outcome in expected} == expected
    assert sum(int(row["denominator"]) for row in rows) == decided
    counts = report.measures.by_standard().get("interview")
    if counts is not None:
        assert counts.sentence() in words_of(page.xpath("//details[@id='s-interview']")[0])
        assert cells[0] == counts.rate_words()
        by_unit = page.xpath("//table[caption[@id='cu-interview']]/tbody/tr")
        shown = {words_of(row.xpath("./th")[0]): int(words_of(row.xpath("./td")[2])) for row in by_unit}
        assert shown == {unit or "No unit recorded": one.denominator for unit, one in report.measures.by_unit("interview").items()}


def test_the_command_writes_the_page_the_csv_and_the_json(store: Path, tmp_path: Path) -> None:
    for name in ("report.html", "measures.csv", "measures.json"):
        result = CliRunner().invoke(
            command, ["--store", str(store), "--standards", str(store.parent / "standards"), "--out", str(tmp_path / name)]
        )
        assert result.exit_code == 0 and (tmp_path / name).stat().st_size > 100
    assert not list(tmp_path.glob(".*.part"))


def test_a_file_that_cannot_be_written_is_refused(store: Path, tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match=r"\.html"):
        write_report(store, tmp_path / "report.pdf", folder=store.parent / "standards")
    with pytest.raises(InputRefused, match="is not there"):
        write_report(store, tmp_path / "nowhere" / "report.html", folder=store.parent / "standards")


def test_no_cell_of_the_csv_is_a_formula(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    standards = standards_in(tmp_path / "standards", INTERVIEW)
    scene = scene_from('2026-03-01 18:00 | missing.located | episode=M1 unit="=1+1"', standards[0])
    write_generation(tmp_path / "store", scene)
    assess(tmp_path / "store", scene, standards, "2026-03-31 06:40")
    coverage = Coverage(
        (Covered("interview", 2, 1, (), (CoveredSource("@crimes", 2, 1, (("-1 field", 1),)),)),),
        (Wanted("field", "x", 2, 1, ("interview",), "=cmd|'/c calc'!A0", "+crimes"),),
    )
    report = replace(gather(tmp_path / "store", folder=tmp_path / "standards"), coverage=coverage)
    monkeypatch.setattr(page, "gather", lambda *given: report)
    cells = {}
    for of in ("measures", "coverage", "wanted"):
        write_report(tmp_path / "store", tmp_path / f"{of}.csv", of=of)
        cells[of] = next(csv.DictReader(io.StringIO((tmp_path / f"{of}.csv").read_text(encoding="utf-8"))))
        write_report(tmp_path / "store", tmp_path / f"{of}.json", of=of)
        assert "\"'" not in (tmp_path / f"{of}.json").read_text(encoding="utf-8"), "JSON is for machines, and says what the record says"
    assert cells["measures"]["unit"] == "'=1+1"
    assert [cells["coverage"][name] for name in ("source", "would_decide_it", "cannot_tell")] == ["'@crimes", "'-1 field (1)", "1"]
    assert [cells["wanted"][name] for name in ("what", "where_from", "findings")] == ["'=cmd|'/c calc'!A0", "'+crimes", "2"]


def test_spans_that_touch_are_one(store: Path) -> None:
    at = datetime(2026, 1, 1)
    spans = [
        (at, at + timedelta(hours=1)),
        (at + timedelta(hours=1, seconds=1), at + timedelta(hours=2)),
        (at + timedelta(hours=3), at + timedelta(hours=4)),
    ]
    assert joined(spans) == ((at, at + timedelta(hours=2)), spans[2])

"""Files made by other people come in whole: every count is made again by a few lines that know nothing of the import."""

from __future__ import annotations

import csv
import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import pytest

from candour.records.importing import import_delivery
from candour.records.reporting.account import ImportReport
from tests.support.outside import outside

RECEIVED = datetime(2026, 11, 1)
MAPPINGS = Path(__file__).parent / "returns"


def bring(tmp_path: Path, mapping: str, *files: Path) -> tuple[ImportReport, Path]:
    """Import copies of these files; gives the report and the chronology's folder."""
    folder = tmp_path / "delivered"
    folder.mkdir()
    for file in files:
        shutil.copy(file, folder)
    source = MAPPINGS / mapping if mapping.endswith(".toml") else mapping
    report = import_delivery(folder, source, tmp_path / "store", received_at=RECEIVED)
    return report, tmp_path / "store" / "chronology" / "1"


def day(text: str) -> date:
    """A date as the return writes it: 31/12/2017."""
    return date(int(text[6:]), int(text[3:5]), int(text[:2]))


def query(chronology: Path, text: str) -> list[tuple[object, ...]]:
    with duckdb.connect() as db:
        for name in ("events", "children", "identities"):
            db.execute(f"create view {name} as from '{chronology / name}.parquet'")
        return db.execute(text).fetchall()


def test_the_return_of_looked_after_children(tmp_path: Path) -> None:
    """By the mapping that is shipped: every row goes somewhere, and each tells what it says."""
    names = ("header", "episodes", "missing", "reviews")
    files = [outside("ssda903", "return", f"{name}.csv") for name in names]
    tables = dict(zip(names, ([*csv.DictReader(file.open(encoding="utf-8-sig"))] for file in files), strict=True))
    report, chronology = bring(tmp_path, "ssda903", *files)
    keys = {"header": ("CHILD",), "episodes": ("CHILD", "DECOM"), "missing": ("CHILD", "MIS_START"), "reviews": ("CHILD", "REVIEW")}
    contradicting: dict[str, set[tuple[str, ...]]] = {}
    for file, (name, rows) in zip(report.files(), tables.items(), strict=True):
        by_key: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
        for row in rows:
            by_key.setdefault(tuple(row[column] for column in keys[name]), set()).add(tuple(row.values()))
        contradicting[name] = {key for key, contents in by_key.items() if len(contents) > 1}
        refused = sum(tuple(row[column] for column in keys[name]) in contradicting[name] for row in rows)
        assert (file.file, file.rows_in, file.rows_refused, file.rows_kept) == (f"{name}.csv", len(rows), refused, len(rows) - refused)
        assert file.rows_standing == len(by_key) - len(contradicting[name])
    assert not report.unlisted_codes()
    care = {(row["CHILD"], day(row["DECOM"]), "start" if row["RNE"] == "S" else "change") for row in tables["episodes"]}
    care |= {(row["CHILD"], day(row["DEC"]), "end") for row in tables["episodes"] if row["DEC"] and row["REC"] != "X1"}
    assert set(query(chronology, "select child_ref, occurred_on, care_change from events where kind = 'care.changed'")) == care
    absent = {(row["CHILD"], day(row["MIS_START"]), row["MISSING"], "start") for row in tables["missing"]}
    absent |= {(row["CHILD"], day(row["MIS_END"]), row["MISSING"], "end") for row in tables["missing"] if row["MIS_END"]}
    said = "select child_ref, occurred_on, if(absence_kind = 'missing', 'M', 'A'), absence_change from events where kind = 'care.missing'"
    assert set(query(chronology, said)) == absent
    reviews = {(row["CHILD"], row["REVIEW"]) for row in tables["reviews"]} - contradicting["reviews"]
    found = query(chronology, "select child_ref, occurred_on from events where kind = 'care.reviewed'")
    assert (len(found), set(found)) == (len(reviews), {(child, day(text)) for child, text in reviews})
    children = {(row["CHILD"], day(row["DOB"]), {"1": "male", "2": "female"}[row["SEX"]]) for row in tables["header"]}
    assert set(query(chronology, "select child_ref, born_on, sex from children")) == children
    assert set(query(chronology, "select ref, shared_id from identities")) == {(row["CHILD"], row["UPN"]) for row in tables["header"]}


@pytest.mark.parametrize("name", ["fake_CIN_data", "CIN_Census_2021", "CIN_Census_2024", "CIN_Census_2026", "CIN2rows"])
def test_a_census_of_children_in_need(tmp_path: Path, name: str) -> None:
    """Read again by the standard library, which holds the whole file and knows nothing of paths of rows."""
    file = outside("cin", "returns", f"{name}.xml")
    report, chronology = bring(tmp_path, "cin-census", file)
    children = ElementTree.parse(file).getroot().findall("Children/Child")
    assert report.total("rows_in") == report.total("rows_kept") + report.total("rows_refused")
    assert report.files()[0].rows_in == len(children)
    told: set[tuple[str | None, str, str | None]] = set()
    for child in children:
        ref = child.findtext("ChildIdentifiers/LAchildID")
        for kind, path in [
            ("social_care.referred", "CINdetails/CINreferralDate"),
            ("social_care.closed", "CINdetails/CINclosureDate"),
            ("social_care.assessed", "CINdetails/Assessments/AssessmentActualStartDate"),
            ("social_care.assessed", "CINdetails/Assessments/AssessmentAuthorisationDate"),
            ("strategy.held", "CINdetails/Section47/S47ActualStartDate"),
            ("s47.started", "CINdetails/Section47/S47ActualStartDate"),
            ("conference.held", "CINdetails/DateOfInitialCPC"),
            ("conference.held", "CINdetails/Section47/DateOfInitialCPC"),
            ("conference.held", "CINdetails/ChildProtectionPlans/Reviews/CPPreviewDate"),
            ("cpplan.changed", "CINdetails/ChildProtectionPlans/CPPstartDate"),
            ("cpplan.changed", "CINdetails/ChildProtectionPlans/CPPendDate"),
        ]:
            told |= {(ref, kind, element.text) for element in child.findall(path) if element.text}
    if not report.total("rows_refused"):
        assert set(query(chronology, "select child_ref, kind, occurred_on::varchar from events")) == told
    assert {code.code for code in report.unlisted_codes()} <= {"RB"}, "a factor that no list has, in two of the returns"


def test_the_lists_of_annex_a_as_a_workbook_and_as_csv(tmp_path: Path) -> None:
    told = []
    for form, files in [("xlsx", [outside("annex-a", "Annex_A.xlsx")]), ("csv", sorted(outside("annex-a", "annex_a_csv").glob("*.csv")))]:
        (tmp_path / form).mkdir()
        report, chronology = bring(tmp_path / form, "annex-a", *files)
        assert (report.total("rows_in"), report.total("rows_refused"), report.unlisted_codes()) == (49, 0, [])
        told.append(
            query(
                chronology, "select * exclude (position, delivery_id, occurred_text, source_ref, known_from) from events order by event_id"
            )
        )
        told.append(query(chronology, "from children order by all"))
    assert told[:2] == told[2:]
    assert len(told[0]) == 72


@pytest.mark.parametrize("form", ["csv", "xes"])
def test_the_running_example_is_the_same_from_both_forms(tmp_path: Path, form: str) -> None:
    report, chronology = bring(tmp_path, f"running-{form}.toml", outside("event-logs", f"running-example.{form}"))
    with outside("event-logs", "running-example.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    expected = sorted(
        (
            row["case:concept:name"],
            row["concept:name"],
            row["org:resource"],
            datetime.fromisoformat(row["time:timestamp"]).astimezone(UTC).replace(tzinfo=None),
        )
        for row in rows
    )
    with duckdb.connect() as db:
        found = db.execute(f"select case_ref, text, actor_ref, occurred_at from '{chronology}/events.parquet' order by all").fetchall()
    assert found == expected
    assert (report.total("rows_in"), report.total("rows_refused")) == (42, 0)


@pytest.mark.parametrize("place", [("ssda903", "return"), ("event-logs",), ("annex-a",), ("linkage",)])
def test_a_draft_can_be_made_from_files_of_strangers(place: tuple[str, ...]) -> None:
    import tomllib

    from candour.records.suggesting import suggest_mapping

    draft = suggest_mapping(outside(*place))
    assert tomllib.loads(draft)["table"]
    assert "NOT READ" not in draft

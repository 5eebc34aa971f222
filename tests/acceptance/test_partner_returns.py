"""A partner's returns go in as its guide says: small made-up returns of the authority Northshire, by the mappings that are shipped."""

from __future__ import annotations

import csv
import os
import shutil
from datetime import date
from pathlib import Path

import duckdb
import openpyxl
import pytest

from candour.cli.main import run
from candour.records.mapping_file import load_mappings
from candour.records.vocabulary import find_catalogue, load_vocabulary

RETURNS = Path(__file__).parent / "returns"
YEAR = """
[[source.complete]]
kinds = ["s47.started", "conference.held", "cpplan.changed"]
from = "2025-04-01"
to = "2026-03-31"
"""


def bring(folder: Path, source: str | Path, store: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    code = run(["import", str(folder), "--source", str(source), "--store", str(store), "--extracted-at", "2026-04-01", "--no-coverage"])
    return code, "".join(capsys.readouterr())


def ask(store: Path, query: str) -> list[tuple[object, ...]]:
    folder = store / "chronology" / "1"
    with duckdb.connect() as db:
        for name in ("events", "children", "cases", "identities"):
            db.execute(f"create view {name} as from '{folder / name}.parquet'")
        return db.execute(query).fetchall()


def test_a_census_becomes_events_that_a_standard_can_be_held_against(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The mapping is copied and the year of the census written into it, as the guide tells."""
    shipped = (find_catalogue() / "sources" / "cin-census" / "census.toml").read_text(encoding="utf-8")
    mapping = tmp_path / "census-2026.toml"
    mapping.write_text(shipped.replace("\n[[table]]", f"{YEAR}\n[[table]]", 1), encoding="utf-8")
    store = tmp_path / "store"
    code, said = bring(RETURNS / "cin-census", mapping, store, capsys)
    assert (code, "13 rows in = 13 kept + 0 refused; 17 events" in said) == (0, True), said
    assert ask(store, "select child_ref, born_on, sex, ethnicity, disability from children order by all") == [
        ("NS-1", date(2014, 5, 6), "female", "white", True),
        ("NS-2", date(2011, 11, 30), "male", "asian", False),
        ("NS-3", date(2020, 2, 29), None, None, None),
    ]
    assert ask(store, "select record_ref, shared_id from identities order by all")[0] == ("cin-census:child:NS-1", "A999000000001")
    told = ask(
        store,
        "select occurred_on, kind, referred_by, category, conference_kind, concerns_found, s47_decided, conference_required from events where child_ref = 'NS-1' order by position",
    )
    assert told == [
        (date(2025, 6, 2), "social_care.referred", "police", None, None, None, None, None),
        (date(2025, 6, 3), "social_care.assessed", None, None, None, None, None, None),
        (date(2025, 6, 4), "strategy.held", None, None, None, None, True, True),
        (date(2025, 6, 4), "s47.started", None, None, None, None, None, None),
        (date(2025, 6, 24), "conference.held", None, None, "icpc", None, None, None),
        (date(2025, 6, 24), "cpplan.changed", None, "neglect", None, None, None, None),
        (date(2025, 7, 1), "social_care.assessed", None, None, None, ["da", "neglect"], None, None),
        (date(2025, 9, 18), "conference.held", None, None, "rcpc", None, None, None),
        (date(2026, 3, 12), "conference.held", None, None, "rcpc", None, None, None),
    ]
    out = tmp_path / "findings.csv"
    assert run(["assess", "--store", str(store), "--quiet", "--out", str(out)]) == 0
    with out.open(encoding="utf-8-sig", newline="") as file:
        found = [
            (row["child_ref"], row["outcome"], row["due_at"][:10])
            for row in csv.DictReader(file)
            if row["standard"] == "icpc-within-15-working-days"
        ]
    assert sorted(found) == [("NS-1", "met", "2025-06-25"), ("NS-2", "cannot_tell", "2025-09-24")], (
        "the census does not say whether a delay was agreed, so that a late conference may be excused; the third enquiry needed none"
    )


def test_a_return_of_looked_after_children(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = tmp_path / "store"
    code, said = bring(RETURNS / "ssda903", "ssda903", store, capsys)
    assert (code, "10 rows in = 10 kept + 0 refused; 10 events" in said) == (0, True), said
    care = ask(
        store,
        "select child_ref, occurred_on, care_change, care_basis, police_protection, placement_kind from events where kind = 'care.changed' order by all",
    )
    assert care == [
        ("NS-1", date(2025, 11, 10), "start", "care_order", False, "relatives"),
        ("NS-1", date(2026, 2, 20), "end", None, None, None),
        ("NS-4", date(2025, 4, 3), "start", "other", True, "temporary"),
        ("NS-4", date(2025, 4, 5), "change", "agreement", False, "childrens_home"),
    ]
    assert ask(store, "select occurred_on, absence_kind, absence_change from events where kind = 'care.missing' order by all") == [
        (date(2025, 7, 12), "missing", "start"),
        (date(2025, 7, 14), "missing", "end"),
        (date(2026, 3, 30), "unauthorised", "start"),
    ]
    assert ask(store, "select child_attended, views_given from events where kind = 'care.reviewed' order by occurred_on") == [
        (True, True), (False, False), (False, True),
    ]  # fmt: skip
    assert ask(store, "select ref, postcode, shared_id from identities order by all") == [
        ("NS-1", "XX4 4DD", "A999000000001"),
        ("NS-4", "XX1 1AA", "A999000000004"),
    ]


def workbook(path: Path) -> None:
    """The lists as sheets of a workbook, with the headings of those that are not among them."""
    (mapping,) = load_mappings("annex-a", load_vocabulary())
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for table in mapping.tables:
        sheet = book.create_sheet(table.sheet)
        file = RETURNS / "annex-a" / f"{str(table.sheet).replace(' ', '_')}.csv"
        with (file if file.is_file() else Path(os.devnull)).open(encoding="utf-8", newline="") as lines:
            for row in list(csv.reader(lines)) or [list(table.used_columns())]:
                sheet.append(row)
    book.save(path)


def test_the_lists_of_annex_a_say_the_same_as_csv_and_as_a_workbook(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = []
    for form in ("csv", "xlsx"):
        folder = tmp_path / form
        shutil.copytree(RETURNS / "annex-a", folder) if form == "csv" else folder.mkdir()
        if form == "xlsx":
            workbook(folder / "Annex_A.xlsx")
        store = tmp_path / f"store-{form}"
        code, said = bring(folder, "annex-a", store, capsys)
        assert (code, "3 rows in = 3 kept + 0 refused; 5 events" in said) == (0, True), said
        told.append(
            ask(
                store,
                "select child_ref, occurred_on, kind, referred_by, no_further_action, conference_required, outcome from events order by all",
            )
        )
        assert ask(store, "select count(*) from children where child_ref = 'NS-5' and sex = 'male' and disability = false") == [(1,)]
    assert told[0] == told[1]
    assert told[0] == [
        ("NS-5", date(2025, 12, 1), "social_care.referred", "police", False, None, None),
        ("NS-5", date(2025, 12, 3), "s47.started", None, None, None, None),
        ("NS-5", date(2025, 12, 3), "strategy.held", None, None, True, None),
        ("NS-5", date(2025, 12, 17), "conference.held", None, None, None, "plan_made"),
        ("NS-6", date(2025, 12, 2), "social_care.referred", "school", True, None, None),
    ]


@pytest.mark.parametrize("source", ["cin-census", "ssda903", "annex-a"])
def test_what_is_not_known_is_not_claimed(source: str) -> None:
    (mapping,) = load_mappings(source, load_vocabulary())
    assert (mapping.verified, mapping.complete, mapping.nation) == (False, (), "England")
    read = {column for table in mapping.tables for column in (*table.used_columns(), *table.columns)}
    assert not {column for column in read if "Worker" in column}, "no name of a person at work is read"

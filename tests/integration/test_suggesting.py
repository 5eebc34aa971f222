"""A drafted mapping shows what is in the files and guesses no meaning; once a person has finished it, it imports."""

from __future__ import annotations

import tomllib
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from candour.cli.main import run
from candour.records.importing import import_delivery
from candour.records.mapping_file import read_mapping
from candour.records.refusals import InputRefused
from candour.records.suggesting import suggest_mapping
from candour.records.vocabulary import load_vocabulary
from tests.support.deliveries import Desk, row


def rows() -> list[str]:
    return [row(f"M{number}", reported_at=f"{number % 28 + 1:02}/03/2026 18:00", care_yn="YN0"[number % 3]) for number in range(60)]


def test_the_draft_shows_the_file_and_leaves_every_meaning_open(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    draft = suggest_mapping(desk.deliver(*rows()))
    content = tomllib.loads(draft)
    (table,) = content["table"]
    assert (table["file"], table["format"], table["delimiter"], table["key"]) == ("missing.csv", "csv", ",", ["EPISODE_NO"])
    assert table["dates"] == ["%d/%m/%Y", "%d/%m/%Y %H:%M"]
    assert (table["event"][0]["kind"], table["event"][0]["at"]) == ("", "")
    assert content["codes"]["care_yn"] == {"0": "unmapped", "N": "unmapped", "Y": "unmapped"}
    assert "20 zero" in draft
    (tmp_path / "draft.toml").write_text(draft)
    with pytest.raises(InputRefused, match="kind must be a text"):
        read_mapping(tmp_path / "draft.toml", load_vocabulary())


def test_a_finished_draft_imports(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.deliver(*rows())
    out = tmp_path / "draft.toml"
    assert run(["import", str(desk.folder), "--suggest", "--out", str(out)]) == 0
    text = out.read_text().replace('kind = ""', 'kind = "missing.reported"').replace('at = ""', 'at = "REPORTED_AT"')
    out.write_text(text)
    report = import_delivery(desk.folder, out, desk.store, received_at=datetime(2026, 5, 1))
    assert (report.total("rows_kept"), report.total("events")) == (60, 60)


def test_day_first_and_month_first_are_asked_about_where_both_fit(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("ID,AT\n1,01/02/2026\n2,03/04/2026\n")
    assert "%d/%m/%Y and %m/%d/%Y BOTH FIT every value: ask which is meant" in suggest_mapping(path)
    path.write_text("ID,AT\n1,01/02/2026\n2,13/04/2026\n3,14/04/2026\n4,15/04/2026\n")
    assert "looks like %d/%m/%Y (3 values begin with more than 12)" in suggest_mapping(path)
    path.write_text("ID,AT\n1,01/02/2026\n2,04/13/2026\n3,04/14/2026\n4,04/15/2026\n")
    assert 'dates = ["%m/%d/%Y"]' in suggest_mapping(path)


def test_every_sheet_of_a_workbook_is_drafted(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "A"
    book.active.append(["ID"])
    book.active.append(["NA"])
    book.create_sheet("B").append(["OTHER"])
    book.save(tmp_path / "x.xlsx")
    tables = tomllib.loads(suggest_mapping(tmp_path))["table"]
    assert [(table["sheet"], table["columns"]) for table in tables] == [("A", ["ID"]), ("B", ["OTHER"])]


def test_nothing_to_draft_from_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="there is nothing here"):
        suggest_mapping(tmp_path / "absent")
    with pytest.raises(InputRefused, match="holds no file that can be read"):
        suggest_mapping(tmp_path)
    (tmp_path / "x.csv").write_bytes(b"")
    assert "# NOT READ: x.csv: the file is empty" in suggest_mapping(tmp_path)


def test_the_note_of_when_the_extract_was_made_is_no_table(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("REF,WHEN\nA1,01/03/2026\n", encoding="utf-8")
    (tmp_path / "_extracted_at.txt").write_text("2026-03-31T06:00\n", encoding="utf-8")
    assert [table["file"] for table in tomllib.loads(suggest_mapping(tmp_path))["table"]] == ["log.csv"]

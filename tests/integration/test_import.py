"""A delivery becomes a chronology: events, cases, children and sources as `docs/explanation/the-chronology.md` says, every row accounted for."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from pathlib import Path

import pytest

from candour.records.chronology import open_chronology
from candour.records.refusals import InputRefused
from tests.support.deliveries import MAPPING, Desk, contents, row


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_row_becomes_its_events_with_two_clocks_and_its_place(desk: Desk) -> None:
    desk.deliver(row(located_at="02/07/2026 01:30", reported_at="01/07/2026 18:00", created_at="01/07/2026 18:10"))
    desk.take(datetime(2026, 8, 1))
    found = desk.query(
        "select position, event_id, kind, case_ref, child_ref, episode_ref, occurred_at, occurred_to, occurred_on, precision, occurred_text, "
        "recorded_at, org, source_system, source_ref, known_from, known_to, supersedes, classification, from_care, circumstances_text from events"
    )
    source = "northshire-missing"
    reported = (
        0,
        f"{source}:M1:reported",
        "missing.reported",
        "C1",
        "K1",
        "M1",
        datetime(2026, 7, 1, 17),
        datetime(2026, 7, 1, 17),
        date(2026, 7, 1),
        "minute",
    )
    located = (
        1,
        f"{source}:M1:located",
        "missing.located",
        "C1",
        "K1",
        "M1",
        datetime(2026, 7, 2, 0, 30),
        datetime(2026, 7, 2, 0, 30),
        date(2026, 7, 2),
        "minute",
    )
    at = datetime(2026, 7, 1, 17, 10)
    assert found[0] == (*reported, "01/07/2026 18:00", at, "police", source, "missing.csv#1", at, None, None, "missing", True, "went out")
    assert found[1] == (
        *located,
        "02/07/2026 01:30",
        None,
        None,
        source,
        "missing.csv#1",
        datetime(2026, 8, 1),
        None,
        None,
        None,
        None,
        None,
    )


def test_ids_that_read_as_missing_stay_text_and_blank_is_not_zero(desk: Desk) -> None:
    desk.deliver(row("NA", nominal="null", care_yn=""), row("None", nominal="nan", care_yn="0"), row("0", nominal="NULL"))
    report = desk.take()
    assert desk.query("select episode_ref, child_ref, from_care from events order by episode_ref") == [
        ("0", None, True),
        ("NA", "null", None),
        ("None", "nan", None),
    ]
    care = next(field for field in report.sources[0].fields if field.column == "CARE_YN")
    assert (care.given, care.blank, care.zero) == (2, 1, 1)
    assert [(code.code, code.listed, code.rows, code.first_row) for code in report.sources[0].unmapped] == [("0", False, 1, 2)]


def test_listed_unmapped_codes_are_counted_and_unlisted_ones_stand_out(desk: Desk) -> None:
    desk.deliver(row("M1", class_="OTH"), row("M2", class_="WHAT"), row("M3", class_="WHAT"))
    report = desk.take()
    assert [(code.code, code.listed, code.rows, code.first_row) for code in report.sources[0].unmapped] == [
        ("WHAT", False, 2, 2),
        ("OTH", True, 1, 1),
    ]
    assert desk.query("select distinct classification from events") == [(None,)]
    assert report.total("rows_kept") == 3


def test_impossible_times_refuse_the_row_and_other_bad_values_only_themselves(desk: Desk) -> None:
    desk.deliver(row("M1", reported_at="31/02/2026 10:00"), row("M2", created_at="31/02/2026 10:00"), row("M3", dob="31/02/2012"))
    report = desk.take()
    source = report.sources[0]
    assert [tuple(item) for item in source.refused] == [
        ("missing.csv", 1, "REPORTED_AT", "31/02/2026 10:00", "is not a date or time that exists")
    ]
    assert [(item.row, item.column, item.value) for item in source.problems] == [
        (2, "CREATED_AT", "31/02/2026 10:00"),
        (3, "DOB", "31/02/2012"),
    ]
    assert desk.query("select count(*) from events where kind = 'missing.reported'") == [(2,)]
    assert (report.total("rows_in"), report.total("rows_kept"), report.total("rows_refused")) == (3, 2, 1)


def test_suspicious_times_are_kept_and_listed(desk: Desk) -> None:
    desk.deliver(
        row("M1", reported_at="01/03/1926 10:00"),
        row("M2", reported_at="25/10/2025 01:30"),
        row("M3", reported_at="26/10/2025 01:30"),
        row("M4", reported_at="02/05/2026 10:00"),
    )
    report = desk.take()
    assert [(item.row, item.value) for item in report.sources[0].doubtful] == [
        (1, "01/03/1926 10:00"),
        (3, "26/10/2025 01:30"),
        (4, "02/05/2026 10:00"),
    ]
    assert report.total("rows_kept") == 4


def test_midnights_are_days_and_are_counted(desk: Desk) -> None:
    desk.deliver(row("M1", reported_at="01/03/2026 00:00"), row("M2", reported_at="02/03/2026 00:00"))
    report = desk.take()
    assert desk.query("select distinct precision, occurred_to - occurred_at = interval '23:59:59' from events") == [("day", True)]
    assert [(item.column, item.rows, item.first_row) for item in report.sources[0].counted] == [("REPORTED_AT", 2, 1)]


def test_repeats_are_kept_once_and_contradictions_are_both_refused(desk: Desk) -> None:
    desk.deliver(row("M1"), row("M2"), row("M1"), row("M3"), row("M3", care_yn="N"), row("M3"))
    report = desk.take()
    file = report.files()[0]
    assert (file.rows_in, file.rows_kept, file.rows_repeated, file.rows_refused) == (6, 3, 1, 3)
    assert {(item.row, item.value) for item in report.refused()} == {(4, "M3"), (5, "M3"), (6, "M3")}
    assert "different contents" in report.refused()[0].reason
    assert desk.query("select episode_ref, source_ref from events order by 1") == [("M1", "missing.csv#1"), ("M2", "missing.csv#2")]


def test_contradictions_are_found_across_files(desk: Desk) -> None:
    desk.deliver(row("M1"), name="missing_1.csv")
    desk.deliver(row("M1", care_yn="N"), row("M2"), name="missing_2.csv")
    report = desk.take()
    assert [(item.file, item.row, item.reason) for item in report.refused()] == [
        ("missing_1.csv", 1, "has the same key as row 1 of missing_2.csv and different contents; neither is taken"),
        ("missing_2.csv", 1, "has the same key as row 1 of missing_1.csv and different contents; neither is taken"),
    ]


def test_with_a_version_the_latest_row_stands(tmp_path: Path) -> None:
    desk = Desk(tmp_path, MAPPING.replace('key = ["EPISODE_NO"]', 'key = ["EPISODE_NO"]\nversion = "CREATED_AT"'))
    desk.deliver(row("M1", note="old"), row("M1", note="new", created_at="02/03/2026 09:00"), row("M2", created_at=""))
    report = desk.take()
    file = report.files()[0]
    assert desk.query("select circumstances_text from events") == [("new",)]
    assert (file.rows_in, file.rows_older, file.rows_refused, file.rows_standing) == (3, 1, 1, 1)


def test_conditions_choose_events_and_rows_that_make_nothing_are_refused_or_set_aside(tmp_path: Path) -> None:
    text = MAPPING.replace('at = "REPORTED_AT"', 'at = "REPORTED_AT"\nwhen = { column = "CLASS", is = ["MISSING"] }')
    text = text.replace('at = "LOCATED_AT"', 'at = "REPORTED_AT"\nwhen = { column = "CLASS", is = ["FOUND"] }')
    desk = Desk(tmp_path, text.replace('[table.child]\nchild_ref = "NOMINAL"\nborn_on = "DOB"\n', '[table.set_aside]\nCLASS = ["SYS"]\n'))
    desk.deliver(row("M1"), row("M2", class_="FOUND"), row("M3", class_="SYS"), row("M4", class_="HUH"))
    report = desk.take()
    file = report.files()[0]
    assert desk.query("select episode_ref, kind from events order by 1") == [("M1", "missing.reported"), ("M2", "missing.located")]
    assert (file.rows_in, file.rows_standing, file.rows_set_aside, file.rows_refused) == (4, 2, 1, 1)
    assert "CLASS = HUH" in report.refused()[0].reason
    assert [code.code for code in report.unlisted_codes()] == ["HUH"]


def test_one_row_about_several_children_is_one_event_a_child(tmp_path: Path) -> None:
    text = MAPPING.replace(
        'child = "NOMINAL"\nepisode = "EPISODE_NO"\norg', 'child = "NOMINAL"\nsplit_child = ";"\nepisode = "EPISODE_NO"\norg'
    )
    desk = Desk(tmp_path, text)
    desk.deliver(row("M1", nominal="K1; K2;K1"), row("M2", nominal=""))
    desk.take()
    assert desk.query("select event_id, child_ref from events where kind = 'missing.reported' order by 1") == [
        ("northshire-missing:M1:reported:K1", "K1"),
        ("northshire-missing:M1:reported:K2", "K2"),
        ("northshire-missing:M2:reported", None),
    ]


def test_order_is_case_time_kind_and_event_and_position_is_dense(desk: Desk) -> None:
    same = "01/03/2026 10:00"
    desk.deliver(
        row("M9", occ_no="B", reported_at=same, located_at=same),
        row("M1", occ_no="B", reported_at=same),
        row("M2", occ_no="A", reported_at="02/03/2026"),
        row("M3", occ_no="", reported_at=same),
    )
    desk.take()
    assert desk.query("select position, case_ref, episode_ref, kind from events order by position") == [
        (0, "A", "M2", "missing.reported"),
        (1, "B", "M1", "missing.reported"),
        (2, "B", "M9", "missing.reported"),
        (3, "B", "M9", "missing.located"),
        (4, None, "M3", "missing.reported"),
    ]


def test_children_are_one_row_each_and_differing_births_are_listed(desk: Desk) -> None:
    desk.deliver(row("M1", dob=""), row("M2"), row("M3", nominal="K2", dob="01/01/2011"), row("M4", nominal="K2", dob="02/01/2011"))
    report = desk.take()
    assert desk.query("select child_ref, born_on from children order by 1") == [("K1", date(2012, 3, 12)), ("K2", date(2011, 1, 2))]
    assert [(item.column, item.value) for item in report.sources[0].doubtful] == [("born_on", "2011-01-01 and 2011-01-02")]


def test_a_case_closed_before_it_opened_keeps_neither_date(tmp_path: Path) -> None:
    text = MAPPING.replace(
        "[[table.event]]", '[table.case]\ncase_ref = "OCC_NO"\nopened_on = "REPORTED_AT"\nclosed_on = "LOCATED_AT"\n[[table.event]]', 1
    )
    desk = Desk(tmp_path, text)
    desk.deliver(row("M1", located_at="28/02/2026 10:00"), row("M2", occ_no="C2", located_at="01/03/2026 19:00"))
    report = desk.take()
    assert desk.query("select case_ref, opened_on, closed_on from cases order by 1") == [
        ("C1", None, None),
        ("C2", date(2026, 3, 1), date(2026, 3, 1)),
    ]
    assert [(item.row, item.value) for item in report.problems()] == [(1, "2026-03-01 to 2026-02-28")]


def test_sources_declare_spans_without_gaps_up_to_the_extraction(tmp_path: Path) -> None:
    gap = '[[source.gap]]\nfrom = "2026-02-02"\nto = "2026-02-08"\nwhy = "feed stopped"\n[[table]]'
    desk = Desk(tmp_path, MAPPING.replace("[[table]]", gap, 1))
    desk.deliver(row("M1"))
    (desk.folder / "_extracted_at.txt").write_text("2026-04-30 06:00\n")
    report = desk.take()
    (source,) = json.loads((desk.store / "chronology" / "1" / "sources.json").read_text())
    kinds = ["missing.located", "missing.reported"]
    assert source["complete"] == [
        {"kinds": kinds, "from": "2025-01-01T00:00:00Z", "to": "2026-02-01T23:59:59Z"},
        {"kinds": kinds, "from": "2026-02-09T00:00:00Z", "to": "2026-04-30T05:00:00Z"},
    ]
    assert source["delivered_to"] == "2026-04-30T05:00:00Z"
    assert report.sources[0].extracted_at_from == "_extracted_at.txt"
    chronology = open_chronology(desk.store)
    assert chronology.as_of == datetime(2026, 4, 30, 5)
    assert chronology.sources[0].told.holds["missing.located"] == frozenset({"case_ref", "child_ref", "episode_ref"})


def test_without_a_stated_extraction_the_newest_time_not_after_receipt_is_used(desk: Desk) -> None:
    desk.deliver(row("M1"), row("M2", reported_at="01/03/2062 10:00", created_at=""))
    assert desk.take().sources[0].extracted_at == datetime(2026, 3, 1, 18, 10)


def test_a_table_that_did_not_come_is_not_complete(tmp_path: Path) -> None:
    text = MAPPING.partition('[[table.event]]\nname = "located"')[0]
    located = '[[table]]\nfile = "found*.csv"\nkey = ["EPISODE_NO"]\ndates = ["%d/%m/%Y %H:%M"]\n[[table.event]]\nname = "located"\nkind = "missing.located"\nat = "LOCATED_AT"\n'
    desk = Desk(tmp_path, text + located + MAPPING[MAPPING.index("[codes.") :])
    desk.deliver(row("M1"))
    report = desk.take()
    (source,) = json.loads((desk.store / "chronology" / "1" / "sources.json").read_text())
    assert [span["kinds"] for span in source["complete"]] == [["missing.reported"]]
    assert report.sources[0].missing == ["found*.csv"]


def test_a_trial_run_reports_and_touches_nothing(desk: Desk) -> None:
    desk.deliver(row("M1"), row("M2", class_="WHAT"))
    report = desk.take(dry_run=True)
    assert not desk.store.exists()
    assert report.total("events") == 2
    assert report.preview[0]["event_id"] == "northshire-missing:M1:reported"
    assert report.preview[0]["circumstances_text"] == "(8 letters of text)"
    desk.take()
    before = contents(desk.store)
    desk.deliver(row("M1", note="changed"))
    assert desk.take(datetime(2026, 5, 2), dry_run=True).sources[0].changes.corrected == 1
    assert contents(desk.store) == before


def test_strict_stores_only_what_is_beyond_doubt(desk: Desk) -> None:
    desk.deliver(row("M1"), row("M2", class_="WHAT"))
    assert not desk.take(strict=True).stored
    assert not (desk.store / "chronology").exists()
    desk.deliver(row("M1"))
    assert desk.take(strict=True).stored


def test_the_report_is_saved_in_three_forms_with_every_refused_row(desk: Desk) -> None:
    desk.deliver(
        *(row(f"M{number}", reported_at="31/02/2026 10:00") for number in range(1500)), row("=1+1", reported_at="31/02/2026 10:00")
    )
    report = desk.take()
    folder = desk.store / "deliveries" / report.sources[0].delivery_id
    saved = json.loads((folder / "report.json").read_text())
    assert saved["totals"]["rows_in"] == 1501 == saved["totals"]["rows_refused"]
    assert len(saved["sources"][0]["refused"]) == 1501
    assert len((folder / "report.csv").read_text().splitlines()) == 1502 + 1
    page = (folder / "report.html").read_text()
    assert '<html lang="en-GB">' in page
    assert "1,301 more" in page
    assert "http" not in page.replace("http-equiv", "")


def test_files_are_kept_as_delivered_with_their_hash(desk: Desk) -> None:
    path = desk.deliver(row("M1"))
    report = desk.take()
    folder = desk.store / "deliveries" / report.sources[0].delivery_id
    assert (folder / "files" / "missing.csv").read_bytes() == path.read_bytes()
    told = json.loads((folder / "delivery.json").read_text())
    assert told["files"] == [{"file": "missing.csv", "sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "size": path.stat().st_size}]
    assert told["received_at"] == "2026-05-01T12:00:00Z"


def test_files_that_nothing_takes_are_named(desk: Desk) -> None:
    desk.deliver(row("M1"))
    desk.deliver("x", name="other.csv", heading="A")
    assert desk.take().not_read == ["other.csv"]


def test_a_folder_with_nothing_for_the_source_is_refused(desk: Desk) -> None:
    with pytest.raises(InputRefused, match=r"holds no file that the mapping names \(missing\*\.csv\)"):
        desk.take()
    assert not (desk.store / "chronology").exists()

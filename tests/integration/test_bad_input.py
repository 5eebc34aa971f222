"""Bad input, as a user meets it: a message that names file, row and value, exit code 1, and a store that lost nothing."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest

from candour.cli.main import run
from candour.records.readers import RowsWanted, open_rows, zips
from candour.records.refusals import InputRefused
from tests.support.deliveries import HEADING, MAPPING, Desk, contents, row


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A store that already holds something, so that losing it would show."""
    desk = Desk(tmp_path)
    desk.deliver(row("M0"))
    desk.take()
    (desk.folder / "missing.csv").unlink()
    return desk


def refused(desk: Desk, capsys: pytest.CaptureFixture[str], *options: str) -> str:
    """Import, expect exit code 1, and give what was said on standard error."""
    capsys.readouterr()
    code = run(["import", str(desk.folder), "--source", str(desk.mapping), "--store", str(desk.store), *options])
    said = capsys.readouterr().err
    assert code == 1, said
    return said


def refused_whole(desk: Desk, capsys: pytest.CaptureFixture[str]) -> str:
    """As `refused`, and the store is as it was to the byte."""
    before = contents(desk.store)
    said = refused(desk, capsys)
    assert contents(desk.store) == before
    return said


def test_an_empty_file(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    (desk.folder / "missing.csv").write_bytes(b"")
    assert "missing.csv: the file is empty (0 bytes)" in refused_whole(desk, capsys)


def test_a_file_of_blank_lines(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    (desk.folder / "missing.csv").write_bytes(b"\n\n\n")
    assert "missing.csv: has no heading line" in refused_whole(desk, capsys)


def test_a_heading_without_rows_is_taken(desk: Desk) -> None:
    desk.deliver()
    assert run(["import", str(desk.folder), "--source", str(desk.mapping), "--store", str(desk.store), "--quiet"]) == 0


def test_a_file_cut_short_in_a_row(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    text = f"{HEADING}\n{row('M1')}\n{row('M2')}"
    (desk.folder / "missing.csv").write_text(text[:-40])
    said = refused(desk, capsys)
    assert "missing.csv, row 2, EPISODE_NO: 'M2' has " in said
    assert "K1" not in said, "no more of a child's row is repeated than is needed to find it"
    assert "The file may be cut short here" in said
    assert desk.query("select count(*) from events where episode_ref in ('M0', 'M1')") == [(2,)]


def test_a_file_cut_short_in_a_quoted_text(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    (desk.folder / "missing.csv").write_text(f'{HEADING}\n{row("M1")}\nM2,C1,K1,12/03/2012,"01/03')
    assert "missing.csv, row 2: opens a quote that is never closed" in refused(desk, capsys)


def test_a_quote_that_swallows_the_rest_of_the_file(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.deliver(row("M1"), row("M2", note='"went out'), *(row(f"M{number}") for number in range(3, 9)))
    said = refused_whole(desk, capsys)
    assert "missing.csv: row 2 (line 3) opens a quote that is never closed, so 6 lines after it" in said


def test_a_wrong_delimiter(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.mapping.write_text(MAPPING.replace('file = "missing*.csv"', 'file = "missing*.csv"\ndelimiter = ","'))
    desk.deliver(row("M1").replace(",", ";"), heading=HEADING.replace(",", ";"))
    said = refused_whole(desk, capsys)
    assert "missing.csv: no column 'EPISODE_NO'" in said
    assert "divided by ';', not by ','" in said


def test_a_missing_column_and_one_written_otherwise(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.deliver(row("M1"), heading=HEADING.replace("REPORTED_AT", "Reported_At"))
    said = refused_whole(desk, capsys)
    assert "missing.csv: no column 'REPORTED_AT'. The heading has 10: 'EPISODE_NO'" in said
    assert "Perhaps 'Reported_At' is meant" in said


def test_a_column_twice(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.deliver(row("M1") + ",x", heading=HEADING + ",NOTE")
    assert "missing.csv: the heading has the column 'NOTE' more than once" in refused_whole(desk, capsys)


def test_every_faulty_file_is_named_at_once(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    (desk.folder / "missing_1.csv").write_bytes(b"")
    desk.deliver(row("M1"), name="missing_2.csv", heading="A,B")
    said = refused_whole(desk, capsys)
    assert "missing_1.csv" in said
    assert "missing_2.csv" in said


def test_mixed_encodings(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [HEADING.encode(), row("M1", note="Zoë").encode(), row("M2", note="José").encode("cp1252"), row("M3", note="plain").encode()]
    (desk.folder / "missing.csv").write_bytes(b"\n".join(lines))
    said = refused(desk, capsys)
    assert "missing.csv, row 2: this row is not UTF-8 as others of the file are" in said
    assert desk.query("select circumstances_text from events where episode_ref in ('M1', 'M2') order by episode_ref") == [
        ("Zoë",),
        ("José",),
    ]


def test_bytes_of_no_encoding(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    (desk.folder / "missing.csv").write_bytes(
        b"\n".join([HEADING.encode(), row("M1", note="X").encode().replace(b"X", b"\x81"), row("M2").encode()])
    )
    assert "missing.csv, row 1, EPISODE_NO: 'M1' holds the byte" in (said := refused(desk, capsys))
    assert "0x81" in said


def test_nul_bytes(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    (desk.folder / "missing.csv").write_bytes(HEADING.encode("utf-16-le"))
    assert "missing.csv: holds NUL bytes" in refused_whole(desk, capsys)


def test_an_unknown_code(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.deliver(row("M1"), row("M2", class_="WAT"))
    assert "unknown code: missing.csv, row 2, CLASS: 'WAT' is not listed in the mapping (1 row)" in refused(desk, capsys)


def test_the_31st_of_february(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.deliver(row("M1", reported_at="31/02/2026 10:00"))
    assert "row refused: missing.csv, row 1, REPORTED_AT: '31/02/2026 10:00' is not a date or time that exists" in refused(desk, capsys)


@pytest.mark.parametrize("written", ["31/12/9999", "31/12/9999 00:00", "01/01/0001"])
def test_a_date_that_stands_for_no_end(desk: Desk, capsys: pytest.CaptureFixture[str], written: str) -> None:
    desk.deliver(row("M1", reported_at=written), row("M2", dob=written), row("M3", created_at=written), row("M4", located_at=written))
    said = refused(desk, capsys)
    reason = "is of a year before 1000 or after 2199, in which nothing can have happened; where it stands for 'no date' or 'no end', list it under blank"
    assert f"row refused: missing.csv, row 1, REPORTED_AT: {written!r} {reason}" in said
    assert f"value not used: missing.csv, row 2, DOB: {written!r} {reason}" in said
    assert f"value not used: missing.csv, row 3, CREATED_AT: {written!r} {reason}" in said
    assert f"row refused: missing.csv, row 4, LOCATED_AT: {written!r} {reason}" in said
    desk.mapping.write_text(MAPPING.replace('blank = ["NULL", "-"]', f'blank = ["{written}"]'), encoding="utf-8")
    desk.deliver(row("M2", dob=written), row("M3", created_at=written), row("M4", located_at=written))
    assert run(["import", str(desk.folder), "--source", str(desk.mapping), "--store", str(desk.store), "--quiet"]) == 0
    assert desk.query("select count(*) from events where kind = 'missing.located'") == [(0,)]


def test_the_year_1926(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.deliver(row("M1", reported_at="01/03/1926 10:00"))
    assert "doubtful: missing.csv, row 1, REPORTED_AT: '01/03/1926 10:00' lies more than 30 years before the extract" in refused(
        desk, capsys
    )


def test_midnights_that_the_mapping_does_not_explain(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.mapping.write_text(MAPPING.replace('midnight = "day"\n', ""))
    desk.deliver(row("M1", reported_at="01/03/2026 00:00"))
    said = refused(desk, capsys)
    assert "missing.csv, row 1, REPORTED_AT: '01/03/2026 00:00'" in said
    assert 'midnight = "day"' in said


def test_a_case_closed_before_it_opened(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.mapping.write_text(
        MAPPING.replace(
            "[[table.event]]", '[table.case]\ncase_ref = "OCC_NO"\nopened_on = "REPORTED_AT"\nclosed_on = "LOCATED_AT"\n[[table.event]]', 1
        )
    )
    desk.deliver(row("M1", located_at="28/02/2026 10:00"))
    said = refused(desk, capsys)
    assert "missing.csv, row 1, opened_on + closed_on: '2026-03-01 to 2026-02-28' the case closed before it opened" in said


def test_the_same_id_with_different_contents(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.deliver(row("M1"), row("M2"), row("M1", care_yn="N"))
    said = refused(desk, capsys)
    assert "missing.csv, row 1, EPISODE_NO: 'M1' has the same key as row 3 and different contents" in said
    assert "missing.csv, row 3, EPISODE_NO: 'M1' has the same key as row 1 and different contents" in said


def test_a_line_without_end_is_not_taken_in(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """A line of 2 GB, most of it a hole in the file: refused within the first 10 MB, whatever comes after."""
    with (desk.folder / "missing.csv").open("wb") as file:
        file.write(f"{HEADING}\n{row('M1')}\nM2,".encode())
        file.seek(2_000_000_000)
        file.write(b"x\n")
    assert "missing.csv: a line is longer than 10 MB" in refused_whole(desk, capsys)


def test_a_long_value_in_quotes_over_many_lines(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.deliver(row("M1", note='"' + ("x" * 999 + "\n") * 11_000 + '"'))
    assert "missing.csv: row 1 has a value longer than 10 MB" in refused_whole(desk, capsys)


def test_a_formula_stays_text_and_is_not_run_by_what_we_write(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.deliver(row("M1", note='"=HYPERLINK(""x"")"'))
    assert "missing.csv, row 1, NOTE: '=HYPERLINK(\"x\")' begins with = as a formula does; it is kept as text" in refused(desk, capsys)
    assert desk.query("select circumstances_text from events where episode_ref = 'M1'") == [('=HYPERLINK("x")',)]
    (saved,) = [path for path in (desk.store / "deliveries").glob("*/report.csv") if "HYPERLINK" in path.read_text()]
    assert "\"'=HYPERLINK" in saved.read_text()


@pytest.mark.parametrize("place", ["../secret.csv", "/etc/passwd", "sub/../../secret.csv", "~/secret.csv"])
def test_a_path_outside_the_folder(desk: Desk, capsys: pytest.CaptureFixture[str], place: str) -> None:
    (desk.folder.parent / "secret.csv").write_text("x")
    desk.mapping.write_text(MAPPING.replace("missing*.csv", place))
    said = refused_whole(desk, capsys)
    assert "mapping.toml" in said
    assert "outside the delivered folder" in said


def test_a_link_that_leads_outside(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    (desk.folder.parent / "secret.csv").write_text(f"{HEADING}\n{row('M1')}\n")
    (desk.folder / "missing.csv").symlink_to(desk.folder.parent / "secret.csv")
    assert "missing.csv: is a link that leads outside the delivered folder" in refused_whole(desk, capsys)


def test_a_mapping_that_is_not_toml(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.mapping.write_text("source = [")
    assert "mapping.toml: this is not TOML" in refused_whole(desk, capsys)


def test_the_report_says_exit_0_where_refusals_are_accepted(desk: Desk) -> None:
    desk.deliver(row("M1", class_="WAT"))
    arguments = ["import", str(desk.folder), "--source", str(desk.mapping), "--store", str(desk.store), "--quiet"]
    assert run([*arguments, "--accept-refusals"]) == 0


def workbook_mapping(name: str = "missing.xlsx") -> str:
    return MAPPING.replace("missing*.csv", name).replace("dates = [", 'dates = ["excel", ')


def test_a_zip_bomb_in_a_workbook(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.mapping.write_text(workbook_mapping())
    with (
        zipfile.ZipFile(desk.folder / "missing.xlsx", "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w") as file,
    ):
        for _ in range(64):
            file.write(b"0" * (1 << 20))
    said = refused_whole(desk, capsys)
    assert "missing.xlsx: would unpack to 64 MB" in said
    assert "It is not opened" in said


def test_a_workbook_that_lies_about_its_size(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", "0" * 5_000_000)
    raw = bytearray(path.read_bytes())
    at = raw.rindex(b"PK\x01\x02")
    raw[at + 24 : at + 28] = (100).to_bytes(4, "little")
    path.write_bytes(bytes(raw))
    with pytest.raises(InputRefused, match="is not a whole workbook"):
        zips.check_zip(path, "x.xlsx")


def test_a_workbook_cut_short(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.mapping.write_text(workbook_mapping())
    book = openpyxl.Workbook()
    book.active.append(HEADING.split(","))
    book.save(desk.folder / "missing.xlsx")
    whole = (desk.folder / "missing.xlsx").read_bytes()
    (desk.folder / "missing.xlsx").write_bytes(whole[: len(whole) // 2])
    assert "missing.xlsx: is not a whole workbook" in refused_whole(desk, capsys)


def test_formula_and_error_cells_of_a_workbook(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.mapping.write_text(workbook_mapping())
    book = openpyxl.Workbook()
    book.active.append(HEADING.split(","))
    book.active.append([*row("M1").split(",")[:8], "=1+1", None])
    book.active.append([*row("M2").split(",")[:8], "#N/A", None])
    book.save(desk.folder / "missing.xlsx")
    said = refused(desk, capsys)
    assert "missing.xlsx, row 1, NOTE: 'I2' is a formula" in said
    assert "missing.xlsx, row 2, NOTE: 'I3' is an error of the workbook; it is read as blank" in said


def xes_refusal(tmp_path: Path, text: str) -> str:
    path = tmp_path / "log.xes"
    path.write_text(text)
    with pytest.raises(InputRefused) as refusal:
        list(open_rows(path, RowsWanted("log.xes", ("case:concept:name",))).batches())
    return str(refusal.value)


def test_an_entity_bomb_in_an_event_log(tmp_path: Path) -> None:
    bomb = "".join(f'<!ENTITY e{number} "{f"&e{number - 1};" * 10}">' for number in range(1, 10))
    text = f'<?xml version="1.0"?><!DOCTYPE log [<!ENTITY e0 "lol">{bomb}]><log><trace><event><string key="a" value="&e9;"/></event></trace></log>'
    assert "declares a document type or entities" in xes_refusal(tmp_path, text)


def test_an_outside_entity_is_not_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("do not read")
    padding = "<!-- " + "x" * 70_000 + " -->"
    text = f'<?xml version="1.0"?>{padding}<!DOCTYPE log [<!ENTITY s SYSTEM "file://{secret}">]><log><trace><event><string key="a" value="x"/></event>&s;</trace></log>'
    assert "do not read" not in xes_refusal(tmp_path, text)


def test_an_event_log_cut_short(tmp_path: Path) -> None:
    said = xes_refusal(
        tmp_path, '<log><trace><string key="concept:name" value="A"/><event><string key="x" value="y"/></event></trace><trace>'
    )
    assert said.startswith("log.xes: is not whole XML after event 1")


def test_a_fault_of_ours_is_not_called_bad_input(desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Rows that do not add up are a fault (3), never a refusal (1), and nothing is stored."""
    desk.deliver(row("M1"))
    before = contents(desk.store)
    monkeypatch.setattr("candour.records.reporting.account.FileAccount.rows_kept", 0)
    assert run(["import", str(desk.folder), "--source", str(desk.mapping), "--store", str(desk.store)]) == 3
    assert "fault in Candour" in capsys.readouterr().err
    assert contents(desk.store) == before

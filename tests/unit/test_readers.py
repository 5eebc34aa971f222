"""Rows come out of every form of file with their numbers and their text as it was written."""

from __future__ import annotations

import gzip
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from candour.records.readers import Batch, RowsWanted, format_of, open_rows
from candour.records.readers import rows as limits
from candour.records.readers.rows import Facts
from candour.records.refusals import InputRefused


def read(path: Path, *columns: str, **how: object) -> tuple[list[tuple[int, tuple[object, ...]]], Facts]:
    rows = open_rows(path, RowsWanted(path.name, columns, **how))  # type: ignore[arg-type]
    batches: list[Batch] = list(rows.batches())
    names = columns or tuple(batches[0].columns if batches else ())
    found = [
        (number, row)
        for batch in batches
        for number, row in zip(batch.numbers, zip(*(batch.columns[name] for name in names), strict=True), strict=True)
    ]
    return found, rows.facts


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_common_encodings_and_delimiters_are_found(tmp_path: Path, delimiter: str, encoding: str, end: str) -> None:
    path = tmp_path / "x.csv"
    lines = [["ID", "NAME"], ["NA", "Zoë"], ["2", f'"a{delimiter}b{end}c"'], ["", "0"]]
    path.write_bytes((end.join(delimiter.join(line) for line in lines) + end).encode(encoding))
    found, facts = read(path, "ID", "NAME")
    assert found == [(1, ("NA", "Zoë")), (2, ("2", f"a{delimiter}b{end}c")), (3, ("", "0"))]
    assert (facts.delimiter, facts.rows_in, facts.bad) == (delimiter, 3, [])
    assert facts.encoding == encoding


def test_a_declared_encoding_is_kept_to(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes("A\nZoë\n".encode("latin-1"))
    found, facts = read(path, "A", encoding="utf-8")
    assert found == []
    assert (facts.rows_in, facts.bad[0].row) == (1, 1)
    assert "not utf-8" in facts.bad[0].reason


def test_rows_after_a_faulty_one_keep_their_numbers(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text('A,B\n1,2\n3\n4,"5"6\n\n7,8\n9,10,11\n')
    found, facts = read(path, "A", "B")
    assert found == [(1, ("1", "2")), (5, ("7", "8"))]
    assert [bad.row for bad in facts.bad] == [2, 3, 6]
    assert facts.rows_in == 5


def test_a_heading_further_down(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("Extract of May\nA,B\n1,2\n")
    assert read(path, "A", "B", heading=2)[0] == [(1, ("1", "2"))]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00\r\n"), max_size=8),
            st.text('ab",; é€', max_size=6),
        ),
        min_size=1,
        max_size=50,
    )
)
def test_whatever_is_written_as_csv_is_read_back(tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[str, str]]) -> None:
    """Every text comes back as written, whatever quotes, commas or line separators of other alphabets it holds."""
    path = tmp_path_factory.mktemp("csv") / "x.csv"
    quoted = ['"' + '","'.join(cell.replace('"', '""') for cell in row) + '"' for row in cells]
    path.write_text("\n".join(['"A","B"', *quoted]) + "\n", encoding="utf-8", newline="")
    assert read(path, "A", "B", delimiter=",", encoding="utf-8")[0] == list(enumerate(cells, start=1))


def test_many_batches_keep_the_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("candour.records.readers.delimited.BATCH_ROWS", 7)
    monkeypatch.setattr("candour.records.readers.delimited.CHUNK", 64)
    path = tmp_path / "x.csv"
    path.write_text("A\n" + "".join(f"{number}\n" for number in range(1, 101)))
    found, facts = read(path, "A")
    assert found == [(number, (str(number),)) for number in range(1, 101)]
    assert facts.rows_in == 100


def test_a_line_of_exactly_the_limit_is_read_and_one_byte_more_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("candour.records.readers.delimited.chunks_of_lines.__defaults__", (1000,))
    path = tmp_path / "x.csv"
    path.write_text("A\n" + "x" * 1000 + "\n")
    assert len(read(path, "A")[0]) == 1
    path.write_text("A\n" + "x" * 1001 + "\n")
    with pytest.raises(InputRefused, match="line"):
        read(path, "A")
    assert limits.LONGEST_LINE == 10_000_000


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Custody log"
    sheet.append(["ID", "AT", "TIME", "N", "YES"])
    sheet.append(["NA", datetime(2026, 3, 1, 18, 0), time(9, 30), 12, True])
    sheet.append([None] * 5)
    sheet.append(["007", date(2026, 3, 1), None, 3.5, False])
    path = tmp_path / "x.xlsx"
    book.save(path)
    return path


def test_workbooks_keep_dates_typed_and_ids_as_text(workbook: Path) -> None:
    found, facts = read(workbook, "ID", "AT", "TIME", "N", "YES")
    assert found == [
        (1, ("NA", datetime(2026, 3, 1, 18, 0), time(9, 30), "12", "true")),
        (3, ("007", date(2026, 3, 1), None, "3.5", "false")),
    ]
    assert (facts.sheet, facts.rows_in) == ("Custody log", 2)


def test_a_workbook_of_several_sheets_wants_one_named(workbook: Path) -> None:
    book = openpyxl.load_workbook(workbook)
    book.create_sheet("Other").append(["ID"])
    book.save(workbook)
    with pytest.raises(InputRefused, match=r"has 2 sheets \('Custody log', 'Other'\)"):
        read(workbook, "ID")
    with pytest.raises(InputRefused, match="no sheet 'Custody'; the workbook has 'Custody log', 'Other'"):
        read(workbook, "ID", sheet="Custody")
    assert read(workbook, "ID", sheet="Custody log")[1].rows_in == 2


def test_ods(tmp_path: Path) -> None:
    document = OpenDocumentSpreadsheet()
    table = Table(name="Sheet1")
    for cells in (["ID", "NOTE"], ["NA", "text"]):
        line = TableRow()
        for value in cells:
            cell = TableCell(valuetype="string")
            cell.addElement(P(text=value))
            line.addElement(cell)
        table.addElement(line)
    document.spreadsheet.addElement(table)
    path = tmp_path / "x.ods"
    document.save(str(path))
    assert read(path, "ID", "NOTE")[0] == [(1, ("NA", "text"))]


def test_parquet(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    table = pa.table(
        {
            "ID": ["NA", None],
            "AT": [datetime(2026, 3, 1, 18), None],
            "N": [1, None],
            "X": [1.5, 2.0],
            "YES": [True, None],
            "LIST": [["a", "b"], None],
        }
    )
    pq.write_table(table, path)
    found, facts = read(path, "ID", "AT", "N", "X", "YES", "LIST")
    assert found == [(1, ("NA", datetime(2026, 3, 1, 18), "1", "1.5", "true", ["a", "b"])), (2, (None, None, None, "2", None, None))]
    assert facts.rows_in == 2
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(InputRefused, match="is not a whole Parquet file"):
        read(path, "ID")


def test_json_lines_keep_digits_and_name_bad_lines(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    lines = [
        '{"ID": "NA", "N": 1.50, "deep": {"YES": true}, "L": ["a"]}',
        "",
        '{"ID": null, "big": 12345678901234567890}',
        "[1]",
        '{"ID": "cut',
    ]
    path.write_text("\n".join(lines))
    found, facts = read(path, "ID", "N", "deep.YES", "L")
    assert found == [(1, ("NA", "1.50", "true", ["a"])), (3, (None, None, None, None))]
    assert [bad.row for bad in facts.bad] == [4, 5]
    assert facts.rows_in == 4
    with pytest.raises(InputRefused, match="no column 'M'"):
        read(path, "M")


XES = """<?xml version="1.0"?><log xmlns="http://www.xes-standard.org/"><global scope="event"><string key="a" value="x"/></global>
<trace><string key="concept:name" value="NA"/><event><string key="concept:name" value="A"/><date key="time:timestamp" value="2026-07-01T18:00:00.000+02:00"/></event>
<event><string key="concept:name" value="B"/></event></trace><trace><string key="concept:name" value="2"/></trace>
<trace><string key="concept:name" value="3"/><event><string key="concept:name" value="C"/><int key="cost" value="0"/></event></trace></log>"""


@pytest.mark.parametrize("packed", [False, True])
def test_event_logs_plain_and_gzipped(tmp_path: Path, packed: bool) -> None:
    path = tmp_path / ("x.xes.gz" if packed else "x.xes")
    path.write_bytes(gzip.compress(XES.encode()) if packed else XES.encode())
    found, facts = read(path, "case:concept:name", "event:index", "concept:name", "time:timestamp", "cost")
    assert found == [
        (1, ("NA", "1", "A", "2026-07-01T18:00:00.000+02:00", None)),
        (2, ("NA", "2", "B", None, None)),
        (3, ("3", "1", "C", None, "0")),
    ]
    assert facts.rows_in == 3


def test_a_gzipped_log_cut_short_or_swollen_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.xes.gz"
    path.write_bytes(gzip.compress(XES.encode())[:-30])
    with pytest.raises(InputRefused, match="not a whole gzip file"):
        read(path, "concept:name")
    monkeypatch.setattr("candour.records.readers.guarded.LARGEST_UNPACKED", 1 << 20)
    path.write_bytes(gzip.compress(XES.replace("</log>", " " * (1 << 21) + "</log>").encode()))
    with pytest.raises(InputRefused, match="unpacks to more than"):
        read(path, "concept:name")


def test_the_form_is_told_by_the_name() -> None:
    assert [format_of(name) for name in ("a.CSV", "b.xes.gz", "c.xlsx", "d.ods", "e.parquet", "f.jsonl", "g.doc")] == [
        "csv",
        "xes",
        "xlsx",
        "ods",
        "parquet",
        "jsonl",
        None,
    ]

"""Files made by other people come in whole: every count is made again by a few lines that know nothing of the import."""

from __future__ import annotations

import csv
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

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
    report = import_delivery(folder, MAPPINGS / mapping, tmp_path / "store", received_at=RECEIVED)
    return report, tmp_path / "store" / "chronology" / "1"


def day(text: str) -> date:
    """A date as the return writes it: 31/12/2017."""
    return date(int(text[6:]), int(text[3:5]), int(text[:2]))


def test_the_return_of_looked_after_children(tmp_path: Path) -> None:
    files = [outside("ssda903", "return", name) for name in ("missing.csv", "reviews.csv", "header.csv")]
    rows = [list(csv.DictReader(file.open(encoding="utf-8-sig"))) for file in files]
    report, chronology = bring(tmp_path, "ssda903.toml", *files)
    assert [file.rows_in for file in report.files()] == [len(one) for one in rows]
    for file, one, key in zip(report.files(), rows, [("CHILD", "MIS_START"), ("CHILD", "REVIEW", "REVIEW_CODE"), ("CHILD",)], strict=True):
        whole = {tuple(row.values()) for row in one}
        by_key: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
        for row in one:
            by_key.setdefault(tuple(row[name] for name in key), set()).add(tuple(row.values()))
        contradicting = {name for name, contents in by_key.items() if len(contents) > 1}
        assert file.rows_refused == sum(tuple(row[name] for name in key) in contradicting for row in one)
        assert file.rows_standing == len(whole) - sum(len(by_key[name]) for name in contradicting)
        assert file.rows_in == file.rows_kept + file.rows_refused
    with duckdb.connect() as db:
        found = db.execute(
            f"select child_ref, kind, occurred_on from '{chronology}/events.parquet' where kind like 'missing.%' order by all"
        ).fetchall()
        births = dict(db.execute(f"select child_ref, born_on from '{chronology}/children.parquet'").fetchall())
    expected = {(row["CHILD"], "missing.reported", day(row["MIS_START"])) for row in rows[0]}
    expected |= {(row["CHILD"], "missing.located", day(row["MIS_END"])) for row in rows[0] if row["MIS_END"]}
    assert found == sorted(expected)
    assert {child: births[child] for child in (row["CHILD"] for row in rows[2])} == {row["CHILD"]: day(row["DOB"]) for row in rows[2]}
    assert not report.unlisted_codes()


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

"""The file of findings is in the order it promises, is there whole or not at all, and an impossible question is refused."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest

from candour.evaluation.assessing import Question, assess
from candour.evaluation.relational import evaluate_files, run
from candour.evaluation.relational.compiled import Compiled, bare_findings
from candour.findings.finding import FINDING_ORDER
from candour.records.calendars import load_calendar
from candour.records.refusals import InputRefused
from candour.records.vocabulary import load_vocabulary
from tests.support.small_store import INTERVIEW, scene_from, standards_in, write_generation, write_table

FOUND = 150_000
"""Children found, each a finding: more than the 122,880 rows that DuckDB writes as one group."""


def test_findings_are_written_in_their_order(tmp_path: Path) -> None:
    vocabulary = load_vocabulary()
    standards = standards_in(tmp_path / "standards", INTERVIEW, INTERVIEW.replace('id = "interview"', 'id = "another"'))
    given = {
        "position": "i", "event_id": "'E' || i", "kind": "CASE i % 2 WHEN 0 THEN 'missing.located' ELSE 'missing.interviewed' END",
        "case_ref": "'C' || i // 2", "episode_ref": "'M' || i // 2", "occurred_at": "TIMESTAMP '2026-01-01' + to_seconds(i * 60)",
        "occurred_to": "TIMESTAMP '2026-01-01' + to_seconds(i * 60)", "occurred_on": "DATE '2026-01-01'", "known_from": "TIMESTAMP '2026-01-01'",
    }  # fmt: skip
    columns = ", ".join(f'CAST({given.get(name, "NULL")} AS {kind}) AS "{name}"' for name, kind in vocabulary.event_columns().items())
    duckdb.sql(f"COPY (SELECT {columns} FROM range({2 * FOUND}) AS t(i)) TO '{tmp_path / 'events.parquet'}' (FORMAT parquet)")
    for name, declared in (("cases", vocabulary.case), ("children", vocabulary.child)):
        details = {one: field.column_type for one, field in declared.items()}
        write_table(tmp_path / f"{name}.parquet", {**details, "known_from": "TIMESTAMP", "known_to": "TIMESTAMP"}, [])
    files = [tmp_path / f"{name}.parquet" for name in ("events", "cases", "children")]
    out, ever = tmp_path / "findings.parquet", datetime(9999, 1, 1)

    told = evaluate_files(*files, [], standards, vocabulary, load_calendar(), datetime(2027, 1, 1), ever, out=out, threads=4)

    found = duckdb.sql(f"SELECT {', '.join(FINDING_ORDER)} FROM '{out}'").fetchall()
    assert told == len(found) == 2 * FOUND
    assert all(earlier < later for earlier, later in pairwise(found))


def test_a_moment_too_late_is_refused(tmp_path: Path) -> None:
    standards = standards_in(tmp_path / "standards", INTERVIEW)
    write_generation(tmp_path / "store", scene_from("2026-01-01 18:00 | missing.located | episode=M1", standards[0]))
    with pytest.raises(InputRefused, match=r"2999-12-31: .* before 2100-01-01"):
        assess(tmp_path / "store", Question(datetime(2999, 12, 31), standards=tmp_path / "standards"), made_at=datetime(2026, 1, 2))
    assert not list((tmp_path / "store").glob("runs/*"))


def test_a_run_that_breaks_off_leaves_no_findings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    standards = standards_in(tmp_path / "standards", INTERVIEW, INTERVIEW.replace('id = "interview"', 'id = "another"'))
    folder = write_generation(tmp_path / "store", scene_from("2026-01-01 18:00 | missing.located | episode=M1", standards[0]))

    def broken(group: list[Compiled]) -> str:
        if group[0].part.editions[0].id == "interview":
            raise RuntimeError("made up for a test")
        return bare_findings(group)

    monkeypatch.setattr(run, "bare_findings", broken)
    files = [folder / f"{name}.parquet" for name in ("events", "cases", "children")]
    at = datetime(2026, 3, 1)
    with pytest.raises(RuntimeError, match="made up"):
        evaluate_files(*files, [], standards, load_vocabulary(), load_calendar(), at, at, out=tmp_path / "findings.parquet")
    assert not (tmp_path / "findings.parquet").exists()

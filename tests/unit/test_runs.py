"""The folder of a run: written whole or not at all, read back as it was."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from candour.findings.outcomes import Outcome
from candour.findings.runs import (
    DeliveryUsed,
    Run,
    RunRefused,
    count_outcomes,
    latest_run,
    new_run,
    read_run,
    run_folder,
    run_ids,
    standard_used,
    write_run,
)
from tests.support.small_store import INTERVIEW, assess, scene_from, standards_in, write_generation

AT = datetime(2026, 3, 3, 6, 40)


def a_run(run_id: str) -> Run:
    return Run(
        run_id, AT, AT, None, "duckdb", "0.1.0", "v", "3", (DeliveryUsed("D1", "missing", {"a.csv": "ff"}),), counts={"met": 1, "late": 2}, parameters={"x": "12 hours"}
    )  # fmt: skip


def test_a_run_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    (standard,) = standards_in(tmp_path / "s", INTERVIEW)
    with new_run(tmp_path) as (run_id, folder):
        kept = a_run(run_id)
        kept = Run(**{**vars(kept), "standards": (standard_used(standard),)})
        write_run(folder, kept)
    assert read_run(run_folder(tmp_path)) == kept
    assert kept.findings == 3


def test_what_is_kept_of_a_standard_is_what_it_reads(tmp_path: Path) -> None:
    used = standard_used(standards_in(tmp_path, INTERVIEW)[0])
    assert used.kinds == ("missing.located", "missing.interviewed", "decision.recorded")
    assert used.columns == ("case_ref",) and used.parameters == ("interview_hours",) and not used.calendar


def test_runs_are_numbered_and_found_by_number(tmp_path: Path) -> None:
    for _ in range(2):
        with new_run(tmp_path) as (run_id, folder):
            write_run(folder, a_run(run_id))
    assert run_ids(tmp_path) == ("0001", "0002") and latest_run(tmp_path) == "0002"
    assert run_folder(tmp_path, "1").name == "0001" and run_folder(tmp_path, "latest").name == "0002"


def test_a_run_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), new_run(tmp_path) as (_, folder):
        (folder / "findings.parquet").write_bytes(b"half")
        raise KeyboardInterrupt
    assert run_ids(tmp_path) == () and list((tmp_path / "runs").iterdir()) == []


def test_two_runs_at_once_get_two_ids(tmp_path: Path) -> None:
    with new_run(tmp_path) as (first, one), new_run(tmp_path) as (second, two):
        write_run(one, a_run(first))
        write_run(two, a_run(second))
    assert run_ids(tmp_path) == ("0001", "0002")


def test_a_run_without_a_record_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunRefused, match="nothing was written"), new_run(tmp_path):
        pass
    assert run_ids(tmp_path) == ()


def test_refusals_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(RunRefused, match="candour assess"):
        latest_run(tmp_path)
    with pytest.raises(RunRefused, match="no run '7'"):
        run_folder(tmp_path, "7")
    folder = tmp_path / "runs" / "0001"
    folder.mkdir(parents=True)
    (folder / "run.json").write_text("{", encoding="utf-8")
    with pytest.raises(RunRefused, match="not the record of a run"):
        read_run(folder)
    (folder / "run.json").write_text('{"format": 99}', encoding="utf-8")
    with pytest.raises(RunRefused, match="later Candour"):
        read_run(folder)


def test_outcomes_are_counted_with_every_outcome_named(tmp_path: Path) -> None:
    standards = standards_in(tmp_path / "s", INTERVIEW)
    scene = scene_from("2026-03-01 18:00 | missing.located | episode=M1", standards[0])
    write_generation(tmp_path / "store", scene)
    run_id = assess(tmp_path / "store", scene, standards, "2026-03-05 09:00")
    counts = count_outcomes(tmp_path / "store" / "runs" / run_id / "findings.parquet")
    assert set(counts) == {str(one) for one in Outcome} and counts["missed"] == 1 and sum(counts.values()) == 1

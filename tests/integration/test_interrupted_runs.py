"""A killed or refused assessment leaves the store as it was, and what it left lying about is swept up when its process is gone."""

from __future__ import annotations

import errno
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from candour.evaluation.assessing import Question, assess
from candour.findings.runs import new_run, run_ids
from candour.records.refusals import InputRefused
from tests.support.deliveries import Desk, contents, row
from tests.support.small_store import INTERVIEW

MADE = datetime(2026, 6, 1)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A store with a few hundred children who came back, and a folder `standards` of one standard."""
    (tmp_path / "standards").mkdir()
    (tmp_path / "standards" / "interview.toml").write_text(INTERVIEW, encoding="utf-8")
    desk = Desk(tmp_path)
    desk.deliver(*(row(f"M{number}", nominal=f"K{number}", located_at="02/03/2026 10:00") for number in range(300)))
    desk.take()
    return desk


def asked(desk: Desk, engine: str = "duckdb") -> Question:
    return Question(datetime(2026, 4, 30), None, desk.store.parent / "standards", None, engine)


def run_folders(desk: Desk) -> list[str]:
    return sorted(path.name for path in (desk.store / "runs").iterdir())


RUN = """
import os, resource, signal, sys
from datetime import datetime
from pathlib import Path
from candour.evaluation import assessing
from candour.records.refusals import InputRefused
how, engine, store = sys.argv[1], sys.argv[2], Path(sys.argv[3])
question = assessing.Question(datetime(2026, 4, 30), None, store.parent / "standards", None, engine)
if how == "killed":
    def kill(_folder, _run):
        os.kill(os.getpid(), signal.SIGKILL)
    assessing.write_run = kill
elif how == "waits":
    def wait(_folder, _run):
        print("under way", flush=True)
        sys.stdin.read()
        raise InputRefused("told to stop")
    assessing.write_run = wait
else:
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(how), int(how)))
try:
    assessing.assess(store, question, made_at=datetime(2026, 6, 1))
except InputRefused as refusal:
    print(refusal)
    sys.exit(1)
"""


def script(desk: Desk, how: str, engine: str = "duckdb") -> list[str]:
    return [sys.executable, "-c", RUN, how, engine, str(desk.store)]


@pytest.mark.parametrize("then", ["run", "import"])
def test_what_a_killed_assessment_left_is_swept_by_the_next_run_or_import(desk: Desk, then: str) -> None:
    done = subprocess.run(script(desk, "killed"), capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, (done.stdout, done.stderr)
    assert run_folders(desk) == [".0001"]
    assert (desk.store / "runs" / ".0001" / "findings.parquet").is_file()
    if then == "run":
        assert assess(desk.store, asked(desk), made_at=MADE).run_id == "0001"
        assert run_folders(desk) == ["0001"]
    else:
        desk.deliver(row("M1", note="second"))
        assert desk.take(MADE).stored
        assert run_folders(desk) == []


def test_what_another_process_still_writes_is_left_alone(desk: Desk) -> None:
    with subprocess.Popen(script(desk, "waits"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdin is not None and other.stdout is not None
        assert other.stdout.readline() == "under way\n"
        assert assess(desk.store, asked(desk), made_at=MADE).run_id == "0002"
        desk.deliver(row("M1", note="second"))
        assert desk.take(MADE).stored
        assert run_folders(desk) == [".0001", "0002"]
        other.stdin.close()
        assert other.wait() == 1
    assert run_folders(desk) == ["0002"]


def test_two_runs_of_one_process_are_both_kept(tmp_path: Path) -> None:
    with new_run(tmp_path) as (first, one), new_run(tmp_path) as (second, two):
        (one / "run.json").write_text("{}")
        (two / "run.json").write_text("{}")
    assert (first, second, run_ids(tmp_path)) == ("0001", "0002", ("0001", "0002"))


@pytest.mark.parametrize(
    "full",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        duckdb.IOException("IO Error: Could not write file: No space left on device"),
        duckdb.OutOfMemoryException("Out of Memory Error: failed to offload data block (max_temp_directory_size reached)"),
    ],
)
def test_a_full_disk_while_assessing_is_a_refusal(desk: Desk, monkeypatch: pytest.MonkeyPatch, full: Exception) -> None:
    def stop(*_: object, **__: object) -> None:
        raise full

    before = contents(desk.store)
    monkeypatch.setattr("candour.evaluation.assessing._evaluate", stop)
    with pytest.raises(InputRefused, match=r"there is no room left on the disk\. Nothing was changed\. Make room .* and assess again"):
        assess(desk.store, asked(desk), made_at=MADE)
    monkeypatch.undo()
    assert contents(desk.store) == before and run_folders(desk) == []
    assert assess(desk.store, asked(desk), made_at=MADE).run_id == "0001"


def test_too_little_memory_is_a_refusal_and_another_fault_stays_one(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    faults: list[Exception] = [duckdb.OutOfMemoryException("Out of Memory Error: failed to allocate"), OSError(errno.EACCES, "denied")]

    def stop(*_: object, **__: object) -> None:
        raise faults.pop(0)

    monkeypatch.setattr("candour.evaluation.assessing._evaluate", stop)
    with pytest.raises(InputRefused, match="needs more memory than there is"):
        assess(desk.store, asked(desk), made_at=MADE)
    with pytest.raises(PermissionError):
        assess(desk.store, asked(desk), made_at=MADE)


@pytest.mark.parametrize("engine", ["duckdb", "reference"])
@pytest.mark.parametrize("most", [0, 1_000, 4_000])
def test_writing_findings_that_really_fails_is_refused(desk: Desk, engine: str, most: int) -> None:
    """The system itself refuses to write more than so many bytes to a file."""
    before = contents(desk.store)
    done = subprocess.run(script(desk, str(most), engine), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, ""), done.stdout
    assert "there is no room left on the disk" in done.stdout and "assess again" in done.stdout
    assert contents(desk.store) == before and run_folders(desk) == []

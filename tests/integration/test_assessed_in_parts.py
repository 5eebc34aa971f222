"""A large chronology is assessed part by part: with the same findings, and going on from the finished parts when it was killed."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from candour.cli.assessing import command
from candour.evaluation import in_parts
from candour.evaluation.assessing import Question, assess
from candour.evaluation.kept_parts import PARTS
from candour.findings.runs import run_folder, run_ids
from candour.records.refusals import StoreBusy
from tests.support.deliveries import Desk, row
from tests.support.small_store import INTERVIEW

MADE = datetime(2026, 6, 1)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A store with a few hundred children who came back, and standards of three scopes."""
    (tmp_path / "standards").mkdir()
    for scope in ("episode", "case", "child"):
        words = INTERVIEW.replace('id = "interview"', f'id = "by-{scope}"').replace("shape = ", f'scope = "{scope}"\nshape = ')
        words = words.replace('same = "episode"\n', "") if scope == "episode" else words
        (tmp_path / "standards" / f"by-{scope}.toml").write_text(words, encoding="utf-8")
    desk = Desk(tmp_path)
    desk.deliver(*(row(f"M{number}", nominal=f"K{number}", located_at="02/03/2026 10:00") for number in range(300)))
    desk.take()
    return desk


def asked(desk: Desk, at_once: int | None) -> Question:
    return Question(datetime(2026, 4, 30), None, desk.store.parent / "standards", events_at_once=at_once)


def findings(desk: Desk, run_id: str) -> list[tuple[object, ...]]:
    return duckdb.sql(f"select * from read_parquet('{run_folder(desk.store, run_id) / 'findings.parquet'}')").fetchall()


RUN = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from candour.evaluation import assessing, in_parts
store, after = Path(sys.argv[1]), int(sys.argv[2])
evaluate, done = in_parts.evaluate_piece, []
def counted(asked, piece, out, means, progress=None):
    if len(done) == after:
        os.kill(os.getpid(), signal.SIGKILL)
    done.append(piece)
    return evaluate(asked, piece, out, means, progress)
in_parts.evaluate_piece = counted
question = assessing.Question(datetime(2026, 4, 30), None, store.parent / "standards", events_at_once=150)
assessing.assess(store, question, made_at=datetime(2026, 6, 1))
"""


def test_a_killed_assessment_goes_on_from_the_parts_that_are_done(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    killed = subprocess.run([sys.executable, "-c", RUN, str(desk.store), "3"], capture_output=True, text=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert run_ids(desk.store) == ()
    evaluate, again = in_parts.evaluate_piece, []

    def counted(*given: object) -> int:
        again.append(given[1])
        return evaluate(*given)  # type: ignore[arg-type]  # as it is called

    monkeypatch.setattr(in_parts, "evaluate_piece", counted)
    told: list[str] = []
    resumed = assess(desk.store, asked(desk, 150), made_at=MADE, progress=lambda step, _share: told.append(step))
    whole = assess(desk.store, asked(desk, None), made_at=MADE)
    of_number = {step.partition(":")[0] for step in told if step.startswith("part ")}
    assert again
    assert f"part {len(again) + 3} of {len(again) + 3}" in of_number and len(of_number) == len(again)
    assert run_ids(desk.store) == (resumed.run_id, whole.run_id) == ("0001", "0002")
    assert findings(desk, "0001") == findings(desk, "0002")
    assert resumed.counts == whole.counts and whole.findings == 900
    assert not (desk.store / PARTS).exists()


def test_what_was_kept_of_another_question_is_taken_away(desk: Desk) -> None:
    killed = subprocess.run([sys.executable, "-c", RUN, str(desk.store), "1"], capture_output=True, text=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert len(list((desk.store / PARTS).iterdir())) == 1
    assess(desk.store, asked(desk, 200), made_at=MADE)
    assert not (desk.store / PARTS).exists()


def test_a_second_process_at_the_same_question_is_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def meanwhile(*_: object) -> int:
        monkeypatch.undo()
        assess(desk.store, asked(desk, 150), made_at=MADE)
        return 0

    monkeypatch.setattr(in_parts, "evaluate_piece", meanwhile)
    with pytest.raises(StoreBusy, match="another process is assessing the same question"):
        assess(desk.store, asked(desk, 150), made_at=MADE)
    assert run_ids(desk.store) == () and (desk.store / PARTS).exists(), "What was finished is kept after an error too."
    assess(desk.store, asked(desk, 150), made_at=MADE)
    assert len(run_ids(desk.store)) == 1 and not (desk.store / PARTS).exists()


def test_the_command_divides_where_it_is_asked_to(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    parts: list[object] = []
    evaluate = in_parts.evaluate_piece
    monkeypatch.setattr(in_parts, "evaluate_piece", lambda *given: parts.append(given[1]) or evaluate(*given))
    options = ["--store", str(desk.store), "--as-of", "2026-04-30", "--standards", str(desk.store.parent / "standards")]
    divided = CliRunner().invoke(command, [*options, "--events-at-once", "200"])
    whole = CliRunner().invoke(command, options)
    assert divided.exit_code == whole.exit_code == 0, divided.output
    assert len(parts) > 3 and findings(desk, "0001") == findings(desk, "0002")

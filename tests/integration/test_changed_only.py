"""`candour assess --changed-only` on a store: what it looks at again, when it assesses everything and says why, and that a killed one leaves no half run."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from candour.cli.main import run as candour
from candour.evaluation import refreshing
from candour.evaluation.assessing import Question, assess
from candour.findings.runs import Run, read_run, run_folder, run_ids
from candour.records import merging
from candour.records.changes import changes_since
from candour.records.chronology import open_chronology
from tests.support.deliveries import Desk, row
from tests.support.small_store import INTERVIEW

MADE = datetime(2026, 6, 1)
AS_OF = datetime(2026, 4, 30)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A store with fifty children who came back, and a folder `standards` of one standard."""
    (tmp_path / "standards").mkdir()
    (tmp_path / "standards" / "interview.toml").write_text(INTERVIEW, encoding="utf-8")
    desk = Desk(tmp_path)
    desk.deliver(*(row(f"M{number}", nominal=f"K{number}", located_at="02/03/2026 10:00") for number in range(50)))
    desk.take()
    return desk


def asked(desk: Desk, **more: object) -> Question:
    return replace(Question(AS_OF, None, desk.store.parent / "standards", changed_only=True), **more)  # type: ignore[arg-type]


def run(desk: Desk, **more: object) -> Run:
    return assess(desk.store, asked(desk, **more), made_at=MADE)


def correct(desk: Desk, number: int, received_at: datetime) -> None:
    desk.deliver(row(f"M{number}", nominal=f"K{number}", located_at="03/03/2026 10:00"))
    assert desk.take(received_at).stored


def same_findings(desk: Desk, one: str, other: str) -> bool:
    tables = [pq.read_table(run_folder(desk.store, name) / "findings.parquet") for name in (one, other)]
    return bool(tables[0].equals(tables[1])) and tables[0].num_rows > 0


def test_a_correction_is_looked_at_again_and_nothing_else(desk: Desk) -> None:
    first = run(desk)
    assert first.refreshed is not None and first.refreshed.whole_because == "This store has no run yet."
    correct(desk, 7, MADE)
    second = run(desk)
    assert second.refreshed is not None and not second.refreshed.whole_because
    assert (second.refreshed.since, second.refreshed.records, second.refreshed.findings) == ("0001", 2, 1)
    full = assess(desk.store, replace(asked(desk), changed_only=False), made_at=MADE)
    assert full.refreshed is None and same_findings(desk, second.run_id, full.run_id)
    assert read_run(run_folder(desk.store, second.run_id)) == second


def test_imports_are_followed_over_several_generations_though_only_two_are_kept(desk: Desk) -> None:
    run(desk)
    for number in range(4):
        correct(desk, number, datetime(2026, 6, 2 + number))
    second = run(desk)
    assert second.refreshed is not None and (second.refreshed.whole_because, second.refreshed.records) == ("", 8)
    full = assess(desk.store, replace(asked(desk), changed_only=False), made_at=MADE)
    assert same_findings(desk, second.run_id, full.run_id)


def test_where_a_link_of_the_chain_is_missing_everything_is_assessed(desk: Desk) -> None:
    run(desk)
    correct(desk, 1, MADE)
    correct(desk, 2, datetime(2026, 6, 2))
    chronology = open_chronology(desk.store)
    assert changes_since(chronology.folder, 1, 3) is not None
    (chronology.folder / "changes" / "2.parquet").unlink()
    second = run(desk)
    assert second.refreshed is not None and "not kept what the imports changed since run 0001" in second.refreshed.whole_because


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"as_of": datetime(2026, 4, 1)}, "as of a later moment"),
        ({"known_at": datetime(2026, 5, 20)}, "What was known at a moment"),
    ],
)
def test_what_cannot_be_brought_up_to_date_is_assessed_and_said(desk: Desk, more: dict[str, object], why: str) -> None:
    run(desk)
    second = run(desk, **more)
    assert second.refreshed is not None and why in second.refreshed.whole_because and second.findings == 50


def test_a_run_of_other_code_is_not_carried_over(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    run(desk)
    monkeypatch.setattr(refreshing, "code_fingerprint", lambda: "mended")
    second = run(desk)
    assert second.refreshed is not None and "made by other code" in second.refreshed.whole_because


def test_a_store_without_rows_by_kind_is_assessed_as_a_whole(desk: Desk) -> None:
    run(desk)
    shutil.rmtree(open_chronology(desk.store).folder / "kinds")
    second = run(desk)
    assert second.refreshed is not None and "no rows by kind" in second.refreshed.whole_because


def test_no_rows_are_laid_out_by_kind_of_a_chronology_too_large_for_them(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    run(desk)
    monkeypatch.setattr(merging, "LAID_OUT", 3)
    correct(desk, 1, datetime(2026, 6, 2))
    assert not (open_chronology(desk.store).folder / "kinds").exists()
    second = run(desk)
    assert second.refreshed is not None and "too large for them" in second.refreshed.whole_because


def test_when_much_changed_everything_is_assessed(desk: Desk) -> None:
    run(desk)
    desk.deliver(*(row(f"M{number}", nominal=f"K{number}", located_at="04/03/2026 10:00") for number in range(50)))
    desk.take(MADE)
    second = run(desk)
    assert second.refreshed is not None and second.refreshed.whole_because == "More than 10% of the records changed since run 0001."


def test_a_changed_standard_is_assessed_in_full(desk: Desk) -> None:
    run(desk)
    file = desk.store.parent / "standards" / "interview.toml"
    file.write_text(INTERVIEW.replace("hours = 24", "hours = 48"), encoding="utf-8")
    second = run(desk)
    assert second.refreshed is not None and second.refreshed.in_full == ("interview@1",)
    full = assess(desk.store, replace(asked(desk), changed_only=False), made_at=MADE)
    assert same_findings(desk, second.run_id, full.run_id)


KILLED = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from candour.evaluation import assessing, refreshing
def kill(*_):
    os.kill(os.getpid(), signal.SIGKILL)
refreshing._renewed = kill
store = Path(sys.argv[1])
question = assessing.Question(datetime(2026, 4, 30), None, store.parent / "standards", changed_only=True)
assessing.assess(store, question, made_at=datetime(2026, 6, 1))
"""


def test_one_that_is_killed_half_way_leaves_no_half_run(desk: Desk) -> None:
    run(desk)
    correct(desk, 3, MADE)
    done = subprocess.run([sys.executable, "-c", KILLED, str(desk.store)], capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, (done.stdout, done.stderr)
    assert run_ids(desk.store) == ("0001",)
    second = run(desk)
    assert (second.run_id, run_ids(desk.store)) == ("0002", ("0001", "0002")) and second.refreshed is not None
    assert sorted(path.name for path in run_folder(desk.store, "0002").iterdir()) == ["findings.parquet", "run.json"]


def test_the_command_says_what_it_looked_at(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    told = [
        "assess",
        "--store",
        str(desk.store),
        "--as-of",
        "2026-04-30",
        "--standards",
        str(desk.store.parent / "standards"),
        "--changed-only",
    ]
    assert candour(told) == 0
    assert "Everything was assessed. This store has no run yet." in capsys.readouterr().out
    correct(desk, 3, MADE)
    assert candour(told) == 0
    said = capsys.readouterr().out
    assert "Only what changed since run 0001 was looked at again: 2 versions of records, 1 findings of 1 editions." in said

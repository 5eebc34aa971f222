"""`candour publish` as a process on a server of its own, and what was published in a backup."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from candour_web.site.embedded import ADMINISTRATOR, Embedded
from tests.support.program import candour
from tests.support.published import small_store


@pytest.fixture(scope="module")
def home(worker_id: str) -> Iterator[Path]:
    folder = Path(os.environ["CANDOUR_TEST_SERVER"]) / f"publishing-{worker_id}"
    folder.mkdir(mode=0o711)
    own = Embedded(folder / "database", lasting=False)
    with own.in_use():
        yield folder


def test_a_run_is_published_once_the_doctor_finds_all_well_and_a_backup_holds_it(home: Path, tmp_path: Path) -> None:
    standards = small_store(tmp_path / "store")
    asked = ("publish", "--store", str(tmp_path / "store"), "--standards", str(standards))
    done = candour(home, *asked)
    assert (done.returncode, done.stdout) == (0, "Run 0001 is published: 2 cases, 4 events, 2 findings.\n"), done.stderr
    assert done.stderr.splitlines() == ["Events: 4", "Cases: 2", "Children of cases: 2", "Children: 2", "Findings: 2", "Standards: 1"]
    again = candour(home, *asked, "--quiet")
    assert (again.returncode, again.stdout, again.stderr) == (0, "Run 0001 is what is published already; nothing was changed.\n", "")
    well = candour(home, "doctor", "--trail")
    assert well.returncode == 0, well.stderr
    assert candour(home, "backup", str(tmp_path / "kept")).returncode == 0
    back = candour(home, "restore", str(tmp_path / "kept"), "--database", "other")
    assert (back.returncode, back.stderr) == (0, "")
    found = []
    for database in ("candour", "other"):
        with psycopg.connect(Embedded(home / "database").address(ADMINISTRATOR, database)) as connection:
            found.append(
                [
                    connection.execute(f"SELECT t::text FROM casework_{table} t ORDER BY 1").fetchall()
                    for table in ("case", "event", "finding", "child")
                ]
            )
    assert found[0] == found[1] and all(found[0])


def test_a_store_that_is_not_there_is_refused_in_words(home: Path, tmp_path: Path) -> None:
    done = candour(home, "publish", "--store", str(tmp_path / "none"))
    assert done.returncode == 1 and "has no run yet" in done.stderr

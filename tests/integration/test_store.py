"""The store keeps every version of everything, takes one import at a time, and is whole whenever an import dies."""

from __future__ import annotations

import errno
import fcntl
import signal
import subprocess
import sys
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from candour.records import merging, store, workroom
from candour.records.chronology import open_chronology, refuse_older_words
from candour.records.refusals import InputRefused, StoreBusy
from candour.records.vocabulary import find_catalogue, load_vocabulary
from tests.support.deliveries import MAPPING, Desk, contents, row

FIRST, SECOND, THIRD = datetime(2026, 5, 1), datetime(2026, 6, 1), datetime(2026, 7, 1)
VERSIONS = "select circumstances_text, known_from, known_to, supersedes is not null from events where event_id like '%M1:reported' order by known_from"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def known_at(desk: Desk, moment: datetime) -> list[tuple[object, ...]]:
    text = f"timestamp '{moment}'"
    return desk.query(
        f"select episode_ref, circumstances_text from events where kind = 'missing.reported' and known_from <= {text} and (known_to is null or known_to > {text}) order by 1"
    )


def test_the_same_delivery_again_changes_nothing(desk: Desk) -> None:
    desk.deliver(row("M1"), row("M2"))
    desk.take(FIRST)
    before = contents(desk.store)
    report = desk.take(SECOND)
    assert (report.nothing_new, report.stored, report.sources[0].already_stored) == (True, False, True)
    assert contents(desk.store) == before


def test_a_correction_supersedes_and_destroys_nothing(desk: Desk) -> None:
    desk.deliver(row("M1", note="first"), row("M2"))
    first = desk.take(FIRST)
    desk.deliver(row("M1", note="second"), row("M2"))
    second = desk.take(SECOND)
    changes = second.sources[0].changes
    assert (changes.added, changes.corrected, changes.unchanged, changes.withdrawn) == (0, 1, 1, 0)
    assert desk.query(VERSIONS) == [("first", datetime(2026, 3, 1, 18, 10), SECOND, False), ("second", SECOND, None, True)]
    assert desk.query("select supersedes from events where circumstances_text = 'second'") == [(first.sources[0].delivery_id,)]
    assert desk.query("select delivery_id from events where episode_ref = 'M2'") == [(first.sources[0].delivery_id,)]
    assert known_at(desk, FIRST) == [("M1", "first"), ("M2", "went out")]
    assert known_at(desk, SECOND) == [("M1", "second"), ("M2", "went out")]
    assert known_at(desk, datetime(2026, 3, 1, 18, 9)) == []


def test_moving_a_row_to_another_line_or_file_is_no_correction(desk: Desk) -> None:
    desk.deliver(row("M1"), row("M2"), name="missing_may.csv")
    desk.take(FIRST)
    (desk.folder / "missing_may.csv").unlink()
    desk.deliver(row("M3"), row("M2"), row("M1"), name="missing_june.csv")
    changes = desk.take(SECOND).sources[0].changes
    assert (changes.added, changes.corrected, changes.unchanged) == (1, 0, 2)


def test_rows_absent_from_a_delivery_of_changes_stay(desk: Desk) -> None:
    desk.deliver(row("M1"), row("M2"))
    desk.take(FIRST)
    desk.deliver(row("M2", note="changed"))
    assert desk.take(SECOND).sources[0].changes.withdrawn == 0
    assert known_at(desk, THIRD) == [("M1", "went out"), ("M2", "changed")]


def test_an_event_that_its_row_no_longer_makes_is_withdrawn(desk: Desk) -> None:
    desk.deliver(row("M1", located_at="02/03/2026 10:00"), row("M2", located_at="02/03/2026 10:00"))
    desk.take(FIRST)
    desk.deliver(row("M1"))
    assert desk.take(SECOND).sources[0].changes.withdrawn == 1
    assert desk.query("select episode_ref, known_to from events where kind = 'missing.located' order by 1") == [
        ("M1", SECOND),
        ("M2", None),
    ]


def test_where_everything_is_delivered_absent_rows_are_withdrawn_and_may_come_back(tmp_path: Path) -> None:
    desk = Desk(tmp_path, MAPPING.replace('delivers = "changes"', 'delivers = "everything"'))
    desk.deliver(row("M1", note="first", located_at="02/03/2026 10:00"), row("M2"))
    first = desk.take(FIRST)
    desk.deliver(row("M2"))
    assert desk.take(SECOND).sources[0].changes.withdrawn == 2
    assert known_at(desk, FIRST) == [("M1", "first"), ("M2", "went out")]
    assert known_at(desk, SECOND) == [("M2", "went out")]
    desk.deliver(row("M1", note="first"), row("M2"), row("M3"))
    changes = desk.take(THIRD).sources[0].changes
    assert (changes.added, changes.unchanged, changes.withdrawn) == (2, 1, 0)
    assert desk.query(VERSIONS) == [("first", datetime(2026, 3, 1, 18, 10), SECOND, False), ("first", THIRD, None, True)]
    assert desk.query("select distinct supersedes from events where known_from = timestamp '2026-07-01' and episode_ref = 'M1'") == [
        (first.sources[0].delivery_id,)
    ]


def test_a_row_that_came_and_was_refused_is_not_withdrawn(tmp_path: Path) -> None:
    desk = Desk(tmp_path, MAPPING.replace('delivers = "changes"', 'delivers = "everything"'))
    desk.deliver(row("M1"), row("M2"), row("M3"))
    desk.take(FIRST)
    desk.deliver(row("M1", reported_at="31/02/2026 10:00"), row("M2"), row("M2", care_yn="N"))
    changes = desk.take(SECOND).sources[0].changes
    assert (changes.unchanged, changes.withdrawn) == (0, 1)
    assert [episode for episode, _ in known_at(desk, SECOND)] == ["M1", "M2"]


def test_a_child_no_longer_named_by_a_row_is_withdrawn(tmp_path: Path) -> None:
    text = MAPPING.replace(
        'child = "NOMINAL"\nepisode = "EPISODE_NO"\norg', 'child = "NOMINAL"\nsplit_child = ";"\nepisode = "EPISODE_NO"\norg'
    )
    desk = Desk(tmp_path, text)
    desk.deliver(row("M1", nominal="K1;K2"))
    desk.take(FIRST)
    desk.deliver(row("M1", nominal="K1;K3"))
    changes = desk.take(SECOND).sources[0].changes
    assert (changes.added, changes.unchanged, changes.withdrawn) == (1, 1, 1)
    assert desk.query("select child_ref from events where known_to is null order by 1") == [("K1",), ("K3",)]


def test_a_mended_mapping_reads_the_same_files_anew(desk: Desk) -> None:
    desk.deliver(row("M1", class_="LOST"))
    desk.take(FIRST)
    desk.mapping.write_text(MAPPING.replace('OTH = "unmapped"', 'LOST = "missing"'))
    assert desk.take(SECOND).sources[0].changes.corrected == 1
    assert desk.query("select classification, known_to from events order by known_from") == [(None, SECOND), ("missing", None)]


def test_two_sources_share_a_store(desk: Desk, tmp_path: Path) -> None:
    desk.deliver(row("M1"))
    desk.take(FIRST)
    other = Desk.__new__(Desk)
    other.folder, other.store, other.mapping = tmp_path / "other", desk.store, tmp_path / "other.toml"
    other.folder.mkdir()
    other.mapping.write_text(
        MAPPING.replace("northshire-missing", "northshire-other").replace('born_on = "DOB"', 'sex = { value = "female" }')
    )
    other.deliver(row("M1"), row("M2", nominal="K2"))
    other.take(SECOND)
    assert desk.query("select source_system, count(*) from events group by 1 order by 1") == [
        ("northshire-missing", 1),
        ("northshire-other", 2),
    ]
    assert desk.query("select child_ref, born_on::varchar, sex, known_from, known_to from children order by 1, 5") == [
        ("K1", "2012-03-12", None, None, SECOND),
        ("K1", "2012-03-12", "female", SECOND, None),
        ("K2", None, "female", None, None),
    ]
    assert [source.source_system for source in open_chronology(desk.store).sources] == ["northshire-missing", "northshire-other"]


def test_a_case_that_is_open_again_loses_its_closing_date(tmp_path: Path) -> None:
    text = MAPPING.replace("[[table.event]]", '[table.case]\ncase_ref = "OCC_NO"\nclosed_on = "LOCATED_AT"\n[[table.event]]', 1)
    desk = Desk(tmp_path, text)
    desk.deliver(row("M1", located_at="02/03/2026 10:00"))
    desk.take(FIRST)
    assert desk.query("select closed_on::varchar from cases") == [("2026-03-02",)]
    desk.deliver(row("M1"))
    desk.take(SECOND)
    assert desk.query("select closed_on from cases where known_to is null") == [(None,)]
    assert desk.query("select closed_on::varchar from cases where known_to is not null") == [("2026-03-02",)]


def test_an_older_extract_cannot_correct_a_newer_one(desk: Desk) -> None:
    desk.deliver(row("M1"))
    desk.take(FIRST, extracted_at=datetime(2026, 4, 30))
    before = contents(desk.store)
    desk.deliver(row("M1", note="older"))
    with pytest.raises(InputRefused, match="Import extracts in the order they were made"):
        desk.take(SECOND, extracted_at=datetime(2026, 4, 29))
    assert contents(desk.store) == before


def test_only_the_last_two_generations_are_kept(desk: Desk) -> None:
    for number in range(4):
        desk.deliver(row("M1", note=f"version {number}"))
        desk.take(datetime(2026, 5, 1 + number))
    assert sorted(path.name for path in (desk.store / "chronology").iterdir()) == ["3", "4", "CURRENT"]
    assert len(desk.query(VERSIONS)) == 4


def test_a_second_import_at_the_same_time_is_refused(desk: Desk) -> None:
    desk.deliver(row("M1"))
    desk.take(FIRST)
    desk.deliver(row("M1", note="second"))
    with (desk.store / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(StoreBusy, match="another import is writing to this store"):
            desk.take(SECOND)
    assert desk.take(SECOND).stored


def test_an_import_joins_what_is_current_when_it_holds_the_store(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Others come in between its beginning and its holding the store, and the generation that was current is taken away."""
    desk.deliver(row("M1"))
    desk.take(FIRST)
    hold = workroom.hold

    def others_come_first(held: Path) -> AbstractContextManager[Path]:
        monkeypatch.setattr(workroom, "hold", hold)
        for number in (2, 3):
            desk.deliver(row(f"M{number}"))
            desk.take(SECOND)
        desk.deliver(row("M4"))
        return hold(held)

    monkeypatch.setattr(workroom, "hold", others_come_first)
    assert desk.take(THIRD).generation == 4
    assert desk.query("select episode_ref from events where kind = 'missing.reported' order by 1") == [("M1",), ("M2",), ("M3",), ("M4",)]


def test_a_store_made_meanwhile_in_another_vocabulary_is_a_refusal(desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Somebody else makes the store in the catalogue's words after this import has read words of its own for a new one."""
    own = tmp_path / "own.toml"
    own.write_text(f"{(find_catalogue() / 'vocabulary.toml').read_text(encoding='utf-8')}\n# our own\n", encoding="utf-8")
    desk.deliver(row("M1"))
    hold = workroom.hold

    def another_comes_first(held: Path) -> AbstractContextManager[Path]:
        monkeypatch.setattr(workroom, "hold", hold)
        desk.take(FIRST)
        return hold(held)

    monkeypatch.setattr(workroom, "hold", another_comes_first)
    with pytest.raises(InputRefused, match="in another vocabulary"):
        desk.take(SECOND, vocabulary_file=own)


def test_a_generation_that_was_taken_away_meanwhile_is_a_refusal(desk: Desk) -> None:
    desk.deliver(row("M1"))
    desk.take(FIRST)
    chronology = open_chronology(desk.store)
    for number in (2, 3):
        desk.deliver(row(f"M{number}"))
        desk.take(SECOND)
    with pytest.raises(InputRefused, match="run the same command again"):
        refuse_older_words(chronology, load_vocabulary())


@pytest.mark.parametrize("where", ["files", "chronology", "delivery"])
def test_a_full_disk_is_a_refusal_and_the_store_is_as_it_was(desk: Desk, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    desk.deliver(row("M1"))
    desk.take(FIRST)
    before = contents(desk.store)
    desk.deliver(row("M1", note="second"))

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    if where == "files":
        monkeypatch.setattr("candour.records.importing.take_in", full)
    elif where == "chronology":
        monkeypatch.setattr(merging, "_write_in_order", full)
    else:
        monkeypatch.setattr(store, "_sync", full)
    with pytest.raises(InputRefused, match="there is no room left on the disk"):
        desk.take(SECOND)
    monkeypatch.undo()
    assert contents(desk.store) == before
    assert desk.take(SECOND).stored


def test_a_full_disk_met_by_the_database_is_a_refusal_too(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.deliver(row("M1"))

    def full(*_: object, **__: object) -> None:
        raise duckdb.IOException("IO Error: Could not write file: No space left on device")

    monkeypatch.setattr("candour.records.importing.write_events", full)
    with pytest.raises(InputRefused, match="there is no room left on the disk"):
        desk.take(FIRST)


def test_a_refused_first_import_leaves_no_store(desk: Desk) -> None:
    with pytest.raises(InputRefused):
        desk.take(FIRST)  # nothing was delivered
    assert not desk.store.exists()


def test_a_refused_import_leaves_a_folder_that_was_there(desk: Desk) -> None:
    desk.store.mkdir()
    with pytest.raises(InputRefused):
        desk.take(FIRST)
    assert desk.store.is_dir()


def test_a_lock_that_was_taken_away_holds_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def taken_away(descriptor: int, how: int) -> None:
        (desk.store / store.LOCK).unlink()

    desk.deliver(row("M1"))
    monkeypatch.setattr(store.fcntl, "flock", taken_away)
    with pytest.raises(StoreBusy, match="another import is writing"):
        desk.take(FIRST)


def test_a_folder_that_is_no_store_is_left_alone(desk: Desk) -> None:
    desk.deliver(row("M1"))
    desk.store.mkdir()
    (desk.store / "thesis.doc").write_text("mine")
    with pytest.raises(InputRefused, match="not a store"):
        desk.take(FIRST)
    assert [path.name for path in desk.store.iterdir()] == ["thesis.doc"]


KILLED = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
event, number = sys.argv[4], int(sys.argv[5])
from candour.records.importing import import_delivery
import candour.records.checking
met = 0
def hook(name, _):
    global met
    if name == event:
        met += 1
        if met == number:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(hook)
import_delivery(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), received_at=datetime(2026, 6, 1))
print(met)
"""


@pytest.mark.parametrize(
    ("event", "number"), [("os.rename", 1), ("os.rename", 2), ("os.rename", 3), ("os.mkdir", 4), ("open", 12), ("open", 30), ("open", 45)]
)
def test_an_import_killed_at_any_moment_leaves_the_store_as_it_was(desk: Desk, event: str, number: int) -> None:
    desk.deliver(row("M1", note="first"))
    desk.take(FIRST)
    before = open_chronology(desk.store)
    held = contents(before.folder)
    deliveries = contents(desk.store / "deliveries" / before.deliveries[0])
    desk.deliver(row("M1", note="second"))
    script = [sys.executable, "-c", KILLED, str(desk.folder), str(desk.mapping), str(desk.store), event, str(number)]
    done = subprocess.run(script, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, (done.stdout, done.stderr)
    assert open_chronology(desk.store) == before
    assert contents(before.folder) == held
    assert contents(desk.store / "deliveries" / before.deliveries[0]) == deliveries
    desk.take(THIRD)
    assert desk.query(VERSIONS) == [("first", datetime(2026, 3, 1, 18, 10), THIRD, False), ("second", THIRD, None, True)]
    assert sorted(path.name for path in desk.store.iterdir()) == [".lock", "chronology", "deliveries", "store.json"]
    assert len(list((desk.store / "deliveries").iterdir())) == 2


def test_a_first_import_that_is_killed_leaves_no_chronology(desk: Desk) -> None:
    desk.deliver(row("M1"))
    script = [sys.executable, "-c", KILLED, str(desk.folder), str(desk.mapping), str(desk.store), "os.rename", "4"]
    assert subprocess.run(script, capture_output=True, check=False).returncode == -signal.SIGKILL
    with pytest.raises(InputRefused, match="holds no chronology yet"):
        open_chronology(desk.store)
    assert desk.take(SECOND).stored
    assert sorted(path.name for path in (desk.store / "chronology").iterdir()) == ["1", "CURRENT"]


LIMITED = """
import resource, sys
from datetime import datetime
from pathlib import Path
from candour.records.importing import import_delivery
from candour.records.refusals import InputRefused
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[4]), int(sys.argv[4])))
try:
    import_delivery(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), received_at=datetime(2026, 6, 1))
except InputRefused as refusal:
    print(refusal)
    sys.exit(1)
"""


@pytest.mark.parametrize("most", [1_000, 6_000, 20_000])
def test_writing_that_really_fails_is_refused_wherever_it_happens(desk: Desk, most: int) -> None:
    """The system itself refuses to write more than so many bytes to a file: to the copy, the staging files, or the chronology."""
    desk.deliver(row("M1"))
    desk.take(FIRST)
    before = contents(desk.store)
    desk.deliver(*(row(f"M{number}", note=f"went out {number}") for number in range(50)))
    script = [sys.executable, "-c", LIMITED, str(desk.folder), str(desk.mapping), str(desk.store), str(most)]
    done = subprocess.run(script, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    assert "there is no room left on the disk" in done.stdout
    assert contents(desk.store) == before

"""The details of cases and children keep their versions: a later import changes no detail that was known, or blank, before it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from random import Random

import duckdb
import pytest

from candour.evaluation.assessing import Question, assess
from candour.findings.proofs import open_run
from candour.findings.stored_events import read_findings
from candour.records.known import known_then, merge_records
from tests.support.deliveries import MAPPING, RECEIVED, Desk, row
from tests.support.small_store import INTERVIEW

FIRST, SECOND, THIRD = "2026-03-01T09:00:00", "2026-03-08T09:00:00", "2026-03-15T09:00:00"


class Register:
    """Deliveries of case lines, one after the other; a line is case, source, district, unit."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.number = 0
        self.files: tuple[Path, Path] | None = None

    def take(self, received_at: str, *lines: tuple[str, str, str | None, str | None]) -> list[tuple[object, ...]]:
        """Merge the lines; gives the versions: case, district, unit, known from, known to."""
        self.number += 1
        new, out = (
            self.folder / f"new-{self.number}.parquet",
            (self.folder / f"by-{self.number}.parquet", self.folder / f"out-{self.number}.parquet"),
        )
        with duckdb.connect() as db:
            db.execute("create table t (case_ref varchar, source_system varchar, district varchar, unit varchar)")
            db.executemany("insert into t values (?, ?, ?, ?)", lines)
            db.execute(f"copy t to '{new}' (format parquet)")
            merge_records(db, self.files, [new], "case_ref", out, received_at)
            self.files = out
            return db.execute(
                f"select case_ref, district, unit, known_from::date::varchar, known_to::date::varchar from '{out[1]}'"
            ).fetchall()


@pytest.fixture
def register(tmp_path: Path) -> Register:
    """An empty register."""
    return Register(tmp_path)


def test_what_is_first_said_counts_as_known_from_the_beginning(register: Register) -> None:
    assert register.take(FIRST, ("C1", "log", "East", None)) == [("C1", "East", None, None, None)]
    assert register.take(SECOND, ("C2", "log", "West", None)) == [("C1", "East", None, None, None), ("C2", "West", None, None, None)]


def test_the_same_again_makes_no_version(register: Register) -> None:
    register.take(FIRST, ("C1", "log", "East", None))
    assert register.take(SECOND, ("C1", "log", "East", None)) == [("C1", "East", None, None, None)]


def test_a_change_closes_one_version_and_opens_another(register: Register) -> None:
    register.take(FIRST, ("C1", "log", "East", "U1"))
    register.take(SECOND, ("C1", "log", "West", "U1"))
    assert register.take(THIRD, ("C1", "log", None, "U1")) == [
        ("C1", "East", "U1", None, "2026-03-08"), ("C1", "West", "U1", "2026-03-08", "2026-03-15"), ("C1", None, "U1", "2026-03-15", None),
    ]  # fmt: skip


def test_a_value_that_a_source_fills_in_later_was_not_known_before(register: Register) -> None:
    register.take(FIRST, ("C1", "log", None, "U1"))
    assert register.take(SECOND, ("C1", "log", "East", "U1")) == [
        ("C1", None, "U1", None, "2026-03-08"), ("C1", "East", "U1", "2026-03-08", None),
    ]  # fmt: skip


def test_a_second_source_that_fills_a_blank_or_contradicts_counts_from_its_delivery(register: Register) -> None:
    register.take(FIRST, ("C1", "log", None, "U1"), ("C2", "log", "East", "U1"), ("C3", "log", "East", "U1"))
    assert register.take(SECOND, ("C1", "index", "East", None), ("C2", "index", "West", None), ("C3", "index", "East", None)) == [
        ("C1", None, "U1", None, "2026-03-08"), ("C1", "East", "U1", "2026-03-08", None),
        ("C2", "East", "U1", None, "2026-03-08"), ("C2", "West", "U1", "2026-03-08", None),
        ("C3", "East", "U1", None, None),
    ]  # fmt: skip


def test_the_sources_of_one_import_speak_together_from_the_beginning(register: Register) -> None:
    assert register.take(FIRST, ("C1", "log", None, "U1"), ("C1", "index", "East", None)) == [("C1", "East", "U1", None, None)]
    assert register.take(SECOND, ("C2", "log", None, "U2"), ("C2", "index", "West", None)) == [
        ("C1", "East", "U1", None, None), ("C2", "West", "U2", None, None),
    ]  # fmt: skip


def test_a_closed_version_is_never_changed(register: Register) -> None:
    register.take(FIRST, ("C1", "log", None, "U1"))
    closed = register.take(SECOND, ("C1", "log", None, "U2"))[0]
    assert closed == ("C1", None, "U1", None, "2026-03-08")
    assert register.take(THIRD, ("C1", "index", "East", None)) == [
        closed, ("C1", None, "U2", "2026-03-08", "2026-03-15"), ("C1", "East", "U2", "2026-03-15", None),
    ]  # fmt: skip


def known(register: Register, moment: str) -> set[tuple[object, ...]]:
    """The cases as known at a moment, without their source."""
    assert register.files is not None
    with duckdb.connect() as db:
        return set(
            db.execute(f"select case_ref, district, unit from {known_then(register.files[1], datetime.fromisoformat(moment))}").fetchall()
        )


def test_what_was_known_of_a_case_that_was_there_is_the_same_after_any_later_import(register: Register) -> None:
    random = Random(7)
    seen: dict[str, set[tuple[object, ...]]] = {}
    for number in range(12):
        received = f"2026-03-{number + 1:02d}T09:00:00"
        pairs = random.sample([(case, source) for case in ("C1", "C2", "C3") for source in ("log", "index", "court")], 4)
        register.take(received, *((*pair, random.choice([None, "East", "West"]), random.choice([None, "U1", "U2"])) for pair in pairs))
        for moment, before in seen.items():
            cases = {one[0] for one in before}
            assert {one for one in known(register, moment) if one[0] in cases} == before
        seen[received] = known(register, received)


def test_a_store_from_before_versions_were_kept_goes_on(register: Register) -> None:
    register.take(FIRST, ("C1", "log", "East", "U1"))
    assert register.files is not None
    old = register.files[1]
    with duckdb.connect() as db:
        db.execute(f"create table t as select * exclude (known_from, known_to) from '{old}'")
        db.execute(f"copy t to '{old}' (format parquet)")
        assert db.execute(f"select case_ref, district, unit, source_system from {known_then(old, datetime(2020, 1, 1))}").fetchall() == [
            ("C1", "East", "U1", "log")
        ]
    assert register.take(SECOND, ("C1", "log", "West", "U1")) == [
        ("C1", "East", "U1", None, "2026-03-08"),
        ("C1", "West", "U1", "2026-03-08", None),
    ]


def test_a_detail_that_no_earlier_import_had_is_blank_before(tmp_path: Path) -> None:
    desk = Desk(tmp_path, MAPPING.replace('born_on = "DOB"', 'sex = { value = "female" }'))
    desk.deliver(row("M1"), row("M2", nominal="K2"))
    desk.take()
    desk.mapping.write_text(MAPPING, encoding="utf-8")
    desk.deliver(row("M1"))
    desk.take(datetime(2026, 5, 20, 12))
    assert desk.query("select child_ref, born_on::varchar, sex, known_from, known_to from children order by 1, 5") == [
        ("K1", None, "female", None, datetime(2026, 5, 20, 12)),
        ("K1", "2012-03-12", None, datetime(2026, 5, 20, 12), None),
        ("K2", None, "female", None, None),
    ]


UNDER_13 = INTERVIEW.replace('after = { event = "missing.located" }', 'after = { event = "missing.located", where = "age < 13" }')


@pytest.mark.parametrize("engine", ["duckdb", "reference"])
def test_a_corrected_date_of_birth_does_not_change_what_was_known_before(tmp_path: Path, engine: str) -> None:
    """On 2 March the child was known to be 14, and the standard does not apply; the correction of 20 May makes the child 10."""
    standards = tmp_path / "standards"
    standards.mkdir()
    (standards / "interview.toml").write_text(UNDER_13, encoding="utf-8")
    desk = Desk(tmp_path, MAPPING)
    located = {"reported_at": "01/03/2026 18:00", "located_at": "02/03/2026 10:00"}
    desk.deliver(row("M1", dob="01/01/2012", **located))
    desk.take()

    def outcomes(known_at: datetime | None) -> list[str]:
        asked = Question(datetime(2026, 4, 30), known_at, standards, None, engine)
        run = assess(desk.store, asked, made_at=datetime(2026, 6, 1))
        opened = open_run(desk.store, run.run_id, standards)
        return [one.outcome for one in read_findings(opened.findings)]

    assert outcomes(None) == []
    desk.deliver(row("M1", dob="01/01/2016", **located))
    desk.take(datetime(2026, 5, 20, 12), extracted_at=datetime(2026, 5, 20))
    assert outcomes(RECEIVED) == []
    assert outcomes(datetime(2026, 5, 20, 11, 59, 59)) == []
    assert outcomes(datetime(2026, 5, 20, 12)) == outcomes(None) == ["cannot_tell"]
    assert desk.query("select born_on::varchar, known_from::varchar, known_to::varchar from children") == [
        ("2012-01-01", None, "2026-05-20 12:00:00"), ("2016-01-01", "2026-05-20 12:00:00", None),
    ]  # fmt: skip

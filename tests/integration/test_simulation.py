"""The made-up force: the same bytes twice, exports that import as they were meant, and truth that the findings equal."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

import duckdb
import pytest

from candour.evaluation.assessing import Question, assess
from candour.findings.measures import read_measures
from candour.findings.runs import FINDINGS, run_folder
from candour.records.importing import import_delivery
from candour.records.reporting.account import ImportReport
from candour.records.vocabulary import find_catalogue, load_vocabulary
from candour.simulation import run as running
from candour.simulation.exports import Exports
from candour.simulation.facts import Case, Fact
from candour.simulation.moments import utc
from candour.simulation.staff import Desk
from candour.simulation.staffing import Staff, make_staff
from candour.simulation.truth.registry import known
from candour.standards.loading import load_standards

CASES, SEED = 250, 4
RECEIVED = datetime(2026, 4, 1, 8, tzinfo=UTC)


class World:
    """One made-up force: its folder, everything that happened in it, its import report and its store."""

    def __init__(self, folder: Path) -> None:
        self.made, self.store = folder / "made", folder / "store"
        self.facts: list[Fact] = []
        self.simulated: running.Made
        self.report: ImportReport


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Made and imported once for all tests here; every case is listened to on its way out."""
    found = World(tmp_path_factory.mktemp("northshire"))

    class Listening(Exports):
        def write_case(self, case: Case) -> None:
            found.facts += case.facts
            super().write_case(case)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(running, "Exports", Listening)
        found.simulated = running.simulate(found.made, CASES, SEED, impossible_days=True)
    found.report = import_delivery(found.made / "exports", "northshire", found.store, received_at=RECEIVED)
    return found


def fingerprints(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def test_the_same_seed_gives_the_same_bytes_in_another_process(world: World, tmp_path: Path) -> None:
    code = f"from pathlib import Path; from candour.simulation.run import simulate; simulate(Path({str(tmp_path)!r}), {CASES}, {SEED}, impossible_days=True)"
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, "PYTHONHASHSEED": "77"})
    assert fingerprints(tmp_path) == fingerprints(world.made)


def test_another_seed_gives_another_force(world: World, tmp_path: Path) -> None:
    running.simulate(tmp_path, CASES, SEED + 1, impossible_days=True)
    other, ours = fingerprints(tmp_path), fingerprints(world.made)
    assert other.keys() == ours.keys()
    assert other["exports/incidents/contacts.csv"] != ours["exports/incidents/contacts.csv"]


def test_the_size_is_what_was_asked_for(world: World) -> None:
    assert world.simulated.cases == CASES
    assert 15 * CASES <= world.simulated.events <= 35 * CASES
    grades = list(csv.DictReader((world.made / "truth" / "grades.csv").open(encoding="utf-8")))
    assert len(grades) == CASES
    share = Counter(row["grade"] for row in grades)
    assert 0.10 < share["good"] / CASES < 0.27
    assert 0.26 < share["inadequate"] / CASES < 0.46
    assert json.loads((world.made / "truth" / "about.json").read_text())["cases"] == CASES


def test_every_row_is_kept_but_the_planted_days_that_do_not_exist(world: World) -> None:
    assert world.report.total("rows_in") == sum(world.simulated.rows.values())
    refused = world.report.refused()
    assert len(refused) == world.report.total("rows_refused") > 0
    assert {item.value for item in refused} <= {"31/02/2026 10:00", "2026-02-31T10:00", "31-Feb-2026 10:00"}
    assert world.report.total("rows_in") == world.report.total("rows_kept") + world.report.total("rows_refused")


def test_every_code_of_the_exports_is_listed_in_a_mapping(world: World) -> None:
    assert world.report.unlisted_codes() == []


def test_what_is_stored_is_what_happened(world: World) -> None:
    """Every fact that an export shows is one event with the same child, times and fields, and nothing else is stored."""
    events = duckdb.sql(f"select * from read_parquet('{world.store}/chronology/1/events.parquet')").fetchall()
    columns = [
        column[0] for column in duckdb.sql(f"select * from read_parquet('{world.store}/chronology/1/events.parquet') limit 0").description
    ]
    stored = {row[columns.index("event_id")]: dict(zip(columns, row, strict=True)) for row in events}
    shown = {fact.event_id: fact for fact in world.facts if not fact.lost}
    assert stored.keys() == shown.keys()
    types = {field.name: field.type for kind in load_vocabulary().kinds.values() for field in kind.fields.values()}
    for event_id, fact in shown.items():
        event = stored[event_id]
        assert (event["kind"], event["case_ref"], event["child_ref"], event["episode_ref"]) == (
            fact.kind,
            fact.case_ref,
            fact.child,
            fact.episode,
        ), event_id
        assert (event["occurred_at"], event["occurred_to"]) == ((None, None) if fact.undated else (utc(fact.lo), utc(fact.hi))), event_id
        assert event["recorded_at"] == (None if fact.recorded is None else utc(fact.recorded)), event_id
        assert event["tour_ends_at"] == (None if fact.tour_end is None else utc(fact.tour_end)), event_id
        assert (event["actor_ref"], event["actor_rank"], event["place_ref"]) == (fact.actor, fact.rank, fact.place), event_id
        for name in fact.held:
            assert event[name] == as_stored(types[name], fact.fields.get(name)), f"{event_id} {name}"


def as_stored(kind: str, value: object) -> object:
    if value is None:
        return None
    if kind == "moment":
        return utc(int(str(value)))
    if kind == "day":
        return datetime.fromisoformat(str(value)).date()
    return list(value) if isinstance(value, tuple) else value


def test_the_dirt_is_there(world: World) -> None:
    exports = world.made / "exports"
    log = (exports / "incidents" / "entries.csv").read_bytes().decode("cp1252")
    assert ";G1;" in log
    assert ";IMMEDIATE;" in log
    assert any(fact.lost for fact in world.facts)
    assert any(fact.hidden for fact in world.facts)
    assert any(fact.day_only for fact in world.facts)
    assert any(fact.case_ref == "NA" for fact in world.facts)
    assert any(fact.recorded is not None and fact.recorded - fact.moment > 86_400 for fact in world.facts)
    lines = [line for line in log.splitlines() if line]
    assert len(lines) > len(set(lines))
    spelt = (exports / "notices" / "notices.csv").read_text(encoding="utf-8") + (exports / "missing" / "episodes.csv").read_text(
        encoding="utf-8-sig"
    )
    assert "FIRST_CHILD_NAME" in spelt
    assert "NAME" in spelt


def test_what_happens_twice_out_of_order_or_to_nobody_named_is_there(world: World) -> None:
    arrivals = Counter(fact.episode for fact in world.facts if fact.kind == "custody.aa_requested" and fact.episode is not None)
    assert max(arrivals.values()) > 1
    named = {fact.get("suspect_ref"): fact.moment for fact in world.facts if fact.kind == "suspect.identified"}
    dealt = [(fact.get("suspect_ref"), fact.moment) for fact in world.facts if fact.kind == "suspect.actioned"]
    assert any(suspect in named and moment < named[suspect] for suspect, moment in dealt)
    across = ("exploitation.assessed", "strategy.held", "da.assessed", "conference.held", "flag.set", "missing.reported")
    assert any(fact.child is None and fact.case_ref is not None for fact in world.facts if fact.kind in across)


def test_the_findings_equal_the_planted_truth(world: World) -> None:
    run = assess(world.store, Question(engine="reference"), made_at=RECEIVED.replace(tzinfo=None))
    db = duckdb.connect()
    truth = db.execute(
        "select standard, trigger, stage, outcome, reason from read_parquet(?)", [str(world.made / "truth" / "truth.parquet")]
    ).fetchall()
    found = db.execute(
        "select standard, trigger_event, stage, outcome, reason from read_parquet(?)", [str(run_folder(world.store, run.run_id) / FINDINGS)]
    ).fetchall()
    held = {one.id for one in run.standards}
    assert sorted(row for row in found if row[0] in known()) == sorted(row for row in truth if row[0] in held)
    of_wales = {one.id for one in run.not_applied if one.jurisdiction == "Wales"}  # `make bench-truth` holds these as well
    assert known() - held == of_wales - held
    assert {row[3] for row in truth} == {"met", "late", "missed", "excused", "pending", "cannot_tell"}


def test_a_changed_standard_no_longer_equals_the_truth(world: World, tmp_path: Path) -> None:
    """The comparison can fail: with an hour in place of 24, some children are no longer seen in time."""
    original = next(find_catalogue().rglob("child-seen.toml")).read_text(encoding="utf-8")
    rule = original.split("[[examples]]")[0]
    assert "{ hours = 24" in rule
    (tmp_path / "child-seen.toml").write_text(rule.replace("{ hours = 24", "{ hours = 1"), encoding="utf-8")
    run = assess(world.store, Question(engine="reference", standards=tmp_path), made_at=RECEIVED.replace(tzinfo=None))
    db = duckdb.connect()
    db.execute(
        "create table truth as select * from read_parquet(?) where standard = 'child-seen'", [str(world.made / "truth" / "truth.parquet")]
    )
    db.execute("create table found as select * from read_parquet(?)", [str(run_folder(world.store, run.run_id) / FINDINGS)])
    differs = db.execute(
        "select t.outcome, f.outcome from truth t join found f on t.trigger = f.trigger_event where t.outcome <> f.outcome"
    ).fetchall()
    assert ("met", "late") in differs


def test_truth_is_known_of_every_standard_and_of_no_other() -> None:
    """A standard that joins the catalogue brings a truth function with it (src/candour/simulation/truth/)."""
    assert known() == {standard.id for standard in load_standards(None, load_vocabulary()) if standard.edition.commenced}


def test_how_soon_it_was_written_is_counted_as_it_was_planted(world: World) -> None:
    """Every finding that is met by one record: the made-up force knows when the thing happened and when its entry was typed."""
    run = assess(world.store, Question(), made_at=RECEIVED.replace(tzinfo=None))
    findings = run_folder(world.store, run.run_id) / FINDINGS
    rows = duckdb.sql(
        f"select standard, evidence_event, epoch(due_at), epoch(triggered_at), reason from '{findings}' "
        "where outcome = 'met' and evidence_event is not null and reason in ('answered', 'holds')"
    ).fetchall()
    facts = {fact.event_id: fact for fact in world.facts}
    planted: dict[str, Counter[str]] = {}
    for standard, event, due, triggered, reason in rows:
        fact, found = facts[event], planted.setdefault(standard, Counter())
        found["rests"] += 1
        if fact.recorded is None:
            found["not_said"] += 1
            continue
        asked_after = reason == "answered" and due is not None and triggered <= fact.lo
        found["after_due"] += asked_after and fact.recorded > due
        found["long_after"] += fact.recorded - fact.hi > 24 * 3600
    measures = read_measures(findings, (), world.store / "chronology" / "1" / "events.parquet")
    counted = {
        standard: Counter({name: getattr(one, name) for name in ("rests", "after_due", "long_after", "not_said")})
        for standard, one in measures.written_by_standard().items()
        if one.rests
    }
    assert {standard: +one for standard, one in counted.items()} == {standard: +one for standard, one in planted.items()}
    assert all(getattr(measures.written(), name) for name in ("after_due", "long_after", "not_said"))


def median_wait_for_review(facts: list[Fact]) -> float:
    """The median time from an allocation to the first review of the case, in hours."""
    first: dict[str, int] = {}
    waits = []
    for fact in sorted(facts, key=lambda one: one.moment):
        if fact.kind == "investigation.allocated":
            first.setdefault(str(fact.case_ref), fact.moment)
        if fact.kind == "supervision.reviewed" and fact.get("review_kind") == "initial" and str(fact.case_ref) in first:
            waits.append((fact.moment - first.pop(str(fact.case_ref))) / 3600)
    return sorted(waits)[len(waits) // 2]


def test_supervisors_who_are_seldom_on_duty_make_reviews_later(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Delay comes from who is on duty and what they have in hand: the same force with one supervisor, who works on Mondays."""
    facts: list[Fact] = []

    class Listening(Exports):
        def write_case(self, case: Case) -> None:
            facts.extend(case.facts)
            super().write_case(case)

    def short_of_supervisors(random: Random, cases: int) -> Staff:
        staff = make_staff(random, cases)
        alone = staff.supervisors.officers[0]
        alone.leave = frozenset(day for day in range(date(2025, 3, 1).toordinal(), date(2027, 1, 1).toordinal()) if day % 7 != 1)
        return replace(staff, supervisors=Desk([alone]))

    monkeypatch.setattr(running, "Exports", Listening)
    monkeypatch.setattr(running, "make_staff", short_of_supervisors)
    running.simulate(tmp_path, CASES, SEED, impossible_days=True)
    assert median_wait_for_review(facts) > 1.5 * median_wait_for_review(world.facts)

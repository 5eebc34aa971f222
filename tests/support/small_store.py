"""A small store made in a test: a standard in a few lines, a chronology as in a worked example, and the reference evaluator's findings."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import astuple, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from candour.evaluation.reference import evaluate
from candour.findings.finding import FINDING_COLUMNS, Finding
from candour.findings.looking_back import cut_short
from candour.findings.runs import DeliveryUsed, Run, count_outcomes, new_run, standard_used, write_run
from candour.findings.stored_events import chronology_of, source_lines, told_of
from candour.records.calendars import load_calendar
from candour.records.scene import Row, Scene, london_date
from candour.records.vocabulary import Vocabulary, load_vocabulary
from candour.standards.examples import read_moment, scene_of
from candour.standards.loading import load_standards
from candour.standards.model import Example, Standard

VOCABULARY = load_vocabulary()
CALENDAR = load_calendar()

INTERVIEW = """
id = "interview"
title = "Police see a returned child in person"
area = "missing"
version = 1
in_force = { from = "2017-01-01" }
status = "professional practice"
severity = "critical"
[source]
document = "College of Policing APP"
verified = false
basis = "principle verified; figure or rule form is ours, unverified"
[reading]
text = "The limit is 24 elapsed hours from the moment the child is recorded as found."
[rule]
shape = "response"
after = { event = "missing.located" }
expect = { event = "missing.interviewed", where = "face_to_face" }
within = { hours = 24, parameter = "interview_hours" }
unless = { event = "decision.recorded", where = "decision_kind == 'not_practicable'" }
same = "episode"
"""


def standards_in(folder: Path, *texts: str) -> tuple[Standard, ...]:
    """Write standards into a folder and load them."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(texts):
        (folder / f"standard-{number}.toml").write_text(text, encoding="utf-8")
    return load_standards(folder, VOCABULARY)


def scene_from(chronology: str, standard: Standard, **given: Any) -> Scene:
    """The scene of a chronology in lines; `given` are the other keys of an example."""
    blank = dict.fromkeys(("due", "reason", "as_of", "known_at", "complete_from", "complete_to"))
    lists = {"children": (), "cases": (), "not_held": (), "not_complete": ()}
    example = Example(**{"name": "test", "chronology": chronology, "finding": (), "because": "", **blank, **lists, **given})
    return scene_of(example, standard, VOCABULARY)[0]


def with_deliveries(scene: Scene, by_event: Mapping[str, str], supersedes: Mapping[str, str] | None = None) -> Scene:
    """The scene with the delivery of each event named; others keep theirs."""
    replaced = supersedes or {}
    return replace(
        scene,
        events=tuple(
            {**row, "delivery_id": by_event.get(str(row["event_id"]), row["delivery_id"]), "supersedes": replaced.get(str(row["event_id"]))}
            for row in scene.events
        ),
    )


def write_table(file: Path, columns: Mapping[str, str], rows: Sequence[Row]) -> None:
    """Write rows as Parquet with these DuckDB types."""
    with duckdb.connect() as connection:
        listed = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
        connection.execute(f"create table t ({listed})")
        if rows:
            places = ", ".join("?" for _ in columns)
            connection.executemany(f"insert into t values ({places})", [[row.get(name) for name in columns] for row in rows])
        connection.execute(f"copy t to '{file}' (format parquet)")


def write_generation(
    store: Path, scene: Scene, number: int = 1, deliveries: Sequence[str] = ("D1",), vocabulary: Vocabulary = VOCABULARY
) -> Path:
    """Write a generation of the chronology into a store and make it the current one."""
    folder = store / "chronology" / str(number)
    folder.mkdir(parents=True)
    write_table(folder / "events.parquet", vocabulary.event_columns(), scene.events)
    for name, declared, rows in (("cases", vocabulary.case, scene.cases), ("children", vocabulary.child, scene.children)):
        details = {one: field.column_type for one, field in declared.items()}
        write_table(folder / f"{name}.parquet", {**details, "known_from": "TIMESTAMP", "known_to": "TIMESTAMP"}, rows)
    sources = [
        {
            "source_system": told.source_system,
            "title": told.source_system.capitalize(),
            "verified": False,
            "complete": [{"kinds": list(one.kinds), "from": one.begins.isoformat(), "to": one.ends.isoformat()} for one in told.complete],
            "holds": {kind: sorted(fields) for kind, fields in told.holds.items()},
            "delivered_to": "2026-03-31T12:00:00",
        }
        for told in scene.sources
    ]
    (folder / "sources.json").write_text(json.dumps(sources), encoding="utf-8")
    (folder / "deliveries.json").write_text(json.dumps([{"delivery_id": one} for one in deliveries]), encoding="utf-8")
    (store / "chronology" / "CURRENT").write_text(f"{number}\n", encoding="ascii")
    if not (store / "store.json").is_file():
        (store / "store.json").write_text(json.dumps({"format": 1, "name": "Northshire (made up)"}), encoding="utf-8")
    return folder


def write_findings(file: Path, findings: Sequence[Finding]) -> None:
    """Write findings as every evaluator does."""
    rows = [dict(zip(FINDING_COLUMNS, astuple(finding), strict=True)) for finding in findings]
    write_table(file, FINDING_COLUMNS, rows)


def assess_by_hand(
    store: Path,
    standards: Sequence[Standard],
    findings: Sequence[Finding],
    as_of: str | datetime,
    **given: Any,
) -> str:
    """Keep a run with these findings; `given` are other parts of the run's record. Returns its id."""
    chronology = chronology_of(store)
    moment = read_moment(as_of) if isinstance(as_of, str) else as_of
    with new_run(store) as (run_id, folder):
        write_findings(folder / "findings.parquet", findings)
        record = Run(
            run_id=run_id, made_at=moment, as_of=moment, known_at=None, engine="reference", candour_version="0.1.0", vocabulary=VOCABULARY.fingerprint,
            chronology=str(chronology.number), deliveries=tuple(DeliveryUsed(one) for one in chronology.deliveries),
            standards=tuple(standard_used(one) for one in standards), sources=source_lines(chronology),
            counts=count_outcomes(folder / "findings.parquet"), seconds=0.1,
            occasions_may_be_missing=cut_short(standards, told_of(source_lines(chronology)), chronology.events, london_date(moment)),
        )  # fmt: skip
        write_run(folder, replace(record, **given))
    return run_id


def assess(store: Path, scene: Scene, standards: Sequence[Standard], as_of: str, **given: Any) -> str:
    """Hold standards against a scene by the reference evaluator and keep the run. Returns its id."""
    moment = read_moment(as_of)
    findings = evaluate(scene, standards, VOCABULARY, CALENDAR, moment, given.get("known_at") or datetime(2100, 1, 1))
    return assess_by_hand(store, standards, findings, moment, **given)

"""Every case of a made-up force of 80 cases, opened one by one, has the findings of the batch, under the whole catalogue."""

from __future__ import annotations

from dataclasses import astuple
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from candour.evaluation.assessing import Question, assess
from candour.evaluation.one_case import CaseDesk
from candour.findings.finding import FINDING_COLUMNS
from candour.findings.runs import FINDINGS, run_folder
from candour.records.calendars import load_calendar
from candour.records.chronology import open_chronology
from candour.records.importing import import_delivery
from candour.records.vocabulary import load_vocabulary
from candour.simulation.run import simulate
from candour.standards.choosing import choose
from candour.standards.loading import load_standards

CASES, SEED = 80, 20260401
RECEIVED = datetime(2026, 4, 1, 8, tzinfo=UTC)


def test_every_case_of_the_made_up_force(tmp_path: Path) -> None:
    simulate(tmp_path / "made", CASES, SEED)
    store = tmp_path / "store"
    import_delivery(tmp_path / "made" / "exports", "northshire", store, received_at=RECEIVED)
    run = assess(store, Question(), made_at=RECEIVED.replace(tzinfo=None))
    columns = ", ".join(FINDING_COLUMNS)
    file = str(run_folder(store, run.run_id) / FINDINGS)
    batch: dict[str, list[tuple[object, ...]]] = {}
    place = list(FINDING_COLUMNS).index("case_ref")
    for row in duckdb.execute(f"select {columns} from read_parquet(?) where case_ref is not null", [file]).fetchall():
        batch.setdefault(str(row[place]), []).append(row)
    vocabulary = load_vocabulary()
    standards = choose(load_standards(None, vocabulary, examples=False), run.nation, ()).held
    desk = CaseDesk(open_chronology(store), standards, vocabulary, load_calendar(), run.as_of)
    assert len(batch) >= CASES * 0.9
    for case, expected in batch.items():
        assert [astuple(one) for one in desk.findings(case)] == expected, case

"""Random sequences of deliveries: what is looked at again after each gives the findings of assessing everything, column for column.

`make test` runs a short form. `CANDOUR_SEQUENCES=200` runs that many sequences, and fails when something that can touch a finding was never met.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import astuple, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from candour.evaluation import refreshing
from candour.evaluation.assessing import read_scene, write_findings
from candour.evaluation.looking_again import Setting
from candour.evaluation.reference import evaluate
from candour.evaluation.refreshing import Plan, Present, plan, refresh
from candour.findings.finding import FINDING_COLUMNS, Finding
from candour.findings.runs import DeliveryUsed, Refreshed, Run, count_outcomes, new_run, standard_used, write_run
from candour.records.calendars import load_calendar
from candour.records.chronology import Chronology, open_chronology
from candour.records.own_code import code_fingerprint
from candour.standards.model import Standard
from candour.standards.rule_parts import parameters_of
from tests.support.made_deliveries import MadeDeliveries
from tests.support.made_rules import RuleMaker, in_editions
from tests.support.made_vocabulary import MADE

SEQUENCES = int(os.environ.get("CANDOUR_SEQUENCES", "0"))
STEPS, RULES = 5, 10
CALENDAR = load_calendar()
EVERYTHING_KNOWN = datetime(9999, 1, 1)
DOINGS = ("add", "correct", "withdraw", "learn")
CHANGES = frozenset(
    {*DOINGS, "the same again", "time passes", "another rule", "another figure", "another calendar", "a standard less", "two imports"}
)


class Course:
    """One store, the standards it is held against, and the runs of it."""

    def __init__(self, seed: int, base: Path, met: Counter[str]) -> None:
        self.random, self.met = Random(seed), met
        self.made = self.made_deliveries(base)
        self.maker = RuleMaker(self.random, set())
        self.rules = 0
        self.standards: list[Standard] = []
        for _ in range(RULES):
            self.standards += self.editions()
        self.as_of = self.made.received + timedelta(hours=self.random.choice((-24 * self.made.length // 2, -24, 0)))
        self.parameters, self.calendar = "first", "first"
        self.start()

    def made_deliveries(self, base: Path) -> MadeDeliveries:
        return MadeDeliveries(base, self.random)

    def start(self) -> None:
        self.made.deliver(timedelta(0))

    def editions(self) -> list[Standard]:
        """A new rule, whole or in editions."""
        self.rules += 1
        days = sorted({row["occurred_on"] for row in self.made.rows.values() if row["occurred_on"] is not None})
        return [
            replace(one, fingerprint=f"rule {self.rules} {one.version}")
            for one in in_editions(self.maker.standard(self.rules), self.random, days)  # type: ignore[arg-type]  # dates
        ]

    def step(self) -> None:
        """Something happens, or several things, and perhaps time passes."""
        for _ in range(self.random.choice((1, 1, 2))):
            for _ in range(self.random.randint(0, 4)):
                self.happens()
            if self.random.random() < 0.85:
                self.made.deliver(timedelta(hours=self.random.choice((1, 24, 24 * 7))))
                self.met["the same again"] += 1
        self.met["two imports"] += 1
        if self.random.random() < 0.7:
            self.as_of += timedelta(hours=self.random.choice((1, 12, 24, 24 * 8, 24 * 60)))
            self.met["time passes"] += 1
        if self.random.random() < 0.2:
            gone = self.random.choice(self.standards).id
            self.standards = [one for one in self.standards if one.id != gone] + self.editions()
            self.met["another rule"] += 1
            self.met["a standard less"] += 1
        if self.random.random() < 0.15:
            self.parameters += "!"
            self.standards = [self.with_other_figures(one) for one in self.standards]
            self.met["another figure"] += 1
        if self.random.random() < 0.1:
            self.calendar += "!"
            self.met["another calendar"] += 1

    def happens(self) -> None:
        """One thing that a delivery will tell."""
        doing = self.random.choice(DOINGS)
        self.met[doing] += 1
        getattr(self.made, doing)()

    def with_other_figures(self, standard: Standard) -> Standard:
        """The same edition (by its fingerprint) with other figures of the force's own."""
        if not parameters_of(standard.rule):
            return standard
        return replace(standard, rule=self.maker.with_local(standard.rule))

    def present(self) -> Present:
        chronology = open_chronology(self.made.store)
        setting = Setting(MADE, CALENDAR, tuple(source.told for source in chronology.sources), self.as_of)
        return Present(chronology, tuple(self.standards), setting, "0.1.0", self.calendar, self.parameters)

    def everything(self, chronology: Chronology, standards: Sequence[Standard]) -> list[Finding]:
        return evaluate(read_scene(chronology), standards, MADE, CALENDAR, self.as_of, EVERYTHING_KNOWN)

    def run(self) -> str:
        """Make a run, from the last where there is one; returns what differs from assessing everything."""
        now = self.present()
        planned = plan(self.made.store, now, None)
        with new_run(self.made.store) as (run_id, folder):
            out = folder / "findings.parquet"
            refreshed = None
            if isinstance(planned, Plan):
                refreshed = refresh(planned, now, out, lambda some: self.in_full(now.chronology, some, folder / "in-full.parquet"))
                self.met["refreshed"] += 1
                self.met["looked again"] += refreshed.findings
            else:
                write_findings(self.everything(now.chronology, now.standards), out)
                self.met[planned] += 1
            apart = differing(out, self.everything(now.chronology, now.standards))
            self.met["findings"] += pq.read_metadata(out).num_rows
            write_run(folder, self.record(run_id, now, out, refreshed))
        return apart

    def in_full(self, chronology: Chronology, standards: Sequence[Standard], file: Path) -> Path:
        write_findings(self.everything(chronology, standards), file)
        self.met["in full"] += len(standards)
        return file

    def record(self, run_id: str, now: Present, out: Path, refreshed: Refreshed | None) -> Run:
        sources = tuple(json.loads((now.chronology.folder / "sources.json").read_text(encoding="utf-8")))
        return Run(
            run_id=run_id, made_at=self.as_of, as_of=self.as_of, known_at=None, engine="reference", candour_version="0.1.0",
            vocabulary=MADE.fingerprint, chronology=str(now.chronology.number),
            deliveries=tuple(DeliveryUsed(one) for one in now.chronology.deliveries), standards=tuple(standard_used(one) for one in now.standards),
            code=code_fingerprint(), parameters_fingerprint=self.parameters, calendar=self.calendar, sources=sources, counts=count_outcomes(out),
            events=pq.read_metadata(now.chronology.events).num_rows, refreshed=refreshed,
        )  # fmt: skip


def differing(out: Path, expected: Sequence[Finding]) -> str:
    """The first row in which a findings file is not what is expected, in words; empty where there is none."""
    table: pa.Table = pq.read_table(out)
    assert table.schema.names == list(FINDING_COLUMNS)
    rows = list(zip(*(column.to_pylist() for column in table.columns), strict=True)) if table.num_rows else []
    wanted = [astuple(one) for one in expected]
    for place in range(max(len(rows), len(wanted))):
        one, other = (listed[place] if place < len(listed) else None for listed in (rows, wanted))
        if one != other:
            return f"row {place}:\n  {one}\n  {other}"
    return ""


def follow(seed: int, base: Path, met: Counter[str]) -> None:
    """A sequence from a seed: after every step the run made from the last is what assessing everything gives."""
    sequence = Course(seed, base, met)
    for step in range(STEPS + 1):
        if step:
            sequence.step()
        apart = sequence.run()
        if apart:
            pytest.fail(f"seed {seed}, step {step}: {apart}")


@pytest.fixture(autouse=True)
def _however_much_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refreshing, "MOST", 1_000.0)


def test_known_sequences(tmp_path_factory: pytest.TempPathFactory) -> None:
    """In the last, time passes beyond what the sources reach to, and what an excuse left open is now for them to tell."""
    met: Counter[str] = Counter()
    for seed in (0, 1, 100_166):
        follow(seed, tmp_path_factory.mktemp("sequence"), met)
    assert met["refreshed"] == 3 * STEPS and 0 < met["looked again"] < met["findings"]


@given(st.integers(min_value=1000, max_value=2**40))
@settings(
    max_examples=2,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    database=None,
)
def test_other_sequences_every_time(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    follow(seed, tmp_path_factory.mktemp("sequence"), Counter())


@pytest.mark.skipif(SEQUENCES == 0, reason="the long form: set CANDOUR_SEQUENCES, or run `make generative`")
def test_sequences_at_length(tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]) -> None:
    met: Counter[str] = Counter()
    for seed in range(100_000, 100_000 + SEQUENCES):
        follow(seed, tmp_path_factory.mktemp("sequence"), met)
    with capsys.disabled():
        print(
            f"\n{SEQUENCES} sequences of {STEPS} deliveries each: " + ", ".join(f"{what} {number}" for what, number in sorted(met.items()))
        )
    assert met.keys() >= CHANGES

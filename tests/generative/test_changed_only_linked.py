"""Random sequences of deliveries, reviewers' decisions and link runs: what is looked at again after each gives the findings of assessing everything, and so
do what undecided links could move, and each case that is opened by itself.

`make test` runs a short form. `CANDOUR_SEQUENCES=200` runs that many sequences, and fails when something that can touch a finding was never met.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from candour.evaluation import refreshing
from candour.evaluation.assessing import read_scene
from candour.evaluation.doubting import keep_doubt
from candour.evaluation.joined_records import look_again_if_joined
from candour.evaluation.one_case import CaseDesk
from candour.evaluation.refreshing import Present
from candour.findings.finding import Finding
from candour.findings.runs import Refreshed, Run, read_run, run_folder, run_ids
from candour.records.chronology import Chronology, open_chronology
from candour.records.link_decisions import UNDO, read_decisions, undone_of
from candour.records.linkage.settings import LinkRefused
from candour.records.linked_chronology import linked, write_events
from candour.records.links import link_folder, link_ids
from candour.records.reviewing import decide, read_pairs, undo
from tests.generative.test_changed_only import CALENDAR, SEQUENCES, Course, differing
from tests.support.made_deliveries import MadeDeliveries
from tests.support.made_vocabulary import MADE
from tests.support.two_systems import link

STEPS = 5
CHANGES = frozenset(
    {
        "merge",
        "split",
        "undo",
        "named otherwise",
        "deliveries",
        "links alone",
        "two link runs",
        "unlinked",
        "in doubt",
        "case opened",
    }
)


class LinkedCourse(Course):
    """A store whose children and places are linked across its two sources, and linked anew after every delivery."""

    def made_deliveries(self, base: Path) -> MadeDeliveries:
        return MadeDeliveries(base, self.random, people=True)

    def start(self) -> None:
        super().start()
        self.unlinked = False
        link(self.made.store, self.made.received)

    def step(self) -> None:
        """Now and then something is delivered; reviewers decide, or take back what they decided; and the records are linked anew."""
        if self.random.random() < 0.4:
            super().step()
            self.met["deliveries"] += 1
        else:
            self.met["links alone"] += 1
        for _ in range(self.random.choice((1, 1, 2))):
            for _ in range(self.random.randint(0, 3)):
                self.review()
            link(self.made.store, self.made.received)
        self.met["two link runs"] += 1
        self.unlinked = self.random.random() < 0.08
        self.met["unlinked"] += self.unlinked

    def happens(self) -> None:
        super().happens()
        if self.random.random() < 0.5:
            self.made.name()
            self.met["named otherwise"] += 1

    def review(self) -> None:
        """A reviewer decides a pair against the linker, or takes a decision back."""
        store, decisions = self.made.store, read_decisions(self.made.store)
        undone = undone_of(decisions)
        standing = [one.number for one in decisions if one.what != UNDO and one.number not in undone]
        if standing and self.random.random() < 0.4:
            undo(store, self.random.choice(standing), by="A Reviewer", reason="a slip", at=self.made.received)
            self.met["undo"] += 1
            return
        pairs = read_pairs(store)
        if not pairs:
            return
        pair = self.random.choice(pairs)
        what = "apart" if pair.shown_as == "linked" else "join"
        try:
            decide(store, f"{pair.left_ref},{pair.right_ref}", what, by="A Reviewer", reason="the same phone", at=self.made.received)
            self.met["merge" if what == "join" else "split"] += 1
        except LinkRefused:
            self.met["a decision refused"] += 1

    def links(self) -> str | None:
        return None if self.unlinked else link_ids(self.made.store)[-1]

    def present(self) -> Present:
        now, links = super().present(), self.links()
        if links is None:
            return now
        return replace(now, chronology=linked(now.chronology, link_folder(self.made.store, links) / "chronology"), links=links)

    def record(self, run_id: str, now: Present, out: Path, refreshed: Refreshed | None) -> Run:
        return replace(super().record(run_id, now, out, refreshed), made_at=self.made.received, links=now.links)

    def run(self) -> str:
        """As for a store that is not linked; and what differs in the findings with all that is undecided joined, or in a case opened by itself."""
        return super().run() or self.doubt() or self.cases()

    def doubt(self) -> str:
        """What differs in the findings from which it is told what undecided links could move."""
        links = self.links()
        if links is None:
            return ""
        store, now = self.made.store, self.present()
        run = read_run(run_folder(store, run_ids(store)[-1]))
        folder = run_folder(store, run.run_id)
        apart: list[str] = []

        def look_again(joined: Chronology, out: Path) -> bool:
            assert look_again_if_joined(run, folder, now, joined, out)
            assert joined.files is not None
            write_events(open_chronology(store), joined.files)
            apart.append(differing(out, self.everything(joined, now.standards)))
            return True

        def everything(joined: Chronology, out: Path) -> None:
            pytest.fail(f"{joined.files}: was assessed as a whole")

        keep_doubt(open_chronology(store), link_folder(store, links), folder / "findings.parquet", folder, everything, look_again)
        self.met["in doubt"] += len(apart)
        return apart[0] if apart else ""

    def cases(self) -> str:
        """What differs in two cases opened by themselves."""
        now = self.present()
        desk = CaseDesk(now.chronology, now.standards, MADE, CALENDAR, self.as_of)
        batch: dict[str | None, list[Finding]] = {}
        for finding in self.everything(now.chronology, now.standards):
            batch.setdefault(finding.case_ref, []).append(finding)
        cases = sorted({str(row["case_ref"]) for row in read_scene(now.chronology).events if row["case_ref"] is not None})
        for case in self.random.sample(cases, min(2, len(cases))):
            self.met["case opened"] += 1
            found = desk.findings(case)
            if found != batch.get(case, []):
                return f"case {case}:\n  {found}\n  {batch.get(case, [])}"
        return ""


def follow(seed: int, base: Path, met: Counter[str], steps: int = STEPS) -> None:
    """A sequence from a seed: after every step everything that was made from the last run is what assessing everything gives."""
    sequence = LinkedCourse(seed, base, met)
    for step in range(steps + 1):
        if step:
            sequence.step()
        apart = sequence.run()
        if apart:
            pytest.fail(f"seed {seed}, step {step}: {apart}")


@pytest.fixture(autouse=True)
def _however_much_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refreshing, "MOST", 1_000.0)


def test_known_sequences(tmp_path_factory: pytest.TempPathFactory) -> None:
    met: Counter[str] = Counter()
    follow(5, tmp_path_factory.mktemp("linked"), met)
    assert met["refreshed"] == STEPS and 0 < met["looked again"] < met["findings"] and met["in doubt"] == STEPS + 1
    assert all(met[what] for what in ("merge", "split", "undo", "deliveries"))


@given(st.integers(min_value=1000, max_value=2**40))
@settings(
    max_examples=1,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    database=None,
)
def test_other_sequences_every_time(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    follow(seed, tmp_path_factory.mktemp("linked"), Counter(), steps=2)


@pytest.mark.skipif(SEQUENCES == 0, reason="the long form: set CANDOUR_SEQUENCES, or run `make generative`")
def test_sequences_at_length(tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]) -> None:
    met: Counter[str] = Counter()
    for seed in range(200_000, 200_000 + SEQUENCES):
        follow(seed, tmp_path_factory.mktemp("linked"), met)
    with capsys.disabled():
        print(
            f"\n{SEQUENCES} linked sequences of {STEPS} steps each: "
            + ", ".join(f"{what} {number}" for what, number in sorted(met.items()))
        )
    assert [what for what in sorted(CHANGES) if not met[what]] == []

"""Collects the truth about every case as it is finished, and about what only the whole year shows at its end."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TextIO

import pyarrow as pa
import pyarrow.parquet as pq

from candour.simulation.facts import Case, Child, Fact
from candour.simulation.truth import caseload
from candour.simulation.truth.occasion import Truth
from candour.simulation.truth.reckoning import Verdict, no_link
from candour.simulation.truth.registry import (
    COUNTED,
    KEPT_FOR_A_CHILD,
    KEPT_FOR_A_PLACE,
    KEPT_FOR_AN_OFFICER,
    KEPT_FOR_CASELOADS,
    OF_A_CASE,
    OF_A_CHILD,
    OF_A_PLACE,
    OF_AN_OFFICER,
)
from candour.simulation.truth.view import Found, View

SCHEMA = pa.schema([(name, pa.int32() if name == "stage" else pa.string()) for name in (*Truth._fields, "case_ref")])


class TruthFile:
    """`truth.parquet`, and for small sizes `truth.csv`, being written. `event_ids` gives the names of events that the exports name otherwise."""

    def __init__(self, folder: Path, *, with_csv: bool, event_ids: Mapping[str, str]) -> None:
        self.event_ids = event_ids
        self.parquet = pq.ParquetWriter(folder / "truth.parquet", SCHEMA, compression="zstd")
        self.stream: TextIO | None = (folder / "truth.csv").open("w", encoding="utf-8", newline="") if with_csv else None
        self.csv = csv.writer(self.stream, lineterminator="\n") if self.stream else None
        if self.csv is not None:
            self.csv.writerow(SCHEMA.names)
        self.rows: list[tuple[object, ...]] = []
        self.count = 0

    def write(self, case_ref: str, found: Iterable[Truth]) -> None:
        """Add what is true of some occasions of a case."""
        for one in found:
            row = (*one._replace(trigger=self.event_ids.get(one.trigger, one.trigger)), case_ref)
            self.rows.append(row)
            self.count += 1
            if self.csv is not None:
                self.csv.writerow(row)
        if len(self.rows) >= 50_000:
            self._flush()

    def _flush(self) -> None:
        columns = [pa.array([row[number] for row in self.rows], field.type) for number, field in enumerate(SCHEMA)]
        self.parquet.write_table(pa.Table.from_arrays(columns, schema=SCHEMA))
        self.rows = []

    def close(self) -> int:
        """Finish the files; gives the number of occasions."""
        self._flush()
        self.parquet.close()
        if self.stream is not None:
            self.stream.close()
        return self.count


class TruthKeeper:
    """Asks every function of the registry about each case, and keeps what the questions about the whole year need."""

    def __init__(self, write: Callable[[str, Iterable[Truth]], None], children: Mapping[str, Child]) -> None:
        self.write = write
        self.children = dict(children)
        self.of_a_child: dict[str, list[Fact]] = defaultdict(list)
        self.of_a_place: dict[str, list[Fact]] = defaultdict(list)
        self.of_no_child: dict[str, list[Fact]] = defaultdict(list)
        self.of_no_place: dict[str, list[Fact]] = defaultdict(list)
        self.of_an_officer: dict[str, list[Fact]] = defaultdict(list)
        self.caseloads: list[Fact] = []

    def take(self, case: Case) -> None:
        """A case is finished: write what is true of it, and keep what counts beyond it."""
        view = View(case.facts, self.children, case)
        for standard, function in OF_A_CASE.items():
            self.write(case.ref, _named(standard, function(view)))
        for fact in view.facts:
            if fact.kind in KEPT_FOR_A_CHILD:
                (self.of_no_child[case.ref] if fact.child is None else self.of_a_child[fact.child]).append(fact)
            if fact.kind in KEPT_FOR_A_PLACE:
                (self.of_no_place[case.ref] if fact.place is None else self.of_a_place[fact.place]).append(fact)
            if fact.kind in KEPT_FOR_AN_OFFICER:
                where = KEPT_FOR_AN_OFFICER[fact.kind]
                self.of_an_officer[str(fact.actor if where == "actor" else fact.get(where))].append(fact)
            if fact.kind in KEPT_FOR_CASELOADS:
                self.caseloads.append(fact)

    def finish(self) -> None:
        """The year is over: write what only the whole of it shows."""
        for kept, functions, unnamed in (
            (self.of_a_child, OF_A_CHILD, self.of_no_child),
            (self.of_a_place, OF_A_PLACE, self.of_no_place),
            (self.of_an_officer, OF_AN_OFFICER, {}),
        ):
            for _, facts in sorted(kept.items()):
                cases = {fact.case_ref or "" for fact in facts}
                view = View(facts, self.children, unnamed={case: unnamed[case] for case in cases if case in unnamed})
                for standard, function in functions.items():
                    self.write("", _named(standard, function(view)))
            for _, facts in sorted(unnamed.items()):
                view = View(facts, self.children)
                for standard, function in functions.items():
                    if standard not in COUNTED:
                        self.write("", _named(standard, _of_nobody(function(view))))
        self.write("", _named(caseload.STANDARD, caseload.caseloads(self.caseloads)))


def _of_nobody(found: Found) -> Iterator[tuple[Fact, Verdict | None]]:
    """Occasions of which the export does not show whose they are: nothing can be held against them, if they called for anything."""
    for one in found:
        fact, verdict = one[0], one[1]
        if verdict is not None:
            yield fact, verdict if verdict.reason == "trigger_condition" else no_link()


def _named(standard: str, found: Iterable[tuple[Fact, Verdict | None] | tuple[Fact, Verdict, int]]) -> Iterator[Truth]:
    for one in found:
        fact, verdict = one[0], one[1]
        if verdict is None:
            continue
        if fact.undated and verdict.reason != "trigger_condition":
            verdict = Verdict("cannot_tell", "trigger_time", "When this happened is not shown, so no clock can be started.")
        yield Truth(standard, fact.event_id, verdict.outcome, verdict.reason, verdict.why, one[2] if len(one) == 3 else 0)

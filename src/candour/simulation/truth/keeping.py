"""Collects the truth about every case as it is finished, and about what only the whole year shows at its end."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TextIO

import pyarrow as pa
import pyarrow.parquet as pq

from candour.simulation.facts import Case, Child
from candour.simulation.truth.occasion import Truth

SCHEMA = pa.schema([(name, pa.int32() if name == "stage" else pa.string()) for name in (*Truth._fields, "case_ref")])


class TruthFile:
    """`truth.parquet`, and for small sizes `truth.csv`, being written."""

    def __init__(self, folder: Path, *, with_csv: bool) -> None:
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
            row = (*one, case_ref)
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

    def __init__(self, write: Callable[[str, Iterable[Truth]], None]) -> None:
        self.write = write

    def take(self, case: Case) -> None:
        """A case is finished."""

    def know(self, child: Child) -> None:
        """A child of the force."""

    def finish(self) -> None:
        """The year is over."""

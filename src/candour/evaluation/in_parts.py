"""Evaluates a large chronology part by part, within memory, and keeps each part's findings until all are there, so that a killed run can go on.

In the folder of an evaluation: `<group>/cut.json` when the group is divided, `<group>/events/` where its events were shared out by key,
`<group>/findings-<part>.parquet` for every part that is done. Whoever asks again with the same folder finds the finished parts.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import duckdb

from candour.evaluation.dividing import Asked, Group, Shares, groups_of, ranges
from candour.evaluation.relational import evaluate_files
from candour.evaluation.relational.portion import Portion
from candour.evaluation.relational.telling import OFTEN_THE_SAME, schema_of
from candour.findings.finding import FINDING_COLUMNS
from candour.records.quoting import text
from candour.standards.model import Standard
from candour.standards.spoken import duration_words

if TYPE_CHECKING:
    import pyarrow as pa

EVENTS_AT_ONCE = 5_000_000
"""About so many events are evaluated at once: a local default. Fewer take less memory and more time."""
DIVIDE_ABOVE = 12_000_000
"""A chronology with more events than this is divided unasked: a local default. A smaller one is quicker whole, and takes less than 4 GiB."""
MEMORY_LIMIT = "5GB"
"""What DuckDB may hold when a chronology is divided and nothing else was said: a local default. What is being written comes on top."""
WRITTEN_AT_ONCE = 65_536
"""So many events of a part are written at once while a chronology is shared out: DuckDB holds that many for every part and thread."""
Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Piece:
    """One part of one group, where its events are, and about how much work it is."""

    group: Group
    number: int
    portion: Portion
    work: float

    def findings(self, folder: Path) -> Path:
        """Where its findings are kept."""
        return folder / self.group.name / f"findings-{self.number:05d}.parquet"


@dataclass(frozen=True)
class Means:
    """What a part may use: memory (DuckDB's words, such as `4GB`), threads, and a folder for what does not fit."""

    memory_limit: str | None = None
    threads: int | None = None
    spill: Path | None = None


def evaluate_in_parts(asked: Asked, out: Path, *, folder: Path, events_at_once: int, means: Means, progress: Progress | None = None) -> int:
    """As `evaluate_files`, part by part; `folder` keeps what is done until the findings are all in `out`. Returns how many there are."""
    pieces = divided(asked, folder, events_at_once, means, progress)
    told = _Told(pieces, progress)
    for piece in pieces:
        if not piece.findings(folder).is_file():
            evaluate_piece(asked, piece, piece.findings(folder), means, told.of(piece))
        for file in piece.portion.files if piece.group.way != "ranges" else ():
            file.unlink(missing_ok=True)
        told.done(piece)
    return gather([piece.findings(folder) for piece in pieces], asked, out)


def evaluate_whole(asked: Asked, out: Path, means: Means, progress: Progress | None = None) -> int:
    """The findings of the chronology undivided, written to `out` whole or not at all. Returns how many there are."""
    return _evaluate(asked, Portion((asked.events,)), asked.standards, out, means, progress)


def evaluate_piece(asked: Asked, piece: Piece, out: Path, means: Means, progress: Progress | None = None) -> int:
    """The findings of one part, written to `out` whole or not at all. Returns how many there are."""
    return _evaluate(asked, piece.portion, piece.group.standards, out, means, progress)


def _evaluate(asked: Asked, portion: Portion, standards: Sequence[Standard], out: Path, means: Means, progress: Progress | None) -> int:
    return evaluate_files(
        portion, asked.cases, asked.children, asked.sources, standards, asked.vocabulary, asked.calendar, asked.as_of, asked.known_at,
        out=out, memory_limit=means.memory_limit, temp_folder=means.spill, threads=means.threads, progress=progress,
    )  # fmt: skip


def divided(asked: Asked, folder: Path, events_at_once: int, means: Means, progress: Progress | None = None) -> list[Piece]:
    """Cuts the chronology for every group of standards; what was cut before, for the same folder, is not cut again."""
    pieces: list[Piece] = []
    for group in groups_of(asked.standards):
        if progress is not None:
            progress(f"dividing the chronology ({group.scope})", 0.0)
        at = folder / group.name
        if not (at / "cut.json").is_file():
            with _connected(means) as connection:
                _cut(connection, asked, group, at, events_at_once)
        pieces += _pieces(asked, group, at)
    return pieces


@contextmanager
def _connected(means: Means) -> Iterator[duckdb.DuckDBPyConnection]:
    config: dict[str, str | bool | int | float | list[str]] = {
        "preserve_insertion_order": False,
        "partitioned_write_flush_threshold": WRITTEN_AT_ONCE,
    }
    if means.memory_limit is not None:
        config["memory_limit"] = means.memory_limit
    if means.threads is not None:
        config["threads"] = means.threads
    if means.spill is not None:
        config["temp_directory"] = str(means.spill)
    with duckdb.connect(config=config) as connection:
        yield connection


def _cut(connection: duckdb.DuckDBPyConnection, asked: Asked, group: Group, at: Path, events_at_once: int) -> None:
    """Divide the events of one group, and write down how, last of all."""
    shutil.rmtree(at, ignore_errors=True)
    at.mkdir(parents=True)
    if group.way == "ranges":
        found = connection.execute(f"SELECT count(*) FROM read_parquet({text(str(asked.events))})").fetchone()
        parts = _parts(found, events_at_once)
        cuts: Sequence[object] = [portion.between for portion in ranges(connection, asked.events, parts)]
    else:
        parts = (
            1 if group.way == "whole" else _parts(connection.execute(Shares(connection, asked, group, 1).rows()).fetchone(), events_at_once)
        )
        shares = Shares(connection, asked, group, parts)
        connection.execute(f"COPY ({shares.select()}) TO {text(str(at / 'events'))} (FORMAT parquet, PARTITION_BY (part))")
        firsts = shares.firsts()
        if firsts is not None:
            connection.execute(f"COPY ({firsts}) TO {text(str(at / 'firsts.parquet'))} (FORMAT parquet)")
        cuts = sorted(int(one.name.partition("=")[2]) for one in (at / "events").glob("part=*"))
    draft = at / "cut.part"
    draft.write_text(json.dumps({"parts": parts, "cuts": cuts}), encoding="utf-8")
    draft.rename(at / "cut.json")


def _parts(found: tuple[object, ...] | None, events_at_once: int) -> int:
    return max(-(-int(str(found[0] if found else 0)) // events_at_once), 1)


def _pieces(asked: Asked, group: Group, at: Path) -> Iterator[Piece]:
    cut = json.loads((at / "cut.json").read_text(encoding="utf-8"))
    work = len(group.standards) / max(len(cut["cuts"]), 1)
    for number, one in enumerate(cut["cuts"]):
        if group.way == "ranges":
            yield Piece(group, number, Portion((asked.events,), (one[0], one[1])), work)
            continue
        files = tuple(sorted((at / "events" / f"part={one}").glob("*.parquet")))
        firsts = at / "firsts.parquet"
        yield Piece(group, one, Portion(files, None, firsts if firsts.is_file() else None, one, cut["parts"]), work)


class _Told:
    """Says how far the parts are, and about how long the rest will take: as long a piece of work as what this process has done so far."""

    def __init__(self, pieces: Sequence[Piece], progress: Progress | None) -> None:
        self._pieces = list(pieces)
        self._all = sum(piece.work for piece in pieces) or 1.0
        self._done = 0.0
        self._begun: tuple[float, float] | None = None
        self._progress = progress

    def of(self, piece: Piece) -> Progress:
        """What is told while a part is evaluated: the standard, which part of how many, and the time left."""
        if self._begun is None:
            self._begun = (monotonic(), self._done)
        number = self._pieces.index(piece) + 1

        def tell(doing: str, share: float) -> None:
            if self._progress is not None:
                done = self._done + piece.work * share
                self._progress(f"part {number} of {len(self._pieces)}: {doing}{self._left(done)}", 0.9 * done / self._all)

        return tell

    def _left(self, done: float) -> str:
        began, before = self._begun or (monotonic(), done)
        if done - before < 0.02 * self._all:
            return ""
        seconds = (monotonic() - began) * (self._all - done) / (done - before)
        return f", about {duration_words(max(round(seconds / 60), 1) * 60)} left"

    def done(self, piece: Piece) -> None:
        """A part is done."""
        self._done += piece.work


def gather(found: Sequence[Path], asked: Asked, out: Path) -> int:
    """Writes the findings of all parts to one file in FINDING_ORDER, a standard at a time. Returns how many there are."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = schema_of(FINDING_COLUMNS)
    files = [pq.ParquetFile(file) for file in found]
    column = schema.get_field_index("standard")
    places: dict[str, list[tuple[pq.ParquetFile, int]]] = {}
    for file in files:
        for number in range(file.metadata.num_row_groups):
            if file.metadata.row_group(number).num_rows:
                places.setdefault(file.metadata.row_group(number).column(column).statistics.min, []).append((file, number))
    written = 0
    half = out.with_name(f"{out.name}.part")
    with pq.ParquetWriter(half, schema, use_dictionary=list(OFTEN_THE_SAME)) as writer:
        for standard in sorted({one.id for one in asked.standards}):
            tables = [file.read_row_group(number) for file, number in places.get(standard, [])]
            if tables:
                table = _in_order(pa.concat_tables(tables))
                writer.write_table(table)
                written += table.num_rows
    for file in files:
        file.close()
    half.replace(out)
    return written


def _in_order(table: pa.Table) -> pa.Table:
    """The findings of one standard in the order of FINDING_ORDER."""
    import pyarrow.compute as pc

    place = pc.add(
        pc.multiply(table["version"], 2**40), pc.add(pc.multiply(table["trigger_position"], 2**8), table["stage"])
    ).combine_chunks()
    if pc.all(pc.greater(pc.pairwise_diff(place), 0)).as_py() is not False:
        return table
    return table.take(pc.sort_indices(place))

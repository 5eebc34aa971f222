"""Runs the standards over a whole chronology in DuckDB: reads it once, finds for every rule, and writes the findings straight to Parquet."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from candour.evaluation.relational.calendars import calendar_steps, macro_steps, variable_steps
from candour.evaluation.relational.candidates import kinds_of
from candour.evaluation.relational.compiled import Compiled, bare_findings
from candour.evaluation.relational.completeness import Completeness
from candour.evaluation.relational.editions import span_of, together
from candour.evaluation.relational.limits import Tables
from candour.evaluation.relational.portion import Portion
from candour.evaluation.relational.shapes import compile_rule
from candour.evaluation.relational.staging import Staging
from candour.evaluation.relational.steps import Step, seconds, seconds_of
from candour.evaluation.relational.telling import OFTEN_THE_SAME, Told, columns_told, schema_of
from candour.findings.finding import FINDING_COLUMNS
from candour.records.calendars import Calendar
from candour.records.known import known_then
from candour.records.quoting import quoted, text
from candour.records.scene import SourceTold
from candour.records.vocabulary import Vocabulary
from candour.standards.model import Standard
from candour.standards.rule_parts import selectors_of

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

Progress = Callable[[str, float], None]
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
PART = 1_250_000
"""How many events are staged at once; of more, one rule is evaluated at a time. Both hold the memory down (`make bench` measures it)."""
NO_LOOPS = "SET asof_loop_join_threshold = 0"
"""Left to itself DuckDB turns an ASOF join into a nested loop where it takes the left side to be small; it then grows with the square of the size."""
KEEP_FOOTERS = "SET parquet_metadata_cache = true"
"""A file of the chronology is opened several times; what its columns are is read once."""
KEEP_ORDER = "SET disabled_optimizers = 'join_order,build_side_probe_side,cte_filter_pusher'"
"""The larger side of every join is written first; looking for another order takes longer than it can save."""


@dataclass(frozen=True)
class Chronicle:
    """Where the chronology is: relations of DuckDB. `firsts`, where given: the scope keys with the moment of the first dated event of each."""

    events: str
    cases: str
    children: str
    firsts: str | None = None


@dataclass(frozen=True)
class Extent:
    """How many events there are, their first position and the one after their last: of a part of a chronology, positions are left out."""

    rows: int
    first: int
    end: int

    @property
    def stride(self) -> int:
        """Over how many positions about PART events lie."""
        return max(PART, PART * (self.end - self.first) // max(self.rows, 1))


class Use(Protocol[T_co]):
    """What is made of the parts of one rule, on a connection."""

    def __call__(self, cursor: duckdb.DuckDBPyConnection, /, group: list[Compiled]) -> T_co:
        """The parts are those of `Evaluation.prepared`, perhaps none."""


class Evaluation:
    """One evaluation: first what the rules need is collected, then the chronology is staged, then every rule is compiled for what is there."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        where: Chronicle,
        sources: Sequence[SourceTold],
        standards: Sequence[Standard],
        vocabulary: Vocabulary,
        calendar: Calendar,
        as_of: datetime,
        known_at: datetime,
        progress: Progress | None = None,
    ) -> None:
        self.connection = connection
        self.where = where
        self.editions = together(standards)
        self.calendar = calendar
        self.as_of = as_of
        self.known_at = known_at
        self.staging = Staging(vocabulary, sources)
        self.tables = Tables(set(), set())
        self.completeness = Completeness(sources)
        self.progress = progress
        self.steps: list[Step] = []
        self._extent_found: Extent | None = None

    def _compile(self, *, within_dates: bool = False) -> list[list[Compiled]]:
        """The parts of every rule; none `within_dates` for one in whose dates nothing lies that it speaks of."""
        return [
            compile_rule(editions, f"r{number}", self.staging, self.tables, self.completeness, seconds(self.as_of))
            if not within_dates or self.staging.any_in(kinds_of(selectors_of(editions[0].rule)), span_of(editions))
            else []
            for number, editions in enumerate(self.editions)
        ]

    def _do(self, step: Step) -> None:
        self.steps.append(step)
        self.connection.execute(step.sql)

    def _tell(self, doing: str, part: float) -> None:
        if self.progress is not None:
            self.progress(doing, part)

    def collect(self) -> list[Compiled]:
        """Finds out what the rules need of the chronology. Returns them as they are before anything is known of it."""
        self._tell("reading the standards", 0.0)
        return [one for group in self._compile() for one in group]

    def made(self) -> Iterator[list[Compiled]]:
        """The compiled parts of one rule after the other, for what is there; those of which nothing can be an occasion are passed over."""
        for number, group in enumerate(self.prepared()):
            self._tell(self.editions[number][0].id, self._part_done(number))
            if group:
                yield group

    def each(self, groups: Sequence[list[Compiled]], use: Use[T]) -> Iterator[T]:
        """Makes the findings of every rule that `prepared` gave, several rules at a time, and gives what `use` makes of each, in order.

        `use` is called on a connection of its own, in some thread, with the parts of one rule. No more are begun than are soon asked for, so
        that what `use` makes does not pile up.
        """
        with self._side_by_side(self._threads() if self.in_one_part() else 1) as begin:
            waiting = iter(groups)
            doing = deque(begin(partial(use, group=group)) for group in islice(waiting, self._threads() + 1))
            for number in range(len(groups)):
                self._tell(self.editions[number][0].id, self._part_done(number))
                yield doing.popleft().result()
                doing.extend(begin(partial(use, group=group)) for group in islice(waiting, 1))

    @contextmanager
    def _side_by_side(self, at_once: int) -> Iterator[Callable[[Callable[[duckdb.DuckDBPyConnection], T]], Future[T]]]:
        """Something that begins a piece of work on a connection of its own, so many at a time; what has not begun when it closes is left undone."""
        free = [self._cursor() for _ in range(at_once)]
        pool = ThreadPoolExecutor(at_once)

        def begin(work: Callable[[duckdb.DuckDBPyConnection], T]) -> Future[T]:
            def on_a_cursor() -> T:
                cursor = free.pop()
                try:
                    return work(cursor)
                finally:
                    free.append(cursor)

            return pool.submit(on_a_cursor)

        try:
            yield begin
        finally:
            pool.shutdown(cancel_futures=True)
            for cursor in free:
                cursor.close()

    def _together(self, steps: Sequence[Step]) -> None:
        """Does steps that do not rest on one another: side by side, unless there is one thread (and perhaps a transaction that others do not see)."""
        at_once = self._threads()
        if at_once == 1:
            for step in steps:
                self._do(step)
            return
        self.steps += steps
        with self._side_by_side(at_once) as begin:
            for done in [begin(partial(_execute, sql=step.sql)) for step in steps]:
                done.result()

    def _part_done(self, number: int) -> float:
        return 0.4 + 0.5 * number / max(len(self.editions), 1)

    def _threads(self) -> int:
        found = self.connection.execute("SELECT current_setting('threads')").fetchone()
        return int(found[0]) if found is not None else 1

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        """A further connection to the same database, which knows what every connection must."""
        cursor = self.connection.cursor()
        for step in _settings():
            cursor.execute(step.sql)
        return cursor

    def prepared(self) -> list[list[Compiled]]:
        """Stages the chronology and compiles every rule for what is there."""
        self._tell("reading the chronology", 0.02)
        for step in _settings():
            self._do(step)
        self._stage()
        compiled = self._compile(within_dates=True)
        for step in calendar_steps(self.calendar, self.tables.working, self.tables.school):
            self._do(step)
        self._together([self._first_of(name) for name in sorted(self.staging.firsts)])
        return compiled

    def _stage(self) -> None:
        """Reads the chronology part by part, so that no more than one part is held twice."""
        staging = self.staging
        scan = staging.scan(self.where.events, self.as_of, self.known_at, kinds=staging.kinds)
        extent = self._extent()
        cases = self._needed_of("cases", self.where.cases, "case_ref", staging.case_columns if staging.needs_case else ())
        children = self._needed_of("children", self.where.children, "child_ref", staging.child_columns if staging.needs_child else ())
        made: dict[str, None] = {}
        for begins in range(extent.first, max(extent.end, extent.first + 1), extent.stride):
            between = "TRUE" if self.in_one_part() else f"e.position >= {begins} AND e.position < {begins + extent.stride}"
            self._do(
                Step(
                    "the chronology",
                    f"CREATE TABLE staged AS {staging.staged(scan, cases, children, between)} ORDER BY kind_number, pos",
                )
            )
            present = {int(row[0]) for row in self.connection.execute(staging.present()).fetchall()}
            here = [kind for kind, table in staging.kinds.items() if table.number in present]
            self._together([staging.keeping(kind, first=kind not in made) for kind in here])
            made.update(dict.fromkeys(here))
            self._do(Step("this part is in its kinds now", "DROP TABLE staged"))
            done = min(begins + extent.stride, extent.end) - extent.first
            self._tell("reading the chronology", 0.02 + 0.38 * done / max(extent.end - extent.first, 1))
        staging.read_counts({kind: self.connection.execute(staging.counting(kind)).fetchall()[0] for kind in made})

    def _needed_of(self, what: str, details: str, key: str, columns: Iterable[str]) -> str:
        """The details of the cases or children of these events: of a chronology read in several parts found once, so that not each part goes through all there are."""
        listed = [quoted(name) for name in (key, *columns)]
        if self.in_one_part() or len(listed) == 1:
            return details
        there = f"SELECT DISTINCT {key} FROM {self.where.events}"
        self._do(
            Step(
                f"the {what} of these events",
                f"CREATE TABLE {what}_here AS SELECT {', '.join(listed)} FROM {details} WHERE {key} IN ({there})",
            )
        )
        return f"{what}_here"

    def in_one_part(self) -> bool:
        """Whether the chronology is small enough to be staged at once."""
        return self._extent().rows <= PART

    def _extent(self) -> Extent:
        if self._extent_found is None:
            asked = f"SELECT count(*), coalesce(min(position), 0), coalesce(max(position) + 1, 0) FROM {self.where.events}"
            self._extent_found = Extent(*map(int, self.connection.execute(asked).fetchall()[0]))
        return self._extent_found

    def _first_of(self, name: str) -> Step:
        scan = self.staging.scan(self.where.events, self.as_of, self.known_at) if self.where.firsts is None else f"FROM {self.where.firsts}"
        return Step(
            f"first dated event by {name}",
            f"CREATE TABLE first_of_{name} AS SELECT hash({name}) AS hk, min({seconds_of('occurred_at')}) AS lo FROM ({scan}) "
            f"WHERE {name} IS NOT NULL AND occurred_at IS NOT NULL GROUP BY 1",
        )


def _execute(cursor: duckdb.DuckDBPyConnection, sql: str) -> None:
    cursor.execute(sql)


def _settings() -> tuple[Step, ...]:
    """What every connection must be told before a rule is evaluated on it."""
    return (Step("joins as they are written", KEEP_ORDER), Step("no nested loops", NO_LOOPS), *variable_steps())


def evaluate_files(
    events: Path | Portion,
    cases: Path,
    children: Path,
    sources: Sequence[SourceTold],
    standards: Sequence[Standard],
    vocabulary: Vocabulary,
    calendar: Calendar,
    as_of: datetime,
    known_at: datetime,
    *,
    out: Path,
    memory_limit: str | None = None,
    temp_folder: Path | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> int:
    """Every standard held against a chronology in Parquet; the findings are written to `out` (Parquet, FINDING_COLUMNS, in FINDING_ORDER).

    `events` is a whole chronology, or a part of one (`candour.evaluation.dividing`), whose own findings alone are written. Moments are UTC
    without zone. Returns the number of findings. `progress` is told what is being done and how far it is (0 to 1).
    Raises duckdb.Error for a file that cannot be read.
    """
    written = 0
    portion = events if isinstance(events, Portion) else Portion((events,))
    with ExitStack() as stack:
        files = opened((portion, cases, children), known_at, memory_limit=memory_limit, temp_folder=temp_folder, threads=threads)
        connection, where = stack.enter_context(files)
        evaluation = Evaluation(connection, where, sources, standards, vocabulary, calendar, as_of, known_at, progress)
        names = columns_told(evaluation.collect())
        aside = stack.enter_context(ThreadPoolExecutor(1))

        def begin() -> Future[Told]:
            return aside.submit(Told.of_files, portion.files, names, portion.between)

        begun = begin() if evaluation.in_one_part() else None
        groups = evaluation.prepared()
        told = begun or begin()  # of a large chronology after it is staged, and not beside it: both take much memory
        schema = schema_of(FINDING_COLUMNS)

        def in_full(cursor: duckdb.DuckDBPyConnection, /, group: list[Compiled]) -> pa.Table | None:
            if not group:
                return None
            found = told.result().findings(group, cursor.execute(bare_findings(group)).to_arrow_table(), schema)
            own = portion.own(group[0].part.editions[0].rule)
            return cursor.from_arrow(found).filter(own).to_arrow_table().cast(schema) if own else found

        tables = evaluation.each(groups, in_full)
        first = next(tables, None)
        import pyarrow.parquet as pq

        half = out.with_name(f"{out.name}.part")
        with pq.ParquetWriter(half, schema, use_dictionary=list(OFTEN_THE_SAME)) as writer:
            for table in chain([first], tables):
                if table is not None:
                    writer.write_table(table)
                    written += table.num_rows
        half.replace(out)
    return written


@contextmanager
def opened(
    files: tuple[Portion, Path, Path],
    known_at: datetime,
    *,
    memory_limit: str | None = None,
    temp_folder: Path | None = None,
    threads: int | None = None,
) -> Iterator[tuple[duckdb.DuckDBPyConnection, Chronicle]]:
    """A database of its own over a chronology in Parquet: its events, and its cases and children as known at a moment; gone when closed."""
    import duckdb

    config: dict[str, str | bool | int | float | list[str]] = {}
    if memory_limit is not None:
        config["memory_limit"] = memory_limit
    if temp_folder is not None:
        config["temp_directory"] = str(temp_folder)
    if threads is not None:
        config["threads"] = threads
    with duckdb.connect(config=config) as connection:
        connection.execute(KEEP_FOOTERS)
        define(connection)
        portion, cases, children = files
        firsts = None if portion.firsts is None else f"read_parquet({text(str(portion.firsts))})"
        yield connection, Chronicle(portion.relation, known_then(cases, known_at), known_then(children, known_at), firsts)


def define(connection: duckdb.DuckDBPyConnection) -> None:
    """Makes the macros that every rule may use."""
    for step in macro_steps():
        connection.execute(step.sql)

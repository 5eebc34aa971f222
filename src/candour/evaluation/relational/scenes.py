"""Holds standards against a small chronology in memory: an example, a test, a proof."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from threading import RLock
from typing import TYPE_CHECKING

from candour.evaluation.relational.compiled import bare_findings
from candour.evaluation.relational.run import Chronicle, Evaluation, define
from candour.evaluation.relational.steps import Step
from candour.evaluation.relational.telling import Told, columns_told, schema_of
from candour.findings.finding import FINDING_COLUMNS, Finding
from candour.records.calendars import Calendar
from candour.records.known import rows_known
from candour.records.quoting import quoted
from candour.records.scene import Row, Scene
from candour.records.vocabulary import Vocabulary
from candour.standards.model import SCOPES, Standard

if TYPE_CHECKING:
    import duckdb

_ONE_SCENE = RLock()
"""Scenes share one database, in which two at once would make the same tables."""


def evaluate_scene(
    scene: Scene, standards: Sequence[Standard], vocabulary: Vocabulary, calendar: Calendar, as_of: datetime, known_at: datetime
) -> list[Finding]:
    """Every standard held against a small chronology in memory. Moments are UTC without zone; findings are in FINDING_ORDER."""
    found: list[Finding] = []
    schema = schema_of(FINDING_COLUMNS)
    with _over(scene, standards, vocabulary, calendar, as_of, known_at) as evaluation:
        names = columns_told(evaluation.collect())
        types = schema_of({name: type_ for name, type_ in vocabulary.event_columns().items() if name in names})
        told = Told.of_rows(scene.events, names, types)
        for group in evaluation.made():
            table = told.findings(group, evaluation.connection.execute(bare_findings(group)).to_arrow_table(), schema)
            found += [Finding(*row) for row in zip(*(column.to_pylist() for column in table.columns), strict=True)]
    return found


def explain_sql(
    scene: Scene, standards: Sequence[Standard], vocabulary: Vocabulary, calendar: Calendar, as_of: datetime, known_at: datetime
) -> list[Step]:
    """The named steps by which the standards are evaluated over a scene."""
    with _over(scene, standards, vocabulary, calendar, as_of, known_at) as evaluation:
        selects = [Step(f"findings of {group[0].part.editions[0].id}", bare_findings(group)) for group in evaluation.made()]
        return [*evaluation.steps, *selects]


@contextmanager
def _over(
    scene: Scene, standards: Sequence[Standard], vocabulary: Vocabulary, calendar: Calendar, as_of: datetime, known_at: datetime
) -> Iterator[Evaluation]:
    """An evaluation of a scene, whose tables have only the columns that the rules need; they are gone when it ends."""
    with _ONE_SCENE, _in_memory().cursor() as connection, _undone(connection):
        where = Chronicle("events", "cases", "children")
        evaluation = Evaluation(connection, where, scene.sources, standards, vocabulary, calendar, as_of, known_at)
        evaluation.collect()
        staging = evaluation.staging
        columns = vocabulary.event_columns()
        needed = {name: columns[name] for name in (*staging.event_columns, *SCOPES.values()) if name in columns}
        _register(connection, "events", scene.events, needed)
        _register(
            connection,
            "cases",
            rows_known(scene.cases, known_at),
            {name: vocabulary.case[name].column_type for name in ("case_ref", *staging.case_columns)},
        )
        _register(
            connection,
            "children",
            rows_known(scene.children, known_at),
            {name: vocabulary.child[name].column_type for name in ("child_ref", *staging.child_columns)},
        )
        yield evaluation


@contextmanager
def _undone(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """What is made within is seen by this connection alone, and is gone afterwards."""
    connection.execute("BEGIN TRANSACTION")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")


@cache
def _in_memory() -> duckdb.DuckDBPyConnection:
    """One database in memory for all scenes: opening one takes longer than evaluating a scene."""
    import duckdb

    connection = duckdb.connect(config={"threads": 1})
    define(connection)
    return connection


def _register(connection: duckdb.DuckDBPyConnection, name: str, rows: Iterable[Row], types: Mapping[str, str]) -> None:
    """A table of the rows, with every column of `types`."""
    import pyarrow as pa

    listed = list(rows)
    table = pa.table({one.name: pa.array([row.get(one.name) for row in listed], one.type) for one in schema_of(types)}, schema_of(types))
    connection.register(f"{name}_given", table)
    connection.execute(f"CREATE TABLE {quoted(name)} AS SELECT * FROM {name}_given")
    connection.unregister(f"{name}_given")

"""Evaluates a small chronology divided into parts, as a large one is, so that it can be held against the whole."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import duckdb

from candour.evaluation.dividing import Asked
from candour.evaluation.in_parts import Means, evaluate_in_parts
from candour.evaluation.try_examples import Engine
from candour.findings.finding import FINDING_COLUMNS, Finding
from candour.records.calendars import Calendar
from candour.records.scene import Scene
from candour.records.vocabulary import Vocabulary
from candour.standards.model import Standard
from tests.support.small_store import write_table


def write_scene(folder: Path, scene: Scene, vocabulary: Vocabulary) -> tuple[Path, Path, Path]:
    """The events, cases and children of a scene as Parquet files."""
    files = (folder / "events.parquet", folder / "cases.parquet", folder / "children.parquet")
    known = {"known_from": "TIMESTAMP", "known_to": "TIMESTAMP"}
    details = [{name: field.column_type for name, field in declared.items()} | known for declared in (vocabulary.case, vocabulary.child)]
    for file, types, rows in zip(files, (vocabulary.event_columns(), *details), (scene.events, scene.cases, scene.children), strict=True):
        write_table(file, types, [{name: row.get(name) for name in types} for row in rows])
    return files


def read_findings(file: Path) -> list[Finding]:
    """The findings of a file, in its order."""
    return [Finding(*row) for row in duckdb.sql(f"select {', '.join(FINDING_COLUMNS)} from read_parquet('{file}')").fetchall()]


def in_parts(parts: int) -> Engine:
    """The relational evaluator with each group of standards divided into about so many parts."""

    def engine(
        scene: Scene, standards: Sequence[Standard], vocabulary: Vocabulary, calendar: Calendar, as_of: datetime, known_at: datetime
    ) -> list[Finding]:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            files = write_scene(folder, scene, vocabulary)
            asked = Asked(*files, tuple(scene.sources), tuple(standards), vocabulary, calendar, as_of, known_at)
            at_once = max(len(scene.events) // parts, 1)
            told = evaluate_in_parts(asked, folder / "out.parquet", folder=folder / "parts", events_at_once=at_once, means=Means(threads=1))
            found = read_findings(folder / "out.parquet")
            assert told == len(found)
            return found

    return engine

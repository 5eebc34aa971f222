"""Counts how many occasions each standard has in a chronology, and what becomes of them, without writing any finding."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from candour.evaluation.relational.compiled import all_stages
from candour.evaluation.relational.occasions import VERDICTS
from candour.evaluation.relational.run import Evaluation, opened
from candour.findings.outcomes import Outcome, Reason
from candour.records.calendars import Calendar
from candour.records.scene import SourceTold
from candour.records.vocabulary import Vocabulary
from candour.standards.model import Standard

Counted = tuple[str, Outcome, Reason, int]
"""A standard's id, an outcome, its reason, and how many findings have both."""


def count_occasions(
    events: Path,
    cases: Path,
    children: Path,
    sources: Sequence[SourceTold],
    standards: Sequence[Standard],
    vocabulary: Vocabulary,
    calendar: Calendar,
    as_of: datetime,
    known_at: datetime,
    *,
    memory_limit: str | None = None,
    temp_folder: Path | None = None,
) -> list[Counted]:
    """The findings that `evaluate_files` would write, counted: one row a standard, outcome and reason that some occasion has.

    Moments are UTC without zone. Raises duckdb.Error for a file that cannot be read.
    """
    found: dict[tuple[str, int], int] = {}
    with opened((events, cases, children), known_at, memory_limit=memory_limit, temp_folder=temp_folder) as (connection, where):
        evaluation = Evaluation(connection, where, sources, standards, vocabulary, calendar, as_of, known_at)
        evaluation.collect()
        for group in evaluation.made():
            rows = connection.execute(f"SELECT verdict, count(*) FROM ({all_stages(group)}) GROUP BY verdict").fetchall()
            for verdict, number in rows:
                key = (group[0].part.standard.id, int(verdict))
                found[key] = found.get(key, 0) + int(number)
    return [(standard, *VERDICTS[verdict], number) for (standard, verdict), number in sorted(found.items())]

"""Counts how many occasions each standard has in a chronology, and what becomes of them, without writing any finding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from candour.evaluation.relational.compiled import all_stages
from candour.evaluation.relational.occasions import VERDICTS
from candour.evaluation.relational.portion import Portion
from candour.evaluation.relational.run import Evaluation, opened
from candour.evaluation.relational.telling import Told
from candour.findings.outcomes import Outcome, Reason
from candour.records.calendars import Calendar
from candour.records.scene import SourceTold
from candour.records.vocabulary import Vocabulary
from candour.standards.model import Standard


class Occurred(NamedTuple):
    """How many findings of a standard have an outcome for a reason, name the same as `missing` (only where it cannot be told), and were begun by
    a record of the same source (None: it does not say)."""

    standard: str
    outcome: Outcome
    reason: Reason
    missing: str | None
    source: str | None
    number: int


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
) -> list[Occurred]:
    """The findings that `evaluate_files` would write, counted; the editions of a standard together. In order of standard, outcome, reason, missing, source.

    Moments are UTC without zone. Raises duckdb.Error for a file that cannot be read.
    """
    found: Counter[tuple[str, int, str | None, str | None]] = Counter()
    with opened((Portion((events,)), cases, children), known_at, memory_limit=memory_limit, temp_folder=temp_folder) as (connection, where):
        evaluation = Evaluation(connection, where, sources, standards, vocabulary, calendar, as_of, known_at)
        evaluation.collect()
        told = Told.of_files([events], ["position", "source_system"])
        for group in evaluation.made():
            table = connection.execute(f"SELECT pos, verdict, missing FROM ({all_stages(group)})").to_arrow_table()
            begun = told.of("source_system", table["pos"].combine_chunks())
            counted = table.drop_columns("pos").append_column("source", begun)
            counted = counted.group_by(counted.column_names).aggregate([([], "count_all")])
            for row in counted.to_pylist():
                verdict = int(row["verdict"])
                missing = row["missing"] if VERDICTS[verdict][0] is Outcome.CANNOT_TELL else None
                found[group[0].part.editions[0].id, verdict, missing, row["source"]] += int(row["count_all"])
    return [
        Occurred(standard, *VERDICTS[verdict], missing, source, number)
        for (standard, verdict, missing, source), number in sorted(
            found.items(), key=lambda one: (one[0][0], one[0][1], one[0][2] or "", one[0][3] or "")
        )
    ]

"""Works out, before anything is judged, how many occasions of each standard the imported records can decide."""

from __future__ import annotations

import tempfile
from pathlib import Path

from candour.evaluation.assessing import EVERYTHING_KNOWN
from candour.evaluation.relational import count_occasions
from candour.findings.coverage import covered_by
from candour.findings.outcome_words import REASON_TITLES
from candour.findings.outcomes import Outcome
from candour.records.calendars import load_calendar
from candour.records.chronology import Chronology
from candour.records.vocabulary import load_vocabulary
from candour.standards.choosing import choose
from candour.standards.editions import in_order_of_time
from candour.standards.loading import load_standards

MEMORY_LIMIT = "2GB"
"""What this may hold in memory; beyond it the disk is used. It comes on top of what the import itself holds."""


def coverage_of(chronology: Chronology) -> list[dict[str, object]]:
    """One row a standard that has occasions: how many, how many had every field and source needed, and why the others cannot be told.

    The words of the columns are for people. Nothing about the outcome of any occasion is kept.
    """
    as_of = chronology.as_of
    if as_of is None:
        return []
    vocabulary = load_vocabulary()
    told = tuple(source.told for source in chronology.sources)
    standards = choose(
        load_standards(None, vocabulary, examples=False), chronology.nations[0] if len(chronology.nations) == 1 else None
    ).held
    titles = {one.id: one.title for one in in_order_of_time(standards)}
    with tempfile.TemporaryDirectory(prefix="candour-") as folder:
        counted = count_occasions(
            chronology.events, chronology.cases, chronology.children, told, standards, vocabulary, load_calendar(),
            as_of, EVERYTHING_KNOWN, memory_limit=MEMORY_LIMIT, temp_folder=Path(folder),
        )  # fmt: skip
    covered = covered_by(
        (standard, reason if outcome is Outcome.CANNOT_TELL else None, number) for standard, outcome, reason, number in counted
    )
    return [
        {
            "standard": one.standard,
            "title": titles[one.standard],
            "occasions": one.occasions,
            "with every field needed": one.decidable,
            "cannot tell": one.cannot_tell,
            "because": "; ".join(f"{REASON_TITLES.get(reason, reason)} ({number:,})" for reason, number in one.reasons),
        }
        for one in covered
    ]

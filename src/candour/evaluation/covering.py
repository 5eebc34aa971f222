"""Works out, before anything is judged, how many occasions of each standard the imported records can decide, and what would decide the rest."""

from __future__ import annotations

import tempfile
from pathlib import Path

from candour.evaluation.assessing import EVERYTHING_KNOWN
from candour.evaluation.relational import count_occasions
from candour.findings.coverage import NO_SOURCE, Counted, Coverage, coverage_from, unheard_of
from candour.findings.looking_back import cut_short
from candour.findings.outcome_words import REASON_TITLES
from candour.findings.outcomes import Outcome
from candour.records.calendars import load_calendar
from candour.records.chronology import Chronology
from candour.records.reporting.account import Assessable
from candour.records.scene import london_date
from candour.records.vocabulary import Vocabulary, load_vocabulary
from candour.standards.choosing import Choice, choose
from candour.standards.editions import in_order_of_time
from candour.standards.loading import load_standards
from candour.standards.spoken import counted

MEMORY_LIMIT = "2GB"
"""What this may hold in memory; beyond it the disk is used. It comes on top of what the import itself holds."""


def coverage_of(chronology: Chronology) -> Assessable:
    """How many occasions each standard has, by the source whose record began it; how many had every field and feed needed; what would decide the
    others, ranked; and which standards could not be held against the records at all.

    The words of the columns are for people. Nothing about the outcome of any occasion is kept.
    """
    vocabulary = load_vocabulary()
    nation = chronology.nations[0] if len(chronology.nations) == 1 else None
    choice = choose(load_standards(None, vocabulary, examples=False), nation)
    of_nation = list(choice.cautions())
    if len(chronology.nations) > 1:
        of_nation = [
            f"The mappings declare {' and '.join(chronology.nations)}, and a store is of one nation: `candour assess` refuses it. Keep two stores."
        ]
    if chronology.as_of is None:
        return Assessable([], [], [], of_nation)
    coverage = _counted(chronology, choice, vocabulary)
    titles = {one.id: one.title for one in in_order_of_time(choice.held)}
    standards: list[dict[str, object]] = [
        {
            "standard": one.standard,
            "title": titles[one.standard],
            "occasions": one.occasions,
            "with every field needed": one.decidable,
            "cannot tell": one.cannot_tell,
            "because": "; ".join(f"{REASON_TITLES.get(reason, reason)} ({number:,})" for reason, number in one.reasons),
        }
        for one in coverage.covered
    ]
    cautions = [*of_nation, *_unheard(chronology, choice, coverage), *_cut_short(coverage)]
    return Assessable(standards, coverage.rows(titles), coverage.wanted_rows(), cautions)


def _unheard(chronology: Chronology, choice: Choice, coverage: Coverage) -> list[str]:
    """A sentence on the standards that have no occasion because no source brings what would make one; none where there is no such standard."""
    told = [source.told for source in chronology.sources]
    counted_ids = {one.standard for one in coverage.covered}
    editions = {one.id: [other for other in choice.held if other.id == one.id] for one in choice.held}
    names = sorted(name for name, some in editions.items() if name not in counted_ids and unheard_of(some, told))
    if not names:
        return []
    said = counted(len(names), "standard")
    return [
        f"No source in this store brings the records that would make an occasion of {said}, so they could not be checked: {', '.join(names)}."
    ]


def _cut_short(coverage: Coverage) -> list[str]:
    """A sentence on the counts that look back to before the records begin; none where there is no such standard. The windows are the standards' own:
    which of a force's own will be used is known when it assesses."""
    if not coverage.cut_short:
        return []
    said = "; ".join(f"{one.standard} ({one.when_words()})" for one in coverage.cut_short)
    return [
        f"A count looks back, and what would be counted before a source is complete is not there. By each standard's own window, occasions may be "
        f"missing, as if there were none: {said}."
    ]


def _counted(chronology: Chronology, choice: Choice, vocabulary: Vocabulary) -> Coverage:
    told = tuple(source.told for source in chronology.sources)
    as_of = chronology.as_of
    if as_of is None:
        return Coverage((), ())
    with tempfile.TemporaryDirectory(prefix="candour-") as folder:
        occurred = count_occasions(
            chronology.events, chronology.cases, chronology.children, told, choice.held, vocabulary, load_calendar(),
            as_of, EVERYTHING_KNOWN, memory_limit=MEMORY_LIMIT, temp_folder=Path(folder),
        )  # fmt: skip
    counts = [
        Counted(one.standard, one.source or NO_SOURCE, one.reason if one.outcome is Outcome.CANNOT_TELL else None, one.missing, one.number)
        for one in occurred
    ]
    short = cut_short(choice.held, told, chronology.events, london_date(as_of))
    return coverage_from(counts, choice.held, vocabulary, told, short)

"""What could not be checked and why: per standard, and ranked by the field or source that would decide the most."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from candour.findings.outcome_words import REASON_TITLES
from candour.findings.outcomes import Reason
from candour.records.scene import SourceTold
from candour.records.vocabulary import Vocabulary
from candour.standards.condition_wording import ENVELOPE_WORDS, name_words
from candour.standards.model import Standard
from candour.standards.rule_parts import selectors_of
from candour.standards.spoken import listed


@dataclass(frozen=True)
class Covered:
    """How far one standard could be checked. `reasons` are the findings that cannot be told, by reason, the most first."""

    standard: str
    occasions: int
    cannot_tell: int
    reasons: tuple[tuple[str, int], ...]

    @property
    def decidable(self) -> int:
        """Occasions on which something could be told."""
        return self.occasions - self.cannot_tell


@dataclass(frozen=True)
class Wanted:
    """One field, record or source that is missing: how many findings name it, how many name nothing else, and in which standards."""

    reason: str
    item: str
    findings: int
    alone: int
    standards: tuple[str, ...]
    words: str
    where_from: str


@dataclass(frozen=True)
class Coverage:
    """What could not be checked in a run. `wanted` is ranked: what would decide the most findings comes first."""

    covered: tuple[Covered, ...]
    wanted: tuple[Wanted, ...]


def read_coverage(findings: Path, standards: Sequence[Standard], vocabulary: Vocabulary, sources: Sequence[SourceTold]) -> Coverage:
    """Count what cannot be told in a findings file, by standard and by what is missing."""
    with duckdb.connect() as connection:
        rows = connection.execute(
            "select standard, case when outcome = 'cannot_tell' then reason end, case when outcome = 'cannot_tell' then missing end, count(*) "
            "from read_parquet(?) group by all",
            [str(findings)],
        ).fetchall()
    gathered: dict[tuple[str, str], list[tuple[str, int, bool]]] = {}
    for standard, reason, missing, number in rows:
        if reason is None:
            continue
        items = [part.strip() for part in (missing or "").split(",")]
        for item in items:
            gathered.setdefault((reason, item), []).append((standard, number, len(items) == 1))
    by_id = {one.id: one for one in standards}
    wanted = [_wanted(reason, item, parts, by_id, vocabulary, sources) for (reason, item), parts in gathered.items()]
    covered = covered_by((standard, reason, number) for standard, reason, _, number in rows)
    return Coverage(covered, tuple(sorted(wanted, key=lambda one: (-one.findings, one.reason, one.item))))


def covered_by(counts: Iterable[tuple[str, str | None, int]]) -> tuple[Covered, ...]:
    """How far each standard could be checked, from counts of its findings: standard, why they cannot be told (None: they can), how many."""
    occasions: dict[str, int] = {}
    reasons: dict[str, dict[str, int]] = {}
    for standard, reason, number in counts:
        occasions[standard] = occasions.get(standard, 0) + number
        if reason is not None:
            by_reason = reasons.setdefault(standard, {})
            by_reason[reason] = by_reason.get(reason, 0) + number
    return tuple(
        Covered(one, occasions[one], sum(reasons.get(one, {}).values()), _most_first(reasons.get(one, {}))) for one in sorted(occasions)
    )


def _most_first(counts: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counts.items(), key=lambda one: (-one[1], one[0])))


def _wanted(
    reason: str,
    item: str,
    parts: Sequence[tuple[str, int, bool]],
    standards: Mapping[str, Standard],
    vocabulary: Vocabulary,
    sources: Sequence[SourceTold],
) -> Wanted:
    named = tuple(sorted({standard for standard, _, _ in parts}))
    kinds = {kind for one in named if one in standards for selector in selectors_of(standards[one].rule) for kind in selector.kinds}
    return Wanted(
        reason=reason,
        item=item,
        findings=sum(number for _, number, _ in parts),
        alone=sum(number for _, number, alone in parts if alone),
        standards=named,
        words=_words(reason, item, vocabulary),
        where_from=_where_from(reason, item, kinds, vocabulary, sources),
    )


def _words(reason: str, item: str, vocabulary: Vocabulary) -> str:
    if reason == Reason.SOURCE and item in vocabulary.kinds:
        return f"A source complete for “{vocabulary.kinds[item].title}”"
    if item:
        return f"The field “{ENVELOPE_WORDS.get(item) or name_words(item)}”"
    said = REASON_TITLES.get(reason, reason)
    return said[0].upper() + said[1:]


def _where_from(reason: str, item: str, kinds: set[str], vocabulary: Vocabulary, sources: Sequence[SourceTold]) -> str:
    """Which sources bring such records, and what they would have to add."""
    if reason == Reason.SOURCE:
        bring = [told.source_system for told in sources if item in told.holds or any(item in span.kinds for span in told.complete)]
        return f"{listed(bring)}: not complete over the whole time" if bring else "no source in this store brings such records"
    name = item.rpartition(".")[2]
    if item in vocabulary.envelope:
        return "left blank on the record"
    concerned = [kind for kind in kinds if name in vocabulary.kinds[kind].fields]
    if not item or not concerned:
        return ""
    holding = [told.source_system for told in sources if any(name in told.holds.get(kind, frozenset()) for kind in concerned)]
    lacking = [
        told.source_system
        for told in sources
        if told.source_system not in holding and any(kind in told.holds for kind in concerned)
    ]  # fmt: skip
    said = [f"{listed(holding)}: left blank on some records"] if holding else []
    said += [f"{listed(lacking)}: not held"] if lacking else []
    return "; ".join(said) or "no source in this store holds it"

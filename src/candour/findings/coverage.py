"""What could not be checked and why: per standard and source, and ranked by the field or feed that would decide something in the most standards."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import duckdb

from candour.findings.looking_back import CutShort
from candour.findings.outcome_words import REASON_TITLES
from candour.findings.outcomes import Reason
from candour.records.scene import SourceTold
from candour.records.vocabulary import Vocabulary
from candour.standards.condition_wording import ENVELOPE_WORDS, name_words
from candour.standards.expressions import fields_used
from candour.standards.model import Count, Rule, Selector, Standard
from candour.standards.rule_parts import answers_of, counted_of, ends_of, excuses_of, extensions_of, selectors_of, triggers_of
from candour.standards.spoken import listed

NO_SOURCE = "source not known"
Editions = Mapping[str, Sequence[Standard]]
"""The editions of each standard that were held against the records, by its id: a count is of the findings of them all."""
_TURNS_ON: Mapping[str, Callable[[Rule], tuple[Selector, ...]]] = {
    Reason.ANSWER_UNCERTAIN: answers_of,
    Reason.EXCUSE_UNCERTAIN: excuses_of,
    Reason.END_UNCERTAIN: ends_of,
    Reason.EXTENSION_UNCERTAIN: extensions_of,
    Reason.LINK: triggers_of,
    Reason.TRIGGER_TIME: triggers_of,
    Reason.PRECISION: triggers_of,
}
"""The records on which it turns where a finding names no field, by reason."""
_TURNS_ON_WORDS: Mapping[str, str] = {
    Reason.ANSWER_UNCERTAIN: "What tells whether a record of {} is the answer",
    Reason.EXCUSE_UNCERTAIN: "What tells whether a record of {} is an excuse",
    Reason.END_UNCERTAIN: "What tells whether a record of {} ended it",
    Reason.EXTENSION_UNCERTAIN: "What tells whether a record of {} extended the limit",
    Reason.LINK: "The reference that links {} to an answer",
    Reason.TRIGGER_TIME: "A time on {}",
    Reason.PRECISION: "The time of day on {} or on what answers it",
}


class Counted(NamedTuple):
    """How many findings of a standard, begun by a record of one source, cannot be told for one reason (None: they can) and name the same as missing."""

    standard: str
    source: str
    reason: str | None
    missing: str | None
    number: int


@dataclass(frozen=True)
class CoveredSource:
    """How far one standard could be checked where a record of one source began it. `wants` is what would decide the rest, in words, with how many
    findings name it, the most first."""

    source: str
    occasions: int
    cannot_tell: int
    wants: tuple[tuple[str, int], ...]

    @property
    def decidable(self) -> int:
        """Occasions on which something could be told."""
        return self.occasions - self.cannot_tell

    def wants_words(self) -> str:
        """`The field “factors” (2); an exact time (1)`, or nothing."""
        return "; ".join(f"{words} ({number:,})" for words, number in self.wants)


@dataclass(frozen=True)
class Covered:
    """How far one standard could be checked. `reasons` are the findings that cannot be told, by reason, the most first; `by_source` the same
    by the source whose record began it."""

    standard: str
    occasions: int
    cannot_tell: int
    reasons: tuple[tuple[str, int], ...]
    by_source: tuple[CoveredSource, ...] = ()

    @property
    def decidable(self) -> int:
        """Occasions on which something could be told."""
        return self.occasions - self.cannot_tell


@dataclass(frozen=True)
class Wanted:
    """One field, record or source that is missing: how many findings name it, how many name nothing else, and in which standards.

    `decides` are the standards of which it alone would decide some finding, `settles` those of which it alone would decide every one that
    cannot be told.
    """

    reason: str
    item: str
    findings: int
    alone: int
    standards: tuple[str, ...]
    words: str
    where_from: str
    decides: tuple[str, ...] = ()
    settles: tuple[str, ...] = ()


STANDARD_COLUMNS = ("standard", "title", "source", "occasions", "decidable", "cannot_tell", "would_decide_it", "occasions_may_be_missing")
WANTED_COLUMNS = (
    "what",
    "standards_it_decides",
    "standards_it_settles",
    "findings_it_decides",
    "findings",
    "standards",
    "where_from",
    "why",
)


@dataclass(frozen=True)
class Coverage:
    """What could not be checked in a run. `wanted` is ranked: what alone would decide something in the most standards comes first, then by
    the findings that it alone would decide. `cut_short` are the counts of which occasions may be missing, since they look back to before the records;
    `not_kept` are the counts of a run that did not keep whether any are."""

    covered: tuple[Covered, ...]
    wanted: tuple[Wanted, ...]
    cut_short: tuple[CutShort, ...] = ()
    not_kept: tuple[str, ...] = ()

    def rows(self, titles: Mapping[str, str]) -> list[dict[str, object]]:
        """One row a standard and source, with STANDARD_COLUMNS; and one without a source for a standard of which every occasion may be missing."""
        missing = dict.fromkeys(self.not_kept, "not kept with this run") | {one.standard: one.when_words() for one in self.cut_short}
        there = {one.standard for one in self.covered}
        parts = [(one.standard, part) for one in self.covered for part in one.by_source]
        parts += [(name, CoveredSource("", 0, 0, ())) for name in missing if name not in there]
        return [
            {
                "standard": name, "title": titles.get(name, name), "source": part.source, "occasions": part.occasions,
                "decidable": part.decidable, "cannot_tell": part.cannot_tell, "would_decide_it": part.wants_words(),
                "occasions_may_be_missing": missing.get(name, ""),
            }
            for name, part in sorted(parts, key=lambda pair: pair[0])
        ]  # fmt: skip

    def wanted_rows(self) -> list[dict[str, object]]:
        """One row a missing thing in its rank, with WANTED_COLUMNS."""
        return [
            {
                "what": one.words, "standards_it_decides": len(one.decides), "standards_it_settles": len(one.settles), "findings_it_decides": one.alone,
                "findings": one.findings, "standards": len(one.standards), "where_from": one.where_from, "why": REASON_TITLES.get(one.reason, one.reason),
            }
            for one in self.wanted
        ]  # fmt: skip


def read_coverage(
    findings: Path,
    events: Path,
    standards: Sequence[Standard],
    vocabulary: Vocabulary,
    sources: Sequence[SourceTold],
    short: tuple[CutShort, ...] | None,
) -> Coverage:
    """Count what cannot be told in a findings file, by standard, by the source whose record began it and by what is missing. `short` is what the run
    kept of the counts of which occasions may be missing; None: it kept nothing of them."""
    with duckdb.connect() as connection:
        rows = connection.execute(
            f"select standard, coalesce(source_system, '{NO_SOURCE}'), case when outcome = 'cannot_tell' then reason end, "  # noqa: S608  # our own word
            "case when outcome = 'cannot_tell' then missing end, count(*) from read_parquet($findings) "
            "left join (select position, source_system from read_parquet($events)) on position = trigger_position group by all",
            {"findings": str(findings), "events": str(events)},
        ).fetchall()
    coverage = coverage_from([Counted(*row) for row in rows], standards, vocabulary, sources, short or ())
    counts = {one.id for one in standards if isinstance(one.rule, Count)}
    return replace(coverage, not_kept=tuple(sorted(counts))) if short is None else coverage


def coverage_from(
    counts: Sequence[Counted],
    standards: Sequence[Standard],
    vocabulary: Vocabulary,
    sources: Sequence[SourceTold],
    short: tuple[CutShort, ...] = (),
) -> Coverage:
    """The coverage of findings that were counted, whether in a run or before any verdict."""
    by_id: dict[str, list[Standard]] = {}
    for edition in standards:
        by_id.setdefault(edition.id, []).append(edition)
    gathered: dict[tuple[str, str], list[tuple[str, int, bool]]] = {}
    for one in counts:
        if one.reason is not None:
            items = _items(one, by_id)
            for item in items:
                gathered.setdefault((one.reason, item), []).append((one.standard, one.number, len(items) == 1))
    covered = _covered(counts, by_id, vocabulary)
    cannot_tell = {one.standard: one.cannot_tell for one in covered}
    wanted = [_wanted(reason, item, parts, by_id, vocabulary, sources, cannot_tell) for (reason, item), parts in gathered.items()]
    ranked = sorted(wanted, key=lambda one: (-len(one.decides), -one.alone, -one.findings, one.reason, one.item))
    return Coverage(covered, tuple(ranked), short)


def unheard_of(editions: Sequence[Standard], sources: Sequence[SourceTold]) -> tuple[str, ...]:
    """The kinds that would make an occasion of the editions of a standard where no source brings them, so that none has any whatever happened; nothing
    where one of them can have an occasion."""
    brought = {kind for told in sources for kind in (*told.holds, *(kind for span in told.complete for kind in span.kinds))}
    lacking = [_unheard_of(one, brought) for one in editions]
    return tuple(dict.fromkeys(kind for kinds in lacking for kind in kinds)) if all(lacking) else ()


def _unheard_of(standard: Standard, brought: set[str]) -> tuple[str, ...]:
    for selectors in (triggers_of(standard.rule), counted_of(standard.rule)):
        kinds = tuple(dict.fromkeys(kind for one in selectors for kind in one.kinds))
        if kinds and brought.isdisjoint(kinds):
            return kinds
    return ()


def _items(one: Counted, standards: Editions) -> list[str]:
    """What is missing: the fields or kinds that the findings name, or the kinds of record that it turns on, in one item."""
    if one.missing is None and one.reason in _TURNS_ON and one.standard in standards:
        turns_on = [selector for edition in standards[one.standard] for selector in _TURNS_ON[str(one.reason)](edition.rule)]
        return [" or ".join(dict.fromkeys(kind for selector in turns_on for kind in selector.kinds))]
    return [part.strip() for part in (one.missing or "").split(",")]


def _covered(counts: Sequence[Counted], standards: Editions, vocabulary: Vocabulary) -> tuple[Covered, ...]:
    grouped: dict[str, dict[str, list[Counted]]] = {}
    for one in counts:
        grouped.setdefault(one.standard, {}).setdefault(one.source, []).append(one)
    found = []
    for standard, sources in sorted(grouped.items()):
        every = [one for parts in sources.values() for one in parts]
        reasons = _most_first((one.reason, one.number) for one in every if one.reason is not None)
        by_source = tuple(_covered_source(source, parts, standards, vocabulary) for source, parts in sorted(sources.items()))
        found.append(Covered(standard, sum(one.number for one in every), sum(number for _, number in reasons), reasons, by_source))
    return tuple(found)


def _covered_source(source: str, parts: Sequence[Counted], standards: Editions, vocabulary: Vocabulary) -> CoveredSource:
    undecided = [one for one in parts if one.reason is not None]
    wants = _most_first(
        (f"{_words(one.reason or '', item, vocabulary)}{_told_apart_by(one, standards)}", one.number)
        for one in undecided
        for item in _items(one, standards)
    )
    return CoveredSource(source, sum(one.number for one in parts), sum(one.number for one in undecided), wants)


def _most_first(counts: Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    totals: dict[str, int] = {}
    for name, number in counts:
        totals[name] = totals.get(name, 0) + number
    return tuple(sorted(totals.items(), key=lambda one: (-one[1], one[0])))


def _wanted(
    reason: str,
    item: str,
    parts: Sequence[tuple[str, int, bool]],
    standards: Editions,
    vocabulary: Vocabulary,
    sources: Sequence[SourceTold],
    cannot_tell: Mapping[str, int],
) -> Wanted:
    named = tuple(sorted({standard for standard, _, _ in parts}))
    kinds = {
        kind for one in named for edition in standards.get(one, ()) for selector in selectors_of(edition.rule) for kind in selector.kinds
    }
    alone = dict(_most_first((standard, number) for standard, number, only in parts if only))
    return Wanted(
        reason=reason,
        item=item,
        findings=sum(number for _, number, _ in parts),
        alone=sum(alone.values()),
        standards=named,
        words=_words(reason, item, vocabulary),
        where_from=_where_from(reason, item, kinds, vocabulary, sources),
        decides=tuple(sorted(alone)),
        settles=tuple(sorted(one for one, number in alone.items() if number == cannot_tell[one])),
    )


def _told_apart_by(one: Counted, standards: Editions) -> str:
    """By what a record that may be the answer, an excuse, an end or an extension is known for one: a time, the reference, the fields of the rule."""
    rules = [edition.rule for edition in standards.get(one.standard, ())]
    if one.missing is not None or one.reason not in _TURNS_ON or not rules:
        return ""
    if one.reason in (Reason.TRIGGER_TIME, Reason.PRECISION):
        return ""
    selectors = [selector for rule in rules for selector in _TURNS_ON[str(one.reason)](rule)]
    linked = [trigger.by for rule in rules for trigger in triggers_of(rule)] + [name for rule in rules for name in rule.same]
    columns = dict.fromkeys(linked if selectors else ())
    words = [f"“{ENVELOPE_WORDS.get(name) or name_words(name)}”" for name in columns]
    if one.reason == Reason.LINK:
        return f": {listed(words, 'or')}"
    conditions = [selector.where for selector in selectors]
    if one.reason == Reason.EXCUSE_UNCERTAIN:
        conditions += [excuse.where for rule in rules for excuse in rule.unless if excuse.selector is None]
    fields = dict.fromkeys(field.name for condition in conditions for field in fields_used(condition))
    words += [f"“{name_words(name)}”" for name in fields if name not in columns]
    return f": {'its time, ' if selectors else ''}{listed(words, 'or')}" if words else ""


def _words(reason: str, item: str, vocabulary: Vocabulary) -> str:
    if reason == Reason.SOURCE and item in vocabulary.kinds:
        return f"A source complete for “{vocabulary.kinds[item].title}”"
    if reason in _TURNS_ON and item:
        kinds = listed([f"“{vocabulary.kinds[kind].title}”" for kind in item.split(" or ") if kind in vocabulary.kinds], "or")
        return _TURNS_ON_WORDS[reason].format(kinds) if kinds else f"The field “{ENVELOPE_WORDS.get(item) or name_words(item)}”"
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

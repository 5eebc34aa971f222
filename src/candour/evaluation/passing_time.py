"""Which findings may be others only because time passed, or because the sources now reach further, though no record that they rest on changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from candour.evaluation.reach import asks_up_to_now, waits_for_school
from candour.evaluation.relational.completeness import Completeness
from candour.evaluation.relational.steps import seconds
from candour.findings.outcomes import Outcome, Reason
from candour.records.scene import SourceTold
from candour.standards.model import Standard

MARGIN = timedelta(days=2)
"""More than lies between the earlier and the later due moment of one finding, which are a day of up to 25 hours apart (but see `waits_for_school`)."""
Span = tuple[int, int]
READ = ("standard", "version", "scope_key", "outcome", "reason", "due_at", "triggered_at", "missing", "evidence_event")
"""The columns of findings that are looked at."""


@dataclass(frozen=True)
class Then:
    """What a run rested on beside the records: the moment as of which it judged (UTC without zone), and what the sources declared."""

    as_of: datetime
    sources: Sequence[SourceTold]


@dataclass(frozen=True)
class Reached:
    """How the sources' completeness changed: kinds whose last span only grew, with the end it had; and those that changed in another way."""

    grown: Mapping[str, datetime]
    otherwise: frozenset[str]


def reached(before: Sequence[SourceTold], now: Sequence[SourceTold]) -> Reached:
    """What changed of the joined spans of each kind."""
    old, new = Completeness(before).spans, Completeness(now).spans
    grown: dict[str, datetime] = {}
    otherwise: set[str] = set()
    for kind in old.keys() | new.keys():
        first, last = old.get(kind, []), new.get(kind, [])
        if first == last:
            continue
        if _only_grew(first, last):
            grown[kind] = datetime(1970, 1, 1) + timedelta(seconds=first[-1][1])
        else:
            otherwise.add(kind)
    return Reached(grown, frozenset(otherwise))


def _only_grew(old: Sequence[Span], new: Sequence[Span]) -> bool:
    return bool(old) and len(old) == len(new) and list(old[:-1]) == list(new[:-1]) and old[-1][0] == new[-1][0] and old[-1][1] < new[-1][1]


def held_otherwise(before: Sequence[SourceTold], now: Sequence[SourceTold]) -> frozenset[str]:
    """The kinds of which a source that was there before holds other fields than it did."""
    old = {source.source_system: source.holds for source in before}
    new = {source.source_system: source.holds for source in now}
    return frozenset(
        kind
        for name, holds in old.items()
        for kind in holds.keys() | new.get(name, {}).keys()
        if holds.get(kind, frozenset()) != new.get(name, {}).get(kind, frozenset())
    )


def changed_by_time(found: pa.Table, standards: Sequence[Standard], then: Then, now: Then) -> Iterator[tuple[str, int, str | None]]:
    """Of the findings of a run (a table with READ), those that may be others now: standard, version and scope key.

    Pending ones whose limit may have passed; those that could not be told for want of precision while `then.as_of` lay before the later due moment;
    those for which a source did not reach far enough that now reaches further; and, where the sources no longer reach up to the moment of the assessment as they did,
    all of the standards that ask it.
    """
    masks = []
    due = found["due_at"]
    if now.as_of > then.as_of:
        school = [one.id for one in standards if waits_for_school(one.rule)]
        soon = pc.or_(
            pc.less_equal(due, pa.scalar(now.as_of + MARGIN, due.type)),
            pc.is_in(found["standard"], value_set=pa.array(school, pa.string())),
        )
        masks.append(pc.and_(pc.equal(found["outcome"], str(Outcome.PENDING)), soon))
        after = pc.greater_equal(due, pa.scalar(then.as_of, due.type))
        masks.append(pc.and_(pc.equal(found["reason"], str(Reason.PRECISION)), pc.fill_null(after, True)))
    grown = reached(then.sources, now.sources).grown
    if grown:
        ends = pc.coalesce(due, found["triggered_at"])
        late = pc.greater_equal(ends, pa.scalar(min(grown.values()) - MARGIN, ends.type))
        missing = found["missing"].cast(pa.string())
        named = [words for words in pc.unique(missing).to_pylist() if words is not None and not grown.keys().isdisjoint(words.split(", "))]
        lacked = pc.and_(pc.equal(found["reason"], str(Reason.SOURCE)), pc.is_in(missing, value_set=pa.array(named, pa.string())))
        masks.append(pc.and_(lacked, late))
    asking = [one.id for one in standards if asks_up_to_now(one.rule) and _begun(one, then) != _begun(one, now)]
    if asking:
        masks.append(pc.is_in(found["standard"], value_set=pa.array(asking)))
    for mask in masks:
        chosen = found.filter(pc.fill_null(mask, False))
        yield from zip(*(chosen[name].to_pylist() for name in ("standard", "version", "scope_key")), strict=True)


def _begun(standard: Standard, at: Then) -> list[int | None]:
    """For each kind that must be complete up to the moment of the assessment, since when it is; None where it is not."""
    spans, moment = Completeness(at.sources).spans, seconds(at.as_of)
    return [next((first for first, last in spans.get(kind, ()) if first <= moment <= last), None) for kind in asks_up_to_now(standard.rule)]

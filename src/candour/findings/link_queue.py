"""Orders the pairs that want a reviewer by what hangs on them, and estimates from what reviewers decided how often links are right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from candour.findings.runs import FINDINGS, run_folder, run_ids
from candour.records.link_decisions import JOIN, read_decisions, standing
from candour.records.reviewing import Pair, guarded_pairs, to_review
from candour.statistics.intervals import Interval, wilson_interval

SERIOUS = ("critical", "high")
"""Severities of a standard that count as serious in the order of the queue. A local default."""


@dataclass(frozen=True)
class Waiting:
    """A pair that wants a reviewer, and what hangs on it: findings of the last run about either person, and how many of them are serious."""

    pair: Pair
    guarded: bool
    serious: int
    findings: int


@dataclass(frozen=True)
class Estimates:
    """How often links are right, from what reviewers decided. `precision`: of the pairs linked. `recall`: of the true pairs among those that the linker
    found at all, linked or possible; a pair that it never found is not in it. None where nothing was reviewed."""

    linked_reviewed: int
    linked_right: int
    possible_reviewed: int
    possible_right: int
    precision: Interval | None
    recall: Interval | None


def queue(store: Path, severities: Mapping[str, str], by: str = "") -> tuple[Waiting, ...]:
    """The possible pairs that want a reviewer, those first on which most hangs; pairs on which the same hangs stand in the order of their ids.

    `severities` are those of the standards by id. The linker's weights take no part.
    """
    pairs = to_review(store, by=by)
    guarded = guarded_pairs(store, pairs, read_decisions(store))
    serious, findings = _hanging(store, severities)
    waiting = []
    for pair in pairs:
        keys = {pair.left_person, pair.right_person, *(ref.split(":", 2)[2] for ref in (pair.left_ref, pair.right_ref))}
        waiting.append(Waiting(pair, pair.id in guarded, sum(serious[key] for key in keys), sum(findings[key] for key in keys)))
    return tuple(sorted(waiting, key=lambda one: (not one.guarded, -one.serious, -one.findings, one.pair.id)))


def _hanging(store: Path, severities: Mapping[str, str]) -> tuple[Counter[str], Counter[str]]:
    serious: Counter[str] = Counter()
    findings: Counter[str] = Counter()
    if not run_ids(store):
        return serious, findings
    file = run_folder(store) / FINDINGS
    with duckdb.connect() as db:
        rows = db.execute(
            "select key, standard, count(*) from (select unnest(list_distinct([child_ref, scope_key])) as key, standard from read_parquet(?)) "
            "where key is not null group by all",
            [str(file)],
        ).fetchall()
    for key, standard, number in rows:
        findings[key] += number
        serious[key] += number if severities.get(standard) in SERIOUS else 0
    return serious, findings


def estimates(store: Path) -> Estimates:
    """What the decisions that stand say of the last link run. Pairs are put to reviewers by consequence and not at random, so that the recall leans on
    pairs of people about whom much was found; the pairs of `candour review check` are drawn without regard to anything."""
    decided = standing(read_decisions(store)).decided.values()
    linked = [said[0].what == JOIN for said in decided if said[0].shown_as == "linked"]
    possible = [said[0].what == JOIN for said in decided if said[0].shown_as == "possible"]
    precision = wilson_interval(sum(linked), len(linked))
    share = wilson_interval(sum(possible), len(possible))
    undecided = to_review(store, "linked"), to_review(store, "possible")
    there = [len(undecided[0]) + len(linked), len(undecided[1]) + len(possible)]
    recall = None
    if precision is not None and share is not None:
        low, high = precision.lower * there[0], precision.upper * there[0]
        recall = Interval(_share(low, share.upper * there[1]), _share(high, share.lower * there[1]))
    elif precision is not None and not there[1]:
        recall = Interval(1.0, 1.0) if precision.lower > 0 else None
    return Estimates(len(linked), sum(linked), len(possible), sum(possible), precision, recall)


def _share(found: float, missed: float) -> float:
    return found / (found + missed) if found + missed else 1.0


def to_check(store: Path) -> Pair | None:
    """A linked pair that nobody has decided, drawn without regard to its weight or to what hangs on it; None where there is none."""
    return next(iter(to_review(store, "linked")), None)

"""Which of the joins that reviewers decided a link run may follow: those made of what the records say now, and by two people where somebody is guarded."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from candour.records.link_decisions import JOIN, Decided, Standing, person_named
from candour.records.linkage.decisions import Decision
from candour.records.quoting import text

EVIDENCE = ("given_names", "family_name", "other_names", "born_on", "shared_id")
"""The columns of a record on which a join rests: where one of them has changed, it is put to reviewers again."""


def fingerprint(record: Mapping[str, object]) -> str:
    """The SHA-256 of the names, birth and shared number of a record when it was decided, so that it can be told later whether they have changed."""
    said = {name: record.get(name) for name in EVIDENCE}
    return hashlib.sha256(json.dumps(said, default=str, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True)
class Followed:
    """The decisions of one kind that a link run follows; by pair of its joins, how many people made it; and those it does not follow, with the reason."""

    decisions: tuple[Decision, ...]
    people: Mapping[tuple[str, str], int]
    left_out: Mapping[tuple[str, str], str]

    def without(self, pairs: Sequence[tuple[str, str]]) -> Followed:
        """The same without these joins, which would make one of somebody guarded and others on one person's word."""
        why = "a reviewer's join, {} with {}, was not followed: the person it makes has a restricted or high-risk record, and two people must decide that"
        return Followed(
            tuple(one for one in self.decisions if not one.joined or (one.left_ref, one.right_ref) not in pairs),
            {pair: number for pair, number in self.people.items() if pair not in pairs},
            {**self.left_out, **{pair: why.format(*pair) for pair in pairs}},
        )


def followed(now: Standing, person_kind: str, identities: Path) -> Followed:
    """What stands of one kind, without the joins whose evidence is no longer what the records say. What is kept apart is always followed."""
    ones = {pair: said for pair, said in sorted(now.decided.items()) if said[0].person_kind == person_kind}
    prints = _fingerprints(identities, sorted({ref for pair in ones for ref in pair}))
    decisions, people, left_out = [], {}, {}
    for pair, said in ones.items():
        joined = said[0].what == JOIN
        current = {person_named(one.by) for one in said if _still(one, prints)}
        if joined and len(current) < max(one.needs for one in said):
            left_out[pair] = (
                f"a reviewer's join, {pair[0]} with {pair[1]}, was not followed: a name, birth or shared number of theirs has changed since. Decide it again"
            )
            continue
        decisions.append(Decision(*pair, joined=joined))
        if joined:
            people[pair] = len(current)
    return Followed(tuple(decisions), people, left_out)


def on_one_word(chosen: Followed, clusters: Path, identities: Path) -> list[tuple[str, str]]:
    """The joins made by fewer than two people whose person, in these clusters, has a restricted or high-risk record."""
    with duckdb.connect() as db:
        persons = dict(db.execute(f"select record_ref, person_ref from read_parquet({text(str(clusters))})").fetchall())
        rows = db.execute(f"select record_ref from read_parquet({text(str(identities))}) where restricted or high_risk").fetchall()
    guarded = {persons[row[0]] for row in rows if row[0] in persons}
    return [pair for pair, number in chosen.people.items() if number < 2 and persons.get(pair[0]) in guarded]


def _still(one: Decided, prints: Mapping[str, str]) -> bool:
    return all(ref in prints and one.evidence.get(ref) == prints[ref] for ref in one.pair)


def _fingerprints(identities: Path, refs: list[str]) -> dict[str, str]:
    with duckdb.connect() as db:
        rows = db.execute(
            f"select record_ref, {', '.join(EVIDENCE)} from read_parquet({text(str(identities))}) where list_contains(?, record_ref)",
            [refs],
        ).fetchall()
    return {row[0]: fingerprint(dict(zip(EVIDENCE, row[1:], strict=True))) for row in rows}

"""Puts pairs of records to reviewers and takes their decisions: who may decide alone, on which evidence, and that two at once do not cross.

What the linker made of a pair (its weight, or whether it was linked) is not among what a reviewer is given.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from candour.records.chronology import open_chronology
from candour.records.followed import fingerprint
from candour.records.identities import COLUMNS, NAMING
from candour.records.link_decisions import APART, JOIN, UNDO, Decided, append, person_named, read_decisions, standing
from candour.records.linkage.settings import LinkRefused
from candour.records.linkage.unions import Unions
from candour.records.links import link_folder, read_links
from candour.records.quoting import text
from candour.records.store import hold

SHOWN = (*NAMING[:3], "born_on", "sex", "address", "postcode", "school", "phone", "shared_id")
"""What a reviewer sees of each record."""


@dataclass(frozen=True)
class Pair:
    """A pair of the last link run. `id` is made from the two record_refs alone; `shown_as` (linked or possible) is kept and never shown."""

    id: str
    left_ref: str
    right_ref: str
    person_kind: str
    shown_as: str
    left_person: str
    right_person: str


def pair_id(left_ref: str, right_ref: str) -> str:
    """Twelve hexadecimal digits that name a pair, whichever record comes first."""
    return hashlib.sha256("\n".join(sorted((left_ref, right_ref))).encode()).hexdigest()[:12]


def read_pairs(store: Path, shown_as: str | None = None, link_id: str | None = None) -> tuple[Pair, ...]:
    """The pairs of a link run (the last one), in the order of their ids; of one outcome (linked, possible) where asked. Raises LinkRefused where there is none."""
    links = read_links(store, link_id)
    if links is None:
        raise LinkRefused(f"{store}: nothing was linked yet. Link first: candour link --store {store}")
    found = []
    with duckdb.connect() as db:
        for kind in links.kinds:
            folder = link_folder(store, links.link_id) / kind
            if not (folder / "pairs.parquet").is_file():
                continue
            clusters = f"read_parquet({text(str(folder / 'clusters.parquet'))})"
            rows = db.execute(
                f"select left_ref, right_ref, outcome, l.person_ref, r.person_ref from read_parquet({text(str(folder / 'pairs.parquet'))}) "
                f"join {clusters} l on l.record_ref = left_ref join {clusters} r on r.record_ref = right_ref"
            ).fetchall()
            found += [Pair(pair_id(left, right), left, right, kind, outcome, one, two) for left, right, outcome, one, two in rows]
    return tuple(sorted((one for one in found if shown_as in (None, one.shown_as)), key=lambda one: one.id))


def to_review(store: Path, shown_as: str = "possible", by: str = "") -> tuple[Pair, ...]:
    """The pairs that nobody has decided, or that want a second person other than `by`; in the order of their ids, which says nothing of the linker's weights."""
    decisions = read_decisions(store)
    now = standing(decisions)
    mine = {pair for pair, said in now.waiting.items() if by and any(person_named(one.by) == person_named(by) for one in said)}
    links = read_links(store)
    again = set(links.not_followed) if links else set()
    return tuple(
        one
        for one in read_pairs(store)
        if (one.left_ref, one.right_ref) not in mine
        and ((one.shown_as == shown_as and (one.left_ref, one.right_ref) not in now.decided) or _again(one, shown_as, again))
    )


def _again(pair: Pair, shown_as: str, again: set[tuple[str, str]]) -> bool:
    """Whether a pair waits because the last link run did not follow what was decided of it."""
    return shown_as == "possible" and (pair.left_ref, pair.right_ref) in again


def read_records(store: Path, refs: Iterable[str]) -> dict[str, dict[str, object]]:
    """What each of these records says, by record_ref: the columns of identities, for a reviewer's eyes alone."""
    chronology = open_chronology(store)
    if not chronology.identities.is_file():
        return {}
    with duckdb.connect() as db:
        rows = db.execute(
            f"select {', '.join(COLUMNS)} from read_parquet({text(str(chronology.identities))}) where list_contains(?, record_ref)",
            [list(refs)],
        ).fetchall()
    return {row[0]: dict(zip(COLUMNS, row, strict=True)) for row in rows}


def guarded_pairs(store: Path, pairs: Sequence[Pair], decisions: Sequence[Decided] = ()) -> set[str]:
    """The ids of the pairs whose join would touch a restricted or high-risk record: one of the two, or any that is joined with either already."""
    links = read_links(store)
    chronology = open_chronology(store)
    if links is None or not chronology.identities.is_file():
        return set()
    persons: dict[str, str] = {}
    with duckdb.connect() as db:
        for kind in links.kinds:
            file = link_folder(store, links.link_id) / kind / "clusters.parquet"
            if file.is_file():
                persons.update(db.execute(f"select record_ref, person_ref from read_parquet({text(str(file))})").fetchall())
        guarded = [
            row[0]
            for row in db.execute(
                f"select record_ref from read_parquet({text(str(chronology.identities))}) where restricted or high_risk"
            ).fetchall()
        ]
    numbers: dict[str, int] = {}
    groups = Unions()

    def number(ref: str) -> int:
        return numbers.setdefault(persons.get(ref, ref), len(numbers))

    now = standing(decisions)
    for ones in (*now.decided.values(), *now.waiting.values()):
        if ones[0].what == JOIN:
            groups.join(number(ones[0].left_ref), number(ones[0].right_ref))
    kept = {groups.of(number(ref)) for ref in guarded}
    return {one.id for one in pairs if {groups.of(number(one.left_ref)), groups.of(number(one.right_ref))} & kept}


def decide(store: Path, named: str, what: str, *, by: str, reason: str, at: datetime) -> Decided:
    """Take one reviewer's decision (join or apart) of a pair, named by its id or as `LEFT_REF,RIGHT_REF`, and write it down.

    `at` is the present moment, UTC without zone. A join that touches a restricted or high-risk record needs two people. Raises LinkRefused with nothing
    written where the pair is not known, a name or a reason is lacking, or it contradicts what stands; StoreBusy while another writes to the store.
    """
    _said(by, reason)
    open_chronology(store)
    with hold(store):
        decisions = read_decisions(store)
        pair = _named(store, named, decisions)
        records = read_records(store, (pair.left_ref, pair.right_ref))
        for ref in (pair.left_ref, pair.right_ref):
            if ref not in records:
                raise LinkRefused(f"{ref}: is not among the records of this store. Take the reference from candour review next or list.")
        needs = 2 if what == JOIN and guarded_pairs(store, [pair], decisions) else 1
        evidence = {ref: fingerprint(records[ref]) for ref in (pair.left_ref, pair.right_ref)}
        new = Decided(
            0, at, " ".join(by.split()), what, pair.person_kind, pair.left_ref, pair.right_ref, reason, needs, evidence, pair.shown_as
        )
        return append(store, new)


def undo(store: Path, number: int, *, by: str, reason: str, at: datetime) -> Decided:
    """Take a decision back, by its number; an apart that touches a restricted or high-risk record needs two people. Raises as `decide`."""
    _said(by, reason)
    open_chronology(store)
    with hold(store):
        decisions = read_decisions(store)
        before = next((one for one in decisions if one.number == number and one.what != UNDO), None)
        if before is None:
            raise LinkRefused(f"There is no decision {number} to take back. See candour review list.")
        pair = Pair(pair_id(*before.pair), *before.pair, before.person_kind, "", *before.pair)
        needs = 2 if before.what == APART and guarded_pairs(store, [pair], decisions) else 1
        new = Decided(0, at, " ".join(by.split()), UNDO, before.person_kind, *before.pair, reason, needs, undoes=number)
        return append(store, new)


def _said(by: str, reason: str) -> None:
    if not person_named(by):
        raise LinkRefused("A decision needs the name of who makes it: --by NAME.")
    if not reason.strip():
        raise LinkRefused("A decision needs its reason: --reason TEXT.")


def _named(store: Path, named: str, decisions: Sequence[Decided]) -> Pair:
    pairs = read_pairs(store)
    left, comma, right = named.partition(",")
    refs = sorted((left.strip(), right.strip()))
    wanted = pair_id(*refs) if comma else named.strip()
    for pair in pairs:
        if pair.id == wanted:
            return pair
    for one in decisions:
        if pair_id(*one.pair) == wanted:
            return Pair(wanted, *one.pair, one.person_kind, one.shown_as, one.left_ref, one.right_ref)
    kinds = [ref.split(":")[1] if ref.count(":") >= 2 else "" for ref in refs]
    if not comma or refs[0] == refs[1] or kinds[0] != kinds[1] or not kinds[0]:
        raise LinkRefused(
            f"{named}: is no pair of the last links. Name it as candour review next does, or as LEFT_REF,RIGHT_REF of two records of one kind."
        )
    return Pair(wanted, refs[0], refs[1], kinds[0], "", refs[0], refs[1])

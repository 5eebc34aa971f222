"""What reviewers decided about pairs of records: an append-only file, `STORE/links/decisions.jsonl`, in which nothing is ever changed.

A decision is taken back by another line. What stands is read from the whole of it, and honoured by every later link run.
"""

from __future__ import annotations

import json
import os
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path

from candour.records.linkage.decisions import Decision
from candour.records.linkage.settings import LinkRefused
from candour.records.linkage.unions import Unions

DECISIONS = "decisions.jsonl"
JOIN, APART, UNDO = "join", "apart", "undo"


@dataclass(frozen=True)
class Decided:
    """One line. `at` is UTC without zone. A join with `needs` 2 stands when two people have decided it. `evidence` is the SHA-256 of what each record
    said; `shown_as` what the linker had made of the pair (linked or possible), which the reviewer was not shown. An undo names the decision it takes back, and with `needs` 2
    takes it back when two people have said so."""

    number: int
    at: datetime
    by: str
    what: str
    person_kind: str
    left_ref: str
    right_ref: str
    reason: str
    needs: int = 1
    evidence: Mapping[str, str] = field(default_factory=dict)
    shown_as: str = ""
    undoes: int | None = None

    @property
    def pair(self) -> tuple[str, str]:
        """The two record_refs, the lesser first."""
        return self.left_ref, self.right_ref


@dataclass(frozen=True)
class Standing:
    """What stands: by pair, the decisions that make it; and the joins that still want a second person."""

    decided: Mapping[tuple[str, str], tuple[Decided, ...]]
    waiting: Mapping[tuple[str, str], tuple[Decided, ...]]

    @property
    def number(self) -> int:
        """How many pairs are decided."""
        return len(self.decided)

    def of_kind(self, person_kind: str) -> list[Decision]:
        """The decisions as the linker takes them."""
        return [
            Decision(*pair, joined=said[0].what == JOIN)
            for pair, said in sorted(self.decided.items())
            if said[0].person_kind == person_kind
        ]


def read_decisions(store: Path) -> tuple[Decided, ...]:
    """Every line of the store's decisions, in order. Raises LinkRefused with the line that cannot be read."""
    file = store / "links" / DECISIONS
    if not file.is_file():
        return ()
    found = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            content = json.loads(line)
            one = Decided(**{**content, "at": datetime.fromisoformat(content["at"])})
        except (ValueError, KeyError, TypeError) as error:
            raise LinkRefused(f"{file}, line {number}: is not a decision that can be read. Restore the file from a backup.") from error
        if one.number != number:
            raise LinkRefused(
                f"{file}, line {number}: is numbered {one.number}; a line is missing or was put in. Restore the file from a backup."
            )
        found.append(one)
    return tuple(found)


def person_named(name: str) -> str:
    """A reviewer's name as it is compared: of one form (NFKC), without capitals or characters that show nothing, and with single spaces."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return " ".join("".join(one for one in plain if unicodedata.category(one) != "Cf").split())


def undone_of(decisions: Sequence[Decided]) -> set[int]:
    """The numbers of the decisions that were taken back by as many people as that needed."""
    by: dict[int, list[Decided]] = {}
    for one in decisions:
        if one.what == UNDO and one.undoes is not None:
            by.setdefault(one.undoes, []).append(one)
    return {number for number, ones in by.items() if len({person_named(one.by) for one in ones}) >= max(one.needs for one in ones)}


def standing(decisions: Sequence[Decided]) -> Standing:
    """What stands after every line."""
    undone = undone_of(decisions)
    said: dict[tuple[str, str], list[Decided]] = {}
    for one in decisions:
        if one.what != UNDO and one.number not in undone:
            said.setdefault(one.pair, []).append(one)
    whole = {
        pair: tuple(ones) for pair, ones in said.items() if len({person_named(one.by) for one in ones}) >= max(one.needs for one in ones)
    }
    return Standing(whole, {pair: tuple(ones) for pair, ones in said.items() if pair not in whole})


def why_not(decisions: Sequence[Decided], new: Decided) -> str:
    """Why a decision cannot be taken beside those that stand or wait for a second person; empty where it can."""
    now = standing(decisions)
    said = {**now.decided, **now.waiting}
    before = said.get(new.pair, ())
    for one in before:
        if one.what != new.what:
            return f"decision {one.number} says {one.what} of {one.left_ref} and {one.right_ref}. Take it back first: candour review undo {one.number}"
        if person_named(one.by) == person_named(new.by) and one.evidence == new.evidence:
            return f"decision {one.number} by {one.by} says so already" + (
                ", and a second person is wanted." if new.pair in now.waiting else "."
            )
    together = [ones[0] for ones in said.values() if ones[0].what == JOIN]
    apart = [ones[0] for ones in said.values() if ones[0].what == APART]
    (together if new.what == JOIN else apart).append(new)
    numbers: dict[str, int] = {}
    groups = Unions()
    for one in (*together, *apart):
        for ref in one.pair:
            numbers.setdefault(ref, len(numbers))
    for one in together:
        groups.join(numbers[one.left_ref], numbers[one.right_ref])
    for one in apart:
        if groups.of(numbers[one.left_ref]) == groups.of(numbers[one.right_ref]):
            chain = [
                other for other in together if groups.of(numbers[other.left_ref]) == groups.of(numbers[one.left_ref]) and other is not new
            ]
            told = [f"{other.left_ref} with {other.right_ref} (decision {other.number})" for other in chain]
            kept = f"{one.left_ref} apart from {one.right_ref}" + (f" (decision {one.number})" if one is not new else "")
            return f"it contradicts others: {'; '.join([*told, kept])}. Take one back first."
    return ""


def append(store: Path, new: Decided) -> Decided:
    """Write a decision at the end of the file, on the disk before this returns, and give it with its number. The store must be held.

    Raises LinkRefused, with nothing written, where it cannot be taken.
    """
    decisions = read_decisions(store)
    one = replace(new, number=len(decisions) + 1)
    if one.what == UNDO:
        if one.undoes is None or not any(other.number == one.undoes and other.what != UNDO for other in decisions):
            raise LinkRefused(f"There is no decision {one.undoes} to take back. See candour review list.")
        if one.undoes in undone_of(decisions):
            raise LinkRefused(f"Decision {one.undoes} was taken back before.")
        if any(other.undoes == one.undoes and person_named(other.by) == person_named(one.by) for other in decisions):
            raise LinkRefused(f"{one.by} took decision {one.undoes} back before, and a second person is wanted.")
    elif reason := why_not(decisions, one):
        raise LinkRefused(f"{one.left_ref} and {one.right_ref} cannot be decided so: {reason}")
    folder = store / "links"
    folder.mkdir(mode=0o700, exist_ok=True)
    line = json.dumps({**asdict(one), "at": one.at.isoformat()}, ensure_ascii=False) + "\n"
    descriptor = os.open(folder / DECISIONS, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
    try:
        os.write(descriptor, line.encode("utf-8"))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return one

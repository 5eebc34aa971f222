"""What reviewers decided about pairs: joined or kept apart. Decisions stand above every weight and rule, and may not contradict one another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from candour.records.linkage.settings import LinkRefused
from candour.records.linkage.unions import Unions


class DecisionsContradict(LinkRefused):
    """Decisions that cannot all be followed; the message names their records. No link run is made until one is taken back."""


@dataclass(frozen=True)
class Decision:
    """One pair of records by their record_refs, in either order, and whether it is joined (True) or kept apart (False)."""

    left_ref: str
    right_ref: str
    joined: bool


def in_order(decisions: Iterable[Decision]) -> list[Decision]:
    """The decisions, each once, with left_ref < right_ref, in order of the pair.

    Raises LinkRefused, naming the pair, where one record is paired with itself, one pair is both joined and kept apart, or two records kept apart are
    joined by a chain of other decisions.
    """
    said: dict[tuple[str, str], bool] = {}
    for one in decisions:
        if one.left_ref == one.right_ref:
            raise DecisionsContradict(f"A decision pairs {one.left_ref} with itself. Take it back.")
        pair = (min(one.left_ref, one.right_ref), max(one.left_ref, one.right_ref))
        if said.setdefault(pair, one.joined) != one.joined:
            raise DecisionsContradict(
                f"The decisions contradict each other: {pair[0]} and {pair[1]} are both joined and kept apart. Take one back."
            )
    found = [Decision(left, right, joined) for (left, right), joined in sorted(said.items())]
    _refuse_chains(found)
    return found


def _refuse_chains(decisions: Sequence[Decision]) -> None:
    numbers = {ref: number for number, ref in enumerate(sorted({ref for one in decisions for ref in (one.left_ref, one.right_ref)}))}
    groups = Unions()
    for one in decisions:
        if one.joined:
            groups.join(numbers[one.left_ref], numbers[one.right_ref])
    for one in decisions:
        if not one.joined and groups.of(numbers[one.left_ref]) == groups.of(numbers[one.right_ref]):
            chain = [
                f"{other.left_ref} with {other.right_ref}"
                for other in decisions
                if other.joined and groups.of(numbers[other.left_ref]) == groups.of(numbers[one.left_ref])
            ]
            raise DecisionsContradict(
                f"The decisions contradict each other: {one.left_ref} and {one.right_ref} are kept apart, but are joined through others ({'; '.join(chain[:6])}). Take one back."
            )

"""How many occasions of each published failing are planted on the made-up force, and how many of them are found: a line for each of the 36 rows, and
below those that need a reader what each question raised."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import duckdb
from prompts import Held

from candour.prompts.asking import Asked
from candour.prompts.prompt import PromptKind
from candour.standards.frameworks import Failing, Frameworks
from candour.standards.model import Standard

PER_FAILING = """
select count(*) filter (planted in ('missed', 'late')) planted,
       count(*) filter (found in ('missed', 'late')) found,
       count(*) filter (planted in ('missed', 'late') and planted = found) same
from compared where standard in (select unnest(?))
"""
"""An occasion is of a failing when one of its standards was missed or late; it is found when the finding has the same outcome."""
KINDS: Mapping[str, tuple[PromptKind, ...]] = {
    "wording": (PromptKind.WORDING, PromptKind.QUOTED),
    "copied": (PromptKind.COPIED,),
    "empty": (PromptKind.EMPTY,),
}
"""The kinds of prompt that the made-up force plants, by the check that raises them."""
FLOORS: Mapping[PromptKind, tuple[float, float]] = {
    PromptKind.WORDING: (0.90, 0.75),
    PromptKind.QUOTED: (0.90, 0.60),
    PromptKind.COPIED: (0.85, 0.95),
    PromptKind.EMPTY: (0.95, 0.95),
}
"""Precision and recall below which a kind of prompt has got worse. Ours, put below what was measured with 2,000 cases (seed 1): wording 1.00 and 0.96 of 23
planted, in another's words 1.00 and 0.92 of 12, copied 0.92 and 1.00 of 95, empty 1.00 and 1.00 of 128. Some wording is planted that no list holds, and some
stories of the simulation repeat a sentence that its pen did not plant."""
FEWEST = 5
"""Of fewer entries a share is told and not held to its floor (ours)."""


def failing_lines(
    db: duckdb.DuckDBPyConnection,
    standards: Sequence[Standard],
    frameworks: Frameworks,
    asked: Sequence[Asked],
    held: Mapping[PromptKind, Held],
) -> Iterator[str]:
    """A heading and a line for each failing, from the table `compared` of `truth.py`.

    A row that dates and codes cannot decide (no D in its kind) can only be put before a reader, never found: below it stands how many prompts each question
    that names it raised, and of the kinds that are planted precision and recall, of every failing together. Whatever part of it a standard shows is counted
    all the same.
    """
    yield f"{'failing':50} {'kind':4} {'standards':>9} {'planted':>9} {'found':>9} {'precision':>9} {'recall':>9}"
    for failing in frameworks.failings.values():
        ids = sorted({one.id for one in standards if failing.number in one.informs.failings})
        needs_reader = {"T", "J"} & set(failing.kind)
        asking = [one for one in asked if needs_reader and failing.number in one.definition.informs.get("failings", ())]
        said = "  asked of a reader: by no question, for no field of a record holds its words" if needs_reader and not asking else ""
        yield _line(failing, ids, db.execute(PER_FAILING, [ids]).fetchone() or (0, 0, 0)) + said
        for one in asking:
            yield f"     asked of a reader: {_raised(one, held)}"


def _line(failing: Failing, ids: Sequence[str], counted: Sequence[int]) -> str:
    planted, found, same = counted
    start = f"{failing.number:2} {failing.failing[:47]:47} {'/'.join(failing.kind):4} {len(ids):9}"
    if not ids:
        return f"{start}  no standard"
    return f"{start} {planted:9,} {found:9,} {_figure(same, found)} {_figure(same, planted)}"


def _figure(part: int, whole: int) -> str:
    return f"{part / whole:9.4f}" if whole else f"{'-':>9}"


def _raised(one: Asked, held: Mapping[PromptKind, Held]) -> str:
    """`copied-text: 9 prompts (7 copied, 2 stock) of 801 texts; copied: planted 7, precision 1.0000, recall 1.0000`."""
    number = sum(one.raised.values())
    kinds = f" ({', '.join(f'{times:,} {kind}' for kind, times in one.raised.items())})" if len(one.raised) > 1 else ""
    there = f"{number:,} prompts{kinds} of {one.eligible:,} texts" if one.eligible else "no such text on the made-up force"
    figures = [
        f"; {kind.value}: planted {held[kind].planted:,}, precision {_figure(held[kind].right, held[kind].raised).strip()}, "
        f"recall {_figure(held[kind].right, held[kind].planted).strip()}"
        for kind in KINDS.get(one.definition.check, ())
    ]
    return f"{one.definition.id}: {there}{''.join(figures) or '; not planted'}"


def below_floor(held: Mapping[PromptKind, Held]) -> list[str]:
    """What each kind of prompt that fell below its floor has, and what it should have; nothing where none did."""
    found = []
    for kind, floors in FLOORS.items():
        one = held[kind]
        for name, whole, floor in (("precision", one.raised, floors[0]), ("recall", one.planted, floors[1])):
            if whole >= FEWEST and one.right / whole < floor:
                found.append(f"Prompts of the kind {kind.value}: {name} {one.right / whole:.4f}, below the floor of {floor:.2f} (ours).")
    return found

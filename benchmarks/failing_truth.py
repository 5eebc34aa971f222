"""How many occasions of each published failing are planted on the made-up force, and how many of them are found: one line for each of the 36 rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb

from candour.prompts.definitions import Definition
from candour.standards.frameworks import Failing, Frameworks
from candour.standards.model import Standard

PER_FAILING = """
select count(*) filter (planted in ('missed', 'late')) planted,
       count(*) filter (found in ('missed', 'late')) found,
       count(*) filter (planted in ('missed', 'late') and planted = found) same
from compared where standard in (select unnest(?))
"""
"""An occasion is of a failing when one of its standards was missed or late; it is found when the finding has the same outcome."""


def failing_lines(
    db: duckdb.DuckDBPyConnection, standards: Sequence[Standard], frameworks: Frameworks, questions: Sequence[Definition]
) -> Iterator[str]:
    """A heading and a line for each failing, from the table `compared` of `truth.py`.

    A row that dates and codes cannot decide (no D in its kind) can only be put before a reader, never found: the questions that name it are told, or that none
    does. Whatever part of it a standard shows is counted all the same. What the questions find is measured by `prompts.py`.
    """
    yield f"{'failing':50} {'kind':4} {'standards':>9} {'planted':>9} {'found':>9} {'precision':>9} {'recall':>9}"
    for failing in frameworks.failings.values():
        ids = sorted({one.id for one in standards if failing.number in one.informs.failings})
        asked = [one.id for one in questions if failing.number in one.informs.get("failings", ())]
        yield _line(failing, ids, asked, db.execute(PER_FAILING, [ids]).fetchone() or (0, 0, 0))


def _line(failing: Failing, ids: Sequence[str], asked: Sequence[str], counted: Sequence[int]) -> str:
    planted, found, same = counted
    start = f"{failing.number:2} {failing.failing[:47]:47} {'/'.join(failing.kind):4} {len(ids):9}"
    said = f"  asked of a reader: {', '.join(asked) or 'by no question'}" if {"T", "J"} & set(failing.kind) else ""
    if not ids:
        return f"{start}  no standard{said}"
    precision = f"{same / found:9.4f}" if found else f"{'-':>9}"
    recall = f"{same / planted:9.4f}" if planted else f"{'-':>9}"
    return f"{start} {planted:9,} {found:9,} {precision} {recall}{said}"

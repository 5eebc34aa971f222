"""Makes, from the findings of a run, what they would be if more records were of one person: only what that touches is looked at again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from candour.evaluation.refreshing import Plan, Present, refresh, too_many
from candour.findings.runs import Run
from candour.records.changes import Changes
from candour.records.chronology import Chronology
from candour.records.relinked import relinked
from candour.standards.model import Standard


def look_again_if_joined(run: Run, folder: Path, now: Present, joined: Chronology, out: Path) -> bool:
    """Write to `out` the findings of a run, which lies in `folder` and rests on `now`, as they would be in a chronology in which more records are joined.

    Of the joined chronology the events are not read: its generation's rows by kind serve. False, with nothing written, where so much would be
    touched that everything is assessed.
    """
    if now.chronology.files is None:
        raise ValueError("the run is not of a linked chronology")
    changes = relinked(Changes(), joined, now.chronology.files)
    if too_many(changes, run.events):
        return False
    refresh(Plan(run, folder, changes, ()), replace(now, chronology=joined), out, _in_full)
    return True


def _in_full(standards: Sequence[Standard]) -> Path:
    raise ValueError(f"{len(standards)} standards should be looked at again where records are joined, and not in full")

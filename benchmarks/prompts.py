"""Holds the questions for a person against what the made-up force planted for them: how many are right, and how many were missed.

    PYTHONPATH=src python benchmarks/prompts.py [--cases 200] [--seed 1]

Makes, imports and assesses a made-up force, asks the questions, and prints a table in Markdown. All planted wording is in the list today: what a list misses shows in benchmarks/wording.py.
`truth.py` asks them on its own force and gives the figures for each published failing.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from candour.evaluation.assessing import Question, assess
from candour.findings.runs import Run, run_folder
from candour.prompts.asking import Asked, gather_prompts
from candour.prompts.definitions import load_definitions
from candour.prompts.prompt import KIND_TITLES, PromptKind
from candour.prompts.wording_list import load_wording
from candour.prompts.writing import PROMPTS, write_prompts
from candour.records.importing import import_delivery
from candour.records.vocabulary import find_catalogue, load_vocabulary
from candour.simulation.run import simulate
from candour.statistics.intervals import wilson_interval

PLANTED = (PromptKind.WORDING, PromptKind.QUOTED, PromptKind.COPIED, PromptKind.EMPTY)


@dataclass(frozen=True)
class Held:
    """Entries of one kind: rightly raised, raised, and planted."""

    right: int
    raised: int
    planted: int


def make(folder: Path, cases: int, seed: int) -> tuple[Path, Path]:
    """Make, import, assess and ask; gives the file of prompts and the file of what was planted."""
    simulate(folder / "made", cases, seed)
    store, when = folder / "store", datetime(2026, 4, 1, 8, tzinfo=UTC)
    import_delivery(folder / "made" / "exports", "northshire", store, received_at=when)
    file, _ = ask(store, assess(store, Question(), made_at=when.replace(tzinfo=None)))
    return file, folder / "made" / "truth" / "prompts.parquet"


def ask(store: Path, run: Run) -> tuple[Path, tuple[Asked, ...]]:
    """Ask every question of the catalogue of a run; gives the file of prompts and what came of each question."""
    vocabulary = load_vocabulary()
    definitions = load_definitions(vocabulary)
    wording = {one.id: load_wording(find_catalogue() / one.wording) for one in definitions if one.wording}
    gathered = gather_prompts(store, run, vocabulary, definitions, wording)
    file = run_folder(store, run.run_id) / PROMPTS
    write_prompts(gathered.prompts, file)
    return file, gathered.asked


def hold(prompts: Path, planted: Path) -> Mapping[PromptKind, Held]:
    """The entries raised against those planted, by each kind that is planted. An entry counts once for each of its fields."""
    held = {}
    with duckdb.connect() as db:
        for kind in PLANTED:
            raised, there = [
                set(db.execute("select distinct event_id, field from read_parquet(?) where kind = ?", [str(file), kind.value]).fetchall())
                for file in (prompts, planted)
            ]
            held[kind] = Held(len(raised & there), len(raised), len(there))
    return held


def table(prompts: Path, planted: Path) -> str:
    """Entries rightly raised, raised and planted, by kind, with precision, recall and their 95 % Wilson intervals."""
    lines = ["| question | planted | raised | precision | recall |", "|---|---|---|---|---|"]
    for kind, one in hold(prompts, planted).items():
        lines.append(
            f"| {KIND_TITLES[kind]} | {one.planted} | {one.raised} | {_share(one.right, one.raised)} | {_share(one.right, one.planted)} |"
        )
    return "\n".join(lines)


def _share(part: int, whole: int) -> str:
    reach = wilson_interval(part, whole)
    return f"{part / whole:.2f} ({reach.lower:.2f} to {reach.upper:.2f})" if reach else "none"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(table(*make(Path(folder), given.cases, given.seed)))


if __name__ == "__main__":
    main()

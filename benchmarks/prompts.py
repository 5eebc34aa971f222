"""Holds the questions for a person against what the made-up force planted for them: how many are right, and how many were missed.

    PYTHONPATH=src python benchmarks/prompts.py [--cases 200] [--seed 1]

Makes, imports and assesses a made-up force, asks the questions, and prints a table in Markdown. Wording that no list holds is planted too, and counts as missed.
"""

from __future__ import annotations

import argparse
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from candour.evaluation.assessing import Question, assess
from candour.findings.runs import run_folder
from candour.prompts.asking import gather_prompts
from candour.prompts.definitions import load_definitions
from candour.prompts.prompt import KIND_TITLES, PromptKind
from candour.prompts.wording_list import load_wording
from candour.prompts.writing import PROMPTS, write_prompts
from candour.records.importing import import_delivery
from candour.records.vocabulary import find_catalogue, load_vocabulary
from candour.simulation.run import simulate
from candour.statistics.intervals import wilson_interval

PLANTED = (PromptKind.WORDING, PromptKind.QUOTED, PromptKind.COPIED, PromptKind.EMPTY)


def make(folder: Path, cases: int, seed: int) -> tuple[Path, Path]:
    """Make, import, assess and ask; gives the file of prompts and the file of what was planted."""
    simulate(folder / "made", cases, seed)
    store, when = folder / "store", datetime(2026, 4, 1, 8, tzinfo=UTC)
    import_delivery(folder / "made" / "exports", "northshire", store, received_at=when)
    run = assess(store, Question(), made_at=when.replace(tzinfo=None))
    definitions = load_definitions(load_vocabulary())
    wording = {one.id: load_wording(find_catalogue() / one.wording) for one in definitions if one.wording}
    file = run_folder(store, run.run_id) / PROMPTS
    write_prompts(gather_prompts(store, run, load_vocabulary(), definitions, wording).prompts, file)
    return file, folder / "made" / "truth" / "prompts.parquet"


def table(prompts: Path, planted: Path) -> str:
    """Entries rightly raised, raised and planted, by kind, with precision, recall and their 95 % Wilson intervals."""
    lines = ["| question | planted | raised | precision | recall |", "|---|---|---|---|---|"]
    with duckdb.connect() as db:
        for kind in PLANTED:
            sets = [
                set(db.execute("select distinct event_id, field from read_parquet(?) where kind = ?", [str(file), kind.value]).fetchall())
                for file in (prompts, planted)
            ]
            right = len(sets[0] & sets[1])
            lines.append(
                f"| {KIND_TITLES[kind]} | {len(sets[1])} | {len(sets[0])} | {_share(right, len(sets[0]))} | {_share(right, len(sets[1]))} |"
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

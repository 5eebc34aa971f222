"""One whole assessment of a chronology: start, read the catalogue, evaluate every standard, write the findings.

`python benchmarks/assess_once.py FOLDER OUT.parquet [--only ID ...] [--without ID ...] [--memory-limit 3GB] [--in-parts EVENTS] [--against-reference] [--profile]`
FOLDER is one that make_chronology.py made. `--profile` prints the seconds that each standard took, the slowest first.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import astuple
from datetime import datetime
from pathlib import Path
from time import perf_counter

from asked_standards import asked_standards

from candour.evaluation.dividing import Asked
from candour.evaluation.in_parts import MEMORY_LIMIT, Means, evaluate_in_parts, evaluate_whole
from candour.findings.finding import FINDING_COLUMNS
from candour.records.calendars import load_calendar
from candour.records.chronology import source_from_json
from candour.records.scene import Scene, SourceTold
from candour.records.vocabulary import Vocabulary, load_vocabulary
from candour.standards.model import Standard

EVERYTHING_KNOWN = datetime(9999, 1, 1)


def main() -> None:
    """Assess, and say how many findings there are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", nargs="*", default=[], help="ids of standards (default: the whole catalogue)")
    parser.add_argument("--without", nargs="*", default=[], help="ids of standards to leave out")
    parser.add_argument("--memory-limit")
    parser.add_argument("--in-parts", type=int, default=0, help="divide it into parts of about so many events, as a large chronology is")
    parser.add_argument(
        "--against-reference", action="store_true", help="also evaluate with the reference evaluator, and count the findings that differ"
    )
    parser.add_argument("--profile", action="store_true")
    told = parser.parse_args()
    began = perf_counter()
    vocabulary = load_vocabulary()
    standards = tuple(standard for standard in asked_standards(told.only, vocabulary) if standard.id not in told.without)
    made = json.loads((told.folder / "made.json").read_text(encoding="utf-8"))
    sources = tuple(source_from_json(one).told for one in json.loads((told.folder / "sources.json").read_text(encoding="utf-8")))
    steps: list[tuple[str, float]] = [("loading the catalogue", began)]
    asked = Asked(
        *(told.folder / f"{name}.parquet" for name in ("events", "cases", "children")), sources, standards, vocabulary, load_calendar(),
        datetime.fromisoformat(made["as_of"]), EVERYTHING_KNOWN,
    )  # fmt: skip

    def progress(doing: str, _: float) -> None:
        steps.append((doing, perf_counter()))

    if told.in_parts:
        means = Means(told.memory_limit or MEMORY_LIMIT, spill=told.folder / "spill")
        parts = told.out.with_name("parts")
        found = evaluate_in_parts(asked, told.out, folder=parts, events_at_once=told.in_parts, means=means, progress=progress)
        shutil.rmtree(parts)
    else:
        found = evaluate_whole(asked, told.out, Means(told.memory_limit, spill=told.folder / "spill"), progress)
    ended = perf_counter()
    if told.profile:
        took = [(after - before, doing) for (doing, before), after in zip(steps, [*(at for _, at in steps[1:]), ended], strict=True)]
        for seconds, doing in sorted(took, reverse=True):
            print(f"{seconds:8.3f} s  {doing}")
        print(f"{ended - began:8.3f} s  in all")
    answer = {"standards": len(standards), "findings": found}
    if told.against_reference:
        answer["different"] = different(told.folder, told.out, standards, vocabulary, sources, datetime.fromisoformat(made["as_of"]))
    print(json.dumps(answer))


def different(
    folder: Path, out: Path, standards: Sequence[Standard], vocabulary: Vocabulary, sources: tuple[SourceTold, ...], as_of: datetime
) -> int:
    """How many findings in `out` and of the reference evaluator are not in the other, in every column."""
    import duckdb

    from candour.evaluation.reference import evaluate

    tables = []
    for name, order in (("events", "position"), ("cases", "case_ref"), ("children", "child_ref")):
        result = duckdb.sql(f"select * from '{folder / name}.parquet' order by {order}")
        tables.append(tuple(dict(zip(result.columns, row, strict=True)) for row in result.fetchall()))
    reference = Counter(
        astuple(finding) for finding in evaluate(Scene(*tables, sources), standards, vocabulary, load_calendar(), as_of, EVERYTHING_KNOWN)
    )
    relational = Counter(duckdb.sql(f"select {', '.join(FINDING_COLUMNS)} from '{out}'").fetchall())
    return sum(((reference - relational) | (relational - reference)).values())


if __name__ == "__main__":
    main()

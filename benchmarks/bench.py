"""Measures the speed of an assessment as ratios, in one run: against reading and sorting, against pandas, and against pm4py.

`make bench`, or `python benchmarks/bench.py [--events 100000 1000000 10000000] [--runs 3] [--work DIR] [--write]`. Every figure is of a whole process (start,
read the standards, read Parquet, evaluate, write), measured from outside; the runs of what is compared are interleaved, and medians are given. `--write`
writes the table to `benchmarks/results.md`.

The limit is what DuckDB takes to read the columns that the standards rest on, of the events, and to sort them by case and time. Beside it a lean limit is
given, for which only the columns of a finding are read and sorted: nothing is promised of it, but it shows what wide columns cost.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RULES = 45
GIANT = 200_000


def chosen() -> list[str]:
    """The ids of the standards measured: so many of the catalogue's, evenly spread over its areas."""
    from candour.records.vocabulary import load_vocabulary
    from candour.standards.loading import load_standards

    found = load_standards(None, load_vocabulary())
    return [standard.id for standard in found[:: max(1, len(found) // RULES)]][:RULES]


# The parts, each run as a process of its own


def part_limit(folder: Path, ids: list[str], *, lean: bool) -> None:
    """Read and sort."""
    import duckdb

    from candour.records.vocabulary import load_vocabulary

    if lean:
        columns = [
            "position",
            "event_id",
            "kind",
            "case_ref",
            "child_ref",
            "episode_ref",
            "actor_ref",
            "unit",
            "occurred_at",
            "occurred_to",
            "recorded_at",
        ]
    else:
        from benchmarks.make_events import told
        from candour.evaluation.relational.run import needed_columns
        from candour.standards.loading import load_standards

        vocabulary = load_vocabulary()
        columns = needed_columns([one for one in load_standards(None, vocabulary) if one.id in ids], vocabulary, told(vocabulary))
    listed = ", ".join(f'"{name}"' for name in columns)
    with duckdb.connect(config={"memory_limit": "12GB", "temp_directory": str(folder / "tmp")}) as connection:
        connection.execute(
            f"CREATE TEMP TABLE sorted AS SELECT {listed} FROM read_parquet('{folder}/events.parquet') ORDER BY case_ref, occurred_at"
        )


def part_assess(folder: Path, ids: list[str], out: Path) -> None:
    """Assess and write the findings."""
    from benchmarks.make_events import AS_OF, told
    from candour.evaluation.relational import evaluate_files
    from candour.records.calendars import load_calendar
    from candour.records.vocabulary import load_vocabulary
    from candour.standards.loading import load_standards

    vocabulary = load_vocabulary()
    standards = [standard for standard in load_standards(None, vocabulary) if standard.id in ids]
    files = (folder / name for name in ("events.parquet", "cases.parquet", "children.parquet"))
    evaluate_files(*files, told(vocabulary), standards, vocabulary, load_calendar(), AS_OF, AS_OF, out=out, temp_folder=folder / "tmp")


def part_pm4py(folder: Path, pairs: list[str]) -> None:
    """The log skeleton of the pairs `first>then` (a first is always followed by a then), checked on every case."""
    import pandas as pd
    import pm4py

    events = pd.read_parquet(folder / "events.parquet", columns=["case_ref", "kind", "occurred_at"]).dropna()
    log = pm4py.format_dataframe(events, case_id="case_ref", activity_key="kind", timestamp_key="occurred_at")
    after = {tuple(pair.split(">")) for pair in pairs}
    skeleton = {
        "equivalence": set(),
        "always_after": after,
        "always_before": set(),
        "never_together": set(),
        "directly_follows": set(),
        "activ_freq": {},
    }
    pm4py.conformance_log_skeleton(log, skeleton)


# Measuring


def measured(arguments: list[str]) -> tuple[float, float]:
    """Wall seconds and the greatest resident memory (GiB) of a process."""
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, *arguments], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    if status != 0:
        raise SystemExit(f"{' '.join(arguments[:3])} ended with status {status}.")
    return seconds, usage.ru_maxrss / 1024 / 1024


class Bench:
    """One run of all measurements."""

    def __init__(self, work: Path, runs: int) -> None:
        self.work = work
        self.runs = runs
        self.lines: list[str] = []

    def say(self, line: str) -> None:
        self.lines.append(line)
        print(line, flush=True)

    def folder(self, events: int, *options: str) -> Path:
        """The chronology of a size, made where it is not there yet."""
        name = f"{events}{''.join(options).replace('--', '-')}"
        folder = self.work / name
        if not (folder / "children.parquet").is_file():
            measured(["benchmarks/make_events.py", str(folder), str(events), *options])
        return folder

    def compare(self, parts: dict[str, list[str]], runs: int | None = None) -> dict[str, tuple[float, float]]:
        """Median seconds and greatest memory of each part, the runs interleaved."""
        taken: dict[str, list[tuple[float, float]]] = {name: [] for name in parts}
        for _ in range(runs or self.runs):
            for name, arguments in parts.items():
                taken[name].append(measured(arguments))
        return {name: (statistics.median(s for s, _ in found), max(m for _, m in found)) for name, found in taken.items()}

    def part(self, name: str, folder: Path, ids: list[str]) -> list[str]:
        return ["benchmarks/bench.py", "--part", name, "--folder", str(folder), "--ids", ",".join(ids)]

    def sizes(self, sizes: list[int], ids: list[str]) -> dict[int, float]:
        """Assess against the limit at every size."""
        self.say(f"| events | limit | lean limit | assess, {len(ids)} standards | ratio | to the lean limit | memory |")
        self.say("|---|---|---|---|---|---|---|")
        seconds: dict[int, float] = {}
        for events in sizes:
            folder = self.folder(events)
            found = self.compare(
                {name: self.part(name, folder, ids) for name in ("limit", "lean", "assess")}, 1 if events > 3_000_000 else None
            )
            (limit, _), (lean, _), (assess, memory) = found["limit"], found["lean"], found["assess"]
            seconds[events] = assess
            self.say(
                f"| {events:,} | {limit:.1f} s | {lean:.1f} s | {assess:.1f} s | {assess / limit:.2f} | {assess / lean:.2f} | {memory:.1f} GiB |"
            )
        if len(seconds) > 1:
            small, large = min(seconds), max(seconds)
            self.say(
                f"\nGrowth exponent from {small:,} to {large:,}: {math.log(seconds[large] / seconds[small]) / math.log(large / small):.2f}\n"
            )
        return seconds

    def shapes(self, events: int, ids: list[str]) -> None:
        """One giant case, and a hundred events in a minute, against the plain chronology of the same size."""
        folders = {
            "plain": self.folder(events),
            "giant": self.folder(events, "--giant", str(GIANT)),
            "burst": self.folder(events, "--burst"),
        }
        found = self.compare({name: self.part("assess", folder, ids) for name, folder in folders.items()})
        for name, words in (("giant", f"one case with {GIANT:,} of {events:,} events"), ("burst", "a hundred events in one minute")):
            self.say(f"- {words}: {found[name][0]:.1f} s, {found[name][0] / found['plain'][0]:.2f} times the plain one")
        self.say("")

    def pandas(self, events: int, ids: list[str]) -> None:
        """The rules that the pandas version can say."""
        from benchmarks.pandas_rules import can_say
        from candour.records.vocabulary import load_vocabulary
        from candour.standards.loading import load_standards

        said = [one.id for one in load_standards(None, load_vocabulary()) if one.id in ids and can_say(one)]
        folder = self.folder(events)
        found = self.compare(
            {
                "assess": self.part("assess", folder, said),
                "pandas": ["benchmarks/pandas_rules.py", str(folder), str(folder / "pandas.parquet"), *said],
            },
            1 if events > 3_000_000 else None,
        )
        (assess, _), (pandas, memory) = found["assess"], found["pandas"]
        self.say(
            f"- pandas, the {len(said)} of them that it says, {events:,} events: {pandas:.1f} s ({memory:.1f} GiB); assess {assess:.1f} s; {pandas / assess:.1f} times"
        )

    def pm4py(self, events: int, ids: list[str]) -> None:
        """The responses without conditions, as a log skeleton."""
        from candour.records.vocabulary import load_vocabulary
        from candour.standards.loading import load_standards
        from candour.standards.model import Response

        said = [one for one in load_standards(None, load_vocabulary()) if one.id in ids and isinstance(one.rule, Response)]
        pairs = [
            f"{a}>{b}" for one in said if isinstance(one.rule, Response) for a in one.rule.after.kinds for b in one.rule.expect[0].kinds
        ]
        folder = self.folder(events)
        found = self.compare(
            {
                "assess": self.part("assess", folder, [one.id for one in said]),
                "pm4py": [*self.part("pm4py", folder, []), "--pairs", ",".join(pairs)],
            },
            1,
        )
        (assess, _), (peer, memory) = found["assess"], found["pm4py"]
        self.say(
            f"- pm4py log skeleton, {len(pairs)} responses without their limits, {events:,} events: {peer:.1f} s ({memory:.1f} GiB); assess {assess:.1f} s; {peer / assess:.0f} times"
        )


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--events", type=int, nargs="*", default=[100_000, 1_000_000, 10_000_000])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--work", type=Path, default=ROOT / "bench-work")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--only", choices=("sizes", "shapes", "pandas", "pm4py"))
    parser.add_argument("--part", choices=("limit", "lean", "assess", "pm4py"))
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--ids", default="")
    parser.add_argument("--pairs", default="")
    given = parser.parse_args()
    ids = [one for one in given.ids.split(",") if one]
    if given.part == "assess":
        part_assess(given.folder, ids, given.folder / "findings.parquet")
    elif given.part in ("limit", "lean"):
        part_limit(given.folder, ids, lean=given.part == "lean")
    elif given.part == "pm4py":
        part_pm4py(given.folder, given.pairs.split(","))
    else:
        given.work.mkdir(parents=True, exist_ok=True)
        bench = Bench(given.work, given.runs)
        ids = chosen()
        cores, load = os.cpu_count(), os.getloadavg()[0]
        bench.say(
            f"Measured {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {cores} cores, load {load:.1f} at the start; medians of {given.runs} runs (one of the largest).\n"
        )
        middle = sorted(given.events)[min(1, len(given.events) - 1)]
        if given.only in (None, "sizes"):
            bench.sizes(sorted(given.events), ids)
        if given.only in (None, "shapes"):
            bench.shapes(middle, ids)
        if given.only in (None, "pandas"):
            for events in sorted(given.events)[1:] or given.events:
                bench.pandas(events, ids)
        if given.only in (None, "pm4py"):
            bench.pm4py(middle, ids)
        (given.work / "last.json").write_text(json.dumps(bench.lines), encoding="utf-8")
        if given.write:
            (ROOT / "benchmarks" / "results.md").write_text(
                "# Speed, as measured by `make bench`\n\n" + "\n".join(bench.lines) + "\n", encoding="utf-8"
            )


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()

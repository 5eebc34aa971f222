"""Measures a national year: 100 million events against 40 standards, and how that grows from 10 million.

    PYTHONPATH=src python benchmarks/scale.py [--work FOLDER] [--events 10000000 100000000] [--events-at-once N]

Makes each chronology once and keeps it (100 million events, of ten made-up forces, take about 7 GB). Then, in turn, each in a process of its own: DuckDB
reads and sorts what 40 standards need (`limit.py`), and Candour assesses it part by part (`assess_once.py --in-parts`). Prints seconds, the most memory of
each process, the ratio of the two and the growth. Exits with 1 where a bar is not met: at most 4 times, under 12 GiB.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import time
from pathlib import Path

from bars import FIRST, GIB, chosen

from candour.evaluation.in_parts import EVENTS_AT_ONCE

HERE = Path(__file__).parent
MOST_TIMES, MOST_GIB = 4.0, 12.0
OF_ONE_FORCE = 10_000_000
"""Larger chronologies are of several made-up forces, each with so many events and with children, officers and places of its own."""


def run(command: list[str]) -> tuple[float, float, dict[str, object]]:
    """One whole process: seconds, the most memory in GiB, and what it told in JSON on its last line. Raises CalledProcessError."""
    began = time.perf_counter()
    with subprocess.Popen([sys.executable, *command], stdout=subprocess.PIPE, text=True, cwd=HERE) as process:
        said = process.stdout.read() if process.stdout else ""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, said)
    last = said.strip().splitlines()[-1]
    return time.perf_counter() - began, used.ru_maxrss * 1024 / GIB, json.loads(last) if last.startswith("{") else {}


def main() -> None:
    """Make, measure and print; exit with 1 where a bar is not met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=HERE.parent / "bench-work" / "scale")
    parser.add_argument("--events", type=int, nargs="+", default=[10_000_000, 100_000_000])
    parser.add_argument("--events-at-once", type=int, default=EVENTS_AT_ONCE)
    given = parser.parse_args()
    work, only = given.work.resolve(), ["--only", *chosen(FIRST)]
    seconds: dict[int, float] = {}
    met = True
    for events in given.events:
        folder = work / str(events)
        if not (folder / "made.json").is_file():
            run(["make_chronology.py", str(folder), "--events", str(events), "--forces", str(max(events // OF_ONE_FORCE, 1))])
        out = work / "findings.parquet"
        limit = run(["limit.py", str(folder), *only])
        assessed = run(["assess_once.py", str(folder), str(out), *only, "--in-parts", str(given.events_at_once)])
        seconds[events] = assessed[0]
        inside = float(str(limit[2]["seconds"]))
        times = assessed[0] / inside
        good = times <= MOST_TIMES and assessed[1] < MOST_GIB
        met = met and good
        print(
            f"{events:,} events, {FIRST} standards: read and sort {inside:.1f} s, {limit[1]:.2f} GiB; assessed in {assessed[0]:.1f} s, {assessed[1]:.2f} GiB, "
            f"{assessed[2].get('findings', 0):,} findings; {times:.2f} times (at most {MOST_TIMES:g}), under {MOST_GIB:g} GiB: {'met' if good else 'not met'}",
            flush=True,
        )
    sizes = sorted(seconds)
    if len(sizes) > 1:
        growth = math.log(seconds[sizes[-1]] / seconds[sizes[0]]) / math.log(sizes[-1] / sizes[0])
        print(f"growth exponent, {sizes[0]:,} to {sizes[-1]:,} events: {growth:.2f}")
    sys.exit(0 if met else 1)


if __name__ == "__main__":
    main()

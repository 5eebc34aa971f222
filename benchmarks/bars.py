"""Measures Candour's speed against the limit of the machine, pandas and pm4py, and says which bars are met.

`python benchmarks/bars.py [--quick] [--standards N] [--work FOLDER] [--runs N] [--shipped PYTHON]`
`--shipped`: a Python whose environment holds Candour as it is installed, from requirements.lock and nothing else. Candour and the limit are run by it:
pyarrow brings in pandas wherever pandas is installed, which Candour neither uses nor installs. `make bench` gives one.
Every figure is the wall time of a whole process, as the median of interleaved runs; memory is the most that a process held. Only ratios of one run on
one machine are judged. Writes benchmarks/results.md, unless `--quick` (0.1 and 1 million events only). Exits with 1 where a bar is not met.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from signal import SIGKILL
from statistics import median
from threading import Timer

HERE = Path(__file__).parent
SIZES = {"0.1 M": 100_000, "1 M": 1_000_000, "10 M": 10_000_000}
PLAIN, ODD_GIANT, ODD_BURST = 60_000, 4_000, 40
GIANT, BURSTS = 200_000, 2_000
GIB = 1024.0**3
FIRST = 40
FEWER = f"candour, {FIRST} standards"
WHOLE = "candour, whole catalogue"
LISTED = 120
"""As many standards as the first list of the catalogue held."""
LONGEST = 400.0
"""After so many seconds pm4py is cut off: its ratio is then at least what is told."""


@dataclass
class Measured:
    """The runs of one command: seconds of wall time, and the most memory held in bytes."""

    seconds: list[float] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)
    inside: list[float] = field(default_factory=list)
    """The seconds that the process itself told of, where it does."""
    told: dict[str, object] = field(default_factory=dict)

    @property
    def time(self) -> float:
        """The median wall time."""
        return median(self.seconds)

    @property
    def time_inside(self) -> float:
        """The median of the seconds that the process told of."""
        return median(self.inside)


@dataclass(frozen=True)
class Bar:
    """One bar: what is measured, the figure reached, what it must be, and whether it is."""

    what: str
    reached: str
    asked: str
    met: bool


def chosen(number: int) -> list[str]:
    """The ids of so many standards, evenly spread over the catalogue's areas."""
    from candour.records.vocabulary import load_vocabulary
    from candour.standards.choosing import choose
    from candour.standards.loading import load_standards

    ids = sorted({(standard.area, standard.id) for standard in choose(load_standards(None, load_vocabulary()), "England").held})
    return [ids[place * len(ids) // number][1] for place in range(min(number, len(ids)))]


class Bench:
    """Makes the chronologies, runs the commands in turn and keeps what they took."""

    def __init__(self, work: Path, runs: dict[str, int], standards: int, shipped: str) -> None:
        self.work = work
        self.shipped = shipped
        self.runs = runs
        self.standards = standards
        self.chosen = ["--only", *chosen(standards)] if standards else []
        self.measured: dict[tuple[str, str], Measured] = {}
        self.spread: list[str] = []

    def made(self, name: str, *options: str) -> Path:
        """A chronology, made once and kept."""
        folder = self.work / name.replace(" ", "")
        asked = folder / "options.json"
        if not asked.is_file() or json.loads(asked.read_text(encoding="utf-8")) != list(options):
            self.run(["make_chronology.py", str(folder), *options])
            asked.write_text(json.dumps(options), encoding="utf-8")
        return folder

    def run(self, command: Sequence[str], longest: float | None = None) -> tuple[float, int, dict[str, object]]:
        """One whole process: seconds, bytes held at most, and what it told in JSON on its last line. After `longest` seconds it is cut off, and told so."""
        began = time.perf_counter()
        with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as wrong:
            python = self.shipped if command[0] in ("assess_once.py", "limit.py") else sys.executable
            process = subprocess.Popen([python, str(HERE / command[0]), *command[1:]], stdout=said, stderr=wrong)
            timer = Timer(longest, process.kill) if longest is not None else None
            if timer is not None:
                timer.start()
            _, status, used = os.wait4(process.pid, 0)
            took = time.perf_counter() - began
            if timer is not None:
                timer.cancel()
                if took >= longest and os.waitstatus_to_exitcode(status) == -SIGKILL:
                    process.returncode = 0
                    return took, used.ru_maxrss * 1024, {"cut off": round(took)}
            process.returncode = os.waitstatus_to_exitcode(status)
            said.seek(0)
            wrong.seek(0)
            lines, complaint = said.read().decode(errors="replace").strip().splitlines(), wrong.read().decode(errors="replace")
        if process.returncode:
            raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}:\n{complaint[-2000:]}")
        last = lines[-1] if lines else ""
        return took, used.ru_maxrss * 1024, json.loads(last) if last.startswith("{") else {}

    def interleave(self, size: str, commands: dict[str, Sequence[str]], runs: int | None = None, longest: float | None = None) -> None:
        """Run the commands in turn, as often as this size asks; one run before that fills the file cache. `longest`: see `run`."""
        first = next(iter(commands.values()))
        self.run(first)
        for _ in range(runs or self.runs[size]):
            for name, command in commands.items():
                seconds, memory, told = self.run(command, longest)
                kept = self.measured.setdefault((name, size), Measured())
                kept.seconds.append(seconds)
                kept.memory.append(memory)
                if "seconds" in told:
                    kept.inside.append(float(str(told["seconds"])))
                kept.told = told
        for name in commands:
            kept = self.measured[name, size]
            print(
                f"  {size:7} {name:22} {kept.time:8.2f} s  {min(kept.seconds):.2f} to {max(kept.seconds):.2f}  {max(kept.memory) / GIB:5.2f} GiB  {kept.told}",
                flush=True,
            )


def pandas_agrees(bench: Bench) -> tuple[tuple[str, ...], str]:
    """Hold the pandas rules against Candour on a small plain chronology; the standards, and what was found. Raises where an outcome differs."""
    import duckdb

    folder = bench.made("plain", "--events", str(PLAIN), "--plain")
    ours, theirs = folder / "candour.parquet", folder / "pandas.parquet"
    bench.run(["pandas_analysis.py", str(folder), str(theirs)])
    ids = tuple(str(row[0]) for row in duckdb.sql(f"select distinct standard from '{theirs}' order by 1").fetchall())
    bench.run(["assess_once.py", str(folder), str(ours), "--only", *ids])
    compared = duckdb.sql(
        f"""
        select count(*), count(*) filter (c.outcome = p.outcome), count(*) filter (c.outcome = 'cannot_tell'),
               count(*) filter (c.outcome is null or (c.outcome <> 'cannot_tell' and c.outcome is distinct from p.outcome))
        from '{ours}' c full join '{theirs}' p on c.standard = p.standard and c.trigger_event = p.trigger_event"""
    ).fetchone()
    assert compared is not None
    occasions, same, doubtful, different = compared
    if different or not same or doubtful > occasions / 100:
        raise RuntimeError(
            f"pandas and Candour differ on {different} of {occasions} occasions of {folder}, and Candour cannot tell {doubtful}: mend that before comparing times."
        )
    return (
        ids,
        f"{len(ids)} standards, {occasions:,} occasions: {same:,} the same outcome, {doubtful} where Candour cannot tell and pandas does not ask, 0 different",
    )


def odd_answers(bench: Bench, name: str, *options: str) -> int:
    """How many findings the reference evaluator gives on a small chronology of an odd shape. Raises where the relational one differs in any column."""
    folder = bench.made(name, "--events", "20000", *options)
    _, _, told = bench.run(["assess_once.py", str(folder), str(folder / "findings.parquet"), "--against-reference"])
    if told["different"]:
        raise RuntimeError(f"the two evaluators differ on {told['different']} findings of {folder}.")
    return int(str(told["findings"]))


def growth(points: Sequence[tuple[float, float]]) -> float:
    """The slope of log(seconds) over log(events) by least squares."""
    xs, ys = [math.log(x) for x, _ in points], [math.log(y) for _, y in points]
    x_mean, y_mean = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((x - x_mean) * (y - y_mean) for x, y in zip(xs, ys, strict=True)) / sum((x - x_mean) ** 2 for x in xs)


def measure(bench: Bench, sizes: Sequence[str]) -> Iterator[Bar]:
    """Every bar, in turn."""
    from pm4py_rules import SKELETON, TEMPORAL

    ids, agreement = pandas_agrees(bench)
    print(f"pandas and Candour: {agreement}", flush=True)
    for size in sizes:
        folder = bench.made(size, "--events", str(SIZES[size]))
        told = json.loads((folder / "made.json").read_text(encoding="utf-8"))
        print(f"{size}: {told['rows']:,} events", flush=True)
        out = str(folder / "findings.parquet")
        commands: dict[str, Sequence[str]] = {
            "limit": ["limit.py", str(folder), *bench.chosen],
            "candour": ["assess_once.py", str(folder), out, *bench.chosen],
            "limit, keys only": ["limit.py", str(folder), "--keys", *bench.chosen],
        }
        if size == "1 M":
            commands[FEWER] = ["assess_once.py", str(folder), out, "--only", *chosen(FIRST)]
            commands[WHOLE] = ["assess_once.py", str(folder), out]
            commands["limit, whole catalogue"] = ["limit.py", str(folder)]
        if size != "0.1 M":
            commands["candour, pandas' rules"] = ["assess_once.py", str(folder), out, "--only", *ids]
            commands["pandas"] = ["pandas_analysis.py", str(folder), str(folder / "pandas.parquet")]
        bench.interleave(size, commands)
        limit, whole = bench.measured["limit", size], bench.measured["candour", size]
        if size != "0.1 M":
            ratio = whole.time / limit.time_inside
            yield Bar(f"assessment (whole process) / read and sort (inside DuckDB), {size}", f"{ratio:.2f}", "at most 3", ratio <= 3)
            faster = bench.measured["pandas", size].time / bench.measured["candour, pandas' rules", size].time
            yield Bar(f"pandas / Candour, the same {len(ids)} standards, {size}", f"{faster:.1f}", "at least 4", faster >= 4)
        if size == "1 M":
            yield from wider(bench, size)
        if size == "10 M":
            held = max(whole.memory) / GIB
            yield Bar("most memory of the assessment, 10 M", f"{held:.2f} GiB", "under 4 GiB", held < 4)
    points = [
        (
            json.loads((bench.made(size, "--events", str(SIZES[size])) / "made.json").read_text())["rows"],
            bench.measured["candour", size].time,
        )
        for size in sizes
    ]
    slope = growth(points)
    yield Bar(f"growth exponent, {sizes[0]} to {sizes[-1]}", f"{slope:.2f}", "at most 1.1", slope <= 1.1)
    if len(points) > 2:
        last = growth(points[-2:])
        yield Bar(f"growth exponent, {sizes[-2]} to {sizes[-1]} alone", f"{last:.2f}", "at most 1.1", last <= 1.1)
    yield from odd_shapes(bench)
    yield from process_mining(bench, TEMPORAL, SKELETON)


def wider(bench: Bench, size: str) -> Iterator[Bar]:
    """What more standards cost: those of the main measurement, and the whole catalogue, against forty of them."""
    few = bench.measured[FEWER, size].time
    for name in ("candour", WHOLE):
        many = bench.measured[name, size]
        ratio = many.time / few
        yield Bar(
            f"{many.told['standards']} editions / {bench.measured[FEWER, size].told['standards']} of them, {size}",
            f"{ratio:.2f}",
            "at most 2.5",
            ratio <= 2.5,
        )
    whole, limit = bench.measured[WHOLE, size], bench.measured["limit, whole catalogue", size]
    bench.spread.append(
        f"The whole catalogue, {whole.told['standards']} editions: {whole.time / limit.time_inside:.2f} times reading and sorting its columns (shown, not judged)"
    )


def odd_shapes(bench: Bench) -> Iterator[Bar]:
    """One giant case, and bursts: the same answers as the reference, and about the same time as the ordinary chronology of a million."""
    shapes = {"giant case": ("--giant", str(ODD_GIANT), str(GIANT)), "bursts": ("--bursts", str(ODD_BURST), str(BURSTS))}
    for name, (option, small, large) in shapes.items():
        findings = odd_answers(bench, f"small {name}", option, small)
        yield Bar(f"{name}: findings equal to the reference's ({findings:,} of them)", "equal", "equal", True)
        folder = bench.made(f"1 M {name}", "--events", str(SIZES["1 M"]), option, large)
        ordinary = bench.made("1 M", "--events", str(SIZES["1 M"]))
        commands = {
            f"candour, no {name}": ["assess_once.py", str(ordinary), str(ordinary / "findings.parquet"), *bench.chosen],
            f"candour, {name}": ["assess_once.py", str(folder), str(folder / "findings.parquet"), *bench.chosen],
        }
        bench.interleave("1 M", commands, 3)
        ratio = bench.measured[f"candour, {name}", "1 M"].time / bench.measured[f"candour, no {name}", "1 M"].time
        yield Bar(f"{name}: time / without, 1 M", f"{ratio:.2f}", "at most 1.5", ratio <= 1.5)


def process_mining(bench: Bench, temporal: Sequence[str], skeleton: Sequence[str]) -> Iterator[Bar]:
    """pm4py on the rules that it can say, at a million events: whole process, and the checking alone, on all events and on those the rules speak of."""
    folder = bench.made("1 M", "--events", str(SIZES["1 M"]))
    out = str(folder / "findings.parquet")
    best: list[float] = []
    for method, ids in (("temporal", temporal), ("skeleton", skeleton)):
        commands: dict[str, Sequence[str]] = {
            f"candour, {method} rules": ["assess_once.py", str(folder), out, "--only", *ids],
            f"pm4py {method}, all events": ["pm4py_rules.py", str(folder), method, "--whole"],
            f"pm4py {method}, events asked for": ["pm4py_rules.py", str(folder), method],
        }
        bench.interleave("1 M", commands, 3, LONGEST)
        ours = bench.measured[f"candour, {method} rules", "1 M"].time
        for which in ("all events", "events asked for"):
            theirs = bench.measured[f"pm4py {method}, {which}", "1 M"]
            whole = theirs.time / ours
            if "cut off" in theirs.told:
                bench.spread.append(
                    f"pm4py {method}, {which}: more than {whole:.1f} times Candour's time; it was cut off after {theirs.time:.0f} s"
                )
            else:
                alone = float(str(theirs.told["checking"])) / ours
                bench.spread.append(
                    f"pm4py {method}, {which}: {whole:.1f} times Candour's time in all, {alone:.1f} times without making the event log"
                )
            if which == "all events":
                best.append(whole)
    told = ", ".join(f"{ratio:.1f} ({method})" for ratio, method in zip(best, ("temporal profile", "log skeleton"), strict=True))
    yield Bar("pm4py / Candour, all events, each of its two ways (judged: the greater)", told, "at least 40", max(best) >= 40)


def in_words(bars: Sequence[Bar]) -> str:
    """The table of bars."""
    lines = ["| what | reached | bar | |", "|---|---|---|---|"]
    return "\n".join([*lines, *(f"| {bar.what} | {bar.reached} | {bar.asked} | {'met' if bar.met else 'not met'} |" for bar in bars)])


def results(bench: Bench, bars: Sequence[Bar], load: float, *, whole: bool) -> str:
    """The page of results; not `whole`: the run has not come to its end."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIB
    versions = ", ".join(f"{name} {version(name)}" for name in ("candour", "duckdb", "pandas", "pm4py", "pyarrow"))
    rows = "\n".join(
        f"| {name} | {size} | {one.time:.2f} | {min(one.seconds):.2f} to {max(one.seconds):.2f} | {len(one.seconds)} | {max(one.memory) / GIB:.2f} |"
        for (name, size), one in bench.measured.items()
    )
    standards = bench.measured["candour", "0.1 M"].told["standards"]
    return f"""# What the benchmark measured

Written by `make bench` on {datetime.now(UTC):%Y-%m-%d}. Machine: {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.machine()}; Python
{platform.python_version()}; {versions}. Load before it began: {load:.2f}. Judge the ratios, not the seconds.
{standards} editions of {bench.standards or "all"} standards, evenly spread over the areas, but where another number is given.{"" if whole else " **The run did not come to its end: what is not listed was not measured.**"}

{in_words(bars)}

The limit is a table of every column that the standards use, read and sorted by case and time in DuckDB; of free texts only whether they are there. Its ratio is to the seconds
inside DuckDB; the table gives the whole process.
Candour and the limit ran {"in this environment, with pandas" if bench.shipped == sys.executable else "in the environment that Candour is installed with"}.
"Keys only" reads the same columns and sorts only the keys; it is shown beside the limit and not judged.

{chr(10).join(f"- {line}." for line in bench.spread)}

| process | events | seconds (median) | from, to | runs | most memory, GiB |
|---|---|---|---|---|---|
{rows}
"""


def main() -> int:
    """Measure, print, and write the results of a full run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="0.1 and 1 million events only; writes no results")
    parser.add_argument("--work", type=Path, default=HERE.parent / "bench-work")
    parser.add_argument("--runs", type=int, help="runs at each size (default: 5, and 3 at 10 million)")
    parser.add_argument("--shipped", default=sys.executable, help="the Python by which Candour and the limit are run (default: this one)")
    parser.add_argument(
        "--standards", type=int, default=LISTED, help=f"how many, evenly spread over the areas (default: {LISTED}; 0: the whole catalogue)"
    )
    told = parser.parse_args()
    load = os.getloadavg()[0]
    if load > 1:
        print(f"The load of this machine is {load:.1f}: other work is running, and the figures will not be worth keeping.", flush=True)
    bench = Bench(told.work, {"0.1 M": told.runs or 5, "1 M": told.runs or 5, "10 M": told.runs or 3}, told.standards, told.shipped)
    bars = []
    for bar in measure(bench, list(SIZES)[: 2 if told.quick else 3]):
        bars.append(bar)
        print(f"{bar.what}: {bar.reached} ({bar.asked}): {'met' if bar.met else 'NOT MET'}", flush=True)
        if not told.quick:
            (HERE / "results.md").write_text(results(bench, bars, load, whole=False), encoding="utf-8")
    for line in bench.spread:
        print(line)
    print("\n" + in_words(bars))
    if not told.quick:
        (HERE / "results.md").write_text(results(bench, bars, load, whole=True), encoding="utf-8")
    return 0 if all(bar.met for bar in bars) else 1


if __name__ == "__main__":
    sys.exit(main())

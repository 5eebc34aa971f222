"""Measures a daily refresh: `candour assess --changed-only` against assessing everything, as whole processes, on one store.

`python benchmarks/refresh.py [--events N] [--runs N] [--work FOLDER] [--cases N]`
A made-up chronology (make_chronology.py) is stored as two generations: everything that happened up to a moment, assessed in full; then what happened in
the days after it (0.4 % of the events) with corrections of older records (0.1 %), joined to it as an import does. From there one and the other are run
in turn, each from the same first run, and the ratio of the medians is printed, and that the findings are the same. Then one case at once, in a warm process.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from random import Random
from statistics import median
from zoneinfo import ZoneInfo

import duckdb
import pyarrow.parquet as pq
from make_chronology import Asked, make

from candour.evaluation.one_case import CaseDesk
from candour.records.calendars import load_calendar
from candour.records.changes import write_changes
from candour.records.chronology import open_chronology
from candour.records.mapping import SourceMapping
from candour.records.merging import Incoming, merge_events
from candour.records.quoting import text
from candour.records.vocabulary import load_vocabulary
from candour.standards.choosing import choose
from candour.standards.loading import load_standards

NEW, CORRECTED = 0.004, 0.001
BAR = 0.1
CASE_BAR = 50.0
FIRST_ID = "D0000000000000001"
DETAILS = ("cases", "children")


def main() -> None:
    """Make the store where it is not there, measure, and say whether the bar is met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--work", type=Path, default=Path("bench-work/refresh"))
    parser.add_argument("--cases", type=int, default=200, help="how many cases are opened one by one")
    told = parser.parse_args()
    store = told.work / f"store-{told.events}"
    if not (store / "ready").is_file():
        shutil.rmtree(store, ignore_errors=True)
        make_store(store, told.work / f"made-{told.events}", told.events)
        (store / "ready").touch()
    refreshes, wholes = measured(store, told.runs)
    ratio = median(refreshes) / median(wholes)
    print(f"everything: {median(wholes):.2f} s; what changed: {median(refreshes):.2f} s (medians of {told.runs} processes each)")
    print(f"ratio {ratio:.3f}; the bar is at most {BAR}: {'met' if ratio <= BAR else 'NOT MET'}")
    opened = one_by_one(store, told.cases)
    case = 1000 * median(opened)
    print(
        f"one case at once, of {len(opened)} after as many to warm: {case:.1f} ms (median); the bar is under {CASE_BAR} ms: {'met' if case < CASE_BAR else 'NOT MET'}"
    )
    sys.exit(ratio > BAR or case >= CASE_BAR)


def make_store(store: Path, made: Path, events: int) -> None:
    """A store of two generations, of which the first is assessed."""
    if not (made / "made.json").is_file():
        make(Asked(events=events), made)
    vocabulary = load_vocabulary()
    as_of = datetime.fromisoformat(json.loads((made / "made.json").read_text(encoding="utf-8"))["as_of"])
    work = store / "work"
    work.mkdir(parents=True)
    sources = json.loads((made / "sources.json").read_text(encoding="utf-8"))
    with duckdb.connect() as db:
        there = f"read_parquet({text(str(made / 'events.parquet'))})"
        newest = db.execute(
            f"select quantile_disc(occurred_at, {1 - NEW}) from {there} where occurred_at <= {text(str(as_of))}::timestamp"
        ).fetchone()
        assert newest is not None
        until: datetime = newest[0]
        earlier = [parts(db, there, str(one["source_system"]), until, work, earlier=True) for one in sources]
        folder = generation(
            store, 1, made, [{**one, "delivered_to": until.isoformat(), "complete": cut(one["complete"], until)} for one in sources]
        )
        merge_events(db, vocabulary, None, earlier, until.isoformat(), folder / "events.parquet", columns(work))
        current(store, 1)
        assess(store)
        later = [parts(db, there, str(one["source_system"]), until, work, earlier=False) for one in sources]
        after = generation(store, 2, made, sources)
        received = as_of.isoformat()
        _, order = merge_events(db, vocabulary, folder / "events.parquet", later, received, after / "events.parquet", columns(work))
        write_changes(db, folder, after, 2, order)
        current(store, 2)
    shutil.rmtree(work)


def parts(db: duckdb.DuckDBPyConnection, there: str, source: str, until: datetime, work: Path, *, earlier: bool) -> Incoming:
    """What one source delivers: everything up to a moment (but for versions that are closed); or what came after it, and corrections of one record in so many."""
    out = work / f"{source}-{'earlier' if earlier else 'later'}.parquet"
    moment = f"timestamp '{until}'"
    mine = f"source_system = {text(source)} and known_to is null"
    then = f"(occurred_at is null or occurred_at <= {moment})"
    if earlier:
        chosen = f"select *, event_id as row_key, 'e' as event_name from {there} where {mine} and {then}"
    else:
        corrected = f"{then} and hash(event_id) % {round(1 / CORRECTED)} = 0"
        chosen = (
            f"select * replace (case when {then} then recorded_at + interval 1 hour else recorded_at end as recorded_at), event_id as row_key, "
            f"'e' as event_name from {there} where {mine} and (({corrected}) or occurred_at > {moment})"
        )
    db.execute(f"copy ({chosen}) to {text(str(out))} (format parquet)")
    mapping = SourceMapping(source, source, False, ZoneInfo("Europe/London"), "changes", 7, (), (), (), f"{source}.toml", "")
    return Incoming(mapping, FIRST_ID, out, frozenset(), {})


def cut(complete: list[dict[str, object]], until: datetime) -> list[dict[str, object]]:
    """Spans of completeness that end at a moment where they went beyond it."""
    return [{**one, "to": min(str(one["to"]), until.isoformat())} for one in complete]


def generation(store: Path, number: int, made: Path, sources: list[dict[str, object]]) -> Path:
    """The folder of a generation with all but its events."""
    folder = store / "chronology" / str(number)
    folder.mkdir(parents=True)
    (folder / "sources.json").write_text(json.dumps(sources), encoding="utf-8")
    (folder / "deliveries.json").write_text("[]", encoding="utf-8")
    with duckdb.connect() as db:
        for name in DETAILS:
            known = "null::timestamp as known_from, null::timestamp as known_to"
            db.execute(
                f"copy (select *, {known} from read_parquet({text(str(made / f'{name}.parquet'))})) to {text(str(folder / f'{name}.parquet'))}"
            )
    return folder


def columns(work: Path) -> Path:
    """An empty folder for the columns of a merge."""
    folder = work / "columns"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


def current(store: Path, number: int) -> None:
    """Make a generation the current one."""
    (store / "chronology" / "CURRENT").write_text(f"{number}\n", encoding="ascii")
    (store / "store.json").write_text(json.dumps({"format": 1, "name": "Northshire (made up)"}), encoding="utf-8")


def assess(store: Path, *more: str) -> float:
    """One assessment as a whole process: its seconds of wall time."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "candour", "assess", "--store", str(store), "--quiet", *more], check=True)
    return time.perf_counter() - began


def measured(store: Path, runs: int) -> tuple[list[float], list[float]]:
    """The seconds of a refresh and of a whole assessment, in turn; each leaves the store as it was."""
    refreshes, wholes = [], []
    for _ in range(runs):
        refreshes.append(assess(store, "--changed-only"))
        refreshed = aside(store)
        wholes.append(assess(store))
        whole = aside(store)
        record = json.loads((refreshed / "run.json").read_text(encoding="utf-8"))["refreshed"]
        if record["whole_because"]:
            raise SystemExit(f"everything was assessed: {record['whole_because']}")
        if not pq.read_table(refreshed / "findings.parquet").equals(pq.read_table(whole / "findings.parquet")):
            raise SystemExit("the findings are not the same")
        print(
            f"{refreshes[-1]:.2f} s and {wholes[-1]:.2f} s; {record['records']:,} versions, {record['findings']:,} findings; the same findings",
            flush=True,
        )
        shutil.rmtree(refreshed)
        shutil.rmtree(whole)
    return refreshes, wholes


def one_by_one(store: Path, number: int) -> list[float]:
    """The seconds that each of so many cases took in a warm process, by chance; as many others were opened before."""
    vocabulary = load_vocabulary()
    chronology = open_chronology(store)
    standards = choose(load_standards(None, vocabulary, examples=False), None, ()).held
    if chronology.as_of is None:
        raise SystemExit("no source says up to when it was delivered")
    desk = CaseDesk(chronology, standards, vocabulary, load_calendar(), chronology.as_of)
    cases = Random(1).sample(pq.read_table(chronology.cases, columns=["case_ref"])["case_ref"].to_pylist(), 2 * number)
    seconds = []
    for case in cases:
        began = time.perf_counter()
        desk.findings(case)
        seconds.append(time.perf_counter() - began)
    return seconds[number:]


def aside(store: Path) -> Path:
    """Move the last run out of the store, so that the next is made from the first again."""
    run = max((store / "runs").iterdir())
    to = store / f"{run.name}-{Random().random()}"
    run.rename(to)
    return to


if __name__ == "__main__":
    main()

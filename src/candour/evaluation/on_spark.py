"""Assesses on Spark: the parts of a chronology are its tasks, and each executor evaluates a part with the relational evaluator.

The rules are not translated for Spark: every executor runs the DuckDB that the other engine runs, on the part it was given, so that the findings are the same
(`docs/decisions/0015-divided-by-key.md`). The driver and all executors see the chronology and the run's folder under the same path.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import duckdb

from candour.evaluation.dividing import Asked, Group, Shares, groups_of, ranges
from candour.evaluation.in_parts import Means, Piece, Progress, evaluate_piece, gather
from candour.evaluation.relational.portion import Portion
from candour.records.quoting import text
from candour.records.refusals import InputRefused

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import SparkSession

EVENTS_A_TASK = 1_000_000
"""About so many events are one task: a local default. Fewer spread better over many executors, and each takes less memory."""
TASK_MEMORY = "1GB"
"""What DuckDB may hold in one task: a local default. An executor needs as much for every core it has, beside what it gives to Java."""
MOST_PARTITIONS = 10_000
"""At most so many tasks of Spark's: beyond it, each takes several parts one after the other."""
CANNOT_RUN: Mapping[str, str] = {
    "a number held at once (`held_by`)": "is one task for all its standards: it rests on cases and on holders both, and is not divided",
    "`--memory-limit`": "is for each task, and not for the whole",
    "an object store (`s3://` and the like)": "only where it is mounted as a folder: each executor reads the chronology by its path",
    "going on after a kill": "begins again: Spark repeats lost tasks of its own, but nothing is kept when the driver is killed",
}
"""What runs otherwise on Spark than on one machine, or not at all. A test holds that the page says the same."""


@dataclass(frozen=True)
class Task:
    """One part of one group of one job. `between`: the positions of a stretch of the chronology; None: its share by key."""

    job: int
    group: Group
    number: int
    parts: int
    between: tuple[int, int] | None


def why_not_spark() -> str | None:
    """Why Spark cannot be used here, and how to mend it; None where it can."""
    if find_spec("pyspark") is None:
        return "--engine spark needs pyspark, which is not installed. Install it with: pip install 'candour[spark]'"
    if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        return "--engine spark needs Java 17, which was not found. On Debian: apt-get install openjdk-17-jre-headless; elsewhere set JAVA_HOME."
    return None


@contextmanager
def session(master: str) -> Iterator[SparkSession]:
    """A Spark session of its own at `master`, whose workers use this Python and see its modules. Raises InputRefused where Spark cannot be used."""
    if why := why_not_spark():
        raise InputRefused(why)
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    builder = SparkSession.builder.master(master).appName("candour").config("spark.ui.enabled", "false")
    builder = builder.config("spark.executorEnv.PYTHONPATH", os.pathsep.join(path for path in sys.path if path))
    if master.startswith("local"):
        os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
        builder = builder.config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
    try:
        spark = builder.getOrCreate()
    except Exception as error:  # Java's own exceptions, of many kinds; only its first line is for people
        first = (str(error).strip().splitlines() or ["no reason given"])[0]
        raise InputRefused(
            f"--master {master}: Spark could not be started there ({first}). Give the address of a cluster, such as spark://host:7077."
        ) from error
    try:
        yield spark
    finally:
        spark.stop()


@dataclass(frozen=True)
class Job:
    """One assessment: what is asked, where its findings go, and a folder that every executor sees, for those of its parts."""

    asked: Asked
    out: Path
    folder: Path


def evaluate_on_spark(
    spark: SparkSession, jobs: Sequence[Job], *, events_a_task: int, means: Means, progress: Progress | None = None
) -> list[int]:
    """As `evaluate_files`, for every job, in one job of Spark. Returns how many findings each has.

    Raises InputRefused where an executor does not see a chronology or a folder.
    """
    tasks = [task for number, job in enumerate(jobs) for task in _tasks(number, job.asked, events_a_task, means)]
    for job in jobs:
        job.folder.mkdir(parents=True, exist_ok=True)
    if progress is not None:
        progress(f"{len(tasks)} tasks on Spark", 0.1)
    spark.sparkContext.setJobDescription("candour assess")
    numbers = spark.range(0, len(tasks), 1, numPartitions=min(len(tasks), MOST_PARTITIONS))
    rows = numbers.mapInArrow(_work(jobs, tasks, means), "task long, trouble string").collect()  # type: ignore[arg-type]  # Spark gives an iterator
    if troubles := sorted({str(row["trouble"]) for row in rows if row["trouble"] is not None}):
        raise InputRefused(troubles[0])
    if progress is not None:
        progress("gathering the findings", 0.9)
    return [
        gather([_findings(job, place) for place, task in enumerate(tasks) if task.job == number], job.asked, job.out)
        for number, job in enumerate(jobs)
    ]


def _tasks(job: int, asked: Asked, events_a_task: int, means: Means) -> Iterator[Task]:
    with duckdb.connect(config={} if means.memory_limit is None else {"memory_limit": means.memory_limit}) as connection:
        events = connection.execute("SELECT count(*) FROM read_parquet(?)", [str(asked.events)]).fetchone()
        for group in groups_of(asked.standards):
            if group.way == "ranges":
                for place, one in enumerate(ranges(connection, asked.events, _parts(events, events_a_task))):
                    yield Task(job, group, place, 1, one.between)
                continue
            needed = Shares(connection, asked, group, 1).rows()
            parts = 1 if group.way == "whole" else _parts(connection.execute(needed).fetchone(), events_a_task)
            yield from (Task(job, group, place, parts, None) for place in range(parts))


def _parts(found: tuple[object, ...] | None, events_a_task: int) -> int:
    return max(-(-int(str(found[0] if found else 0)) // events_a_task), 1)


def _findings(job: Job, task: int) -> Path:
    return job.folder / f"findings-{task:05d}.parquet"


def _work(jobs: Sequence[Job], tasks: Sequence[Task], means: Means) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """What an executor does: evaluates the tasks whose numbers it is given, and says of each that it is done, or what stands in its way."""

    driver = versions()

    def evaluate(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa

        other = other_versions(driver, versions())
        for batch in batches:
            numbers = batch.column(0).to_pylist()
            troubles = [other or _evaluate(jobs[tasks[number].job], tasks[number], number, means) for number in numbers]
            yield pa.RecordBatch.from_arrays([pa.array(numbers, pa.int64()), pa.array(troubles, pa.string())], names=["task", "trouble"])

    return evaluate


def versions() -> str:
    """The versions on which the parts of an assessment rest: with another, a key might be of another part, or a rule read otherwise."""
    return f"Candour {version('candour')} and DuckDB {duckdb.__version__}"


def other_versions(driver: str, executor: str) -> str | None:
    """In words that an executor has other versions than the driver; None where it has the same."""
    if driver == executor:
        return None
    return f"An executor of Spark has {executor}, and the driver {driver}. Install the same on all: parts that are shared out otherwise would not make the whole."


def _evaluate(job: Job, task: Task, number: int, means: Means) -> str | None:
    """Evaluate one task in an executor; what stands in its way, in words, where it is not a fault."""
    asked, out = job.asked, _findings(job, number)
    unseen = next((path for path in (asked.events, asked.cases, asked.children, job.folder) if not path.exists()), None)
    if unseen is not None:
        return f"{unseen}: an executor of Spark does not see this path. Put the store where the driver and all executors see it under one path."
    with tempfile.TemporaryDirectory(prefix="candour-") as name:
        here = Path(name)
        portion = Portion((asked.events,), task.between) if task.between is not None else _share(asked, task, here, means)
        draft = out.with_name(f"{out.name}.{uuid4().hex}")  # Spark may try a task twice at once
        evaluate_piece(asked, Piece(task.group, task.number, portion, 0.0), draft, replace(means, spill=here))
        draft.replace(out)
    return None


def _share(asked: Asked, task: Task, here: Path, means: Means) -> Portion:
    """The events of a part that is shared out by key, copied out of the chronology into a folder of the executor."""
    config: dict[str, str | bool | int | float | list[str]] = {"temp_directory": str(here)}
    if means.memory_limit is not None:
        config["memory_limit"] = means.memory_limit
    if means.threads is not None:
        config["threads"] = means.threads
    with duckdb.connect(config=config) as connection:
        shares = Shares(connection, asked, task.group, task.parts)
        connection.execute(f"COPY ({shares.select(task.number)}) TO {text(str(here / 'events.parquet'))} (FORMAT parquet)")
        firsts = shares.firsts(task.number)
        if firsts is not None:
            connection.execute(f"COPY ({firsts}) TO {text(str(here / 'firsts.parquet'))} (FORMAT parquet)")
    return Portion((here / "events.parquet",), None, here / "firsts.parquet" if firsts else None, task.number, task.parts)

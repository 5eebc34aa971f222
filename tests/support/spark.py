"""One Spark for all tests: `local-cluster` with two workers, each a process of its own, or the reason why there is none."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from candour.evaluation.dividing import Asked
from candour.evaluation.in_parts import Means
from candour.evaluation.on_spark import Job, evaluate_on_spark
from candour.findings.finding import Finding
from candour.records.calendars import Calendar
from candour.records.scene import Scene
from candour.records.vocabulary import Vocabulary
from candour.standards.model import Standard
from tests.support.in_parts import read_findings, write_scene

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

TWO_WORKERS = "local-cluster[2,1,1024]"


Case = tuple[Scene, Sequence[Standard], Vocabulary, datetime, datetime]
"""A scene, the standards held against it, its vocabulary, and the moments as of and known at."""


def on_spark(spark: SparkSession, cases: Sequence[Case], calendar: Calendar, parts: int) -> list[list[Finding]]:
    """The findings of every case, all in one job of Spark, each group of standards divided into about so many tasks."""
    with tempfile.TemporaryDirectory() as name:
        jobs = []
        for number, (scene, standards, vocabulary, as_of, known_at) in enumerate(cases):
            folder = Path(name) / str(number)
            folder.mkdir()
            files = write_scene(folder, scene, vocabulary)
            asked = Asked(*files, tuple(scene.sources), tuple(standards), vocabulary, calendar, as_of, known_at)
            jobs.append(Job(asked, folder / "out.parquet", folder / "parts"))
        a_task = max(max((len(case[0].events) for case in cases), default=1) // parts, 1)
        counted = evaluate_on_spark(spark, jobs, events_a_task=a_task, means=Means(threads=1))
        found = [read_findings(job.out) for job in jobs]
        assert counted == [len(one) for one in found]
        return found

"""On Spark, with two workers, every finding is that of the other evaluators; what cannot run there is declared, and refused in words.

The suite tries an example of each shape of rule and scope, and a few random rules. `make bench-spark` (CANDOUR_SPARK=all) tries every example of the catalogue, 2,000 random pairs of a rule and a
chronology, and the made-up force at 200,000 events.
"""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from random import Random
from typing import get_args

import duckdb
import pytest

from candour.evaluation import on_spark as engine
from candour.evaluation.assessing import Question, assess
from candour.evaluation.dividing import Asked, groups_of
from candour.evaluation.in_parts import Means
from candour.evaluation.reference import evaluate
from candour.evaluation.relational import evaluate_scene
from candour.findings.runs import run_folder
from candour.records.calendars import load_calendar
from candour.records.refusals import InputRefused
from candour.records.vocabulary import load_vocabulary
from candour.standards.examples import scene_of
from candour.standards.loading import load_standards
from candour.standards.model import Held, Rule
from tests.support.deliveries import Desk, row
from tests.support.in_parts import write_scene
from tests.support.made_rules import RuleMaker
from tests.support.made_scenes import scene
from tests.support.made_vocabulary import MADE
from tests.support.repository import ROOT
from tests.support.small_store import INTERVIEW
from tests.support.spark import TWO_WORKERS, Case, on_spark

EVERYTHING = os.environ.get("CANDOUR_SPARK") == "all"
CALENDAR = load_calendar()
needs_spark = pytest.mark.skipif(engine.why_not_spark() is not None, reason=str(engine.why_not_spark()))


def examples() -> list[Case]:
    """Every example of the catalogue; in the suite one for each shape of rule and scope."""
    vocabulary = load_vocabulary()
    found, met = [], set()
    for standard in load_standards(None, vocabulary):
        for example in standard.examples:
            sort = (type(standard.rule), standard.rule.scope)
            if EVERYTHING or sort not in met:
                made, as_of, known_at = scene_of(example, standard, vocabulary)
                found.append((made, [standard], vocabulary, as_of, known_at))
            met.add(sort)
    return found


def pairs(number: int) -> list[Case]:
    """So many random rules, each with a random chronology."""
    found: list[Case] = []
    for seed in range(number):
        random = Random(f"spark {seed}")
        made, as_of, known_at = scene(random)
        found.append((made, [RuleMaker(random, set()).standard(0)], MADE, as_of, known_at))
    return found


@needs_spark
def test_spark_finds_what_the_others_find() -> None:
    cases = [*examples(), *pairs(2000 if EVERYTHING else 4)]
    assert {type(standard.rule) for _, (standard,), *_ in cases} == set(get_args(Rule))
    with engine.session(TWO_WORKERS) as spark:
        found = on_spark(spark, cases, CALENDAR, 2)
        workers = spark.sparkContext._jsc.sc().getExecutorMemoryStatus().size() - 1  # the driver is among them
    assert workers == 2
    apart = []
    for number, ((made, standards, vocabulary, as_of, known_at), there) in enumerate(zip(cases, found, strict=True)):
        asked = (made, standards, vocabulary, CALENDAR, as_of, known_at)
        if not there == evaluate_scene(*asked) == evaluate(*asked):
            apart.append(f"{number}: {standards[0].id}")
    assert apart == []
    assert sum(map(len, found)) > len(cases) // 2


@needs_spark
def test_a_store_is_assessed_on_spark(tmp_path: Path) -> None:
    (tmp_path / "standards").mkdir()
    for scope in ("case", "child"):
        words = INTERVIEW.replace('id = "interview"', f'id = "by-{scope}"').replace("shape = ", f'scope = "{scope}"\nshape = ')
        (tmp_path / "standards" / f"by-{scope}.toml").write_text(words, encoding="utf-8")
    desk = Desk(tmp_path)
    desk.deliver(*(row(f"M{number}", nominal=f"K{number}", located_at="02/03/2026 10:00") for number in range(100)))
    desk.take()
    made, found = datetime(2026, 6, 1), []
    for which, master in (("spark", TWO_WORKERS), ("duckdb", None), ("reference", None)):
        question = Question(datetime(2026, 4, 30), None, tmp_path / "standards", engine=which, events_at_once=60, master=master)
        run = assess(desk.store, question, made_at=made)
        folder = run_folder(desk.store, run.run_id)
        assert sorted(path.name for path in folder.iterdir()) == ["findings.parquet", "run.json"]
        found.append(duckdb.sql(f"select * from read_parquet('{folder / 'findings.parquet'}')").fetchall())
    assert len(found[0]) == 200
    assert found[0] == found[1] == found[2]


@needs_spark
@pytest.mark.skipif(not EVERYTHING, reason="the long form: `make bench-spark`")
def test_the_made_up_force_on_spark(tmp_path: Path) -> None:
    from candour.cli.demonstrating import command

    cases = os.environ.get("CANDOUR_SPARK_CASES", "12000")
    command.main(["--cases", cases, "--out", str(tmp_path / "demo")], standalone_mode=False)
    store = tmp_path / "demo" / "store"
    found = {}
    for which, master in (("spark", TWO_WORKERS), ("duckdb", None), ("reference", None)):
        run = assess(store, Question(engine=which, events_at_once=50_000, master=master), made_at=datetime(2026, 6, 1))
        assert run.events >= 200_000 or "CANDOUR_SPARK_CASES" in os.environ
        file = run_folder(store, run.run_id) / "findings.parquet"
        found[which] = duckdb.sql(f"select * from read_parquet('{file}')").fetchall()
    assert found["spark"] == found["duckdb"] == found["reference"] and found["spark"]


def test_without_spark_or_java_it_is_said_how_to_get_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setattr(engine, "find_spec", lambda _name: object())
    monkeypatch.setattr(engine.shutil, "which", lambda _name: None)
    assert "Java 17" in (engine.why_not_spark() or "")
    monkeypatch.setattr(engine, "find_spec", lambda _name: None)
    with pytest.raises(InputRefused, match=r"pip install 'candour\[spark\]'"), engine.session("local[1]"):
        pass


def test_an_executor_with_other_versions_is_refused() -> None:
    assert engine.other_versions(engine.versions(), engine.versions()) is None
    said = engine.other_versions(engine.versions(), "Candour 0.0.1 and DuckDB 1.0.0")
    assert said is not None and "has Candour 0.0.1 and DuckDB 1.0.0, and the driver Candour" in said and "Install the same" in said


def test_a_path_that_an_executor_does_not_see_is_said(tmp_path: Path) -> None:
    made, as_of, known_at = scene(Random(1))
    asked = Asked(*write_scene(tmp_path, made, MADE), made.sources, (), MADE, CALENDAR, as_of, known_at)
    job = engine.Job(asked, tmp_path / "out.parquet", tmp_path / "not there")
    said = engine._evaluate(job, engine.Task(0, groups_of(pairs(1)[0][1])[0], 0, 1, (0, 1)), 0, Means())
    assert said is not None and said.startswith(f"{tmp_path / 'not there'}: an executor of Spark does not see this path.")


def test_what_cannot_run_on_spark_is_on_the_page_and_is_so(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "how-to" / "assess-on-spark.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| ")][1:]
    assert rows == [f"| {what} | {how} |" for what, how in engine.CANNOT_RUN.items()]
    made, as_of, known_at = scene(Random(1))
    vocabulary = load_vocabulary()
    held = tuple(one for one in load_standards(None, vocabulary, examples=False) if isinstance(one.rule, Held))
    asked = Asked(*write_scene(tmp_path, made, vocabulary), made.sources, held, vocabulary, CALENDAR, as_of, known_at)
    assert held and [task.parts for task in engine._tasks(0, asked, 1, Means())] == [1]

"""Two outside event logs from file to finding: a hospital's sepsis cases and a permit process, each counted again by a few lines of plain Python.

`python -m pytest tests/external/test_event_logs.py -s` prints the counts with both denominators.
"""

from __future__ import annotations

import csv
import gzip
import shutil
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from lxml import etree

from candour.evaluation.assessing import ENGINES, Question, assess
from candour.findings.runs import FINDINGS, run_folder
from candour.records.importing import import_delivery
from candour.records.vocabulary import find_catalogue, load_vocabulary
from tests.support.outside import outside

HERE = Path(__file__).parent / "event_logs"
NOW = datetime(2026, 11, 22, 12)
OPEN, LATE = datetime(2012, 2, 1), datetime(2020, 1, 1)


def store_of(name: str, log: Path, tmp_path: Path, extracted_at: datetime) -> Path:
    """Import one log into a store written in the logs' own vocabulary."""
    catalogue = (find_catalogue() / "vocabulary.toml").read_text(encoding="utf-8")
    words = tmp_path / "vocabulary.toml"
    before, after = catalogue[: catalogue.index('[kinds."')], catalogue[catalogue.index("[codes.") :]
    words.write_text(f"{before}{(HERE / 'kinds.toml').read_text(encoding='utf-8')}\n{after}", encoding="utf-8")
    delivered, store = tmp_path / "delivered", tmp_path / "store"
    delivered.mkdir()
    shutil.copy(log, delivered / log.name)
    report = import_delivery(
        delivered, HERE / name / "mapping.toml", store, received_at=NOW, extracted_at=extracted_at, vocabulary=load_vocabulary(words)
    )
    assert report.stored
    shutil.copy(words, store / "vocabulary.toml")
    return store


def outcomes(store: Path, name: str, engine: str, as_of: datetime) -> dict[str, dict[str, str]]:
    """For each standard the outcome of each case."""
    run = assess(store, Question(as_of=as_of, standards=HERE / name / "standards", engine=engine), made_at=NOW)
    with duckdb.connect() as connection:
        rows = connection.execute(
            "select standard, case_ref, outcome from read_parquet(?)", [str(run_folder(store, run.run_id) / FINDINGS)]
        ).fetchall()
    found: dict[str, dict[str, str]] = {}
    for standard, case, outcome in rows:
        assert case not in found.setdefault(standard, {})
        found[standard][case] = outcome
    return found


def answered(triage: datetime, answers: list[datetime], hours: int, early: int = 0) -> str:
    """Met, late or missed for one case, counted by hand."""
    after = sorted(answer for answer in answers if answer >= triage - timedelta(hours=early))
    if not after:
        return "missed"
    return "met" if after[0] <= triage + timedelta(hours=hours) else "late"


@pytest.mark.parametrize("engine", [one for one in ENGINES if one != "spark"])  # Spark has its own tests, on a store as well
def test_sepsis_cases(engine: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = outside("event-logs", "sepsis_cases.csv")
    times: dict[str, dict[str, list[datetime]]] = {}
    with log.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            times.setdefault(row["case_id"], {}).setdefault(row["activity"], []).append(datetime.fromisoformat(row["timestamp"]))
    store = store_of("sepsis", log, tmp_path, LATE)
    found = outcomes(store, "sepsis", engine, LATE)
    with duckdb.connect() as connection:
        events = str(store / "chronology" / "1" / "events.parquet")
        cases = {row[0] for row in connection.execute("select distinct case_ref from read_parquet(?)", [events]).fetchall()}
    assert len(cases) == 1050
    assert "NA" in cases
    for standard, activity, hours, early in (
        ("sepsis-antibiotics-1h", "IV Antibiotics", 1, 0),
        ("sepsis-lactic-acid-3h", "LacticAcid", 3, 0),
        ("sepsis-lactic-acid-3h-early", "LacticAcid", 3, 24),
    ):
        expected = {
            case: answered(done["ER Sepsis Triage"][0], done.get(activity, []), hours, early)
            for case, done in times.items()
            if "ER Sepsis Triage" in done
        }
        assert found[standard] == expected
        counts = Counter(found[standard].values())
        done = counts["met"] + counts["late"]
        with capsys.disabled():
            print(
                f"\n{engine}: {standard}: {counts['met']} met, {counts['late']} late, {counts['missed']} never, of {len(cases)} cases ({len(cases) - len(expected)} without triage); "
                f"in time: {counts['met']} of {done} done ({counts['met'] / done:.1%}), {counts['met']} of {len(expected)} due ({counts['met'] / len(expected):.1%})"
            )


@pytest.mark.parametrize("engine", [one for one in ENGINES if one != "spark"])  # Spark has its own tests, on a store as well
def test_each_permit_case_against_its_own_deadline(engine: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = outside("event-logs", "08_receipt.xes.gz")
    space = "{http://www.xes-standard.org/}"
    expected: dict[str, dict[datetime, str]] = {}
    same_second: set[str] = set()
    with gzip.open(log) as stream:
        for trace in etree.parse(stream).iter(f"{space}trace"):
            told = {child.get("key"): child.get("value") for child in trace if child.get("key")}
            deadline = _utc(told["deadline"])
            ended = _utc(told["enddate"]) if "enddate" in told else None
            if ended == deadline and told["enddate"] != told["deadline"]:
                same_second.add(str(told["concept:name"]))
            for as_of in (OPEN, LATE):
                expected.setdefault(str(told["concept:name"]), {})[as_of] = _by_deadline(deadline, ended, as_of)
    assert len(expected) == 1434
    # Candour keeps times to the second: two cases that end 20 milliseconds after their deadline count as in time.
    assert same_second == {"case-5877", "case-6993"}
    store = store_of("receipt", log, tmp_path, LATE)
    for as_of in (OPEN, LATE):
        found = outcomes(store, "receipt", engine, as_of)["receipt-by-its-deadline"]
        assert found == {case: by_moment[as_of] for case, by_moment in expected.items()}
        counts = Counter(found.values())
        with capsys.disabled():
            print(
                f"\n{engine}: permit cases as of {as_of:%d %B %Y}: {counts['met']} ended in time, {counts['late']} ended late, "
                f"{counts['missed']} open and past their deadline, {counts['pending']} open and not yet due"
            )
    assert set(Counter(found.values())) >= {"met", "late", "missed"}


def _utc(text: str | None) -> datetime:
    assert text is not None
    return datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None, microsecond=0)


def _by_deadline(deadline: datetime, ended: datetime | None, as_of: datetime) -> str:
    if ended is not None and ended <= as_of:
        return "met" if ended <= deadline else "late"
    return "pending" if as_of <= deadline else "missed"

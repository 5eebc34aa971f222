"""One case at once gives the findings of the batch whose trigger lies in the case: on random chronologies, and for every case of the made-up force."""

from __future__ import annotations

from collections import Counter
from dataclasses import astuple, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from candour.evaluation.assessing import read_scene
from candour.evaluation.one_case import CaseDesk
from candour.evaluation.reference import evaluate
from candour.findings.finding import Finding
from candour.records.calendars import load_calendar
from candour.records.chronology import Chronology, open_chronology
from candour.records.linked_chronology import linked
from candour.records.links import link_folder
from candour.records.refusals import InputRefused
from candour.standards.model import Standard
from tests.support.made_deliveries import MadeDeliveries
from tests.support.made_rules import RuleMaker
from tests.support.made_vocabulary import MADE
from tests.support.two_systems import link

CALENDAR = load_calendar()


def made_store(seed: int, base: Path, *, people: bool = False) -> tuple[MadeDeliveries, list[Standard], datetime]:
    """A store after two deliveries, and a dozen rules to hold it against."""
    random = Random(seed)
    made = MadeDeliveries(base, random, people=people)
    made.deliver(timedelta(0))
    for _ in range(4):
        made.correct()
    made.learn()
    made.deliver(timedelta(days=1))
    maker = RuleMaker(random, set())
    return made, [maker.standard(number) for number in range(12)], made.received


@pytest.mark.parametrize("seed", range(8))
def test_every_case_of_a_random_store(seed: int, tmp_path: Path) -> None:
    made, standards, as_of = made_store(seed, tmp_path)
    every_case_of(open_chronology(made.store), standards, as_of)


def linked_store(seed: int, base: Path) -> tuple[Chronology, list[Standard], datetime]:
    """The same with children and places that are linked across the two sources."""
    made, standards, as_of = made_store(seed, base, people=True)
    folder = link_folder(made.store, link(made.store).link_id) / "chronology"
    return linked(open_chronology(made.store), folder), standards, as_of


@pytest.mark.parametrize("seed", range(3))
def test_every_case_of_a_random_store_whose_records_are_linked(seed: int, tmp_path: Path) -> None:
    chronology, standards, as_of = linked_store(seed, tmp_path)
    own = read_scene(replace(chronology, files=None)).events
    assert any(one["child_ref"] != other["child_ref"] for one, other in zip(own, read_scene(chronology).events, strict=True))
    every_case_of(chronology, standards, as_of)


def every_case_of(chronology: Chronology, standards: list[Standard], as_of: datetime) -> None:
    batch: dict[str | None, list[Finding]] = {}
    for finding in evaluate(read_scene(chronology), standards, MADE, CALENDAR, as_of, datetime(9999, 1, 1)):
        batch.setdefault(finding.case_ref, []).append(finding)
    desk = CaseDesk(chronology, standards, MADE, CALENDAR, as_of)
    assert any(batch.values())
    for case in (*sorted(key for key in batch if key is not None), "a case that is not there"):
        assert desk.findings(case) == batch.get(case, []), case


def test_links_that_do_not_tell_whose_each_reference_is_are_refused(tmp_path: Path) -> None:
    chronology, standards, as_of = linked_store(1, tmp_path)
    assert chronology.files is not None
    (chronology.files / "references.parquet").unlink()
    with pytest.raises(InputRefused, match=r"has no references\.parquet.*link again"):
        CaseDesk(chronology, standards, MADE, CALENDAR, as_of)


def test_what_is_recorded_now_with_a_sources_own_reference_is_refused_where_records_are_linked(tmp_path: Path) -> None:
    chronology, standards, as_of = linked_store(1, tmp_path)
    own = read_scene(replace(chronology, files=None)).events
    stored, person = next(
        (one, other["child_ref"])
        for one, other in zip(own, read_scene(chronology).events, strict=True)
        if one["child_ref"] != other["child_ref"] and one["case_ref"] is not None
    )
    desk, case = CaseDesk(chronology, standards, MADE, CALENDAR, as_of), str(stored["case_ref"])
    new = {**stored, "event_id": "new", "child_ref": person}
    desk.findings(case, [new, {**new, "event_id": "newer", "child_ref": "somebody new"}])
    with pytest.raises(InputRefused) as refused:
        desk.findings(case, [new, stored])
    words = (
        f"Event {stored['event_id']}: child_ref {stored['child_ref']} is a source's own reference, and no person of the linked chronology."
    )
    assert str(refused.value).startswith(words)
    assert f"{person} (by {stored['source_system']})" in str(refused.value)
    CaseDesk(replace(chronology, files=None), standards, MADE, CALENDAR, as_of).findings(case, [stored])


@pytest.mark.parametrize("seed", [*range(7), 1007])
def test_what_is_recorded_now_is_found_as_after_an_import(seed: int, tmp_path: Path) -> None:
    """The desk of the chronology before, told of what comes, finds what the chronology after has; but for the places of triggers."""
    made, standards, as_of = made_store(seed, tmp_path)
    before = open_chronology(made.store)
    known = {str(row["event_id"]) for row in read_scene(before).events}
    desk = CaseDesk(before, standards, MADE, CALENDAR, as_of)
    made.add()
    made.add()
    made.deliver(timedelta(hours=1))
    after = replace(open_chronology(made.store), sources=before.sources)
    recorded = [row for row in read_scene(after).events if row["event_id"] not in known]
    now = CaseDesk(after, standards, MADE, CALENDAR, as_of)
    assert recorded
    for case in {str(row["case_ref"]) for row in recorded if row["case_ref"] is not None}:
        found, expected = desk.findings(case, recorded), now.findings(case)
        assert Counter(map(_told, found)) == Counter(map(_told, expected)), case


def _told(finding: Finding) -> tuple[object, ...]:
    return astuple(replace(finding, trigger_position=0))


def test_a_chronology_without_its_rows_by_kind_is_refused(tmp_path: Path) -> None:
    made, standards, as_of = made_store(1, tmp_path)
    chronology = open_chronology(made.store)
    for file in (chronology.folder / "kinds").iterdir():
        file.unlink()
    (chronology.folder / "kinds").rmdir()
    with pytest.raises(InputRefused, match="has no rows by kind"):
        CaseDesk(chronology, standards, MADE, CALENDAR, as_of)

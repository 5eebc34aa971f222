"""Every difference between two runs has its cause: records, time, standards, figures, calendars."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from candour.cli.comparing import command
from candour.findings.comparison import NO_CAUSE, Cause, Comparison, compare
from candour.findings.proofs import open_run
from candour.findings.stored_events import read_findings
from candour.records.scene import Scene, ordered
from candour.standards.model import Standard
from tests.support.small_store import (
    INTERVIEW,
    VOCABULARY,
    assess,
    assess_by_hand,
    scene_from,
    standards_in,
    with_deliveries,
    write_generation,
)

LINES = """
2026-03-01 18:00 | missing.located | episode=M1
2026-03-10 18:00 | missing.located | episode=M2
2026-03-11 09:00 | missing.interviewed | episode=M2 face_to_face=no
"""
AS_OF = "2026-03-31 09:00"


@pytest.fixture
def standards(tmp_path: Path) -> tuple[Standard, ...]:
    return standards_in(tmp_path / "s", INTERVIEW)


@pytest.fixture
def scene(standards: tuple[Standard, ...]) -> Scene:
    return with_deliveries(scene_from(LINES, standards[0]), {f"E{number}": "D1" for number in range(1, 9)})


@pytest.fixture
def store(tmp_path: Path, scene: Scene, standards: tuple[Standard, ...]) -> Path:
    folder = tmp_path / "store"
    write_generation(folder, scene)
    assess(folder, scene, standards, AS_OF)
    return folder


def causes(comparison: Comparison) -> dict[str, set[Cause]]:
    return {one.finding_id: {why.cause for why in one.why} for one in comparison.differences}


def second_import(store: Path, scene: Scene, events: list[dict[str, object]], number: int = 2) -> Scene:
    later = scene.with_events(ordered(events, VOCABULARY))
    write_generation(store, later, number, ("D1", "D2"))
    return later


def test_the_same_store_assessed_twice_gives_no_difference(store: Path, scene: Scene, standards: tuple[Standard, ...]) -> None:
    assess(store, scene, standards, AS_OF)
    comparison = compare(store, "1", "2")
    assert comparison.differences == () and comparison.same == 2
    assert comparison.sentence().endswith("all the same.")


def test_a_new_record_a_corrected_one_and_a_withdrawn_one_are_told_apart(
    store: Path, scene: Scene, standards: tuple[Standard, ...]
) -> None:
    rows = {str(row["event_id"]): dict(row) for row in scene.events}
    delivered = datetime(2026, 4, 2)
    answer = rows["E4"] | {"event_id": "E9", "episode_ref": "M1", "face_to_face": True, "delivery_id": "D2", "source_ref": "returns.csv#9"}
    answer |= {"occurred_at": datetime(2026, 3, 1, 20), "occurred_to": datetime(2026, 3, 1, 20), "known_from": delivered}
    corrected = rows["E4"] | {"face_to_face": True, "delivery_id": "D2", "supersedes": "D1", "known_from": delivered}
    old = rows["E4"] | {"known_to": delivered}
    later = second_import(store, scene, [rows["E2"], rows["E3"], answer, old, corrected])
    assess(store, later, standards, AS_OF)
    comparison = compare(store, "1", "2")
    assert causes(comparison) == {"interview@E2": {Cause.NEW_RECORD}, "interview@E3": {Cause.CORRECTED_RECORD}}
    assert (
        "interview@E2: not done became done in time. new record: missing.interviewed, returns.csv#9 (example), brought by delivery D2."
        in [one.sentence() for one in comparison.differences]
    )
    withdrawn = {**rows["E3"], "known_to": datetime(2026, 4, 3)}
    third = scene.with_events(ordered([rows["E2"], withdrawn, answer, old, corrected], VOCABULARY))
    write_generation(store, third, 3, ("D1", "D2", "D3"))
    assess(store, third, standards, AS_OF)
    gone = compare(store, "2", "3")
    assert causes(gone) == {"interview@E3": {Cause.WITHDRAWN_RECORD}} and gone.differences[0].what == "gone"


def test_a_record_that_was_not_yet_known_was_not_withdrawn(store: Path, scene: Scene, standards: tuple[Standard, ...]) -> None:
    """Two runs of one store, the second by what was known at an earlier moment."""
    written = datetime(2026, 3, 3)
    rows = [dict(row) | ({"known_from": written} if row["event_id"] == "E3" else {}) for row in scene.events]
    told = scene.with_events(ordered(rows, VOCABULARY))
    write_generation(store, told, 2, ("D1",))
    everything, then = assess(store, told, standards, AS_OF), assess(store, told, standards, AS_OF, known_at=datetime(2026, 3, 2))
    for one, two, what in ((everything, then, "gone"), (then, everything, "added")):
        comparison = compare(store, one, two)
        assert causes(comparison) == {"interview@E3": {Cause.NOT_KNOWN_THEN}} and comparison.differences[0].what == what
    assert "record not yet known in one of the runs: missing.located, " in compare(store, everything, then).differences[0].sentence()


def test_a_record_of_the_case_that_names_no_child_is_a_cause(tmp_path: Path) -> None:
    across = standards_in(tmp_path / "s", INTERVIEW.replace('same = "episode"', 'scope = "child"'))
    lines = "2026-03-01 18:00 | missing.located |\n2026-03-01 20:00 | missing.interviewed | face_to_face=yes child=\n"
    first = with_deliveries(scene_from(lines, across[0]), {f"E{number}": "D1" for number in range(1, 3)})
    write_generation(tmp_path / "store", first)
    assess(tmp_path / "store", first, across, AS_OF)
    trigger, answer = first.events
    corrected = {**answer, "child_ref": "CHILD-1", "delivery_id": "D2", "supersedes": "D1", "known_from": datetime(2026, 4, 2)}
    later = second_import(tmp_path / "store", first, [dict(trigger), {**answer, "known_to": datetime(2026, 4, 2)}, corrected])
    assess(tmp_path / "store", later, across, AS_OF)
    comparison = compare(tmp_path / "store", "1", "2")
    assert causes(comparison) == {"interview@E1": {Cause.CORRECTED_RECORD}}
    assert comparison.differences[0].sentence().startswith("interview@E1: cannot tell became done in time.")
    withdrawn = first.with_events(ordered([dict(trigger), {**answer, "known_to": datetime(2026, 4, 3)}], VOCABULARY))
    write_generation(tmp_path / "store", withdrawn, 3, ("D1", "D3"))
    assess(tmp_path / "store", withdrawn, across, AS_OF)
    gone = compare(tmp_path / "store", "1", "3")
    assert causes(gone) == {"interview@E1": {Cause.WITHDRAWN_RECORD}}
    assert gone.differences[0].sentence().startswith("interview@E1: cannot tell became not done.")


def test_it_holds_when_the_earlier_generation_is_no_longer_kept(store: Path, scene: Scene, standards: tuple[Standard, ...]) -> None:
    rows = {str(row["event_id"]): dict(row) for row in scene.events}
    delivered = datetime(2026, 4, 2)
    corrected = rows["E4"] | {"face_to_face": True, "delivery_id": "D2", "supersedes": "D1", "known_from": delivered}
    later = second_import(store, scene, [rows["E2"], rows["E3"], rows["E4"] | {"known_to": delivered}, corrected])
    assess(store, later, standards, AS_OF)
    for file in (store / "chronology" / "1").iterdir():
        file.unlink()
    assert causes(compare(store, "1", "2")) == {"interview@E3": {Cause.CORRECTED_RECORD}}


def test_time_alone_is_a_cause(store: Path, scene: Scene, standards: tuple[Standard, ...]) -> None:
    assess(store, scene, standards, "2026-03-11 08:00")
    comparison = compare(store, "2", "1")
    assert causes(comparison) == {"interview@E3": {Cause.TIME_PASSED}}
    assert "not yet due became not done. time passed: it was due Wed 11 March 2026, 18:00" in comparison.differences[0].sentence()


def test_a_standard_that_changed_or_was_not_assessed_is_a_cause(
    tmp_path: Path, store: Path, scene: Scene, standards: tuple[Standard, ...]
) -> None:
    looser = standards_in(tmp_path / "looser", INTERVIEW.replace("hours = 24", "days = 60"))
    assess(store, scene, looser, AS_OF)
    assert causes(compare(store, "1", "2")) == {"interview@E2": {Cause.STANDARD_CHANGED}, "interview@E3": {Cause.STANDARD_CHANGED}}
    assess(store, scene, (), AS_OF)
    gone = compare(store, "1", "3")
    assert {one.what for one in gone.differences} == {"gone"} and "was not assessed in run 0003" in gone.differences[0].sentence()


def changed_run(store: Path, scene: Scene, standards: tuple[Standard, ...], **given: object) -> None:
    findings = [
        replace(one, reason="not_yet_due", outcome="pending") for one in read_findings(open_run(store, folder=store.parent / "s").findings)
    ]
    assess_by_hand(store, standards, findings, AS_OF, **given)


def test_a_force_s_own_figure_is_a_cause(store: Path, scene: Scene, standards: tuple[Standard, ...]) -> None:
    changed_run(store, scene, standards, parameters={"interview_hours": "1000 hours from 2026-01-01", "other": "2 hours"})
    comparison = compare(store, "1", "2")
    assert {cause for found in causes(comparison).values() for cause in found} == {Cause.PARAMETER_CHANGED}
    assert "interview_hours: the figure of the standard became 1000 hours" in comparison.differences[0].sentence()


def test_what_an_earlier_edition_alone_reads_is_a_cause(tmp_path: Path) -> None:
    """The last edition has no figure that a force may set, and asks for another record: what the first rests on counts all the same."""
    own = INTERVIEW.replace('{ from = "2017-01-01" }', '{ to = "2026-03-31" }')
    later = INTERVIEW.replace("version = 1", "version = 2").replace('{ from = "2017-01-01" }', '{ from = "2026-04-01" }')
    later = later.replace("[source]", '[edition]\nchanges = "Another record."\n[source]', 1).replace(', parameter = "interview_hours"', "")
    later = later.replace("missing.interviewed", "rhi.done").replace("face_to_face", "independent")
    editions = standards_in(tmp_path / "s", own, later)
    store, scene = tmp_path / "store", with_deliveries(scene_from(LINES, editions[0]), {f"E{number}": "D1" for number in range(1, 9)})
    write_generation(store, scene)
    assess(store, scene, editions, AS_OF)
    changed_run(store, scene, editions, parameters={"interview_hours": "1000 hours from 2026-01-01"})
    assert {cause for found in causes(compare(store, "1", "2")).values() for cause in found} == {Cause.PARAMETER_CHANGED}
    seen = "2026-03-02 09:00 | missing.interviewed | episode=M1 face_to_face=yes"
    more = with_deliveries(scene_from(f"{LINES}{seen}\n", editions[0]), {**{f"E{number}": "D1" for number in range(1, 5)}, "E5": "D2"})
    after = second_import(store, scene, list(more.events))
    assess(store, after, editions, AS_OF)
    assert causes(compare(store, "1", "3")) == {"interview@E2": {Cause.NEW_RECORD}}


def test_a_calendar_is_a_cause_only_where_days_are_counted(
    tmp_path: Path, store: Path, scene: Scene, standards: tuple[Standard, ...]
) -> None:
    changed_run(store, scene, standards, calendar="another")
    assert causes(compare(store, "1", "2")) == {"interview@E2": set(), "interview@E3": set()}
    counted = standards_in(tmp_path / "counted", INTERVIEW.replace("hours = 24", "working_days = 2"))
    assess(store, scene, counted, AS_OF)
    changed_run(store, scene, counted, calendar="another")
    assert {cause for found in causes(compare(store, "3", "4")).values() for cause in found} == {Cause.CALENDAR_CHANGED}


def test_a_difference_without_a_cause_is_said_to_be_a_fault(store: Path, scene: Scene, standards: tuple[Standard, ...]) -> None:
    changed_run(store, scene, standards)
    comparison = compare(store, "1", "2")
    assert comparison.by_cause() == {NO_CAUSE: 2}
    assert comparison.differences[0].sentence().endswith("no cause found: this is a fault in Candour; please report it.")


def test_several_causes_are_all_listed(tmp_path: Path, store: Path, scene: Scene, standards: tuple[Standard, ...]) -> None:
    looser = standards_in(tmp_path / "looser", INTERVIEW.replace("hours = 24", "days = 25"))
    assess(store, scene, looser, "2026-03-05 09:00")
    found = causes(compare(store, "2", "1"))
    assert found["interview@E2"] == {Cause.STANDARD_CHANGED, Cause.TIME_PASSED}


def test_a_source_that_became_complete_is_a_cause(store: Path, tmp_path: Path, standards: tuple[Standard, ...]) -> None:
    thin = scene_from(LINES, standards[0], not_complete=("missing.interviewed",))
    folder = tmp_path / "thin"
    write_generation(folder, thin)
    assess(folder, thin, standards, AS_OF)
    full = scene_from(LINES, standards[0])
    write_generation(folder, full, 2)
    assess(folder, full, standards, AS_OF)
    assert causes(compare(folder, "1", "2"))["interview@E2"] == {Cause.SOURCE_CHANGED}


def test_the_command_says_how_many_and_why(store: Path, scene: Scene, standards: tuple[Standard, ...]) -> None:
    assess(store, scene, standards, "2026-03-11 08:00")
    plain = CliRunner().invoke(command, ["2", "1", "--store", str(store)])
    assert plain.exit_code == 0
    assert "1 finding differs between run 0002" in plain.output
    assert '"cause": "time passed"' in CliRunner().invoke(command, ["2", "1", "--store", str(store), "--json"]).output


CASELOAD = INTERVIEW.partition("[rule]")[0].replace('"interview"', '"caseload"') + (
    '[rule]\nshape = "count"\ncount = { event = "investigation.allocated", held_by = "oic_ref" }\nuntil = { event = "case.closed" }\nat_most = 1\n'
)


def test_what_one_person_holds_rests_on_all_their_cases(tmp_path: Path) -> None:
    standards = standards_in(tmp_path / "s", CASELOAD)
    lines = """
    2026-01-01 09:00 | investigation.allocated | case=A oic_ref=PC1
    2026-01-10 09:00 | case.closed | case=A
    2026-02-01 09:00 | investigation.allocated | case=B oic_ref=PC1
    """
    scene = with_deliveries(scene_from(lines, standards[0]), {f"E{number}": "D1" for number in range(9)})
    write_generation(tmp_path / "store", scene)
    assess(tmp_path / "store", scene, standards, AS_OF)
    closing = next(row for row in scene.events if row["kind"] == "case.closed")
    gone = second_import(
        tmp_path / "store", scene, [dict(row) | ({"known_to": datetime(2026, 4, 2)} if row is closing else {}) for row in scene.events]
    )
    assess(tmp_path / "store", gone, standards, AS_OF)
    comparison = compare(tmp_path / "store", "1", "2")
    assert causes(comparison) == {next(iter(causes(comparison))): {Cause.WITHDRAWN_RECORD}}
    assert "done in time became not done" in comparison.differences[0].sentence()

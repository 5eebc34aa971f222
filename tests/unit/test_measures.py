"""Measures of findings: counts, rates with their intervals, waits and what could not be checked."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candour.findings.coverage import Counted, coverage_from, read_coverage, unheard_of
from candour.findings.finding import Finding
from candour.findings.measures import Counts, read_measures
from candour.findings.outcomes import Outcome, Reason
from candour.findings.proofs import open_run
from candour.findings.waiting import read_waits
from candour.records.scene import SourceTold
from tests.support.small_store import INTERVIEW, VOCABULARY, assess, scene_from, standards_in, write_findings, write_generation, write_table

REVIEW = """
id = "review"
title = "A supervisor reviews an open investigation"
area = "investigation"
version = 1
status = "local default"
severity = "high"
[source]
document = "Northshire's own policy"
verified = false
[reading]
text = "At least every 28 days."
[rule]
shape = "recurrence"
after = { event = "investigation.allocated" }
until = { event = "case.closed" }
expect = { event = "supervision.reviewed" }
every = { days = 28 }
"""
START = datetime(2026, 3, 1, 12)


def no_events(folder: Path) -> Path:
    """An events file without an event."""
    write_table(folder / "e.parquet", VOCABULARY.event_columns(), [])
    return folder / "e.parquet"


def a_finding(number: int, outcome: str, **given: object) -> Finding:
    told = {
        "finding_id": f"interview@E{number}", "standard": "interview", "version": 1, "scope": "case", "scope_key": "CASE-1", "case_ref": "CASE-1",
        "child_ref": None, "episode_ref": None, "trigger_event": f"E{number}", "trigger_position": number, "stage": 0, "triggered_at": START,
        "due_at": START + timedelta(hours=24), "outcome": outcome, "reason": "not_answered",
    }  # fmt: skip
    return Finding(**{**told, **given})  # type: ignore[arg-type]  # a mapping of mixed values


def test_the_sentence_of_a_rate_has_its_four_counts() -> None:
    assert Counts(met=41, late=9, missed=13, excused=4, cannot_tell=9, pending=5).sentence() == (
        "41 of 63 done in time (65 %, 53 to 76 %); 4 excused; 9 cannot tell; 5 not yet due."
    )


def test_both_denominators_where_asked() -> None:
    assert "; counting those that cannot be told, 41 of 72 (57 %, 45 to 68 %); 4 excused" in Counts(41, 9, 13, 4, 9, 5).sentence(both=True)


def test_too_few_to_say_and_nothing_decided() -> None:
    assert Counts(met=7, missed=4).sentence() == "Too few to say (11): 7 of 11 done in time; 0 excused; 0 cannot tell; 0 not yet due."
    assert Counts(cannot_tell=3).sentence() == "Nothing could be decided; 0 excused; 3 cannot tell; 0 not yet due."
    assert Counts().rate is None and Counts().interval is None


def test_the_month_is_that_of_london(tmp_path: Path) -> None:
    last_of_june = datetime(2026, 6, 30, 22, 59, 59)
    findings = [
        a_finding(1, "met", triggered_at=last_of_june),
        a_finding(2, "met", triggered_at=last_of_june + timedelta(seconds=1)),
        a_finding(3, "cannot_tell", triggered_at=None, unit="Eastcliff"),
    ]
    write_findings(tmp_path / "f.parquet", findings)
    by_month = read_measures(tmp_path / "f.parquet", (), no_events(tmp_path)).by_month("interview")
    assert list(by_month) == ["2026-06", "2026-07", None]
    assert by_month["2026-06"] == Counts(met=1) and by_month[None] == Counts(cannot_tell=1)


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from([str(one) for one in Outcome]), st.sampled_from(["Eastcliff", "Westmoor", None]), st.integers(0, 400)),
        max_size=60,
    )
)
def test_the_figures_are_the_same_in_the_measures_the_csv_and_the_json(
    tmp_path_factory: pytest.TempPathFactory, drawn: list[tuple[str, str | None, int]]
) -> None:
    file = tmp_path_factory.mktemp("measures") / "f.parquet"
    write_findings(
        file,
        [
            a_finding(number, outcome, unit=unit, triggered_at=START + timedelta(days=day))
            for number, (outcome, unit, day) in enumerate(drawn)
        ],
    )
    measures = read_measures(file, (), no_events(file.parent))
    rows = list(csv.DictReader(io.StringIO(measures.as_csv())))
    machine = json.loads(measures.as_json())
    for outcome in Outcome:
        expected = sum(1 for one, _, _ in drawn if one == outcome)
        assert getattr(measures.total(), outcome) == expected
        assert sum(int(row[outcome]) for row in rows) == expected == sum(int(row[outcome]) for row in machine)
    for unit, counts in measures.by_unit().items():
        assert counts.occasions == sum(1 for _, one, _ in drawn if one == unit)
        assert counts.denominator == sum(int(row["denominator"]) for row in rows if (row["unit"] or None) == unit)


def test_waits_count_what_is_still_waiting_and_stop_at_the_excuse(tmp_path: Path) -> None:
    standards = standards_in(tmp_path / "s", INTERVIEW)
    scene = scene_from(
        """
        2026-03-01 18:00 | missing.located | episode=M1
        2026-03-01 20:00 | missing.interviewed | episode=M1 face_to_face=yes
        2026-03-01 18:00 | missing.located | episode=M2
        2026-03-01 22:00 | decision.recorded | episode=M2 decision_kind=not_practicable
        2026-03-01 18:00 | missing.located | episode=M3
        2026-03-01 18:00 | missing.located | episode=M4
        2026-03-03 | missing.interviewed | episode=M4 face_to_face=yes
        ? | missing.located | episode=M5
        """,
        standards[0],
    )
    write_generation(tmp_path / "store", scene)
    assess(tmp_path / "store", scene, standards, "2026-03-05 18:00")
    opened = open_run(tmp_path / "store", folder=tmp_path / "s")
    (waits,) = read_waits(opened.findings, opened.chronology.events, standards, opened.run.as_of)
    steps = {step.time: (step.events, step.censored) for step in waits.curve.steps}
    hours = 3600.0
    assert steps == {2 * hours: (1, 0), 4 * hours: (0, 1), 30 * hours: (1, 0), 96 * hours: (0, 1)}
    assert waits.left_out == 1 and waits.done == 2
    assert waits.sentence().startswith("Half were done within 1 day 6 hours")


def test_a_recurrence_is_followed_to_the_end_of_its_state(tmp_path: Path) -> None:
    standards = standards_in(tmp_path / "s", REVIEW)
    scene = scene_from("2026-01-01 09:00 | investigation.allocated |\n2026-02-10 09:00 | case.closed |", standards[0])
    write_generation(tmp_path / "store", scene)
    assess(tmp_path / "store", scene, standards, "2026-06-01 09:00")
    opened = open_run(tmp_path / "store", folder=tmp_path / "s")
    (waits,) = read_waits(opened.findings, opened.chronology.events, standards, opened.run.as_of)
    assert [(step.time, step.events, step.censored) for step in waits.curve.steps] == [(40 * 86_400.0, 0, 1)]
    assert waits.median.time is None and "Fewer than half were done: 100 % were still waiting after 40 days" in waits.sentence()


def test_coverage_ranks_what_would_decide_the_most(tmp_path: Path) -> None:
    content = INTERVIEW.partition("[rule]")[0].replace('"interview"', '"factors"') + (
        '[rule]\nshape = "content"\nof = { event = "missing.assessed" }\ncheck = "recorded(factors)"\n'
    )
    standards = standards_in(tmp_path / "s", INTERVIEW, content)
    interview = next(one for one in standards if one.id == "interview")
    scene = scene_from(
        "2026-03-01 18:00 | missing.located | episode=M1\n2026-03-01 10:00 | missing.assessed |\n2026-03-01 11:00 | missing.assessed |",
        interview,
        not_complete=("missing.interviewed",),
        not_held=("missing.assessed.factors",),
    )
    write_generation(tmp_path / "store", scene)
    assess(tmp_path / "store", scene, standards, "2026-03-31 18:00")
    opened = open_run(tmp_path / "store", folder=tmp_path / "s")
    coverage = read_coverage(opened.findings, opened.chronology.events, standards, VOCABULARY, opened.setting.sources, ())
    assert [(one.reason, one.item, one.findings, one.alone) for one in coverage.wanted] == [
        ("field", "factors", 2, 2),
        ("source", "missing.interviewed", 1, 1),
    ]
    assert [(one.decides, one.settles) for one in coverage.wanted] == [(("factors",), ("factors",)), (("interview",), ("interview",))]
    assert [
        (one.standard, part.source, part.occasions, part.decidable, part.wants_words())
        for one in coverage.covered
        for part in one.by_source
    ] == [
        ("factors", "example", 2, 0, "The field “factors” (2)"),
        ("interview", "example", 1, 0, "A source complete for “Prevention interview held” (1)"),
    ]
    assert coverage.wanted[0].words == "The field “factors”" and coverage.wanted[0].where_from == "example: not held"
    assert coverage.wanted[1].words == "A source complete for “Prevention interview held”"
    assert {one.standard: (one.occasions, one.decidable) for one in coverage.covered} == {"factors": (2, 0), "interview": (1, 0)}


def test_a_doubt_that_names_no_field_is_told_by_what_it_turns_on(tmp_path: Path) -> None:
    home = INTERVIEW.replace('id = "interview"', 'id = "at-home"').replace(
        '{ event = "decision.recorded", where = "decision_kind == \'not_practicable\'" }', '{ where = "returned" }'
    )
    standards = standards_in(tmp_path / "s", INTERVIEW, home)
    interview = next(one for one in standards if one.id == "interview")
    scene = scene_from(
        "2026-03-01 18:00 | missing.located | episode=M1\n2026-03-01 20:00 | missing.interviewed | episode=M1\n"
        "2026-03-05 18:00 | missing.located | episode=M2\n2026-03-05 20:00 | decision.recorded | episode=M2\n"
        "2026-03-09 18:00 | missing.located |",
        interview,
    )
    write_generation(tmp_path / "store", scene)
    assess(tmp_path / "store", scene, standards, "2026-03-31 18:00")
    opened = open_run(tmp_path / "store", folder=tmp_path / "s")
    coverage = read_coverage(opened.findings, opened.chronology.events, standards, VOCABULARY, opened.setting.sources, ())
    wants = {one.standard: {words for part in one.by_source for words, _ in part.wants} for one in coverage.covered}
    assert wants["interview"] == {
        "What tells whether a record of “Prevention interview held” is the answer: its time, “case”, “episode” or “face to face”",
        "What tells whether a record of “Decision recorded” is an excuse: its time, “case”, “episode” or “decision kind”",
        "The reference that links “Missing child located” to an answer: “case” or “episode”",
    }
    assert any(words.endswith(": “returned”") for words in wants["at-home"])


def test_what_it_turns_on_is_that_of_every_edition_that_was_evaluated(tmp_path: Path) -> None:
    """The earlier edition is answered by a check, the later by an interview: findings of both are counted together, so both are named."""
    earlier = INTERVIEW.replace('from = "2017-01-01"', 'to = "2026-02-28"').replace(
        '{ event = "missing.interviewed", where = "face_to_face" }', '{ event = "missing.assessed" }'
    )
    later = INTERVIEW.replace('from = "2017-01-01"', 'from = "2026-03-01"').replace(
        "version = 1", 'version = 2\nedition = { changes = "An interview." }'
    )
    standards = standards_in(tmp_path / "s", earlier, later)
    told = (SourceTold("rms", (), {"missing.assessed": frozenset({"factors"})}),)
    doubts = [Counted("interview", "rms", Reason.ANSWER_UNCERTAIN, None, 2), Counted("interview", "rms", Reason.FIELD, "factors", 1)]
    coverage = coverage_from(doubts, standards, VOCABULARY, told)
    words = {one.reason: one.words for one in coverage.wanted}
    both = "What tells whether a record of “Missing risk assessed” or “Prevention interview held” is the answer"
    assert words[Reason.ANSWER_UNCERTAIN] == both
    assert dict(coverage.covered[0].by_source[0].wants)[f"{both}: its time, “case”, “episode” or “face to face”"] == 2
    assert {one.reason: one.where_from for one in coverage.wanted}[Reason.FIELD] == "rms: left blank on some records"


def test_a_standard_is_unheard_of_only_where_no_edition_can_have_an_occasion(tmp_path: Path) -> None:
    earlier = INTERVIEW.replace('from = "2017-01-01"', 'to = "2026-02-28"').replace("missing.located", "missing.reported")
    later = INTERVIEW.replace('from = "2017-01-01"', 'from = "2026-03-01"').replace(
        "version = 1", 'version = 2\nedition = { changes = "From being found." }'
    )
    standards = standards_in(tmp_path / "s", earlier, later)
    assert unheard_of(standards, (SourceTold("rms", (), {"missing.reported": frozenset()}),)) == ()
    assert unheard_of(standards, (SourceTold("rms", (), {"case.closed": frozenset()}),)) == ("missing.reported", "missing.located")


def test_an_empty_findings_file_gives_nothing_and_no_fault(tmp_path: Path) -> None:
    write_findings(tmp_path / "f.parquet", [])
    write_table(tmp_path / "e.parquet", VOCABULARY.event_columns(), [])
    measures = read_measures(tmp_path / "f.parquet", (), no_events(tmp_path))
    assert measures.total() == Counts() and measures.cells == ()
    assert read_waits(tmp_path / "f.parquet", tmp_path / "e.parquet", (), START) == ()

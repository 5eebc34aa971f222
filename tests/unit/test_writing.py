"""What was done in time by an entry written late is counted as such, and what nobody can tell is counted apart."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime
from pathlib import Path

import pytest
from lxml import html

from candour.findings.measures import read_measures
from candour.findings.proofs import open_run
from candour.findings.reporting.gathering import gather
from candour.findings.reporting.page import render
from candour.findings.writing import LONG_AFTER, Written, long_after_words, read_written_late
from candour.records.vocabulary import load_vocabulary
from candour.standards.parameters import WRITTEN_LONG_AFTER, Parameters, apply_parameters, load_parameters
from candour.standards.refusals import StandardRefused
from tests.support.made_standard import head
from tests.support.small_store import INTERVIEW, assess, scene_from, standards_in, write_generation

FOUND = "2026-03-02 18:00 | missing.located | episode=M1 unit=Eastcliff"
SEEN = "missing.interviewed | episode=M1 face_to_face=yes"
BEFORE = (
    head("plan-before", "A plan is there before the interview", "investigation", "low")
    + """[rule]
shape = "precedence"
before = { event = "interview.held" }
expect = { event = "interview.planned" }
"""
)


def written(tmp_path: Path, lines: str, *, standard: str = INTERVIEW, long_after: int = LONG_AFTER) -> Written:
    """How soon what shows the things done in time in these lines was written."""
    store = store_of(tmp_path, lines, standard)
    opened = open_run(store, folder=tmp_path / "standards")
    return read_measures(opened.findings, (), opened.chronology.events, long_after=long_after).written()


def store_of(tmp_path: Path, lines: str, standard: str = INTERVIEW, **given: object) -> Path:
    standards = standards_in(tmp_path / "standards", standard)
    scene = scene_from(lines.strip(), standards[0])
    write_generation(tmp_path / "store", scene)
    assess(tmp_path / "store", scene, standards, "2026-03-31 06:40", **given)
    return tmp_path / "store"


DUE = "The interview is due at 18:00 on 3 March; it was held at 20:00 on 2 March."
WHEN = [
    # recorded, after due, long after, bucket
    ("2026-03-02 20:00", 0, 0, "within_hour"),
    ("2026-03-02 21:00", 0, 0, "within_hour"),
    ("2026-03-02 21:01", 0, 0, "within_day"),
    ("2026-03-03 18:00", 0, 0, "within_day"),
    ("2026-03-03 18:01", 1, 0, "within_day"),
    ("2026-03-03 20:00", 1, 0, "within_day"),
    ("2026-03-03 20:01", 1, 1, "within_week"),
    ("2026-03-09 20:00", 1, 1, "within_week"),
    ("2026-03-09 20:01", 1, 1, "later"),
    ("2026-03-02 19:59", 0, 0, "before"),
]


@pytest.mark.parametrize(("recorded", "after_due", "long_after", "bucket"), WHEN)
def test_each_is_counted_by_when_it_was_written(tmp_path: Path, recorded: str, after_due: int, long_after: int, bucket: str) -> None:
    found = written(tmp_path, f'{FOUND}\n2026-03-02 20:00 | {SEEN} recorded="{recorded}"')
    assert found == Written(rests=1, after_due=after_due, long_after=long_after, **{bucket: 1})


def test_where_the_record_does_not_say_when_it_cannot_be_told(tmp_path: Path) -> None:
    assert written(tmp_path, f"{FOUND}\n2026-03-02 20:00 | {SEEN} recorded=") == Written(rests=1, not_said=1)


@pytest.mark.parametrize(
    ("recorded", "expected"),
    [
        ("2026-03-02 09:00", Written(rests=1, within_hour=1)),
        ("2026-03-03 23:59", Written(rests=1, within_day=1)),
        ("2026-03-04 00:01", Written(rests=1, long_after=1, within_week=1)),
        ("2026-03-01 23:59", Written(rests=1, before=1)),
    ],
)
def test_a_day_without_a_time_counts_from_its_end(tmp_path: Path, recorded: str, expected: Written) -> None:
    lines = f'2026-03-01 18:00 | missing.located | episode=M1\n2026-03-02 | {SEEN} recorded="{recorded}"'
    assert written(tmp_path, lines, standard=INTERVIEW.replace("hours = 24", "hours = 96")) == expected


def test_what_is_not_met_or_rests_on_no_record_is_left_out(tmp_path: Path) -> None:
    assert written(tmp_path, f'{FOUND}\n2026-03-05 20:00 | {SEEN} recorded="2026-03-20 20:00"') == Written()
    never = INTERVIEW[: INTERVIEW.index("[rule]")] + (
        '[rule]\nshape = "absence"\nafter = { event = "missing.located" }\nnever = { event = "missing.reported" }\nwithin = { hours = 24 }\n'
    )
    assert written(tmp_path / "never", FOUND, standard=never) == Written()


def test_what_had_to_be_there_before_is_not_called_written_after_the_limit(tmp_path: Path) -> None:
    lines = '2026-03-02 09:00 | interview.planned | recorded="2026-03-02 11:00"\n2026-03-02 10:00 | interview.held |'
    assert written(tmp_path, lines, standard=BEFORE) == Written(rests=1, within_day=1)
    lines = lines.replace("2026-03-02 11:00", "2026-03-04 11:00")
    assert written(tmp_path / "long", lines, standard=BEFORE) == Written(rests=1, long_after=1, within_week=1)


# The figure is ours and may be set


LOCAL = """
[[parameter]]
name = "written_long_after_hours"
value = { hours = 48 }
from = 2026-02-01
approved_by = "Superintendent Lowe"
approved_on = 2026-01-20
reason = "Rural tours."
"""


def parameters(tmp_path: Path, text: str = LOCAL) -> Parameters:
    (tmp_path / "local.toml").write_text(text, encoding="utf-8")
    return load_parameters(tmp_path / "local.toml", load_vocabulary())


def test_a_force_may_set_how_long_is_long(tmp_path: Path) -> None:
    lines = f'{FOUND}\n2026-03-02 20:00 | {SEEN} recorded="2026-03-04 20:00"'
    assert written(tmp_path, lines, long_after=48 * 3600).long_after == 0
    assert written(tmp_path / "less", lines, long_after=48 * 3600 - 1).long_after == 1
    local = parameters(tmp_path)
    assert local.seconds_of(WRITTEN_LONG_AFTER, datetime(2026, 2, 1).date()) == 48 * 3600
    assert local.seconds_of(WRITTEN_LONG_AFTER, datetime(2026, 1, 31).date()) is None
    assert apply_parameters((), local) == ()
    (note,) = local.notes(())
    assert note.startswith("the measures: the local written_long_after_hours of 48 hours from 2026-02-01 is looser than")


def test_a_figure_that_is_no_length_of_hours_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StandardRefused, match="must be a length"):
        apply_parameters((), parameters(tmp_path, LOCAL.replace("{ hours = 48 }", "{ days = 2 }")))


def test_the_length_is_said_in_hours() -> None:
    assert (long_after_words(86_400), long_after_words(3_600), long_after_words(5_400)) == ("24 hours", "1 hour", "1 hour 30 minutes")


# One number everywhere, and the proofs


MANY = f"""
{FOUND}
2026-03-02 20:00 | {SEEN} recorded="2026-03-12 20:00"
2026-03-05 18:00 | missing.located | episode=M2 unit=Westmoor
2026-03-05 20:00 | missing.interviewed | episode=M2 face_to_face=yes recorded="2026-03-06 19:00"
2026-03-08 18:00 | missing.located | episode=M3 unit=Westmoor
2026-03-08 20:00 | missing.interviewed | episode=M3 face_to_face=yes recorded="2026-03-08 20:10"
2026-03-10 18:00 | missing.located | episode=M4
2026-03-10 20:00 | missing.interviewed | episode=M4 face_to_face=yes recorded=
"""


def test_the_report_the_csv_and_the_json_have_the_same_figures(tmp_path: Path) -> None:
    report = gather(store_of(tmp_path, MANY), folder=tmp_path / "standards")
    expected = Written(rests=4, after_due=2, long_after=1, not_said=1, within_hour=1, within_day=1, later=1)
    assert report.measures.written() == expected == report.measures.written_by_standard()["interview"]
    assert {unit: (one.rests, one.after_due, one.not_said) for unit, one in report.measures.written_by_unit("interview").items()} == {
        "Eastcliff": (1, 1, 0), "Westmoor": (2, 1, 0), None: (1, 0, 1),
    }  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(report.measures.as_csv())))
    machine = json.loads(report.measures.as_json())
    for name in ("rests", "after_due", "long_after", "not_said", "within_hour", "within_day", "within_week", "later", "before"):
        assert sum(int(row[f"written_{name}"]) for row in rows) == getattr(expected, name) == sum(row[f"written_{name}"] for row in machine)
    page = html.fromstring(render(report))
    (row,) = page.xpath("//tr[@data-written='interview']")
    assert [cell.text_content() for cell in row.xpath("td")] == ["4", "2", "1", "1", "1", "1", "0", "1", "0"]
    (section,) = page.xpath("//section[@aria-labelledby='written-late']")
    said = " ".join(section.text_content().split())
    assert (
        "Of 4 things done in time that rest on one record, 2 were written down after the limit had passed and 1 more than 24 hours after"
        in said
    )
    assert "Of 1 the record does not say when it was written, so this cannot be told." in said
    assert "The 24 hours are a local default of this project" in said


def test_the_report_gives_the_proofs_the_latest_written_first(tmp_path: Path) -> None:
    store = store_of(tmp_path, MANY)
    opened = open_run(store, folder=tmp_path / "standards")
    shown, number = read_written_late(opened.findings, opened.chronology.events, known_at=None, long_after=LONG_AFTER, most=1)
    assert (number, [one.finding_id for one in shown]) == (2, ["interview@E1"])
    page = html.fromstring(render(gather(store, folder=tmp_path / "standards")))
    assert page.xpath("//li/@data-written-late") == ["interview@E1", "interview@E3"]


def test_the_forces_own_length_is_said_to_be_its_own(tmp_path: Path) -> None:
    words = {WRITTEN_LONG_AFTER: "48 hours from 2026-02-01 (approved by Superintendent Lowe on 2026-01-20: Rural tours.)"}
    report = gather(store_of(tmp_path, MANY, long_after=48 * 3600, parameters=words), folder=tmp_path / "standards")
    assert "The 48 hours are the force's own figure." in " ".join(html.fromstring(render(report)).text_content().split())


def test_nothing_written_late_is_said(tmp_path: Path) -> None:
    page = render(gather(store_of(tmp_path, f"{FOUND}\n2026-03-02 20:00 | {SEEN}"), folder=tmp_path / "standards"))
    assert "Nothing that was done in time rests on an entry written late." in page

"""A count whose window reaches to before its source begins: of which days an occasion may be missing, and where that is said."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from lxml import html

from candour.findings.looking_back import CutShort, Stretch, cut_short
from candour.findings.reporting.gathering import gather
from candour.findings.reporting.page import render
from candour.records.scene import Completeness, SourceTold, first_second
from candour.standards.model import Standard
from candour.standards.parameters import apply_parameters, load_parameters
from tests.support.small_store import VOCABULARY, assess, scene_from, standards_in, write_generation, write_table

REPEATS = """
id = "repeats"
title = "A child missing three times is talked about"
area = "missing"
version = 1
status = "local default"
severity = "high"
[source]
document = "Northshire's own policy (made up)"
verified = false
[reading]
text = "Three in ninety days."
[rule]
shape = "count"
count = { event = "missing.reported" }
at_least = 3
in = { days = 90, parameter = "repeats_window" }
expect = { event = "strategy.held" }
within = { days = 5 }
"""
MONTHS = REPEATS.replace("{ days = 90,", "{ months = 3,")
AFTER = REPEATS.replace("at_least = 3", 'at_least = 1\nafter = { event = "contact.received" }').replace("missing.reported", "case.closed")
END = datetime(2026, 12, 31, 23)
AS_OF = date(2026, 12, 31)


def standard(folder: Path, text: str = REPEATS) -> Standard:
    (one,) = standards_in(folder, text)
    return one


def events(folder: Path, *seen: tuple[str, str]) -> Path:
    """An events file with these kinds at these moments (UTC)."""
    rows = [
        {"position": number, "event_id": f"E{number}", "kind": kind, "occurred_at": datetime.fromisoformat(moment)}
        for number, (kind, moment) in enumerate(seen)
    ]
    write_table(folder / "events.parquet", VOCABULARY.event_columns(), rows)
    return folder / "events.parquet"


def source(begins: datetime | date | None, *kinds: str) -> SourceTold:
    """A source that brings some kinds, and is complete for them from a moment (None: never)."""
    if isinstance(begins, date) and not isinstance(begins, datetime):
        begins = first_second(begins)
    return SourceTold("rms", (Completeness(kinds, begins, END),) if begins else (), {kind: frozenset() for kind in kinds})


@pytest.mark.parametrize(
    ("text", "begins", "whole_from", "before"),
    [
        (REPEATS, date(2026, 1, 1), date(2026, 1, 1), date(2026, 4, 1)),  # ninety days back from 1 April is 1 January, which counts
        (REPEATS, datetime(2026, 1, 1, 0, 0, 1), date(2026, 1, 2), date(2026, 4, 2)),  # not the whole of the first day
        (MONTHS, date(2025, 11, 30), date(2025, 11, 30), date(2026, 3, 1)),  # three months back from 28 February is 28 November
        (MONTHS, date(2025, 12, 31), date(2025, 12, 31), date(2026, 3, 31)),
    ],
)
def test_the_first_day_whose_window_lies_in_the_records(tmp_path: Path, text: str, begins: date, whole_from: date, before: date) -> None:
    found = cut_short(
        [standard(tmp_path / "s", text)],
        [source(begins, "missing.reported")],
        events(tmp_path, ("missing.reported", "2026-01-03T12:00")),
        AS_OF,
    )
    words = "90 calendar days" if text is REPEATS else "3 calendar months"
    assert found == (CutShort("repeats", (Stretch(("missing.reported",), words, whole_from, None, before),)),)


def test_from_the_first_such_day_on_nothing_is_said(tmp_path: Path) -> None:
    told, one = [source(date(2026, 1, 1), "missing.reported")], standard(tmp_path / "s")
    said = {
        day: bool(cut_short([one], told, events(tmp_path, ("missing.reported", f"{day}T12:00")), AS_OF))
        for day in ("2026-03-31", "2026-04-01")
    }
    assert said == {"2026-03-31": True, "2026-04-01": False}
    later = standard(tmp_path / "later", REPEATS.replace("version = 1", 'version = 1\nin_force = { from = "2026-04-01" }'))
    assert cut_short([later], told, events(tmp_path, ("missing.reported", "2026-02-01T12:00")), AS_OF) == ()


def test_what_is_looked_back_for_decides_and_not_what_calls_for_the_answer(tmp_path: Path) -> None:
    one, there = standard(tmp_path / "s", AFTER), events(tmp_path, ("contact.received", "2026-02-01T12:00"))
    contacts = source(date(2026, 2, 1), "contact.received")
    assert cut_short([one], [contacts, source(date(2020, 1, 1), "case.closed")], there, AS_OF) == ()
    (found,) = cut_short([one], [contacts, source(date(2026, 1, 1), "case.closed")], there, AS_OF)
    assert [(stretch.kinds, stretch.before) for stretch in found.stretches] == [(("case.closed",), date(2026, 4, 1))]
    assert (
        cut_short([one], [contacts], there, AS_OF) == ()
    )  # no source brings a closing: it has no occasion at all, which is said elsewhere


def test_where_no_source_is_complete_an_occasion_of_any_day_may_be_missing(tmp_path: Path) -> None:
    there = events(tmp_path, ("missing.reported", "2026-06-01T12:00"))
    (found,) = cut_short([standard(tmp_path / "s")], [source(None, "missing.reported")], there, AS_OF)
    assert [(stretch.begins, stretch.before) for stretch in found.stretches] == [(None, None)] and found.when_words() == "on any day"
    assert "for which no source is declared complete. An occasion on any day may be missing." in found.sentence(VOCABULARY)


def with_own_window(folder: Path, *own: tuple[str, int]) -> Standard:
    """The standard with windows of the force's own: from which day, and of how many days."""
    (folder / "local.toml").write_text(
        "".join(
            f'[[parameter]]\nname = "repeats_window"\nvalue = {{ days = {days} }}\nfrom = {begins}\napproved_by = "A board (made up)"\n'
            'approved_on = 2025-12-01\nreason = "Made up."\n'
            for begins, days in own
        ),
        encoding="utf-8",
    )
    (one,) = apply_parameters([standard(folder / "s")], load_parameters(folder / "local.toml", VOCABULARY))
    return one


@pytest.mark.parametrize(
    ("own", "seen", "when"),
    [
        ([("2026-01-01", 30)], ["2026-01-03"], "before 31 January 2026"),
        ([("2026-06-01", 365)], ["2026-01-03", "2026-06-03"], "before 1 April 2026 or from 1 June 2026 to 31 December 2026"),
        ([("2026-06-01", 365)], ["2026-06-03"], "before 1 January 2027"),
        ([("2026-06-01", 365)], ["2026-04-01", "2026-06-03"], "from 1 June 2026 to 31 December 2026"),
        (
            [("2026-06-01", 365)],
            ["2026-01-03", "2026-05-31"],
            "before 1 April 2026",
        ),  # no record in the second stretch: no occasion could be
        ([("2026-06-01", 365), ("2026-09-01", 30)], ["2026-04-01", "2026-06-03", "2026-09-02"], "from 1 June 2026 to 31 August 2026"),
        ([("2026-02-01", 365)], ["2026-01-03", "2026-06-03"], "before 1 January 2027"),  # one stretch runs into the next
        ([("2027-01-01", 3650)], ["2026-06-03", "2027-01-02"], ""),  # after the day that is looked at
    ],
)
def test_each_stretch_is_judged_by_the_window_of_its_own_days(
    tmp_path: Path, own: list[tuple[str, int]], seen: list[str], when: str
) -> None:
    one = with_own_window(tmp_path, *own)
    there = events(tmp_path, *(("missing.reported", f"{day}T12:00") for day in seen))
    found = cut_short([one], [source(date(2026, 1, 1), "missing.reported")], there, AS_OF)
    assert [one.when_words() for one in found] == ([when] if when else [])


def test_the_windows_of_several_stretches_are_all_named(tmp_path: Path) -> None:
    one = with_own_window(tmp_path, ("2026-06-01", 365))
    there = events(tmp_path, ("missing.reported", "2026-01-03T12:00"), ("missing.reported", "2026-06-03T12:00"))
    (found,) = cut_short([one], [source(date(2026, 1, 1), "missing.reported")], there, AS_OF)
    assert found.sentence(VOCABULARY) == (
        "It counts “Reported missing” in the 90 calendar days before and in the 365 calendar days before (from 1 June 2026 to 31 December 2026), of which the sources "
        "are complete from 1 January 2026. An occasion before 1 April 2026 or from 1 June 2026 to 31 December 2026 may be missing."
    )


def test_a_window_that_ends_is_given_its_days(tmp_path: Path) -> None:
    one = with_own_window(tmp_path, ("2026-06-01", 365), ("2026-09-01", 30))
    there = events(tmp_path, ("missing.reported", "2026-01-03T12:00"), ("missing.reported", "2026-06-03T12:00"))
    (found,) = cut_short([one], [source(date(2026, 1, 1), "missing.reported")], there, AS_OF)
    assert "in the 365 calendar days before (from 1 June 2026 to 31 August 2026)" in found.sentence(VOCABULARY)


def test_only_what_was_known_is_looked_at(tmp_path: Path) -> None:
    known = [("2026-01-05", "2026-02-01"), ("2026-05-05", None)]
    rows = [
        {
            "position": number, "event_id": f"E{number}", "kind": "missing.reported", "occurred_at": datetime.fromisoformat(at),
            "known_from": datetime.fromisoformat(at), "known_to": None if to is None else datetime.fromisoformat(to),
        }
        for number, (at, to) in enumerate(known)
    ]  # fmt: skip
    write_table(tmp_path / "events.parquet", VOCABULARY.event_columns(), rows)
    asked = ([standard(tmp_path / "s")], [source(date(2026, 1, 1), "missing.reported")], tmp_path / "events.parquet", AS_OF)
    assert cut_short(*asked) == ()
    assert len(cut_short(*asked, datetime(2026, 1, 20))) == 1


def test_every_edition_speaks_for_its_own_days(tmp_path: Path) -> None:
    """The later edition looks back a year and the earlier ninety days: the days between, on which the earlier is whole, are not among those told."""
    earlier = REPEATS.replace("version = 1", 'version = 1\nin_force = { to = "2026-05-31" }')
    later = REPEATS.replace("version = 1", 'version = 2\nin_force = { from = "2026-06-01" }\nedition = { changes = "A year." }')
    editions = standards_in(tmp_path / "s", earlier, later.replace("days = 90", "days = 365"))
    there = events(tmp_path, ("missing.reported", "2026-01-03T12:00"), ("missing.reported", "2026-06-03T12:00"))
    (found,) = cut_short(editions, [source(date(2026, 1, 1), "missing.reported")], there, AS_OF)
    assert found.when_words() == "before 1 April 2026 or from 1 June 2026 to 31 December 2026"


def test_the_day_of_a_record_is_that_of_london(tmp_path: Path) -> None:
    """Half past eleven in the evening of 31 May by UTC is 1 June in London, when the longer window holds."""
    one, told = with_own_window(tmp_path, ("2026-06-01", 365)), [source(date(2026, 1, 1), "missing.reported")]
    said = {
        moment: len(cut_short([one], told, events(tmp_path, ("missing.reported", moment)), AS_OF))
        for moment in ("2026-05-31T22:30", "2026-05-31T23:30")
    }
    assert said == {"2026-05-31T22:30": 0, "2026-05-31T23:30": 1}


def test_the_report_says_it_where_nothing_was_found(tmp_path: Path) -> None:
    """Two reports are in the records and the first was before them: no occasion by the contract, and the report says which may be missing."""
    one = standard(tmp_path / "standards")
    lines = "2026-01-10 12:00 | missing.reported |\n2026-03-01 12:00 | missing.reported |"
    scene = scene_from(lines, one, complete_from="2026-01-01 00:00")
    write_generation(tmp_path / "store", scene)
    assess(tmp_path / "store", scene, [one], "2026-03-31 12:00")
    report = gather(tmp_path / "store", folder=tmp_path / "standards")
    assert report.measures.total().occasions == 0
    page = html.fromstring(render(report))
    (said,) = page.xpath("//section[@aria-labelledby='unchecked']//li[@data-cut-short='repeats']")
    assert " ".join(said.text_content().split()) == (
        "A child missing three times is talked about: It counts “Reported missing” in the 90 calendar days before, of which the sources are "
        "complete from 1 January 2026. An occasion before 1 April 2026 may be missing."
    )
    assert "There was no occasion" not in page.text_content() and "Nothing was left undecided" not in page.text_content()
    (row,) = report.coverage.rows({})
    assert (row["standard"], row["source"], row["occasions"], row["occasions_may_be_missing"]) == ("repeats", "", 0, "before 1 April 2026")

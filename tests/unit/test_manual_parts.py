"""The parts of a page of the manual: the picture of an example, what a rule needs, and how it is measured."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from candour.findings.outcomes import Outcome
from candour.findings.possibilities import possible_outcomes
from candour.manual.editions import days_in_words
from candour.manual.gathering import gather_manual, groupings_of, slug
from candour.manual.needs import complete_for, own_figures
from candour.manual.pages import search_text, words_of
from candour.manual.timeline import WIDTH, label, timeline
from candour.manual.worked import Worked, work
from candour.standards.model import Absence, Content, Count
from candour.standards.rule_parts import answers_of, counted_of, parameters_of
from tests.support.made_manual import whole_manual
from tests.support.small_store import INTERVIEW, VOCABULARY, standards_in

LINES = {
    "met": "2026-03-01 18:00 | missing.located | episode=M1\n2026-03-01 21:30 | missing.interviewed | episode=M1 face_to_face=yes",
    "late": "2026-03-01 18:00 | missing.located | episode=M1\n2026-03-03 21:30 | missing.interviewed | episode=M1 face_to_face=yes",
    "missed": "2026-03-01 18:00 | missing.located | episode=M1",
    "excused": "2026-03-01 18:00 | missing.located | episode=M1\n2026-03-01 19:00 | decision.recorded | episode=M1 decision_kind=not_practicable",
    "cannot_tell": "2026-03-01 18:00 | missing.located | episode=M1\n2026-03-01 21:30 | missing.interviewed | episode=M1",
}


def worked(folder: Path, chronology: str, more: str = "") -> Worked:
    text = f'{INTERVIEW}\n[[examples]]\nname = "one"\nchronology = """\n{chronology}\n"""\nfinding = "met"\nbecause = "So."\n{more}'
    (standard,) = standards_in(folder, text)
    return work(standard.examples[0], standard, VOCABULARY)


@pytest.mark.parametrize("outcome", LINES)
def test_a_picture_has_its_bracket_and_says_it_in_words(tmp_path: Path, outcome: str) -> None:
    one = worked(tmp_path, LINES[outcome])
    assert [found.outcome for found in one.findings] == [outcome]
    drawn = timeline(one)
    assert drawn.count(">due</text>") == 1
    assert f"<title>{label(one)}</title>" in drawn.replace("&#39;", "'")
    assert one.findings[0].words in label(one)


def test_what_is_waited_for_is_open_and_says_when_it_was_looked_at(tmp_path: Path) -> None:
    one = worked(tmp_path, LINES["missed"], 'as_of = "2026-03-02 09:00"')
    drawn = timeline(one)
    assert ("looked at" in drawn, "stroke-dasharray" in drawn) == (True, True)
    assert one.looked_at == "Mon 2 March 2026, 09:00"


@pytest.mark.parametrize(
    ("chronology", "shown"),
    [("? | missing.located | episode=M1", "no date"), ("2026-03-01 | missing.located | episode=M1", 'fill="#c4ccd4"')],
)
def test_what_is_not_exactly_known_is_drawn_so(tmp_path: Path, chronology: str, shown: str) -> None:
    assert shown in timeline(worked(tmp_path, chronology))


def test_no_record_gives_an_empty_line(tmp_path: Path) -> None:
    one = worked(tmp_path, "# nothing")
    assert (one.records, one.findings) == ((), ())
    assert "no record" in timeline(one)


def test_every_picture_of_the_catalogue_stays_in_its_frame_and_in_order() -> None:
    for edition in whole_manual().editions():
        for one in edition.worked:
            drawn = timeline(one)
            places = [float(x) for x in re.findall(r'<circle cx="(-?[\d.]+)"', drawn)] + [
                float(x) for x in re.findall(r'<rect x="(-?[\d.]+)"', drawn)
            ]
            assert all(-1 <= x <= WIDTH for x in places), (edition.standard.id, one.example.name)
            numbers = [(float(x), int(n)) for x, n in re.findall(r'<text x="([\d.]+)"[^>]*font-weight="700"[^>]*>(\d+)</text>', drawn)]
            assert [n for _, n in sorted(numbers)] == sorted(n for _, n in numbers), (edition.standard.id, one.example.name)
            assert [found.outcome for found in one.findings] == list(one.example.finding)


def test_findings_in_a_row_that_say_the_same_are_told_once() -> None:
    (one,) = [one for one in whole_manual().standards if one.id == "oic-caseload-within-limit"]
    assert [(of, found.outcome) for of, found in one.editions[0].worked[0].told()] == [("1 to 15", "met"), ("16", "missed")]


def test_every_parameter_has_its_figure_in_words() -> None:
    for edition in whole_manual().editions():
        figures = dict(edition.figures)
        assert set(parameters_of(edition.standard.rule)) <= set(figures), edition.standard.id
        assert figures == dict(own_figures(edition.standard.rule)) and all(figures.values())


def test_absence_counts_only_where_a_source_is_complete() -> None:
    for edition in whole_manual().editions():
        rule = edition.standard.rule
        if isinstance(rule, Content):
            assert complete_for(rule) == ()
        elif isinstance(rule, Absence):
            assert set(complete_for(rule)) == {kind for one in rule.never for kind in one.kinds}
        elif Outcome.LATE in possible_outcomes(edition.standard):
            assert {kind for one in answers_of(rule) for kind in one.kinds} <= set(complete_for(rule)), edition.standard.id


def test_a_measure_says_never_exactly_where_it_cannot_be() -> None:
    for edition in whole_manual().editions():
        possible, said = possible_outcomes(edition.standard), edition.measure
        assert said.excused.startswith("Never") == (Outcome.EXCUSED not in possible)
        assert said.pending.startswith("Never") == (Outcome.PENDING not in possible)
        assert ("(late)" in said.denominator) == (Outcome.LATE in possible)
        assert bool(said.duty) == (edition.standard.duty == "partner")


def test_an_edition_says_to_which_occasions_it_applies() -> None:
    (one,) = [one for one in whole_manual().standards if one.id == "precharge-bail-within-3-months"]
    assert days_in_words(one.editions[-1].standard) == "from 3 April 2017 to 27 October 2022"
    assert one.editions[-1].standard.version < one.latest.version


@pytest.mark.parametrize(
    ("standard", "order"),
    [
        ("core-group-first-10-working-days", [3, 2, 1, 4]),  # the fourth was written last, and is for Wales
        ("csods-decision-28-days", [1, 2]),  # the second is of before the first
        ("closure-victim-told", [1, 2]),  # the second is not confirmed as in force
        ("custody-strip-search-safeguards", [2, 1, 3]),
    ],
)
def test_a_page_opens_with_the_edition_that_is_in_force_now(standard: str, order: list[int]) -> None:
    (one,) = [one for one in whole_manual().standards if one.id == standard]
    assert [edition.standard.version for edition in one.editions] == order
    assert one.latest.edition.commenced and one.latest.in_force.ends is None


def test_no_page_opens_with_what_is_not_in_force_where_another_edition_is() -> None:
    for one in whole_manual().standards:
        standards = [edition.standard for edition in one.editions]
        assert one.latest.edition.commenced or not any(other.edition.commenced for other in standards), one.id


def test_what_is_counted_before_something_else_is_needed_and_is_in_the_measure() -> None:
    counts = [edition for edition in whole_manual().editions() if isinstance(rule := edition.standard.rule, Count) and rule.after]
    assert counts
    for edition in counts:
        kinds = {need.kind: need.parts for need in edition.needs.kinds}
        assert all("counted before it" in kinds[kind] for one in counted_of(edition.standard.rule) for kind in one.kinds)
    (marac,) = [edition for edition in counts if edition.standard.id == "da-repeat-marac"]
    assert (
        marac.measure.occasion
        == "“Domestic abuse risk assessed” is recorded, and “Heard at MARAC” was recorded in the 12 calendar months before."
    )


def test_a_standard_is_in_every_group_that_it_names() -> None:
    manual = whole_manual()
    pages = {grouping.page: grouping for grouping in groupings_of(manual)}
    for page, count in (("by-area.html", 1), ("by-duty.html", 1), ("by-status.html", 3)):
        for one in manual.standards:
            assert sum(one in group.standards for group in pages[page].groups) >= count, (page, one.id)
    themes = {(theme, one.id) for one in manual.standards for edition in one.editions for theme in edition.standard.themes}
    assert themes == {(group.key, one.id) for group in pages["by-theme.html"].groups for one in group.standards}


def test_the_index_of_words_finds_every_standard() -> None:
    manual = whole_manual()
    found = {one.id for _, words in words_of(manual) for _, standards in words for one in standards}
    assert found == {one.id for one in manual.standards}
    assert all(word in search_text(one) for _, words in words_of(manual) for word, standards in words for one in standards)


def test_pages_by_what_standards_inform_name_each_that_says_so() -> None:
    pages = {grouping.page: grouping for grouping in groupings_of(whole_manual())}
    said = {(key, one.id) for one in whole_manual().standards for edition in one.editions for key in edition.standard.informs.criteria}
    shown = {(group.key, one.id) for group in pages["by-criterion.html"].groups for one in group.standards}
    assert shown == {(slug(f"inspection-{key}"), one) for key, one in said}
    assert len(pages["by-failing.html"].groups) == 36
    assert {"by-criterion.html", "by-failing.html", "by-inspection-finding.html"} <= set(pages)


def test_standards_that_inform_nothing_have_no_such_pages(tmp_path: Path) -> None:
    standards_in(tmp_path / "standards", INTERVIEW)
    assert not [
        one.page for one in groupings_of(gather_manual(tmp_path / "standards")) if one.page in ("by-criterion.html", "by-failing.html")
    ]


def test_on_paper_every_outcome_is_drawn_once_at_least() -> None:
    for edition in whole_manual().editions():
        drawn = edition.one_of_each_outcome()
        outcomes = [{found.outcome for found in one.findings} or {""} for one in edition.worked]
        assert set().union(*outcomes) == set().union(*({found.outcome for found in one.findings} or {""} for one in drawn))
        assert len(drawn) <= 7


def test_a_failing_that_only_a_reader_can_see_leads_to_its_question() -> None:
    (failings,) = [grouping for grouping in groupings_of(whole_manual()) if grouping.page == "by-failing.html"]
    (blaming,) = [group for group in failings.groups if group.key == "failing-23"]
    assert "no-victim-blaming-language" in [one.id for one in blaming.questions]

"""The proof of a finding: its blocks, its sum and what would decide it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from candour.cli.explaining import command
from candour.cli.main import run as run_program
from candour.findings.explanation import as_text
from candour.findings.proofs import explain_finding
from candour.findings.runs import RunRefused
from candour.standards.parameters import apply_parameters, load_parameters
from tests.support.small_store import INTERVIEW, VOCABULARY, assess, scene_from, standards_in, write_generation

HEADER = INTERVIEW.partition("[rule]")[0]
LINES = """
2026-03-01 18:00 | missing.located | episode=M1 unit=Eastcliff
2026-03-02 21:20 | missing.interviewed | episode=M1 face_to_face=yes recorded="2026-03-04 10:00"
2026-03-01 19:30 | missing.interviewed | episode=M1 face_to_face=no
2026-03-28 20:00 | missing.located | episode=M2
2026-03-30 18:00 | missing.located | episode=M3
2026-03-10 18:00 | missing.located | episode=M4
2026-03-11 | missing.interviewed | episode=M4 face_to_face=yes
2026-03-12 09:00 | missing.located | episode=M5
2026-03-12 12:00 | decision.recorded | episode=M5 decision_kind=not_practicable
"""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return a_store(tmp_path, INTERVIEW, LINES, "2026-03-31 06:40")


def a_store(tmp_path: Path, text: str, lines: str, as_of: str, **given: object) -> Path:
    standards = standards_in(tmp_path / "standards", text)
    scene = scene_from(lines, standards[0], **given)
    write_generation(tmp_path / "store", scene)
    assess(tmp_path / "store", scene, standards, as_of)
    return tmp_path / "store"


def text_of(store: Path, finding_id: str) -> str:
    explanation, notice = explain_finding(store, finding_id, folder=store.parent / "standards")
    assert notice == ""
    return " ".join(as_text(explanation).split())


def test_a_late_answer_shows_the_sum_and_both_clocks(store: Path) -> None:
    said = text_of(store, "interview@E2")
    assert "Done late, by 3 hours 20 minutes (outside local default)" in said
    assert "Sun 1 March 2026, 18:00 + 24 hours = Mon 2 March 2026, 18:00." in said
    assert "Done Mon 2 March 2026, 21:20: 3 hours 20 minutes after the limit." in said
    assert "Written down Wed 4 March 2026, 10:00: 1 day 12 hours after it happened." in said
    assert "Face to face: no" in said and "example, example#3" in said
    assert "It is a local default of this catalogue, not national policy" in said


def test_what_was_not_done_says_when_it_was_due_and_that_nothing_shows_it(store: Path) -> None:
    said = text_of(store, "interview@E5")
    assert "Not done; was due Sun 29 March 2026, 21:00" in said
    assert "The clocks went forward on Sun 29 March 2026 (from GMT to BST)" in said
    assert "the limit passed 1 day 9 hours ago" in said
    assert "No “Prevention interview held” that would answer it is recorded" in said
    assert "example#3" not in said, "the answer of another episode is not considered"


def test_what_is_not_yet_due_says_how_long_is_left(store: Path) -> None:
    assert "Due in 11 hours 20 minutes: Tue 31 March 2026, 18:00" in text_of(store, "interview@E6")


def test_what_cannot_be_told_says_what_would_decide_it(store: Path) -> None:
    said = text_of(store, "interview@E7")
    assert "Cannot tell: a record may or may not be the answer" in said
    assert "the limit falls within that day" in said
    assert "To decide it" in said and "example#8 (example): its time of day is not recorded." in said


def test_an_excuse_is_shown_as_the_excuse(store: Path) -> None:
    said = text_of(store, "interview@E9")
    assert "Thu 12 March 2026, 12:00: Decision recorded (the excuse)" in said


def test_working_days_name_what_was_skipped(tmp_path: Path) -> None:
    rule = '[rule]\nshape = "response"\nafter = { event = "strategy.requested" }\nexpect = { event = "strategy.held" }\nwithin = { working_days = 2 }\n'
    store = a_store(tmp_path, HEADER + rule, "2026-04-02 10:00 | strategy.requested |", "2026-04-20 09:00")
    said = text_of(store, "interview@E1")
    assert "Thu 2 April 2026 + 2 working days (the day after is day 1) = Wed 8 April 2026, to the end of the day." in said
    assert (
        "Not counted: Fri 3 April 2026 (Good Friday), Sat 4 April 2026 (weekend), Sun 5 April 2026 (weekend) and Mon 6 April 2026 (Easter Monday)."
        in said
    )
    assert "Not done; was due Wed 8 April 2026" in said


@pytest.mark.parametrize(
    ("within", "start", "words"),
    [
        ("{ days = 28 }", "2026-01-02 09:14", "Fri 2 January 2026 + 28 calendar days (that day is day 0) = Fri 30 January 2026, to the end of the day."),
        ("{ months = 1 }", "2026-01-31 09:00", "Sat 31 January 2026 + 1 calendar month = Sat 28 February 2026 (that month has 28 days, so its last day counts)"),
        ("{ hours = 2 }", "2026-10-25 00:30", "The clocks went back on Sun 25 October 2026 (from BST to GMT)"),
    ],
)  # fmt: skip
def test_the_sum_of_each_clock_comes_out(tmp_path: Path, within: str, start: str, words: str) -> None:
    rule = f'[rule]\nshape = "response"\nafter = {{ event = "strategy.requested" }}\nexpect = {{ event = "strategy.held" }}\nwithin = {within}\n'
    store = a_store(tmp_path, HEADER + rule, f"{start} | strategy.requested |", "2026-12-31 09:00")
    assert words in text_of(store, "interview@E1")


def test_a_field_that_no_source_holds_is_named(tmp_path: Path) -> None:
    rule = '[rule]\nshape = "content"\nof = { event = "missing.assessed" }\ncheck = "recorded(factors)"\n'
    store = a_store(
        tmp_path, HEADER + rule, "2026-01-02 09:00 | missing.assessed |", "2026-02-01 09:00", not_held=("missing.assessed.factors",)
    )
    said = text_of(store, "interview@E1")
    assert "A value for “factors” on example#1 (example)." in said
    assert "example does not hold “factors” for this kind of record; no source in this store does." in said


def test_a_source_that_is_not_complete_is_named(tmp_path: Path) -> None:
    store = a_store(
        tmp_path, INTERVIEW, "2026-03-01 18:00 | missing.located | episode=M1", "2026-03-31 06:40", not_complete=("missing.interviewed",)
    )
    said = text_of(store, "interview@E1")
    assert (
        "A source that is complete for “Prevention interview held” over the whole time; no source in this store is declared complete for it."
        in said
    )


def test_the_command_prints_the_proof_and_its_json(store: Path) -> None:
    folder = str(store.parent / "standards")
    plain = CliRunner().invoke(command, ["interview@E2", "--store", str(store), "--standards", folder])
    assert plain.exit_code == 0 and plain.output.startswith("Police see a returned child in person: Done late, by 3 hours 20 minutes")
    machine = CliRunner().invoke(command, ["interview@E2", "--store", str(store), "--standards", folder, "--json"])
    assert '"outcome": "late"' in machine.output


def test_an_unknown_finding_is_refused_with_ids_like_it(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RunRefused, match=r"no finding 'interview@E99'. Ids of this standard are such as interview@E"):
        explain_finding(store, "interview@E99", folder=store.parent / "standards")
    assert run_program(["explain", "x@y", "--store", str(store), "--standards", str(store.parent / "standards")]) == 1
    assert "Ids begin with the standard" in capsys.readouterr().err


def test_a_standard_changed_since_the_run_is_said(store: Path) -> None:
    file = store.parent / "standards" / "standard-0.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("24 elapsed", "twenty-four elapsed"), encoding="utf-8")
    notice = explain_finding(store, "interview@E2", folder=store.parent / "standards")[1]
    assert "has changed since run 0001" in notice


def test_a_force_s_own_figure_is_named_with_who_approved_it(tmp_path: Path) -> None:
    file = tmp_path / "local.toml"
    file.write_text(
        '[[parameter]]\nname = "interview_hours"\nvalue = { hours = 3 }\nfrom = 2026-01-01\napproved_by = "Superintendent Lowe"\n'
        'approved_on = 2025-12-05\nreason = "One tour of duty."\n',
        encoding="utf-8",
    )
    local = load_parameters(file, VOCABULARY)
    standards = apply_parameters(standards_in(tmp_path / "standards", INTERVIEW), local)
    scene = scene_from(LINES, standards[0])
    write_generation(tmp_path / "store", scene)
    assess(tmp_path / "store", scene, standards, "2026-03-31 06:40", parameters=local.in_words())
    said = text_of(tmp_path / "store", "interview@E2")
    assert "(outside the force's own limit)" in said
    assert "Sun 1 March 2026, 18:00 + 3 hours = Sun 1 March 2026, 21:00." in said
    assert (
        "The limit used: 3 hours. It is the force's own figure for interview hours: 3 hours from 2026-01-01 (approved by Superintendent Lowe"
        in said
    )


BY_CHILD = """
[rule]
shape = "response"
scope = "child"
after = { event = "strategy.requested" }
expect = { event = "strategy.held" }
within = { days = 1 }
"""


def test_a_record_of_the_case_that_names_no_child_is_read_and_shown(tmp_path: Path) -> None:
    lines = """
    2026-04-02 10:00 | strategy.requested
    2026-04-02 15:00 | strategy.held | child=
    2026-04-02 16:00 | strategy.held | child= case=CASE-9
    2026-04-02 17:00 | strategy.held | child=CHILD-2
    """
    said = text_of(a_store(tmp_path, HEADER + BY_CHILD, lines, "2026-04-20 09:00"), "interview@E2")
    assert "Cannot tell: a record may or may not be the answer" in said
    assert "Thu 2 April 2026, 15:00: Strategy discussion held (considered)" in said
    assert "5 hours after the start; before the limit; it does not name the child" in said
    assert "example#3 (example): it does not name the child." in said
    assert "example#4" not in said and "example#5" not in said, "another case, and another child, are not considered"


def test_a_record_without_its_child_is_not_looked_for_within_a_case(tmp_path: Path) -> None:
    lines = "2026-04-02 10:00 | strategy.requested\n2026-04-02 15:00 | strategy.held | case="
    rule = BY_CHILD.replace('scope = "child"\n', "")
    assert "example#2" not in text_of(a_store(tmp_path, HEADER + rule, lines, "2026-04-20 09:00"), "interview@E1")


def test_a_count_that_cannot_be_told_names_the_record_in_doubt(tmp_path: Path) -> None:
    rule = """
[rule]
shape = "count"
scope = "child"
count = { event = "missing.reported" }
at_least = 2
in = { days = 90 }
expect = { event = "strategy.held" }
within = { days = 7 }
"""
    lines = "2026-01-02 10:00 | missing.reported | child=\n2026-02-02 10:00 | missing.reported"
    said = text_of(a_store(tmp_path, HEADER + rule, lines, "2026-04-20 09:00"), "interview@E2")
    assert "it is not known whether the standard applied" in said
    assert "example#1 (example): it does not name the child." in said


def test_an_extension_in_doubt_says_what_is_not_recorded(tmp_path: Path) -> None:
    rule = """
[rule]
shape = "response"
after = { event = "custody.authorised" }
expect = { event = "custody.ended" }
within = { hours = 24 }
extend = { event = "custody.extended", where = "authority == 'superintendent'", limit = { by = "until_at" } }
"""
    start = "2026-04-02 10:00 | custody.authorised\n2026-04-03 09:00 | custody.extended | "
    said = text_of(a_store(tmp_path / "rank", HEADER + rule, start + 'until_at="2026-04-03 22:00"', "2026-04-20 09:00"), "interview@E1")
    assert "Cannot tell: a record may or may not have extended the limit" in said
    assert "Whether the limit was extended, and until when" in said
    assert "example#2 (example): “authority” is blank." in said
    said = text_of(a_store(tmp_path / "end", HEADER + rule, start + "authority=superintendent", "2026-04-20 09:00"), "interview@E1")
    assert "example#2 (example): “until at” is blank." in said

"""Rules, conditions, moments and lengths of time in words."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from candour.records.scene import from_london, last_second
from candour.standards import spoken
from candour.standards.condition_wording import condition_words
from candour.standards.conditions import Names, parse_condition
from candour.standards.loading import load_standards
from candour.standards.wording import rule_sentence
from tests.support.small_store import INTERVIEW, VOCABULARY, standards_in

HEADER = INTERVIEW.partition("[rule]")[0]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "no time"),
        (45, "45 seconds"),
        (60, "1 minute"),
        (3 * 3600 + 20 * 60, "3 hours 20 minutes"),
        (3600 + 5, "1 hour"),
        (86_400 + 3 * 3600 + 60, "1 day 3 hours"),
        (32 * 86_400 + 3 * 3600, "32 days"),
        (-7200, "2 hours"),
    ],
)
def test_lengths_of_time_are_said_as_people_say_them(seconds: int, words: str) -> None:
    assert spoken.duration_words(seconds) == words


def test_an_exact_length_says_every_unit() -> None:
    assert spoken.duration_words(90_061, exact=True) == "1 day 1 hour 1 minute 1 second"


def test_a_moment_is_said_in_london_time() -> None:
    assert spoken.moment_words(datetime(2026, 3, 3, 18, 0)) == "Tue 3 March 2026, 18:00"
    assert spoken.moment_words(datetime(2026, 7, 1, 17, 0)) == "Wed 1 July 2026, 18:00"


def test_the_hour_that_comes_twice_names_its_clock() -> None:
    assert spoken.clock_words(datetime(2026, 10, 25, 0, 30)) == "01:30 BST"
    assert spoken.clock_words(datetime(2026, 10, 25, 1, 30)) == "01:30 GMT"
    assert spoken.clock_words(datetime(2026, 10, 25, 2, 30)) == "02:30"


def test_a_day_that_counts_whole_is_spoken_of_as_that_day() -> None:
    assert spoken.due_words(last_second(date(2026, 1, 30))) == "Fri 30 January 2026"
    assert spoken.due_words(from_london(datetime(2026, 1, 30, 23, 59))) == "Fri 30 January 2026, 23:59"


def test_shares_never_round_to_none_or_all() -> None:
    assert [spoken.percent_words(share) for share in (0, 0.001, 0.655, 0.999, 1)] == ["0 %", "under 1 %", "66 %", "over 99 %", "100 %"]


@pytest.mark.parametrize(
    ("condition", "kind", "words"),
    [
        ("face_to_face", "missing.interviewed", "“face to face” is yes"),
        ("not face_to_face", "missing.interviewed", "“face to face” is no"),
        ("age < 18", "missing.located", "the child is under 18"),
        ("age >= 10 and age <= 17", "missing.located", "the child is 10 or over and the child is 17 or under"),
        ("risk_level == 'high'", "missing.assessed", "“risk level” is “High”"),
        ("blank(rationale)", "decision.recorded", "“rationale” is blank"),
        ("recorded(rationale)", "decision.recorded", "“rationale” is recorded"),
        ("recorded(face_to_face) and face_to_face", "missing.interviewed", "“face to face” is yes"),
        ("not (recorded(face_to_face) and face_to_face)", "missing.interviewed", "“face to face” is not yes"),
        ("recorded(decision_kind) and decision_kind != 'closure'", "decision.recorded", "“decision kind” is recorded and “decision kind” is not “Closure”"),
        ("hours_between(occurred_at, recorded_at) <= 4", "missing.located", "the time from when it happened to when it was written down is at most 4 hours"),
        ("minutes_between(recorded_at, occurred_at) >= -2.5", "missing.located", "the time from when it was written down to when it happened is at least minus 2 minutes 30 seconds"),
        ("decision_kind in ['not_shared', 'closure']", "decision.recorded", "“decision kind” is “Information not shared” or “Closure”"),
        ("decision_kind not in ['closure']", "decision.recorded", "“decision kind” is not “Closure”"),
        ("case.case_kind == 'missing' or child.in_education", "missing.located", None),
    ],
)  # fmt: skip
def test_conditions_are_said_with_the_words_of_the_codes(condition: str, kind: str, words: str | None) -> None:
    parsed = parse_condition(condition, Names.of(VOCABULARY, (kind,)))
    said = condition_words(parsed, (kind,), vocabulary=VOCABULARY)
    assert said == (words or "the case's “case kind” is “Missing” or the child's “in education” is yes").replace(
        "“Missing”", _case_kind_words()
    )


def _case_kind_words() -> str:
    codes = VOCABULARY.case["case_kind"].codes
    assert codes is not None
    return f"“{codes['missing']}”" if "missing" in codes else "“Missing”"


def test_a_response_is_said_in_one_sentence(tmp_path: Path) -> None:
    (standard,) = standards_in(tmp_path, INTERVIEW)
    assert rule_sentence(standard) == (
        "After “Missing child located” is recorded, “Prevention interview held” (where “face to face” is yes) must be recorded in the same case and in the same "
        "episode within 24 hours (a force may set its own figure), unless “Decision recorded” (where “decision kind” is “Not practicable to act”) is recorded by then."
    )


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (
            'shape = "recurrence"\nafter = { event = "investigation.allocated" }\nuntil = { event = "case.closed" }\n'
            'expect = { event = "supervision.reviewed" }\nevery = { days = 28 }',
            "From “Investigation allocated” until “Case closed”, “Supervisor's review” must be recorded in the same case at least every 28 calendar days.",
        ),
        (
            'shape = "precedence"\nscope = "child"\nbefore = { event = "contact.graded", take = "first" }\nexpect = { event = "contact.assessed" }\nwithin = { days = 2 }',
            "Before the first “Response graded” is recorded, “Contact risk-assessed” must have been recorded for the same child, at most 2 calendar days earlier.",
        ),
        (
            'shape = "absence"\nafter = { event = "pp.taken" }\nnever = { event = "pp.placed", where = "place_kind == \'police_station\'" }\nuntil = { event = "pp.ended" }',
            "After “Taken into police protection” is recorded, “Child accommodated” (where “place kind” is “{police_station}”) must not be recorded in the same case "
            "until “Police protection ended”.",
        ),
        (
            'shape = "content"\nof = { event = "missing.assessed" }\ncheck = "recorded(factors)"\nwithin = { hours = 4 }',
            "Every record of “Missing risk assessed” must show that “factors” is recorded, and must be written down within 4 hours.",
        ),
        (
            'shape = "count"\nscope = "child"\ncount = { event = "missing.reported" }\nat_least = 3\nin = { months = 3 }\n'
            'expect = { event = "strategy.held" }\nwithin = { working_days = 2 }',
            "Once “Reported missing” has been recorded 3 times in 3 calendar months for the same child, “Strategy discussion held” must be recorded "
            "within 2 working days (the day after is day 1).",
        ),
        (
            'shape = "count"\nscope = "child"\ncount = { event = "missing.located" }\nat_least = 1\nin = { months = 3 }\nafter = { event = "missing.reported" }\n'
            'expect = { event = "strategy.held" }\nwithin = { hours = 4 }\nunless = { where = "from_care" }',
            "After “Reported missing” is recorded, where “Missing child located” had been recorded for the same child in the 3 calendar months before, "
            "“Strategy discussion held” must be recorded within 4 hours, unless “from care” is yes.",
        ),
        (
            'shape = "count"\nscope = "child"\ncount = { event = "missing.located" }\nat_least = 2\nin = { days = 90 }\nafter = { event = "missing.reported" }\n'
            'expect = { event = "strategy.held" }\nwithin = { hours = 4 }',
            "After “Reported missing” is recorded, where “Missing child located” had been recorded at least 2 times for the same child in the "
            "90 calendar days before, “Strategy discussion held” must be recorded within 4 hours.",
        ),
    ],
)
def test_the_other_shapes_are_said_too(tmp_path: Path, rule: str, sentence: str) -> None:
    places = VOCABULARY.kinds["pp.placed"].fields["place_kind"].codes or {}
    (standard,) = standards_in(tmp_path, f"{HEADER}[rule]\n{rule}\n")
    assert rule_sentence(standard) == sentence.replace("{police_station}", places.get("police_station", ""))


def test_every_standard_of_the_catalogue_has_a_sentence() -> None:
    for standard in load_standards(None, VOCABULARY):
        said = rule_sentence(standard)
        assert said.endswith(".") and "None" not in said and "_" not in said, f"{standard.id}: {said}"

"""A force's own limits are put beside the standards' own, the looser ones conspicuously, and everything wrong with a file of them is told at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from candour.cli.main import program
from candour.cli.showing_parameters import parameter_lines
from candour.records.vocabulary import load_vocabulary
from candour.standards.comparing_parameters import ParameterReport, compare_parameters
from candour.standards.model import InForce, Standard
from candour.standards.refusals import StandardRefused
from tests.support.made_standard import GOOD
from tests.unit.test_parameters import BEFORE, BY_RISK, EVERY, EXCUSED, HELD, HOURS, NEVER, SCHOOL, WINDOW, one

TODAY = date(2026, 6, 1)


def compare(tmp_path: Path, text: str, standards: Sequence[Standard] = (HOURS,)) -> ParameterReport:
    file = tmp_path / "local.toml"
    file.write_text(text, encoding="utf-8")
    return compare_parameters(file, standards, load_vocabulary(), TODAY)


@pytest.mark.parametrize(
    ("value", "name", "standard", "verdict", "why"),
    [
        ("{ hours = 25 }", "hours", HOURS, "looser", ""),
        ("{ hours = 24 }", "hours", HOURS, "the same", ""),
        ("{ minutes = 1440 }", "hours", HOURS, "the same", ""),
        ("{ hours = 23 }", "hours", HOURS, "tighter", ""),
        ("16", "held", HELD, "looser", ""),
        ("15", "held", HELD, "the same", ""),
        ("14", "held", HELD, "tighter", ""),
        ("{ high = { hours = 1 }, low = { hours = 25 } }", "hours", BY_RISK, "looser", ""),
        ("{ high = { hours = 1 } }", "hours", BY_RISK, "tighter", ""),
        ("{ high = { hours = 2 } }", "hours", BY_RISK, "the same", ""),
        ('{ before_next = "school_day", at = "09:15" }', "hours", SCHOOL, "looser", ""),
        ("{ months = 1 }", "hours", BEFORE, "in another unit", ""),
        ("{ days = 8 }", "hours", BEFORE, "looser", "a longer look-back lets more count as done"),
        ("{ days = 6 }", "hours", BEFORE, "tighter", ""),
        ("{ days = 30 }", "hours", WINDOW, "looser", "a shorter window asks less"),
        ("{ days = 120 }", "hours", WINDOW, "tighter", ""),
        ("{ days = 90 }", "hours", WINDOW, "the same", ""),
        ("{ hours = 3 }", "hours", EXCUSED, "looser", "a longer look-back excuses more"),
        ("{ days = 6 }", "hours", NEVER, "looser", "a shorter time forbids less"),
        ("{ days = 8 }", "hours", NEVER, "tighter", ""),
        ("{ days = 8 }", "hours", EVERY, "looser", ""),
    ],
)
def test_each_figure_is_compared(value: str, name: str, standard: Standard, verdict: str, why: str, tmp_path: Path) -> None:
    report = compare(tmp_path, one(value, name), [standard])
    assert [(each.verdict, each.why) for each in report.comparisons] == [(verdict, why)]
    assert (report.refused, report.warnings) == ((), ())


def test_a_looser_figure_is_conspicuous(tmp_path: Path) -> None:
    assert list(parameter_lines(compare(tmp_path, one("{ hours = 30 }"), [HOURS, HELD]))) == [
        "hours: 30 hours from 2026-04-01, approved by ACC Lowe on 2026-03-15: Made up.",
        "  LOOSER than tiny: 24 hours (local default: chosen for this catalogue; not national policy)",
        "1 figure of the force's own; 1 LOOSER than a standard's own: hours.",
        "1 other limit could be set, and stands at the standards' own figures.",
    ]


def test_everything_that_cannot_be_used_is_told_at_once(tmp_path: Path) -> None:
    text = (
        one("{ hours = 12 }", "hour")
        + one("{ hours = 12 }").replace('approved_by = "ACC Lowe"\n', "")
        + one("{ hours = 12 }")
        + one("{ hours = 6 }")
        + one("3", "hours").replace("2026-04-01", "2026-04-02")
        + one("{ hours = 6 }").replace("2026-04-01", "2026-09-01").replace("2026-03-15", "2026-08-01")
        + one("{ fortnights = 2 }")
    )
    report = compare(tmp_path, text)
    assert [str(fault) for fault in report.refused] == [
        "local.toml: [parameter[1].approved_by] is missing: a text is needed here.",
        "local.toml: [parameter] hours has two values from 2026-04-01. Keep one of them.",
        "local.toml: [parameter[6].value.fortnights] is not known here. Known keys: minutes, hours, days, weeks, months, working_days, counting, parameter.",
        "local.toml: [parameter] no standard has a limit named 'hour'. Near it: hours.",
        "local.toml: [hours] must be a length such as { hours = 12 }, in place of 24 hours; it is 3.",
        "local.toml: [hours] is approved on 2026-08-01, which has not come. Use it once it is approved.",
    ]
    assert [each.local.value_words for each in report.comparisons] == ["12 hours"]


def dated(hours: int, begins: str, approved_on: str = "2025-12-01") -> str:
    return one(f"{{ hours = {hours} }}").replace("2026-04-01", begins).replace("2026-03-15", approved_on)


@pytest.mark.parametrize(
    ("text", "warnings"),
    [
        (dated(12, "2026-01-01"), []),
        (
            dated(12, "2026-01-01") + dated(6, "2026-04-01"),
            [
                "hours of 12 hours from 2026-01-01 is out of date: 6 hours holds since 2026-04-01. Keep it, for findings of its time rest on it."
            ],
        ),
        (
            dated(12, "2026-01-01") + dated(12, "2026-09-01"),
            ["hours from 2026-09-01 says again what held before it.", "hours of 12 hours from 2026-09-01 does not hold yet."],
        ),
        (
            dated(12, "2026-01-01", "2026-02-01"),
            ["hours of 12 hours from 2026-01-01 was approved on 2026-02-01, after the day from which it counts."],
        ),
        (dated(12, "2026-06-02"), ["hours of 12 hours from 2026-06-02 does not hold yet."]),
        (dated(12, "2026-06-01"), []),
    ],
)
def test_what_should_be_looked_at_is_said(text: str, warnings: list[str], tmp_path: Path) -> None:
    assert list(compare(tmp_path, text).warnings) == warnings


def test_a_figure_for_a_standard_that_has_ended_is_never_used(tmp_path: Path) -> None:
    ended = replace(HOURS, in_force=InForce(None, date(2026, 3, 31)))
    said = "hours of 12 hours from 2026-04-01 is never used: the standards that allow it ended before that day."
    assert compare(tmp_path, one("{ hours = 12 }"), [ended]).warnings == (said,)
    assert compare(tmp_path, one("{ hours = 12 }"), [ended, HOURS]).warnings == ()


def check(tmp_path: Path, text: str) -> tuple[str, BaseException | None]:
    (tmp_path / "standards").mkdir(exist_ok=True)
    (tmp_path / "standards" / "made-up.toml").write_text(GOOD.replace("hours = 24", 'hours = 24, parameter = "hours"'), encoding="utf-8")
    (tmp_path / "local.toml").write_text(text, encoding="utf-8")
    asked = [
        "standards",
        "check",
        "--standards",
        str(tmp_path / "standards"),
        "--parameters",
        str(tmp_path / "local.toml"),
        "--on",
        "2026-06-01",
    ]
    result = CliRunner().invoke(program, asked)
    return result.output, result.exception


def test_check_prints_the_comparison(tmp_path: Path) -> None:
    output, fault = check(tmp_path, one("{ hours = 30 }"))
    assert fault is None
    assert output.splitlines()[0] == "1 standard in 1 edition can be read."
    assert "  LOOSER than made-up: 24 hours (local default: chosen for this catalogue; not national policy)" in output.splitlines()


def test_check_fails_where_a_figure_cannot_be_used(tmp_path: Path) -> None:
    output, fault = check(tmp_path, one("{ hours = 30 }") + one("{ hours = 30 }", "house"))
    assert isinstance(fault, StandardRefused)
    assert str(fault) == "local.toml: 1 figure refused."
    assert "no standard has a limit named 'house'. Near it: hours." in output
    assert "LOOSER than made-up" in output


def test_a_file_that_is_no_toml_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StandardRefused, match="this is not TOML that can be read"):
        compare(tmp_path, "[[parameter]\n")
    with pytest.raises(StandardRefused, match="is not known here"):
        compare(tmp_path, "[[parameters]]\n")

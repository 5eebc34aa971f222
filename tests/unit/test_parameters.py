"""A force's own limits: what is read, what is refused, what is filled in, and what is said of a looser one."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from candour.records.vocabulary import load_vocabulary
from candour.standards.limits import Adjustable, BeforeSchool, CalendarDays, Elapsed, LookUp
from candour.standards.model import Count, Held, Precedence, Response, Standard
from candour.standards.parameters import Parameters, apply_parameters, load_parameters
from candour.standards.refusals import StandardRefused
from tests.support.tiny import standard_of

VOCABULARY = load_vocabulary()
APPROVED = """
from = 2026-04-01
approved_by = "ACC Lowe"
approved_on = 2026-03-15
reason = "Made up."
"""


def read(tmp_path: Path, text: str) -> Parameters:
    file = tmp_path / "local.toml"
    file.write_text(text, encoding="utf-8")
    return load_parameters(file, VOCABULARY)


def one(value: str, name: str = "hours", rest: str = APPROVED) -> str:
    return f'[[parameter]]\nname = "{name}"\nvalue = {value}\n{rest}'


def response(within: str) -> Standard:
    return standard_of(
        f'shape = "response"\nafter = {{ event = "missing.assessed" }}\nexpect = {{ event = "missing.reviewed" }}\nwithin = {within}'
    )


HOURS = response('{ hours = 24, parameter = "hours" }')
BY_RISK = response(
    '{ look_up = "risk_level", values = { high = { hours = 2 }, low = { hours = 24 } }, else = { hours = 48 }, parameter = "hours" }'
)
SCHOOL = response('{ before_next = "school_day", at = "09:00", parameter = "hours" }')
HELD = standard_of(
    'shape = "count"\ncount = { event = "investigation.allocated", held_by = "oic_ref" }\n'
    'until = { event = "case.closed" }\nat_most = 15\nparameter = "held"'
)
BEFORE = standard_of(
    'shape = "precedence"\nbefore = { event = "case.closed" }\nexpect = { event = "supervision.reviewed" }\n'
    'within = { days = 7, parameter = "hours" }'
)

WINDOW = standard_of(
    'shape = "count"\ncount = { event = "missing.reported" }\nat_least = 3\nin = { days = 90, parameter = "hours" }\n'
    'expect = { event = "strategy.held" }\nwithin = { days = 7, parameter = "answer" }'
)
EXCUSED = standard_of(
    'shape = "response"\nafter = { event = "missing.assessed" }\nexpect = { event = "missing.reviewed" }\nwithin = { hours = 24 }\n'
    'early = { hours = 2, parameter = "early" }\nextend = { event = "decision.recorded", limit = { hours = 4, parameter = "rung" } }\n'
    'unless = { event = "missing.located", look_back = { hours = 2, parameter = "hours" } }'
)
NEVER = standard_of(
    'shape = "absence"\nafter = { event = "case.closed" }\nnever = { event = "missing.reported" }\nwithin = { days = 7, parameter = "hours" }'
)
EVERY = standard_of(
    'shape = "recurrence"\nafter = { event = "missing.reported" }\nuntil = { event = "case.closed" }\nexpect = { event = "supervision.reviewed" }\n'
    'every = { days = 7, parameter = "hours" }'
)


def test_a_length_is_filled_in(tmp_path: Path) -> None:
    (filled,) = apply_parameters([HOURS], read(tmp_path, one("{ hours = 12 }")))
    assert isinstance(filled.rule, Response)
    limit = filled.rule.within
    assert isinstance(limit, Adjustable)
    (local,) = limit.local
    assert (local.valid_from, local.limit) == (date(2026, 4, 1), Elapsed(12 * 3600, "12 hours"))
    assert local.approved == "approved by ACC Lowe on 2026-03-15: Made up."
    assert limit.default == Elapsed(24 * 3600, "24 hours")


def test_several_are_in_order_of_date(tmp_path: Path) -> None:
    text = one("{ hours = 12 }") + one("{ hours = 6 }").replace("2026-04-01", "2026-01-01")
    (filled,) = apply_parameters([HOURS], read(tmp_path, text))
    assert isinstance(filled.rule, Response)
    assert isinstance(filled.rule.within, Adjustable)
    assert [local.limit.words for local in filled.rule.within.local] == ["6 hours", "12 hours"]


def test_a_look_up_keeps_the_codes_that_are_not_named(tmp_path: Path) -> None:
    (filled,) = apply_parameters([BY_RISK], read(tmp_path, one("{ high = { hours = 1 } }")))
    assert isinstance(filled.rule, Response)
    assert isinstance(filled.rule.within, Adjustable)
    limit = filled.rule.within.local[0].limit
    assert isinstance(limit, LookUp)
    assert [(code, value.words) for code, value in limit.values] == [("high", "1 hour"), ("low", "24 hours")]
    assert limit.otherwise == Elapsed(48 * 3600, "48 hours")


def test_a_look_up_takes_a_figure_for_any_other_code(tmp_path: Path) -> None:
    (filled,) = apply_parameters([BY_RISK], read(tmp_path, one("{ else = { hours = 36 } }")))
    assert isinstance(filled.rule, Response)
    assert isinstance(filled.rule.within, Adjustable)
    limit = filled.rule.within.local[0].limit
    assert isinstance(limit, LookUp)
    assert limit.otherwise == Elapsed(36 * 3600, "36 hours")
    assert dict(limit.values)["high"] == Elapsed(2 * 3600, "2 hours")


def test_the_hour_at_which_school_starts_is_filled_in(tmp_path: Path) -> None:
    (filled,) = apply_parameters([SCHOOL], read(tmp_path, one('{ before_next = "school_day", at = "08:30" }')))
    assert isinstance(filled.rule, Response)
    assert isinstance(filled.rule.within, Adjustable)
    assert filled.rule.within.local[0].limit == BeforeSchool(8 * 3600 + 1800, "by the start of the next school day (08:30)")


def test_a_number_held_is_filled_in(tmp_path: Path) -> None:
    (filled,) = apply_parameters([HELD], read(tmp_path, one("12", "held")))
    assert isinstance(filled.rule, Held)
    assert filled.rule.local == ((date(2026, 4, 1), 12, "approved by ACC Lowe on 2026-03-15: Made up."),)
    assert filled.rule.at_most == 15


def test_a_look_back_is_filled_in(tmp_path: Path) -> None:
    (filled,) = apply_parameters([BEFORE], read(tmp_path, one("{ weeks = 2 }")))
    assert isinstance(filled.rule, Precedence)
    assert isinstance(filled.rule.within, Adjustable)
    assert filled.rule.within.local[0].limit == CalendarDays(14, "2 weeks")


def test_a_standard_without_parameters_stays_as_it_is(tmp_path: Path) -> None:
    plain = standard_of(
        'shape = "count"\ncount = { event = "missing.reported" }\nat_least = 3\nin = { days = 90 }\n'
        'expect = { event = "strategy.held" }\nwithin = { days = 7 }'
    )
    assert isinstance(plain.rule, Count)
    assert apply_parameters([plain, HOURS], read(tmp_path, one("{ hours = 12 }")))[0] == plain


@pytest.mark.parametrize(
    ("text", "standard", "problem"),
    [
        (one("{ hours = 12 }", "hour"), HOURS, "no standard has a limit named 'hour'. Near it: hours."),
        (one("{ days = 1 }"), HOURS, "both must be hours, or both days"),
        (one("12"), HOURS, "must be a length such as { hours = 12 }"),
        (one("{ high = { hours = 1 } }"), HOURS, "must be a length such as { hours = 12 }"),
        (one("{ hours = 1 }"), BY_RISK, "must give lengths by code"),
        (one("{ medium = { hours = 1 } }"), BY_RISK, "is not a code to which the standard gives a limit: high, low, else"),
        (one("{ unknown = { hours = 1 } }"), BY_RISK, "is not a code to which the standard gives a limit: high, low, else"),
        (one("{ hours = 12 }"), SCHOOL, "both must be a start of the school day, or neither"),
        (one('{ before_next = "school_day" }'), HOURS, "both must be a start of the school day, or neither"),
        (one("{ hours = 1 }", "held"), HELD, "must be a whole number"),
        (one("{ working_days = 2 }"), BEFORE, "cannot be counted backwards"),
    ],
)
def test_what_does_not_fit_the_standard_is_refused(tmp_path: Path, text: str, standard: Standard, problem: str) -> None:
    with pytest.raises(StandardRefused) as refusal:
        apply_parameters([standard], read(tmp_path, text))
    assert problem in str(refusal.value)
    assert "local.toml" in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (one("{ hours = 12 }", rest=APPROVED.replace('approved_by = "ACC Lowe"', "")), "[parameter.approved_by] is missing"),
        (one("{ hours = 12 }", rest=APPROVED.replace("approved_on = 2026-03-15", "")), "needs its date and its approval"),
        (one("{ hours = 12 }", rest=APPROVED.replace("from = 2026-04-01", "")), "[parameter.from] is missing"),
        (one("{ hours = 12 }", rest=APPROVED.replace('reason = "Made up."', "")), "[parameter.reason] is missing"),
        (one("{ hours = 12 }") + one("{ hours = 6 }"), "hours has two values from 2026-04-01"),
        (one("0"), "must be a whole number of at least 1"),
        (one("{ fortnights = 1 }"), "is not known here"),
        (one("{ hours = 12 }") + 'who = "me"\n', "is not known here"),
        ("[[parameter]\n", "this is not TOML that can be read"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(StandardRefused) as refusal:
        read(tmp_path, text)
    assert problem in str(refusal.value)


def test_a_run_can_say_what_was_used(tmp_path: Path) -> None:
    told = read(tmp_path, one("{ hours = 12 }") + one("12", "held")).in_words()
    assert told == {
        "held": "12 from 2026-04-01 (approved by ACC Lowe on 2026-03-15: Made up.)",
        "hours": "12 hours from 2026-04-01 (approved by ACC Lowe on 2026-03-15: Made up.)",
    }


@pytest.mark.parametrize(
    ("text", "standard", "word"),
    [
        (one("{ hours = 25 }"), HOURS, "looser than"),
        (one("{ hours = 24 }"), HOURS, None),
        (one("16", "held"), HELD, "looser than"),
        (one("15", "held"), HELD, None),
        (one("{ high = { hours = 1 }, low = { hours = 25 } }"), BY_RISK, "looser than"),
        (one("{ high = { hours = 1 } }"), BY_RISK, None),
        (one("{ else = { hours = 49 } }"), BY_RISK, "looser than"),
        (one('{ before_next = "school_day", at = "09:15" }'), SCHOOL, "looser than"),
        (one('{ before_next = "school_day", at = "08:30" }'), SCHOOL, None),
        (one("{ months = 1 }"), BEFORE, "in another unit than"),
        (one("{ days = 8 }"), BEFORE, "looser than the standard's own 7 calendar days (a longer look-back lets more count as done)."),
        (one("{ days = 6 }"), BEFORE, None),
        (one("{ days = 30 }"), WINDOW, "looser than the standard's own 90 calendar days (a shorter window asks less)."),
        (one("{ days = 120 }"), WINDOW, None),
        (one("{ months = 3 }"), WINDOW, "in another unit than"),
        (one("{ days = 8 }", "answer"), WINDOW, "looser than the standard's own 7 calendar days."),
        (one("{ days = 6 }", "answer"), WINDOW, None),
        (one("{ hours = 3 }"), EXCUSED, "looser than the standard's own 2 hours (a longer look-back excuses more)."),
        (one("{ hours = 1 }"), EXCUSED, None),
        (one("{ hours = 3 }", "early"), EXCUSED, "looser than the standard's own 2 hours (a longer look-back lets more count as done)."),
        (one("{ hours = 1 }", "early"), EXCUSED, None),
        (one("{ hours = 5 }", "rung"), EXCUSED, "looser than the standard's own 4 hours."),
        (one("{ hours = 3 }", "rung"), EXCUSED, None),
        (one("{ days = 6 }"), NEVER, "looser than the standard's own 7 calendar days (a shorter time forbids less)."),
        (one("{ days = 8 }"), NEVER, None),
        (one("{ days = 8 }"), EVERY, "looser than the standard's own 7 calendar days."),
        (one("{ days = 6 }"), EVERY, None),
    ],
)
def test_a_looser_limit_is_noted(tmp_path: Path, text: str, standard: Standard, word: str | None) -> None:
    notes = read(tmp_path, text).notes([standard])
    assert [word in note for note in notes] == ([] if word is None else [True])

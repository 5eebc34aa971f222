"""Limits: hours across clock changes, days, months, working days, school days, fields, look-ups and a force's own figures."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from candour.evaluation.try_examples import Engine
from candour.standards.parameters import apply_parameters, load_parameters
from tests.support.engines import ENGINES
from tests.support.tiny import VOCABULARY, Chronologies, Tiny, findings_of, found, standard_of

table = Chronologies()


def rule(within: str, rest: str = "") -> str:
    return (
        'shape = "response"\nafter = { event = "custody.authorised" }\nexpect = { event = "custody.ended" }\n'
        + f"within = {within}\n{rest}"
    )


def due(name: str, within: str, when: str, expected: str, because: str) -> None:
    """The due moment of a limit, seen on a finding of something never done."""
    table.add(rule(within), name, f"{when} | custody.authorised", f"E1 missed not_answered | due {expected}", because, as_of="2040-01-01")


# Elapsed
due("six hours, clocks forward", "{ hours = 6 }", "2026-03-28 22:00", "2026-03-29 05:00", "01:00 to 02:00 does not exist.")
due("six hours, clocks back", "{ hours = 6 }", "2026-10-24 22:00", "2026-10-25 03:00", "01:00 to 02:00 comes twice.")
due("minutes", "{ minutes = 90 }", "2026-03-01 23:00", "2026-03-02 00:30", "Real minutes.")

# Calendar days, weeks, months: the last second of a London day
due("same day", "{ days = 0 }", "2026-03-01 00:00", "2026-03-01", "Day 0, to its last second.")
due("one day", "{ days = 1 }", "2026-03-01 23:59:59", "2026-03-02", "The day of the trigger is day 0.")
due("a week over the clock change", "{ weeks = 1 }", "2026-03-25 12:00", "2026-04-01", "London dates.")
due("late evening in summer", "{ days = 1 }", "2026-07-01 00:30", "2026-07-02", "1 July in London, 30 June in UTC.")
due("month end", "{ months = 1 }", "2026-01-31 12:00", "2026-02-28", "Clamped.")
due("month end in a leap year", "{ months = 1 }", "2028-01-31 12:00", "2028-02-29", "Clamped.")
due("from a short month", "{ months = 1 }", "2026-02-28 12:00", "2026-03-28", "The same day, not the last.")
due("over the year", "{ months = 3 }", "2026-11-30 12:00", "2027-02-28", "Clamped in February.")
due("a year from 29 February", "{ months = 12 }", "2028-02-29 12:00", "2029-02-28", "Clamped.")

# Working days
due("over Easter", "{ working_days = 1 }", "2026-04-02 10:00", "2026-04-07", "Good Friday 3 April, Easter Monday 6 April.")
due("five over Easter", "{ working_days = 5 }", "2026-04-01 10:00", "2026-04-10", "2, 7, 8, 9, 10 April.")
due("over Christmas", "{ working_days = 3 }", "2026-12-24 10:00", "2026-12-31", "25 and 28 December are holidays: 29, 30, 31.")
due("over the new year", "{ working_days = 4 }", "2026-12-24 10:00", "2027-01-04", "1 January is a holiday, 2 and 3 a weekend.")
due("from a Saturday", "{ working_days = 1 }", "2026-03-07 10:00", "2026-03-09", "Monday.")
due("from a Friday", "{ working_days = 1 }", "2026-03-06 23:59", "2026-03-09", "Monday.")
due("counting the same day", '{ working_days = 1, counting = "same" }', "2026-03-06 10:00", "2026-03-06", "Friday itself is day 1.")
due(
    "counting the same day from a Saturday",
    '{ working_days = 1, counting = "same" }',
    "2026-03-07 10:00",
    "2026-03-09",
    "The first on or after.",
)
due("two counting the same day", '{ working_days = 2, counting = "same" }', "2026-04-02 10:00", "2026-04-07", "2 April, then 7 April.")
WD5 = rule("{ working_days = 5 }")
table.add(
    WD5,
    "after the calendar",
    "2028-12-28 10:00 | custody.authorised",
    "E1 cannot_tell calendar",
    "29 December, then 2029, which is not known.",
)
table.add(WD5, "before the calendar", "2011-12-30 10:00 | custody.authorised", "E1 cannot_tell calendar", "2011 is not known.")
table.add(
    WD5,
    "the last day of the calendar",
    "2028-12-20 10:00 | custody.authorised",
    "E1 missed not_answered | due 2028-12-29",
    "21, 22, 27, 28, 29: 25 and 26 are holidays.",
)

# School days at 09:00
SCHOOL = '{ before_next = "school_day", at = "09:00" }'
due("before school the same morning", SCHOOL, "2026-02-13 08:59:59", "2026-02-13 09:00", "The first moment after.")
due("as school starts", SCHOOL, "2026-02-13 09:00", "2026-02-23 09:00", "After, not at: the next is past half-term.")
due("on a Friday evening", SCHOOL, "2026-03-06 20:00", "2026-03-09 09:00", "Monday.")
due("in the summer holiday", SCHOOL, "2026-08-05 20:00", "2026-09-02 09:00", "The first day of term.")
due("bank holiday in term", SCHOOL, "2026-05-01 20:00", "2026-05-05 09:00", "4 May 2026 is a bank holiday.")
due(
    "beyond the terms, over a bank holiday",
    SCHOOL,
    "2027-08-27 10:00",
    "2027-08-31 09:00",
    "30 August 2027 is a holiday; a weekday stands for it.",
)
due("in summer time", SCHOOL, "2026-06-02 08:30", "2026-06-02 09:00", "09:00 on London clocks.")
table.add(rule(SCHOOL), "no calendar", "2028-12-29 10:00 | custody.authorised", "E1 cannot_tell calendar", "The next weekday is in 2029.")

due("before the terms", SCHOOL, "2024-08-27 10:00", "2024-08-28 09:00", "No term covers August 2024: the next weekday.")
due("the first day of the calendar", "{ working_days = 1 }", "2012-01-01 10:00", "2012-01-03", "2 January 2012 is a holiday.")

# A field of the trigger
BY = rule('{ by = "detention_limit_at" }')
table.add(
    BY,
    "a moment",
    '2026-03-01 10:00 | custody.authorised | detention_limit_at="2026-03-02 09:30"\n2026-03-02 09:30 | custody.ended',
    "E1 met answered | due 2026-03-02 09:30 | by E2",
    "To its second.",
)
table.add(
    BY,
    "midnight means the day",
    "2026-07-01 10:00 | custody.authorised | detention_limit_at=2026-07-02\n2026-07-02 23:59:59 | custody.ended",
    "E1 met answered | due 2026-07-02 | by E2",
    "Midnight in London exactly: to the last second.",
)
table.add(BY, "blank", "2026-03-01 10:00 | custody.authorised", "E1 cannot_tell limit | missing detention_limit_at", "No else.")
BY_ELSE = rule('{ by = "detention_limit_at", else = { hours = 24 } }')
table.add(BY_ELSE, "blank with else", "2026-03-01 10:00 | custody.authorised", "E1 missed not_answered | due 2026-03-02 10:00", "The else.")
table.add(
    BY_ELSE,
    "in the past",
    '2026-03-01 10:00 | custody.authorised | detention_limit_at="2026-03-01 09:00"\n2026-03-01 10:00 | custody.ended',
    "E1 late answered_late | due 2026-03-01 09:00 | by E2 | late 3600",
    "The field says so.",
)
BY_DAY = """
shape = "response"
after = { event = "rso.visited" }
expect = { event = "rso.assessed" }
within = { by = "next_due_on" }
"""
table.add(
    BY_DAY,
    "a day, answered by date only",
    "2026-03-01 10:00 | rso.visited | next_due_on=2026-03-31\n2026-03-31 | rso.assessed",
    "E1 met answered | due 2026-03-31 | by E2",
    "A calendar grain, to the last second.",
)

# Day precision with calendar limits
DAYS = rule("{ days = 1 }")
table.add(
    DAYS,
    "dates only, in time",
    "2026-03-01 | custody.authorised\n2026-03-02 | custody.ended",
    "E1 met answered | due 2026-03-02 | by E2",
    "Dates are enough.",
)
table.add(
    DAYS,
    "dates only, the same day",
    "2026-03-01 | custody.authorised\n2026-03-01 | custody.ended",
    "E1 met answered | due 2026-03-02 | by E2",
    "Calendar grain: date of answer >= date of trigger.",
)
table.add(
    DAYS,
    "dates only, late",
    "2026-03-01 | custody.authorised\n2026-03-03 | custody.ended",
    "E1 late answered_late | due 2026-03-02 | by E2 | late 1",
    "From the last second to midnight.",
)
table.add(
    DAYS,
    "exact trigger, a date the same day",
    "2026-03-01 18:00 | custody.authorised\n2026-03-01 | custody.ended",
    "E1 met answered | due 2026-03-02 | by E2",
    "Not both exact: dates decide.",
)
table.add(
    DAYS,
    "both exact, an hour before",
    "2026-03-01 18:00 | custody.authorised\n2026-03-01 17:00 | custody.ended",
    "E1 missed not_answered | due 2026-03-02",
    "Both exact: seconds decide.",
)
table.add(
    rule("{ days = 1 }", 'grain = "time"'),
    "grain time",
    "2026-03-01 18:00 | custody.authorised\n2026-03-01 | custody.ended",
    "E1 cannot_tell answer_uncertain | due 2026-03-02",
    "With an elapsed grain a date the same day may lie before.",
)
table.add(
    rule("{ hours = 24 }", 'grain = "day"'),
    "grain day on hours",
    "2026-03-01 | custody.authorised\n2026-03-01 | custody.ended",
    "E1 met answered | due 2026-03-02 | by E2",
    "Dates are equal, and 23:59:59 is before the early limit of midnight.",
)

# Look-ups
RISK = """
shape = "response"
after = { event = "missing.assessed" }
expect = { event = "missing.reviewed" }
within = { look_up = "risk_level", values = { high = { hours = 2 }, medium = { hours = 12 } }%s }
"""
PLAIN = RISK % ""
table.add(
    PLAIN, "high", "2026-03-01 10:00 | missing.assessed | risk_level=high", "E1 missed not_answered | due 2026-03-01 12:00", "2 hours."
)
table.add(
    PLAIN, "medium", "2026-03-01 10:00 | missing.assessed | risk_level=medium", "E1 missed not_answered | due 2026-03-01 22:00", "12 hours."
)
table.add(PLAIN, "a code that is not listed", "2026-03-01 10:00 | missing.assessed | risk_level=low", "", "No occasion without else.")
table.add(
    RISK % ", else = { hours = 24 }",
    "a code that is not listed, else",
    "2026-03-01 10:00 | missing.assessed | risk_level=low",
    "E1 missed not_answered | due 2026-03-02 10:00",
    "The else.",
)
table.add(PLAIN, "no code", "2026-03-01 10:00 | missing.assessed", "E1 cannot_tell limit | missing risk_level", "Not known how long.")
table.add(
    RISK % ", unknown = { hours = 1 }",
    "no code, unknown",
    "2026-03-01 10:00 | missing.assessed",
    "E1 missed not_answered | due 2026-03-01 11:00",
    "The limit for no code.",
)
table.add(PLAIN, "not listed, undated", "? | missing.assessed | risk_level=low", "E1 cannot_tell trigger_time", "1 to 3 come first.")
OF = """
shape = "response"
after = { event = "missing.enquiry" }
expect = { event = "missing.located" }
same = "episode"
[within]
look_up = "risk_level"
of = { event = ["missing.assessed", "missing.reviewed"] }
values = { high = { hours = 2 }, medium = { hours = 12 } }
unknown = { hours = 1 }
"""


def looked_up(name: str, before: str, expected_due: str, because: str) -> None:
    lines = before + "2026-03-01 10:00 | missing.enquiry | episode=M1"
    trigger = f"E{len(before.splitlines()) + 1}"
    table.add(OF, name, lines, f"{trigger} missed not_answered | due 2026-03-01 {expected_due}", because)


A, R = "missing.assessed | episode=M1", "missing.reviewed | episode=M1"
looked_up(
    "of the last event", f"2026-03-01 08:00 | {A} risk_level=medium\n2026-03-01 09:00 | {R} risk_level=high\n", "12:00", "High at 09:00."
)
looked_up(
    "passing over one without a code",
    f"2026-03-01 08:00 | {A} risk_level=medium\n2026-03-01 09:00 | {R}\n",
    "22:00",
    "Whose field has a value.",
)
looked_up(
    "not of a later event", f"2026-03-01 08:00 | {A} risk_level=medium\n2026-03-01 10:01 | {R} risk_level=high\n", "22:00", "At or before."
)
looked_up(
    "not of another episode", "2026-03-01 08:00 | missing.assessed | episode=M2 risk_level=high\n", "11:00", "Not bound: no code, unknown."
)
looked_up(
    "not of one without an episode", "2026-03-01 08:00 | missing.assessed | risk_level=high\n", "11:00", "Binding unknown is not certain."
)
looked_up("not of an undated one", f"? | {A} risk_level=high\n", "11:00", "Only certain events.")
table.add(
    OF.replace('["missing.assessed", "missing.reviewed"] }', '"missing.assessed", where = "by_role == \'supervisor\'" }'),
    "not of one that may be meant",
    "2026-03-01 08:00 | missing.assessed | episode=M1 risk_level=high\n2026-03-01 10:00 | missing.enquiry | episode=M1",
    "E2 missed not_answered | due 2026-03-01 11:00",
    "Who assessed is not said: not certain, so no code.",
)
OF_LACKING = """
shape = "response"
after = { event = "suspect.identified" }
expect = { event = "suspect.actioned" }
same = "suspect_ref"
[within]
look_up = "risk_level"
of = { event = "investigation.allocated" }
values = { high = { days = 14 } }
else = { days = 28 }
"""
table.add(
    OF_LACKING,
    "of a kind without the field of same",
    "2026-03-01 09:00 | investigation.allocated | risk_level=high\n2026-03-02 09:00 | suspect.identified | suspect_ref=S1",
    "E2 missed not_answered | due 2026-03-16",
    "An allocation has no suspect: it is not asked for one.",
)
OF_ITSELF = """
shape = "recurrence"
after = { event = "missing.assessed" }
expect = { event = "missing.reviewed" }
until = { event = "missing.located" }
[every]
look_up = "risk_level"
of = { event = ["missing.assessed", "missing.reviewed"] }
values = { high = { hours = 6 }, medium = { hours = 12 } }
"""
table.add(
    OF_ITSELF,
    "of the trigger itself",
    "2026-03-01 06:00 | missing.assessed | risk_level=high\n2026-03-01 10:00 | missing.reviewed | risk_level=medium\n2026-03-01 22:00 | missing.located",
    "E1 met answered | due 2026-03-01 12:00 | by E2",
    "High runs from the first; medium from the second, which ends in time.",
)


@table.over_engines()
def test_limits(engine: Engine, case: Tiny) -> None:
    assert found(engine, case) == case.expected, case.because


LOCAL = """
[[parameter]]
name = "custody_hours"
value = { hours = 12 }
from = 2026-03-01
approved_by = "ACC Lowe"
approved_on = 2026-02-01
reason = "Made up."
[[parameter]]
name = "custody_hours"
value = { hours = 6 }
from = 2026-03-10
approved_by = "ACC Lowe"
approved_on = 2026-03-01
reason = "Made up."
"""


def test_a_local_limit_holds_from_its_date(tmp_path: Path) -> None:
    file = tmp_path / "local.toml"
    file.write_text(LOCAL, encoding="utf-8")
    adjustable = standard_of(rule('{ hours = 24, parameter = "custody_hours" }'))
    standards = apply_parameters([adjustable], load_parameters(file, VOCABULARY))
    lines = "\n".join(f"2026-{day} 10:00 | custody.authorised" for day in ("02-28", "03-01", "03-10"))
    for engine in ENGINES.values():
        shown = [(str(one.due_at), one.limit_text, one.limit_whose) for one in findings_of(engine, standards, lines, {})]
        assert shown == [
            ("2026-03-01 10:00:00", "24 hours", "standard"),
            ("2026-03-01 22:00:00", "12 hours", "local: custody_hours"),
            ("2026-03-10 16:00:00", "6 hours", "local: custody_hours"),
        ]


SCHOOL = '{ before_next = "school_day", at = "09:00", parameter = "own" }'
BY_RISK = '{ look_up = "risk_level", values = { high = { hours = 2 } }, else = { hours = 24 }, unknown = { hours = 2 }, parameter = "own" }'
EARLIER = '{ before_next = "school_day", at = "08:30" }'
FOR_OTHERS = "{ else = { hours = 36 }, unknown = { hours = 1 } }"


@pytest.mark.parametrize(
    ("within", "value", "line", "expected"),
    [
        (SCHOOL, EARLIER, "2026-03-03 08:45 | missing.assessed", "2026-03-04 08:30:00"),
        (SCHOOL, EARLIER, "2026-02-24 08:45 | missing.assessed", "2026-02-24 09:00:00"),
        (BY_RISK, FOR_OTHERS, "2026-03-03 10:00 | missing.assessed | risk_level=low", "2026-03-04 22:00:00"),
        (BY_RISK, FOR_OTHERS, "2026-03-03 10:00 | missing.assessed", "2026-03-03 11:00:00"),
        (BY_RISK, FOR_OTHERS, "2026-03-03 10:00 | missing.assessed | risk_level=high", "2026-03-03 12:00:00"),
        (BY_RISK, FOR_OTHERS, "2026-02-24 10:00 | missing.assessed | risk_level=low", "2026-02-25 10:00:00"),
    ],
)
def test_a_local_figure_for_the_school_day_and_for_any_other_code(
    tmp_path: Path, within: str, value: str, line: str, expected: str
) -> None:
    file = tmp_path / "local.toml"
    _, first, _ = LOCAL.split("[[parameter]]")
    own = first.replace("custody_hours", "own").replace("{ hours = 12 }", value)
    file.write_text(f"[[parameter]]{own}", encoding="utf-8")
    plain = f'shape = "response"\nafter = {{ event = "missing.assessed" }}\nexpect = {{ event = "missing.reviewed" }}\nwithin = {within}'
    standards = apply_parameters([standard_of(plain)], load_parameters(file, VOCABULARY))
    for engine in ENGINES.values():
        assert [str(one.due_at) for one in findings_of(engine, standards, line, {})] == [expected]


EXTENDED = rule("{ hours = 24 }", '[[extend]]\nevent = "custody.extended"\nlimit = { hours = 36 }\nreckoned_from = "trigger"\n')


def test_the_words_are_those_of_the_limit_used() -> None:
    cases = {
        BY_ELSE: ("2026-03-01 10:00 | custody.authorised", "24 hours"),
        EXTENDED: ("2026-03-01 10:00 | custody.authorised\n2026-03-02 09:00 | custody.extended", "36 hours"),
        PLAIN: ("2026-03-01 10:00 | missing.assessed | risk_level=high", "2 hours"),
    }
    for engine in ENGINES.values():
        for text, (lines, words) in cases.items():
            (finding,) = findings_of(engine, [standard_of(text)], lines, {})
            assert finding.limit_text == words


def test_two_editions_meet_on_a_date() -> None:
    old = standard_of(rule("{ hours = 24 }"), ends=date(2026, 2, 28))
    new = standard_of(rule("{ hours = 12 }"), begins=date(2026, 3, 1), version=2)
    lines = "2026-02-28 23:59:59 | custody.authorised\n2026-03-01 00:00 | custody.authorised\n? | custody.authorised"
    for engine in ENGINES.values():
        shown = [(one.trigger_event, one.version, one.reason) for one in findings_of(engine, [old, new], lines, {})]
        assert shown == [("E1", 1, "not_answered"), ("E2", 2, "not_answered"), ("E3", 2, "trigger_time")]

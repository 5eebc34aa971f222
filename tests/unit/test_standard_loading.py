"""A standard's file becomes the parsed standard that everything else reads: limits, look-ups, ladders, sequences, holdings and the rest."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import pytest

from candour.records.vocabulary import load_vocabulary
from candour.standards.expressions import Compare, Constant, FieldOf, Is
from candour.standards.limits import Adjustable, BeforeSchool, ByField, CalendarDays, CalendarMonths, Elapsed, Limit, LookUp, WorkingDays
from candour.standards.loading import load_standard, load_standards
from candour.standards.model import (
    Absence,
    Content,
    Count,
    Excuse,
    Extension,
    Held,
    InForce,
    Invariant,
    Precedence,
    Recurrence,
    Response,
    Selector,
    Sequence,
    Standard,
)
from candour.standards.refusals import StandardRefused
from candour.standards.rule_parts import parameters_of, selectors_of
from tests.support.tiny import standard_of

VOCABULARY = load_vocabulary()
HOUR = 3600


def response(rest: str) -> Response:
    rule = standard_of(
        f'shape = "response"\nafter = {{ event = "missing.located" }}\nexpect = {{ event = "missing.interviewed" }}\n{rest}'
    ).rule
    assert isinstance(rule, Response)
    return rule


def refused(rule: str) -> StandardRefused:
    with pytest.raises(StandardRefused) as caught:
        standard_of(rule)
    return caught.value


# Lengths

LENGTHS: list[tuple[str, Limit]] = [
    ("{ minutes = 90 }", Elapsed(90 * 60, "90 minutes")),
    ("{ hours = 1 }", Elapsed(HOUR, "1 hour")),
    ("{ days = 0 }", CalendarDays(0, "0 calendar days")),
    ("{ days = 1 }", CalendarDays(1, "1 calendar day")),
    ("{ weeks = 2 }", CalendarDays(14, "2 weeks")),
    ("{ months = 3 }", CalendarMonths(3, "3 calendar months")),
    ("{ working_days = 5 }", WorkingDays(5, "next", "5 working days (the day after is day 1)")),
    ('{ working_days = 1, counting = "same" }', WorkingDays(1, "same", "1 working day (the day itself is day 1)")),
    ('{ before_next = "school_day" }', BeforeSchool(9 * HOUR, "by the start of the next school day (09:00)")),
    ('{ before_next = "school_day", at = "8:45" }', BeforeSchool(8 * HOUR + 45 * 60, "by the start of the next school day (8:45)")),
    ('{ by = "found_at" }', ByField("found_at", "moment", None, "by the date recorded as found_at")),
    ('{ by = "occurred_on", else = { days = 2 } }',
     ByField("occurred_on", "day", CalendarDays(2, "2 calendar days"),
             "by the date recorded as occurred_on, or 2 calendar days where there is none")),
]  # fmt: skip


@pytest.mark.parametrize(("written", "limit"), LENGTHS, ids=[written for written, _ in LENGTHS])
def test_a_limit_is_read(written: str, limit: Limit) -> None:
    assert response(f"within = {written}").within == limit


@pytest.mark.parametrize(("written", "grain"), [
    ("within = { hours = 24 }", "elapsed"),
    ("within = { days = 1 }", "calendar"),
    ("within = { working_days = 1 }", "calendar"),
    ('within = { before_next = "school_day" }', "elapsed"),
    ('within = { by = "found_at" }', "elapsed"),
    ('within = { by = "occurred_on" }', "calendar"),
    ('within = { hours = 24 }\ngrain = "day"', "calendar"),
    ('within = { days = 1 }\ngrain = "time"', "elapsed"),
])  # fmt: skip
def test_the_grain_follows_the_limit_unless_it_is_said(written: str, grain: str) -> None:
    assert response(written).grain == grain


# A figure that a force may set for itself


def test_a_limit_with_a_parameter_is_adjustable() -> None:
    within = response('within = { hours = 24, parameter = "interview_hours" }').within
    assert within == Adjustable("interview_hours", Elapsed(24 * HOUR, "24 hours"))
    assert (within.words, within.grain) == ("24 hours", "elapsed")


def test_a_look_back_may_be_adjustable_too() -> None:
    rule = response('within = { hours = 24 }\nearly = { days = 2, parameter = "early_days" }')
    assert rule.early == Adjustable("early_days", CalendarDays(2, "2 calendar days"))


def test_every_figure_that_a_force_may_set_is_named_once() -> None:
    rule = response("""
within = { hours = 24, parameter = "main" }
early = { days = 2, parameter = "early" }
extend = { event = "decision.recorded", limit = { hours = 36, parameter = "longer" } }
unless = [{ event = "decision.recorded", look_back = { days = 7, parameter = "back" } }, { event = "missing.assessed", look_back = { days = 7, parameter = "back" } }]
""")
    assert parameters_of(rule) == ("main", "longer", "back", "early")
    count = standard_of(
        'shape = "count"\ncount = { event = "missing.reported" }\nat_least = 3\nin = { days = 90, parameter = "window" }\n'
        'expect = { event = "strategy.held" }\nwithin = { days = 1, parameter = "main" }'
    ).rule
    assert parameters_of(count) == ("main", "window")


# Look-ups


def look_up(values: str) -> LookUp | Adjustable:
    rule = standard_of(
        'shape = "response"\nafter = { event = "missing.assessed" }\nexpect = { event = "missing.reviewed" }\n'
        f'within = {{ look_up = "risk_level", values = {values} }}'
    ).rule
    assert isinstance(rule, Response)
    assert isinstance(rule.within, LookUp | Adjustable)
    return rule.within


def test_a_look_up_keeps_the_order_in_which_it_was_written() -> None:
    found = look_up("{ high = { hours = 2 }, low = { hours = 24 } }, else = { hours = 48 }, unknown = { hours = 1 }")
    assert found == LookUp(
        "risk_level", None, (("high", Elapsed(2 * HOUR, "2 hours")), ("low", Elapsed(24 * HOUR, "24 hours"))),
        Elapsed(48 * HOUR, "48 hours"), Elapsed(HOUR, "1 hour"), "by risk_level: high: 2 hours; low: 24 hours",
    )  # fmt: skip
    assert found.grain == "elapsed"


def test_a_look_up_is_calendar_only_when_every_limit_in_it_is() -> None:
    assert look_up("{ high = { days = 1 }, low = { weeks = 1 } }").grain == "calendar"
    assert look_up("{ high = { hours = 2 }, low = { weeks = 1 } }").grain == "elapsed"


def test_a_look_up_is_adjustable_as_a_whole() -> None:
    found = look_up('{ high = { hours = 2 } }, parameter = "by_risk"')
    assert isinstance(found, Adjustable)
    assert (found.parameter, type(found.default)) == ("by_risk", LookUp)


def test_a_look_up_of_another_event_reads_that_events_field() -> None:
    within = response('within = { look_up = "risk_level", of = { event = "missing.assessed" }, values = { high = { hours = 2 } } }').within
    assert isinstance(within, LookUp)
    assert within.of == Selector(("missing.assessed",), None, "case_ref")


@pytest.mark.parametrize(("values", "key", "words"), [
    ("{}", "rule.within.values", "is empty"),
    ("{ dire = { hours = 1 } }", "rule.within.values.dire", "is not a code of risk_level"),
    ('{ high = { hours = 2, parameter = "x" } }', "rule.within.values.high.parameter", "the look-up as a whole"),
    ('{ high = { by = "info_at" } }', "rule.within.values.high.by", "not known"),
])  # fmt: skip
def test_a_look_up_that_cannot_be_meant_is_refused(values: str, key: str, words: str) -> None:
    with pytest.raises(StandardRefused) as caught:
        look_up(values)
    assert (caught.value.key, words in caught.value.problem) == (key, True), str(caught.value)


def test_a_look_up_needs_a_code() -> None:
    caught = refused(
        'shape = "response"\nafter = { event = "missing.located" }\nexpect = { event = "missing.interviewed" }\n'
        'within = { look_up = "found_at", values = { x = { hours = 1 } } }'
    )
    assert (caught.key, "looked up by a code" in caught.problem) == ("rule.within.look_up", True)


# Ladders


def test_a_ladder_has_its_rungs_in_order() -> None:
    rule = response("""
within = { hours = 24 }
[[extend]]
event = "decision.recorded"
where = "decision_kind == 'not_practicable'"
limit = { hours = 36, parameter = "longer" }
reckoned_from = "trigger"
[[extend]]
event = ["supervision.reviewed", "missing.reviewed"]
limit = { by = "next_review_at" }
""")
    where = Compare("==", FieldOf("this", "decision_kind", "code"), Constant("not_practicable", "text"))
    assert rule.extend == (
        Extension(
            Selector(("decision.recorded",), where, "case_ref", "each", "decision_kind == 'not_practicable'"),
            Adjustable("longer", Elapsed(36 * HOUR, "36 hours")),
            "trigger",
        ),
        Extension(
            Selector(("supervision.reviewed", "missing.reviewed"), None, "case_ref"),
            ByField("next_review_at", "moment", None, "by the date recorded as next_review_at"),
            "event",
        ),
    )


def test_a_rung_cannot_be_a_look_up() -> None:
    caught = refused(
        'shape = "response"\nafter = { event = "missing.located" }\nexpect = { event = "missing.interviewed" }\nwithin = { hours = 1 }\n'
        'extend = { event = "missing.assessed", limit = { look_up = "risk_level", values = { high = { hours = 1 } } } }'
    )
    assert (caught.key, "cannot be a look-up" in caught.problem) == ("rule.extend.limit", True)


# What all rules share


def test_scope_same_and_the_column_of_the_key() -> None:
    rule = response('scope = "child"\nsame = ["episode", "unit"]\nwithin = { hours = 1 }')
    assert (rule.scope, rule.same) == ("child", ("episode_ref", "unit"))
    assert (rule.after.by, rule.expect[0].by) == ("child_ref", "child_ref")


def test_a_selector_may_take_its_key_from_another_column() -> None:
    rule = standard_of(
        'shape = "precedence"\nscope = "officer"\nbefore = { event = "investigation.allocated", by = "oic_ref", take = "first" }\n'
        'expect = { event = "training.completed", by = "officer_ref" }\nwithin = { months = 36 }'
    ).rule
    assert isinstance(rule, Precedence)
    assert (rule.before.by, rule.before.take, rule.expect[0].by, rule.expect[0].take) == ("oic_ref", "first", "officer_ref", "each")
    assert rule.within == CalendarMonths(36, "36 calendar months")


def test_excuses_are_on_the_trigger_or_an_event_with_its_window() -> None:
    rule = response("""
within = { hours = 24 }
[[unless]]
where = "returned"
[[unless]]
event = "decision.recorded"
[[unless]]
event = "decision.recorded"
before = "any"
look_back = "any"
[[unless]]
event = "decision.recorded"
look_back = { days = 7, parameter = "back" }
""")
    decision = Selector(("decision.recorded",), None, "case_ref")
    assert rule.unless == (
        Excuse(None, Is(FieldOf("this", "returned", "yes_no")), "any", None, "returned"),
        Excuse(decision, None, "limit", None),
        Excuse(decision, None, "any", "any"),
        Excuse(decision, None, "limit", Adjustable("back", CalendarDays(7, "7 calendar days"))),
    )


# The other shapes


def test_a_sequence_is_a_chain_of_precedences() -> None:
    rule = standard_of("""
shape = "precedence"
same = "episode"
order = [{ event = "missing.reported" }, { event = "missing.assessed", where = "risk_level == 'high'" }, { event = "missing.located", take = "first" }]
unless = { where = "org == 'health'" }
""").rule
    assert isinstance(rule, Sequence)
    assert [(stage.stage, stage.expect[0].kinds, stage.before.kinds) for stage in rule.stages] == [
        (1, ("missing.reported",), ("missing.assessed",)),
        (2, ("missing.assessed",), ("missing.located",)),
    ]
    # what is a trigger in one stage is the answer in the next, with the same condition
    assert rule.stages[0].before == rule.stages[1].expect[0]
    assert rule.stages[1].before.take == "first"
    assert {(stage.same, stage.within, stage.since, stage.grain) for stage in rule.stages} == {(("episode_ref",), None, None, "elapsed")}
    assert [len(stage.unless) for stage in rule.stages] == [1, 1]


def test_a_sequence_needs_two_stages() -> None:
    caught = refused('shape = "precedence"\norder = [{ event = "missing.reported" }]')
    assert (caught.key, "at least two" in caught.problem) == ("rule.order", True)


def test_steps_are_kept_in_order_and_one_length_is_one_step() -> None:
    start = 'shape = "recurrence"\nafter = { event = "custody.authorised" }\nexpect = { event = "custody.reviewed" }\nuntil = { event = "custody.ended" }\n'
    stepped = standard_of(start + "steps = [{ hours = 6 }, { hours = 9 }]").rule
    fixed = standard_of(start + "every = { days = 1 }").rule
    assert isinstance(stepped, Recurrence)
    assert isinstance(fixed, Recurrence)
    assert stepped.steps == (Elapsed(6 * HOUR, "6 hours"), Elapsed(9 * HOUR, "9 hours"))
    assert (fixed.steps, fixed.grain, fixed.until[0].kinds) == ((CalendarDays(1, "1 calendar day"),), "calendar", ("custody.ended",))


@pytest.mark.parametrize(("rest", "key", "words"), [
    ("", "rule.every", "one of the two"),
    ("every = { hours = 1 }\nsteps = [{ hours = 1 }]", "rule.every", "one of the two"),
    ("steps = []", "rule.steps", "is empty"),
    ("steps = [{ hours = 6 }, { days = 1 }]", "rule.steps", "mixes hours with days"),
])  # fmt: skip
def test_a_recurrence_that_cannot_be_meant_is_refused(rest: str, key: str, words: str) -> None:
    caught = refused(f'shape = "recurrence"\nafter = {{ event = "custody.authorised" }}\nexpect = {{ event = "custody.reviewed" }}\n{rest}')
    assert (caught.key, words in caught.problem) == (key, True), str(caught)


def test_nobody_holds_more_than_a_number() -> None:
    rule = standard_of(
        'shape = "count"\ncount = { event = "investigation.allocated", held_by = "oic_ref" }\nuntil = { event = "case.closed" }\n'
        'at_most = 15\nparameter = "cases_held"'
    ).rule
    assert isinstance(rule, Held)
    assert (rule.held_by, rule.at_most, rule.parameter, rule.local) == ("oic_ref", 15, "cases_held", ())
    # whatever the scope of the holding itself, the finding is about the holder
    assert (rule.scope, rule.same, rule.count.by, rule.until[0].kinds) == ("officer", (), "case_ref", ("case.closed",))


def test_who_holds_must_be_a_reference() -> None:
    caught = refused(
        'shape = "count"\ncount = { event = "investigation.allocated", held_by = "risk_level" }\nuntil = { event = "case.closed" }\nat_most = 15'
    )
    assert (caught.key, "not a reference" in caught.problem) == ("rule.count.held_by", True)


def test_so_many_in_a_window() -> None:
    rule = standard_of(
        'shape = "count"\nscope = "child"\ncount = { event = "missing.reported" }\nat_least = 3\nin = { days = 90 }\n'
        'expect = { event = "strategy.held" }\nwithin = { working_days = 1 }'
    ).rule
    assert isinstance(rule, Count)
    assert (rule.at_least, rule.window, rule.scope) == (3, CalendarDays(90, "90 calendar days"), "child")


BEFORE = (
    'shape = "count"\nscope = "child"\ncount = { event = "missing.located" }\nat_least = 1\nin = { days = 90 }\nafter = { event = "missing.reported" }\n'
    'expect = { event = "strategy.held" }\nwithin = { working_days = 1 }'
)


def test_something_after_so_many_of_another_kind() -> None:
    rule = standard_of(BEFORE).rule
    assert isinstance(rule, Count)
    assert rule.after is not None
    assert (rule.trigger, rule.trigger.kinds, rule.count.kinds, rule.at_least) == (
        rule.after,
        ("missing.reported",),
        ("missing.located",),
        1,
    )
    assert [one.kinds[0] for one in selectors_of(rule)] == ["missing.reported", "missing.located", "strategy.held"]


def test_what_calls_for_the_answer_is_not_counted_too() -> None:
    caught = refused(
        BEFORE.replace('after = { event = "missing.reported" }', 'after = { event = ["missing.reported", "missing.located"] }')
    )
    assert (caught.key, "missing.located, which is also counted" in caught.problem) == ("rule.after", True)


def test_one_of_the_same_kind_is_no_number() -> None:
    caught = refused(BEFORE.replace('after = { event = "missing.reported" }\n', ""))
    assert caught.key == "rule.at_least"


def test_what_is_counted_has_the_columns_that_are_the_same() -> None:
    caught = refused(BEFORE + '\nsame = "previous_episodes"')
    assert (caught.key, "missing.located has no field" in caught.problem) == ("rule.count", True)


def test_a_window_of_hours_is_refused() -> None:
    caught = refused(
        'shape = "count"\ncount = { event = "missing.reported" }\nat_least = 3\nin = { hours = 90 }\nexpect = { event = "strategy.held" }\n'
        "within = { days = 1 }"
    )
    assert (caught.key, "days, weeks or months" in caught.problem) == ("rule.in", True)


def test_absence_content_and_invariant() -> None:
    absence = standard_of(
        'shape = "absence"\nafter = { event = "pp.taken" }\nnever = [{ event = "pp.placed" }, { event = "pp.taken" }]\nuntil = { event = "pp.ended" }'
    ).rule
    assert isinstance(absence, Absence)
    assert [one.kinds for one in absence.never] == [("pp.placed",), ("pp.taken",)]
    assert ([one.kinds for one in absence.until], absence.within, absence.grain) == ([("pp.ended",)], None, "elapsed")
    content = standard_of('shape = "content"\nof = { event = "missing.interviewed" }\ncheck = "face_to_face"\nwithin = { days = 1 }').rule
    assert isinstance(content, Content)
    assert (content.check, content.check_text, content.within) == (
        Is(FieldOf("this", "face_to_face", "yes_no")),
        "face_to_face",
        CalendarDays(1, "1 calendar day"),
    )


@pytest.mark.parametrize(("said", "meant"), [("previous", "last_before"), ("next", "first_after"), ("some", "some"), (None, "last_before")])
def test_previous_and_next_are_other_words_for_a_pick(said: str | None, meant: str) -> None:
    pick = f'pick = "{said}"\n' if said else ""
    rule = standard_of(
        'shape = "invariant"\nat = { event = "supervision.reviewed" }\nwith = { event = "investigation.allocated" }\n'
        f'{pick}check = "actor_ref != other.oic_ref"'
    ).rule
    assert isinstance(rule, Invariant)
    assert (rule.pick, rule.absent) == (meant, "cannot_tell")


# The file as a whole

FILE = """
id = "made-up"
title = " A made-up standard "
area = "missing"
version = 2
status = "local default"
severity = "high"
themes = "missing"
edition = { changes = "Made up." }
in_force = { from = 2026-01-01, to = "2026-12-31" }
[source]
document = "Made up for a test"
url = "https://example.org/one"
verified = false
[reading]
text = "Made up."
[informs]
criteria = ["ncpi-2014/initial-contact", "ncpi-2024/initial-response"]
failings = 8
[rule]
shape = "response"
after = { event = "missing.located" }
expect = { event = "missing.interviewed" }
within = { hours = 24 }
[[examples]]
name = "one"
chronology = "2026-03-01 18:00 | missing.located"
finding = ["missed"]
because = "Never seen."
born_on = 2012-02-29
sex = "female"
cases = { CASE-1 = { case_kind = "missing" } }
not_held = ["missing.interviewed.alone"]
[[examples]]
name = "two"
chronology = "2026-03-01 18:00 | missing.interviewed"
finding = "none"
because = "Nobody was found."
children = { CHILD-1 = { born_on = 2011-01-01 }, CHILD-2 = { sex = "male" } }
born_on = 2012-02-29
"""


def load(tmp_path: Path, text: str = FILE, name: str = "made-up.toml") -> Standard:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    return load_standard(file, VOCABULARY)


def test_what_is_not_said_is_filled_in(tmp_path: Path) -> None:
    standard = load(tmp_path)
    assert (standard.title, standard.statement) == ("A made-up standard", "A made-up standard")
    assert (standard.duty, standard.jurisdiction, standard.themes) == ("police", "England and Wales", ("missing",))
    assert (standard.source.basis, standard.source.paragraph, standard.source.note) == (
        "principle verified; figure or rule form is ours, unverified", "", "",
    )  # fmt: skip
    assert standard.source.urls == ("https://example.org/one",)
    assert load(tmp_path, FILE.replace("verified = false", "verified = true")).source.basis == "verified"


@pytest.mark.parametrize("label", ["Our reading. ", "Our reading: ", "Our reading, not the words of the source. ", ""])
def test_a_reading_is_kept_without_its_label(label: str, tmp_path: Path) -> None:
    assert load(tmp_path, FILE.replace('text = "Made up."', f'text = "{label}Made up."')).reading == "Made up."


def test_dates_in_force_may_be_dates_or_texts_or_open(tmp_path: Path) -> None:
    assert load(tmp_path).in_force == InForce(date(2026, 1, 1), date(2026, 12, 31))
    assert load(tmp_path, FILE.replace("in_force = { from = 2026-01-01,", "in_force = {")).in_force == InForce(None, date(2026, 12, 31))
    with pytest.raises(StandardRefused, match="before from"):
        load(tmp_path, FILE.replace("2026-12-31", "2025-12-31"))


def test_only_a_verified_statute_may_be_breached(tmp_path: Path) -> None:
    statute = FILE.replace('"local default"', '"statute"')
    assert not load(tmp_path).may_be_breached
    assert not load(tmp_path, statute).may_be_breached
    assert load(tmp_path, statute.replace("verified = false", "verified = true")).may_be_breached
    assert not load(tmp_path, FILE.replace("verified = false", "verified = true")).may_be_breached


def test_examples_carry_their_scene(tmp_path: Path) -> None:
    one, two = load(tmp_path).examples
    assert (one.finding, two.finding) == (("missed",), ())
    assert one.children == (("CHILD-1", (("born_on", date(2012, 2, 29)), ("sex", "female"))),)
    assert one.cases == (("CASE-1", (("case_kind", "missing"),)),)
    assert (one.not_held, one.not_complete, one.due, one.as_of) == (("missing.interviewed.alone",), (), None, None)
    assert dict(two.children)["CHILD-2"] == (("sex", "male"),)


def test_the_fingerprint_is_that_of_the_file(tmp_path: Path) -> None:
    standard = load(tmp_path)
    assert (standard.file, standard.fingerprint) == ("made-up.toml", hashlib.sha256(FILE.encode()).hexdigest())
    assert load(tmp_path, FILE + "\n").fingerprint != standard.fingerprint


def test_standards_come_sorted_by_id_and_version_from_every_folder(tmp_path: Path) -> None:
    for folder, name, change in (("b", "z", ("made-up", "a-last")), ("a", "y", ("made-up", "z-first")), ("c", "x", ("x", "x"))):
        (tmp_path / folder).mkdir()
        load(tmp_path / folder, FILE.replace(f'id = "{change[0]}"', f'id = "{change[1]}"'), f"{name}.toml")
    earlier = (
        FILE.replace("version = 2", "version = 1")
        .replace('edition = { changes = "Made up." }', "")
        .replace("from = 2026-01-01", "from = 2025-01-01")
        .replace("2026-12-31", "2025-12-31")
    )
    load(tmp_path, earlier, "earlier.toml")
    assert [(one.id, one.version) for one in load_standards(tmp_path, VOCABULARY)] == [
        ("a-last", 2), ("made-up", 1), ("made-up", 2), ("z-first", 2),
    ]  # fmt: skip


def test_one_file_may_be_named_and_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    load(tmp_path)
    assert [one.id for one in load_standards(tmp_path / "made-up.toml", VOCABULARY)] == ["made-up"]
    with pytest.raises(StandardRefused, match="no such folder"):
        load_standards(tmp_path / "nowhere", VOCABULARY)

"""A condition is read into the parts that both evaluators see: precedence, chains, ranks, lists, dates, and lengths of time."""

from __future__ import annotations

from datetime import date

import pytest

from candour.records.vocabulary import load_vocabulary
from candour.standards.conditions import ConditionRefused, Names, parse_condition
from candour.standards.expressions import (
    Age,
    All,
    Any,
    Compare,
    Condition,
    Constant,
    DateOf,
    DaysBetween,
    FieldOf,
    Holds,
    Is,
    LengthOf,
    Not,
    OneOfThese,
    PartOf,
    Recorded,
    SecondsBetween,
    Shifted,
    YearsBetween,
    fields_used,
)

VOCABULARY = load_vocabulary()
INTERVIEW = ("missing.interviewed",)

FACE = FieldOf("this", "face_to_face", "yes_no")
ALONE = FieldOf("this", "alone", "yes_no")
DECLINED = FieldOf("this", "child_declined", "yes_no")
RANK = FieldOf("this", "actor_rank", "code")
ORG = FieldOf("this", "org", "code")
HAPPENED = FieldOf("this", "occurred_at", "moment")
WRITTEN = FieldOf("this", "recorded_at", "moment")
ON = FieldOf("this", "occurred_on", "day")
BORN = FieldOf("child", "born_on", "day")
REASON = FieldOf("this", "reason", "text")
HOUR = 3600


def parsed(text: str, kinds: tuple[str, ...] = INTERVIEW, other: tuple[str, ...] | None = None) -> Condition:
    return parse_condition(text, Names.of(VOCABULARY, kinds, other))


def refused(text: str, kinds: tuple[str, ...] = INTERVIEW, other: tuple[str, ...] | None = None) -> str:
    with pytest.raises(ConditionRefused) as caught:
        parsed(text, kinds, other)
    return str(caught.value)


# and, or, not

JOINED: list[tuple[str, Condition]] = [
    ("face_to_face", Is(FACE)),
    ("not face_to_face", Not(Is(FACE))),
    ("not not face_to_face", Not(Not(Is(FACE)))),
    ("face_to_face and alone and child_declined", All((Is(FACE), Is(ALONE), Is(DECLINED)))),
    # and binds more closely than or, whichever comes first
    ("face_to_face or alone and child_declined", Any((Is(FACE), All((Is(ALONE), Is(DECLINED)))))),
    ("face_to_face and alone or child_declined", Any((All((Is(FACE), Is(ALONE))), Is(DECLINED)))),
    ("(face_to_face or alone) and child_declined", All((Any((Is(FACE), Is(ALONE))), Is(DECLINED)))),
    # not binds more closely than and, and less closely than a comparison
    ("not face_to_face and alone", All((Not(Is(FACE)), Is(ALONE)))),
    ("not (face_to_face and alone)", Not(All((Is(FACE), Is(ALONE))))),
    ("not org == 'police'", Not(Compare("==", ORG, Constant("police", "text")))),
    ("recorded(reason)", Recorded(REASON)),
    ("blank(reason)", Not(Recorded(REASON))),
    ("not blank(reason)", Not(Not(Recorded(REASON)))),
    ("recorded(child.born_on)", Recorded(BORN)),
]


@pytest.mark.parametrize(("text", "expected"), JOINED, ids=[text for text, _ in JOINED])
def test_and_or_and_not(text: str, expected: Condition) -> None:
    assert parsed(text) == expected


def test_a_condition_may_run_over_several_lines() -> None:
    assert parsed("\n  face_to_face\n    and (alone\n  or child_declined)\n") == parsed("face_to_face and (alone or child_declined)")


# Comparisons, ranks and lists

COMPARED: list[tuple[str, Condition]] = [
    ("org == 'police'", Compare("==", ORG, Constant("police", "text"))),
    ("'police' != org", Compare("!=", Constant("police", "text"), ORG)),
    ("face_to_face == yes", Compare("==", FACE, Constant(True, "yes_no"))),
    ("face_to_face == no", Compare("==", FACE, Constant(False, "yes_no"))),
    ("age < 18", Compare("<", Age("this"), Constant(18, "whole"))),
    ("position > -1", Compare(">", FieldOf("this", "position", "whole"), Constant(-1, "whole"))),
    ("age >= 15.5", Compare(">=", Age("this"), Constant(15.5, "number"))),
    ("length(reason) >= 20", Compare(">=", LengthOf(REASON), Constant(20, "whole"))),
    ("case.case_kind == 'missing'", Compare("==", FieldOf("case", "case_kind", "code"), Constant("missing", "text"))),
    # a chain is every step of it
    ("10 <= age < 18", All((Compare("<=", Constant(10, "whole"), Age("this")), Compare("<", Age("this"), Constant(18, "whole"))))),
    ("occurred_at <= recorded_at <= known_from",
     All((Compare("<=", HAPPENED, WRITTEN), Compare("<=", WRITTEN, FieldOf("this", "known_from", "moment"))))),
    # ranks become the codes at, above or below
    ("actor_rank >= 'inspector'", OneOfThese(RANK, ("inspector", "chief_inspector", "superintendent", "chief_superintendent"))),
    ("actor_rank > 'inspector'", OneOfThese(RANK, ("chief_inspector", "superintendent", "chief_superintendent"))),
    ("actor_rank <= 'pc'", OneOfThese(RANK, ("staff", "pc"))),
    ("actor_rank < 'pc'", OneOfThese(RANK, ("staff",))),
    # the lowest and the highest
    ("actor_rank < 'staff'", OneOfThese(RANK, ())),
    ("actor_rank >= 'staff'",
     OneOfThese(RANK, ("staff", "pc", "dc", "sergeant", "inspector", "chief_inspector", "superintendent", "chief_superintendent"))),
    ("actor_rank == 'pc'", Compare("==", RANK, Constant("pc", "text"))),
    # lists
    ("org in ['police', 'health']", OneOfThese(ORG, ("police", "health"))),
    ("org in ('police',)", OneOfThese(ORG, ("police",))),
    ("org not in ['police']", Not(OneOfThese(ORG, ("police",)))),
    ("age in [10, 11]", OneOfThese(Age("this"), (10, 11))),
    ("'cse' in case.flags", Holds(FieldOf("case", "flags", "codes"), "cse")),
    ("'cse' not in case.flags", Not(Holds(FieldOf("case", "flags", "codes"), "cse"))),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), COMPARED, ids=[text for text, _ in COMPARED])
def test_comparisons_ranks_and_lists(text: str, expected: Condition) -> None:
    assert parsed(text) == expected


# Dates and lengths of time

TIMED: list[tuple[str, Condition]] = [
    ("occurred_on >= date('2026-03-01')", Compare(">=", ON, Constant(date(2026, 3, 1), "day"))),
    ("date_of(recorded_at) == occurred_on", Compare("==", DateOf(WRITTEN), ON)),
    ("occurred_on < plus_years(child.born_on, 18)", Compare("<", ON, Shifted(BORN, "years", 18))),
    ("occurred_on <= plus_months(child.born_on, -1)", Compare("<=", ON, Shifted(BORN, "months", -1))),
    ("plus_days(occurred_on, 7) > date('2026-01-31')", Compare(">", Shifted(ON, "days", 7), Constant(date(2026, 1, 31), "day"))),
    ("weekday(occurred_on) in [6, 7]", OneOfThese(PartOf("weekday", ON), (6, 7))),
    ("month(occurred_on) == 3", Compare("==", PartOf("month", ON), Constant(3, "whole"))),
    ("year(date_of(recorded_at)) == 2026", Compare("==", PartOf("year", DateOf(WRITTEN)), Constant(2026, "whole"))),
    ("days_between(occurred_on, recorded_at) <= 2", Compare("<=", DaysBetween(ON, WRITTEN), Constant(2, "whole"))),
    ("years_between(child.born_on, occurred_on) == 17", Compare("==", YearsBetween(BORN, ON), Constant(17, "whole"))),
    # hours and minutes become whole seconds
    ("hours_between(occurred_at, recorded_at) <= 4", Compare("<=", SecondsBetween(HAPPENED, WRITTEN), Constant(4 * HOUR, "whole"))),
    ("hours_between(occurred_at, recorded_at) < 2.3", Compare("<", SecondsBetween(HAPPENED, WRITTEN), Constant(8_280, "whole"))),
    ("minutes_between(occurred_at, recorded_at) == -0.05", Compare("==", SecondsBetween(HAPPENED, WRITTEN), Constant(-3, "whole"))),
    ("hours_between(occurred_at, recorded_at) > 0.5", Compare(">", SecondsBetween(HAPPENED, WRITTEN), Constant(HOUR // 2, "whole"))),
    ("minutes_between(recorded_at, occurred_at) >= -10", Compare(">=", SecondsBetween(WRITTEN, HAPPENED), Constant(-600, "whole"))),
    ("0 < age and minutes_between(occurred_at, recorded_at) == 15",
     All((Compare("<", Constant(0, "whole"), Age("this")), Compare("==", SecondsBetween(HAPPENED, WRITTEN), Constant(900, "whole"))))),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), TIMED, ids=[text for text, _ in TIMED])
def test_dates_and_lengths_of_time(text: str, expected: Condition) -> None:
    assert parsed(text) == expected


# Several kinds, and another event

ASSESSED, REVIEWED = "missing.assessed", "supervision.reviewed"


def test_over_several_kinds_only_fields_of_all_of_them_can_be_named() -> None:
    assert parsed("risk_level == 'high'", (ASSESSED, REVIEWED)) == Compare(
        "==", FieldOf("this", "risk_level", "code"), Constant("high", "text")
    )
    assert "is not a field here" in refused("reviewer_ref == 'x'", (ASSESSED, REVIEWED))


def test_codes_of_several_kinds_are_those_of_either() -> None:
    kinds = ("exploitation.assessed", "online.scored")
    assert parsed("level in ['none', 'very_high']", kinds) == OneOfThese(FieldOf("this", "level", "code"), ("none", "very_high"))


@pytest.mark.parametrize("kinds", [("exploitation.assessed", "online.scored"), ("online.scored", "exploitation.assessed")])
def test_codes_ordered_otherwise_in_each_kind_have_no_order_together(kinds: tuple[str, str]) -> None:
    assert parsed("level >= 'medium'", kinds[:1]) != parsed("level >= 'medium'", kinds[1:])
    assert "no order" in refused("level >= 'medium'", kinds)


def test_codes_ordered_alike_keep_their_order() -> None:
    assert parsed("risk_level >= 'medium'", (ASSESSED, REVIEWED)) == OneOfThese(FieldOf("this", "risk_level", "code"), ("medium", "high"))


def test_the_other_event_has_its_own_fields_and_age() -> None:
    assert parsed("actor_ref != other.reviewer_ref", INTERVIEW, (REVIEWED,)) == Compare(
        "!=", FieldOf("this", "actor_ref", "ref"), FieldOf("other", "reviewer_ref", "ref")
    )
    assert parsed("other.age > age", INTERVIEW, (REVIEWED,)) == Compare(">", Age("other"), Age("this"))
    assert parsed("other.reviewer_rank >= 'inspector'", INTERVIEW, (REVIEWED,)) == OneOfThese(
        FieldOf("other", "reviewer_rank", "code"), ("inspector", "chief_inspector", "superintendent", "chief_superintendent")
    )


# The fields that a condition rests on


def test_fields_used_are_named_once_and_in_order() -> None:
    used = fields_used(parsed("recorded(reason) and (alone or face_to_face) and not blank(reason)"))
    assert [field.label for field in used] == ["reason", "alone", "face_to_face"]


def test_an_age_rests_on_the_birth_date_of_its_own_child() -> None:
    used = fields_used(parsed("age < 18 and other.age < 18 and case.case_kind == 'missing'", INTERVIEW, (REVIEWED,)))
    assert [field.label for field in used] == ["child.born_on", "other.child.born_on", "case.case_kind"]


# What cannot be meant

NONSENSE = [
    ("", "not a condition that can be read"),
    ("face_to_face and", "not a condition that can be read"),
    ("face_to_face = yes", "not a condition that can be read"),
    ("yes", "is not a field here"),
    ("1", "is not a condition"),
    ("face_to_face if alone else child_declined", "is not a condition"),
    ("lambda: 1", "is not a condition"),
    ("[face_to_face]", "is not a condition"),
    ("(x := 1) == 1", "not a value that is known"),
    ("f'{org}' == 'police'", "not a value that is known"),
    ("age + 1 < 18", "not a value that is known"),
    ("actor_ref.upper() == 'X'", "not a value that is known"),
    ("case.case_kind.x == 'missing'", "is not the name of a field"),
    ("this.org == 'police'", "is not the name of a field"),
    ("case.nothing == 'x'", "case.nothing is not a field here"),
    ("age is 17", "comparison that is not known"),
    ("age == '17'", "compares whole with text"),
    ("occurred_at == occurred_on", "compares moment with day"),
    ("occurred_on > '2026-03-01'", "compares day with text"),
    ("case.flags == 'cse'", "do not belong together"),
    ("face_to_face > no", "no order"),
    ("org > 'police'", "no order"),
    ("'inspector' <= actor_rank", "no order"),
    ("actor_rank >= actor_rank", "no order"),
    ("actor_rank >= 'colonel'", "is not a code of actor_rank"),
    ("org in ['police', 'fire']", "'fire', which is not a code of org"),
    ("org in [org]", "cannot be one of the values"),
    ("age in ['10']", "cannot be one of the values"),
    ("age in [10.5]", "cannot be one of the values"),
    ("'police' in org", "needs a list"),
    ("'x' in case.flags", "is not a code of case.flags"),
    ("org in case.flags", "needs a list"),
    ("date('01/03/2026') == occurred_on", "date('2026-03-01')"),
    ("date(occurred_at) == occurred_on", "date('2026-03-01')"),
    ("date_of(occurred_on) == occurred_on", "needs a moment"),
    ("hours_between(occurred_on, recorded_at) < 4", "needs a moment; occurred_on is day"),
    ("hours_between(occurred_at, recorded_at) < age", "must be compared with a number"),
    ("hours_between(occurred_at, recorded_at) < 0.0001", "0.0001 is no whole number of seconds"),
    ("minutes_between(occurred_at, recorded_at) < 1e999", "no whole number of seconds"),
    ("4 > hours_between(occurred_at, recorded_at)", "not a value that is known"),
    ("days_between(occurred_on) < 4", "exactly two arguments"),
    ("days_between(start=occurred_on, end=recorded_at) < 4", "no named arguments"),
    ("years_between(occurred_at, recorded_at) < 4", "needs a day"),
    ("plus_days(occurred_on, 1.5) == occurred_on", "whole number"),
    ("plus_days(occurred_on) == occurred_on", "a day and a whole number"),
    ("length(age) > 3", "is not a field here"),
    ("length(org) > 3", "needs a text; org is code"),
    ("recorded(reason, alone)", "exactly one argument"),
    ("recorded(length(reason))", "is not the name of a field"),
    ("other.age > 3", "speaks of another event"),
    ("org == None", "not a kind of value"),
]


@pytest.mark.parametrize(("text", "words"), NONSENSE, ids=[text or "blank" for text, _ in NONSENSE])
def test_what_cannot_be_meant_is_refused(text: str, words: str) -> None:
    assert words in refused(text)


def test_a_condition_nested_beyond_reason_is_refused() -> None:
    assert "not a condition that can be read" in refused("(" * 5000 + "face_to_face" + ")" * 5000)

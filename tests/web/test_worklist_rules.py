"""In what order cases stand on a list: by risk, then what can still be done in time, then what is gravest and oldest."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from candour_web.casework.rules import child_words, risk_words, why_open
from candour_web.people.rules import Scope
from candour_web.worklists.rules import CaseNeeds, Wanted, is_wanted, order, wanted_of

NOW = datetime(2026, 3, 3, 6, 40)


def needs(
    case: str, risk: str | None = "high", due: timedelta | None = None, missed: int = 0, gravest: int = 9, oldest: datetime | None = None
) -> CaseNeeds:
    return CaseNeeds(case, risk, NOW + due if due else None, missed, 1 if due else 0, 0, gravest, oldest)


def in_order(*cases: CaseNeeds) -> list[str]:
    return [one.case_ref for one in sorted(cases, key=lambda one: order(one, NOW))]


def test_the_risk_comes_first_and_one_that_is_not_recorded_before_low() -> None:
    assert in_order(*(needs(risk or "none", risk) for risk in ("very_low", "low", None, "medium", "high"))) == [
        "high",
        "medium",
        "none",
        "low",
        "very_low",
    ]


def test_due_within_a_day_comes_before_overdue_and_the_sooner_first() -> None:
    found = in_order(
        needs("overdue", missed=3, gravest=0, oldest=NOW - timedelta(days=90)),
        needs("tonight", due=timedelta(hours=12)),
        needs("soon", due=timedelta(hours=1)),
        needs("just within a day", due=timedelta(days=1)),
        needs("next week", due=timedelta(days=1, seconds=1)),
    )
    assert found == ["soon", "tonight", "just within a day", "overdue", "next week"]


def test_of_what_was_not_done_the_gravest_comes_first_and_then_the_oldest() -> None:
    old, older = NOW - timedelta(days=10), NOW - timedelta(days=20)
    found = in_order(
        needs("grave and old", missed=1, gravest=1, oldest=old),
        needs("critical", missed=1, gravest=0, oldest=old),
        needs("grave and older", missed=1, gravest=1, oldest=older),
    )
    assert found == ["critical", "grave and older", "grave and old"]


@pytest.mark.parametrize(
    ("wanted", "kept"),
    [
        (Wanted.ALL, {"tonight", "in a week", "later", "missed"}),
        (Wanted.TODAY, {"tonight"}),
        (Wanted.WEEK, {"tonight", "in a week"}),
        (Wanted.NOT_DONE, {"missed"}),
    ],
)
def test_what_a_list_is_kept_to(wanted: Wanted, kept: set[str]) -> None:
    cases = (
        needs("tonight", due=timedelta(hours=24)),
        needs("in a week", due=timedelta(days=7)),
        needs("later", due=timedelta(days=7, seconds=1)),
        needs("missed", missed=1),
        needs("nothing"),
    )
    assert {one.case_ref for one in cases if is_wanted(one, wanted, NOW)} == kept


def test_an_address_that_asks_for_something_else_gets_everything() -> None:
    assert [wanted_of(text) for text in ("today", "", "<script>")] == [Wanted.TODAY, Wanted.ALL, Wanted.ALL]


def test_why_a_case_is_open_is_said_and_a_case_of_others_is_not_open() -> None:
    case = {"case_ref": "K1", "holding_unit": "EAST", "units": ["EAST", "HUB"], "officers": ["PC1"]}

    def why(**scope: frozenset[str]) -> str | None:
        return why_open(Scope(**scope), **case)  # type: ignore[arg-type]

    assert why(units=frozenset({"EAST"})) == "The case is held by their unit, EAST."
    assert why(units=frozenset({"HUB"})) == "Their unit wrote in the case: HUB."
    assert why(actors=frozenset({"PC1"})) == "They hold the case or wrote in it, as PC1."
    assert why(cases=frozenset({"K1"})) == "The case was opened to them by name."
    assert why(units=frozenset({"WEST"}), actors=frozenset({"PC2"}), cases=frozenset({"K2"})) is None
    assert why() is None


def test_a_child_in_three_words() -> None:
    born, on = datetime(2012, 3, 4).date(), datetime(2026, 3, 3).date()
    assert child_words("C1", "female", born, on) == "C1, girl, 13"
    assert child_words("C1", "male", on.replace(year=2012), on) == "C1, boy, 14"
    assert child_words("C1", None, None, on) == "C1"
    assert child_words("C1", "other", on, on) == "C1, child, under 1"
    assert child_words("C1", None, on + timedelta(days=1), on) == "C1, unborn"
    assert (risk_words("very_low"), risk_words(None)) == ("Very low risk", "No risk recorded")

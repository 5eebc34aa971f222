"""Roles: who may hold them, who gives and approves them, and what they come to on a day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import product

import pytest
from django.db import IntegrityError, transaction

from candour_web.people.actions import NotAllowed, approve_role, break_glass, end_role, give_role, open_case, review_break_glass
from candour_web.people.models import CaseGrant, Post
from candour_web.people.queries import enter
from candour_web.people.rules import (
    NEEDS_TWO_PEOPLE,
    OPENS_NAMED_CASES,
    STANDS_ALONE,
    Grant,
    Held,
    Role,
    Scope,
    standing_of,
    why_not_approve,
    why_not_break_glass,
    why_not_hold,
    why_not_let_in,
)
from candour_web.people.scope import set_scope
from candour_web.trail.models import Entry
from tests.support.cast import EASTCLIFF, FIRST_DAY, NOW, WESTMOOR, Cast

DAY = date(2026, 3, 3)


def standing(*held: Held, grants: tuple[Grant, ...] = (), now: datetime = NOW) -> Scope:
    return standing_of(1, held, actors=["PC1274"], covers=[WESTMOOR], grants=grants, day=now.date(), now=now).scope


def test_a_role_counts_from_its_first_day_to_its_last() -> None:
    held = Held(Role.OFFICER, date(2026, 3, 3), until_on=date(2026, 3, 5))
    assert [held.on(date(2026, 3, day)) for day in (2, 3, 5, 6)] == [False, True, True, False]
    assert not Held(Role.OFFICER, date(2026, 3, 3), approved=False).on(DAY)
    assert not Held(Role.OFFICER, date(2026, 3, 3), withdrawn=True).on(DAY)


def test_what_each_role_opens() -> None:
    grant = Grant("NR/7", NOW, NOW + timedelta(hours=1))
    opened = {role: standing(Held(role, FIRST_DAY, EASTCLIFF), grants=(grant,)) for role in Role}
    assert {role for role, scope in opened.items() if scope.actors} == {Role.OFFICER}
    assert {role: scope.units for role, scope in opened.items() if scope.units} == {Role.SUPERVISOR: {EASTCLIFF, WESTMOOR}}
    assert {role for role, scope in opened.items() if scope.cases} == OPENS_NAMED_CASES
    assert {role: set(scope.powers) for role, scope in opened.items() if scope.powers} == {
        Role.ADMINISTRATOR: {"accounts"},
        Role.PROFESSIONAL_STANDARDS: {"trail"},
        Role.ASSURANCE_LEAD: {"grants"},
    }


def test_a_grant_ends_at_its_moment() -> None:
    grant = Grant("NR/7", NOW, NOW + timedelta(hours=1))
    officer = Held(Role.OFFICER, FIRST_DAY)
    moments = (NOW - timedelta(seconds=1), NOW, grant.until_at - timedelta(seconds=1), grant.until_at)
    assert [bool(standing(officer, grants=(grant,), now=at).cases) for at in moments] == [False, True, True, False]


def test_nobody_gives_or_approves_a_role_of_their_own() -> None:
    for role in Role:
        assert why_not_hold(role, others=[], unit="x", until_on=DAY, to=1, by=1) is not None
        assert why_not_hold(role, others=[], unit="x", until_on=DAY, to=1, by=2) is None
        assert why_not_approve(role, to=1, proposed_by=2, by=1) is not None
        assert why_not_approve(role, to=1, proposed_by=2, by=2) is not None
        assert (why_not_approve(role, to=1, proposed_by=2, by=3) is None) == (role in NEEDS_TWO_PEOPLE)


def test_which_roles_are_held_together() -> None:
    refused = {
        frozenset({one, other})
        for one, other in product(Role, Role)
        if one != other and why_not_hold(one, others=[other], unit="x", until_on=DAY, to=1, by=2)
    }
    outside = {frozenset({one, other}) for one, other in product(STANDS_ALONE, Role) if one != other}
    assert refused == outside | {frozenset({Role.PROFESSIONAL_STANDARDS, Role.ADMINISTRATOR})}


def test_a_supervisor_has_a_unit_and_an_inspector_a_last_day() -> None:
    assert why_not_hold(Role.SUPERVISOR, others=[], unit=None, until_on=None, to=1, by=2) == "A supervisor is one of a unit. Name the unit."
    assert (
        why_not_hold(Role.INSPECTOR, others=[], unit=None, until_on=None, to=1, by=2)
        == "A grant to an inspector has an end. Give its last day."
    )


@pytest.mark.parametrize(("hours", "may"), [(0, False), (1, True), (8, True), (8.01, False)])
def test_glass_is_broken_for_a_tour_at_most(hours: float, may: bool) -> None:
    assert (why_not_break_glass([Role.OFFICER], why="child at risk tonight", length=timedelta(hours=hours)) is None) == may


def test_glass_is_broken_with_a_sentence_by_somebody_whose_role_opens_cases() -> None:
    assert why_not_break_glass([Role.OFFICER], why="need it", length=timedelta(hours=1)) is not None
    allowed = {role for role in Role if why_not_break_glass([role], why="child at risk tonight", length=timedelta(hours=1)) is None}
    assert allowed == OPENS_NAMED_CASES


@pytest.mark.parametrize(
    ("days", "stands", "by", "may"), [(6.99, False, 2, False), (7, False, 2, True), (700, True, 2, False), (0, True, 3, True)]
)
def test_who_did_the_one_leaves_the_other_to_somebody_else_for_a_week_and_while_it_opens_the_account(
    days: float, stands: bool, by: int, may: bool
) -> None:
    def why(*roles: Role) -> str | None:
        return why_not_let_in(
            roles, other_act="took away their app", by=by, other_by=2, other_at=NOW, stands=stands, now=NOW + timedelta(days=days)
        )

    assert {role for role in Role if why(role) is None} == (set(Role) if may else {Role.PARTNER})
    assert why() is None


def test_a_powerful_role_counts_once_a_second_administrator_approved_it(cast: Cast) -> None:
    marsh, first, second = cast[Role.OFFICER], cast[Role.ADMINISTRATOR], cast.second_administrator
    enter(first, now=NOW)
    post = give_role(by=first, to=marsh, role=Role.DATA_STEWARD, from_on=FIRST_DAY, now=NOW)
    assert enter(marsh, now=NOW).roles == {Role.OFFICER}
    enter(first, now=NOW)
    with pytest.raises(NotAllowed, match="Another administrator"):
        approve_role(by=first, post=post, now=NOW)
    approve_role(by=second, post=post, now=NOW)
    with pytest.raises(NotAllowed, match="already"):
        approve_role(by=second, post=post, now=NOW)
    assert enter(marsh, now=NOW).roles == {Role.OFFICER, Role.DATA_STEWARD}
    enter(second, now=NOW)
    end_role(by=second, post=post, last_day=date(2026, 3, 2), now=NOW)
    assert enter(marsh, now=NOW).roles == {Role.OFFICER}
    set_scope(Scope(powers=frozenset({"trail"})))
    told = Entry.objects.filter(record=f"person {marsh.pk}", detail__contains="data steward").values_list("what", "who")
    assert set(told) == {("role proposed", "k.adler"), ("role approved", "n.sato"), ("role ended", "n.sato")}


def test_a_role_that_ended_is_not_brought_back_and_nobody_ends_their_own(cast: Cast) -> None:
    first, second, marsh = cast[Role.ADMINISTRATOR], cast.second_administrator, cast[Role.OFFICER]
    enter(first, now=NOW)
    post = Post.objects.get(person=marsh)
    end_role(by=first, post=post, last_day=date(2026, 2, 27), now=NOW)
    for last_day in (date(2026, 2, 27), DAY):
        with pytest.raises(NotAllowed, match="The last day of this role is 2026-02-27 already"):
            end_role(by=second, post=post, last_day=last_day, now=NOW)
    end_role(by=second, post=post, last_day=date(2026, 2, 26), now=NOW)
    own = Post.objects.get(person=first)
    with pytest.raises(NotAllowed, match="Nobody ends a role of their own"):
        end_role(by=first, post=own, last_day=DAY, now=NOW)
    assert Post.objects.get(pk=post.pk).until_on == date(2026, 2, 26)
    for changed, words in (
        ((post, {"until_on": DAY}), "never moved later"),
        ((post, {"until_on": None}), "never moved later"),
        ((post, {"role": Role.AUDITOR}), "never changed"),
        ((own, {"until_on": DAY}), "Nobody ends a role of their own"),
    ):
        with pytest.raises(IntegrityError, match=words), transaction.atomic():
            Post.objects.filter(pk=changed[0].pk).update(**changed[1])


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.DATA_STEWARD])
def test_a_role_that_does_not_count_yet_is_withdrawn_and_never_counts(cast: Cast, role: Role) -> None:
    """One that is to come, and one that a second administrator has not approved."""
    first, second, marsh = cast[Role.ADMINISTRATOR], cast.second_administrator, cast[Role.OFFICER]
    begins = date(2026, 3, 9) if role is Role.AUDITOR else FIRST_DAY
    enter(first, now=NOW)
    post = give_role(by=first, to=marsh, role=role, from_on=begins, now=NOW)
    end_role(by=first, post=post, last_day=DAY, now=NOW)
    with pytest.raises(NotAllowed, match="withdrawn"):
        end_role(by=second, post=post, last_day=DAY, now=NOW)
    with pytest.raises(NotAllowed, match="withdrawn" if role in NEEDS_TWO_PEOPLE else "approved already"):
        approve_role(by=second, post=post, now=NOW)
    with pytest.raises(IntegrityError, match="stays so"), transaction.atomic():
        Post.objects.filter(pk=post.pk).update(withdrawn_at=None)
    assert [enter(marsh, now=NOW + timedelta(days=days)).roles for days in (0, 6, 7)] == [{Role.OFFICER}] * 3
    set_scope(Scope(powers=frozenset({"trail"})))
    assert Entry.objects.get(what="role withdrawn").detail == f"{role.words}, which was to begin on {begins}"


def test_the_table_itself_refuses_a_powerful_role_by_one_person(cast: Cast) -> None:
    enter(cast[Role.ADMINISTRATOR], now=NOW)
    with pytest.raises(IntegrityError, match="two_people_give_a_powerful_role"), transaction.atomic():
        Post.objects.create(
            person=cast[Role.OFFICER], role=Role.CHIEF_OFFICER, from_on=FIRST_DAY, proposed_by=cast[Role.ADMINISTRATOR], approved_at=NOW
        )


def test_a_deputy_sees_the_unit_while_they_cover_it(cast: Cast) -> None:
    assert enter(cast.other_supervisor, now=NOW).scope.units == {EASTCLIFF, WESTMOOR}
    assert enter(cast.other_supervisor, now=NOW + timedelta(days=5)).scope.units == {WESTMOOR}


def test_the_day_is_the_day_in_london(cast: Cast) -> None:
    """On 7 June at 23:30 UTC it is 8 June in London."""
    enter(cast[Role.ADMINISTRATOR], now=NOW)
    Post.objects.filter(person=cast[Role.OFFICER]).update(until_on=date(2026, 6, 7))
    at = datetime.fromisoformat("2026-06-07T22:30:00+00:00")
    assert enter(cast[Role.OFFICER], now=at).roles == {Role.OFFICER}
    assert enter(cast[Role.OFFICER], now=at + timedelta(hours=1)).roles == frozenset()


def test_who_has_left_sees_nothing(cast: Cast) -> None:
    marsh = cast[Role.OFFICER]
    marsh.is_active = False
    assert enter(marsh, now=NOW).scope == Scope(person=marsh.pk)


def test_glass_that_was_broken_opens_one_case_and_somebody_else_reviews_it(cast: Cast) -> None:
    marsh, lead = cast[Role.OFFICER], cast[Role.ASSURANCE_LEAD]
    grant = break_glass(
        by=marsh,
        standing=enter(marsh, now=NOW),
        case_ref="NR/9",
        why="Mother of the child rang at night",
        now=NOW,
        length=timedelta(hours=4),
    )
    assert enter(marsh, now=NOW).scope.cases == {"NR/9"}
    with pytest.raises(NotAllowed, match="Somebody else"):
        review_break_glass(by=marsh, grant=grant, now=NOW)
    enter(lead, now=NOW)
    review_break_glass(by=lead, grant=grant, now=NOW)
    assert CaseGrant.objects.get(pk=grant.pk).reviewed_by == lead
    assert enter(marsh, now=NOW + timedelta(hours=4)).scope.cases == frozenset()


def test_a_case_is_opened_to_somebody_else_and_the_trail_names_them(cast: Cast) -> None:
    lead, auditor = cast[Role.ASSURANCE_LEAD], cast[Role.AUDITOR]
    enter(lead, now=NOW)
    later = NOW + timedelta(days=14)
    with pytest.raises(NotAllowed, match="somebody else"):
        open_case(by=lead, to=lead, case_ref="NR/9", kind="drawn", why="March sample", now=NOW, until_at=later)
    open_case(by=lead, to=auditor, case_ref="NR/9", kind="drawn", why="March sample", now=NOW, until_at=later)
    assert enter(auditor, now=NOW).scope.cases == {"NR/9"}
    set_scope(Scope(powers=frozenset({"trail"})))
    assert Entry.objects.get(kind="disclosure").recipients == "a.lindqvist"

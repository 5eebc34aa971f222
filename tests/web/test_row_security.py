"""PostgreSQL shows and takes only the rows of the scope in place, whatever a query forgets; with no scope, none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, connections, transaction

from candour_web.people.models import ActorRef, CaseGrant, Deputy, Post
from candour_web.people.queries import enter
from candour_web.people.row_security import RowSecurity, as_visible_as, case_rows, own, policies, power
from candour_web.people.rules import Role, Scope
from candour_web.people.scope import set_scope, within
from candour_web.site.embedded import SERVICE
from tests.support.cast import FIRST_DAY, NOW, Cast

CASES = [
    ("A", "E", ["PC1"], False),
    ("B", "W", ["PC2", "PC1"], False),
    ("C", "E", ["PC2"], True),
    ("D", None, [], False),
    ("F", "W", ["PC3"], None),
]
"""Made-up cases: reference, unit, actors, restricted (None: not said, which is read as restricted)."""


@pytest.fixture
def cases(transactional_db: None) -> Iterator[None]:
    """Two tables as casework would make them, made by the owner and filled with CASES."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("CREATE TABLE made_case (ref text PRIMARY KEY, unit text, actors text[], restricted boolean)")
        cursor.execute("CREATE TABLE made_event (id int, case_ref text)")
        cursor.execute(
            policies(
                "made_case", reads=case_rows(case="ref", unit="unit", actors="actors", restricted="restricted"), writes=power("publishing")
            )
        )
        cursor.execute(
            policies("made_event", reads=as_visible_as("made_case", of="made_event", case_ref="ref"), writes=power("publishing"))
        )
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON made_case, made_event TO {SERVICE}")
        cursor.executemany("INSERT INTO made_case VALUES (%s, %s, %s, %s)", CASES)
        cursor.executemany("INSERT INTO made_event VALUES (%s, %s)", [(number, row[0]) for number, row in enumerate(CASES)])
    yield


def refs(table: str = "made_case", column: str = "ref") -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(string_agg({column}, '' ORDER BY {column}), '') FROM {table}")
        (found,) = cursor.fetchone() or ("",)
    return str(found)


def scope(units: str = "", cases: str = "", actors: str = "", powers: str = "") -> Scope:
    return Scope(1, frozenset(actors.split()), frozenset(units.split()), frozenset(cases.split()), frozenset(powers.split()))


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        (scope(), ""),
        (scope(units="E"), "A"),
        (scope(units="W"), "B"),
        (scope(units="E W"), "AB"),
        (scope(actors="PC1"), "AB"),
        (scope(actors="PC3"), ""),
        (scope(cases="C"), "C"),
        (scope(cases="D F", actors="PC2"), "BDF"),
        (scope(powers="accounts trail grants publishing"), ""),
    ],
)
def test_a_scope_shows_its_rows_and_no_other(cases: None, given: Scope, seen: str) -> None:
    with within(given):
        assert (refs(), refs("made_event", "case_ref")) == (seen, seen)


def test_without_a_scope_or_after_its_transaction_no_row_is_seen(cases: None) -> None:
    assert refs() == ""
    with within(scope(units="E W")):
        assert refs() == "AB"
    assert refs() == ""
    with pytest.raises(RuntimeError, match="transaction"):
        set_scope(scope(units="E"))


def test_a_scope_within_another_ends_with_its_part(cases: None) -> None:
    with within(scope(units="E")):
        with within(scope(units="W", actors='it\'s "odd", {one}')):
            assert refs() == "B"
        assert refs() == "A"
        with pytest.raises(ZeroDivisionError), within(scope(units="W")):
            raise ZeroDivisionError
        assert refs() == "A"


def test_rows_are_written_only_with_the_power_to(cases: None) -> None:
    with pytest.raises(DatabaseError, match="row-level security"), within(scope(units="E")), connection.cursor() as cursor:
        cursor.execute("INSERT INTO made_case VALUES ('G', 'E', '{}', false)")
    with within(scope(units="E")), connection.cursor() as cursor:
        cursor.execute("UPDATE made_case SET unit = 'W'")
        cursor.execute("DELETE FROM made_case")
    with within(scope(units="E W")):
        assert refs() == "AB"
    with within(scope(powers="publishing")), connection.cursor() as cursor:
        cursor.execute("INSERT INTO made_case VALUES ('G', 'E', '{}', false)")
    with within(scope(units="E")):
        assert refs() == "AG"


def test_a_name_that_is_not_plain_is_refused() -> None:
    for made in (lambda: own("id; DROP TABLE x"), lambda: power("a'b"), lambda: policies("x y", reads="true", writes="true")):
        with pytest.raises(ValueError, match="plain name"):
            made()


def test_the_operation_says_how_it_was_written() -> None:
    operation = RowSecurity("made_case", reads="true", writes="false")
    name, arguments, named = operation.deconstruct()
    assert (name, arguments, named) == ("RowSecurity", [], {"table": "made_case", "reads": "true", "writes": "false", "adds": None})


def counts() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in (Post, ActorRef, Deputy, CaseGrant)}


def test_peoples_own_tables_show_what_the_scope_says(cast: Cast) -> None:
    set_scope(Scope())
    assert counts() == {"Post": 0, "ActorRef": 0, "Deputy": 0, "CaseGrant": 0}
    enter(cast[Role.OFFICER], now=NOW)
    assert counts() == {"Post": 1, "ActorRef": 3, "Deputy": 1, "CaseGrant": 0}
    enter(cast[Role.ADMINISTRATOR], now=NOW)
    assert counts()["Post"] == 14


def test_nobody_but_an_administrator_writes_roles_whatever_the_action_forgets(cast: Cast) -> None:
    for role in set(Role) - {Role.ADMINISTRATOR}:
        enter(cast[role], now=NOW)
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Post.objects.create(person=cast[role], role=Role.OFFICER, from_on=FIRST_DAY)


def test_nobody_opens_a_case_but_with_a_reason_to_themselves_or_with_the_power(cast: Cast) -> None:
    marsh, auditor = cast[Role.OFFICER], cast[Role.AUDITOR]
    for to, kind in ((marsh, "named"), (auditor, "drawn"), (auditor, "break_glass")):
        enter(marsh, now=NOW)
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            CaseGrant.objects.create(
                person=to,
                case_ref="x",
                kind=kind,
                why="w",
                from_at=NOW,
                until_at=NOW + timedelta(hours=1),
                given_by=cast[Role.ASSURANCE_LEAD],
            )

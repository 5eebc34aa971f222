"""The demonstration: made-up people signed in with one button, there and nowhere else, and never beside anybody real."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client, RequestFactory
from pytest_django.fixtures import Settings

from candour.cli.demonstrating import MARK
from candour_web.casework.models import Case, Publication
from candour_web.people.actions import NotAllowed, add_made_up_person, add_person, add_unit, give_role
from candour_web.people.models import Person
from candour_web.people.rules import Role, Scope
from candour_web.people.scope import set_scope, within
from candour_web.people.signing_in import sign_in_made_up
from candour_web.site.access import table
from candour_web.site.made_up_people import PEOPLE, busiest, fill, refuse_real_people
from candour_web.site.preparing import DEMONSTRATION, ServiceRefused
from candour_web.trail.models import Entry
from tests.support.cast import FIRST_DAY, NOW, Cast
from tests.support.made_up_force import Northshire
from tests.support.program import candour


@pytest.fixture
def made_up(db: None, settings: Settings) -> dict[Role, Person]:
    """The demonstration's supervisor and administrator, in a database in which nobody is real."""
    settings.DEMONSTRATION = True
    with within(Scope(powers=frozenset({"accounts"}))):
        add_unit(by=None, ref="CAIT", name="Child abuse team", force="northshire", force_name="Northshire Police (made up)")
        people = {}
        for role, name in ((Role.SUPERVISOR, "ruth.okafor"), (Role.ADMINISTRATOR, "kit.adler")):
            people[role] = add_made_up_person(sign_in_name=name, name=name.title(), force="northshire")
            give_role(by=None, to=people[role], role=role, unit="CAIT" if role is Role.SUPERVISOR else None, from_on=FIRST_DAY, now=NOW)
    return people


def token(client: Client) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get("/demonstration").content.decode())
    assert found
    return found[1]


def test_a_button_signs_in_with_the_second_factor_counted_as_done(made_up: dict[Role, Person]) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.get("/my-team").headers["Location"] == "/demonstration?next=%2Fmy-team"
    page = client.get("/demonstration").content.decode()
    assert re.findall(r">(Sign in as .*?)</button>", page) == [
        "Sign in as Ruth.Okafor, supervisor of Child abuse team (made up)",
        "Sign in as Kit.Adler, administrator (made up)",
    ]
    assert "Every person, child and case here is made up." in page
    assert client.post("/demonstration", {"person": made_up[Role.SUPERVISOR].pk}).status_code == 403
    answer = client.post("/demonstration", {"person": made_up[Role.SUPERVISOR].pk, "csrfmiddlewaretoken": token(client)})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert client.get("/").headers["Location"] == "/my-team"
    assert client.get("/people/").status_code == 403
    set_scope(Scope(powers=frozenset({"trail"})))
    assert list(Entry.objects.filter(what="signed in").values_list("who", flat=True)) == ["ruth.okafor"]


def test_an_administrator_is_not_asked_for_a_password_that_nobody_has(made_up: dict[Role, Person], client: Client) -> None:
    client.post("/demonstration", {"person": made_up[Role.ADMINISTRATOR].pk})
    assert client.get("/people/new").status_code == 200
    client.post("/people/new", {"name": "Una New", "sign_in_name": "una.new", "force": "northshire"})
    added = Person.objects.get(sign_in_name="una.new")
    assert added.made_up and added.has_usable_password()
    assert "Una New" not in client.get("/demonstration").content.decode()
    assert client.post("/demonstration", {"person": added.pk}).status_code == 404


@pytest.mark.parametrize("person", ["", "0", "nobody", "1; --"])
def test_a_button_that_is_not_there_signs_nobody_in(made_up: dict[Role, Person], client: Client, person: str) -> None:
    assert client.post("/demonstration", {"person": person}).status_code == 404
    assert client.get("/account").status_code == 302


def test_where_anybody_is_real_nobody_is_signed_in_by_a_button(made_up: dict[Role, Person], settings: Settings, client: Client) -> None:
    refuse_real_people()
    settings.DEMONSTRATION = False
    real, _ = add_person(by=None, sign_in_name="dc.real", name="Rae Real")
    settings.DEMONSTRATION = True
    for number in (real.pk, made_up[Role.SUPERVISOR].pk):
        assert client.post("/demonstration", {"person": number}).status_code == 404
    assert client.get("/demonstration").status_code == 404
    with pytest.raises(ServiceRefused, match="1 people in this database were not made by the demonstration"):
        refuse_real_people()
    with pytest.raises(PermissionDenied):
        sign_in_made_up(RequestFactory().post("/"), real.pk)


def test_outside_the_demonstration_the_route_is_not_there_for_anybody(
    made_up: dict[Role, Person], settings: Settings, signed_in: Callable[[Person], Client]
) -> None:
    settings.DEMONSTRATION = False
    for client in (Client(enforce_csrf_checks=True), *(signed_in(person) for person in made_up.values())):
        assert client.get("/demonstration").status_code == 404
        assert client.post("/demonstration", {"person": made_up[Role.SUPERVISOR].pk}).status_code == 404
    assert Client().get("/my-team").headers["Location"] == "/sign-in?next=%2Fmy-team"
    assert "made up" not in Client().get("/sign-in").content.decode()
    assert signed_in(made_up[Role.ADMINISTRATOR]).get("/people/new").headers["Location"].startswith("/again")
    with pytest.raises(PermissionDenied):
        sign_in_made_up(RequestFactory().post("/"), made_up[Role.SUPERVISOR].pk)
    with pytest.raises(NotAllowed):
        add_made_up_person(sign_in_name="x", name="X", force="northshire")
    with pytest.raises(ServiceRefused):
        fill(Path("none"), now=NOW, tell=print)


def test_real_people_make_no_page_for_the_demonstration(cast: Cast, settings: Settings) -> None:
    settings.DEMONSTRATION = True
    assert not Person.objects.filter(made_up=True).exists()
    assert Client().get("/demonstration").status_code == 404


def test_every_role_with_a_page_has_somebody() -> None:
    assert {one.role for one in PEOPLE} == {role for row in table().values() if row.page for role in row.roles}


def test_the_busiest_have_the_most_open_cases_that_need_somebody(northshire: Northshire) -> None:
    stands = Publication.objects.using("owner").get(stands=True)
    today = datetime(2026, 4, 1, tzinfo=UTC).date()
    needing = [
        one
        for one in Case.objects.using("owner").filter(publication=stands)
        if one.not_done + one.due and (one.closed_on is None or one.closed_on > today)
    ]
    for column in ("holding_unit", "officer_ref"):
        held = Counter(name for one in needing if (name := getattr(one, column)))
        found = busiest(stands, column)
        assert [held[name] for name in found] == sorted(held.values(), reverse=True) and set(found) == set(held)


def test_what_is_not_a_made_up_force_is_not_served(made_up_store: Path, tmp_path: Path) -> None:
    home, store = tmp_path / "home", tmp_path / "demo" / "store"
    done = candour(home, "serve", "--demo", "--store", str(store))
    assert done.returncode == 1 and done.stderr.endswith(f"Make it first: candour demo --out {store.parent}\n")
    store.parent.mkdir()
    store.symlink_to(made_up_store)  # a store with a run, in a folder that `candour demo` did not make
    done = candour(home, "serve", "--demo", "--store", str(store))
    assert done.returncode == 1 and "is not the store of a made-up force" in done.stderr
    assert candour(home, "serve", "--store", str(store)).returncode == 2
    assert not home.exists()


def test_the_demonstration_listens_to_this_machine_and_keeps_its_own_database(made_up_store: Path, tmp_path: Path) -> None:
    demo, home = tmp_path / "demo", tmp_path / "home"
    demo.mkdir()
    (demo / MARK).touch()
    (demo / "store").symlink_to(made_up_store)
    asked = ("serve", "--demo", "--store", str(demo / "store"))
    for more, environment in (
        (("--host", "0.0.0.0"), {}),
        ((), {"CANDOUR_ORIGIN": "https://candour.example"}),
        ((), {"CANDOUR_BEHIND_PROXY": "yes"}),
    ):
        done = candour(home, *asked, *more, **environment)
        assert done.returncode == 1 and "serves this machine only" in done.stderr
    assert "Unset DATABASE_URL" in candour(home, *asked, DATABASE_URL="postgresql://candour@127.0.0.1:1/candour").stderr
    assert not home.exists()
    (home / "database").mkdir(parents=True)
    assert "holds a service that is no demonstration" in candour(home, *asked).stderr
    assert not (home / DEMONSTRATION).exists()

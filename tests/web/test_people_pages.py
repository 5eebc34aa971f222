"""An administrator's pages: adding a person, giving and approving roles, and what is done about a lost phone or somebody who left."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from candour_web.people.models import Person, Post
from candour_web.people.rules import Role, Scope
from candour_web.people.scope import set_scope
from candour_web.trail.models import Entry
from tests.support.cast import EASTCLIFF, Cast

WORD = "four quite unlike words"


@pytest.fixture
def administrator(cast: Cast, signed_in: Callable[[Person], Client]) -> Callable[[Person], Client]:
    """A browser of an administrator who has just shown once more who they are."""

    def browser(person: Person) -> Client:
        person.set_password(WORD)
        person.save(update_fields=["password"])
        client = signed_in(person)
        assert client.post("/again", {"password": WORD, "next": "/people/"}).headers["Location"] == "/people/"
        return client

    return browser


def read(client: Client, where: str) -> str:
    """What a page says, without its marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", client.get(where).content.decode()).split())


def told(person: Person) -> list[tuple[str, str]]:
    set_scope(Scope(powers=frozenset({"trail"})))
    return list(Entry.objects.filter(record=f"person {person.pk}", kind="alteration").order_by("at").values_list("who", "what"))


def test_everybody_is_listed_and_found_by_a_part_of_their_name(cast: Cast, administrator: Callable[[Person], Client]) -> None:
    client = administrator(cast[Role.ADMINISTRATOR])
    page = read(client, "/people/")
    assert "14 people" in page
    assert "Ruth Okafor supervisor, Eastcliff child abuse team In use" in page
    assert "1 person with “OKAF” in their name" in read(client, "/people/?sought=OKAF")
    assert "Nobody has “<b>” in their name" in read(client, "/people/?sought=<b>").replace("&lt;", "<").replace("&gt;", ">")
    assert client.get("/people/", {"sought": "\0okafor"}).status_code == 200
    assert b"<b>" not in client.get("/people/?sought=<b>").content


def test_a_person_is_added_and_their_password_is_shown_once(cast: Cast, administrator: Callable[[Person], Client]) -> None:
    client = administrator(cast[Role.ADMINISTRATOR])
    page = client.post("/people/new", {"name": "Uma New", "sign_in_name": "DC.New", "force": "northshire"}).content.decode()
    found = re.search(r"<code>([\w-]{16})</code>", page)
    made = Person.objects.get(sign_in_name="dc.new")
    assert found and made.check_password(found[1]) and made.password_is_for_once
    assert found[1] not in client.get(reverse("person", args=[made.pk])).content.decode()
    assert "No role yet" in read(client, reverse("person", args=[made.pk]))
    assert told(made) == [("k.adler", "person added")]
    assert (
        list(Entry.objects.filter(kind="consultation", record=f"person {made.pk}").values_list("who", "what"))
        == [("k.adler", "account read")] * 2
    )


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": "", "sign_in_name": "dc.new"}, "Give the name."),
        ({"name": "Uma", "sign_in_name": "dc.MARSH"}, "Somebody signs in with this name already"),
        ({"name": "Uma", "sign_in_name": "dc new"}, "Use letters, figures, dots"),
        ({"name": "Uma", "sign_in_name": "dc.new", "force": "elsewhere"}, "Select a valid choice"),
    ],
)
def test_a_form_that_cannot_be_taken_says_why_and_loses_nothing(
    cast: Cast, administrator: Callable[[Person], Client], typed: dict[str, str], said: str
) -> None:
    answer = administrator(cast[Role.ADMINISTRATOR]).post("/people/new", typed)
    page = answer.content.decode()
    assert (answer.status_code, said in page, f'value="{typed["sign_in_name"]}"' in page) == (200, True, True)
    assert Person.objects.count() == 14


def test_a_role_is_given_at_once(cast: Cast, administrator: Callable[[Person], Client]) -> None:
    client, auditor = administrator(cast[Role.ADMINISTRATOR]), cast[Role.AUDITOR]
    where = reverse("role_give", args=[auditor.pk])
    assert re.search(r'type="date" name="from_on" value="20\d\d-\d\d-\d\d"', client.get(where).content.decode())
    without = client.post(where, {"role": "supervisor", "from_on": "2026-01-05"})
    assert "A supervisor is one of a unit. Name the unit." in without.content.decode()
    backwards = client.post(where, {"role": "officer", "from_on": "2026-01-05", "until_on": "2026-01-04"})
    assert "The last day is before the first." in backwards.content.decode()
    assert client.post(where, {"role": "supervisor", "unit": EASTCLIFF, "from_on": "2026-01-05"}).status_code == 302
    assert "supervisor, Eastcliff child abuse team From Mon 5 January 2026. Holds it now." in read(
        client, reverse("person", args=[auditor.pk])
    )


def test_a_powerful_role_waits_for_a_second_administrator(cast: Cast, administrator: Callable[[Person], Client]) -> None:
    first, second, marsh = administrator(cast[Role.ADMINISTRATOR]), administrator(cast.second_administrator), cast[Role.OFFICER]
    first.post(reverse("role_give", args=[marsh.pk]), {"role": "data_steward", "from_on": "2026-01-05"})
    assert "Ines Marsh officer One waits for approval" in read(first, "/people/")
    set_scope(Scope(powers=frozenset({"accounts"})))
    post = Post.objects.get(person=marsh, role="data_steward")
    approve = reverse("role_approve", args=[post.pk])
    assert "You proposed this role. Another administrator approves it." in first.post(approve).content.decode()
    assert "Waits for a second administrator" in read(first, reverse("person", args=[marsh.pk]))
    assert second.post(approve).status_code == 302
    assert "Ines Marsh officer, data steward In use" in read(second, "/people/")
    assert second.post(reverse("role_end", args=[post.pk])).status_code == 302
    assert told(marsh)[-3:] == [("k.adler", "role proposed"), ("n.sato", "role approved"), ("n.sato", "role ended")]


def test_ended_roles_and_roles_to_come_are_ended_as_the_page_says(cast: Cast, administrator: Callable[[Person], Client]) -> None:
    client, auditor = administrator(cast[Role.ADMINISTRATOR]), cast[Role.AUDITOR]
    give = reverse("role_give", args=[auditor.pk])
    for days in ({"from_on": "2026-01-05", "until_on": "2026-02-05"}, {"from_on": "2099-01-05"}):
        assert client.post(give, {"role": "officer", **days}).status_code == 302
    set_scope(Scope(powers=frozenset({"accounts"})))
    ended, to_come = Post.objects.filter(person=auditor, role="officer").order_by("from_on")
    refused = client.post(reverse("role_end", args=[ended.pk])).content.decode()
    assert "This was not done" in refused and "The last day of this role is 2026-02-05 already." in refused
    assert "Ada Lindqvist does not hold this role yet, and will not. Withdraw the role" in read(
        client, reverse("role_end", args=[to_come.pk])
    )
    assert client.post(reverse("role_end", args=[to_come.pk])).status_code == 302
    assert "From Mon 5 January 2099. Withdrawn before it counted." in read(client, reverse("person", args=[auditor.pk]))
    own = Post.objects.get(person=cast[Role.ADMINISTRATOR])
    assert "Nobody ends a role of their own" in client.post(reverse("role_end", args=[own.pk])).content.decode()


@pytest.mark.parametrize("route", ["person_password", "person_app", "person_close"])
def test_nobody_does_it_to_their_own_account(cast: Cast, administrator: Callable[[Person], Client], route: str) -> None:
    own = cast[Role.ADMINISTRATOR]
    client = administrator(own)
    answer = client.post(reverse(route, args=[own.pk]))
    assert "Nobody does this to their own account" in answer.content.decode()
    assert client.get("/people/").status_code == 200


def test_a_new_password_ends_the_sessions_of_before(
    cast: Cast, administrator: Callable[[Person], Client], signed_in: Callable[[Person], Client]
) -> None:
    marsh, theirs = cast[Role.OFFICER], signed_in(cast[Role.OFFICER])
    assert theirs.get("/account").status_code == 200
    page = administrator(cast[Role.ADMINISTRATOR]).post(reverse("person_password", args=[marsh.pk])).content.decode()
    found = re.search(r"<code>([\w-]{16})</code>", page)
    assert found and Person.objects.get(pk=marsh.pk).check_password(found[1])
    assert theirs.get("/account").headers["Location"].startswith("/sign-in?")


def test_who_lost_their_phone_sets_up_another(
    cast: Cast, administrator: Callable[[Person], Client], signed_in: Callable[[Person], Client]
) -> None:
    marsh, theirs = cast[Role.OFFICER], signed_in(cast[Role.OFFICER])
    assert administrator(cast.second_administrator).post(reverse("person_app", args=[marsh.pk])).status_code == 302
    assert theirs.get("/account").headers["Location"].startswith("/account/app?")
    assert told(marsh)[-1] == ("n.sato", "second factor taken away")


@pytest.mark.parametrize("role", [Role.OFFICER, Role.CHIEF_OFFICER, Role.ASSURANCE_LEAD, Role.PARTNER])
@pytest.mark.parametrize("first_act", ["person_password", "person_app"])
def test_no_one_administrator_lets_themselves_in_as_somebody_else(
    cast: Cast, administrator: Callable[[Person], Client], role: Role, first_act: str
) -> None:
    client, other, person = administrator(cast[Role.ADMINISTRATOR]), administrator(cast.second_administrator), cast[role]
    Person.objects.update(password_given_at=None, password_given_by=None)
    second_act = {"person_password": "person_app", "person_app": "person_password"}[first_act]
    assert b"This was not done" not in client.post(reverse(first_act, args=[person.pk])).content
    password, app = Person.objects.get(pk=person.pk).password, Authenticator.objects.filter(user=person).count()
    refused = client.post(reverse(second_act, args=[person.pk])).content.decode()
    if role is Role.PARTNER:
        assert "This was not done" not in refused
        return
    assert "With both, you could sign in as this person. Ask another administrator to do this." in refused
    assert (Person.objects.get(pk=person.pk).password, Authenticator.objects.filter(user=person).count()) == (password, app)
    assert b"This was not done" not in other.post(reverse(second_act, args=[person.pk])).content


def test_who_left_is_signed_out_and_their_roles_end(
    cast: Cast, administrator: Callable[[Person], Client], signed_in: Callable[[Person], Client]
) -> None:
    marsh, theirs = cast[Role.OFFICER], signed_in(cast[Role.OFFICER])
    client = administrator(cast[Role.ADMINISTRATOR])
    assert client.post(reverse("person_close", args=[marsh.pk])).status_code == 302
    assert theirs.get("/account").headers["Location"].startswith("/sign-in?")
    assert "The account is closed." in read(client, reverse("person", args=[marsh.pk]))
    assert [what for _, what in told(marsh)[-2:]] == ["role ended", "account closed"]


def test_a_number_that_nobody_has_is_not_found(cast: Cast, administrator: Callable[[Person], Client]) -> None:
    client = administrator(cast[Role.ADMINISTRATOR])
    for route in ("person", "role_give", "person_close", "role_approve", "role_end"):
        assert client.get(reverse(route, args=[99_999_999])).status_code == 404
    assert client.get("/people/99999999999999999999").status_code == 404


def test_how_the_records_name_somebody_is_said_and_taken_back(cast: Cast, administrator: Callable[[Person], Client]) -> None:
    client, auditor = administrator(cast[Role.ADMINISTRATOR]), cast[Role.AUDITOR]
    where = reverse("reference_add", args=[auditor.pk])
    taken = client.post(where, {"ref": "PC1274"})
    assert "PC1274 is Ines Marsh already. Take it from them first." in taken.content.decode()
    assert client.post(where, {"ref": "R/7 <b>"}).status_code == 302
    assert "R/7 &lt;b&gt; Take away" in read(client, reverse("person", args=[auditor.pk]))
    gone = reverse("reference_remove", args=[auditor.pk, "R/7 <b>"])
    assert "R/7 &lt;b&gt;" in client.get(gone).content.decode()
    assert client.post(gone).status_code == 302
    assert client.get(gone).status_code == 404
    own = client.post(reverse("reference_add", args=[cast[Role.ADMINISTRATOR].pk]), {"ref": "R8"})
    assert "Nobody does this to their own account" in own.content.decode()
    assert [what for _, what in told(auditor)[-2:]] == ["reference linked", "reference taken away"]


def test_a_unit_is_added_with_its_force(cast: Cast, administrator: Callable[[Person], Client]) -> None:
    client, where = administrator(cast[Role.ADMINISTRATOR]), reverse("unit_new")
    for force in ({}, {"force": "northshire", "new_force": "Southshire"}):
        refused = client.post(where, {"ref": "S 1/2", "name": "Harbour team", **force})
        assert "Choose a force, or name a new one." in refused.content.decode()
    assert client.post(where, {"ref": "S 1/2", "name": "Harbour team", "new_force": "Southshire Police"}).status_code == 302
    assert "Harbour team Southshire Police; the records name it S 1/2. Nobody supervises it now." in read(client, "/people/units")
    again = client.post(where, {"ref": "S 1/2", "name": "Harbour team", "force": "southshire-police"})
    assert "There is a unit of this reference" in again.content.decode()
    assert client.get(reverse("cover_name", args=["S 1/2"])).status_code == 200


def test_a_cover_is_named_and_ended(cast: Cast, administrator: Callable[[Person], Client]) -> None:
    client, bell = administrator(cast[Role.ADMINISTRATOR]), cast.other_supervisor
    where = reverse("cover_name", args=[EASTCLIFF])
    officer = client.post(where, {"person": str(cast[Role.OFFICER].pk), "from_on": "2026-01-05"})
    assert "Select a valid choice" in officer.content.decode()
    assert client.post(where, {"person": str(bell.pk), "from_on": "2026-01-05", "until_on": "2099-01-05"}).status_code == 302
    assert "Tom Bell covers it from Mon 5 January 2026 to Mon 5 January 2099." in read(client, "/people/units")
    cover = bell.deputy_set.get(until_on="2099-01-05")
    assert client.post(reverse("cover_end", args=[cover.pk])).headers["Location"] == "/people/units"
    assert "2099" not in read(client, "/people/units")
    assert [what for _, what in told(bell)[-2:]] == ["deputy named", "cover ended"]

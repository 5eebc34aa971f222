"""Signing in: a password and a code for everybody, lock-out by name and place, sessions that end, and what of it is on the trail."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch, reverse
from pytest_django.fixtures import Settings

from candour_web.people.actions import add_person, give_role
from candour_web.people.models import Person
from candour_web.people.rules import Role, Scope
from candour_web.people.scope import set_scope, within
from candour_web.people.signing_in import (
    ABSOLUTE,
    ENCRYPTED,
    IDLE,
    SecondFactorAdapter,
    SecretKeyChanged,
    begin,
    client_address,
    encrypt_what_is_clear,
    why_ended,
)
from candour_web.trail.models import Entry
from tests.support.cast import FIRST_DAY, NOW, SECRET, Cast

WORD = "four quite unlike words"


def code(secret: str = SECRET) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


@pytest.fixture
def marsh(cast: Cast) -> Person:
    """The officer, with a password that the test knows."""
    person = cast[Role.OFFICER]
    person.set_password(WORD)
    person.save(update_fields=["password"])
    return person


def told() -> list[tuple[str, str]]:
    set_scope(Scope(powers=frozenset({"trail"})))
    return list(Entry.objects.filter(kind="access").order_by("at").values_list("who", "what"))


def sign_in(client: Client, name: str = "dc.marsh", word: str = WORD, place: str = "10.0.0.1") -> str:
    answer = client.post("/sign-in", {"login": name, "password": word}, REMOTE_ADDR=place)
    return answer.headers.get("Location") or str(answer.status_code)


def test_a_password_alone_opens_nothing(marsh: Person, client: Client) -> None:
    assert sign_in(client) == "/sign-in/code"
    assert client.get("/account").headers["Location"] == "/sign-in?next=%2Faccount"
    wrong = client.post("/sign-in/code", {"code": "000000"})
    assert (wrong.status_code, "Wait for the next one" in wrong.content.decode(), "placeholder" in wrong.content.decode()) == (
        200,
        True,
        False,
    )
    assert client.get("/account").status_code == 302
    assert client.post("/sign-in/code", {"code": code()}).headers["Location"] == "/"
    page = client.get("/account")
    assert (page.status_code, "Ines Marsh, officer" in page.content.decode()) == (200, True)
    client.post("/sign-out")
    assert client.get("/account").status_code == 302
    assert told() == [("dc.marsh", "code refused"), ("dc.marsh", "signed in"), ("dc.marsh", "signed out")]


def test_ten_wrong_codes_stop_the_right_one_for_five_minutes(marsh: Person, client: Client) -> None:
    sign_in(client)
    for _ in range(10):
        client.post("/sign-in/code", {"code": "000000"})
    answer = client.post("/sign-in/code", {"code": code()})
    assert (answer.status_code, "Too many tries. Wait five minutes" in answer.content.decode()) == (200, True)


def test_a_code_serves_once(marsh: Person) -> None:
    used, first, second = code(), Client(), Client()
    sign_in(first)
    assert first.post("/sign-in/code", {"code": used}).status_code == 302
    sign_in(second)
    assert second.post("/sign-in/code", {"code": used}).status_code == 200


def test_a_new_person_chooses_a_password_and_sets_up_their_app_before_anything_else(cast: Cast, client: Client) -> None:
    with within(Scope(powers=frozenset({"accounts"}))):
        person, word = add_person(by=None, sign_in_name="dc.new", name="Uma New")
        give_role(by=None, to=person, role=Role.OFFICER, from_on=FIRST_DAY, now=NOW)
    assert sign_in(client, "dc.new", word) == "/"
    assert client.get("/account").headers["Location"].startswith("/account/password?")
    answer = client.post("/account/password", {"oldpassword": word, "password1": WORD, "password2": WORD})
    assert answer.status_code == 302, answer.content.decode()
    assert client.get("/account").headers["Location"].startswith("/account/app?")
    asked = client.get("/account/app")
    assert asked.headers["Location"].startswith("/again?")
    assert client.post("/again?next=/account/app", {"password": WORD, "next": "/account/app"}).headers["Location"] == "/account/app"
    page = client.get("/account/app").content.decode()
    found = re.search(r'class="candour-key">([A-Z2-7]+)<', page)
    assert found and "data:image/svg+xml" in page
    assert client.post("/account/app", {"code": code(found[1])}).headers["Location"] == "/account/codes"
    codes = client.get("/account/codes").content.decode()
    assert len(re.findall(r"<code>\d{8}</code>", codes)) == 10
    assert client.get("/account").status_code == 200
    added = [f"second factor added: {which}" for which in ("TOTP Authenticator", "Recovery codes")]
    assert [what for _, what in told()] == ["signed in", "password changed", *added]
    assert Authenticator.objects.filter(user=person).count() == 2


def test_secrets_of_second_factors_are_kept_encrypted(cast: Cast, settings: Settings) -> None:
    person = Person.objects.create(sign_in_name="dc.other", name="Other Made-up")
    TOTP.activate(person, SECRET)
    RecoveryCodes.activate(person)
    app, codes = (Authenticator.objects.get(user=person, type=kind) for kind in ("totp", "recovery_codes"))
    assert SECRET not in str(app.data)
    assert app.data["secret"].startswith(ENCRYPTED) and codes.data["seed"].startswith(ENCRYPTED)
    assert app.data["secret"] != SecondFactorAdapter().encrypt(SECRET)
    assert SecondFactorAdapter().decrypt(app.data["secret"]) == SECRET
    assert app.wrap().validate_code(code())
    settings.SECRET_KEY = "another key"
    with pytest.raises(SecretKeyChanged, match="kept with the backup"):
        app.wrap().validate_code(code())


def test_secrets_of_before_are_encrypted_by_an_upgrade(cast: Cast, client: Client, marsh: Person) -> None:
    assert Authenticator.objects.get(user=marsh).data["secret"] == SECRET
    clear = Authenticator.objects.count()
    assert (encrypt_what_is_clear("default"), encrypt_what_is_clear("default")) == (clear, 0)
    assert not [one for one in Authenticator.objects.all() if SECRET in str(one.data)]
    sign_in(client)
    assert client.post("/sign-in/code", {"code": code()}).headers["Location"] == "/"


def test_a_password_for_one_use_is_not_kept(cast: Cast, client: Client) -> None:
    with within(Scope(powers=frozenset({"accounts"}))):
        _, word = add_person(by=None, sign_in_name="dc.new", name="Uma New")
    sign_in(client, "dc.new", word)
    answer = client.post("/account/password", {"oldpassword": word, "password1": word, "password2": word})
    assert (answer.status_code, "That is your present password. Choose another." in answer.content.decode()) == (200, True)
    assert client.get("/account").headers["Location"].startswith("/account/password?")


@pytest.mark.parametrize(("hours", "opens"), [(71.99, True), (72, False), (None, False)])
def test_a_password_for_one_use_ends_after_seventy_two_hours(cast: Cast, client: Client, hours: float | None, opens: bool) -> None:
    with within(Scope(powers=frozenset({"accounts"}))):
        person, word = add_person(by=None, sign_in_name="dc.new", name="Uma New")
    given = datetime.now(UTC) - timedelta(hours=hours) if hours is not None else None
    Person.objects.filter(pk=person.pk).update(password_given_at=given)
    answer = client.post("/sign-in", {"login": "dc.new", "password": word})
    assert (answer.status_code == 302) == opens
    assert ("within 72 hours of being given. Ask an administrator for another." in answer.content.decode()) != opens
    assert told() == [("dc.new", "signed in" if opens else "sign-in refused: password for one use ended")]
    assert client.get("/account").headers["Location"].startswith("/account/password?" if opens else "/sign-in?")


def test_five_wrong_passwords_lock_the_name_from_that_place_only(marsh: Person) -> None:
    wrong = [sign_in(Client(), word=f"guess {number}") for number in range(5)]
    assert wrong == ["200"] * 4 + ["429"]
    assert sign_in(Client()) == "429"
    assert sign_in(Client(), "DC.Marsh ") == "429"
    assert sign_in(Client(), place="10.0.0.2") == "/sign-in/code"
    assert told()[:6] == [("dc.marsh", "sign-in refused")] * 4 + [("dc.marsh", "sign-in locked"), ("dc.marsh", "sign-in refused")]


def test_wrong_tries_from_many_places_keep_nobody_out_of_their_own(marsh: Person) -> None:
    tries = [sign_in(Client(), word="guess", place=f"10.0.1.{number // 4}") for number in range(40)]
    assert tries == ["200"] * 40
    assert sign_in(Client(), place="10.0.0.9") == "/sign-in/code"
    assert ("dc.marsh", "sign-in locked") not in told()


def test_a_place_that_tries_many_names_is_refused_and_the_trail_tells_it(marsh: Person) -> None:
    for number in range(60):
        assert sign_in(Client(), f"nobody.{number}", place="10.0.0.3") == "200"
    refused = Client().post("/sign-in", {"login": "dc.marsh", "password": WORD}, REMOTE_ADDR="10.0.0.3")
    assert (refused.status_code, "Too many tries. Wait five minutes" in refused.content.decode()) == (200, True)
    assert told()[-1] == ("dc.marsh", "sign-in locked")
    assert sign_in(Client(), place="10.0.0.4") == "/sign-in/code"


@pytest.mark.parametrize(
    ("behind", "told", "address"),
    [(False, "6.6.6.6", "10.0.0.1"), (True, "6.6.6.6, 10.9.9.9", "10.9.9.9"), (True, "", "10.0.0.1"), (True, "x" * 99, "10.0.0.1")],
)
def test_the_place_is_what_our_own_proxy_says(settings: Settings, behind: bool, told: str, address: str) -> None:
    settings.BEHIND_PROXY = behind
    assert client_address(RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", headers={"x-forwarded-for": told})) == address


def test_another_name_for_the_place_does_not_open_a_lock(marsh: Person, settings: Settings) -> None:
    settings.BEHIND_PROXY = True
    tries = [
        Client().post("/sign-in", {"login": "dc.marsh", "password": "guess"}, headers={"x-forwarded-for": f"6.6.6.{number}, 10.9.9.9"})
        for number in range(6)
    ]
    assert [answer.status_code for answer in tries] == [200] * 4 + [429] * 2
    assert Client().post("/sign-in", {"login": "dc.marsh", "password": WORD}, headers={"x-forwarded-for": "10.8.8.8"}).status_code == 302


def test_what_is_typed_for_a_name_that_does_not_exist_is_not_kept_on_the_trail(cast: Cast, client: Client) -> None:
    assert sign_in(client, "my own password!") == "200"
    assert told() == [("(a name that nobody has)", "sign-in refused")]


def test_a_known_and_an_unknown_name_read_the_same(marsh: Person) -> None:
    pages = [
        re.sub(
            r'(csrfmiddlewaretoken" value|value)="[^"]*"',
            "",
            Client().post("/sign-in", {"login": name, "password": "wrong"}).content.decode(),
        )
        for name in ("dc.marsh", "dc.nobody")
    ]
    assert pages[0] == pages[1]
    assert "That name and password do not go together" in pages[0] and "The name that you sign in with" in pages[0]


def test_who_has_left_does_not_sign_in(marsh: Person, client: Client) -> None:
    Person.objects.filter(pk=marsh.pk).update(is_active=False)
    assert sign_in(client) in ("200", "/sign-in/left")
    assert client.get("/account").status_code == 302


def test_nobody_signs_themselves_up_and_nothing_goes_by_mail() -> None:
    for name in ("account_signup", "account_reset_password", "account_email", "account_request_login_code"):
        with pytest.raises(NoReverseMatch):
            reverse(name)


def test_a_form_of_another_site_is_refused(marsh: Person) -> None:
    answer = Client(enforce_csrf_checks=True).post("/sign-in", {"login": "dc.marsh", "password": WORD})
    assert answer.status_code == 403


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_signing_in_leads_to_no_other_site(marsh: Person, client: Client, target: str) -> None:
    client.post("/sign-in", {"login": "dc.marsh", "password": WORD, "next": target})
    assert client.post("/sign-in/code", {"code": code(), "next": target}).headers["Location"] == "/"


@pytest.mark.parametrize(
    ("after", "ended"),
    [
        (timedelta(), None),
        (IDLE - timedelta(seconds=1), None),
        (IDLE, "30 minutes"),
        (ABSOLUTE, "12 hours"),
        (-timedelta(hours=1), "12 hours"),
    ],
)
def test_a_session_ends_when_nothing_is_done(after: timedelta, ended: str | None) -> None:
    session: dict[str, str] = {}
    begin(session, NOW)
    why = why_ended(session, NOW + after)
    assert why is None if ended is None else why is not None and ended in why


def test_a_session_in_use_ends_after_twelve_hours() -> None:
    session: dict[str, str] = {}
    begin(session, NOW)
    minutes = range(0, 13 * 60, 20)
    assert next(minute for minute in minutes if why_ended(session, NOW + timedelta(minutes=minute))) == 12 * 60
    assert why_ended({}, NOW) is not None


def test_who_comes_back_too_late_signs_in_again_and_is_told_why(cast: Cast, signed_in: Callable[[Person], Client]) -> None:
    client = signed_in(cast[Role.OFFICER])
    session = client.session
    begin(session, datetime.now(UTC) - IDLE)
    session.save()
    answer = client.get("/account")
    assert answer.headers["Location"] == "/sign-in?next=%2Faccount"
    assert client.session.is_empty()
    assert told()[-1] == ("dc.marsh", "signed out")


def test_new_codes_are_made_only_after_showing_once_more_who_it_is(marsh: Person, signed_in: Callable[[Person], Client]) -> None:
    client = signed_in(marsh)
    assert client.get("/account/codes/new").headers["Location"] == "/again?next=%2Faccount%2Fcodes%2Fnew"
    assert client.post("/account/codes/new").headers["Location"].startswith("/again?")
    assert client.post("/again", {"password": "not it", "next": "/account/codes/new"}).status_code == 200
    assert client.post("/again", {"password": WORD, "next": "/account/codes/new"}).headers["Location"] == "/account/codes/new"
    assert client.get("/account/codes/new").status_code == 200
    assert client.post("/account/codes/new").headers["Location"] == "/account/codes"

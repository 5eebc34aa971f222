"""Every route as every role and as nobody: what opens is what the access table says, and a route without a row opens for nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, path, reverse

from candour_web.people.models import Deputy, Person
from candour_web.people.rules import Role, Scope
from candour_web.people.scope import set_scope
from candour_web.site import access, urls
from candour_web.site.access import Row, table
from candour_web.trail.models import Entry
from tests.support.cast import Cast


def routes(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from routes(one.url_patterns, f"{before}{one.namespace}:" if one.namespace else before)
        else:
            yield f"{before}{one.name}"


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    assert sorted(routes(get_resolver().url_patterns)) == sorted(table())


def address(row: Row, cast: Cast) -> str:
    """The address of a route with its example."""
    set_scope(Scope(powers=frozenset({"accounts"})))
    officer = cast[Role.OFFICER]
    stands_for = {
        "officer": officer.pk,
        "officer post": officer.post_set.values_list("pk", flat=True).first(),
        "cover": Deputy.objects.values_list("pk", flat=True).first(),
    }
    return reverse(row.route, kwargs={part: stands_for.get(value, value) for part, value in row.example.items()})


def how_it_opens(client: Client, row: Row, cast: Cast) -> str:
    """`opens`, `refused`, `absent` for a route of the demonstration alone, or the page that somebody is sent to first."""
    here = address(row, cast)
    answer = client.get(here)
    if answer.status_code == 404 and row.in_demonstration:
        return "absent"
    if answer.status_code == 403:
        return "refused"
    target = str(answer.headers.get("Location", "")).partition("?")[0]
    sent = {reverse("account_login"): "sign in", reverse("account_reauthenticate"): "again"}.get(target)
    if sent and target != here:
        return sent
    assert answer.status_code < 500
    return "opens"


SENT_ON = {
    ("mfa_activate_totp", "again"),
    ("account_login", "sign in"),
    ("account_reauthenticate", "again"),
    ("mfa_authenticate", "sign in"),
}
"""Routes that send somebody on of their own accord: to show once more that it is them, or to sign in first."""


def test_every_route_opens_for_whom_the_table_says(cast: Cast, signed_in: Callable[[Person], Client]) -> None:
    expected, found = {}, {}
    browsers = {role: signed_in(cast[role]) for role in Role}
    for row in table().values():
        for role in Role:
            where = (row.route, role.value)
            if row.in_demonstration:
                expected[where] = "absent"
            else:
                expected[where] = "refused" if not row.opens_for(frozenset({role})) else "again" if row.again else "opens"
            shown = how_it_opens(browsers[role], row, cast)
            found[where] = "opens" if (row.route, shown) in SENT_ON else shown
        expected[row.route, "nobody"] = "absent" if row.in_demonstration else "opens" if row.who == "anybody" else "sign in"
        shown = how_it_opens(Client(), row, cast)
        found[row.route, "nobody"] = "opens" if row.who == "anybody" and (row.route, shown) in SENT_ON else shown
    assert found == expected


def test_who_holds_no_role_opens_nothing_of_the_work(cast: Cast, signed_in: Callable[[Person], Client]) -> None:
    set_scope(Scope(powers=frozenset({"accounts"})))
    cast[Role.AUDITOR].post_set.all().delete()
    client = signed_in(cast[Role.AUDITOR])
    assert {row.route for row in table().values() if row.roles and how_it_opens(client, row, cast) != "refused"} == set()


def test_a_route_without_a_row_opens_for_nobody(cast: Cast, signed_in: Callable[[Person], Client], monkeypatch: pytest.MonkeyPatch) -> None:
    def forgotten(request: HttpRequest) -> HttpResponse:
        return HttpResponse("Canary")

    class Urls:
        urlpatterns = (*urls.urlpatterns, path("forgotten", forgotten, name="forgotten"))
        handler403 = staticmethod(urls.handler403)

    with override_settings(ROOT_URLCONF=Urls):
        client = signed_in(cast[Role.CHIEF_OFFICER])
        client.raise_request_exception = False
        answer = client.get("/forgotten")
    assert answer.status_code == 500
    assert b"Canary" not in answer.content


def test_a_refused_page_is_on_the_trail(cast: Cast, signed_in: Callable[[Person], Client], monkeypatch: pytest.MonkeyPatch) -> None:
    rows = table() | {"mfa_index": access._row("mfa_index", {"who": ["administrator"]})}
    monkeypatch.setattr(access, "table", lambda: rows)
    answer = signed_in(cast[Role.OFFICER]).get("/account")
    assert (answer.status_code, "Your role does not open this page" in answer.content.decode()) == (403, True)
    set_scope(Scope(powers=frozenset({"trail"})))
    assert list(Entry.objects.filter(what="page refused").values_list("who", "record")) == [("dc.marsh", "mfa_index")]
    assert signed_in(cast[Role.ADMINISTRATOR]).get("/account").status_code == 200


@pytest.mark.parametrize(
    "words", [{}, {"who": "everybody"}, {"who": []}, {"who": ["king"]}, {"who": "anybody", "roles": 1}, {"who": "anybody", "only": "test"}]
)
def test_a_row_that_means_nothing_is_refused(words: dict[str, Any]) -> None:
    with pytest.raises(ImproperlyConfigured, match="says"):
        access._row("page", words)


def test_no_page_is_kept_by_a_browser(cast: Cast, signed_in: Callable[[Person], Client]) -> None:
    assert "no-store" in signed_in(cast[Role.OFFICER]).get("/account").headers["Cache-Control"]

"""Who opens which route: one table, read from access.toml, asked before every view. A route without a row is opened by nobody."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from allauth.account.decorators import reauthentication_required
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.deprecation import MiddlewareMixin

from candour_web.people.entering import CandourRequest
from candour_web.people.models import Person
from candour_web.people.rules import Role
from candour_web.trail.actions import write

FILE = Path(__file__).with_name("access.toml")


@dataclass(frozen=True)
class Row:
    """One route's row. `roles` is empty for `anybody` and `entering`."""

    route: str
    who: str
    roles: frozenset[Role]
    again: bool
    example: Mapping[str, Any]
    page: str | None
    in_demonstration: bool = False
    """Whether the route is there in the demonstration only."""

    def opens_for(self, roles: frozenset[Role]) -> bool:
        """Whether somebody with these roles, signed in with their second factor, opens the route."""
        return not self.roles or bool(self.roles & roles)


def _row(route: str, words: dict[str, Any]) -> Row:
    who = words.pop("who", None)
    if who not in ("anybody", "entering", "any role") and not (isinstance(who, list) and who and set(who) <= set(Role)):
        raise ImproperlyConfigured(f"{FILE.name}: {route} says who = {who!r}. Say anybody, entering, any role, or a list of roles.")
    roles = frozenset(Role) if who == "any role" else frozenset(map(Role, who)) if isinstance(who, list) else frozenset()
    only = words.pop("only", None)
    if only not in (None, "demonstration"):
        raise ImproperlyConfigured(f"{FILE.name}: {route} says only = {only!r}. Say demonstration, or leave it out.")
    row = Row(
        route,
        who if isinstance(who, str) else "roles",
        roles,
        bool(words.pop("again", False)),
        words.pop("example", {}),
        words.pop("page", None),
        only == "demonstration",
    )
    if words:
        raise ImproperlyConfigured(f"{FILE.name}: {route} says {', '.join(sorted(words))}, which means nothing here.")
    return row


@lru_cache(maxsize=1)
def table() -> dict[str, Row]:
    """The access table by route. Raises ImproperlyConfigured for a row that cannot be understood."""
    return {route: _row(route, dict(words)) for route, words in tomllib.loads(FILE.read_text(encoding="utf-8")).items()}


def pages_for(roles: frozenset[Role]) -> list[Row]:
    """The pages in the navigation of somebody with these roles, in the order of the table."""
    return [row for row in table().values() if row.page and row.opens_for(roles)]


def _to(name: str, request: HttpRequest) -> HttpResponse:
    back = request.get_full_path() if request.method in ("GET", "HEAD") else request.path
    return HttpResponseRedirect(f"{reverse(name)}?{urlencode({'next': back})}")


class AccessMiddleware(MiddlewareMixin):
    """Asks the table before every view: sign in first, then an own password, a second factor, and one of the roles."""

    def process_view(
        self, request: CandourRequest, view: Callable[..., HttpResponse], arguments: tuple[Any, ...], named: dict[str, Any]
    ) -> HttpResponse | None:
        """None where the view may answer; otherwise where to go first. Raises PermissionDenied, and tells the trail, for the wrong role."""
        route = request.resolver_match.view_name if request.resolver_match else ""
        row = table().get(route)
        if row is None:
            raise ImproperlyConfigured(f"The route {route!r} has no row in {FILE.name}, so that nobody opens it.")
        if row.in_demonstration and not settings.DEMONSTRATION:
            raise Http404
        if row.who == "anybody":
            return None
        person = request.user
        if not isinstance(person, Person):
            return _to("demonstration" if settings.DEMONSTRATION else "account_login", request)
        if row.who != "entering":
            if person.password_is_for_once:
                return _to("account_change_password", request)
            if not is_mfa_enabled(person):
                return _to("mfa_activate_totp", request)
            if not row.opens_for(request.standing.roles):
                with transaction.atomic():
                    write(by=person, kind="access", what="page refused", record=route)
                raise PermissionDenied(
                    "Your role does not open this page." if request.standing.roles else "You hold no role in Candour now."
                )
        if row.again:
            try:
                reauthentication_required(lambda _: None)(request)
            except ReauthenticationRequired:
                return _to("account_reauthenticate", request)
        return None

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Let no browser or proxy keep a page, unless its view says otherwise."""
        response.setdefault("Cache-Control", "no-store")
        return response

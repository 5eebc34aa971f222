"""Middleware: a signed-in person's request is one transaction in the scope of that person, and a session that is over is ended.

The transaction holds the whole request, the page's making included, so that what a template asks for late is held against the scope too.
What a view changed is taken back when the view fails (`ATOMIC_REQUESTS`); what the trail tells of the failure stays.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from candour_web.people.models import Person
from candour_web.people.queries import LONDON, enter
from candour_web.people.rules import Standing
from candour_web.people.signing_in import why_ended

NOBODY = Standing()


class CandourRequest(HttpRequest):
    """A request as Candour's views have it: with the standing of whoever asks (NOBODY where nobody signed in), and when it came."""

    standing: Standing
    ended: str | None
    now: datetime


def enter_requests(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[CandourRequest], HttpResponse]:
    """Give each request its standing, and put the person's scope in place. Without a session's cookie nothing is asked of the database."""

    def answer(request: CandourRequest) -> HttpResponse:
        request.standing, request.ended, request.now = NOBODY, None, datetime.now(UTC)
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return get_response(request)
        with transaction.atomic():
            if isinstance(request.user, Person):
                request.ended = why_ended(request.session, request.now)
                if request.ended:
                    logout(request)
                else:
                    request.standing = enter(request.user, now=request.now)
            return get_response(request)

    return answer


def person_of(request: CandourRequest) -> Person:
    """Who signed in. Raises PermissionDenied where nobody did, which the access table does not let happen."""
    if not isinstance(request.user, Person):
        raise PermissionDenied("Sign in first.")
    return request.user


def today(request: CandourRequest) -> date:
    """The day in London on which the request came."""
    return request.now.astimezone(LONDON).date()

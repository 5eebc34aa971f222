"""Pages that belong to no app: where somebody starts, what a refused person reads, and whether the service is well."""

from __future__ import annotations

import sys

from django.db import DatabaseError, OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template import loader
from django.urls import reverse

from candour_web.people.actions import NotAllowed
from candour_web.people.entering import CandourRequest
from candour_web.site.access import pages_for


@transaction.non_atomic_requests
def health(request: HttpRequest) -> HttpResponse:
    """200 with `{"database": "answers"}`, or 503 with `{"database": "does not answer"}`. It says nothing else, since anybody may ask."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"database": "does not answer"}, status=503)
    return JsonResponse({"database": "answers"})


def start(request: CandourRequest) -> HttpResponse:
    """The first page of somebody's work: the first in their navigation, and their account where there is none yet."""
    first = next((row.route for row in pages_for(request.standing.roles)), "mfa_index")
    return HttpResponseRedirect(reverse(first))


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for what somebody may not do, with the reason where one was given for people to read."""
    reason = str(exception) if isinstance(exception, NotAllowed) else None
    return render(request, "403.html", {"reason": reason}, status=403)


def failed(request: HttpRequest) -> HttpResponse:
    """The page for a fault: 503 where the database does not answer, and 500 otherwise. It asks nothing of the database, which may be away."""
    away = isinstance(sys.exc_info()[1], OperationalError)
    return HttpResponse(loader.get_template("503.html" if away else "500.html").render(), status=503 if away else 500)

"""Pages that belong to no app: where somebody starts, what a refused person reads, and whether the service is well."""

from __future__ import annotations

import sys

from django.db import DatabaseError, OperationalError, connection, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template import loader
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from candour_web.people.actions import NotAllowed
from candour_web.people.entering import CandourRequest, today
from candour_web.people.queries import made_up_people
from candour_web.people.signing_in import sign_in_made_up
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


@csrf_exempt  # the form is asked for its token by `csrf_protect`, so that outside the demonstration the answer is 404 to every request
@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def demonstration(request: CandourRequest) -> HttpResponse:
    """The made-up people of the demonstration, each with a button that signs a visitor in as them."""
    people = made_up_people(day=today(request))
    if not people:
        raise Http404
    if request.method == "POST":
        chosen = next((one for one in people if str(one.number) == request.POST.get("person")), None)
        if chosen is None:
            raise Http404
        sign_in_made_up(request, chosen.number)
        return HttpResponseRedirect(reverse("start"))
    return render(request, "demonstration.html", {"people": [(one, [row.page for row in pages_for(one.roles)]) for one in people]})


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for what somebody may not do, with the reason where one was given for people to read."""
    reason = str(exception) if isinstance(exception, NotAllowed) else None
    return render(request, "403.html", {"reason": reason}, status=403)


def failed(request: HttpRequest) -> HttpResponse:
    """The page for a fault: 503 where the database does not answer, and 500 otherwise. It asks nothing of the database, which may be away."""
    away = isinstance(sys.exc_info()[1], OperationalError)
    return HttpResponse(loader.get_template("503.html" if away else "500.html").render(), status=503 if away else 500)

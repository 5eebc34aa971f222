"""The lists that people begin their day with: My team for a supervisor, My work for an officer."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from candour_web.casework.asking import Asker, answered_from_the_run
from candour_web.people.queries import unit_names
from candour_web.worklists.queries import Worklist, own_list, team_list
from candour_web.worklists.rules import Wanted, wanted_of


@require_safe
@answered_from_the_run
def my_team(request: HttpRequest, asker: Asker) -> HttpResponse:
    """What needs a supervisor's units, and those they deputise for."""
    units = sorted(asker.scope.units)
    found = team_list(units, person=asker.person, scope=asker.scope, shown=asker.shown, wanted=_wanted(request), page=_page(request))
    return _list(request, found, "My team", unit_names(units))


@require_safe
@answered_from_the_run
def my_work(request: HttpRequest, asker: Asker) -> HttpResponse:
    """What needs an officer themselves."""
    found = own_list(person=asker.person, scope=asker.scope, shown=asker.shown, wanted=_wanted(request), page=_page(request))
    return _list(request, found, "My work", ())


def _wanted(request: HttpRequest) -> Wanted:
    return wanted_of(request.GET.get("show", ""))


def _page(request: HttpRequest) -> int:
    asked = request.GET.get("page", "")
    return int(asked) if asked.isdecimal() and len(asked) < 7 else 1


def _list(request: HttpRequest, found: Worklist, title: str, units: tuple[str, ...]) -> HttpResponse:
    return render(
        request,
        "worklist.html",
        {
            "title": title,
            "units": units,
            "list": found,
            "counts": {one.name.lower(): found.counts[one] for one in Wanted},
            "choices": [(one, found.counts[one]) for one in Wanted],
            "address": f"?show={found.wanted}&",
        },
    )

"""Answers a page from the run that stands: settled once for each request. Who may open the page was asked before, of the access table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from candour_web.casework.queries import Shown, shown_run
from candour_web.people.entering import CandourRequest
from candour_web.people.models import Person
from candour_web.people.rules import Scope, Standing


@dataclass(frozen=True)
class Asker:
    """The person, what they are as of now, and the run that stands."""

    person: Person
    standing: Standing
    shown: Shown

    @property
    def scope(self) -> Scope:
        """What they may see."""
        return self.standing.scope


P = ParamSpec("P")


def answered_from_the_run(
    page: Callable[Concatenate[HttpRequest, Asker, P], HttpResponse],
) -> Callable[Concatenate[CandourRequest, P], HttpResponse]:
    """A page for somebody who has signed in, answered from the run that stands; where none does, a page that says so."""

    @wraps(page)
    def view(request: CandourRequest, /, *more: P.args, **asked: P.kwargs) -> HttpResponse:
        person, shown = request.user, shown_run()
        if not isinstance(person, Person):
            raise TypeError("A page of casework was asked for by nobody: its route has no row in the access table that asks who it is.")
        if shown is None:
            return render(request, "no_run.html")
        request.shown = shown  # type: ignore[attr-defined]  # for the line of the run at the head of the page
        return page(request, Asker(person, request.standing, shown), *more, **asked)

    return view

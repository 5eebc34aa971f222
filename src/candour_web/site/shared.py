"""What every page shows at its head: the force, the person with their roles, and the pages that they open."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from candour_web.people.models import Person
from candour_web.people.rules import Standing
from candour_web.site.access import pages_for


def head(request: HttpRequest) -> dict[str, Any]:
    """`person`, `role` (in words), `navigation`, `sign_out_url` for who is signed in; `ended`: why a session was; `demonstration`: whether this is it."""
    standing: Standing = getattr(request, "standing", Standing())
    person = getattr(request, "user", None)
    shown: dict[str, Any] = {"ended": getattr(request, "ended", None), "demonstration": settings.DEMONSTRATION}
    if not isinstance(person, Person):
        return shown
    here = request.resolver_match.view_name if request.resolver_match else ""
    return shown | {
        "person": person,
        "force": person.force,
        "role": ", ".join(role.words for role in sorted(standing.roles)),
        "sign_out_url": reverse("account_logout"),
        "navigation": [{"title": row.page, "url": reverse(row.route), "current": row.route == here} for row in pages_for(standing.roles)],
    }

"""The demonstration filled: the made-up force's last run published, and one made-up person for each role that has pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db.models import Count, F, Q

from candour_web.casework.actions import publish_run
from candour_web.casework.models import Case, Publication
from candour_web.people.actions import add_made_up_person, add_unit, give_role, link_reference
from candour_web.people.models import ActorRef, Force, Person, Post, Unit
from candour_web.people.queries import LONDON, real_people
from candour_web.people.rules import Role, Scope
from candour_web.people.scope import within
from candour_web.site.preparing import ServiceRefused


class MadeUp(NamedTuple):
    """Somebody whom the demonstration makes."""

    role: Role
    sign_in_name: str
    name: str


PEOPLE = (
    MadeUp(Role.SUPERVISOR, "ruth.okafor", "Ruth Okafor"),
    MadeUp(Role.OFFICER, "ines.marsh", "Ines Marsh"),
    MadeUp(Role.ADMINISTRATOR, "kit.adler", "Kit Adler"),
    MadeUp(Role.ADMINISTRATOR, "noa.sato", "Noa Sato"),
)
"""One for each role that has pages, and a second administrator, since a powerful role needs two."""

FORCE, FORCE_NAME = "northshire", "Northshire Police (made up)"
UNIT_NAMES = {
    "CAIT": "Child abuse investigation team",
    "CID": "Criminal investigation department",
    "CONTROL": "Control room",
    "CUSTODY": "Custody",
    "DUTY": "Duty inspectors",
    "EXPLOIT": "Child exploitation team",
    "HUB": "Safeguarding hub",
    "MISPER": "Missing persons team",
    "MOSOVO": "Offender managers",
    "NORTHSHIRE": "Northshire, no unit recorded",
    "OCAIT": "Online child abuse investigation team",
    "RESPONSE": "Response",
}
"""What the made-up force calls its units; another is called by its reference."""


def refuse_real_people() -> None:
    """Raise ServiceRefused where this is the demonstration and its database holds anybody whom it did not make."""
    if settings.DEMONSTRATION and (real := real_people()):
        raise ServiceRefused(
            f"{real} people in this database were not made by the demonstration, which signs people in without a password. "
            "It never serves a database of real people: remove the file `demonstration` from the service's folder."
        )


def fill(store: Path, *, now: datetime, tell: Callable[[str], None]) -> None:
    """Publish the last run of the store, unless it stands already, and make the people of PEOPLE who are not there yet.

    The supervisor has the unit, and the officer the reference, with the most open cases in which something is not done or due.
    `now` is aware; `tell` is called with a line for whoever waits. Raises ServiceRefused where no open case is anybody's.
    """
    if not settings.DEMONSTRATION:
        raise ServiceRefused("People are made up in the demonstration only.")
    done = publish_run(store=store, by=None, now=now)
    tell(done.sentence())
    held, officers = busiest(done.publication, "holding_unit"), busiest(done.publication, "officer_ref")
    if not held or not officers:
        raise ServiceRefused("No open case of this made-up force needs anybody. Make a larger force: candour demo --cases 200")
    day = now.astimezone(LONDON).date()
    with within(Scope(powers=frozenset({"accounts"}))):
        for ref in held:
            if not Unit.objects.filter(ref=ref).exists():
                new = "" if Force.objects.filter(ref=FORCE).exists() else FORCE_NAME
                add_unit(by=None, ref=ref, name=UNIT_NAMES.get(ref, ref), force=FORCE, force_name=new)
        for one in PEOPLE:
            person = Person.objects.filter(sign_in_name=one.sign_in_name).first() or add_made_up_person(
                sign_in_name=one.sign_in_name, name=one.name, force=FORCE
            )
            unit = held[0] if one.role is Role.SUPERVISOR else None
            if not Post.objects.filter(person=person, role=one.role, unit=unit).exists():
                give_role(by=None, to=person, role=one.role, unit=unit, from_on=day, now=now)
            if one.role is Role.OFFICER and not ActorRef.objects.filter(ref=officers[0]).exists():
                link_reference(by=None, person=person, ref=officers[0])


def busiest(publication: Publication, column: str) -> list[str]:
    """The units (`holding_unit`) or officers (`officer_ref`) that hold open cases in which something is not done or due, those with the most first.

    It enters as the owner of the tables, since nobody has signed in.
    """
    today = publication.as_of.astimezone(LONDON).date()
    rows = (
        Case.objects.using("owner")
        .filter(Q(closed_on__isnull=True) | Q(closed_on__gt=today), publication=publication, **{f"{column}__isnull": False})
        .annotate(needs=F("not_done") + F("due"))
        .filter(needs__gt=0)
        .values_list(column)
        .annotate(cases=Count("case_ref"))
        .order_by("-cases", column)
    )
    return [name for name, _ in rows]

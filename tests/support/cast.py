"""The people of every web test: one for each role, in two teams of Northshire. All are made up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from allauth.mfa.models import Authenticator

from candour_web.people.actions import add_person, add_unit, approve_role, give_role, link_reference, name_deputy
from candour_web.people.models import Person
from candour_web.people.rules import NEEDS_TWO_PEOPLE, Role, Scope
from candour_web.people.scope import within

NOW = datetime(2026, 3, 3, 6, 40, tzinfo=UTC)
FIRST_DAY = date(2026, 1, 5)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
"""What everybody's app knows."""
EASTCLIFF, WESTMOOR = "NCAT-E", "NCAT-W"
NAMES = {
    Role.OFFICER: ("dc.marsh", "Ines Marsh"),
    Role.SUPERVISOR: ("ds.okafor", "Ruth Okafor"),
    Role.AUDITOR: ("a.lindqvist", "Ada Lindqvist"),
    Role.MODERATOR: ("m.tran", "Minh Tran"),
    Role.ASSURANCE_LEAD: ("l.haddad", "Lena Haddad"),
    Role.DATA_STEWARD: ("s.novak", "Sam Novak"),
    Role.CHIEF_OFFICER: ("acc.bright", "Jo Bright"),
    Role.PROFESSIONAL_STANDARDS: ("p.quill", "Pat Quill"),
    Role.COMMISSIONERS_OFFICE: ("c.ferreira", "Cleo Ferreira"),
    Role.INSPECTOR: ("i.vane", "Ira Vane"),
    Role.PARTNER: ("w.osei", "Wren Osei"),
    Role.ADMINISTRATOR: ("k.adler", "Kit Adler"),
}
"""Who holds which role, and no other: the name they sign in with, and their own."""


@dataclass(frozen=True)
class Cast:
    """The people of Northshire, each under their role, a second administrator, and the sergeant of the other team."""

    by_role: dict[Role, Person]
    second_administrator: Person
    other_supervisor: Person

    def __getitem__(self, role: Role) -> Person:
        return self.by_role[role]


def make_cast() -> Cast:
    """Make the force, its two teams and everybody, in the present database: the first administrators as the machine's operator does it."""
    with within(Scope(powers=frozenset({"accounts"}))):
        add_unit(by=None, ref=EASTCLIFF, name="Eastcliff child abuse team", force="northshire", force_name="Northshire Police")
        add_unit(by=None, ref=WESTMOOR, name="Westmoor child abuse team", force="northshire")
        first, second = (
            add_person(by=None, sign_in_name=word, name=name)[0] for word, name in (NAMES[Role.ADMINISTRATOR], ("n.sato", "Noa Sato"))
        )
        for person in (first, second):
            give_role(by=None, to=person, role=Role.ADMINISTRATOR, from_on=FIRST_DAY, now=NOW)
        people = {Role.ADMINISTRATOR: first}
        for role, (word, name) in NAMES.items():
            if role is not Role.ADMINISTRATOR:
                people[role], _ = add_person(by=first, sign_in_name=word, name=name, force="northshire")
                unit, until = EASTCLIFF if role is Role.SUPERVISOR else None, date(2099, 12, 31) if role is Role.INSPECTOR else None
                post = give_role(by=first, to=people[role], role=role, unit=unit, until_on=until, from_on=FIRST_DAY, now=NOW)
                if role in NEEDS_TWO_PEOPLE:
                    approve_role(by=second, post=post, now=NOW)
        other, _ = add_person(by=first, sign_in_name="ds.bell", name="Tom Bell", force="northshire")
        give_role(by=first, to=other, role=Role.SUPERVISOR, unit=WESTMOOR, from_on=FIRST_DAY, now=NOW)
        name_deputy(by=first, unit=EASTCLIFF, person=other, from_on=date(2026, 3, 1), until_on=date(2026, 3, 7))
        for ref, person in (("PC1274", people[Role.OFFICER]), ("PC0931", people[Role.OFFICER]), ("DS0044", people[Role.SUPERVISOR])):
            link_reference(by=first, person=person, ref=ref)
        Person.objects.update(password_is_for_once=False)
        Authenticator.objects.bulk_create(Authenticator(user=one, type="totp", data={"secret": SECRET}) for one in Person.objects.all())
    for one in (*people.values(), second, other):
        one.password_is_for_once = False
    return Cast(people, second, other)

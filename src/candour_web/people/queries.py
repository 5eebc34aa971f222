"""Who somebody is and what they may see, now; and everybody's accounts, for administrators."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, Q

from candour_web.people.models import ActorRef, CaseGrant, Deputy, Force, Person, Post, Unit
from candour_web.people.rules import Grant, Held, Role, Scope, Standing, standing_of
from candour_web.people.scope import set_scope, within

LONDON = ZoneInfo("Europe/London")


def enter(person: Person, *, now: datetime) -> Standing:
    """What this person's roles come to now, and set it as the scope of the present transaction.

    Their own rows are read first, in a scope that holds nothing but who they are.
    """
    set_scope(Scope(person=person.pk))
    if not person.is_active:
        return Standing(scope=Scope(person=person.pk))
    day = now.astimezone(LONDON).date()
    standing = standing_of(
        person.pk,
        [post.held for post in Post.objects.filter(person=person)],
        actors=ActorRef.objects.filter(person=person).values_list("ref", flat=True),
        covers=Deputy.objects.filter(Q(until_on__isnull=True) | Q(until_on__gte=day), person=person, from_on__lte=day).values_list(
            "unit_id", flat=True
        ),
        grants=[Grant(one.case_ref, one.from_at, one.until_at) for one in CaseGrant.objects.filter(person=person, until_at__gt=now)],
        day=day,
        now=now,
    )
    set_scope(standing.scope)
    return standing


@dataclass(frozen=True)
class RoleShown:
    """One role of a person, as an administrator sees it."""

    post: Post
    words: str
    state: str
    """`counts`, `proposed`, `to come`, `ended` or `withdrawn`, on the day asked."""


@dataclass(frozen=True)
class PersonShown:
    """A person with their roles, as an administrator sees them."""

    person: Person
    roles: tuple[RoleShown, ...]
    has_app: bool

    @property
    def now(self) -> str:
        """The roles that count, in words."""
        return ", ".join(role.words for role in self.roles if role.state == "counts")

    @property
    def waits(self) -> bool:
        """Whether a role waits for a second administrator."""
        return any(role.state == "proposed" for role in self.roles)


def _state(held: Held, day: date) -> str:
    if held.withdrawn:
        return "withdrawn"
    if held.until_on is not None and held.until_on < day:
        return "ended"
    if not held.approved:
        return "proposed"
    return "counts" if held.from_on <= day else "to come"


def _role_shown(post: Post, day: date) -> RoleShown:
    words = Role(post.role).words + (f", {post.unit.name}" if post.unit else "")
    return RoleShown(post, words, _state(post.held, day))


def _administers(person: Person, standing: Standing) -> None:
    if "accounts" not in standing.scope.powers or standing.scope.person != person.pk:
        raise PermissionDenied("Accounts are for administrators.")


def accounts(*, person: Person, standing: Standing, day: date, sought: str = "") -> list[PersonShown]:
    """Everybody with an account, by name, for an administrator; `sought` is a part of a name. Raises PermissionDenied for anybody else."""
    _administers(person, standing)
    found = Person.objects.prefetch_related(Prefetch("post_set", Post.objects.select_related("unit").order_by("from_on", "pk"))).order_by(
        "name", "pk"
    )
    if sought:
        found = found.filter(Q(name__icontains=sought) | Q(sign_in_name__icontains=sought))
    with_app = set(Authenticator.objects.filter(type=Authenticator.Type.TOTP).values_list("user_id", flat=True))
    return [PersonShown(one, tuple(_role_shown(post, day) for post in one.post_set.all()), one.pk in with_app) for one in found]


def account(*, person: Person, standing: Standing, day: date, number: int) -> PersonShown | None:
    """One account for an administrator; None where there is no such number. Raises PermissionDenied for anybody else."""
    return next((one for one in accounts(person=person, standing=standing, day=day) if one.person.pk == number), None)


def post_shown(*, person: Person, standing: Standing, day: date, number: int) -> tuple[PersonShown, RoleShown] | None:
    """One role with the person who holds it, for an administrator; None where there is no such number."""
    for one in accounts(person=person, standing=standing, day=day):
        for role in one.roles:
            if role.post.pk == number:
                return one, role
    return None


def references(*, person: Person, standing: Standing, number: int) -> list[str]:
    """The references under which the force's records name somebody, for an administrator."""
    _administers(person, standing)
    return list(ActorRef.objects.filter(person_id=number).order_by("ref").values_list("ref", flat=True))


@dataclass(frozen=True)
class UnitShown:
    """A unit with those who supervise it and those who cover it on a day, and covers to come."""

    unit: Unit
    supervisors: tuple[str, ...]
    covers: tuple[Deputy, ...]


def units_shown(*, person: Person, standing: Standing, day: date) -> list[UnitShown]:
    """Every unit by name, for an administrator."""
    _administers(person, standing)
    lasting = Q(until_on__isnull=True) | Q(until_on__gte=day)
    held = Post.objects.filter(
        lasting, role=Role.SUPERVISOR, from_on__lte=day, withdrawn_at__isnull=True, person__is_active=True
    ).select_related("person")
    covering = Deputy.objects.filter(lasting).select_related("person").order_by("from_on", "pk")
    by_unit: dict[str, list[str]] = {}
    for post in held.order_by("person__name"):
        by_unit.setdefault(str(post.unit_id), []).append(post.person.name)
    covers: dict[str, list[Deputy]] = {}
    for one in covering:
        covers.setdefault(one.unit_id, []).append(one)
    return [
        UnitShown(unit, tuple(by_unit.get(unit.pk, ())), tuple(covers.get(unit.pk, ())))
        for unit in Unit.objects.select_related("force").order_by("name", "pk")
    ]


def unit_shown(*, person: Person, standing: Standing, day: date, ref: str) -> UnitShown | None:
    """One unit, for an administrator; None where there is none of that reference."""
    return next((one for one in units_shown(person=person, standing=standing, day=day) if one.unit.pk == ref), None)


def supervisors(*, person: Person, standing: Standing, day: date) -> list[PersonShown]:
    """Who may cover a unit: everybody who is a supervisor now."""
    found = accounts(person=person, standing=standing, day=day)
    return [
        one
        for one in found
        if one.person.is_active and any(role.post.role == Role.SUPERVISOR and role.state == "counts" for role in one.roles)
    ]


def units() -> list[tuple[str, str]]:
    """Every unit's reference and name, by name."""
    return list(Unit.objects.order_by("name").values_list("ref", "name"))


def forces() -> list[tuple[str, str]]:
    """Every force's reference and name, by name."""
    return list(Force.objects.order_by("name").values_list("ref", "name"))


def unit_names(refs: Iterable[str]) -> tuple[str, ...]:
    """The names of these units in the order given; the reference itself of one that has no name here."""
    known = dict(Unit.objects.filter(ref__in=list(refs)).values_list("ref", "name"))
    return tuple(known.get(ref, ref) for ref in refs)


def real_people() -> int:
    """How many people have an account whom the demonstration did not make."""
    return Person.objects.filter(made_up=False).count()


@dataclass(frozen=True)
class MadeUpPerson:
    """Somebody as whom a visitor of the demonstration may look around: their number, name, the roles that count, and those roles in words."""

    number: int
    name: str
    roles: frozenset[Role]
    words: str


def made_up_people(*, day: date) -> list[MadeUpPerson]:
    """Whom the demonstration's page signs in, in the order in which they were made. Nobody outside the demonstration, nor where any real person has an account.

    Each one's roles are read in a scope that holds nothing but who they are.
    """
    if not settings.DEMONSTRATION or real_people():
        return []
    found = []
    for person in Person.objects.filter(made_up=True, is_active=True, password__startswith=UNUSABLE_PASSWORD_PREFIX).order_by("pk"):
        with within(Scope(person=person.pk)):
            posts = list(Post.objects.filter(person=person).select_related("unit").order_by("from_on", "pk"))
        count = [post for post in posts if _role_shown(post, day).state == "counts"]
        words = " and ".join(Role(post.role).words + (f" of {post.unit.name}" if post.unit else "") for post in count)
        found.append(MadeUpPerson(person.pk, person.name, frozenset(Role(post.role) for post in count), words))
    return found

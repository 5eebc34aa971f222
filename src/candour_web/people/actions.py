"""Making persons, giving and approving roles, naming deputies, and opening a case by name. Each is on the trail.

Times are aware and passed in; days are days of Europe/London. A refusal is raised as NotAllowed, with its reason in words.
"""

from __future__ import annotations

import base64
import secrets
from datetime import UTC, date, datetime, timedelta

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from candour_web.people.models import ActorRef, CaseGrant, Deputy, Force, Person, Post, Unit
from candour_web.people.rules import (
    NEEDS_TWO_PEOPLE,
    Role,
    Standing,
    why_not_approve,
    why_not_break_glass,
    why_not_end,
    why_not_hold,
    why_not_let_in,
)
from candour_web.trail.actions import write


class NotAllowed(PermissionDenied):
    """Something that these people may not do. The message is the reason, for the page."""


def _allow(reason: str | None) -> None:
    if reason:
        raise NotAllowed(reason)


@transaction.atomic
def add_person(*, by: Person | None, sign_in_name: str, name: str, force: str | None = None) -> tuple[Person, str]:
    """Make a person who may sign in, without any role, and a password for one use, which is shown this once and stored only as a hash.

    In the demonstration everybody is made up, also whom a visitor adds.
    """
    word = secrets.token_urlsafe(12)
    person = Person(
        sign_in_name=sign_in_name.strip().lower(),
        name=name.strip(),
        force_id=force,
        password_is_for_once=True,
        made_up=settings.DEMONSTRATION,
    )
    person.set_password(word)
    person.password_given_at, person.password_given_by = datetime.now(UTC), by
    person.save()
    write(by=by, kind="alteration", what="person added", record=f"person {person.pk}")
    return person, word


@transaction.atomic
def add_made_up_person(*, sign_in_name: str, name: str, force: str) -> Person:
    """Make one of the demonstration's people, without a role. They have no password, and a second factor that nobody holds: its own page alone signs them in.

    Raises NotAllowed outside the demonstration.
    """
    _allow(None if settings.DEMONSTRATION else "People are made up in the demonstration only.")
    person = Person(sign_in_name=sign_in_name, name=name, force_id=force, made_up=True)
    person.set_unusable_password()
    person.save()
    secret = base64.b32encode(secrets.token_bytes(20)).decode()
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": secret})
    write(by=None, kind="alteration", what="made-up person added", record=f"person {person.pk}")
    return person


@transaction.atomic
def give_role(
    *, by: Person | None, to: Person, role: Role, from_on: date, now: datetime, unit: str | None = None, until_on: date | None = None
) -> Post:
    """Give a role, or propose it where it needs two people. `by` is None for the machine's operator alone, whose word stands."""
    held = Post.objects.filter(Q(until_on__isnull=True) | Q(until_on__gte=from_on), person=to, withdrawn_at__isnull=True)
    others = [Role(post.role) for post in held]
    _allow(why_not_hold(role, others=others, unit=unit, until_on=until_on, to=to.pk, by=by.pk if by else None))
    stands = by is None or role not in NEEDS_TWO_PEOPLE
    post = Post.objects.create(
        person=to, role=role, unit_id=unit, from_on=from_on, until_on=until_on, proposed_by=by, approved_at=now if stands else None
    )
    write(
        by=by,
        kind="alteration",
        what="role given" if stands else "role proposed",
        record=f"person {to.pk}",
        detail=f"{role.words}{f' of {unit}' if unit else ''} from {from_on}{f' to {until_on}' if until_on else ''}",
    )
    return post


@transaction.atomic
def approve_role(*, by: Person, post: Post, now: datetime) -> None:
    """Approve a proposed role, so that it counts from now."""
    post = Post.objects.select_for_update().get(pk=post.pk)
    _allow("This role was approved already." if post.approved_at else "This role was withdrawn." if post.withdrawn_at else None)
    _allow(why_not_approve(Role(post.role), to=post.person_id, proposed_by=post.proposed_by_id, by=by.pk))
    post.approved_by, post.approved_at = by, now
    post.save(update_fields=["approved_by", "approved_at"])
    write(by=by, kind="alteration", what="role approved", record=f"person {post.person_id}", detail=Role(post.role).words)


@transaction.atomic
def end_role(*, by: Person, post: Post, last_day: date, now: datetime) -> None:
    """End a role: `last_day` is the last on which it counts. One that was only proposed, or begins after that day, is withdrawn and never counts."""
    post = Post.objects.select_for_update().get(pk=post.pk)
    _allow(why_not_end(post.held, last_day=last_day, to=post.person_id, by=by.pk))
    if post.approved_at is None or post.from_on > last_day:
        post.withdrawn_at = now
        what, detail = "role withdrawn", f"{Role(post.role).words}, which was to begin on {post.from_on}"
    else:
        post.until_on = last_day
        what, detail = "role ended", f"{Role(post.role).words}, last day {last_day}"
    post.save(update_fields=["until_on", "withdrawn_at"])
    write(by=by, kind="alteration", what=what, record=f"person {post.person_id}", detail=detail)


@transaction.atomic
def name_deputy(*, by: Person, unit: str, person: Person, from_on: date, until_on: date | None = None) -> Deputy:
    """Name who covers a unit. They see what its supervisor sees, if they are a supervisor somewhere."""
    deputy = Deputy.objects.create(unit_id=unit, person=person, from_on=from_on, until_on=until_on)
    write(
        by=by,
        kind="alteration",
        what="deputy named",
        record=f"person {person.pk}",
        detail=f"{unit} from {from_on} to {until_on or 'further notice'}",
    )
    return deputy


@transaction.atomic
def open_case(*, by: Person, to: Person, case_ref: str, kind: str, why: str, now: datetime, until_at: datetime) -> CaseGrant:
    """Open one case to another person: `drawn` for them to read, or `named` on the list of a restricted case."""
    _allow("A case is opened to somebody else. For yourself, say why you need it now." if by.pk == to.pk or kind == "break_glass" else None)
    grant = CaseGrant.objects.create(person=to, case_ref=case_ref, kind=kind, why=why, from_at=now, until_at=until_at, given_by=by)
    write(by=by, kind="disclosure", what=f"case opened ({kind})", record=f"case {case_ref}", why=why, recipients=to.sign_in_name)
    return grant


@transaction.atomic
def break_glass(*, by: Person, standing: Standing, case_ref: str, why: str, now: datetime, length: timedelta) -> CaseGrant:
    """Open one case to oneself for a few hours, with the reason, to be reviewed the same day by somebody else."""
    _allow(why_not_break_glass(standing.roles, why=why, length=length))
    grant = CaseGrant.objects.create(
        person=by, case_ref=case_ref, kind="break_glass", why=why, from_at=now, until_at=now + length, given_by=by
    )
    write(by=by, kind="consultation", what="case opened (break glass)", record=f"case {case_ref}", why=why)
    return grant


@transaction.atomic
def review_break_glass(*, by: Person, grant: CaseGrant, now: datetime) -> None:
    """Say that somebody else has read the reason for which a person opened a case to themselves."""
    _allow("Somebody else reviews why you opened a case." if grant.person_id == by.pk else None)
    CaseGrant.objects.filter(pk=grant.pk, reviewed_at__isnull=True).update(reviewed_by=by, reviewed_at=now)
    write(
        by=by,
        kind="consultation",
        what="break glass reviewed",
        record=f"case {grant.case_ref}",
        why="review of a case opened with a reason",
    )


@transaction.atomic
def read_account(*, by: Person, person: Person) -> None:
    """Tell the trail that an administrator opened somebody's account."""
    write(by=by, kind="consultation", what="account read", record=f"person {person.pk}", why="administering accounts")


def _not_oneself(by: Person, person: Person) -> None:
    _allow("Nobody does this to their own account. Ask another administrator." if by.pk == person.pk else None)


def _roles_ever(person: Person) -> list[Role]:
    """Every role that was ever given or proposed to somebody, so that ending one first and giving it again gains nothing."""
    return [Role(role) for role in Post.objects.filter(person=person).values_list("role", flat=True)]


@transaction.atomic
def give_password(*, by: Person, person: Person, now: datetime) -> str:
    """Give somebody a new password for one use, which is shown this once. Their sessions end."""
    _not_oneself(by, person)
    person = Person.objects.select_for_update().get(pk=person.pk)
    _allow(
        why_not_let_in(
            _roles_ever(person),
            other_act="took away their app",
            by=by.pk,
            other_by=person.app_taken_by_id,
            other_at=person.app_taken_at,
            stands=not Authenticator.objects.filter(user=person).exists(),
            now=now,
        )
    )
    word = secrets.token_urlsafe(12)
    person.set_password(word)
    person.password_is_for_once, person.password_given_at, person.password_given_by = True, now, by
    person.save(update_fields=["password", "password_is_for_once", "password_given_at", "password_given_by"])
    write(by=by, kind="alteration", what="password given", record=f"person {person.pk}")
    return word


@transaction.atomic
def take_away_second_factor(*, by: Person, person: Person, now: datetime) -> None:
    """Take away the app and codes of somebody who lost their phone. They sign in with their password once more, and set up another."""
    _not_oneself(by, person)
    person = Person.objects.select_for_update().get(pk=person.pk)
    _allow(
        why_not_let_in(
            _roles_ever(person),
            other_act="gave them their password",
            by=by.pk,
            other_by=person.password_given_by_id,
            other_at=person.password_given_at,
            stands=person.password_is_for_once,
            now=now,
        )
    )
    person.app_taken_at, person.app_taken_by = now, by
    person.save(update_fields=["app_taken_at", "app_taken_by"])
    for authenticator in Authenticator.objects.filter(user=person):
        authenticator.delete()
    write(by=by, kind="alteration", what="second factor taken away", record=f"person {person.pk}")


@transaction.atomic
def close_account(*, by: Person, person: Person, last_day: date, now: datetime) -> None:
    """Close the account of somebody who left, and end their roles. Their name stays, because the trail tells of them."""
    _not_oneself(by, person)
    person.is_active = False
    person.save(update_fields=["is_active"])
    for post in Post.objects.filter(Q(until_on__isnull=True) | Q(until_on__gt=last_day), person=person, withdrawn_at__isnull=True):
        end_role(by=by, post=post, last_day=last_day, now=now)
    write(by=by, kind="alteration", what="account closed", record=f"person {person.pk}")


@transaction.atomic
def add_unit(*, by: Person | None, ref: str, name: str, force: str, force_name: str = "") -> Unit:
    """Make a unit under the reference that the force's records have for it, and its force where `force_name` names a new one."""
    if force_name:
        Force.objects.create(ref=force, name=force_name)
        write(by=by, kind="alteration", what="force added", record=f"force {force}")
    unit = Unit.objects.create(ref=ref, name=name, force_id=force)
    write(by=by, kind="alteration", what="unit added", record=f"unit {ref}")
    return unit


@transaction.atomic
def end_cover(*, by: Person, deputy: Deputy, last_day: date) -> None:
    """End a cover: `last_day` is the last on which it counts, and its first day at the earliest."""
    deputy.until_on = max(last_day, deputy.from_on)
    deputy.save(update_fields=["until_on"])
    write(
        by=by,
        kind="alteration",
        what="cover ended",
        record=f"person {deputy.person_id}",
        detail=f"{deputy.unit_id}, last day {deputy.until_on}",
    )


@transaction.atomic
def link_reference(*, by: Person | None, person: Person, ref: str) -> None:
    """Say that the force's records name this person by `ref`. As an officer they see the cases of whoever is named so."""
    holder = ActorRef.objects.filter(ref=ref).select_related("person").first()
    _allow(f"The records' {ref} is {holder.person.name} already. Take it from them first." if holder else None)
    _allow("Nobody does this to their own account. Ask another administrator." if by is not None and by.pk == person.pk else None)
    ActorRef.objects.create(ref=ref, person=person)
    write(by=by, kind="alteration", what="reference linked", record=f"person {person.pk}", detail=ref)


@transaction.atomic
def unlink_reference(*, by: Person, person: Person, ref: str) -> None:
    """Say that the force's records do not name this person by `ref`."""
    ActorRef.objects.filter(ref=ref, person=person).delete()
    write(by=by, kind="alteration", what="reference taken away", record=f"person {person.pk}", detail=ref)

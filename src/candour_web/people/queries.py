"""Who somebody is and what they may see, now."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Q

from candour_web.people.models import ActorRef, CaseGrant, Deputy, Person, Post
from candour_web.people.rules import Grant, Held, Role, Scope, Standing, standing_of
from candour_web.people.scope import set_scope

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
        [
            Held(Role(post.role), post.from_on, post.unit_id, post.until_on, post.approved_at is not None)
            for post in Post.objects.filter(person=person)
        ],
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

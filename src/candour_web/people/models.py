"""Forces, units, persons, the roles they hold, who covers for whom, and cases opened to one person by name."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from candour_web.people.rules import NEEDS_AN_END, NEEDS_TWO_PEOPLE, Held, Role


class Force(models.Model):
    """A police force, or another body whose people sign in."""

    ref = models.CharField(max_length=40, primary_key=True)
    name = models.CharField(max_length=120)

    class Meta:
        db_table = "people_force"

    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    """A team, under the reference by which the force's records name it (`unit` of an event)."""

    ref = models.CharField(max_length=80, primary_key=True)
    force = models.ForeignKey(Force, on_delete=models.PROTECT)
    name = models.CharField(max_length=120)

    class Meta:
        db_table = "people_unit"

    def __str__(self) -> str:
        return self.name


class PersonRows(BaseUserManager["Person"]):
    """Finds a person by the name they sign in with."""


class Person(AbstractBaseUser):
    """Somebody who may sign in. What they see and do comes from their roles, never from this row."""

    sign_in_name = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    force = models.ForeignKey(Force, on_delete=models.PROTECT, null=True, blank=True)
    is_active = models.BooleanField(default=True, help_text="No when the person has left. The row stays, because the trail names it.")
    password_is_for_once = models.BooleanField(
        default=False, help_text="Whether somebody else knows the password, so that it must be changed."
    )
    password_given_at = models.DateTimeField(null=True, help_text="When somebody else last gave them a password for one use.")
    password_given_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+", help_text="Who did; none: the machine's operator."
    )
    app_taken_at = models.DateTimeField(null=True, help_text="When somebody else last took away their app.")
    app_taken_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")

    made_up = models.BooleanField(
        default=False, help_text="Whether the demonstration made this person. Nobody who is real is ever signed in without a password."
    )

    USERNAME_FIELD = "sign_in_name"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = PersonRows()

    class Meta:
        db_table = "people_person"

    def __str__(self) -> str:
        return self.sign_in_name


class ActorRef(models.Model):
    """A reference under which the force's records name a person (`actor_ref` of an event). A person may have several."""

    ref = models.CharField(max_length=80, primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT)

    class Meta:
        db_table = "people_actor_ref"

    def __str__(self) -> str:
        return self.ref


class Post(models.Model):
    """One role that one person holds, from one day to another, both counted. The database refuses a later end and a change of what it is."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    role = models.CharField(max_length=40, choices=[(role.value, role.words) for role in Role])
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    proposed_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+", help_text="None: the machine's operator."
    )
    approved_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True, help_text="Given at once for a role that needs no second person.")
    withdrawn_at = models.DateTimeField(null=True, help_text="When it was taken back before it ever counted. It never counts.")

    @property
    def held(self) -> Held:
        """The role as the rules know it."""
        return Held(Role(self.role), self.from_on, self.unit_id, self.until_on, self.approved_at is not None, self.withdrawn_at is not None)

    class Meta:
        db_table = "people_post"
        constraints = (
            models.CheckConstraint(condition=Q(role__in=[role.value for role in Role]), name="a_role_is_a_known_one"),
            models.CheckConstraint(condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")), name="a_post_ends_after_it_begins"),
            models.CheckConstraint(condition=~Q(proposed_by=F("person")), name="nobody_gives_themselves_a_role"),
            models.CheckConstraint(condition=~Q(approved_by=F("person")), name="nobody_approves_their_own_role"),
            models.CheckConstraint(
                condition=~Q(role__in=sorted(NEEDS_TWO_PEOPLE))
                | Q(approved_at__isnull=True)
                | Q(proposed_by__isnull=True)
                | (Q(approved_by__isnull=False) & ~Q(approved_by=F("proposed_by"))),
                name="two_people_give_a_powerful_role",
            ),
            models.CheckConstraint(condition=~Q(role=Role.SUPERVISOR) | Q(unit__isnull=False), name="a_supervisor_has_a_unit"),
            models.CheckConstraint(
                condition=~Q(role__in=sorted(NEEDS_AN_END)) | Q(until_on__isnull=False), name="an_inspectors_grant_ends"
            ),
        )

    def __str__(self) -> str:
        return f"{self.role} {self.pk}"


class Deputy(models.Model):
    """Who covers a unit when its supervisor is away, from one day to another, both counted."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    class Meta:
        db_table = "people_deputy"
        constraints = (
            models.CheckConstraint(condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")), name="a_cover_ends_after_it_begins"),
        )

    def __str__(self) -> str:
        return f"deputy {self.pk}"


class CaseGrant(models.Model):
    """One case opened to one person by name: drawn for reading, named on a restricted case, or opened by themselves with a reason."""

    KINDS = ("drawn", "named", "break_glass")

    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    case_ref = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, choices=[(kind, kind.replace("_", " ")) for kind in KINDS])
    why = models.TextField()
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    given_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    reviewed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "people_case_grant"
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=["drawn", "named", "break_glass"]), name="a_grant_is_of_a_known_kind"),
            models.CheckConstraint(condition=Q(until_at__gt=F("from_at")), name="a_grant_ends_after_it_begins"),
            models.CheckConstraint(condition=~Q(why=""), name="a_grant_has_its_reason"),
            models.CheckConstraint(condition=Q(kind="break_glass") | ~Q(given_by=F("person")), name="only_break_glass_is_given_to_oneself"),
            models.CheckConstraint(condition=~Q(reviewed_by=F("person")), name="nobody_reviews_their_own_grant"),
        )

    def __str__(self) -> str:
        return f"grant {self.pk}"

"""The tables of the trail. The database fills in the time and the link, and refuses every change."""

from __future__ import annotations

import uuid

from django.db import models

from candour_web.trail.rules import KINDS


class Entry(models.Model):
    """Who did what, when, to which record, and why. `person` is kept as a number and a name, so that no entry hangs on another row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField(editable=False, help_text="When, by the clock of the database, which writes it itself.")
    person = models.BigIntegerField(
        null=True, help_text="The person's number; none where nobody had signed in, or where Candour itself acted."
    )
    who = models.CharField(max_length=120, help_text="The name that the person signed in with, or that was tried.")
    kind = models.CharField(max_length=20, choices=[(kind, kind) for kind in KINDS])
    what = models.CharField(max_length=80, help_text="What was done, such as `case read`.")
    record = models.CharField(max_length=200, blank=True, help_text="What it was done to, such as `case NR/2026/14`.")
    why = models.TextField(blank=True)
    recipients = models.CharField(max_length=300, blank=True, help_text="Who received what was disclosed.")
    detail = models.TextField(blank=True)

    class Meta:
        db_table = "trail_entry"
        constraints = (models.CheckConstraint(condition=models.Q(kind__in=KINDS), name="an_entry_is_of_a_known_kind"),)
        indexes = (
            models.Index(fields=["record", "at"], name="entries_of_a_record"),
            models.Index(fields=["person", "at"], name="entries_of_a_person"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class Link(models.Model):
    """One link of the chain: made by the database when the transaction that wrote the entry is committed."""

    position = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT)
    link = models.BinaryField(max_length=32)

    class Meta:
        db_table = "trail_link"

    def __str__(self) -> str:
        return str(self.position)

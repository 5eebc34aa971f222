"""The cases, chronologies and findings of the force, as the last published run has them.

Nothing here is ever edited: a publication brings all rows of a run, and the next takes its place. Every row names its publication.
The meaning of the columns is the engine's: the vocabulary for events, cases and children, `FINDING_COLUMNS` for findings. Moments are UTC.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Publication(models.Model):
    """One run as it was published. Pages are answered from the one that stands; the one before is kept until the next comes."""

    run_id = models.CharField(max_length=20)
    fingerprint = models.CharField(max_length=64)
    force = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    as_of = models.DateTimeField()
    known_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=120)
    stands = models.BooleanField()
    run = models.JSONField()
    counts = models.JSONField()

    class Meta:
        constraints = [  # noqa: RUF012  # Django reads a list
            models.UniqueConstraint(fields=["stands"], condition=models.Q(stands=True), name="one_publication_stands"),
        ]

    def __str__(self) -> str:
        return f"run {self.run_id}"


class _Published(models.Model):
    """A row of one publication."""

    publication = models.ForeignKey(Publication, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")

    class Meta:
        abstract = True


class Case(_Published):
    """One case. `units` and `officers` are all that wrote in it or hold it; `holding_unit` and `officer_ref` those that hold it now.

    `risk_level` is the last one that anybody recorded, at `risk_at`. `last_at` is the last thing that happened.
    What it needs of the police (what is a partner's alone does not count): `not_done`, `due` and `cannot_tell` findings; `next_due` after the run's moment;
    of what was not done the `gravest` severity and the `oldest_due`; and `needing_units` and `needing_officers`, whose findings are not done or due.
    """

    pk = models.CompositePrimaryKey("publication_id", "case_ref")
    case_ref = models.TextField()
    case_kind = models.TextField(null=True)
    offence_code = models.TextField(null=True)
    opened_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    district = models.TextField(null=True)
    unit = models.TextField(null=True)
    flags = ArrayField(models.TextField())
    source_system = models.TextField(null=True)
    holding_unit = models.TextField(null=True)
    officer_ref = models.TextField(null=True)
    supervisor_ref = models.TextField(null=True)
    units = ArrayField(models.TextField())
    officers = ArrayField(models.TextField())
    risk_level = models.TextField(null=True)
    risk_at = models.DateTimeField(null=True)
    events = models.IntegerField()
    last_at = models.DateTimeField(null=True)
    next_due = models.DateTimeField(null=True)
    not_done = models.IntegerField()
    due = models.IntegerField()
    cannot_tell = models.IntegerField()
    gravest = models.SmallIntegerField(null=True)
    oldest_due = models.DateTimeField(null=True)
    needing_units = ArrayField(models.TextField())
    needing_officers = ArrayField(models.TextField())

    class Meta:
        indexes = [  # noqa: RUF012  # Django reads a list
            models.Index(fields=["holding_unit"], name="case_by_holding_unit"),
            models.Index(fields=["officer_ref"], name="case_by_officer"),
        ]


class Child(_Published):
    """One child, by a key that is not a name."""

    pk = models.CompositePrimaryKey("publication_id", "child_ref")
    child_ref = models.TextField()
    born_on = models.DateField(null=True)
    sex = models.TextField(null=True)
    ethnicity = models.TextField(null=True)
    disability = models.BooleanField(null=True)
    care_status = models.TextField(null=True)
    care_basis = models.TextField(null=True)
    school_ref = models.TextField(null=True)
    in_education = models.BooleanField(null=True)
    home_force = models.TextField(null=True)
    source_system = models.TextField(null=True)


class CaseChild(_Published):
    """That an event of a case is about a child."""

    pk = models.CompositePrimaryKey("publication_id", "case_ref", "child_ref")
    case_ref = models.TextField()
    child_ref = models.TextField()

    class Meta:
        indexes = [  # noqa: RUF012  # Django reads a list
            models.Index(fields=["child_ref"], name="casechild_by_child"),
        ]


class Event(_Published):
    """One dated thing that happened: the version that was known at the run. `fields` are those of its kind that are filled."""

    pk = models.CompositePrimaryKey("publication_id", "position")
    position = models.BigIntegerField()
    event_id = models.TextField()
    kind = models.TextField()
    case_ref = models.TextField(null=True)
    child_ref = models.TextField(null=True)
    episode_ref = models.TextField(null=True)
    place_ref = models.TextField(null=True)
    household_ref = models.TextField(null=True)
    occurred_at = models.DateTimeField(null=True)
    occurred_to = models.DateTimeField(null=True)
    occurred_on = models.DateField(null=True)
    precision = models.TextField(null=True)
    occurred_text = models.TextField(null=True)
    recorded_at = models.DateTimeField(null=True)
    tour_ends_at = models.DateTimeField(null=True)
    actor_ref = models.TextField(null=True)
    actor_role = models.TextField(null=True)
    actor_rank = models.TextField(null=True)
    unit = models.TextField(null=True)
    org = models.TextField(null=True)
    source_system = models.TextField(null=True)
    source_ref = models.TextField(null=True)
    delivery_id = models.TextField(null=True)
    supersedes = models.TextField(null=True)
    known_from = models.DateTimeField(null=True)
    known_to = models.DateTimeField(null=True)
    fields = models.JSONField()

    class Meta:
        indexes = [  # noqa: RUF012  # Django reads a list
            models.Index(fields=["case_ref", "position"], name="event_by_case"),
            models.Index(fields=["event_id"], name="event_by_id"),
            models.Index(fields=["kind"], name="event_by_kind"),
            models.Index(fields=["child_ref"], name="event_by_child"),
            models.Index(fields=["actor_ref"], name="event_by_actor"),
        ]


class Finding(_Published):
    """One standard held against one occasion. `severity` is its place in the engine's SEVERITIES (0 the gravest, 4 not known)."""

    pk = models.CompositePrimaryKey("publication_id", "finding_id")
    finding_id = models.TextField()
    standard = models.TextField()
    version = models.BigIntegerField()
    scope = models.TextField()
    scope_key = models.TextField(null=True)
    case_ref = models.TextField(null=True)
    child_ref = models.TextField(null=True)
    episode_ref = models.TextField(null=True)
    trigger_event = models.TextField()
    trigger_position = models.BigIntegerField()
    stage = models.BigIntegerField()
    triggered_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    outcome = models.TextField()
    reason = models.TextField()
    missing = models.TextField(null=True)
    evidence_event = models.TextField(null=True)
    satisfied_at = models.DateTimeField(null=True)
    written_at = models.DateTimeField(null=True)
    late_by = models.BigIntegerField(null=True)
    measured = models.BigIntegerField(null=True)
    limit_text = models.TextField(null=True)
    limit_whose = models.TextField(null=True)
    actor_ref = models.TextField(null=True)
    unit = models.TextField(null=True)
    severity = models.SmallIntegerField(null=True)
    duty = models.TextField(null=True)
    area = models.TextField(null=True)
    doubtful_links = models.IntegerField(null=True)

    class Meta:
        indexes = [  # noqa: RUF012  # Django reads a list
            models.Index(fields=["case_ref", "outcome"], name="finding_by_case"),
            models.Index(fields=["standard", "outcome"], name="finding_by_standard"),
            models.Index(fields=["child_ref"], name="finding_by_child"),
            models.Index(fields=["actor_ref"], name="finding_by_actor"),
        ]


class StandardUsed(_Published):
    """One edition of a standard that the run held against the records."""

    pk = models.CompositePrimaryKey("publication_id", "standard", "version")
    standard = models.TextField()
    version = models.BigIntegerField()
    fingerprint = models.TextField()
    title = models.TextField()
    area = models.TextField()
    severity = models.SmallIntegerField()
    duty = models.TextField()
    status = models.TextField()

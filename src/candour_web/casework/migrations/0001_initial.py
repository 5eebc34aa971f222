"""The tables of a published run. All but the publication itself are divided by publication."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from candour_web.casework.partitions import CreateInParts


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Publication",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("run_id", models.CharField(max_length=20)),
                ("fingerprint", models.CharField(max_length=64)),
                ("force", models.CharField(max_length=200)),
                ("made_at", models.DateTimeField()),
                ("as_of", models.DateTimeField()),
                ("known_at", models.DateTimeField(null=True)),
                ("published_at", models.DateTimeField()),
                ("published_by", models.CharField(max_length=120)),
                ("stands", models.BooleanField()),
                ("run", models.JSONField()),
                ("counts", models.JSONField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(condition=models.Q(("stands", True)), fields=("stands",), name="one_publication_stands")
                ],
            },
        ),
        CreateInParts(
            name="Child",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "publication_id", "child_ref", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("child_ref", models.TextField()),
                ("born_on", models.DateField(null=True)),
                ("sex", models.TextField(null=True)),
                ("ethnicity", models.TextField(null=True)),
                ("disability", models.BooleanField(null=True)),
                ("care_status", models.TextField(null=True)),
                ("care_basis", models.TextField(null=True)),
                ("school_ref", models.TextField(null=True)),
                ("in_education", models.BooleanField(null=True)),
                ("home_force", models.TextField(null=True)),
                ("source_system", models.TextField(null=True)),
                (
                    "publication",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="casework.publication",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        CreateInParts(
            name="StandardUsed",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "publication_id", "standard", "version", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("standard", models.TextField()),
                ("version", models.BigIntegerField()),
                ("fingerprint", models.TextField()),
                ("title", models.TextField()),
                ("area", models.TextField()),
                ("severity", models.SmallIntegerField()),
                ("duty", models.TextField()),
                ("status", models.TextField()),
                (
                    "publication",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="casework.publication",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        CreateInParts(
            name="Finding",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "publication_id", "finding_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("finding_id", models.TextField()),
                ("standard", models.TextField()),
                ("version", models.BigIntegerField()),
                ("scope", models.TextField()),
                ("scope_key", models.TextField(null=True)),
                ("case_ref", models.TextField(null=True)),
                ("child_ref", models.TextField(null=True)),
                ("episode_ref", models.TextField(null=True)),
                ("trigger_event", models.TextField()),
                ("trigger_position", models.BigIntegerField()),
                ("stage", models.BigIntegerField()),
                ("triggered_at", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField(null=True)),
                ("outcome", models.TextField()),
                ("reason", models.TextField()),
                ("missing", models.TextField(null=True)),
                ("evidence_event", models.TextField(null=True)),
                ("satisfied_at", models.DateTimeField(null=True)),
                ("written_at", models.DateTimeField(null=True)),
                ("late_by", models.BigIntegerField(null=True)),
                ("measured", models.BigIntegerField(null=True)),
                ("limit_text", models.TextField(null=True)),
                ("limit_whose", models.TextField(null=True)),
                ("actor_ref", models.TextField(null=True)),
                ("unit", models.TextField(null=True)),
                ("severity", models.SmallIntegerField(null=True)),
                ("duty", models.TextField(null=True)),
                ("area", models.TextField(null=True)),
                ("doubtful_links", models.IntegerField(null=True)),
                (
                    "publication",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="casework.publication",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["case_ref", "outcome"], name="finding_by_case"),
                    models.Index(fields=["standard", "outcome"], name="finding_by_standard"),
                    models.Index(fields=["child_ref"], name="finding_by_child"),
                    models.Index(fields=["actor_ref"], name="finding_by_actor"),
                ],
            },
        ),
        CreateInParts(
            name="Event",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey("publication_id", "position", blank=True, editable=False, primary_key=True, serialize=False),
                ),
                ("position", models.BigIntegerField()),
                ("event_id", models.TextField()),
                ("kind", models.TextField()),
                ("case_ref", models.TextField(null=True)),
                ("child_ref", models.TextField(null=True)),
                ("episode_ref", models.TextField(null=True)),
                ("place_ref", models.TextField(null=True)),
                ("household_ref", models.TextField(null=True)),
                ("occurred_at", models.DateTimeField(null=True)),
                ("occurred_to", models.DateTimeField(null=True)),
                ("occurred_on", models.DateField(null=True)),
                ("precision", models.TextField(null=True)),
                ("occurred_text", models.TextField(null=True)),
                ("recorded_at", models.DateTimeField(null=True)),
                ("tour_ends_at", models.DateTimeField(null=True)),
                ("actor_ref", models.TextField(null=True)),
                ("actor_role", models.TextField(null=True)),
                ("actor_rank", models.TextField(null=True)),
                ("unit", models.TextField(null=True)),
                ("org", models.TextField(null=True)),
                ("source_system", models.TextField(null=True)),
                ("source_ref", models.TextField(null=True)),
                ("delivery_id", models.TextField(null=True)),
                ("supersedes", models.TextField(null=True)),
                ("known_from", models.DateTimeField(null=True)),
                ("known_to", models.DateTimeField(null=True)),
                ("fields", models.JSONField()),
                (
                    "publication",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="casework.publication",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["case_ref", "position"], name="event_by_case"),
                    models.Index(fields=["event_id"], name="event_by_id"),
                    models.Index(fields=["kind"], name="event_by_kind"),
                    models.Index(fields=["child_ref"], name="event_by_child"),
                    models.Index(fields=["actor_ref"], name="event_by_actor"),
                ],
            },
        ),
        CreateInParts(
            name="CaseChild",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "publication_id", "case_ref", "child_ref", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("case_ref", models.TextField()),
                ("child_ref", models.TextField()),
                (
                    "publication",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="casework.publication",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["child_ref"], name="casechild_by_child")],
            },
        ),
        CreateInParts(
            name="Case",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey("publication_id", "case_ref", blank=True, editable=False, primary_key=True, serialize=False),
                ),
                ("case_ref", models.TextField()),
                ("case_kind", models.TextField(null=True)),
                ("offence_code", models.TextField(null=True)),
                ("opened_on", models.DateField(null=True)),
                ("closed_on", models.DateField(null=True)),
                ("district", models.TextField(null=True)),
                ("unit", models.TextField(null=True)),
                ("flags", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("source_system", models.TextField(null=True)),
                ("holding_unit", models.TextField(null=True)),
                ("officer_ref", models.TextField(null=True)),
                ("supervisor_ref", models.TextField(null=True)),
                ("units", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("officers", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("risk_level", models.TextField(null=True)),
                ("risk_at", models.DateTimeField(null=True)),
                ("events", models.IntegerField()),
                ("last_at", models.DateTimeField(null=True)),
                ("next_due", models.DateTimeField(null=True)),
                ("not_done", models.IntegerField()),
                ("due", models.IntegerField()),
                ("cannot_tell", models.IntegerField()),
                ("gravest", models.SmallIntegerField(null=True)),
                ("oldest_due", models.DateTimeField(null=True)),
                ("needing_units", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("needing_officers", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                (
                    "publication",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="casework.publication",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["holding_unit"], name="case_by_holding_unit"),
                    models.Index(fields=["officer_ref"], name="case_by_officer"),
                ],
            },
        ),
    ]

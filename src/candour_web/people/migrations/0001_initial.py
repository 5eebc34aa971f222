"""The tables of forces, units, persons, the roles they hold, covers, and cases opened by name."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import candour_web.people.rules


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Person",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("sign_in_name", models.CharField(max_length=80, unique=True)),
                ("name", models.CharField(max_length=120)),
                (
                    "is_active",
                    models.BooleanField(default=True, help_text="No when the person has left. The row stays, because the trail names it."),
                ),
                (
                    "password_is_for_once",
                    models.BooleanField(default=False, help_text="Whether somebody else knows the password, so that it must be changed."),
                ),
            ],
            options={
                "db_table": "people_person",
            },
        ),
        migrations.CreateModel(
            name="Force",
            fields=[
                ("ref", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=120)),
            ],
            options={
                "db_table": "people_force",
            },
        ),
        migrations.CreateModel(
            name="ActorRef",
            fields=[
                ("ref", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("person", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "db_table": "people_actor_ref",
            },
        ),
        migrations.AddField(
            model_name="person",
            name="force",
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to="people.force"),
        ),
        migrations.CreateModel(
            name="Unit",
            fields=[
                ("ref", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=120)),
                ("force", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="people.force")),
            ],
            options={
                "db_table": "people_unit",
            },
        ),
        migrations.CreateModel(
            name="CaseGrant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("case_ref", models.CharField(max_length=120)),
                ("kind", models.CharField(choices=[("drawn", "drawn"), ("named", "named"), ("break_glass", "break glass")], max_length=20)),
                ("why", models.TextField()),
                ("from_at", models.DateTimeField()),
                ("until_at", models.DateTimeField()),
                ("reviewed_at", models.DateTimeField(null=True)),
                ("given_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("person", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "db_table": "people_case_grant",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["drawn", "named", "break_glass"])), name="a_grant_is_of_a_known_kind"
                    ),
                    models.CheckConstraint(condition=models.Q(("until_at__gt", models.F("from_at"))), name="a_grant_ends_after_it_begins"),
                    models.CheckConstraint(condition=models.Q(("why", ""), _negated=True), name="a_grant_has_its_reason"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind", "break_glass"), models.Q(("given_by", models.F("person")), _negated=True), _connector="OR"
                        ),
                        name="only_break_glass_is_given_to_oneself",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reviewed_by", models.F("person")), _negated=True), name="nobody_reviews_their_own_grant"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Post",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("officer", "officer"),
                            ("supervisor", "supervisor"),
                            ("auditor", "auditor"),
                            ("moderator", "moderator"),
                            ("assurance_lead", "assurance lead"),
                            ("data_steward", "data steward"),
                            ("chief_officer", "chief officer"),
                            ("professional_standards", "professional standards"),
                            ("commissioners_office", "commissioner's office"),
                            ("inspector", "inspector"),
                            ("partner", "partner"),
                            ("administrator", "administrator"),
                        ],
                        max_length=40,
                    ),
                ),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(blank=True, null=True)),
                ("approved_at", models.DateTimeField(help_text="Given at once for a role that needs no second person.", null=True)),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("person", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
                (
                    "proposed_by",
                    models.ForeignKey(
                        help_text="None: the machine's operator.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("unit", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to="people.unit")),
            ],
            options={
                "db_table": "people_post",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "role__in",
                                [
                                    "officer",
                                    "supervisor",
                                    "auditor",
                                    "moderator",
                                    "assurance_lead",
                                    "data_steward",
                                    "chief_officer",
                                    "professional_standards",
                                    "commissioners_office",
                                    "inspector",
                                    "partner",
                                    "administrator",
                                ],
                            )
                        ),
                        name="a_role_is_a_known_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until_on__isnull", True), ("until_on__gte", models.F("from_on")), _connector="OR"),
                        name="a_post_ends_after_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("proposed_by", models.F("person")), _negated=True), name="nobody_gives_themselves_a_role"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("approved_by", models.F("person")), _negated=True), name="nobody_approves_their_own_role"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                (
                                    "role__in",
                                    [
                                        candour_web.people.rules.Role["ADMINISTRATOR"],
                                        candour_web.people.rules.Role["CHIEF_OFFICER"],
                                        candour_web.people.rules.Role["COMMISSIONERS_OFFICE"],
                                        candour_web.people.rules.Role["DATA_STEWARD"],
                                        candour_web.people.rules.Role["INSPECTOR"],
                                        candour_web.people.rules.Role["PROFESSIONAL_STANDARDS"],
                                    ],
                                ),
                                _negated=True,
                            ),
                            ("approved_at__isnull", True),
                            ("proposed_by__isnull", True),
                            models.Q(("approved_by__isnull", False), models.Q(("approved_by", models.F("proposed_by")), _negated=True)),
                            _connector="OR",
                        ),
                        name="two_people_give_a_powerful_role",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("role", candour_web.people.rules.Role["SUPERVISOR"]), _negated=True),
                            ("unit__isnull", False),
                            _connector="OR",
                        ),
                        name="a_supervisor_has_a_unit",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("role__in", [candour_web.people.rules.Role["INSPECTOR"]]), _negated=True),
                            ("until_on__isnull", False),
                            _connector="OR",
                        ),
                        name="an_inspectors_grant_ends",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Deputy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(blank=True, null=True)),
                ("person", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
                ("unit", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="people.unit")),
            ],
            options={
                "db_table": "people_deputy",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until_on__isnull", True), ("until_on__gte", models.F("from_on")), _connector="OR"),
                        name="a_cover_ends_after_it_begins",
                    )
                ],
            },
        ),
    ]

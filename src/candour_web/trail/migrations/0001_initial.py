"""The two tables of the trail: its entries, and the chain that links them."""

import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("at", models.DateTimeField(editable=False, help_text="When, by the clock of the database, which writes it itself.")),
                (
                    "person",
                    models.BigIntegerField(
                        help_text="The person's number; none where nobody had signed in, or where Candour itself acted.", null=True
                    ),
                ),
                ("who", models.CharField(help_text="The name that the person signed in with, or that was tried.", max_length=120)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("collection", "collection"),
                            ("alteration", "alteration"),
                            ("consultation", "consultation"),
                            ("disclosure", "disclosure"),
                            ("combination", "combination"),
                            ("erasure", "erasure"),
                            ("access", "access"),
                        ],
                        max_length=20,
                    ),
                ),
                ("what", models.CharField(help_text="What was done, such as `case read`.", max_length=80)),
                ("record", models.CharField(blank=True, help_text="What it was done to, such as `case NR/2026/14`.", max_length=200)),
                ("why", models.TextField(blank=True)),
                ("recipients", models.CharField(blank=True, help_text="Who received what was disclosed.", max_length=300)),
                ("detail", models.TextField(blank=True)),
            ],
            options={
                "db_table": "trail_entry",
                "indexes": [
                    models.Index(fields=["record", "at"], name="entries_of_a_record"),
                    models.Index(fields=["person", "at"], name="entries_of_a_person"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ("collection", "alteration", "consultation", "disclosure", "combination", "erasure", "access"))
                        ),
                        name="an_entry_is_of_a_known_kind",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Link",
            fields=[
                ("position", models.BigIntegerField(primary_key=True, serialize=False)),
                ("link", models.BinaryField(max_length=32)),
                ("entry", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, to="trail.entry")),
            ],
            options={
                "db_table": "trail_link",
            },
        ),
    ]

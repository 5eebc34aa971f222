"""Who gave somebody a password and who took away their app, so that no one administrator does both and signs in as them."""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [("people", "0005_password_for_once_ends")]
    operations: ClassVar[list[Operation]] = [
        migrations.AddField(
            "person",
            "password_given_by",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                help_text="Who did; none: the machine's operator.",
            ),
        ),
        migrations.AddField(
            "person", "app_taken_at", models.DateTimeField(null=True, help_text="When somebody else last took away their app.")
        ),
        migrations.AddField(
            "person",
            "app_taken_by",
            models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
        ),
    ]

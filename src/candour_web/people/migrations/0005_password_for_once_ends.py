"""When a password for one use was given, so that it can end. One that is in use now counts from the day of this migration."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [("people", "0004_roles_end_once")]
    operations: ClassVar[list[Operation]] = [
        migrations.AddField(
            "person",
            "password_given_at",
            models.DateTimeField(null=True, help_text="When somebody else last gave them a password for one use."),
        ),
        migrations.RunSQL("UPDATE people_person SET password_given_at = now() WHERE password_is_for_once", migrations.RunSQL.noop),
    ]

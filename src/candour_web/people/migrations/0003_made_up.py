"""Whether a person is one of the demonstration's, so that no real person is ever signed in by its page."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [("people", "0002_row_security")]
    operations: ClassVar[list[Operation]] = [
        migrations.AddField(
            model_name="person",
            name="made_up",
            field=models.BooleanField(
                default=False,
                help_text="Whether the demonstration made this person. Nobody who is real is ever signed in without a password.",
            ),
        ),
    ]

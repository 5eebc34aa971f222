"""Names this app to Django."""

from __future__ import annotations

from django.apps import AppConfig


class WorklistsConfig(AppConfig):
    """What needs a person today."""

    name = "candour_web.worklists"
    label = "worklists"
    default_auto_field = "django.db.models.BigAutoField"

"""Names this app to Django."""

from __future__ import annotations

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """Cases and findings as last published."""

    name = "candour_web.casework"
    label = "casework"
    default_auto_field = "django.db.models.BigAutoField"

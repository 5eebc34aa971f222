"""Names this app to Django."""

from __future__ import annotations

from django.apps import AppConfig


class TrailConfig(AppConfig):
    """The trail of who saw and did what."""

    name = "candour_web.trail"
    label = "trail"
    default_auto_field = "django.db.models.BigAutoField"

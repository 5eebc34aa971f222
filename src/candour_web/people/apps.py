"""Names this app to Django."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Forces, units, persons and roles."""

    name = "candour_web.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen for people signing in and out, so that the trail tells it."""
        from candour_web.people import signing_in  # noqa: F401  # models are there only now

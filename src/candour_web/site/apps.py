"""Names this app to Django."""

from __future__ import annotations

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Settings, addresses and what every page shares."""

    name = "candour_web.site"
    label = "site"
    default_auto_field = "django.db.models.BigAutoField"

"""Every address of the service. Each route has a row in the access table, or a test fails."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from candour_web.site import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("health", views.health, name="health"),
]

"""The addresses of an administrator's pages."""

from __future__ import annotations

from django.urls import path

from candour_web.people import views

urlpatterns = [
    path("", views.people, name="people"),
    path("new", views.person_new, name="person_new"),
    path("<int:number>", views.person, name="person"),
    path("<int:number>/role", views.role_give, name="role_give"),
    path("<int:number>/password", views.person_password, name="person_password"),
    path("<int:number>/app", views.person_app, name="person_app"),
    path("<int:number>/close", views.person_close, name="person_close"),
    path("<int:number>/reference", views.reference_add, name="reference_add"),
    path("<int:number>/reference/<path:ref>/remove", views.reference_remove, name="reference_remove"),
    path("units", views.units, name="units"),
    path("units/new", views.unit_new, name="unit_new"),
    path("units/of/<path:ref>/cover", views.cover_name, name="cover_name"),
    path("covers/<int:number>/end", views.cover_end, name="cover_end"),
    path("roles/<int:number>/approve", views.role_approve, name="role_approve"),
    path("roles/<int:number>/end", views.role_end, name="role_end"),
]

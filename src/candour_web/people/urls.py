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
    path("roles/<int:number>/approve", views.role_approve, name="role_approve"),
    path("roles/<int:number>/end", views.role_end, name="role_end"),
]

"""Every address of the service. Each route has a row in the access table, or nobody opens it.

Of allauth's pages only those are here that Candour uses: nobody signs themselves up, and nothing goes by mail.
"""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as second_factor
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from axes.decorators import axes_dispatch
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from candour_web.casework import views as casework
from candour_web.site import views
from candour_web.worklists import views as worklists

handler403 = views.refused
handler500 = views.failed

urlpatterns: list[URLPattern | URLResolver] = [
    path("health", views.health, name="health"),
    path("demonstration", views.demonstration, name="demonstration"),
    path("sign-in", axes_dispatch(account.login), name="account_login"),
    path("sign-in/left", account.account_inactive, name="account_inactive"),
    path("sign-in/code", second_factor.authenticate, name="mfa_authenticate"),
    path("sign-out", account.logout, name="account_logout"),
    path("again", account.reauthenticate, name="account_reauthenticate"),
    path("again/code", second_factor.reauthenticate, name="mfa_reauthenticate"),
    path("account", second_factor.index, name="mfa_index"),
    path("account/password", account.password_change, name="account_change_password"),
    path("account/app", totp.activate_totp, name="mfa_activate_totp"),
    path("account/app/set", RedirectView.as_view(pattern_name="mfa_index"), name="mfa_deactivate_totp"),
    path("account/codes", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("account/codes/new", recovery_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("people/", include("candour_web.people.urls")),
    path("my-team", worklists.my_team, name="my_team"),
    path("my-work", worklists.my_work, name="my_work"),
    path("cases/<path:case_ref>", casework.case, name="case"),
    path("findings/<path:finding_id>", casework.finding, name="finding"),
    path("", views.start, name="start"),
]

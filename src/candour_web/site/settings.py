"""Django's settings. What differs from one place to another is read from the environment; docs/how-to/run-the-service.md lists the names.

Reading this file writes nothing: commands such as `candour serve` make the secret key and the database.
"""

from __future__ import annotations

import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from candour_web.site.databases import database_settings, home
from candour_web.site.logs import logging_settings
from candour_web.site.preparing import LOOPBACK, is_demonstration
from candour_web.site.private_files import read_private

HERE = Path(__file__).resolve().parent

ORIGIN = urlsplit(os.environ.get("CANDOUR_ORIGIN", "http://127.0.0.1:8000"))
"""The address that people type: scheme, host and port. Anything but loopback must be https."""

SECRET_KEY = os.environ.get("CANDOUR_SECRET_KEY") or read_private(home() / "secret-key") or secrets.token_urlsafe(50)
"""From the private file that the first `candour serve` made. A process that finds none makes one for itself alone."""

DEBUG = False
ALLOWED_HOSTS = [ORIGIN.hostname or "127.0.0.1", *(["localhost"] if ORIGIN.hostname == "127.0.0.1" else [])]
CSRF_TRUSTED_ORIGINS = [f"{ORIGIN.scheme}://{ORIGIN.netloc}"]

INSTALLED_APPS = [
    "candour_web.trail",
    "candour_web.people",
    "candour_web.casework",
    "candour_web.worklists",
    "candour_web.site",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "axes",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "candour_web.site.logs.log_requests",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "candour_web.people.entering.enter_requests",
    "allauth.account.middleware.AccountMiddleware",
    "candour_web.site.access.AccessMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "candour_web.site.urls"
WSGI_APPLICATION = "candour_web.site.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["candour_web.site.template_words"],
            "context_processors": [
                "candour_web.site.shared.head",
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

DATABASES = database_settings()

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
STATICFILES_DIRS = [HERE / "static"] if (HERE / "static").is_dir() else []
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600

AUTH_USER_MODEL = "people.Person"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "candour_web.people.signing_in.Adapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "sign_in_name"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "login_failed": "60/5m/ip,10/5m/key",  # the key of a password is its name and address (people.signing_in.Adapter), of a code the person
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
}
ACCOUNT_FORMS = {
    "login": "candour_web.people.forms.SignInForm",
    "reauthenticate": "candour_web.people.forms.AgainForm",
    "change_password": "candour_web.people.forms.PasswordForm",
}
MFA_FORMS = {
    "authenticate": "candour_web.people.forms.CodeForm",
    "reauthenticate": "candour_web.people.forms.CodeOnceMoreForm",
    "activate_totp": "candour_web.people.forms.AppForm",
}
MFA_ADAPTER = "candour_web.people.signing_in.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "Candour"
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=30)
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_CALLABLE = "candour_web.people.signing_in.name_tried"
AXES_CLIENT_IP_CALLABLE = "candour_web.people.signing_in.client_address"
AXES_LOCKOUT_TEMPLATE = "account/locked.html"
AXES_HTTP_RESPONSE_CODE = 429
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_VERBOSE = False

CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "site_cache"}}
"""In the database, so that all processes count failed sign-ins together. Nothing but such counts is kept in it."""
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

HTTPS = ORIGIN.scheme == "https"
SECURE_SSL_REDIRECT = HTTPS
BEHIND_PROXY = os.environ.get("CANDOUR_BEHIND_PROXY") == "yes"
"""Whether a proxy of ours stands in front, so that what it says of a request is believed."""
DEMONSTRATION = is_demonstration(home()) and not os.environ.get("DATABASE_URL") and ORIGIN.hostname in LOOPBACK and not BEHIND_PROXY
"""Whether this is `candour serve --demo`: made-up people alone, signed in without a password, on this machine only."""
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_NAME = "__Host-candour" if HTTPS else "candour"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-candour-form" if HTTPS else "candour-form"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

LOGGING_CONFIG = None
logging_settings()

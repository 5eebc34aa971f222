"""Making the service ready on this machine: its folder, its secret key, its database, and Django itself."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from candour.records.refusals import InputRefused
from candour_web.site.databases import home, make_database, our_server
from candour_web.site.embedded import OWNER, Embedded
from candour_web.site.private_files import read_private, write_private
from candour_web.site.rights import TABLES, wrong_rights

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
DEMONSTRATION = "demonstration"
"""A file of this name in the service's folder says that it is the demonstration: everybody in it is made up, and is signed in without a password."""


class ServiceRefused(InputRefused):
    """The service cannot do what it was asked. The message says why and how to mend it; the command line ends with 1."""


def is_demonstration(folder: Path) -> bool:
    """Whether the service in this folder is the demonstration, which signs people in without a password."""
    return (folder / DEMONSTRATION).exists()


def why_not_listen(host: str, *, origin: str, demonstration: bool, behind_proxy: bool) -> str | None:
    """Why the service may not listen at this address; None where it may. `origin` is the address that people type.

    Both are judged: a proxy on this machine brings people from elsewhere to a service that listens here only.
    """
    beyond = [one for one in (host, urlsplit(origin).hostname or "") if one not in LOOPBACK]
    if demonstration and (beyond or behind_proxy):
        return (
            "The demonstration serves this machine only, because it signs people in without a password. "
            "Leave out --host, CANDOUR_ORIGIN and CANDOUR_BEHIND_PROXY."
        )
    if not beyond:
        return None
    if urlsplit(origin).scheme != "https":
        return f"People would type their passwords to {beyond[0] or origin} unprotected. Set CANDOUR_ORIGIN to the https address that people type."
    if not behind_proxy:
        return "Candour speaks http itself. Put a proxy in front that speaks https and sets X-Forwarded-Proto, and set CANDOUR_BEHIND_PROXY=yes."
    return None


@contextmanager
def ready(*, database: str = "candour", make: bool = True, current: bool = False) -> Iterator[None]:
    """The service's database answers and Django is set up, for as long as this holds.

    Without DATABASE_URL the server of our own is started, and where `make` says so its database is made with its tables if it has none yet; it
    is stopped again by the last process that uses it. Tables that are there are never changed. Where they must be `current`, ServiceRefused is raised for
    tables or rights that this version needs otherwise. Raises ServiceRefused, DatabaseRefused or PrivateFileRefused.
    """
    folder = home()
    folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    if read_private(folder / "secret-key") is None:
        write_private(folder / "secret-key", secrets.token_urlsafe(50))
    os.environ["DJANGO_SETTINGS_MODULE"] = "candour_web.site.settings"
    own = None if os.environ.get("DATABASE_URL") else our_server()
    with own.in_use() if own else nullcontext():
        try:
            if own and make:
                make_database(own, database)
            _set_up(database if own else None)
            if own and make:
                _make_tables(own, database)
            if current:
                _refuse_what_is_not_current()
            yield
        finally:
            _close_connections()


def _close_connections() -> None:
    """Close what this process has open, so that the server stops at once; nothing where Django was not reached."""
    from django.apps import apps  # needs Django's settings only where they were read
    from django.db import connections

    if apps.ready:
        connections.close_all()


def _make_tables(own: Embedded, database: str) -> None:
    """Make the tables of a database that has none: a new one, or one that was left empty. Two commands that start at once do it once."""
    from candour_web.site.databases import migrate  # needs Django, which is there only when it is called

    with psycopg.connect(own.address(OWNER, database), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(hashtext('candour: the first tables'))")
        if not connection.execute(TABLES).fetchall():
            migrate()


def _refuse_what_is_not_current() -> None:
    from django.db import connection  # needs Django, which is there only when it is called

    if missing := unapplied():
        raise ServiceRefused(f"The database lacks {missing} changes of this version. Run `candour upgrade` first.")
    with connection.cursor() as wrapped:
        wrong = wrong_rights(wrapped.cursor)
    if wrong:
        raise ServiceRefused(
            f"The service's role has not the rights that it should have to {', '.join(wrong)}. Run `candour upgrade` first."
        )


def _set_up(database: str | None) -> None:
    import django  # settings are read here, after what they read was made
    from django.db import connections

    django.setup()
    connections["default"].settings_dict["OPTIONS"].pop("pool", None)  # a command has one thread, and says at once that nothing answers
    if database:
        for alias in ("default", "owner"):
            connections[alias].settings_dict["NAME"] = database


def unapplied() -> int:
    """How many changes of the tables this version of Candour has that the database lacks. Raises ServiceRefused where it does not answer."""
    from django.db import OperationalError, connection  # needs Django, which is there only when it is called
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except (OperationalError, psycopg.Error) as error:
        raise ServiceRefused("The database does not answer. Check DATABASE_URL, and that PostgreSQL runs.") from error

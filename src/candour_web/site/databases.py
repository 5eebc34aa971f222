"""The service's database: where it is, its two roles, and making it in the server of our own.

Two roles enter. The *owner* makes and changes the tables (`candour upgrade`) and sees every row, as a backup must. The *service* reads and writes rows, and is bound by row-level
security; it owns nothing, so that no page can change a table, a policy or the trail.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from candour_web.site.embedded import ADMINISTRATOR, OWNER, SERVICE, Embedded
from candour_web.site.rights import set_rights

MOST_CONNECTIONS = 12
"""Connections that one process of the service keeps open."""


def home() -> Path:
    """The folder for everything the service keeps on this machine: `CANDOUR_HOME`, or `candour` among the person's own data.

    For root it is /var/lib/candour, since another account, as which PostgreSQL runs, does not come into root's own folder.
    """
    if named := os.environ.get("CANDOUR_HOME"):
        return Path(named)
    if os.geteuid() == 0:
        return Path("/var/lib/candour")
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "candour"


def our_server() -> Embedded:
    """The server of our own, made or not."""
    return Embedded(home() / "database")


def settings_of(parameters: dict[str, Any], *, service: bool) -> dict[str, Any]:
    """Django's settings for a connection with these parameters of libpq.

    The service's connections are pooled among the threads of a process, and tried before they are lent, so that pages answer again once a
    database that was away is back. A request is one transaction.
    """
    rest = {
        key: value for key, value in parameters.items() if key not in {"host", "port", "user", "password", "dbname"} and value is not None
    }
    if service:
        rest["pool"] = {"min_size": 0, "max_size": MOST_CONNECTIONS, "timeout": 5}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parameters.get("dbname", "candour"),
        "USER": parameters.get("user", ""),
        "PASSWORD": parameters.get("password", ""),
        "HOST": parameters.get("host", ""),
        "PORT": str(parameters.get("port", "")),
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": service,
        "ATOMIC_REQUESTS": service,
        "OPTIONS": rest,
    }


SERVING = "CANDOUR_SERVES_PAGES"
"""Says in the environment of the processes that answer pages that they do, so that they know no way to enter as the owner."""


def database_settings() -> dict[str, dict[str, Any]]:
    """Django's DATABASES: `default` enters as the service; `owner`, as the owner of the tables, is there for commands only and never for pages.

    With `DATABASE_URL` it is the database at that address, and `DATABASE_OWNER_URL` says how the owner enters; without, our own.
    """
    address, owner = os.environ.get("DATABASE_URL"), os.environ.get("DATABASE_OWNER_URL")
    if address:
        found = {"default": settings_of(conninfo_to_dict(address), service=True)}
        entries = {"owner": settings_of(conninfo_to_dict(owner), service=False)} if owner else {}
    else:
        server = our_server()
        found = {"default": settings_of(server.parameters(SERVICE), service=True)}
        entries = {"owner": settings_of(server.parameters(OWNER), service=False)}
    return found if SERVING in os.environ else found | entries


def _run(connection: psycopg.Connection[Any], words: str, **parts: sql.Composable) -> None:
    connection.execute(sql.SQL(words).format(**parts))


def make_database(server: Embedded, name: str = "candour", *, like: str | None = None, granted: bool = True) -> bool:
    """Make the two roles and an empty database on a running server of our own. True where the database was not there before.

    `like` names a database to copy, which nobody may be using meanwhile. Where it is not `granted`, the service has no rights to tables that
    are made in it until a restore brings them: rights given beforehand would be added to those that the backup holds.
    """
    with psycopg.connect(server.address(ADMINISTRATOR, "postgres"), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_advisory_lock(hashtext('candour: roles and databases'))"
        )  # two may start at once; it ends with the connection
        for role, powers in ((OWNER, "BYPASSRLS"), (SERVICE, "NOBYPASSRLS")):
            known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
            _run(
                connection,
                f"{'ALTER' if known else 'CREATE'} ROLE {{role}} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE {powers} PASSWORD {{password}}",
                role=sql.Identifier(role),
                password=sql.Literal(server.password(role)),
            )
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return False
        parts = {"name": sql.Identifier(name), "owner": sql.Identifier(OWNER), "service": sql.Identifier(SERVICE)}
        if like:
            _run(connection, "CREATE DATABASE {name} OWNER {owner} TEMPLATE {like}", like=sql.Identifier(like), **parts)
        else:
            _run(connection, "CREATE DATABASE {name} OWNER {owner}", **parts)
        _run(connection, "REVOKE ALL ON DATABASE {name} FROM PUBLIC", **parts)
        _run(connection, "GRANT CONNECT ON DATABASE {name} TO {service}", **parts)
    if not like:
        with psycopg.connect(server.address(ADMINISTRATOR, name), autocommit=True) as connection:
            _run(connection, "ALTER SCHEMA public OWNER TO {owner}", **parts)
            _run(connection, "REVOKE ALL ON SCHEMA public FROM PUBLIC", **parts)
    if granted and not like:
        with psycopg.connect(server.address(OWNER, name), autocommit=True) as connection:
            set_rights(connection, SERVICE)
    return True


def drop_database(server: Embedded, name: str) -> None:
    """Drop a database of our own server, with everything in it; whoever is connected is put out."""
    with psycopg.connect(server.address(ADMINISTRATOR, "postgres"), autocommit=True) as connection:
        _run(connection, "DROP DATABASE IF EXISTS {name} WITH (FORCE)", name=sql.Identifier(name))


def migrate() -> None:
    """Bring the tables, and the service's rights to them, to what this version of Candour needs, as the owner. Django must have been set up, with the alias `owner`."""
    from django.core.management import call_command  # this module is read by the settings, before Django is there
    from django.db import connections, transaction

    call_command("migrate", database="owner", interactive=False, verbosity=0)
    call_command("createcachetable", database="owner", verbosity=0)
    with connections["owner"].cursor() as wrapped:
        set_rights(wrapped.cursor, str(connections["default"].settings_dict["USER"]))
    from candour_web.people.signing_in import encrypt_what_is_clear  # needs Django's models

    with transaction.atomic(using="owner"):
        encrypt_what_is_clear("owner")

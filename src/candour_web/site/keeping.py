"""Backups: everything that the service keeps in its database as one file, and that file put into an empty database.

The file is PostgreSQL's own custom format, made and read by `pg_dump` and `pg_restore` of the same programs that run the server.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from candour_web.site.databases import our_server
from candour_web.site.embedded import OWNER, binaries
from candour_web.site.preparing import ServiceRefused
from candour_web.site.rights import set_rights

PASSED_ON = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
}
"""Parameters of a connection and the variables in which the programs take them: a password in their words could be read by others."""


def owner_parameters(database: str = "candour") -> dict[str, str]:
    """How the owner of the tables enters: by DATABASE_OWNER_URL where DATABASE_URL is set, and otherwise our own server's database.

    Raises ServiceRefused where only DATABASE_URL is set.
    """
    if not os.environ.get("DATABASE_URL"):
        return our_server().parameters(OWNER, database)
    address = os.environ.get("DATABASE_OWNER_URL")
    if not address:
        raise ServiceRefused(
            "A backup holds every row, so that the owner of the tables makes it. Set DATABASE_OWNER_URL to enter as the owner."
        )
    return {key: str(value) for key, value in conninfo_to_dict(address).items() if value is not None}


def _run(program: str, *arguments: str, parameters: dict[str, str]) -> None:
    known = {variable: parameters[key] for key, variable in PASSED_ON.items() if key in parameters}
    done = subprocess.run(  # noqa: S603  # the programs of `binaries` with words of this file, and no shell
        [str(binaries() / program), *arguments],
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", **known},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode != 0:
        said = next((line for line in done.stderr.splitlines() if "error" in line), f"it ended with {done.returncode}")
        raise ServiceRefused(f"{program} did not do its work: {said.partition('DETAIL')[0].strip()[:300]}")


def counted(parameters: dict[str, str]) -> dict[str, int]:
    """Every table of the database with its number of rows."""
    with psycopg.connect(**parameters) as connection:  # type: ignore[arg-type]  # parameters of libpq only
        names = connection.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"
        ).fetchall()
        return {
            name: (connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))).fetchone() or (0,))[0]
            for (name,) in names
        }


def back_up(file: Path, parameters: dict[str, str]) -> int:
    """Write the whole database to a file that is its owner's alone, whole or not at all, and return its size in bytes.

    Raises ServiceRefused where the file exists, where the role does not see every row, or where pg_dump fails.
    """
    if file.exists():
        raise ServiceRefused(f"{file} exists. A backup is never written over: give it another name.")
    if not file.parent.is_dir():
        raise ServiceRefused(f"There is no folder {file.parent}.")
    with psycopg.connect(**parameters) as connection:  # type: ignore[arg-type]  # parameters of libpq only
        row = connection.execute("SELECT rolbypassrls OR rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
    if row != (True,):
        raise ServiceRefused("The role that makes the backup does not see every row. Give it BYPASSRLS: ALTER ROLE ... BYPASSRLS.")
    beside = file.with_name(f".{file.name}.part")
    try:
        beside.unlink(missing_ok=True)
        os.close(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        _run("pg_dump", "--format=custom", "--no-password", f"--file={beside}", parameters=parameters)
        _run("pg_restore", "--list", str(beside), parameters={})
        size = beside.stat().st_size
        beside.rename(file)
    finally:
        beside.unlink(missing_ok=True)
    return size


def readable(file: Path) -> None:
    """Look whether a file is a backup, before anything is made for it. Raises ServiceRefused where it is none, or is not there."""
    if not file.is_file():
        raise ServiceRefused(f"There is no file {file}.")
    _run("pg_restore", "--list", str(file), parameters={})


def restore(file: Path, parameters: dict[str, str], service: str) -> dict[str, int]:
    """Put a backup into an empty database, whole or not at all, and return every table with its number of rows.

    The role `service` has this version's rights afterwards, whatever rights the backup brings.

    Raises ServiceRefused where the file is no backup, where the database holds tables already, or where pg_restore fails.
    """
    readable(file)
    if held := counted(parameters):
        raise ServiceRefused(
            f"The database {parameters.get('dbname', '')} holds {len(held)} tables already, and a restore writes over nothing. "
            "Give an empty one: --database NAME for the server of our own, or another DATABASE_OWNER_URL."
        )
    _run("pg_restore", "--single-transaction", "--exit-on-error", "--no-password", "--no-owner", f"--dbname={parameters['dbname']}", str(file),
         parameters=parameters)  # fmt: skip
    with psycopg.connect(**parameters) as connection:  # type: ignore[arg-type]  # parameters of libpq only
        set_rights(connection, service)
    return counted(parameters)

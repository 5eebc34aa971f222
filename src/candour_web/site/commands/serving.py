"""`candour serve`, `candour upgrade` and `candour administrator`: run the service, bring its tables up to date, and make its first person."""

from __future__ import annotations

import multiprocessing
import os
from datetime import UTC, datetime
from pathlib import Path

import click

from candour_web.site.databases import SERVING, home
from candour_web.site.demonstrating import STORE, find_demonstration, mark_demonstration
from candour_web.site.preparing import ServiceRefused, is_demonstration, ready, unapplied, why_not_listen


@click.command()
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen at. Beyond this machine it needs https: CANDOUR_ORIGIN."
)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Port to listen at.")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Processes that answer.")
@click.option(
    "--threads", type=click.IntRange(1, 64), default=8, show_default=True, help="Threads of each process, and so requests at once."
)
@click.option("--demo", is_flag=True, help="Serve the made-up force of `candour demo` on this machine only, where everybody is made up.")
@click.option(
    "--store", type=click.Path(path_type=Path, file_okay=False), help=f"With --demo: the store of the made-up force.  [default: {STORE}]"
)
def serve(host: str, port: int, workers: int, threads: int, demo: bool, store: Path | None) -> None:
    """Serve the pages, with a PostgreSQL of our own unless DATABASE_URL names another."""
    if store and not demo:
        raise click.UsageError("--store is for --demo. `candour publish` puts a run of a store before people.")
    store = store or STORE
    if demo:
        find_demonstration(store)
    origin = os.environ.setdefault("CANDOUR_ORIGIN", f"http://127.0.0.1:{port}")
    behind = os.environ.get("CANDOUR_BEHIND_PROXY") == "yes"
    if reason := why_not_listen(host, origin=origin, demonstration=demo or is_demonstration(home()), behind_proxy=behind):
        raise ServiceRefused(reason)
    if demo:
        mark_demonstration()
        click.echo("Making the demonstration ready. Everybody in it is made up.")
    with ready(current=not demo):
        from django.db import connections  # needs Django, which is there only now

        from candour_web.site.databases import migrate
        from candour_web.site.made_up_people import fill, refuse_real_people

        refuse_real_people()
        if demo:
            migrate()
            fill(store, now=datetime.now(UTC), tell=click.echo)

        from granian import Granian  # heavy, and needed by this command only
        from granian.constants import Interfaces
        from granian.http import HTTP1Settings

        connections.close_all()
        multiprocessing.set_start_method("spawn", force=True)  # processes that read the settings anew, and inherit nothing of the owner
        os.environ.pop("DATABASE_OWNER_URL", None)
        os.environ[SERVING] = "yes"
        click.echo(f"Candour answers at {origin}. Stop it with Ctrl-C.")
        Granian(
            "candour_web.site.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=workers,
            blocking_threads=threads,
            http1_settings=HTTP1Settings(header_read_timeout=10_000),
            websockets=False,
            respawn_failed_workers=True,
            workers_kill_timeout=20,
            log_access=False,
        ).serve()


@click.command()
def upgrade() -> None:
    """Bring the database to what this version of Candour needs. It needs DATABASE_OWNER_URL where DATABASE_URL is set."""
    with ready():
        before = unapplied()
        if os.environ.get("DATABASE_URL"):
            _upgrade_elsewhere()
        else:
            from candour_web.site.databases import migrate  # needs Django, which is there only now

            migrate()
        click.echo("The database is up to date." if not before else f"The database is up to date: {before} changes were made.")


def _upgrade_elsewhere() -> None:
    from psycopg.conninfo import conninfo_to_dict  # needed here only

    from candour_web.site.databases import migrate  # needs Django, which is there only now

    owner = os.environ.get("DATABASE_OWNER_URL")
    if not owner:
        raise ServiceRefused("The owner of the tables changes them. Set DATABASE_OWNER_URL to enter as the owner.")
    service = str(conninfo_to_dict(os.environ["DATABASE_URL"]).get("user", ""))
    if service == str(conninfo_to_dict(owner).get("user", "")):
        raise ServiceRefused(
            f"DATABASE_URL and DATABASE_OWNER_URL both enter as {service}. The service owns no tables: give it a role of its own."
        )
    migrate()


@click.command()
@click.argument("sign_in_name")
@click.argument("name")
def administrator(sign_in_name: str, name: str) -> None:
    """Make an administrator with a password for one use, which is printed. Two are needed: one proposes a powerful role, the other approves it."""
    with ready(current=True):
        from candour_web.people.actions import add_person, give_role  # needs Django, which is there only now
        from candour_web.people.models import Person
        from candour_web.people.queries import LONDON
        from candour_web.people.rules import Role, Scope
        from candour_web.people.scope import within

        if Person.objects.filter(sign_in_name=sign_in_name.strip().lower()).exists():
            raise ServiceRefused(f"Somebody signs in as {sign_in_name} already. Choose another name.")
        now = datetime.now(UTC)
        with within(Scope(powers=frozenset({"accounts"}))):
            person, word = add_person(by=None, sign_in_name=sign_in_name, name=name)
            give_role(by=None, to=person, role=Role.ADMINISTRATOR, from_on=now.astimezone(LONDON).date(), now=now)
    click.echo(f"{person.sign_in_name} signs in with this password once, and then chooses another: {word}")

"""`candour backup`, `candour restore` and `candour doctor`: keep what the service holds, and say whether all is well with it."""

from __future__ import annotations

import os
from pathlib import Path

import click

from candour_web.site.databases import drop_database, make_database, our_server
from candour_web.site.keeping import back_up, owner_parameters, readable
from candour_web.site.keeping import restore as put_back
from candour_web.site.preparing import ServiceRefused, ready


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path) -> None:
    """Write all that the service keeps to one FILE. It holds children's records: keep it as you keep them."""
    with ready(current=True):
        size = back_up(file, owner_parameters())
    click.echo(f"{file}: {size:,} bytes, readable by you alone.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--database", default="candour", show_default=True, help="Database of our own server to put it into. It must be empty.")
def restore(file: Path, database: str) -> None:
    """Put a backup FILE into an empty database, and check the trail that came with it."""
    readable(file)
    own = not os.environ.get("DATABASE_URL")
    with ready(database=database, make=False):
        from django.db import connection  # needs Django, which is there only now

        made = make_database(our_server(), database, granted=False) if own else False
        try:
            tables = put_back(file, owner_parameters(database), str(connection.settings_dict["USER"]))
        except BaseException:
            if made:
                drop_database(our_server(), database)
            raise
        from candour_web.site.checking import faults  # needs Django, which is there only now
        from candour_web.trail.queries import verified  # needs Django, which is there only now

        trail, found = verified(), faults()
    click.echo(f"{database}: {len(tables)} tables with {sum(tables.values()):,} rows. The trail has {trail.entries:,} entries.")
    _end_with([*found, *trail.faults])


@click.command()
@click.option("--trail", is_flag=True, help="Reckon the chain of the trail again, and print an anchor to keep outside.")
@click.option("--anchor", help="An anchor that was kept outside: the trail must still hold it.")
def doctor(trail: bool, anchor: str | None) -> None:
    """Say whether all is well with the service. It ends with 1 where something is not."""
    with ready(make=False):
        from candour_web.site.checking import faults  # needs Django, which is there only now
        from candour_web.trail.queries import verified
        from candour_web.trail.rules import Anchor

        found = faults()
        if not found:
            click.echo("The database answers, its tables are up to date, and row-level security holds.")
        if (trail or anchor) and not any("lacks" in fault for fault in found):
            try:
                kept = Anchor.read(anchor) if anchor else None
            except ValueError as error:
                raise ServiceRefused(str(error)) from error
            verdict = verified(kept=kept)
            found += verdict.faults
            if not verdict.faults:
                click.echo(f"The trail is whole: {verdict.entries:,} entries. Keep this anchor outside: {verdict.anchor}")
    _end_with(found)


def _end_with(faults: list[str]) -> None:
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        raise click.exceptions.Exit(1)

"""`candour publish`: put a run before the people who work with it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from candour_web.site.preparing import ready


@click.command()
@click.option("--store", required=True, type=click.Path(path_type=Path, file_okay=False), help="The store that the run is of.")
@click.option("--run", "run_id", help="The run (default: the last).")
@click.option("--standards", "folder", type=click.Path(path_type=Path), help="Folder of standards (default: the catalogue's).")
@click.option("--quiet", is_flag=True, help="Say only what came of it.")
def publish(store: Path, run_id: str | None, folder: Path | None, quiet: bool) -> None:
    """Publish a run to the service, whole or not at all. Readers see the run before or this one, never a mixture."""
    with ready(current=True):
        from candour_web.casework.actions import publish_run  # needs Django, which is there only now

        def tell(words: str) -> None:
            if not quiet:
                click.echo(words, err=True)

        done = publish_run(store=store, run_id=run_id, folder=folder, by=None, now=datetime.now(UTC), tell=tell)
        click.echo(done.sentence())

"""`candour simulate`: a made-up force's exports, with the planted truth beside them."""

from __future__ import annotations

from pathlib import Path

import click

from candour.cli.showing import progress_bar


@click.command("simulate")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder to write exports/ and truth/ into.")
@click.option("--cases", type=click.IntRange(min=20), default=40_000, show_default=True, help="How many cases the force meets in its year.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed and number of cases give the same files.")
@click.option("--impossible-days", is_flag=True, help="Add rows with a day that does not exist, which an import must refuse.")
@click.option("--own-keys", is_flag=True, help="Each system numbers the children itself; OUT/mappings says who they are, for candour link.")
@click.option("--quiet", is_flag=True, help="No progress, no summary.")
def command(out: Path, cases: int, seed: int, impossible_days: bool, own_keys: bool, quiet: bool) -> None:
    """Make up a year of the force Northshire: what eight systems would export, and what is true of every occasion."""
    from candour.records.refusals import InputRefused
    from candour.simulation.run import MAPPINGS, simulate

    for folder in (out / "exports", out / "truth", *([out / MAPPINGS] if own_keys else [])):
        if folder.exists():
            raise InputRefused(f"{folder}: is there already. Give another folder with --out, so that nothing of yours is written over.")
    with progress_bar("Simulating", quiet=quiet) as show:
        made = simulate(
            out,
            cases,
            seed,
            progress=lambda done: show("writing cases", done / cases),
            impossible_days=impossible_days,
            own_keys=own_keys,
        )
    if not quiet:
        own = (
            f"Each system has its own references to children ({made.references:,}); which are of one child is in {out / 'truth' / 'links.parquet'}.\n"
            if own_keys
            else ""
        )
        click.echo(
            f"Northshire (made up): {made.cases:,} cases, {made.events:,} events, {sum(made.rows.values()):,} rows in {len(made.rows)} files; "
            f"the truth about {made.occasions:,} occasions.\n{own}"
            f"Next: candour import {out / 'exports'} --source {out / MAPPINGS if own_keys else 'northshire'} --store STORE"
            f"{', and then candour link --store STORE' if own_keys else ''}"
        )

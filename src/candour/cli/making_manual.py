"""`candour standards manual`: the manual of the standards, as pages or as one PDF."""

from __future__ import annotations

from pathlib import Path

import click

from candour.cli.showing import progress_bar


@click.command("manual")
@click.option("--standards", "folder", type=click.Path(path_type=Path), help="Folder of standards (default: the catalogue's).")
@click.option("--out", type=click.Path(path_type=Path), help="The folder to write the manual to, as pages.")
@click.option("--pdf", type=click.Path(path_type=Path, dir_okay=False), help="A file to print the whole manual to, as one PDF.")
@click.option("--report", type=click.Path(path_type=Path, dir_okay=False), help="A report (.html) to which each page leads back.")
@click.option("--quiet", is_flag=True, help="No progress, no summary.")
def command(folder: Path | None, out: Path | None, pdf: Path | None, report: Path | None, quiet: bool) -> None:
    """Write the manual: a page for each standard, and ways to find it; for any browser, without a network or scripts."""
    from candour.manual.gathering import gather_manual
    from candour.manual.printing import can_print, write_pdf
    from candour.manual.site import write_site

    if out is None and pdf is None:
        raise click.UsageError("Say where to: --out FOLDER for pages, --pdf FILE for one PDF, or both.")
    if report is not None and out is None:
        raise click.UsageError("--report is for pages: give --out FOLDER too.")
    if pdf is not None:
        can_print(pdf)
    with progress_bar("Making the manual", quiet=quiet) as progress:
        gathered = gather_manual(folder, progress)
    if out is not None:
        count = write_site(gathered, out, report)
        if not quiet:
            click.echo(f"{out / 'index.html'}: the manual of {len(gathered.standards)} standards, {count} pages. Open it in any browser.")
    if pdf is not None:
        count = write_pdf(gathered, pdf)
        if not quiet:
            click.echo(f"{pdf}: the manual of {len(gathered.standards)} standards, {count} sheets.")

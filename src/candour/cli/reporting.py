"""`candour report`: what a run found, for people, as one HTML file."""

from __future__ import annotations

import json
from pathlib import Path

import click

from candour.findings.reporting.page import PARTS, write_report


@click.command()
@click.option("--store", required=True, type=click.Path(path_type=Path), help="The store.")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file: .html, or .csv or .json for one part of it.",
)
@click.option(
    "--of",
    type=click.Choice(PARTS),
    default="measures",
    show_default=True,
    help="What of it as .csv or .json: the measures, what could be checked by standard and source, or what is missing, ranked.",
)
@click.option("--run", "run_id", help="The run (default: the last).")
@click.option("--standards", "folder", type=click.Path(path_type=Path), help="Folder of standards (default: the catalogue's).")
@click.option(
    "--manual", help="The folder or the address of a manual (candour standards manual): each standard and proof leads to its page."
)
@click.option("--json", "as_json", is_flag=True, help="Say for machines what was written.")
@click.option("--quiet", is_flag=True, help="Say nothing.")
def command(
    store: Path, out: Path, of: str, run_id: str | None, folder: Path | None, manual: str | None, as_json: bool, quiet: bool
) -> None:
    """Write what a run found as one HTML file that opens anywhere, by keyboard, on a phone and on paper."""
    report = write_report(store, out, run_id, folder, of, manual)
    if as_json:
        click.echo(json.dumps({"out": str(out), "run": report.run.run_id, "findings": report.run.findings, "bytes": out.stat().st_size}))
    elif not quiet:
        click.echo(f"{out}: the report of run {report.run.run_id}, {report.run.findings:,} findings. Open it in any browser.")

"""`candour explain`: the whole proof of one finding."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from candour.findings.explanation import as_text
from candour.findings.manual_links import manual_links
from candour.findings.proofs import explain_finding


@click.command()
@click.argument("finding_id")
@click.option("--store", required=True, type=click.Path(path_type=Path), help="The store.")
@click.option("--run", "run_id", help="The run (default: the last).")
@click.option("--standards", "folder", type=click.Path(path_type=Path), help="Folder of standards (default: the catalogue's).")
@click.option("--manual", help="The folder or the address of a manual: the proof names the page of its standard there.")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def command(finding_id: str, store: Path, run_id: str | None, folder: Path | None, manual: str | None, as_json: bool) -> None:
    """Print the whole proof of one finding: who says so, the rule, what happened, the sum, and what would decide it."""
    explanation, notice = explain_finding(store, finding_id, run_id=run_id, folder=folder)
    standard, _, version = explanation.standard.partition(", version ")
    page = manual_links(manual).to(standard, int(version)) if manual else ""
    if as_json:
        click.echo(json.dumps({**asdict(explanation), "notice": notice, "manual": page}, indent=2, ensure_ascii=False))
        return
    if notice:
        click.echo(f"{notice}\n")
    click.echo(as_text(explanation), nl=False)
    if page:
        click.echo(f"In the manual  {page}")

"""`candour standards`: check the catalogue, list it, show one standard."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import click

from candour.cli import informing, packing
from candour.cli.showing_parameters import parameter_lines
from candour.records.scene import LONDON
from candour.records.vocabulary import load_vocabulary
from candour.standards.comparing_parameters import compare_parameters
from candour.standards.loading import check_standards, load_standards
from candour.standards.model import Standard
from candour.standards.refusals import StandardRefused
from candour.standards.spoken import counted

_FOLDER = click.option("--standards", "folder", type=click.Path(path_type=Path), help="Folder of standards (default: the catalogue's).")


@click.group()
def command() -> None:
    """Check, list and show the practice standards."""


for _one in (informing.command, *packing.COMMANDS):
    command.add_command(_one)


@command.command()
@_FOLDER
@click.option(
    "--parameters",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Compare a force's own limits with the standards' too.",
)
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The day on which the limits are looked at (default: today).")
def check(folder: Path | None, parameters: Path | None, on: datetime | None) -> None:
    """Read every standard and say all that cannot be meant: file, key, value and how to mend it.

    With --parameters each of a force's own limits is put beside the figure it stands in for, and whose that is; one that is looser is marked LOOSER.
    """
    loaded, faults = check_standards(folder, load_vocabulary())
    for fault in faults:
        click.echo(str(fault), err=True)
    if faults:
        files = len({fault.file for fault in faults})
        raise StandardRefused("standards", "", f"{counted(len(faults), 'fault')} in {counted(files, 'file')}; {len(loaded)} can be read.")
    click.echo(f"{len(loaded)} standards can be read.")
    if parameters is not None:
        _check_parameters(parameters, loaded, on.date() if on else datetime.now(LONDON).date())


def _check_parameters(file: Path, standards: Sequence[Standard], today: date) -> None:
    """Print a file of local figures beside the standards' own. Raises StandardRefused where any of it cannot be used."""
    report = compare_parameters(file, standards, load_vocabulary(), today)
    click.echo("\n".join(parameter_lines(report)))
    for fault in report.refused:
        click.echo(str(fault), err=True)
    if report.refused:
        raise StandardRefused(file.name, "", f"{counted(len(report.refused), 'figure')} refused.")


@command.command("list")
@_FOLDER
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def list_(folder: Path | None, as_json: bool) -> None:
    """One line a standard: area, id, version, status, how far its source was verified."""
    standards = load_standards(folder, load_vocabulary())
    rows = [_row(standard) for standard in standards]
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    for row in rows:
        click.echo(f"{row['area']:20} {row['id']:45} v{row['version']}  {row['status']:24} {row['basis']}")
    click.echo(f"{len(rows)} standards.")


@command.command()
@click.argument("standard_id")
@_FOLDER
def show(standard_id: str, folder: Path | None) -> None:
    """One standard in words: what it asks, who says so, how we read it, and its worked examples."""
    found = [standard for standard in load_standards(folder, load_vocabulary()) if standard.id == standard_id]
    if not found:
        raise StandardRefused(standard_id, "", "is not a standard in the catalogue. `candour standards list` names them all.")
    for standard in found:
        click.echo(_words(standard))


def _row(standard: Standard) -> dict[str, object]:
    return {
        "area": standard.area, "id": standard.id, "version": standard.version, "title": standard.title, "status": standard.status,
        "severity": standard.severity, "duty": standard.duty, "basis": standard.source.basis, "verified": standard.source.verified,
    }  # fmt: skip


def _words(standard: Standard) -> str:
    from candour.standards.wording import rule_sentence

    span = f"from {standard.in_force.begins or 'the beginning'} to {standard.in_force.ends or 'now'}"
    lines = [
        f"{standard.title}  ({standard.id}, version {standard.version}, {span})",
        "",
        standard.statement,
        "",
        f"Who says so    {standard.source.document} {standard.source.paragraph}".rstrip(),
        f"               {standard.status}; {standard.source.basis}",
        *(f"               {url}" for url in standard.source.urls),
        f"The rule       {rule_sentence(standard)}",
        f"Our reading    {standard.reading}",
        "",
        "Worked examples",
    ]
    for example in standard.examples:
        lines += [f"  {example.name}: {', '.join(example.finding) or 'no occasion'}. {example.because}"]
        lines += [f"      {line.strip()}" for line in example.chronology.splitlines() if line.strip()]
    return "\n".join(lines) + "\n"

"""`candour standards`: check the catalogue, list it, show one standard."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import click

from candour.cli import informing, making_manual, packing
from candour.cli.showing_parameters import parameter_lines
from candour.records.scene import LONDON
from candour.records.vocabulary import load_vocabulary
from candour.standards.choosing import in_force_on
from candour.standards.comparing_parameters import compare_parameters
from candour.standards.edition_wording import edition_words, span_words
from candour.standards.loading import check_standards, load_standards
from candour.standards.model import ENGLAND_AND_WALES, Standard
from candour.standards.refusals import StandardRefused
from candour.standards.spoken import counted

_FOLDER = click.option("--standards", "folder", type=click.Path(path_type=Path), help="Folder of standards (default: the catalogue's).")


@click.group()
def command() -> None:
    """Check, list and show the practice standards, and make their manual."""


for _one in (informing.command, making_manual.command, *packing.COMMANDS):
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
        raise StandardRefused(
            "standards", "", f"{counted(len(faults), 'fault')} in {counted(files, 'file')}; {_counts(loaded)} can be read."
        )
    click.echo(f"{_counts(loaded)} can be read.")
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
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Only the editions that are in force on this day.")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def list_(folder: Path | None, on: datetime | None, as_json: bool) -> None:
    """One line an edition: area, id, version, status, from when to when, how far its source was verified."""
    every = load_standards(folder, load_vocabulary())
    standards = in_force_on(every, on.date()) if on else every
    rows = [_row(standard) for standard in standards]
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    for row, standard in zip(rows, standards, strict=True):
        where = "" if standard.jurisdiction == ENGLAND_AND_WALES else f"  {standard.jurisdiction} only"
        off = "" if standard.edition.commenced else "  NOT CONFIRMED AS IN FORCE, switched off"
        click.echo(
            f"{row['area']:20} {row['id']:45} v{row['version']}  {row['status']:24} {span_words(standard):26} {row['basis']}{where}{off}"
        )
    click.echo(_told(every, standards, on))


def _counts(standards: Sequence[Standard]) -> str:
    """`3 standards in 4 editions`."""
    return f"{counted(len({one.id for one in standards}), 'standard')} in {counted(len(standards), 'edition')}"


def _told(every: Sequence[Standard], shown: Sequence[Standard], on: datetime | None) -> str:
    """How many there are, and of those that are not confirmed as in force that they are not among what is in force on a day."""
    if on is None:
        return f"{_counts(shown)}."
    waiting = sum(not one.edition.commenced for one in every)
    return f"In force on {on:%Y-%m-%d}: {_counts(shown)}. Not confirmed as in force and not listed: {counted(waiting, 'edition')}."


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
    begins, ends = standard.in_force.begins, standard.in_force.ends
    return {
        "area": standard.area, "id": standard.id, "version": standard.version, "title": standard.title, "status": standard.status,
        "severity": standard.severity, "duty": standard.duty, "basis": standard.source.basis, "verified": standard.source.verified,
        "jurisdiction": standard.jurisdiction, "from": begins and begins.isoformat(), "to": ends and ends.isoformat(),
        "of": standard.edition.of, "changes": standard.edition.changes, "commenced": standard.edition.commenced,
        "commencement": standard.edition.commencement,
    }  # fmt: skip


def _words(standard: Standard) -> str:
    from candour.standards.wording import rule_sentence

    lines = [
        f"{standard.title}  ({standard.id}, version {standard.version}, {span_words(standard)})",
        "",
        *(f"{sentence}\n" for sentence in edition_words(standard)),
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

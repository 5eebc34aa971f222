"""`candour import`: a folder of a force's exports into a store, with a report on every row; or the draft of a mapping."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click

from candour.cli.showing import progress_bar
from candour.records.chronology import Chronology
from candour.records.reporting.account import Assessable
from candour.records.times import parse_moment

SHOWN = 20
"""How many refused rows the screen shows; the saved report has them all."""


class _Moment(click.ParamType[datetime]):
    name = "moment"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            return parse_moment(str(value))
        except ValueError as error:
            self.fail(f"{error} (London unless an offset or Z is given)", param, ctx)


@click.command("import")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--source", help="The mapping: a name in catalogue/sources/, a TOML file, or a folder of them.")
@click.option("--store", type=click.Path(path_type=Path), help="Folder of the store. Made when it does not exist.")
@click.option("--dry-run", is_flag=True, help="Read and report; store nothing.")
@click.option("--strict", is_flag=True, help="Store nothing unless every row, code and time could be used without doubt.")
@click.option("--accept-refusals", is_flag=True, help="End with 0 although rows or values were refused; the report lists them.")
@click.option(
    "--extracted-at", type=_Moment(), help="When the extract was made (otherwise a file _extracted_at.txt, or the newest time in it)."
)
@click.option("--received-at", type=_Moment(), help="When the extract was received (otherwise now).")
@click.option(
    "--vocabulary",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="For a new store: kinds of event of your own, instead of the catalogue's.",
)
@click.option("--no-coverage", is_flag=True, help="Do not work out which standards the records can decide (quicker).")
@click.option("--suggest", is_flag=True, help="Draft a mapping from the columns of the files (or of one file), for a person to finish.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="With --suggest: the file to write; otherwise: also save the report here (.html, .json or .csv).",
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option("--quiet", is_flag=True, help="Print nothing but refusals.")
def command(
    folder: Path, source: str | None, store: Path | None, dry_run: bool, strict: bool, accept_refusals: bool, extracted_at: datetime | None,
    received_at: datetime | None, vocabulary: Path | None, no_coverage: bool, suggest: bool, out: Path | None, as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    """Take a folder of a force's exports into a store, and report on every row of it.

    Ends with 1 when a row or a value was refused, even where the rest was stored: the message says which.
    """
    if suggest:
        _suggest(folder, out)
        return
    if source is None or store is None:
        raise click.UsageError("Give --source (the mapping) and --store (where the chronology is kept), or --suggest to draft a mapping.")
    from candour.records.importing import import_delivery
    from candour.records.reporting.account import ImportReport
    from candour.records.reporting.summary import attention, summary
    from candour.records.reporting.writing import as_json as report_as_json
    from candour.records.reporting.writing import save_report

    now = received_at or datetime.now(UTC)
    with progress_bar("Importing", quiet=quiet or as_json) as show:
        report: ImportReport = import_delivery(
            folder,
            source,
            store,
            received_at=now,
            extracted_at=extracted_at,
            dry_run=dry_run,
            strict=strict,
            progress=_shares(show),
            vocabulary_file=vocabulary,
            coverage=None if no_coverage or vocabulary is not None else _coverage(store),
        )
    if out is not None:
        save_report(report, out)
    if as_json:
        click.echo(json.dumps(report_as_json(report), ensure_ascii=False))
    elif not quiet:
        click.echo(summary(report))
    wanting = attention(report, SHOWN)
    if wanting:
        click.echo(wanting, err=True)
        if report.has_faults() and not accept_refusals:
            raise click.exceptions.Exit(1)


def _coverage(store: Path) -> Callable[[Chronology], Assessable] | None:
    """What works out, for each standard of the catalogue, how many occasions had every field needed; none for a store with kinds of its own."""
    if (store / "vocabulary.toml").is_file():
        return None
    from candour.evaluation.covering import coverage_of

    return coverage_of


def _shares(show: Callable[[str, float], None]) -> Callable[[str, int, int], None]:
    def progress(step: str, done: int, total: int) -> None:
        show(step, done / total if total else 0.0)

    return progress


def _suggest(folder: Path, out: Path | None) -> None:
    from candour.records.suggesting import suggest_mapping

    draft = suggest_mapping(folder)
    if out is None:
        click.echo(draft, nl=False)
        return
    out.write_text(draft, encoding="utf-8")
    click.echo(f"A draft mapping is in {out}. Finish it: every kind is still blank, every code still unmapped.")

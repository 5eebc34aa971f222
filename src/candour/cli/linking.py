"""`candour link`: link the records of one child, suspect or place across the sources of a store."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from candour.findings.runs import run_ids
from candour.records.linkage.decisions import Decision
from candour.records.linkage.settings import load_settings
from candour.records.links import KindLinked, Linker, LinkRun, link_store
from candour.standards.spoken import counted

MOST_RAISED = 5


@click.command()
@click.option("--store", type=click.Path(path_type=Path), required=True, help="Folder of the store.")
@click.option(
    "--settings", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="A force's own settings of the linkage (TOML)."
)
@click.option("--memory-limit", help="Most memory for DuckDB, such as 4GB (more goes to disk).")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@click.option("--quiet", is_flag=True, help="No progress, no summary.")
def command(store: Path, settings: Path | None, memory_limit: str | None, as_json: bool, quiet: bool) -> None:
    """Link the records that are of one child, suspect or place, so that an assessment sees one chronology of each."""
    say = None if quiet or as_json else lambda words: click.echo(f"  {words}", err=True)
    run = link_store(store, linker(settings, memory_limit, say), made_at=datetime.now(UTC).replace(tzinfo=None))
    if as_json:
        click.echo(json.dumps({**asdict(run), "made_at": run.made_at.isoformat()}))
    elif not quiet:
        click.echo(summary(run, store))


def linker(settings: Path | None = None, memory: str | None = None, say: Callable[[str], None] | None = None) -> Linker:
    """The linker that ships, with a force's own settings where they are given. `say` is told how far it is, by kind."""

    def link_kind(identities: Path, kind: str, out: Path, decided: Sequence[Decision]) -> KindLinked:
        from candour.records.linkage.linking import link_records

        of_kind = (lambda words: say(f"{kind}: {words}")) if say is not None else None
        chosen = load_settings(kind, settings) if settings else None
        made = link_records(identities, kind, out, chosen, decisions=decided, progress=of_kind, memory=memory)
        return KindLinked(made.records, made.persons, made.linked, made.possible, tuple(one.words for one in made.raised))

    return link_kind


def summary(run: LinkRun, store: Path) -> str:
    """What was linked, in a few lines: counts and reasons, never a name."""
    lines = [f"Links {run.link_id}, of chronology {run.chronology}; {counted(run.decisions, 'decision')} of reviewers followed."]
    for kind, one in run.kinds.items():
        lines.append(
            f"  {kind}: {one.records:,} records of {one.persons:,} persons; {one.linked:,} pairs linked, {one.possible:,} possible, {len(one.raised):,} raised"
        )
        lines += [f"    raised: {words}" for words in one.raised[:MOST_RAISED]]
        lines += [f"    ... and {len(one.raised) - MOST_RAISED:,} more in raised.json"] if len(one.raised) > MOST_RAISED else []
    if run.not_placed:
        lines.append(
            f"  {run.not_placed:,} events name someone by a reference that could not be placed: no record of their source has it, or several persons do."
        )
    if run.borrowed:
        lines.append(
            f"  {run.borrowed:,} events were placed by another source's reference: their own does not say who its records are about."
        )
    possible = sum(one.possible for one in run.kinds.values())
    if possible and run_ids(store):
        lines.append(f"Next: candour review next --store {store}")
    else:
        then = ", and then candour review next: it puts first the pair on which most hangs" if possible else ""
        lines.append(f"Next: candour assess --store {store}{then}")
    return "\n".join(lines)

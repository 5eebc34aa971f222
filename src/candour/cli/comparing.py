"""`candour compare`: every difference between two runs, and why."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from candour.findings.comparison import Comparison, compare

_SHOWN = 50


@click.command()
@click.argument("run_a")
@click.argument("run_b")
@click.option("--store", required=True, type=click.Path(path_type=Path), help="The store.")
@click.option("--all", "everything", is_flag=True, help=f"Print every difference, not the first {_SHOWN} alone.")
@click.option("--json", "as_json", is_flag=True, help="For machines: every difference with its causes.")
def command(run_a: str, run_b: str, store: Path, everything: bool, as_json: bool) -> None:
    """Say what differs between two runs of a store, and why: records, time, standards, figures."""
    comparison = compare(store, run_a, run_b)
    if as_json:
        click.echo(json.dumps(_plain(comparison), indent=1, ensure_ascii=False))
        return
    click.echo(comparison.sentence())
    for cause, number in comparison.by_cause().items():
        click.echo(f"  {number:>8,}  {cause}")
    shown = comparison.differences if everything else comparison.differences[:_SHOWN]
    if shown:
        click.echo()
    for difference in shown:
        click.echo(difference.sentence())
    left = len(comparison.differences) - len(shown)
    if left:
        click.echo(f"{left:,} more are not shown. Use --all, or --json, to have every one.")


def _plain(comparison: Comparison) -> dict[str, object]:
    return {
        "before": comparison.before.run_id,
        "after": comparison.after.run_id,
        "sentence": comparison.sentence(),
        "same": comparison.same,
        "by_change": comparison.by_change(),
        "by_cause": comparison.by_cause(),
        "differences": [{**asdict(one), "what": one.what} for one in comparison.differences],
    }

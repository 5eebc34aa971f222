"""`candour standards map`: what each standard would tell an inspector, the other way round."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path

import click

from candour.records.vocabulary import load_vocabulary
from candour.standards.framework_map import FRAMEWORKS, MapRow, framework_map
from candour.standards.frameworks import KINDS, load_frameworks
from candour.standards.loading import load_standards


@click.command("map")
@click.option("--standards", "folder", type=click.Path(path_type=Path), help="Folder of standards (default: the catalogue's).")
@click.option("--json", "form", flag_value="json", help="For machines.")
@click.option("--csv", "form", flag_value="csv", help="For a spreadsheet: one row a line of the map.")
def command(folder: Path | None, form: str | None) -> None:
    """Which standards inform each area of inspection, each published failing and each North Yorkshire finding, and what has none.

    Which area a standard informs is our reading: of most areas only the heading was seen.
    """
    rows = framework_map(load_standards(folder, load_vocabulary(), examples=False), load_frameworks())
    click.echo({"json": _json, "csv": _csv}.get(form or "", _words)(rows), nl=False)


def _json(rows: Sequence[MapRow]) -> str:
    return json.dumps([asdict(row) for row in rows], indent=2, ensure_ascii=False) + "\n"


def _csv(rows: Sequence[MapRow]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([field.name for field in fields(MapRow)])
    for row in rows:
        writer.writerow([row.framework, row.id, row.words, row.known, " ".join(row.standards), " ".join(row.not_yet)])
    return out.getvalue()


def _words(rows: Sequence[MapRow]) -> str:
    lines: list[str] = []
    for framework, heading in FRAMEWORKS.items():
        lines += [heading, ""]
        for row in rows:
            if row.framework == framework:
                lines += [f"{row.id}  {row.words} [{row.known}]", f"    {', '.join(row.standards) or 'no standard'}"]
                lines += [f"    not yet in the catalogue: {', '.join(row.not_yet)}"] if row.not_yet else []
        without = [row.id for row in rows if row.framework == framework and not row.standards]
        lines += ["", f"With no standard: {', '.join(without) or 'none'}.", ""]
    kinds = "; ".join(f"{letter} {words}" for letter, words in KINDS.items())
    return "\n".join([*lines, f"Failings: {kinds}.", ""])

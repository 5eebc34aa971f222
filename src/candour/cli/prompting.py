"""`candour prompts`: put before a person what only a person can judge."""

from __future__ import annotations

import json
from pathlib import Path

import click

from candour.cli.showing import progress_bar
from candour.evaluation.assessing import export_findings
from candour.findings.runs import read_run, run_folder
from candour.prompts.asking import Gathered, gather_prompts
from candour.prompts.definitions import Definition, load_definitions
from candour.prompts.page import write_page
from candour.prompts.prompt import KIND_TITLES
from candour.prompts.wording_list import WordingList, load_wording
from candour.prompts.writing import PROMPTS, write_prompts
from candour.records.vocabulary import find_catalogue, vocabulary_of


@click.command()
@click.option("--store", required=True, type=click.Path(path_type=Path), help="The store.")
@click.option("--run", "run_id", help="The run (default: the last).")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Also write the prompts here: .parquet, .csv or .jsonl.")
@click.option("--html", type=click.Path(path_type=Path, dir_okay=False), help="Also write a page to read them on: .html.")
@click.option("--questions", type=click.Path(path_type=Path), help="Folder of questions (default: the catalogue's).")
@click.option(
    "--wording",
    "wording_file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A list of wording in place of the catalogue's.",
)
@click.option("--every", is_flag=True, help="Ask of every entry, where otherwise some of each unit are drawn.")
@click.option("--json", "as_json", is_flag=True, help="For machines: counts alone.")
@click.option("--quiet", is_flag=True, help="No progress, no summary.")
def command(
    store: Path, run_id: str | None, out: Path | None, html: Path | None, questions: Path | None, wording_file: Path | None,
    every: bool, as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    """Find what only a person can judge, and keep it as questions beside a run's findings.

    A prompt is a question and not a finding. The file and the page hold passages of the records; the terminal shows counts alone.
    """
    folder = run_folder(store, run_id)
    run, vocabulary = read_run(folder), vocabulary_of(store)
    definitions = load_definitions(vocabulary, questions)
    wording = {one.id: _wording_of(one, wording_file) for one in definitions if one.wording}
    with progress_bar("Reading", quiet=quiet or as_json) as progress:
        gathered = gather_prompts(store, run, vocabulary, definitions, wording, every=every, progress=progress)
    write_prompts(gathered.prompts, folder / PROMPTS)
    if out is not None:
        export_findings(folder / PROMPTS, out, of="prompts")
    if html is not None:
        write_page(gathered, run, vocabulary, html, _name_of(store))
    if as_json:
        click.echo(json.dumps({"run": run.run_id, "prompts": len(gathered.prompts), "questions": _counts(gathered)}))
    elif not quiet:
        click.echo(summary(gathered, run.run_id, folder / PROMPTS))


def _wording_of(one: Definition, file: Path | None) -> WordingList:
    return load_wording(file or find_catalogue() / one.wording)


def _name_of(store: Path) -> str:
    file = store / "store.json"
    return str(json.loads(file.read_text(encoding="utf-8")).get("name") or "") if file.is_file() else ""


def _counts(gathered: Gathered) -> list[dict[str, object]]:
    return [
        {
            "id": one.definition.id,
            "texts": one.eligible,
            "read": one.looked_at,
            "reader": one.definition.reader,
            "prompts": dict(one.raised),
        }
        for one in gathered.asked
    ]


def summary(gathered: Gathered, run_id: str, file: Path) -> str:
    """How many questions were raised, of how many texts; never a word of a text."""
    by_kind = {kind: sum(one.raised.get(kind, 0) for one in gathered.asked) for kind in KIND_TITLES}
    return "\n".join(
        [
            f"Run {run_id}: {len(gathered.prompts):,} questions for a person. A question is not a finding.",
            *(f"  {title:45} {by_kind[kind]:>9,}" for kind, title in KIND_TITLES.items()),
            f"They are in {file}, with the passages: personal data. To read them: candour prompts --store STORE --html prompts.html",
        ]
    )

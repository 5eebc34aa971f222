"""Writes the generated pages of docs/reference and the manual, or with --check says which of the kept pages are no longer what the sources say."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby

import click

from candour.cli.assessing import JSON_KEYS
from candour.cli.main import COMMANDS, joined, program
from candour.findings.finding import FINDING_COLUMNS
from candour.findings.reporting.gathering import area_title
from candour.manual.gathering import gather_manual
from candour.manual.site import write_site
from candour.records.vocabulary import Field, find_catalogue, load_vocabulary
from candour.standards.loading import load_standards
from candour.standards.model import Standard

NOTE = "<!-- Written by `make docs` from the sources. Change those, not this. -->\n\n"


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; fail when a page is out of date.")
def command(check: bool) -> None:
    """Write docs/reference from the vocabulary, the standards and the program itself, and the manual, which is not kept, to docs/site."""
    folder = find_catalogue().parent / "docs" / "reference"
    stale = []
    for name, make in PAGES.items():
        page, text = folder / name, NOTE + make()
        if check:
            if not page.is_file() or page.read_text(encoding="utf-8") != text:
                stale.append(name)
        else:
            folder.mkdir(parents=True, exist_ok=True)
            page.write_text(text, encoding="utf-8")
    if stale:
        click.echo(f"Out of date: {', '.join(stale)}. Run `make docs` and commit what it writes.", err=True)
        raise click.exceptions.Exit(1)
    click.echo(f"{len(PAGES)} pages of docs/reference are {'up to date' if check else 'written'}.")
    if not check:
        site = folder.parent / "site"
        click.echo(f"{write_site(gather_manual(), site)} pages of the manual are written: {site / 'index.html'}.")


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def vocabulary_page() -> str:
    """Every kind of event with its fields, types and codes."""
    words = load_vocabulary()
    lines = ["# Vocabulary", "", f"{len(words.kinds)} kinds of event. The source is `catalogue/vocabulary.toml`."]
    for group, kinds in groupby(words.kinds.values(), key=lambda kind: kind.group):
        lines += ["", f"## {group}"]
        for kind in kinds:
            lines += ["", f"### `{kind.name}`: {kind.title}", "", kind.meaning]
            lines += _fields(list(kind.fields.values()))
    for title, table in (("Envelope of every event", words.envelope), ("Case", words.case), ("Child", words.child)):
        lines += ["", f"## {title}", *_fields(list(table.values()))]
    return "\n".join(lines) + "\n"


def _fields(fields: list[Field]) -> list[str]:
    if not fields:
        return []
    rows = [f"| `{field.name}` | {field.type} | {_cell(field.meaning)} | {_codes(field)} |" for field in fields]
    return ["", "| field | type | meaning | codes |", "|---|---|---|---|", *rows]


def _codes(field: Field) -> str:
    if field.codes is None:
        return ""
    return _cell(("in order: " if field.ordered else "") + "; ".join(f"`{code}` {words}" for code, words in field.codes.items()))


def standards_page() -> str:
    """The index of the standards: by area, each with its editions, what it rests on, and its file. The manual itself is not kept; it is made."""
    standards = sorted(load_standards(None, load_vocabulary(), examples=False), key=lambda one: (one.area, one.id, one.version))
    lines = [
        "# Practice standards", "",
        f"{len({one.id for one in standards})} standards in {len(standards)} editions. Each has a page in the manual, with who says so, our reading, the rule in a sentence, what it",
        "needs, how it is measured and its worked examples drawn. The manual is made from the files below: `candour standards manual --out FOLDER` writes it,",
        "and `make docs` writes it to `docs/site`. A figure marked as a local default is ours: a force may set its own. It is not national policy.",
    ]  # fmt: skip
    for area, in_area in groupby(standards, key=lambda one: one.area):
        lines += ["", f"## {area_title(area)}", "", "| standard | editions | status | source |", "|---|---|---|---|"]
        for _, editions in groupby(in_area, key=lambda one: one.id):
            lines.append(_line(list(editions)))
    return "\n".join(lines) + "\n"


def _line(editions: list[Standard]) -> str:
    latest = next((one for one in reversed(editions) if one.edition.commenced), editions[-1])
    files = ", ".join(
        f"[{one.version}](../../catalogue/standards/{one.area}/{one.file}){'' if one.edition.commenced else ' (not confirmed as in force: switched off)'}"
        for one in editions
    )
    return f"| {_cell(latest.title)} (`{latest.id}`) | {files} | {latest.status} | {latest.source.basis} |"


def commands_page() -> str:
    """The help of every command."""
    lines = ["# Command line", "", "Exit codes: 0 done; 1 the input was refused; 2 wrong usage; 3 a fault in Candour."]
    context = click.Context(program, info_name="candour")
    for name in (*COMMANDS, *joined()):
        found = program.get_command(context, name)
        if found is None:
            continue
        lines += _help(found, f"candour {name}", context)
    return "\n".join(lines) + "\n"


def _help(found: click.Command, name: str, parent: click.Context) -> list[str]:
    context = click.Context(found, info_name=name, max_content_width=100, terminal_width=100, help_option_names=["-h", "--help"])
    context.parent = None
    lines = ["", f"## `{name}`", "", "```", found.get_help(context), "```"]
    if isinstance(found, click.Group):
        for sub in found.list_commands(context):
            inner = found.get_command(context, sub)
            if inner is not None:
                lines += _help(inner, f"{name} {sub}", parent)
    return lines


def findings_page() -> str:
    """The columns of a findings table."""
    rows = [f"| `{name}` | {kind} |" for name, kind in FINDING_COLUMNS.items()]
    return "\n".join(
        [
            "# Findings table",
            "",
            "Columns of `findings.parquet`, in order. What each means is in `candour.findings.finding`; moments are UTC.",
            "",
            "| column | type |",
            "|---|---|",
            *rows,
            "",
        ]
    )


def assess_json_page() -> str:
    """What `candour assess --json` prints."""
    return "\n".join(
        [
            "# What `candour assess --json` prints", "", "One object on one line. More about a run is in `STORE/runs/RUN`: `run.json` and `findings.parquet` ([its columns](findings.md)).",
            "", "| key | meaning |", "|---|---|", *(f"| `{key}` | {_cell(meaning)} |" for key, meaning in JSON_KEYS.items()), "",
        ]
    )  # fmt: skip


PAGES: dict[str, Callable[[], str]] = {
    "vocabulary.md": vocabulary_page,
    "standards.md": standards_page,
    "command-line.md": commands_page,
    "findings.md": findings_page,
    "assess-json.md": assess_json_page,
}
"""Each generated page and what makes it."""

if __name__ == "__main__":
    command()

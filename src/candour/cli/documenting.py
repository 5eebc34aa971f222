"""Writes the generated pages of docs/reference, or with --check says which are no longer what the sources say."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby

import click

from candour.cli.main import COMMANDS, program
from candour.findings.finding import FINDING_COLUMNS
from candour.records.vocabulary import Field, find_catalogue, load_vocabulary
from candour.standards.edition_wording import edition_words, span_words
from candour.standards.loading import load_standards
from candour.standards.model import Standard
from candour.standards.wording import rule_sentence

NOTE = "<!-- Written by `make docs` from the sources. Change those, not this. -->\n\n"


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; fail when a page is out of date.")
def command(check: bool) -> None:
    """Write docs/reference from the vocabulary, the standards and the program itself."""
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
    """Every standard: the rule as a sentence, who says so, how far that was verified, how we read it, and its examples."""
    standards = sorted(load_standards(None, load_vocabulary()), key=lambda one: (one.area, one.id, one.version))
    lines = [
        "# Practice standards", "",
        f"{len({one.id for one in standards})} standards in {len(standards)} editions. The sources are the files in `catalogue/standards/`. A figure marked as a local",
        "default is ours: a force may set its own. It is not national policy.",
    ]  # fmt: skip
    for area, group in groupby(standards, key=lambda one: one.area):
        lines += ["", f"## {area}"]
        for one in group:
            lines += _standard(one)
    return "\n".join(lines) + "\n"


def _standard(one: Standard) -> list[str]:
    return [
        "", f"### {one.title}", "",
        f"`{one.id}` version {one.version}, for occasions {span_words(one)}. {one.status}; severity {one.severity}; duty: {one.duty}.", "",
        *(f"**{_cell(sentence)}**\n" for sentence in edition_words(one)),
        f"**Asked**: {_cell(one.statement)}", "",
        f"**The rule**: {_cell(rule_sentence(one))}", "",
        f"**Who says so**: {_cell(one.source.document)} {_cell(one.source.paragraph)} ({one.source.basis}). {_cell(one.source.note)}", "",
        f"**Our reading**: {_cell(one.reading)}", "",
        "| example | found | because |", "|---|---|---|",
        *(f"| {_cell(example.name)} | {', '.join(example.finding) or 'no occasion'} | {_cell(example.because)} |" for example in one.examples),
    ]  # fmt: skip


def commands_page() -> str:
    """The help of every command."""
    lines = ["# Command line", "", "Exit codes: 0 done; 1 the input was refused; 2 wrong usage; 3 a fault in Candour."]
    context = click.Context(program, info_name="candour")
    for name in COMMANDS:
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


PAGES: dict[str, Callable[[], str]] = {
    "vocabulary.md": vocabulary_page,
    "standards.md": standards_page,
    "command-line.md": commands_page,
    "findings.md": findings_page,
}
"""Each generated page and what makes it."""

if __name__ == "__main__":
    command()

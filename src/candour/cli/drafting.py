"""`make drafts`: stores the sentence of each new rule as a draft and lists each new edition as published; changes nothing that a person approved.

`python -m candour.cli.drafting [--reopen ID] [--mended ID --because TEXT]`
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import click

from candour.manual.editions import days_in_words
from candour.manual.published import Publication, changed_since_published, not_published, read_published, rule_fingerprint, write_published
from candour.manual.sentences import draft, read_sentences, write_sentences
from candour.records.vocabulary import Vocabulary, load_vocabulary
from candour.standards.loading import load_standards
from candour.standards.model import Standard
from candour.standards.refusals import StandardRefused
from candour.standards.wording import rule_sentence


@click.command()
@click.option("--reopen", multiple=True, help="A standard whose approved sentence may be drafted anew; it is then no longer approved.")
@click.option("--mended", multiple=True, help="A standard whose published rule was mended without a new version, as --because says.")
@click.option("--because", default="", help="Why a published rule was mended without a new version.")
def command(reopen: tuple[str, ...], mended: tuple[str, ...], because: str) -> None:
    """Add drafts for new standards to the catalogue's stored sentences and list new editions as published."""
    vocabulary = load_vocabulary()
    standards = load_standards(None, vocabulary, examples=False)
    try:
        store_sentences(standards, vocabulary, reopen)
        publish(standards, mended, because, datetime.now(UTC).date())
    except StandardRefused as refusal:
        click.echo(str(refusal), err=True)
        raise click.exceptions.Exit(1) from refusal


def store_sentences(
    standards: tuple[Standard, ...], vocabulary: Vocabulary, reopen: tuple[str, ...] = (), file: Path | None = None
) -> None:
    """Write the sentences of new and changed rules as drafts. Raises StandardRefused for an approved one that would change, unless it is reopened."""
    stored = read_sentences(file)
    said = {(one.id, one.version): rule_sentence(one, vocabulary) for one in standards}
    drafted = draft(standards, said, stored)
    kept = [one for one in drafted.reopened if one.id not in reopen]
    if kept:
        names = ", ".join(f"{one.id} version {one.version}" for one in kept)
        raise StandardRefused(
            "approved_sentences.toml",
            names,
            "a person approved another sentence. Read the new one with them; then give --reopen with the id.",
        )
    after = {key: one for key, one in stored.items() if key in said}
    after.update({(one.id, one.version): one for one in (*drafted.added, *drafted.redrafted, *drafted.reopened)})
    write_sentences(list(after.values()), file)
    for words, some in (
        ("added", drafted.added),
        ("drafted anew", drafted.redrafted),
        ("reopened", drafted.reopened),
        ("dropped", drafted.gone),
    ):
        for one in some:
            click.echo(f"sentence {words}: {one.id} version {one.version}")
    click.echo(f"{len(after)} sentences are stored; {sum(one.approved for one in after.values())} approved by a person.")


def publish(standards: tuple[Standard, ...], mended: tuple[str, ...], because: str, on: date, file: Path | None = None) -> None:
    """List new editions as published on a day. Raises StandardRefused for a published rule that changed, unless it is said to be mended and why."""
    publications = read_published(file)
    changed = changed_since_published(standards, publications)
    refused = [one for one in changed if one.id not in mended or not because]
    if refused:
        names = ", ".join(f"{one.id} version {one.version}" for one in refused)
        raise StandardRefused(
            "published.toml", names, "the rule is not the one that was published. Give the change a new version; or, where no force can have used it "
            "yet, --mended ID --because TEXT.",
        )  # fmt: skip
    new = [_publication(one, on) for one in not_published(standards, publications)]
    new += [replace(_publication(one, on), change=because, mended=because) for one in changed]
    if new:
        write_published((*publications, *new), file)
    for entry in new:
        click.echo(f"published: {entry.id} version {entry.version}{': mended' if entry.mended else ''}")
    click.echo(f"{len(publications) + len(new)} entries of published editions.")


def _publication(standard: Standard, on: date) -> Publication:
    which = f"for occasions {days_in_words(standard)}" if standard.edition.commenced else "not confirmed as in force"
    change = "First published." if standard.version == 1 else f"A new edition, {which}. {standard.edition.changes}".strip()
    return Publication(on, standard.id, standard.version, rule_fingerprint(standard), change)


if __name__ == "__main__":
    command()

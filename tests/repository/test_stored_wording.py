"""What the catalogue has stored of its standards: the sentence of each rule, and the fingerprint of each published edition."""

from __future__ import annotations

from functools import lru_cache

from candour.manual.published import changed_since_published, last_of, not_published, read_published
from candour.manual.sentences import draft, read_sentences
from candour.records.vocabulary import load_vocabulary
from candour.standards.loading import load_standards
from candour.standards.model import Standard
from candour.standards.wording import rule_sentence


@lru_cache(maxsize=1)
def standards() -> tuple[Standard, ...]:
    return load_standards(None, load_vocabulary(), examples=False)


def test_the_generator_says_what_is_stored() -> None:
    """A changed sentence is read by a person: `make drafts` stores a draft anew, and never one that was approved."""
    vocabulary = load_vocabulary()
    found = draft(standards(), {(one.id, one.version): rule_sentence(one, vocabulary) for one in standards()}, read_sentences())
    named = {key: [(one.id, one.version) for one in getattr(found, key)] for key in ("added", "redrafted", "reopened", "gone")}
    assert named == {"added": [], "redrafted": [], "reopened": [], "gone": []}, "run `make drafts`, and read what changed"


def test_what_is_not_approved_says_why() -> None:
    stored = read_sentences().values()
    assert not [one.id for one in stored if not one.approved and not one.note]


def test_a_published_rule_has_not_changed_without_a_new_version() -> None:
    changed = [(one.id, one.version) for one in changed_since_published(standards(), read_published())]
    assert not changed, "give the change a new version; `python -m candour.cli.drafting --help` says what else can be done"


def test_every_edition_is_listed_as_published() -> None:
    assert not [(one.id, one.version) for one in not_published(standards(), read_published())], "run `make drafts`"


def test_nothing_was_published_that_is_not_there() -> None:
    assert not set(last_of(read_published())) - {(one.id, one.version) for one in standards()}


def test_a_published_edition_that_was_mended_says_why() -> None:
    seen: set[tuple[str, int]] = set()
    unsaid = []
    for one in read_published():
        if (one.id, one.version) in seen and not one.mended:
            unsaid.append((one.id, one.version))
        seen.add((one.id, one.version))
    assert not unsaid

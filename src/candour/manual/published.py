"""Which editions have been published, when, and with what rule: `catalogue/published.toml`, to which entries are only added.

A rule that is published is not changed without a new version. The fingerprint covers what decides a finding and how it is counted, and no wording:
`docs/decisions/0009-what-a-published-edition-holds.md` says why.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Sequence
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date
from pathlib import Path

from candour.manual.tables import text_of
from candour.records.vocabulary import find_catalogue
from candour.standards.model import Standard

_WORDS = frozenset({"words", "where_text", "check_text", "local"})
"""Parts of a parsed rule that only say it in words, or that a force fills in."""


@dataclass(frozen=True)
class Publication:
    """One entry: the edition, the day it was published, the fingerprint of its rule, and one line on what changed. `mended` says why a
    published edition was mended without a new version; empty otherwise."""

    published_on: date
    id: str
    version: int
    fingerprint: str
    change: str
    mended: str = ""


def rule_fingerprint(standard: Standard) -> str:
    """The SHA-256 of what decides a finding and how it is counted: the rule as it was read, where and from which day it applies, whether it is
    switched on, whose duty it is, its status, and whether it infers."""
    begins = standard.in_force.begins
    covered = [
        standard.id, standard.version, standard.jurisdiction, begins.isoformat() if begins else None, standard.edition.commenced, standard.duty,
        standard.status, standard.infers, _plain(standard.rule),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(covered, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _plain(value: object) -> object:
    """A part of a rule as lists and tables. What has its default, or nothing in it, is left out, so that a part added to the language later
    changes no fingerprint of a rule that does not use it."""
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        found: dict[str, object] = {"is": type(value).__name__}
        for part in fields(value):
            item = getattr(value, part.name)
            if part.name in _WORDS or item in (None, ()) or (part.default is not MISSING and item == part.default):
                continue
            found[part.name] = _plain(item)
        return found
    return value.isoformat() if isinstance(value, date) else value


def published_file() -> Path:
    """`catalogue/published.toml`."""
    return find_catalogue() / "published.toml"


def read_published(file: Path | None = None) -> tuple[Publication, ...]:
    """Every entry in the order of the file; none where there is no file."""
    path = file or published_file()
    if not path.is_file():
        return ()
    return tuple(Publication(**entry) for entry in tomllib.loads(path.read_text(encoding="utf-8")).get("published", []))


def last_of(publications: Sequence[Publication]) -> dict[tuple[str, int], Publication]:
    """The last entry of each edition, by id and version."""
    return {(one.id, one.version): one for one in publications}


def changed_since_published(standards: Sequence[Standard], publications: Sequence[Publication]) -> tuple[Standard, ...]:
    """The editions whose rule is no longer the one that was published."""
    last = last_of(publications)
    return tuple(
        one for one in standards if (one.id, one.version) in last and last[one.id, one.version].fingerprint != rule_fingerprint(one)
    )


def not_published(standards: Sequence[Standard], publications: Sequence[Publication]) -> tuple[Standard, ...]:
    """The editions that have no entry."""
    last = last_of(publications)
    return tuple(one for one in standards if (one.id, one.version) not in last)


def write_published(publications: Sequence[Publication], file: Path | None = None) -> None:
    """Write all entries, in order of date, id and version."""
    lines = [
        "# The editions that have been published, with the fingerprint of what decides their findings. Entries are only added: `make drafts` adds them.",
        "# A published rule is changed by a new version. What the fingerprint covers: docs/decisions/0009-what-a-published-edition-holds.md.",
    ]
    for one in sorted(publications, key=lambda one: (one.published_on, one.id, one.version)):
        lines += [
            "", "[[published]]", f"published_on = {one.published_on}", f"id = {text_of(one.id)}", f"version = {one.version}", f"fingerprint = {text_of(one.fingerprint)}",
            f"change = {text_of(one.change)}", *([f"mended = {text_of(one.mended)}"] if one.mended else []),
        ]  # fmt: skip
    (file or published_file()).write_text("\n".join(lines) + "\n", encoding="utf-8")

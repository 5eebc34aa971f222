"""The sentence of each rule as it was last stored, and whether a person approved it: `catalogue/approved_sentences.toml`.

The generator makes the sentence from the rule. What it says is stored, so that a change of the generator or of a rule cannot change the words
that a practice lead agreed to without anybody noticing.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

from candour.manual.tables import text_of
from candour.records.vocabulary import find_catalogue
from candour.standards.model import Standard
from candour.standards.refusals import StandardRefused

DRAFTED = "drafted by the generator, not yet read by a practice lead"


@dataclass(frozen=True)
class Stored:
    """One stored sentence. `approved_by` is a role, never a name of ours, with the day; both are there exactly when it is approved."""

    id: str
    version: int
    sentence: str
    approved: bool = False
    approved_by: str = ""
    approved_on: date | None = None
    note: str = DRAFTED

    def standing(self) -> str:
        """Whether a person approved it, in a sentence."""
        if self.approved and self.approved_on:
            return f"This sentence was approved by {self.approved_by} on {self.approved_on.day} {self.approved_on:%B %Y}."
        return "No practice lead has read this sentence yet: it was drafted by the generator, from the rule that is evaluated."


def sentences_file() -> Path:
    """`catalogue/approved_sentences.toml`."""
    return find_catalogue() / "approved_sentences.toml"


def read_sentences(file: Path | None = None) -> dict[tuple[str, int], Stored]:
    """Every stored sentence by id and version; none where there is no file. Raises StandardRefused, with the file and the key, where it cannot be
    read, has a key that is not known or lacks one, or where an approval lacks its person or its day."""
    path = file or sentences_file()
    if not path.is_file():
        return {}
    found = {}
    for entry in _entries(path):
        one = Stored(**{"note": "", **entry})
        if one.approved != bool(one.approved_by and one.approved_on):
            raise StandardRefused(
                path.name, one.id, "approved = true needs approved_by (a role) and approved_on (a day); approved = false has neither."
            )
        found[one.id, one.version] = one
    return found


def _entries(path: Path) -> Iterator[dict[str, Any]]:
    """Each table of the file, with the keys of a Stored and no others."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise StandardRefused(path.name, "", f"this is not TOML that can be read ({error}).") from error
    listed = content.get("sentences", [])
    if content.keys() - {"sentences"} or not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise StandardRefused(path.name, "sentences", "the file holds [[sentences]], once for each edition, and nothing else.")
    keys = [one.name for one in fields(Stored)]
    needed = [one.name for one in fields(Stored) if one.default is MISSING]
    for number, entry in enumerate(listed, start=1):
        which = f"sentence {number} ({entry.get('id', 'no id')})"
        for key in entry:
            if key not in keys:
                raise StandardRefused(path.name, key, f"is not a key of {which}. The keys are: {', '.join(keys)}.")
        for key in needed:
            if key not in entry:
                raise StandardRefused(path.name, key, f"is missing in {which}.")
        yield entry


@dataclass(frozen=True)
class Drafted:
    """What drafting would do: sentences that are new, drafts that nobody approved and that now say something else, and approved ones that would."""

    added: tuple[Stored, ...]
    redrafted: tuple[Stored, ...]
    reopened: tuple[Stored, ...]
    gone: tuple[Stored, ...]


def draft(standards: Sequence[Standard], said: Mapping[tuple[str, int], str], stored: Mapping[tuple[str, int], Stored]) -> Drafted:
    """Compare what the generator says now (`said`, by id and version) with what is stored. Nothing is written."""
    added: list[Stored] = []
    redrafted: list[Stored] = []
    reopened: list[Stored] = []
    for one in standards:
        key = (one.id, one.version)
        before, now = stored.get(key), Stored(one.id, one.version, said[key])
        if before is None:
            added.append(now)
        elif before.sentence != now.sentence:
            (reopened if before.approved else redrafted).append(now)
    keys = {(one.id, one.version) for one in standards}
    return Drafted(tuple(added), tuple(redrafted), tuple(reopened), tuple(one for key, one in stored.items() if key not in keys))


def write_sentences(sentences: Sequence[Stored], file: Path | None = None) -> None:
    """Write all sentences, in order of id and version."""
    lines = [
        "# What the rule of each edition says in one sentence, as stored, and whether a person approved it. `make drafts` adds what is missing.",
        '# To approve one, a practice lead reads it against the source and sets: approved = true, approved_by = "ROLE", approved_on = DATE; the note then goes.',
    ]
    for one in sorted(sentences, key=lambda one: (one.id, one.version)):
        lines += ["", "[[sentences]]", f"id = {text_of(one.id)}", f"version = {one.version}", f"sentence = {text_of(one.sentence)}"]
        lines.append(f"approved = {'true' if one.approved else 'false'}")
        lines += [f"approved_by = {text_of(one.approved_by)}", f"approved_on = {one.approved_on}"] if one.approved else []
        lines += [f"note = {text_of(one.note)}"] if one.note else []
    (file or sentences_file()).write_text("\n".join(lines) + "\n", encoding="utf-8")

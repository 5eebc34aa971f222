"""The lists a linker knows names and addresses by: short forms, spellings, and words that are no part of either (`catalogue/linkage`)."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from candour.records.linkage.settings import LinkRefused, settings_file


@dataclass(frozen=True)
class NameLists:
    """The lists, as normalised words. `short_forms` and `spellings` give for a name what it may stand for: two names agree where these meet."""

    short_forms: dict[str, tuple[str, ...]]
    spellings: dict[str, tuple[str, ...]]
    titles: tuple[str, ...]
    no_names: tuple[str, ...]
    particles: tuple[str, ...]
    flats: tuple[str, ...]
    no_postcodes: tuple[str, ...]
    no_numbers: tuple[str, ...]
    short_words: dict[str, str]


@lru_cache(maxsize=1)
def load_lists() -> NameLists:
    """The catalogue's lists. Raises LinkRefused with the file and the key at fault."""
    full, spelt, words = (_read(settings_file(name)) for name in ("short_names.toml", "spellings.toml", "words.toml"))
    try:
        forms: dict[str, set[str]] = defaultdict(set)
        for name, shorts in full["forms"].items():
            for one in (name, *shorts):
                forms[one].add(name)
        lines: dict[str, set[str]] = defaultdict(set)
        for line in spelt["names"]:
            spellings = line.split()
            for one in spellings:
                lines[one].add(spellings[0])
        return NameLists(
            short_forms={name: tuple(sorted(found)) for name, found in sorted(forms.items())},
            spellings={name: tuple(sorted(found)) for name, found in sorted(lines.items())},
            titles=tuple(words["titles"]),
            no_names=tuple(words["no_names"]),
            particles=tuple(words["particles"]),
            flats=tuple(words["flats"]),
            no_postcodes=tuple(words["no_postcodes"]),
            no_numbers=tuple(words["no_numbers"]),
            short_words=dict(words["short"]),
        )
    except (KeyError, AttributeError, TypeError) as error:
        raise LinkRefused(f"catalogue/linkage: a list is not as it must be ({error}). Take the files of the release again.") from error


def forms_of(name: str, lists: NameLists) -> list[str]:
    """What a given or family name may stand for: itself, its full names, and each of these in its first spelling, in alphabetical order."""
    found = {name, *lists.short_forms.get(name, ())}
    for one in tuple(found):
        found.update(f"~{spelling}" for spelling in lists.spellings.get(one, ()))
    return sorted(found)


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LinkRefused(f"catalogue/linkage/{file.name}: cannot be read ({error}).") from error

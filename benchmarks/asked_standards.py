"""The standards that a measurement asks for, read as a force reads them that keeps only those in a folder of its own."""

from __future__ import annotations

from collections.abc import Sequence

from candour.records.vocabulary import Vocabulary, find_catalogue
from candour.standards.choosing import choose
from candour.standards.loading import load_standard, load_standards
from candour.standards.model import Standard


def asked_standards(only: Sequence[str], vocabulary: Vocabulary) -> tuple[Standard, ...]:
    """The editions for England of the standards with these ids (none: of the whole catalogue), in order of id and version. Raises ValueError for an id that has none."""
    if not only:
        return choose(load_standards(None, vocabulary, examples=False), "England").held
    names = set(only)
    files = [file for file in sorted((find_catalogue() / "standards").rglob("*.toml")) if file.name.split(".")[0] in names]
    loaded = sorted((load_standard(file, vocabulary, examples=False) for file in files), key=lambda one: (one.id, one.version))
    held = choose(loaded, "England").held
    if missing := names - {one.id for one in held}:
        raise ValueError(f"no edition for England of {', '.join(sorted(missing))}")
    return held

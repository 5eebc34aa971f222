"""Words of ours as SQL takes them: a text, a name, a list of paths."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def text(value: str) -> str:
    """A text as a literal of SQL."""
    return "'" + value.replace("'", "''") + "'"


def quoted(name: str) -> str:
    """A name as SQL takes it."""
    return '"' + name.replace('"', '""') + '"'


def paths_list(paths: Iterable[Path]) -> str:
    """Paths as the list that read_parquet takes."""
    return "[" + ", ".join(text(str(path)) for path in paths) + "]"

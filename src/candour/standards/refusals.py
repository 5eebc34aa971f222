"""How a standard that cannot be meant is refused: with the file, the key, the value and the way to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class StandardRefused(ValueError):
    """A standard (or a parameter file) says something that cannot be meant.

    `file`, `key` and `problem` are kept apart, so that a list of faults can be shown as a table.
    """

    def __init__(self, file: str, key: str, problem: str) -> None:
        super().__init__(f"{file}: [{key}] {problem}" if key else f"{file}: {problem}")
        self.file = file
        self.key = key
        self.problem = problem


def near(word: str, known: Iterable[str]) -> str:
    """` Near it: a, b.`: the known words that a misspelt one may have meant, to end a refusal with; nothing where none is close."""
    close = get_close_matches(word, list(known), n=3)
    return f" Near it: {', '.join(close)}." if close else ""

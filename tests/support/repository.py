"""The files of this repository, for the tests of the repository itself."""

from __future__ import annotations

import subprocess
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_MADE = {"__pycache__", "build", "dist", "demo", "bench-work", "site"}
_BINARY = {".parquet", ".xlsx", ".ods", ".gz", ".zip", ".png"}


@lru_cache(maxsize=1)
def tracked_files() -> tuple[Path, ...]:
    """Every file that is kept in the repository; in a copy without its history, every file but what the commands make."""
    if (ROOT / ".git").exists():
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout.split("\0")
        return tuple(file for name in listed if name and (file := ROOT / name).is_file())
    return tuple(
        file
        for file in sorted(ROOT.rglob("*"))
        if file.is_file() and not any(part in _MADE or part.startswith(".") for part in file.relative_to(ROOT).parts[:-1])
    )


def named(file: Path) -> str:
    """The file's path from the root of the repository."""
    return file.relative_to(ROOT).as_posix()


@lru_cache(maxsize=1)
def texts() -> dict[str, str]:
    """Every kept file that is text, by its path from the root."""
    found = {}
    for file in tracked_files():
        if file.suffix.lower() in _BINARY:
            continue
        raw = file.read_bytes()
        if b"\0" not in raw[:1000]:
            found[named(file)] = raw.decode("utf-8", errors="replace")
    return found


def sources() -> dict[str, str]:
    """The Python files of src/, by path."""
    return {name: text for name, text in texts().items() if name.startswith("src/") and name.endswith(".py")}


def pages() -> dict[str, str]:
    """The Markdown pages that people wrote (those of docs/reference that are generated say so in their first line), by path."""
    return {name: text for name, text in texts().items() if name.endswith(".md") and not text.startswith("<!-- Written by `make docs`")}

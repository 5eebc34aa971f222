"""Files that only their owner may read: passwords of the database and the service's secret key."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from candour.records.refusals import InputRefused


class PrivateFileRefused(InputRefused):
    """A private file can be read or changed by others. The message names it and says how to mend it."""


def write_private(path: Path, words: str) -> None:
    """Write a file that is its owner's alone, in a folder that is its owner's alone; an earlier one is replaced in one step."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(words)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def read_private(path: Path) -> str | None:
    """What the file says, or None where there is no such file.

    Raises PrivateFileRefused where another account may read or change it.
    """
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return None
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise PrivateFileRefused(f"{path} may be read by others. Make it yours alone (chmod 600), and change what it holds if it was seen.")
    return path.read_text(encoding="utf-8").strip()

"""Folders under way, each held by the process that fills it, so that what a killed process left can be told from what another still writes.

A folder under way has a name of a dot and digits. Its process holds a lock on the folder itself, which ends with the process however it ends.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def under_way(parent: Path) -> list[Path]:
    """The folders under way, whether their processes still live or not; none where the parent is not there."""
    if not parent.is_dir():
        return []
    return sorted(path for path in parent.iterdir() if path.name.startswith(".") and path.name[1:].isdecimal() and path.is_dir())


@contextmanager
def swept(parent: Path) -> Iterator[None]:
    """Take away the folders under way of processes that are gone. Until the block ends no other process sweeps or claims in `parent`."""
    with _locked(parent, wait=True):
        for folder in under_way(parent):
            with _locked(folder, wait=False) as free:
                if free:
                    shutil.rmtree(folder)
        yield


def sweep_abandoned(parent: Path) -> None:
    """Take away the folders under way of processes that are gone; nothing where the parent is not there."""
    if under_way(parent):
        with swept(parent):
            pass


def claim(folder: Path) -> int:
    """Make a folder under way and hold it: the descriptor to close when it is done with. Call it inside `swept`. Raises FileExistsError."""
    folder.mkdir()
    descriptor = os.open(folder, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    return descriptor


@contextmanager
def _locked(folder: Path, *, wait: bool) -> Iterator[bool]:
    """Hold a folder; False where another process holds it and `wait` is not wanted."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
    finally:
        os.close(descriptor)

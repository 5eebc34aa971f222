"""Keeps what is done of a large assessment until its run is whole, so that the same question, asked again after a kill, goes on from there.

`STORE/.parts/<key>/` belongs to one question about one chronology: the key is a hash of everything the findings rest on. Its process
holds a lock on it, and only its owner can read it.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path

import duckdb

from candour.evaluation.dividing import Asked
from candour.records.own_code import code_fingerprint
from candour.records.refusals import StoreBusy

PARTS = ".parts"


def key_of(asked: Asked, *further: object) -> str:
    """A hash of what the findings rest on: the chronology's files, the standards, the force's own figures and whatever else is given, the moments, and the
    programs that evaluate."""
    files = [(file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in (asked.events, asked.cases, asked.children)]
    told = [
        files,
        repr(
            [(one.source_system, one.complete, sorted((kind, sorted(held)) for kind, held in one.holds.items())) for one in asked.sources]
        ),
        [(one.id, one.version, one.fingerprint, str(one.in_force)) for one in asked.standards],
        asked.vocabulary.fingerprint,
        repr((sorted(asked.calendar.bank_holidays), asked.calendar.known_from, asked.calendar.known_to, asked.calendar.terms)),
        str(asked.as_of),
        str(asked.known_at),
        version("candour"),
        code_fingerprint(),
        duckdb.__version__,
        *map(str, further),
    ]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:24]


@contextmanager
def kept(store: Path, key: str) -> Iterator[Path]:
    """The folder of a question, with what an earlier process finished of it that was killed, stopped or met an error (a full disk, say); gone when the block ends
    well. What is kept of a question that nobody asks again is taken away by the next that is asked.

    Raises StoreBusy where another process is at the same question.
    """
    (store / PARTS).mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = store / PARTS / key
    folder.mkdir(mode=0o700, exist_ok=True)
    held = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not folder.exists() or not os.path.samestat(os.fstat(held), folder.stat()):
                raise BlockingIOError  # it was taken away between our opening it and our holding it
        except BlockingIOError as error:
            raise StoreBusy(
                f"{store}: another process is assessing the same question. Wait until its run is there, or stop it first."
            ) from error
        yield folder
        _take_away(folder)
    finally:
        os.close(held)


def sweep_others(store: Path, key: str | None = None) -> None:
    """Take away what is kept of other questions, unless a process is at them."""
    parent = store / PARTS
    for folder in parent.iterdir() if parent.is_dir() else ():
        if folder.name == key or not folder.is_dir():
            continue
        try:
            held = os.open(folder, os.O_RDONLY)
        except FileNotFoundError:
            continue  # another process was quicker
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _take_away(folder)
        except BlockingIOError:
            continue
        finally:
            os.close(held)


def _take_away(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    with suppress(OSError):  # something of another question is in it, or another process was quicker
        folder.parent.rmdir()

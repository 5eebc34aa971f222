"""Keeps a store whole: one import at a time, everything prepared aside, and one rename that makes it current.

An import that is killed at any moment leaves the store as it was; what it left lying about is swept up by the next.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import duckdb

from candour.records.abandoned import sweep_abandoned
from candour.records.chronology import CHRONOLOGY, CURRENT, DELIVERIES, current_number, open_generation
from candour.records.refusals import InputRefused, StoreBusy

FORMAT = 1
WORK = ".work"
LOCK = ".lock"
RUNS = "runs"
KEPT_GENERATIONS = 2
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NO_ROOM_WORDS = ("No space left", "could not be allocated", "max_temp_directory_size", "File too large")


@contextmanager
def hold(store: Path) -> Iterator[Path]:
    """Hold a store for writing, making it when it is new, and give an empty folder to work in. Raises StoreBusy, InputRefused.

    A store that was made for this and into which nothing came is taken away again.
    """
    with no_room_is_refused(store):
        made = not store.exists()
        if store.exists() and not store.is_dir():
            raise InputRefused(f"{store}: is a file. Give the folder of a store, or a new one.")
        if store.is_dir() and any(store.iterdir()) and not (store / "store.json").is_file() and not (store / LOCK).is_file():
            raise InputRefused(f"{store}: is a folder with other things in it, and not a store. Give an empty or a new folder.")
        store.mkdir(parents=True, exist_ok=True)
        with (store / LOCK).open("a+", encoding="ascii") as lock:
            _take(lock, store)
            lock.seek(0)
            lock.truncate()
            lock.write(str(os.getpid()))
            lock.flush()
            work = store / WORK
            try:
                _check_format(store)
                sweep(store)
                work.mkdir(mode=0o700)
                yield work
            finally:
                shutil.rmtree(work, ignore_errors=True)
                if made:
                    _take_away_if_empty(store)


def _take_away_if_empty(store: Path) -> None:
    """Undo the making of a store, while it is held, where nothing but its two marks is in it."""
    marks = {store / "store.json", store / LOCK}
    if set(store.iterdir()) <= marks:
        for mark in marks:
            mark.unlink(missing_ok=True)
        store.rmdir()


def _take(lock: TextIO, store: Path) -> None:
    try:
        fcntl.flock(lock.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in (errno.EAGAIN, errno.EACCES):
            raise
        lock.seek(0)
        raise _busy(store, lock.read().strip()) from error
    if not (store / LOCK).exists() or not os.path.samestat(os.fstat(lock.fileno()), (store / LOCK).stat()):
        raise _busy(store, "")  # it was taken away by the import that made it, between our opening it and our holding it


def _busy(store: Path, holder: str) -> StoreBusy:
    return StoreBusy(
        f"{store}: another import is writing to this store (process {holder or 'not known'}). Nothing was changed; try again when it has ended."
    )


def _check_format(store: Path) -> None:
    path = store / "store.json"
    if not path.is_file():
        write_durably(path, json.dumps({"format": FORMAT, "name": ""}, indent=2) + "\n")
        return
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        found = content["format"]
    except (ValueError, KeyError, TypeError) as error:
        raise InputRefused(f"{path}: cannot be read ({error}). Restore the store from a backup.") from error
    if found != FORMAT:
        raise InputRefused(f"{path}: the store has format {found}; this Candour reads format {FORMAT}. Use candour upgrade.")


def name_store(store: Path, force: str) -> None:
    """Write down whose store it is, where a mapping says so and nothing is written yet."""
    path = store / "store.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    if force and not content.get("name"):
        write_durably(path, json.dumps({**content, "name": force}, indent=2) + "\n")


IMPORT_AGAIN = "Make room (about four times the size of the delivery) and import again."


@contextmanager
def no_room_is_refused(store: Path, mend: str = IMPORT_AGAIN) -> Iterator[None]:
    """Turn a full disk, or too little memory, into a refusal that says what to do (`mend`, for the disk)."""
    try:
        yield
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        raise InputRefused(_no_room(store, mend)) from error
    except duckdb.Error as error:
        if any(words in str(error) for words in _NO_ROOM_WORDS):
            raise InputRefused(_no_room(store, mend)) from error
        if isinstance(error, duckdb.OutOfMemoryException):
            raise InputRefused(
                f"{store}: this needs more memory than there is. Nothing was changed. End other programs, or use a computer with more."
            ) from error
        raise


def _no_room(store: Path, mend: str) -> str:
    return f"{store}: there is no room left on the disk. Nothing was changed. {mend}"


def sweep(store: Path) -> None:
    """Take away what an interrupted import left (its work, and generations and deliveries that never became current) and killed runs."""
    shutil.rmtree(store / WORK, ignore_errors=True)
    number = current_number(store)
    known = set() if number is None else set(open_generation(store, number).deliveries)
    for folder in _folders(store / CHRONOLOGY):
        if folder.name.isdecimal() and (number is None or int(folder.name) > number):
            shutil.rmtree(folder)
    for folder in _folders(store / DELIVERIES):
        if folder.name not in known:
            shutil.rmtree(folder)
    (store / CHRONOLOGY / f"{CURRENT}.new").unlink(missing_ok=True)
    sweep_abandoned(store / RUNS)
    sweep_abandoned(store / "links")


def _folders(parent: Path) -> list[Path]:
    return [path for path in parent.iterdir() if path.is_dir()] if parent.is_dir() else []


def publish(store: Path, deliveries: dict[str, Path], generation: Path, number: int) -> None:
    """Make a prepared generation and its deliveries current. The last step is one rename."""
    for folder in (*deliveries.values(), generation):
        for path in folder.rglob("*"):
            if path.is_file():
                _sync(path)
        _sync(folder)
    for parent in (store / DELIVERIES, store / CHRONOLOGY):
        parent.mkdir(exist_ok=True)
    for delivery_id, folder in deliveries.items():
        folder.rename(store / DELIVERIES / delivery_id)
    generation.rename(store / CHRONOLOGY / str(number))
    _sync(store / DELIVERIES)
    _sync(store / CHRONOLOGY)
    write_durably(store / CHRONOLOGY / CURRENT, f"{number}\n")
    old = sorted((folder for folder in _folders(store / CHRONOLOGY) if folder.name.isdecimal()), key=lambda folder: int(folder.name))
    for folder in old[:-KEPT_GENERATIONS]:
        shutil.rmtree(folder)


def write_durably(path: Path, text: str) -> None:
    """Write a small file so that a reader sees the old text or the new, never a part."""
    new = path.with_name(path.name + ".new")
    with new.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.rename(path)
    _sync(path.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

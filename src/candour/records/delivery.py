"""Finds the delivered files that a mapping names, and takes them in as they are, each with its SHA-256."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from candour.records.mapping import SourceMapping
from candour.records.readers import format_of
from candour.records.readers.rows import LONGEST_LINE
from candour.records.refusals import InputRefused

EXTRACTED_AT = "_extracted_at.txt"
"""A file of a delivery that holds the moment of extraction (a date or time, London unless it says otherwise)."""
_CHUNK = 1 << 20

Progress = Callable[[str, int, int], None]
"""Told what is being done, how far it is, and how far there is to go (both in bytes)."""


@dataclass(frozen=True)
class DeliveredFile:
    """One file for one table of the mapping (counted from 0). `path` is where its contents are read from."""

    name: str
    table: int
    path: Path
    sha256: str
    size: int


def find_files(folder: Path, mapping: SourceMapping) -> tuple[list[tuple[int, Path]], list[str]]:
    """The files of the folder that each table takes, in order, and the patterns that no file answers.

    Raises InputRefused for a file that leads outside the folder (a link).
    """
    found: list[tuple[int, Path]] = []
    missing: list[str] = []
    inside = folder.resolve()
    for number, table in enumerate(mapping.tables):
        answering = {path for pattern in (table.file, *table.also) for path in folder.glob(pattern)}
        paths = sorted(path for path in answering if path.is_file() and path.name != EXTRACTED_AT)
        for path in paths:
            if not path.resolve().is_relative_to(inside):
                raise InputRefused(
                    f"{path.relative_to(folder)}: is a link that leads outside the delivered folder. Put the file itself there."
                )
            found.append((number, path))
        if not paths:
            missing.append(table.file)
    return found, missing


def take_in(
    folder: Path, mapping: SourceMapping, found: list[tuple[int, Path]], copies: Path | None, progress: Progress
) -> list[DeliveredFile]:
    """Hash every file and, unless `copies` is None, copy it there; later steps read the copy, so that what was hashed is what is read.

    The copies hold names as they were delivered: they are their owner's alone to read.
    """
    if copies is not None:
        copies.mkdir(mode=0o700, parents=True)
    done: dict[Path, tuple[Path, str, int]] = {}
    for number, path in found:
        name = path.relative_to(folder).as_posix()
        if path not in done:
            target = None if copies is None else copies / name
            text = (mapping.tables[number].format or format_of(name)) in ("csv", "jsonl")
            sha256, size = _hash_and_copy(path, target, name, text, progress)
            done[path] = (target or path, sha256, size)
    return [DeliveredFile(path.relative_to(folder).as_posix(), number, *done[path]) for number, path in found]


def _hash_and_copy(path: Path, target: Path | None, name: str, text: bool, progress: Progress) -> tuple[str, int]:
    digest = hashlib.sha256()
    total = path.stat().st_size
    size = since_line_end = 0
    if target is not None:
        target.parent.mkdir(parents=True, exist_ok=True)
    with (
        path.open("rb") as source,
        open(target or os.devnull, "wb", opener=_for_its_owner) as copy,
    ):  # a path cannot say with which rights it is made
        while piece := source.read(_CHUNK):
            digest.update(piece)
            copy.write(piece)
            size += len(piece)
            end = piece.rfind(b"\n")
            since_line_end = since_line_end + len(piece) if end < 0 else len(piece) - end - 1
            if text and since_line_end > LONGEST_LINE:
                raise InputRefused(
                    f"{name}: a line is longer than {LONGEST_LINE // 1_000_000} MB (at byte {size}). Check how the file was exported."
                )
            progress(f"taking in {name}", size, total)
    return digest.hexdigest(), size


def _for_its_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def delivery_key(mapping: SourceMapping, vocabulary: str, files: list[DeliveredFile]) -> str:
    """The delivery's id: the same files read by the same mapping and vocabulary have the same one."""
    listed = sorted({(file.name, file.sha256) for file in files})
    content = json.dumps([mapping.name, mapping.fingerprint, vocabulary, listed])
    return f"{mapping.name}-{hashlib.sha256(content.encode()).hexdigest()[:16]}"


def unclaimed(folder: Path, claimed: set[Path]) -> list[str]:
    """Files of the folder that no table takes: they are named in the report and not read."""
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path not in claimed and path.name != EXTRACTED_AT
    )

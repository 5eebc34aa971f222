"""Looks inside a zipped file before it is opened, so that a small file cannot unpack into one that fills the machine."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from candour.records.refusals import InputRefused

LARGEST_UNPACKED = 1 << 30
LARGEST_RATIO = 200
_SMALL = 1 << 20
_ODD = re.compile(rb'<c r="([A-Z]+)(\d+)"(?:[^>]*>\s*<(f)[ />]|[^>]* t="e")')


def check_zip(path: Path, shown: str, most: int = LARGEST_UNPACKED, ratio: int = LARGEST_RATIO) -> None:
    """Refuse a zip whose members declare, or turn out to hold, too much; or that is damaged.

    `most` is the bytes all members may unpack to together; `ratio` the times a member over 1 MB may grow.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            declared = sum(member.file_size for member in members)
            grown = max((member.file_size // max(member.compress_size, 1) for member in members if member.file_size > _SMALL), default=0)
            if declared > most or grown > ratio:
                raise InputRefused(
                    f"{shown}: would unpack to {declared >> 20} MB, up to {grown} times its size. It is not opened: no workbook needs that."
                )
            for member in members:
                _walk(archive, member)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise InputRefused(f"{shown}: is not a whole workbook ({error}). Open it, save it again as a workbook, and send that.") from error


def _walk(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Unpack a member piece by piece and forget it: the sizes and the checksum are then true."""
    with archive.open(member) as file:
        while file.read(1 << 20):
            pass


def odd_cells(path: Path, sheet_number: int) -> Iterator[tuple[str, int, str]]:
    """Column letters, line, and "formula" or "error" of such cells in the n-th worksheet (from 1) of an XLSX workbook."""
    with zipfile.ZipFile(path) as archive:
        name = f"xl/worksheets/sheet{sheet_number}.xml"
        if name not in archive.namelist():
            return
        kept = b""
        with archive.open(name) as file:
            while piece := file.read(1 << 20):
                text = kept + piece
                last = 0
                for match in _ODD.finditer(text):
                    last = match.end()
                    yield match[1].decode(), int(match[2]), "formula" if match[3] else "error"
                kept = text[max(last, len(text) - 200) :]

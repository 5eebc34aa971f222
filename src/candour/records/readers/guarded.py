"""The bytes of an XML file, plain or gzipped, refused when they unpack to far more than they hold or declare entities."""

from __future__ import annotations

import gzip
import io
import zlib
from pathlib import Path

from candour.records.readers.zips import LARGEST_RATIO, LARGEST_UNPACKED
from candour.records.refusals import InputRefused

_DECLARATIONS = 1 << 16
"""A document type stands before the first element; this many bytes are searched for one."""


def no_document_type(shown: str) -> InputRefused:
    """The refusal of a file that declares a document type or entities."""
    return InputRefused(f"{shown}: declares a document type or entities, which no record needs. Export it without them.")


class GuardedBytes(io.RawIOBase):
    """A file to read from. Raises InputRefused for a damaged gzip file, one that unpacks to too much, and one with a document type."""

    def __init__(self, path: Path, shown: str) -> None:
        self.shown = shown
        self.packed = path.stat().st_size
        self.raw = path.open("rb")
        start = self.raw.peek(2)[:2]
        self.stream: io.BufferedIOBase = gzip.GzipFile(fileobj=self.raw) if start == b"\x1f\x8b" else self.raw
        self.read_so_far = 0

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        try:
            piece = self.stream.read(size if size > 0 else 1 << 16)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise InputRefused(f"{self.shown}: is not a whole gzip file ({error}). Send it again.") from error
        if self.read_so_far < _DECLARATIONS and (b"<!DOCTYPE" in piece or b"<!ENTITY" in piece):
            raise no_document_type(self.shown)
        self.read_so_far += len(piece)
        if self.read_so_far > LARGEST_UNPACKED or (
            self.stream is not self.raw and self.read_so_far > (1 << 24) + LARGEST_RATIO * self.packed
        ):
            raise InputRefused(f"{self.shown}: unpacks to more than {self.read_so_far >> 20} MB, far more than it holds. It is not read.")
        return piece

    def close(self) -> None:
        """Close the file."""
        self.raw.close()
        super().close()

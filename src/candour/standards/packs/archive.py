"""The zip of a pack: written the same to the byte each time, and read only when it is exactly that.

Nothing in it is compressed, so that it cannot unpack to more than it is; and what is read is written again and compared, so that no two
programs can see different files in it.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Mapping

from candour.standards.refusals import StandardRefused

MOST_BYTES = 64 << 20
MOST_FILES = 5_000
_NAME = re.compile(r"(manifest|signature)\.json|standards(/[A-Za-z0-9][A-Za-z0-9_-]{0,99}){0,4}/[A-Za-z0-9][A-Za-z0-9_.-]{0,120}\.toml")
_MOMENT = (1980, 1, 1, 0, 0, 0)


def may_be_named(name: str) -> bool:
    """Whether a file of a pack may have this name: the manifest, the signature, or a TOML file under `standards/`, with no way out of it."""
    return _NAME.fullmatch(name) is not None and ".." not in name


def write_archive(members: Mapping[str, bytes]) -> bytes:
    """The bytes of a zip with these files, in order of name. The same files give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(members):
            entry = zipfile.ZipInfo(name, _MOMENT)
            entry.create_system = 3
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, members[name])
    return out.getvalue()


def read_archive(raw: bytes, shown: str) -> dict[str, bytes]:
    """Every file of a pack by name. Raises StandardRefused for whatever is not exactly what `write_archive` writes; `shown` is the pack's name."""
    if len(raw) > MOST_BYTES:
        raise StandardRefused(shown, "", f"is {len(raw) >> 20} MB. A pack is at most {MOST_BYTES >> 20} MB; it is not opened.")
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            entries = archive.infolist()
            _check_entries(entries, len(raw), shown)
            found = {entry.filename: archive.read(entry) for entry in entries}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError, OSError, struct.error) as error:
        if isinstance(error, StandardRefused):
            raise
        raise StandardRefused(shown, "", f"is not a pack, or is damaged ({error}). Fetch it again from whoever made it.") from error
    if write_archive(found) != raw:
        raise StandardRefused(
            shown,
            "",
            "holds something beside its files, or was put together by another program. Ask for a pack made by `candour standards pack`.",
        )
    return found


def _check_entries(entries: list[zipfile.ZipInfo], size: int, shown: str) -> None:
    """Refuse names that lead elsewhere, names given twice, and what could unpack to more than its `size` in bytes."""
    if len(entries) > MOST_FILES:
        raise StandardRefused(shown, "", f"has {len(entries):,} files. A pack has at most {MOST_FILES:,}; it is not opened.")
    seen: set[str] = set()
    for entry in entries:
        name = entry.filename
        if not may_be_named(name):
            raise StandardRefused(
                shown, name, "is not a name that a file of a pack may have: standards/AREA/NAME.toml, and never a way out of the folder."
            )
        if name.casefold() in seen:
            raise StandardRefused(shown, name, "is there twice. Which of the two was meant cannot be told.")
        seen.add(name.casefold())
        if entry.compress_type != zipfile.ZIP_STORED or entry.file_size != entry.compress_size or entry.flag_bits & 1:
            raise StandardRefused(
                shown, name, "is compressed or locked. Nothing in a pack is, so that it cannot unpack to more than it is."
            )
    if sum(entry.file_size for entry in entries) > size:
        raise StandardRefused(
            shown, "", "says that its files hold more than it does: some share the same bytes. No pack is made like that; do not use it."
        )

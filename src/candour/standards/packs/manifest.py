"""The manifest of a pack: what it is called, what it was made with, and the hash of every file in it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from candour.standards.refusals import StandardRefused

FORMAT = 1
"""How a pack is put together. A pack of another format is refused."""
LANGUAGE = 1
"""The language of standards. Raised by one when something that could be written before would now mean something else, or could not be read by the version before."""
VERSION = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9}){0,3}")
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class PackedFile:
    """One file of a pack: where it is, its hash, and which edition of which standard it says it holds."""

    path: str
    sha256: str
    id: str
    version: int


@dataclass(frozen=True)
class Manifest:
    """What a pack says of itself. `made_at` is UTC; `candour` the version of the program that made it; `vocabulary` the fingerprint of the words it was written in."""

    name: str
    version: str
    made_at: datetime
    candour: str
    vocabulary: str
    files: tuple[PackedFile, ...]

    @property
    def title(self) -> str:
        """`northshire 2026.1, made 2026-03-31 06:00 UTC with Candour 0.1.0`."""
        return f"{self.name} {self.version}, made {self.made_at:%Y-%m-%d %H:%M} UTC with Candour {self.candour}"


def write_manifest(manifest: Manifest) -> bytes:
    """The manifest as JSON, the same to the byte each time."""
    content = {"format": FORMAT, "language": LANGUAGE} | asdict(manifest) | {"made_at": f"{manifest.made_at:%Y-%m-%dT%H:%M:%SZ}"}
    return (json.dumps(content, indent=1, ensure_ascii=True, sort_keys=True) + "\n").encode("ascii")


def read_manifest(raw: bytes, shown: str) -> Manifest:
    """The manifest in these bytes. Raises StandardRefused for another format or language, and for anything beside or short of what `write_manifest` writes."""
    content = read_json(raw, shown, "manifest.json")
    if content.get("format") != FORMAT:
        raise StandardRefused(
            shown, "manifest.format", f"is {content.get('format')!r}; this Candour reads format {FORMAT}. Ask for a pack in that format."
        )
    if content.get("language") != LANGUAGE:
        raise StandardRefused(
            shown, "manifest.language",
            f"is {content.get('language')!r}; this Candour reads language {LANGUAGE}. The same words might mean something else: "
            "use the Candour that the pack was made with, or ask for a pack made with yours.",
        )  # fmt: skip
    try:
        files = content["files"]
        if not isinstance(files, list):
            raise TypeError("files is a list")
        manifest = Manifest(
            name=_text(content, "name", NAME, shown),
            version=_text(content, "version", VERSION, shown),
            made_at=datetime.strptime(str(content["made_at"]), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC),
            candour=_text(content, "candour", re.compile(r"[0-9A-Za-z.+-]{1,40}"), shown),
            vocabulary=_text(content, "vocabulary", _SHA256, shown),
            files=tuple(_file(one, shown) for one in files),
        )
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, StandardRefused):
            raise
        raise StandardRefused(shown, "manifest.json", f"is not whole ({error}). Ask for the pack again.") from error
    if write_manifest(manifest) != raw:
        raise StandardRefused(
            shown,
            "manifest.json",
            "says more than a manifest does, or says it in another way. Ask for a pack made by `candour standards pack`.",
        )
    return manifest


def read_json(raw: bytes, shown: str, name: str) -> dict[str, object]:
    """The JSON object in these bytes. Raises StandardRefused."""
    try:
        content = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise StandardRefused(shown, name, "is not JSON that can be read. Ask for the pack again.") from error
    if not isinstance(content, dict):
        raise StandardRefused(shown, name, "is not a table. Ask for the pack again.")
    return content


def _text(content: Mapping[str, object], key: str, pattern: re.Pattern[str], shown: str) -> str:
    value = content[key]
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise StandardRefused(shown, f"manifest.{key}", f"is {str(value)[:80]!r}, which no manifest says. Ask for the pack again.")
    return value


def _file(one: Mapping[str, object], shown: str) -> PackedFile:
    version = one["version"]
    if not isinstance(version, int) or isinstance(version, bool):
        raise ValueError("a version is a whole number")
    return PackedFile(str(one["path"]), _text(one, "sha256", _SHA256, shown), _text(one, "id", NAME, shown), version)

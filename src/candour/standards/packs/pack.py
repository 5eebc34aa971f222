"""Makes a pack from a folder of standards, and opens one: nothing in it is believed before its hash, and its signature where trust is asked for, are seen to hold."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from candour.records.vocabulary import Vocabulary
from candour.standards.loading import load_standards
from candour.standards.model import Standard
from candour.standards.packs.archive import MOST_BYTES, MOST_FILES, may_be_named, read_archive, write_archive
from candour.standards.packs.keys import PrivateKey, PublicKey, read_public
from candour.standards.packs.manifest import NAME, VERSION, Manifest, PackedFile, read_json, read_manifest, write_manifest
from candour.standards.refusals import StandardRefused

_MANIFEST, _SIGNATURE, _FOLDER = "manifest.json", "signature.json", "standards/"


@dataclass(frozen=True)
class Label:
    """What whoever makes a pack calls it. `made_at` is UTC and is passed in, so that the same standards give the same bytes."""

    name: str
    version: str
    made_at: datetime
    candour: str


@dataclass(frozen=True)
class Pack:
    """A pack that was opened: every file's hash is that of its manifest. `signer` is the key that it names and whose signature holds (None: unsigned)."""

    shown: str
    manifest: Manifest
    files: Mapping[str, bytes]
    signer: PublicKey | None
    proof: Mapping[str, bytes]
    """The manifest and the signature as they came, to be kept beside what is installed."""


def make_pack(folder: Path, label: Label, vocabulary: Vocabulary, key: PrivateKey | None) -> bytes:
    """The bytes of a pack of every standard below a folder, signed where there is a key. Raises StandardRefused where a standard cannot be read or a name will not do."""
    for what, said, pattern in (("name", label.name, NAME), ("version", label.version, VERSION)):
        if not pattern.fullmatch(said):
            raise StandardRefused(
                "pack", what, f"{said!r} will not do: a name is lower-case words joined by hyphens, a version figures joined by dots."
            )
    if not folder.is_dir():
        raise StandardRefused(str(folder), "", "is not a folder. A pack is made from a folder of standards.")
    load_standards(folder, vocabulary)
    files = {_FOLDER + file.relative_to(folder).as_posix(): file.read_bytes() for file in sorted(folder.rglob("*.toml"))}
    for name in files:
        if not may_be_named(name):
            raise StandardRefused(
                name,
                "",
                "cannot be packed under this name: use letters, figures, dots, hyphens and underscores, at most four folders deep.",
            )
    if not files or len(files) > MOST_FILES or sum(map(len, files.values())) > MOST_BYTES // 2:
        raise StandardRefused(str(folder), "", f"holds {len(files):,} standards, which is none or too many for one pack.")
    listed = tuple(PackedFile(path, hashlib.sha256(raw).hexdigest(), *_identity(raw, path)) for path, raw in sorted(files.items()))
    manifest = write_manifest(Manifest(label.name, label.version, label.made_at, label.candour, vocabulary.fingerprint, listed))
    members = {**files, _MANIFEST: manifest}
    if key is not None:
        members[_SIGNATURE] = _written_signature(key.public, key.sign(manifest))
    return write_archive(members)


def open_pack(file: Path, trusted: Sequence[PublicKey] | None) -> Pack:
    """Open a pack. With `trusted` it must be signed by one of these keys, and that is settled before anything else in it is read; with None it need not be signed.

    Raises StandardRefused with what is wrong and what to do.
    """
    try:
        with file.open("rb") as stream:
            raw = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise StandardRefused(str(file), "", f"cannot be read ({error.strerror}).") from error
    members = read_archive(raw, file.name)
    if _MANIFEST not in members:
        raise StandardRefused(file.name, "", "has no manifest, so it is not a pack of standards.")
    signer = _signer(members, file.name)
    if trusted is not None:
        _check_trust(signer, trusted, file.name)
    manifest = read_manifest(members[_MANIFEST], file.name)
    files = {name: content for name, content in members.items() if name.startswith(_FOLDER)}
    _check_files(manifest, files, file.name)
    return Pack(file.name, manifest, files, signer, {name: members[name] for name in (_MANIFEST, _SIGNATURE) if name in members})


def standards_of(pack: Pack, vocabulary: Vocabulary) -> tuple[Standard, ...]:
    """The standards of a pack, read with this Candour's vocabulary. Raises StandardRefused for the first that cannot be meant here."""
    with tempfile.TemporaryDirectory(prefix="candour-pack-") as folder:
        for name, content in pack.files.items():
            place = Path(folder, name)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        try:
            return load_standards(Path(folder, _FOLDER), vocabulary)
        except StandardRefused as fault:
            other = pack.manifest.vocabulary != vocabulary.fingerprint
            hint = (
                " The pack was written in another vocabulary than yours: it may name kinds of event or fields that yours does not have."
                if other
                else ""
            )
            raise StandardRefused(f"{pack.shown}: {fault.file}", fault.key, fault.problem + hint) from fault


def _identity(raw: bytes, shown: str) -> tuple[str, int]:
    """The id and the version that a file of a standard says it holds."""
    try:
        content = tomllib.loads(raw.decode("utf-8"))
        return str(content["id"]), int(content["version"])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError, KeyError, TypeError, ValueError) as error:
        raise StandardRefused(shown, "", "does not say which edition of which standard it is.") from error


def _written_signature(key: PublicKey, signature: bytes) -> bytes:
    content = {"key": key.text, "signature": base64.b64encode(signature).decode("ascii")}
    return (json.dumps(content, indent=1, sort_keys=True) + "\n").encode("ascii")


def _signer(members: Mapping[str, bytes], shown: str) -> PublicKey | None:
    """The key that signed the manifest; None where there is no signature. Raises StandardRefused for a signature that does not hold."""
    if _SIGNATURE not in members:
        return None
    content = read_json(members[_SIGNATURE], shown, _SIGNATURE)
    key = read_public(str(content.get("key")), f"{shown}: {_SIGNATURE}")
    try:
        signature = base64.b64decode(str(content.get("signature")), validate=True)
    except (binascii.Error, ValueError) as error:
        raise StandardRefused(shown, _SIGNATURE, "is not a signature. Fetch the pack again from whoever made it.") from error
    if _written_signature(key, signature) != members[_SIGNATURE] or not key.signed(members[_MANIFEST], signature):
        raise StandardRefused(
            shown,
            _SIGNATURE,
            f"is not of this pack: it names the key {key.mark}, and the manifest is not what that key signed. Do not use it; fetch it again from whoever made it.",
        )
    return key


def _check_trust(signer: PublicKey | None, trusted: Sequence[PublicKey], shown: str) -> None:
    if signer is None:
        raise StandardRefused(
            shown, "", "is not signed, so who made it cannot be known. Ask whoever made it to sign it (`candour standards pack --key`)."
        )
    if not trusted:
        raise StandardRefused(
            shown, "", f"is signed by the key {signer.mark}, and you have named none that you trust. Ask the force that made it, by telephone or in person, "
            f"for the mark of its key; if it is the same, add --trust {signer.text}",
        )  # fmt: skip
    if signer not in trusted:
        marks = ", ".join(key.mark for key in trusted)
        raise StandardRefused(
            shown, "", f"is signed by the key {signer.mark}, which is none of those you trust ({marks}). If the force that made it has changed its key, "
            "ask it, by telephone or in person, for the mark of the new one. If not, do not use the pack.",
        )  # fmt: skip


def _check_files(manifest: Manifest, files: Mapping[str, bytes], shown: str) -> None:
    """Every file is in the manifest once, with its hash and the edition it holds, and the manifest names no other."""
    listed = [one.path for one in manifest.files]
    if len(set(listed)) != len(listed):
        raise StandardRefused(shown, "manifest.files", "names a file twice. Ask for the pack again.")
    for name in sorted(set(files) - set(listed)):
        raise StandardRefused(
            shown, name, "is in the pack and not in its manifest. Do not use the pack: something was added after it was made."
        )
    for one in manifest.files:
        if one.path not in files:
            raise StandardRefused(shown, one.path, "is in the manifest and not in the pack. Fetch it again from whoever made it.")
        if hashlib.sha256(files[one.path]).hexdigest() != one.sha256:
            raise StandardRefused(
                shown,
                one.path,
                "is not what the manifest says it is: its SHA-256 differs. Do not use the pack; fetch it again from whoever made it.",
            )
        name, version = _identity(files[one.path], f"{shown}: {one.path}")
        if (name, version) != (one.id, one.version):
            raise StandardRefused(
                shown,
                one.path,
                f"holds {name} version {version}, and the manifest says {one.id} version {one.version}. Do not use the pack.",
            )

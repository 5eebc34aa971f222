"""Keys by which a pack is signed and trusted (Ed25519): made, read, and used. A key is trusted by name of the key alone, never because a pack holds it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat, load_pem_private_key

from candour.standards.refusals import StandardRefused

_START = "ed25519:"
_SIGNED = b"candour pack, format 1\n"
"""Stands before what is signed, so that a signature made for something else can never serve here."""


@dataclass(frozen=True)
class PublicKey:
    """The half of a key that may be given to anyone. `text` is how it is written: `ed25519:` and 44 characters."""

    raw: bytes

    @property
    def text(self) -> str:
        """The key in one line."""
        return _START + base64.b64encode(self.raw).decode("ascii")

    @property
    def mark(self) -> str:
        """Sixteen characters by which two people can compare a key over the telephone: the first of its SHA-256."""
        digest = hashlib.sha256(self.raw).hexdigest()[:16]
        return " ".join(digest[start : start + 4] for start in range(0, 16, 4))

    def signed(self, content: bytes, signature: bytes) -> bool:
        """Whether this key made the signature over the content."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, _SIGNED + content)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class PrivateKey:
    """The half of a key that signs."""

    secret: Ed25519PrivateKey

    @property
    def public(self) -> PublicKey:
        """The half that may be given to anyone."""
        return PublicKey(self.secret.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))

    def sign(self, content: bytes) -> bytes:
        """The signature over the content: 64 bytes, the same each time."""
        return self.secret.sign(_SIGNED + content)


def make_keys(stem: Path) -> PublicKey:
    """Make `STEM.key`, which only its owner can read, and `STEM.pub`. Raises StandardRefused where either is there already: a key is never overwritten."""
    private, public = stem.with_name(f"{stem.name}.key"), stem.with_name(f"{stem.name}.pub")
    for file in (private, public):
        if file.exists():
            raise StandardRefused(str(file), "", "is there already. A key is never overwritten: choose another name.")
    key = PrivateKey(Ed25519PrivateKey.generate())
    try:
        with os.fdopen(os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
            written.write(key.secret.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        public.write_text(f"# A key for packs of Candour's standards; its mark is {key.public.mark}\n{key.public.text}\n", encoding="utf-8")
    except OSError as error:
        raise StandardRefused(str(stem), "", f"could not be written ({error.strerror}).") from error
    return key.public


def read_private(file: Path) -> PrivateKey:
    """Read a `.key` file. Raises StandardRefused for one that others can read, and for what is no such key."""
    try:
        raw, mode = file.read_bytes(), file.stat().st_mode
    except OSError as error:
        raise StandardRefused(str(file), "", f"cannot be read ({error.strerror}). `candour standards keygen` makes a key.") from error
    if os.name == "posix" and mode & 0o077:
        raise StandardRefused(str(file), "", f"can be read by others. Whoever holds it can sign for you: run `chmod 600 {file}`.")
    try:
        key = load_pem_private_key(raw, password=None)
    except (ValueError, TypeError) as error:
        raise StandardRefused(str(file), "", "is not a private key made by `candour standards keygen`.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise StandardRefused(str(file), "", "is a key of another sort. `candour standards keygen` makes one that signs packs.")
    return PrivateKey(key)


def read_public(text: str, where: str) -> PublicKey:
    """The public key written as `ed25519:...`. Raises StandardRefused naming `where` it stood."""
    try:
        raw = base64.b64decode(text.removeprefix(_START).encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError, ValueError) as error:
        raise StandardRefused(where, "key", "is not a public key: one is written ed25519: and 44 letters, figures and signs.") from error
    if not text.startswith(_START) or len(raw) != 32 or PublicKey(raw).text != text:
        raise StandardRefused(where, "key", "is not a public key: one is written ed25519: and 44 letters, figures and signs.")
    return PublicKey(raw)


def read_trusted(given: Sequence[str]) -> tuple[PublicKey, ...]:
    """The keys that are trusted: each as it is written, or a file with one a line (a `#` starts a note). Raises StandardRefused."""
    found: list[PublicKey] = []
    for one in given:
        if one.startswith(_START):
            found.append(read_public(one, "--trust"))
            continue
        try:
            lines = Path(one).read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise StandardRefused(one, "", "is neither a public key (ed25519:...) nor a file of them that can be read.") from error
        keys = [read_public(line.strip(), one) for line in lines if line.strip() and not line.lstrip().startswith("#")]
        if not keys:
            raise StandardRefused(one, "", "holds no public key.")
        found.extend(keys)
    return tuple(found)

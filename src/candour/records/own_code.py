"""Which code evaluates: a mended evaluator under the same version number is another program, and what the one before found may not be carried over."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

PACKAGES = ("records", "standards", "findings", "evaluation")


@cache
def code_fingerprint() -> str:
    """The SHA-256 of the sources of the packages that make findings, as they are installed; read once in a process."""
    root = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for file in sorted(path for name in PACKAGES for path in (root / name).rglob("*.py")):
        digest.update(file.relative_to(root).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()

"""Writes texts as TOML has them, for the two files of the catalogue that the manual keeps."""

from __future__ import annotations

import json


def text_of(text: str) -> str:
    """A text as a basic TOML string: JSON's escapes are TOML's, for text without control characters."""
    return json.dumps(" ".join(text.split()), ensure_ascii=False)

"""The manual of the whole catalogue, made once for the tests, and its pages as they stand."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote

from candour.manual.gathering import Manual, gather_manual

LINK = re.compile(r'(?:href|src)="([^"]*)"')
ID = re.compile(r' id="([^"]*)"')


@lru_cache(maxsize=1)
def whole_manual() -> Manual:
    return gather_manual()


def pages_below(folder: Path) -> dict[str, str]:
    """Every page of a folder, by its path from there."""
    return {file.relative_to(folder).as_posix(): file.read_text(encoding="utf-8") for file in sorted(folder.rglob("*.html"))}


def dead_links(folder: Path) -> list[tuple[str, str]]:
    """Every link from a page of a folder to a file that is not there, or to a place that is not on it. Addresses outside are not followed."""
    pages = pages_below(folder)
    ids = {(folder / name).resolve(): set(ID.findall(text)) for name, text in pages.items()}
    dead = []
    for name, text in pages.items():
        for link in LINK.findall(text):
            if link.startswith(("https://", "http://")):
                continue
            path, _, place = link.partition("#")
            target = ((folder / name).parent / unquote(path)).resolve() if path else (folder / name).resolve()
            known = ids.get(target)
            if known is None and target.suffix == ".html" and target.is_file():
                known = set(ID.findall(target.read_text(encoding="utf-8")))
            if not target.is_file() or (place and unquote(place) not in (known or set())):
                dead.append((name, link))
    return dead

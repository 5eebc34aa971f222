"""Where a standard's page is in the manual, so that a report or a proof can lead to it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from candour.records.refusals import InputRefused

INDEX = "index.html"


def page_of(standard: str) -> str:
    """The file of a standard's page, from the root of the manual."""
    return f"standards/{standard}.html"


def section_of(standard: str) -> str:
    """The id of a standard's section in a report; a manual that knows the report leads back to it."""
    return f"s-{standard}"


@dataclass(frozen=True)
class ManualLinks:
    """The manual at an address or in a folder. `known` are the standards that have a page; None where that cannot be looked up (an address)."""

    base: str
    known: frozenset[str] | None

    def to(self, standard: str, version: int | None = None) -> str:
        """The link to a standard's page, at an edition where one is given; empty where the manual has no such page."""
        if self.known is not None and standard not in self.known:
            return ""
        return f"{self.base}/{page_of(standard)}{f'#v{version}' if version else ''}"


def manual_links(manual: str, seen_from: Path | None = None) -> ManualLinks:
    """The links into a manual given as an address (http, https) or as a folder; those into a folder are relative to `seen_from` where it is given.

    Raises InputRefused for a folder that holds no manual, and for an address of another sort.
    """
    if "://" in manual:
        if not manual.startswith(("https://", "http://")):
            raise InputRefused(f"{manual}: the manual is a folder, or an address that begins with https:// or http://.")
        return ManualLinks(manual.rstrip("/").removesuffix(f"/{INDEX}"), None)
    folder = Path(manual)
    if not (folder / INDEX).is_file() or not (folder / "standards").is_dir():
        raise InputRefused(f"{manual}: there is no manual in this folder. Make one: candour standards manual --out {manual}.")
    base = os.path.relpath(folder.resolve(), seen_from.resolve()) if seen_from else str(folder)
    return ManualLinks(quote(Path(base).as_posix()) if seen_from else base, _pages(folder.glob("standards/*.html")))


def _pages(files: Iterable[Path]) -> frozenset[str]:
    return frozenset(file.stem for file in files)

"""What a standard can inform: the inspectorates' criteria, published practice failings, and what was found in North Yorkshire."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from candour.records.vocabulary import find_catalogue
from candour.standards.model import Informs
from candour.standards.reading_tables import Table
from candour.standards.refusals import StandardRefused, near

READ = ("in full", "cut off", "heading only", "inferred from a published report")
KINDS: Mapping[str, str] = {
    "D": "decidable from dates and codes",
    "T": "needs text",
    "J": "can only be raised for a person to judge",
}


@dataclass(frozen=True)
class Criterion:
    """One criterion of an area as far as it was read: its code, our summary of its words (blank where only the heading was seen), one of READ, and where."""

    code: str
    words: str
    read: str
    url: str


@dataclass(frozen=True)
class Area:
    """One area of an inspection programme. A standard names `id`, unless the area speaks `of_the_whole` of a force's work."""

    id: str
    programme: str
    title: str
    of_the_whole: bool
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True)
class Failing:
    """One published practice failing, the check over a record that would show it, its `kind` (keys of KINDS) and where it was seen."""

    number: int
    failing: str
    check: str
    kind: tuple[str, ...]
    seen_in: str


@dataclass(frozen=True)
class InspectionFinding:
    """One thing inspectors found in North Yorkshire, in our words, the year it was published, how far it was read, and the `standards` that would have shown it."""

    key: str
    published: int
    words: str
    read: str
    urls: tuple[str, ...]
    standards: tuple[str, ...]


@dataclass(frozen=True)
class Frameworks:
    """Everything a standard can inform, each by what a standard calls it, in the order of its file."""

    areas: Mapping[str, Area]
    failings: Mapping[int, Failing]
    north_yorkshire: Mapping[str, InspectionFinding]


@lru_cache(maxsize=4)
def load_frameworks(folder: Path | None = None) -> Frameworks:
    """Read `inspection_criteria.toml`, `failings.toml` and `north_yorkshire.toml` of a folder (by default the catalogue's `frameworks/`). Raises StandardRefused."""
    root = folder or find_catalogue() / "frameworks"
    areas = [_area(one) for one in _tables(root / "inspection_criteria.toml", "area")]
    failings = [_failing(one) for one in _tables(root / "failings.toml", "failing")]
    found = [_finding(one) for one in _tables(root / "north_yorkshire.toml", "finding")]
    return Frameworks({one.id: one for one in areas}, {one.number: one for one in failings}, {one.key: one for one in found})


def _tables(file: Path, key: str) -> tuple[Table, ...]:
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise StandardRefused(file.name, "", f"this is not TOML that can be read ({error}).") from error
    table = Table(file.name, "", content)
    table.only((key,))
    return table.tables(key)


def _area(table: Table) -> Area:
    table.only(("id", "programme", "title", "of_the_whole", "criterion"))
    criteria = []
    for one in table.tables("criterion"):
        one.only(("code", "words", "read", "url"))
        criteria.append(Criterion(one.text("code"), one.text("words", default=""), one.choice("read", READ), one.text("url")))
    of_the_whole = table.yes_no("of_the_whole") if table.has("of_the_whole") else False
    return Area(table.text("id"), table.text("programme"), table.text("title"), of_the_whole, tuple(criteria))


def _failing(table: Table) -> Failing:
    table.only(("number", "failing", "check", "kind", "seen_in"))
    kind = table.texts("kind")
    for letter in kind:
        if letter not in KINDS:
            raise table.refuse("kind", f"{letter!r} is not one of: {', '.join(KINDS)}.")
    return Failing(table.whole("number", least=1), table.text("failing"), table.text("check"), kind, table.text("seen_in"))


def _finding(table: Table) -> InspectionFinding:
    table.only(("key", "published", "words", "read", "urls", "standards"))
    return InspectionFinding(
        table.identifier("key"), table.whole("published", least=2000), table.text("words"), table.text("read"), table.texts("urls"),
        table.texts("standards"),
    )  # fmt: skip


def read_informs(table: Table, frameworks: Frameworks | None = None) -> Informs:
    """The `[informs]` table of a standard: `criteria`, `failings` and `north_yorkshire`. Raises StandardRefused for what `frameworks` (by default the catalogue's) does not have."""
    known = frameworks or load_frameworks()
    table.only(("criteria", "failings", "north_yorkshire"))
    criteria = table.texts("criteria")
    for one in criteria:
        if one not in known.areas:
            raise table.refuse("criteria", f"{one!r} is not an area in inspection_criteria.toml.{_near(one, _named(known))}")
        if known.areas[one].of_the_whole:
            raise table.refuse("criteria", f"{one!r} speaks of the whole of a force's work, which no one standard informs. Name an area.")
    given = table.content.get("failings", [])
    failings: list[int] = []
    for number in given if isinstance(given, list) else [given]:
        if not isinstance(number, int) or isinstance(number, bool) or number not in known.failings:
            raise table.refuse("failings", f"{number!r} is not the number of a row in failings.toml: 1 to {max(known.failings)}.")
        failings.append(number)
    found = table.texts("north_yorkshire")
    for key in found:
        if key not in known.north_yorkshire:
            raise table.refuse("north_yorkshire", f"{key!r} is not a finding in north_yorkshire.toml.{_near(key, known.north_yorkshire)}")
    return Informs(criteria, tuple(failings), found)


def _named(known: Frameworks) -> tuple[str, ...]:
    """The areas that a standard may name."""
    return tuple(area.id for area in known.areas.values() if not area.of_the_whole)


def _near(word: str, known: Iterable[str]) -> str:
    return near(word, known) or f" Known: {', '.join(known)}."

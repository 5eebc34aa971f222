"""Which standards inform each area of inspection, published failing and North Yorkshire finding, and what none informs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from candour.standards.frameworks import Area, Failing, Frameworks, InspectionFinding
from candour.standards.model import Standard

FRAMEWORKS = {
    "inspection": "Areas of inspection",
    "failing": "Published practice failings",
    "north_yorkshire": "Findings in North Yorkshire",
}
"""Each framework and its heading, in the order in which they are printed."""


@dataclass(frozen=True)
class MapRow:
    """One thing that standards inform: `known` says how far it was read, or of what kind a failing is; `standards` are the ids that name it, sorted;
    `not_yet` those on the project's list that the catalogue does not have."""

    framework: str
    id: str
    words: str
    known: str
    standards: tuple[str, ...]
    not_yet: tuple[str, ...] = ()


def framework_map(standards: Sequence[Standard], frameworks: Frameworks) -> tuple[MapRow, ...]:
    """One row for each area a standard may name, each failing and each finding, in the order of their files. Editions of one standard count once."""
    ids = {one.id for one in standards}
    rows = [_area(one, standards) for one in frameworks.areas.values() if not one.of_the_whole]
    rows += [_failing(one, standards) for one in frameworks.failings.values()]
    rows += [_finding(one, standards, ids) for one in frameworks.north_yorkshire.values()]
    return tuple(rows)


def _ids(standards: Sequence[Standard], named: str | int, of: str) -> tuple[str, ...]:
    return tuple(sorted({one.id for one in standards if named in getattr(one.informs, of)}))


def _area(area: Area, standards: Sequence[Standard]) -> MapRow:
    known = ", ".join(dict.fromkeys(one.read for one in area.criteria))
    return MapRow("inspection", area.id, f"{area.title} ({area.programme})", known, _ids(standards, area.id, "criteria"))


def _failing(failing: Failing, standards: Sequence[Standard]) -> MapRow:
    return MapRow("failing", str(failing.number), failing.failing, "/".join(failing.kind), _ids(standards, failing.number, "failings"))


def _finding(finding: InspectionFinding, standards: Sequence[Standard], ids: set[str]) -> MapRow:
    named = _ids(standards, finding.key, "north_yorkshire")
    not_yet = tuple(one for one in finding.standards if one not in ids)
    return MapRow("north_yorkshire", finding.key, f"{finding.words} ({finding.published})", finding.read, named, not_yet)

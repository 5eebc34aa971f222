"""Writes what each source declares: for which kinds it is complete, between which moments, and which fields it holds."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

from candour.records.mapping import SourceMapping
from candour.records.moments import iso

Declared = dict[str, object]


def read_sources(path: Path) -> list[Declared]:
    """The entries of a `sources.json`."""
    found = json.loads(path.read_text(encoding="utf-8"))
    return list(found)


def declare_source(sources: list[Declared], mapping: SourceMapping, tables: frozenset[int], extracted_at: datetime) -> list[Declared]:
    """The entries with this source's own put in place of the one it had. `tables` are those whose files came in this delivery.

    A kind that is made by a table whose files did not come stays complete only as far as it was before: nothing is known since.
    """
    before = next((item for item in sources if item["source_system"] == mapping.name), None)
    reached = _reached(before)
    arrived: dict[str, bool] = {}
    for number, table in enumerate(mapping.tables):
        for event in table.events:
            arrived[event.kind] = arrived.get(event.kind, True) and number in tables
    reach = {kind: extracted_at if came else reached.get(kind) for kind, came in arrived.items()}
    spans: dict[tuple[datetime, datetime], list[str]] = {}
    for complete in mapping.complete:
        for kind in complete.kinds:
            far = reach[kind]
            if far is None:
                continue
            end = far if complete.end is None else min(complete.end, far)
            for span in _without_gaps(complete.start, end, mapping, kind):
                spans.setdefault(span, []).append(kind)
    entry: Declared = {
        "source_system": mapping.name,
        "title": mapping.title,
        "nation": mapping.nation,
        "verified": mapping.verified,
        "complete": [{"kinds": sorted(kinds), "from": iso(start), "to": iso(end)} for (start, end), kinds in sorted(spans.items())],
        "holds": mapping.holds(),
        "delivered_to": iso(extracted_at),
        "due_every_days": mapping.due_every_days,
        "kinds_to": {kind: iso(far) for kind, far in sorted(reach.items()) if far is not None},
    }
    return sorted(
        [item for item in sources if item["source_system"] != mapping.name] + [entry], key=lambda item: str(item["source_system"])
    )


def _reached(before: Declared | None) -> dict[str, datetime]:
    found = before.get("kinds_to") if before else None
    return {kind: datetime.fromisoformat(text.rstrip("Z")) for kind, text in found.items()} if isinstance(found, dict) else {}


def _without_gaps(start: datetime, end: datetime, mapping: SourceMapping, kind: str) -> list[tuple[datetime, datetime]]:
    """A span with the declared gaps of the feed taken out; both ends of each part are inside it, to the second."""
    parts = [(start, end)] if start <= end else []
    second = timedelta(seconds=1)
    for gap in mapping.gaps:
        if gap.kinds is not None and kind not in gap.kinds:
            continue
        cut = []
        for first, last in parts:
            if gap.end < first or gap.start > last:
                cut.append((first, last))
                continue
            if first < gap.start:
                cut.append((first, gap.start - second))
            if gap.end < last:
                cut.append((gap.end + second, last))
        parts = cut
    return parts

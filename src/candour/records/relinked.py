"""What another link run changes in a chronology: which events refer to another person than they did, and of whom other details stand.

An event that refers to another person is looked at twice, as the version that was, which stands no longer, and as the one that stands in its place. It counts as
one version that changed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from candour.records.by_kind import KINDS, KindRows
from candour.records.changes import Changes, other_details
from candour.records.chronology import Chronology
from candour.records.linkage.settings import LinkRefused
from candour.records.links import link_folder, read_links
from candour.records.references import REFERENCES_FILE, Named, References, whole_table
from candour.records.scene import Row


def why_not_followed(store: Path, before: str | None, made_at: datetime, now: str | None) -> str:
    """Why it cannot be told what the link run `now` changed since the link run `before`, on which a run made at `made_at` (UTC without zone) rests; empty
    where it can."""
    if before is None and now is None:
        return ""
    if before is None or now is None:
        return (
            "Records were not linked across sources in the last run, and are now."
            if now
            else "Records were linked across sources in the last run, and are not now."
        )
    for link_id in (before, now):
        folder = link_folder(store, link_id) / "chronology"
        if not all((folder / name).is_file() for name in (REFERENCES_FILE, "children.parquet")):
            return f"It is not kept to whom links {link_id} refer: they were taken away, or made by an older version."
    try:
        links = read_links(store, before)
    except LinkRefused:
        return f"The record of links {before} cannot be read."
    if links is None or links.made_at > made_at:
        return f"Links {before} were made after the last run, which rests on others of that number: the store was restored, or linked anew."
    return ""


def relinked(changes: Changes, now: Chronology, before: Path) -> Changes:
    """What imports changed, and with it what differs between a linked chronology and an earlier one, whose folder is given.

    Raises NotWhole where what is kept of the earlier one, or whose the references of either are, cannot be read.
    """
    if now.files is None:
        raise ValueError("this is no linked chronology")
    then = References(before)
    came = set(changes.came)
    referred = [one for one in _naming(KindRows(now.folder / KINDS, ()), References(now.files).of_others_than(then)) if one not in came]
    whole_table(before / "children.parquet")
    with duckdb.connect() as db:
        children = other_details(db, before / "children.parquet", now.children, "child_ref")
    return replace(changes, children=frozenset(children), referred=tuple(referred), before=then)


def as_they_were(now: Chronology, changes: Changes, columns: Collection[str]) -> list[Row]:
    """The versions that stand no longer and those that refer to another person, each as a version that stands no longer and refers to whom it did."""
    if changes.before is None:
        return []
    records = KindRows(now.folder / KINDS, columns)
    by_kind: dict[str, set[int]] = {}
    for position, kind in (*changes.closed, *changes.referred):
        by_kind.setdefault(kind, set()).add(position)
    rows = changes.before.put_into_rows(row for kind, positions in sorted(by_kind.items()) for row in records.at(kind, positions))
    return [{**row, "known_to": row["known_to"] or datetime.min} for row in rows]


def _naming(records: KindRows, refs: Named) -> Iterator[tuple[int, str]]:
    """The versions that stand and have one of these references, by position and kind, each once."""
    for kind in records.kinds:
        sources, ended, positions = (records.column(kind, name) for name in ("source_system", "known_to", "position"))
        found = None
        for (column, source), named in refs.items():
            values = records.column(kind, column)
            if values is not None and values.null_count < len(values):
                mine = pc.and_(pc.is_in(values, value_set=pa.array(named, pa.string())), pc.equal(sources, source))
                found = mine if found is None else pc.or_kleene(found, mine)
        if found is not None and positions is not None:
            yield from ((position, kind) for position in positions.filter(pc.and_(found, pc.is_null(ended))).to_pylist())

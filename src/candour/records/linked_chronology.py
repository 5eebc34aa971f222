"""Writes the linked chronology: the same events, cases and children, with each reference to a child, suspect or place replaced by the person it is of.

A reference of a source that says who its records are about is of the person that record was linked into; where it says nothing of that one, the reference
becomes one of its own (`<source_system>:<person_kind>:<ref>`), never another source's, and is counted. A reference of a source that says nothing of anyone of
that kind is of the one person whose record has that reference, where there is one, and is counted; where several have it, it stays as it is and is counted.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from candour.records.chronology import Chronology
from candour.records.identities import copy_privately, make_private
from candour.records.quoting import paths_list, quoted, text

REFERENCES = {"child_ref": "child", "suspect_ref": "suspect", "place_ref": "place"}
"""The columns of events that refer to persons, and to which kind."""
KNOWN = ("known_from", "known_to")


@dataclass(frozen=True)
class Placing:
    """How many events have a reference that no record could be found for, and how many were placed by another source's reference."""

    not_placed: int
    borrowed: int


def linked(chronology: Chronology, folder: Path) -> Chronology:
    """The same generation read from a linked chronology's files."""
    return replace(chronology, files=folder)


def write_linked(chronology: Chronology, clusters: Sequence[Path], out: Path, memory: str = "3GB") -> Placing:
    """Write `events.parquet`, `cases.parquet` and `children.parquet` into `out`, and give how many events were not placed, or by another source's reference.

    `clusters` have `record_ref` and `person_ref`; the identities are the chronology's. Every event keeps its place, since nothing it is sorted by changes.
    Details of the children of one person are joined version by version: of each, what was known last stands.
    """
    with duckdb.connect(config={"memory_limit": memory, "temp_directory": str(out / ".spill")}) as db:
        db.execute("set timezone = 'UTC'")
        listed = (
            f"read_parquet({paths_list(clusters)}, union_by_name=true)"
            if clusters
            else "(select '' as record_ref, '' as person_ref where false)"
        )
        db.execute(
            "create table placed as select source_system, person_kind, ref, person_ref "
            f"from read_parquet({text(str(chronology.identities))}) join {listed} using (record_ref)"
        )
        db.execute(
            "create table alone as select person_kind, ref, if(count(distinct person_ref) = 1, any_value(person_ref), null) as person_ref "
            "from placed group by all"
        )
        db.execute("create table telling as select distinct source_system, person_kind from placed")
        placing = _events(db, chronology, out / "events.parquet")
        _children(db, chronology.children, out / "children.parquet")
    shutil.rmtree(out / ".spill", ignore_errors=True)
    shutil.copyfile(chronology.cases, make_private(out / "cases.parquet"))
    return placing


def _joins(kind: str, table: str, column: str) -> str:
    """The joins that tell of a reference its own source's record, whether its source tells who anyone of that kind is, and who else has the reference."""
    said = f"person_kind = {text(kind)}"
    return (
        f"left join placed own_{kind} on own_{kind}.source_system = {table}.source_system and own_{kind}.{said} and own_{kind}.ref = {table}.{column} "
        f"left join telling tells_{kind} on tells_{kind}.source_system = {table}.source_system and tells_{kind}.{said} "
        f"left join alone other_{kind} on other_{kind}.{said} and other_{kind}.ref = {table}.{column}"
    )


def _person(kind: str, table: str, column: str) -> str:
    return (
        f"case when own_{kind}.person_ref is not null then own_{kind}.person_ref "
        f"when tells_{kind}.source_system is not null then {table}.source_system || {text(f':{kind}:')} || {table}.{column} "
        f"else coalesce(other_{kind}.person_ref, {table}.{column}) end"
    )


def _events(db: duckdb.DuckDBPyConnection, chronology: Chronology, out: Path) -> Placing:
    there = set(pq.read_schema(chronology.events).names)
    joins, replaced, doubtful, borrowed = [], [], [], []
    for column, kind in REFERENCES.items():
        if column not in there:
            continue
        joins.append(_joins(kind, "e", column))
        replaced.append(f"{_person(kind, 'e', column)} as {column}")
        doubtful.append(
            f"(own_{kind}.person_ref is null and e.{column} is not null and (tells_{kind}.source_system is not null "
            f"or (other_{kind}.ref is not null and other_{kind}.person_ref is null)))"
        )
        borrowed.append(f"(own_{kind}.person_ref is null and tells_{kind}.source_system is null and other_{kind}.person_ref is not null)")
    source = f"read_parquet({text(str(chronology.events))}) e {' '.join(joins)}"
    copy_privately(db, f"select e.* replace ({', '.join(replaced)}) from {source} order by e.position", out)
    row = db.execute(
        f"select count(*) filter ({' or '.join(doubtful)}), count(*) filter ({' or '.join(borrowed)}) from {source}"
    ).fetchone()
    return Placing(*row) if row else Placing(0, 0)


def _children(db: duckdb.DuckDBPyConnection, children: Path, out: Path) -> None:
    names = pq.read_schema(children).names
    details = [name for name in names if name not in ("child_ref", "source_system", *KNOWN)]
    versions = ", ".join(name if name in names else f"null::timestamp as {name}" for name in KNOWN)
    db.execute(f"""
        create table versions as
        select {_person("child", "c", "child_ref")} as person_ref, c.* exclude ({", ".join(name for name in KNOWN if name in names) or "child_ref"}),
               {versions if set(KNOWN) <= set(names) else "null::timestamp as known_from, null::timestamp as known_to"}
        from read_parquet({text(str(children))}) c
        {_joins("child", "c", "child_ref")}""")
    last = ", ".join(
        f"last(v.{quoted(name)} order by v.known_from nulls first, v.child_ref) filter (v.{quoted(name)} is not null) as {quoted(name)}"
        for name in (*details, "source_system")
    )
    # A person's versions begin whenever one of the children it is made of has a new one; each is joined from those that stood then.
    copy_privately(
        db,
        f"""with begun as (select distinct person_ref, known_from from versions),
                 spans as (select *, lead(known_from) over (partition by person_ref order by known_from nulls first) as known_to from begun),
                 joined as (select s.person_ref as child_ref, {last}, s.known_from, s.known_to from spans s join versions v
                            on v.person_ref = s.person_ref and coalesce(v.known_from, '-infinity'::timestamp) <= coalesce(s.known_from, '-infinity'::timestamp)
                            and (v.known_to is null or v.known_to > coalesce(s.known_from, '-infinity'::timestamp))
                            group by s.person_ref, s.known_from, s.known_to)
            select {", ".join(quoted(name) for name in (*(name for name in names if name not in KNOWN), *KNOWN))} from joined
            order by child_ref, known_from nulls first""",
        out,
    )

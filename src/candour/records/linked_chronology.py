"""Writes the linked chronology: the same events, cases and children, with each reference to a child, suspect or place replaced by the person it is of.

A reference of a source that says who its records are about is of the person that record was linked into; where it says nothing of that one, the reference
becomes one of its own (`<source_system>:<person_kind>:<ref>`), never another source's, and is counted. A reference of a source that says nothing of anyone of
that kind is of the one person whose record has that reference, where there is one, and is counted; where several have it, it stays as it is and is counted.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from candour.records.chronology import Chronology
from candour.records.identities import copy_privately, make_private
from candour.records.quoting import paths_list, quoted, text
from candour.records.references import REFERENCES, REFERENCES_FILE

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
    """Write a linked chronology into `out`, and give how many events were not placed, or by another source's reference.

    `clusters` have `record_ref` and `person_ref`; the identities are the chronology's. Every event keeps its place, since nothing it is sorted by changes.
    """
    write_persons(chronology, clusters, out, memory)
    return write_events(chronology, out, memory)


def write_persons(chronology: Chronology, clusters: Sequence[Path], out: Path, memory: str = "3GB") -> None:
    """Write a linked chronology but for its events: `references.parquet`, `children.parquet` and `cases.parquet`.

    Details of the children of one person are joined version by version: of each, what was known last stands.
    """
    with _database(out, memory) as db:
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
        _references(db, chronology, out / REFERENCES_FILE)
        _children(db, chronology.children, out)
    shutil.copyfile(chronology.cases, make_private(out / "cases.parquet"))


def write_events(chronology: Chronology, out: Path, memory: str = "3GB") -> Placing:
    """Write the `events.parquet` of a linked chronology of which `write_persons` wrote the rest."""
    joins, replaced, placed = [], [], []
    for column, kind in _columns(chronology).items():
        joins.append(_joined(out, "e", column))
        replaced.append(f"coalesce({kind}.person_ref, e.{column}) as {column}")
        placed.append(f"{kind}.placed")
    source = f"read_parquet({text(str(chronology.events))}) e {' '.join(joins)}"
    with _database(out, memory) as db:
        copy_privately(db, f"select e.* replace ({', '.join(replaced)}) from {source} order by e.position", out / "events.parquet")
        row = db.execute(
            f"select count(*) filter (list_contains(placed, 'not placed')), count(*) filter (list_contains(placed, 'borrowed')) "
            f"from (select [{', '.join(placed)}] as placed from {source})"
        ).fetchone()
    return Placing(*row) if row else Placing(0, 0)


@contextmanager
def _database(out: Path, memory: str) -> Iterator[duckdb.DuckDBPyConnection]:
    spill = out / ".spill"
    with duckdb.connect(config={"memory_limit": memory, "temp_directory": str(spill)}) as db:
        db.execute("set timezone = 'UTC'")
        yield db
    shutil.rmtree(spill, ignore_errors=True)


def _columns(chronology: Chronology) -> dict[str, str]:
    """The columns that refer to persons, of those that the events have."""
    there = set(pq.read_schema(chronology.events).names)
    return {column: kind for column, kind in REFERENCES.items() if column in there}


def _joined(out: Path, table: str, column: str) -> str:
    """The join that tells of a reference whose it is, under the name of the kind of person."""
    kind = REFERENCES[column]
    told = f"(select * from read_parquet({text(str(out / REFERENCES_FILE))}) where person_kind = {text(kind)})"
    return f"left join {told} {kind} on {kind}.source_system = {table}.source_system and {kind}.ref = {table}.{column}"


def _references(db: duckdb.DuckDBPyConnection, chronology: Chronology, out: Path) -> None:
    """Whose each reference is: by the record of its own source, by whether that source tells who anyone of the kind is, and by who else has the reference."""
    parts = [
        f"select {text(kind)} as person_kind, source_system, {column} as ref from read_parquet({text(str(file))}) "
        f"where {column} is not null and source_system is not null"
        for column, kind, file in (
            *((column, kind, chronology.events) for column, kind in _columns(chronology).items()),
            ("child_ref", "child", chronology.children),
        )
    ]
    copy_privately(
        db,
        f"""select n.person_kind, n.source_system, n.ref,
                   case when own.person_ref is not null then own.person_ref
                        when tells.source_system is not null then concat_ws(':', n.source_system, n.person_kind, n.ref)
                        else coalesce(other.person_ref, n.ref) end as person_ref,
                   case when own.person_ref is not null then 'own'
                        when tells.source_system is not null or (other.ref is not null and other.person_ref is null) then 'not placed'
                        when other.person_ref is not null then 'borrowed' else 'as it is' end as placed
            from ({" union ".join(parts)}) n
            left join placed own using (person_kind, source_system, ref)
            left join telling tells on tells.person_kind = n.person_kind and tells.source_system = n.source_system
            left join alone other on other.person_kind = n.person_kind and other.ref = n.ref
            order by all""",
        out,
    )


def _children(db: duckdb.DuckDBPyConnection, children: Path, out: Path) -> None:
    """Needs the references that were written into `out`."""
    names = pq.read_schema(children).names
    details = [name for name in names if name not in ("child_ref", "source_system", *KNOWN)]
    versions = ", ".join(name if name in names else f"null::timestamp as {name}" for name in KNOWN)
    db.execute(f"""
        create table versions as
        select coalesce(child.person_ref, c.child_ref) as person_ref, c.* exclude ({", ".join(name for name in KNOWN if name in names) or "child_ref"}),
               {versions if set(KNOWN) <= set(names) else "null::timestamp as known_from, null::timestamp as known_to"}
        from read_parquet({text(str(children))}) c
        {_joined(out, "c", "child_ref")}""")
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
        out / "children.parquet",
    )

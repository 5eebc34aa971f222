"""What was known of cases and children at a moment: their details are kept in versions, as events are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import duckdb

from candour.records.quoting import paths_list, quoted, text
from candour.records.scene import Row

KNOWN = ("known_from", "known_to")
"""When a version could be seen: from the first (NULL: from the beginning) until before the second (NULL: still)."""


def known_then(file: Path, known_at: datetime | None) -> str:
    """SQL for the cases or children of a file as known at a moment (UTC without zone; None: as known now): one row each, without KNOWN.

    A file of a store made before versions were kept has one version of each.
    """
    there = f"read_parquet({text(str(file))})"
    if not set(KNOWN) <= _columns(file):
        return there
    if known_at is None:
        return f"(select * exclude (known_from, known_to) from {there} where known_to is null)"
    moment = f"timestamp {text(known_at.isoformat(sep=' '))}"
    return (
        f"(select * exclude (known_from, known_to) from {there} "
        f"where (known_from is null or known_from <= {moment}) and (known_to is null or known_to > {moment}))"
    )


def _columns(file: Path) -> set[str]:
    """The columns of a Parquet file of flat rows."""
    return {str(row[0]) for row in duckdb.sql(f"select name from parquet_schema({text(str(file))})").fetchall()}


def rows_known(rows: Iterable[Row], known_at: datetime) -> list[Row]:
    """The versions of cases or children that were known at a moment; rows without KNOWN were always known."""
    return [row for row in rows if _known(row.get("known_from"), row.get("known_to"), known_at)]


def _known(since: object, until: object, known_at: datetime) -> bool:
    return not (isinstance(since, datetime) and since > known_at) and not (isinstance(until, datetime) and until <= known_at)


def merge_records(
    db: duckdb.DuckDBPyConnection,
    old: tuple[Path, Path] | None,
    new: Sequence[Path],
    key: str,
    out: tuple[Path, Path],
    received_at: str,
) -> None:
    """Keep the newest line of each source for each case (or child), and joined from them the versions of each case, one of them standing.

    `old` and `out` are the files of the lines by source and of the versions; `received_at` is ISO text in UTC. Where sources differ, the value
    of the source that was delivered last stands; a value it leaves blank is filled from the others. What changes closes the version that
    stood and opens another, from `received_at`; so does a word about a detail that was blank, whichever source says it. No version is ever
    changed otherwise. Sources do not say when such details were written down: what the import says that first names a case (all its
    sources together) counts as known from the beginning.
    """
    by_source, versions = out
    before = f"select * from read_parquet({text(str(old[0]))})" if old is not None else None
    after = f"select *, {{}} as delivered from read_parquet({paths_list(new)}, union_by_name=true)"
    last = db.execute(f"select coalesce(max(delivered), 0) from ({before})").fetchone() if before else (0,)
    number = int(last[0]) + 1 if last else 1
    lines = after.format(number) + (
        f" union all by name select * from ({before}) anti join ({after.format(number)}) using ({key}, source_system)" if before else ""
    )
    db.execute(f"copy (select * from ({lines}) order by {key}, source_system) to {text(str(by_source))} (format parquet, compression zstd)")
    there = f"read_parquet({text(str(by_source))})"
    names = [row[0] for row in db.execute(f"describe select * from {there}").fetchall() if row[0] not in (key, "delivered")]
    newest = ", ".join(
        f"last({quoted(name)} order by delivered, source_system) filter ({quoted(name)} is not null) as {quoted(name)}" for name in names
    )
    joined = f"select {key}, {newest} from {there} group by {key}"
    select = f"select *, null::timestamp as known_from, null::timestamp as known_to from ({joined})"
    if old is not None:
        select = _versions(old[1], names, key, joined, f"timestamp {text(received_at)}")
    db.execute(f"copy ({select} order by {key}, known_from nulls first) to {text(str(versions))} (format parquet, compression zstd)")


def _versions(old: Path, names: Sequence[str], key: str, joined: str, moment: str) -> str:
    """SQL for the versions after a delivery: those there were, what stands now where it differs, and what is new."""
    there = _columns(old)
    kept = ", ".join(f"w.{quoted(name)}" for name in names if name in there)
    known = ", ".join(f"w.{name}" if name in there else f"null::timestamp as {name}" for name in KNOWN)
    details = [name for name in names if name != "source_system"]
    differs = [
        f"k.{quoted(name)} is distinct from n.{quoted(name)}" if name in there else f"n.{quoted(name)} is not null" for name in details
    ]
    return f"""
        with now as ({joined}),
             kept as (select w.{key}, {kept}, {known} from read_parquet({text(str(old))}) w),
             moved as (select {key} from kept k join now n using ({key}) where k.known_to is null and ({" or ".join(differs) or "false"}))
        select * replace (if(known_to is null and {key} in (from moved), {moment}, known_to) as known_to) from kept
        union all by name select now.*, {moment} as known_from, null::timestamp as known_to from now semi join moved using ({key})
        union all by name select now.*, null::timestamp as known_from, null::timestamp as known_to from now anti join kept using ({key})"""

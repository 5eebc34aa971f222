"""Settles one source's delivery: repeats and contradictions are found, every row is accounted for, and its events are written."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

from candour.records.mapping import SourceMapping
from candour.records.noticing import Heard
from candour.records.quoting import paths_list, quoted, text
from candour.records.reporting.account import FileAccount, Listed
from candour.records.vocabulary import Field, Vocabulary


def settle_rows(
    db: duckdb.DuckDBPyConnection, mapping: SourceMapping, folder: Path, accounts: Mapping[int, FileAccount], heard: Heard
) -> None:
    """Find repeated and contradicting rows, and fill in where every row of every file went.

    Makes the tables `ledger` (table_no, file_no, row_no, row_key of every row not refused while reading) and
    `dropped` (file_no, row_no of those that do not stand).
    """
    db.execute(
        "create or replace table ledger (table_no integer, file_no integer, row_no integer, row_key varchar, contents bigint, version bigint)"
    )
    for number in range(len(mapping.tables)):
        path = folder / f"rows-{number}.parquet"
        if path.is_file():
            db.execute(f"insert into ledger select {number}, * from read_parquet({text(str(path))})")
    # One line for each row that shares its key: `newest` rows carry the last version; they contradict when their contents differ.
    db.execute("""
        create or replace table shared as
        with many as (select table_no, row_key from ledger group by all having count(*) > 1),
        rows as (select l.*, l.version is not distinct from max(l.version) over (partition by l.table_no, l.row_key) as newest
                 from ledger l semi join many using (table_no, row_key)),
        differing as (select table_no, row_key, count(distinct contents) > 1 as contradicts from rows where newest group by all)
        select r.*, d.contradicts, newest and row_number() over (partition by table_no, row_key, newest order by file_no, row_no) = 1 as first,
               first_value(file_no) over w as first_file, first_value(row_no) over w as first_row,
               last_value(file_no) over w as last_file, last_value(row_no) over w as last_row
        from rows r join differing d using (table_no, row_key)
        window w as (partition by table_no, row_key, newest order by file_no, row_no rows between unbounded preceding and unbounded following)
    """)
    db.execute("""
        create or replace table dropped as
        select file_no, row_no, case when contradicts then 'refused' when not newest then 'older' else 'repeated' end as why
        from shared where contradicts or not first
    """)
    _refuse_contradictions(db, mapping, accounts, heard)
    _account(db, accounts, heard)


def _refuse_contradictions(
    db: duckdb.DuckDBPyConnection, mapping: SourceMapping, accounts: Mapping[int, FileAccount], heard: Heard
) -> None:
    rows = db.execute(
        "select table_no, file_no, row_no, row_key, first_file, first_row, last_file, last_row from shared where contradicts order by all"
    ).fetchall()
    for table_no, file_no, row_no, key, first_file, first_row, last_file, last_row in rows:
        other = (last_file, last_row) if (file_no, row_no) == (first_file, first_row) else (first_file, first_row)
        where = f"row {other[1]}" if other[0] == file_no else f"row {other[1]} of {accounts[other[0]].file}"
        reason = f"has the same key as {where} and different contents; neither is taken"
        heard.refused.append(Listed(accounts[file_no].file, row_no, " + ".join(mapping.tables[table_no].key), key, reason))


def _account(db: duckdb.DuckDBPyConnection, accounts: Mapping[int, FileAccount], heard: Heard) -> None:
    counts = {
        (file_no, why): rows for file_no, why, rows in db.execute("select file_no, why, count(*) from dropped group by all").fetchall()
    }
    ledger = dict(db.execute("select file_no, count(*) from ledger group by all").fetchall())
    refused: dict[str, set[int]] = {}
    for item in heard.refused:
        refused.setdefault(item.file, set()).add(item.row)
    for file_no, account in accounts.items():
        account.rows_repeated = counts.get((file_no, "repeated"), 0)
        account.rows_older = counts.get((file_no, "older"), 0)
        account.rows_set_aside = heard.set_aside.get(account.file, 0)
        away = account.rows_repeated + account.rows_older + counts.get((file_no, "refused"), 0)
        account.rows_standing = ledger.get(file_no, 0) - away
        account.rows_refused = len(refused.get(account.file, ()))


def write_events(
    db: duckdb.DuckDBPyConnection, mapping: SourceMapping, vocabulary: Vocabulary, folder: Path, out: Path, delivery: tuple[str, str]
) -> dict[int, int]:
    """Write the events of the rows that stand, and give their number by file. `delivery` is (delivery_id, received_at as ISO)."""
    staged = [folder / f"event-{event.name}.parquet" for table in mapping.tables for event in table.events]
    staged = [path for path in staged if path.is_file()]
    columns = vocabulary.event_columns()
    fixed = {
        "source_system": text(mapping.name),
        "delivery_id": text(delivery[0]),
        "known_from": f"timestamp {text(delivery[1])}",
        "supersedes": "null::varchar",
        "known_to": "null::timestamp",
    }
    if not staged:
        chosen = ", ".join(f"null::{kind} as {quoted(name)}" for name, kind in columns.items() if name != "position")
        db.execute(f"copy (select {chosen}, '' as row_key, '' as event_name where false) to {text(str(out))} (format parquet)")
        return {}
    given = [row[0] for row in db.execute(f"describe select * from read_parquet({paths_list(staged)}, union_by_name=true)").fetchall()]
    if "recorded_at" in given:
        fixed["known_from"] = f"coalesce(recorded_at, {fixed['known_from']})"
    parts = [f"{fixed.get(name) or quoted(name)} as {quoted(name)}" for name in columns if name in given or name in fixed]
    db.execute(f"""
        copy (select {", ".join(parts)}, row_key, event_name, file_no
              from read_parquet({paths_list(staged)}, union_by_name=true) anti join dropped using (file_no, row_no))
        to {text(str(out))} (format parquet, compression zstd, row_group_size 100000)
    """)
    return dict(db.execute(f"select file_no, count(*) from read_parquet({text(str(out))}) group by all").fetchall())


def write_records(
    db: duckdb.DuckDBPyConnection, mapping: SourceMapping, fields: Mapping[str, Field], what: str, folder: Path, out: Path
) -> list[tuple[str, str, str, int, int]]:
    """Write one line for each case (or child) the delivery names; gives those on which its rows disagree: key, column, values.

    Where rows of one delivery give different values, the last row that gives one decides.
    """
    key = "case_ref" if what == "case" else "child_ref"
    staged = sorted(folder.glob(f"{what}-*.parquet"))
    columns = {name: field.column_type for name, field in fields.items() if name != "source_system"}
    if not staged:
        chosen = ", ".join(f"null::{kind} as {quoted(name)}" for name, kind in columns.items())
        db.execute(f"copy (select {chosen}, null::varchar as source_system where false) to {text(str(out))} (format parquet)")
        return []
    source = f"(select * from read_parquet({paths_list(staged)}, union_by_name=true) anti join dropped using (file_no, row_no) where {key} is not null)"
    given = [row[0] for row in db.execute(f"describe select * from {source}").fetchall()]
    others = [name for name in columns if name != key]
    parts = [
        f"last({quoted(name)} order by file_no, row_no) filter ({quoted(name)} is not null) as {quoted(name)}"
        if name in given
        else f"null::{columns[name]} as {quoted(name)}"
        for name in others
    ]
    db.execute(
        f"copy (select {', '.join([key, *parts])}, {text(mapping.name)} as source_system from {source} group by {key} order by {key}) to {text(str(out))} (format parquet)"
    )
    found: list[tuple[str, str, str, int, int]] = []
    for name in others:
        if name in given and name in ("born_on", "sex", "opened_on", "case_kind"):
            shown = f"string_agg(distinct {quoted(name)}::varchar, ' and ' order by {quoted(name)}::varchar)"
            query = f"select {key}, {text(name)}, {shown}, min(file_no), arg_min(row_no, file_no * 1e9 + row_no) from {source} group by {key} having count(distinct {quoted(name)}) > 1"
            found.extend(db.execute(query).fetchall())
    return found


def impossible_spans(db: duckdb.DuckDBPyConnection, folder: Path) -> list[tuple[int, int, str, str]]:
    """Rows of the case tables whose case closed before it opened: file_no, row_no, opened, closed. Both dates are then left blank."""
    found: list[tuple[int, int, str, str]] = []
    for path in sorted(folder.glob("case-*.parquet")):
        names = {row[0] for row in db.execute(f"describe select * from read_parquet({text(str(path))})").fetchall()}
        if not {"opened_on", "closed_on"} <= names:
            continue
        rows = db.execute(
            f"select file_no, row_no, opened_on::varchar, closed_on::varchar from read_parquet({text(str(path))}) where closed_on < opened_on"
        ).fetchall()
        if rows:
            mended = path.with_name("mended.parquet")
            blank = ", ".join(f"if(closed_on < opened_on, null, {name}) as {name}" for name in ("opened_on", "closed_on"))
            db.execute(f"copy (select * replace ({blank}) from read_parquet({text(str(path))})) to {text(str(mended))} (format parquet)")
            mended.rename(path)
        found.extend(rows)
    return found

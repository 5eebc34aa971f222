"""Joins a delivery to the chronology there is: what is new, what is corrected, what is withdrawn; nothing is destroyed.

Only the narrow columns that decide are sorted; every other column is then put in that order by itself, so that a
chronology of hundreds of mostly empty columns needs little memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from candour.records.by_kind import KINDS, LAID_OUT, KindsWriter
from candour.records.chronology import content_columns
from candour.records.mapping import SourceMapping
from candour.records.quoting import quoted, text
from candour.records.refusals import InputRefused
from candour.records.reporting.account import Changes
from candour.records.vocabulary import Vocabulary

ROW_GROUP = 100_000
SMALL = 200_000
"""Up to this many events the columns are put in order in memory."""
MOST_EVENTS = 1 << 30
LARGE_TEXT = 1_900_000_000
"""From this many bytes a column of text is held with wide offsets."""


@dataclass(frozen=True)
class Incoming:
    """One source's settled delivery: its events file, and the keys of rows that came but were refused, by table."""

    mapping: SourceMapping
    delivery_id: str
    events: Path
    tables_delivered: frozenset[int]
    refused_keys: Mapping[int, frozenset[str]]


def merge_events(
    db: duckdb.DuckDBPyConnection,
    vocabulary: Vocabulary,
    old: Path | None,
    incoming: Sequence[Incoming],
    received_at: str,
    out: Path,
    work: Path,
) -> tuple[dict[str, Changes], pa.Table]:
    """Write the new `events.parquet` and, beside it, its rows by kind; gives the changes by source, and for each row of the file its `place` in the old
    events with the new laid behind them, its `kind` and whether it was `closed`. `received_at` is ISO text in UTC.

    Raises InputRefused when the old chronology has columns that the vocabulary does not know, or would grow too large.
    """
    columns = vocabulary.event_columns()
    if old is not None:
        _check_known(old, columns)
    _decide(db, vocabulary, old, incoming)
    order = _order(db, vocabulary, old, incoming, received_at)
    if len(order) >= MOST_EVENTS:
        raise InputRefused(
            f"The chronology would have {len(order)} events; a store holds fewer than {MOST_EVENTS}. Use a store for each period."
        )
    parts = [*([old] if old is not None else []), *(item.events for item in incoming)]
    _write_in_order(parts, columns, order, out, work, vocabulary)
    found = {item.mapping.name: Changes() for item in incoming}
    for source, what, rows in db.execute("select source_system, what, count(*) from fate group by all").fetchall():
        setattr(found[source], what, rows)
    return found, order.select(["place", "kind", "closed"])


def _check_known(old: Path, columns: Mapping[str, str]) -> None:
    unknown = [name for name in pq.read_schema(old).names if name not in columns]
    if unknown:
        raise InputRefused(
            f"The store's chronology has the column {unknown[0]!r}, which the vocabulary no longer has. Put it back in catalogue/vocabulary.toml."
        )


def _contents(path: Path, vocabulary: Vocabulary) -> str:
    """SQL for one number that stands for everything an event says, the same whichever file it comes from."""
    types = vocabulary.event_columns()
    there = set(pq.read_schema(path).names)
    listed = ", ".join(quoted(name) if name in there else f"null::{types[name]}" for name in content_columns(vocabulary))
    return f"hash({listed})"


def _decide(db: duckdb.DuckDBPyConnection, vocabulary: Vocabulary, old: Path | None, incoming: Sequence[Incoming]) -> None:
    """Make the table `fate`: for every event concerned, its source and whether it is added, corrected, unchanged or withdrawn."""
    db.execute(
        "create or replace table came (source_system varchar, event_id varchar, row_key varchar, event_name varchar, contents ubigint)"
    )
    db.execute(
        "create or replace table standing (source_system varchar, event_id varchar, child_ref varchar, delivery_id varchar, contents ubigint)"
    )
    db.execute("create or replace table gone (event_id varchar, delivery_id varchar)")
    for item in incoming:
        there = text(str(item.events))
        contents = _contents(item.events, vocabulary) if old is not None else "0"
        db.execute(f"insert into came select source_system, event_id, row_key, event_name, {contents} from read_parquet({there})")
    if old is not None:
        names = ", ".join(text(item.mapping.name) for item in incoming)
        there = text(str(old))
        db.execute(
            f"insert into standing select source_system, event_id, child_ref, delivery_id, {_contents(old, vocabulary)} "
            f"from read_parquet({there}) where known_to is null and source_system in ({names})"
        )
        db.execute(
            f"insert into gone select event_id, arg_max(delivery_id, known_to) from read_parquet({there}) "
            f"where known_to is not null and source_system in ({names}) group by all"
        )
        db.execute("delete from gone where event_id in (select event_id from standing)")
    same = db.execute("select event_id from came group by all having count(*) > 1 order by all limit 1").fetchone()
    if same is not None:
        raise InputRefused(f"Two rows of the delivery make the same event {same[0]!r}. Give the [[table]] a key that tells its rows apart.")
    db.execute("""
        create or replace table fate as
        select c.source_system, c.event_id, coalesce(s.delivery_id, g.delivery_id) as before,
               case when s.event_id is null then 'added' when s.contents = c.contents then 'unchanged' else 'corrected' end as what
        from came c left join standing s using (event_id) left join gone g on g.event_id = c.event_id
    """)
    for item in incoming:
        _withdraw(db, item)


def _withdraw(db: duckdb.DuckDBPyConnection, item: Incoming) -> None:
    """Add to `fate` the standing events of the source that the delivery no longer has.

    A row that came again without an event it used to make withdraws that event. Where the source delivers everything, so does
    a row that did not come, unless its file did not come either or the row came and was refused.
    """
    mapping = item.mapping
    name = text(mapping.name)
    tables = {event.name: number for number, table in enumerate(mapping.tables) for event in table.events}
    db.execute("create or replace table names (event_name varchar, table_no integer)")
    if tables:
        db.executemany("insert into names values (?, ?)", list(tables.items()))
    db.execute("create or replace table refused_keys (table_no integer, row_key varchar)")
    keys = [(number, key) for number, listed in item.refused_keys.items() for key in listed]
    if keys:
        db.from_arrow(pa.table({"table_no": [key[0] for key in keys], "row_key": [key[1] for key in keys]})).insert_into("refused_keys")
    # An event's id without the child it was split for: source:key:name.
    db.execute(f"""
        create or replace table missing as
        select event_id, if(child_ref is not null and ends_with(event_id, ':' || child_ref), left(event_id, length(event_id) - length(child_ref) - 1), event_id) as stem
        from standing anti join came using (event_id) where source_system = {name}
    """)

    def stems(keys_of: str) -> str:
        return f"select {name} || ':' || k.row_key || ':' || n.event_name as stem from ({keys_of}) k join names n using (table_no)"

    if mapping.delivers == "everything":
        delivered = [event for event, number in tables.items() if number in item.tables_delivered]
        of_delivered = (
            " or ".join(f"ends_with(stem, {text(':' + event)}) or ends_with(event_id, {text(':' + event)})" for event in delivered)
            or "false"
        )
        kept = stems("from refused_keys")
        chosen = f"select event_id from missing where ({of_delivered}) and stem not in ({kept}) and event_id not in ({kept})"
    else:
        again = stems(f"select distinct n.table_no, c.row_key from came c join names n using (event_name) where c.source_system = {name}")
        chosen = f"with again as ({again}) select event_id from missing where stem in (from again) or event_id in (from again)"
    db.execute(f"insert into fate select {name}, event_id, null, 'withdrawn' from ({chosen})")


def _order(
    db: duckdb.DuckDBPyConnection, vocabulary: Vocabulary, old: Path | None, incoming: Sequence[Incoming], received_at: str
) -> pa.Table:
    """The rows of the new chronology in order: their place in the parts laid end to end, and the columns that tell versions apart."""
    kinds = ", ".join(text(kind) for kind in vocabulary.kinds)
    db.execute("drop type if exists kind_order")
    db.execute(f"create type kind_order as enum ({kinds})")
    moment = f"timestamp {text(received_at)}"
    queries: list[str] = []
    start = 0
    if old is not None:
        queries.append(f"""
            select {start} + file_row_number as place, case_ref, occurred_at, kind, e.event_id, supersedes, known_from,
                   if(known_to is null and f.what in ('corrected', 'withdrawn'), {moment}, known_to) as known_to,
                   known_to is null and f.what is not null and f.what in ('corrected', 'withdrawn') as closed
            from read_parquet({text(str(old))}, file_row_number=true) e left join fate f using (event_id)""")
        start += pq.read_metadata(old).num_rows
    for item in incoming:
        there = set(pq.read_schema(item.events).names)
        case = "case_ref" if "case_ref" in there else "null::varchar"
        queries.append(f"""
            select {start} + file_row_number as place, {case} as case_ref, occurred_at, kind, e.event_id, f.before as supersedes,
                   if(f.before is null, known_from, {moment}) as known_from, null::timestamp as known_to, false as closed
            from read_parquet({text(str(item.events))}, file_row_number=true) e join fate f using (event_id) where f.what in ('added', 'corrected')""")
        start += pq.read_metadata(item.events).num_rows
    db.execute("create or replace table ordered as " + " union all ".join(queries))
    return db.execute("""
        select place, supersedes, known_from, known_to, try_cast(kind as kind_order) as kind, closed from ordered
        order by case_ref nulls last, occurred_at nulls last, try_cast(kind as kind_order) nulls last, event_id, known_from, place
    """).to_arrow_table()


_ARROW = {
    "VARCHAR": pa.string(),
    "BOOLEAN": pa.bool_(),
    "BIGINT": pa.int64(),
    "DOUBLE": pa.float64(),
    "TIMESTAMP": pa.timestamp("us"),
    "DATE": pa.date32(),
}


def arrow_type(column_type: str) -> pa.DataType:
    """The Arrow type of a DuckDB column type of the chronology."""
    return pa.list_(_ARROW[column_type[:-2]]) if column_type.endswith("[]") else _ARROW[column_type]


def _write_in_order(
    parts: Sequence[Path], columns: Mapping[str, str], order: pa.Table, out: Path, work: Path, vocabulary: Vocabulary
) -> None:
    """Put each column in order by itself, keep it in a mapped file, then lay the columns side by side in row groups."""
    schema = pa.schema([(name, arrow_type(kind)) for name, kind in columns.items()])
    rows = order.num_rows
    places = order["place"].combine_chunks()
    with ExitStack() as opened:
        files = [opened.enter_context(pq.ParquetFile(path)) for path in parts]
        sorted_columns: dict[str, pa.ChunkedArray | None] = {"position": _count(rows)}
        sorted_columns.update({name: order[name] for name in ("supersedes", "known_from", "known_to")})
        for name, kind in zip(schema.names, schema.types, strict=True):
            if name not in sorted_columns:
                path = work / f"column-{len(sorted_columns)}.arrow" if rows > SMALL else None
                sorted_columns[name] = _sorted_column(files, name, kind, places, path)
    with ExitStack() as opened:
        writer = opened.enter_context(pq.ParquetWriter(out, schema, compression="zstd", compression_level=1))
        by_kind = opened.enter_context(KindsWriter(out.parent / KINDS, vocabulary)) if rows <= LAID_OUT else None
        for batch in _row_groups(schema, sorted_columns, rows):
            writer.write_table(batch, row_group_size=ROW_GROUP)
            if by_kind is not None:
                by_kind.write(batch)


def _count(rows: int) -> pa.ChunkedArray:
    return pa.chunked_array(
        [pa.array(range(start, min(start + ROW_GROUP, rows)), pa.int64()) for start in range(0, rows, ROW_GROUP)], pa.int64()
    )


def _sorted_column(
    files: Sequence[pq.ParquetFile], name: str, kind: pa.DataType, places: pa.Array, path: Path | None
) -> pa.ChunkedArray | None:
    """One column of all files in the new order, kept in a mapped file where a path is given; None when it is empty throughout."""
    chunks: list[pa.Array] = []
    for file in files:
        if name in file.schema_arrow.names:
            chunks += file.read(columns=[name])[name].cast(kind).chunks
        else:
            chunks.append(pa.nulls(file.metadata.num_rows, kind))
    column = pa.chunked_array(chunks, kind)
    if column.null_count == len(column):
        return None
    if pa.types.is_string(kind) and column.nbytes > LARGE_TEXT:
        column = column.cast(pa.large_string())
    whole = column.combine_chunks()
    if path is None:
        return pa.chunked_array([whole.take(places).cast(kind)])
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, pa.schema([(name, kind)])) as writer:
        for start in range(0, len(places), ROW_GROUP):
            writer.write_table(pa.table({name: whole.take(places.slice(start, ROW_GROUP)).cast(kind)}))
    return pa.ipc.open_file(pa.memory_map(str(path))).read_all()[name]


def _row_groups(schema: pa.Schema, columns: Mapping[str, pa.ChunkedArray | None], rows: int) -> Iterator[pa.Table]:
    for start in range(0, max(rows, 1), ROW_GROUP):
        length = min(ROW_GROUP, rows - start)
        arrays = []
        for name, kind in zip(schema.names, schema.types, strict=True):
            column = columns[name]
            arrays.append(pa.nulls(length, kind) if column is None else column.slice(start, length))
        yield pa.table(arrays, schema=schema)

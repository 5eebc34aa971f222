"""The rows of a chronology by kind of event, laid out so that a few of them are found and read without reading the rest.

`events.parquet` has a column for every field of every kind: it is read as a whole, quickly, and a few rows of it almost as slowly. Beside it each
generation keeps a folder `kinds/` with one Arrow file for each kind that has a row, of the columns of the envelope and of the kind alone, in the order of
`position`. It is mapped into memory, and only what is looked at is read. It holds nothing that `events.parquet` does not. A linked chronology has none of its
own: its rows are those of its generation, with the persons of its links in place of the references.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.compute as pc

from candour.records.chronology import Chronology
from candour.records.references import References
from candour.records.scene import Row
from candour.records.vocabulary import Vocabulary

KINDS = "kinds"
LAID_OUT = 12_000_000
"""Of a chronology with more events than this no rows are laid out by kind: they take about 420 MB a million. A local default."""


class KindsWriter:
    """Writes the rows of a chronology, batch by batch in their order, into a file for each kind. Kinds the vocabulary does not have are passed over."""

    def __init__(self, folder: Path, vocabulary: Vocabulary) -> None:
        self._folder = folder
        self._columns = {
            kind: [*vocabulary.envelope, *(one for one in told.fields if one not in vocabulary.envelope)]
            for kind, told in vocabulary.kinds.items()
        }
        self._order = {kind: told.order for kind, told in vocabulary.kinds.items()}
        self._writers: dict[str, pa.RecordBatchWriter] = {}
        self._opened = ExitStack()

    def __enter__(self) -> KindsWriter:
        self._folder.mkdir()
        return self

    def write(self, batch: pa.Table) -> None:
        """Write the rows of a table with every column of the chronology."""
        kinds = batch["kind"]
        for kind in pc.unique(kinds).to_pylist():
            if kind not in self._columns:
                continue
            rows = pc.indices_nonzero(pc.equal(kinds, kind))
            chosen = batch.select(self._columns[kind]).take(rows).combine_chunks()
            self._writer(kind, chosen.schema).write_table(chosen)

    def _writer(self, kind: str, schema: pa.Schema) -> pa.RecordBatchWriter:
        if kind not in self._writers:
            sink = self._opened.enter_context(pa.OSFile(str(self._folder / f"{kind}.arrow"), "wb"))
            self._writers[kind] = self._opened.enter_context(pa.ipc.new_file(sink, schema))
        return self._writers[kind]

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._opened.close()


class KindRows:
    """The rows of one generation by kind. Rows are given as mappings of the `columns` asked for that the kind has; every version is among them.

    A column is looked through as a whole; or, where one process answers again and again about few keys (`one_by_one`), by an order of it that is made
    when it is first asked for and kept.
    """

    def __init__(self, folder: Path, columns: Collection[str], *, one_by_one: bool = False, references: References | None = None) -> None:
        """With `references` the columns that refer to persons are as a linked chronology has them."""
        self._folder = folder
        self._one_by_one = one_by_one
        self._names = sorted(file.stem for file in folder.glob("*.arrow"))
        self._columns = frozenset(columns)
        self._tables: dict[str, pa.Table | None] = {}
        self._made: dict[tuple[str, int], Row] = {}
        self._sorted: dict[tuple[str, str], tuple[pa.Array, pa.Array]] = {}
        self._firsts: dict[tuple[str, datetime], dict[str, tuple[datetime, str, int]]] = {}
        self._with_key: dict[str, dict[str, int]] = {}
        for kind in self._names if one_by_one or references else ():
            self._table(kind)  # the files may be taken away by a later import; what is mapped stays
        if references is not None:
            tables = {kind: table for kind, table in self._tables.items() if table is not None}
            self._tables.update(references.put_into(tables, self._columns))

    @property
    def kinds(self) -> list[str]:
        """The kinds that have a row, by name."""
        return self._names

    def has(self, kind: str, column: str) -> bool:
        """Whether a kind has rows, and this column."""
        table = self._table(kind)
        return table is not None and column in table.schema.names

    def at(self, kind: str, positions: Collection[int]) -> list[Row]:
        """The rows of a kind at these positions, in their order."""
        table = self._table(kind)
        if table is None or not positions:
            return []
        return self._rows(
            kind, pc.indices_nonzero(pc.is_in(table["position"], value_set=pa.array(sorted(positions), pa.int64()))).to_pylist()
        )

    def of_keys(self, kind: str, column: str, keys: Collection[str]) -> list[Row]:
        """The rows of a kind whose column holds one of the keys, in the order of position."""
        table = self._table(kind)
        if table is None or not keys or column not in table.schema.names:
            return []
        return self._rows(kind, self._places(kind, column, keys, table))

    def _places(self, kind: str, column: str, keys: Collection[str], table: pa.Table) -> list[int]:
        """Where a column holds one of the keys."""
        if not self._one_by_one:
            return list(pc.indices_nonzero(_held(table[column], keys)).to_pylist())
        number = 1 << self._names.index(kind)
        there = [key for key in keys if self._kinds_of(column).get(key, 0) & number]
        if not there:
            return []
        values, rows = self._in_order(kind, column, table)
        found: list[int] = []
        for key in there:
            first = bisect_left(values, key, key=_text)
            found += rows.slice(first, bisect_right(values, key, first, key=_text) - first).to_pylist()
        return sorted(found)

    def _kinds_of(self, column: str) -> dict[str, int]:
        """For each key in a column the kinds that have it, as a number with a bit for each in the order of `kinds`."""
        if column not in self._with_key:
            found: dict[str, int] = {}
            for place, kind in enumerate(self._names):
                values = self.column(kind, column)
                for key in pc.unique(values).to_pylist() if values is not None else ():
                    if key is not None:
                        found[key] = found.get(key, 0) | 1 << place
            self._with_key[column] = found
        return self._with_key[column]

    def without_key(self, kind: str, column: str, cases: Collection[str]) -> list[Row]:
        """The rows of a kind in one of the cases whose column is blank, in the order of position."""
        table = self._table(kind)
        if table is None or not cases or column not in table.schema.names or table[column].null_count == 0:
            return []
        if self._one_by_one:
            return [row for row in self.of_keys(kind, "case_ref", cases) if row.get(column) is None]
        blank = pc.indices_nonzero(pc.is_null(table[column]))
        within = _held(table["case_ref"].take(blank), cases)
        return self._rows(kind, blank.filter(within).to_pylist())

    def blank(self, kind: str, column: str) -> list[Row]:
        """The rows of a kind whose column is blank, in whatever case or none, in the order of position."""
        table = self._table(kind)
        if table is None or column not in table.schema.names or table[column].null_count == 0:
            return []
        return self._rows(kind, pc.indices_nonzero(pc.is_null(table[column])).to_pylist())

    def first_of_keys(self, column: str, keys: Collection[str], as_of: datetime) -> dict[str, Row]:
        """The first dated event of any kind, of the versions that stand and had happened by `as_of` (UTC without zone; it counts), with each of these keys in a column."""
        if not keys:
            return {}
        if not self._one_by_one:
            found = self._first(column, keys, as_of)
        else:
            if (column, as_of) not in self._firsts:
                self._firsts[column, as_of] = self._first(column, None, as_of)
            every = self._firsts[column, as_of]
            found = {key: every[key] for key in keys if key in every}
        wanted: dict[str, list[tuple[int, str]]] = {}
        for key, (_, kind, row) in found.items():
            wanted.setdefault(kind, []).append((row, key))
        return {
            key: made
            for kind, listed in wanted.items()
            for (_, key), made in zip(listed, self._rows(kind, [row for row, _ in listed]), strict=True)
        }

    def _first(self, column: str, keys: Collection[str] | None, as_of: datetime) -> dict[str, tuple[datetime, str, int]]:
        """When and where each of the keys (None: every key) is first found."""
        found: dict[str, tuple[datetime, str, int]] = {}
        for kind in self.kinds:
            table = self._table(kind)
            if table is None or column not in table.schema.names or table[column].null_count == table.num_rows:
                continue
            at = table["occurred_at"]
            standing = pc.and_(pc.is_null(table["known_to"]), pc.fill_null(pc.less_equal(at, pa.scalar(as_of, at.type)), False))
            held = pc.is_valid(table[column]) if keys is None else _held(table[column], keys)
            rows = pc.indices_nonzero(pc.and_(standing, held))
            some = pa.table({"key": table[column].take(rows), "at": at.take(rows), "row": rows})
            least = some.group_by("key", use_threads=False).aggregate([("at", "min")])
            place = pc.index_in(some["key"], value_set=least["key"].combine_chunks())
            first = some.filter(pc.equal(some["at"], least["at_min"].take(place)))
            for key, moment, row in zip(*(first[name].to_pylist() for name in ("key", "at", "row")), strict=True):
                if key not in found or moment < found[key][0]:
                    found[key] = (moment, kind, row)
        return found

    def _in_order(self, kind: str, column: str, table: pa.Table) -> tuple[pa.Array, pa.Array]:
        if (kind, column) not in self._sorted:
            whole = table[column].combine_chunks()
            rows = pc.sort_indices(whole).slice(0, len(whole) - whole.null_count)
            self._sorted[kind, column] = (whole.take(rows), rows)
        return self._sorted[kind, column]

    def _table(self, kind: str) -> pa.Table | None:
        if kind not in self._tables:
            file = self._folder / f"{kind}.arrow"
            self._tables[kind] = pa.ipc.open_file(pa.memory_map(str(file))).read_all() if file.is_file() else None
        return self._tables[kind]

    def column(self, kind: str, column: str) -> pa.ChunkedArray | None:
        """A column of a kind; None where there is none."""
        table = self._table(kind)
        return table[column] if table is not None and column in table.schema.names else None

    def _rows(self, kind: str, rows: Iterable[int]) -> list[Row]:
        wanted = list(rows)
        lacking = [row for row in wanted if (kind, row) not in self._made]
        if lacking:
            table = self._table(kind)
            names = [name for name in (table.schema.names if table is not None else ()) if name in self._columns]
            for row, made in zip(lacking, _as_rows(table, names, lacking), strict=True):
                self._made[kind, row] = made
        return [self._made[kind, row] for row in wanted]

    def forget(self) -> None:
        """Let go of the rows that were given; orders and files are kept."""
        self._made.clear()


def rows_of(chronology: Chronology, columns: Collection[str], *, one_by_one: bool = False) -> KindRows:
    """The rows of a chronology by kind, linked or not; see `KindRows`."""
    references = References(chronology.files) if chronology.files is not None else None
    return KindRows(chronology.folder / KINDS, columns, one_by_one=one_by_one, references=references)


def _text(value: pa.Scalar) -> str:
    return str(value.as_py())


def _held(column: pa.ChunkedArray, keys: Collection[str]) -> pa.Array | pa.ChunkedArray:
    return pc.is_in(column, value_set=pa.array(sorted(keys), pa.string()))


def _as_rows(table: pa.Table, names: list[str], rows: list[int]) -> list[Mapping[str, object]]:
    """The rows at these places, as mappings of these columns. Rows that lie together are cut out as they are, which is quicker for a few."""
    if rows[-1] - rows[0] == len(rows) - 1 and rows == list(range(rows[0], rows[-1] + 1)):
        columns = [_values(table[name].slice(rows[0], len(rows))) for name in names]
    else:
        chosen = table.select(names).take(pa.array(rows, pa.int64()))
        columns = [_values(chosen[name]) for name in names]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def _values(column: pa.ChunkedArray) -> list[object]:
    return [None] * len(column) if column.null_count == len(column) else column.to_pylist()

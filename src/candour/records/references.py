"""Of whom each reference of a source is in a linked chronology, so that its rows by kind are those of its generation with other references.

`references.parquet` lies beside a linked chronology. It has a row for each reference that an event or a child's details have: `person_kind` (child, suspect or
place), `source_system`, the `ref` as the source writes it, the `person_ref` that stands in the linked chronology, and `placed`: 'own' (by the source's own
record), 'borrowed' (by another source's), 'not placed', or 'as it is'. A reference of which no source is said has no row, and stays as it is: blanks are never
the same as one another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from candour.records.linkage.settings import LinkRefused
from candour.records.scene import Row

REFERENCES_FILE = "references.parquet"
REFERENCES = {"child_ref": "child", "suspect_ref": "suspect", "place_ref": "place"}
"""The columns of events that refer to persons, and to which kind."""
Named = dict[tuple[str, str], list[str]]
"""References by column and source."""


class NotWhole(LinkRefused):
    """A table of a link run cannot be read: it was cut short, or is no such table."""

    def __init__(self, file: Path) -> None:
        super().__init__(f"{file}: cannot be read; it is not whole. Link again.")
        self.file = file


def whole_table(file: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """A table of a link run, every value of it read. Raises NotWhole where it cannot be, or lacks one of the columns."""
    try:
        table = pq.ParquetFile(file).read(columns=columns)
    except (pa.ArrowException, OSError) as error:
        raise NotWhole(file) from error
    if not set(columns or ()) <= set(table.schema.names):
        raise NotWhole(file)
    return table


class References:
    """The references of one linked chronology. One that is not among them stands as it is."""

    def __init__(self, folder: Path) -> None:
        """Raises NotWhole for a `references.parquet` in the folder of a linked chronology that cannot be read."""
        table = whole_table(folder / REFERENCES_FILE, ("person_kind", "source_system", "ref", "person_ref"))
        table = table.filter(pc.and_(pc.is_valid(table["source_system"]), pc.is_valid(table["ref"])))
        self._of = {column: table.filter(pc.equal(table["person_kind"], kind)) for column, kind in REFERENCES.items()}

    def put_into(self, tables: Mapping[str, pa.Table], columns: Iterable[str]) -> dict[str, pa.Table]:
        """The same tables of events, by any name, with the person in place of each reference in those of the columns that refer to persons."""
        found = dict(tables)
        for column in sorted(REFERENCES.keys() & set(columns)):
            having = [name for name, table in found.items() if column in table.schema.names and table[column].null_count < table.num_rows]
            if not having:
                continue
            replaced = self._persons(column, pa.concat_tables([found[name].select(["source_system", column]) for name in having]))
            begins = 0
            for name in having:
                table = found[name]
                place = table.schema.get_field_index(column)
                found[name] = table.set_column(place, table.schema.field(place), replaced.slice(begins, table.num_rows))
                begins += table.num_rows
        return found

    def _persons(self, column: str, told: pa.Table) -> pa.ChunkedArray:
        mine = self._of[column]
        places = _places(told["source_system"], told[column], mine)
        return pc.coalesce(mine["person_ref"].combine_chunks().take(places), told[column])

    def put_into_rows(self, rows: Iterable[Row]) -> list[Row]:
        """The same for a few rows."""
        listed = list(rows)
        persons: dict[tuple[str, object, object], str] = {}
        for column, mine in self._of.items():
            named = pa.array({str(row[column]) for row in listed if row.get(column) is not None}, pa.string())
            some = mine.filter(pc.is_in(mine["ref"], value_set=named)).to_pylist()
            persons.update(((column, one["source_system"], one["ref"]), one["person_ref"]) for one in some)
        return [
            {**row, **{name: persons.get((name, row["source_system"], row[name]), row[name]) for name in REFERENCES if name in row}}
            for row in listed
        ]

    def why_not_persons(self, rows: Iterable[Row]) -> str:
        """Why rows do not refer to the persons of this chronology, in a sentence on the first that has a source's own reference; empty where all do.

        A reference that no source has here is of somebody new, and none of these.
        """
        for row in rows:
            for column, mine in self._of.items():
                ref = row.get(column)
                if ref is None or pc.any(pc.equal(mine["person_ref"], str(ref))).as_py():
                    continue
                having = sorted(
                    (one["source_system"], one["person_ref"]) for one in mine.filter(pc.equal(mine["ref"], str(ref))).to_pylist()
                )
                if having:
                    told = ", ".join(f"{person} (by {source})" for source, person in having)
                    return f"Event {row['event_id']}: {column} {ref} is a source's own reference, and no person of the linked chronology. Give the person: {told}."
        return ""

    def of_others_than(self, before: References) -> Named:
        """The references that were there before and were of somebody else, by column and source."""
        found: Named = {}
        for column, mine in self._of.items():
            theirs = before._of[column]
            places = _places(mine["source_system"], mine["ref"], theirs)
            other = pc.not_equal(theirs["person_ref"].combine_chunks().take(places), mine["person_ref"])
            some = mine.filter(pc.fill_null(other, False))
            for source, ref in zip(some["source_system"].to_pylist(), some["ref"].to_pylist(), strict=True):
                found.setdefault((column, source), []).append(ref)
        return found


def _places(sources: pa.ChunkedArray, refs: pa.ChunkedArray, among: pa.Table) -> pa.ChunkedArray:
    """The row of each source's reference among others; null where it is not there, and where it or its source is blank."""
    return pc.index_in(_keys(sources, refs), value_set=_keys(among["source_system"], among["ref"]), skip_nulls=True)


def _keys(sources: pa.ChunkedArray, refs: pa.ChunkedArray) -> pa.ChunkedArray:
    """One text for the source and the reference; a source's name has no line break."""
    return pc.binary_join_element_wise(sources.cast(pa.string()), refs.cast(pa.string()), "\n")

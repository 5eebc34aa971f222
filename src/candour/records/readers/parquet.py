"""Reads Parquet files in batches; dates and times keep their type, everything else becomes text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from candour.records.readers.rows import BATCH_ROWS, SEPARATOR, Batch, Cell, Facts, RowsWanted, check_columns
from candour.records.refusals import InputRefused


def typed_cell(value: object) -> Cell:
    """A typed value as a cell: dates and times as they are, whole numbers without a decimal point, yes and no as true and false."""
    if value is None or isinstance(value, (str, datetime, date, time)):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    if isinstance(value, list):
        return [str(item) for item in value if item is not None]
    return str(value)


class ParquetRows:
    """The rows of one Parquet file."""

    def __init__(self, path: Path, wanted: RowsWanted) -> None:
        self.wanted = wanted
        try:
            self.file = pq.ParquetFile(path)
        except (pa.ArrowException, OSError) as error:
            raise InputRefused(f"{wanted.shown}: is not a whole Parquet file ({error}). Export it again.") from error
        self.columns = list(self.file.schema_arrow.names)
        check_columns(wanted.shown, self.columns, wanted.columns)
        self.facts = Facts("parquet")

    def batches(self) -> Iterator[Batch]:
        """The rows in order, in batches."""
        start = 1
        try:
            for batch in self.file.iter_batches(batch_size=BATCH_ROWS):
                cells = {}
                for name, column in zip(self.columns, batch.columns, strict=True):
                    if pa.types.is_timestamp(column.type):
                        column = column.cast(pa.timestamp("us", column.type.tz), safe=False)
                    cells[name] = [typed_cell(value) for value in column.to_pylist()]
                whole = [SEPARATOR.join(map(str, row)) for row in zip(*cells.values(), strict=True)]
                yield Batch(
                    range(start, start + batch.num_rows), {name: cells[name] for name in self.wanted.columns or self.columns}, whole
                )
                start += batch.num_rows
        except (pa.ArrowException, OSError) as error:
            raise InputRefused(f"{self.wanted.shown}: cannot be read after row {start - 1} ({error}). Export it again.") from error
        self.facts.rows_in = start - 1

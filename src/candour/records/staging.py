"""The files in which a delivery's events and rows wait, between being read and being settled."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from candour.records.identities import make_private

STAGED = {
    "file_no": pa.int32(),
    "row_no": pa.int32(),
    "row_key": pa.string(),
    "event_name": pa.string(),
    "event_id": pa.string(),
    "kind": pa.string(),
    "occurred_at": pa.timestamp("us"),
    "occurred_to": pa.timestamp("us"),
    "occurred_on": pa.date32(),
    "precision": pa.string(),
    "occurred_text": pa.string(),
    "source_ref": pa.string(),
}
LEDGER = pa.schema({"file_no": pa.int32(), "row_no": pa.int32(), "row_key": pa.string(), "contents": pa.int64(), "version": pa.int64()})


class StagingFile:
    """A staging file that is made when its first rows come; one that is `private` its owner alone can read."""

    def __init__(self, path: Path, schema: pa.Schema, *, private: bool = False) -> None:
        self.private = private
        self.path = path
        self.schema = schema
        self.file: pq.ParquetWriter | None = None
        self.rows = 0

    def write(self, columns: dict[str, object]) -> None:
        """Write rows given as columns in the order of the schema, as lists or Arrow arrays."""
        arrays = [
            value if isinstance(value, pa.Array) else pa.array(value, kind)
            for value, kind in zip(columns.values(), self.schema.types, strict=True)
        ]
        if self.file is None:
            if self.private:
                make_private(self.path)
            self.file = pq.ParquetWriter(self.path, self.schema, compression="zstd", compression_level=1)
        self.file.write_table(pa.Table.from_arrays(arrays, schema=self.schema))
        self.rows += len(arrays[0])

    def close(self) -> None:
        """Finish the file, if it was begun."""
        if self.file is not None:
            self.file.close()

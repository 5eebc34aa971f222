"""One source's delivery on its way: read and settled, not yet stored; what of it is shown in a trial run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb

from candour.records.delivery import DeliveredFile
from candour.records.mapping import SourceMapping
from candour.records.merging import Incoming
from candour.records.moments import iso
from candour.records.quoting import text
from candour.records.reporting.account import SourceAccount
from candour.records.vocabulary import Vocabulary

PREVIEW = 20
"""How many events of each source a trial run shows."""


@dataclass
class Prepared:
    """One source's delivery, read and settled, and where its parts lie until they are stored."""

    mapping: SourceMapping
    account: SourceAccount
    folder: Path
    incoming: Incoming | None = None
    extracted_at: datetime | None = None
    files: list[DeliveredFile] = field(default_factory=list)

    def shown(self, file: DeliveredFile) -> str:
        """What the rows that one table takes from a file are said to be of: the file and, where several tables read it, which part of it."""
        readers = [other.table for other in self.files if other.name == file.name]
        if len(readers) == 1:
            return file.name
        parts = [self.mapping.tables[table].part for table in readers]
        part = self.mapping.tables[file.table].part
        return f"{file.name} ({part})" if part and parts.count(part) == 1 else f"{file.name} (table {file.table + 1})"


def delivery_record(item: Prepared, vocabulary: Vocabulary, received_at: datetime) -> dict[str, object]:
    """The content of a delivery's `delivery.json`; moments in UTC."""
    files = sorted({(file.name, file.sha256, file.size) for file in item.files})
    return {
        "delivery_id": item.account.delivery_id,
        "source_system": item.mapping.name,
        "mapping": {"file": item.mapping.file, "sha256": item.mapping.fingerprint},
        "vocabulary": vocabulary.fingerprint,
        "received_at": iso(received_at),
        "extracted_at": iso(item.extracted_at) if item.extracted_at else None,
        "files": [{"file": name, "sha256": sha256, "size": size} for name, sha256, size in files],
    }


def preview_of(fresh: Sequence[Prepared], words: Vocabulary) -> list[dict[str, str]]:
    """The events of the first rows of each source as they would be stored, in the order of the rows and in time.

    Blank columns are left out; free text is not repeated, only its length.
    """
    texts = {name for name, field in words.payload().items() if field.type == "text"}
    shown: list[dict[str, str]] = []
    with duckdb.connect() as db:
        for item in fresh:
            events = f"read_parquet({text(str(item.folder / 'events.parquet'))})"
            found = db.execute(
                f"select * exclude (row_key, event_name) from {events} "
                f"order by split_part(source_ref, '#', 1), try_cast(split_part(source_ref, '#', -1) as bigint), occurred_at, event_id limit {PREVIEW}"
            )
            names = [column[0] for column in found.description or ()]
            for row in found.fetchall():
                given = {name: value for name, value in zip(names, row, strict=True) if value is not None}
                shown.append(
                    {name: f"({len(str(value))} letters of text)" if name in texts else str(value) for name, value in given.items()}
                )
    return shown

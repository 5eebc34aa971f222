"""Small made-up deliveries and their mapping, shared by the tests of the import."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb

from candour.records.importing import import_delivery
from candour.records.reporting.account import ImportReport

RECEIVED = datetime(2026, 5, 1, 12, 0)
HEADING = "EPISODE_NO,OCC_NO,NOMINAL,DOB,REPORTED_AT,CREATED_AT,CLASS,CARE_YN,NOTE,LOCATED_AT"
MAPPING = """
[source]
name = "northshire-missing"
title = "Missing persons system (made-up force)"
delivers = "changes"
[[source.complete]]
kinds = ["missing.reported", "missing.located"]
from = "2025-01-01"
[[table]]
file = "missing*.csv"
key = ["EPISODE_NO"]
blank = ["NULL", "-"]
dates = ["%d/%m/%Y %H:%M", "%d/%m/%Y"]
midnight = "day"
[table.child]
child_ref = "NOMINAL"
born_on = "DOB"
[[table.event]]
name = "reported"
kind = "missing.reported"
at = "REPORTED_AT"
recorded_at = "CREATED_AT"
case = "OCC_NO"
child = "NOMINAL"
episode = "EPISODE_NO"
org = { value = "police" }
[table.event.fields]
classification = { column = "CLASS", codes = "classification" }
from_care = { column = "CARE_YN", codes = "yes_no" }
circumstances_text = "NOTE"
[[table.event]]
name = "located"
kind = "missing.located"
at = "LOCATED_AT"
case = "OCC_NO"
child = "NOMINAL"
episode = "EPISODE_NO"
[codes.classification]
MISSING = "missing"
ABSENT = "absent"
OTH = "unmapped"
[codes.yes_no]
Y = "yes"
N = "no"
"""


def row(episode: str = "M1", **changes: str) -> str:
    """One line of the missing-persons file; columns by name in small letters."""
    cells = {
        "episode_no": episode,
        "occ_no": "C1",
        "nominal": "K1",
        "dob": "12/03/2012",
        "reported_at": "01/03/2026 18:00",
        "created_at": "01/03/2026 18:10",
        "class": "MISSING",
        "care_yn": "Y",
        "note": "went out",
        "located_at": "",
    }
    cells.update({key.rstrip("_"): value for key, value in changes.items()})
    return ",".join(cells.values())


class Desk:
    """A folder to deliver into, a mapping and a store."""

    def __init__(self, base: Path, mapping: str = MAPPING) -> None:
        self.folder = base / "delivered"
        self.store = base / "store"
        self.mapping = base / "mapping.toml"
        self.folder.mkdir()
        self.mapping.write_text(mapping, encoding="utf-8")

    def deliver(self, *rows: str, name: str = "missing.csv", heading: str = HEADING) -> Path:
        """Put a file with these rows into the folder."""
        path = self.folder / name
        path.write_text("\n".join([heading, *rows]) + "\n", encoding="utf-8")
        return path

    def take(self, received_at: datetime = RECEIVED, **options: object) -> ImportReport:
        """Import the folder."""
        return import_delivery(self.folder, self.mapping, self.store, received_at=received_at, **options)  # type: ignore[arg-type]

    def query(self, sql: str) -> list[tuple[object, ...]]:
        """Ask the current chronology; `events`, `cases` and `children` stand for its files."""
        number = (self.store / "chronology" / "CURRENT").read_text().strip()
        with duckdb.connect() as db:
            for name in ("events", "cases", "children"):
                db.execute(f"create view {name} as select * from '{self.store}/chronology/{number}/{name}.parquet'")
            return db.execute(sql).fetchall()


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder with its bytes, but for the lock."""
    return {
        str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file() and path.name != ".lock"
    }

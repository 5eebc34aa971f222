"""Small files of identities for tests of record linkage, and what a linkage made of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from candour.records.linkage.settings import LinkSettings, load_settings
from candour.simulation.identities.making import SCHEMA, Identity, make_identities

EMPTY = Identity("", "", "child", "", None, None, None, None, None, None, None, None, None, None, None, None, "")


def record(ref: str, person: str = "", source: str = "occurrences", kind: str = "child", **fields: object) -> Identity:
    """One record; what is not given is not recorded. A date of birth may be given as text."""
    born = fields.get("born_on")
    if isinstance(born, str):
        fields["born_on"] = date.fromisoformat(born)
    return EMPTY._replace(
        record_ref=f"{source}:{kind}:{ref}", source_system=source, person_kind=kind, ref=ref, person=person or ref, **fields
    )


def crowd(records: int = 2500, seed: int = 31, kind: str = "child") -> list[Identity]:
    """Made-up records among which a few of one's own are linked: a model is not learned from a handful."""
    return list(make_identities(records, seed, kind))


def write(folder: Path, rows: Iterable[Identity]) -> Path:
    """Write identities.parquet and truth.parquet, and return the path of the first."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = list(rows)
    pq.write_table(
        pa.table({name: [getattr(one, name) for one in rows] for name in SCHEMA.names}, schema=SCHEMA), folder / "identities.parquet"
    )
    pq.write_table(
        pa.table({"record_ref": [one.record_ref for one in rows], "person": [one.person for one in rows]}), folder / "truth.parquet"
    )
    return folder / "identities.parquet"


def quick(kind: str = "child", *, random_pairs: int = 150_000) -> LinkSettings:
    """The settings that ship, with fewer random pairs to learn from: enough for a small file."""
    settings = load_settings(kind)
    return replace(settings, training=replace(settings.training, random_pairs=random_pairs))


def persons(folder: Path) -> dict[str, str]:
    """The person_ref of each record_ref."""
    return dict(duckdb.sql(f"SELECT record_ref, person_ref FROM '{folder / 'clusters.parquet'}'").fetchall())


def outcomes(folder: Path) -> dict[tuple[str, str], str]:
    """The outcome of each pair that is linked or possible."""
    return {
        (left, right): outcome
        for left, right, outcome in duckdb.sql(f"SELECT left_ref, right_ref, outcome FROM '{folder / 'pairs.parquet'}'").fetchall()
    }

"""Who a source's records are about: names, births and addresses by record, kept apart from the events and for linkage alone.

They come only from `[[table.identities]]` of a mapping. No name goes into an event, a finding, a report, a preview or a message.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import duckdb

from candour.records.quoting import paths_list, quoted, text
from candour.records.vocabulary import Field

IDENTITIES = "identities.parquet"
PERSON_KINDS: Mapping[str, str] = MappingProxyType({"child": "A child.", "suspect": "A suspect.", "place": "A place."})
PLURALS: Mapping[str, str] = MappingProxyType({"child": "children", "suspect": "suspects", "place": "places"})
NOT_SHOWN = "(not shown)"
"""What stands in a report where a value might name somebody."""
SEXES: Mapping[str, str] = MappingProxyType({"female": "Female.", "male": "Male.", "other": "Another answer."})


def _field(name: str, kind: str, meaning: str, codes: Mapping[str, str] | None = None) -> Field:
    return Field(name, kind, meaning, codes)


IDENTITY_FIELDS: Mapping[str, Field] = MappingProxyType(
    {
        field.name: field
        for field in (
            _field("person_kind", "code", "Whether the record is of a child, a suspect or a place.", PERSON_KINDS),
            _field("ref", "ref", "What the source writes in child_ref, suspect_ref or place_ref."),
            _field("given_names", "text", "Given names, as written."),
            _field("family_name", "text", "Family name, as written."),
            _field("other_names", "text", "Other names the person is known by, joined by semicolons."),
            _field("born_on", "day", "Date of birth."),
            _field("sex", "code", "Sex, as recorded.", SEXES),
            _field("address", "text", "Address, in one line."),
            _field("postcode", "text", "Postcode."),
            _field("school", "text", "School or college."),
            _field("phone", "text", "Telephone number, or address of electronic mail."),
            _field("shared_id", "text", "A number that several systems may carry, such as a UPN, a PNC id or an NHS number."),
            _field("restricted", "yes_no", "Whether the record may be seen by few."),
            _field("high_risk", "yes_no", "Whether the person is recorded as at high risk."),
        )
    }
)
"""What one identity may say; of these `person_kind` and `ref` are needed."""
NAMING = ("given_names", "family_name", "other_names", "address", "phone")
"""What tells who somebody is: a column that is read as one of these may name no row and fill no event."""
COLUMNS: Mapping[str, str] = MappingProxyType(
    {"record_ref": "VARCHAR", "source_system": "VARCHAR", **{name: field.column_type for name, field in IDENTITY_FIELDS.items()}}
)
"""Columns of `identities.parquet` in order, with their DuckDB types. `record_ref` is `<source_system>:<person_kind>:<ref>`, and unique."""


def make_private(path: Path) -> Path:
    """Make an empty file that its owner alone can read, so that nobody else can while it is filled."""
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    return path


def copy_privately(db: duckdb.DuckDBPyConnection, select: str, out: Path) -> None:
    """Write the rows of a query to a Parquet file that its owner alone can read."""
    make_private(out)
    db.execute(f"copy ({select}) to {text(str(out))} (format parquet, compression zstd, use_tmp_file false)")


def write_identities(db: duckdb.DuckDBPyConnection, source_system: str, folder: Path, out: Path) -> int:
    """Write one row for each record that a delivery names, and give their number; without any nothing is written.

    Needs the table `dropped` of `settle_rows`. Where rows of one delivery give different values, the last row that gives one decides. A row without a
    `ref` is of nobody who could be linked, and makes none.
    """
    staged = sorted(folder.glob("identity-*.parquet"))
    if not staged:
        return 0
    source = f"(select * from read_parquet({paths_list(staged)}, union_by_name=true) anti join dropped using (file_no, row_no) where ref is not null)"
    given = {row[0] for row in db.execute(f"describe select * from {source}").fetchall()}
    parts = [
        f"last({quoted(name)} order by file_no, row_no) filter ({quoted(name)} is not null) as {quoted(name)}"
        if name in given
        else f"null::{field.column_type} as {quoted(name)}"
        for name, field in IDENTITY_FIELDS.items()
        if name not in ("person_kind", "ref")
    ]
    copy_privately(
        db,
        f"select {text(source_system + ':')} || person_kind || ':' || ref as record_ref, {text(source_system)} as source_system, person_kind, ref, "
        f"{', '.join(parts)} from {source} group by person_kind, ref order by record_ref",
        out,
    )
    row = db.execute(f"select count(*) from read_parquet({text(str(out))})").fetchone()
    return int(row[0]) if row else 0


def merge_identities(db: duckdb.DuckDBPyConnection, old: Path | None, new: Sequence[Path], out: Path) -> None:
    """Keep each record as last known: what a delivery says of it replaces what was said before. Files that are not there have no rows.

    Nothing is written where no source has identities.
    """
    before = [old] if old is not None and old.is_file() else []
    came = [path for path in new if path.is_file()]
    if not before and not came:
        return
    listed = ", ".join(quoted(name) for name in COLUMNS)
    parts = [f"select {listed} from read_parquet({paths_list(came)})"] if came else []
    if before:
        newer = f" where record_ref not in (select record_ref from read_parquet({paths_list(came)}))" if came else ""
        parts.append(f"select {listed} from read_parquet({paths_list(before)}){newer}")
    copy_privately(db, f"select * from ({' union all '.join(parts)}) order by record_ref", out)

"""What cannot be used to tell people apart: sources without identifiers, columns that hold one value, columns that hardly anybody filled. Each is raised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from candour.records.linkage.clusters import Raised
from candour.records.linkage.comparisons import COMPARISONS
from candour.records.linkage.preparing import FIELDS
from candour.records.linkage.settings import Identifiers, LinkRefused, LinkSettings
from candour.records.quoting import quoted, text

ALWAYS = ("record_ref", "source_system", "person_kind")
"""The columns without which nothing can be linked."""
MAY_BE_ONE = ("sex",)
"""A field that may hold one value everywhere in good faith; it is then of no use, and harmless."""
TITLES = {
    "given_names": "given names", "family_name": "family name", "other_names": "other names", "born_on": "date of birth", "sex": "sex", "address": "address",
    "postcode": "postcode", "school": "school", "phone": "telephone", "shared_id": "shared number",
}  # fmt: skip


@dataclass(frozen=True)
class Unusable:
    """`blanked`: by source and field, the value that counts as blank (None: the whole field). `left_out`: the sources that take no part. `raised`: both in words."""

    blanked: dict[tuple[str, str], str | None]
    left_out: tuple[str, ...]
    raised: tuple[Raised, ...]


def open_identities(connection: duckdb.DuckDBPyConnection, path: str, name: str, person_kind: str) -> int:
    """Make the view `identities` of one kind, with every column there is in the contract, and return how many records it has. Raises LinkRefused."""
    try:
        columns = [row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM read_parquet({text(path)})").fetchall()]
    except duckdb.Error as error:
        raise LinkRefused(f"{name}: cannot be read as Parquet. It is the identities.parquet of a chronology; import again.") from error
    lacking = [column for column in ALWAYS if column not in columns]
    if lacking:
        raise LinkRefused(f"{name}: has no column {', '.join(lacking)}. It is the identities.parquet of a chronology; import again.")
    fields = ", ".join(quoted(field) if field in columns else f"NULL AS {field}" for field in FIELDS)
    connection.execute(
        f"CREATE OR REPLACE VIEW identities AS SELECT record_ref, source_system, {fields} FROM read_parquet({text(path)}) WHERE person_kind = {text(person_kind)}"
    )
    (kind,) = connection.execute("SELECT any_value(typeof(born_on)) FROM (FROM identities LIMIT 1)").fetchone() or (None,)
    if kind not in (None, "DATE", '"NULL"'):
        raise LinkRefused(f"{name}: born_on is {kind}; it must be a DATE. Import again.")
    records, distinct = connection.execute("SELECT count(*), count(DISTINCT record_ref) FROM identities").fetchone() or (0, 0)
    if not records:
        raise LinkRefused(f"{name}: holds no {person_kind}. Give the mapping [[identities]] with person_kind = '{person_kind}'.")
    if distinct < records:
        (twice,) = connection.execute(
            "SELECT min(record_ref) FROM (SELECT record_ref FROM identities GROUP BY 1 HAVING count(*) > 1 OR record_ref IS NULL)"
        ).fetchone() or (None,)
        raise LinkRefused(f"{name}: record_ref {twice!r} is there more than once, or not at all. Each record has its own; import again.")
    return int(records)


def find_unusable(connection: duckdb.DuckDBPyConnection, settings: LinkSettings) -> Unusable:
    """Look through `identities`, source by source. Raises LinkRefused where no source is of use."""
    limits = settings.identifiers
    raised: list[Raised] = []
    blanked = _one_value(connection, limits, raised)
    left_out, sources = _without_identifiers(connection, settings, blanked, raised)
    if len(left_out) == sources:
        raise LinkRefused("No source has usable identifiers: " + " ".join(one.words for one in raised))
    for source in left_out:
        blanked |= {(source, field): None for field in FIELDS}
    return Unusable(blanked, left_out, tuple(raised))


def _one_value(connection: duckdb.DuckDBPyConnection, limits: Identifiers, raised: list[Raised]) -> dict[tuple[str, str], str | None]:
    found: dict[tuple[str, str], str | None] = {}
    for field in FIELDS:
        rows = connection.execute(
            f"""
            WITH each AS (SELECT source_system, lower(trim(CAST({quoted(field)} AS VARCHAR))) AS said, count(*) AS held FROM identities
                WHERE {quoted(field)} IS NOT NULL AND trim(CAST({quoted(field)} AS VARCHAR)) <> '' GROUP BY ALL)
            SELECT source_system, arg_max(said, (held, said)), max(held), sum(held), count(*) FROM each GROUP BY source_system HAVING sum(held) >= {limits.one_value_rows} ORDER BY 1
            """
        ).fetchall()
        for source, value, most, filled, values in rows:
            if most / filled <= limits.one_value_share or (field in MAY_BE_ONE and values > 1):
                continue
            found[source, field] = value
            share = "all" if values == 1 else f"{most:,}"
            raised.append(
                Raised(
                    "column",
                    f"Source {source}: {share} of its {filled:,} records with a {TITLES[field]} hold one value. It tells nobody apart, and counted as blank.",
                )
            )
    return found


def _without_identifiers(
    connection: duckdb.DuckDBPyConnection, settings: LinkSettings, blanked: dict[tuple[str, str], str | None], raised: list[Raised]
) -> tuple[tuple[str, ...], int]:
    def there(field: str) -> str:
        said = f"trim(CAST({quoted(field)} AS VARCHAR))"
        blank = [
            f"(source_system = {text(source)} AND lower({said}) = {text(value or '')})"
            for (source, own), value in blanked.items()
            if own == field
        ]
        return f"({quoted(field)} IS NOT NULL AND {said} <> ''{''.join(f' AND NOT {one}' for one in blank)})"

    place = settings.person_kind == "place"
    names = f"({there('given_names')} OR {there('family_name')})"
    others = " OR ".join(there(field) for field in ("born_on", "address", "postcode", "phone", "shared_id"))
    usable = f"{there('address')} OR {there('shared_id')}" if place else f"({names} AND ({others})) OR {there('shared_id')}"
    needs = "an address or a shared number" if place else "a name with a date of birth, address, postcode or telephone, or a shared number"
    rows = connection.execute(
        f"SELECT source_system, count(*), count(*) FILTER (WHERE {usable}) FROM identities GROUP BY 1 ORDER BY 1"
    ).fetchall()
    left_out = []
    for source, records, told in rows:
        if told / records < settings.identifiers.least_usable:
            left_out.append(source)
            raised.append(
                Raised(
                    "source",
                    f"Source {source}: {told:,} of its {records:,} records have {needs}. None of them was linked; see the mapping's [[identities]].",
                )
            )
    return tuple(left_out), len(rows)


def drop_crowded_numbers(connection: duckdb.DuckDBPyConnection, limits: Identifiers) -> tuple[Raised, ...]:
    """Leave out of `prepared` each shared number that more than `number_records` records of one source hold, and say by source how many held one, never the number."""
    rows = connection.execute(
        "CREATE OR REPLACE TEMP TABLE crowded AS SELECT source_system, shared, count(*) AS held FROM prepared WHERE shared IS NOT NULL"
        f" GROUP BY ALL HAVING count(*) > {limits.number_records}; FROM crowded ORDER BY source_system, held DESC, shared"
    ).fetchall()
    if rows:
        connection.execute(
            "CREATE OR REPLACE TABLE prepared AS SELECT * REPLACE (CASE WHEN shared IN (SELECT shared FROM crowded) THEN NULL ELSE shared END AS shared)"
            " FROM prepared ORDER BY record"
        )
    connection.execute("DROP TABLE crowded")
    return tuple(
        Raised(
            "number",
            f"Source {source}: {held:,} of its records hold one shared number, more than the {limits.number_records} that the settings allow. It may stand for "
            "'unknown', and counted as blank in every source.",
        )
        for source, _, held in rows
    )


def usable_comparisons(connection: duckdb.DuckDBPyConnection, settings: LinkSettings) -> tuple[tuple[str, ...], tuple[Raised, ...]]:
    """The comparisons that `prepared` has something to compare in, and in words those left out. Raises LinkRefused where fewer than two are left."""
    kept: list[str] = []
    raised: list[Raised] = []
    for name in settings.comparisons:
        columns = COMPARISONS[name].columns
        filled, values, records = connection.execute(
            f"SELECT count(*) FILTER (WHERE {' OR '.join(f'{one} IS NOT NULL' for one in columns)}), count(DISTINCT ({', '.join(columns)})), count(*) FROM prepared"
        ).fetchone() or (0, 0, 0)
        title = COMPARISONS[name].title
        if filled < 2 or filled / records < settings.identifiers.least_filled:
            raised.append(Raised("comparison", f"{title}: {filled:,} of {records:,} records have one. It was not compared."))
        elif values < 2:
            raised.append(Raised("comparison", f"{title}: every record that has one has the same. It was not compared."))
        else:
            kept.append(name)
    if len(_told_apart(kept)) < 2:
        raise LinkRefused("There is too little to tell people apart by, and nothing was linked. " + " ".join(one.words for one in raised))
    return tuple(kept), tuple(raised)


def _told_apart(names: Sequence[str]) -> list[str]:
    return [name for name in names if name != "sex"]

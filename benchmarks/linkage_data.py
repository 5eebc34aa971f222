"""Outside data for record linkage as identities, and how well a linkage found what is true.

Febrl 1 (a thousand made-up Australian records in five hundred pairs: Christen, Febrl, 2008) and fake_1000 (a thousand made-up records of 251 people, from Splink).
Both are of adults, so that they are linked by the settings for adults.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from candour.records.quoting import text

FEBRL, FAKE = "febrl_dataset1.csv", "splink_fake_1000.csv"
_FEBRL = """
    SELECT trim(rec_id) AS own, split_part(trim(rec_id), '-', 2) AS person, nullif(trim(given_name), '') AS given_names, nullif(trim(surname), '') AS family_name,
        CAST(try_strptime(trim(date_of_birth), '%Y%m%d') AS DATE) AS born_on, concat_ws(', ', trim(street_number) || ' ' || trim(address_1), trim(address_2), trim(suburb)) AS address,
        trim(postcode) AS postcode, CAST(NULL AS VARCHAR) AS phone, trim(soc_sec_id) AS shared_id
    FROM read_csv({file}, all_varchar = true, header = true, names = ['rec_id', 'given_name', 'surname', 'street_number', 'address_1', 'address_2', 'suburb', 'postcode',
        'state', 'date_of_birth', 'soc_sec_id'])
"""
"""The social security number is a number that several systems carry; the state is left out, which no British record has."""
_FAKE = """
    SELECT unique_id AS own, "cluster" AS person, first_name AS given_names, surname AS family_name, CAST(dob AS DATE) AS born_on, city AS address,
        CAST(NULL AS VARCHAR) AS postcode, email AS phone, CAST(NULL AS VARCHAR) AS shared_id
    FROM read_csv({file}, all_varchar = true, header = true)
"""
"""The city is all there is of an address, and the e-mail address stands where a telephone would."""


def write_outside(source: Path, folder: Path) -> Path:
    """Write one of the two files as `identities.parquet`, with `truth.parquet` (record_ref, person) beside it, and return the path of the first."""
    folder.mkdir(parents=True, exist_ok=True)
    name, query = ("febrl", _FEBRL) if source.name == FEBRL else ("fake", _FAKE)
    rows = f"SELECT '{name}:suspect:' || own AS record_ref, * FROM ({query.format(file=text(str(source)))})"
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (SELECT record_ref, '{name}' AS source_system, 'suspect' AS person_kind, own AS ref, given_names, family_name, CAST(NULL AS VARCHAR) AS other_names, born_on,"
            " CAST(NULL AS VARCHAR) AS sex, address, postcode, CAST(NULL AS VARCHAR) AS school, phone, shared_id, FALSE AS restricted, FALSE AS high_risk"
            f" FROM ({rows}) ORDER BY record_ref) TO {text(str(folder / 'identities.parquet'))} (FORMAT parquet)"
        )
        connection.execute(f"COPY (SELECT record_ref, person FROM ({rows})) TO {text(str(folder / 'truth.parquet'))} (FORMAT parquet)")
    return folder / "identities.parquet"


@dataclass(frozen=True)
class Found:
    """Of pairs of records: how many were joined, how many of these rightly, and how many truly are of one person."""

    joined: int
    right: int
    true: int

    @property
    def precision(self) -> float:
        """The share of the joined pairs that are of one person; 1 where none was joined."""
        return self.right / self.joined if self.joined else 1.0

    @property
    def recall(self) -> float:
        """The share of the true pairs that were joined."""
        return self.right / self.true if self.true else 1.0


def of_clusters(truth: Path, clusters: Path) -> Found:
    """Every pair of records in one cluster, whether linked directly or through others: what the chronology is joined by."""
    return _asked(
        f"""
        WITH each AS (SELECT person, person_ref, count(*) AS held FROM read_parquet({text(str(truth))}) JOIN read_parquet({text(str(clusters))}) USING (record_ref) GROUP BY ALL)
        SELECT (SELECT sum(k * (k - 1) / 2) FROM (SELECT sum(held) AS k FROM each GROUP BY person_ref)), sum(held * (held - 1) / 2),
            (SELECT sum(k * (k - 1) / 2) FROM (SELECT sum(held) AS k FROM each GROUP BY person)) FROM each
        """
    )


def of_pairs(truth: Path, pairs: Path, least: float) -> Found:
    """The pairs that would be linked directly if pairs were linked from the weight `least` on; those that a rule holds back are not."""
    return _asked(
        f"""
        WITH who AS (FROM read_parquet({text(str(truth))}))
        SELECT count(*), count(*) FILTER (WHERE l.person = r.person), (SELECT sum(k * (k - 1) / 2) FROM (SELECT count(*) AS k FROM who GROUP BY person))
        FROM read_parquet({text(str(pairs))}) JOIN who AS l ON l.record_ref = left_ref JOIN who AS r ON r.record_ref = right_ref
        WHERE weight >= {least} AND (held_back IS NULL OR held_back = 'cluster')
        """
    )


def _asked(query: str) -> Found:
    with duckdb.connect() as connection:
        joined, right, true = connection.execute(query).fetchone() or (0, 0, 0)
    return Found(int(joined), int(right), int(true))

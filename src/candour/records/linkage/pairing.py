"""Finds the pairs of records worth comparing: those that agree in something. Comparing every record with every other is not possible."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from candour.records.linkage.settings import Identifiers
from candour.records.quoting import quoted, text

PERSON_RULES: tuple[tuple[str, ...], ...] = (
    ("shared",),
    ("born",),
    ("given_form", "born"),
    ("family", "born"),
    ("given_sound", "born_either_way"),
    ("family_sound", "born_either_way"),
    ("names_either_way",),
    ("names_either_way", "born_year"),
    ("given_form", "family"),
    ("given_form", "family_sound", "born_year"),
    ("given_sound", "family_sound", "born_year"),
    ("given_sound", "family_sound"),
    ("given_initial", "phone"),
    ("given_initial", "postcode"),
    ("family_sound", "postcode"),
    ("given_sound", "number_street"),
    ("given_form", "postcode"),
    ("family_sound", "phone"),
    ("born", "sector"),
    ("phone",),
    ("given", "street"),
    ("family", "street"),
    ("given",),
    ("family",),
    ("given_sound", "born_year"),
    ("family_sound", "born_year"),
)
"""Columns of `prepared` that must all be the same in both records, by any one of these rules."""
PLACE_RULES: tuple[tuple[str, ...], ...] = (
    ("shared",),
    ("postcode", "number"),
    ("postcode", "street"),
    ("number_street",),
    ("number_street", "district"),
    ("number", "sector"),
    ("phone",),
    ("street", "number"),
)


NOT_USED = -1
"""What is said of a rule that would give too many pairs, in place of the count of values that it left out."""


def find_pairs(
    connection: duckdb.DuckDBPyConnection, person_kind: str, limits: Identifiers, decided: Sequence[tuple[int, int]] = ()
) -> dict[str, int]:
    """Make the table `found_pairs` (join_key_l < join_key_r, by the number of the record; each pair once) and return how many values each rule left out.

    A rule leaves out a value that more than `block_records` records share; one that would still give more than `rule_pairs` pairs for each record is not
    used (NOT_USED). `decided` are pairs that are compared whatever the rules find.
    """
    left_out: dict[str, int] = {}
    (records,) = connection.execute("SELECT count(*) FROM prepared").fetchone() or (0,)
    connection.execute("CREATE OR REPLACE TEMP TABLE each_pair (l BIGINT, r BIGINT)")
    for rule in PLACE_RULES if person_kind == "place" else PERSON_RULES:
        key = " || '|' || ".join(f"CAST({quoted(column)} AS VARCHAR)" for column in rule)
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE blocks AS SELECT {key} AS block, count(*) AS members FROM prepared WHERE ({key}) IS NOT NULL GROUP BY 1 HAVING count(*) > 1"
        )
        large, pairs = connection.execute(
            f"SELECT count(*) FILTER (WHERE members > {limits.block_records}),"
            f" coalesce(sum(members * (members - 1) / 2) FILTER (WHERE members <= {limits.block_records}), 0) FROM blocks"
        ).fetchone() or (0, 0)
        used = pairs <= limits.rule_pairs * records
        left_out[" and ".join(rule)] = large if used else NOT_USED
        if not used:
            continue
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE in_block AS SELECT {key} AS block, record FROM prepared"
            f" WHERE {key} IN (SELECT block FROM blocks WHERE members <= {limits.block_records})"
        )
        connection.execute(
            "INSERT INTO each_pair SELECT one.record, two.record FROM in_block AS one JOIN in_block AS two ON one.block = two.block AND one.record < two.record"
        )
    if decided:
        connection.executemany("INSERT INTO each_pair VALUES (?, ?)", [list(one) for one in decided])
    connection.execute(
        f"CREATE OR REPLACE TABLE found_pairs AS SELECT {text('0')} AS match_key, l AS join_key_l, r AS join_key_r FROM (SELECT DISTINCT l, r FROM each_pair)"
    )
    for name in ("each_pair", "blocks", "in_block"):
        connection.execute(f"DROP TABLE IF EXISTS {name}")
    return left_out

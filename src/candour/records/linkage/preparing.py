"""Turns identities into what is compared: words in one spelling, dates as numbers, addresses in parts.

The table made is `prepared`, one row a record, numbered (`record`) in the order of `record_ref`. Text is in small letters without accents or marks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import duckdb
import pyarrow as pa

from candour.records.linkage.name_lists import NameLists, forms_of
from candour.records.quoting import quoted, text

FIELDS = ("given_names", "family_name", "other_names", "born_on", "sex", "address", "postcode", "school", "phone", "shared_id")
"""The columns of identities that say who somebody is."""


LEAST_NUMBER = 6
"""A shared number has at least so many letters and figures."""
_REAL_NUMBER = (
    f"length(shared_said) >= {LEAST_NUMBER} AND regexp_matches(shared_said, '[0-9]') AND replace(shared_said, left(shared_said, 1), '') <> ''"
    " AND NOT list_contains(getvariable('no_numbers'), shared_said)"
)


def prepare(connection: duckdb.DuckDBPyConnection, lists: NameLists, blanked: Mapping[tuple[str, str], str | None]) -> None:
    """Make the table `prepared` from the view `identities`.

    `blanked` gives, by source and field, a value that says nothing (as text) and is left out; None leaves out the whole field of that source.
    """
    connection.execute(f"CREATE OR REPLACE TEMP MACRO clean(x) AS {_clean('x')}")
    _word_tables(connection, lists)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE raw_identities AS SELECT record_ref, source_system, {_kept(blanked)} FROM identities")
    connection.execute(f"CREATE OR REPLACE TEMP TABLE words_of AS {_words_sql(lists)}")
    _form_table(connection, lists)
    connection.execute(f"CREATE OR REPLACE TABLE prepared AS {_prepared_sql(lists)}")
    for name in ("raw_identities", "words_of", "form_of"):
        connection.execute(f"DROP TABLE {name}")


def _clean(column: str) -> str:
    """Small letters and figures with single gaps; an apostrophe or full stop joins what it stands between (O'Brien is obrien)."""
    return (
        f"nullif(trim(regexp_replace(regexp_replace(strip_accents(translate(lower(CAST({column} AS VARCHAR)), 'łøđßæœı', 'lodsaoi')), "
        "'[''’‘`´.]', '', 'g'), '[^a-z0-9]+', ' ', 'g')), '')"
    )


def _kept(blanked: Mapping[tuple[str, str], str | None]) -> str:
    columns = []
    for field in FIELDS:
        tests = [
            f"source_system = {text(source)}"
            + ("" if value is None else f" AND lower(trim(CAST({quoted(field)} AS VARCHAR))) = {text(value)}")
            for (source, own), value in sorted(blanked.items(), key=str)
            if own == field
        ]
        columns.append(
            f"CASE WHEN {' OR '.join(f'({one})' for one in tests)} THEN NULL ELSE {quoted(field)} END AS {field}" if tests else field
        )
    return ", ".join(columns)


def _listed(words: Iterable[str]) -> str:
    return "[" + ", ".join(text(one) for one in words) + "]::VARCHAR[]"


def _word_tables(connection: duckdb.DuckDBPyConnection, lists: NameLists) -> None:
    keys, values = list(lists.short_words), list(lists.short_words.values())
    connection.execute(f"SET VARIABLE short_words = MAP({_listed(keys)}, {_listed(values)})")
    for name in ("titles", "no_names", "no_numbers", "particles"):
        connection.execute(f"SET VARIABLE {name} = {_listed(getattr(lists, name))}")


def _names(column: str) -> str:
    return (
        f"list_filter(string_split(coalesce(clean({column}), ''), ' '), lambda w: w <> '' AND NOT list_contains(getvariable('titles'), w))"
    )


def _words_sql(lists: NameLists) -> str:
    flats = "|".join(lists.flats)
    return f"""
        SELECT *,
            CASE WHEN list_contains(getvariable('no_names'), array_to_string(given_words, '')) THEN []::VARCHAR[] ELSE given_words END AS given_said,
            CASE WHEN list_contains(getvariable('no_names'), array_to_string(family_words, '')) THEN []::VARCHAR[] ELSE family_words END AS family_said,
            regexp_extract(address_said, '\\b(?:{flats}) ([0-9]+[a-z]?)\\b', 1) AS flat_said,
            regexp_replace(address_said, '\\b(?:{flats}) [0-9]+[a-z]?\\b', '') AS address_rest
        FROM (
            SELECT record_ref, source_system, {_names("given_names")} AS given_words, {_names("family_name")} AS family_words,
                {_names("other_names")} AS other_said, born_on, lower(trim(CAST(sex AS VARCHAR))) AS sex_said,
                coalesce(clean(address), '') AS address_said, replace(coalesce(clean(postcode), ''), ' ', '') AS postcode_said,
                clean(school) AS school_said, trim(CAST(phone AS VARCHAR)) AS phone_said, replace(clean(shared_id), ' ', '') AS shared_said
            FROM raw_identities)
    """


def _form_table(connection: duckdb.DuckDBPyConnection, lists: NameLists) -> None:
    """What each name that occurs may stand for: `form_of` (word, forms)."""
    rows = connection.execute(
        "SELECT DISTINCT word FROM (SELECT given_said[1] AS word FROM words_of UNION SELECT array_to_string(family_said, '') FROM words_of)"
        " WHERE word IS NOT NULL AND word <> '' ORDER BY word"
    ).fetchall()
    words = [row[0] for row in rows]
    schema = pa.schema([("word", pa.string()), ("forms", pa.list_(pa.string()))])
    found = pa.table({"word": words, "forms": [forms_of(word, lists) for word in words]}, schema=schema)
    connection.register("forms_found", found)
    connection.execute("CREATE OR REPLACE TEMP TABLE form_of AS SELECT * FROM forms_found")
    connection.unregister("forms_found")


def _sound(column: str) -> str:
    """A rough sound: the first letter, then the consonants without repeats, of at most four letters. Only for finding pairs, never for weighing them."""
    rest = f"replace(replace(replace(substr({column}, 2), 'ph', 'f'), 'ck', 'k'), 'c', 'k')"
    rest = f"regexp_replace({rest}, '[aeiouyhw]', '', 'g')"
    for letter in "bdfgklmnprstz":
        rest = f"replace({rest}, '{letter * 2}', '{letter}')"
    return f"left(left({column}, 1) || {rest}, 4)"


def _prepared_sql(lists: NameLists) -> str:
    no_postcodes = " OR ".join(f"starts_with(postcode_said, {text(one)})" for one in lists.no_postcodes)
    uk = "'^([a-z]{1,2}[0-9][a-z0-9]?)([0-9])[a-z]{2}$'"
    return f"""
        WITH parts AS (
            SELECT record_ref, source_system,
                given_said[1] AS given,
                list_sort(list_distinct(given_said || other_said)) AS given_all,
                nullif(array_to_string(family_said, ''), '') AS family,
                list_sort(list_distinct(list_filter(family_said || other_said || [array_to_string(family_said, '')],
                    lambda w: length(w) > 2 AND NOT list_contains(getvariable('particles'), w)))) AS family_parts,
                born_on,
                CASE left(sex_said, 1) WHEN 'f' THEN 'f' WHEN 'm' THEN 'm' WHEN 'o' THEN 'o' END AS sex,
                nullif(flat_said, '') AS flat,
                nullif(regexp_extract(address_rest, '\\b([0-9]+[a-z]?)\\b', 1), '') AS number,
                list_transform(list_filter(string_split(address_rest, ' '), lambda w: w <> '' AND NOT regexp_matches(w, '^[0-9]+[a-z]?$')),
                    lambda w: coalesce(getvariable('short_words')[w], w)) AS street_words,
                CASE WHEN {no_postcodes} THEN NULL ELSE nullif(postcode_said, '') END AS postcode,
                school_said AS school,
                CASE WHEN contains(phone_said, '@') THEN lower(phone_said)
                    WHEN length(regexp_replace(phone_said, '[^0-9]', '', 'g')) >= 6
                    THEN regexp_replace(regexp_replace(phone_said, '[^0-9]', '', 'g'), '^(0044|44|0)', '') END AS phone,
                CASE WHEN {_REAL_NUMBER} THEN shared_said END AS shared
            FROM words_of)
        SELECT row_number() OVER (ORDER BY parts.record_ref) AS record, parts.record_ref AS record_ref, source_system, given,
            CASE WHEN len(given_all) = 0 THEN NULL ELSE given_all END AS given_all,
            coalesce(own.forms, [given]) AS given_forms, family,
            CASE WHEN len(family_parts) = 0 THEN NULL ELSE family_parts END AS family_parts,
            coalesce(house.forms, [family]) AS family_forms,
            born_on AS born, strftime(born_on, '%Y%m%d') AS born_figures, date_diff('day', DATE '1900-01-01', born_on) AS born_day,
            year(born_on) AS born_year, month(born_on) = 1 AND day(born_on) = 1 AS born_vague,
            CASE WHEN day(born_on) <= 12 THEN strftime(make_date(year(born_on), day(born_on), month(born_on)), '%Y%m%d') END AS born_turned,
            sex, flat, number, CASE WHEN len(street_words) = 0 THEN NULL ELSE street_words END AS street_words,
            nullif(array_to_string(street_words, ' '), '') AS street, postcode,
            nullif(regexp_extract(postcode, {uk}, 1) || regexp_extract(postcode, {uk}, 2), '') AS sector,
            nullif(regexp_extract(postcode, {uk}, 1), '') AS district, school, phone, shared,
            left(given, 1) AS given_initial, {_sound("given")} AS given_sound, {_sound("family")} AS family_sound,
            coalesce(own.forms, [given])[1] AS given_form,
            year(born_on) || '-' || least(month(born_on), day(born_on)) || '-' || greatest(month(born_on), day(born_on)) AS born_either_way,
            least(given, family) || ' ' || greatest(given, family) AS names_either_way,
            number || ' ' || street_words[1] AS number_street
        FROM parts LEFT JOIN form_of AS own ON own.word = given LEFT JOIN form_of AS house ON house.word = family
        ORDER BY parts.record_ref
    """

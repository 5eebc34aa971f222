"""The service's plain role: what is published it reads and cannot write, and of the trail it can neither change nor remove anything."""

from __future__ import annotations

import psycopg
import pytest
from django.apps import apps
from django.db import DatabaseError, connection, connections, transaction

from candour_web.casework.models import Publication
from candour_web.casework.partitions import join_part, make_part, part_name
from candour_web.site.databases import migrate
from candour_web.site.embedded import SERVICE
from candour_web.site.rights import ALL, wrong_rights

PUBLISHED = [model._meta.db_table for model in apps.get_app_config("casework").get_models()]
WORDS = {
    "INSERT": 'INSERT INTO "{}" DEFAULT VALUES',
    "UPDATE": 'UPDATE "{}" SET {} = NULL',
    "DELETE": 'DELETE FROM "{}"',
    "TRUNCATE": 'TRUNCATE "{}"',
}


def refused(table: str, column: str = "publication_id") -> set[str]:
    """What of WORDS the service is refused by its rights, tried one after another."""
    found = set()
    for right, words in WORDS.items():
        with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(words.format(table, column))
        if isinstance(error.value.__cause__, psycopg.errors.InsufficientPrivilege) and "permission denied" in str(error.value):
            found.add(right)
    return found


def test_no_table_of_a_publication_is_written_by_the_service(transactional_db: None) -> None:
    divided = [table for table in PUBLISHED if table != Publication._meta.db_table]
    assert len(divided) > 5
    with transaction.atomic(using="owner"), connections["owner"].cursor() as wrapped:
        for table in divided:
            make_part(wrapped.cursor, table, 7)
            join_part(wrapped.cursor, table, 7)
    assert refused(Publication._meta.db_table, "stands") == set(WORDS)
    for table in divided:
        assert refused(table) == set(WORDS), table
        assert refused(part_name(table, 7)) == set(WORDS), table
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f'SELECT FROM "{part_name(table, 7)}"')
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT FROM "{table}"')


def test_the_rights_are_as_they_are_named_and_are_set_again_whatever_was_given(transactional_db: None) -> None:
    with connection.cursor() as cursor:
        assert wrong_rights(cursor.cursor) == {}
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO {SERVICE}")
        cursor.execute(f"GRANT UPDATE (stands) ON casework_publication TO {SERVICE}")
        cursor.execute("GRANT DELETE ON trail_entry TO PUBLIC")
        cursor.execute(f"REVOKE SELECT ON people_post FROM {SERVICE}")
        cursor.execute("CREATE TABLE casework_later (publication_id bigint)")
    with connection.cursor() as cursor:
        assert wrong_rights(cursor.cursor) == {
            "casework_later": (ALL - {"SELECT"}, frozenset()),
            "casework_publication": ({"UPDATE"}, frozenset()),
            "people_post": (frozenset(), {"SELECT"}),
            "trail_entry": ({"DELETE"}, frozenset()),
        }
    migrate()
    with connections["owner"].cursor() as cursor:
        cursor.execute("CREATE TABLE casework_later_p7 (publication_id bigint)")
    assert refused("casework_later") == refused("casework_later_p7") == set(WORDS)
    with connection.cursor() as cursor:
        assert set(wrong_rights(cursor.cursor)) == {"casework_later_p7"}


def test_what_the_service_writes_has_numbers_and_what_it_reads_has_none(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_sequence_privilege('people_post_id_seq', 'USAGE'), has_sequence_privilege('casework_publication_id_seq', 'USAGE')"
        )
        assert cursor.fetchone() == (True, False)

"""What the doctor compares the database with, and that it says of each change by which a row could be seen or the trail be changed."""

from __future__ import annotations

import json
import os

import pytest
from django.apps import apps
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader

from candour_web.people.row_security import RowSecurity
from candour_web.site.checking import faults
from candour_web.site.holding import EXPECTED, expected, held_now

OPEN_TO_ALL = {"people_force", "people_unit", "people_person", "trail_link", "casework_publication", "casework_standardused"}
"""Tables without row-level security: names of bodies, teams and staff, who are read before a scope is known; hashes; and which run is published,
with the standards it used. None of them holds a word about a child."""


@pytest.mark.django_db
def test_what_is_expected_is_what_the_migrations_make() -> None:
    """Where migrations changed what is held, and rightly so, run this test with CANDOUR_WRITE_HOLDING=1 and look at what changed in the file."""
    with connection.cursor() as cursor:
        now = held_now(cursor.cursor)
    if os.environ.get("CANDOUR_WRITE_HOLDING"):
        EXPECTED.write_text(json.dumps(now, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    assert expected() == now
    declared = {
        operation.table
        for migration in MigrationLoader(None).disk_migrations.values()
        for operation in migration.operations
        if isinstance(operation, RowSecurity)
    }
    assert len(declared) > 8
    assert {table for table, state in now["tables"].items() if state == "open"} == OPEN_TO_ALL
    assert declared <= {table for table, state in now["tables"].items() if state == "held"}
    assert {f"{table}: reads" for table in declared} <= now["policies"].keys()
    ours = {one._meta.db_table for app in ("people", "casework", "trail") for one in apps.get_app_config(app).get_models()}
    assert ours <= now["tables"].keys()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("ALTER TABLE casework_case DISABLE ROW LEVEL SECURITY", "The row-level security of the table casework_case is not as"),
        ("ALTER TABLE people_post NO FORCE ROW LEVEL SECURITY", "The row-level security of the table people_post is not as"),
        ("CREATE POLICY more ON casework_case FOR SELECT USING (true)", "The policy casework_case: more is not one of this version's."),
        ("ALTER POLICY reads ON casework_event USING (true)", "The policy casework_event: reads is not as"),
        ("DROP POLICY reads ON casework_finding", "The policy casework_finding: reads is missing."),
        ("ALTER TABLE trail_entry DISABLE TRIGGER trail_entry_is_kept", "The trigger trail_entry: trail_entry_is_kept is not as"),
        ("DROP TRIGGER trail_chain ON trail_entry", "The trigger trail_entry: trail_chain is missing."),
        (
            "CREATE OR REPLACE FUNCTION candour_units() RETURNS text[] LANGUAGE sql STABLE AS $$ SELECT '{E}'::text[] $$",
            "The function candour_units() is not as",
        ),
        ("GRANT UPDATE ON trail_entry TO candour_service", "has wrong rights to trail_entry: it may UPDATE it."),
        ("GRANT TRUNCATE ON trail_link TO PUBLIC", "has wrong rights to trail_link: it may TRUNCATE it."),
        ("GRANT DELETE ON casework_standardused TO candour_service", "has wrong rights to casework_standardused: it may DELETE it."),
        ("REVOKE SELECT ON people_post FROM candour_service", "has wrong rights to people_post: it may not SELECT it."),
        (
            "CREATE TABLE casework_case_p7 PARTITION OF casework_case FOR VALUES IN (7)",
            "Parts of published tables are open: casework_case_p7.",
        ),
    ],
)
def test_each_change_is_said(transactional_db: None, change: str, says: str) -> None:
    assert faults() == []
    with connections["owner"].cursor() as cursor:
        cursor.execute(change)
    assert any(says in fault for fault in faults()), faults()


def test_a_row_that_is_seen_without_a_scope_is_said(transactional_db: None) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER POLICY who_reads_the_trail ON trail_entry USING (true)")
        cursor.execute(
            "INSERT INTO trail_entry (id, who, kind, what, record, why, recipients, detail) "
            "VALUES (gen_random_uuid(), 'x', 'access', 'tried', '', '', '', '')"
        )
    assert "Rows of trail_entry are seen without a scope." in faults()

"""What the service's role may do with each table. PostgreSQL gives it nothing of itself: here every right is named, set, and looked at again.

The owner sets them after each change of the tables. What is published is read and never written by the service: a publication is the owner's.
"""

from __future__ import annotations

from typing import Any

from psycopg import Connection, Cursor, sql

READ, WRITE = frozenset({"SELECT"}), frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})
ALL = WRITE | {"TRUNCATE", "REFERENCES", "TRIGGER"}
EXCEPTIONS = {"trail_entry": frozenset({"SELECT", "INSERT"}), "trail_link": READ, "django_migrations": READ}
"""Tables that the service may do less with than write, other than those that are published."""
PUBLISHED = "casework_"

TABLES = "SELECT relname, relispartition FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND relnamespace = 'public'::regnamespace ORDER BY 1"
GIVEN = """
SELECT c.relname, coalesce((
    SELECT array_agg(DISTINCT CASE WHEN a.grantee = 0 THEN 'PUBLIC ' ELSE '' END || a.privilege_type)
    FROM (
        SELECT * FROM aclexplode(c.relacl)
        UNION ALL SELECT x.* FROM pg_attribute t, aclexplode(t.attacl) x WHERE t.attrelid = c.oid
    ) a WHERE a.grantee IN (0, (SELECT oid FROM pg_roles WHERE rolname = %s))), '{}')
FROM pg_class c WHERE c.relkind = ANY (%s::text[]) AND c.relnamespace = 'public'::regnamespace
"""
COUNTERS = """
SELECT s.relname, t.relname FROM pg_class s LEFT JOIN pg_depend d ON d.objid = s.oid AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
LEFT JOIN pg_class t ON t.oid = d.refobjid WHERE s.relkind = 'S' AND s.relnamespace = 'public'::regnamespace ORDER BY 1
"""


def wanted(table: str, *, part: bool = False) -> frozenset[str]:
    """What the service may do with a table. A part of one is reached through its table only, so that it has no right to it."""
    if part:
        return frozenset()
    return READ if table.startswith(PUBLISHED) else EXCEPTIONS.get(table, WRITE)


def set_rights(connection: Connection[Any] | Cursor[Any], service: str) -> None:
    """Give the service's role exactly the rights that are named here, as the owner of the tables, who is connected.

    It may be done again at any time: what stands already is not touched. Tables made later have none until it is done again.
    """
    role = sql.Identifier(service)

    def run(words: str, **parts: sql.Composable) -> None:
        connection.execute(sql.SQL(words).format(role=role, **parts))

    run("GRANT USAGE ON SCHEMA public TO {role}")
    run("ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM {role}")
    run("ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON SEQUENCES FROM {role}")
    run("ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC")
    run("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO {role}")
    tables = dict(connection.execute(TABLES).fetchall())
    counters = dict(connection.execute(COUNTERS).fetchall())
    lists = (
        ("TABLE", ["r", "p", "v", "m", "f"], {name: wanted(name, part=part) for name, part in tables.items()}),
        ("SEQUENCE", ["S"], {name: _of_counter(table) for name, table in counters.items()}),
    )
    for kind, kinds, rights in lists:
        given = dict(connection.execute(GIVEN, [service, kinds]).fetchall())
        for name, right in rights.items():
            if frozenset(given[name]) == right:
                continue
            run(f"REVOKE ALL ON {kind} {{name}} FROM PUBLIC, {{role}}", name=sql.Identifier(name))
            if right:
                run(f"GRANT {', '.join(sorted(right))} ON {kind} {{name}} TO {{role}}", name=sql.Identifier(name))


def _of_counter(table: str | None) -> frozenset[str]:
    return frozenset({"USAGE", "SELECT"}) if table and "INSERT" in wanted(table) else frozenset()


def wrong_rights(connection: Connection[Any] | Cursor[Any]) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """Tables with which the role that is connected may do other than it should, however it came to it: what it has too much, and what it lacks."""
    found = {}
    for name, part in connection.execute(TABLES).fetchall():
        row = connection.execute(
            "SELECT array_agg(right_to) FROM unnest(%s::text[]) right_to WHERE has_table_privilege(quote_ident(%s), right_to) "
            "OR (right_to IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES') AND has_any_column_privilege(quote_ident(%s), right_to))",
            [sorted(ALL), name, name],
        ).fetchone()
        has, right = frozenset((row and row[0]) or ()), wanted(name, part=part)
        if has != right:
            found[name] = (has - right, right - has)
    return found

"""What PostgreSQL must hold for the service besides rows: row-level security, its policies, the triggers, and the functions that both call.

`holding.json` says what the migrations of this version make. A test holds it to a database that was made by them, and writes it anew.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from psycopg import Connection, Cursor

EXPECTED = Path(__file__).with_name("holding.json")

SECURITY = """
SELECT relname, CASE WHEN relrowsecurity AND relforcerowsecurity THEN 'held' ELSE 'open' END FROM pg_class
WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = 'public'::regnamespace AND relname ~ '^(people|casework|worklists|trail)_'
"""
POLICIES = """
SELECT tablename || ': ' || policyname, concat_ws(' ', permissive, cmd, 'TO', roles::text, 'USING', qual, 'WITH CHECK', with_check)
FROM pg_policies WHERE schemaname = 'public'
"""
TRIGGERS = """
SELECT tgrelid::regclass::text || ': ' || tgname, CASE tgenabled WHEN 'O' THEN '' ELSE 'not enabled: ' END || pg_get_triggerdef(t.oid)
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT tgisinternal AND c.relnamespace = 'public'::regnamespace AND NOT c.relispartition
"""
FUNCTIONS = """
SELECT proname || '(' || pg_get_function_identity_arguments(p.oid) || ')',
    concat_ws(' ', lanname, provolatile, CASE WHEN prosecdef THEN 'as its owner' END, proconfig::text, prosrc)
FROM pg_proc p JOIN pg_language l ON l.oid = prolang WHERE pronamespace = 'public'::regnamespace
"""
OPEN_PARTS = """
SELECT relname FROM pg_class c WHERE relkind IN ('r', 'p') AND relispartition AND relnamespace = 'public'::regnamespace
AND (NOT (relrowsecurity AND relforcerowsecurity) OR EXISTS (SELECT FROM pg_policy WHERE polrelid = c.oid)) ORDER BY 1
"""
KINDS = {"tables": SECURITY, "policies": POLICIES, "triggers": TRIGGERS, "functions": FUNCTIONS}
WORDS = {
    "tables": "The row-level security of the table",
    "policies": "The policy",
    "triggers": "The trigger",
    "functions": "The function",
}


def held_now(connection: Connection[Any] | Cursor[Any]) -> dict[str, dict[str, str]]:
    """What the database that is connected holds, by kind and name. Of a function's words only their SHA-256 is kept."""
    found = {kind: {name: " ".join(said.split()) for name, said in connection.execute(words).fetchall()} for kind, words in KINDS.items()}
    found["functions"] = {name: hashlib.sha256(said.encode()).hexdigest() for name, said in found["functions"].items()}
    return found


def expected() -> dict[str, dict[str, str]]:
    """What it must hold."""
    read: dict[str, dict[str, str]] = json.loads(EXPECTED.read_text(encoding="utf-8"))
    return read


def differences(connection: Connection[Any] | Cursor[Any]) -> list[str]:
    """Where the two differ, in sentences; nothing where all is as the migrations make it."""
    now, right = held_now(connection), expected()
    found = []
    for kind, words in WORDS.items():
        for name in sorted(now[kind].keys() | right[kind].keys()):
            if name not in now[kind]:
                found.append(f"{words} {name} is missing.")
            elif name not in right[kind]:
                found.append(f"{words} {name} is not one of this version's.")
            elif now[kind][name] != right[kind][name]:
                found.append(f"{words} {name} is not as this version makes it.")
    parts = [name for (name,) in connection.execute(OPEN_PARTS).fetchall()]
    return found + ([f"Parts of published tables are open: {', '.join(parts)}."] if parts else [])


def seen_without_a_scope(connection: Connection[Any] | Cursor[Any]) -> list[str]:
    """Tables of which the role that is connected sees a row although no scope is set: none where row-level security holds."""
    tables = [name for name, state in sorted(expected()["tables"].items()) if state == "held"]
    there = {name for (name,) in connection.execute("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace").fetchall()}
    found = []
    for name in tables:
        may = name in there and connection.execute("SELECT has_table_privilege(%s, 'SELECT')", [name]).fetchone() == (True,)
        if may and connection.execute(f'SELECT EXISTS (SELECT FROM "{name}")').fetchone() == (True,):  # noqa: S608  # names of our own file
            found.append(name)
    return found

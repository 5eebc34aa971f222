"""Whether the service stands as it should: its tables, its role, and what PostgreSQL must hold for it."""

from __future__ import annotations

from django.db import connection

from candour_web.site.preparing import unapplied

HELD_APPS = "^(people|casework|worklists|trail)_"
OPEN_TO_ALL = frozenset({"people_force", "people_unit", "people_person", "trail_link", "casework_publication", "casework_standardused"})
"""Tables of these apps without row-level security: names of bodies, teams and staff, who are read before a scope is known; hashes; and which run is
published, with the standards it used. None of them holds a word about a child."""


def unheld() -> set[str]:
    """Tables with people's or children's rows that row-level security does not hold, its owner included."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = 'public'::regnamespace "
            "AND relname ~ %s AND NOT (relrowsecurity AND relforcerowsecurity)",
            [HELD_APPS],
        )
        return {name for (name,) in cursor.fetchall()} - OPEN_TO_ALL


def faults() -> list[str]:
    """What is not as it should be, in sentences that say what to do. Raises ServiceRefused where the database does not answer."""
    missing = unapplied()
    if missing:
        return [f"The database lacks {missing} changes of this version. Run `candour upgrade`."]
    found = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        name, *powers = cursor.fetchone() or ("nobody", False, False)
        cursor.execute("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole AND relnamespace = 'public'::regnamespace")
        (owned,) = cursor.fetchone() or (0,)
        cursor.execute("SELECT has_table_privilege('trail_entry', 'UPDATE') OR has_table_privilege('trail_entry', 'DELETE')")
        (changes_the_trail,) = cursor.fetchone() or (True,)
    if any(powers):
        found.append(
            f"The service enters as {name}, which row-level security does not bind. Let it enter as a role without SUPERUSER and BYPASSRLS."
        )
    if owned:
        found.append(
            f"The service enters as {name}, which owns {owned} tables. Let another role own them: run `candour upgrade` as that role."
        )
    if changes_the_trail:
        found.append(f"The role {name} may change the trail. Take UPDATE and DELETE on trail_entry from it.")
    if open_tables := unheld():
        found.append(f"Row-level security does not hold {', '.join(sorted(open_tables))}.")
    return found

"""Whether the service stands as it should: its tables, its role, and what PostgreSQL must hold for it."""

from __future__ import annotations

from django.db import connection

from candour_web.people.rules import Scope
from candour_web.people.scope import within
from candour_web.site.holding import differences, seen_without_a_scope
from candour_web.site.preparing import unapplied
from candour_web.site.rights import wrong_rights


def faults() -> list[str]:
    """What is not as it should be, in sentences that say what to do. Raises ServiceRefused where the database does not answer."""
    missing = unapplied()
    if missing:
        return [f"The database lacks {missing} changes of this version. Run `candour upgrade`."]
    found = []
    with within(Scope()), connection.cursor() as cursor:
        cursor.execute("SELECT current_user, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        name, *powers = cursor.fetchone() or ("nobody", False, False)
        cursor.execute(
            "SELECT count(*), count(*) FILTER (WHERE relowner = current_user::regrole) FROM pg_class "
            "WHERE relnamespace = 'public'::regnamespace AND pg_has_role(relowner, 'MEMBER')"
        )
        entered, owned = cursor.fetchone() or (0, 0)
        if any(powers):
            found.append(
                f"The service enters as {name}, which row-level security does not bind. Let it enter as a role without SUPERUSER and BYPASSRLS."
            )
        if owned:
            found.append(
                f"The service enters as {name}, which owns {owned} tables. Let another role own them: run `candour upgrade` as that role."
            )
        elif entered:
            found.append(
                f"The service enters as {name}, which may act as the owner of {entered} tables. Take that role from it: REVOKE ... FROM."
            )
        if not found:  # an owner has every right, which is said already
            for table, (more, less) in wrong_rights(cursor.cursor).items():
                words = [*([f"may {_listed(more)} it"] if more else []), *([f"may not {_listed(less)} it"] if less else [])]
                found.append(f"The role {name} has wrong rights to {table}: it {' and '.join(words)}. Run `candour upgrade`.")
        found += differences(cursor.cursor)
        found += [f"Rows of {table} are seen without a scope." for table in seen_without_a_scope(cursor.cursor)]
    return found


def _listed(rights: frozenset[str]) -> str:
    return ", ".join(sorted(rights))

"""Row-level security for a table: which rows a scope sees and which it may write, held by PostgreSQL whatever a query forgets.

A migration adds `RowSecurity("casework_case", reads=case_rows(...), writes=power("publishing"))` after it made the table. The scope is set for
one transaction by `candour_web.people.scope`; without one, no row is seen. Conditions are texts of SQL over the table's own columns; join
them with `either`.
"""

from __future__ import annotations

import re

from django.db import migrations

PLAIN_NAME = re.compile(r"[a-z_][a-z0-9_]*")

FUNCTIONS = "".join(
    f"""
CREATE FUNCTION candour_{what}() RETURNS {kind} LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT {f"coalesce(nullif(current_setting('candour.{what}', true), ''), '{{}}')" if kind == "text[]" else f"nullif(current_setting('candour.{what}', true), '')"}::{kind}
$$;
"""
    for what, kind in (("person", "bigint"), ("actors", "text[]"), ("units", "text[]"), ("cases", "text[]"), ("powers", "text[]"))
)
"""The parts of the scope of the present transaction. A part that was not set is empty, and nothing is equal to it."""


def _name(name: str) -> str:
    if not PLAIN_NAME.fullmatch(name):
        raise ValueError(f"{name!r} is not the plain name of a table or column")
    return name


def own(person: str) -> str:
    """Rows of the person themselves; `person` is the column with their number."""
    return f"{_name(person)} = (SELECT candour_person())"


def signed_in() -> str:
    """Every row, to anybody who has signed in."""
    return "(SELECT candour_person()) IS NOT NULL"


def power(name: str) -> str:
    """Every row, to whoever has this power."""
    return f"'{_name(name)}' = ANY ((SELECT candour_powers())::text[])"


def of_unit(unit: str) -> str:
    """Rows of the units in scope; `unit` is the column with the unit's reference."""
    return f"{_name(unit)} = ANY ((SELECT candour_units())::text[])"


def of_case(case: str) -> str:
    """Rows of the cases that are opened by name; `case` is the column with the case's reference."""
    return f"{_name(case)} = ANY ((SELECT candour_cases())::text[])"


def case_rows(
    *, case: str, unit: str | None = None, actor: str | None = None, actors: str | None = None, restricted: str | None = None
) -> str:
    """Rows about a case: of a unit in scope, of the person as an actor (`actor` one reference, `actors` an array), or of a case opened by name.

    Where the column `restricted` says yes, only opening by name shows the row.
    """
    ordinary = [
        *([of_unit(unit)] if unit else []),
        *([f"{_name(actor)} = ANY ((SELECT candour_actors())::text[])"] if actor else []),
        *([f"{_name(actors)} && (SELECT candour_actors())::text[]"] if actors else []),
    ]
    found = either(*ordinary) if ordinary else "false"
    return either(of_case(case), f"({_name(restricted)} IS FALSE AND {found})" if restricted else found)


def as_visible_as(parent: str, *, of: str, **columns: str) -> str:
    """Rows of table `of` whose row in `parent` is seen: `as_visible_as("casework_case", of="casework_event", case_id="id")` joins case_id to id."""
    joined = " AND ".join(f"{_name(parent)}.{_name(theirs)} = {_name(of)}.{_name(ours)}" for ours, theirs in columns.items())
    return f"EXISTS (SELECT FROM {_name(parent)} WHERE {joined})"


def either(*conditions: str) -> str:
    """Rows for which any of these conditions holds."""
    return "(" + " OR ".join(conditions) + ")"


def policies(table: str, *, reads: str, writes: str, adds: str | None = None) -> str:
    """The statements that turn row-level security on for a table, for its owner too.

    `writes` holds for the row before and the row after, and for a new row where `adds` says nothing else. A row is changed only by whoever
    also reads it.
    """
    name = _name(table)
    return f"""
ALTER TABLE {name} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {name} FORCE ROW LEVEL SECURITY;
CREATE POLICY reads ON {name} FOR SELECT USING ({reads});
CREATE POLICY adds ON {name} FOR INSERT WITH CHECK ({adds or writes});
CREATE POLICY changes ON {name} FOR UPDATE USING ({writes}) WITH CHECK ({writes});
CREATE POLICY removes ON {name} FOR DELETE USING ({writes});
"""


class RowSecurity(migrations.RunSQL):
    """The migration operation for `policies`; its reverse leaves the table with none, so that it is only for a table that goes too."""

    def __init__(self, table: str, reads: str, writes: str, adds: str | None = None) -> None:
        self.table, self.reads, self.writes, self.adds = table, reads, writes, adds
        off = "".join(f"DROP POLICY {policy} ON {_name(table)};" for policy in ("reads", "adds", "changes", "removes"))
        super().__init__(policies(table, reads=reads, writes=writes, adds=adds), off)

    def deconstruct(self) -> tuple[str, list[str], dict[str, str | None]]:
        """How the operation was written, for Django."""
        return (type(self).__name__, [], {"table": self.table, "reads": self.reads, "writes": self.writes, "adds": self.adds})

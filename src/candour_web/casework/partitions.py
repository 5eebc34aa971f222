"""Tables of which each publication has a part of its own: it is filled aside, joined in one step, and dropped whole when its time is over.

A part is read only through its table, whose row-level security decides; asked for by its own name it shows the service nothing.
"""

from __future__ import annotations

import re
from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import ProjectState
from psycopg import Cursor, sql

COLUMN = "publication_id"


class CreateInParts(migrations.CreateModel):
    """Makes the table of a model, divided by publication. No part is there yet: a row can only come with a publication."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Make the table as Django would, with the words that divide it."""
        model = to_state.apps.get_model(app_label, self.name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            made, values = schema_editor.table_sql(model)
            schema_editor.execute(f"{made} PARTITION BY LIST ({COLUMN})", values or None)
            schema_editor.deferred_sql.extend(schema_editor._model_indexes_sql(model))  # type: ignore[attr-defined]  # django-stubs does not know it


def part_name(table: str, publication: int) -> str:
    """The name of a publication's part of a table."""
    return f"{table}_p{publication}"


def _run(cursor: Cursor[Any], words: str, **parts: sql.Composable) -> None:
    cursor.execute(sql.SQL(words).format(**parts))


def make_part(cursor: Cursor[Any], table: str, publication: int) -> str:
    """Make an empty part beside its table, without indexes, and give its name. The publication is filled in of itself."""
    name = part_name(table, publication)
    parts = {
        "part": sql.Identifier(name),
        "table": sql.Identifier(table),
        "column": sql.Identifier(COLUMN),
        "number": sql.Literal(publication),
    }
    _run(cursor, "CREATE TABLE {part} (LIKE {table})", **parts)
    _run(cursor, "ALTER TABLE {part} ALTER {column} SET DEFAULT {number}, ADD CHECK ({column} = {number})", **parts)
    return name


def join_part(cursor: Cursor[Any], table: str, publication: int) -> None:
    """Give a filled part the indexes of its table, close it to all who do not come through the table, and join it. Readers do not wait."""
    name = part_name(table, publication)
    parts = {"part": sql.Identifier(name), "table": sql.Identifier(table), "number": sql.Literal(publication)}
    cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'p'", [table])
    for (definition,) in cursor.fetchall():
        _run(cursor, "ALTER TABLE {part} ADD {definition}", definition=sql.SQL(definition), **parts)
    cursor.execute(
        "SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = %s::regclass AND NOT indisprimary ORDER BY indexrelid", [table]
    )
    for (definition,) in cursor.fetchall():
        method = re.fullmatch(r"CREATE INDEX \S+ ON ONLY \S+ (USING .*)", definition)
        if method is None:
            raise RuntimeError(f"{table}: an index that cannot be given to a part: {definition}")
        _run(cursor, "CREATE INDEX ON {part} {method}", method=sql.SQL(method[1]), **parts)
    _run(cursor, "ALTER TABLE {part} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY", **parts)
    _run(cursor, "ANALYZE {part}", **parts)
    _run(cursor, "ALTER TABLE {table} ATTACH PARTITION {part} FOR VALUES IN ({number})", **parts)


def drop_part(cursor: Cursor[Any], table: str, publication: int) -> None:
    """Drop a publication's part of a table, if it is there. It waits for readers of the table, and new readers for it: set a lock_timeout."""
    _run(cursor, "DROP TABLE IF EXISTS {part}", part=sql.Identifier(part_name(table, publication)))

"""Copies the answer to a DuckDB question into a table of PostgreSQL, through a pipe: no row becomes a Python object, and nothing is written to disk."""

from __future__ import annotations

import os
import threading
from typing import Any

import duckdb
from psycopg import Cursor, sql

from candour.records.quoting import text

_BLOCK = 1 << 20


def copy_rows(db: duckdb.DuckDBPyConnection, select: str, cursor: Cursor[Any], table: str, columns: tuple[str, ...]) -> None:
    """Copy the rows of `select` into these columns of a table. A text that is empty stays empty, and NULL stays NULL.

    Raises what DuckDB or PostgreSQL raises.
    """
    take, give = os.pipe()
    failed: list[BaseException] = []

    def write() -> None:
        try:
            db.execute(f"copy ({select}) to {text(f'/dev/fd/{give}')} (format csv, header false, use_tmp_file false)")
        except BaseException as error:  # noqa: BLE001  # raised again below, in the thread that asked
            failed.append(error)
        finally:
            os.close(give)

    writer = threading.Thread(target=write, name=f"rows of {table}")
    writer.start()
    try:
        with os.fdopen(take, "rb", buffering=0) as source, cursor.copy(_words(table, columns)) as copy:
            while block := source.read(_BLOCK):
                copy.write(block)
            if failed:  # the pipe ends only after the writer has said so
                raise failed[0]
    finally:
        writer.join()


def _words(table: str, columns: tuple[str, ...]) -> sql.Composed:
    return sql.SQL("COPY {table} ({columns}) FROM STDIN (FORMAT csv)").format(
        table=sql.Identifier(table), columns=sql.SQL(", ").join(map(sql.Identifier, columns))
    )

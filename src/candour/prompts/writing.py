"""Keeps the prompts of a run beside its findings, and reads them back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, fields
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from candour.prompts.prompt import PROMPT_COLUMNS, Prompt
from candour.records.refusals import InputRefused
from candour.records.store import no_room_is_refused

PROMPTS: Final = "prompts.parquet"
_TYPES: Final = {"VARCHAR": pa.string(), "BIGINT": pa.int64(), "DOUBLE": pa.float64(), "TIMESTAMP": pa.timestamp("us")}
SCHEMA: Final = pa.schema([(name, _TYPES[kind]) for name, kind in PROMPT_COLUMNS.items()])


def write_prompts(prompts: Sequence[Prompt], file: Path) -> None:
    """Write prompts to a Parquet file with PROMPT_COLUMNS, in the order given; whole or not at all. The file holds personal data.

    Raises InputRefused when the disk is full.
    """
    draft = file.with_name(f".{file.name}.part")
    rows = [astuple(one) for one in prompts]
    columns = [pa.array([row[number] for row in rows], field.type) for number, field in enumerate(SCHEMA)]
    try:
        with no_room_is_refused(file.parent, "Make room and ask again."):
            pq.write_table(pa.Table.from_arrays(columns, schema=SCHEMA), draft, compression="zstd")
            draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


def read_prompts(folder: Path) -> tuple[Prompt, ...]:
    """The prompts of a run's folder, in the order in which they were written. Raises InputRefused when none were ever written."""
    file = folder / PROMPTS
    if not file.is_file():
        raise InputRefused(f"{folder}: no prompts were written for this run yet. Make them with: candour prompts --store STORE")
    columns = ", ".join(f'"{one.name}"' for one in fields(Prompt))
    with duckdb.connect() as db:
        rows = db.execute(f"select {columns} from read_parquet(?)", [str(file)]).fetchall()  # noqa: S608  # columns are ours
    return tuple(Prompt(*row) for row in rows)

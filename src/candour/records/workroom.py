"""Where an import works: its folder, its database, and the quiet it reads in."""

from __future__ import annotations

import gc
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from candour.records.store import hold

MEMORY_LIMIT = "3GB"


@contextmanager
def work_folder(store: Path, dry_run: bool) -> Iterator[Path]:
    """An empty folder to work in: of the store, which is then held; for a trial run a temporary one, and the store is not touched."""
    if dry_run:
        work = Path(tempfile.mkdtemp(prefix="candour-"))
        try:
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)
    else:
        with hold(store) as work:
            yield work


@contextmanager
def no_collection() -> Iterator[None]:
    """Reading makes millions of short-lived values and no cycles: looking for cycles meanwhile costs a fifth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def database(work: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database of the import's own, whose memory is limited (MEMORY_LIMIT) and which spills into its folder."""
    spill = work / "spill"
    spill.mkdir()
    with duckdb.connect(config={"memory_limit": MEMORY_LIMIT, "temp_directory": str(spill), "preserve_insertion_order": "true"}) as db:
        db.execute("set timezone = 'UTC'")
        yield db

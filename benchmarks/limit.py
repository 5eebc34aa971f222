"""What DuckDB alone takes to read the columns that the standards need and to sort them by case and time.

`python benchmarks/limit.py FOLDER [--only ID ...] [--text] [--keys] [--show]`
The result is made in full, as a table: nothing is left for later. The columns are those the parsed standards use, and those that a finding tells of.
A free text, of which the standards ask only whether it is there, is kept as yes or no (`--text`: as it is), which
makes the limit lower. `seconds` are those inside DuckDB, without the start of Python and the reading of the standards. `--keys` reads every column and sorts the keys alone: lower still, and less than any use of the result would need.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from time import perf_counter

import duckdb
from asked_standards import asked_standards

from candour.records.vocabulary import Vocabulary, load_vocabulary
from candour.standards.expressions import Age, FieldOf
from candour.standards.limits import ByField, LookUp
from candour.standards.model import SCOPES, Bound, Held, Selector, Standard

ALWAYS = (
    "position", "event_id", "kind", "case_ref", "child_ref", "episode_ref", "occurred_at", "occurred_to", "occurred_on", "precision", "recorded_at",
    "actor_ref", "unit", "source_system", "known_from", "known_to",
)  # fmt: skip
"""What order, versions and a finding's own columns need, whatever the standard."""


def parts(node: object) -> Iterator[object]:
    """A rule and everything in it."""
    yield node
    if isinstance(node, tuple):
        for one in node:
            yield from parts(one)
    elif is_dataclass(node) and not isinstance(node, type):
        for field in fields(node):
            yield from parts(getattr(node, field.name))


def needed(standards: Sequence[Standard], vocabulary: Vocabulary) -> tuple[list[str], list[str]]:
    """The columns of `events.parquet` that the standards use, in the order of the file, and the kinds they speak of."""
    columns, kinds = set(ALWAYS), set()
    for standard in standards:
        for part in parts(standard.rule):
            if isinstance(part, Bound):
                columns |= {SCOPES[part.scope], *part.same}
            if isinstance(part, Selector):
                kinds |= set(part.kinds)
                columns.add(part.by)
            elif isinstance(part, FieldOf) and part.owner in ("this", "other"):
                columns.add(part.name)
            elif isinstance(part, ByField | LookUp):
                columns.add(part.field)
            elif isinstance(part, Held):
                columns.add(part.held_by)
            elif isinstance(part, Age):
                columns.add("child_ref")
    return [name for name in vocabulary.event_columns() if name in columns], [kind for kind in vocabulary.kinds if kind in kinds]


def query(folder: Path, columns: Sequence[str], kinds: Sequence[str], vocabulary: Vocabulary, *, text: bool, keys: bool) -> str:
    """The statement that reads and sorts."""
    types = vocabulary.payload()
    selected = ", ".join(
        f"{name} is not null as {name}" if not text and name in types and types[name].type == "text" else name for name in columns
    )
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    if keys:
        counted = ", ".join(f"count({name})" for name in columns)
        return (
            f"create table read_and_sorted as select case_ref, occurred_at, position from '{folder / 'events.parquet'}' where kind in ({listed}) "
            f"order by case_ref, occurred_at; create table every_column as select {counted} from '{folder / 'events.parquet'}' where kind in ({listed})"
        )
    return f"create table read_and_sorted as select {selected} from '{folder / 'events.parquet'}' where kind in ({listed}) order by case_ref, occurred_at"


def main() -> None:
    """Read and sort once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--text", action="store_true")
    parser.add_argument("--keys", action="store_true", help="read every column, but sort only the keys")
    parser.add_argument("--show", action="store_true", help="only say which columns and kinds")
    told = parser.parse_args()
    vocabulary = load_vocabulary()
    columns, kinds = needed(asked_standards(told.only, vocabulary), vocabulary)
    if told.show:
        print(
            f"{len(columns)} columns of {len(vocabulary.event_columns())}, {len(kinds)} kinds of {len(vocabulary.kinds)}\n{', '.join(columns)}"
        )
        return
    began = perf_counter()
    with duckdb.connect(config={"temp_directory": str(told.folder / "spill")}) as connection:
        connection.execute(query(told.folder, columns, kinds, vocabulary, text=told.text, keys=told.keys))
        seconds = perf_counter() - began
        rows = connection.execute("select count(*) from read_and_sorted").fetchone()
    print(json.dumps({"rows": rows[0] if rows else 0, "columns": len(columns), "seconds": round(seconds, 3)}))


if __name__ == "__main__":
    main()

"""What each import changed in a chronology, kept so that an assessment can look again at that alone.

A generation's folder `changes/` holds one small Parquet file for each import that led to it, the newest KEPT of them, by the number of the generation that
the import made. Its columns: `what` ('came': a version that is new; 'closed': one that stands no longer; 'case', 'child': details that are not what they
were), `position` and `kind` of the version as they are in that generation, and `ref` of the case or child.
"""

from __future__ import annotations

import shutil
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from candour.records.quoting import quoted, text
from candour.records.references import References

FOLDER = "changes"
KEPT = 60
"""So many imports back: a store that is assessed once in two months still need not be assessed as a whole. A local default."""
SCHEMA = pa.schema([("what", pa.string()), ("position", pa.int64()), ("kind", pa.string()), ("ref", pa.string())])


@dataclass(frozen=True)
class Changes:
    """All that changed over several imports. `came` and `closed` are versions by position in the last of the generations and kind; a version that came
    and was closed again is in both. `inserted` are, for each import in turn, the positions of what came, in the order of that generation.

    Where records are linked, `referred` are versions that stand and refer to another person than they did, and `before` tells to whom each referred."""

    came: tuple[tuple[int, str], ...] = ()
    closed: tuple[tuple[int, str], ...] = ()
    cases: frozenset[str] = frozenset()
    children: frozenset[str] = frozenset()
    inserted: tuple[tuple[int, ...], ...] = ()
    referred: tuple[tuple[int, str], ...] = ()
    before: References | None = None

    @property
    def versions(self) -> int:
        """How many versions of records came, were closed or refer to another person."""
        return len(self.came) + len(self.closed) + len(self.referred)

    def moved(self, positions: pa.Array) -> pa.Array:
        """Where versions that were there before all these imports are now, in the order given."""
        for inserted in self.inserted:
            positions = _moved(positions, inserted)
        return positions


def write_changes(db: duckdb.DuckDBPyConnection, before: Path | None, after: Path, number: int, order: pa.Table) -> None:
    """Write what an import changed into the new generation `after`, and take over what earlier imports wrote; `before` is None for the first.

    `order` has for each row of the new events, in their order, its `place` in the old events with the new laid behind them, its `kind` and whether
    it was `closed`. Where the old rows are no longer in the order they had, nothing is written, as positions can then not be followed.
    """
    if before is None:
        return
    folder = after / FOLDER
    folder.mkdir()
    rows = _versions(order, int(pq.read_metadata(before / "events.parquet").num_rows))
    if rows is None:
        return
    for file in earlier(before):
        shutil.copyfile(file, folder / file.name)
    for name, key in (("cases.parquet", "case_ref"), ("children.parquet", "child_ref")):
        refs = other_details(db, before / name, after / name, key)
        what = pa.array([key.removesuffix("_ref")] * len(refs), pa.string())
        rows.append(
            pa.table([what, pa.nulls(len(refs), pa.int64()), pa.nulls(len(refs), pa.string()), pa.array(refs, pa.string())], schema=SCHEMA)
        )
    pq.write_table(pa.concat_tables(rows), folder / f"{number}.parquet")


def earlier(generation: Path) -> list[Path]:
    """The files of the newest changes that a generation keeps, but for one, in the order of their numbers."""
    folder = generation / FOLDER
    files = [file for file in folder.iterdir() if file.stem.isdecimal()] if folder.is_dir() else []
    return sorted(files, key=lambda file: int(file.stem))[-(KEPT - 1) :]


def changes_since(generation: Path, since: int, until: int) -> Changes | None:
    """All that the imports after generation `since` changed, up to generation `until`, whose folder is given; None where one of them is not kept."""
    came: list[tuple[int, str]] = []
    closed: list[tuple[int, str]] = []
    refs: dict[str, set[str]] = {"case": set(), "child": set()}
    each: list[tuple[int, ...]] = []
    for number in range(since + 1, until + 1):
        file = generation / FOLDER / f"{number}.parquet"
        if not file.is_file():
            return None
        table = pq.ParquetFile(file).read().to_pydict()
        rows = list(zip(table["what"], table["position"], table["kind"], table["ref"], strict=True))
        inserted = tuple(sorted(position for what, position, _, _ in rows if what == "came"))
        came = [*_followed(came, inserted), *((position, kind) for what, position, kind, _ in rows if what == "came")]
        closed = [*_followed(closed, inserted), *((position, kind) for what, position, kind, _ in rows if what == "closed")]
        for what, _, _, ref in rows:
            if what in refs:
                refs[what].add(ref)
        each.append(inserted)
    return Changes(tuple(came), tuple(closed), frozenset(refs["case"]), frozenset(refs["child"]), tuple(each))


def _versions(order: pa.Table, old_rows: int) -> list[pa.Table] | None:
    places = order["place"].combine_chunks()
    old = pc.less(places, old_rows)
    kept = places.filter(old)
    if len(kept) > 1 and not pc.all(pc.greater(pc.pairwise_diff(kept), 0)).as_py():
        return None
    kinds = order["kind"].combine_chunks()
    found = []
    for what, mask in (("came", pc.invert(old)), ("closed", order["closed"].combine_chunks())):
        positions = pc.cast(pc.indices_nonzero(mask), pa.int64())
        chosen = pc.cast(kinds.take(positions), pa.string())
        found.append(
            pa.table(
                [pa.array([what] * len(positions), pa.string()), positions, chosen, pa.nulls(len(positions), pa.string())], schema=SCHEMA
            )
        )
    return found


def other_details(db: duckdb.DuckDBPyConnection, before: Path, after: Path, key: str) -> list[str]:
    """The cases or children (`key`: the column of their references) whose standing details are not the same in two files."""
    names = [name for name in pq.read_schema(after).names if name not in ("known_from", "known_to")]
    there = set(pq.read_schema(before).names)
    if not there.issuperset(names) or "known_to" not in there:
        return [str(row[0]) for row in db.execute(f"select distinct {quoted(key)} from read_parquet({text(str(after))})").fetchall()]  # noqa: S608  # our own names
    columns = ", ".join(quoted(name) for name in names)
    old, new = (f"select {columns} from read_parquet({text(str(file))}) where known_to is null" for file in (before, after))  # noqa: S608  # our own names
    found = db.execute(f"select distinct {quoted(key)} from (({new} except {old}) union all ({old} except {new})) order by 1").fetchall()  # noqa: S608  # our own names
    return [str(row[0]) for row in found if row[0] is not None]


def _followed(found: Iterable[tuple[int, str]], inserted: Sequence[int]) -> list[tuple[int, str]]:
    listed = list(found)
    moved = _moved(pa.array([position for position, _ in listed], pa.int64()), inserted).to_pylist()
    return [(position, kind) for position, (_, kind) in zip(moved, listed, strict=True)]


def _moved(positions: pa.Array, inserted: Sequence[int]) -> pa.Array:
    """Positions after rows came in at `inserted` (sorted positions among the new rows)."""
    if not inserted or len(positions) == 0:
        return positions
    before = [position - place for place, position in enumerate(inserted)]
    """The old position before which each came in: it pushes on every row from there."""
    if len(positions) < len(before):
        return pa.array([one + bisect_right(before, one) for one in positions.to_pylist()], pa.int64())
    last = pc.max(positions).as_py()
    steps: list[pa.Array] = []
    begins = 0
    for pushed, edge in enumerate((*before, last + 1)):
        edge = min(edge, last + 1)
        if edge > begins:
            steps.append(pa.repeat(pa.scalar(pushed, pa.int64()), edge - begins))
            begins = edge
    return pc.add(positions, pa.concat_arrays(steps).take(positions))

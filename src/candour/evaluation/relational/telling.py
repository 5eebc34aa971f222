"""Writes findings out in full: what a rule decided by position in the chronology, with the names and times of the events at those positions.

The names are long and no rule needs them to decide, so they are not carried through the searches: they are taken here, in the order of the findings.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from candour.evaluation.relational.compiled import Compiled
from candour.evaluation.relational.occasions import VERDICTS
from candour.findings.finding import FINDING_COLUMNS
from candour.findings.outcomes import Outcome
from candour.records.scene import Row
from candour.standards.model import InForce, Standard

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa
    import pyarrow.parquet as pq

NAMES = ("event_id", "case_ref", "child_ref", "episode_ref", "actor_ref", "unit")
TIMES = ("occurred_at", "recorded_at")
DATE = "occurred_on"
OFTEN_THE_SAME = (
    "standard", "version", "scope", "stage", "outcome", "reason", "missing", "limit_text", "limit_whose", "actor_ref", "unit",
)  # fmt: skip
"""The columns of a finding with few values: they are kept in the file as a dictionary."""
_WHOLE = 1_500_000_000
"""Bytes up to which a column is held in one piece."""


def columns_told(compiled: Iterable[Compiled]) -> list[str]:
    """The columns of events that findings are written with, those of the scope keys among them, and the date where it tells which edition speaks."""
    parts = list(compiled)
    dated = [DATE] if any(len(one.part.editions) > 1 for one in parts) else []
    return list(dict.fromkeys(("position", *NAMES, *TIMES, *dated, *(one.by for one in parts))))


class Told:
    """The names and times of the events of a chronology, by position."""

    def __init__(self, events: pa.Table) -> None:
        """`events`: the position and the columns that are asked for (`columns_told` for findings), one row a position."""
        import pyarrow as pa
        import pyarrow.compute as pc

        positions = pc.cast(events["position"], pa.int64()).combine_chunks()
        self._rows: pa.Array | None = None
        """The row of each position, where the rows are not in their order."""
        self._sorted: pa.Array | None = None
        """The positions in their order, where some are left out."""
        if not _counts_up(positions):
            self._rows = pc.sort_indices(positions)
            in_order = positions.take(self._rows)
            self._sorted = None if _counts_up(in_order) else in_order
        self._columns = {
            name: column.combine_chunks() if column.nbytes < _WHOLE else column
            for name, column in zip(events.column_names, events.columns, strict=True)
            if name != "position"
        }
        for name in self._columns.keys() & set(TIMES):
            self._columns[name] = pc.cast(self._columns[name], pa.timestamp("us"))

    @classmethod
    def of_files(cls, files: Sequence[Path], names: Sequence[str], between: tuple[int, int] | None = None) -> Told:
        """The columns of a chronology's events in Parquet; `between`: of these positions alone (the first counts, the last does not)."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        few = [name for name in names if name not in ("position", "event_id", *TIMES)]
        tables = []
        for one in files:
            with pq.ParquetFile(one, read_dictionary=few) as file:  # `read_table` would import more, pandas among it where it is installed
                tables.append(file.read(columns=list(names)) if between is None else _between(file, list(names), between))
        return cls(pa.concat_tables(tables))

    @classmethod
    def of_rows(cls, rows: Iterable[Row], names: Sequence[str], schema: pa.Schema) -> Told:
        """The columns of a small chronology in memory, with their types in `schema`."""
        import pyarrow as pa

        listed = list(rows)
        return cls(pa.table({name: pa.array([row.get(name) for row in listed], schema.field(name).type) for name in names}))

    def of(self, name: str, positions: pa.Array) -> pa.Array:
        """A column of the events at these positions, in their order."""
        return self._take(name, positions)

    def _take(self, name: str, positions: pa.Array) -> pa.Array:
        import pyarrow as pa
        import pyarrow.compute as pc

        place = positions if self._sorted is None else _places(self._sorted, positions)
        rows = place if self._rows is None else self._rows.take(place)
        taken = self._columns[name].take(rows)
        taken = taken.combine_chunks() if isinstance(taken, pa.ChunkedArray) else taken
        return pc.cast(taken, pa.string()) if pa.types.is_dictionary(taken.type) else taken

    def _scope_keys(self, group: Sequence[Compiled], positions: pa.Array, stage: pa.Array) -> pa.Array:
        """The scope key of each trigger: the stages of an order may hold it in different columns."""
        import pyarrow.compute as pc

        keys = self._take(group[0].by, positions)
        for one in group[1:]:
            if one.by != group[0].by:
                keys = pc.if_else(pc.equal(stage, one.part.stage), self._take(one.by, positions), keys)
        return keys

    def findings(self, group: Sequence[Compiled], bare: pa.Table, schema: pa.Schema) -> pa.Table:
        """The findings of one rule with every column, from those of `bare_findings`: by edition, each in their order."""
        import pyarrow as pa

        editions = group[0].part.editions
        if len(editions) == 1:
            return self._of_edition(editions[0], group, bare, schema)
        on = self._take(DATE, bare["pos"].combine_chunks())
        return pa.concat_tables([self._of_edition(one, group, bare.filter(_within(on, one.in_force)), schema) for one in editions])

    def _of_edition(self, standard: Standard, group: Sequence[Compiled], bare: pa.Table, schema: pa.Schema) -> pa.Table:
        import pyarrow as pa
        import pyarrow.compute as pc

        first, number = group[0], bare.num_rows
        at = {name: bare[name].combine_chunks() for name in bare.column_names}
        verdict, evidence, stage = at["verdict"], at["evidence"], pc.cast(at["stage"], pa.int64())
        second = {name: pc.floor_temporal(self._take("occurred_at", at[name]), unit="second") for name in ("pos", "evidence")}
        written = self._take("recorded_at", evidence)
        done = pc.and_(_is(verdict, Outcome.MET, Outcome.LATE), pc.is_valid(evidence))
        satisfied = pc.if_else(done, written if first.on_record else second["evidence"], None)
        event = self._take("event_id", at["pos"])
        suffixes = pa.array([f"#{one}" if one else "" for one in range(max(part.part.stage for part in group) + 1)])
        words = _words(group, stage, at["lim"])
        told = {
            "finding_id": pc.binary_join_element_wise(f"{standard.id}@", event, pc.take(suffixes, stage), ""),
            "standard": _same(standard.id, number),
            "version": pa.array([standard.version]).take(_zeros(number)),
            "scope": _same(first.scope, number),
            "scope_key": self._scope_keys(group, at["pos"], stage),
            "case_ref": self._take("case_ref", at["pos"]),
            "child_ref": self._take("child_ref", at["pos"]),
            "episode_ref": self._take("episode_ref", at["pos"]),
            "trigger_event": event,
            "trigger_position": at["pos"],
            "stage": stage,
            "triggered_at": second["pos"],
            "due_at": _moment(at["due"]),
            "outcome": pc.take(pa.array([outcome.value for outcome, _ in VERDICTS]), verdict),
            "reason": pc.take(pa.array([reason.value for _, reason in VERDICTS]), verdict),
            "missing": at["missing"],
            "evidence_event": self._take("event_id", evidence),
            "satisfied_at": satisfied,
            "written_at": written,
            "late_by": pc.if_else(_is(verdict, Outcome.LATE), pc.subtract(_seconds(satisfied), at["due"]), None),
            "measured": at["measured"],
            "limit_text": words[0],
            "limit_whose": words[1],
            "actor_ref": self._take("actor_ref", at["pos"]),
            "unit": self._take("unit", at["pos"]),
        }
        return pa.table([pc.cast(told[name], schema.field(name).type) for name in FINDING_COLUMNS], schema=schema)


def _places(in_order: pa.Array, positions: pa.Array) -> pa.Array:
    """Where each position (or none) stands among those that there are."""
    import pyarrow.compute as pc

    found = pc.search_sorted(in_order, pc.fill_null(positions, 0))
    return pc.if_else(pc.is_valid(positions), found, None)


def _between(file: pq.ParquetFile, names: list[str], between: tuple[int, int]) -> pa.Table:
    """The rows of a file at these positions; row groups that lie elsewhere are not read."""
    import pyarrow.compute as pc

    first, end = between
    column = file.schema_arrow.get_field_index("position")
    about = [file.metadata.row_group(number).column(column).statistics for number in range(file.metadata.num_row_groups)]
    wanted = [number for number, one in enumerate(about) if one is None or not one.has_min_max or (one.min < end and one.max >= first)]
    rows = file.read_row_groups(wanted, columns=names)
    return rows.filter(pc.and_(pc.greater_equal(rows["position"], first), pc.less(rows["position"], end)))


def _counts_up(positions: pa.Array) -> bool:
    """Whether positions are 0, 1, 2 and so on."""
    import pyarrow.compute as pc

    if len(positions) == 0:
        return True
    steps = pc.all(pc.equal(pc.pairwise_diff(positions), 1)).as_py()
    return positions[0].as_py() == 0 and steps is not False


def _within(on: pa.Array, span: InForce) -> pa.Array:
    """Whether dates lie in a span, both ends counted; one that is missing lies in a span that has no end."""
    import pyarrow as pa
    import pyarrow.compute as pc

    within = pa.repeat(pa.scalar(True), len(on))
    if span.begins is not None:
        within = pc.and_(within, pc.greater_equal(on, pa.scalar(span.begins, pa.date32())))
    if span.ends is not None:
        within = pc.and_(within, pc.less_equal(on, pa.scalar(span.ends, pa.date32())))
    return pc.fill_null(within, span.ends is None)


def _is(verdict: pa.Array, *outcomes: Outcome) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    numbers = [number for number, (outcome, _) in enumerate(VERDICTS) if outcome in outcomes]
    return pc.is_in(verdict, value_set=pa.array(numbers, verdict.type))


def _words(group: Sequence[Compiled], stage: pa.Array, limit: pa.Array) -> tuple[pa.Array, pa.Array]:
    """The words of the limit of each finding, and whose it is."""
    import pyarrow as pa
    import pyarrow.compute as pc

    width = max((number for one in group for number in one.words), default=-1) + 1
    if width == 0:
        return pa.nulls(len(limit), pa.string()), pa.nulls(len(limit), pa.string())
    stages = max(one.part.stage for one in group) + 1
    listed: list[tuple[str | None, str | None]] = [(None, None)] * (width * stages)
    for one in group:
        for number, words in one.words.items():
            listed[one.part.stage * width + number] = words
    place = pc.add(pc.multiply(stage, width), pc.cast(limit, pa.int64()))
    return pc.take(pa.array([text for text, _ in listed], pa.string()), place), pc.take(
        pa.array([whose for _, whose in listed], pa.string()), place
    )


def _seconds(moments: pa.Array) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.cast(pc.cast(pc.floor_temporal(moments, unit="second"), pa.timestamp("s")), pa.int64())


def _moment(seconds: pa.Array) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.cast(pc.cast(seconds, pa.timestamp("s")), pa.timestamp("us"))


def _zeros(number: int) -> pa.Array:
    import pyarrow as pa

    return pa.repeat(pa.scalar(0, pa.int64()), number)


def _same(value: str, number: int) -> pa.Array:
    import pyarrow as pa

    return pa.repeat(pa.scalar(value, pa.string()), number)


def schema_of(types: Mapping[str, str]) -> pa.Schema:
    """The schema in Arrow of columns with these types of DuckDB."""
    import pyarrow as pa

    arrow = {
        "VARCHAR": pa.string(), "BIGINT": pa.int64(), "DOUBLE": pa.float64(), "BOOLEAN": pa.bool_(), "DATE": pa.date32(),
        "TIMESTAMP": pa.timestamp("us"), "VARCHAR[]": pa.list_(pa.string()),
    }  # fmt: skip
    return pa.schema([(name, arrow[type_]) for name, type_ in types.items()])

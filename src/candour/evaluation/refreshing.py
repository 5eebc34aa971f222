"""Makes the findings of a run from those of the last and from what has changed since, the same as if everything were assessed again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from candour.evaluation.looking_again import Details, Setting, Surroundings, look_again
from candour.evaluation.passing_time import READ, Then, changed_by_time, held_otherwise, reached
from candour.evaluation.reach import Reach, Touched, columns_read, kinds_read
from candour.evaluation.relational.telling import OFTEN_THE_SAME, schema_of
from candour.findings.finding import FINDING_COLUMNS, Finding
from candour.findings.runs import FINDINGS, Refreshed, Run, read_run, run_folder, run_ids, standard_used
from candour.records.by_kind import KINDS, KindRows, rows_of
from candour.records.changes import Changes, changes_since
from candour.records.chronology import Chronology, source_from_json
from candour.records.links import link_folder
from candour.records.own_code import code_fingerprint
from candour.records.references import NotWhole
from candour.records.relinked import as_they_were, relinked, why_not_followed
from candour.records.scene import Row, SourceTold
from candour.standards.model import Standard
from candour.standards.rule_parts import parameters_of

MOST = 0.1
"""Where more than this share of the records changed, everything is assessed: it would take no longer. A local default."""
NOWHERE = (0, 0)
Key = tuple[str, int]


@dataclass(frozen=True)
class Present:
    """What a new run rests on: the standards as they are held (the force's own figures filled in), the fingerprints of what else decides, and the
    link run whose chronology it is (None: the sources' own)."""

    chronology: Chronology
    standards: tuple[Standard, ...]
    setting: Setting
    candour_version: str
    calendar: str
    parameters: str | None
    links: str | None = None


@dataclass(frozen=True)
class Plan:
    """What is to be looked at again: since which run, what changed in the records, and the standards that are assessed in full."""

    since: Run
    folder: Path
    changes: Changes
    in_full: tuple[Standard, ...]


def plan(store: Path, now: Present, known_at: datetime | None) -> Plan | str:
    """How the last run of a store can be brought up to date; or, in a sentence, why everything must be assessed."""
    ids = run_ids(store)
    if not ids:
        return "This store has no run yet."
    since = read_run(run_folder(store, ids[-1]))
    why = _why_not(since, now, known_at)
    if why:
        return why
    changes = changes_since(now.chronology.folder, int(since.chronology), now.chronology.number)
    if changes is None:
        return f"It is not kept what the imports changed since run {since.run_id}."
    if since.links is not None:
        try:
            changes = relinked(changes, now.chronology, link_folder(store, since.links) / "chronology")
        except NotWhole as refusal:
            return f"{refusal.file} is not whole, so that it cannot be told what links changed since run {since.run_id}."
    if too_many(changes, since.events):
        return f"More than {MOST:.0%} of the records changed since run {since.run_id}."
    folder = run_folder(store, since.run_id)
    if pq.read_schema(folder / FINDINGS).names != list(FINDING_COLUMNS):
        return f"Run {since.run_id} was kept with other columns."
    return Plan(since, folder, changes, _in_full(since, now))


def too_many(changes: Changes, events: int) -> bool:
    """Whether so much changed of so many events that everything is assessed."""
    return changes.versions > MOST * max(events, 1)


def _why_not(since: Run, now: Present, known_at: datetime | None) -> str:
    """Why a run cannot be brought up to date, in a sentence; empty where it can."""
    if known_at is not None or since.known_at is not None:
        return "What was known at a moment is asked, or was by the last run."
    if since.candour_version != now.candour_version:
        return f"Run {since.run_id} was made by another version of Candour ({since.candour_version})."
    if since.code != code_fingerprint():
        return f"Run {since.run_id} was made by other code than is installed now."
    if since.vocabulary != now.setting.vocabulary.fingerprint:
        return f"Run {since.run_id} was made with another vocabulary."
    if now.setting.as_of < since.as_of:
        return f"Run {since.run_id} is as of a later moment."
    if not since.chronology.isdecimal() or int(since.chronology) > now.chronology.number:
        return f"Run {since.run_id} is of another chronology."
    held, there = [one.delivery_id for one in since.deliveries], now.chronology.deliveries
    if list(there[: len(held)]) != held or (int(since.chronology) == now.chronology.number and len(there) != len(held)):
        return f"Run {since.run_id} is of a chronology with other deliveries: the store was restored, or made anew."
    if not (now.chronology.folder / KINDS).is_dir():
        return "The chronology has no rows by kind: it is too large for them, or was written by an older version or another program."
    return why_not_followed(now.chronology.store, since.links, since.made_at, now.links)


def _in_full(since: Run, now: Present) -> tuple[Standard, ...]:
    """The standards of which every finding may be another: new or changed ones, those of a changed calendar or figure, and of sources that declare otherwise."""
    before = {(one.id, one.version): (one.fingerprint, one.dates) for one in since.standards}
    told = _told(since)
    kinds = reached(told, now.setting.sources).otherwise | held_otherwise(told, now.setting.sources)
    return tuple(
        one
        for one in now.standards
        if before.get((one.id, one.version)) != (one.fingerprint, standard_used(one).dates)
        or (since.calendar != now.calendar and standard_used(one).calendar)
        or (since.parameters_fingerprint != now.parameters and parameters_of(one.rule))
        or not kinds.isdisjoint(kinds_read(one.rule))
    )


def _told(run: Run) -> tuple[SourceTold, ...]:
    return tuple(source_from_json(one).told for one in run.sources)


def refresh(planned: Plan, now: Present, out: Path, in_full: Callable[[Sequence[Standard]], Path]) -> Refreshed:
    """Write the findings of the new run to `out`. `in_full` assesses some standards as a whole and gives the file of their findings.

    Raises what reading the last run's findings raises where they are broken.
    """
    full = {_key(one) for one in planned.in_full}
    partly = {_key(one): one for one in now.standards if _key(one) not in full}
    whole = _Findings(_read(in_full(planned.in_full))) if planned.in_full else None
    reached_again = whole.rows if whole is not None else 0
    half = out.with_name(f"{out.name}.part")
    schema = schema_of(FINDING_COLUMNS)
    with pq.ParquetWriter(half, schema, use_dictionary=list(OFTEN_THE_SAME)) as writer, ThreadPoolExecutor(1) as beside:
        # The last run's findings are read, and the new ones written, beside the looking: one after the other, in the order in which they are asked for.
        reading = beside.submit(_before, planned)
        touched, surroundings, records = _touched(planned, now, tuple(partly.values()))
        writing: list[Future[None]] = []
        for key in sorted(_key(one) for one in now.standards):
            if key in partly:
                what = touched[key]
                new = look_again(partly[key], what, surroundings, now.setting) if what else []
                reached_again += len(new)
                writing.append(beside.submit(_write, writer, partial(_carried, reading, key, what, new, schema)))
            elif whole is not None:
                writing.append(beside.submit(_write, writer, partial(whole.of, key)))
        for one in writing:
            one.result()
    half.replace(out)
    return Refreshed(
        since=planned.since.run_id,
        records=records,
        standards=sum(bool(one) for one in touched.values()),
        findings=reached_again,
        in_full=tuple(f"{one.id}@{one.version}" for one in planned.in_full),
    )


def _read(file: Path, columns: Sequence[str] | None = None) -> pa.Table:
    return pq.ParquetFile(file, read_dictionary=list(OFTEN_THE_SAME)).read(columns=columns)


class _Findings:
    """Findings in FINDING_ORDER, of which those of one edition are asked for."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table
        self._parts = _parts(table)

    @property
    def rows(self) -> int:
        """How many there are."""
        return int(self._table.num_rows)

    def of(self, key: Key) -> pa.Table:
        """Those of one edition, perhaps none."""
        return self._table.slice(*self._parts.get(key, NOWHERE))


def _before(planned: Plan) -> _Findings:
    """The last run's findings, with their triggers' places in the chronology as it is now."""
    found = _read(planned.folder / FINDINGS)
    place = found.schema.get_field_index("trigger_position")
    return _Findings(found.set_column(place, found.schema.field(place), planned.changes.moved(found["trigger_position"].combine_chunks())))


def _carried(reading: Future[_Findings], key: Key, touched: Touched, new: Sequence[Finding], schema: pa.Schema) -> pa.Table:
    """The findings of one edition, of which nothing touched some; `reading` was asked for before, of the same thread."""
    return _renewed(reading.result().of(key), touched, new, schema)


def _write(writer: pq.ParquetWriter, table: Callable[[], pa.Table]) -> None:
    made = table()
    if made.num_rows:
        writer.write_table(made.cast(writer.schema))


def _key(standard: Standard) -> Key:
    return standard.id, standard.version


def _touched(planned: Plan, now: Present, standards: Sequence[Standard]) -> tuple[Mapping[Key, Touched], Surroundings, int]:
    """What of each standard is touched, the events that decide it, and how many versions of records changed."""
    as_of, columns = now.setting.as_of, columns_read(standards)
    records = rows_of(now.chronology, columns)
    reach = Reach(standards, records, as_of)
    rows = _changed_rows(records, planned, as_of)
    reach.changed([*as_they_were(now.chronology, planned.changes, columns), *rows])
    reach.details(planned.changes.cases, planned.changes.children)
    then = Then(planned.since.as_of, _told(planned.since))
    reach.findings(changed_by_time(_read(planned.folder / FINDINGS, READ), standards, then, Then(as_of, now.setting.sources)))
    details = Details(now.chronology.cases, "case_ref"), Details(now.chronology.children, "child_ref")
    surroundings = Surroundings(records, as_of, *details)
    surroundings.gather(standards, reach.touched)
    return {_key(one): touched for one, touched in zip(standards, reach.touched, strict=True)}, surroundings, len(rows)


def _changed_rows(records: KindRows, planned: Plan, as_of: datetime) -> list[Row]:
    """The versions that came, were closed or refer to another person, and those that stood in the time to come and take part from now on."""
    by_kind: dict[str, set[int]] = {}
    for position, kind in (*planned.changes.came, *planned.changes.closed, *planned.changes.referred):
        by_kind.setdefault(kind, set()).add(position)
    if as_of > planned.since.as_of:
        for kind in records.kinds:
            at, positions, ended = (records.column(kind, name) for name in ("occurred_at", "position", "known_to"))
            if at is None or positions is None or ended is None:
                continue
            come = pc.and_(pc.greater(at, pa.scalar(planned.since.as_of, at.type)), pc.less_equal(at, pa.scalar(as_of, at.type)))
            come = pc.and_(come, pc.is_null(ended))  # a version that was closed before does not come into it
            by_kind.setdefault(kind, set()).update(positions.filter(come).to_pylist())
    return [row for kind, positions in sorted(by_kind.items()) for row in records.at(kind, positions)]


def _renewed(part: pa.Table, touched: Touched, new: Sequence[Finding], schema: pa.Schema) -> pa.Table:
    if touched and part.num_rows:
        part = part.filter(pc.invert(pc.or_(_among(part["scope_key"], touched.keys), _among(part["trigger_event"], touched.triggers))))
    if not new:
        return part
    fresh = pa.table({name: pa.array([getattr(one, name) for one in new], schema.field(name).type) for name in schema.names}, schema=schema)
    return pa.concat_tables([part.cast(schema), fresh]).sort_by([("trigger_position", "ascending"), ("stage", "ascending")])


def _among(column: pa.ChunkedArray, values: Collection[str]) -> pa.ChunkedArray:
    return pc.is_in(column, value_set=pa.array(sorted(values), pa.string()))


def _parts(found: pa.Table) -> dict[Key, tuple[int, int]]:
    """Where the findings of each standard begin and how many there are, in a table in FINDING_ORDER."""
    if found.num_rows == 0:
        return {}
    ids, versions = (pc.cast(found[name], type_).combine_chunks() for name, type_ in (("standard", pa.string()), ("version", pa.int64())))
    last = found.num_rows - 1
    differs = pc.or_(pc.not_equal(ids.slice(1), ids.slice(0, last)), pc.not_equal(versions.slice(1), versions.slice(0, last)))
    begins = [0, *(place + 1 for place in pc.indices_nonzero(differs).to_pylist())]
    ends = [*begins[1:], found.num_rows]
    return {(ids[first].as_py(), versions[first].as_py()): (first, end - first) for first, end in zip(begins, ends, strict=True)}

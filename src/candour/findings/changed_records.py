"""Which records that a finding may rest on are not the same in two runs: new, corrected or withdrawn; and what happened in between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import duckdb

from candour.findings.finding import FINDING_COLUMNS
from candour.findings.runs import Run, StandardUsed
from candour.records.chronology import Chronology
from candour.records.known import known_then

_COMPARED = tuple(column for column in FINDING_COLUMNS if column not in ("finding_id", "standard", "trigger_position"))
"""A finding differs when any of these do. Its place in the chronology moves whenever anything is imported, and is no difference."""


@dataclass(frozen=True)
class Compared:
    """A finding that is not the same in both runs. `due` are the due moments it has, `reasons` its reasons, in either run."""

    finding_id: str
    standard: str
    before: str | None
    after: str | None
    changed: tuple[str, ...]
    reasons: frozenset[str]
    due: tuple[datetime, ...]


@dataclass(frozen=True)
class ChangedRecord:
    """A record bound to a finding that differs. `at`: when it happened (UTC).

    `cause` is new, corrected, withdrawn, unknown (one of the runs asked what was known before it was), details or happened.
    """

    cause: str
    detail: str
    at: datetime | None = None


@contextmanager
def connect_runs(before: Path, after: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection in which `a` and `b` are the findings of two runs."""
    with duckdb.connect() as connection:
        for name, file in (("a", before), ("b", after)):
            connection.execute(f"create table {name} as select * from read_parquet(?)", [str(file)])  # noqa: S608  # a or b
        yield connection


def read_differences(connection: duckdb.DuckDBPyConnection) -> tuple[tuple[Compared, ...], int]:
    """The findings that differ, in order of id, and how many are the same. Leaves them in the table `diff` with what binds them."""
    changed = ", ".join(f'case when a."{one}" is distinct from b."{one}" then \'{one}\' end' for one in _COMPARED)
    connection.execute(
        f"""create table diff as
        select coalesce(a.finding_id, b.finding_id) as finding_id, coalesce(a.standard, b.standard) as standard, a.outcome as before, b.outcome as after,
            list_filter([{changed}], lambda x: x is not null) as changed, a.reason as reason_a, b.reason as reason_b, a.due_at as due_a, b.due_at as due_b,
            coalesce(b.scope_key, a.scope_key) as scope_key, a.scope_key as scope_key_a, coalesce(b.case_ref, a.case_ref) as case_ref,
            coalesce(b.child_ref, a.child_ref) as child_ref, coalesce(b.trigger_event, a.trigger_event) as trigger_event,
            a.evidence_event as evidence_a, b.evidence_event as evidence_b
        from a full outer join b using (finding_id)
        where a.finding_id is null or b.finding_id is null or len(changed) > 0"""  # noqa: S608  # our own columns
    )
    rows = connection.execute(
        "select finding_id, standard, before, after, changed, reason_a, reason_b, due_a, due_b from diff order by finding_id"
    ).fetchall()
    same = connection.execute("select (select count(*) from b) - (select count(*) from diff where after is not null)").fetchone()
    found = tuple(
        Compared(
            row[0], row[1], row[2], row[3], tuple(row[4]) if row[2] is not None and row[3] is not None else (),
            frozenset(one for one in row[5:7] if one), tuple(dict.fromkeys(one for one in row[7:9] if one is not None)),
        )
        for row in rows
    )  # fmt: skip
    return found, int(same[0]) if same else 0


def changed_records(
    connection: duckdb.DuckDBPyConnection, before: Run, after: Run, generations: tuple[Chronology, Chronology]
) -> dict[str, tuple[ChangedRecord, ...]]:
    """For every finding in `diff`, the records bound to it that are not the same in both runs, or that happened in between."""
    used: dict[str, StandardUsed] = {}
    for one in (*before.standards, *after.standards):
        used[one.id] = _together(used[one.id], one) if one.id in used else one
    columns = sorted({column for one in used.values() for column in one.columns} | {"case_ref", "child_ref"})
    same = sorted({column for one in used.values() for column in one.same})
    _bind(connection, used)
    _versions(connection, before, after, generations, tuple(dict.fromkeys([*columns, *same])))
    _bind_holdings(connection, used)
    found: dict[str, dict[ChangedRecord, None]] = {}
    for finding_id, standard, record, theirs, triggers in _pairs(connection, columns, same):
        if any(_all_differ(theirs[column], triggers[column]) for column in (used[standard].same if standard in used else ())):
            continue
        found.setdefault(finding_id, {})[record] = None
    if generations[0].number != generations[1].number or before.known_at != after.known_at:
        _details(connection, (before, after), generations, found)
    return {finding_id: tuple(records) for finding_id, records in found.items()}


def _together(one: StandardUsed, two: StandardUsed) -> StandardUsed:
    """What two editions of a standard read, as one: every kind and column of either, and only what must be the same in both."""
    return replace(
        two,
        kinds=tuple(dict.fromkeys((*one.kinds, *two.kinds))),
        columns=tuple(dict.fromkeys((*one.columns, *two.columns))),
        same=tuple(column for column in one.same if column in two.same),
        held_by=two.held_by or one.held_by,
    )


def _all_differ(value: object, trigger: object) -> bool:
    return value is not None and trigger is not None and value != trigger


def _bind(connection: duckdb.DuckDBPyConnection, used: Mapping[str, StandardUsed]) -> None:
    """Make `used`: kinds and columns by standard, and `keys`: by which column and value each differing finding is bound."""
    rows = [(one.id, kind, column) for one in used.values() for kind in one.kinds for column in one.columns]
    connection.execute(
        "create table used as select unnest(?::varchar[]) as standard, unnest(?::varchar[]) as kind, unnest(?::varchar[]) as col",
        [[row[place] for row in rows] for place in range(3)],
    )
    connection.execute(
        """create table keys as
        select distinct finding_id, standard, col, key from (
            select finding_id, standard, unnest([scope_key, scope_key_a]) as key from diff) join (select distinct standard, col from used) using (standard)
        where key is not null"""
    )


def _bind_holdings(connection: duckdb.DuckDBPyConnection, used: Mapping[str, StandardUsed]) -> None:
    """How much one person holds rests on every case they have held: bind those cases too."""
    for one in used.values():
        if one.held_by:
            connection.execute(
                f"""insert into keys select distinct d.finding_id, d.standard, 'case_ref', v.case_ref
                from (select finding_id, standard, unnest([scope_key, scope_key_a]) as holder from diff where standard = $standard) d
                join (select "{one.held_by}" as holder, case_ref, kind from va union select "{one.held_by}", case_ref, kind from vb) v using (holder)
                where list_contains($kinds, v.kind) and v.case_ref is not null""",  # noqa: S608  # the column is one of the vocabulary's
                {"standard": one.id, "kinds": list(one.kinds)},
            )


def _versions(
    connection: duckdb.DuckDBPyConnection, before: Run, after: Run, generations: tuple[Chronology, Chronology], columns: Sequence[str]
) -> None:
    """Make `va` and `vb`: the versions of the events of these kinds that each run could see; and `changes`: those that differ."""
    listed = ", ".join(f'"{column}"' for column in columns if column not in ("event_id", "kind"))
    for name, run, generation in (("va", before, generations[0]), ("vb", after, generations[1])):
        moment = run.known_at or datetime(9999, 12, 31)
        # Where the run's own generation is no longer kept, what was delivered since is set aside by the list of deliveries.
        swept = str(generation.number) != run.chronology and bool(run.deliveries)
        seen = " and list_contains($deliveries, delivery_id)" if swept else ""
        still = (
            "known_to > $known or not exists (select 1 from unnest($deliveries) d(x) where x = closed_by)" if swept else "known_to > $known"
        )
        values: dict[str, object] = {"file": str(generation.events), "known": moment}
        if swept:
            values["deliveries"] = [one.delivery_id for one in run.deliveries]
        source = "read_parquet($file)"
        if swept:
            source = (
                "(select v.*, n.delivery_id as closed_by from read_parquet($file) v left join "
                "(select event_id, supersedes, any_value(delivery_id) as delivery_id from read_parquet($file) where supersedes is not null group by all) n "
                "on v.event_id = n.event_id and v.delivery_id = n.supersedes)"
            )
        connection.execute(
            f"""create table {name} as select event_id, kind, delivery_id, source_system, source_ref, occurred_at, known_from, {listed}
            from {source} where kind in (select kind from used) and known_from <= $known and (known_to is null or {still}){seen}""",  # noqa: S608  # names from the vocabulary
            values,
        )
    connection.execute(
        """create table changes as
        with moved as (
            select coalesce(va.event_id, vb.event_id) as event_id,
                case when va.event_id is null then if(vb.known_from > $before and list_contains($first, vb.delivery_id), 'unknown', 'new')
                    when vb.event_id is null then if(va.known_from > $after, 'unknown', 'withdrawn') else 'corrected' end as cause,
                va.delivery_id as was
            from va full outer join vb using (event_id) where va.delivery_id is distinct from vb.delivery_id)
        select moved.cause, moved.was, vb.* from vb join moved using (event_id)
        union all select moved.cause, moved.was, va.* from va join moved using (event_id) where moved.cause <> 'new'""",
        {
            "before": before.known_at or datetime(9999, 12, 31),
            "after": after.known_at or datetime(9999, 12, 31),
            "first": [one.delivery_id for one in before.deliveries],
        },
    )
    first, last = sorted((before.as_of, after.as_of))
    connection.execute(
        "insert into changes select 'happened', null, vb.* from vb where occurred_at > ? and occurred_at <= ?", [first, last]
    )
    connection.execute("delete from changes where occurred_at > ?", [last])


def _pairs(
    connection: duckdb.DuckDBPyConnection, columns: Sequence[str], same: Sequence[str]
) -> Iterator[tuple[str, str, ChangedRecord, dict[str, object], dict[str, object]]]:
    """Each differing finding with each changed record that is, or may be, bound to it, and both sides' values of the columns of `same`.

    A record of the finding's case that leaves blank the column by which it would be bound may be bound to it.
    """
    theirs = "".join(f', c."{column}"' for column in same)
    triggers = "".join(f', t."{column}"' for column in same)
    joins = [
        "select k.finding_id, k.standard, c.* exclude (delivery_id), c.delivery_id from keys k join used u on k.standard = u.standard and k.col = u.col "  # noqa: S608  # names from the vocabulary
        f"join changes c on c.kind = u.kind and c.\"{column}\" = k.key where k.col = '{column}'"
        for column in columns
    ]
    joins += [
        "select d.finding_id, d.standard, c.* exclude (delivery_id), c.delivery_id from diff d join used u on d.standard = u.standard "  # noqa: S608  # names from the vocabulary
        f"join changes c on c.kind = u.kind and c.case_ref = d.case_ref where u.col = '{column}' and c.\"{column}\" is null"
        for column in columns
        if column != "case_ref"
    ]
    joins.append(
        "select d.finding_id, d.standard, c.* exclude (delivery_id), c.delivery_id "
        "from (select finding_id, standard, unnest([trigger_event, evidence_a, evidence_b]) as event_id from diff) d join changes c using (event_id)"
    )
    rows = connection.execute(
        f"""with bound as (select distinct * from ({" union all ".join(joins)})),
            known as (select * from vb union all select * from va where event_id not in (select event_id from vb))
        select c.finding_id, c.standard, c.cause, c.kind, c.source_system, c.source_ref, c.delivery_id, c.was, c.occurred_at{theirs}{triggers}
        from bound c join diff d using (finding_id) left join known t on t.event_id = d.trigger_event
        order by c.finding_id, c.occurred_at, c.event_id"""  # noqa: S608  # names from the vocabulary
    ).fetchall()
    for row in rows:
        finding_id, standard, cause, kind, system, ref, delivery, was, at = row[:9]
        where = f"{kind}, {ref} ({system})"
        detail = {
            "new": f"{where}, brought by delivery {delivery}",
            "corrected": f"{where}, by delivery {delivery}" if delivery != was else f"{where}, which was of delivery {was}",
            "withdrawn": f"{where}, which delivery {was} had brought",
        }.get(cause, where)
        parts = len(same)
        yield (
            finding_id, standard, ChangedRecord(cause, detail, at), dict(zip(same, row[9 : 9 + parts], strict=True)),
            dict(zip(same, row[9 + parts :], strict=True)),
        )  # fmt: skip


def _details(
    connection: duckdb.DuckDBPyConnection,
    runs: tuple[Run, Run],
    generations: tuple[Chronology, Chronology],
    found: dict[str, dict[ChangedRecord, None]],
) -> None:
    """Add the cases and children whose own details the two runs did not know alike."""
    for key, files in (
        ("case_ref", [generation.cases for generation in generations]),
        ("child_ref", [generation.children for generation in generations]),
    ):
        one, two = (known_then(file, run.known_at) for file, run in zip(files, runs, strict=True))
        rows = connection.execute(
            f"""with changed as (
                select coalesce(x.ref, y.ref) as ref from
                (select "{key}" as ref, hash(t) as said from {one} t) x full outer join
                (select "{key}" as ref, hash(t) as said from {two} t) y using (ref)
                where x.said is distinct from y.said)
            select finding_id, ref from diff join changed on diff."{key}" = changed.ref order by all"""  # noqa: S608  # our own columns
        ).fetchall()
        for finding_id, ref in rows:
            found.setdefault(finding_id, {})[ChangedRecord("details", ref)] = None

"""What a run publishes, table by table: the columns, and the question to the run's Parquet files that gives their rows.

One list serves the copying and the tests. Moments are UTC. Every table has `publication_id` as well, which the copying fills in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb

from candour.findings.doubt import DOUBTFUL
from candour.findings.finding import FINDING_COLUMNS
from candour.findings.proofs import OpenedRun
from candour.records.known import known_then
from candour.records.quoting import quoted, text
from candour.records.vocabulary import Field, Vocabulary
from candour.standards.model import SEVERITIES

HOLDERS = {"investigation.allocated": ("oic_ref", "supervisor_ref"), "rso.registered": ("manager_ref", None)}
"""The kinds of event that give a case to somebody, and the fields that name the officer and the supervisor."""

RISKS = ("missing.assessed", "missing.reviewed", "contact.assessed", "investigation.allocated", "supervision.reviewed")
"""The kinds of event that say how great the risk is (`risk_level`)."""


@dataclass(frozen=True)
class PublishedTable:
    """One table: its name in the database, its columns in order, and the DuckDB question that gives them in that order."""

    name: str
    columns: tuple[str, ...]
    select: str

    @property
    def words(self) -> str:
        """What its rows are, for whoever waits while they are copied."""
        return {"casechild": "children of cases", "child": "children", "standardused": "standards"}.get(
            self.name.removeprefix("casework_"), f"{self.name.removeprefix('casework_')}s"
        ).capitalize()


def published_tables(opened: OpenedRun) -> tuple[PublishedTable, ...]:
    """The tables of a run in the order in which they are copied, for a connection of `reading`."""
    vocabulary = opened.vocabulary
    finding = [f'f."{column}"' for column in FINDING_COLUMNS]
    return (
        PublishedTable("casework_event", (*vocabulary.envelope, "fields"), "select * from published_event order by position"),
        PublishedTable("casework_case", _CASE_COLUMNS, f"select {_listed(_CASE_COLUMNS)} from published_case"),
        PublishedTable(
            "casework_casechild",
            ("case_ref", "child_ref"),
            "select distinct case_ref, child_ref from event where case_ref is not null and child_ref is not null",
        ),
        PublishedTable("casework_child", (*vocabulary.child,), f"select {_listed(vocabulary.child)} from child"),
        PublishedTable(
            "casework_finding",
            (*FINDING_COLUMNS, "severity", "duty", "area", "doubtful_links"),
            f"select {', '.join(finding)}, s.place, s.duty, s.area, d.links from finding f "
            "left join standard s on s.id = f.standard and s.version = f.version left join doubt d using (finding_id)",
        ),
        PublishedTable(
            "casework_standardused",
            ("standard", "version", "fingerprint", "title", "area", "severity", "duty", "status"),
            "select id, version, fingerprint, title, area, place, duty, status from standard where used",
        ),
    )


_CASE_COLUMNS = (
    "case_ref", "case_kind", "offence_code", "opened_on", "closed_on", "district", "unit", "flags", "source_system",
    "holding_unit", "officer_ref", "supervisor_ref", "units", "officers", "risk_level", "risk_at", "events", "last_at",
    "next_due", "not_done", "due", "cannot_tell", "gravest", "oldest_due", "needing_units", "needing_officers",
)  # fmt: skip


def _listed(columns: Mapping[str, Field] | tuple[str, ...]) -> str:
    return ", ".join(quoted(column) for column in columns)


@contextmanager
def reading(opened: OpenedRun, memory: str = "2GB") -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the run's rows under plain names, as known at the run: `event`, `case_`, `child`, `finding`, `standard`, `doubt`.

    `published_event` and `published_case` are the first two as they are published.
    """
    chronology, known_at = opened.chronology, opened.run.known_at
    with duckdb.connect(config={"memory_limit": memory}) as db:
        db.execute("set timezone = 'UTC'")
        moment = None if known_at is None else text(known_at.isoformat(sep=" "))
        still = (
            "known_to is null"
            if moment is None
            else f"known_from <= timestamp {moment} and (known_to is null or known_to > timestamp {moment})"
        )
        db.execute(f"create view event as select * from read_parquet({text(str(chronology.events))}) where {still}")
        db.execute(f"create view case_ as select * from {known_then(chronology.cases, known_at)}")
        db.execute(f"create view child as select * from {known_then(chronology.children, known_at)}")
        db.execute(f"create view finding as select * from read_parquet({text(str(opened.findings))})")
        _name_standards(db, opened)
        db.execute("create table moment as select ?::timestamp as as_of", [opened.run.as_of])
        doubt = opened.folder / DOUBTFUL
        db.execute(
            f"create view doubt as select finding_id, links from read_parquet({text(str(doubt))})"
            if doubt.is_file()
            else "create view doubt as select null::varchar as finding_id, null::bigint as links where false"
        )
        db.execute(
            f"create view published_event as select {_listed(opened.vocabulary.envelope)}, {_fields(opened.vocabulary)} as fields from event"
        )
        db.execute(_AS_ARRAY)
        db.execute(_CASES)
        yield db


def _name_standards(db: duckdb.DuckDBPyConnection, opened: OpenedRun) -> None:
    """The editions of the catalogue, `used` where the run used them; what the run says of one stands where the catalogue has it no longer."""
    known = opened.standards
    used = {(one.id, one.version): one for one in opened.run.standards}
    db.execute(
        "create table standard (id varchar, version bigint, fingerprint varchar, title varchar, area varchar, place integer, duty varchar, status varchar, used boolean)"
    )
    rows = []
    for key in sorted({*known, *used}):
        edition, kept = known.get(key), used.get(key)
        rows.append(
            (
                *key,
                kept.fingerprint if kept else edition.fingerprint if edition else "",
                edition.title if edition else kept.title if kept else key[0],
                edition.area if edition else kept.area if kept else "",
                SEVERITIES.index(edition.severity) if edition else len(SEVERITIES),
                edition.duty if edition else kept.duty if kept else "police",
                edition.status if edition else "",
                kept is not None,
            )
        )
    if rows:
        db.executemany("insert into standard values (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)


def _fields(vocabulary: Vocabulary) -> str:
    """SQL for the fields of an event's kind as JSON, without those that are blank."""
    branches = [
        f"when {text(kind.name)} then json_merge_patch('{{}}'::json, to_json({{{', '.join(f'{text(name)}: {quoted(name)}' for name in kind.fields)}}}))"
        for kind in vocabulary.kinds.values()
        if kind.fields
    ]
    return f"case kind {' '.join(branches)} else '{{}}'::json end"


_HOLDER_ROWS = " union all ".join(
    f"select case_ref, occurred_at, position, unit, {officer} as officer_ref, {supervisor or 'null'} as supervisor_ref from event "
    f"where kind = {text(kind)} and case_ref is not null"
    for kind, (officer, supervisor) in HOLDERS.items()
)

_AS_ARRAY = r"""
create macro as_array(listed) as '{' || coalesce(array_to_string(list_transform(
    list_sort(list_distinct([one for one in coalesce(listed, []) if one is not null])),
    lambda one: '"' || replace(replace(one, '\', '\\'), '"', '\"') || '"'), ','), '') || '}'
"""
"""A list of texts as PostgreSQL writes an array, sorted, each once."""

_CASES = f"""
create view published_case as
with given as ({_HOLDER_ROWS}),
held as (
    select case_ref, arg_max(unit, (occurred_at, position)) as unit, arg_max(officer_ref, (occurred_at, position)) as officer_ref,
        arg_max(supervisor_ref, (occurred_at, position)) as supervisor_ref
    from given where occurred_at is not null group by case_ref
),
risk as (
    select case_ref, arg_max(risk_level, (occurred_at, position)) as risk_level, max(occurred_at) as risk_at
    from event where kind in ({", ".join(text(kind) for kind in RISKS)}) and risk_level is not null and occurred_at is not null group by case_ref
),
needs as (
    select case_ref, min(due_at) filter (outcome = 'pending' and due_at > as_of) as next_due, count(*) filter (outcome = 'missed') as not_done,
        count(*) filter (outcome = 'pending') as due, count(*) filter (outcome = 'cannot_tell') as cannot_tell,
        min(coalesce(place, 9)) filter (outcome = 'missed') as gravest, min(due_at) filter (outcome = 'missed') as oldest_due,
        list(distinct f.unit) filter (outcome <> 'cannot_tell') as units, list(distinct f.actor_ref) filter (outcome <> 'cannot_tell') as officers
    from finding f left join standard s on s.id = f.standard and s.version = f.version cross join moment
    where outcome in ('missed', 'pending', 'cannot_tell') and coalesce(s.duty, 'police') <> 'partner' and case_ref is not null group by case_ref
),
told as (
    select case_ref, count(*) as events, max(occurred_at) as last_at,
        arg_max(unit, (occurred_at, position)) filter (unit is not null and occurred_at is not null) as last_unit,
        list_sort(list(distinct unit) filter (unit is not null)) as units,
        list_sort(list(distinct actor_ref) filter (actor_ref is not null and org = 'police')) as officers
    from event where case_ref is not null group by case_ref
)
select c.case_ref, c.case_kind, c.offence_code, c.opened_on, c.closed_on, c.district, c.unit, as_array(c.flags) as flags, c.source_system,
    coalesce(h.unit, t.last_unit, c.unit) as holding_unit, h.officer_ref, h.supervisor_ref,
    as_array(coalesce(t.units, []) || [h.unit, c.unit]) as units,
    as_array(coalesce(t.officers, []) || [h.officer_ref, h.supervisor_ref]) as officers,
    r.risk_level, r.risk_at, coalesce(t.events, 0) as events, t.last_at,
    n.next_due, coalesce(n.not_done, 0) as not_done, coalesce(n.due, 0) as due, coalesce(n.cannot_tell, 0) as cannot_tell, n.gravest, n.oldest_due,
    as_array(n.units) as needing_units, as_array(n.officers) as needing_officers
from (
    select case_ref, case_kind, offence_code, opened_on, closed_on, district, unit, flags, source_system from case_
    union all by name
    select distinct case_ref from event where case_ref is not null and case_ref not in (select case_ref from case_)
) c
left join told t using (case_ref) left join held h using (case_ref) left join risk r using (case_ref) left join needs n using (case_ref)
"""

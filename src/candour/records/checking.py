"""Tests a chronology for what cannot well be true: events out of order, periods that overlap.

A check never changes or refuses anything. It lists the places where its sentence does not hold, for a person to look at.
The sentences are those of `event_model.md` section 7. Where a time is known to the day only, a check speaks up only when
its sentence cannot hold at any time of that day.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from candour.records.known import known_then
from candour.records.quoting import text
from candour.records.reporting.account import CheckResult
from candour.records.vocabulary import Vocabulary

RECORDED_BEFORE_MINUTES = 5
"""An entry may be stamped this many minutes before the event it records: clocks of two systems differ. A local default."""
PERIODS = (
    ("missing episodes", "missing.reported", "missing.located"),
    ("stays in custody", "custody.arrived", "custody.ended"),
    ("uses of police protection", "pp.taken", "pp.ended"),
)
"""Periods of a child that cannot overlap: what they are called, and the kinds that begin and end them (bound by episode)."""
AFTER_CLOSING = ("case.reopened", "case.closed", "audit.done", "victim.contacted", "csods.staged")
"""What may follow the closing of an investigation without its being reopened."""


@dataclass(frozen=True)
class Check:
    """A sentence that should hold, the kinds it needs (all of them must be there), and the SQL that finds where it does not.

    The SQL reads `e` (what is known now, one row an event) and `children`; it gives case_ref, child_ref, event_id, written (its time), source_ref,
    other_id, other_written, other_ref, source_system, other_system, note.
    """

    name: str
    sentence: str
    kinds: tuple[str, ...]
    sql: str
    needs: tuple[str, str] = ("", "")
    """SQL that finds something when the check can be made, and what is wanting when it finds nothing."""


_ONE = "case_ref, child_ref, event_id, occurred_text, source_ref, null, null, null, source_system, null"
_TWO = "a.case_ref, a.child_ref, a.event_id, a.occurred_text, a.source_ref, b.event_id, b.occurred_text, b.source_ref, a.source_system, b.source_system"


def _first(kind: str, extreme: str = "min") -> str:
    """The first (or last) event of a kind in every episode."""
    pick = "arg_min" if extreme == "min" else "arg_max"
    columns = ("case_ref", "child_ref", "event_id", "occurred_at", "occurred_to", "occurred_text", "source_ref", "source_system")
    chosen = ", ".join(f"{pick}({name}, position) as {name}" for name in columns)
    return f"(select episode_ref, {chosen} from e where kind = '{kind}' and episode_ref is not null and occurred_at is not null group by episode_ref)"


def _in_order(name: str, sentence: str, earlier: str, later: str) -> Check:
    """The first of one kind is not after the first of another in the same episode."""
    sql = f"select {_TWO}, null from {_first(later)} a join {_first(earlier)} b using (episode_ref) where a.occurred_to < b.occurred_at"
    return Check(name, sentence, (earlier, later), sql)


def _overlap(what: str, begins: str, ends: str) -> Check:
    sql = f"""
        with p as (select b.*, z.occurred_at as end_at, z.occurred_to as end_to, z.episode_ref is null as still_open
                   from {_first(begins)} b left join {_first(ends, "max")} z using (episode_ref) where b.child_ref is not null)
        select {_TWO}, case when a.still_open then 'the earlier has no end' when b.end_to is not null and b.end_to <= a.end_at then 'one lies inside the other'
                       else 'they overlap' end
        from p a join p b on a.child_ref = b.child_ref and a.episode_ref <> b.episode_ref
             and (a.occurred_at < b.occurred_at or (a.occurred_at = b.occurred_at and a.episode_ref < b.episode_ref))
             and (a.still_open or a.end_at > b.occurred_to)"""
    return Check(f"overlapping {what}", f"Two {what} of one child do not overlap.", (begins, ends), sql)


CHECKS: tuple[Check, ...] = (
    Check(
        "recorded before it happened",
        f"Nothing is recorded more than {RECORDED_BEFORE_MINUTES} minutes before it happened.",
        (),
        f"select {_ONE}, 'recorded ' || recorded_at::varchar || ' (UTC)' from e where recorded_at < occurred_at - interval {RECORDED_BEFORE_MINUTES} minutes",
        ("select 1 from e where recorded_at is not null and occurred_at is not null limit 1", "no source says when things were recorded"),
    ),
    Check(
        "after closing",
        "Nothing but a reopening, an audit or contact with the victim follows the closing of an investigation.",
        ("case.closed",),
        f"""
        with seen as (select *, max(occurred_to) filter (kind = 'case.closed' and coalesce(closure_kind, 'investigation') = 'investigation') over w as closed_to,
                      max(occurred_to) filter (kind = 'case.reopened') over w as reopened_to
               from e where case_ref is not null and occurred_at is not null
               window w as (partition by case_ref order by position rows between unbounded preceding and 1 preceding))
        select {_ONE}, 'closed ' || closed_to::varchar || ' (UTC)' from seen
        where closed_to < occurred_at and (reopened_to is null or reopened_to < closed_to) and kind not in ({", ".join(map(text, AFTER_CLOSING))})""",
    ),
    _in_order(
        "custody authorised before arrival",
        "Detention is not authorised before arrival at the station.",
        "custody.arrived",
        "custody.authorised",
    ),
    _in_order(
        "custody reviewed before authorised", "Detention is not reviewed before it is authorised.", "custody.authorised", "custody.reviewed"
    ),
    _in_order(
        "found before reported missing", "A child is not found before being reported missing.", "missing.reported", "missing.located"
    ),
    _in_order("custody ended before arrival", "Custody does not end before arrival.", "custody.arrived", "custody.ended"),
    Check(
        "same officer designated",
        "The designated officer is not the officer who took the child into police protection.",
        ("pp.taken", "pp.designated"),
        f"""select {_TWO}, 'officer ' || a.designated_officer_ref from e a join e b
            on a.kind = 'pp.designated' and b.kind = 'pp.taken' and a.case_ref = b.case_ref and a.episode_ref is not distinct from b.episode_ref
            where a.designated_officer_ref = coalesce(b.initiating_officer_ref, b.actor_ref)""",
    ),
    Check(
        "interview without its episode",
        "Every prevention or return interview belongs to one missing episode, in which the child was found before it.",
        ("missing.located",),
        f"""select a.case_ref, a.child_ref, a.event_id, a.occurred_text, a.source_ref, b.event_id, b.occurred_text, b.source_ref, a.source_system, b.source_system,
                   case when a.episode_ref is null then 'it names no episode' when b.event_id is null then 'the child is not recorded as found in the episode'
                        else 'it comes before the child was found' end
            from e a left join {_first("missing.located")} b using (episode_ref)
            where a.kind in ('missing.interviewed', 'rhi.offered', 'rhi.done', 'rhi.received') and (b.event_id is null or a.occurred_to < b.occurred_at)""",
        ("select 1 from e where kind = 'missing.interviewed' or kind like 'rhi.%' limit 1", "the records hold no such interview"),
    ),
    Check(
        "conference at a weekend",
        "A child protection conference is not held on a Saturday or Sunday.",
        ("conference.held",),
        f"select {_ONE}, null from e where kind = 'conference.held' and isodow(occurred_on) > 5",
    ),
    Check(
        "conference before referral",
        "A child protection conference is not held before the referral was sent.",
        ("conference.held", "referral.sent"),
        f"""select {_TWO}, null from e a join (select * from e where kind = 'referral.sent' and occurred_at is not null
            qualify row_number() over (partition by case_ref order by position) = 1) b using (case_ref)
            where a.kind = 'conference.held' and a.occurred_to < b.occurred_at""",
    ),
    Check(
        "action done but not raised",
        "Every action that is done was raised once.",
        ("action.done",),
        f"""select {_ONE}, if(times is null, 'it was never raised', 'it was raised ' || times::varchar || ' times') from e left join
            (select action_ref, count(*) as times from e where kind = 'action.raised' group by action_ref) r using (action_ref)
            where kind = 'action.done' and (action_ref is null or times is null or times <> 1)""",
    ),
    Check(
        "due before raised",
        "An action is not due before it is raised.",
        ("action.raised",),
        f"select {_ONE}, 'due ' || due_at::varchar || ' (UTC)' from e where kind = 'action.raised' and due_at + interval 1 day < occurred_at",
    ),
    Check(
        "not a child",
        "The child of a case is under 18 (by the calendar) and born when it begins; an unborn child is listed here too.",
        (),
        f"""select {_ONE}, 'born ' || born_on::varchar from
            (select * from e where child_ref is not null and occurred_on is not null and "group" <> 'Workforce'
             qualify row_number() over (partition by case_ref, child_ref order by position) = 1) join children using (child_ref)
            where born_on > occurred_on or occurred_on >= case when month(born_on) = 2 and day(born_on) = 29
                  then make_date(year(born_on) + 18, 3, 1) else (born_on + interval 18 years)::date end""",
        ("select 1 from children join e using (child_ref) where born_on is not null limit 1", "no child's date of birth is known"),
    ),
    Check(
        "own supervisor",
        "A review is not made by the officer in the case.",
        ("supervision.reviewed", "investigation.allocated"),
        f"""with seen as (select *, last_value(oic_ref ignore nulls) over (partition by case_ref order by position) as oic from e
                          where case_ref is not null and kind in ('supervision.reviewed', 'investigation.allocated'))
            select {_ONE}, 'officer ' || oic from seen where kind = 'supervision.reviewed' and coalesce(reviewer_ref, actor_ref) = oic""",
    ),
    *(_overlap(*period) for period in PERIODS),
)

_FIELDS = ("closure_kind", "designated_officer_ref", "initiating_officer_ref", "action_ref", "due_at", "oic_ref", "reviewer_ref")
_ENVELOPE = (
    "position",
    "event_id",
    "kind",
    "case_ref",
    "child_ref",
    "episode_ref",
    "occurred_at",
    "occurred_to",
    "occurred_on",
    "occurred_text",
)
_REST = ("recorded_at", "actor_ref", "source_ref", "source_system")
_SHOWN = ("case", "child", "event", "at", "source", "other_event", "other_at", "other_source")


def run_checks(db: duckdb.DuckDBPyConnection, generation: Path, sources: list[str], vocabulary: Vocabulary) -> list[CheckResult]:
    """Run every check on what a chronology knows now; a place is listed when an event of one of `sources` has a part in it."""
    events, children = text(str(generation / "events.parquet")), known_then(generation / "children.parquet", None)
    there = set(pq.read_schema(generation / "events.parquet").names)
    fields = ", ".join(name if name in there else f"null::varchar as {name}" for name in _FIELDS)
    groups = "case " + " ".join(f"when kind = {text(kind.name)} then {text(kind.group)}" for kind in vocabulary.kinds.values()) + " end"
    db.execute(
        f'create or replace view e as select {", ".join((*_ENVELOPE, *_REST))}, {fields}, {groups} as "group" '
        f"from read_parquet({events}) where known_to is null"
    )
    db.execute(f"create or replace view children as select child_ref, born_on from {children}")
    there_are = {row[0] for row in db.execute("select distinct kind from e").fetchall()}
    return [_run(db, check, sources, vocabulary, there_are) for check in CHECKS]


def _run(db: duckdb.DuckDBPyConnection, check: Check, sources: list[str], vocabulary: Vocabulary, there_are: set[str]) -> CheckResult:
    lacking = next((kind for kind in check.kinds if kind not in there_are), None)
    if lacking is not None:
        words = f"{vocabulary.kinds[lacking].title} ({lacking})" if lacking in vocabulary.kinds else lacking
        return CheckResult(check.name, check.sentence, None, f"the records hold no event of the kind {words}")
    if check.needs[0] and db.execute(check.needs[0]).fetchone() is None:
        return CheckResult(check.name, check.sentence, None, check.needs[1])
    among = ", ".join(map(text, sources))
    names = "case_ref, child_ref, event_id, written, source_ref, other_id, other_written, other_ref, source_system, other_system, note"
    rows = db.execute(
        f"with found({names}) as ({check.sql}) select * from found where source_system in ({among}) or other_system::varchar in ({among}) order by all"
    ).fetchall()
    found = []
    for row in rows:
        place = {name: str(value) for name, value in zip(_SHOWN, row, strict=False) if value is not None}
        if row[-1] is not None:
            place["note"] = str(row[-1])
        found.append(place)
    return CheckResult(check.name, check.sentence, found)

"""Makes a large made-up chronology in DuckDB, with occasions and outcomes for every standard, to measure speed on.

`python benchmarks/make_chronology.py FOLDER [--events N] [--seed S] [--giant N] [--bursts N] [--day-share P] [--undated P] [--blanks P] [--plain]`
Writes events.parquet, cases.parquet, children.parquet, sources.json (as in `docs/explanation/the-chronology.md`) and made.json.
The same options always give the same rows. Nothing here describes a real child, officer or force.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from string import ascii_uppercase
from zoneinfo import ZoneInfo

import duckdb
import pyarrow.parquet as pq
from made_stories import CHANCE_OF_YES, EPISODES, HOURS_FROM_EVENT, LATE_STEPS, PHRASES, SHARES, STORIES

from candour.records.vocabulary import Field, Vocabulary, load_vocabulary

BEGINS = datetime(2022, 4, 1)
AS_OF = datetime(2026, 3, 31, 23, 59, 59)
DELIVERED = "2026-04-01"
LEGACY_ENDS = datetime(2023, 4, 1)
LEGACY = "old_system"
SOURCES = {
    "Contact": "incident_log", "Missing": "missing_log", "Custody": "custody_log", "Sharing": "hub", "Child protection": "hub",
    "Exploitation": "forensics", "Offender": "offender_log", "Workforce": "training_register",
}  # fmt: skip
OFFICER_FIELDS = (
    "oic_ref",
    "supervisor_ref",
    "reviewer_ref",
    "owner_ref",
    "author_ref",
    "auditor_ref",
    "manager_ref",
    "decided_by_ref",
    "signed_off_by_ref",
)
REPEAT_FIELDS = ("device_ref", "action_ref", "interview_ref")
TROUBLED = 0.08
MEAN_PARTS = 1 + 0.55 + 0.25 + 0.08 + 4 * TROUBLED


@dataclass(frozen=True)
class Asked:
    """What to make. Shares are of all events; `blanks` is the share of yes_no and code fields without a value; `giant` and `bursts` count events and bursts."""

    events: int = 1_000_000
    seed: int = 1
    giant: int = 0
    bursts: int = 0
    day_share: float = 0.02
    undated: float = 0.002
    blanks: float = 0.05
    superseded: float = 0.004
    legacy: bool = True
    forces: int = 1
    """So many forces one after the other, each with its share of the events and with references of its own: of each, no more than its part is held at once."""


MARKS = [first + second for first in ascii_uppercase for second in ascii_uppercase]
"""What stands before the references of each force, in order: as many as forces can be asked for."""


def events_per_story() -> float:
    """The mean number of events in one story."""
    total = sum(share for share, _ in STORIES.values())
    return sum(share * sum(chance * repeats for _, chance, repeats, *_ in steps) for share, steps in STORIES.values()) / total


def uniform(number: str, salt: int) -> str:
    """A number from 0 to 1 (not 1) that depends on `number` and `salt` alone."""
    return f"u({number}, {salt})"


def make(asked: Asked, folder: Path) -> int:
    """Make the files in `folder`; returns the number of rows in events.parquet."""
    vocabulary = load_vocabulary()
    folder.mkdir(parents=True, exist_ok=True)
    rows = cases_with_events = 0
    with ExitStack() as stack:
        writers: dict[str, pq.ParquetWriter] = {}
        for force in range(asked.forces):
            mark = MARKS[force] if asked.forces > 1 else ""
            with duckdb.connect(config={"memory_limit": "8GB", "temp_directory": str(folder / "tmp")}) as connection:
                own = replace(asked, events=asked.events // asked.forces, seed=asked.seed + force)
                for name, query in _tables(connection, own, vocabulary, rows, mark).items():
                    if asked.forces == 1:
                        large = ", row_group_size 100000" if name == "events" else ""
                        connection.execute(f"copy ({query}) to '{folder / f'{name}.parquet'}' (format parquet, compression zstd{large})")
                        continue
                    batches = connection.execute(query).to_arrow_reader(100_000)
                    if name not in writers:
                        file = pq.ParquetWriter(folder / f"{name}.parquet", batches.schema, compression="zstd")
                        writers[name] = stack.enter_context(file)
                    for batch in batches:
                        writers[name].write_batch(batch)
                counted = connection.execute("select count(*), count(distinct case_no) from skeleton").fetchone()
            assert counted is not None
            rows, cases_with_events = rows + counted[0], cases_with_events + counted[1]
    (folder / "sources.json").write_text(json.dumps(list(_sources(asked, vocabulary)), indent=1), encoding="utf-8")
    made = asdict(asked) | {"rows": rows, "cases_with_events": cases_with_events, "as_of": AS_OF.isoformat()}
    (folder / "made.json").write_text(json.dumps(made, indent=1), encoding="utf-8")
    return rows


def _tables(connection: duckdb.DuckDBPyConnection, asked: Asked, vocabulary: Vocabulary, before: int, mark: str) -> dict[str, str]:
    """SQL of the events, cases and children of one force, before which lie so many events; `mark` stands before each of its references."""
    connection.execute(f"create macro u(n, s) as hash((n * 8191 + s) * 97 + {asked.seed % 97}) / 18446744073709551616.0")
    connection.execute(f"create macro bst(t) as {_summer_time()}")
    cases, children = _skeleton(connection, asked, vocabulary)
    columns = dict(_columns(asked, vocabulary, max(cases // 60, 8), children))
    if before:
        columns["position"] = f"position + {before}"
    if mark:
        columns["event_id"] = f"'{mark}' || event_id"
    found = {
        "events": f"select {', '.join(f'{sql} as {name}' for name, sql in columns.items())} from skeleton",
        "cases": _cases(),
        "children": _children(children, blank=bool(asked.blanks)),
    }
    return (
        {name: re.sub(r"'([A-Z]{1,3})' \|\|", lambda found: f"'{mark}{found[1]}' ||", sql) for name, sql in found.items()}
        if mark
        else found
    )


def _summer_time() -> str:
    """SQL for the hours that London is ahead of UTC at moment `t`."""
    spans, moment, london = [], BEGINS.replace(year=2021, tzinfo=UTC), ZoneInfo("Europe/London")
    start = None
    while moment.year < 2028:
        ahead = moment.astimezone(london).utcoffset()
        if ahead and start is None:
            start = moment
        elif not ahead and start is not None:
            spans.append(f"(t >= timestamp '{start:%Y-%m-%d %H:%M:%S}' and t < timestamp '{moment:%Y-%m-%d %H:%M:%S}')")
            start = None
        moment += timedelta(hours=1)
    return f"case when {' or '.join(spans)} then interval 1 hour else interval 0 hour end"


def _skeleton(connection: duckdb.DuckDBPyConnection, asked: Asked, vocabulary: Vocabulary) -> tuple[int, int]:
    """Makes the table `skeleton`: one narrow row an event, in order. Returns how many cases and children there are."""
    each = events_per_story()
    ordinary = max(asked.events - asked.giant - 100 * asked.bursts, 100)
    cases = max(round(ordinary / (each * MEAN_PARTS * 0.95)), 3)  # some stories run past the end and are cut
    parts = round(asked.giant / (each * 0.95))
    children = max(round(cases * 0.6), 2)
    names = list(STORIES)
    picks = [number for number, name in enumerate(names) for _ in range(STORIES[name][0])]
    picked = f"[{', '.join(map(str, picks))}][1 + cast(floor(u(part, 1) * {len(picks)}) as int)]"
    troubled = f"u(case_no, 17) < {TROUBLED}"
    steps = ", ".join(
        f"({names.index(name)}, {number}, {vocabulary.kinds[kind].order}, {chance}, {repeats}, {base}, {spread}, {gap}, {_shared_delay(name, kind, base)})"
        for name, (_, listed) in STORIES.items()
        for number, (kind, chance, repeats, base, spread, gap) in enumerate(listed)
    )
    span = int((AS_OF - BEGINS).total_seconds())
    giant_case = cases // 2
    connection.execute(
        f"""
        create table parts as
        select part, case_no, burst,
               case when {troubled} then case when u(part, 18) < 0.6 then {names.index("missing")} else {names.index("contact")} end else {picked} end as story,
               cast({children} * u(case_no * 3 + case when {giant_case} = case_no then 0 else cast(floor(2 * u(part, 2)) as int) end, 3) as bigint) as child_no,
               cast({span} * u(case when giant then part else case_no end, 4) + 3600 * (part % 16) * case when giant then 0 when {troubled} then -200 * ln(1 - u(part, 5)) else -900 * ln(1 - u(part, 5)) end as bigint) as starts
        from (
          select case_no * 16 + i as part, case_no, false as giant, false as burst from (
            select case_no, unnest(range(1 + cast(u(case_no, 6) < 0.55 as int) + cast(u(case_no, 7) < 0.25 as int) + cast(u(case_no, 8) < 0.08 as int)
                                                    + 4 * cast({troubled} as int))) as i
            from (select range as case_no from range({cases})))
          union all select {cases * 16} + range, {giant_case}, true, false from range({parts})
          union all select {cases * 16 + parts} + range, cast(floor(u(range, 9) * {cases}) as bigint), false, true from range({asked.bursts})
        )
        """
    )
    kinds = len(vocabulary.kinds)
    connection.execute(
        f"""
        create table drafted as
        select part * 1000 + step * 10 + j as id, part, case_no, child_no, story, kind_no, j,
               starts + 3600 * (base + j * gap - spread * ln(1 - u(part * 1000 + step * 10 + j, 10)) - shared * ln(1 - u(part, 19))) as after
        from (select p.*, s.*, unnest(range(s.repeats)) as j
              from parts p join (values {steps}) s(story_no, step, kind_no, chance, repeats, base, spread, gap, shared)
                on p.story = s.story_no where not p.burst)
        where u(part * 1000 + step * 10 + j, 11) < chance
        union all
        select part * 1000 + j, part, case_no, child_no, story, cast(floor(u(part * 1000 + j, 12) * {kinds}) as int), j % 5, starts
        from (select *, unnest(range(100)) as j from parts where burst)
        """
    )
    at = f"timestamp '{BEGINS}' + to_seconds(cast(after as bigint) // 60 * 60)"
    source = " ".join(f"when {kind.order} then '{SOURCES.get(kind.group, 'investigation_log')}'" for kind in vocabulary.kinds.values())
    old = f"happened < timestamp '{LEGACY_ENDS}' and u(part, 13) < 0.4" if asked.legacy else "false"
    connection.execute(
        f"""
        create table skeleton as
        with timed as (
          select *, {at} as happened, case when u(id, 14) < {asked.undated} then 2 when u(id, 15) < {asked.day_share} then 1 else 0 end as prec
          from drafted where after <= {span}),
        told as (
          select *, {old} as legacy, happened + bst(happened) as local,
                 unnest(range(1 + cast(u(id, 16) < {asked.superseded} as int))) as version, u(id, 16) < {asked.superseded} as corrected from timed)
        select row_number() over (order by case_no, lo nulls last, kind_no, event_id, version) - 1 as position, * exclude (lo) from (
          select id * 2 + version as id, part, case_no, child_no, story, kind_no, j, happened, prec, legacy, version, corrected,
                 case prec when 0 then happened when 1 then date_trunc('day', local) - bst(date_trunc('day', local)) end as lo,
                 case when legacy then '{LEGACY}' else case kind_no {source} end end || ':' || lpad(cast(id as varchar), 12, '0') || ':' || kind_no as event_id
          from told)
        order by position
        """
    )
    connection.execute("drop table parts; drop table drafted")
    return cases, children


def _shared_delay(story: str, kind: str, base: float) -> float:
    kinds, least, mean = LATE_STEPS.get(story, ((), 0.0, 0.0))
    return mean if kind in kinds and base >= least else 0.0


def _columns(asked: Asked, vocabulary: Vocabulary, officers: int, children: int) -> Iterator[tuple[str, str]]:
    """Every column of the chronology in order, with its SQL over the skeleton."""
    envelope = _envelope(vocabulary, officers, blank=bool(asked.blanks))
    for name in vocabulary.envelope:
        yield name, envelope[name]
    for number, (name, field) in enumerate(vocabulary.payload().items()):
        salt = 100 + 4 * number
        by_value: dict[str, list[int]] = {}
        for kind in vocabulary.kinds.values():
            if name in kind.fields:
                by_value.setdefault(_value(f"{kind.name}.{name}", kind.fields[name], salt, officers), []).append(kind.order)
        blank = asked.blanks if field.type in ("yes_no", "code", "codes") else 0.1 if field.type in ("ref", "refs", "whole") else 0.25
        if name in (*REPEAT_FIELDS, "suspect_ref", "oic_ref", "detention_limit_at", "due_at"):
            blank = 0.02
        if not asked.blanks and field.type != "text":
            blank = 0
        held = " and not legacy" if asked.legacy and not_held(name) else ""
        cases = " ".join(
            f"when kind_no in ({', '.join(map(str, kinds))}) and {uniform('id', salt)} >= {blank}{held} then {value}"
            for value, kinds in by_value.items()
        )
        yield name, f"cast(case {cases} end as {field.column_type})"


def not_held(name: str) -> bool:
    """Whether the old system does not hold this field."""
    return sum(name.encode()) % 7 == 0


def _value(named: str, field: Field, salt: int, officers: int) -> str:
    chance = uniform("id", salt + 1)
    if field.type == "yes_no":
        return f"{chance} < {CHANCE_OF_YES.get(field.name, 0.5)}"
    if field.codes:
        codes = [code for code in field.codes for _ in range(SHARES.get(named, {}).get(code, 0))] or list(field.codes)
        listed = f"[{', '.join(repr(code) for code in codes)}]"
        if field.type == "codes":
            most = 0.85 if field.name in ("content_checklist", "agencies") else 0.3
            return f"list_filter({listed}, lambda x: hash(id * 31 + length(x) * 7 + ascii(x)) / 18446744073709551616.0 < {most})"
        if named == "csods.staged.stage":
            return f"{listed}[1 + j % 5]"
        return f"{listed}[1 + cast(floor({chance} * {len(codes)}) as int)]"
    if field.type == "moment":
        least, breadth = HOURS_FROM_EVENT.get(field.name, (-72, 72))
        return f"happened + to_minutes(cast({least * 60} + {breadth * 60} * {chance} as bigint))"
    if field.type == "day":
        return f"cast(happened as date) + cast(20 + 380 * {chance} as int)"
    if field.type == "whole":
        return f"cast(floor(6 * {chance}) as bigint)"
    if field.type == "number":
        return chance
    if field.type == "text":
        phrases = f"[{', '.join(repr(phrase) for phrase in PHRASES)}]"
        pick = " || '; ' || ".join(
            f"{phrases}[1 + cast(floor({uniform('id', salt + which)} * {len(PHRASES)}) as int)]" for which in (1, 2, 3)
        )
        return f"{pick} || ' (' || id || ').'"
    return f"[{_key(field.name, salt, officers)}]" if field.type == "refs" else _key(field.name, salt, officers)


def _key(name: str, salt: int, officers: int) -> str:
    if name == "oic_ref":  # some officers hold far more than others
        return f"'P' || cast(floor(pow({uniform('part * 4 + j % 2', salt + 1)}, 4) * {officers}) as bigint)"
    if "officer" in name or name in OFFICER_FIELDS:
        return f"'P' || cast(floor({uniform('part * 4 + j % 2', salt + 1)} * {officers}) as bigint)"
    if name in REPEAT_FIELDS:
        return f"'{name[0].upper()}' || part || '-' || j"
    if name.endswith(("crime_ref", "case_ref")):
        return "'C' || lpad(cast(case_no as varchar), 8, '0')"
    return f"'{name[:3].upper()}' || part"


def _envelope(vocabulary: Vocabulary, officers: int, *, blank: bool) -> dict[str, str]:
    """The envelope's columns over the skeleton. `lo` is worked out again from `happened`, so that the skeleton stays narrow."""
    episodes = ", ".join(str(list(STORIES).index(name)) for name in EPISODES)
    day = "date_trunc('day', happened + bst(happened))"
    next_day = f"({day} + interval 1 day)"
    kinds = ", ".join(repr(kind) for kind in vocabulary.kinds)
    recorded = (
        f"case when {uniform('id', 20)} >= {0.03 * blank} then happened + to_minutes(cast(-90 * ln(1 - {uniform('id', 21)}) as bigint)) end"
    )
    delivered = f"timestamp '{DELIVERED}'"

    def pick(listed: tuple[str, ...], salt: int) -> str:
        return f"[{', '.join(repr(one) for one in listed)}][1 + cast(floor({uniform('id', salt)} * {len(listed)}) as int)]"

    return {
        "position": "position", "event_id": "event_id", "kind": f"[{kinds}][1 + kind_no]",
        "case_ref": "'C' || lpad(cast(case_no as varchar), 8, '0')",
        "child_ref": f"case when {uniform('id', 22)} >= {0.01 * blank} then 'K' || lpad(cast(child_no as varchar), 8, '0') end",
        "episode_ref": f"case when story in ({episodes}) and {uniform('id', 23)} >= {0.01 * blank} then 'E' || part end",
        "place_ref": f"case when {uniform('id', 24)} < {0.25 if blank else 1} then 'L' || (case_no % {max(officers // 5, 1)}) when {uniform('id', 24)} < 0.5 then 'M' || case_no end",
        "household_ref": "'H' || child_no // 2",
        "occurred_at": f"case prec when 0 then happened when 1 then {day} - bst({day}) end",
        "occurred_to": f"case prec when 0 then happened when 1 then {next_day} - bst({next_day}) - interval 1 second end",
        "occurred_on": f"case when prec < 2 then cast({day} as date) end",
        "precision": "['minute', 'day', 'unknown'][1 + prec]",
        "occurred_text": f"case prec when 0 then strftime(happened + bst(happened), '%d/%m/%Y %H:%M') when 1 then strftime({day}, '%d/%m/%Y') else 'not known' end",
        "recorded_at": recorded,
        "tour_ends_at": f"case when {uniform('id', 26)} < 0.7 then time_bucket(interval 8 hours, happened) + interval 8 hours end",
        "actor_ref": f"'P' || cast(floor({uniform('part * 8 + j', 27)} * {officers}) as bigint)",
        "actor_role": pick(("investigator", "supervisor", "response_officer", "call_handler", "custody_officer", "control_room_supervisor", "hub_officer"), 28),
        "actor_rank": pick(("pc", "dc", "sergeant", "inspector", "staff"), 29),
        "unit": "'U' || (case_no % 40)",
        "org": f"case when {uniform('id', 30)} < 0.92 then 'police' else 'local_authority' end",
        "source_system": "split_part(event_id, ':', 1)",
        "source_ref": "split_part(event_id, ':', 1) || '.csv#' || position",
        "delivery_id": "case when version = 0 then 'first' else 'second' end",
        "supersedes": "case when version = 1 then 'first' end",
        "known_from": f"case when version = 1 then {delivered} - interval 30 day else coalesce({recorded}, {delivered} - interval 60 day) end",
        "known_to": f"case when version = 0 and corrected then {delivered} - interval 30 day end",
    }  # fmt: skip


def _cases() -> str:
    flags = "['online', 'cse', 'da', 'missing', 'neglect', 'physical']"
    kinds = "['incident', 'investigation', 'missing', 'custody', 'referral']"
    return f"""
      select 'C' || lpad(cast(case_no as varchar), 8, '0') as case_ref, {kinds}[1 + cast(floor(5 * u(case_no, 40)) as int)] as case_kind,
             'OFF' || (case_no % 30) as offence_code, cast(min(happened) as date) as opened_on,
             case when u(case_no, 41) < 0.6 then cast(max(happened) as date) end as closed_on, 'D' || (case_no % 6) as district, 'U' || (case_no % 40) as unit,
             case when u(case_no, 42) < 0.9 then list_filter({flags}, lambda x: hash(case_no * 31 + ascii(x)) / 18446744073709551616.0 < 0.3) end as flags,
             'investigation_log' as source_system
      from skeleton group by case_no order by case_no"""


def _children(children: int, *, blank: bool) -> str:
    return f"""
      select 'K' || lpad(cast(c as varchar), 8, '0') as child_ref,
             case when u(c, 50) >= {0.01 * blank} then date '2006-01-01' + cast(7000 * u(c, 51) as int) end as born_on,
             ['female', 'male'][1 + cast(floor(2 * u(c, 52)) as int)] as sex, 'not_stated' as ethnicity, u(c, 53) < 0.1 as disability,
             ['not_in_care', 'in_care', 'child_in_need'][1 + cast(floor(3 * u(c, 54)) as int)] as care_status,
             ['care_order', 'agreement'][1 + cast(floor(2 * u(c, 57)) as int)] as care_basis, 'S' || (c % 300) as school_ref,
             case when u(c, 55) >= 0.03 then u(c, 56) < 0.9 end as in_education, 'northshire' as home_force, 'investigation_log' as source_system
      from (select range as c from range({children + 1})) order by c"""


def _sources(asked: Asked, vocabulary: Vocabulary) -> Iterator[dict[str, object]]:
    by_source: dict[str, list[str]] = {}
    for kind in vocabulary.kinds.values():
        by_source.setdefault(SOURCES.get(kind.group, "investigation_log"), []).append(kind.name)
    for source, kinds in sorted(by_source.items()):
        holds = {kind: list(vocabulary.kinds[kind].fields) for kind in kinds}
        span = {"kinds": kinds, "from": "2021-01-01T00:00:00", "to": f"{DELIVERED}T00:00:00"}
        if asked.legacy and source == "hub":
            span["from"] = LEGACY_ENDS.isoformat()
        yield {
            "source_system": source,
            "title": source,
            "verified": False,
            "complete": [span],
            "holds": holds,
            "delivered_to": f"{DELIVERED}T00:00:00",
        }
    if asked.legacy:
        holds = {kind.name: [name for name in kind.fields if not not_held(name)] for kind in vocabulary.kinds.values()}
        yield {
            "source_system": LEGACY,
            "title": LEGACY,
            "verified": False,
            "complete": [],
            "holds": holds,
            "delivered_to": LEGACY_ENDS.isoformat(),
        }


def main() -> None:
    """Read the options and make the files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--giant", type=int, default=0, help="events of one giant case")
    parser.add_argument("--bursts", type=int, default=0, help="bursts of a hundred events in one minute")
    parser.add_argument("--day-share", type=float, default=0.02)
    parser.add_argument("--undated", type=float, default=0.002)
    parser.add_argument("--blanks", type=float, default=0.05, help="share of yes_no and code fields without a value")
    parser.add_argument(
        "--plain", action="store_true", help="no day or undated rows, no blanks but in free texts, no corrections, no old system"
    )
    parser.add_argument(
        "--forces",
        type=int,
        default=1,
        choices=range(1, len(MARKS) + 1),
        metavar="N",
        help="so many forces, each with its share of the events",
    )
    told = parser.parse_args()
    asked = Asked(told.events, told.seed, told.giant, told.bursts, told.day_share, told.undated, told.blanks, forces=told.forces)
    if told.plain:
        asked = Asked(told.events, told.seed, told.giant, told.bursts, 0, 0, 0, 0, legacy=False)
    print(f"{make(asked, told.folder):,} events in {told.folder}")


if __name__ == "__main__":
    main()

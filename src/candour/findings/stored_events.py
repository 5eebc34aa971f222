"""Fetches from a store the few events, cases and children that a proof rests on, in one reading for many findings."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from candour.findings.finding import FINDING_COLUMNS, Finding
from candour.findings.shown_events import fields_looked_at, reaches_beyond_case
from candour.records.chronology import Chronology, open_chronology, open_generation, source_from_json
from candour.records.known import known_then
from candour.records.linked_chronology import linked
from candour.records.links import link_folder
from candour.records.refusals import InputRefused
from candour.records.scene import Row, SourceTold
from candour.records.vocabulary import Vocabulary
from candour.standards.model import Held, Standard
from candour.standards.rule_parts import selectors_of, triggers_of


def chronology_of(store: Path, generation: str | None = None, links: str | None = None) -> Chronology:
    """The chronology of a store: the generation named, where it is still kept, or the current one; as a link run has it where one is named.

    Raises InputRefused, also where the link run named is gone: without it, records would be shown that are not of the person a finding is about.
    """
    if generation is not None and generation.isdecimal() and (store / "chronology" / generation / "events.parquet").is_file():
        found = open_generation(store, int(generation))
    else:
        found = open_chronology(store)
    if not links:
        return found
    folder = link_folder(store, links) / "chronology"
    if not (folder / "events.parquet").is_file():
        raise InputRefused(
            f"{folder}: the run was assessed with links {links}, whose records are no longer there. Restore the folder from a backup, or link and assess again."
        )
    return linked(found, folder)


def source_lines(chronology: Chronology) -> tuple[dict[str, Any], ...]:
    """The content of the generation's `sources.json`, as a run keeps it."""
    return tuple(json.loads((chronology.folder / "sources.json").read_text(encoding="utf-8")))


def told_of(sources: Iterable[Mapping[str, Any]]) -> tuple[SourceTold, ...]:
    """What the sources declare, from the content of `sources.json`; moments in UTC without zone."""
    return tuple(source_from_json(one).told for one in sources)


def read_findings(file: Path, where: str = "true", values: Sequence[object] = (), tail: str = "") -> tuple[Finding, ...]:
    """The findings of a file that meet an SQL condition over its columns, in the order of `tail`."""
    columns = ", ".join(f'"{column}"' for column in FINDING_COLUMNS)
    with duckdb.connect() as connection:
        rows = connection.execute(f"select {columns} from read_parquet(?) where {where} {tail}", [str(file), *values]).fetchall()  # noqa: S608  # columns and conditions are ours
    names = [one.name for one in fields(Finding)]
    return tuple(Finding(**dict(zip(names, row, strict=True))) for row in rows)


@dataclass(frozen=True)
class Fetched:
    """The rows of a chronology by what binds them; and the cases and children they belong to, by reference.

    `by_key` is by column and value; `keyless` by a column that is blank, and the case.
    """

    by_id: Mapping[str, Row]
    by_key: Mapping[tuple[str, str], tuple[Row, ...]]
    keyless: Mapping[tuple[str, str], tuple[Row, ...]]
    cases: Mapping[str, Row]
    children: Mapping[str, Row]

    def scope_of(self, finding: Finding, standard: Standard) -> tuple[Row, ...]:
        """The events of the finding's scope group and those of its case that do not say it, the trigger and the evidence, by position."""
        found: dict[str, Row] = {}
        for event_id in (finding.trigger_event, finding.evidence_event):
            if event_id is not None and event_id in self.by_id:
                found[event_id] = self.by_id[event_id]
        for kinds, column in binding_columns(standard):
            bound = self.by_key.get((column, finding.scope_key or ""), ())
            unnamed = self.keyless.get((column, finding.case_ref or ""), ()) if reaches_beyond_case(standard) else ()
            for row in (*bound, *unnamed):
                if row["kind"] in kinds:
                    found.setdefault(str(row["event_id"]), row)
        return tuple(sorted(found.values(), key=lambda row: int(str(row["position"]))))


def binding_columns(standard: Standard) -> tuple[tuple[tuple[str, ...], str], ...]:
    """Kinds of event and the column that holds their scope key, for every selector of a standard."""
    found = [(selector.kinds, selector.by) for selector in selectors_of(standard.rule)]
    if isinstance(standard.rule, Held):
        found.append((triggers_of(standard.rule)[0].kinds, standard.rule.held_by))
    return tuple(dict.fromkeys(found))


def fetch_events(
    chronology: Chronology,
    findings: Sequence[tuple[Finding, Standard]],
    vocabulary: Vocabulary,
    known_at: datetime | None = None,
    as_of: datetime | None = None,
) -> Fetched:
    """Everything that the proofs of these findings rest on, one version of each event: as known at a moment (UTC; None: as known now)."""
    columns = _columns(vocabulary, [standard for _, standard in findings])
    listed = ", ".join(f'"{column}"' for column in columns)
    with duckdb.connect() as connection:
        named, bound, unnamed = _wanted(findings)
        connection.execute("create table named as select unnest(?::varchar[]) as event_id", [named])
        connection.execute(
            "create table bound as select unnest(?::varchar[]) as col, unnest(?::varchar[]) as key, unnest(?::varchar[]) as kind",
            [[one[place] for one in (*bound, *(("no " + column, case, kind) for column, case, kind in unnamed))] for place in range(3)],
        )
        known = "known_to is null" if known_at is None else "known_from <= $known and (known_to is null or known_to > $known)"
        happened = "true" if as_of is None else "(occurred_at is null or occurred_at <= $as_of)"
        picks = ["event_id in (select event_id from named)"]
        for column in dict.fromkeys(one[0] for one in bound):
            picks.append(f"\"{column}\" in (select key from bound where col = '{column}')")  # noqa: S608  # names from the vocabulary
        for column in dict.fromkeys(one[0] for one in unnamed):
            picks.append(f"(\"{column}\" is null and case_ref in (select key from bound where col = 'no {column}'))")  # noqa: S608  # names from the vocabulary
        query = (
            f"select {listed} from read_parquet($file) where {known} and {happened} and (kind in (select kind from bound) or {picks[0]}) "  # noqa: S608  # names from the vocabulary
            f"and ({' or '.join(picks)}) order by position"
        )
        moments = {name: value for name, value in (("known", known_at), ("as_of", as_of)) if value is not None}
        rows = connection.execute(query, {"file": str(chronology.events), **moments}).fetchall()
        events = [dict(zip(columns, row, strict=True)) for row in rows]
        cases = _table(connection, chronology.cases, known_at, "case_ref", [row["case_ref"] for row in events])
        children = _table(connection, chronology.children, known_at, "child_ref", [row["child_ref"] for row in events])
    by_key: dict[tuple[str, str], list[Row]] = {}
    for column in dict.fromkeys(one[0] for one in bound):
        for row in events:
            if row[column] is not None:
                by_key.setdefault((column, str(row[column])), []).append(row)
    keyless: dict[tuple[str, str], list[Row]] = {}
    for column in dict.fromkeys(one[0] for one in unnamed):
        for row in events:
            if row[column] is None and row["case_ref"] is not None:
                keyless.setdefault((column, str(row["case_ref"])), []).append(row)
    return Fetched(
        {str(row["event_id"]): row for row in events},
        {key: tuple(group) for key, group in by_key.items()},
        {key: tuple(group) for key, group in keyless.items()},
        cases,
        children,
    )


def _columns(vocabulary: Vocabulary, standards: Sequence[Standard]) -> list[str]:
    held = vocabulary.event_columns()
    wanted: dict[str, None] = dict.fromkeys(vocabulary.envelope)
    for standard in standards:
        for names in fields_looked_at(standard).values():
            wanted.update(dict.fromkeys(names))
        wanted.update(dict.fromkeys(column for _, column in binding_columns(standard)))
    return [column for column in wanted if column in held]


_Bindings = list[tuple[str, str, str]]


def _wanted(findings: Sequence[tuple[Finding, Standard]]) -> tuple[list[str], _Bindings, _Bindings]:
    """Events by id; by column, key and kind; and by the column that is blank, the case and the kind."""
    named: dict[str, None] = {}
    bound: dict[tuple[str, str, str], None] = {}
    unnamed: dict[tuple[str, str, str], None] = {}
    for finding, standard in findings:
        named.update(dict.fromkeys(one for one in (finding.trigger_event, finding.evidence_event) if one is not None))
        for kinds, column in binding_columns(standard):
            if finding.scope_key is not None:
                bound.update(dict.fromkeys((column, finding.scope_key, kind) for kind in kinds))
            if finding.case_ref is not None and reaches_beyond_case(standard):
                unnamed.update(dict.fromkeys((column, finding.case_ref, kind) for kind in kinds))
    return list(named), list(bound), list(unnamed)


def _table(
    connection: duckdb.DuckDBPyConnection, file: Path, known_at: datetime | None, key: str, refs: Sequence[object]
) -> dict[str, Row]:
    if not file.is_file():
        return {}
    wanted = sorted({str(ref) for ref in refs if ref is not None})
    known = known_then(file, known_at)
    cursor = connection.execute(f'select * from {known} where "{key}" in (select unnest(?::varchar[]))', [wanted])  # noqa: S608  # our own column names
    names = [one[0] for one in cursor.description or ()]
    return {str(row[names.index(key)]): dict(zip(names, row, strict=True)) for row in cursor.fetchall()}

"""Makes the proof of a finding from the published rows, by the engine's own explanation: what `candour explain` prints and a page shows is one text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection
from psycopg import sql

from candour.findings.doubt import doubt_words
from candour.findings.explanation import Explanation, Setting, explain
from candour.findings.finding import FINDING_COLUMNS, Finding
from candour.findings.shown_events import reaches_beyond_case
from candour.findings.stored_events import Fetched, binding_columns, told_of
from candour.records.scene import Row
from candour.records.vocabulary import Vocabulary
from candour.standards.model import Standard
from candour_web.casework import catalogue
from candour_web.casework.models import Publication


@dataclass(frozen=True)
class Proof:
    """A finding's explanation, and what is to be said beside it: that the standard's file has changed since, or that records are not all open to the reader.

    `further_cases` are the references of the other cases of which it shows a record.
    """

    explanation: Explanation
    notices: tuple[str, ...]
    further_cases: tuple[str, ...]


def prove(publication: Publication, finding: Finding, doubtful_links: int) -> Proof | None:
    """The proof of a finding from the rows that the present scope sees; None where the catalogue no longer has its standard's edition."""
    standard = catalogue.standards().get((finding.standard, finding.version))
    if standard is None:
        return None
    fetched = _fetch(publication, finding, standard)
    made = explain(
        finding, standard, fetched.scope_of(finding, standard), fetched.cases, fetched.children, setting_of(publication), most=20
    )
    further = {str(ref) for event in made.events if (ref := fetched.by_id[event.event_id]["case_ref"]) not in (None, finding.case_ref)}
    return Proof(
        replace(made, doubt=doubt_words(doubtful_links)), tuple(_notices(publication, finding, standard, fetched)), tuple(sorted(further))
    )


def setting_of(publication: Publication) -> Setting:
    """What the proofs of a published run are written against."""
    run = publication.run
    return Setting(plain(publication.as_of), catalogue.vocabulary(), catalogue.days(), told_of(run["sources"]), dict(run["parameters"]))


def _notices(publication: Publication, finding: Finding, standard: Standard, fetched: Fetched) -> Iterable[str]:
    used = {(one["id"], one["version"]): one["fingerprint"] for one in publication.run["standards"]}
    before = used.get((standard.id, standard.version))
    if before is not None and before != standard.fingerprint:
        yield f"The file of {standard.id} has changed since run {publication.run_id}; the words below are those of the file as it is now."
    if any(event is not None and event not in fetched.by_id for event in (finding.trigger_event, finding.evidence_event)):
        yield "A record that decided this finding is of a case that is not open to you, so it is not shown and the sum may be incomplete."
    elif finding.scope != "case":
        yield f"This standard looks at everything about one {finding.scope}. Only records of cases that are open to you are shown here."


def plain(moment: datetime) -> datetime:
    """The same moment in UTC without its zone, as the engine has it."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def finding_from(row: Mapping[str, Any]) -> Finding:
    """The engine's finding from a published row by column."""
    return Finding(**{name: _engine_value(row[name]) for name in FINDING_COLUMNS})


def event_row(row: Mapping[str, Any], vocabulary: Vocabulary) -> Row:
    """The engine's event from a published row: every column of the chronology, with its own type."""
    made: dict[str, Any] = dict.fromkeys(vocabulary.event_columns())
    made.update((name, _engine_value(row[name])) for name in vocabulary.envelope)
    types = vocabulary.event_columns()
    for name, value in row["fields"].items():
        made[name] = _typed(value, types.get(name, "VARCHAR"))
    return made


def _engine_value(value: Any) -> Any:
    return plain(value) if isinstance(value, datetime) else value


def _typed(value: Any, column_type: str) -> Any:
    if not isinstance(value, str):
        return value
    if column_type == "TIMESTAMP":
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if column_type == "DATE" else value


def _fetch(publication: Publication, finding: Finding, standard: Standard) -> Fetched:
    """What `candour.findings.stored_events.fetch_events` gives for one finding, from the database instead of the store."""
    vocabulary = catalogue.vocabulary()
    bindings = binding_columns(standard)
    picks: list[sql.Composable] = [sql.SQL("event_id = ANY({named})").format(named=sql.Literal(_named(finding)))]
    for kinds, column in bindings:
        held = _column(column, vocabulary)
        picks.append(
            sql.SQL("(kind = ANY({kinds}) AND {held} = {key})").format(
                kinds=sql.Literal(list(kinds)), held=held, key=sql.Literal(finding.scope_key or "")
            )
        )
        if finding.case_ref is not None and reaches_beyond_case(standard):
            picks.append(
                sql.SQL("(kind = ANY({kinds}) AND {held} IS NULL AND case_ref = {case})").format(
                    kinds=sql.Literal(list(kinds)), held=held, case=sql.Literal(finding.case_ref)
                )
            )
    listed = sql.SQL(", ").join(map(sql.Identifier, (*vocabulary.envelope, "fields")))
    found: dict[int, Row] = {}
    for pick in picks:
        query = sql.SQL(
            "SELECT {listed} FROM casework_event WHERE publication_id = {number} AND (occurred_at IS NULL OR occurred_at <= {as_of}) AND {pick}"
        ).format(listed=listed, number=sql.Literal(publication.pk), as_of=sql.Literal(publication.as_of), pick=pick)
        found.update((row["position"], event_row(row, vocabulary)) for row in rows_of(query))
    events = [found[position] for position in sorted(found)]
    return Fetched(
        by_id={str(row["event_id"]): row for row in events},
        by_key=_grouped(events, [column for _, column in bindings], lambda row, column: row[column]),
        keyless=_grouped(events, [column for _, column in bindings], lambda row, column: row["case_ref"] if row[column] is None else None),
        cases=_by_ref(publication, "casework_case", "case_ref", {finding.case_ref, *(row["case_ref"] for row in events)}),
        children=_by_ref(publication, "casework_child", "child_ref", {finding.child_ref, *(row["child_ref"] for row in events)}),
    )


def _named(finding: Finding) -> list[str]:
    return [one for one in (finding.trigger_event, finding.evidence_event) if one is not None]


def _column(name: str, vocabulary: Vocabulary) -> sql.Composable:
    return sql.Identifier(name) if name in vocabulary.envelope else sql.SQL("(fields->>{name})").format(name=sql.Literal(name))


def _grouped(events: Sequence[Row], columns: Iterable[str], key: Any) -> dict[tuple[str, str], tuple[Row, ...]]:
    found: dict[tuple[str, str], list[Row]] = {}
    for column in dict.fromkeys(columns):
        for row in events:
            value = key(row, column)
            if value is not None:
                found.setdefault((column, str(value)), []).append(row)
    return {one: tuple(rows) for one, rows in found.items()}


def _by_ref(publication: Publication, table: str, key: str, refs: set[Any]) -> dict[str, Row]:
    query = sql.SQL("SELECT * FROM {table} WHERE publication_id = {number} AND {key} = ANY({refs})").format(
        table=sql.Identifier(table), number=sql.Literal(publication.pk), key=sql.Identifier(key), refs=sql.Literal(sorted(refs - {None}))
    )
    return {str(row[key]): row for row in rows_of(query)}


def rows_of(query: sql.Composed) -> list[dict[str, Any]]:
    """The rows of a question by column, as the present scope sees them; JSON as Python has it."""
    with connection.cursor() as cursor:
        cursor.execute(query)
        names = [one[0] for one in cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    for row in rows:
        if isinstance(row.get("fields"), str):
            row["fields"] = json.loads(row["fields"])
    return rows

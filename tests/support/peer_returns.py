"""Turns the small tables of a peer's rule case into a chronology: one event for each row of a return.

The event of a row has the kind `<return>.<table>` and happens at noon on 1 January 2099, so that no rule is out of reach of its date; its columns are fields. For tables
with a start date there is a second event, `<return>.<table>.began`, on that date, with the same fields: what is in order of time is asked of it.
A column that holds a date is a `day` and has a companion `<column>_text` with the literal text, so that a text that is no date can be told from a blank.
The period of the return is on every row, as `collection_start` and `collection_end`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from candour.records.scene import Completeness, Row, Scene, SourceTold, first_second, last_second, ordered
from candour.records.vocabulary import Vocabulary

RETURNED = datetime(2099, 1, 1, 12)
FIRST, LAST = datetime(1800, 1, 1), datetime(2100, 12, 31)


@dataclass(frozen=True)
class RuleCase:
    """One rule of a peer: its tables, and the rows that its authors say must fail."""

    id: str
    code: str
    year: str
    message: str
    families: tuple[str, ...]
    tables: Mapping[str, list[dict[str, object]]]
    settings: Mapping[str, str]
    failing: Mapping[str, list[int]]
    whole_return_fails: bool


def read_cases(file: Path) -> list[RuleCase]:
    """Every rule case of a file of rule cases."""
    cases = []
    for line in file.read_text(encoding="utf-8").splitlines():
        raw = json.loads(line)
        tables = {name: table["rows"] for name, table in raw["input"].items() if isinstance(table, dict) and "rows" in table}
        settings = {key: str(value) for key, value in raw["input"].get("metadata", {}).items() if isinstance(value, str)}
        cases.append(
            RuleCase(
                raw["id"], raw["code"], raw["rule_year"] if "rule_year" in raw else raw["id"].split("-")[1], raw["message"], tuple(raw["families"]),
                tables, settings, raw["expected_failing_rows"], bool(raw.get("expected_return_level_failure")),
            )
        )  # fmt: skip
    return cases


def read_day(text: object) -> date | None:
    """A date as the returns write it: 2020-03-01 or 01/03/2020; None where it is neither."""
    if not isinstance(text, str):
        return None
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None


def scene_of_case(case: RuleCase, prefix: str, vocabulary: Vocabulary, child_columns: tuple[str, ...], start: Mapping[str, str]) -> Scene:
    """The chronology of a rule case. `start` names the start column of the tables that have one."""
    period = _period(case)
    events: list[Row] = []
    for table, rows in case.tables.items():
        for row in rows:
            kind = f"{prefix}.{table.lower()}"
            if kind not in vocabulary.kinds:
                continue
            base = _event(case, table, row, kind, vocabulary, child_columns, period)
            events.append(
                {
                    **base,
                    "event_id": f"{table}#{row['_row']:04d}",
                    "occurred_at": RETURNED,
                    "occurred_to": RETURNED,
                    "occurred_on": RETURNED.date(),
                    "precision": "minute",
                }
            )
            began = read_day(row.get(start.get(table, "")))
            if began is not None and f"{kind}.began" in vocabulary.kinds:
                events.append(
                    {
                        **base, "event_id": f"{table}#{row['_row']:04d}!", "kind": f"{kind}.began", "occurred_at": first_second(began), "occurred_to": last_second(began),
                        "occurred_on": began, "precision": "day",
                    }
                )  # fmt: skip
    told = SourceTold(
        "return",
        (Completeness(tuple(vocabulary.kinds), FIRST, LAST),),
        {name: frozenset(kind.fields) for name, kind in vocabulary.kinds.items()},
    )
    children = {event["child_ref"]: None for event in events if event["child_ref"] is not None}
    return Scene(ordered(events, vocabulary), (), tuple({**dict.fromkeys(vocabulary.child), "child_ref": ref} for ref in children), (told,))


def _period(case: RuleCase) -> dict[str, date | None]:
    """First and last day of the collection: from the header's reference date (31 March), or from the settings."""
    end = read_day(case.settings.get("collection_end"))
    begin = read_day(case.settings.get("collection_start"))
    for row in case.tables.get("Header", []):
        reference = read_day(row.get("ReferenceDate"))
        if reference is not None:
            end, begin = reference, date(reference.year - 1, reference.month, reference.day) + timedelta(days=1)
    return {"collection_start": begin, "collection_end": end}


def _event(
    case: RuleCase,
    table: str,
    row: dict[str, object],
    kind: str,
    vocabulary: Vocabulary,
    child_columns: tuple[str, ...],
    period: dict[str, date | None],
) -> dict[str, object]:
    event: dict[str, object] = dict.fromkeys(vocabulary.event_columns())
    child = next((row[column] for column in child_columns if row.get(column) is not None), None)
    event.update(
        kind=kind,
        case_ref=case.id,
        child_ref=f"{table}#{row['_row']:04d}" if child is None else str(child),
        source_system="return",
        source_ref=f"{table}#{row['_row']:04d}",
        known_from=FIRST,
    )
    lowered = {str(name).lower(): value for name, value in row.items()}
    for field in vocabulary.kinds[kind].fields.values():
        if field.name in period:
            event[field.name] = period[field.name]
        elif field.name.endswith("_text") and field.name[:-5] in lowered:
            value = lowered[field.name[:-5]]
            event[field.name] = str(value) if value not in (None, "") else None
        else:
            value = lowered.get(field.name)
            event[field.name] = read_day(value) if field.type == "day" else (None if value in (None, "") else str(value))
    return event

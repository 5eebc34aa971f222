"""One finding: one standard held against one occasion in one case, and the columns in which findings are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

FINDING_COLUMNS: dict[str, str] = {
    "finding_id": "VARCHAR",
    "standard": "VARCHAR",
    "version": "BIGINT",
    "scope": "VARCHAR",
    "scope_key": "VARCHAR",
    "case_ref": "VARCHAR",
    "child_ref": "VARCHAR",
    "episode_ref": "VARCHAR",
    "trigger_event": "VARCHAR",
    "trigger_position": "BIGINT",
    "stage": "BIGINT",
    "triggered_at": "TIMESTAMP",
    "due_at": "TIMESTAMP",
    "outcome": "VARCHAR",
    "reason": "VARCHAR",
    "missing": "VARCHAR",
    "evidence_event": "VARCHAR",
    "satisfied_at": "TIMESTAMP",
    "written_at": "TIMESTAMP",
    "late_by": "BIGINT",
    "measured": "BIGINT",
    "limit_text": "VARCHAR",
    "limit_whose": "VARCHAR",
    "actor_ref": "VARCHAR",
    "unit": "VARCHAR",
}
"""Columns of every findings table, in order, with DuckDB types. All moments are UTC, to the second."""

FINDING_ORDER = ("standard", "version", "trigger_position", "stage")
"""The order in which every evaluator gives its findings."""


@dataclass(frozen=True)
class Finding:
    """One row of a findings table.

    `triggered_at` is the trigger's `occurred_at` and `due_at` the later due moment (`due_hi`), where there is one. `missing` names the fields,
    or the kinds without a complete source, that would decide it, joined by ", ". `evidence_event` is the event that answered, excused or should
    not have happened; `satisfied_at` its `occurred_at` (only for met and late; for content with a limit, the event's `recorded_at`), `written_at`
    its `recorded_at`. `late_by` is seconds, only for late. `limit_text` is the limit that was used in words, and `limit_whose` is `standard` or
    `local: <parameter>`. `actor_ref` and `unit` are those of the trigger. `measured` is the number counted by a count that is held against a number.
    """

    finding_id: str
    standard: str
    version: int
    scope: str
    scope_key: str | None
    case_ref: str | None
    child_ref: str | None
    episode_ref: str | None
    trigger_event: str
    trigger_position: int
    stage: int
    triggered_at: datetime | None
    due_at: datetime | None
    outcome: str
    reason: str
    missing: str | None = None
    evidence_event: str | None = None
    satisfied_at: datetime | None = None
    written_at: datetime | None = None
    late_by: int | None = None
    measured: int | None = None
    limit_text: str | None = None
    limit_whose: str | None = None
    actor_ref: str | None = None
    unit: str | None = None

"""How soon what shows a thing as done was written down: in time, after the limit had passed, or long after it happened.

A finding goes by when a thing happened. Where the record that shows it was written later than the limit, or long after, a reader should know.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path

import duckdb

from candour.findings.finding import FINDING_COLUMNS, Finding
from candour.records.known import known_then
from candour.standards.spoken import counted, duration_words

LONG_AFTER = 86_400
"""Seconds after which an entry is called written long after: a local default of this project (24 hours), which a force may set."""
_HOUR, _DAY, _WEEK = 3_600, 86_400, 604_800
RESTS = "outcome = 'met' and evidence_event is not null and reason in ('answered', 'holds')"
"""Which findings rest on one record: something that was done, or a record that says what it must. That nothing happened rests on none."""
AFTER_DUE = f"{RESTS} and reason = 'answered' and written_at > due_at and triggered_at <= satisfied_at"
"""Which of these were written after the limit. What had to be there *before* something, or was done before it, is not among them: to write both down together is how work is done."""
_PROOF = """
select f.*, epoch(f.written_at - coalesce(e.occurred_to, f.satisfied_at)) as gap, f.written_at < coalesce(e.occurred_at, f.satisfied_at) as before
from read_parquet($findings) f left join (
    select event_id, any_value(occurred_at) as occurred_at, any_value(occurred_to) as occurred_to from {events}
    where event_id in (select evidence_event from read_parquet($findings) where outcome = 'met') group by event_id
) e on e.event_id = f.evidence_event
"""


@dataclass(frozen=True)
class Written:
    """Of the things done in time that `rests` on one record, how many were written when. Counts.

    `after_due`: after the limit had passed. `long_after`: more than the run's length of time after it happened. `not_said`: the record does
    not say when it was written, so that it cannot be told; it is in none of the others. The rest is the distribution of the time from happening to
    writing (from the end of the day where only the day is known): up to an hour, a day, a week, later; and before it happened.
    """

    rests: int = 0
    after_due: int = 0
    long_after: int = 0
    not_said: int = 0
    within_hour: int = 0
    within_day: int = 0
    within_week: int = 0
    later: int = 0
    before: int = 0

    def __add__(self, other: Written) -> Written:
        return Written(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))

    @property
    def doubtful(self) -> int:
        """How many a reader should look at: at least this many were written after the limit, long after, or nobody says when."""
        return max(self.after_due, self.long_after) + self.not_said


def long_after_words(seconds: int) -> str:
    """`24 hours`: the length after which an entry is called written long after, in whole hours where it is."""
    return counted(seconds // _HOUR, "hour") if seconds % _HOUR == 0 else duration_words(seconds)


def written_columns(long_after: int) -> str:
    """SQL of the counts of `Written`, in the order of its fields, over `proofs_of_met`."""
    said = f"{RESTS} and written_at is not null"
    parts = (
        RESTS, AFTER_DUE, f"{said} and gap > {long_after}", f"{RESTS} and written_at is null",
        f"{said} and not before and gap <= {_HOUR}", f"{said} and gap > {_HOUR} and gap <= {_DAY}",
        f"{said} and gap > {_DAY} and gap <= {_WEEK}", f"{said} and gap > {_WEEK}", f"{said} and before",
    )  # fmt: skip
    return ", ".join(f"count(*) filter ({part})" for part in parts)


def proofs_of_met(events: Path, known_at: datetime | None) -> str:
    """SQL of the findings of `$findings` with `gap` (seconds from the thing, or the end of its day, to its writing) and `before`."""
    return _PROOF.format(events=known_then(events, known_at))


def read_written_late(
    findings: Path, events: Path, *, known_at: datetime | None, long_after: int, most: int, apart: Sequence[str] = ()
) -> tuple[tuple[Finding, ...], int]:
    """The findings that are met by a record written after the limit, or long after, and how many there are; the `most` latest-written are given.

    Those written after the limit come first, each by how long after it happened it was written, then by id. Those of the standards `apart`
    (partners' duties) are left out.
    """
    wanted = f"(({AFTER_DUE}) or ({RESTS} and gap > {long_after})) and not list_contains($apart, standard)"
    columns = ", ".join(f'"{column}"' for column in FINDING_COLUMNS)
    with duckdb.connect() as connection:
        rows = connection.execute(
            f"select {columns}, count(*) over () from ({proofs_of_met(events, known_at)}) where {wanted} "  # noqa: S608  # our own words
            f"order by ({AFTER_DUE}) desc, gap desc, finding_id limit {int(most)}",
            {"findings": str(findings), "apart": list(apart)},
        ).fetchall()
    names = [one.name for one in fields(Finding)]
    return tuple(Finding(**dict(zip(names, row[:-1], strict=True))) for row in rows), int(rows[0][-1]) if rows else 0

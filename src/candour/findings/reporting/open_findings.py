"""What still needs people: findings that were not done, in cases that are still open, the most serious and oldest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path

import duckdb

from candour.findings.finding import FINDING_COLUMNS, Finding
from candour.records.known import known_then
from candour.records.scene import london_date
from candour.standards.model import SEVERITIES, Standard


@dataclass(frozen=True)
class OpenFindings:
    """The findings that were not done. `shown` is the beginning of the list; `by_severity` and `in_open_cases` count all of it."""

    shown: tuple[Finding, ...]
    by_severity: Mapping[str, int]
    in_closed_cases: int
    written_after_due: int

    @property
    def in_open_cases(self) -> int:
        """How many were not done and belong to a case that is still open, or to no case."""
        return sum(self.by_severity.values())

    @property
    def left(self) -> int:
        """How many are not in `shown`."""
        return self.in_open_cases - len(self.shown)


def read_open(
    findings: Path, cases: Path, standards: Sequence[Standard], as_of: datetime, known_at: datetime | None = None, *, most: int
) -> OpenFindings:
    """Read what was not done: by severity of the standard, then by due date (none last), then by id.

    A case is open when it has no closing date or one after the London date of `as_of`. `written_after_due` counts what was done in time but
    written down only after the limit.
    """
    places = {one.id: SEVERITIES.index(one.severity) for one in sorted(standards, key=lambda one: one.version)}
    columns = ", ".join(f'f."{column}"' for column in FINDING_COLUMNS)
    with duckdb.connect() as connection:
        connection.execute(
            "create table serious as select unnest(?::varchar[]) as standard, unnest(?::integer[]) as place",
            [list(places), list(places.values())],
        )
        connection.execute(
            f"""create table undone as
            select f.*, coalesce(s.place, 9) as place, c.closed_on is not null and c.closed_on <= $today as closed
            from read_parquet($findings) f left join serious s using (standard)
            left join {known_then(cases, known_at)} c on c.case_ref = f.case_ref
            where f.outcome = 'missed'""",  # noqa: S608  # a file, quoted
            {"today": london_date(as_of), "findings": str(findings)},
        )
        rows = connection.execute(
            f"select {columns} from undone f where not closed order by place, due_at nulls last, finding_id limit ?",  # noqa: S608  # our own columns
            [most],
        ).fetchall()
        counts = connection.execute("select place, closed, count(*) from undone group by all order by all").fetchall()
        late = connection.execute(
            "select count(*) from read_parquet(?) where outcome = 'met' and reason = 'answered' and written_at > due_at and triggered_at <= satisfied_at",
            [str(findings)],
        ).fetchone()
    names = [one.name for one in fields(Finding)]
    by_severity = {
        SEVERITIES[place] if place < len(SEVERITIES) else "not known": int(number) for place, closed, number in counts if not closed
    }
    closed_number = sum(int(number) for _, closed, number in counts if closed)
    shown = tuple(Finding(**dict(zip(names, row, strict=True))) for row in rows)
    return OpenFindings(shown, by_severity, closed_number, int(late[0]) if late else 0)

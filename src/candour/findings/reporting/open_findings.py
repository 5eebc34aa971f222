"""What was not done in cases still open, the most serious and oldest first: what needs people, and apart from it what waits on a partner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path

import duckdb

from candour.findings.duties import JOINT, PARTNER, POLICE
from candour.findings.finding import FINDING_COLUMNS, Finding
from candour.records.known import known_then
from candour.records.scene import london_date
from candour.standards.editions import in_order_of_time
from candour.standards.model import SEVERITIES, Standard


@dataclass(frozen=True)
class OpenFindings:
    """The findings of one list that were not done: of the police's own duties and of those they share, or of partners' duties alone.

    `shown` is the beginning of the list; `by_severity` and `in_open_cases` count all of it, `shared` those that are a shared duty.
    """

    shown: tuple[Finding, ...]
    by_severity: Mapping[str, int]
    in_closed_cases: int
    shared: int

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
) -> tuple[OpenFindings, OpenFindings]:
    """Read what was not done: what needs the police, and what waits on a partner. Each by severity of the standard, then by due date
    (none last), then by id; `most` of each are shown.

    A case is open when it has no closing date or one after the London date of `as_of`. The duty is that of the edition; a standard that is
    no longer in the catalogue counts as the police's.
    """
    places = {one.id: SEVERITIES.index(one.severity) for one in in_order_of_time(standards)}
    with duckdb.connect() as connection:
        connection.execute(
            "create table known as select unnest(?::varchar[]) as standard, unnest(?::bigint[]) as version, unnest(?::varchar[]) as duty",
            [[one.id for one in standards], [one.version for one in standards], [one.duty for one in standards]],
        )
        connection.execute(
            "create table serious as select unnest(?::varchar[]) as standard, unnest(?::integer[]) as place",
            [list(places), list(places.values())],
        )
        connection.execute(
            f"""create table undone as
            select f.*, coalesce(s.place, 9) as place, coalesce(k.duty, '{POLICE}') as duty,
                c.closed_on is not null and c.closed_on <= $today as closed
            from read_parquet($findings) f left join serious s using (standard)
            left join known k on k.standard = f.standard and k.version = f.version
            left join {known_then(cases, known_at)} c on c.case_ref = f.case_ref
            where f.outcome = 'missed'""",  # noqa: S608  # a file, quoted
            {"today": london_date(as_of), "findings": str(findings)},
        )
        return _one_list(connection, f"duty <> '{PARTNER}'", most), _one_list(connection, f"duty = '{PARTNER}'", most)


def _one_list(connection: duckdb.DuckDBPyConnection, whose: str, most: int) -> OpenFindings:
    columns = ", ".join(f'f."{column}"' for column in FINDING_COLUMNS)
    rows = connection.execute(
        f"select {columns} from undone f where not closed and {whose} order by place, due_at nulls last, finding_id limit ?",  # noqa: S608  # our own columns
        [most],
    ).fetchall()
    counts = connection.execute(
        f"select place, closed, count(*), count(*) filter (duty = '{JOINT}') from undone where {whose} group by all order by all"  # noqa: S608  # our own words
    ).fetchall()
    names = [one.name for one in fields(Finding)]
    by_severity = {
        SEVERITIES[place] if place < len(SEVERITIES) else "not known": int(number) for place, closed, number, _ in counts if not closed
    }
    return OpenFindings(
        shown=tuple(Finding(**dict(zip(names, row, strict=True))) for row in rows),
        by_severity=by_severity,
        in_closed_cases=sum(int(number) for _, closed, number, _ in counts if closed),
        shared=sum(int(shared) for _, closed, _, shared in counts if not closed),
    )

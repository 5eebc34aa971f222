"""How long it took, with what has not been done yet counted as still waiting: never a mean of the ones that were done.

Waits are followed for standards that ask for something after something (responses, counts) or again and again (recurrences).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from candour.standards.model import Count, Recurrence, Response, Standard
from candour.standards.spoken import duration_words, percent_words
from candour.statistics.survival import Curve, Median, kaplan_meier

_SETTLED = "outcome in ('met', 'late')"


@dataclass(frozen=True)
class Waits:
    """The waits of one standard, in seconds from the trigger. `left_out` are the findings that cannot be told, or have no time."""

    standard: str
    curve: Curve
    median: Median
    left_out: int

    @property
    def count(self) -> int:
        """Waits followed, done or not."""
        return self.curve.count

    @property
    def done(self) -> int:
        """Waits that ended in what was expected."""
        return self.curve.events

    def half_words(self) -> str:
        """`14 hours 20 minutes`, or that half were never reached."""
        return "not reached" if self.median.time is None else _length(self.median.time)

    def limits_words(self) -> str:
        """`12 hours to 17 hours`; an end that the data do not give is said to be open."""
        if self.median.time is None and self.median.lower is None:
            return "none"
        lower = _length(self.median.lower) if self.median.lower is not None else "less"
        return f"{lower} {f'to {_length(self.median.upper)}' if self.median.upper is not None else 'or longer'}"

    def sentence(self) -> str:
        """`Half were done within 14 hours 20 minutes (12 hours to 17 hours), of 310 followed, 21 of them still waiting or no longer watched.`"""
        watched = f"of {self.count:,} followed, {self.count - self.done:,} of them still waiting or no longer watched"
        if self.median.time is None:
            share = self.curve.steps[-1].survival if self.curve.steps else 1.0
            longest = duration_words(int(self.curve.steps[-1].time)) if self.curve.steps else "no time"
            return f"Fewer than half were done: {percent_words(share)} were still waiting after {longest}; {watched}."
        return f"Half were done within {_length(self.median.time)} ({self.limits_words()}), {watched}."


def _length(seconds: float | None) -> str:
    return duration_words(int(seconds or 0)) if seconds else "no time"


def read_waits(findings: Path, events: Path, standards: Sequence[Standard], as_of: datetime) -> tuple[Waits, ...]:
    """The waits of every response, count and recurrence in a findings file, by standard.

    Each wait runs from the trigger to what was expected (`satisfied_at`), or is censored: at the excuse where it was excused; at the end of the
    state where a recurrence ended (the first event of a kind that ends it, whatever its fields, or in its case without the key: at worst a wait is followed for too short a time);
    otherwise at `as_of`. A wait that would be negative (something done beforehand) is 0. Times known only to the day count from their first second.
    """
    followed = {one.id: one for one in standards if isinstance(one.rule, Response | Count | Recurrence)}
    with duckdb.connect() as connection:
        connection.execute("create table followed as select unnest(?::varchar[]) as standard", [list(followed)])
        connection.execute(
            f"""create table wait as
            select finding_id, f.standard, scope, scope_key, case_ref, outcome, triggered_at, evidence_event, {_SETTLED} as done,
                case when {_SETTLED} then satisfied_at else $as_of end as ended
            from read_parquet($findings) f semi join followed using (standard)""",  # noqa: S608  # no value of the data is in the text
            {"as_of": as_of, "findings": str(findings)},
        )
        _end_at_excuses(connection, events)
        for standard in followed.values():
            if isinstance(standard.rule, Recurrence):
                _end_at_ends(connection, events, standard.id, standard.rule)
        rows = connection.execute(
            """select standard, list(greatest(0, epoch(ended - triggered_at))::double order by finding_id) filter (usable),
                list(done order by finding_id) filter (usable), count(*) filter (not usable)
            from (select *, outcome <> 'cannot_tell' and triggered_at is not null and ended is not null as usable from wait)
            group by standard order by standard"""
        ).fetchall()
    found = []
    for standard_id, times, done, left_out in rows:
        curve = kaplan_meier(times or [], done or [])
        found.append(Waits(str(standard_id), curve, curve.median(), int(left_out)))
    return tuple(found)


def _end_at_excuses(connection: duckdb.DuckDBPyConnection, events: Path) -> None:
    connection.execute(
        """create table excuse as select event_id, min(occurred_at) as at from read_parquet(?)
        where event_id in (select evidence_event from wait where outcome = 'excused') and occurred_at is not null group by event_id""",
        [str(events)],
    )
    connection.execute(
        "update wait set ended = excuse.at from excuse where wait.evidence_event = excuse.event_id and wait.outcome = 'excused'"
    )


def _end_at_ends(connection: duckdb.DuckDBPyConnection, events: Path, standard: str, rule: Recurrence) -> None:
    for until in rule.until:
        certain = f'w.scope_key = e."{until.by}"'
        unnamed = f"w.case_ref = e.case_ref and w.scope <> 'case' and e.\"{until.by}\" is null"
        for bound in (certain, unnamed):
            connection.execute(
                f"""update wait set ended = least(ended, e.at) from (
                    select w.finding_id, min(e.occurred_at) as at
                    from wait w join read_parquet($events) e on {bound} and e.occurred_at > w.triggered_at
                    where w.standard = $standard and not w.done and list_contains($kinds, e.kind) group by 1
                ) e where wait.finding_id = e.finding_id""",  # noqa: S608  # the column is one of the vocabulary's
                {"events": str(events), "standard": standard, "kinds": list(until.kinds)},
            )

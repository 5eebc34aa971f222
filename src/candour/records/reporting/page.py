"""The import report as one page for people: self-contained, readable aloud, the most pressing first."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files

import jinja2

from candour.records.moments import LONDON
from candour.records.reporting.account import ImportReport, SourceAccount

SHOWN = 200
"""The page shows this many lines of a long list and says how many more there are; report.csv and report.json hold them all."""


def london_words(moment: datetime | None) -> str:
    """A stored moment as people say it: Tue 3 March 2026, 18:00."""
    if moment is None:
        return "not known"
    local = moment.replace(tzinfo=UTC).astimezone(LONDON)
    return f"{local:%a} {local.day} {local:%B %Y, %H:%M}"


def number(value: int) -> str:
    """A count with commas between thousands, as in the report of a run."""
    return f"{value:,}"


def day_words(day: str) -> str:
    """An ISO date as people say it: Tue 3 March 2026."""
    found = date.fromisoformat(day)
    return f"{found:%a} {found.day} {found:%B %Y}"


def changes_words(source: SourceAccount) -> str:
    """What the delivery changed, leaving out what it did not: `156 events are new, 3 correct an earlier version.`"""
    one = source.changes
    parts = [
        f"{number(count)} {what if count != 1 else singly}"
        for count, what, singly in (
            (one.added, "events are new", "event is new"),
            (one.corrected, "correct an earlier version", "corrects an earlier version"),
            (one.unchanged, "are unchanged", "is unchanged"),
            (one.withdrawn, "are withdrawn", "is withdrawn"),
        )
        if count
    ]
    said = ", ".join(parts) or "No event came of it"
    return f"{said}. Earlier versions are kept." if one.corrected or one.withdrawn else f"{said}."


def report_page(report: ImportReport) -> str:
    """The page as HTML."""
    return _template().render(report=report, shown=SHOWN)


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["moment"] = london_words
    environment.filters["number"] = number
    environment.filters["day"] = day_words
    environment.filters["changes"] = changes_words
    return environment.from_string(files(__package__).joinpath("report.html.j2").read_text(encoding="utf-8"))

"""The import report as one page for people: self-contained, readable aloud, the most pressing first."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from importlib.resources import files

import jinja2

from candour.records.reporting.account import ImportReport
from candour.records.times import LONDON

SHOWN = 200
"""The page shows this many lines of a long list and says how many more there are; report.csv and report.json hold them all."""


def london_words(moment: datetime | None) -> str:
    """A stored moment as people say it: Tue 3 March 2026, 18:00."""
    if moment is None:
        return "not known"
    local = moment.replace(tzinfo=UTC).astimezone(LONDON)
    return f"{local:%a} {local.day} {local:%B %Y, %H:%M}"


def number(value: int) -> str:
    """A count with thin spaces between thousands."""
    return f"{value:,}".replace(",", "\u202f")


def report_page(report: ImportReport) -> str:
    """The page as HTML."""
    return _template().render(report=report, shown=SHOWN)


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["moment"] = london_words
    environment.filters["number"] = number
    return environment.from_string(files(__package__).joinpath("report.html.j2").read_text(encoding="utf-8"))

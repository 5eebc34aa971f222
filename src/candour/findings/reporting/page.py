"""Makes the page: one HTML file with its style and pictures inside, that needs no script, no network and no other file."""

from __future__ import annotations

import csv
import io
import json
import re
from importlib.resources import files
from pathlib import Path

import jinja2

from candour.findings.coverage import STANDARD_COLUMNS, WANTED_COLUMNS
from candour.findings.duties import duty_tag
from candour.findings.manual_links import ManualLinks, manual_links
from candour.findings.outcome_words import OUTCOME_TITLES, REASON_TITLES, days_overdue_words, outcome_words
from candour.findings.reporting.charts import MARKS, interval_dot, outcome_bar, waiting_rows, waiting_steps
from candour.findings.reporting.gathering import Report, gather
from candour.findings.reporting.limits_used import limits_words
from candour.findings.reporting.summary import summary_of
from candour.findings.writing import long_after_words
from candour.records.refusals import InputRefused
from candour.records.reporting.cells import safe_cell
from candour.standards.spoken import due_words, moment_words, month_words

PARTS = ("measures", "coverage", "wanted")
"""What of a report can be had as CSV or JSON."""


def render(report: Report, manual: ManualLinks | None = None) -> str:
    """The page as HTML; with `manual`, each standard and proof leads to the standard's page in it."""
    folder = files(__package__).joinpath("templates")
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda name: folder.joinpath(name).read_text(encoding="utf-8")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        number=lambda value: f"{value:,}",
        moment=moment_words,
        due=due_words,
        month=month_words,
        reason=lambda reason: REASON_TITLES.get(reason, reason),
    )
    environment.globals.update(
        bar=outcome_bar, dot=interval_dot, steps=waiting_steps, waiting_rows=waiting_rows, outcome_words=outcome_words,
        overdue=days_overdue_words, limits_words=limits_words, tag_of=duty_tag, titles=OUTCOME_TITLES, long_after=long_after_words(report.run.long_after),
        marks=MARKS,
    )  # fmt: skip
    page = environment.get_template("report.html").render(report=report, summary=summary_of(report), manual=manual)
    return re.sub(r"(?<=\d) %", "\u00a0%", page)  # a line never begins with the sign


def write_report(
    store: Path, out: Path, run_id: str | None = None, folder: Path | None = None, of: str = "measures", manual: str | None = None
) -> Report:
    """Gather a run and write it: `.html` the page, `.csv` or `.json` one part of it (`of`: one of PARTS). Whole or not at all.

    `manual` is the address or the folder of a manual to which the page leads. Raises InputRefused for another ending, for a folder that is not there
    or that holds no manual, and what `gather` raises.
    """
    ending = out.suffix.lower()
    if ending not in (".html", ".htm", ".csv", ".json"):
        raise InputRefused(f"{out}: a report can be written as .html, its measures as .csv or .json. Give the file one of these endings.")
    if not out.parent.is_dir():
        raise InputRefused(f"{out}: the folder {out.parent} is not there. Make it, or name another.")
    links = manual_links(manual, out.parent) if manual else None
    report = gather(store, run_id, folder)
    text = render(report, links) if ending in (".html", ".htm") else _part(report, of, machine=ending == ".json")
    draft = out.with_name(f".{out.name}.part")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(out)
    finally:
        draft.unlink(missing_ok=True)
    return report


def _part(report: Report, of: str, *, machine: bool) -> str:
    """One part of a report as CSV or JSON: the measures, what could not be checked by standard and source, or what is missing in its rank."""
    if of == "measures":
        return report.measures.as_json() if machine else report.measures.as_csv()
    titles = {part.id: part.named.title for part in report.standards}
    rows = report.coverage.rows(titles) if of == "coverage" else report.coverage.wanted_rows()
    if machine:
        return json.dumps(rows, indent=1, ensure_ascii=False) + "\n"
    out = io.StringIO()
    writer = csv.DictWriter(out, STANDARD_COLUMNS if of == "coverage" else WANTED_COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: safe_cell(value) for name, value in row.items()} for row in rows)
    return out.getvalue()

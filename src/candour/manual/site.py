"""Writes the manual as a folder of pages that open from anywhere: no server, no network, and no script needed."""

from __future__ import annotations

import os
import re
import shutil
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote

import jinja2
from markupsafe import Markup

from candour.findings.duties import duty_tag
from candour.findings.manual_links import INDEX, page_of
from candour.findings.outcome_words import OUTCOME_TITLES
from candour.findings.reporting.charts import MARKS
from candour.findings.reporting.gathering import area_title
from candour.manual.gathering import Manual, slug
from candour.manual.pages import Page, ReportKnown, kind_page, pages_of, search_text, sections_in
from candour.manual.timeline import timeline
from candour.records.refusals import InputRefused
from candour.standards.condition_wording import name_words

_MARK = ".candour-manual"
"""A file that says that a folder holds a manual, and so may be written over."""


def write_site(manual: Manual, out: Path, report: Path | None = None) -> int:
    """Write every page below a folder, in place of the manual that is there, and return how many pages there are.

    With `report`, each standard's page leads back to its section in that report. Raises InputRefused for a folder that holds something other than
    a manual, and for a report that cannot be read.
    """
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not (out / _MARK).is_file())):
        raise InputRefused(f"{out}: holds something that is not a manual, and nothing was written. Name a new or an empty folder.")
    out = out.resolve()
    known = _report(report, out) if report else None
    draft = out.with_name(f".{out.name}.part")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    try:
        count = 0
        for page in pages_of(manual):
            file = draft / page.address
            file.parent.mkdir(exist_ok=True)
            file.write_text(render(page, manual, known), encoding="utf-8")
            count += 1
        (draft / "manual.css").write_text(style(), encoding="utf-8")
        (draft / "find.js").write_text(template_text("find.js"), encoding="utf-8")
        (draft / _MARK).write_text("Written by `candour standards manual`. Change the catalogue, not this.\n", encoding="utf-8")
        shutil.rmtree(out, ignore_errors=True)
        draft.replace(out)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return count


def _report(report: Path, out: Path) -> ReportKnown:
    if report.suffix.lower() not in (".html", ".htm") or not report.is_file():
        raise InputRefused(f"{report}: is no report. Give the .html file that `candour report` wrote.")
    return ReportKnown(quote(Path(os.path.relpath(report.resolve(), out.resolve())).as_posix()), sections_in(report))


def render(page: Page, manual: Manual, report: ReportKnown | None = None) -> str:
    """One page as HTML."""
    html = environment().get_template(page.template).render(page=page, manual=manual, root=page.root, report=report, **page.given)
    return re.sub(r"(?<=\d) %", "\u00a0%", html)  # a line never begins with the sign


def style() -> str:
    """The style of every page: that of the report, and what the manual adds."""
    shared = files("candour.findings.reporting").joinpath("templates", "report.css").read_text(encoding="utf-8")
    return f"{shared}\n{template_text('manual.css')}"


def mark(outcome: str) -> Markup:
    """The mark of an outcome, beside words that say it."""
    return Markup(  # noqa: S704  # our own shapes
        f'<svg class="mark" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">{MARKS[outcome]}</svg>'
    )


def template_text(name: str) -> str:
    """The text of a template, a style or a script."""
    return files(__package__).joinpath("templates", name).read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def environment() -> jinja2.Environment:
    """The templates, with what they may call."""
    made = jinja2.Environment(
        loader=jinja2.FunctionLoader(template_text), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.globals.update(
        area_title=area_title, index=INDEX, kind_page=kind_page, mark=mark, page_of=page_of, search_text=search_text, slug=slug, tag_of=duty_tag,
        timeline=timeline, titles=OUTCOME_TITLES,
    )  # fmt: skip
    made.filters.update(words=name_words)
    return made

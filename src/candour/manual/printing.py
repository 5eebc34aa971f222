"""Prints the whole manual as one tagged PDF, by WeasyPrint where it is installed (the extra `pdf`).

The PDF has tags, a language, bookmarks and a text for every picture. It is not said to conform to PDF/UA: nobody has checked that.
"""

from __future__ import annotations

import logging
import re
from importlib import import_module
from itertools import groupby
from pathlib import Path

from candour.findings.reporting.gathering import area_title
from candour.manual.changes import changes_by_day, changes_of_manual, days_of
from candour.manual.gathering import Manual
from candour.manual.site import environment, template_text
from candour.records.refusals import InputRefused

_UNREADABLE = re.compile(r"alt(ernate|ernative)?\b|\blang", re.IGNORECASE)
"""What WeasyPrint logs of a picture without a text, or a document without a language: here these are faults."""


class PrintingFault(RuntimeError):
    """The PDF could not be read by everyone: a picture has no text, or the document no language. A fault in Candour."""


def can_print(file: Path) -> None:
    """Raise InputRefused where a PDF could not be written: another ending, no folder, or WeasyPrint or what it needs of the system is not installed."""
    if file.suffix.lower() != ".pdf":
        raise InputRefused(f"{file}: one PDF can be written. Give the file the ending .pdf.")
    if not file.parent.is_dir():
        raise InputRefused(f"{file}: the folder {file.parent} is not there. Make it, or name another.")
    try:
        import_module("weasyprint")
    except (ImportError, OSError) as error:
        raise InputRefused(
            f"A PDF needs WeasyPrint and Pango, and one of them is not installed ({error}). Install Candour with its extra: pip install 'candour[pdf]'; on "
            "Debian also the packages libpangocairo-1.0-0, libpangoft2-1.0-0 and libharfbuzz-subset0. Or print the pages of the manual from a browser."
        ) from error


def printed_page(manual: Manual) -> str:
    """The whole manual as one page of HTML, made for paper: by area, then by title."""
    order = sorted(manual.standards, key=lambda one: (area_title(one.latest.area), one.title.lower(), one.id))
    areas = [(area_title(area), tuple(some)) for area, some in groupby(order, key=lambda one: one.latest.area)]
    changes = changes_of_manual(manual)
    html = environment().get_template("print.html").render(
        manual=manual, areas=areas, changes=changes, by_day=changes_by_day(changes), days=days_of(manual), root="", mark=lambda _outcome: ""
    )  # fmt: skip
    return re.sub(r"(?<=\d) %", "\u00a0%", html)


def write_pdf(manual: Manual, file: Path) -> int:
    """Print the manual to a file, whole or not at all, and return how many sheets it has. Raises PrintingFault, and InputRefused as `can_print` does."""
    can_print(file)
    from weasyprint import CSS, HTML

    heard = _Heard()
    logger = logging.getLogger("weasyprint")
    logger.addHandler(heard)
    draft = file.with_name(f".{file.name}.part")
    try:
        document = HTML(string=printed_page(manual)).render(stylesheets=[CSS(string=template_text("print.css"))])
        document.write_pdf(draft, pdf_tags=True)
        if heard.faults:
            raise PrintingFault(f"{len(heard.faults)} places cannot be read by everyone; the first: {heard.faults[0]}")
        draft.replace(file)
    finally:
        logger.removeHandler(heard)
        draft.unlink(missing_ok=True)
    return len(document.pages)


class _Heard(logging.Handler):
    """Keeps what WeasyPrint says of pictures without a text and of a missing language."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.faults: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        said = record.getMessage()
        if _UNREADABLE.search(said):
            self.faults.append(said)

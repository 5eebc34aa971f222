"""Which days are bank holidays in England and Wales, and which are school days in the force's area: dates only, no reckoning."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from candour.records.vocabulary import find_catalogue


class CalendarRefused(ValueError):
    """A calendar file that cannot be meant; the message names the file, the row and the value."""


@dataclass(frozen=True)
class Calendar:
    """Bank holidays of England and Wales known for `known_from` to `known_to` (both ends count), and school terms (first and last day count).

    Nothing may be reckoned in working days or school days outside `known_from` to `known_to`.
    """

    bank_holidays: frozenset[date]
    known_from: date
    known_to: date
    terms: tuple[tuple[date, date], ...]

    @property
    def terms_from(self) -> date | None:
        """First day of the first term; None without terms."""
        return self.terms[0][0] if self.terms else None

    @property
    def terms_to(self) -> date | None:
        """Last day of the last term; None without terms."""
        return self.terms[-1][1] if self.terms else None


def load_calendar(folder: Path | None = None) -> Calendar:
    """Read `bank_holidays.csv` (columns date, title, notes) and, where there is one, `school_terms.toml`. Raises CalendarRefused."""
    root = folder or find_catalogue() / "calendars"
    holidays: set[date] = set()
    file = root / "bank_holidays.csv"
    with file.open(encoding="utf-8", newline="") as stream:
        for number, row in enumerate(csv.DictReader(stream), start=1):
            try:
                holidays.add(date.fromisoformat(row["date"]))
            except (KeyError, ValueError) as error:
                raise CalendarRefused(f"{file.name}: row {number}: {row.get('date')!r} is not a date such as 2026-12-25.") from error
    if not holidays:
        raise CalendarRefused(f"{file.name}: has no dates. Copy the bank holidays of England and Wales from GOV.UK into it.")
    return Calendar(
        frozenset(holidays), date(min(holidays).year, 1, 1), date(max(holidays).year, 12, 31), _terms(root / "school_terms.toml")
    )


def _terms(file: Path) -> tuple[tuple[date, date], ...]:
    if not file.is_file():
        return ()
    terms: list[tuple[date, date]] = []
    for number, term in enumerate(tomllib.loads(file.read_text(encoding="utf-8")).get("term", []), start=1):
        first, last = term.get("first"), term.get("last")
        if type(first) is not date or type(last) is not date or last < first or (terms and first <= terms[-1][1]):
            raise CalendarRefused(f"{file.name}: term {number}: {first!r} to {last!r} must be two dates in order, after the term before.")
        terms.append((first, last))
    return tuple(terms)

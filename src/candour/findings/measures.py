"""Measures made of findings: how many were done in time, of how many, and how many were excused, not yet due or could not be told.

The report, the CSV and the JSON all read the object made here, so a figure is the same wherever it is shown.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

import duckdb

from candour.findings.duties import PARTNER
from candour.findings.outcomes import Outcome
from candour.findings.writing import LONG_AFTER, Written, proofs_of_met, written_columns
from candour.records.reporting.cells import safe_cell
from candour.records.scene import first_second
from candour.standards.editions import in_order_of_time
from candour.standards.model import Standard
from candour.standards.spoken import percent_words
from candour.statistics.intervals import Interval, wilson_interval

TOO_FEW = 12
"""Below this many decided occasions a rate is not given, only the counts: a local default of this project, not a rule of statistics."""
CSV_COLUMNS = (
    "area", "standard", "title", "duty", "unit", "month", "met", "late", "missed", "excused", "cannot_tell", "pending", "numerator", "denominator",
    "rate", "lower", "upper", *(f"written_{one.name}" for one in fields(Written)),
)  # fmt: skip
_FIRST_YEAR, _LAST_YEAR = 1990, 2100
K = TypeVar("K")
V = TypeVar("V", "Counts", Written)


@dataclass(frozen=True)
class Counts:
    """How many occasions had each outcome. The numerator of the rate is `met`, its denominator met, late and missed."""

    met: int = 0
    late: int = 0
    missed: int = 0
    excused: int = 0
    cannot_tell: int = 0
    pending: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.met + other.met, self.late + other.late, self.missed + other.missed,
            self.excused + other.excused, self.cannot_tell + other.cannot_tell, self.pending + other.pending,
        )  # fmt: skip

    @property
    def numerator(self) -> int:
        """Done in time."""
        return self.met

    @property
    def denominator(self) -> int:
        """Decided: done in time, done late or not done."""
        return self.met + self.late + self.missed

    @property
    def occasions(self) -> int:
        """Every occasion on which the standard applied or may have applied."""
        return self.denominator + self.excused + self.cannot_tell + self.pending

    @property
    def too_few(self) -> bool:
        """Whether there are too few decided occasions for a rate."""
        return self.denominator < TOO_FEW

    @property
    def rate(self) -> float | None:
        """Share done in time of those decided; None where nothing was decided."""
        return self.met / self.denominator if self.denominator else None

    @property
    def interval(self) -> Interval | None:
        """The 95 % Wilson interval of the rate; None where nothing was decided."""
        return wilson_interval(self.met, self.denominator)

    def rate_words(self) -> str:
        """`65 %, 53 to 76 %`, or that there are too few to say."""
        return _share_words(self.met, self.denominator)

    def sentence(self, *, both: bool = False) -> str:
        """`41 of 63 done in time (65 %, 53 to 76 %); 4 excused; 9 cannot tell; 5 not yet due.`

        `both` adds the second denominator, in which what cannot be told counts too.
        """
        rest = f"{self.excused:,} excused; {self.cannot_tell:,} cannot tell; {self.pending:,} not yet due."
        if not self.denominator:
            return f"Nothing could be decided; {rest}"
        said = f"{self.met:,} of {self.denominator:,} done in time"
        said = f"Too few to say ({self.denominator}): {said}" if self.too_few else f"{said} ({self.rate_words()})"
        if both and self.cannot_tell and not self.too_few:
            of = self.denominator + self.cannot_tell
            said += f"; counting those that cannot be told, {self.met:,} of {of:,} ({_share_words(self.met, of)})"
        return f"{said}; {rest}"


def _share_words(count: int, of: int) -> str:
    if of < TOO_FEW:
        return f"too few to say ({of})"
    interval = wilson_interval(count, of)
    if interval is None:
        return f"too few to say ({of})"
    lower, upper = percent_words(interval.lower), percent_words(interval.upper)
    return f"{percent_words(count / of)}, {lower.removesuffix(' %')} to {upper}"


@dataclass(frozen=True)
class Cell:
    """The counts of one standard in one unit in one month of the trigger (`2026-03`, London; None: no usable date), and how soon what shows
    the things done in time was written."""

    standard: str
    unit: str | None
    month: str | None
    counts: Counts
    written: Written


@dataclass(frozen=True)
class Named:
    """What a standard is called where it is measured: of its latest edition."""

    title: str
    area: str
    severity: str
    status: str
    duty: str = "police"

    @property
    def of_partner(self) -> bool:
        """Whether it is a partner's duty, by which the police are not measured."""
        return self.duty == PARTNER


@dataclass(frozen=True)
class Measures:
    """Every cell of a run, and the names of its standards. Everything else is a sum of cells. `long_after` are the seconds after which a thing
    counts as written long after it happened."""

    cells: tuple[Cell, ...]
    names: Mapping[str, Named]
    long_after: int = LONG_AFTER

    def total(self) -> Counts:
        """All cells together, partners' duties among them."""
        return _sum(cell.counts for cell in self.cells)

    def of_partners(self, area: str | None = None) -> Counts:
        """What was found of partners' duties, in one area or in all. The police are not measured by these."""
        names = ((cell, self.name_of(cell.standard)) for cell in self.cells)
        return _sum(cell.counts for cell, named in names if named.of_partner and area in (None, named.area))

    def of_police(self, area: str | None = None) -> Counts:
        """What was found of the police's own duties and of those they share, in one area or in all."""
        names = ((cell, self.name_of(cell.standard)) for cell in self.cells)
        return _sum(cell.counts for cell, named in names if not named.of_partner and area in (None, named.area))

    def by_standard(self) -> dict[str, Counts]:
        """Counts by standard, in order of area, then title."""
        found = _grouped((cell.standard, cell.counts) for cell in self.cells)
        return {key: found[key] for key in sorted(found, key=lambda key: (self.name_of(key).area, self.name_of(key).title, key))}

    def by_unit(self, standard: str | None = None) -> dict[str | None, Counts]:
        """Counts by unit (None last), of one standard or of all."""
        found = _grouped((cell.unit, cell.counts) for cell in self._of(standard))
        return {key: found[key] for key in sorted(found, key=lambda key: (key is None, key or ""))}

    def by_month(self, standard: str | None = None) -> dict[str | None, Counts]:
        """Counts by London month of the trigger (no date last), of one standard or of all."""
        found = _grouped((cell.month, cell.counts) for cell in self._of(standard))
        return {key: found[key] for key in sorted(found, key=lambda key: (key is None, key or ""))}

    def written(self) -> Written:
        """How soon it was written, over the police's own duties and those they share; what a partner did is not theirs to write at once."""
        total = Written()
        for cell in self.cells:
            if not self.name_of(cell.standard).of_partner:
                total = total + cell.written
        return total

    def written_by_standard(self) -> dict[str, Written]:
        """How soon it was written, by standard, in the order of `by_standard`."""
        found = _grouped((cell.standard, cell.written) for cell in self.cells)
        return {key: found[key] for key in self.by_standard()}

    def written_by_unit(self, standard: str | None = None) -> dict[str | None, Written]:
        """How soon it was written, by unit (None last), of one standard or of all."""
        found = _grouped((cell.unit, cell.written) for cell in self._of(standard))
        return {key: found[key] for key in sorted(found, key=lambda key: (key is None, key or ""))}

    def name_of(self, standard: str) -> Named:
        """What a standard is called; its id where the catalogue no longer has it."""
        return self.names.get(standard, Named(standard, "no longer in the catalogue", "", ""))

    def _of(self, standard: str | None) -> Iterator[Cell]:
        return (cell for cell in self.cells if standard in (None, cell.standard))

    def rows(self) -> Iterator[dict[str, object]]:
        """One row a cell, with the columns of CSV_COLUMNS. Rates are shares to six places; empty where nothing was decided."""
        for cell in self.cells:
            counts, named = cell.counts, self.name_of(cell.standard)
            interval = counts.interval
            yield {
                "area": named.area, "standard": cell.standard, "title": named.title, "duty": named.duty, "unit": cell.unit, "month": cell.month,
                **{one.name: getattr(counts, one.name) for one in fields(counts)},
                "numerator": counts.numerator, "denominator": counts.denominator,
                "rate": None if counts.rate is None else round(counts.rate, 6),
                "lower": None if interval is None else round(interval.lower, 6),
                "upper": None if interval is None else round(interval.upper, 6),
                **{f"written_{one.name}": getattr(cell.written, one.name) for one in fields(cell.written)},
            }  # fmt: skip

    def as_csv(self) -> str:
        """Every cell as CSV with a heading; an empty field where there is no unit, month or rate, and no text that a spreadsheet takes for a formula."""
        out = io.StringIO()
        writer = csv.DictWriter(out, CSV_COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: safe_cell(value) for name, value in row.items()} for row in self.rows())
        return out.getvalue()

    def as_json(self) -> str:
        """Every cell as a JSON list of objects."""
        return json.dumps(list(self.rows()), indent=1, ensure_ascii=False) + "\n"


def _sum(counts: Iterable[Counts]) -> Counts:
    total = Counts()
    for one in counts:
        total = total + one
    return total


def _grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, V]:
    found: dict[K, V] = {}
    for key, value in pairs:
        found[key] = found[key] + value if key in found else value
    return found


def names_of(standards: Sequence[Standard]) -> dict[str, Named]:
    """The names of standards by id, those of the edition that is the latest in time."""
    return {one.id: Named(one.title, one.area, one.severity, one.status, one.duty) for one in in_order_of_time(standards)}


def read_measures(
    findings: Path, standards: Sequence[Standard], events: Path, *, known_at: datetime | None = None, long_after: int = LONG_AFTER
) -> Measures:
    """Count the findings of a file by standard, unit and London month of the trigger. Editions of a standard are counted together.

    `events` are those of the run's chronology, for how soon things were written (`known_at` as in the run, UTC; `long_after` in seconds).
    """
    counted = ", ".join(f"count(*) filter (outcome = '{one}')" for one in _order())
    query = f"""
        select f.standard, f.unit, m.month, {counted}, {written_columns(long_after)}
        from ({proofs_of_met(events, known_at)}) f asof left join months m on f.triggered_at >= m.begins
        group by all order by 1, 2 nulls last, 3 nulls last
    """  # noqa: S608  # outcomes are ours
    with duckdb.connect() as connection:
        begins, months = zip(*month_starts(), strict=True)
        connection.execute(
            "create table months as select unnest(?::timestamp[]) as begins, unnest(?::varchar[]) as month", [list(begins), list(months)]
        )
        rows = connection.execute(query, {"findings": str(findings)}).fetchall()
    cells = tuple(
        Cell(str(row[0]), row[1], row[2], Counts(*(int(number) for number in row[3:9])), Written(*(int(number) for number in row[9:])))
        for row in rows
    )
    return Measures(cells, names_of(standards), long_after)


def _order() -> tuple[Outcome, ...]:
    return (Outcome.MET, Outcome.LATE, Outcome.MISSED, Outcome.EXCUSED, Outcome.CANNOT_TELL, Outcome.PENDING)


def month_starts() -> list[tuple[object, str]]:
    """The first second (UTC) of each London month from 1990 to 2100, with the month as `2026-03`."""
    return [
        (first_second(date(year, month, 1)), f"{year}-{month:02d}") for year in range(_FIRST_YEAR, _LAST_YEAR) for month in range(1, 13)
    ]

"""What an import report holds: every row accounted for, every refusal with its reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from candour.records.moments import DOUBTS, MIDNIGHT, TWICE
from candour.records.refusals import AccountsDiffer


class Listed(NamedTuple):
    """One row, or one value of it, with what is to be said about it. Row 1 is the first after the heading."""

    file: str
    row: int
    column: str
    value: str
    reason: str


class UnmappedCode(NamedTuple):
    """A source code without a counterpart. `listed`: the mapping says so itself; otherwise nobody has decided yet."""

    file: str
    column: str
    code: str
    listed: bool
    rows: int
    first_row: int


class FieldCount(NamedTuple):
    """How often a column was filled, blank, and exactly zero (a zero is filled too)."""

    file: str
    column: str
    given: int
    blank: int
    zero: int


class Counted(NamedTuple):
    """Something true of many values of a column, counted and not listed."""

    file: str
    column: str
    what: str
    rows: int
    first_row: int
    first_value: str


@dataclass
class FileAccount:
    """One file: where every row of it went. Rows kept are those that stand, repeats, older versions and rows set aside."""

    file: str
    table: str
    sha256: str
    size: int
    format: str = ""
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    rows_in: int = 0
    rows_refused: int = 0
    rows_standing: int = 0
    rows_repeated: int = 0
    rows_older: int = 0
    rows_set_aside: int = 0
    events: int = 0

    @property
    def rows_kept(self) -> int:
        """Rows that were not refused, each counted where it went."""
        return self.rows_standing + self.rows_repeated + self.rows_older + self.rows_set_aside


@dataclass
class Changes:
    """What the delivery did to the chronology, in events."""

    added: int = 0
    corrected: int = 0
    unchanged: int = 0
    withdrawn: int = 0


@dataclass
class CheckResult:
    """One import check: its name, the sentence it tests, and every place where it does not hold. None: could not be tested."""

    name: str
    sentence: str
    found: list[dict[str, str]] | None
    why_not: str = ""


@dataclass
class SourceAccount:
    """One source's part of an import. `identities` are the records of which it was read who they are about; they are counted and never shown."""

    source_system: str
    title: str
    verified: bool
    mapping: str
    delivery_id: str
    already_stored: bool = False
    extracted_at: datetime | None = None
    extracted_at_from: str = ""
    midnight_unsaid: list[str] = field(default_factory=list)
    files: list[FileAccount] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    refused: list[Listed] = field(default_factory=list)
    problems: list[Listed] = field(default_factory=list)
    doubtful: list[Listed] = field(default_factory=list)
    unmapped: list[UnmappedCode] = field(default_factory=list)
    fields: list[FieldCount] = field(default_factory=list)
    counted: list[Counted] = field(default_factory=list)
    identities: int = 0
    silent: list[dict[str, str]] = field(default_factory=list)
    changes: Changes = field(default_factory=Changes)


@dataclass
class SourceState:
    """How up to date one source of the store is. `days_behind` counts from its last extraction to the receipt of this delivery."""

    source_system: str
    title: str
    delivered_to: datetime | None
    days_behind: int | None
    late: bool


class Assessable(NamedTuple):
    """What the records of a store can decide, before anything is judged; columns are for people.

    `standards` has a row a standard with an occasion, `by_source` one a standard and the source whose record began it, `wanted` one a field or feed
    that would decide more, ranked; `cautions` are sentences about what could not be held against the records at all,
    and where occasions may be missing.
    """

    standards: list[dict[str, object]]
    by_source: list[dict[str, object]]
    wanted: list[dict[str, object]]
    cautions: list[str]


@dataclass
class ImportReport:
    """The whole report of one import. All moments are UTC without zone."""

    received_at: datetime
    dry_run: bool
    store: str
    stored: bool = False
    nothing_new: bool = False
    generation: int | None = None
    sources: list[SourceAccount] = field(default_factory=list)
    not_read: list[str] = field(default_factory=list)
    checks: list[CheckResult] = field(default_factory=list)
    states: list[SourceState] = field(default_factory=list)
    coverage: Assessable | None = None
    preview: list[dict[str, str]] = field(default_factory=list)
    seconds: float = 0.0
    events_stored: int = 0

    def files(self) -> list[FileAccount]:
        """Every file of every source that was read now."""
        return [file for source in self.sources for file in source.files]

    def total(self, name: str) -> int:
        """The sum of one count (such as `rows_in`) over all files."""
        return sum(int(getattr(file, name)) for file in self.files())

    def refused(self) -> list[Listed]:
        """Every reason for which a row was refused, over all sources."""
        return [item for source in self.sources for item in source.refused]

    def problems(self) -> list[Listed]:
        """Every value that could not be used although its row was kept, over all sources."""
        return [item for source in self.sources for item in source.problems]

    def unlisted_codes(self) -> list[UnmappedCode]:
        """Codes that the mapping does not list at all."""
        return [code for source in self.sources for code in source.unmapped if not code.listed]

    def unsaid_midnights(self) -> list[Counted]:
        """Times of 00:00 in files whose mapping does not say what 00:00 means."""
        return [
            item
            for source in self.sources
            for item in source.counted
            if item.file in source.midnight_unsaid and item.what == DOUBTS[MIDNIGHT]
        ]

    def wants_attention(self) -> bool:
        """Whether anything was refused, could not be used, or is suspicious: a person should look before relying on it."""
        listed = (self.refused(), self.problems(), self.unlisted_codes(), self.unsaid_midnights())
        return any(listed) or any(source.doubtful for source in self.sources)

    def has_faults(self) -> bool:
        """As `wants_attention`, but for times that the clocks showed twice on the last Sunday of October: every honest source has them."""
        listed = (self.refused(), self.problems(), self.unlisted_codes(), self.unsaid_midnights())
        return any(listed) or any(item.reason != DOUBTS[TWICE] for source in self.sources for item in source.doubtful)

    def check_accounts(self) -> None:
        """Raise AccountsDiffer unless rows in = rows kept + rows refused, for every file and in total."""
        for file in self.files():
            if file.rows_in != file.rows_kept + file.rows_refused:
                raise AccountsDiffer(
                    f"{file.file}: {file.rows_in} rows in, but {file.rows_kept} kept and {file.rows_refused} refused. "
                    "This is a fault in Candour, not in the file. Nothing was stored."
                )

"""What happened in the made-up force: facts, the cases they belong to, and what of each fact the exports will not show."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from candour.simulation.moments import day_of, first_second, last_second

NEVER: Final = 1 << 40
"""Later than every moment: the latest second of something without a time."""

Value = str | int | bool | tuple[str, ...] | None


@dataclass(slots=True, eq=False)
class Fact:
    """One thing that happened, to the minute, as the simulation knows it.

    `fields` holds what an export shows. `hidden` holds what it does not: true values behind a blank or an unmapped code.
    With `day_only` an export shows the day and no time, with `undated` neither. A `lost` fact happened and is in no export (its feed had stopped). `held` is what its system has a column for.
    """

    name: str
    kind: str
    moment: int
    event_id: str
    rank_of_kind: int
    case_ref: str | None
    child: str | None = None
    episode: str | None = None
    place: str | None = None
    household: str | None = None
    actor: str | None = None
    role: str | None = None
    rank: str | None = None
    unit: str | None = None
    org: str | None = None
    recorded: int | None = None
    tour_end: int | None = None
    fields: dict[str, Value] = field(default_factory=dict)
    hidden: dict[str, Value] = field(default_factory=dict)
    row: str = ""
    day_only: bool = False
    undated: bool = False
    lost: bool = False
    held: frozenset[str] = frozenset()

    @property
    def lo(self) -> int:
        """The earliest second that the export allows."""
        if self.undated:
            return 0
        return first_second(day_of(self.moment)) if self.day_only else self.moment

    @property
    def hi(self) -> int:
        """The latest second that the export allows."""
        if self.undated:
            return NEVER
        return last_second(day_of(self.moment)) if self.day_only else self.moment

    @property
    def place_in_order(self) -> tuple[int, str, int, str]:
        """Facts are read in this order: time (those without one last), then case, then kind as in the vocabulary, then key."""
        return (NEVER if self.undated else self.lo, self.case_ref or "", self.rank_of_kind, self.event_id)

    def get(self, name: str) -> Value:
        """What the export shows for a field; None where it is blank or could not be mapped."""
        return self.fields.get(name)


@dataclass(slots=True)
class Child:
    """A made-up child. `spellings` are three ways in which Northshire's systems write the name; `blank` is what the index of persons leaves out."""

    ref: str
    born: int
    born_on: str
    sex: str
    ethnicity: str
    disability: bool
    care_status: str
    care_basis: str | None
    school: str | None
    in_education: bool
    home_force: str
    spellings: tuple[str, str, str]
    household: str
    social_worker: bool
    exploited: bool
    blank: frozenset[str] = frozenset()


GRADES: Final = ("good", "requires_improvement", "inadequate")
GRADE_MIX: Final = (13, 34, 26)
"""Good, requires improvement, inadequate: HMICFRS National Child Protection Inspection of North Yorkshire, 73 cases (18, 47 and 36 %)."""


@dataclass(slots=True, eq=False)
class Case:
    """A case of the made-up force: its children, the quality of the practice on it, and every fact so far.

    `closed` is when its investigation (or custody) ended, `filed` when its incident or episodes were.
    """

    ref: str
    kind: str
    grade: str
    opened: int
    children: list[Child]
    district: str
    unit: str
    offence: str | None = None
    flags: list[str] = field(default_factory=list)
    closed: int | None = None
    filed: list[int] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    running: int = 0
    written: bool = False

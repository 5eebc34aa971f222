"""By when: the limits a standard can set. What each means is section 5 of `docs/explanation/how-a-finding-is-reached.md`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from candour.standards.model import Selector

Grain = Literal["elapsed", "calendar"]


@dataclass(frozen=True)
class Elapsed:
    """Real seconds, across clock changes. `words` is how the standard put it (`24 hours`)."""

    seconds: int
    words: str
    grain: Grain = "elapsed"


@dataclass(frozen=True)
class CalendarDays:
    """Calendar days; the day of the trigger is day 0, and the last day counts to its last second."""

    days: int
    words: str
    grain: Grain = "calendar"


@dataclass(frozen=True)
class CalendarMonths:
    """Calendar months, clamped to the end of the month; the last day counts to its last second."""

    months: int
    words: str
    grain: Grain = "calendar"


@dataclass(frozen=True)
class WorkingDays:
    """Working days of England and Wales. `counting` is `next` (the day after is day 1) or `same` (the day itself is)."""

    days: int
    counting: Literal["next", "same"]
    words: str
    grain: Grain = "calendar"


@dataclass(frozen=True)
class BeforeSchool:
    """The next start of a school day after the trigger, at a London time in seconds after midnight."""

    at_seconds: int
    words: str
    grain: Grain = "elapsed"


@dataclass(frozen=True)
class ByField:
    """The moment or day in a field of the trigger; `otherwise` when the field is blank."""

    field: str
    type: Literal["moment", "day"]
    otherwise: Limit | None
    words: str

    @property
    def grain(self) -> Grain:
        """Calendar when the field is a day."""
        return "calendar" if self.type == "day" else "elapsed"


@dataclass(frozen=True)
class LookUp:
    """A limit chosen by a code: of the trigger, or of the last event of `of` at or before it."""

    field: str
    of: Selector | None
    values: tuple[tuple[str, Limit], ...]
    otherwise: Limit | None
    unknown: Limit | None
    words: str

    @property
    def grain(self) -> Grain:
        """Calendar when every limit in it is."""
        return "calendar" if all(limit.grain == "calendar" for _, limit in self.values) else "elapsed"


@dataclass(frozen=True)
class LocalLimit:
    """A force's own limit: from which date of the trigger (London) it holds, and where it was approved."""

    valid_from: date
    limit: Limit
    approved: str


@dataclass(frozen=True)
class Adjustable:
    """A limit that a force may set for itself under the name `parameter`; `local` is in order of date, the last begun holds."""

    parameter: str
    default: Limit
    local: tuple[LocalLimit, ...] = ()

    @property
    def grain(self) -> Grain:
        """The grain of the standard's own figure; a local figure must have the same."""
        return self.default.grain

    @property
    def words(self) -> str:
        """The words of the standard's own figure."""
        return self.default.words


Limit = Elapsed | CalendarDays | CalendarMonths | WorkingDays | BeforeSchool | ByField | LookUp | Adjustable

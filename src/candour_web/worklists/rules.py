"""What is asked of a worklist, and in what order cases and findings stand on it. Plain values in, plain values out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from candour_web.casework.rules import risk_place

SOON = timedelta(days=1)
"""What is due within this is due today, as the list says it: a tour of duty and the one after. Our own figure."""

THIS_WEEK = timedelta(days=7)


class Wanted(StrEnum):
    """What a list is kept to. Each is a link that can be sent."""

    ALL = "all"
    TODAY = "today"
    WEEK = "week"
    NOT_DONE = "not-done"

    @property
    def words(self) -> str:
        """The name of the link."""
        return {"all": "Everything", "today": "Due within a day", "week": "Due within a week", "not-done": "Not done"}[self.value]


@dataclass(frozen=True)
class CaseNeeds:
    """What a case needs, counted: enough to put it in its place. Moments are UTC without zone."""

    case_ref: str
    risk: str | None
    next_due: datetime | None
    not_done: int
    due: int
    cannot_tell: int
    gravest: int
    oldest: datetime | None


def wanted_of(text: str) -> Wanted:
    """What an address asks for; everything where it asks for something else."""
    return Wanted(text) if text in set(Wanted) else Wanted.ALL


def is_wanted(needs: CaseNeeds, wanted: Wanted, as_of: datetime) -> bool:
    """Whether a case stands on a list that is kept to this."""
    if wanted is Wanted.NOT_DONE:
        return needs.not_done > 0
    if wanted is Wanted.ALL:
        return needs.not_done + needs.due > 0
    return needs.next_due is not None and needs.next_due <= as_of + (SOON if wanted is Wanted.TODAY else THIS_WEEK)


def order(needs: CaseNeeds, as_of: datetime) -> tuple[object, ...]:
    """Where a case stands: by the risk to the child; then what is due within a day, the sooner first, since it can still be done in time; then the
    gravest of what was not done, and the oldest. The reference settles what is left, so that a list never changes of itself."""
    soon = needs.next_due is not None and needs.next_due <= as_of + SOON
    return (
        risk_place(needs.risk),
        not soon,
        needs.next_due if soon and needs.next_due else datetime.max,
        needs.gravest,
        needs.oldest or datetime.max,
        needs.next_due or datetime.max,
        needs.case_ref,
    )

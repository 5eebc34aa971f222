"""A practice standard, parsed: the one object that the validator, the evaluators, the tests, the manual and the proof all read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from candour.records.mapping import NATIONS
from candour.standards.expressions import Condition
from candour.standards.limits import Grain, Limit

SCOPES: dict[str, str] = {
    "case": "case_ref",
    "child": "child_ref",
    "episode": "episode_ref",
    "household": "household_ref",
    "place": "place_ref",
    "officer": "actor_ref",
}
"""Scope word to the column of the envelope that holds its key."""

STATUSES = ("statute", "statutory guidance", "professional practice", "inspection expectation", "local default")
SEVERITIES = ("critical", "high", "medium", "low")
DUTIES = ("police", "partner", "joint")
ENGLAND_AND_WALES = "England and Wales"
JURISDICTIONS = (*NATIONS, ENGLAND_AND_WALES)
BASES = (
    "verified",
    "verified (secondary source)",
    "principle verified; figure or rule form is ours, unverified",
    "from knowledge, unverified",
)


@dataclass(frozen=True)
class Selector:
    """Which events are meant. `by` is the column that holds the scope key; `take` is `each` or `first`."""

    kinds: tuple[str, ...]
    where: Condition | None
    by: str
    take: Literal["each", "first"] = "each"
    where_text: str = ""


@dataclass(frozen=True)
class Excuse:
    """A recorded reason for which the limit does not bind: a condition on the trigger (`selector` None), or an event."""

    selector: Selector | None
    where: Condition | None
    by: Literal["limit", "any"]
    look_back: Limit | Literal["any"] | None
    where_text: str = ""


@dataclass(frozen=True)
class Extension:
    """One rung of a ladder by which a limit may lawfully be extended."""

    selector: Selector
    limit: Limit
    reckoned_from: Literal["event", "trigger"]


@dataclass(frozen=True)
class Bound:
    """What every rule has: the scope column's word, the columns that must be the same, excuses, and the grain of before and after."""

    scope: str
    same: tuple[str, ...]
    unless: tuple[Excuse, ...]
    grain: Grain


@dataclass(frozen=True)
class Response(Bound):
    """After a trigger, an answer within a limit."""

    after: Selector
    expect: tuple[Selector, ...]
    within: Limit
    extend: tuple[Extension, ...]
    early: Limit | None


@dataclass(frozen=True)
class Recurrence(Bound):
    """While a state is open, an answer at most every so often. `steps` has one limit or several; the last repeats."""

    after: Selector
    until: tuple[Selector, ...]
    expect: tuple[Selector, ...]
    steps: tuple[Limit, ...]


@dataclass(frozen=True)
class Precedence(Bound):
    """Before an event, another has happened. `stage` is 0, or the place in an `order`."""

    before: Selector
    expect: tuple[Selector, ...]
    within: Limit | None
    since: Selector | None
    stage: int = 0


@dataclass(frozen=True)
class Sequence(Bound):
    """Named stages in order: a chain of precedences."""

    stages: tuple[Precedence, ...]


@dataclass(frozen=True)
class Absence(Bound):
    """After a trigger, something does not happen until an end."""

    after: Selector
    never: tuple[Selector, ...]
    until: tuple[Selector, ...]
    within: Limit | None


@dataclass(frozen=True)
class Content(Bound):
    """A record says what it must, perhaps within a time of the event."""

    of: Selector
    check: Condition
    within: Limit | None
    check_text: str = ""


@dataclass(frozen=True)
class Count(Bound):
    """Once something has happened a number of times in a window, an answer within a limit.

    `after` is what calls for the answer where it is not itself what is counted: it has so many of those in the window before it.
    """

    count: Selector
    at_least: int
    window: Limit
    expect: tuple[Selector, ...]
    within: Limit
    after: Selector | None = None

    @property
    def trigger(self) -> Selector:
        """The selector whose events may be occasions."""
        return self.after or self.count


@dataclass(frozen=True)
class Held(Bound):
    """Nobody holds more than a number at once. `held_by` is the field that names the holder; `local` are a force's own numbers by date."""

    count: Selector
    held_by: str
    until: tuple[Selector, ...]
    at_most: int
    parameter: str | None
    local: tuple[tuple[date, int, str], ...] = ()


@dataclass(frozen=True)
class Invariant(Bound):
    """A relation between fields or people holds at an instant."""

    at: Selector
    other: Selector | None
    pick: Literal["last_before", "first_after", "some", "every", "none"]
    check: Condition
    absent: Literal["no occasion", "cannot_tell", "missed", "met"]
    check_text: str = ""


Rule = Response | Recurrence | Precedence | Sequence | Absence | Content | Count | Held | Invariant


@dataclass(frozen=True)
class Source:
    """Who says so. `verified` is true only when someone has read the requirement, and its figure if it has one, in the source or in a text that quotes or
    sums it up; `basis`, one of BASES, says which."""

    document: str
    paragraph: str
    urls: tuple[str, ...]
    verified: bool
    basis: str
    note: str


@dataclass(frozen=True)
class InForce:
    """The dates of triggers to which the standard applies, London dates, both counted; None is open."""

    begins: date | None
    ends: date | None


@dataclass(frozen=True)
class Edition:
    """How an edition stands to the others of its standard.

    `of` is the version that it shares everything with which its own file does not say (None: its file is whole) and `changes` what changed and
    why. One that is not `commenced` is not confirmed as in force (`commencement` says what is known): it is held against nothing unless
    it is switched on. `same_rule`: its rule is that of its base, to the letter, so the base's examples speak for it.
    """

    of: int | None = None
    changes: str = ""
    commenced: bool = True
    commencement: str = ""
    same_rule: bool = False


@dataclass(frozen=True)
class Example:
    """One worked example: a chronology in a few lines, and what the standard finds in it.

    `finding` is the outcomes in the order of the triggers (empty: no occasion). `due` (London text) and `reason`, where given,
    are those of the last finding. The rest sets the scene; see `candour.standards.examples`.
    """

    name: str
    chronology: str
    finding: tuple[str, ...]
    because: str
    due: str | None
    reason: str | None
    as_of: str | None
    known_at: str | None
    children: tuple[tuple[str, tuple[tuple[str, object], ...]], ...]
    cases: tuple[tuple[str, tuple[tuple[str, object], ...]], ...]
    not_held: tuple[str, ...]
    not_complete: tuple[str, ...]
    complete_from: str | None
    complete_to: str | None


@dataclass(frozen=True)
class Informs:
    """What a finding of the standard would inform: areas of inspection, rows of published failings, findings in North Yorkshire (`catalogue/frameworks`)."""

    criteria: tuple[str, ...] = ()
    failings: tuple[int, ...] = ()
    north_yorkshire: tuple[str, ...] = ()


@dataclass(frozen=True)
class Standard:
    """One edition of one practice standard. `fingerprint` is the SHA-256 of its file, or of the two that it shares with its base."""

    id: str
    title: str
    area: str
    version: int
    statement: str
    in_force: InForce
    status: str
    severity: str
    duty: str
    jurisdiction: str
    themes: tuple[str, ...]
    source: Source
    reading: str
    rule: Rule
    examples: tuple[Example, ...]
    file: str
    fingerprint: str
    infers: bool = False
    informs: Informs = Informs()
    edition: Edition = Edition()

    @property
    def may_be_breached(self) -> bool:
        """Only a requirement of statute that was read in its source, and is in force, may be spoken of as breached, and not where the rule `infers`
        what happened from other records."""
        return self.status == "statute" and self.source.basis == BASES[0] and self.edition.commenced and not self.infers

"""Roles, who may hold them, and what a person who holds them may see. Plain values in, plain values out.

A person may hold several roles. What they see is one value, a Scope, reckoned from their roles, units, covers and grants on one day; the
database holds every row against it. What is in no part of a scope is not seen, so that a forgotten rule shows too little and never too much.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum


class Role(StrEnum):
    """What a person is here for. The public holds no role: it sees what is published, without signing in."""

    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    MODERATOR = "moderator"
    ASSURANCE_LEAD = "assurance_lead"
    DATA_STEWARD = "data_steward"
    CHIEF_OFFICER = "chief_officer"
    PROFESSIONAL_STANDARDS = "professional_standards"
    COMMISSIONERS_OFFICE = "commissioners_office"
    INSPECTOR = "inspector"
    PARTNER = "partner"
    ADMINISTRATOR = "administrator"

    @property
    def words(self) -> str:
        """The role as a page names it."""
        return "commissioner's office" if self is Role.COMMISSIONERS_OFFICE else self.value.replace("_", " ")


NEEDS_A_UNIT = frozenset({Role.SUPERVISOR})
NEEDS_TWO_PEOPLE = frozenset(
    {Role.ADMINISTRATOR, Role.CHIEF_OFFICER, Role.PROFESSIONAL_STANDARDS, Role.DATA_STEWARD, Role.COMMISSIONERS_OFFICE, Role.INSPECTOR}
)
"""One administrator proposes such a role and another approves it."""
NEEDS_AN_END = frozenset({Role.INSPECTOR})
STANDS_ALONE = frozenset({Role.COMMISSIONERS_OFFICE, Role.INSPECTOR, Role.PARTNER})
"""Roles of people outside the force. Whoever holds one holds no other: they look at the force from without."""
APART = (frozenset({Role.PROFESSIONAL_STANDARDS, Role.ADMINISTRATOR}),)
"""Who watches for misuse does not make the accounts."""

OPENS_NAMED_CASES = frozenset({Role.OFFICER, Role.SUPERVISOR, Role.AUDITOR, Role.MODERATOR, Role.CHIEF_OFFICER, Role.INSPECTOR})
"""Roles whose holder sees a case that a grant names. No grant opens a case to anybody else, the commissioner's office above all."""

POWERS: dict[Role, frozenset[str]] = {
    Role.ADMINISTRATOR: frozenset({"accounts"}),
    Role.PROFESSIONAL_STANDARDS: frozenset({"trail"}),
    Role.ASSURANCE_LEAD: frozenset({"grants"}),
}
"""Powers over rows that belong to no unit and no case: accounts and roles, the trail, grants of cases."""

LETTING_IN_NEEDS_TWO = NEEDS_TWO_PEOPLE | OPENS_NAMED_CASES | POWERS.keys()
"""Roles for whose account, held now or at any time, one administrator alone does not both give a password and take away the app."""
LETTING_IN_WITHIN = timedelta(days=7)
"""How long, at least, whoever did the one of these leaves the other to somebody else. Our own figure."""

LONGEST_BREAK_GLASS = timedelta(hours=8)
"""Our own figure: a tour of duty. Whoever needs longer gives the reason again."""

PASSWORD_FOR_ONCE_LASTS = timedelta(hours=72)
"""How long a password that somebody else knows opens an account: over a weekend. Our own figure."""


@dataclass(frozen=True)
class Held:
    """A role as one person holds it: from one day to another, both counted; without an end, until it is ended."""

    role: Role
    from_on: date
    unit: str | None = None
    until_on: date | None = None
    approved: bool = True
    withdrawn: bool = False

    def on(self, day: date) -> bool:
        """Whether it counts on this day (of Europe/London)."""
        return self.approved and not self.withdrawn and self.from_on <= day and (self.until_on is None or day <= self.until_on)


@dataclass(frozen=True)
class Grant:
    """A case opened to one person by name, from one moment to another; the last moment is not counted."""

    case_ref: str
    from_at: datetime
    until_at: datetime

    def at(self, moment: datetime) -> bool:
        """Whether it counts at this moment."""
        return self.from_at <= moment < self.until_at


@dataclass(frozen=True)
class Scope:
    """What one person may see: what they are responsible for, what their units are, cases opened to them by name, and powers.

    `person` is their number, `actors` the references under which the force's records name them, `units` and `cases` references as the
    records have them. The empty scope sees nothing.
    """

    person: int | None = None
    actors: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    cases: frozenset[str] = frozenset()
    powers: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Standing:
    """A person as of now: the roles that count, and what they open. Nobody's standing holds nothing."""

    roles: frozenset[Role] = frozenset()
    scope: Scope = field(default_factory=Scope)


def standing_of(
    person: int, held: Iterable[Held], *, actors: Iterable[str], covers: Iterable[str], grants: Iterable[Grant], day: date, now: datetime
) -> Standing:
    """What these roles, the units covered on that day, and grants come to for this person. `now` is aware, and `day` is its day in London."""
    count = [one for one in held if one.on(day)]
    roles = frozenset(one.role for one in count)
    supervised = {one.unit for one in count if one.role is Role.SUPERVISOR and one.unit}
    scope = Scope(
        person=person,
        actors=frozenset(actors) if Role.OFFICER in roles else frozenset(),
        units=frozenset(supervised | set(covers)) if Role.SUPERVISOR in roles else frozenset(),
        cases=frozenset(one.case_ref for one in grants if one.at(now)) if roles & OPENS_NAMED_CASES else frozenset(),
        powers=frozenset().union(*(POWERS.get(role, frozenset()) for role in roles)),
    )
    return Standing(roles, scope)


def why_not_hold(role: Role, *, others: Iterable[Role], unit: str | None, until_on: date | None, to: int, by: int | None) -> str | None:
    """Why this role may not be given to the person numbered `to` by `by`, who holds `others` already; None where it may."""
    held = frozenset(others)
    if by == to:
        return "Nobody gives a role to themselves. Ask another administrator."
    if role in NEEDS_A_UNIT and not unit:
        return f"A {role.words} is one of a unit. Name the unit."
    if role in NEEDS_AN_END and until_on is None:
        return f"A grant to an {role.words} has an end. Give its last day."
    if held - {role} and (role in STANDS_ALONE or held & STANDS_ALONE):
        return "Somebody from outside the force holds no other role in Candour."
    for pair in APART:
        if role in pair and held & (pair - {role}):
            return f"The roles {' and '.join(sorted(one.words for one in pair))} are held by different people."
    return None


def why_not_approve(role: Role, *, to: int, proposed_by: int | None, by: int) -> str | None:
    """Why the person numbered `by` may not approve a role that was proposed for `to`; None where they may."""
    if role not in NEEDS_TWO_PEOPLE:
        return f"The role {role.words} needs no second person."
    if by == proposed_by:
        return "You proposed this role. Another administrator approves it."
    if by == to:
        return "Nobody approves a role of their own. Ask another administrator."
    return None


def why_not_end(held: Held, *, last_day: date, to: int, by: int) -> str | None:
    """Why the person numbered `by` may not make `last_day` the last of a role that `to` holds; None where they may. No end is ever moved later."""
    if by == to:
        return "Nobody ends a role of their own. Ask another administrator."
    if held.withdrawn:
        return "This role was withdrawn already."
    if held.until_on is not None and held.until_on <= last_day:
        return f"The last day of this role is {held.until_on} already. Whoever shall hold it for longer is given it anew."
    return None


def why_not_let_in(
    roles: Iterable[Role], *, other_act: str, by: int, other_by: int | None, other_at: datetime | None, stands: bool, now: datetime
) -> str | None:
    """Why the person numbered `by` may not do the second of two acts that together let them in as somebody else; None where they may.

    `roles` are all that the account holds or held. `other_act` says what `other_by` did to it last, at `other_at`; `stands` whether it still opens the account.
    """
    if by != other_by or other_at is None or not frozenset(roles) & LETTING_IN_NEEDS_TWO:
        return None
    if not stands and now - other_at >= LETTING_IN_WITHIN:
        return None
    return f"You {other_act} yourself. With both, you could sign in as this person. Ask another administrator to do this."


def why_not_sign_in(*, for_once: bool, given_at: datetime | None, now: datetime) -> str | None:
    """Why a password that is right opens nothing; None where it does. One for one use ends 72 hours after `given_at`, and at once where that is not known."""
    if for_once and (given_at is None or now - given_at >= PASSWORD_FOR_ONCE_LASTS):
        hours = PASSWORD_FOR_ONCE_LASTS // timedelta(hours=1)
        return f"That password was for one use, within {hours} hours of being given. Ask an administrator for another."
    return None


def why_not_break_glass(roles: Iterable[Role], *, why: str, length: timedelta) -> str | None:
    """Why a person with these roles may not open one case for themselves; None where they may."""
    if not frozenset(roles) & OPENS_NAMED_CASES:
        return "Your role opens no cases. Ask somebody whose work the case is."
    if len(why.split()) < 3:
        return "Say in a sentence why you need this case now. It is reviewed today."
    if not timedelta(0) < length <= LONGEST_BREAK_GLASS:
        return f"A case can be opened for at most {LONGEST_BREAK_GLASS // timedelta(hours=1)} hours at once."
    return None

"""What changed since: which edition took the place of which, from what day, what changed and why; and what was published on which day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from candour.manual.gathering import EditionShown, Manual, StandardShown
from candour.standards.editions import same_place
from candour.standards.model import ENGLAND_AND_WALES, Standard
from candour.standards.spoken import day_words

NO_DAY = "Of no known day"


@dataclass(frozen=True)
class Change:
    """One edition beside another of its standard. `from_day` is the first London day of the later in time of the two, None where no day is known;
    `beside` the version of the other, None where the standard has but the one. `what` says what changed and why, and `commencement` what is known of
    whether it is in force, where that is not confirmed."""

    one: StandardShown
    edition: EditionShown
    from_day: date | None
    beside: int | None

    @property
    def version(self) -> int:
        """The version that says what changed."""
        return self.edition.standard.version

    @property
    def what(self) -> str:
        """What changed and why, as its edition says; empty for a first version."""
        return self.edition.standard.edition.changes

    @property
    def confirmed(self) -> bool:
        """Whether it is confirmed as in force."""
        return self.edition.standard.edition.commenced

    @property
    def commencement(self) -> str:
        """What is known of whether it is in force, where that is not confirmed."""
        return self.edition.standard.edition.commencement

    @property
    def only_in(self) -> str:
        """The nation for which alone it is, or nothing."""
        nation = self.edition.standard.jurisdiction
        return "" if nation == ENGLAND_AND_WALES else nation


@dataclass(frozen=True)
class SameChange:
    """What changed in the same words in several standards, for the same nation."""

    what: str
    only_in: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class ChangesFrom:
    """What changed from one day on."""

    key: str
    title: str
    same: tuple[SameChange, ...]


def changes_of_manual(manual: Manual) -> tuple[Change, ...]:
    """Every edition that says what changed, or that is not confirmed as in force, in the order of the standards."""
    return tuple(
        _change(one, edition)
        for one in manual.standards
        for edition in one.editions
        if edition.standard.edition.changes or not edition.standard.edition.commenced
    )


def _change(one: StandardShown, edition: EditionShown) -> Change:
    standard = edition.standard
    others = [other.standard for other in one.editions if other is not edition]
    neighbours = [other for other in others if other.edition.commenced and same_place(other, standard)]
    begins, ends = standard.in_force.begins, standard.in_force.ends
    if begins is None and ends is not None:  # an earlier time that was written down later: what came after it is what changed
        day = ends + timedelta(days=1)
        after = next((other for other in neighbours if other.in_force.begins == day), None)
        return Change(one, edition, day, after.version if after else _base(standard, others))
    before = next((other for other in neighbours if begins is not None and other.in_force.ends == begins - timedelta(days=1)), None)
    return Change(one, edition, begins, before.version if before else _base(standard, others))


def _base(standard: Standard, others: Sequence[Standard]) -> int | None:
    """The version that an edition is made from, or the one numbered before it."""
    return standard.edition.of or max((other.version for other in others if other.version < standard.version), default=None)


def changes_by_day(changes: Sequence[Change]) -> tuple[ChangesFrom, ...]:
    """The changes that are confirmed as in force by the day from which they hold, the newest first; those of no known day last."""
    confirmed = [one for one in changes if one.confirmed]
    days = sorted({one.from_day for one in confirmed}, key=lambda day: day or date.min, reverse=True)
    return tuple(
        ChangesFrom(
            f"from-{day or 'no-day'}",
            f"From {day_words(day, weekday=False)}" if day else NO_DAY,
            _same([one for one in confirmed if one.from_day == day]),
        )
        for day in days
    )


def _same(changes: Sequence[Change]) -> tuple[SameChange, ...]:
    found: dict[tuple[str, str], list[Change]] = {}
    for one in changes:
        found.setdefault((one.what, one.only_in), []).append(one)
    return tuple(SameChange(what, only_in, tuple(some)) for (what, only_in), some in found.items())


@dataclass(frozen=True)
class Entry:
    """One edition as it was published: `change` says what changed, `mended` whether a published rule was mended without a new version, and `first`
    whether it was there on the first day of its standard."""

    one: StandardShown
    version: int
    change: str
    mended: bool
    first: bool


@dataclass(frozen=True)
class DayOfChange:
    """What was published on one day: the standards that were new, with all their editions, and the entries that say what changed."""

    key: str
    title: str
    entries: tuple[Entry, ...]

    @property
    def first(self) -> tuple[tuple[StandardShown, tuple[int, ...]], ...]:
        """Standards published for the first time, with the versions they had."""
        groups = groupby((one for one in self.entries if one.first), key=lambda one: one.one.id)
        listed = [list(some) for _, some in groups]
        return tuple((some[0].one, tuple(one.version for one in some)) for some in listed)

    @property
    def changed(self) -> tuple[Entry, ...]:
        """Everything else."""
        return tuple(one for one in self.entries if not one.first)


def days_of(manual: Manual) -> tuple[DayOfChange, ...]:
    """The publications by day, the latest first."""
    by_id = {one.id: one for one in manual.standards}
    first_day: dict[str, date] = {}
    for one in manual.publications:
        first_day[one.id] = min(one.published_on, first_day.get(one.id, one.published_on))
    ordered = sorted(manual.publications, key=lambda one: (-one.published_on.toordinal(), by_id[one.id].title.lower(), one.id, one.version))
    return tuple(
        DayOfChange(
            f"d-{day}",
            day_words(day),
            tuple(
                Entry(by_id[one.id], one.version, one.change, bool(one.mended), not one.mended and first_day[one.id] == day) for one in some
            ),
        )
        for day, some in groupby(ordered, key=lambda one: one.published_on)
    )

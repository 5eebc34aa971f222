"""The entries that the exports show of one case, or of one child, place or officer over the whole year, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType

from candour.simulation.facts import Case, Child, Fact, Value
from candour.simulation.moments import day_of, months_after
from candour.simulation.people import age_on
from candour.simulation.truth.answers import Answer
from candour.simulation.truth.reckoning import (
    Due,
    Duty,
    Excuse,
    Maybe,
    Question,
    Verdict,
    no_link,
    openings_in_doubt,
    recur,
    respond,
    unknown_start,
)

Found = Iterator[tuple[Fact, Verdict | None] | tuple[Fact, Verdict, int]]
"""What a truth function gives: the entry that called for something, what is true of it (None: it called for nothing after all), and for an order of stages which."""

NOBODY: Mapping[str, Sequence[Fact]] = MappingProxyType({})
ENVELOPE = {"child": "child", "episode": "episode", "place": "place"}


def _always(_fact: Fact) -> Answer:
    return True


class View:
    """The entries in order, and what is known about the cases and children they concern.

    `unnamed` are the entries that do not say which child (or place) they are about, by case: for the view of one child over all its cases.
    """

    def __init__(
        self, facts: Iterable[Fact], children: dict[str, Child], case: Case | None = None, unnamed: Mapping[str, Sequence[Fact]] = NOBODY
    ) -> None:
        self.facts = sorted((fact for fact in facts if not fact.lost), key=lambda fact: fact.place_in_order)
        self.children = children
        self.case = case
        self.unnamed = unnamed
        self.kinds: dict[str, list[Fact]] = {}
        for fact in self.facts:
            self.kinds.setdefault(fact.kind, []).append(fact)

    @property
    def first(self) -> int:
        """The first moment of the first entry."""
        return self.facts[0].lo

    def unnamed_near(self, start: Fact, kinds: str | Sequence[str], counts: Callable[[Fact], Answer] = _always) -> list[Maybe]:
        """Those of the start's case that do not say whom they are about, and may be meant."""
        wanted = (kinds,) if isinstance(kinds, str) else kinds
        return [
            (fact, None)
            for fact in self.unnamed.get(start.case_ref or "", ())
            if start.case_ref is not None and fact.kind in wanted and counts(fact) is not False
        ]

    def maybe(self, kinds: str | Sequence[str], counts: Callable[[Fact], Answer] = _always) -> list[Maybe]:
        """The entries of these kinds that count or may count, in order."""
        if isinstance(kinds, str):
            return [(fact, answer) for fact in self.kinds.get(kinds, ()) if (answer := counts(fact)) is not False]
        found: list[Maybe] = [
            (fact, answer) for kind in kinds for fact in self.kinds.get(kind, ()) if (answer := counts(fact)) is not False
        ]
        return sorted(found, key=lambda pair: pair[0].place_in_order)

    def near(self, start: Fact, kinds: str | Sequence[str], counts: Callable[[Fact], Answer] = _always) -> list[Maybe]:
        """As `maybe`, with the entries in the start's own case that do not say whom they are about: each of those may count."""
        return sorted([*self.maybe(kinds, counts), *self.unnamed_near(start, kinds, counts)], key=lambda pair: pair[0].place_in_order)

    def age(self, fact: Fact) -> int | None:
        """The age of the entry's child on the day of the entry."""
        child = self.children.get(fact.child or "")
        return None if child is None else age_on(child, day_of(fact.lo))

    def under_18(self, fact: Fact) -> Answer:
        """Whether the entry's child is under 18 on the day of the entry."""
        age = self.age(fact)
        return None if age is None else age < 18


def column(fact: Fact, name: str) -> Value:
    """A value that two entries can be matched by: child, episode, place or a field."""
    if name in ENVELOPE:
        found: Value = getattr(fact, name)
        return found
    return fact.fields.get(name)


def tie(found: Iterable[Maybe], start: Fact, columns: Sequence[str], *, strict: bool = True) -> list[Maybe]:
    """Those that belong to the same child, episode, device and so on as the start; one that leaves it open may belong.

    With `strict` off (excuses), a kind of entry that has no such field is not asked for it.
    """
    if not columns:
        return list(found)
    kept: list[Maybe] = []
    for fact, counts in found:
        belongs: Answer = True
        for name in columns:
            if name not in ENVELOPE and not strict and name not in fact.held:
                continue
            value = column(fact, name)
            if value is None:
                belongs = None if belongs is not False else False
            elif value != column(start, name):
                belongs = False
        if belongs is not False:
            kept.append((fact, True if belongs is True and counts is True else None))
    return kept


def first_of(found: Sequence[Maybe], columns: Sequence[str] = ()) -> list[Maybe]:
    """Only the first of those that belong together."""
    seen: set[tuple[Value, ...]] = set()
    kept = []
    for fact, counts in found:
        key = tuple(column(fact, name) for name in columns)
        if key not in seen:
            seen.add(key)
            kept.append((fact, counts))
    return kept


def judge(
    start: Fact,
    counts: Answer,
    due: Due | Verdict | None,
    answers: Iterable[Maybe],
    kinds: Sequence[str],
    *,
    same: Sequence[str] = (),
    excuses: Sequence[Excuse] = (),
    early: int | None = None,
) -> Verdict | None:
    """What is true of one occasion; None when there was none after all (a limit that names no such code)."""
    if counts is None:
        return unknown_start()
    if any(column(start, name) is None for name in same):
        return no_link()
    if due is None or isinstance(due, Verdict):
        return due
    tied = [replace(excuse, entries=tie(excuse.entries, start, same, strict=False)) for excuse in excuses]
    return respond(Question(start, due, tie(answers, start, same), kinds, tied, early))


def turns(duty: Duty) -> Found:
    """What is true of every turn of a recurring duty, and of what may begin it."""
    for fact in openings_in_doubt(duty):
        yield fact, unknown_start()
    for turn in recur(duty):
        yield turn.start, turn.verdict


def counted(
    found: Sequence[Maybe],
    at_least: int,
    *,
    days: int | None = None,
    months: int | None = None,
    perhaps: Callable[[Fact], Sequence[Maybe]] = lambda _: (),
) -> list[Maybe]:
    """Those with which a number is reached within a stretch of days or months up to and including them.

    `perhaps` gives the entries that may have to be counted with one of them, since they do not say whom they are about.
    """
    reached: list[Maybe] = []
    for place, (fact, counts) in enumerate(found):
        day = day_of(fact.lo)
        since = day - timedelta(days=days) if days is not None else months_after(day, -(months or 0))
        stretch = [(other, sure_one) for other, sure_one in found[: place + 1] if day_of(other.lo) >= since]
        sure = sum(1 for _, sure_one in stretch if sure_one is True)
        more = sum(
            1 for other, _ in perhaps(fact) if other.undated or (other.place_in_order < fact.place_in_order and day_of(other.lo) >= since)
        )
        if len(stretch) + more >= at_least:
            reached.append((fact, True if counts is True and sure >= at_least else None))
    return reached


def preceded(starts: Sequence[Maybe], of: Callable[[Fact], Iterable[Maybe]], at_least: int, months: int) -> list[Maybe]:
    """Those before which so many lie in the stretch of months up to them, and whether that is certain.

    `of` gives the entries that are counted before one start, with those that may have to be. A start without a time is none.
    """
    reached: list[Maybe] = []
    for fact, counts in starts:
        if fact.undated:
            continue
        since = months_after(day_of(fact.lo), -months)
        sure = more = 0
        for other, certain in of(fact):
            if not other.undated and (other.place_in_order > fact.place_in_order or day_of(other.lo) < since):
                continue
            if certain is True and not other.undated:
                sure += 1
            else:
                more += 1
        if sure + more >= at_least:
            reached.append((fact, True if counts is True and sure >= at_least else None))
    return reached


def on_or_after(fact: Fact, day: str) -> bool:
    """Whether an entry lies on or after a day."""
    return day_of(fact.lo) >= date.fromisoformat(day)


def level_at(found: Sequence[Maybe], start: Fact, same: Sequence[str], name: str = "risk_level") -> Value:
    """The level in the last entry that certainly belongs here and is not after the start (the start itself counts)."""
    level: Value = None
    for fact, counts in tie(found, start, same, strict=False):
        if counts is True and fact.place_in_order <= start.place_in_order and column(fact, name) is not None:
            level = column(fact, name)
    return level

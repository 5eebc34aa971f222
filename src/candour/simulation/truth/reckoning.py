"""Reckons what is true of one occasion from what happened: in time, late, never, excused, not yet due, or not to be told.

Each function takes the entries that could count, each with whether it counts (`True`, or `None` where the export leaves it open; those
that do not count are left out by the caller), and follows `docs/explanation/how-a-finding-is-reached.md` for what nobody can tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple

from candour.simulation.facts import Fact
from candour.simulation.moments import EXTRACTED, HOUR, MINUTE, day_of, first_second, last_second, months_after, working_days_after
from candour.simulation.truth.answers import Answer
from candour.simulation.truth.coverage import covered

Maybe = tuple[Fact, Answer]
"""An entry and whether it counts: True, or None where the export leaves that open."""


class Verdict(NamedTuple):
    """An outcome, its reason and why in words."""

    outcome: str
    reason: str
    why: str


class Due(NamedTuple):
    """The last moment in time: the earliest and the latest it can be (they differ where only the day of the occasion is known)."""

    lo: int
    hi: int
    by_day: bool = False


def after_minutes(fact: Fact, minutes: int) -> Due:
    """Due so many real minutes after the entry."""
    return Due(fact.lo + minutes * MINUTE, fact.hi + minutes * MINUTE)


def after_hours(fact: Fact, hours: int) -> Due:
    """Due so many real hours after the entry."""
    return Due(fact.lo + hours * HOUR, fact.hi + hours * HOUR)


def after_days(fact: Fact, days: int) -> Due:
    """Due at the end of the London day so many days later."""
    end = last_second(day_of(fact.lo) + timedelta(days=days))
    return Due(end, end, True)


def after_months(fact: Fact, months: int) -> Due:
    """Due at the end of the London day so many months later."""
    end = last_second(months_after(day_of(fact.lo), months))
    return Due(end, end, True)


def after_working_days(fact: Fact, number: int) -> Due:
    """Due at the end of the working day so many working days later; the day itself is not counted."""
    end = last_second(working_days_after(day_of(fact.lo), number))
    return Due(end, end, True)


def at_moment(moment: int) -> Due:
    """Due at a moment that somebody set."""
    return Due(moment, moment)


def surely_after(later: Fact, start: Fact, by_day: bool) -> bool:
    """Whether one entry certainly follows another; the same minute counts."""
    if later.undated or start.undated:
        return False
    if not later.day_only and not start.day_only:
        return later.lo >= start.lo
    return day_of(later.lo) >= day_of(start.lo) if by_day else later.lo >= start.hi


def surely_before(earlier: Fact, end: Fact, by_day: bool) -> bool:
    """Whether one entry certainly goes before another; the same minute counts."""
    if earlier.undated or end.undated:
        return False
    if not earlier.day_only and not end.day_only:
        return earlier.lo <= end.lo
    return day_of(earlier.lo) <= day_of(end.lo) if by_day else earlier.hi < end.lo


@dataclass
class Excuse:
    """Entries that excuse, and from when they may lie: from the occasion, from `since`, or (`ever`) from any time before.

    They must lie by the due moment, unless `afterwards` is set. `own` is an excuse in the entry that started it all.
    """

    entries: Sequence[Maybe] = ()
    since: int | None = None
    ever: bool = False
    own: Answer = False
    afterwards: bool = False


def _excused(excuses: Iterable[Excuse], start: Fact, due: Due) -> tuple[bool, bool]:
    """Whether an excuse counts for certain, and whether one may."""
    certain = possible = False
    for excuse in excuses:
        certain = certain or excuse.own is True
        possible = possible or excuse.own is not False
        for fact, counts in excuse.entries:
            if fact is start:
                continue
            opened = True if excuse.ever else fact.lo >= excuse.since if excuse.since is not None else surely_after(fact, start, due.by_day)
            may = True if excuse.ever else fact.hi >= (excuse.since if excuse.since is not None else start.lo)
            certain = certain or (counts is True and opened and (excuse.afterwards or fact.hi <= due.lo))
            possible = possible or (may and (excuse.afterwards or fact.lo <= due.hi))
    return certain, possible


@dataclass
class Question:
    """Everything that decides a response: what started it, by when, what answers, what excuses, which kinds must be complete.

    `perhaps_longer`: the limit may have been extended, and the export does not show whether, or until when.
    """

    start: Fact
    due: Due
    answers: Sequence[Maybe]
    kinds: Sequence[str]
    excuses: Sequence[Excuse] = field(default_factory=tuple)
    early: int | None = None
    perhaps_longer: bool = False


class Rung(NamedTuple):
    """One step by which a limit may be extended: the entries that do so, or may, and the new limit that one of them gives (None: not shown)."""

    entries: Sequence[Maybe]
    limit: Callable[[Fact], Due | None]


def climb(start: Fact, due: Due, rungs: Iterable[Rung]) -> tuple[Due, bool]:
    """The limit after each step that was taken in time, one after the other, and whether it may have been extended further."""
    perhaps = False
    for rung in rungs:
        entries = [(fact, counts) for fact, counts in rung.entries if fact is not start]
        taken = [fact for fact, counts in entries if counts is True and surely_after(fact, start, due.by_day) and fact.hi <= due.lo]
        if not taken:
            return due, perhaps or any(fact.hi >= start.lo and fact.lo <= due.hi for fact, _ in entries)
        longer = rung.limit(min(taken, key=lambda fact: (fact.hi, fact.place_in_order)))
        perhaps, due = perhaps or longer is None, longer or due
    return due, perhaps


def respond(question: Question) -> Verdict:
    """Whether an answer came by the due moment."""
    start, due = question.start, question.due
    answers = [(fact, counts) for fact, counts in question.answers if fact is not start]

    def surely(fact: Fact) -> bool:
        return fact.lo >= question.early if question.early is not None else surely_after(fact, start, due.by_day)

    opened = start.lo if question.early is None else question.early
    good = [fact for fact, counts in answers if counts is True and surely(fact)]
    in_time = [fact for fact in good if fact.hi <= due.lo]
    if in_time:
        return Verdict("met", "answered", f"Done {_span(start, in_time[0])} after, within the limit.")
    certain, possible = _excused(question.excuses, start, due)
    if certain:
        return Verdict("excused", "excused", "A reason was recorded in time.")
    if due.lo >= EXTRACTED and not good:
        return Verdict("pending", "not_yet_due", "Not yet due when the records were extracted.")
    if any(fact.hi >= opened and fact.lo <= due.hi for fact, _ in answers):
        return Verdict(
            "cannot_tell", "answer_uncertain", "There is an entry that may be the answer; the export leaves out what would decide."
        )
    if possible:
        return Verdict("cannot_tell", "excuse_uncertain", "There may be an excuse; the export leaves out what would decide.")
    if due.hi >= EXTRACTED:
        return Verdict("cannot_tell", "precision", "Due on the day of the extraction, at an hour nobody knows.")
    if question.perhaps_longer:
        return Verdict("cannot_tell", "extension_uncertain", "The limit may have been extended; the export leaves out what would decide.")
    if not covered(question.kinds, opened, due.hi):
        return Verdict("cannot_tell", "source", "The answer may lie in a feed that did not run.")
    if good:
        first = min(good, key=lambda fact: (fact.hi, fact.place_in_order))
        return Verdict("late", "answered_late", f"Done {_span(start, first)} after, past the limit.")
    return Verdict("missed", "not_answered", "Never done.")


def precede(
    end: Fact,
    earlier: Sequence[Maybe],
    kinds: Sequence[str],
    first_known: int,
    *,
    excuses: Sequence[Excuse] = (),
    by_day: bool = False,
    opening: int | None = None,
) -> Verdict:
    """Whether something had been done before. `first_known` is the first dated entry of the same case, from which records must be complete."""
    earlier = [(fact, counts) for fact, counts in earlier if fact is not end]
    opened = opening if opening is not None else 0
    if any(counts is True and surely_before(fact, end, by_day) and fact.lo >= opened for fact, counts in earlier):
        return Verdict("met", "answered", "Done before.")
    certain, possible = excused_before(end, excuses, by_day)
    if certain:
        return Verdict("excused", "excused", "A reason was recorded before.")
    if any(fact.lo <= end.hi and fact.hi >= opened for fact, _ in earlier):
        return Verdict(
            "cannot_tell", "answer_uncertain", "There is an entry that may have been before; the export leaves out what would decide."
        )
    if possible:
        return Verdict("cannot_tell", "excuse_uncertain", "There may be an excuse; the export leaves out what would decide.")
    if not covered(kinds, opening if opening is not None else first_known, end.hi):
        return Verdict("cannot_tell", "source", "It may lie in a feed that did not run.")
    if any(counts is True and surely_after(fact, end, by_day) for fact, counts in earlier):
        return Verdict("late", "answered_late", "Done only afterwards.")
    return Verdict("missed", "not_answered", "Never done.")


def excused_before(end: Fact, excuses: Iterable[Excuse], by_day: bool = False) -> tuple[bool, bool]:
    """Whether an excuse lies at or before an entry: for certain, and perhaps."""
    certain = possible = False
    for excuse in excuses:
        certain = certain or excuse.own is True
        possible = possible or excuse.own is not False
        for fact, counts in excuse.entries:
            if fact is end:
                continue
            since = excuse.since if excuse.since is not None else 0
            certain = certain or (counts is True and surely_before(fact, end, by_day) and fact.lo >= since)
            possible = possible or (fact.lo <= end.hi and fact.hi >= since)
    return certain, possible


def closest_before(found: Iterable[Maybe], end: Fact) -> tuple[Fact | None, bool]:
    """The last entry that counts and stands before another in order, and whether any entry may (the last one included)."""
    found = [(fact, counts) for fact, counts in found if fact is not end]
    sure = [fact for fact, counts in found if counts is True and not fact.undated and fact.place_in_order < end.place_in_order]
    return max(sure, key=lambda fact: fact.place_in_order, default=None), any(fact.lo <= end.hi for fact, _ in found)


def hold(fact: Fact, check: Answer, *, excuses: Sequence[Excuse] = (), due: Due | None = None) -> Verdict:
    """Whether an entry says what it should, and (with `due`) was written by then."""
    if check is True and due is None:
        return Verdict("met", "holds", "The entry says it.")
    if check is True and due is not None:
        if fact.recorded is None:
            return Verdict("cannot_tell", "field", "When it was written is not shown.")
        if fact.recorded <= due.lo:
            return Verdict("met", "holds", "Written in time.")
        if fact.recorded > due.hi:
            return Verdict("late", "answered_late", "Written past the limit.")
        return Verdict("cannot_tell", "precision", "The hour of the entry would decide.")
    if due is None:
        certain, possible = excused_before(fact, excuses)
    else:
        certain, possible = _excused(excuses, fact, due)
    if certain:
        return Verdict("excused", "excused", "A reason was recorded.")
    if check is None:
        return Verdict("cannot_tell", "field", "The export leaves out what would decide.")
    if possible:
        return Verdict("cannot_tell", "excuse_uncertain", "There may be an excuse; the export leaves out what would decide.")
    if due is not None and due.lo >= EXTRACTED:
        return Verdict("pending", "not_yet_due", "Not yet due when the records were extracted.")
    return Verdict("missed", "does_not_hold", "The entry does not say it.")


class Turn(NamedTuple):
    """One stretch of a recurring duty: the entry it runs from, which it is (0 first), and what is true of it."""

    start: Fact
    number: int
    verdict: Verdict


@dataclass
class Duty:
    """A recurring duty: what begins it, what answers it, what ends it (each with whether it counts), and its limit for each turn."""

    openings: Sequence[Maybe]
    answers: Sequence[Maybe]
    ends: Sequence[Maybe]
    limit: Callable[[Fact, int], Due | Verdict | None]
    kinds: Sequence[str]
    end_kinds: Sequence[str]
    excuses: Sequence[Excuse] = ()


def recur(duty: Duty) -> list[Turn]:
    """What is true of every turn of one binding of a recurring duty (entries that may begin it are turned away by the caller)."""
    return [turn for anchors, end in stretches(duty) for turn in _turns(duty, anchors, end)]


def stretches(duty: Duty) -> list[tuple[list[Fact], Fact | None]]:
    """Every stretch of a recurring duty: its opening and the answers to it, in order, and what ended it."""
    openings, answers, ends = ({id(fact) for fact, counts in group if counts is True} for group in (duty.openings, duty.answers, duty.ends))
    line = {
        id(fact): fact
        for group in (duty.openings, duty.answers, duty.ends)
        for fact, counts in group
        if counts is True and not fact.undated
    }
    found: list[tuple[list[Fact], Fact | None]] = []
    stretch: list[Fact] | None = None
    for fact in sorted(line.values(), key=lambda one: one.place_in_order):
        if stretch is None:
            if id(fact) in openings:
                stretch = [fact]
            continue
        if id(fact) in answers:
            stretch.append(fact)
        if id(fact) in ends:
            found.append((stretch, fact))
            stretch = None
    if stretch is not None:
        found.append((stretch, None))
    return found


def openings_in_doubt(duty: Duty) -> list[Fact]:
    """Entries that may begin a recurring duty, and of which the export does not show it; one that answers in a stretch is none of them."""
    within = {id(fact) for anchors, _ in stretches(duty) for fact in anchors}
    return [fact for fact, counts in duty.openings if counts is None and id(fact) not in within]


def _turns(duty: Duty, anchors: list[Fact], end: Fact | None) -> list[Turn]:
    found = []
    for number, anchor in enumerate(anchors):
        following = anchors[number + 1] if number + 1 < len(anchors) else None
        limit = duty.limit(anchor, number)
        verdict = limit if isinstance(limit, Verdict) else None if limit is None else _turn(duty, anchor, following, end, limit)
        if verdict is not None:
            found.append(Turn(anchor, number, verdict))
    return found


def _turn(duty: Duty, anchor: Fact, following: Fact | None, end: Fact | None, due: Due) -> Verdict | None:
    if following is not None and following.hi <= due.lo:
        return Verdict("met", "answered", f"Done again {_span(anchor, following)} after.")
    if following is None and end is not None and end.hi <= due.lo:
        return None
    certain, possible = _excused(duty.excuses, anchor, due)
    if certain:
        return Verdict("excused", "excused", "A reason was recorded in time.")
    if following is None and end is None and due.lo >= EXTRACTED:
        return Verdict("pending", "not_yet_due", "Not yet due when the records were extracted.")
    if any(
        (counts is None or fact.undated) and fact is not anchor and fact.hi >= anchor.lo and fact.lo <= due.hi
        for fact, counts in duty.answers
    ):
        return Verdict("cannot_tell", "answer_uncertain", "There is an entry that may be the answer.")
    if any(
        (counts is None or fact.undated) and fact is not anchor and fact.hi >= anchor.lo and fact.lo <= due.hi for fact, counts in duty.ends
    ):
        return Verdict("cannot_tell", "end_uncertain", "There is an entry that may have ended it.")
    if possible:
        return Verdict("cannot_tell", "excuse_uncertain", "There may be an excuse.")
    last = following if following is not None else end
    if (last.lo if last is not None else EXTRACTED) <= due.hi:
        return Verdict("cannot_tell", "precision", "The hour would decide.")
    if not covered(duty.kinds, anchor.lo, due.hi) or (following is None and end is None and not covered(duty.end_kinds, anchor.lo, due.hi)):
        return Verdict("cannot_tell", "source", "The answer may lie in a feed that did not run.")
    if following is not None:
        return Verdict("late", "answered_late", f"Done again {_span(anchor, following)} after, past the limit.")
    return Verdict("missed", "not_answered", "Not done again.")


def unknown_start() -> Verdict:
    """The export does not show whether there was an occasion at all."""
    return Verdict("cannot_tell", "trigger_condition", "The export does not show whether this called for anything.")


def no_link() -> Verdict:
    """The export does not show whose entry it is."""
    return Verdict("cannot_tell", "link", "The export does not show whose this is.")


def no_limit() -> Verdict:
    """The export does not show what sets the limit."""
    return Verdict("cannot_tell", "limit", "The export does not show what sets the limit.")


def _span(start: Fact, answer: Fact) -> str:
    minutes = (answer.moment - start.moment) // MINUTE
    if abs(minutes) < 120:
        return f"{minutes} minutes"
    return f"{minutes // 60} hours" if abs(minutes) < 4320 else f"{minutes // 1440} days"


def start_of_day_before(fact: Fact, days: int) -> int:
    """The first second of the London day that lies so many days before."""
    return first_second(day_of(fact.lo) - timedelta(days=days))

"""The made-up force at work: one queue of what happens next, the people who do it, the children, and the cases they meet.

A story (`stories/`) is a generator: it notes what happened and yields the moment at which it goes on. The force runs every
story in the order of time, so that two stories that need the same officer wait for each other.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from random import Random
from typing import NamedTuple

from candour.records.mapping import EventRule, SourceMapping, TableRule
from candour.records.vocabulary import Vocabulary
from candour.simulation.facts import Case, Child, Fact, Value
from candour.simulation.moments import CLOCKS_BACK, EXTRACTED, HOUR, MINUTE, at, day_of, first_second, working_days_after
from candour.simulation.staff import Crews, Desk, Officer, Stint
from candour.simulation.staffing import Staff
from candour.simulation.stories.written import Pen
from candour.simulation.withheld import BLANK, DAY_ONLY, STOPPED_FROM, STOPPED_SOURCE, STOPPED_TO, UNDATED, UNLINKED, UNMAPPED, UNTYPED

Story = Generator[int, None, None]
Note = Callable[..., Fact | None]
"""`Force.note` for one case, with some of its values settled."""
OFTEN = {"good": 0, "requires_improvement": 1, "inadequate": 2}


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry is written: its source, table and event rule, what is withheld of it, and what every entry of its sort says."""

    source: SourceMapping
    table: TableRule
    rule: EventRule
    rank_of_kind: int
    day_only: float
    undated: float
    untyped: float
    unlinked: tuple[float, float]
    blank: tuple[tuple[str, float], ...]
    unmapped: tuple[tuple[str, float], ...]
    held: frozenset[str]
    constant: dict[str, Value]

    def refuse_unknown(self, fields: dict[str, Value]) -> None:
        """A story may only say what the system has a column for. Raises KeyError."""
        unknown = fields.keys() - self.held
        if unknown:
            raise KeyError(f"{self.rule.name} has no field {sorted(unknown)[0]!r} in its mapping")


class Gaps(NamedTuple):
    """What one entry leaves out: its hour, its day, when it was written, whom it is about, and which episode it belongs to."""

    day_only: bool
    undated: bool
    untyped: bool
    no_child: bool
    no_episode: bool


def places_of(mappings: Iterable[SourceMapping], vocabulary: Vocabulary) -> dict[str, Place]:
    """Every entry that the mappings can hold, by its name, which is unlike any other in the eight mappings."""
    found: dict[str, Place] = {}
    for mapping in mappings:
        for table in mapping.tables:
            for rule in table.events:
                if rule.name in found:
                    raise ValueError(f"two mappings of Northshire have an event {rule.name!r}; give each its own name")
                blank = tuple((key[1], share) for key, share in BLANK.items() if key[0] == rule.name)
                unmapped = tuple((key[1], share) for key, share in UNMAPPED.items() if key[0] == rule.name)
                unlinked = (UNLINKED.get((rule.name, "child"), 0.0), UNLINKED.get((rule.name, "episode"), 0.0))
                order = vocabulary.kinds[rule.kind].order
                constant: dict[str, Value] = {name: use.constant for name, use in rule.fields.items() if use.constant is not None}
                found[rule.name] = Place(
                    mapping,
                    table,
                    rule,
                    order,
                    DAY_ONLY.get(rule.name, 0.0),
                    UNDATED.get(rule.name, 0.0),
                    UNTYPED.get(rule.name, 0.0),
                    unlinked,
                    blank,
                    unmapped,
                    frozenset(rule.fields),
                    constant,
                )
    return found


def tidy(moment: int) -> int:
    """A moment as Northshire's systems time things: to the minute, never at midnight and never in the hour the clocks show twice."""
    moment -= moment % MINUTE
    if CLOCKS_BACK[0] <= moment < CLOCKS_BACK[1]:
        moment += HOUR
    return moment + MINUTE if moment == first_second(day_of(moment)) else moment


@dataclass
class Force:
    """The force, its clock and its queue. `finished` is called with each case once nothing more can happen in it."""

    random: Random
    places: dict[str, Place]
    moment_fields: frozenset[str]
    staff: Staff
    children: list[Child]
    finished: Callable[[Case], None]
    pen: Pen = field(default_factory=lambda: Pen(1))
    now: int = 0
    cases: int = 0
    queue: list[tuple[int, int, Case, Story]] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)
    started: int = 0

    def start(self, case: Case, story: Story, when: int) -> None:
        """Set a story of a case going at a moment."""
        case.running += 1
        self.started += 1
        heapq.heappush(self.queue, (when, self.started, case, story))

    def run(self, until: int = EXTRACTED) -> None:
        """Let everything happen that happens up to a moment, then finish the cases that are still open."""
        while self.queue:
            when, order, case, story = heapq.heappop(self.queue)
            self.now = max(self.now, when)
            if when > until:
                self._end(case, story)
                continue
            try:
                then = next(story)
            except StopIteration:
                self._end(case, story)
                continue
            heapq.heappush(self.queue, (max(then, when), order, case, story))

    def work(self, officer: Officer, when: int, minutes: int) -> Generator[int, None, int]:
        """Wait until `when`, put the work at the end of what the officer then has in hand, and wait until it is done; gives that moment."""
        yield when
        done, _ = officer.work(self.now, minutes)
        yield done
        return done

    def take(self, team: Crews | Desk, when: int, minutes: int, *, urgent: bool = False) -> Generator[int, None, Stint]:
        """Wait until `when`, then give the work to whoever of a team is free first."""
        yield when
        return team.take(self.now, minutes, urgent=urgent)

    def _end(self, case: Case, story: Story) -> None:
        story.close()
        case.running -= 1
        if case.running == 0:
            self.finished(case)

    def number(self, of: str) -> str:
        """The next reference of a sort, such as L0000123."""
        self.numbers[of] = self.numbers.get(of, 0) + 1
        return f"{of}{self.numbers[of]:07d}"

    def chance(self, case: Case, good: float, middling: float, poor: float) -> bool:
        """Whether something is done, by the quality of the practice on the case."""
        return self.random.random() < (good, middling, poor)[OFTEN[case.grade]]

    def minutes(self, usual: float) -> int:
        """A duration around `usual` minutes: never under a third of it, seldom over three times."""
        return max(1, round(usual * min(3.0, max(0.33, self.random.lognormvariate(0.0, 0.5)))))

    def soon(self, since: int, hour: int, days: Sequence[int], shares: Sequence[float]) -> int:
        """Some minutes past an hour, so many working days after a day; how many is drawn from `days` by their `shares`."""
        day = working_days_after(day_of(since), self.random.choices(days, shares)[0])
        return at(day, hour, self.random.randrange(1, 59))

    def note(
        self,
        case: Case,
        name: str,
        moment: int,
        *,
        child: Child | str | None = None,
        children: list[Child] | None = None,
        episode: str | None = None,
        place: str | None = None,
        by: Officer | str | None = None,
        role: str | None = None,
        org: str | None = None,
        late: int | None = None,
        tour_end: int | None = None,
        row: str | None = None,
        day_only: bool | None = None,
        **fields: Value,
    ) -> Fact | None:
        """Note that something happened, unless it lies after the extraction. `late` is minutes from the event to its entry.

        Gives the fact, or the first of several when an entry is about several children.
        """
        where = self.places[name]
        moment = tidy(moment)
        if moment > EXTRACTED - 2 * MINUTE:
            return None
        where.refuse_unknown(fields)
        key = row or self.number(where.table.file.split("/")[-1][:2].upper())
        gaps = self._gaps(where, day_only)
        entry = self._entry(case, where, key, moment, late, gaps, fields)
        entry.episode, entry.place, entry.org, entry.tour_end = None if gaps.no_episode else episode, place, org, tour_end
        entry.household = case.children[0].household if case.children else None
        self._by_whom(entry, case, by, role)
        _only_held(entry, where.rule)
        marks = self.pen.write(case, entry)
        facts = _one_for_each(entry, [None] if gaps.no_child else [child] if children is None else children, where.rule)
        self.pen.keep(entry, marks, min(one.event_id for one in facts))
        case.facts += facts
        return facts[0]

    def _gaps(self, where: Place, day_only: bool | None) -> Gaps:
        """Draws what one entry leaves out; `day_only` where the story has settled whether its hour is shown."""
        random = self.random.random
        only_day = random() < where.day_only if day_only is None else day_only
        untyped = where.untyped > 0 and random() < where.untyped
        no_child, no_episode = (share > 0 and random() < share for share in where.unlinked)
        undated = where.undated > 0 and random() < where.undated
        return Gaps(only_day and not undated, undated, untyped, no_child, no_episode)

    def _entry(self, case: Case, where: Place, key: str, moment: int, late: int | None, gaps: Gaps, fields: dict[str, Value]) -> Fact:
        """What happened, when, and when it was written; not yet about whom and by whom."""
        shown, hidden = self._shown(where, {**where.constant, **fields})
        return Fact(
            name=where.rule.name,
            kind=where.rule.kind,
            moment=moment,
            event_id=f"{where.source.name}:{key}:{where.rule.name}",
            rank_of_kind=where.rank_of_kind,
            case_ref=case.ref or None,
            recorded=None if late is None or gaps.untyped else min(tidy(moment + late * MINUTE), EXTRACTED - MINUTE),
            fields=shown,
            hidden=hidden,
            row=key,
            day_only=gaps.day_only,
            undated=gaps.undated,
            lost=where.source.name == STOPPED_SOURCE and STOPPED_FROM <= moment <= STOPPED_TO,
            held=where.held,
        )

    def _by_whom(self, entry: Fact, case: Case, by: Officer | str | None, role: str | None) -> None:
        if isinstance(by, Officer):
            entry.actor, entry.role, entry.rank, entry.unit = by.ref, by.role, by.rank, by.unit
        else:
            entry.actor, entry.role, entry.rank, entry.unit = by, role, None, case.unit

    def noting(self, case: Case, **common: object) -> Note:
        """`note` for one case, with values that several entries share."""
        note: Note = self.note
        return partial(note, case, **common)

    def _shown(self, where: Place, fields: dict[str, Value]) -> tuple[dict[str, Value], dict[str, Value]]:
        shown: dict[str, Value] = {}
        hidden: dict[str, Value] = {}
        for name, value in fields.items():
            if value is None or value == ():
                continue
            if name in self.moment_fields and isinstance(value, int):
                value = tidy(value)
            shown[name] = value
        for name, share in where.blank:
            if name in shown and self.random.random() < share:
                hidden[name] = shown.pop(name)
        for name, share in where.unmapped:
            if name in shown and self.random.random() < share:
                hidden[f"unmapped:{name}"] = shown.pop(name)
        return shown, hidden


COLUMNS = {
    "episode": "episode_ref",
    "place": "place_ref",
    "household": "household_ref",
    "actor": "actor_ref",
    "role": "actor_role",
    "rank": "actor_rank",
    "unit": "unit",
    "org": "org",
    "recorded": "recorded_at",
    "tour_end": "tour_ends_at",
}
"""What a fact calls the columns of the envelope that a system may not have."""


def _only_held(entry: Fact, rule: EventRule) -> None:
    for ours, column in COLUMNS.items():
        if column not in rule.envelope:
            setattr(entry, ours, None)


def _one_for_each(entry: Fact, subjects: Sequence[Child | str | None], rule: EventRule) -> list[Fact]:
    facts = []
    for subject in subjects:
        ref = subject.ref if isinstance(subject, Child) else subject
        suffix = f":{ref}" if rule.split_child is not None else ""
        facts.append(replace(entry, child=ref if "child_ref" in rule.envelope else None, event_id=entry.event_id + suffix))
    return facts

"""The people of the made-up force: officers on tours of duty, with leave and work in hand. Delay comes from waiting for one of them.

Response, custody and call-handling crews work ten-day cycles of two early, two late and two night tours and four days off.
Office staff work Monday to Friday, with one in four on duty at a weekend. Nobody works on a day of leave.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from candour.simulation.moments import BANK_HOLIDAYS, MINUTE, at, day_of

EARLY, LATE, NIGHT = (7, 15), (15, 23), (23, 31)
CYCLE = (EARLY, EARLY, LATE, LATE, NIGHT, NIGHT, None, None, None, None)
CREWS = 5
OFFICE = (8, 17)


@dataclass(slots=True, eq=False)
class Officer:
    """One officer or member of staff. `free_at` is when the work now in hand ends; `open_cases` is the caseload."""

    ref: str
    role: str
    rank: str
    unit: str
    crew: int
    leave: frozenset[int]
    free_at: int = 0
    open_cases: int = 0
    trained: set[str] = field(default_factory=set)

    def office_hours(self, day: date) -> tuple[int, int] | None:
        """First and last moment of duty of office staff on a day; None on a day off."""
        if day.toordinal() in self.leave:
            return None
        if (day.weekday() >= 5 or day in BANK_HOLIDAYS) and (day.toordinal() // 7 + self.crew) % 4:
            return None
        return at(day, OFFICE[0]), at(day, OFFICE[1])

    def work(self, now: int, minutes: int) -> tuple[int, int]:
        """Put a piece of work at the end of what is in hand. Gives when it is done and when that tour ends.

        Work is done in office hours only, and stops for leave: the delay is the queue and the calendar.
        """
        moment, left = max(now, self.free_at), minutes * MINUTE
        day = day_of(moment)
        while True:
            hours = self.office_hours(day)
            if hours is not None and moment < hours[1]:
                start = max(moment, hours[0])
                if start + left <= hours[1]:
                    self.free_at = start + left
                    return self.free_at, hours[1]
                left -= hours[1] - start
            day += timedelta(days=1)
            moment = at(day)


@dataclass(slots=True)
class Stint:
    """A piece of work by a crew: who did it, when it began and ended, and when that tour of duty ends."""

    officer: Officer
    start: int
    end: int
    tour_end: int


class Crews:
    """A team that works round the clock in five crews. Whoever on duty is free first takes the next piece of work."""

    def __init__(self, officers: list[Officer]) -> None:
        self.crews: list[list[tuple[int, int, Officer]]] = [[] for _ in range(CREWS)]
        for number, officer in enumerate(officers):
            heapq.heappush(self.crews[officer.crew], (0, number, officer))

    def take(self, now: int, minutes: int, *, urgent: bool = False) -> Stint:
        """Give work to the first who is free, in this tour or the next ones. Urgent work interrupts what is in hand."""
        day = day_of(now) - timedelta(days=1)
        while True:
            for hours in (EARLY, LATE, NIGHT):
                end = at(day, hours[1])
                if end - 10 * MINUTE <= now:
                    continue
                stint = self._of_tour(now, minutes, day, hours, urgent)
                if stint is not None:
                    return stint
            day += timedelta(days=1)

    def _of_tour(self, now: int, minutes: int, day: date, hours: tuple[int, int], urgent: bool) -> Stint | None:
        start, end = at(day, hours[0]), at(day, hours[1])
        ordinal = day.toordinal()
        for number, crew in enumerate(self.crews):
            if CYCLE[(ordinal + 2 * number) % len(CYCLE)] is not hours:
                continue
            away = []
            found = None
            while crew and found is None:
                free_at, order, officer = heapq.heappop(crew)
                if ordinal in officer.leave:
                    away.append((free_at, order, officer))
                    continue
                begin = max(now, start) if urgent else max(now, start, free_at)
                if begin >= end - 10 * MINUTE:
                    away.append((free_at, order, officer))
                    break
                done = begin + minutes * MINUTE
                officer.free_at = max(free_at, begin) + minutes * MINUTE
                heapq.heappush(crew, (officer.free_at, order, officer))
                found = Stint(officer, begin, done, end)
            for entry in away:
                heapq.heappush(crew, entry)
            if found is not None:
                return found
        return None


class Desk:
    """A team of office staff that shares one queue: the member whose work in hand ends first takes the next piece."""

    def __init__(self, officers: list[Officer]) -> None:
        self.heap = [(officer.free_at, number, officer) for number, officer in enumerate(officers)]
        self.officers = officers
        heapq.heapify(self.heap)

    def take(self, now: int, minutes: int, *, urgent: bool = False) -> Stint:
        """Give work to whoever can begin it first; gives when it is done and when that tour ends. Urgent work is begun in the same way."""
        _, number, officer = heapq.heappop(self.heap)
        end, tour_end = officer.work(now, minutes)
        heapq.heappush(self.heap, (officer.free_at, number, officer))
        return Stint(officer, end - minutes * MINUTE, end, tour_end)

    def allocate(self) -> Officer:
        """The member with the fewest open cases (the first of equals): who a new investigation goes to."""
        return min(self.officers, key=lambda officer: (officer.open_cases, officer.ref))


def leave_of(random: Random, first: date, days: int) -> frozenset[int]:
    """Days of leave in a stretch of days: about five stretches of four to twelve days a year."""
    found: set[int] = set()
    for _ in range(max(1, round(days / 73))):
        start = first.toordinal() + random.randrange(days)
        found.update(range(start, start + random.randint(4, 12)))
    return frozenset(found)


def staff_needed(hours_of_work_a_day: float, hours_on_duty_a_day: float, busy: float, least: int) -> int:
    """How many people keep a share `busy` of their duty time filled; never fewer than `least`."""
    return max(least, -(-int(hours_of_work_a_day * 100) // max(1, int(hours_on_duty_a_day * busy * 100))))

"""Whether a figure over time has really changed, or only wavered as it always does: the XmR control chart.

The rules are those of NHS England's "Making Data Count" programme, as the R package NHSRplotthedots works them out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from math import isfinite
from statistics import mean

LIMIT_FACTOR = 2.66
"""Mean moving ranges from the mean to a process limit: 3 / 1.128, rounded as Making Data Count rounds it."""
NEAR_FACTOR = LIMIT_FACTOR * 2 / 3
"""Mean moving ranges from the mean to where "near the limit" begins: two thirds of the way."""
SCREEN_FACTOR = 3.267
"""A moving range this many times the mean moving range, or more, is screened out as an outlier (D4 for pairs)."""
RUN_LENGTH = 7
"""Points that make a shift or a trend."""


class Direction(Enum):
    """Which way a figure moved, or which way is better."""

    UP = "up"
    DOWN = "down"


class Signal(Enum):
    """What the chart says of one point. All but the first are special causes: something other than chance is likely."""

    COMMON_CAUSE = "common cause"
    ABOVE_LIMIT = "above the upper limit"
    BELOW_LIMIT = "below the lower limit"
    TREND_UP = "part of seven or more points each higher than the last"
    TREND_DOWN = "part of seven or more points each lower than the last"
    NEAR_UPPER = "one of two in three points near the upper limit"
    NEAR_LOWER = "one of two in three points near the lower limit"
    SHIFT_UP = "one of seven or more points in a row above the mean"
    SHIFT_DOWN = "one of seven or more points in a row below the mean"

    @property
    def direction(self) -> Direction | None:
        """The way the special cause points; None for common cause."""
        return _DIRECTIONS.get(self)


_DIRECTIONS = {
    Signal.ABOVE_LIMIT: Direction.UP,
    Signal.BELOW_LIMIT: Direction.DOWN,
    Signal.TREND_UP: Direction.UP,
    Signal.TREND_DOWN: Direction.DOWN,
    Signal.NEAR_UPPER: Direction.UP,
    Signal.NEAR_LOWER: Direction.DOWN,
    Signal.SHIFT_UP: Direction.UP,
    Signal.SHIFT_DOWN: Direction.DOWN,
}


class Meaning(Enum):
    """What a signal means once it is known which way is better."""

    COMMON_CAUSE = "common cause"
    IMPROVEMENT = "special cause: improvement"
    CONCERN = "special cause: concern"
    NEUTRAL = "special cause: neither better nor worse"


@dataclass(frozen=True, slots=True)
class Point:
    """One value of the series. `signals` holds every special cause found, the leading one first; empty for common cause."""

    value: float
    signals: tuple[Signal, ...]

    @property
    def signal(self) -> Signal:
        """The one to show: outside a limit leads, then a trend, then two in three near a limit, then a shift."""
        return self.signals[0] if self.signals else Signal.COMMON_CAUSE


@dataclass(frozen=True, slots=True)
class Chart:
    """An XmR chart. `mean` is None for an empty series; the limits are None where no moving range could be used.

    Without limits the shift and trend rules still apply; the rules about limits cannot find anything.
    `ranges_screened` says how many moving ranges were left out of `mean_moving_range` as outliers.
    """

    mean: float | None
    mean_moving_range: float | None
    ranges_screened: int
    lower_limit: float | None
    upper_limit: float | None
    points: tuple[Point, ...]


def xmr_chart(values: Sequence[float], *, screen_outliers: bool = True) -> Chart:
    """The XmR chart of `values`, given in order of time at even steps, in any one unit; no gaps are filled.

    The mean is that of all values. A moving range is the distance between neighbours; the limits lie 2.66 mean moving
    ranges either side of the mean. With `screen_outliers`, moving ranges of 3.267 times their mean or more are left out
    and the mean taken again, once; in a series that never varies this leaves none, so there are no limits.

    Special causes (a point *at* a limit is not outside it, and a point *at* the mean is on neither side):
    outside a limit; all points of seven or more in a row on one side of the mean; all points of seven or more in a row
    each higher (or each lower) than the last; and points more than two thirds of the way to a limit but not outside it,
    where two of three neighbours are so and all three lie on that side of the mean.

    Sources: D. J. Wheeler, Understanding Variation (1993), for the 2.66; NHS England, Making Data Count (2019 on), for
    the four rules; NHSRplotthedots for the screening, for what counts as near, and for which rule leads.

    Raises ValueError where a value is not a finite number.
    """
    for place, value in enumerate(values):
        if not isfinite(value):
            raise ValueError(f"value {value} at position {place}: a control chart needs finite numbers; leave out what is missing")
    numbers = [float(value) for value in values]
    if not numbers:
        return Chart(None, None, 0, None, None, ())
    centre = mean(numbers)
    ranges = [abs(later - earlier) for earlier, later in pairwise(numbers)]
    used = _screened(ranges) if screen_outliers else ranges
    if not used:
        return Chart(centre, None, len(ranges), None, None, _points(numbers, centre, None))
    spread = mean(used)
    return Chart(
        mean=centre,
        mean_moving_range=spread,
        ranges_screened=len(ranges) - len(used),
        lower_limit=centre - LIMIT_FACTOR * spread,
        upper_limit=centre + LIMIT_FACTOR * spread,
        points=_points(numbers, centre, spread),
    )


def meaning_of(signal: Signal, *, better: Direction | None) -> Meaning:
    """What `signal` means where `better` is the way the figure ought to move; None where neither way is better."""
    if signal.direction is None:
        return Meaning.COMMON_CAUSE
    if better is None:
        return Meaning.NEUTRAL
    return Meaning.IMPROVEMENT if signal.direction is better else Meaning.CONCERN


def _screened(ranges: list[float]) -> list[float]:
    if not ranges:
        return []
    bound = SCREEN_FACTOR * mean(ranges)
    return [distance for distance in ranges if distance < bound]


def _points(numbers: list[float], centre: float, spread: float | None) -> tuple[Point, ...]:
    sides = [(number > centre) - (number < centre) for number in numbers]
    outside: list[Signal | None] = [None] * len(numbers)
    near = [False] * len(numbers)
    if spread is not None:
        for place, number in enumerate(numbers):
            # The same expressions as the limits of the chart, so that a point and a limit never disagree by a rounding.
            if number > centre + LIMIT_FACTOR * spread:
                outside[place] = Signal.ABOVE_LIMIT
            elif number < centre - LIMIT_FACTOR * spread:
                outside[place] = Signal.BELOW_LIMIT
            else:
                near[place] = number > centre + NEAR_FACTOR * spread or number < centre - NEAR_FACTOR * spread
    trends = _trends(numbers)
    two_in_three = _two_in_three(near, sides)
    shifts = _shifts(sides)
    return tuple(
        Point(number, tuple(signal for signal in (outside[place], *trends[place], two_in_three[place], shifts[place]) if signal))
        for place, number in enumerate(numbers)
    )


def _trends(numbers: list[float]) -> list[list[Signal]]:
    """For each point, the trends it belongs to. At a turning point it ends one and begins another: the later leads."""
    steps = [(later > earlier) - (later < earlier) for earlier, later in pairwise(numbers)]
    found: list[list[Signal]] = [[] for _ in numbers]
    for start, end, way in _runs(steps):
        # A run of k steps joins k + 1 points.
        if way and end - start + 1 >= RUN_LENGTH:
            for place in range(start, end + 1):
                found[place].insert(0, Signal.TREND_UP if way > 0 else Signal.TREND_DOWN)
    return found


def _shifts(sides: list[int]) -> list[Signal | None]:
    found: list[Signal | None] = [None] * len(sides)
    for start, end, side in _runs(sides):
        if side and end - start >= RUN_LENGTH:
            found[start:end] = [Signal.SHIFT_UP if side > 0 else Signal.SHIFT_DOWN] * (end - start)
    return found


def _two_in_three(near: list[bool], sides: list[int]) -> list[Signal | None]:
    found: list[Signal | None] = [None] * len(sides)
    for start in range(len(sides) - 2):
        window = range(start, start + 3)
        if abs(sum(sides[place] for place in window)) == 3 and sum(near[place] for place in window) >= 2:
            for place in window:
                if near[place]:
                    found[place] = Signal.NEAR_UPPER if sides[place] > 0 else Signal.NEAR_LOWER
    return found


def _runs(marks: list[int]) -> Iterator[tuple[int, int, int]]:
    """Stretches of equal marks: where each starts, where the next would start, and the mark."""
    start = 0
    for place in range(1, len(marks) + 1):
        if place == len(marks) or marks[place] != marks[start]:
            yield start, place, marks[start]
            start = place

"""How long things take when some have not happened yet: an open case counts as still waiting, never as missing.

A mean of the closed ones makes a slow force look quick. Here every case waits until it has its event or is last seen
without it (censored), and the share still waiting is followed through time.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from math import erfc, exp, isfinite, log, sqrt

from candour.statistics.intervals import CONFIDENCE, Interval, two_sided_z

_HALF_TOLERANCE = 1e-9
"""The product of many fractions may miss one half by a rounding error; one case in a million would move it by 1e-6."""

_Row = tuple[float, int, int, int]
"""A time, how many were at risk just before it, had the event at it, and were censored at it."""


class Limits(Enum):
    """The scale on which confidence limits for survival are symmetrical."""

    LOG_LOG = "log-log"
    """log(-log S): stays between 0 and 1 and holds its coverage in small groups; the default."""
    LOG = "log"
    """log S: the default of R's survival package; the upper limit is cut at 1."""


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the table: a time at which something happened, in the unit of the times given.

    `at_risk` were still waiting just before `time`; then `events` had the event and, after them, `censored` were last
    seen without it. `survival` is the share still waiting just after `time`. `standard_error` and the limits are None
    where survival has reached 0, and the limits also where it is still 1: the formula says nothing there.
    """

    time: float
    at_risk: int
    events: int
    censored: int
    survival: float
    standard_error: float | None
    limits: Interval | None


@dataclass(frozen=True, slots=True)
class Median:
    """The time by which half have had the event. None means it was not reached while anyone was watched.

    `upper` is None where the upper limit is not reached, which is common and means "at least `lower`, perhaps much longer".
    """

    time: float | None
    lower: float | None
    upper: float | None


@dataclass(frozen=True, slots=True)
class Curve:
    """A Kaplan-Meier estimate: one step per distinct time, in order of time."""

    steps: tuple[Step, ...]

    @property
    def count(self) -> int:
        """How many waits the curve is made of, with and without the event."""
        return self.steps[0].at_risk if self.steps else 0

    @property
    def events(self) -> int:
        """How many of them had the event."""
        return sum(step.events for step in self.steps)

    def survival_at(self, time: float) -> float | None:
        """The share still waiting just after `time` (events at `time` itself have happened).

        None where it cannot be told: nobody was watched, or `time` lies beyond the last wait and some were still waiting.
        """
        if not self.steps:
            return None
        last = self.steps[-1]
        if time > last.time and last.survival > 0:
            return None
        place = bisect_right(self.steps, time, key=lambda step: step.time)
        return self.steps[place - 1].survival if place else 1.0

    def median(self) -> Median:
        """The first time at which survival is one half or less, and its limits: the same reading of each limit's curve.

        Where survival is exactly one half over a stretch, this is the start of the stretch (R's survival package gives
        its midpoint). Source: R. Brookmeyer and J. Crowley, "A confidence interval for the median survival time",
        Biometrics 38 (1982), 29-41, on the scale the curve's limits were made on.
        """
        return Median(
            time=_first_at_half((step.time, step.survival) for step in self.steps),
            lower=_first_at_half((step.time, step.limits.lower) for step in self.steps if step.limits),
            upper=_first_at_half((step.time, step.limits.upper) for step in self.steps if step.limits),
        )


@dataclass(frozen=True, slots=True)
class Logrank:
    """Whether two groups wait differently. `chi_square` has one degree of freedom; `p_value` is two-sided.

    Both are None where there is nothing to compare: at no time did an event happen while both groups were at risk.
    """

    observed: tuple[int, int]
    expected: tuple[float, float]
    chi_square: float | None
    p_value: float | None


def kaplan_meier(
    times: Sequence[float],
    happened: Sequence[bool],
    *,
    confidence: float = CONFIDENCE,
    limits: Limits = Limits.LOG_LOG,
) -> Curve:
    """The Kaplan-Meier estimate of the share still waiting, with Greenwood's standard error.

    `times` are waits from each one's own start, in any one unit, zero or more; `happened` says whether the wait ended in
    the event (true) or was last seen without it (false: censored). Where an event and a censoring share a time, the
    event is taken first, so the censored one counts as at risk. No waits at all give a curve with no steps.

    S(t) = product over times t_i <= t of (1 - d_i / n_i); Greenwood's sum G = sum of d_i / (n_i (n_i - d_i));
    the standard error is S * sqrt(G). Limits: log-log S ^ exp(-/+ z sqrt(G) / log S); log S * exp(-/+ z sqrt(G)).

    Sources: E. L. Kaplan and P. Meier, "Nonparametric estimation from incomplete observations", Journal of the American
    Statistical Association 53 (1958), 457-481; M. Greenwood, "The natural duration of cancer", Reports on Public Health
    and Medical Subjects 33 (1926); J. D. Kalbfleisch and R. L. Prentice, The Statistical Analysis of Failure Time Data
    (1980), for the log-log limits.

    Raises ValueError where the two lists differ in length, a time is negative or not a finite number, or a flag is neither
    true nor false: a wait whose end is unknown cannot be counted either way.
    """
    z = two_sided_z(confidence)
    steps: list[Step] = []
    survival, greenwood = 1.0, 0.0
    for time, at_risk, events, censored in _table(times, happened):
        survival *= (at_risk - events) / at_risk
        if survival > 0:
            greenwood += events / (at_risk * (at_risk - events))
        steps.append(
            Step(
                time=time,
                at_risk=at_risk,
                events=events,
                censored=censored,
                survival=survival,
                standard_error=survival * sqrt(greenwood) if survival > 0 else None,
                limits=_limits(survival, greenwood, z, limits),
            )
        )
    return Curve(tuple(steps))


def logrank(
    first_times: Sequence[float],
    first_happened: Sequence[bool],
    second_times: Sequence[float],
    second_happened: Sequence[bool],
) -> Logrank:
    """The logrank test that two groups share one survival curve, without continuity correction.

    At each time with d events among n at risk, n_1 of them in the first group, the first group expects d n_1 / n events
    with hypergeometric variance d (n_1/n)(1 - n_1/n)(n - d)/(n - 1); chi-square = (observed - expected)^2 / variance.
    Times as for `kaplan_meier`. Sources: N. Mantel, "Evaluation of survival data and two new rank order statistics
    arising in its consideration", Cancer Chemotherapy Reports 50 (1966), 163-170; R. Peto and J. Peto, Journal of the
    Royal Statistical Society A 135 (1972), 185-207.

    Raises ValueError as `kaplan_meier` does.
    """
    first = _table(first_times, first_happened)
    second = _table(second_times, second_happened)
    first_events = {time: events for time, _, events, _ in first}
    second_events = {time: events for time, _, events, _ in second}
    expected_first = expected_second = variance = 0.0
    for time in sorted(first_events.keys() | second_events.keys()):
        events = first_events.get(time, 0) + second_events.get(time, 0)
        if events == 0:
            continue
        in_first, in_second = _still_waiting(first, time), _still_waiting(second, time)
        at_risk = in_first + in_second
        expected_first += events * in_first / at_risk
        expected_second += events * in_second / at_risk
        if at_risk > 1:
            variance += events * (in_first / at_risk) * (in_second / at_risk) * (at_risk - events) / (at_risk - 1)
    observed = (sum(first_events.values()), sum(second_events.values()))
    chi_square = (observed[0] - expected_first) ** 2 / variance if variance > 0 else None
    # For one degree of freedom P(chi-square > x) = P(|Z| > sqrt(x)) = erfc(sqrt(x / 2)).
    p_value = erfc(sqrt(chi_square / 2)) if chi_square is not None else None
    return Logrank(observed, (expected_first, expected_second), chi_square, p_value)


def _still_waiting(table: Sequence[_Row], time: float) -> int:
    """How many of a group have waits that last to `time` or beyond."""
    place = bisect_left(table, time, key=lambda row: row[0])
    return table[place][1] if place < len(table) else 0


def _table(times: Sequence[float], happened: Sequence[bool]) -> list[_Row]:
    """One row for each distinct time, in order."""
    if len(times) != len(happened):
        raise ValueError(f"{len(times)} times but {len(happened)} event flags: give one flag for each time")
    for place, time in enumerate(times):
        if not isfinite(time) or time < 0:
            raise ValueError(f"time {time} at position {place}: a wait must be a finite number, zero or more")
    for place, flag in enumerate(happened):
        if flag not in (True, False):
            raise ValueError(f"event flag {flag!r} at position {place}: say true where the event happened, false where it had not yet")
    events = Counter(time for time, flag in zip(times, happened, strict=True) if flag)
    leaving = Counter(times)
    at_risk = len(times)
    rows: list[_Row] = []
    for time in sorted(leaving):
        rows.append((time, at_risk, events[time], leaving[time] - events[time]))
        at_risk -= leaving[time]
    return rows


def _limits(survival: float, greenwood: float, z: float, limits: Limits) -> Interval | None:
    if greenwood == 0 or survival == 0:
        return None
    spread = z * sqrt(greenwood)
    if limits is Limits.LOG:
        return Interval(survival * exp(-spread), min(1.0, survival * exp(spread)))
    ratio = exp(spread / -log(survival))
    return Interval(survival**ratio, survival ** (1 / ratio))


def _first_at_half(curve: Iterable[tuple[float, float]]) -> float | None:
    return next((time for time, share in curve if share <= 0.5 + _HALF_TOLERANCE), None)

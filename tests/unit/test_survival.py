"""Kaplan-Meier and the logrank test by hand, by scipy, and at their edges."""

from __future__ import annotations

import random
from math import isclose, nan, sqrt

import pytest
from scipy.stats import CensoredData, ecdf
from scipy.stats import logrank as scipy_logrank

from candour.statistics.intervals import Interval
from candour.statistics.survival import Limits, Median, kaplan_meier, logrank

Group = tuple[list[float], list[bool]]


def a_group(chance: random.Random, size: int, latest: int) -> Group:
    """Whole-number waits, so that ties of every sort are common."""
    return [float(chance.randint(0, latest)) for _ in range(size)], [chance.random() < 0.6 for _ in range(size)]


def censored(group: Group) -> CensoredData:
    times, happened = group
    pairs = list(zip(times, happened, strict=True))
    return CensoredData(uncensored=[t for t, flag in pairs if flag], right=[t for t, flag in pairs if not flag])


def test_an_event_is_taken_before_a_censoring_at_the_same_time() -> None:
    step = kaplan_meier([3, 3], [False, True]).steps[0]
    assert (step.time, step.at_risk, step.events, step.censored, step.survival) == (3, 2, 1, 1, 0.5)


def test_by_hand() -> None:
    """Six waits: S goes 5/6, then (4 at risk, 2 events) 5/12, and stays there through a censoring."""
    curve = kaplan_meier([1, 2, 4, 4, 7, 4], [True, False, True, True, False, False])
    rows = [(s.time, s.at_risk, s.events, s.censored) for s in curve.steps]
    assert rows == [(1, 6, 1, 0), (2, 5, 0, 1), (4, 4, 2, 1), (7, 1, 0, 1)]
    assert [s.survival for s in curve.steps] == pytest.approx([5 / 6, 5 / 6, 5 / 12, 5 / 12], abs=1e-15)
    assert curve.steps[0].standard_error == pytest.approx(5 / 6 * sqrt(1 / 30), abs=1e-15)
    assert curve.steps[2].standard_error == pytest.approx(5 / 12 * sqrt(1 / 30 + 2 / (4 * 2)), abs=1e-15)
    assert curve.median().time == 4
    assert (curve.count, curve.events) == (6, 3)


@pytest.mark.filterwarnings("ignore:The confidence interval is undefined")  # where survival is 0 or 1: ours is None there
@pytest.mark.parametrize("seed", range(12))
def test_scipy_agrees_on_survival_and_greenwood_limits(seed: int) -> None:
    group = a_group(random.Random(seed), 40, 15)
    curve = kaplan_meier(*group)
    theirs = ecdf(censored(group)).sf
    band = theirs.confidence_interval(method="log-log")
    limits = {time: (low, high) for time, low, high in zip(theirs.quantiles, band.low.probabilities, band.high.probabilities, strict=True)}
    compared = 0
    for step in curve.steps:
        assert isclose(step.survival, theirs.evaluate(step.time), abs_tol=1e-12)
        if step.limits is not None and step.time in limits:
            low, high = limits[step.time]
            assert isclose(step.limits.lower, low, abs_tol=1e-9)
            assert isclose(step.limits.upper, high, abs_tol=1e-9)
            compared += 1
    assert compared >= 5


@pytest.mark.parametrize("seed", range(12))
def test_scipy_agrees_on_the_logrank_test(seed: int) -> None:
    chance = random.Random(seed)
    first, second = a_group(chance, 30, 12), a_group(chance, 25, 18)
    ours, theirs = logrank(*first, *second), scipy_logrank(censored(first), censored(second))
    assert ours.chi_square is not None
    assert ours.p_value is not None
    assert isclose(ours.chi_square, theirs.statistic**2, abs_tol=1e-10)
    assert isclose(ours.p_value, theirs.pvalue, abs_tol=1e-10)
    assert isclose(sum(ours.expected), sum(ours.observed), abs_tol=1e-9)


def test_the_order_in_which_waits_are_given_does_not_matter() -> None:
    chance = random.Random(7)
    times, happened = a_group(chance, 60, 9)
    order = list(range(60))
    chance.shuffle(order)
    assert kaplan_meier([times[i] for i in order], [happened[i] for i in order]) == kaplan_meier(times, happened)


def test_limits_say_nothing_where_survival_is_still_one_or_has_reached_nought() -> None:
    first, last = kaplan_meier([1, 2], [False, True]).steps
    assert (first.survival, first.standard_error, first.limits) == (1.0, 0.0, None)
    assert (last.survival, last.standard_error, last.limits) == (0.0, None, None)


def test_the_log_scale_cuts_its_upper_limit_at_one() -> None:
    step = kaplan_meier([1, 2, 3], [True, False, False], limits=Limits.LOG).steps[0]
    assert step.limits is not None
    assert step.limits.upper == 1.0
    assert 0 < step.limits.lower < step.survival


def test_more_confidence_widens_the_limits() -> None:
    def at(confidence: float) -> Interval:
        limits = kaplan_meier([1, 2, 3, 4], [True, True, False, False], confidence=confidence).steps[1].limits
        assert limits is not None
        return limits

    assert at(0.99).lower < at(0.95).lower < at(0.8).lower < at(0.8).upper < at(0.95).upper < at(0.99).upper


def test_a_median_not_reached_is_not_a_number() -> None:
    assert kaplan_meier([5, 6, 7], [True, False, False]).median() == Median(time=None, lower=5, upper=None)


def test_the_median_is_reached_when_survival_is_one_half_in_spite_of_rounding() -> None:
    """Of 14, one at a time: 13/14 x 12/13 x ... x 7/8 is one half; floating point may miss it by a little."""
    for size in range(2, 200, 2):
        curve = kaplan_meier(list(range(1, size + 1)), [True] * (size // 2) + [False] * (size // 2))
        assert curve.median().time == size // 2


def test_no_waits_give_no_steps_and_tell_nothing() -> None:
    curve = kaplan_meier([], [])
    assert (curve.steps, curve.count, curve.survival_at(0)) == ((), 0, None)
    assert curve.median() == Median(None, None, None)


def test_survival_at_a_time_counts_the_events_of_that_time() -> None:
    curve = kaplan_meier([10, 20, 30], [True, True, False])
    assert curve.survival_at(9.9) == 1.0
    assert curve.survival_at(10) == pytest.approx(2 / 3)
    assert curve.survival_at(30) == pytest.approx(1 / 3)
    assert curve.survival_at(30.1) is None
    assert kaplan_meier([10], [True]).survival_at(99) == 0.0


def test_logrank_by_hand() -> None:
    """One wait in each group, ending in turn: at the first, two at risk, half an event expected, variance a quarter."""
    result = logrank([1], [True], [2], [True])
    assert (result.observed, result.expected, result.chi_square) == ((1, 1), (0.5, 1.5), 1.0)
    assert result.p_value == pytest.approx(0.31731050786, abs=1e-10)


def test_logrank_compares_nothing_where_no_event_meets_both_groups() -> None:
    apart = logrank([1, 2], [True, True], [], [])
    assert (apart.observed, apart.expected, apart.chi_square, apart.p_value) == ((2, 0), (2.0, 0.0), None, None)
    assert logrank([1], [False], [2], [False]).p_value is None


def test_logrank_does_not_care_which_group_is_first() -> None:
    a, b = ([1.0, 3.0, 5.0], [True, True, False]), ([2.0, 3.0, 9.0], [True, False, True])
    there, back = logrank(*a, *b), logrank(*b, *a)
    assert there.observed == back.observed[::-1]
    assert there.chi_square == pytest.approx(back.chi_square, abs=1e-12)


@pytest.mark.parametrize("time", [-1, nan, float("inf")])
def test_an_impossible_wait_is_refused_with_its_place(time: float) -> None:
    with pytest.raises(ValueError, match="position 1"):
        kaplan_meier([1, time], [True, True])


def test_flags_must_match_times_and_be_known() -> None:
    with pytest.raises(ValueError, match="2 times but 1 event flags"):
        kaplan_meier([1, 2], [True])
    with pytest.raises(ValueError, match="None at position 1"):
        kaplan_meier([1, 2], [True, None])  # type: ignore[list-item]  # an unknown end is the point of the test

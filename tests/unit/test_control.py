"""The control chart's rules, each at its edge."""

from __future__ import annotations

from math import inf, nan

import pytest

from candour.statistics.control import Direction, Meaning, Point, Signal, meaning_of, xmr_chart


def leading(values: list[float]) -> list[Signal]:
    return [point.signal for point in xmr_chart(values).points]


def places(values: list[float], signal: Signal) -> list[int]:
    """Where `signal` was found, leading or not."""
    return [place for place, point in enumerate(xmr_chart(values).points) if signal in point.signals]


def test_mean_and_limits_by_hand() -> None:
    """1, 3, 2, 6: mean 3; moving ranges 2, 1, 4 with mean 7/3, none screened."""
    chart = xmr_chart([1, 3, 2, 6])
    assert chart.mean == 3
    assert chart.mean_moving_range == pytest.approx(7 / 3)
    assert chart.lower_limit == pytest.approx(3 - 2.66 * 7 / 3)
    assert chart.upper_limit == pytest.approx(3 + 2.66 * 7 / 3)
    assert chart.ranges_screened == 0


def test_screening_leaves_out_the_outlying_ranges_and_says_how_many() -> None:
    values = [1.0, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2]
    assert xmr_chart(values).ranges_screened == 2
    assert xmr_chart(values).mean_moving_range == 1
    assert xmr_chart(values, screen_outliers=False).ranges_screened == 0


def test_a_point_at_the_limit_is_not_outside_it() -> None:
    constant = xmr_chart([4.0] * 12, screen_outliers=False)
    assert (constant.lower_limit, constant.upper_limit) == (4, 4)
    assert {point.signal for point in constant.points} == {Signal.COMMON_CAUSE}


def test_six_on_one_side_are_chance_and_seven_are_a_shift() -> None:
    assert places([5.0, 6] * 3 + [1, 2] * 3, Signal.SHIFT_UP) == []
    assert places([5.0, 6] * 3 + [5] + [1, 2] * 3, Signal.SHIFT_UP) == [0, 1, 2, 3, 4, 5, 6]
    assert places([5.0, 6] * 3 + [1, 2] * 3 + [1], Signal.SHIFT_DOWN) == [6, 7, 8, 9, 10, 11, 12]


def test_a_point_at_the_mean_is_on_neither_side_and_breaks_a_shift() -> None:
    values = [1.0, 2, 1, 0, 1, 2, 1, 2, -1, -2, -1, 0, -1, -2, -1, -2]
    assert xmr_chart(values).mean == 0
    assert places(values, Signal.SHIFT_UP) == places(values, Signal.SHIFT_DOWN) == []
    off_the_mean = [0.5 if place == 3 else -0.5 if place == 11 else value for place, value in enumerate(values)]
    assert places(off_the_mean, Signal.SHIFT_UP) == list(range(8))


WOBBLE = [50.0, 10, 60, 5, 55, 8, 30]


def test_six_rising_are_chance_and_seven_are_a_trend() -> None:
    assert places([*WOBBLE, 21, 22, 23, 24, 25, 26, 12], Signal.TREND_UP) == []
    assert places([*WOBBLE, 21, 22, 23, 24, 25, 26, 27, 12], Signal.TREND_UP) == [7, 8, 9, 10, 11, 12, 13]


def test_six_falling_are_chance_and_seven_are_a_trend() -> None:
    assert places([*WOBBLE, 36, 35, 34, 33, 32, 31, 44], Signal.TREND_DOWN) == []
    assert places([*WOBBLE, 36, 35, 34, 33, 32, 31, 30, 44], Signal.TREND_DOWN) == [7, 8, 9, 10, 11, 12, 13]


def test_equal_neighbours_break_a_trend() -> None:
    assert places([*WOBBLE, 21, 22, 23, 23, 24, 25, 26, 12], Signal.TREND_UP) == []


def test_a_turning_point_belongs_to_both_trends_and_the_later_leads() -> None:
    points = xmr_chart([1.0, 2, 3, 4, 5, 6, 7, 6.5, 5.5, 4.5, 3.5, 2.5, 1.5], screen_outliers=False).points
    trends = [[s for s in point.signals if s in (Signal.TREND_UP, Signal.TREND_DOWN)] for point in points]
    assert trends == [[Signal.TREND_UP]] * 6 + [[Signal.TREND_DOWN, Signal.TREND_UP]] + [[Signal.TREND_DOWN]] * 6


QUIET = [1.0, -1] * 10
"""With 4.5 twice among these, 4.5 lies near the upper limit and not beyond it."""


@pytest.mark.parametrize(
    ("trio", "near"),
    [
        ([4.5, 1, 4.5], [0, 2]),
        ([4.5, 4.5, 1], [0, 1]),
        ([1, 4.5, 4.5], [1, 2]),
        ([4.5, 4.5, 4.5], [0, 1, 2]),
        ([1, 4.5, 1], []),
        ([4.5, -1, 4.5], []),
    ],
)
def test_two_in_three_near_a_limit_on_one_side_mark_the_near_ones(trio: list[float], near: list[int]) -> None:
    values = [*QUIET, *trio, *(-value for value in QUIET)]
    chart = xmr_chart(values)
    assert chart.mean is not None
    assert chart.upper_limit is not None
    assert chart.mean + (chart.upper_limit - chart.mean) * 2 / 3 < 4.5 < chart.upper_limit
    assert places(values, Signal.NEAR_UPPER) == [20 + place for place in near]
    assert places([-value for value in values], Signal.NEAR_LOWER) == [20 + place for place in near]


def test_a_point_outside_a_limit_does_not_make_its_neighbour_one_of_two_in_three() -> None:
    """As the outside data read the rule: only points short of the limit count as near it."""
    values = [*QUIET, 1, 9, 4.5, *(-value for value in QUIET)]
    chart = xmr_chart(values)
    assert chart.mean is not None
    assert chart.upper_limit is not None
    assert chart.mean + (chart.upper_limit - chart.mean) * 2 / 3 < 4.5 < chart.upper_limit < 9
    assert leading(values)[20:23] == [Signal.COMMON_CAUSE, Signal.ABOVE_LIMIT, Signal.COMMON_CAUSE]


def test_every_special_cause_of_a_point_is_kept() -> None:
    point = xmr_chart([5.0, 6, 4, 5, 6, 4, 5, 9, 9.5, 9.2, 9.4, 9.1, 9.3, 9.6, 9.2, 5]).points[2]
    assert point.signals == (Signal.BELOW_LIMIT, Signal.SHIFT_DOWN)
    assert point.signal is Signal.BELOW_LIMIT


def test_a_trend_leads_two_in_three_near_a_limit_and_that_leads_a_shift() -> None:
    chart = xmr_chart([*QUIET, -2, -1, 1, 2, 3, 3.9, 4.1, *QUIET])
    assert chart.points[25].signals == (Signal.TREND_UP, Signal.NEAR_UPPER)
    shifted = xmr_chart([5.0, 6, 4, 5, 6, 4, 5, 9, 9.5, 9.2, 9.4, 9.1, 9.3, 9.6, 9.2, 5])
    assert shifted.points[8].signals == (Signal.NEAR_UPPER, Signal.SHIFT_UP)


def test_a_series_that_never_varies_has_no_limits_once_screened() -> None:
    chart = xmr_chart([0.1] * 12)
    assert (chart.mean, chart.lower_limit, chart.upper_limit, chart.ranges_screened) == (0.1, None, None, 11)
    assert all(not point.signals for point in chart.points)


def test_short_series_say_only_what_they_can() -> None:
    empty, single = xmr_chart([]), xmr_chart([3])
    assert (empty.mean, empty.upper_limit, empty.points) == (None, None, ())
    assert (single.mean, single.upper_limit, single.ranges_screened) == (3, None, 0)
    assert single.points == (Point(3, ()),)


@pytest.mark.parametrize("value", [nan, inf, -inf])
def test_a_missing_value_is_refused_with_its_place(value: float) -> None:
    with pytest.raises(ValueError, match="position 1"):
        xmr_chart([1, value, 2])


def test_turning_a_series_upside_down_turns_every_signal() -> None:
    values = [5.0, 6, 4, 5, 6, 4, 5, 9, 9.5, 9.2, 9.4, 9.1, 9.3, 9.6, 9.2, 5, 1, 2, 3, 4, 5, 6, 7]
    up = [[s.direction for s in point.signals] for point in xmr_chart(values).points]
    down = [[s.direction for s in point.signals] for point in xmr_chart([-v for v in values]).points]
    opposite = {Direction.UP: Direction.DOWN, Direction.DOWN: Direction.UP}
    assert any(up)
    assert down == [[opposite[d] for d in directions if d] for directions in up]


@pytest.mark.parametrize("signal", list(Signal))
def test_every_signal_means_something_and_its_meaning_turns_with_what_is_better(signal: Signal) -> None:
    when_up, when_down = meaning_of(signal, better=Direction.UP), meaning_of(signal, better=Direction.DOWN)
    if signal is Signal.COMMON_CAUSE:
        assert when_up is when_down is meaning_of(signal, better=None) is Meaning.COMMON_CAUSE
    else:
        assert {when_up, when_down} == {Meaning.IMPROVEMENT, Meaning.CONCERN}
        assert meaning_of(signal, better=None) is Meaning.NEUTRAL
        assert (when_up is Meaning.IMPROVEMENT) == (signal.direction is Direction.UP)

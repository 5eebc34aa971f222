"""The Wilson interval against Newcombe's printed table, scipy, and its own definition."""

from __future__ import annotations

from math import isclose, sqrt

import pytest
from scipy.stats import binomtest

from candour.statistics.intervals import two_sided_z, wilson_interval


@pytest.mark.parametrize(
    ("count", "of", "lower", "upper"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_figures_printed_by_newcombe_1998(count: int, of: int, lower: float, upper: float) -> None:
    """Table I, method 3, of Statistics in Medicine 17, 857-872: four places."""
    interval = wilson_interval(count, of)
    assert interval is not None
    assert (round(interval.lower, 4), round(interval.upper, 4)) == (lower, upper)


@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.99])
def test_scipy_agrees_for_every_small_count(confidence: float) -> None:
    for of in range(1, 31):
        for count in range(of + 1):
            interval = wilson_interval(count, of, confidence=confidence)
            expected = binomtest(count, of).proportion_ci(confidence_level=confidence, method="wilson")
            assert interval is not None
            assert isclose(interval.lower, expected.low, abs_tol=1e-12), (count, of)
            assert isclose(interval.upper, expected.high, abs_tol=1e-12), (count, of)


def test_each_end_is_a_rate_the_score_test_only_just_allows() -> None:
    """The definition: at the ends, |p - rate| is z standard errors, the error taken at that rate."""
    interval = wilson_interval(31, 40)
    assert interval is not None
    for rate in (interval.lower, interval.upper):
        assert isclose(abs(31 / 40 - rate) / sqrt(rate * (1 - rate) / 40), two_sided_z(), rel_tol=1e-12)


@pytest.mark.parametrize("of", [1, 2, 7, 12_345])
def test_nothing_and_everything_touch_the_ends_exactly(of: int) -> None:
    nothing, everything = wilson_interval(0, of), wilson_interval(of, of)
    assert nothing is not None
    assert everything is not None
    assert nothing.lower == 0.0
    assert everything.upper == 1.0
    assert 0 < nothing.upper < 1
    assert isclose(everything.lower, 1 - nothing.upper, abs_tol=1e-12)


def test_no_occasion_gives_no_interval() -> None:
    assert wilson_interval(0, 0) is None


@pytest.mark.parametrize(("count", "of"), [(-1, 5), (0, -1), (6, 5), (1, 0)])
def test_impossible_counts_are_refused_by_value(count: int, of: int) -> None:
    with pytest.raises(ValueError, match=str(min(count, of) if min(count, of) < 0 else count)):
        wilson_interval(count, of)


@pytest.mark.parametrize(("count", "of"), [(True, 5), (1.0, 5), (1, 5.0), ("1", 5), (None, 5)])
def test_anything_but_a_whole_number_is_refused(count: object, of: object) -> None:
    with pytest.raises(TypeError, match="whole number"):
        wilson_interval(count, of)  # type: ignore[arg-type]  # the wrong type is the point of the test


@pytest.mark.parametrize("confidence", [0, 1, -0.5, 95, float("nan")])
def test_confidence_is_a_share(confidence: float) -> None:
    with pytest.raises(ValueError, match="strictly between 0 and 1"):
        wilson_interval(1, 2, confidence=confidence)


def test_confidence_is_checked_even_where_there_is_nothing_to_say() -> None:
    with pytest.raises(ValueError, match="strictly between 0 and 1"):
        wilson_interval(0, 0, confidence=95)

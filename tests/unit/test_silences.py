"""A feed that fell silent is noticed; one that merely gives little, unevenly, or less in earlier years is not."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest

from candour.records.silences import silences_of

START = date(2025, 4, 7)  # a Monday


def feed(numbers: list[int]) -> dict[date, int]:
    """New cases by day, from START; a day with none gives nothing."""
    return {START + timedelta(days=place): number for place, number in enumerate(numbers) if number}


def poisson(random: Random, expected: float) -> int:
    """How many came on a day, each independently of the others."""
    waited, number = random.expovariate(expected), 0
    while waited < 1:
        waited += random.expovariate(expected)
        number += 1
    return number


def told(counts: dict[date, int]) -> list[tuple[int, int, int]]:
    """Each silence: first and last day from START, and what was expected."""
    return [((one.first - START).days, (one.last - START).days, round(one.expected)) for one in silences_of(counts)]


def test_a_steady_feed_that_stops_is_noticed() -> None:
    assert told(feed([6] * 30 + [0] * 5 + [6] * 30)) == [(30, 34, 30)]


def test_fifteen_expected_is_enough_and_fewer_are_not() -> None:
    assert told(feed([3] * 30 + [0] * 5 + [3] * 30)) == [(30, 34, 15)]
    assert told(feed([3] * 30 + [0] * 4 + [3] * 30)) == []


def test_each_of_two_stops_is_noticed_although_the_other_is_near() -> None:
    assert told(feed([6] * 30 + [0] * 7 + [6] * 10 + [0] * 7 + [6] * 30)) == [(30, 36, 42), (47, 53, 42)]


def test_days_of_the_week_on_which_little_comes_are_not_a_silence() -> None:
    week = [30, 30, 30, 30, 30, 0, 0]
    assert told(feed(week * 10)) == []
    assert told(feed(week * 5 + [30, 30, 30, 30, 0, 0, 0] + week * 5)) == [(39, 41, 30)]


def test_cases_that_come_in_clusters_leave_gaps_that_are_no_silence() -> None:
    random = Random(3)
    numbers = [0] * 400
    for _ in range(40):
        numbers[random.randrange(400)] += 20  # two a day on average, but twenty at once every tenth day
    gaps = [gap for gap in "".join("x" if number else "." for number in numbers).split("x") if len(gap) * 2 >= 15]
    assert gaps and told(feed(numbers)) == []


def test_a_register_of_which_earlier_years_hold_little_is_not_silent_in_them() -> None:
    """As a training register: what is still valid was taken over years, the rest this year."""
    random = Random(5)
    assert told(feed([poisson(random, 0.05) for _ in range(800)] + [poisson(random, 0.6) for _ in range(365)])) == []


@pytest.mark.parametrize("pace", [0.1, 0.5, 2.0, 8.0])
def test_chance_alone_is_hardly_ever_called_a_silence(pace: float) -> None:
    """Two hundred made-up years at each pace."""
    random = Random(11)
    assert [told(feed([poisson(random, pace) for _ in range(365)])) for _ in range(200)] == [[]] * 200


@pytest.mark.parametrize("pace", [3.0, 10.0, 100.0])
def test_a_week_without_anything_is_noticed_at_any_pace_that_allows_it(pace: float) -> None:
    """Twenty-one expected are enough, however large the feed: fifty made-up years, of which hardly one is missed."""
    random = Random(13)
    found = 0
    for _ in range(50):
        numbers = [poisson(random, pace) for _ in range(365)]
        numbers[200:207] = [0] * 7
        found += any(first <= 200 and last >= 206 for first, last, _ in told(feed(numbers)))
    assert found >= 40


def since(numbers: list[int], days: int) -> list[tuple[int, int, int, bool]]:
    """As `told`, of a delivery that reaches so many days, and whether the silence goes on."""
    found = silences_of(feed(numbers), START + timedelta(days=days - 1))
    return [((one.first - START).days, (one.last - START).days, round(one.expected), one.still) for one in found]


def test_a_feed_that_stops_and_does_not_come_back_is_noticed_from_fifteen_expected() -> None:
    assert since([3] * 30, 35) == [(30, 34, 15, True)]
    assert since([3] * 30, 34) == since([3] * 30, 30) == since([3] * 30, 20) == []
    assert since([6] * 30 + [0] * 5 + [6] * 30, 65) == [(30, 34, 30, False)]
    assert since([3] * 200, 1_300) == [(200, 1_299, 3_300, True)]


def test_the_week_end_before_an_extract_is_no_silence() -> None:
    assert since([30, 30, 30, 30, 30, 0, 0] * 10, 70) == []
    assert since([30, 30, 30, 30, 30, 0, 0] * 10, 71) == [(68, 70, 30, True)]


@pytest.mark.parametrize("pace", [0.1, 0.5, 2.0, 8.0])
def test_chance_alone_hardly_ever_makes_a_silence_at_the_end(pace: float) -> None:
    random = Random(17)
    assert [since([poisson(random, pace) for _ in range(365)], 365) for _ in range(200)] == [[]] * 200


@pytest.mark.parametrize("stray", [date(1025, 3, 1), date(1, 1, 1), date(2925, 3, 1), date(9999, 12, 31)])
def test_one_mistyped_year_in_a_small_feed_ends_well(stray: date) -> None:
    days = feed([1] * 20) | {stray: 1}
    found = silences_of(days)
    assert all(one.first > START for one in found)  # what lies before the first of many days is never called a silence


def test_too_short_a_history_says_nothing() -> None:
    assert told(feed([6] * 8 + [0] * 5 + [6] * 8)) == []
    assert told(feed([1])) == [] and silences_of({}) == []

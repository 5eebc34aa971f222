"""The small parts of a report: change in words, bars, dots and steps."""

from __future__ import annotations

import re

import pytest

from candour.findings.change import change_words
from candour.findings.measures import Counts
from candour.findings.reporting.charts import interval_dot, outcome_bar, waiting_rows, waiting_steps
from candour.findings.waiting import Waits
from candour.statistics.survival import kaplan_meier


def months(rates: list[int], of: int = 100) -> dict[str | None, Counts]:
    return {f"2025-{number:02d}": Counts(met=rate, missed=of - rate) for number, rate in enumerate(rates, start=1)}


def test_change_is_said_only_when_it_is_reliable() -> None:
    assert change_words(months([60, 61, 59, 60, 62, 58, 60, 61])) == "No reliable change since January 2025."
    assert change_words(months([50] * 6)) == "Too few months to speak of change (6)."
    assert change_words(months([60] * 12, of=100) | {None: Counts(met=1)}) == "No reliable change since January 2025."


def test_a_shift_is_getting_better_or_worse_from_where_it_began() -> None:
    up = [40, 42, 41, 39, 40, 70, 71, 69, 70, 72, 71, 70]
    assert change_words(months(up)) == "Getting better since June 2025."
    assert change_words(months([100 - one for one in up])) == "Getting worse since June 2025."


def test_months_with_too_few_decided_are_left_out() -> None:
    few = months([5] * 9, of=11)
    assert change_words(few) == "Too few months to speak of change (0)."


def test_a_bar_is_filled_by_its_outcomes_and_by_nothing_else() -> None:
    bar = str(outcome_bar(Counts(met=3, late=1, missed=2, excused=0, cannot_tell=4, pending=2)))
    widths = [float(one) for one in re.findall(r'<rect[^>]*?width="([\d.]+)"', bar)]
    assert sum(widths) == pytest.approx(240, abs=0.3) and len(widths) == 5 and "o-excused" not in bar
    assert str(outcome_bar(Counts())) == ""


def test_a_dot_lies_within_its_interval_and_is_not_drawn_for_too_few() -> None:
    dot = str(interval_dot(Counts(met=41, late=9, missed=13)))
    low, high = re.search(r'class="range" d="M([\d.]+) 9H([\d.]+)"', dot).groups()  # type: ignore[union-attr]  # a missing range fails the test
    at = re.search(r'cx="([\d.]+)"', dot)
    assert at is not None and float(low) < float(at[1]) < float(high)
    assert str(interval_dot(Counts(met=7, missed=4))) == ""


def test_steps_fall_and_their_title_states_the_finding() -> None:
    curve = kaplan_meier([3600.0 * hour for hour in range(1, 21)], [hour % 4 != 0 for hour in range(1, 21)])
    waits = Waits("x", curve, curve.median(), 0)
    picture = str(waiting_steps(waits, "Half <b> done & seen", "w-x"))
    assert '<title id="w-x">Half &lt;b&gt; done &amp; seen</title>' in picture and 'aria-labelledby="w-x"' in picture
    heights = [float(one) for one in re.findall(r"V([\d.]+)", re.search(r'class="line" d="([^"]+)"', picture)[1])]  # type: ignore[index]
    assert heights == sorted(heights) and len(heights) == 20
    assert waiting_rows(waits)[0] == ("1 hour", "95 %")


def test_no_waits_make_no_picture() -> None:
    empty = kaplan_meier([], [])
    assert str(waiting_steps(Waits("x", empty, empty.median(), 3), "t", "i")) == ""

"""Candour's statistics against figures other people published, to every digit they printed.

Outside data: `statistics/` of the shared folder (R survival's aml table; NHSRplotthedots; agreement).
"""

from __future__ import annotations

import csv
import json
import os
from functools import cache
from pathlib import Path
from statistics import NormalDist
from typing import Any

import pytest

from candour.statistics.agreement import Scale, fleiss_kappa, gwet_ac, krippendorff_alpha, percent_agreement, tally
from candour.statistics.control import Direction, Meaning, Signal, meaning_of, xmr_chart
from candour.statistics.survival import Curve, Limits, kaplan_meier, logrank

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("CANDOUR_OUTSIDE_DATA", ROOT.parent / "shared" / "data")) / "statistics"

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"outside data not found at {FOLDER}: set CANDOUR_OUTSIDE_DATA")


def read(name: str) -> Any:
    return json.loads((FOLDER / name).read_text(encoding="utf-8")) if FOLDER.is_dir() else {}


# Kaplan-Meier: the aml data, as R's survival package gives them, printed to 8 significant digits.

GROUPS = ("Maintained", "Nonmaintained")
PRINTED = 5e-9


@cache
def aml_waits(group: str) -> tuple[tuple[float, ...], tuple[bool, ...]]:
    with (FOLDER / "kaplan_meier_aml.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["group"] == group]
    return tuple(float(row["time"]) for row in rows), tuple(row["status"] == "1" for row in rows)


def aml_curve(group: str, limits: Limits = Limits.LOG_LOG) -> Curve:
    return kaplan_meier(*aml_waits(group), limits=limits)


@pytest.mark.parametrize("group", GROUPS)
def test_every_row_of_the_aml_table(group: str) -> None:
    expected = [row for row in read("kaplan_meier_aml_expected.json")["aml"]["table"] if row["group"] == group]
    steps = aml_curve(group).steps
    assert [(s.time, s.at_risk, s.events, s.censored) for s in steps] == [
        (row["time"], row["n_risk"], row["n_event"], row["n_censor"]) for row in expected
    ]
    for step, row in zip(steps, expected, strict=True):
        assert step.survival == pytest.approx(row["survival"], abs=PRINTED)
        if row["std_err"] is None:
            assert (step.standard_error, step.limits) == (None, None)
            assert (row["lower95_loglog"], row["upper95_loglog"]) == (None, None)
            continue
        assert step.standard_error == pytest.approx(row["std_err"], abs=PRINTED)
        assert step.limits is not None
        assert step.limits.lower == pytest.approx(row["lower95_loglog"], abs=PRINTED)
        assert step.limits.upper == pytest.approx(row["upper95_loglog"], abs=PRINTED)


@pytest.mark.parametrize("group", GROUPS)
def test_the_aml_summary_and_its_median(group: str) -> None:
    """The printed median limits are those of the log scale (R's default): see the declared gap below."""
    row = read("kaplan_meier_aml_expected.json")["aml"]["summary_plain_ci"][f"group={group}"]
    curve = aml_curve(group, Limits.LOG)
    median = curve.median()
    assert (curve.count, curve.events) == (row["n.start"], row["events"])
    assert (median.time, median.lower, median.upper) == (row["median"], row["0.95LCL"], row["0.95UCL"])


def test_the_aml_logrank() -> None:
    expected = read("kaplan_meier_aml_expected.json")["aml"]["logrank"]
    result = logrank(*aml_waits(GROUPS[0]), *aml_waits(GROUPS[1]))
    assert result.observed == (7, 11)
    assert result.chi_square == pytest.approx(expected["chisq"], abs=5e-8)
    assert result.p_value == pytest.approx(expected["p"], abs=PRINTED)


@pytest.mark.parametrize(("group", "plain_upper"), [("Maintained", 48), ("Nonmaintained", 33)])
def test_declared_gap_the_aml_summary_is_not_of_the_plain_scale_its_name_says(group: str, plain_upper: float) -> None:
    """The file calls its summary `plain`, but plain limits (S +/- z SE) give the median an upper limit and the file none.

    The printed figures are the log scale's. If the file is mended this fails: then compare with what it gives instead.
    """
    row = read("kaplan_meier_aml_expected.json")["aml"]["summary_plain_ci"][f"group={group}"]
    z = NormalDist().inv_cdf(0.975)
    steps = aml_curve(group).steps
    uppers = ((s.time, s.survival + z * s.standard_error) for s in steps if s.standard_error is not None)
    assert next(time for time, upper in uppers if upper <= 0.5) == plain_upper
    assert row["0.95UCL"] is None


# Restricted means ("rmean") of the aml summary are not compared: Candour does not compute one.


# Control charts: NHSRplotthedots, every series with and without screening; figures to 10 decimal places or 11 digits.

PEER_WORDS = {
    "Common Cause": Signal.COMMON_CAUSE,
    "Above UCL": Signal.ABOVE_LIMIT,
    "Below LCL": Signal.BELOW_LIMIT,
    "7 Point Trend (Increasing)": Signal.TREND_UP,
    "7 Point Trend (Decreasing)": Signal.TREND_DOWN,
    "2 in 3 Above CL": Signal.NEAR_UPPER,
    "2 in 3 Below CL": Signal.NEAR_LOWER,
    "7 Points Above CL": Signal.SHIFT_UP,
    "7 Points Below CL": Signal.SHIFT_DOWN,
}
PEER_MEANINGS = {
    "common_cause": Meaning.COMMON_CAUSE,
    "special_cause_improvement": Meaning.IMPROVEMENT,
    "special_cause_concern": Meaning.CONCERN,
}
CHARTS = "spc_nhs_plot_the_dots.json"
VARIANTS = {"screen_outliers": True, "no_screening": False}


def test_every_published_chart_is_compared() -> None:
    published = read(CHARTS)
    assert set(published["results"]) == {f"{name}__{variant}" for name in published["series"] for variant in VARIANTS}
    assert len(published["results"]) == 26


@pytest.mark.parametrize("key", sorted(read(CHARTS).get("results", {})))
def test_a_published_chart(key: str) -> None:
    published = read(CHARTS)
    name, variant = key.split("__")
    rows = published["results"][key]
    chart = xmr_chart(published["series"][name], screen_outliers=VARIANTS[variant])
    assert len(chart.points) == len(rows)
    for place, (point, row) in enumerate(zip(chart.points, rows, strict=True)):
        assert point.value == row["y"]
        for ours, theirs in ((chart.mean, row["mean"]), (chart.lower_limit, row["lpl"]), (chart.upper_limit, row["upl"])):
            assert ours == (None if theirs is None else pytest.approx(theirs, rel=1e-10, abs=1e-10))
        assert point.signal is PEER_WORDS[row["special_cause"]], (place, row)
        assert meaning_of(point.signal, better=Direction.UP) is PEER_MEANINGS[row["point_type"]], (place, row)


def test_the_published_charts_show_all_but_a_falling_trend() -> None:
    """Declared gap: no outside chart has a falling trend, so only our own tests check it. Fails when one does."""
    shown = {row["special_cause"] for rows in read(CHARTS)["results"].values() for row in rows}
    assert set(PEER_WORDS) - shown == {"7 Point Trend (Decreasing)"}


# Agreement: coefficients published for three sets of judgements.

AGREEMENT = "agreement_published.json"


def published_agreement(name: str) -> Any:
    return next(entry for entry in read(AGREEMENT) if entry["id"] == name)


def test_six_raters_and_fifteen_diagnoses() -> None:
    """Fleiss's data, first 15 subjects, as R irrCAC prints them: seven significant digits."""
    entry = published_agreement("distrib.6raters")
    counts, expected = entry["counts"], entry["expected"]
    fleiss, gwet = fleiss_kappa(counts), gwet_ac(counts)
    assert percent_agreement(counts) == pytest.approx(expected["percent_agreement"], abs=5e-8)
    assert fleiss.value == pytest.approx(expected["fleiss_kappa"], abs=5e-8)
    assert fleiss.standard_error == pytest.approx(expected["fleiss_kappa_se"], abs=5e-9)
    assert gwet.value == pytest.approx(expected["gwet_ac1"], abs=5e-8)
    assert gwet.standard_error == pytest.approx(expected["gwet_ac1_se"], abs=5e-9)
    assert krippendorff_alpha(counts) == pytest.approx(expected["krippendorff_alpha_nominal"], abs=5e-8)


def test_three_raters_with_most_judgements_missing() -> None:
    """Wikipedia's example, as fast-krippendorff prints it: six decimal places."""
    entry = published_agreement("krippendorff_wikipedia")
    counts = tally(list(zip(*entry["ratings_by_rater"], strict=True)), [1, 2, 3, 4])
    expected = entry["expected"]
    assert krippendorff_alpha(counts) == pytest.approx(expected["krippendorff_alpha_nominal"], abs=5e-7)
    interval = krippendorff_alpha(counts, scale=Scale.INTERVAL, values=[1, 2, 3, 4])
    assert interval == pytest.approx(expected["krippendorff_alpha_interval"], abs=5e-7)


def test_fourteen_raters_and_ten_subjects() -> None:
    """Wikipedia's example, as printed: two and three decimal places, kappa and each subject's own agreement."""
    entry = published_agreement("fleiss_wikipedia")
    assert fleiss_kappa(entry["counts"]).value == pytest.approx(entry["expected"]["fleiss_kappa"], abs=5e-3)
    each = [percent_agreement([row]) for row in entry["counts"]]
    assert each == pytest.approx(entry["expected"]["per_subject_agreement"], abs=5e-4)


def test_declared_gap_every_published_coefficient_is_compared_but_brennan_prediger() -> None:
    """Candour has no Brennan-Prediger coefficient. This fails when the file gains a figure the tests above do not compare."""
    named = {name for entry in read(AGREEMENT) for name in entry["expected"]}
    compared = {"percent_agreement", "per_subject_agreement", "fleiss_kappa", "fleiss_kappa_se", "gwet_ac1", "gwet_ac1_se"}
    assert named - compared - {"krippendorff_alpha_nominal", "krippendorff_alpha_interval"} == {"brennan_prediger"}

"""Agreement coefficients by hand, from the literature, and at their edges."""

from __future__ import annotations

from itertools import product
from math import sqrt
from statistics import mean

import pytest

from candour.statistics.agreement import (
    Agreement,
    Scale,
    Weighting,
    cohen_kappa,
    fleiss_kappa,
    gwet_ac,
    krippendorff_alpha,
    percent_agreement,
    tally,
)

GRADES = ("good", "requires improvement", "inadequate")
Pairs = list[tuple[str, str]]


def crossed(*cells: int) -> Pairs:
    """Pairs from a two-by-two table, yes first, row by row."""
    return [pair for pair, count in zip(product(("yes", "no"), repeat=2), cells, strict=True) for _ in range(count)]


@pytest.mark.parametrize(("cells", "kappa"), [((20, 5, 10, 15), 0.4), ((45, 15, 25, 15), 0.1304348), ((25, 35, 5, 35), 0.2592593)])
def test_cohen_kappa_of_well_known_tables(cells: tuple[int, ...], kappa: float) -> None:
    result = cohen_kappa(crossed(*cells), ("yes", "no"))
    assert result.value == pytest.approx(kappa, abs=5e-8)
    assert result.observed == pytest.approx((cells[0] + cells[3]) / sum(cells))


def test_cohen_standard_error_is_near_what_leaving_each_one_out_gives() -> None:
    pairs = crossed(40, 10, 20, 30)
    left_out = [cohen_kappa(pairs[:i] + pairs[i + 1 :], ("yes", "no")).value or 0 for i in range(len(pairs))]
    middle, size = mean(left_out), len(pairs)
    jackknife = sqrt((size - 1) / size * sum((value - middle) ** 2 for value in left_out))
    assert cohen_kappa(pairs, ("yes", "no")).standard_error == pytest.approx(jackknife, rel=0.02)


def test_weighted_cohen_kappa_by_hand() -> None:
    """Four pairs of three grades, linear weights 1, 1/2, 0: observed (1 + 1/2 + 1/2 + 1/2)/4 = 5/8.

    Shares: first 1/2, 1/4, 1/4; second 1/4, 1/2, 1/4. Chance: the same grade 1/8 + 1/8 + 1/16, next grades
    (1/4 + 1/16 + 1/16 + 1/8)/2, in all 9/16; so kappa is (10 - 9)/(16 - 9).
    """
    good, improve, inadequate = GRADES
    pairs = [(good, good), (good, improve), (improve, inadequate), (inadequate, improve)]
    result = cohen_kappa(pairs, GRADES, weighting=Weighting.LINEAR)
    assert (result.observed, result.expected) == (pytest.approx(5 / 8), pytest.approx(9 / 16))
    assert result.value == pytest.approx(1 / 7)


def test_cohen_kappa_of_two_abstractors() -> None:
    """Gwet 2014, 100 pregnancies, as printed in the overview vignette of R irrCAC.

    For a two-rater table irrCAC divides the sum of squares by n^2; Candour by n (n - 1), as irrCAC does for raw ratings.
    """
    table = ((13, 0, 0), (0, 20, 7), (0, 4, 56))
    kinds = ("ectopic", "AIU", "NIU")
    pairs = [(a, b) for a, row in zip(kinds, table, strict=True) for b, count in zip(kinds, row, strict=True) for _ in range(count)]
    result = cohen_kappa(pairs, kinds)
    assert result.observed == pytest.approx(0.89)
    assert result.value == pytest.approx(0.7964094, abs=5e-8)
    assert result.standard_error == pytest.approx(0.05891072 * sqrt(100 / 99), abs=6e-9)
    assert gwet_ac(tally(pairs, kinds)).value == pytest.approx(0.8493305, abs=5e-8)
    assert krippendorff_alpha(tally(pairs, kinds)) == pytest.approx(0.7972585, abs=5e-8)


def four_observers() -> tuple[tuple[int, ...], ...]:
    """Twelve units, each judged by one to four observers: the worked example of Krippendorff 2011, used again by Gwet 2014."""
    observers = ("123321412...", "1233224125.3", ".3332342251.", "12332441251.")
    judgements = [[None if mark == "." else int(mark) for mark in unit] for unit in zip(*observers, strict=True)]
    return tally(judgements, [1, 2, 3, 4, 5])


def test_krippendorff_2011_with_missing_judgements() -> None:
    """As printed: nominal .743, ordinal .815, interval .849."""
    counts = four_observers()
    assert krippendorff_alpha(counts) == pytest.approx(0.743, abs=5e-4)
    assert krippendorff_alpha(counts, scale=Scale.ORDINAL) == pytest.approx(0.815, abs=5e-4)
    assert krippendorff_alpha(counts, scale=Scale.INTERVAL, values=[1, 2, 3, 4, 5]) == pytest.approx(0.849, abs=5e-4)


def test_gwet_2014_with_missing_judgements() -> None:
    """The same data: AC1 and its standard error as printed in R irrCAC's benchmarking vignette, AC2 as its users print it."""
    ac1 = gwet_ac(four_observers())
    assert ac1.value == pytest.approx(0.77544, abs=5e-6)
    assert ac1.standard_error == pytest.approx(0.14295, abs=5e-6)
    assert gwet_ac(four_observers(), weighting=Weighting.QUADRATIC).value == pytest.approx(0.914, abs=5e-4)


def test_a_thing_judged_once_counts_for_chance_but_not_for_agreement() -> None:
    result = gwet_ac([[2, 0], [1, 1], [0, 1]])
    assert (result.judged, result.judged_twice, result.observed) == (3, 2, 0.5)
    share = (1 + 0.5 + 0) / 3
    assert result.expected == pytest.approx(2 * share * (1 - share))


def test_ac2_by_hand() -> None:
    """Two things of three grades, linear weights: observed (1 + 1/2)/2; shares 1/2 + 1/4, 1/4, 0; weights sum to 5."""
    result = gwet_ac([[2, 0, 0], [1, 1, 0]], weighting=Weighting.LINEAR)
    expected = 5 / 6 * (0.75 * 0.25 + 0.25 * 0.75)
    assert result.observed == pytest.approx(0.75)
    assert result.expected == pytest.approx(expected)
    assert result.value == pytest.approx((0.75 - expected) / (1 - expected))
    quadratic = gwet_ac([[2, 0, 0], [1, 1, 0]], weighting=Weighting.QUADRATIC)
    assert quadratic.observed == pytest.approx((1 + 0.75) / 2)


def test_with_two_categories_weights_change_nothing() -> None:
    counts = [[3, 0], [2, 1], [1, 2], [0, 2]]
    for weighting in Weighting:
        assert gwet_ac(counts, weighting=weighting) == gwet_ac(counts)
        assert fleiss_kappa(counts, weighting=weighting) == fleiss_kappa(counts)


def test_all_in_one_category_leaves_kappa_and_alpha_without_meaning_and_ac1_at_one() -> None:
    same = [[3, 0], [3, 0]]
    assert percent_agreement(same) == 1.0
    assert fleiss_kappa(same) == Agreement(None, None, 1.0, 1.0, 2, 2)
    assert cohen_kappa([("yes", "yes")] * 3, ("yes", "no")).value is None
    assert krippendorff_alpha(same) is None
    assert gwet_ac(same).value == 1.0


def test_nothing_judged_twice_tells_nothing() -> None:
    for counts, judged in (([], 0), ([[1, 0], [0, 1], [0, 0]], 2)):
        nothing = Agreement(None, None, None, None, judged, 0)
        assert percent_agreement(counts) is None
        assert krippendorff_alpha(counts) is None
        assert fleiss_kappa(counts) == gwet_ac(counts) == nothing
    assert cohen_kappa([], ("yes", "no")) == Agreement(None, None, None, None, 0, 0)


def test_one_thing_judged_twice_gives_no_standard_error() -> None:
    assert gwet_ac([[1, 1], [0, 1]]).standard_error is None


def test_what_cannot_be_counted_is_refused() -> None:
    with pytest.raises(ValueError, match="'superb' in row 1"):
        tally([["good"], ["superb"]], GRADES)
    with pytest.raises(ValueError, match="name one twice"):
        tally([], ["good", "good"])
    with pytest.raises(ValueError, match="pair 1"):
        cohen_kappa([("good", "good"), ("good", None)], GRADES)
    with pytest.raises(ValueError, match="row 1 has 3"):
        fleiss_kappa([[1, 1], [1, 1, 1]])
    with pytest.raises(ValueError, match="row 0 is"):
        percent_agreement([[-1, 3]])
    with pytest.raises(ValueError, match="at least two"):
        gwet_ac([[2]])
    with pytest.raises(ValueError, match="give values"):
        krippendorff_alpha([[1, 1]], scale=Scale.INTERVAL)
    with pytest.raises(ValueError, match="no other"):
        krippendorff_alpha([[1, 1]], values=[1, 2])
    with pytest.raises(ValueError, match="3 values for 2"):
        krippendorff_alpha([[1, 1]], scale=Scale.INTERVAL, values=[1, 2, 3])

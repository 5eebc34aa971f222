"""How far people who judge the same things agree, beyond what chance alone would give.

No single figure is enough: kappa falls when nearly everything gets the same grade, however well people agree. Show the
plain share of agreement beside any coefficient.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import accumulate
from math import sqrt

Counts = Sequence[Sequence[int]]
"""One row for each thing judged, one column for each category in order: how many raters chose it. Rows may differ in total."""


class Weighting(Enum):
    """How much credit two different categories get, by how far apart they stand in the order given."""

    IDENTITY = "none: only the same category agrees"
    LINEAR = "in proportion to how near they stand"
    QUADRATIC = "by the square of the distance"


class Scale(Enum):
    """What the difference between two categories is taken to be in Krippendorff's alpha."""

    NOMINAL = "different or not"
    ORDINAL = "how many judgements lie between them"
    INTERVAL = "the distance between their values"


@dataclass(frozen=True, slots=True)
class Agreement:
    """An agreement coefficient: (observed - expected) / (1 - expected).

    `observed` is the (weighted) share of pairs of judgements that agree and `expected` what chance would give.
    `value` is None where nothing was judged twice, or where chance alone would give full agreement. `standard_error`,
    over the things judged with raters taken as fixed, is None there and where fewer than two things were judged twice.
    `judged` counts things with at least one judgement, `judged_twice` those with two or more.
    """

    value: float | None
    standard_error: float | None
    observed: float | None
    expected: float | None
    judged: int
    judged_twice: int


def tally(judgements: Sequence[Sequence[Hashable | None]], categories: Sequence[Hashable]) -> tuple[tuple[int, ...], ...]:
    """Counts from judgements: one row for each thing judged, one entry for each rater; None where a rater gave none.

    Raises ValueError for a judgement that is not among `categories`, or a category named twice.
    """
    if len(set(categories)) != len(categories):
        raise ValueError(f"categories {list(categories)!r} name one twice: give each once, in order")
    place_of = {category: place for place, category in enumerate(categories)}
    table: list[tuple[int, ...]] = []
    for row, given in enumerate(judgements):
        counts = [0] * len(categories)
        for judgement in given:
            if judgement is None:
                continue
            if judgement not in place_of:
                raise ValueError(f"judgement {judgement!r} in row {row} is not one of {list(categories)!r}")
            counts[place_of[judgement]] += 1
        table.append(tuple(counts))
    return tuple(table)


def percent_agreement(counts: Counts, *, weighting: Weighting = Weighting.IDENTITY) -> float | None:
    """The share (0 to 1) of pairs of judgements of one thing that agree, averaged over things judged at least twice.

    None where nothing was judged twice. Source: J. L. Fleiss, "Measuring nominal scale agreement among many raters",
    Psychological Bulletin 76 (1971), 378-382; weights as K. L. Gwet, Handbook of Inter-Rater Reliability, 4th ed. (2014).
    """
    weights = _weights(_width(counts), weighting)
    shares = [_pairs_agreeing(row, weights) for row in counts if sum(row) >= 2]
    return sum(shares) / len(shares) if shares else None


def fleiss_kappa(counts: Counts, *, weighting: Weighting = Weighting.IDENTITY) -> Agreement:
    """Fleiss' kappa for any number of raters, who need not be the same people for each thing.

    Chance: sum over k, l of w_kl p_k p_l, where p_k is the mean over things of the share of judgements in category k.
    Sources: Fleiss 1971; with missing judgements, weights and standard error, Gwet 2014.
    """
    weights = _weights(_width(counts), weighting)
    shares = _mean_shares(counts)
    return _from_counts(counts, weights, [_dot(row, shares) for row in weights])


def gwet_ac(counts: Counts, *, weighting: Weighting = Weighting.IDENTITY) -> Agreement:
    """Gwet's AC1 (identity weights) or AC2 (any other): steadier than kappa where one category is common.

    Chance: (sum of all weights) / (q (q - 1)) * sum over k of p_k (1 - p_k) for q categories; categories nobody used count.
    Sources: K. L. Gwet, "Computing inter-rater reliability and its variance in the presence of high agreement", British
    Journal of Mathematical and Statistical Psychology 61 (2008), 29-48; weights and missing judgements, Gwet 2014.

    Raises ValueError where there are fewer than two categories.
    """
    width = _width(counts)
    if counts and width < 2:
        raise ValueError(f"counts have {width} category: agreement beyond chance needs at least two")
    weights = _weights(width, weighting)
    credit = sum(map(sum, weights)) / (width * (width - 1)) if counts else 0.0
    return _from_counts(counts, weights, [credit * (1 - share) for share in _mean_shares(counts)])


def cohen_kappa(
    pairs: Sequence[tuple[Hashable, Hashable]],
    categories: Sequence[Hashable],
    *,
    weighting: Weighting = Weighting.IDENTITY,
) -> Agreement:
    """Cohen's kappa for the same two raters throughout: each pair is the first one's judgement and the second one's.

    Chance: sum over k, l of w_kl a_k b_l, with a and b the two raters' own shares.
    Sources: J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological Measurement 20
    (1960), 37-46, and, weighted, Psychological Bulletin 70 (1968), 213-220; standard error by linearisation (Gwet 2014).

    Raises ValueError as `tally` does, and for a pair with a judgement missing: only what both judged can be paired.
    """
    for place, pair in enumerate(pairs):
        if None in pair:
            raise ValueError(f"pair {place} is {pair!r}: leave out what one of the two did not judge")
    first = tally([[a] for a, _ in pairs], categories)
    second = tally([[b] for _, b in pairs], categories)
    if not pairs:
        return _agreement([], [])
    weights = _weights(len(categories), weighting)
    by_first, by_second = _mean_shares(first), _mean_shares(second)
    credit_first = [_dot(row, by_second) for row in weights]
    credit_second = [_dot(row, by_first) for row in weights]
    agreeing = [_dot(a, [_dot(row, b) for row in weights]) for a, b in zip(first, second, strict=True)]
    chances = [(_dot(a, credit_first) + _dot(b, credit_second)) / 2 for a, b in zip(first, second, strict=True)]
    return _agreement([*agreeing], chances)


def krippendorff_alpha(counts: Counts, *, scale: Scale = Scale.NOMINAL, values: Sequence[float] | None = None) -> float | None:
    """Krippendorff's alpha: 1 - (observed disagreement / expected disagreement), over things judged at least twice.

    `values` are the categories' numbers, needed for the interval scale and no other. None where nothing was judged twice
    or every such judgement was the same. Source: K. Krippendorff, "Computing Krippendorff's alpha-reliability",
    University of Pennsylvania (2011).

    Raises ValueError where `values` are missing, not wanted, or not one for each category.
    """
    width = _width(counts)
    if (values is not None) != (scale is Scale.INTERVAL):
        raise ValueError(f"scale {scale.name.lower()}: give values for the interval scale, and for no other")
    if values is not None and counts and len(values) != width:
        raise ValueError(f"{len(values)} values for {width} categories: give one for each")
    paired = [row for row in counts if sum(row) >= 2]
    totals = [sum(column) for column in zip(*paired, strict=True)]
    size = sum(totals)
    differences = _differences(totals, scale, values)
    expected = _spread(totals, differences) / (size - 1) if size else 0.0
    if expected == 0:
        return None
    observed = sum(_spread(row, differences) / (sum(row) - 1) for row in paired)
    return 1 - observed / expected


def _width(counts: Counts) -> int:
    width = len(counts[0]) if counts else 0
    for place, row in enumerate(counts):
        if len(row) != width:
            raise ValueError(f"row {place} has {len(row)} categories where the first has {width}: give one count for each")
        if any(count < 0 for count in row):
            raise ValueError(f"row {place} is {list(row)}: a count cannot be negative")
    return width


def _weights(width: int, weighting: Weighting) -> list[list[float]]:
    if weighting is Weighting.IDENTITY:
        return [[float(k == other) for other in range(width)] for k in range(width)]
    power = 1 if weighting is Weighting.LINEAR else 2
    return [[1 - (abs(k - other) / (width - 1 or 1)) ** power for other in range(width)] for k in range(width)]


def _dot(left: Sequence[float], right: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(left, right, strict=True))


def _mean_shares(counts: Counts) -> list[float]:
    """For each category, the mean over things judged of the share of their judgements in it."""
    judged = [row for row in counts if sum(row)]
    return [sum(count / sum(row) for row, count in zip(judged, column, strict=True)) / len(judged) for column in zip(*judged, strict=True)]


def _pairs_agreeing(row: Sequence[int], weights: list[list[float]]) -> float:
    total = sum(row)
    return sum(count * (_dot(credit, row) - 1) for count, credit in zip(row, weights, strict=True)) / (total * (total - 1))


def _from_counts(counts: Counts, weights: list[list[float]], chance_of: list[float]) -> Agreement:
    """`chance_of` gives, for each category, what a judgement in it would agree with by chance."""
    judged = [row for row in counts if sum(row)]
    agreeing = [_pairs_agreeing(row, weights) if sum(row) >= 2 else None for row in judged]
    return _agreement(agreeing, [_dot(row, chance_of) / sum(row) for row in judged])


def _agreement(agreeing: list[float | None], chances: list[float]) -> Agreement:
    """The coefficient and its linearised standard error (Gwet 2014, chapter 5) from each thing's agreement and chance."""
    known = [share for share in agreeing if share is not None]
    judged, twice = len(agreeing), len(known)
    if not known:
        return Agreement(None, None, None, None, judged, twice)
    observed, expected = sum(known) / twice, sum(chances) / judged
    # Everything in one category gives an expectation of 1 but for rounding, and nothing to divide by.
    if expected > 1 - 1e-12:
        return Agreement(None, None, observed, expected, judged, twice)
    value = (observed - expected) / (1 - expected)
    if twice < 2:
        return Agreement(value, None, observed, expected, judged, twice)
    squares = 0.0
    for share, chance in zip(agreeing, chances, strict=True):
        own = judged / twice * (share - expected) if share is not None else 0.0
        squares += ((own - 2 * (1 - value) * (chance - expected)) / (1 - expected) - value) ** 2
    return Agreement(value, sqrt(squares / (judged * (judged - 1))), observed, expected, judged, twice)


def _differences(totals: list[int], scale: Scale, values: Sequence[float] | None) -> list[list[float]]:
    """The squared difference between each two categories."""
    if scale is Scale.NOMINAL:
        return [[float(k != other) for other in range(len(totals))] for k in range(len(totals))]
    if values is None:
        # A category's place in the order is the number of judgements below it and half of those in it.
        values = [below - total / 2 for below, total in zip(accumulate(totals), totals, strict=True)]
    return [[(a - b) ** 2 for b in values] for a in values]


def _spread(counts: Sequence[int], differences: list[list[float]]) -> float:
    """The squared differences of every ordered pair of the judgements counted."""
    return sum(count * _dot(row, counts) for count, row in zip(counts, differences, strict=True))

"""How sure a proportion is: the range of true rates that a count such as "31 met of 40" is consistent with."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

CONFIDENCE = 0.95
"""The confidence used when none is asked for; a convention of the literature."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A range from `lower` to `upper`, both ends included. For a proportion both lie between 0 and 1."""

    lower: float
    upper: float


def two_sided_z(confidence: float = CONFIDENCE) -> float:
    """The standard normal deviate that leaves (1 - confidence) / 2 beyond it on each side: 1.95996... for 0.95.

    Raises ValueError unless `confidence` lies strictly between 0 and 1.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence is {confidence}: give a share strictly between 0 and 1, such as 0.95")
    return NormalDist().inv_cdf((1 + confidence) / 2)


def wilson_interval(count: int, of: int, *, confidence: float = CONFIDENCE) -> Interval | None:
    """The two-sided Wilson score interval, without continuity correction, for the proportion `count / of`.

    With p = count / of, n = of and z the normal deviate, the ends are
    (p + z^2/2n -/+ z * sqrt(p(1 - p)/n + z^2/4n^2)) / (1 + z^2/n).
    Where nothing was counted the lower end is exactly 0; where everything was, the upper end is exactly 1.

    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the American
    Statistical Association 22 (1927), 209-212; the form is method 3 of R. G. Newcombe, "Two-sided confidence intervals
    for the single proportion", Statistics in Medicine 17 (1998), 857-872.

    Returns None where `of` is 0: no occasion was looked at, so nothing is known of the rate.
    Raises TypeError where a count is not a whole number, ValueError where it is negative or `count` exceeds `of`.
    """
    _check_whole("count", count)
    _check_whole("of", of)
    if count > of:
        raise ValueError(f"count is {count} but of is {of}: the number counted cannot exceed the number looked at")
    z = two_sided_z(confidence)
    if of == 0:
        return None
    share = count / of
    centre = share + z * z / (2 * of)
    reach = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    scale = 1 + z * z / of
    # At the two extremes the formula gives 0 and 1 exactly; floating point gives them only nearly.
    lower = 0.0 if count == 0 else (centre - reach) / scale
    upper = 1.0 if count == of else (centre + reach) / scale
    return Interval(lower, upper)


def _check_whole(name: str, value: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} is {value!r}: give a whole number")
    if value < 0:
        raise ValueError(f"{name} is {value}: a count cannot be negative")

"""How many seeds it takes to see a difference, and how far luck alone carries the best of several."""

import math
from collections.abc import Iterable
from functools import lru_cache

import numpy as np
from scipy import special  # not stats: a second to import

from .paired import SIGNIFICANT

HALF_A_POINT = 0.005
POWER = 0.8
"""How often a real difference is to be seen."""
MOST_SEEDS = 1000
FAR = 1000.0
"""A difference in standard errors that is always seen: SciPy may take seconds to say so."""


def power(count: int, deviation: float, is_paired: bool, difference: float = HALF_A_POINT) -> float:
    """How often so many seeds on each side show a real difference, at 5 % significance; in [0, 1].

    deviation: as in `GroupComparison`.
    """
    if deviation == 0:
        return 1.0
    freedom = count - 1 if is_paired else 2 * count - 2
    shift = difference / (deviation * math.sqrt((1 if is_paired else 2) / count))
    if shift > FAR:
        return 1.0
    limit = float(special.stdtrit(freedom, 1 - SIGNIFICANT / 2))
    # Noncentral t, on the side of the difference and on the other. SciPy gives nan for a large shift: then
    # all lies beyond the limit, or nothing.
    seen, wrong_way = special.nctdtr(freedom, (-shift, shift), -limit)
    return float(np.nan_to_num(seen, nan=1.0) + np.nan_to_num(wrong_way, nan=0.0))


def seeds_needed(deviation: float, is_paired: bool) -> int | None:
    """The fewest seeds on each side that show half a point in 80 % of all cases; see `power`."""
    low, high = 1, 2
    while power(high, deviation, is_paired) < POWER:
        low, high = high, 2 * high
        if low >= MOST_SEEDS:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        is_enough = power(middle, deviation, is_paired) >= POWER
        low, high = (low, middle) if is_enough else (middle, high)
    return high if high <= MOST_SEEDS else None


def luck_of_the_best(groups: Iterable[Iterable[float]]) -> float:
    """How far the best of several means lies above their average by luck alone, were all equally good: the
    expected maximum of as many normal variables, times the error of a mean (pooled). nan where no two seeds
    tell of the spread; 0 for one group."""
    values = [np.asarray(list(group), float) for group in groups]
    freedom = sum(len(group) - 1 for group in values)
    if freedom == 0:
        return math.nan
    variance = sum(float(((group - group.mean()) ** 2).sum()) for group in values) / freedom
    error = math.sqrt(variance * float(np.mean([1 / len(group) for group in values])))
    return error * expected_maximum(len(values))


def luck_of_looks(count: int, differing: int, images: int) -> float:
    """How far the best of so many runs looks better than it is on the test images that all were compared by,
    were all equally good: the expected maximum of as many normal variables, times a run's own error.

    differing: images that one of two such runs names rightly and the other does not. Their number is the
    variance of the difference in right answers, of which each run has half.
    """
    return expected_maximum(count) * math.sqrt(differing / 2) / images


@lru_cache(maxsize=200)
def expected_maximum(count: int) -> float:
    """The mean of the largest of so many independent standard normal variables."""
    if count < 2:
        return 0.0
    from scipy import integrate  # here: it is long to import, and a training needs none of it

    def integrand(x: float) -> float:
        density = math.exp(-x * x / 2) / math.sqrt(2 * math.pi)
        return x * count * density * float(special.ndtr(x)) ** (count - 1)

    return float(integrate.quad(integrand, -10, 10, epsabs=1e-12)[0])

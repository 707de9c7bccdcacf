"""How sure a share of right answers is: 95 % intervals for one share and for the difference of two."""

import math

Z = 1.959963984540054
"""The 97.5 % quantile of the standard normal distribution."""


def wilson_interval(correct: int, total: int) -> tuple[float, float]:
    """The interval for a share `correct / total`, both ends in [0, 1] (Wilson 1927, score interval).

    Unlike the textbook's plus-minus it stays inside [0, 1] and holds its promise near 0 and 1.
    Nothing is known of an empty sample: (0, 1). Raises `ValueError` unless 0 <= correct <= total.
    """
    if not 0 <= correct <= total:
        raise ValueError(f"correct must lie between 0 and {total}, got {correct}")
    if total == 0:
        return 0.0, 1.0
    share = correct / total
    centre = (share + Z * Z / (2 * total)) / (1 + Z * Z / total)
    half = Z / (1 + Z * Z / total) * math.sqrt(share * (1 - share) / total + Z * Z / (4 * total * total))
    # At the ends the formula is exact, but its rounding is not.
    return (0.0 if correct == 0 else centre - half), (1.0 if correct == total else centre + half)


def accuracy_interval(accuracy: float | None, count: float | None) -> tuple[float, float] | None:
    """`wilson_interval` of an accuracy in [0, 1] on so many images; None where nothing was measured."""
    if accuracy is None or not count or math.isnan(accuracy * count):
        return None
    return wilson_interval(round(accuracy * count), int(count))


def guessing_limit(classes: int) -> float:
    """An accuracy below this is hardly above that of guessing among so many classes."""
    return 1 / classes + min(0.03, 0.3 / classes)


def is_at_chance(accuracy: float | None, count: int | None, classes: int) -> bool:
    """Whether the interval of an accuracy in [0, 1] reaches down to guessing among so many classes."""
    interval = accuracy_interval(accuracy, count)
    return interval is not None and interval[0] <= 1 / classes


def difference_interval(both_right: int, only_a: int, only_b: int, both_wrong: int) -> tuple[float, float]:
    """The interval for accuracy of B minus accuracy of A on the same images, ends in [-1, 1].

    Newcombe (1998), "Improved confidence intervals for the difference between binomial proportions based on
    paired data", Statistics in Medicine 17, method 10: Wilson intervals of both, joined with the correlation
    phi, which is corrected for continuity where it is positive.
    """
    total = both_right + only_a + only_b + both_wrong
    if total == 0:
        return -1.0, 1.0
    right_a, right_b = both_right + only_a, both_right + only_b
    share_a, share_b = right_a / total, right_b / total
    low_a, high_a = wilson_interval(right_a, total)
    low_b, high_b = wilson_interval(right_b, total)
    product = right_a * (total - right_a) * right_b * (total - right_b)
    covariance = float(both_right * both_wrong - only_a * only_b)
    if covariance > 0:
        covariance = max(covariance - total / 2, 0.0)
    phi = covariance / math.sqrt(product) if product else 0.0
    difference = share_b - share_a
    below = _joined(share_b - low_b, high_a - share_a, phi)
    above = _joined(high_b - share_b, share_a - low_a, phi)
    return difference - below, difference + above


def _joined(one: float, other: float, phi: float) -> float:
    """The length of a side of a triangle whose other sides meet at an angle of cosine phi."""
    return math.sqrt(max(one * one - 2 * phi * one * other + other * other, 0.0))

"""Is B really better than A? Two runs on the same test images, image by image."""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from scipy.special import bdtr

from ...base.messages import Message, signed
from .intervals import difference_interval

T = TypeVar("T")

BOTH_RIGHT, ONLY_A, ONLY_B, BOTH_WRONG = range(4)
SIGNIFICANT = 0.05


@dataclass(frozen=True)
class Comparison:
    """Four counts of images, and what they say about B against A.

    difference, low, high: accuracy of B minus accuracy of A and its 95 % interval, in [-1, 1].
    p_value: how often chance alone would make a difference as large, were the two equally good.
    """

    both_right: int
    only_a: int
    only_b: int
    both_wrong: int
    difference: float
    low: float
    high: float
    p_value: float

    @property
    def total(self) -> int:
        """The number of test images."""
        return self.both_right + self.only_a + self.only_b + self.both_wrong

    @property
    def different(self) -> bool:
        """Whether one of the two may be called better: both the test and the interval must say so."""
        return self.p_value < SIGNIFICANT and (self.low > 0 or self.high < 0)

    def named(self, a: T, b: T) -> tuple[T, T]:
        """The two in the order in which `verdict` names them: who is right more often comes first."""
        is_a_first = self.only_a == self.only_b == 0 or self.difference < 0
        return (a, b) if is_a_first else (b, a)


def mcnemar(only_a: int, only_b: int) -> float:
    """McNemar's exact test, two-sided: the probability of a split at least as uneven as `only_a : only_b`.

    Only the images on which exactly one of the two is right count; were both equally good, each of them
    would be a fair coin. This is the binomial test against one half. No such image: 1.
    """
    total = only_a + only_b
    if total == 0:
        return 1.0
    return min(1.0, 2.0 * float(bdtr(min(only_a, only_b), total, 0.5)))


def outcomes(labels: np.ndarray, predicted_a: np.ndarray, predicted_b: np.ndarray) -> np.ndarray:
    """Per image one of BOTH_RIGHT, ONLY_A, ONLY_B, BOTH_WRONG; int64 (N,). All three inputs are (N,)."""
    right_a, right_b = predicted_a == labels, predicted_b == labels
    return np.select(
        [right_a & right_b, right_a & ~right_b, ~right_a & right_b], [BOTH_RIGHT, ONLY_A, ONLY_B], BOTH_WRONG
    )


def compare(labels: np.ndarray, predicted_a: np.ndarray, predicted_b: np.ndarray) -> Comparison:
    """Counts, difference, interval and test for two runs; labels and predicted classes are (N,)."""
    counts = np.bincount(outcomes(labels, predicted_a, predicted_b), minlength=4)
    both_right, only_a, only_b, both_wrong = (int(count) for count in counts)
    low, high = difference_interval(both_right, only_a, only_b, both_wrong)
    return Comparison(
        both_right=both_right,
        only_a=only_a,
        only_b=only_b,
        both_wrong=both_wrong,
        difference=(only_b - only_a) / max(len(labels), 1),
        low=low,
        high=high,
        p_value=mcnemar(only_a, only_b),
    )


def verdict(comparison: Comparison, name_a: str, name_b: str, only_seed_differs: bool = False) -> str:
    """One sentence that never claims more than the test does.

    It speaks of these two trained models on these images; another seed may turn a small difference round.
    only_seed_differs: the settings are the same, so that neither can be the better way to train.
    """
    if comparison.total == 0:
        return "No telling these two apart: there are no test images."
    if comparison.only_a == comparison.only_b == 0:
        return Message(
            "No telling {name_a} and {name_b} apart: they are right on exactly the same images.",
            name_a=name_a,
            name_b=name_b,
        )
    better, worse = comparison.named(name_a, name_b)
    figures = in_points(comparison.difference, comparison.low, comparison.high)
    if comparison.difference < 0:
        figures = in_points(-comparison.difference, -comparison.high, -comparison.low)
    if only_seed_differs and comparison.different:
        return Message(
            "{better} is right more often than {worse} on these images, by {difference} points (95 % "
            "interval {low} to {high}). But only their seed differs: that is luck, and neither is the better "
            "way to train.",
            better=better,
            worse=worse,
            **figures,
        )
    if only_seed_differs:
        return Message(
            "No telling these two apart: only their seed differs, and {name_b} minus {name_a}, "
            "{difference} points (95 % interval {low} to {high}), is luck.",
            name_b=better,
            name_a=worse,
            **figures,
        )
    often = how_often(comparison.p_value)
    if not comparison.different:
        return Message(
            "No telling these two apart: {name_b} minus {name_a} is {difference} points (95 % "
            "interval {low} to {high}), and chance alone would do this {often}.",
            name_b=better,
            name_a=worse,
            **figures,
            often=often,
        )
    return Message(
        "{better} is better than {worse}: {difference} points (95 % interval {low} to {high}), and "
        "chance alone would do this {often}.",
        better=better,
        worse=worse,
        **figures,
        often=often,
    )


def in_points(difference: float, low: float, high: float) -> dict[str, str]:
    return {"difference": points(difference), "low": points(low), "high": points(high)}


def points(share: float) -> str:
    """A difference of shares in percentage points."""
    return signed(100 * share)


def how_often(p_value: float) -> str:
    """A probability in words, always rounded to the cautious side."""
    for limit, words in ((0.001, "1,000"), (0.01, "100"), (0.02, "50"), (0.05, "20")):
        if p_value < limit:
            return Message("less than once in {words} times", words=words)
    count = round(100 * p_value)
    return "always, or almost" if count >= 99 else Message("{count} times in 100", count=count)

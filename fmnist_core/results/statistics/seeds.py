"""What several seeds of one way to train say of it: the mean of their accuracies, and how sure that is."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy import special

from ...base.messages import Message, percent


@dataclass(frozen=True)
class Spread:
    """Of one way to train: mean, standard deviation between seeds, and the 95 % interval of the mean by
    Student's t. Of a single seed nothing but the mean is known: the others are nan."""

    count: int
    mean: float
    deviation: float
    low: float
    high: float


def spread(values: Iterable[float]) -> Spread:
    """Mean, deviation and interval of accuracies in [0, 1]; the interval is cut off at 0 and at 1. Raises
    `ValueError` without any."""
    numbers = np.asarray(list(values), float)
    if not len(numbers):
        raise ValueError("the spread of nothing")
    mean = float(numbers.mean())
    if len(numbers) < 2:
        return Spread(1, mean, math.nan, math.nan, math.nan)
    deviation = float(numbers.std(ddof=1))
    half = float(special.stdtrit(len(numbers) - 1, 0.975)) * deviation / math.sqrt(len(numbers))
    return Spread(len(numbers), mean, deviation, max(0.0, mean - half), min(1.0, mean + half))


def mean_sentence(name: str, accuracies: Iterable[float]) -> str:
    """What one way to train is worth, where no other one is beside it. accuracies: on the test images, of its
    seeds."""
    found = spread(accuracies)
    if found.count < 2:
        return Message(
            "{name} names {mean} of the test images rightly with one seed. Another seed gives another "
            "figure: of two or more it says here how sure the mean is.",
            name=name,
            mean=percent(found.mean, 2),
        )
    return Message(
        "{name} names {mean} of the test images rightly in the mean of {count} seeds (95 % interval {low} to "
        "{high}).",
        name=name,
        mean=percent(found.mean, 2),
        count=found.count,
        low=percent(found.low, 2),
        high=percent(found.high, 2),
    )

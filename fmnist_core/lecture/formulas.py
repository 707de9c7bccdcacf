"""The lecture's formulas in numpy: sigmoid, softmax, the losses and their gradients.

Everything is computed in float32, as torch does, because the lecture's point is what rounding does to it.
Logits and probabilities are floats or arrays; targets are 0 or 1. Tests hold each one against torch.
"""

from collections.abc import Sequence

import numpy as np

from ..base.errors import ConfigError
from ..nets import evaluation

BCE_LOG_FLOOR = np.float32(-100)
"""`torch.nn.BCELoss` takes no logarithm below this one, so that log(0) does not give an infinite loss."""

BCE_GRADIENT_FLOOR = np.float32(1e-12)
"""`torch.nn.BCELoss` divides its gradient by p(1 - p), but never by less than this."""


def sigmoid(logit: float | np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-logit)), as torch's own sigmoid is: where exp overflows it is 0."""
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-np.asarray(logit, dtype=np.float32)))


def textbook_sigmoid(logit: float | np.ndarray) -> np.ndarray:
    """exp(logit) / (1 + exp(logit)), as it stands in the lecture: not a number above a logit of 88.7."""
    with np.errstate(over="ignore", invalid="ignore"):
        exponential = np.exp(np.asarray(logit, dtype=np.float32))
        return exponential / (1 + exponential)


def bce(probability: float | np.ndarray, target: float | np.ndarray) -> np.ndarray:
    """`BCELoss`: -log(p) where the target is 1, -log(1 - p) where it is 0, and never more than 100."""
    probability = np.asarray(probability, dtype=np.float32)
    target = np.asarray(target, dtype=np.float32)
    with np.errstate(divide="ignore"):
        log_yes = np.maximum(np.log(probability), BCE_LOG_FLOOR)
        log_no = np.maximum(np.log1p(-probability), BCE_LOG_FLOOR)
    return -(target * log_yes + (1 - target) * log_no)


def bce_with_logits(logit: float | np.ndarray, target: float | np.ndarray) -> np.ndarray:
    """`BCEWithLogitsLoss`: the same loss from the logit, max(z, 0) - zy + log(1 + exp(-|z|)); never clips."""
    logit = np.asarray(logit, dtype=np.float32)
    target = np.asarray(target, dtype=np.float32)
    return np.maximum(logit, 0) - logit * target + np.log1p(np.exp(-np.abs(logit)))


def bce_gradient(logit: float | np.ndarray, target: float | np.ndarray) -> np.ndarray:
    """The gradient that reaches the logit through sigmoid and `BCELoss`: 0 where rounding made p 0 or 1."""
    probability = sigmoid(logit)
    variance = (1 - probability) * probability
    target = np.asarray(target, dtype=np.float32)
    return (probability - target) / np.maximum(variance, BCE_GRADIENT_FLOOR) * variance


def bce_with_logits_gradient(logit: float | np.ndarray, target: float | np.ndarray) -> np.ndarray:
    """The gradient of `BCEWithLogitsLoss` at the logit: p - y."""
    return sigmoid(logit) - np.asarray(target, dtype=np.float32)


def exponentials(logits: float | np.ndarray, temperature: float = 1.0) -> np.ndarray:
    """exp(z / T), which softmax divides by their sum; in float64, where exp(100) is still a number."""
    return np.exp(np.asarray(logits, dtype=np.float64) / temperature)


def softmax(logits: np.ndarray, temperature: float = 1.0) -> np.ndarray:
    """exp(z / T) / sum of exp(z / T) over the last axis; the largest logit is subtracted first (same result).

    A temperature above 1 evens the probabilities out, one below 1 sharpens them. Raises `ConfigError`.
    """
    if not temperature > 0:
        raise ConfigError("temperature must be above 0, got {temperature:g}", temperature=temperature)
    return evaluation.softmax(np.asarray(logits, dtype=np.float32), temperature)


def cross_entropy(logits: np.ndarray, label: int) -> float:
    """`CrossEntropyLoss` of one image: log(sum of exp(z)) - z[label], for logits (classes,)."""
    logits = np.asarray(logits, dtype=np.float32)
    largest = logits.max()
    return float(largest + np.log(np.exp(logits - largest).sum()) - logits[label])


def cross_entropy_gradient(logits: np.ndarray, label: int) -> np.ndarray:
    """The gradient of `cross_entropy` at the logits (classes,): p - y, with y the one-hot label."""
    return softmax(logits) - one_hot(np.array([label]), len(logits))[0]


def one_hot(labels: np.ndarray, classes: int) -> np.ndarray:
    """Labels (N,) -> float32 (N, classes): 1 at the label, 0 elsewhere. One draw from a multinomial."""
    return np.eye(classes, dtype=np.float32)[labels]


def named_class(logits: np.ndarray) -> int | None:
    """The class with the largest logit (classes,); None when two of them share it."""
    best = np.flatnonzero(logits == np.max(logits))
    return int(best[0]) if len(best) == 1 else None


def mean_as_number(counts: Sequence[float]) -> tuple[float, int | None]:
    """The mean of categories that were written 0, 1, 2, ... and the nearest category; None halfway.

    Of 10 dogs (0) and 10 rabbits (2) it is 1: a cat. counts: how often each category was drawn. Raises
    `ConfigError` if all are 0.
    """
    if sum(counts) == 0:
        raise ConfigError("A mean needs at least one example; all the counts are 0.")
    mean = float(np.average(np.arange(len(counts)), weights=counts))
    return mean, None if mean % 1 == 0.5 else round(mean)


def mean_as_one_hot(counts: Sequence[float]) -> np.ndarray:
    """The mean of the same categories written one-hot: the share of each, float32 (categories,)."""
    if sum(counts) == 0:
        raise ConfigError("A mean needs at least one example; all the counts are 0.")
    return np.asarray(counts, dtype=np.float32) / np.float32(sum(counts))

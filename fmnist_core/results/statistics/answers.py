"""A run's answers to the test images: who was right, how sure it was, and which images to look at."""

from dataclasses import dataclass

import numpy as np

from ...base.errors import ConfigError, DataError, unknown_name_message
from ...nets.evaluation import softmax

OUTCOMES = ("all", "right", "wrong")
ORDERS = ("test order", "most confident first", "least confident first")


@dataclass(frozen=True)
class Answers:
    """labels, predicted: int64 (N,); probabilities: float64 (N, C); confidence: float64 (N,), the top one."""

    labels: np.ndarray
    predicted: np.ndarray
    probabilities: np.ndarray
    confidence: np.ndarray

    @property
    def right(self) -> np.ndarray:
        """bool (N,)."""
        return self.predicted == self.labels


def answers_from_logits(logits: np.ndarray, labels: np.ndarray) -> Answers:
    """The answers that logits (N, C) give. Raises `DataError` if there is not one label for each."""
    return answers_from_probabilities(softmax(np.asarray(logits, np.float64)), labels)


def answers_from_probabilities(
    probabilities: np.ndarray, labels: np.ndarray, predicted: np.ndarray | None = None
) -> Answers:
    """The answers of probabilities (N, C); `predicted` where rounded probabilities may tie. Raises
    `DataError` as `answers_from_logits` does."""
    require_a_label_each(probabilities, labels)
    if predicted is None:
        predicted = probabilities.argmax(axis=1)
    return Answers(labels, predicted.astype(np.int64), probabilities, probabilities.max(axis=1))


def require_a_label_each(answers: np.ndarray, labels: np.ndarray) -> None:
    """Raise `DataError` unless logits or probabilities (N, C) are of as many images as there are labels."""
    if len(answers) != len(labels):
        raise DataError(
            "This run was tested on {logits:,} image(s), but the data set now has {labels:,}. "
            "Its files have changed since; train again.",
            logits=len(answers),
            labels=len(labels),
        )


def pick_images(
    answers: Answers,
    outcome: str = "all",
    true: int | None = None,
    predicted: int | None = None,
    confidence: tuple[float, float] = (0.0, 1.0),
    order: str = "test order",
) -> np.ndarray:
    """Positions int64 (K,) of the images that fit, in the order asked for; None means any class.

    Raises `ConfigError` for an outcome or order that does not exist.
    """
    if outcome not in OUTCOMES:
        raise ConfigError(unknown_name_message("outcome", outcome, OUTCOMES))
    if order not in ORDERS:
        raise ConfigError(unknown_name_message("order", order, ORDERS))
    low, high = confidence
    # A confidence of 1 is often 1 + rounding.
    fits = (answers.confidence >= low - 1e-9) & (answers.confidence <= high + 1e-9)
    if outcome != "all":
        fits &= answers.right == (outcome == "right")
    if true is not None:
        fits &= answers.labels == true
    if predicted is not None:
        fits &= answers.predicted == predicted
    chosen = np.flatnonzero(fits)
    if order == "test order":
        return chosen
    confidences = answers.confidence[chosen]
    return chosen[np.argsort(-confidences if order.startswith("most") else confidences, kind="stable")]

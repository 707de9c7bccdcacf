"""Is a model right as often as it says? Reliability, expected calibration error, temperature scaling."""

from dataclasses import dataclass

import numpy as np

from ...base.errors import DataError
from ...nets.evaluation import softmax
from .answers import require_a_label_each


@dataclass(frozen=True)
class Calibration:
    """Reliability in equal bins of confidence; arrays are (bins,), NaN where a bin holds no image.

    edges: (bins + 1,) from 0 to 1. error: the expected calibration error, the gap between accuracy and
    confidence averaged over images (Guo et al. 2017, "On Calibration of Modern Neural Networks").
    """

    edges: np.ndarray
    counts: np.ndarray
    confidence: np.ndarray
    accuracy: np.ndarray
    error: float


def calibration(probabilities: np.ndarray, labels: np.ndarray, bins: int = 15) -> Calibration:
    """Confidence against accuracy; probabilities (N, C), labels (N,). A bin is open below, closed above."""
    confidences = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    edges = np.linspace(0, 1, bins + 1)
    where = np.clip(np.searchsorted(edges, confidences, side="left") - 1, 0, bins - 1)
    counts = np.bincount(where, minlength=bins)
    sums = [np.bincount(where, weights=values, minlength=bins) for values in (confidences, right)]
    means = [np.divide(total, counts, out=np.full(bins, np.nan), where=counts > 0) for total in sums]
    error = float(np.abs(sums[1] - sums[0]).sum() / len(labels)) if len(labels) else float("nan")
    return Calibration(edges, counts, means[0], means[1], error)


def fit_temperature(logits: np.ndarray, labels: np.ndarray) -> float:
    """The temperature in [0.01, 100] with the lowest cross entropy on these images (Guo et al. 2017).

    logits (N, C), labels (N,). The cross entropy is convex in 1 / temperature, so that the zero of its
    slope is found by bisection; a model that is always right (or always wrong) ends at a limit.
    Without images: 1.
    """
    if len(labels) == 0:
        return 1.0
    from scipy.optimize import brentq  # here: it is long to import, and a training needs none of it

    logits = np.asarray(logits, dtype=np.float64)
    true_mean = logits[np.arange(len(labels)), labels].mean()

    def slope(inverse: float) -> float:
        probabilities = softmax(logits * inverse)
        return float((probabilities * logits).sum(axis=1).mean() - true_mean)

    low, high = 0.01, 100.0
    if slope(low) >= 0:
        return 1 / low
    if slope(high) <= 0:
        return 1 / high
    return 1 / brentq(slope, low, high, xtol=1e-14, rtol=1e-13)


@dataclass(frozen=True)
class CalibrationReport:
    """Reliability as trained and with the temperature, both measured on the same `measured` test images.

    fitted: how many images the temperature was fitted on; from_validation: whether those were validation
    images. Without any, one half of the test images is used for fitting and the other for measuring, so
    that no image is used for both.
    """

    temperature: float
    before: Calibration
    after: Calibration
    fitted: int
    measured: int
    from_validation: bool


def calibration_report(
    logits: np.ndarray, labels: np.ndarray, validation: tuple[np.ndarray, np.ndarray] | None = None
) -> CalibrationReport:
    """Before and after temperature scaling; test logits (N, C) and labels (N,), `validation` likewise.

    Raises `DataError` where there is not a label for each test image, or a logit is not a number.
    """
    require_a_label_each(logits, labels)
    if validation is not None and len(validation[0]) == len(validation[1]) > 0:
        fit_logits, fit_labels = validation
    else:
        validation = None
        fit_logits, fit_labels = logits[::2], labels[::2]
        logits, labels = logits[1::2], labels[1::2]
    if not all(np.isfinite(answers).all() for answers in (fit_logits, logits)):
        raise DataError("The answers are not numbers: the run diverged. Train it with a lower learning rate.")
    temperature = fit_temperature(fit_logits, fit_labels)
    logits = np.asarray(logits, dtype=np.float64)
    return CalibrationReport(
        temperature=temperature,
        before=calibration(softmax(logits), labels),
        after=calibration(softmax(logits, temperature), labels),
        fitted=len(fit_labels),
        measured=len(labels),
        from_validation=validation is not None,
    )

"""The label detective: test images on which confident runs agree against the label.

Fashion-MNIST is known to hold wrong labels; a label that several independent runs contradict is worth a look.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import log_softmax

from .answers import require_a_label_each
from .confusion import confusion_matrix

MAX_ODDS = 12.0
"""The most that one run may say for or against a label, as a natural logarithm."""


@dataclass(frozen=True)
class Suspicion:
    """Suspicious test images, the most suspicious first; all arrays are (K,).

    index: position in the test split. suggested: the class that the runs agree on. agreeing: how many of
    the runs say so. confidence: the mean probability for it, over all runs. score: see `suspicious_labels`.
    runs: how many were heard; twins: how many more answered every image as one of those did.
    """

    index: np.ndarray
    suggested: np.ndarray
    agreeing: np.ndarray
    confidence: np.ndarray
    score: np.ndarray
    runs: int
    twins: int


def suspicious_labels(logits: list[np.ndarray], labels: np.ndarray, top: int = 50) -> Suspicion:
    """Rank the images whose label the runs contradict; each of `logits` is (N, C), labels (N,).

    An image counts when more than half of the runs answer the same class and it is not the label. The score
    is the mean log-odds of that class against the label, less the log of how often this very confusion
    happens: that a shirt is taken for a T-shirt is most often the model's fault, a bag for a sandal hardly.
    Of runs that answer every image alike (the same settings and seed, trained twice) only one is a witness.
    Raises `DataError` where a run did not answer each image.
    """
    for run in logits:
        require_a_label_each(run, labels)
    every, logits = len(logits), _without_twins(logits)
    runs, classes = len(logits), logits[0].shape[1]
    logs = np.stack([log_softmax(np.asarray(run, dtype=np.float64), axis=1) for run in logits])  # (R, N, C)
    rows = np.arange(len(labels))
    answers = logs.argmax(axis=2)  # (R, N)
    votes = np.zeros((len(labels), classes), dtype=np.int64)
    np.add.at(votes, (rows, answers), 1)
    suggested = votes.argmax(axis=1)
    agreeing = votes[rows, suggested]
    # A run that is overconfident everywhere would drown the others; its log-odds are bounded.
    odds = np.clip(logs[:, rows, suggested] - logs[:, rows, labels], -MAX_ODDS, MAX_ODDS).mean(axis=0)
    confusions = confusion_matrix(labels, suggested, classes)
    rate = (confusions + 1) / (confusions.sum(axis=1, keepdims=True) + classes)
    score = odds - np.log(rate[labels, suggested])
    candidates = np.flatnonzero((suggested != labels) & (2 * agreeing > runs) & (odds > 0))
    order = candidates[np.argsort(-score[candidates], kind="stable")][:top]
    return Suspicion(
        index=order,
        suggested=suggested[order],
        agreeing=agreeing[order],
        confidence=np.exp(logs[:, order, suggested[order]]).mean(axis=0),
        score=score[order],
        runs=runs,
        twins=every - runs,
    )


def _without_twins(logits: list[np.ndarray]) -> list[np.ndarray]:
    """One of each group of runs whose answers are all the same."""
    return list({run.argmax(axis=1).tobytes(): run for run in reversed(logits)}.values())[::-1]

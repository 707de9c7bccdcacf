"""The confusion matrix and what follows from it: precision, recall, F1, and the worst pairs in words."""

from dataclasses import dataclass

import numpy as np

from ...base.messages import Message


@dataclass(frozen=True)
class ClassScores:
    """Per class, float64 (C,) in [0, 1]; NaN where a class was never answered (or does not occur).

    support: images of each class, int64 (C,).
    """

    precision: np.ndarray
    recall: np.ndarray
    f1: np.ndarray
    support: np.ndarray


@dataclass(frozen=True)
class WorstPair:
    """`count` of the `total` images of class `true` were taken for class `predicted`."""

    true: int
    predicted: int
    count: int
    total: int


def confusion_matrix(labels: np.ndarray, predicted: np.ndarray, classes: int) -> np.ndarray:
    """int64 (C, C): rows are true classes, columns predicted ones. `labels` and `predicted` are (N,)."""
    cells = np.asarray(labels, dtype=np.int64) * classes + np.asarray(predicted, dtype=np.int64)
    return np.bincount(cells, minlength=classes * classes).reshape(classes, classes)


def per_class(matrix: np.ndarray) -> ClassScores:
    """Precision, recall and F1 of each class from a confusion matrix (C, C)."""
    right = np.diag(matrix).astype(float)
    support, answered = matrix.sum(axis=1), matrix.sum(axis=0)
    return ClassScores(
        precision=_share(right, answered),
        recall=_share(right, support),
        f1=_share(2 * right, support + answered),
        support=support,
    )


def worst_pairs(matrix: np.ndarray, top: int = 5) -> list[WorstPair]:
    """The most frequent confusions, most frequent first; equal ones in class order. Only real ones."""
    mistakes = matrix.copy()
    np.fill_diagonal(mistakes, 0)
    order = np.argsort(-mistakes, axis=None, kind="stable")[:top]
    totals = matrix.sum(axis=1)
    pairs = [divmod(int(cell), len(matrix)) for cell in order]
    return [WorstPair(t, p, int(matrix[t, p]), int(totals[t])) for t, p in pairs if mistakes[t, p] > 0]


def worst_pair_sentence(pair: WorstPair, class_names: tuple[str, ...]) -> str:
    """`Shirt is taken for T-shirt/top in 112 of 1,000 images.`"""
    return Message(
        "{true} is taken for {predicted} in {count:,} of {total:,} image(s).",
        true=class_names[pair.true],
        predicted=class_names[pair.predicted],
        count=pair.count,
        total=pair.total,
    )


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)

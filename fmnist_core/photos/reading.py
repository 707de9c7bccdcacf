"""What a model makes of all views of a picture: one answer out of many."""

from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from torch import nn

from ..base.parallel import run_independently
from ..nets.evaluation import features_and_logits, softmax
from ..training import using_threads

CONFIDENCE_WEIGHT = 2.0
"""A view counts exp(2) times as much when the model is sure of it as when it is not at all."""

one_thread = using_threads(1)
"""For an operation. A second one saves little. Beside a training, where the two wait for each other, they
take far more processor time than one."""

PIECE = 24
"""Views that a core reads at once; always so many, so that the answer does not depend on the cores."""


@dataclass(frozen=True, eq=False)
class Reading:
    """V views as a model sees them.

    features: float32 (V, F), what goes into the last linear layer. logits: float32 (V, classes).
    weights: float32 (V,), how much each view counts, sum 1. probabilities: float32 (classes,), sum 1.
    """

    features: np.ndarray
    logits: np.ndarray
    weights: np.ndarray
    probabilities: np.ndarray

    @property
    def confidence(self) -> float:
        """The probability of the most probable class."""
        return float(self.probabilities.max())

    def top(self, count: int) -> float:
        """The probability of the `count` most probable classes together."""
        return float(np.sort(self.probabilities)[-count:].sum())

    def mean(self, of_each_view: np.ndarray) -> float:
        """The weighted mean of a number that each view has, (V,)."""
        return float(self.weights @ of_each_view)

    @property
    def direction(self) -> np.ndarray:
        """The mean direction of the features of the views that count most, float32 (F,), of length 1."""
        chosen = self.features[self.weights >= np.median(self.weights)]
        return unit(unit(chosen).mean(0))


def read_views(model: nn.Module, views: np.ndarray, weights: np.ndarray, mirror: bool) -> Reading:
    """Read the uint8 views (V, C, H, W), which count as much as their weights (V,) say.

    mirror: read the mirror image of each as well. A view of which the model is sure counts more.
    Raises `ConfigError` for a model without a linear layer.
    """
    if mirror:
        views = np.concatenate([views, views[..., ::-1]])
        weights = np.tile(weights, 2)
    pieces = [views[start : start + PIECE] for start in range(0, len(views), PIECE)]
    cores = min(torch.get_num_threads(), len(pieces))
    with using_threads(1):
        read = run_independently(partial(_read, model), pieces, cores)
    features, logits = map(np.concatenate, zip(*read, strict=True))
    each = softmax(logits)
    weights = weights * np.exp(CONFIDENCE_WEIGHT * each.max(-1))
    weights = (weights / weights.sum()).astype(np.float32)
    return Reading(features, logits, weights, weights @ each)


def _read(model: nn.Module, views: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return features_and_logits(model, np.ascontiguousarray(views))


def unit(features: np.ndarray) -> np.ndarray:
    """Feature vectors (..., F) at length 1."""
    return features / (np.linalg.norm(features, axis=-1, keepdims=True) + 1e-6)

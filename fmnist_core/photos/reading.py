"""What a model makes of all views of a picture: one answer out of many."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from ..base.errors import RunError
from ..nets.evaluation import ignore_other_threads, softmax
from ..training import using_threads

CONFIDENCE_WEIGHT = 2.0
"""A view counts exp(2) times as much when the model is sure of it as when it is not at all."""

BATCH = 500

one_thread = using_threads(1)
"""A second one saves 0.05 s a photo. Beside a training, where the two wait for each other, they took three
times the processor time of one."""


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

    def mean(self, of_each_view: np.ndarray) -> float:
        """The weighted mean of a number that each view has, (V,)."""
        return float(self.weights @ of_each_view)

    @property
    def direction(self) -> np.ndarray:
        """The mean direction of the features of the views that count most, float32 (F,), of length 1."""
        chosen = self.features[self.weights >= np.median(self.weights)]
        return unit(unit(chosen).mean(0))


@one_thread
def read_views(model: nn.Module, views: np.ndarray, weights: np.ndarray, mirror: bool) -> Reading:
    """Read the uint8 views (V, C, H, W), which count as much as their weights (V,) say.

    mirror: read the mirror image of each as well. A view of which the model is sure counts more.
    Raises `RunError` for a model without a linear layer.
    """
    if mirror:
        views = np.concatenate([views, views[..., ::-1]])
        weights = np.tile(weights, 2)
    features, logits = features_and_logits(model, np.ascontiguousarray(views))
    each = softmax(logits)
    weights = weights * np.exp(CONFIDENCE_WEIGHT * each.max(-1))
    weights = (weights / weights.sum()).astype(np.float32)
    return Reading(features, logits, weights, weights @ each)


def features_and_logits(model: nn.Module, images: np.ndarray | Tensor) -> tuple[np.ndarray, np.ndarray]:
    """What goes into the last linear layer, float32 (N, F), and the logits (N, classes); for uint8 images.

    Raises `RunError` for a model without a linear layer.
    """
    linear = [module for module in model.modules() if isinstance(module, nn.Linear)]
    if not linear:
        raise RunError("This net has no linear layer at its end; familiarity cannot be measured.")
    images = torch.tensor(images) if isinstance(images, np.ndarray) else images
    kept: list[Tensor] = []
    keep = ignore_other_threads(lambda _, inputs: kept.append(inputs[0].flatten(1)))
    handle = linear[-1].register_forward_pre_hook(keep)
    try:
        with torch.inference_mode():
            logits = [model(batch.float() / 255) for batch in images.split(BATCH)]
    finally:
        handle.remove()
    return torch.cat(kept).float().numpy(), torch.cat(logits).float().numpy()


def unit(features: np.ndarray) -> np.ndarray:
    """Feature vectors (..., F) at length 1."""
    return features / (np.linalg.norm(features, axis=-1, keepdims=True) + 1e-6)

"""Which places of an image decide its class: what the class loses when a place is hidden."""

import numpy as np

from ..base.palette import VERMILION, channels
from ..nets import evaluation
from ..runs.stored_models import LoadedModel
from .reading import one_thread

PATCH, STRIDE = 6, 3
"""Width of the patch and how far apart its places are, pixels: four patches lie over a pixel, whose drops are
averaged."""

FULL_HEATS = (0.05, 0.1, 0.2, 0.5)
"""Drops in probability that may be shown in full colour."""


@one_thread
def heat_map(loaded: LoadedModel, image: np.ndarray, class_name: str) -> np.ndarray:
    """How much probability the class loses when a patch around a pixel is hidden, float32 (H, W) in 0..1.

    Places that make the class more probable count as 0.
    image: uint8 (C, H, W). Occlusion, Zeiler and Fergus 2014.
    """
    height, width = image.shape[-2:]
    tops, lefts = (range(1 - PATCH // 2, side - PATCH // 2, STRIDE) for side in (height, width))
    # Black is the ground of garments and digits; of other pictures, which have none, the mean says least.
    nothing = image.mean((1, 2), keepdims=True) if loaded.info.preparation == "square" else 0
    windows = [
        np.s_[max(0, top) : top + PATCH, max(0, left) : left + PATCH] for top in tops for left in lefts
    ]
    hidden = []
    for rows, columns in windows:
        covered = image.copy()
        covered[:, rows, columns] = nothing
        hidden.append(covered)
    logits = evaluation.infer(loaded.model, np.stack([image, *hidden]), flip=loaded.flip)
    probabilities = evaluation.softmax(logits)[:, loaded.class_names.index(class_name)]
    total, times = np.zeros((height, width)), np.zeros((height, width))
    for drop, window in zip(probabilities[0] - probabilities[1:], windows, strict=True):
        total[window] += max(float(drop), 0.0)
        times[window] += 1
    return (total / np.maximum(times, 1)).astype(np.float32)


def full_heat(heat: np.ndarray) -> float:
    """The drop from which on a place is shown in full colour: the first of `FULL_HEATS` that none exceeds, so
    that small drops are seen too, and a round figure stands under the picture."""
    return next((full for full in FULL_HEATS if heat.max() <= full), FULL_HEATS[-1])


def heat_picture(image: np.ndarray, heat: np.ndarray) -> np.ndarray:
    """The image, uint8 (C, H, W), a little paler, and in vermilion where the heat is, uint8 (H, W, 3)."""
    return _tint(image.transpose(1, 2, 0) * 0.75 + 32, heat / full_heat(heat))


def heat_legend() -> np.ndarray:
    """The colours from no drop at the left to `full_heat` at the right, uint8 (12, 256, 3)."""
    return _tint(np.full((12, 256, 1), 128.0), np.linspace(0, 1, 256)[None].repeat(12, 0))


def _tint(paler: np.ndarray, heat: np.ndarray) -> np.ndarray:
    """heat: 1 and more in full colour."""
    share = 0.9 * np.minimum(heat, 1)[..., None]
    tinted = paler * (1 - share) + np.array(channels(VERMILION), np.float32) * share
    return tinted.clip(0, 255).astype(np.uint8)

"""The ten kinds of clothing, drawn by code: a data set that needs no download.

Each drawing is bright on black, 28x28, like Fashion-MNIST, and as there shirts, pullovers, coats and
T-shirts are told apart by details that are often faint. Not a substitute for the real pictures, and nobody
should mistake its accuracies for theirs.
"""

from collections.abc import Callable

import numpy as np

from .footwear import ankle_boot, sandal, sneaker
from .garments import bag, coat, dress, pullover, shirt, t_shirt, trouser
from .pen import Pen

DRAWERS: tuple[Callable[[Pen], None], ...] = (
    t_shirt,
    trouser,
    pullover,
    dress,
    coat,
    sandal,
    shirt,
    sneaker,
    bag,
    ankle_boot,
)
"""In the order of the labels."""


def draw(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Images uint8 (count, 1, 28, 28) and labels int64 (count,), classes balanced; the same for a seed."""
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(count, dtype=np.int64) % len(DRAWERS))
    images = np.stack([draw_one(int(label), rng) for label in labels])
    return images[:, None], labels


def draw_one(label: int, rng: np.random.Generator) -> np.ndarray:
    """One drawing of a class, uint8 (28, 28)."""
    pen = Pen(rng)
    DRAWERS[label](pen)
    return pen.finished()

"""The training images that a picture reminds a net of: the nearest ones in the space of its features.

All images that the run learned from are looked through, by the first principal components of their features;
the best candidates are then compared in full.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..data.datasets import Dataset
from ..nets.evaluation import features_and_logits
from ..runs.stored_models import LoadedModel
from ..training import split
from .reading import one_thread, unit
from .run_file import RunFile

COMPONENTS = 32
SAMPLE = 4_000
"""Images whose features give the principal components."""

CANDIDATES = 300
CHUNK = 1_000


@dataclass(frozen=True, eq=False)
class Index:
    """The N images that a run learned from, in a space of few dimensions.

    images: int32 (N,), their indices in the training split. mean: float32 (F,), axes: float32 (F, D), of the
    unit feature vectors. places: int8 (N, D), in steps of `step` float32 (D,).
    """

    images: np.ndarray
    mean: np.ndarray
    axes: np.ndarray
    step: np.ndarray
    places: np.ndarray

    def candidates(self, direction: np.ndarray, count: int) -> np.ndarray:
        """The images that seem nearest to a unit feature vector (F,), int64 (at most count,)."""
        place = (direction - self.mean) @ self.axes
        distances = np.einsum("nd->n", (self.places * self.step - place) ** 2)
        count = min(count, len(distances))
        return self.images[np.argpartition(distances, count - 1)[:count]].astype(np.int64)


STORED = RunFile("neighbours.npz", vars, lambda arrays: Index(**arrays))


def nearest_images(
    loaded: LoadedModel,
    direction: np.ndarray,
    count: int = 5,
    on_progress: Callable[[float], None] = lambda fraction: None,
) -> np.ndarray:
    """The training images whose features point most nearly the same way, int64 (count,), nearest first.

    direction: float32 (F,), of length 1 (`Reading.direction`). The first call for a run looks at all its
    images, which may take a minute; on_progress is told the share that is done.
    Raises `DataError` if the data set is not there any more, `RunError` if it was replaced.
    """
    data = loaded.data()
    index = STORED.of(loaded, lambda: build_index(loaded, data, on_progress))
    candidates = index.candidates(direction, CANDIDATES)
    features = _unit_features(loaded, data.train_images[candidates])
    return candidates[np.argsort(-(features @ direction), kind="stable")[:count]]


def build_index(
    loaded: LoadedModel, data: Dataset, on_progress: Callable[[float], None] = lambda fraction: None
) -> Index:
    """Look at all images that the run learned from; those kept for validation are not among them."""
    from sklearn.utils.extmath import randomized_svd  # a second to import, needed once per run

    images, _ = split(loaded.config, data)
    sample = np.random.default_rng(0).permutation(images)[:SAMPLE]
    features = _unit_features(loaded, data.train_images[sample])
    mean = features.mean(0)
    components = min(COMPONENTS, *features.shape)
    axes = randomized_svd(features - mean, components, random_state=0)[2].T
    chunks = []
    for start in range(0, len(images), CHUNK):
        chunk = _unit_features(loaded, data.train_images[images[start : start + CHUNK]])
        chunks.append((chunk - mean) @ axes)
        on_progress(min(1.0, (start + CHUNK) / len(images)))
    places = np.concatenate(chunks)
    step = np.abs(places).max(0) / 127 + 1e-9
    return Index(
        images.astype(np.int32),
        mean.astype(np.float32),
        np.ascontiguousarray(axes, np.float32),
        step.astype(np.float32),
        (places / step).round().astype(np.int8),
    )


@one_thread
def _unit_features(loaded: LoadedModel, images: np.ndarray) -> np.ndarray:
    return unit(features_and_logits(loaded.model, images)[0])

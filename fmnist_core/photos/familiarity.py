"""How much an image is like anything that a model has been trained on.

A confident net is not a knowing one: the top probability of a net that has seen no photo hardly tells
garments from hats, shorts and skirts. A net that has learned from photos has learned what is none of its
classes as well: the log of the summed exponentials of its logits is its evidence. For any other net a
logistic regression on the features before the last layer and the logits learns to tell training images made
to look like photos from things that are no garment of the ten: cut-off trousers (shorts), lower halves of
dresses (skirts), domes and discs (hats), and random pieces, all made from the training images.

The score that decides is the geometric mean of familiarity and the probability of the three most probable
classes together, of all views; its threshold is fitted with the same views, weights and formula. Three, since
a shoe is one of the classes also where the net wavers between the kinds of shoes.
"""

from dataclasses import dataclass, replace

import numpy as np
import torch

from ..base.errors import RunError
from ..data.datasets import CLASS_NAMES, Dataset
from ..nets.evaluation import features_and_logits, softmax
from ..runs.stored_models import LoadedModel
from ..training import photo_augmentation, split
from . import strange_images
from .foreign_objects import foreign_objects
from .prepare import views_of
from .reading import Reading, read_views
from .run_file import Arrays, RunFile

FEATURES = 128
"""Wider feature vectors are projected at random to this length (Johnson and Lindenstrauss 1984)."""

EXAMPLES = 6_000
"""Images of each kind that the regression learns from."""

STRANGE = 500
"""Strange things, each with all its views, that choose the threshold."""

LET_THROUGH = 0.05
"""Share of the strange things made from validation images that may pass for a garment."""

TOGETHER = 3
"""So many most probable classes count together, but no more than half of all."""

REFUSED = 0.05
"""Share of a data set's own images that may at most be called strange, where it is not garments."""


@dataclass(frozen=True, eq=False)
class Regression:
    """mean, scale, weights: float32 (D,), bias: float; the regression on standardised features."""

    mean: np.ndarray
    scale: np.ndarray
    weights: np.ndarray
    bias: float

    def __call__(self, features: np.ndarray, logits: np.ndarray) -> np.ndarray:
        """Log odds (N,) of being like the training images."""
        standardised = (_inputs(features, logits) - self.mean) / self.scale
        # A photo may lie far outside of everything seen: a few clipped features cannot decide alone.
        return standardised.clip(-6, 6) @ self.weights + self.bias


@dataclass(frozen=True, eq=False)
class Familiarity:
    """What is computed once for a run and kept in its folder.

    threshold: what scores below it is called unfamiliar. together: how many of the most probable classes
    count together in the score. regression: None for a net whose own evidence counts.
    """

    threshold: float
    together: int
    regression: Regression | None = None

    def familiar(self, features: np.ndarray, logits: np.ndarray) -> np.ndarray:
        """The familiarity of each image in 0..1, float (N,): higher is more like the training images."""
        if self.regression is None:
            log_odds = np.logaddexp.reduce(logits, axis=-1)
        else:
            log_odds = self.regression(features, logits)
        return 1 / (1 + np.exp(-log_odds))

    def score(self, reading: Reading) -> float:
        """The number that is compared with the threshold: the geometric mean of familiarity and the
        probability of the classes that count together, in 0..1."""
        familiar = reading.mean(self.familiar(reading.features, reading.logits))
        return float(np.sqrt(familiar * reading.top(self.together)))


def learn_familiarity(loaded: LoadedModel, data: Dataset, validation: np.ndarray) -> Familiarity:
    """Learn what is familiar to a model in evaluation mode.

    validation: indices of training images that the model has not learned from. The threshold is chosen on
    them where there are enough; else on training images that the regression has not seen. A run that has
    learned from photos needs no regression. Strange things for all but garments: `strange_images`.
    """
    generator = torch.Generator().manual_seed(0)
    order = np.random.default_rng(0).permutation(len(data.train_images))
    unseen = order[-min(STRANGE, len(order) // 4) :]
    if len(validation) >= STRANGE:
        unseen = np.random.default_rng(0).permutation(validation)[:STRANGE]
    examples = order[~np.isin(order, unseen)][:EXAMPLES]

    model, preparation = loaded.model, loaded.info.preparation

    def make(indices: np.ndarray, foreign: bool) -> torch.Tensor:
        """Training images made to look like what people show, or strange things made from them; uint8."""
        if preparation != "garment":
            if foreign:
                return strange_images.strange(data, indices, preparation, generator)
            return strange_images.familiar(data, indices, generator)
        images = torch.from_numpy(data.train_images[indices])
        labels = torch.from_numpy(data.train_labels[indices])
        if foreign:
            made = foreign_objects(images.float() / 255, labels, data.class_names, generator)
            images = (made * 255).round().to(torch.uint8)
        garments = labels if data.class_names == CLASS_NAMES and not foreign else None
        return photo_augmentation.augment(images, generator, garments)

    regression = None
    if loaded.config.photos is None:
        regression = _regression(
            *(_inputs(*features_and_logits(model, make(examples, foreign))) for foreign in (False, True))
        )
    found = Familiarity(0.0, counted_together(data.classes), regression)

    def scores(foreign: bool) -> np.ndarray:
        """Of images as they are read when somebody shows them."""
        readings = []
        for image in make(unseen, foreign).numpy():
            views = views_of(image[0]) if preparation == "garment" else image[None]
            readings.append(read_views(model, views, np.ones(len(views)), loaded.reads_mirrored))
        return np.array([found.score(reading) for reading in readings])

    threshold = choose_threshold(scores(foreign=True))
    if preparation != "garment":
        own = float(np.quantile(scores(foreign=False), REFUSED))
        # Between the two; but pieces of a sky are a sky, and then its own images are let in.
        threshold = min((threshold + own) / 2, own)
    return replace(found, threshold=threshold)


def _regression(known: np.ndarray, strange: np.ndarray) -> Regression:
    """Inputs (N, D) of both kinds -> what tells them apart."""
    from sklearn.linear_model import LogisticRegression  # a second to import, needed once per run

    mean, scale = known.mean(0), known.std(0) + 1e-3
    inputs = ((np.concatenate([known, strange]) - mean) / scale).clip(-6, 6)
    learned = LogisticRegression(C=1e-3, max_iter=300)
    learned.fit(inputs, np.repeat([1, 0], [len(known), len(strange)]))
    mean, scale, weights = (values.astype(np.float32) for values in (mean, scale, learned.coef_[0]))
    return Regression(mean, scale, weights, float(learned.intercept_[0]))


def counted_together(classes: int) -> int:
    """How many of so many classes count together in a score."""
    return max(1, min(TOGETHER, classes // 2))


def choose_threshold(strange: np.ndarray) -> float:
    """The score that a share of `LET_THROUGH` of the strange things reaches."""
    return float(np.quantile(strange, 1 - LET_THROUGH))


def is_known(loaded: LoadedModel) -> bool:
    """Whether `for_run` has it already."""
    return STORED.is_there(loaded)


def for_run(loaded: LoadedModel) -> Familiarity:
    """The familiarity of a run, from its folder or computed, which takes some seconds.

    Raises `DataError` if the data set that it is computed from is not there any more, and `RunError` for the
    run that comes with the project if it cannot be read.
    """

    def learn() -> Familiarity:
        if loaded.run.comes_with_project:
            raise RunError(
                "What is familiar to {name} cannot be read: another version of this project made "
                "it. Install the project again, or choose another run.",
                name=loaded.run.name,
            )
        data = loaded.data()
        return learn_familiarity(loaded, data, split(loaded.config, data)[1])

    return STORED.of(loaded, learn)


def _to_arrays(familiarity: Familiarity) -> Arrays:
    regression = {} if familiarity.regression is None else vars(familiarity.regression)
    return {"threshold": familiarity.threshold, "together": familiarity.together, **regression}


def _from_arrays(arrays: Arrays) -> Familiarity:
    found = Familiarity(float(arrays.pop("threshold")), int(arrays.pop("together")))
    if not arrays:
        return found
    return replace(found, regression=Regression(**arrays | {"bias": float(arrays["bias"])}))


STORED = RunFile("familiarity.npz", _to_arrays, _from_arrays)


def _inputs(features: np.ndarray, logits: np.ndarray) -> np.ndarray:
    return np.concatenate([_shortened(features), logits, np.sort(softmax(logits))[:, -2:]], axis=1)


def _shortened(features: np.ndarray) -> np.ndarray:
    width = features.shape[1]
    if width <= FEATURES:
        return features
    generator = torch.Generator().manual_seed(width)
    return features @ (torch.randn(width, FEATURES, generator=generator) / FEATURES**0.5).numpy()

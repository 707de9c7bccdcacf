"""Which of the training images a run learns from, and which it keeps aside for validation."""

import numpy as np

from ..config import TrainConfig
from ..datasets import Dataset
from ..errors import ConfigError


def split(config: TrainConfig, data: Dataset) -> tuple[np.ndarray, np.ndarray]:
    """Indices (int64, ascending) of the training and of the validation images.

    Both are stratified: each class has its share, to within one image. The validation images depend only
    on the seed and their number, not on `train_size`. Raises `ConfigError` when the sizes do not fit.
    """
    labels = data.train_labels
    total = len(labels)
    if config.validation_size >= total:
        raise ConfigError(
            f"validation_size {config.validation_size:,} leaves nothing to train on: {data.name} has "
            f"{total:,} training images; choose at most {total - 1:,}"
        )
    rng = np.random.default_rng(config.seed)
    everything = np.arange(total)
    validation = _stratified(labels, everything, config.validation_size, rng)
    training = np.setdiff1d(everything, validation, assume_unique=True)
    if config.train_size is not None:
        if config.train_size > len(training):
            raise ConfigError(
                f"train_size {config.train_size:,} is more than the {len(training):,} images of {data.name} "
                "that are left for training; choose fewer"
            )
        training = _stratified(labels, training, config.train_size, rng)
    if config.batch_size > len(training):
        raise ConfigError(
            f"batch_size {config.batch_size:,} is larger than the {len(training):,} training images; "
            f"choose at most {len(training):,}"
        )
    return training, validation


def _stratified(labels: np.ndarray, among: np.ndarray, size: int, rng: np.random.Generator) -> np.ndarray:
    """`size` of the indices `among`, each class by its share, places left over to the largest remainders."""
    classes, counts = np.unique(labels[among], return_counts=True)
    shares = counts * (size / len(among))
    places = np.floor(shares).astype(int)
    remainders = np.argsort(places - shares, kind="stable")
    places[remainders[: size - places.sum()]] += 1
    chosen = [
        rng.permutation(among[labels[among] == name])[:count]
        for name, count in zip(classes, places, strict=True)
    ]
    return np.sort(np.concatenate(chosen)).astype(np.int64)

"""Which of the training images a run learns from, and which it keeps aside for validation."""

import numpy as np

from ..base.config import TrainConfig
from ..base.errors import ConfigError
from ..data.datasets import Dataset


def check_sizes(config: TrainConfig, total: int, name: str) -> None:
    """Raise `ConfigError` when the config's sizes do not fit a data set of `total` training images."""
    if config.validation_size >= total:
        raise ConfigError(
            "{validation_size:,} validation images leave nothing to train on: {name} has "
            "{total:,} training image(s); choose at most {most:,}",
            validation_size=config.validation_size,
            name=name,
            total=total,
            most=max(0, total - (config.train_size or config.batch_size)),
        )
    left = total - config.validation_size
    if config.train_size is not None:
        if config.train_size > left:
            raise ConfigError(
                "{train_size:,} training images are more than the {left:,} of {name} that are left "
                "for training; choose fewer",
                train_size=config.train_size,
                left=left,
                name=name,
            )
        left = config.train_size
    if config.batch_size > left:
        raise ConfigError(
            "Batch size {batch_size:,} is larger than the {left:,} training image(s); "
            "choose at most {left:,}",
            batch_size=config.batch_size,
            left=left,
        )


def split(config: TrainConfig, data: Dataset) -> tuple[np.ndarray, np.ndarray]:
    """Indices (int64, ascending) of the training and of the validation images.

    Both are stratified: each class has its share, to within one image. The validation images depend only
    on the seed and their number, not on `train_size`. Raises `ConfigError` when the sizes do not fit.
    """
    labels = data.train_labels
    check_sizes(config, len(labels), data.name)
    rng = np.random.default_rng(config.seed)
    everything = np.arange(len(labels))
    validation = _stratified(labels, everything, config.validation_size, rng)
    training = np.setdiff1d(everything, validation, assume_unique=True)
    if config.train_size is not None:
        training = _stratified(labels, training, config.train_size, rng)
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

"""What the coach's rules look at: a run's epochs as curves, and the settings that may explain them."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from ....base.config import TrainConfig
from ..intervals import guessing_limit

WINDOW = 3
"""Measurements that are taken together before one says that something rises or falls; one may be chance."""
FEW_STEPS = 100
"""Of a training: with fewer in all, a net that is no worse than others may still know less than half; after
fewer, the means that batch norm keeps, and averaged weights, lag behind the net that learns."""


@dataclass(frozen=True, eq=False)
class Curve:
    """A measure in the order of the epochs (int64) in which it was a finite number (float64)."""

    epochs: np.ndarray
    values: np.ndarray

    @classmethod
    def of(cls, history: pd.DataFrame, column: str) -> "Curve":
        """A column of a history; an empty curve where the history lacks it."""
        if column not in history:
            return cls(np.empty(0, np.int64), np.empty(0))
        values = history[column].to_numpy(dtype=float, na_value=np.nan)
        known = np.isfinite(values)
        return cls(history["epoch"].to_numpy(dtype=np.int64)[known], values[known])

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, place: slice | np.ndarray) -> "Curve":
        return Curve(self.epochs[place], self.values[place])

    def at(self, place: int) -> tuple[int, float]:
        """The epoch and the value of one measurement; -1 is the last one."""
        return int(self.epochs[place]), float(self.values[place])

    def until(self, epoch: int) -> float:
        """The last value up to that epoch; not a number where there is none."""
        return float([math.nan, *self.values[self.epochs <= epoch]][-1])

    def median(self) -> tuple[int, float]:
        """The measurement in the middle by its value: its epoch and its value."""
        return self.at(int(np.argsort(self.values, kind="stable")[(len(self) - 1) // 2]))

    def medians(self) -> list[tuple[int, float]]:
        """Of each three measurements in a row that end before the last three, and of the last three."""
        places = [*range(len(self) - 2 * WINDOW + 1), len(self) - WINDOW]
        return [self[place : place + WINDOW].median() for place in places]

    def noise(self) -> float:
        """How far a value typically lies from the middle of its two neighbours; 0 for a straight line."""
        if len(self) < 3:
            return 0.0
        middle = (self.values[:-2] + self.values[2:]) / 2
        return float(np.median(np.abs(self.values[1:-1] - middle)))


@dataclass(frozen=True, eq=False)
class Evidence:
    """A run's history, its settings, the size of its data, and whether it has ended.

    history: a row an epoch with epoch, train_loss, train_accuracy and, where measured,
    evaluated_train_accuracy and the losses and accuracies of validation and test.
    data_images: the training images of its data set, those for validation among them; None if not known.
    """

    history: pd.DataFrame
    config: TrainConfig
    classes: int
    test_images: int
    has_ended: bool = True
    data_images: int | None = None

    @property
    def training_images(self) -> int | None:
        """How many images it learns from; None if that is not known."""
        if self.config.train_size is not None or self.data_images is None:
            return self.config.train_size
        return self.data_images - self.config.validation_size

    @property
    def steps(self) -> int | None:
        """Taken so far; None if it is not known of how many images."""
        images = self.training_images
        return None if images is None else self.train_loss.at(-1)[0] * -(-images // self.config.batch_size)

    @property
    def is_early(self) -> bool:
        """Whether it trains and has taken so few steps that the net that is tested may lag behind the one
        that learns: then what the two know is not compared, and a fall says nothing of the settings."""
        return not self.has_ended and self.steps is not None and self.steps < FEW_STEPS

    @cached_property
    def train_loss(self) -> Curve:
        return Curve.of(self.history, "train_loss")

    @cached_property
    def train_accuracy(self) -> Curve:
        """Of the images that it learns from, as it learns."""
        return Curve.of(self.history, "train_accuracy")

    @cached_property
    def split(self) -> str:
        """What the run is watched on: "validation" where it has such images, else "test"."""
        return "validation" if len(Curve.of(self.history, "validation_accuracy")) else "test"

    @cached_property
    def accuracy(self) -> Curve:
        """Of the images that it is watched on."""
        return Curve.of(self.history, f"{self.split}_accuracy")

    @cached_property
    def loss(self) -> Curve:
        """Of the images that it is watched on."""
        return Curve.of(self.history, f"{self.split}_loss")

    @property
    def images(self) -> int:
        """How many it is watched on."""
        return max(1, self.config.validation_size if self.split == "validation" else self.test_images)

    @property
    def chance(self) -> float:
        """Two standard errors of an accuracy of the images that it is watched on, at most."""
        return self.images**-0.5

    @property
    def chance_of_difference(self) -> float:
        """Two standard errors of the difference of two such accuracies, at most: other images each time."""
        return math.sqrt(2) * self.chance

    @property
    def guess_loss(self) -> float:
        """The loss of one who finds every class equally likely."""
        return math.log(self.classes)

    @property
    def guess_accuracy(self) -> float:
        """The accuracy of one who finds every class equally likely."""
        return 1 / self.classes

    def is_guessing(self, accuracy: Curve) -> bool:
        """Whether the last accuracies are all hardly above that of guessing."""
        return len(accuracy) > 0 and bool(accuracy[-WINDOW:].values.max() < guessing_limit(self.classes))

    @cached_property
    def known_of_training(self) -> float:
        """The accuracy on its training images: evaluated after the last epoch, else as it learned."""
        evaluated = Curve.of(self.history, "evaluated_train_accuracy")
        if len(evaluated) and evaluated.epochs[-1] == self.train_accuracy.epochs[-1]:
            return evaluated.at(-1)[1]
        return self.train_accuracy.at(-1)[1]

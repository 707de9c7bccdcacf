"""What the made histories in `coach_of_training` and `coach_of_held_out` are built from."""

import math
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from fmnist_core.base.config import TrainConfig
from fmnist_core.results.statistics.coach import Evidence, first_finding

FAULTS = (
    *("rate too high", "rate too low", "weight decay", "no learning", "wrong labels", "overfitting"),
    *("gets worse", "unsteady", "unseen", "still improving", "levelled off", "few steps"),
)


Curve = list[float | None]


@dataclass(frozen=True)
class Made:
    """A made history. train, test, validation: the losses of its epochs, and the accuracies. more: further
    columns. fault: what the coach must find; None for nothing. says: words that it must say."""

    train: tuple[Curve, Curve]
    test: tuple[Curve, Curve] | None = None
    validation: tuple[Curve, Curve] | None = None
    more: dict[str, Curve] = field(default_factory=dict)
    settings: dict = field(default_factory=dict)
    classes: int = 10
    fault: str | None = None
    says: tuple[str, ...] = ()

    @property
    def columns(self) -> dict[str, Curve]:
        pairs = {"train": self.train, "test": self.test, "validation": self.validation}
        losses = {f"{name}_loss": pair[0] for name, pair in pairs.items() if pair}
        return losses | {f"{name}_accuracy": pair[1] for name, pair in pairs.items() if pair} | self.more


def history_of(**columns: list) -> pd.DataFrame:
    length = len(next(iter(columns.values())))
    return pd.DataFrame({"epoch": range(1, length + 1), **columns})


def found_in(
    columns: dict,
    settings: dict,
    classes: int = 10,
    test_images: int = 10_000,
    has_ended: bool = True,
    data_images: int | None = None,
):
    """What the coach finds in a made history, or None."""
    config = TrainConfig(**settings)
    return first_finding(
        Evidence(history_of(**columns), config, classes, test_images, has_ended, data_images)
    )


def learned(epochs: int, best_loss: float = 0.3, start: float = 1.0) -> list[float]:
    """A training loss that falls, fast at first."""
    return [best_loss + (start - best_loss) / epoch for epoch in range(1, epochs + 1)]


def rising(first: float, last: float, count: int) -> list[float]:
    """Values in equal steps from first to last; they may also fall."""
    return np.linspace(first, last, count).tolist()


def seldom(values: list[float], every: int = 3) -> list[float]:
    """The same, measured only every so many epochs."""
    return [value if place % every == every - 1 else math.nan for place, value in enumerate(values)]


SMALL_SET: dict[str, list[float]] = {
    "train_loss": rising(0.95, 0.75, 10),
    "train_accuracy": rising(0.5, 0.61, 10),
    "test_loss": rising(0.95, 0.9, 10),
    "test_accuracy": [place / 24 for place in (11, 12, 10, 13, 10, 14, 12, 14, 10, 12)],
}
"""Of a net with three classes that is tested on 24 images, one of which is 4.2 points."""
NAN = math.nan
LEVEL = [0.880, 0.882, 0.879, 0.881, 0.880, 0.881]
SGD = {"optimizer": "sgd"}

"""Made histories of runs, and what the coach must say of each."""

import math
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from fmnist_core.base.config import TrainConfig
from fmnist_core.results import statistics

FAULTS = (
    *("rate too high", "rate too low", "weight decay", "no learning", "wrong labels", "overfitting"),
    *("gets worse", "unsteady", "unseen", "still improving", "levelled off"),
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
    columns: dict, settings: dict, classes: int = 10, test_images: int = 10_000, has_ended: bool = True
):
    """What the coach finds in a made history, or None."""
    return statistics.diagnose(
        history_of(**columns), TrainConfig(**settings), classes, test_images, has_ended
    )


def learned(epochs: int, best_loss: float = 0.3, start: float = 1.0) -> list[float]:
    """A training loss that falls, fast at first."""
    return [best_loss + (start - best_loss) / epoch for epoch in range(1, epochs + 1)]


def rising(first: float, last: float, count: int) -> list[float]:
    """In equal steps, or falling."""
    return np.linspace(first, last, count).tolist()


def seldom(values: list[float], every: int = 3) -> list[float]:
    """The same, measured every third epoch only."""
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

MADE = {
    "the loss is not a number": Made(
        train=([1.0, NAN, NAN], [0.5, 0.1, 0.1]),
        fault="rate too high",
        says=("not a number since epoch 2", "learning rate of 0.001 is too high: try 0.0003"),
    ),
    "the loss is infinite": Made(
        train=([math.inf], [0.1]),
        settings={"learning_rate": 1.0},
        fault="rate too high",
        says=("not a number since epoch 1", "try 0.001"),
    ),
    "a learning rate of 100": Made(
        train=([90_000.0, 4000.0, 176.2], [0.1, 0.11, 0.1]),
        settings={"learning_rate": 100.0},
        fault="rate too high",
        says=("at epoch 3 is 176.200", "guessing would have 2.303", "rate of 100 is too high: try 0.001"),
    ),
    "one epoch, far worse than guessing": Made(
        train=([88.0], [0.3]),
        test=([9.0], [0.4]),
        settings={"learning_rate": 1.0},
        fault="rate too high",
        says=("at epoch 1 is 88.000",),
    ),
    "the loss climbs": Made(
        train=([0.5, 0.9, 1.8, 2.2], [0.8, 0.6, 0.4, 0.3]),
        settings={"learning_rate": 0.01},
        fault="rate too high",
        says=("climbed from 0.500 at epoch 1 to 2.200 at epoch 4", "rate of 0.01 is too high: try 0.001"),
    ),
    "the loss jumps up and down": Made(
        train=([0.5, 0.7, 0.45, 0.65, 0.44, 0.6, 0.43], [0.8] * 7),
        fault="rate too high",
        says=("jumps, at last from 0.440 at epoch 5 to 0.600 at epoch 6", "too high: try 0.0003"),
    ),
    "still improving, but slowly for the rate is far too high": Made(
        train=(rising(1.2, 0.75, 8), rising(0.5, 0.7, 8)),
        test=(rising(1.2, 0.76, 8), rising(0.5, 0.69, 8)),
        settings={"learning_rate": 0.12},
        fault="rate too high",
        says=("rose from", "0.12 is high for adam: 0.001 may do better"),
    ),
    "a net that a high rate has killed": Made(
        train=([40.0, 2.33, 2.31, 2.32, 2.31], [0.2, 0.1, 0.1, 0.11, 0.1]),
        test=([2.4, 2.33, 2.31, 2.32, 2.31], [0.1] * 5),
        settings={"learning_rate": 0.3},
        fault="rate too high",
        says=("guessing gets 10.0 %", "0.3 is high for adam: 0.001 may do better"),
    ),
    "levelled off at a high rate": Made(
        train=([0.6] * 6, [0.75] * 6),
        test=([0.62] * 6, [0.74, 0.76, 0.75, 0.75, 0.76, 0.75]),
        settings={"learning_rate": 0.05},
        fault="rate too high",
        says=("between 74.0 % and 76.0 %", "0.05 is high for adam"),
    ),
    "sgd with a rate of 1e-6": Made(
        train=(rising(2.3051, 2.3049, 6), [0.098, 0.1, 0.098, 0.099, 0.101, 0.1]),
        test=(rising(2.305, 2.3048, 6), [0.1] * 6),
        settings=SGD | {"learning_rate": 1e-6},
        fault="rate too low",
        says=(
            "At epoch 6, 10.0 % of the training images",
            "guessing gets 10.0 %",
            "1e-06 is low for sgd",
            "0.03",
        ),
    ),
    "a low rate that learns a little": Made(
        train=(rising(2.43, 2.08, 8), rising(0.07, 0.33, 8)),
        test=(rising(2.4, 2.07, 8), rising(0.1, 0.32, 8)),
        settings=SGD | {"learning_rate": 1e-4},
        fault="rate too low",
        says=("was 2.430 at epoch 1 and is 2.080 at epoch 8", "0.0001 is low for sgd"),
    ),
    "weights that decay to nothing": Made(
        train=([2.29, 2.303, 2.303, 2.303], [0.14, 0.1, 0.1, 0.1]),
        test=([2.303] * 4, [0.1] * 4),
        settings={"weight_decay": 5.0},
        fault="weight decay",
        says=("weight decay of 5 is strong: 0 may do better",),
    ),
    "weight decay that holds a net back": Made(
        train=([2.2, 1.94, 1.93, 1.94, 1.935, 1.94], [0.3, 0.5, 0.51, 0.5, 0.52, 0.5]),
        test=([2.0, 1.93, 1.93, 1.93, 1.94, 1.93], [0.5, 0.53, 0.5, 0.64, 0.46, 0.55]),
        settings={"weight_decay": 4.5},
        fault="weight decay",
        says=("is 1.940 at epoch 6",),
    ),
    "a dead net": Made(
        train=([2.304, 2.303, 2.304, 2.303, 2.304], [0.1, 0.102, 0.096, 0.1, 0.099]),
        test=([2.303] * 5, [0.1] * 5),
        fault="no learning",
        says=("At epoch 5, 9.9 % of the training images", "curves do not show why"),
    ),
    "two classes at 50 %": Made(
        train=([0.694, 0.693, 0.693, 0.693], [0.5, 0.51, 0.49, 0.5]),
        test=([0.693] * 4, [0.5] * 4),
        classes=2,
        fault="no learning",
        says=("guessing gets 50.0 %",),
    ),
    "random labels learned by heart": Made(
        train=(rising(2.35, 0.4, 8), rising(0.1, 0.9, 8)),
        validation=(rising(2.35, 4, 8), [0.1, 0.09, 0.11, 0.1, 0.1, 0.098, 0.1, 0.102]),
        settings={"validation_size": 1000},
        fault="wrong labels",
        says=("90.0 % of the training images are right, but 10.2 % of the validation images", "labels"),
    ),
    "a few images by heart, while the loss of the others never fell": Made(
        train=(rising(2.30, 2.14, 12), rising(0.1, 0.18, 12)),
        test=([2.303, 2.302, *rising(2.31, 2.364, 10)], 6 * [0.1, 0.112]),
        fault="wrong labels",
        says=("18.0 % of the training images are right, but 11.2 % of the test images", "labels"),
    ),
    "a loss near zero may double": Made(
        train=([0.9, 0.2, 0.02, 0.005, 0.012, 0.004, 0.011, 0.003], [0.7, 0.9, 1, 1, 1, 1, 1, 1]),
        test=([0.7, 0.62, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6], [0.75, 0.79, 0.8, 0.801, 0.8, 0.8, 0.799, 0.8]),
        settings={"train_size": 1000},
        fault="overfitting",
        says=("100.0 % of the training images are right, but 80.0 % of the test images",),
    ),
    "overfitting, dated to the lowest loss": Made(
        train=([1.0, 0.8, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1], [0.9] * 8),
        validation=([1.0, 0.8, 0.7, 0.65, 0.7, 0.75, 0.8, 0.9], [0.85] * 8),
        settings={"validation_size": 1000},
        fault="overfitting",
        says=(
            "since epoch 4: until epoch 8 the validation loss rose from 0.650 to 0.900",
            "from 0.500 to 0.100",
        ),
    ),
    "overfitting of the test images, under their own name": Made(
        train=([1.0, 0.5, 0.3, 0.2, 0.1, 0.05], [0.9] * 6),
        test=([1.0, 0.6, 0.71, 0.82, 0.93, 1.04], [0.85] * 6),
        validation=([None] * 6, [None] * 6),
        fault="overfitting",
        says=("since epoch 2: until epoch 6 the test loss rose from 0.600 to 1.040",),
    ),
    "overfitting, tested every third epoch": Made(
        train=(rising(1.0, 0.05, 18), rising(0.6, 0.97, 18)),
        test=(seldom([*rising(1.0, 0.6, 6), *rising(0.65, 1.2, 12)]), seldom([0.85] * 18)),
        settings={"test_every": 3},
        fault="overfitting",
        says=("since epoch 6: until epoch 18",),
    ),
    "1,000 images known by heart": Made(
        train=([1.0, 0.3, 0.05, 0.01, 0.004, 0.002], [0.7, 0.9, 0.99, 1.0, 1.0, 1.0]),
        test=([0.8, 0.6, 0.58, 0.58, 0.585, 0.585], [0.74, 0.8, 0.811, 0.812, 0.81, 0.811]),
        settings={"train_size": 1000},
        fault="overfitting",
        says=("100.0 % of the training images are right, but 81.1 % of the test images",),
    ),
    "a loss that rises while training gets worse too is no overfitting": Made(
        train=([3.4, 1.0, 0.9, 1.02, 1.03, 1.05, 1.04, 1.04], [0.4, 0.6, 0.7, 0.6, 0.6, 0.6, 0.6, 0.6]),
        test=([0.7, 0.8, 0.85, 1.1, 1.1, 1.15, 1.15, 1.15], [0.7, 0.69, 0.68, 0.62, 0.6, 0.6, 0.59, 0.59]),
        fault="gets worse",
        says=("fallen, from 69.0 % at epoch 2 to 59.0 % at epoch 8",),
    ),
    "accuracy falls while the loss is flat": Made(
        train=([0.4] * 8, [0.86] * 8),
        test=([0.45] * 8, rising(0.86, 0.79, 8)),
        fault="gets worse",
        says=("fallen, from 85.0 % at epoch 2 to 80.0 % at epoch 7",),
    ),
    "losses of .9 and .7 in turn are no overfitting": Made(
        train=(learned(8), rising(0.7, 0.8, 8)),
        test=([0.68, 0.9, 0.7, 0.9, 0.7, 0.9, 0.7, 0.9], [0.9, 0.7, 0.9, 0.7, 0.9, 0.7, 0.9, 0.7]),
        fault="unsteady",
        says=("jumps between 70.0 % and 90.0 % from epoch 3 to epoch 8", "try 0.0003"),
    ),
    "one high epoch at the end is no climb": Made(
        train=([0.9, 0.6, 0.5, 1.2], [0.7, 0.8, 0.82, 0.6]),
        settings={"test_every": 0},
        fault="unseen",
        says=(),
    ),
    "nothing is watched": Made(
        train=([0.9, 0.8, 0.7], [0.8, 0.81, 0.82]),
        settings={"test_every": 0},
        fault="unseen",
        says=("No validation images: overfitting cannot be seen here.",),
    ),
    "the same curves with a usual rate only need time": Made(
        train=(rising(2.43, 2.08, 8), rising(0.07, 0.33, 8)),
        test=(rising(2.4, 2.07, 8), rising(0.1, 0.32, 8)),
        settings=SGD | {"learning_rate": 0.03},
        fault="still improving",
        says=("to 28.9 % at epoch 7",),
    ),
    "a rate of .012 is no fault of its own": Made(
        train=(rising(0.6, 0.4, 8), rising(0.8, 0.85, 8)),
        test=(rising(0.6, 0.4, 8), rising(0.8, 0.86, 8)),
        settings={"optimizer": "adamw", "learning_rate": 0.012},
        fault="still improving",
        says=("next time",),
    ),
    "two classes at 60 % are no guessing": Made(
        train=([0.69, 0.68, 0.675, 0.67, 0.668, 0.667], [0.55, 0.58, 0.6, 0.6, 0.6, 0.6]),
        test=([0.688, 0.68, 0.674, 0.67, 0.668, 0.667], [0.57, 0.58, 0.59, 0.6, 0.6, 0.601]),
        classes=2,
        fault="still improving",
        says=("to 60.0 % at epoch 5",),
    ),
    "a gap that closes is no overfitting yet": Made(
        train=([0.9, 0.5, 0.3], [0.7, 0.84, 0.91]),
        test=([1.1, 0.8, 0.6], [0.65, 0.74, 0.81]),
        fault="still improving",
        says=("from 65.0 % at epoch 1 to 81.0 % at epoch 3",),
    ),
    "still improving": Made(
        train=(rising(1.0, 0.5, 6), rising(0.7, 0.8, 6)),
        validation=(rising(1.0, 0.5, 6), rising(0.7, 0.8, 6)),
        settings={"validation_size": 1000},
        fault="still improving",
        says=("validation accuracy rose from 72.0 % at epoch 2 to 78.0 % at epoch 5", "next time"),
    ),
    "still improving, tested every third epoch": Made(
        train=(rising(1.0, 0.5, 18), rising(0.7, 0.8, 18)),
        test=(seldom(rising(1.0, 0.5, 18)), seldom(rising(0.7, 0.8, 18))),
        settings={"test_every": 3},
        fault="still improving",
        says=("from 72.9 % at epoch 6 to 78.2 % at epoch 15",),
    ),
    "two epochs": Made(
        train=([1.0, 0.7], [0.6, 0.7]),
        test=([0.8, 0.6], [0.7, 0.78]),
        fault="still improving",
        says=("from 70.0 % at epoch 1 to 78.0 % at epoch 2",),
    ),
    "a hundred classes, far above guessing": Made(
        train=([4.2, 3.9, 3.7, 3.5], [0.03, 0.06, 0.09, 0.12]),
        test=([4.1, 3.8, 3.6, 3.4], [0.04, 0.08, 0.11, 0.14]),
        classes=100,
        fault="still improving",
        says=("from 4.0 % at epoch 1 to 14.0 % at epoch 4",),
    ),
    "two classes at 60 %, level": Made(
        train=([0.67] * 6, [0.6] * 6),
        test=([0.67] * 6, [0.6, 0.601, 0.599, 0.6, 0.602, 0.6]),
        classes=2,
        fault="levelled off",
        says=("between 59.9 % and 60.2 % since epoch 1", "60.0 %: a larger net"),
    ),
    "a gap among 50 images may be chance": Made(
        train=(learned(6), [0.9] * 6),
        validation=([0.4] * 6, [0.8] * 6),
        settings={"validation_size": 50},
        fault="levelled off",
        says=("accuracy has stayed at 80.0 % since epoch 1", "may add little"),
    ),
    "levelled off": Made(
        train=(learned(6), [0.9, 0.91, 0.912, 0.914, 0.915, 0.917]),
        test=([0.35] * 6, LEVEL),
        fault="levelled off",
        says=("between 87.9 % and 88.2 % since epoch 1", "More epochs may add little"),
    ),
    "levelled off, and small for its data": Made(
        train=([0.42] * 6, [0.88] * 6),
        test=([0.44] * 6, LEVEL),
        more={"evaluated_train_accuracy": [NAN] * 5 + [0.884]},
        fault="levelled off",
        says=("88.4 %: a larger net may learn more",),
    ),
    "one epoch, somewhat worse than guessing: it may only begin badly": Made(
        train=([3.5], [0.3]), test=([1.0], [0.6])
    ),
    "a rising loss of one who only guesses is no overfitting": Made(
        train=(rising(2.30, 2.2, 12), rising(0.1, 0.13, 12)),
        test=([2.303, 2.302, *rising(2.31, 2.364, 10)], 6 * [0.1, 0.112]),
    ),
    "three epochs of .9, .7, .9 say nothing": Made(
        train=([0.5, 0.4, 0.35], [0.8, 0.82, 0.83]), test=([0.3, 0.7, 0.3], [0.9, 0.7, 0.9])
    ),
    "one good epoch": Made(train=([1.0], [0.6]), test=([0.8], [0.7])),
    "five epochs that hardly moved at the end": Made(
        train=(learned(5), rising(0.8, 0.86, 5)),
        test=([0.6, 0.5, 0.46, 0.45, 0.449], [0.8, 0.84, 0.855, 0.857, 0.858]),
    ),
    "no further than the curve goes: it rose from 86.6 to 87.7 %, and to 89.2 % later": Made(
        train=(learned(10), rising(0.8, 0.9, 10)),
        test=(
            [0.50, 0.44, 0.41, 0.39, 0.375, 0.37, 0.372, 0.365, 0.37, 0.366],
            [0.82, 0.845, 0.856, 0.862, 0.866, 0.871, 0.869, 0.874, 0.87, 0.877],
        ),
    ),
    "not tested yet, but it will be": Made(
        train=([0.9, 0.8, 0.7, 0.65], [0.8, 0.81, 0.82, 0.83]),
        test=([NAN, NAN, 0.7, NAN], [NAN, NAN, 0.8, NAN]),
        settings={"test_every": 3},
    ),
    "no epochs": Made(train=([], [])),
}

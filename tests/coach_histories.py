"""Made histories of runs, and what the coach must say of each."""

import math

import numpy as np
import pandas as pd

from fmnist_core.base.config import TrainConfig
from fmnist_core.results import statistics

FAULTS = (
    *("rate too high", "rate too low", "weight decay", "no learning", "wrong labels", "overfitting"),
    *("gets worse", "unsteady", "unseen", "still improving", "levelled off"),
)


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

# Name: history, settings, classes, fault, words that must be said.
MADE: dict[str, tuple[dict, dict, int, str | None, tuple[str, ...]]] = {
    "the loss is not a number": (
        {"train_loss": [1.0, NAN, NAN], "train_accuracy": [0.5, 0.1, 0.1]},
        {},
        10,
        "rate too high",
        ("not a number since epoch 2", "learning rate of 0.001 is too high: try 0.0003"),
    ),
    "the loss is infinite": (
        {"train_loss": [math.inf], "train_accuracy": [0.1]},
        {"learning_rate": 1.0},
        10,
        "rate too high",
        ("not a number since epoch 1", "try 0.001"),
    ),
    "a learning rate of 100": (
        {"train_loss": [90_000.0, 4000.0, 176.2], "train_accuracy": [0.1, 0.11, 0.1]},
        {"learning_rate": 100.0},
        10,
        "rate too high",
        ("at epoch 3 is 176.200", "guessing would have 2.303", "rate of 100 is too high: try 0.001"),
    ),
    "one epoch, far worse than guessing": (
        {"train_loss": [88.0], "train_accuracy": [0.3], "test_loss": [9.0], "test_accuracy": [0.4]},
        {"learning_rate": 1.0},
        10,
        "rate too high",
        ("at epoch 1 is 88.000",),
    ),
    "one epoch, somewhat worse than guessing: it may only begin badly": (
        {"train_loss": [3.5], "train_accuracy": [0.3], "test_loss": [1.0], "test_accuracy": [0.6]},
        {},
        10,
        None,
        (),
    ),
    "the loss climbs": (
        {"train_loss": [0.5, 0.9, 1.8, 2.2], "train_accuracy": [0.8, 0.6, 0.4, 0.3]},
        {"learning_rate": 0.01},
        10,
        "rate too high",
        ("climbed from 0.500 at epoch 1 to 2.200 at epoch 4", "rate of 0.01 is too high: try 0.001"),
    ),
    "one high epoch at the end is no climb": (
        {"train_loss": [0.9, 0.6, 0.5, 1.2], "train_accuracy": [0.7, 0.8, 0.82, 0.6]},
        {"test_every": 0},
        10,
        "unseen",
        (),
    ),
    "the loss jumps up and down": (
        {"train_loss": [0.5, 0.7, 0.45, 0.65, 0.44, 0.6, 0.43], "train_accuracy": [0.8] * 7},
        {},
        10,
        "rate too high",
        ("jumps, at last from 0.440 at epoch 5 to 0.600 at epoch 6", "too high: try 0.0003"),
    ),
    "a loss near zero may double": (
        {
            "train_loss": [0.9, 0.2, 0.02, 0.005, 0.012, 0.004, 0.011, 0.003],
            "train_accuracy": [0.7, 0.9, 1, 1, 1, 1, 1, 1],
            "test_loss": [0.7, 0.62, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6],
            "test_accuracy": [0.75, 0.79, 0.8, 0.801, 0.8, 0.8, 0.799, 0.8],
        },
        {"train_size": 1000},
        10,
        "overfitting",
        ("100.0 % of the training images are right, but 80.0 % of the test images",),
    ),
    "sgd with a rate of 1e-6": (
        {
            "train_loss": rising(2.3051, 2.3049, 6),
            "train_accuracy": [0.098, 0.1, 0.098, 0.099, 0.101, 0.1],
            "test_loss": rising(2.305, 2.3048, 6),
            "test_accuracy": [0.1] * 6,
        },
        SGD | {"learning_rate": 1e-6},
        10,
        "rate too low",
        ("At epoch 6, 10.0 % of the training images", "guessing gets 10.0 %", "1e-06 is low for sgd", "0.03"),
    ),
    "a low rate that learns a little": (
        {
            "train_loss": rising(2.43, 2.08, 8),
            "train_accuracy": rising(0.07, 0.33, 8),
            "test_accuracy": rising(0.1, 0.32, 8),
            "test_loss": rising(2.4, 2.07, 8),
        },
        SGD | {"learning_rate": 1e-4},
        10,
        "rate too low",
        ("was 2.430 at epoch 1 and is 2.080 at epoch 8", "0.0001 is low for sgd"),
    ),
    "the same curves with a usual rate only need time": (
        {
            "train_loss": rising(2.43, 2.08, 8),
            "train_accuracy": rising(0.07, 0.33, 8),
            "test_accuracy": rising(0.1, 0.32, 8),
            "test_loss": rising(2.4, 2.07, 8),
        },
        SGD | {"learning_rate": 0.03},
        10,
        "still improving",
        ("to 28.9 % at epoch 7",),
    ),
    "still improving, but slowly for the rate is far too high": (
        {
            "train_loss": rising(1.2, 0.75, 8),
            "train_accuracy": rising(0.5, 0.7, 8),
            "test_loss": rising(1.2, 0.76, 8),
            "test_accuracy": rising(0.5, 0.69, 8),
        },
        {"learning_rate": 0.12},
        10,
        "rate too high",
        ("rose from", "0.12 is high for adam: 0.001 may do better"),
    ),
    "a rate of .012 is no fault of its own": (
        {
            "train_loss": rising(0.6, 0.4, 8),
            "train_accuracy": rising(0.8, 0.85, 8),
            "test_loss": rising(0.6, 0.4, 8),
            "test_accuracy": rising(0.8, 0.86, 8),
        },
        {"optimizer": "adamw", "learning_rate": 0.012},
        10,
        "still improving",
        ("next time",),
    ),
    "a dead net": (
        {
            "train_loss": [2.304, 2.303, 2.304, 2.303, 2.304],
            "train_accuracy": [0.1, 0.102, 0.096, 0.1, 0.099],
            "test_loss": [2.303] * 5,
            "test_accuracy": [0.1] * 5,
        },
        {},
        10,
        "no learning",
        ("At epoch 5, 9.9 % of the training images", "curves do not show why"),
    ),
    "a net that a high rate has killed": (
        {
            "train_loss": [40.0, 2.33, 2.31, 2.32, 2.31],
            "train_accuracy": [0.2, 0.1, 0.1, 0.11, 0.1],
            "test_loss": [2.4, 2.33, 2.31, 2.32, 2.31],
            "test_accuracy": [0.1] * 5,
        },
        {"learning_rate": 0.3},
        10,
        "rate too high",
        ("guessing gets 10.0 %", "0.3 is high for adam: 0.001 may do better"),
    ),
    "weights that decay to nothing": (
        {
            "train_loss": [2.29, 2.303, 2.303, 2.303],
            "train_accuracy": [0.14, 0.1, 0.1, 0.1],
            "test_loss": [2.303] * 4,
            "test_accuracy": [0.1] * 4,
        },
        {"weight_decay": 5.0},
        10,
        "weight decay",
        ("weight decay of 5 is strong: 0 may do better"),
    ),
    "weight decay that holds a net back": (
        {
            "train_loss": [2.2, 1.94, 1.93, 1.94, 1.935, 1.94],
            "train_accuracy": [0.3, 0.5, 0.51, 0.5, 0.52, 0.5],
            "test_loss": [2.0, 1.93, 1.93, 1.93, 1.94, 1.93],
            "test_accuracy": [0.5, 0.53, 0.5, 0.64, 0.46, 0.55],
        },
        {"weight_decay": 4.5},
        10,
        "weight decay",
        ("is 1.940 at epoch 6",),
    ),
    "random labels learned by heart": (
        {
            "train_loss": rising(2.35, 0.4, 8),
            "train_accuracy": rising(0.1, 0.9, 8),
            "validation_loss": rising(2.35, 4, 8),
            "validation_accuracy": [0.1, 0.09, 0.11, 0.1, 0.1, 0.098, 0.1, 0.102],
        },
        {"validation_size": 1000},
        10,
        "wrong labels",
        ("90.0 % of the training images are right, but 10.2 % of the validation images", "labels"),
    ),
    "a few images by heart, while the loss of the others never fell": (
        {
            "train_loss": rising(2.30, 2.14, 12),
            "train_accuracy": rising(0.1, 0.18, 12),
            "test_loss": [2.303, 2.302, *rising(2.31, 2.364, 10)],
            "test_accuracy": 6 * [0.1, 0.112],
        },
        {},
        10,
        "wrong labels",
        ("18.0 % of the training images are right, but 11.2 % of the test images", "labels"),
    ),
    "a rising loss of one who only guesses is no overfitting": (
        {
            "train_loss": rising(2.30, 2.2, 12),
            "train_accuracy": rising(0.1, 0.13, 12),
            "test_loss": [2.303, 2.302, *rising(2.31, 2.364, 10)],
            "test_accuracy": 6 * [0.1, 0.112],
        },
        {},
        10,
        None,
        (),
    ),
    "two classes at 60 % are no guessing": (
        {
            "train_loss": [0.69, 0.68, 0.675, 0.67, 0.668, 0.667],
            "train_accuracy": [0.55, 0.58, 0.6, 0.6, 0.6, 0.6],
            "test_loss": [0.688, 0.68, 0.674, 0.67, 0.668, 0.667],
            "test_accuracy": [0.57, 0.58, 0.59, 0.6, 0.6, 0.601],
        },
        {},
        2,
        "still improving",
        ("to 60.0 % at epoch 5",),
    ),
    "two classes at 60 %, level": (
        {
            "train_loss": [0.67] * 6,
            "train_accuracy": [0.6] * 6,
            "test_loss": [0.67] * 6,
            "test_accuracy": [0.6, 0.601, 0.599, 0.6, 0.602, 0.6],
        },
        {},
        2,
        "levelled off",
        ("between 59.9 % and 60.2 % since epoch 1", "60.0 %: a larger net"),
    ),
    "two classes at 50 %": (
        {
            "train_loss": [0.694, 0.693, 0.693, 0.693],
            "train_accuracy": [0.5, 0.51, 0.49, 0.5],
            "test_loss": [0.693] * 4,
            "test_accuracy": [0.5] * 4,
        },
        {},
        2,
        "no learning",
        ("guessing gets 50.0 %",),
    ),
    "overfitting, dated to the lowest loss": (
        {
            "train_loss": [1.0, 0.8, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1],
            "train_accuracy": [0.9] * 8,
            "validation_loss": [1.0, 0.8, 0.7, 0.65, 0.7, 0.75, 0.8, 0.9],
            "validation_accuracy": [0.85] * 8,
        },
        {"validation_size": 1000},
        10,
        "overfitting",
        ("since epoch 4: until epoch 8 the validation loss rose from 0.650 to 0.900", "from 0.500 to 0.100"),
    ),
    "overfitting of the test images, under their own name": (
        {
            "train_loss": [1.0, 0.5, 0.3, 0.2, 0.1, 0.05],
            "train_accuracy": [0.9] * 6,
            "validation_loss": [None] * 6,
            "validation_accuracy": [None] * 6,
            "test_loss": [1.0, 0.6, 0.71, 0.82, 0.93, 1.04],
            "test_accuracy": [0.85] * 6,
        },
        {},
        10,
        "overfitting",
        ("since epoch 2: until epoch 6 the test loss rose from 0.600 to 1.040",),
    ),
    "overfitting, tested every third epoch": (
        {
            "train_loss": rising(1.0, 0.05, 18),
            "train_accuracy": rising(0.6, 0.97, 18),
            "test_loss": seldom([*rising(1.0, 0.6, 6), *rising(0.65, 1.2, 12)]),
            "test_accuracy": seldom([0.85] * 18),
        },
        {"test_every": 3},
        10,
        "overfitting",
        ("since epoch 6: until epoch 18",),
    ),
    "losses of .9 and .7 in turn are no overfitting": (
        {
            "train_loss": learned(8),
            "train_accuracy": rising(0.7, 0.8, 8),
            "test_loss": [0.68, 0.9, 0.7, 0.9, 0.7, 0.9, 0.7, 0.9],
            "test_accuracy": [0.9, 0.7, 0.9, 0.7, 0.9, 0.7, 0.9, 0.7],
        },
        {},
        10,
        "unsteady",
        ("jumps between 70.0 % and 90.0 % from epoch 3 to epoch 8", "try 0.0003"),
    ),
    "three epochs of .9, .7, .9 say nothing": (
        {
            "train_loss": [0.5, 0.4, 0.35],
            "train_accuracy": [0.8, 0.82, 0.83],
            "test_loss": [0.3, 0.7, 0.3],
            "test_accuracy": [0.9, 0.7, 0.9],
        },
        {},
        10,
        None,
        (),
    ),
    "a loss that rises while training gets worse too is no overfitting": (
        {
            "train_loss": [3.4, 1.0, 0.9, 1.02, 1.03, 1.05, 1.04, 1.04],
            "train_accuracy": [0.4, 0.6, 0.7, 0.6, 0.6, 0.6, 0.6, 0.6],
            "test_loss": [0.7, 0.8, 0.85, 1.1, 1.1, 1.15, 1.15, 1.15],
            "test_accuracy": [0.7, 0.69, 0.68, 0.62, 0.6, 0.6, 0.59, 0.59],
        },
        {},
        10,
        "gets worse",
        ("fallen, from 69.0 % at epoch 2 to 59.0 % at epoch 8",),
    ),
    "1,000 images known by heart": (
        {
            "train_loss": [1.0, 0.3, 0.05, 0.01, 0.004, 0.002],
            "train_accuracy": [0.7, 0.9, 0.99, 1.0, 1.0, 1.0],
            "test_loss": [0.8, 0.6, 0.58, 0.58, 0.585, 0.585],
            "test_accuracy": [0.74, 0.8, 0.811, 0.812, 0.81, 0.811],
        },
        {"train_size": 1000},
        10,
        "overfitting",
        ("100.0 % of the training images are right, but 81.1 % of the test images",),
    ),
    "a gap that closes is no overfitting yet": (
        {
            "train_loss": [0.9, 0.5, 0.3],
            "train_accuracy": [0.7, 0.84, 0.91],
            "test_loss": [1.1, 0.8, 0.6],
            "test_accuracy": [0.65, 0.74, 0.81],
        },
        {},
        10,
        "still improving",
        ("from 65.0 % at epoch 1 to 81.0 % at epoch 3",),
    ),
    "a gap among 50 images may be chance": (
        {
            "train_loss": learned(6),
            "train_accuracy": [0.9] * 6,
            "validation_loss": [0.4] * 6,
            "validation_accuracy": [0.8] * 6,
        },
        {"validation_size": 50},
        10,
        "levelled off",
        ("accuracy has stayed at 80.0 % since epoch 1", "may add little"),
    ),
    "accuracy falls while the loss is flat": (
        {
            "train_loss": [0.4] * 8,
            "train_accuracy": [0.86] * 8,
            "test_loss": [0.45] * 8,
            "test_accuracy": rising(0.86, 0.79, 8),
        },
        {},
        10,
        "gets worse",
        ("fallen, from 85.0 % at epoch 2 to 80.0 % at epoch 7",),
    ),
    "still improving": (
        {
            "train_loss": rising(1.0, 0.5, 6),
            "train_accuracy": rising(0.7, 0.8, 6),
            "validation_loss": rising(1.0, 0.5, 6),
            "validation_accuracy": rising(0.7, 0.8, 6),
        },
        {"validation_size": 1000},
        10,
        "still improving",
        ("validation accuracy rose from 72.0 % at epoch 2 to 78.0 % at epoch 5", "next time"),
    ),
    "still improving, tested every third epoch": (
        {
            "train_loss": rising(1.0, 0.5, 18),
            "train_accuracy": rising(0.7, 0.8, 18),
            "test_loss": seldom(rising(1.0, 0.5, 18)),
            "test_accuracy": seldom(rising(0.7, 0.8, 18)),
        },
        {"test_every": 3},
        10,
        "still improving",
        ("from 72.9 % at epoch 6 to 78.2 % at epoch 15",),
    ),
    "two epochs": (
        {
            "train_loss": [1.0, 0.7],
            "train_accuracy": [0.6, 0.7],
            "test_loss": [0.8, 0.6],
            "test_accuracy": [0.7, 0.78],
        },
        {},
        10,
        "still improving",
        ("from 70.0 % at epoch 1 to 78.0 % at epoch 2",),
    ),
    "one good epoch": (
        {"train_loss": [1.0], "train_accuracy": [0.6], "test_loss": [0.8], "test_accuracy": [0.7]},
        {},
        10,
        None,
        (),
    ),
    "five epochs that hardly moved at the end": (
        {
            "train_loss": learned(5),
            "train_accuracy": rising(0.8, 0.86, 5),
            "test_loss": [0.6, 0.5, 0.46, 0.45, 0.449],
            "test_accuracy": [0.8, 0.84, 0.855, 0.857, 0.858],
        },
        {},
        10,
        None,
        (),
    ),
    "levelled off": (
        {
            "train_loss": learned(6),
            "train_accuracy": [0.9, 0.91, 0.912, 0.914, 0.915, 0.917],
            "test_loss": [0.35] * 6,
            "test_accuracy": LEVEL,
        },
        {},
        10,
        "levelled off",
        ("between 87.9 % and 88.2 % since epoch 1", "More epochs may add little"),
    ),
    "no further than the curve goes: it rose from 86.6 to 87.7 %, and to 89.2 % later": (
        {
            "train_loss": learned(10),
            "train_accuracy": rising(0.8, 0.9, 10),
            "test_loss": [0.50, 0.44, 0.41, 0.39, 0.375, 0.37, 0.372, 0.365, 0.37, 0.366],
            "test_accuracy": [0.82, 0.845, 0.856, 0.862, 0.866, 0.871, 0.869, 0.874, 0.87, 0.877],
        },
        {},
        10,
        None,
        (),
    ),
    "levelled off, and small for its data": (
        {
            "train_loss": [0.42] * 6,
            "train_accuracy": [0.88] * 6,
            "evaluated_train_accuracy": [NAN] * 5 + [0.884],
            "test_loss": [0.44] * 6,
            "test_accuracy": LEVEL,
        },
        {},
        10,
        "levelled off",
        ("88.4 %: a larger net may learn more",),
    ),
    "levelled off at a high rate": (
        {
            "train_loss": [0.6] * 6,
            "train_accuracy": [0.75] * 6,
            "test_loss": [0.62] * 6,
            "test_accuracy": [0.74, 0.76, 0.75, 0.75, 0.76, 0.75],
        },
        {"learning_rate": 0.05},
        10,
        "rate too high",
        ("between 74.0 % and 76.0 %", "0.05 is high for adam"),
    ),
    "nothing is watched": (
        {"train_loss": [0.9, 0.8, 0.7], "train_accuracy": [0.8, 0.81, 0.82]},
        {"test_every": 0},
        10,
        "unseen",
        ("No validation images: overfitting cannot be seen here.",),
    ),
    "not tested yet, but it will be": (
        {
            "train_loss": [0.9, 0.8, 0.7, 0.65],
            "train_accuracy": [0.8, 0.81, 0.82, 0.83],
            "test_loss": [NAN, NAN, 0.7, NAN],
            "test_accuracy": [NAN, NAN, 0.8, NAN],
        },
        {"test_every": 3},
        10,
        None,
        (),
    ),
    "a hundred classes, far above guessing": (
        {
            "train_loss": [4.2, 3.9, 3.7, 3.5],
            "train_accuracy": [0.03, 0.06, 0.09, 0.12],
            "test_loss": [4.1, 3.8, 3.6, 3.4],
            "test_accuracy": [0.04, 0.08, 0.11, 0.14],
        },
        {},
        100,
        "still improving",
        ("from 4.0 % at epoch 1 to 14.0 % at epoch 4",),
    ),
    "no epochs": ({"train_loss": [], "train_accuracy": []}, {}, 10, None, ()),
}

"""The ladder: the lecture's five nets by its own recipe, published figures beside reproduced ones.

Published figures: the lecture's notes of 30 April 2025, part 3, trained on a GPU. Knows no torch.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..base.config import TrainConfig
from ..base.messages import Message, half_up, percent, shown_difference
from ..base.recipes import configure
from ..results.statistics import points

MEASURED_EPOCHS = (5, 10, 15, 20, 25, 30)
TEST_IMAGES = 10_000


@dataclass(frozen=True)
class Published:
    """What the lecture reports of a net: training accuracy at `MEASURED_EPOCHS`, test accuracy at the end.

    adds: what this rung adds to the one below; parameters: follow from its layers in the lecture.
    """

    architecture: str
    name: str
    adds: str
    parameters: int
    train_accuracies: tuple[float, ...]
    test_accuracy: float


LADDER: dict[str, Published] = {
    published.architecture: published
    for published in (
        Published(
            "mlp-32",
            "simple",
            "one hidden layer of 32 nodes",
            25_450,
            (0.8588, 0.8659, 0.8779, 0.8831, 0.8856, 0.8876),
            0.8638,
        ),
        Published(
            "mlp-256",
            "wider",
            "8 times as many nodes: 256",
            203_530,
            (0.8843, 0.9020, 0.9176, 0.9265, 0.9345, 0.9388),
            0.8892,
        ),
        Published(
            "mlp-4096-dropout",
            "very wide",
            "4,096 nodes, dropout 0.5",
            3_256_330,
            (0.8870, 0.9024, 0.9116, 0.9214, 0.9302, 0.9307),
            0.8913,
        ),
        Published(
            "mlp-deep",
            "deep",
            "four hidden layers of 256 nodes",
            400_906,
            (0.8881, 0.9154, 0.9240, 0.9303, 0.9511, 0.9547),
            0.8907,
        ),
        Published(
            "cnn",
            "convolutional",
            "two 5×5 convolutions of 64 channels",
            114_378,
            (0.9067, 0.9322, 0.9420, 0.9579, 0.9653, 0.9772),
            0.9166,
        ),
    )
}


def ladder_configs(**overrides: object) -> list[TrainConfig]:
    """The five trainings, easiest first; overrides, such as `dataset` or `epochs`, hold for all of them.

    In float32, as in the lecture: other rounding leads a net to other weights.
    """
    settings = {"precision": "float32", **overrides}
    return [configure("lecture", **{"architecture": name, **settings}) for name in LADDER]


def ladder_runs(runs: list, **overrides: object) -> dict[str, Any]:
    """The run to show for each net: the newest completed one with the ladder's settings, else the newest.

    Device, precision and how often the test images are looked at may differ; they change no setting of
    the lecture. Stopped and failed runs do not count, and nets without a run are left out.
    """
    found = {}
    for config in ladder_configs(**overrides):
        matching = [
            run
            for run in runs
            if run.status in ("completed", "running", "queued")
            and _same_training(run.config, config)
            and not run.rate_changed
        ]
        if matching:
            found[config.architecture] = max(
                matching, key=lambda run: (run.status == "completed", run.created_at)
            )
    return found


def _same_training(config: TrainConfig, wanted: TrainConfig) -> bool:
    return wanted == config.replace(
        device=wanted.device, precision=wanted.precision, test_every=wanted.test_every, recipe=wanted.recipe
    )


def comparison(histories: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Published against reproduced: a row for each net and measurement, in the lecture's order.

    histories: architecture -> the epochs of its run (`RunStore.history`); those that are missing give NaN.
    Columns: architecture, name, split ("train" or "test"), epoch, published, reproduced, difference.
    """
    rows = []
    for published in LADDER.values():
        history = histories.get(published.architecture)
        wanted = [("train", *pair) for pair in zip(MEASURED_EPOCHS, published.train_accuracies, strict=True)]
        for split, epoch, value in [*wanted, ("test", MEASURED_EPOCHS[-1], published.test_accuracy)]:
            column = "evaluated_train_accuracy" if split == "train" else "test_accuracy"
            reproduced = _at(history, epoch, column)
            rows.append(
                {
                    "architecture": published.architecture,
                    "name": published.name,
                    "split": split,
                    "epoch": epoch,
                    "published": value,
                    "reproduced": reproduced,
                    "difference": reproduced - value,
                }
            )
    return pd.DataFrame(rows)


def wide(table: pd.DataFrame) -> pd.DataFrame:
    """A `comparison` to be read: three rows a net (published, reproduced, difference), accuracies in [0, 1].

    Columns: architecture, figures, train_5, ..., train_30, test.
    """
    rows = []
    for architecture, group in table.groupby("architecture", sort=False):
        for figures in ("published", "reproduced", "difference"):
            values = {
                "test" if split == "test" else f"train_{epoch}": value
                for split, epoch, value in zip(group["split"], group["epoch"], group[figures], strict=True)
            }
            rows.append({"architecture": architecture, "figures": figures, **values})
    return pd.DataFrame(rows)


def _at(history: pd.DataFrame | None, epoch: int, column: str) -> float:
    if history is None or history.empty:
        return np.nan
    return float(history.set_index("epoch")[column].get(epoch, np.nan))


def final_accuracies(table: pd.DataFrame, which: str = "reproduced") -> pd.DataFrame:
    """Of a `comparison`: train and test accuracy at the last epoch and their gap, for each net that has both.

    which: "reproduced" or "published". Columns: architecture, name, train, test, gap.
    """
    last = table[table["epoch"] == MEASURED_EPOCHS[-1]]
    nets = last.pivot(index=["architecture", "name"], columns="split", values=which).dropna()
    nets = nets.reindex(list(LADDER), level="architecture").reset_index()
    nets["gap"] = nets["train"] - nets["test"]
    return nets[["architecture", "name", "train", "test", "gap"]]


def findings(table: pd.DataFrame, which: str = "reproduced") -> list[str]:
    """What the ladder says: sentences computed from a `comparison`, about the finished nets only."""
    nets = final_accuracies(table, which)
    if nets.empty:
        return []
    dense = nets[nets["architecture"] != "cnn"]
    sentences = []
    if len(dense) > 1:
        first, top = dense.iloc[0], dense.loc[dense["train"].idxmax()]
        if top["name"] != first["name"]:
            train_gain = shown_difference(top["train"], first["train"])
            test_gain = shown_difference(top["test"], first["test"])
            sentences.append(
                Message(
                    "From the {first_name} net to the {top_name} one, training accuracy changes by "
                    "{train_gain} points ({first_train} to {top_train}), test accuracy by {test_gain} "
                    "({first_test} to {top_test}).",
                    first_name=first["name"],
                    top_name=top["name"],
                    train_gain=points(train_gain),
                    first_train=percent(first["train"]),
                    top_train=percent(top["train"]),
                    test_gain=points(test_gain),
                    first_test=percent(first["test"]),
                    top_test=percent(top["test"]),
                )
            )
        best = dense.loc[dense["test"].idxmax()]
        if best["test"] < 0.9:
            sentences.append(
                Message(
                    "Of the {count} nets without convolution none gets past 90 % of the test images; "
                    "the best is the {best_name} one with {best_test}.",
                    count=len(dense),
                    best_name=best["name"],
                    best_test=percent(best["test"]),
                )
            )
        else:
            sentences.append(
                Message(
                    "Of the nets without convolution the {best_name} one is the best: {best_test} of "
                    "the test images.",
                    best_name=best["name"],
                    best_test=percent(best["test"]),
                )
            )
    if len(nets) > 1:
        widest = nets.loc[nets["gap"].idxmax()]
        sentences.append(
            Message(
                "The widest gap between training and test is that of the {widest_name} net: "
                "{widest_gap:.1f} points. A wide gap is a sign of overfitting.",
                widest_name=widest["name"],
                widest_gap=100 * shown_difference(widest["train"], widest["test"]),
            )
        )
    if "cnn" in set(nets["architecture"]) and len(dense):
        cnn, best = nets[nets["architecture"] == "cnn"].iloc[0], dense.loc[dense["test"].idxmax()]
        sentences.append(
            Message(
                "Convolution reaches {accuracy} of the test images, {gain} points against "
                "the best net without it.",
                accuracy=percent(cnn["test"]),
                gain=points(shown_difference(cnn["test"], best["test"])),
            )
        )
    if len(nets) > 1:
        sentences.append(
            Message(
                "Differences below about {points:.1f} points may be chance: one training each, "
                "{images:,} test images.",
                points=100 * _by_chance(nets["test"].max()),
                images=TEST_IMAGES,
            )
        )
    return sentences + (_fidelity(table) if which == "reproduced" else [])


def _by_chance(accuracy: float) -> float:
    """How far two nets that are right on `accuracy` of all images lie apart at most on `TEST_IMAGES` each,
    19 times of 20; rounded to the tenth of a point that is shown."""
    return half_up(196 * np.sqrt(2 * accuracy * (1 - accuracy) / TEST_IMAGES)) / 100


def _fidelity(table: pd.DataFrame) -> list[str]:
    """How close the reproduction came to the lecture's figures."""
    tests = table[table["split"] == "test"].dropna()
    if tests.empty:
        return []
    by_chance = _by_chance(tests["reproduced"].max())
    close = int((tests["difference"].abs() <= by_chance).sum())
    farthest = tests.loc[tests["difference"].abs().idxmax()]
    return [
        Message(
            "Within {tolerance:.1f} points of the published test accuracy: {close} of {tests} net(s); "
            "the largest difference is that of the {farthest_name} net: "
            "{farthest_difference} points.",
            close=close,
            tests=len(tests),
            tolerance=100 * by_chance,
            farthest_name=farthest["name"],
            farthest_difference=points(farthest["difference"]),
        )
    ]

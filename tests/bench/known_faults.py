"""Short real trainings whose fault is known because it was put there, for measuring the coach.

Net, optimizer, rate, seed and what is watched are drawn at random within the limits of each fault; another
seed draws other trainings. All on Fashion-MNIST, with few images, in fp32.
"""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from torch import nn

from fmnist_core.base.config import TrainConfig
from fmnist_core.base.epochs import EpochResult
from fmnist_core.data import datasets
from fmnist_core.data.datasets import Dataset
from fmnist_core.nets import architectures
from fmnist_core.nets.architectures import Architecture
from fmnist_core.training import fit

TEST_IMAGES = 1000
SMALL = ("softmax-regression", "mlp-32", "mlp-256", "mlp-deep", "small-cnn")
WITHOUT_BATCH_NORM = SMALL[:4]
WIDE = ("mlp-256", "mlp-256", "mlp-deep", "small-cnn")
GOOD_RATE = {"adam": 1e-3, "adamw": 1e-3, "sgd": 0.03}
Draw = np.random.Generator


@dataclass(frozen=True)
class Training:
    """What is trained, and its fault, which lies in the settings, in the data or in the net."""

    fault: str
    config: TrainConfig
    change_data: Callable[[Dataset], Dataset] = lambda data: data
    change_net: Callable[[nn.Module], None] = lambda net: None


def trainings(seed: int, of_each: int = 4) -> list[Training]:
    """`of_each` trainings for each fault."""
    draw = np.random.default_rng(seed)
    return [make(draw) for make in FAULTS for _ in range(of_each)]


def train(training: Training) -> tuple[pd.DataFrame, Dataset]:
    """Its history and its data. Raises `FmnistError` where the loss is no longer a number."""
    data = training.change_data(_fewer_test_images(datasets.load("fashion-mnist")))
    known = architectures.find(training.config.architecture)

    def build(image_shape: architectures.Shape, classes: int) -> nn.Module:
        net = known.build(image_shape, classes)
        training.change_net(net)
        return net

    net = Architecture(known.name, known.description, build)
    epochs = [item for item in fit(training.config, data, architecture=net) if isinstance(item, EpochResult)]
    rows = [{name: getattr(epoch, name) for name in COLUMNS} for epoch in epochs]
    return pd.DataFrame(rows, dtype=float), data


COLUMNS = (
    *("epoch", "train_loss", "train_accuracy", "evaluated_train_accuracy", "learning_rate"),
    *("validation_loss", "validation_accuracy", "test_loss", "test_accuracy"),
)


def _config(draw: Draw, nets: tuple[str, ...], **settings: object) -> TrainConfig:
    """A good training of one of these nets; the settings may spoil it."""
    optimizer = str(draw.choice(["adam", "adamw", "sgd"]))
    watched = [{"test_every": 1}, {"test_every": 3}, {"validation_size": 1000, "test_every": 0}]
    chosen = {
        "architecture": str(draw.choice(nets)),
        "optimizer": optimizer,
        "learning_rate": GOOD_RATE[optimizer],
        "batch_size": 64,
        "train_size": 2000,
        "epochs": 10,
        "precision": "float32",
        "seed": int(draw.integers(10**6)),
        **watched[draw.integers(len(watched))],
    }
    return TrainConfig(**(chosen | settings))


def _at_rate(config: TrainConfig, factor: float) -> TrainConfig:
    return config.replace(learning_rate=float(np.clip(config.learning_rate * factor, 1e-8, 100.0)))


def _rate_too_low(draw: Draw) -> Training:
    return Training("rate too low", _at_rate(_config(draw, SMALL), 10 ** -draw.uniform(2.5, 5)))


def _rate_too_high(draw: Draw) -> Training:
    return Training("rate too high", _at_rate(_config(draw, SMALL), 10 ** draw.uniform(2, 5)))


def _diverging(draw: Draw) -> Training:
    """It begins well: the schedule raises the rate to far too much, for nets without batch norm."""
    config = _config(draw, ("mlp-32", "mlp-256", "mlp-deep"), schedule="one-cycle")
    return Training("rate too high", _at_rate(config, 10 ** draw.uniform(2, 3.5)))


def _dead_net(draw: Draw) -> Training:
    """No ReLU of the first layer ever answers: nothing but the last layer's biases can learn."""

    def kill(net: nn.Module) -> None:
        first = next(module for module in net.modules() if isinstance(module, nn.Linear))
        nn.init.constant_(first.bias, -100.0)

    return Training("dead net", _config(draw, ("mlp-32", "mlp-256", "mlp-deep")), change_net=kill)


def _too_much_weight_decay(draw: Draw) -> Training:
    nets = ("softmax-regression", "mlp-32", "mlp-256", "mlp-deep")
    config = _config(
        draw, nets, optimizer="adam", learning_rate=1e-3, weight_decay=float(draw.uniform(3, 10))
    )
    return Training("weight decay too strong", config)


def _few_images(draw: Draw) -> Training:
    config = _config(draw, WIDE, epochs=30, train_size=int(draw.integers(300, 700)), batch_size=32)
    return Training("too few images", config)


def _wrong_labels(draw: Draw) -> Training:
    """Every label, of the test images too, is a random one."""
    config = _config(draw, WIDE, epochs=25, train_size=500, batch_size=16)

    def shuffle(data: Dataset) -> Dataset:
        rng = np.random.default_rng(config.seed)
        return dataclasses.replace(
            data,
            train_labels=rng.permutation(data.train_labels),
            test_labels=rng.permutation(data.test_labels),
        )

    return Training("wrong labels", config, change_data=shuffle)


def _too_few_epochs(draw: Draw) -> Training:
    """Enough images for the net, but it has seen them three to five times."""
    config = _config(draw, WITHOUT_BATCH_NORM, train_size=6000, test_every=1, validation_size=0)
    config = config.replace(epochs=int(draw.integers(3, 6)))
    return Training("too few epochs", _at_rate(config, 0.3))


def _healthy(draw: Draw) -> Training:
    """Small for its data, at a good rate that falls to 0, for long enough."""
    config = _config(draw, ("softmax-regression", "mlp-32"), train_size=20_000, epochs=15, schedule="cosine")
    return Training("none", config)


def _healthy_two_classes(draw: Draw) -> Training:
    """T-shirts and shirts only, which are hard to tell apart."""
    config = _config(draw, ("softmax-regression", "mlp-32"), train_size=3000, schedule="cosine", epochs=15)

    def tops(data: Dataset) -> Dataset:
        return dataclasses.replace(
            data,
            class_names=(data.class_names[0], data.class_names[6]),
            **_only(data.train_images, data.train_labels, "train"),
            **_only(data.test_images, data.test_labels, "test"),
        )

    return Training("none", config, change_data=tops)


def _only(images: np.ndarray, labels: np.ndarray, split: str) -> dict[str, np.ndarray]:
    chosen = np.isin(labels, (0, 6))
    return {f"{split}_images": images[chosen], f"{split}_labels": (labels[chosen] == 6).astype(np.int64)}


def _fewer_test_images(data: Dataset) -> Dataset:
    few = slice(TEST_IMAGES)
    return dataclasses.replace(data, test_images=data.test_images[few], test_labels=data.test_labels[few])


FAULTS = (
    _rate_too_low,
    _rate_too_high,
    _diverging,
    _dead_net,
    _too_much_weight_decay,
    _few_images,
    _wrong_labels,
    _too_few_epochs,
    _healthy,
    _healthy_two_classes,
)

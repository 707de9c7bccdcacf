"""The engine against the lecture's loop: throughput, time to an accuracy, evaluation, start-up."""

import dataclasses
import statistics
import subprocess
import sys
from collections.abc import Iterator
from functools import partial

import numpy as np
import torch

from ..base import recipes
from ..base.config import TrainConfig
from ..base.epochs import EpochResult
from ..base.parallel import run_independently
from ..data import datasets
from ..data.datasets import Dataset
from ..lecture import gain
from ..nets import architectures, evaluation
from ..nets.architectures import layer_table
from ..training import Watch, fit
from .lecture_loop import BATCH_SIZE, LectureLoop
from .measurement import (
    Benchmark,
    Measurement,
    in_turn,
    less_is_better,
    more_is_better,
    seconds,
    seconds_in_turn,
)

STEPS = {"mlp-32": 200, "mlp-256": 150, "mlp-deep": 100, "mlp-4096-dropout": 30, "cnn": 12}
"""The lecture's nets, and how many steps make one round."""
PRODUCT_SIZE = 2048
"""Of the matrices whose product says what the machine can do."""
LECTURE_EPOCHS, LECTURE_ACCURACY = 30, 0.9166
PIECE_STEPS = 20
SEEDS = 10
FIRST_STEP_LIMIT = 3.0
"""Seconds that somebody waits at most, from Start to the first steps."""


def real_data() -> Dataset:
    """Fashion-MNIST."""
    return datasets.load("fashion-mnist")


def first_images(data: Dataset, count: int) -> Dataset:
    """The same data with `count` training images, repeated if there are fewer."""
    indices = np.arange(count) % len(data.train_labels)
    return dataclasses.replace(
        data, train_images=data.train_images[indices], train_labels=data.train_labels[indices]
    )


def without_test_images(data: Dataset) -> Dataset:
    """For timing the training alone."""
    return dataclasses.replace(data, test_images=data.test_images[:0], test_labels=data.test_labels[:0])


def train(config: TrainConfig, data: Dataset) -> Iterator[EpochResult]:
    """The epochs of `fit`, on all cores as in a real run."""
    results = fit(config, data, run_pieces=run_independently)
    return (result for result in results if isinstance(result, EpochResult))


def train_to_the_end(config: TrainConfig, data: Dataset) -> tuple[EpochResult, float]:
    """The last epoch, and its test accuracy."""
    *_, last = train(config, data)
    assert last.test_accuracy is not None  # that of the last epoch is always measured
    return last, last.test_accuracy


def product_rate(square: torch.Tensor) -> float:
    """Multiplications a second, when a square matrix is multiplied by itself."""
    return len(square) ** 3 / seconds(partial(torch.mm, square, square))


def throughput(architecture: str) -> Benchmark:
    """The benchmark of one net: images a second in `fit` against the lecture's loop, both on the CPU; and the
    share of what the machine's own matrix product does with all cores, in the precision of `fit`.

    A training step multiplies three times as often as a forward pass, less the first layer's input gradient.
    Where the engine takes fewer multiplications (`training.winograd`), those of the plain way are counted.
    """

    def run() -> Iterator[Measurement]:
        data = real_data()
        lecture = LectureLoop(architecture, data)
        part = without_test_images(first_images(data, STEPS[architecture] * BATCH_SIZE))
        config = recipes.configure("lecture", architecture=architecture, device="cpu", epochs=1000)
        epochs = train(config, part)
        precision = next(epochs).precision
        square = torch.randn(PRODUCT_SIZE, PRODUCT_SIZE, dtype=getattr(torch, precision))
        product_rate(square)
        ours, baseline, limit = in_turn(
            lambda: next(epochs).images_per_second,
            lambda: lecture.images_per_second(STEPS[architecture]),
            lambda: product_rate(square),
        )
        layers = [row["multiplications"] for row in layer_table(architecture)]
        per_image = 3 * sum(layers) - next(filter(None, layers))
        yield more_is_better(
            f"throughput-{architecture}", ours, baseline, "images a second (the lecture's loop)"
        )
        yield more_is_better(
            f"share-{architecture}",
            ours * per_image / 1e9,
            limit / 1e9,
            f"10^9 multiplications a second (a large matrix product in {precision})",
        )

    return run


def time_to_accuracy() -> Iterator[Measurement]:
    """Seconds of the recipe `fast` until its test accuracy is known, against the lecture's cnn for 30 epochs.

    The lecture's time is extrapolated from the median speed of five pieces of an epoch. Also yields what ten
    seeds reach, worst and mean, against the lecture's figure.
    """
    data = real_data()
    lecture = LectureLoop("cnn", data)
    rates = [lecture.images_per_second(PIECE_STEPS) for _ in range(5)]
    baseline = LECTURE_EPOCHS * len(data.train_labels) / statistics.median(rates)
    trained = [train_to_the_end(recipes.configure("fast", seed=seed), data) for seed in range(SEEDS)]
    times, accuracies = [last.seconds for last, _ in trained], [accuracy for _, accuracy in trained]
    unit = "seconds (the lecture's cnn, 30 epochs)"
    yield less_is_better("time-to-accuracy", statistics.mean(times), baseline, unit)
    yield less_is_better("time-to-accuracy-slowest", max(times), baseline, unit)
    accuracy_unit = "test accuracy (the lecture's cnn)"
    mean = statistics.mean(accuracies)
    yield more_is_better("fast-accuracy-mean", mean, LECTURE_ACCURACY, accuracy_unit)
    yield more_is_better("fast-accuracy-worst", min(accuracies), LECTURE_ACCURACY, accuracy_unit)


def evaluate_10000() -> Iterator[Measurement]:
    """Seconds for the logits of 10,000 images, against the lecture's whole-set call of the cnn in fp32."""
    images = first_images(real_data(), 10_000).train_images
    model = architectures.build("cnn", seed=0).eval()
    scaled = torch.tensor(images) / 255

    @torch.no_grad()
    def lecture() -> None:
        model(scaled)

    ours, baseline = seconds_in_turn(partial(evaluation.infer, model, images), lecture)
    yield less_is_better("evaluate-10000", ours, baseline, "seconds, cnn (all images in one call)")


def start_up() -> Iterator[Measurement]:
    """Seconds from `python` to the end of the first epoch on 256 images, against importing torch alone."""
    training = (
        "from fmnist_core import training; from fmnist_core.base import recipes; "
        "from fmnist_core.data import datasets; "
        "config = recipes.configure('lecture', train_size=256); "
        "next(training.fit(config, datasets.load('fashion-mnist')))"
    )

    def start(code: str) -> None:
        subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)

    ours, baseline = seconds_in_turn(partial(start, training), partial(start, "import torch"), rounds=3)
    yield less_is_better("start-up", ours, baseline, "seconds to the first epoch (import torch)")


def begun() -> dict[str, TrainConfig]:
    """What `first_steps` begins: each net by the lecture's recipe, each other recipe with its own net.
    Without a GPU the net that is made for one is left out."""
    left_out = () if torch.cuda.is_available() else ("wide-resnet",)
    names = [name for name in architectures.ARCHITECTURES if name not in left_out]
    configs = {name: recipes.configure("lecture", architecture=name) for name in names}
    return configs | {
        f"recipe-{name}": recipes.configure(name) for name in recipes.RECIPES if name != "lecture"
    }


def first_steps() -> Iterator[Measurement]:
    """Seconds until a training tells of its second step, with the choice of the precision, of all that is
    `begun`; against `FIRST_STEP_LIMIT`."""
    data = real_data()
    for name, config in begun().items():
        training = fit(config, data, run_pieces=run_independently, watch=Watch(every=0.0), precisions={})
        taken = seconds(partial(next, training))
        yield less_is_better(f"first-steps-{name}", taken, FIRST_STEP_LIMIT, "seconds (the most allowed)")


def logit_loss() -> Iterator[Measurement]:
    """Milliseconds for loss and gradient on the logits, against sigmoid and BCELoss: the "slight gain"."""
    by_probability, by_logit = gain.loss_seconds(rounds=500)
    unit = f"ms, {gain.LOGITS:,} logits (sigmoid, BCELoss)"
    yield less_is_better("logit-loss", 1000 * by_logit, 1000 * by_probability, unit)

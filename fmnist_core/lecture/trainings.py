"""The lecture's two small trainings: two and three classes, all images at once, 30 steps of Adam.

Generators over plain data, like `training.fit`: whoever iterates decides what to show.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional

from ..base.config import TrainConfig
from ..base.errors import ConfigError, unknown_name_message
from ..data.datasets import Dataset
from ..nets import architectures
from ..training import Optimizer

SEED = 43052
STEPS = 30
LEARNING_RATE = 1e-3
TWO_CLASS_LOSSES = ("BCELoss", "BCEWithLogitsLoss")
CODINGS = ("one-hot", "numbers")

PUBLISHED_TWO_CLASSES = 0.9956
PUBLISHED_THREE_CLASSES = 0.9487
THREE_CLASSES_BEFORE_THE_LAST_STEP = 0.9685
"""The lecture prints `PUBLISHED_THREE_CLASSES`, but of another execution of its cell: the numbers that it
prints next, which are reproduced to the digit, are those of a net with this accuracy."""
PUBLISHED_EXPONENTIALS = np.array(
    [
        [35.0634, 0.2371, 0.1590],
        [35.9059, 0.2793, 0.1412],
        [4.8449, 0.4623, 0.4364],
        [1.1820, 0.2359, 3.2423],
        [0.3119, 0.1862, 15.4971],
        [0.4304, 0.4113, 5.2896],
    ]
)
"""`torch.exp(netout)` as the lecture prints it: the first and the last three images, three classes."""


@dataclass(frozen=True)
class Step:
    """One step: the loss before it, and the accuracy in [0, 1] over all images after it.

    exponentials: exp of the outputs before it, float32 (6, outputs), of the first and the last three images.
    """

    step: int
    loss: float
    accuracy: float
    exponentials: np.ndarray


def first_classes(data: Dataset, classes: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Training images of the first classes, class after class as in the lecture.

    Returns float32 (N, 1, H, W) in 0..1 and int64 (N,). Raises `ConfigError` if there are fewer classes.
    """
    if len(data.class_names) < classes:
        raise ConfigError(
            "{name} has {class_names} classes; this training needs {classes}",
            name=data.name,
            class_names=len(data.class_names),
            classes=classes,
        )
    order = np.concatenate([np.flatnonzero(data.train_labels == label) for label in range(classes)])
    images = torch.from_numpy(data.train_images[order]).float() / 255
    return images, torch.from_numpy(data.train_labels[order])


def printed_targets(data: Dataset) -> str:
    """The one-hot targets of the first three classes, as PyTorch prints them."""
    return str(functional.one_hot(first_classes(data, 3)[1], 3).float())


def printed_exponentials(exponentials: np.ndarray) -> str:
    """`Step.exponentials` as the lecture prints exp(netout): three images, dots, three images."""
    first, *between, last = str(torch.from_numpy(exponentials)).splitlines()
    return "\n".join((first, *between[:2], " " * 8 + "...,", *between[2:], last))


def two_classes(
    data: Dataset, loss: str = "BCEWithLogitsLoss", steps: int = STEPS, seed: int = SEED
) -> Iterator[Step]:
    """784 -> 32 -> ReLU -> 1 on the first two classes, with the loss on the probability or on the logit."""
    if loss not in TWO_CLASS_LOSSES:
        raise ConfigError(unknown_name_message("loss", loss, TWO_CLASS_LOSSES))
    images, labels = first_classes(data, 2)
    targets = labels.float().reshape(-1, 1)  # (N, 1)

    def loss_of(logits: torch.Tensor) -> torch.Tensor:
        if loss == "BCELoss":
            return functional.binary_cross_entropy(torch.sigmoid(logits), targets)
        return functional.binary_cross_entropy_with_logits(logits, targets)

    # logit > 0 is the same as probability > 0.5
    generator = torch.Generator().manual_seed(seed)
    return _train(images, 1, loss_of, lambda logits: (logits > 0) == (targets > 0), steps, generator)


def three_classes(
    data: Dataset, coding: str = "one-hot", steps: int = STEPS, seed: int = SEED
) -> Iterator[Step]:
    """784 -> 32 -> ReLU -> 3 on the first three classes, with one-hot targets and `CrossEntropyLoss`.

    coding="numbers" is the wrong way, for comparison: one output that should become 0, 1 or 2, squared error,
    and the nearest whole number as the answer.
    """
    if coding not in CODINGS:
        raise ConfigError(unknown_name_message("coding", coding, CODINGS))
    images, labels = first_classes(data, 3)
    generator = torch.Generator().manual_seed(seed)
    if coding == "one-hot":
        targets = functional.one_hot(labels, 3).float()  # (N, 3)
        return _train(
            images,
            3,
            lambda logits: functional.cross_entropy(logits, targets),
            lambda logits: logits.argmax(dim=1) == labels,
            steps,
            after_net_of_two_classes(generator, images),
        )
    numbers = labels.float().reshape(-1, 1)  # (N, 1)
    return _train(
        images,
        1,
        lambda outputs: functional.mse_loss(outputs, numbers),
        lambda outputs: outputs.round().clamp(0, 2) == numbers,
        steps,
        generator,
    )


def after_net_of_two_classes(generator: torch.Generator, images: torch.Tensor) -> torch.Generator:
    """The generator as the lecture finds it: it seeds once, builds the net of two classes, and goes on."""
    architectures.build("mlp-32", tuple(images.shape[1:]), 1, generator=generator)
    return generator


def _train(images, outputs, loss_function, is_right, steps, generator) -> Iterator[Step]:
    """Full-batch Adam with torch's defaults; `torch.optim` would import the compiler, which takes seconds.

    The net is drawn without touching torch's global generator.
    """
    model = architectures.build("mlp-32", tuple(images.shape[1:]), outputs, generator=generator)
    optimizer = Optimizer(TrainConfig(), list(model.parameters()))
    optimizer.set_learning_rate(LEARNING_RATE)
    logits = model(images)
    for step in range(1, steps + 1):
        loss = loss_function(logits)
        exponentials = torch.cat((logits[:3], logits[-3:])).detach().exp().numpy()
        model.zero_grad()
        loss.backward()
        optimizer.step()
        logits = model(images)
        yield Step(step, loss.item(), is_right(logits).float().mean().item(), exponentials)

"""A learning rate by a range test (Smith 2015, arXiv 1506.01186): a short training whose rate rises with each
step, until the loss explodes; a good rate lies below the one with the lowest loss.

It has the config's net, optimizer, batches, augmentation and precision; the schedule and the length do not
matter. Its net and its generators are its own: a run after it gets the same numbers as without it.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from torch import Tensor
from torch.nn import functional

from ..base.config import TrainConfig
from ..base.messages import Message
from ..data.datasets import Dataset
from ..nets import architectures
from ..nets.architectures import Architecture
from ..nets.evaluation import RunPieces, run_in_turn
from .beginning import Beginning, epoch_order, require_handed_in
from .guard import guarded
from .learner import Learner, Lessons
from .precision import Choices, choose_precision
from .stopping import Stopped
from .threads import using_threads

RATE_RANGE, RATE_STEPS = (1e-6, 10.0), 150
SMOOTHING = 0.95
"""Share of the mean loss so far that stays in each step."""
EXPLODED = 4.0
"""Times the lowest smoothed loss; the test ends there."""
FALLEN, SHARE = 0.95, 1 / 3
"""The suggestion is this share of the rate at which so much of the loss's whole fall is done: the best of the
rules that were measured (.docs/studies.md)."""
UNMOVED_STEPS = 20
"""At the start, whose rates are too low to change the loss."""
LEAST_FALL = 0.01
"""Share of the loss at the start."""


@dataclass(frozen=True)
class RatePoint:
    """One step of the test: its rate, and the loss of its batch; smoothed: the running mean of the losses,
    without its bias at the start (Kingma and Ba 2015, section 3)."""

    step: int
    rate: float
    loss: float
    smoothed: float


def find_rate(
    config: TrainConfig,
    data: Dataset,
    should_stop: Callable[[], bool] = lambda: False,
    lessons: Lessons | None = None,
    architecture: Architecture | None = None,
    run_pieces: RunPieces = run_in_turn,
    precisions: Choices | None = None,
    weights: Mapping[str, Tensor] | None = None,
) -> Iterator[RatePoint]:
    """Yield the steps of a range test, at most `RATE_STEPS`. Arguments and errors are those of `fit`; a loss
    that is no number ends the test."""
    architecture = architecture or architectures.find(config.architecture)
    yield from guarded(
        config, _steps(config, data, should_stop, lessons, architecture, run_pieces, precisions, weights)
    )


def _steps(
    config: TrainConfig,
    data: Dataset,
    should_stop: Callable[[], bool],
    lessons: Lessons | None,
    architecture: Architecture,
    run_pieces: RunPieces,
    precisions: Choices | None,
    weights: Mapping[str, Tensor] | None,
) -> Iterator[RatePoint]:
    require_handed_in(config, weights is not None, lessons is not None)
    begun = Beginning(config, data, architecture, should_stop, weights)
    precision = choose_precision(config, begun.new_model, begun.images, begun.labels, should_stop, precisions)
    learner = Learner(
        config, begun.new_model(), begun.images, begun.labels, precision, RATE_STEPS, lessons, run_pieces
    )
    rates = np.geomspace(*RATE_RANGE, RATE_STEPS).tolist()
    mean, lowest = 0.0, math.inf
    for step, batch in zip(range(RATE_STEPS), _batches(begun, config.batch_size), strict=False):
        if should_stop():
            raise Stopped
        rate = rates[step]
        with using_threads(learner.threads):
            logits = learner.step(batch, rate)
            labels = begun.labels.index_select(0, batch)
            loss = functional.cross_entropy(logits, labels, label_smoothing=config.label_smoothing).item()
        if not math.isfinite(loss):
            return
        mean = SMOOTHING * mean + (1 - SMOOTHING) * loss
        smoothed = mean / (1 - SMOOTHING ** (step + 1))
        yield RatePoint(step + 1, rate, loss, smoothed)
        lowest = min(lowest, smoothed)
        if smoothed > EXPLODED * lowest:
            return


def _batches(begun: Beginning, size: int) -> Iterator[Tensor]:
    """Whole shuffled batches without end: after the last of an epoch begins the next one."""
    while True:
        order = epoch_order(len(begun.training), begun.order).to(begun.device)
        yield from order[: len(order) // size * size].split(size)


def suggest_rate(points: Sequence[RatePoint]) -> float | None:
    """A share of the rate at which most of the loss's fall is done, to two digits; None where the loss did
    not fall by more than it varies from batch to batch."""
    fallen = _fallen(points)
    return None if fallen is None else float(f"{SHARE * fallen.rate:.2g}")


def rate_verdict(points: Sequence[RatePoint]) -> str:
    """What a range test says, in a sentence."""
    fallen = _fallen(points)
    if fallen is None:
        return "No rate can be suggested: the loss did not fall clearly at any of the rates."
    return Message(
        "Suggested rate: {rate:g}, a third of {fallen:.2g}, where the mean loss has come down to {loss:.2f}.",
        rate=suggest_rate(points),
        fallen=fallen.rate,
        loss=fallen.smoothed,
    )


def _fallen(points: Sequence[RatePoint]) -> RatePoint | None:
    """Where most of the fall is done; None where there was none."""
    at_first, moved = np.array([point.loss for point in points[:UNMOVED_STEPS]]), points[UNMOVED_STEPS:]
    if not moved:
        return None
    fall = at_first.mean() - min(point.smoothed for point in moved)
    if fall < max(LEAST_FALL * at_first.mean(), at_first.std()):
        return None
    goal = at_first.mean() - FALLEN * fall
    return next(point for point in moved if point.smoothed <= goal)

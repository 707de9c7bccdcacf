"""On a GPU: the lecture's nets, the quick and the good recipe, the captured step, several runs at once."""

import multiprocessing
import statistics
import sys
import time
from collections.abc import Iterator
from multiprocessing.synchronize import Event
from unittest import mock

import torch
from torch.profiler import ProfilerActivity, profile

from ..base import recipes
from ..base.config import TrainConfig
from ..data.datasets import Dataset
from .measurement import Measurement, less_is_better, more_is_better
from .speed import LECTURE_ACCURACY, SEEDS, STEPS, real_data, train, train_to_the_end

LECTURE_SECONDS = 30.0
"""In which the lecture's five nets should be trained for 30 epochs each, together."""
BEST_ACCURACY, BEST_SECONDS = 0.955, 180.0
BEST = {"best": {}, "best-wide": {"architecture": "wide-resnet", "epochs": 100}}
"""The recipe `best` as it is, and with what a GPU has time for."""
EPOCHS = 8
"""Of each run beside others."""


def benchmark() -> Iterator[Measurement]:
    """All of it, on the first GPU; nothing without one."""
    if not torch.cuda.is_available():
        print("gpu: no CUDA here, left out", file=sys.stderr)
        return
    print(f"gpu: {torch.cuda.get_device_name()}", file=sys.stderr)
    data = real_data()
    yield from _lecture(data)
    for architecture in ("mlp-256", "cnn", "resnet"):
        yield _busy(architecture, data)
    yield from _fast(data)
    yield from _best(data)
    for architecture in ("mlp-256", "cnn"):
        alone = _side_by_side(architecture, 1)
        for count in (2, 4):
            together = _side_by_side(architecture, count)
            unit = f"images a second, {count} processes together (one alone)"
            yield more_is_better(f"gpu-{count}-{architecture}", together, alone, unit)


def _configured(recipe: str, **settings: object) -> TrainConfig:
    return recipes.configure(recipe, device="cuda", **settings)


def _lecture(data: Dataset) -> Iterator[Measurement]:
    """The captured step against the same operations one by one; the seconds of all nets against the goal."""
    total = 0.0
    for architecture in STEPS:
        config = _configured("lecture", architecture=architecture)
        *_, last = results = list(train(config, data))
        total += last.seconds
        captured = statistics.median(result.images_per_second for result in results)
        with mock.patch("fmnist_core.training.learner.can_capture", lambda *_: False):
            *_, plain = train(config.replace(epochs=2, precision=last.precision), data)
        unit = f"images a second in {last.precision}, test accuracy {last.test_accuracy:.4f} (no CUDA graph)"
        yield more_is_better(f"gpu-{architecture}", captured, plain.images_per_second, unit)
    yield less_is_better("gpu", total, LECTURE_SECONDS, "seconds for all five nets (the goal)")


def _busy(architecture: str, data: Dataset) -> Measurement:
    """The seconds of an epoch in which the GPU computes, against the seconds that an epoch takes."""
    recipe = "best" if architecture == "resnet" else "lecture"
    results = train(_configured(recipe, architecture=architecture, epochs=100, test_every=0), data)
    seconds = [result.seconds for _, result in zip(range(3), results, strict=False)]
    with profile(activities=[ProfilerActivity.CUDA]) as profiler:
        next(results)
    computed = sum(event.self_device_time_total for event in profiler.key_averages()) / 1e6
    unit = "seconds of computing in an epoch (its seconds)"
    return more_is_better(f"gpu-busy-{architecture}", computed, seconds[2] - seconds[1], unit)


def _fast(data: Dataset) -> Iterator[Measurement]:
    trained = [train_to_the_end(_configured("fast", seed=seed), data) for seed in range(SEEDS)]
    seconds = statistics.median(last.seconds for last, _ in trained)
    accuracies = [accuracy for _, accuracy in trained]
    unit = f"test accuracy, mean of {SEEDS} seeds in {seconds:.2f} s each (the lecture's cnn)"
    yield more_is_better("gpu-fast-mean", statistics.mean(accuracies), LECTURE_ACCURACY, unit)
    yield more_is_better("gpu-fast-worst", min(accuracies), LECTURE_ACCURACY, unit)


def _best(data: Dataset) -> Iterator[Measurement]:
    for name, settings in BEST.items():
        last, accuracy = train_to_the_end(_configured("best", **settings, test_every=0), data)
        yield more_is_better(f"gpu-{name}-accuracy", accuracy, BEST_ACCURACY, "test accuracy (the goal)")
        yield less_is_better(f"gpu-{name}", last.seconds, BEST_SECONDS, "seconds (the goal)")


def _side_by_side(architecture: str, count: int) -> float:
    """Images a second of `count` processes that train the same net on one GPU at the same time."""
    context = multiprocessing.get_context("spawn")
    told, go = context.Queue(), context.Event()
    processes = [context.Process(target=_train_beside, args=(architecture, told, go)) for _ in range(count)]
    for process in processes:
        process.start()
    for _ in processes:
        told.get()
    go.set()
    times = [told.get() for _ in processes]
    for process in processes:
        process.join()
    began, ended = min(times)[0], max(end for _, end in times)
    return count * EPOCHS * 60_000 / (ended - began)


def _train_beside(architecture: str, told: "multiprocessing.Queue", go: Event) -> None:
    """One of the processes: says when it has trained an epoch, waits for the others, says when it trained."""
    results = train(_configured("lecture", architecture=architecture, epochs=1 + EPOCHS), real_data())
    next(results)
    told.put(None)
    go.wait()
    began = time.time()
    for _ in results:
        pass
    told.put((began, time.time()))

"""Several runs at once: how many more runs an hour the lanes of this machine train than a single one, and two
workers of Ray than one."""

import importlib.util
import os
import sys
import time
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from unittest import mock

from ..base import recipes
from ..jobs import TrainingQueue
from ..jobs.lanes import lanes
from ..runs import RunStore
from .measurement import Measurement, in_turn, more_is_better, scratch_folder

RUNS, EPOCHS, ROUNDS = 8, 3, 3
NETS = ("mlp-32", "mlp-256")
WORKERS = 2
LONGEST = 600.0
"""Seconds for all runs of a round."""


def benchmark() -> Iterator[Measurement]:
    """Small nets of the lecture, `EPOCHS` epochs each, through the queue: in all lanes, and in one."""
    many = lanes()
    yield from _side_by_side("lanes", "FMNIST_LANES", many, f"runs an hour in {many} lanes (in one)")


def cluster() -> Iterator[Measurement]:
    """The same by two workers of Ray on this machine, and by one; Ray is an optional extra."""
    if importlib.util.find_spec("ray") is None:
        print("cluster: Ray is not installed, left out", file=sys.stderr)
        return
    unit = f"runs an hour by {WORKERS} workers of Ray (by one)"
    with mock.patch.dict(os.environ, {"FMNIST_CLUSTER": "local", "FMNIST_CLUSTER_WORKERS": str(WORKERS)}):
        yield from _side_by_side("cluster", "FMNIST_CLUSTER_WORKERS", WORKERS, unit)


def _side_by_side(name: str, setting: str, many: int, unit: str) -> Iterator[Measurement]:
    with scratch_folder() as folder:
        numbers = many, 1
        queues = [_queue(Path(folder) / str(number), {setting: str(number)}) for number in numbers]
        try:
            for net in NETS:
                for queue, number in zip(queues, numbers, strict=True):
                    _runs_per_hour(queue, net, number)  # processes are started, and the precision is chosen
                sides = [partial(_runs_per_hour, queue, net, RUNS) for queue in queues]
                ours, baseline = in_turn(*sides, rounds=ROUNDS)
                yield more_is_better(f"{name}-{net}", ours, baseline, unit)
        finally:
            for queue in queues:
                queue.close()


def _queue(folder: Path, settings: Mapping[str, str]) -> TrainingQueue:
    with mock.patch.dict(os.environ, settings):
        queue = TrainingQueue(RunStore(folder), in_child_process=True)
        queue.start()
    return queue


def _runs_per_hour(queue: TrainingQueue, architecture: str, count: int) -> float:
    began = time.perf_counter()
    for seed in range(count):
        settings = {"architecture": architecture, "epochs": EPOCHS, "seed": seed, "device": "cpu"}
        queue.submit(recipes.configure("lecture", **settings))
    while queue.store.runs(("queued", "running")):
        if time.perf_counter() - began > LONGEST:
            raise RuntimeError(f"{count} runs of {architecture} took more than {LONGEST:.0f} s")
        time.sleep(0.05)
    return 3600 * count / (time.perf_counter() - began)

"""Several runs at once: how many more runs an hour the lanes of this machine train than a single one."""

import os
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from ..base import recipes
from ..jobs import TrainingQueue
from ..jobs.lanes import lanes
from ..runs import RunStore
from .measurement import Measurement, in_turn, more_is_better, scratch_folder

RUNS, EPOCHS, ROUNDS = 8, 3, 3
NETS = ("mlp-32", "mlp-256")
LONGEST = 600.0
"""Seconds for all runs of a round."""


def benchmark() -> Iterator[Measurement]:
    """Small nets of the lecture, `EPOCHS` epochs each, through the queue: in all lanes, and in one."""
    count = lanes()
    with scratch_folder() as folder:
        queues = [_queue(Path(folder) / str(number), number) for number in (count, 1)]
        try:
            for net in NETS:
                for queue in queues:  # processes are started, and the precision is chosen
                    _runs_per_hour(queue, net, queue.lane_count)
                many, one = (partial(_runs_per_hour, queue, net, RUNS) for queue in queues)
                ours, baseline = in_turn(many, one, rounds=ROUNDS)
                unit = f"runs an hour in {count} lanes (in one)"
                yield more_is_better(f"lanes-{net}", ours, baseline, unit)
        finally:
            for queue in queues:
                queue.close()


def _queue(folder: Path, number: int) -> TrainingQueue:
    before = os.environ.get("FMNIST_LANES")
    os.environ["FMNIST_LANES"] = str(number)
    try:
        queue = TrainingQueue(RunStore(folder), in_child_process=True)
    finally:
        os.environ.pop("FMNIST_LANES")
        if before is not None:
            os.environ["FMNIST_LANES"] = before
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

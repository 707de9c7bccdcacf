"""How many writes a second the store takes: epochs with their answers to the test images, and single rows.

`python tests/bench/store_writes.py [--writers 8] [--seconds 5]`: from one process, and from several at once.
Not collected by pytest.
"""

import argparse
import dataclasses
import multiprocessing
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from fmnist_core.base import recipes
from fmnist_core.base.epochs import EpochResult
from fmnist_core.bench.measurement import machine
from fmnist_core.bench.speed import first_images, real_data, train
from fmnist_core.runs import RunStore

EPOCHS = 30


def an_epoch() -> EpochResult:
    """A real one of `mlp-256`, with its answers to 10,000 test images."""
    config = recipes.configure("lecture", architecture="mlp-256", device="cpu", epochs=1)
    return next(train(config, first_images(real_data(), 512)))


def write(kind: str, folder: Path, seconds: float, result: EpochResult) -> int:
    """How often a process wrote to its own run in so many seconds."""
    store = RunStore(folder)
    run_id = store.create(recipes.configure("custom", architecture="mlp-256", epochs=EPOCHS))
    store.start(run_id, "worker")
    count, end = 0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        count += 1
        if kind == "epochs":
            store.add_epoch(run_id, dataclasses.replace(result, epoch=1 + count % EPOCHS, is_last=False))
        else:
            store.rename(run_id, f"name {count}")
    return count


def main(writers: int, seconds: float) -> None:
    """Print the rates."""
    print(", ".join(f"{name} {value}" for name, value in machine().items()))
    result = an_epoch()
    for kind in ("epochs", "rows"):
        for processes in (1, writers):
            with (
                tempfile.TemporaryDirectory() as folder,
                multiprocessing.get_context("spawn").Pool(processes) as pool,
            ):
                RunStore(Path(folder))
                counts = pool.starmap(write, [(kind, Path(folder), seconds, result)] * processes, 1)
            print(f"{kind}, {processes} process(es): {sum(counts) / seconds:,.0f} a second")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--writers", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=5.0)
    options = parser.parse_args()
    main(options.writers, options.seconds)

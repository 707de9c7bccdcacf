"""The pages Compare and Studies with 1,000 finished runs of 30 epochs in 100 studies: server times.

They are driven in a process of their own (`compare_timing.py`), whose runs folder is filled for it.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from fmnist_core.base.config import TrainConfig
from fmnist_core.base.epochs import EpochResult
from fmnist_core.bench import Measurement, less_is_better
from fmnist_core.runs import RunStore
from fmnist_core.runs.record import EPOCH_COLUMNS

RUNS, EPOCHS, REPEATS = 1000, 30, 40
ROOT = Path(__file__).resolve().parents[2]
LIMIT_SECONDS = 600


def fill_store(folder: Path, runs: int = RUNS, epochs: int = EPOCHS) -> RunStore:
    """A store with finished runs of plausible curves: rows as a training writes them, without its files.

    Ten runs make a study: two nets at a rate of its own, with five seeds each.
    """
    store = RunStore(folder)
    generator = np.random.default_rng(0)
    configs = [
        TrainConfig(
            architecture="mlp-256" if number % 10 < 5 else "cnn",
            learning_rate=0.001 * (1 + number // 10 / 100),
            epochs=epochs,
            seed=number % 5,
            validation_size=500,
        )
        for number in range(runs)
    ]
    for first in range(0, runs, 10):
        store.studies.create(f"Study {first // 10}", configs[first : first + 10])
    ids = [run.run_id for run in store.runs()]
    now = time.time()
    with store.database.write() as db:
        for number, run_id in enumerate(ids):
            best = float(generator.uniform(0.7, 0.95))
            results = [_epoch(epoch, best) for epoch in range(1, epochs + 1)]
            rows = [(run_id, *(getattr(result, name) for name in EPOCH_COLUMNS)) for result in results]
            marks = ", ".join("?" * (len(EPOCH_COLUMNS) + 1))
            db.executemany(f"INSERT INTO epochs (run_id, {', '.join(EPOCH_COLUMNS)}) VALUES ({marks})", rows)
            last = results[-1]
            db.execute(
                "UPDATE runs SET status = 'completed', started_at = ?, finished_at = ?, device = 'cpu', "
                "precision = 'float32', parameters = 25450, epochs = ?, seconds = ?, images_per_second = ?, "
                "train_accuracy = ?, validation_accuracy = ?, best_validation_accuracy = ?, best_epoch = ?, "
                "test_accuracy = ?, test_count = 1000 WHERE run_id = ?",
                (
                    *(now - 100 * number, now - 100 * number + last.seconds, epochs, last.seconds),
                    *(last.images_per_second, last.train_accuracy, last.validation_accuracy),
                    *(last.validation_accuracy, epochs, last.test_accuracy, run_id),
                ),
            )
    return store


def _epoch(epoch: int, best: float) -> EpochResult:
    accuracy = best * (1 - 0.5 / epoch)
    return EpochResult(
        epoch=epoch,
        train_loss=1.5 / epoch,
        train_accuracy=min(1.0, accuracy + 0.03),
        seconds=2.0 * epoch,
        images_per_second=30_000.0,
        learning_rate=1e-3,
        device="cpu",
        precision="float32",
        parameters=25_450,
        validation_loss=1.6 / epoch,
        validation_accuracy=accuracy,
        test_loss=1.7 / epoch,
        test_accuracy=accuracy,
    )


def measure(runs: int = RUNS, epochs: int = EPOCHS, repeats: int = REPEATS) -> dict[str, float]:
    """95th percentiles of the server time in milliseconds: open, sort and filter Compare, show the groups of
    all runs on Studies, the same and Compare after a change of the store, and open_with_histories.

    The last is Compare if it read every history to show the table, as it must not.
    """
    with tempfile.TemporaryDirectory() as folder:
        fill_store(Path(folder), runs, epochs)
        finished = subprocess.run(
            [sys.executable, Path(__file__).with_name("compare_timing.py"), str(repeats)],
            cwd=ROOT,
            env=os.environ | {"FMNIST_RUNS_DIR": folder, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=LIMIT_SECONDS,
        )
    if finished.returncode:
        raise RuntimeError(f"the Compare page could not be timed: {finished.stderr[-1000:]}")
    return json.loads(finished.stdout.splitlines()[-1])


def benchmark() -> Iterator[Measurement]:
    """Server times of the pages, against the page that reads every history to show the table."""
    found = measure()
    baseline = found.pop("open_with_histories")
    for action, milliseconds in found.items():
        yield less_is_better(
            f"compare-1000-runs-{action}",
            milliseconds,
            baseline,
            "milliseconds, 95th percentile (open, reading every history)",
        )

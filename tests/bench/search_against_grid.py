"""Does a search find a better net than a grid of as many trainings? On real images, repeated with ten seeds.

    python tests/bench/search_against_grid.py

Both sides choose the learning rate and the batch size of a net from the same ranges, by the same validation
images; the figure is the best validation accuracy of each side.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from fmnist_core.base.config import TrainConfig
from fmnist_core.base.search import Range, Search
from fmnist_core.jobs import search as searches
from fmnist_core.jobs import study, train_here
from fmnist_core.results import statistics
from fmnist_core.runs import RunStore

RATES, BATCHES = Range(1e-4, 1e-1), Range(16, 512)
PER_SIDE = 5


def main() -> None:
    """Print a line for each seed, and last how often the search was at least as good."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--repetitions", type=int, default=10)
    options.add_argument("--architecture", default="mlp-32")
    options.add_argument("--images", type=int, default=6000)
    options.add_argument("--validation", type=int, default=5000)
    options.add_argument("--epochs", type=int, default=8)
    asked = options.parse_args()
    wins = 0
    for seed in range(asked.repetitions):
        base = TrainConfig(
            architecture=asked.architecture,
            train_size=asked.images,
            validation_size=asked.validation,
            epochs=asked.epochs,
            precision="float32",
            test_every=0,
            seed=seed,
        )
        with tempfile.TemporaryDirectory() as folder:
            store = RunStore(Path(folder))
            found, epochs = search(store, base)
            grid, grid_epochs = whole_grid(store, base)
        wins += found >= grid
        said = f"search {found:.2%} in {epochs} epochs, grid {grid:.2%} in {grid_epochs}"
        print(f"seed {seed}: {said}", flush=True)
    print(f"at least as good in {wins} of {asked.repetitions}")


def search(store: RunStore, base: TrainConfig) -> tuple[float, int]:
    """The best validation accuracy that a search finds, and the epochs that it took."""
    wanted = Search(base, {"learning_rate": RATES, "batch_size": BATCHES}, PER_SIDE**2)
    study_id = store.studies.create_search("search", wanted, paused=True)
    while run_id := searches.next_trial(store, study_id):
        _train(store, run_id)
    return _best(store, study_id)


def whole_grid(store: RunStore, base: TrainConfig) -> tuple[float, int]:
    """The same of all combinations of five rates and five batch sizes, evenly by orders of magnitude."""
    values: dict[str, list[object]] = {
        "learning_rate": [float(f"{x:.3g}") for x in np.geomspace(RATES.low, RATES.high, PER_SIDE)],
        "batch_size": [round(x) for x in np.geomspace(BATCHES.low, BATCHES.high, PER_SIDE)],
    }
    study_id = store.studies.create("grid", study.grid(base, values), paused=True)
    for run_id in store.studies.run_ids(study_id):
        _train(store, run_id)
    return _best(store, study_id)


def _train(store: RunStore, run_id: str) -> None:
    train_here(store, run_id, lambda: False, lambda result: None, lambda share, text: None)


def _best(store: RunStore, study_id: str) -> tuple[float, int]:
    trials = searches.trials_of(store, study.runs_of(store, study_id))
    best = statistics.best_trial(trials)
    assert best is not None
    return best.accuracy, sum(each.run.epochs for each in trials)


if __name__ == "__main__":
    main()

"""Does the suggested learning rate train? `python tests/bench/find_rate.py [NET...]` prints the table of
.docs/studies.md: accuracy on 5,000 validation images with the suggestion, with the best of five rates around
it (a tenth, a third, the same, three and ten times as much), and with the project's default.
"""

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from fmnist_core.base.config import TrainConfig
from fmnist_core.base.errors import FmnistError
from fmnist_core.base.parallel import run_independently
from fmnist_core.data import datasets
from fmnist_core.training import find_rate, fit, suggest_rate

NETS = ("softmax-regression", "mlp-32", "mlp-256", "mlp-deep", "mlp-4096-dropout", "small-cnn", "cnn")
FACTORS = (0.1, 1 / 3, 1.0, 3.0, 10.0)
TRAINED = {"train_size": 12_000, "validation_size": 5000, "epochs": 2, "test_every": 0}


def accuracy(config: TrainConfig, data: datasets.Dataset) -> float:
    """On the validation images; 0 where the loss is no number any more."""
    try:
        *_, last = fit(config, data, run_pieces=run_independently)
    except FmnistError:
        return 0.0
    return last.validation_accuracy


def main() -> None:
    """A row of the table for each net and optimizer, as it is measured."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("nets", nargs="*", metavar="NET", choices=[*NETS, []])
    nets = parser.parse_args().nets
    data = datasets.load("fashion-mnist")
    print("| net | optimizer | suggested | accuracy | best of five rates | default, 0.001 | seconds |")
    print("|---|---|---|---|---|---|---|")
    for net in nets or NETS:
        for optimizer in ("adam", "sgd"):
            config = TrainConfig(architecture=net, optimizer=optimizer, precision="float32", device="cpu")
            began = time.perf_counter()
            rate = suggest_rate(list(find_rate(config, data, run_pieces=run_independently)))
            seconds = time.perf_counter() - began
            if rate is None:
                print(f"| `{net}` | {optimizer} | none | | | | {seconds:.1f} |", flush=True)
                continue
            config = config.replace(**TRAINED)
            by_rate = {f * rate: accuracy(config.replace(learning_rate=f * rate), data) for f in FACTORS}
            best = max(by_rate, key=by_rate.__getitem__)
            default = accuracy(config, data)
            print(
                f"| `{net}` | {optimizer} | {rate:g} | {100 * by_rate[rate]:.1f} % | "
                f"{100 * by_rate[best]:.1f} % at {best:.2g} | {100 * default:.1f} % | {seconds:.1f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()

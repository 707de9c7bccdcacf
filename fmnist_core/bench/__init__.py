"""`python -m fmnist_core bench`: speed as ratios of two sides, measured in turn in one process.

speed: the engine against the lecture's own loop; limits: memory, cost against size, the processor's own rate;
gpu: all of it on a GPU; lanes: several runs at once, here and by Ray; photo: one photo, decode to answer;
peers: other libraries. A benchmark is a function that yields `Measurement`s. What drives pages and browsers
lies with the tests: `python tests/bench`.
"""

import sys
from dataclasses import asdict

from ..base.errors import ConfigError, unknown_name_message
from ..base.terminal import print_json
from . import gpu, lanes, limits, peers, photo, speed
from .measurement import Benchmark, Measurement, less_is_better, machine, more_is_better

BENCHMARKS: dict[str, Benchmark] = {
    **{f"throughput-{name}": speed.throughput(name) for name in speed.STEPS},
    "time-to-accuracy": speed.time_to_accuracy,
    "evaluate-10000": speed.evaluate_10000,
    "start-up": speed.start_up,
    "first-steps": speed.first_steps,
    "logit-loss": speed.logit_loss,
    "scaling": limits.scaling,
    "memory": limits.memory,
    "gpu": gpu.benchmark,
    "lanes": lanes.benchmark,
    "cluster": lanes.cluster,
    "photo": photo.benchmark,
    "peers": peers.benchmark,
}

__all__ = ["BENCHMARKS", "Measurement", "less_is_better", "main", "more_is_better"]


def main(names: list[str], as_json: bool, benchmarks: dict[str, Benchmark] = BENCHMARKS) -> int:
    """Run the benchmarks called `names`, or all, and print each measurement; returns the exit status.

    Raises `ConfigError` for an unknown name.
    """
    for name in names:
        if name not in benchmarks:
            raise ConfigError(unknown_name_message("benchmark", name, benchmarks))
    if not as_json:
        print(", ".join(f"{name} {value}" for name, value in machine().items()))
        print(f"{'name':34} {'ours':>12} {'baseline':>12} {'ratio':>8}  unit")
    for name in names or benchmarks:
        print(f"{name} ...", file=sys.stderr, flush=True)
        for found in benchmarks[name]():
            if as_json:
                print_json(asdict(found) | {"machine": machine()})
            else:
                numbers = f"{found.ours:12.5g} {found.baseline:12.5g} {found.ratio:8.3g}"
                print(f"{found.name:34} {numbers}  {found.unit}", flush=True)
    return 0

"""What a benchmark yields, and how two sides are measured fairly."""

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import torch

from ..base.paths import runs_dir
from ..base.processor import processor_flags, processor_name

ROUNDS = 5
INSTRUCTIONS = ("avx2", "avx512f", "avx512_bf16", "amx_bf16", "asimd", "bf16")
"""Of x86 and of Arm, as Linux calls them."""


@dataclass(frozen=True)
class Measurement:
    """Two sides of a comparison. ratio: above 1, ours is better by that factor.

    unit: of `ours` and `baseline`, with what the baseline is.
    """

    name: str
    ours: float
    baseline: float
    ratio: float
    unit: str


def machine() -> dict[str, str | int | float]:
    """What is measured on: the processor, which of the instructions that count for training it has, how many
    threads torch uses, how many programs want the processor (mean of a minute), and torch's version."""
    has = [name for name in INSTRUCTIONS if name in processor_flags()]
    load = round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else "unknown"
    return {
        "processor": processor_name(),
        "instructions": " ".join(has) or "unknown",
        "threads": torch.get_num_threads(),
        "load": load,
        "torch": torch.__version__,
    }


Benchmark = Callable[[], Iterator[Measurement]]


def less_is_better(name: str, ours: float, baseline: float, unit: str) -> Measurement:
    """For times and sizes."""
    return Measurement(name, ours, baseline, baseline / ours, unit)


def more_is_better(name: str, ours: float, baseline: float, unit: str) -> Measurement:
    """For rates."""
    return Measurement(name, ours, baseline, ours / baseline, unit)


def in_turn(*sides: Callable[[], float], rounds: int = ROUNDS) -> list[float]:
    """The median of each side's numbers; the sides alternate, so that all see the same machine."""
    found: list[list[float]] = [[] for _ in sides]
    for _ in range(rounds):
        for numbers, side in zip(found, sides, strict=True):
            numbers.append(side())
    return [statistics.median(numbers) for numbers in found]


def seconds(work: Callable[[], object]) -> float:
    """How long it takes, once."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def seconds_in_turn(*sides: Callable[[], object], rounds: int = ROUNDS) -> list[float]:
    """The median of each side's seconds, as `in_turn`."""
    return in_turn(*(partial(seconds, side) for side in sides), rounds=rounds)


def scratch_folder() -> tempfile.TemporaryDirectory:
    """A folder that is gone afterwards, in that of the runs: nothing is written anywhere else."""
    runs_dir().mkdir(mode=0o700, parents=True, exist_ok=True)
    return tempfile.TemporaryDirectory(dir=runs_dir(), prefix=".bench-")

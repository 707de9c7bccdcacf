"""fp32 or bf16: whichever this device trains this architecture faster with."""

import threading
import time

import torch
from torch import Tensor

from ..base.config import TrainConfig
from .learner import Learner
from .threads import using_threads

WARM_UP_STEPS, TIMED_STEPS = 2, 5
CLEAR_GAIN = 0.95
"""bf16 must take less than this share of the time of fp32, which is kept otherwise."""

_measured: dict[tuple[str, int, str], str] = {}
_measuring = threading.Lock()


def choose_precision(config: TrainConfig, images: Tensor, labels: Tensor, classes: int) -> str:
    """ "float32" or "bfloat16": the config's, or for "auto" the faster in a few real steps on copies.

    Measured once per architecture, batch size and device in a process.
    """
    if config.precision != "auto":
        return config.precision
    if images.device.type == "mps":
        return "float32"
    key = (config.architecture, config.batch_size, str(images.device))
    with _measuring:
        if key not in _measured:
            seconds = {
                precision: _seconds_per_step(config, images, labels, classes, precision)
                for precision in ("float32", "bfloat16")
            }
            faster = seconds["bfloat16"] < CLEAR_GAIN * seconds["float32"]
            _measured[key] = "bfloat16" if faster else "float32"
        return _measured[key]


def _seconds_per_step(
    config: TrainConfig, images: Tensor, labels: Tensor, classes: int, precision: str
) -> float:
    learner = Learner(config, images, labels, classes, precision, steps=WARM_UP_STEPS + TIMED_STEPS)
    indices = torch.arange(config.batch_size, device=images.device)
    times = []
    with using_threads(learner.threads):
        for _ in range(WARM_UP_STEPS + TIMED_STEPS):
            began = time.perf_counter()
            learner.step(indices).sum().item()  # waits for the device
            times.append(time.perf_counter() - began)
    return min(times[WARM_UP_STEPS:])

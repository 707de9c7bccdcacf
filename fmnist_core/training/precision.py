"""fp32 or bf16: whichever this device trains this architecture faster with."""

import time
from collections.abc import Callable

import torch
from torch import Tensor, nn

from ..base.config import TrainConfig
from .learner import Learner
from .stopping import Stopped
from .threads import using_threads

WARM_UP_STEPS, TIMED_STEPS = 2, 5
CLEAR_GAIN = 0.95
"""bf16 must take less than this share of the time of fp32, which is kept otherwise."""

_measured: dict[tuple[str, int, str], str] = {}


def choose_precision(
    config: TrainConfig,
    new_model: Callable[[], nn.Module],
    images: Tensor,
    labels: Tensor,
    should_stop: Callable[[], bool] = lambda: False,
) -> str:
    """ "float32" or "bfloat16": the config's, or for "auto" the faster in a few real steps on new models.

    Remembered by architecture, batch size and device, so that the same settings give the same numbers.
    Raises `Stopped` as soon as `should_stop` says so.
    """
    if config.precision != "auto":
        return config.precision
    if images.device.type == "mps":
        return "float32"
    key = (config.architecture, config.batch_size, str(images.device))
    if key not in _measured:
        seconds = {
            precision: _seconds_per_step(config, new_model(), images, labels, precision, should_stop)
            for precision in ("float32", "bfloat16")
        }
        faster = seconds["bfloat16"] < CLEAR_GAIN * seconds["float32"]
        _measured.setdefault(key, "bfloat16" if faster else "float32")
    return _measured[key]


def _seconds_per_step(
    config: TrainConfig,
    model: nn.Module,
    images: Tensor,
    labels: Tensor,
    precision: str,
    should_stop: Callable[[], bool],
) -> float:
    learner = Learner(config, model, images, labels, precision, steps=WARM_UP_STEPS + TIMED_STEPS)
    indices = torch.arange(config.batch_size, device=images.device)
    times = []
    with using_threads(learner.threads):
        for _ in range(WARM_UP_STEPS + TIMED_STEPS):
            if should_stop():
                raise Stopped
            began = time.perf_counter()
            learner.step(indices).sum().item()  # waits for the device
            times.append(time.perf_counter() - began)
    return min(times[WARM_UP_STEPS:])

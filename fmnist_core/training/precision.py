"""fp32 or bf16: whichever this processor trains this architecture faster with."""

import math
import time
from collections.abc import Callable, MutableMapping

import torch
from torch import Tensor, nn

from ..base.config import TrainConfig
from ..base.processor import processor_flags, processor_name
from .gradients import PIECE, is_plain_mlp
from .learner import Learner
from .stopping import Stopped
from .threads import using_threads

WARM_UP_STEPS, TIMED_STEPS = 2, 5
ENOUGH_SECONDS = 0.5
"""Of timing one precision, after which no further step is timed; one step after the first always is, unless
the first was hopeless."""
HOPELESS = 3.0
"""Times fp32's seconds: a first step in bf16 that takes longer than this and `ENOUGH_SECONDS` is the last."""
BFLOAT16_FLAGS = {"avx512_bf16", "amx_bf16", "bf16", "svebf16"}
"""Of processors that multiply in bf16, as Linux calls them."""
CLEAR_GAIN = 0.95
"""bf16 must take less than this share of the time of fp32, which is kept otherwise."""
PROBE_SIZE = 256
"""Rows and columns of the matrices whose product tells whether the processor has bf16 units."""

Choices = MutableMapping[str, str]
"""What was measured before: processor, torch, net and batch size -> precision."""

_of_this_process: Choices = {}


def choose_precision(
    config: TrainConfig,
    new_model: Callable[[], nn.Module],
    images: Tensor,
    labels: Tensor,
    should_stop: Callable[[], bool] = lambda: False,
    choices: Choices | None = None,
) -> str:
    """ "float32" or "bfloat16": the config's, or for "auto" the faster one.

    Taken from `choices` if it was measured before, so that the same settings give the same numbers; else
    measured in a few real steps on new models and kept there. Real steps in bf16 are only taken where the
    processor has units for it: without them a step of a large net takes minutes.
    Raises `Stopped` as soon as `should_stop` says so.
    """
    if config.precision != "auto":
        return config.precision
    choices = _of_this_process if choices is None else choices
    shape = "x".join(map(str, images.shape[1:]))
    is_gpu = images.device.type == "cuda"
    processor = torch.cuda.get_device_name(images.device) if is_gpu else processor_name()
    parts = (processor, f"torch {torch.__version__}", config.architecture, shape)
    key = ", ".join((*parts, f"batch {config.batch_size}"))
    if key not in choices:
        chosen = "float32"
        if _has_bfloat16_units(images.device):
            known = _seconds_per_step(config, new_model(), images, labels, "float32", should_stop)
            other = _seconds_per_step(config, new_model(), images, labels, "bfloat16", should_stop, known)
            if other < CLEAR_GAIN * known:
                chosen = "bfloat16"
        choices[key] = chosen
    return choices[key]


def _has_bfloat16_units(device: torch.device) -> bool:
    """Whether the processor says so, if it does, and a small matrix product is clearly faster in bf16; takes
    some milliseconds."""
    if device.type != "cpu":
        return device.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)
    flags = processor_flags()
    if flags and not flags & BFLOAT16_FLAGS:
        return False
    seconds = {}
    with using_threads(1):
        for kind in (torch.float32, torch.bfloat16):
            matrix = torch.ones(PROBE_SIZE, PROBE_SIZE, dtype=kind)
            times = []
            for _ in range(WARM_UP_STEPS + TIMED_STEPS):
                began = time.perf_counter()
                torch.mm(matrix, matrix)
                times.append(time.perf_counter() - began)
            seconds[kind] = min(times)
    return seconds[torch.bfloat16] < CLEAR_GAIN * seconds[torch.float32]


def _seconds_per_step(
    config: TrainConfig,
    model: nn.Module,
    images: Tensor,
    labels: Tensor,
    precision: str,
    should_stop: Callable[[], bool],
    known: float = math.inf,
) -> float:
    """The fastest of a few steps. known: seconds of a step in the other precision."""
    learner = Learner(config, model, images, labels, precision, steps=WARM_UP_STEPS + TIMED_STEPS)
    count = config.batch_size
    if images.device.type == "cpu" and not is_plain_mlp(model):
        count = min(count, PIECE)  # convolutions take as long for each image in any batch
    indices = torch.arange(count, device=images.device)
    times: list[float] = []
    with using_threads(learner.threads):
        while len(times) < WARM_UP_STEPS + TIMED_STEPS:
            if should_stop():
                raise Stopped
            if len(times) > 1 and sum(times) > ENOUGH_SECONDS:
                break
            began = time.perf_counter()
            learner.step(indices).sum().item()  # waits for the device
            times.append(time.perf_counter() - began)
            if times[0] > max(ENOUGH_SECONDS, HOPELESS * known):
                break
    return min(times[min(WARM_UP_STEPS, len(times) - 1) :])

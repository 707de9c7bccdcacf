"""How many threads of the CPU one training step uses."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn

from ..architectures import count_parameters
from .gradients import is_plain_mlp

SMALL_MLP = 1_000_000
"""Parameters below which a multilayer perceptron is trained in one thread."""


def threads_for(model: nn.Module) -> int:
    """One thread for small nets, all that torch has for others.

    A second core gains a small net little: its operations take microseconds. And all threads of an operation
    wait for each other, so that a web server beside them, or another run, makes the step many times longer
    (measured on two cores with one of them busy: `mlp-256` 27 ms a step in two threads, 1 ms in one).
    """
    small = is_plain_mlp(model) and count_parameters(model) < SMALL_MLP
    return 1 if small else torch.get_num_threads()


@contextmanager
def using_threads(count: int) -> Iterator[None]:
    """Torch's CPU operations of this Python thread use `count` threads inside of the block."""
    before = torch.get_num_threads()
    if count == before:
        yield
        return
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)

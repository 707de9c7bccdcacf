"""How many threads share an operation in a training step."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn

from ..nets.architectures import count_parameters
from .gradients import is_plain_mlp, works_in_pieces

SMALL_MLP = 1_000_000
"""Parameters below which a multilayer perceptron is trained in one thread."""


def threads_for(model: nn.Module) -> int:
    """To begin with: one for small nets and for those whose batches are cut into pieces, else as many as
    torch has. `shared_steps` adds some while it gains.
    """
    if is_plain_mlp(model):
        return 1 if uses_one_core(model) else torch.get_num_threads()
    return 1 if works_in_pieces(model) else torch.get_num_threads()


def uses_one_core(model: nn.Module) -> bool:
    """Whether a net is so small that its training takes one core, however many there are."""
    return is_plain_mlp(model) and count_parameters(model) < SMALL_MLP


@contextmanager
def using_threads(count: int) -> Iterator[None]:
    """Torch's CPU operations of this Python thread use `count` threads inside of the block.

    They also take numbers below 1e-38 for 0. A net that has learned its images by heart has such gradients,
    and processors compute several times slower with them.
    """
    before = torch.get_num_threads()
    if count != before:
        torch.set_num_threads(count)
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(False)
        if count != before:
            torch.set_num_threads(before)

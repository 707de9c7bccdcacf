"""What the lecture calls a slight gain in computing: the loss on the logit instead of the probability."""

import statistics
import time
from collections.abc import Callable

import torch
from torch.nn import functional

from ..training import using_threads

LOGITS = 12_665
"""As many as MNIST has training images of 0 and 1."""

ROUNDS = 30


def loss_seconds(logits: int = LOGITS, rounds: int = ROUNDS) -> tuple[float, float]:
    """Seconds for loss and gradient, by sigmoid and BCELoss and by BCEWithLogitsLoss: medians, in turn."""
    generator = torch.Generator().manual_seed(0)
    values = torch.randn(logits, 1, generator=generator).requires_grad_()
    targets = (torch.rand(logits, 1, generator=generator) < 0.5).float()

    def seconds(loss: Callable[[], torch.Tensor]) -> float:
        began = time.perf_counter()
        torch.autograd.grad(loss(), values)
        return time.perf_counter() - began

    with using_threads(1):  # the work is small, and others may want the other cores
        taken = [
            (
                seconds(lambda: functional.binary_cross_entropy(torch.sigmoid(values), targets)),
                seconds(lambda: functional.binary_cross_entropy_with_logits(values, targets)),
            )
            for _ in range(rounds)
        ]
    by_probability, by_logit = (statistics.median(way) for way in zip(*taken, strict=True))
    return by_probability, by_logit

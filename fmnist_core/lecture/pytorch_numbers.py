"""What PyTorch itself computes for one logit: both losses of two classes and the gradients that reach it."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional


@dataclass(frozen=True)
class TwoClassNumbers:
    """probability, loss, gradient: by sigmoid and `BCELoss`; logit_loss, logit_gradient: by
    `BCEWithLogitsLoss`. All in 32 bits."""

    probability: float
    loss: float
    gradient: float
    logit_loss: float
    logit_gradient: float


def two_class_numbers(logit: float, target: int) -> TwoClassNumbers:
    """Of one image of class 0 or 1."""
    wanted = torch.tensor(float(target))
    by_probability, by_logit = (torch.tensor(logit, dtype=torch.float32, requires_grad=True) for _ in "ab")
    probability = torch.sigmoid(by_probability)
    loss = functional.binary_cross_entropy(probability, wanted)
    logit_loss = functional.binary_cross_entropy_with_logits(by_logit, wanted)
    return TwoClassNumbers(
        probability.item(),
        loss.item(),
        _gradient(loss, by_probability),
        logit_loss.item(),
        _gradient(logit_loss, by_logit),
    )


def _gradient(loss: Tensor, logit: Tensor) -> float:
    (gradient,) = torch.autograd.grad(loss, logit)
    return gradient.item() + 0.0  # -0.0 becomes 0.0

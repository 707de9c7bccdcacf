"""The best epoch by the validation images: when a training ends early, and which weights it leaves."""

import math
from typing import Any

from torch import Tensor, nn

from ..base.config import TrainConfig
from .learner import copied_by_name


class BestEpoch:
    """Which epoch was the best so far, and its weights, as copies on the CPU.

    state: what `state` returned in the checkpoint after which the training goes on.
    """

    def __init__(self, config: TrainConfig, state: dict[str, Any] | None = None) -> None:
        self._config = config
        self.epoch: int = state["epoch"] if state else 0
        self._value: float = state["value"] if state else math.inf
        self.model: dict[str, Tensor] = state["model"] if state else {}

    def look(self, epoch: int, measured: dict[str, Any], model: nn.Module) -> None:
        """After an epoch: keep its weights if none was better. Of equals the first counts."""
        by_loss = self._config.judged_by == "loss"
        value = measured["validation_loss"] if by_loss else -measured["validation_accuracy"]
        if value < self._value or not self.model:  # also the first, whatever its loss
            self.epoch, self._value, self.model = epoch, value, copied_by_name(model)

    def state(self) -> dict[str, Any]:
        """For the checkpoint."""
        return {"epoch": self.epoch, "value": self._value, "model": self.model}


def is_out_of_patience(config: TrainConfig, epoch: int, best_epoch: int) -> bool:
    """Whether so many epochs have passed since the best one that the training ends."""
    return 0 < config.patience <= epoch - best_epoch

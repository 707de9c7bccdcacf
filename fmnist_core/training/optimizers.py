"""Adam, AdamW and SGD with momentum: torch's fused kernels, called directly (why: `torch_compat`)."""

import torch
from torch import Tensor

from ..base.config import TrainConfig
from .torch_compat import fused_adam, fused_adamw, fused_sgd

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8  # torch's, and the lecture's


class Optimizer:
    """Changes `parameters` (float32) by their `grad`, in place. `state` holds tensors like the parameters."""

    def __init__(self, config: TrainConfig, parameters: list[Tensor]) -> None:
        self.config = config
        self.parameters = parameters
        self.weights = [parameter.detach() for parameter in parameters]
        device = parameters[0].device
        self.step_number = torch.zeros((), device=device)
        names = ["mean", "square"]
        if config.optimizer == "sgd":
            names = ["momentum"] if config.momentum else []
        self.state = {name: [torch.zeros_like(weight) for weight in self.weights] for name in names}
        # On a GPU the rate must be a tensor there: a captured graph would always keep the first value.
        self.learning_rate = torch.zeros((), device=device) if device.type == "cuda" else 0.0

    def set_learning_rate(self, value: float) -> None:
        """For the next step."""
        if isinstance(self.learning_rate, Tensor):
            self.learning_rate.fill_(value)
        else:
            self.learning_rate = value

    @torch.no_grad()
    def step(self) -> None:
        """One step. With SGD, momentum starts at 0 and the first step is plain, as in `torch.optim.SGD`."""
        config = self.config
        gradients = [parameter.grad for parameter in self.parameters]
        self.step_number += 1
        if config.optimizer == "sgd":
            fused_sgd(
                self.weights,
                gradients,
                self.state.get("momentum", []),
                lr=self.learning_rate,
                momentum=config.momentum,
                weight_decay=config.weight_decay,
                dampening=0.0,
                nesterov=False,
                maximize=False,
                is_first_step=False,
            )
            return
        fused = fused_adamw if config.optimizer == "adamw" else fused_adam
        fused(
            self.weights,
            gradients,
            self.state["mean"],
            self.state["square"],
            [],
            [self.step_number] * len(gradients),
            lr=self.learning_rate,
            beta1=BETA1,
            beta2=BETA2,
            weight_decay=config.weight_decay,
            eps=EPSILON,
            amsgrad=False,
            maximize=False,
        )

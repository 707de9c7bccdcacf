"""A whole training step as one CUDA graph: the GPU is handed the step at once, not an operation at a time.

`python -m pytest -m gpu` tests it, `python -m fmnist_core bench gpu` compares it with single operations.
"""

from typing import Protocol

import torch
from torch import Tensor

from ..base.config import TrainConfig

WARM_UP_STEPS = 3
"""Torch wants some steps on a side stream before it captures one."""


class Updates(Protocol):
    """What can be captured: see `Learner`."""

    device: torch.device
    generators: dict[str, torch.Generator]

    def update(self, indices: Tensor) -> Tensor:
        """One training step on the images at `indices` (B,); their logits."""

    def state(self) -> dict:
        """All that a step changes."""

    def load_state(self, state: dict) -> None:
        """The inverse of `state`."""


class CapturedStep:
    """`Learner.update` for batches of one size, captured; the learner is left as it was before."""

    def __init__(self, learner: Updates, batch_size: int) -> None:
        self.indices = torch.arange(batch_size, device=learner.device)
        self.graph = torch.cuda.CUDAGraph()
        for name in ("augmentation", "dropout"):
            self.graph.register_generator_state(learner.generators[name])
        before = learner.state()
        stream = torch.cuda.Stream(learner.device)
        stream.wait_stream(torch.cuda.current_stream(learner.device))
        with torch.cuda.stream(stream):
            for _ in range(WARM_UP_STEPS):
                learner.update(self.indices)
        torch.cuda.current_stream(learner.device).wait_stream(stream)
        with torch.cuda.graph(self.graph):
            self.logits = learner.update(self.indices)
        learner.load_state(before)  # in place: the graph knows the tensors by their addresses

    def __call__(self, indices: Tensor) -> Tensor:
        """The logits of the batch; they are overwritten by the next one."""
        self.indices.copy_(indices)
        self.graph.replay()
        return self.logits


def can_capture(config: TrainConfig, device: torch.device, has_lessons: bool) -> bool:
    """Whether a step can be captured: `photo` and lessons decide on the CPU, which a graph would repeat."""
    decides = has_lessons or "photo" in config.augmentations
    return device.type == "cuda" and not decides

"""A whole training step as one CUDA graph: the GPU is handed the step at once, not an operation at a time.

Not measured yet: this was written without a GPU. `python -m pytest -m gpu` tests it, and
`python -m fmnist_core bench gpu` measures it.
"""

from __future__ import annotations

import typing

import torch
from torch import Tensor

if typing.TYPE_CHECKING:
    from .learner import Learner

WARM_UP_STEPS = 3
"""Torch wants some steps on a side stream before it captures one."""


class CapturedStep:
    """`Learner.change` for batches of one size, captured; the learner is left as it was before."""

    def __init__(self, learner: Learner, batch_size: int) -> None:
        self.indices = torch.arange(batch_size, device=learner.device)
        self.graph = torch.cuda.CUDAGraph()
        for name in ("augmentation", "dropout"):
            self.graph.register_generator_state(learner.generators[name])
        before = learner.state()
        stream = torch.cuda.Stream(learner.device)
        stream.wait_stream(torch.cuda.current_stream(learner.device))
        with torch.cuda.stream(stream):
            for _ in range(WARM_UP_STEPS):
                learner.change(self.indices)
        torch.cuda.current_stream(learner.device).wait_stream(stream)
        with torch.cuda.graph(self.graph):
            self.logits = learner.change(self.indices)
        learner.load_state(before)  # in place: the graph knows the tensors by their addresses

    def __call__(self, indices: Tensor) -> Tensor:
        """The logits of the batch; they are overwritten by the next one."""
        self.indices.copy_(indices)
        self.graph.replay()
        return self.logits


def can_capture(learner: Learner) -> bool:
    """`photo` and lessons take decisions on the CPU, which a graph would repeat for ever."""
    decides = learner.lessons is not None or "photo" in learner.config.augmentations
    return learner.device.type == "cuda" and not decides

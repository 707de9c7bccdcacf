"""One training step, and everything that it changes: weights, optimizer, weight average, random state."""

import copy
import math
from typing import Protocol

import torch
from torch import Tensor, nn

from ..base.config import TrainConfig
from ..base.errors import CheckpointError
from ..nets import architectures
from ..nets.evaluation import RunPieces, run_in_turn
from .augmentation import GARMENT_DATASETS, augment, ground_of
from .cuda_graph import CapturedStep, can_capture
from .gradients import LessonGradients, gradients, relu_after_pooling
from .optimizers import Optimizer
from .threads import threads_for
from .torch_compat import lerp_all

ONE_CYCLE_RISE = 0.25
"""Share of a one-cycle schedule in which the learning rate rises."""
ONE_CYCLE_START, ONE_CYCLE_END = 0.1, 0.005
"""The learning rate there, as a share of its peak."""


class Lessons(Protocol):
    """What a net learns beside its data set; see `photos.learning.PhotoLessons`."""

    def draw(self, images: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Examples to go with so many images of the data set: float (E, C, H, W) in 0..1, and which of the
        classes are right, bool (E, classes)."""


def learning_rate(config: TrainConfig, step: int, steps: int) -> float:
    """The learning rate of step `step` (from 0) of `steps`.

    cosine falls from the full rate to 0; one-cycle rises and then falls linearly (Smith 2018).
    """
    if config.schedule == "constant":
        return config.learning_rate
    if config.schedule == "cosine":
        return config.learning_rate * (1 + math.cos(math.pi * step / steps)) / 2
    peak = max(1.0, ONE_CYCLE_RISE * steps)
    if step < peak:
        return config.learning_rate * (ONE_CYCLE_START + (1 - ONE_CYCLE_START) * step / peak)
    fallen = (step - peak) / max(1.0, steps - peak)
    return config.learning_rate * (1 + (ONE_CYCLE_END - 1) * fallen)


class Learner:
    """A model in training on images that lie on its device.

    model: with its first weights, on the CPU. images: uint8 (N, C, H, W); labels: int64 (N,); both on the
    device. steps: how many there will be in all, for the schedule. run_pieces: see `evaluation.RunPieces`.
    `generators` are kept with the state; whoever chooses the images adds one for that.
    """

    def __init__(
        self,
        config: TrainConfig,
        model: nn.Module,
        images: Tensor,
        labels: Tensor,
        precision: str,
        steps: int,
        lessons: Lessons | None = None,
        run_pieces: RunPieces = run_in_turn,
    ) -> None:
        self.config = config
        self.run_pieces = run_pieces
        self.lessons = lessons
        self.images = images
        self.labels = labels
        self.ground = ground_of(images) if config.augmentations else None
        self.device = images.device
        self.precision = precision
        self.steps = steps
        self.step_number = 0
        self.parameters = architectures.count_parameters(model)
        self.model = model.to(self.device, memory_format=torch.channels_last).train()
        self.average = copy.deepcopy(self.model).eval() if config.weight_averaging else None
        self.optimizer = Optimizer(config, list(self.model.parameters()))
        self.generators = {
            "augmentation": torch.Generator(self.device).manual_seed(config.seed + 1),
            "dropout": torch.Generator(self.device).manual_seed(config.seed + 2),
        }
        architectures.set_dropout_generator(self.model, self.generators["dropout"])
        relu_after_pooling(self.model)
        if lessons is None:
            self.gradients = gradients(self.model, precision, config.label_smoothing, run_pieces)
        else:
            self.generators["lessons"] = torch.Generator().manual_seed(config.seed + 3)
            self.lesson_gradients = LessonGradients(self.model, precision, config.label_smoothing)
        self.threads = threads_for(self.model)
        self.captured: CapturedStep | None = None
        if can_capture(config, self.device, lessons is not None):
            self.captured = CapturedStep(self, config.batch_size)

    @property
    def evaluated_model(self) -> nn.Module:
        """The model that is evaluated and kept: the average of the weights, if there is one."""
        return self.model if self.average is None else self.average

    def step(self, indices: Tensor, rate: float | None = None) -> Tensor:
        """Learn from the images at `indices` (B,) on the device; returns their float32 logits.

        They are valid until the next step. rate: the learning rate, if not the schedule's.
        """
        if rate is None:
            rate = learning_rate(self.config, self.step_number, self.steps)
        self.optimizer.set_learning_rate(rate)
        captured = self.captured if len(indices) == self.config.batch_size else None
        logits = captured(indices) if captured is not None else self.update(indices)
        self.step_number += 1
        self._update_average()
        return logits

    def update(self, indices: Tensor) -> Tensor:
        """The part of a step that is the same every time, and may be captured as a CUDA graph."""
        images = self.images.index_select(0, indices)  # much faster than images[indices]
        labels = self.labels.index_select(0, indices)
        garments = labels if self.config.dataset in GARMENT_DATASETS else None
        names, generator = self.config.augmentations, self.generators["augmentation"]
        images = augment(images, names, generator, garments, self.ground)
        if self.lessons is None:
            logits = self.gradients(images, labels)
        else:
            drawn = self.lessons.draw(len(indices), self.generators["lessons"])
            logits = self.lesson_gradients(images, labels, *(tensor.to(self.device) for tensor in drawn))
        self.optimizer.step()
        return logits

    def _update_average(self) -> None:
        if self.average is None:
            return
        # While young, the average forgets faster: else it would remember the first weights.
        decay = min(self.config.weight_averaging, self.step_number / (self.step_number + 9))
        averages, values = map(_floating, (self.average, self.model))
        with torch.no_grad():
            lerp_all(averages, values, 1 - decay)

    def state(self) -> dict:
        """All that is needed to go on, as copies on the CPU. `model` holds the weights to be kept."""
        return {
            "step": self.step_number,
            "precision": self.precision,
            "model": copied_by_name(self.evaluated_model),
            "training_model": None if self.average is None else copied_by_name(self.model),
            "optimizer": {name: _copied(tensors) for name, tensors in self.optimizer.state.items()},
            "generators": {name: generator.get_state() for name, generator in self.generators.items()},
        }

    def load_state(self, state: dict) -> None:
        """The inverse of `state`. Raises `CheckpointError` when it belongs to another net."""
        try:
            if self.average is not None:
                self.average.load_state_dict(state["model"])
            self.model.load_state_dict(state["training_model"] or state["model"])
            for name, tensors in self.optimizer.state.items():
                for tensor, saved in zip(tensors, state["optimizer"][name], strict=True):
                    tensor.copy_(saved)
            for name, generator in self.generators.items():
                generator.set_state(state["generators"][name])
            self.step_number = state["step"]
            self.optimizer.step_number.fill_(self.step_number)
        except (KeyError, ValueError, TypeError, RuntimeError) as error:
            reason = str(error).splitlines()[0]
            raise CheckpointError(
                "The checkpoint does not fit {architecture!r}: {reason}. Start a new run.",
                architecture=self.config.architecture,
                reason=reason,
            ) from None


def _floating(model: nn.Module) -> list[Tensor]:
    """Weights and running statistics."""
    return [tensor for tensor in model.state_dict().values() if tensor.is_floating_point()]


def _copied(tensors: list[Tensor]) -> list[Tensor]:
    """Copies on the CPU, in the plain memory format."""
    return [tensor.detach().to("cpu", copy=True, memory_format=torch.contiguous_format) for tensor in tensors]


def copied_by_name(model: nn.Module) -> dict[str, Tensor]:
    """Weights and running statistics by name, as copies on the CPU."""
    tensors = model.state_dict()
    return dict(zip(tensors, _copied(list(tensors.values())), strict=True))

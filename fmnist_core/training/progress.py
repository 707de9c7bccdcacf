"""Light records of a training between its epochs' results: how far it is, and what it thinks meanwhile.

A record never waits for a GPU: what it needs is copied from the device in the background, and the record is
made when the copy has arrived.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from ..base.config import TrainConfig
from ..base.epochs import Progress
from ..nets import evaluation
from .clock import Clock

PER_EPOCH = 150
"""Records of an epoch at most: enough for a smooth curve."""

Waiting = tuple[Tensor, Tensor | None, int, float, torch.cuda.Event | None]
"""Loss and accuracy, the samples' probabilities, the step, images a second, what tells that all is copied."""


@dataclass(frozen=True)
class Watch:
    """Asks for records within the epochs. every: seconds of training between two, at least.

    samples: uint8 (S, C, H, W), the images whose probabilities they hold; None for none.
    """

    every: float = 0.5
    samples: np.ndarray | None = None


class ProgressMeter:
    """Makes the records of one epoch. samples: those of `watch` on the device, or None; clock: of the
    training."""

    def __init__(
        self,
        config: TrainConfig,
        watch: Watch,
        samples: Tensor | None,
        epoch: int,
        steps: int,
        clock: Clock,
    ) -> None:
        self._config, self._samples, self._epoch, self._steps = config, samples, epoch, steps
        self._every = watch.every
        self._clock, self._last = clock, clock.seconds
        self._measured = 0
        self._waiting: Waiting | None = None

    def is_due(self, step: int) -> bool:
        """Whether `look` is worth its time after step `step`, from 1."""
        if self._waiting is not None:
            return True
        if step == self._steps or step - self._measured < self._steps / PER_EPOCH:
            return False
        pause = self._every if self._measured else self._every / 4  # the first one comes soon
        return self._clock.seconds - self._last >= pause

    def look(self, step: int, logits: Tensor, labels: Tensor, model: nn.Module) -> Progress | None:
        """A record, if its numbers have arrived.

        logits, labels: of all images of the epoch so far, float (N, classes) and int64 (N,), on the device.
        """
        if self._waiting is None:
            self._waiting = self._measure(step, logits, labels, model)
        numbers, probabilities, step, rate, event = self._waiting
        if event is not None and not event.query():
            return None
        self._waiting = None
        return Progress(
            epoch=self._epoch,
            step=step,
            steps=self._steps,
            train_loss=numbers[0].item(),
            train_accuracy=numbers[1].item(),
            seconds=self._last,
            images_per_second=rate,
            sample_probabilities=None if probabilities is None else probabilities.numpy(),
        )

    def _measure(self, step: int, logits: Tensor, labels: Tensor, model: nn.Module) -> Waiting:
        now = self._clock.seconds
        window = slice(self._measured * self._config.batch_size, len(labels))
        loss = functional.cross_entropy(
            logits[window], labels[window], label_smoothing=self._config.label_smoothing
        )
        accuracy = (logits[window].argmax(1) == labels[window]).float().mean()
        numbers = torch.stack([loss.float(), accuracy]).to("cpu", non_blocking=True)
        probabilities = None
        if self._samples is not None:
            answers = evaluation.infer_tensor(model, self._samples, self._config.test_time_flip)
            probabilities = answers.softmax(1).to("cpu", non_blocking=True)
        event = None
        if logits.device.type == "cuda":
            event = torch.cuda.Event()
            event.record()
        rate = (len(labels) - window.start) / max(now - self._last, 1e-9)
        self._measured, self._last = step, now
        return numbers, probabilities, step, rate, event

"""Steps whose operations are shared by as many threads as make them quickest at the moment.

All threads of an operation wait for each other: on a free machine two cores are faster than one, but while a
web server needs one of them, many times slower. So the number is tried out while the net trains, and taken
back as soon as steps get slow.
"""

import statistics
import time

import torch
from torch import Tensor

from .gradients import is_plain_mlp
from .learner import Learner
from .threads import using_threads

FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0
"""Seconds of training between two tries; twice as many after each that gained nothing."""
TRIED_STEPS = 8
GAIN = 0.9
"""More threads stay if a step takes less than this share of the time it took before."""
FAR_TOO_SLOW = 3
"""A try ends at the first step that takes so many times as long."""
PATIENCE = 10
"""How much time may be lost, in steps of one thread, before it is one thread again."""
SMOOTHING = 1 / 8
"""Weight of the newest step in the usual time of a step."""


class ThreadChoice:
    """Which of `counts`, numbers of threads from the smallest, the next step should use.

    It is told what each step took, and knows nothing else of time.
    """

    def __init__(self, counts: list[int]) -> None:
        self.counts = counts
        self.level = 0
        """Which of the counts is used, in a try as well."""
        self._wait = FIRST_WAIT
        self._waited = 0.0
        self._tried: list[float] | None = None
        self._usual: float | None = None
        self._alone = 0.0
        """What a step usually took with the smallest count."""
        self._lost = 0.0

    @property
    def threads(self) -> int:
        """For the next step."""
        return self.counts[self.level]

    def took(self, seconds: float) -> None:
        """The last step took so long."""
        if self._tried is not None:
            self._go_on_trying(self._tried, seconds)
            return
        usual = seconds if self._usual is None else self._usual
        self._usual = usual + (min(seconds, 2 * usual) - usual) * SMOOTHING
        self._waited += seconds
        if self.level == 0:
            self._alone = self._usual
        else:
            self._lost = max(0.0, self._lost + seconds - self._alone)
            if self._lost > PATIENCE * self._alone:
                self._back_to(0)
                self._usual = self._alone
                return
        if self._waited >= self._wait and self.level + 1 < len(self.counts):
            self._tried = []
            self.level += 1

    def _go_on_trying(self, tried: list[float], seconds: float) -> None:
        assert self._usual is not None  # no try begins before a step was taken
        tried.append(seconds)
        known = tried[1:]  # the first starts the threads
        if known and seconds > FAR_TOO_SLOW * self._usual:
            self._back_to(self.level - 1)
        elif len(known) == TRIED_STEPS:
            if statistics.median(known) < GAIN * self._usual:
                self._usual = statistics.median(known)
                self._tried, self._waited, self._wait, self._lost = None, 0.0, FIRST_WAIT, 0.0
            else:
                self._back_to(self.level - 1)

    def _back_to(self, level: int) -> None:
        self.level, self._tried, self._waited = level, None, 0.0
        self._wait = min(2 * self._wait, LONGEST_WAIT)


class SharedSteps:
    """The steps of a learner. Threads are added only where the gradients are the same, bit by bit."""

    def __init__(self, learner: Learner) -> None:
        self.learner = learner
        self.choice = ThreadChoice(_counts(learner))

    def __call__(self, indices: Tensor) -> Tensor:
        """As `Learner.step`."""
        if len(self.choice.counts) == 1 or len(indices) < self.learner.config.batch_size:
            with using_threads(self.choice.counts[0]):
                return self.learner.step(indices)
        began = time.perf_counter()
        with using_threads(self.choice.threads):
            logits = self.learner.step(indices)
        self.choice.took(time.perf_counter() - began)
        return logits


def _counts(learner: Learner) -> list[int]:
    """For a plain multilayer perceptron on the CPU 1, 2, 4 and so on, up to torch's threads, as far as they
    give the same gradients; else what `threads_for` says."""
    most = torch.get_num_threads()
    batch = learner.config.batch_size
    learns_labels_alone = learner.lessons is None and len(learner.images) >= batch
    if learner.device.type != "cpu" or not is_plain_mlp(learner.model) or not learns_labels_alone:
        return [learner.threads]
    more = [count for count in (2, 4, 8, 16, 32, 64) if count < most] + [most] * (most > 1)
    alone = _gradients(learner, 1)
    same = [count for count in more if all(map(torch.equal, alone, _gradients(learner, count)))]
    return [1, *same] if same else [learner.threads]


def _gradients(learner: Learner, threads: int) -> list[Tensor]:
    """Copies of the first batch's logits and gradients, as they would be now. Changes nothing that counts."""
    generator = learner.generators["dropout"]
    before = generator.get_state()
    batch = slice(0, learner.config.batch_size)
    with using_threads(threads):
        logits = learner.gradients(learner.images[batch], learner.labels[batch])
    generator.set_state(before)
    return [logits, *(parameter.grad.clone() for parameter in learner.model.parameters())]

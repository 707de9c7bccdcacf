"""The other side of the comparison: the lecture's own training, as it is written there."""

import time
from collections.abc import Iterator

import torch
from torch.utils.data import DataLoader, TensorDataset

from ..data.datasets import Dataset
from ..nets.architectures import ARCHITECTURES

BATCH_SIZE = 256


class LectureLoop:
    """DataLoader over a TensorDataset, one-hot targets, Adam, float32."""

    def __init__(self, architecture: str, data: Dataset) -> None:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(43052)
            self.net = ARCHITECTURES[architecture].build((1, 28, 28), len(data.class_names))
        images = torch.tensor(data.train_images) / 255
        targets = torch.nn.functional.one_hot(torch.tensor(data.train_labels)).float()
        self.loader = DataLoader(TensorDataset(images, targets), batch_size=BATCH_SIZE, shuffle=True)
        self.loss_fn = torch.nn.CrossEntropyLoss()
        self.optimizer = torch.optim.Adam(self.net.parameters())
        self.batches: Iterator = iter(())

    def images_per_second(self, steps: int) -> float:
        """Of `steps` steps, after one that is not counted; goes on where the last call ended."""
        self._step()
        began = time.perf_counter()
        images = sum(self._step() for _ in range(steps))
        return images / (time.perf_counter() - began)

    def _step(self) -> int:
        try:
            images, targets = next(self.batches)
        except StopIteration:
            self.batches = iter(self.loader)
            images, targets = next(self.batches)
        loss = self.loss_fn(self.net(images), targets)
        loss.backward()
        self.optimizer.step()
        self.optimizer.zero_grad()
        return len(images)

"""The engine beside the lecture's own loop: the same batches, the same losses."""

import dataclasses
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
import torch
from helpers import small_config, tiny_dataset
from torch import nn
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset

from fmnist_core.data import datasets
from fmnist_core.data.datasets import Dataset
from fmnist_core.training import fit


def lecture_net(name: str) -> nn.Module:
    """Nets of the lecture, and the plainest one, written out here as the lecture writes them."""
    torch.manual_seed(43052)
    if name == "softmax-regression":
        return nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    if name == "mlp-32":
        return nn.Sequential(nn.Flatten(), nn.Linear(784, 32), nn.ReLU(), nn.Linear(32, 10))
    if name == "mlp-256":
        return nn.Sequential(nn.Flatten(), nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 10))
    if name == "mlp-deep":
        widths = [784, 256, 256, 256, 256]
        hidden = [layer for sizes in pairwise(widths) for layer in (nn.Linear(*sizes), nn.ReLU())]
        return nn.Sequential(nn.Flatten(), *hidden, nn.Linear(256, 10))
    return nn.Sequential(
        nn.Conv2d(in_channels=1, out_channels=64, kernel_size=5),
        nn.ReLU(),
        nn.MaxPool2d(kernel_size=2),
        nn.Conv2d(in_channels=64, out_channels=64, kernel_size=5),
        nn.ReLU(),
        nn.MaxPool2d(kernel_size=2),
        nn.Flatten(),
        nn.Linear(1024, 10),
    )


def lecture_epochs(name: str, data: Dataset, epochs: int, batch_size: int) -> Iterator[tuple[float, float]]:
    """Mean loss and evaluated training accuracy of each epoch of the lecture's own loop, shuffling on.

    As there, the accuracy is only measured every fifth epoch (else it is nan), by the same loader.
    """
    net = lecture_net(name)
    images = torch.tensor(data.train_images) / 255
    targets = functional.one_hot(torch.tensor(data.train_labels), 10).float()
    loader = DataLoader(TensorDataset(images, targets), batch_size=batch_size, shuffle=True)
    loss_function = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(net.parameters())
    for epoch in range(1, epochs + 1):
        losses = []
        for batch_images, batch_targets in loader:
            loss = loss_function(net(batch_images), batch_targets)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            losses += [loss.item()] * len(batch_images)
        right = float("nan")
        if epoch % 5 == 0:
            hits = [(net(x).data.argmax(axis=1) == y.argmax(axis=1)).float().sum() for x, y in loader]
            right = float(sum(hits) / len(images))
        yield float(np.mean(losses)), right


@pytest.mark.parametrize(
    ("name", "epochs", "tolerance"),
    [
        ("mlp-32", 7, 1e-5),
        ("mlp-256", 7, 1e-5),
        ("mlp-deep", 7, 1e-5),
        ("cnn", 2, 3e-5),  # a convolution adds in another order, and Adam makes more of it
    ],
)
def test_fit_takes_the_batches_of_the_lectures_own_loop_and_has_its_losses(name, epochs, tolerance):
    data = tiny_dataset(train=200)
    results = list(fit(small_config(architecture=name, epochs=epochs), data))
    with torch.random.fork_rng():
        expected = list(lecture_epochs(name, data, epochs, batch_size=64))
    losses = [loss for loss, _ in expected]
    assert [result.train_loss for result in results] == pytest.approx(losses, abs=tolerance)
    for result, (_, right) in zip(results[4:5], expected[4:5], strict=True):
        assert result.evaluated_train_accuracy == pytest.approx(right, abs=1e-6)


@pytest.mark.parametrize("name", ["softmax-regression", "mlp-32", "mlp-256"])
def test_200_steps_on_the_lectures_images_have_the_losses_of_its_loop(name):
    """25 steps an epoch; eight epochs go past an evaluation, which draws an order too.

    Deeper nets make so much of a rounding that the lecture's loop does not agree with itself either when it
    uses another number of threads.
    """
    whole = datasets.load("fashion-mnist")
    data = dataclasses.replace(
        whole, train_images=whole.train_images[:6400], train_labels=whole.train_labels[:6400]
    )
    results = list(fit(small_config(architecture=name, epochs=8, batch_size=256, test_every=0), data))
    with torch.random.fork_rng():
        expected = [loss for loss, _ in lecture_epochs(name, data, epochs=8, batch_size=256)]
    assert [result.train_loss for result in results] == pytest.approx(expected, abs=1e-5)

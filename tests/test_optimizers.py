"""What a step is made of: schedules, optimizers, gradients, augmentations, against torch's own."""

import dataclasses

import numpy as np
import pytest
import torch
from helpers import small_config
from torch import nn

from fmnist_core.base.errors import FmnistError
from fmnist_core.nets import architectures
from fmnist_core.training import augmentation, fit, learner, learning_rate
from fmnist_core.training.gradients import (
    AutogradGradients,
    MlpGradients,
    gradients,
    is_plain_mlp,
    relu_after_pooling,
)
from fmnist_core.training.optimizers import Optimizer


def test_the_schedules_have_their_shapes():
    def rates(schedule: str) -> list[float]:
        return [
            learning_rate(small_config(schedule=schedule, learning_rate=0.5), step, 101)
            for step in range(101)
        ]

    assert set(rates("constant")) == {0.5}
    cosine = rates("cosine")
    assert cosine[0] == 0.5 and cosine == sorted(cosine, reverse=True) and cosine[-1] < 0.001
    one_cycle = rates("one-cycle")
    peak = int(np.argmax(one_cycle))
    assert one_cycle[0] < 0.1 and 0.49 < one_cycle[peak] <= 0.5 and one_cycle[-1] < 0.02
    assert one_cycle[:peak] == sorted(one_cycle[:peak])
    assert one_cycle[peak:] == sorted(one_cycle[peak:], reverse=True)


@pytest.mark.parametrize(
    ("name", "settings", "reference"),
    [
        ("adam", {"weight_decay": 0.1}, lambda p: torch.optim.Adam(p, 0.01, weight_decay=0.1)),
        ("adamw", {"weight_decay": 0.1}, lambda p: torch.optim.AdamW(p, 0.01, weight_decay=0.1)),
        ("sgd", {"momentum": 0.9}, lambda p: torch.optim.SGD(p, 0.01, momentum=0.9)),
        ("sgd", {"momentum": 0.0}, lambda p: torch.optim.SGD(p, 0.01)),
    ],
)
def test_the_optimizers_are_torchs(name, settings, reference):
    ours, theirs = ([nn.Parameter(torch.linspace(-1, 1, 12).view(3, 4))] for _ in range(2))
    optimizer = Optimizer(small_config(optimizer=name, **settings), ours)
    optimizer.set_learning_rate(0.01)
    torch_optimizer = reference(theirs)
    for step in range(4):
        for parameter in (*ours, *theirs):
            parameter.grad = torch.cos(torch.arange(12.0) + step).view(3, 4)
        optimizer.step()
        torch_optimizer.step()
    torch.testing.assert_close(ours, theirs)


@pytest.mark.parametrize(
    ("architecture", "smoothing"), [("mlp-deep", 0.0), ("mlp-deep", 0.2), ("mlp-4096-dropout", 0.0)]
)
def test_gradients_by_hand_are_those_of_autograd_dropout_included(architecture, smoothing):
    images = torch.randint(0, 256, (30, 1, 28, 28), dtype=torch.uint8)
    labels = torch.arange(30) % 10
    grads = []
    for kind in (AutogradGradients, MlpGradients):
        model = architectures.build(architecture, seed=1).train()
        architectures.set_dropout_generator(model, torch.Generator().manual_seed(5))
        logits = kind(model, "float32", smoothing)(images, labels)
        assert not logits.requires_grad
        grads.append([logits, *(parameter.grad.clone() for parameter in model.parameters())])
    torch.testing.assert_close(grads[0], grads[1])


def test_only_plain_nets_are_done_by_hand():
    assert is_plain_mlp(architectures.build("softmax-regression"))
    assert is_plain_mlp(architectures.build("mlp-4096-dropout"))
    assert not is_plain_mlp(architectures.build("cnn"))
    assert not is_plain_mlp(nn.Sequential(nn.Flatten(), nn.Linear(784, 8), nn.Tanh(), nn.Linear(8, 10)))
    assert not is_plain_mlp(nn.Sequential(nn.Flatten(), nn.Linear(784, 8), nn.ReLU()))


@pytest.mark.parametrize("kinds", ["FDLRL", "FLRDDL", "FLDRDL", "FLRLD"])
def test_a_designed_net_learns_with_each_of_its_dropouts(kinds):
    layers = {"D": nn.Dropout, "F": nn.Flatten, "L": lambda: nn.LazyLinear(10), "R": nn.ReLU}
    model = nn.Sequential(*(layers[kind]() for kind in kinds)).train()
    images, labels = torch.randint(0, 256, (8, 1, 28, 28), dtype=torch.uint8), torch.arange(8)
    model(images.float())  # now it knows its sizes
    assert not is_plain_mlp(model)
    dropouts = [module for module in model if isinstance(module, nn.Dropout)]
    seen = []
    for module in dropouts:
        module.register_forward_hook(lambda module, *_: seen.append(module))
    gradients(model, "float32", 0.0)(images, labels)
    assert seen == dropouts


def test_pooling_before_relu_changes_no_number():
    model = architectures.build("cnn", seed=1)
    swapped = architectures.build("cnn", seed=1)
    relu_after_pooling(swapped)
    assert isinstance(swapped[1], nn.MaxPool2d)
    images = torch.rand(2, 1, 28, 28)
    outputs = [net(images) for net in (model, swapped)]
    for output in outputs:
        output.square().sum().backward()
    assert torch.equal(*outputs)
    for ours, theirs in zip(swapped.parameters(), model.parameters(), strict=True):
        torch.testing.assert_close(ours.grad, theirs.grad)
    assert list(swapped.state_dict()) == list(model.state_dict())


def test_dropout_keeps_the_share_and_the_mean():
    dropout = architectures.Dropout(0.25)
    dropout.generator = torch.Generator().manual_seed(1)
    outputs = dropout(torch.ones(100_000))
    assert (outputs == 0).float().mean().item() == pytest.approx(0.25, abs=0.01)
    assert outputs.mean().item() == pytest.approx(1.0, abs=0.01)
    assert torch.equal(dropout.eval()(torch.ones(5)), torch.ones(5))


def test_augmentations_change_images_as_they_say():
    images = torch.zeros(64, 1, 28, 28, dtype=torch.uint8)
    images[:, :, 10:18, 4:20] = 200
    generator = torch.Generator().manual_seed(1)
    shifted = augmentation.shift(images, generator)
    assert shifted.sum() == images.sum() and not torch.equal(shifted, images)
    assert len({tuple(image.nonzero()[0].tolist()) for image in shifted}) > 10
    flipped = augmentation.flip(images, generator)
    mirrored = [
        torch.equal(image, original.flip(-1)) for image, original in zip(flipped, images, strict=True)
    ]
    assert 15 < sum(mirrored) < 50
    assert all(
        mirror or torch.equal(image, original)
        for mirror, image, original in zip(mirrored, flipped, images, strict=True)
    )
    erased = augmentation.erase(torch.full_like(images, 9), generator)
    assert ((erased == 0).sum((1, 2, 3)) == 64).all()
    assert augmentation.augment(images, (), generator) is images
    assert augmentation.augment(images, ("shift", "erase"), generator).dtype == torch.uint8


def test_on_a_light_ground_an_image_is_shifted_and_erased_as_on_black():
    images = torch.randint(0, 256, (64, 3, 28, 28), dtype=torch.uint8)
    images[..., [0, 1, -2, -1]] = images[:, :, [0, 1, -2, -1]] = 0
    assert augmentation.ground_of(images) is None
    ground = torch.tensor([255, 240, 7], dtype=torch.uint8)[:, None, None]
    light = images + ground  # uint8: it wraps around
    assert torch.equal(augmentation.ground_of(light), ground)
    names = ("shift", "flip", "erase")
    seed = torch.Generator().manual_seed
    expected = augmentation.augment(images, names, seed(5)) + ground
    assert torch.equal(augmentation.augment(light, names, seed(5), ground=ground), expected)
    grey = 255 - images[:, :1]
    shown = augmentation.augment(grey, ("photo",), seed(5), ground=augmentation.ground_of(grey))
    assert torch.equal(shown, augmentation.photo(grey, seed(5))), "photo knows grounds of its own"


def test_a_training_shifts_and_erases_with_the_ground_of_its_images(tiny):
    light = dataclasses.replace(
        tiny, train_images=255 - tiny.train_images, test_images=255 - tiny.test_images
    )
    seen = []

    def spy(images, *others):
        seen.append(augment(images, *others))
        return seen[-1]

    augment = augmentation.augment
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(learner, "augment", spy)
        list(fit(small_config(epochs=1, augmentation="shift+erase", batch_size=20), light))
    corners = torch.cat(seen)[:, :, [0, -1]][..., [0, -1]]
    assert len(seen) > 2 and (corners > 0).all(), "nothing black comes in"


def test_the_colours_of_an_image_are_changed_together():
    grey = torch.randint(0, 256, (64, 1, 32, 32), dtype=torch.uint8)
    colour = grey.expand(-1, 3, -1, -1).contiguous()
    names = ("shift", "flip", "erase")
    one, three = (
        augmentation.augment(images, names, torch.Generator().manual_seed(1)) for images in (grey, colour)
    )
    assert torch.equal(three, one.expand(-1, 3, -1, -1)) and not torch.equal(one, grey)


def test_a_last_step_that_diverges_fails_as_one_before_does(tiny):
    """Its own loss was computed before it: only the test images show what it made of the weights."""
    config = small_config(
        architecture="mlp-deep", optimizer="sgd", learning_rate=100.0, batch_size=200, epochs=4
    )
    with pytest.raises(FmnistError, match="of epoch 4 is not a number any more: lower"):
        list(fit(config, tiny))

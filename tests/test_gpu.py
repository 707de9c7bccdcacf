"""The same engine on a GPU. Skipped, saying so, where there is none."""

import pytest
import torch
from helpers import small_config, tiny_dataset

from fmnist_core.base.config import TrainConfig
from fmnist_core.training import fit, pick_device

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU that torch can use (CUDA)"),
]


def config(**settings) -> TrainConfig:
    return small_config(**{"epochs": 3, "device": "cuda"} | settings)


@pytest.mark.parametrize("architecture", ["mlp-32", "cnn"])
def test_the_gpu_has_the_losses_of_the_cpu(architecture):
    data = tiny_dataset()
    for ours, theirs in zip(
        fit(config(architecture=architecture), data),
        fit(config(architecture=architecture, device="cpu"), data),
        strict=True,
    ):
        assert ours.device == "cuda:0"
        assert ours.train_loss == pytest.approx(theirs.train_loss, abs=2e-3)


@pytest.mark.parametrize("schedule", ["constant", "one-cycle"])
def test_a_captured_step_gives_the_numbers_of_single_operations(monkeypatch, schedule):
    wanted = config(schedule=schedule, optimizer="adamw", weight_averaging=0.9)
    captured = [result.train_loss for result in fit(wanted, tiny_dataset())]
    monkeypatch.setattr("fmnist_core.training.learner.can_capture", lambda *_: False)
    single = [result.train_loss for result in fit(wanted, tiny_dataset())]
    assert captured == pytest.approx(single, abs=1e-4)


def test_every_replay_draws_new_dropout_and_new_augmentation():
    wanted = config(architecture="mlp-4096-dropout", augmentation="shift+flip+erase", learning_rate=1e-8)
    losses = [result.train_loss for result in fit(wanted.replace(epochs=5), tiny_dataset(train=64))]
    assert len({round(loss, 6) for loss in losses}) == len(losses)


def test_a_training_resumes_on_the_gpu():
    wanted = config(architecture="small-cnn", augmentation="shift")
    straight = list(fit(wanted, tiny_dataset()))
    resumed = list(fit(wanted, tiny_dataset(), state=straight[0].state))
    assert resumed[-1].train_loss == pytest.approx(straight[-1].train_loss, abs=1e-2)


def test_bfloat16_learns_on_the_gpu():
    *_, last = fit(config(architecture="cnn", precision="bfloat16", epochs=10), tiny_dataset())
    assert last.precision == "bfloat16" and last.test_accuracy > 0.9


def test_the_gpu_is_picked_when_it_is_there():
    device, reason = pick_device("auto")
    assert device.type == "cuda" and "is there" in reason

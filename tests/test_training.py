"""The engine: resumable to the bit, and clear about what is wrong."""

import dataclasses
import json
import threading

import numpy as np
import pytest
import torch
from helpers import small_config
from sameness import same
from torch import nn
from torch.nn import functional

from fmnist_core import training
from fmnist_core.base.errors import CheckpointError, ConfigError, DeviceError, FmnistError
from fmnist_core.base.parallel import run_independently
from fmnist_core.nets import architectures, evaluation
from fmnist_core.runs import checkpoints
from fmnist_core.training import fit, pick_device
from fmnist_core.training.beginning import epoch_order
from fmnist_core.training.gradients import MlpGradients


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
@pytest.mark.parametrize(
    "settings",
    [
        {"architecture": "mlp-32", "optimizer": "adam"},
        {
            "architecture": "mlp-32",
            "optimizer": "sgd",
            "schedule": "cosine",
            "augmentation": "shift+flip+erase",
        },
        {
            "architecture": "small-cnn",
            "optimizer": "adamw",
            "weight_decay": 0.1,
            "schedule": "one-cycle",
            "weight_averaging": 0.9,
        },
    ],
    ids=["mlp", "mlp-sgd-augmented", "convolutional-averaged"],
)
def test_a_training_resumed_from_a_file_has_the_same_weights_as_one_that_never_stopped(
    tmp_path, tiny, settings, precision
):
    wanted = small_config(epochs=3, precision=precision, **settings)
    straight = list(fit(wanted, tiny))
    checkpoints.save(tmp_path / "checkpoint", straight[0].state, wanted)
    state, _ = checkpoints.load(tmp_path / "checkpoint")
    resumed = list(fit(wanted, tiny, state=state))
    assert [result.epoch for result in resumed] == [2, 3]
    assert same(resumed[-1].state, straight[-1].state)
    assert resumed[-1].seconds > straight[0].seconds


def test_dropout_resumes_to_the_bit_and_ignores_the_global_generator(tiny, monkeypatch):
    small = architectures.Architecture(
        "dropped",
        "",
        lambda shape, classes: nn.Sequential(
            nn.Flatten(), nn.Linear(784, 16), nn.Dropout(0.5), nn.ReLU(), nn.Linear(16, classes)
        ),
    )
    monkeypatch.setitem(architectures.ARCHITECTURES, "dropped", small)
    wanted = small_config(architecture="dropped", epochs=2)
    straight = list(fit(wanted, tiny))
    torch.rand(7)  # somebody else draws
    resumed = list(fit(wanted, tiny, state=straight[0].state))
    assert same(resumed[-1].state, straight[-1].state)


def test_two_trainings_at_once_are_the_same_as_each_alone(tiny):
    wanted = small_config(augmentation="shift", epochs=2)
    alone = list(fit(wanted, tiny))[-1]
    found = []
    threads = [threading.Thread(target=lambda: found.append(list(fit(wanted, tiny))[-1])) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 2
    assert all(same(result.state["model"], alone.state["model"]) for result in found)


def test_a_state_is_a_copy_that_later_steps_leave_alone(tiny):
    training = fit(small_config(), tiny)
    first = next(training)
    before = {name: tensor.clone() for name, tensor in first.state["model"].items()}
    next(training)
    assert same(before, first.state["model"])


def test_a_state_of_another_net_is_refused(tiny):
    state = next(fit(small_config(architecture="mlp-256"), tiny)).state
    with pytest.raises(CheckpointError, match="does not fit 'mlp-32'"):
        next(fit(small_config(), tiny, state=state))


@pytest.mark.parametrize("stop_at", [1, 3, 6])
def test_a_stopped_training_yields_only_whole_epochs_and_asks_before_every_batch(tiny, stop_at, monkeypatch):
    step, steps = training.Learner.step, []

    def counted(self, indices):
        steps.append(None)
        return step(self, indices)

    monkeypatch.setattr(training.Learner, "step", counted)
    config = small_config(batch_size=50)  # 4 batches an epoch
    results = list(fit(config, tiny, lambda: len(steps) == stop_at))
    assert len(results) == stop_at // 4
    assert len(steps) == stop_at


def test_means_are_weighted_by_images_and_the_small_last_batch_counts(tiny):
    config = small_config(batch_size=128, learning_rate=1e-8)  # nothing moves: the mean over all images
    result = next(fit(config, tiny))
    model = architectures.build(config.architecture, seed=config.seed)
    logits = evaluation.infer(model, tiny.train_images)
    assert result.train_loss == pytest.approx(
        evaluation.loss_and_accuracy(logits, tiny.train_labels)[0], rel=1e-4
    )


def test_what_is_measured_when(tiny):
    wanted = small_config(epochs=6, test_every=2, validation_size=50)
    results = list(fit(wanted, tiny))
    assert [result.epoch for result in results if result.test_accuracy is not None] == [2, 4, 6]
    assert [result.epoch for result in results if result.evaluated_train_accuracy is not None] == [5, 6]
    assert all(result.validation_logits.shape == (50, 10) for result in results)
    assert [result.is_last for result in results] == [False] * 5 + [True]
    assert results[-1].test_logits.dtype == np.float32
    assert results[-1].parameters == 25450 and results[-1].device == "cpu"
    assert results[0].seconds < results[-1].seconds


def test_the_test_images_are_looked_at_only_in_the_end_if_asked_so(tiny):
    results = list(fit(small_config(epochs=3, test_every=0), tiny))
    assert [result.test_accuracy is None for result in results] == [True, True, False]


def test_every_net_learns_the_easy_data(tiny):
    for name in ("softmax-regression", "mlp-deep", "small-cnn"):
        *_, last = fit(small_config(architecture=name, epochs=8, batch_size=20), tiny)
        assert last.test_accuracy > 0.9, name


def test_a_race_ends_when_its_time_is_up(tiny):
    results = list(fit(small_config(epochs=1000, max_seconds=0.3), tiny))
    assert len(results) < 1000
    assert [result.is_last for result in results] == [False] * (len(results) - 1) + [True]
    assert results[-1].test_accuracy is not None


def test_a_state_holds_plain_values_and_tensors_only(tiny):
    def plain(value):
        if isinstance(value, torch.Tensor):
            assert value.device.type == "cpu"
            return None
        if isinstance(value, dict):
            return {key: plain(item) for key, item in value.items()}
        return [plain(item) for item in value] if isinstance(value, list) else value

    json.dumps(plain(next(fit(small_config(weight_averaging=0.9), tiny)).state))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"batch_size": 300}, "Batch size 300 is larger than the 200 training images"),
        ({"validation_size": 200}, "200 validation images leave nothing"),
        ({"train_size": 199, "validation_size": 20}, "199 training images are more than the 180"),
        ({"architecture": "cnm"}, "Unknown architecture 'cnm'"),
        ({"device": "abacus"}, "Unknown device 'abacus'"),
    ],
)
def test_what_does_not_fit_is_said_before_the_first_step(tiny, settings, message):
    with pytest.raises(ConfigError, match=message):
        next(fit(small_config(**settings), tiny))


def test_a_gpu_that_is_not_there_is_said_so(tiny):
    with pytest.raises(DeviceError, match="cuda:77"):
        next(fit(small_config(device="cuda:77"), tiny))
    device, reason = pick_device("auto")
    assert isinstance(device, torch.device) and reason.endswith(".")


def test_a_loss_that_explodes_names_the_remedy(tiny):
    with pytest.raises(FmnistError, match="lower the learning rate"):
        list(
            fit(small_config(optimizer="sgd", learning_rate=100.0, epochs=20, architecture="mlp-deep"), tiny)
        )


def test_running_out_of_memory_is_said_and_leaves_the_next_training_alone(tiny, monkeypatch):
    def fail(self, images, labels):
        raise torch.OutOfMemoryError("CUDA out of memory")

    with monkeypatch.context() as patch:
        patch.setattr(MlpGradients, "__call__", fail)
        with pytest.raises(DeviceError, match="smaller batch size") as caught:
            next(fit(small_config(), tiny))
    assert caught.value.__context__ is None  # else the traceback would keep the tensors
    assert next(fit(small_config(), tiny)).epoch == 1


def test_images_are_shifted_by_up_to_two_pixels_to_every_side():
    images = torch.zeros(500, 1, 9, 9)
    images[:, :, 4, 4] = 1.0
    shifted = training.augmentation.shift(images, torch.Generator().manual_seed(0))
    assert set(map(tuple, shifted.nonzero()[:, 2:].tolist())) == {
        (row, column) for row in range(2, 7) for column in range(2, 7)
    }


def test_a_long_average_of_the_weights_has_forgotten_the_first_ones_after_an_epoch_or_two(tiny):
    settings = {"epochs": 2, "batch_size": 20, "learning_rate": 0.01}
    *_, plain = fit(small_config(**settings), tiny)
    *_, averaged = fit(small_config(weight_averaging=0.999, **settings), tiny)
    assert plain.test_accuracy > 0.8
    assert averaged.test_accuracy > plain.test_accuracy - 0.1


def test_weights_are_averaged_only_where_asked(tiny):
    *_, plain = fit(small_config(epochs=1), tiny)
    *_, averaged = fit(small_config(epochs=1, weight_averaging=0.9), tiny)
    assert plain.state["training_model"] is None and averaged.state["training_model"].keys()


def test_evaluation_is_the_same_in_any_batches_and_averages_mirror_images(tiny):
    model = architectures.build("small-cnn", seed=3).train()
    whole = evaluation.infer(model, tiny.test_images)
    assert model.training and whole.shape == (60, 10) and whole.dtype == np.float32
    np.testing.assert_allclose(evaluation.infer(model, tiny.test_images, batch_size=7), whole, atol=1e-4)
    mirrored = evaluation.infer(model, tiny.test_images[..., ::-1].copy())
    both = evaluation.infer(model, tiny.test_images, flip=True)
    np.testing.assert_allclose(both, (whole + mirrored) / 2, atol=1e-4)
    np.testing.assert_allclose(evaluation.softmax(whole).sum(1), 1, atol=1e-5)
    loss, accuracy = evaluation.loss_and_accuracy(whole, tiny.test_labels)
    expected = functional.cross_entropy(torch.tensor(whole), torch.tensor(tiny.test_labels)).item()
    assert loss == pytest.approx(expected, rel=1e-4) and 0 <= accuracy <= 1


def test_data_without_test_images_trains_too(tiny):
    data = dataclasses.replace(tiny, test_images=tiny.test_images[:0], test_labels=tiny.test_labels[:0])
    assert list(fit(small_config(), data))[-1].test_accuracy is None


@pytest.mark.parametrize("architecture", ["mlp-32", "cnn", "resnet"])
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_batches_evaluated_side_by_side_give_the_numbers_of_one_after_the_other(architecture, precision):
    def on_two_threads(work, pieces, cores):
        return run_independently(work, pieces, 2)

    model = architectures.build(architecture, seed=0)
    images = np.random.default_rng(0).integers(0, 256, (50, 1, 28, 28), dtype=np.uint8)
    options = {"batch_size": 20, "precision": precision, "flip": True}
    alone = evaluation.infer(model, images, **options)
    together = evaluation.infer(model, images, run_pieces=on_two_threads, **options)
    assert (alone == together).all() and model.training


def test_the_order_of_the_images_is_that_of_a_shuffling_loader_epoch_after_epoch():
    ours = torch.Generator().manual_seed(5)
    loader = torch.utils.data.DataLoader(range(30), batch_size=None, shuffle=True)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(5)
        for _ in range(3):
            assert epoch_order(30, ours).tolist() == [int(place) for place in loader]

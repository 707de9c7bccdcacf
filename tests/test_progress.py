"""Progress within an epoch: records that change nothing, kept beside the run, and images that are watched."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from helpers import KMNIST, small_config, tiny_dataset, train_here, write_small_set
from sameness import same

from fmnist_core.base.epochs import EpochResult, Progress
from fmnist_core.base.errors import StorageError
from fmnist_core.data import datasets, summary
from fmnist_core.data.datasets import Dataset
from fmnist_core.runs import progress
from fmnist_core.training import Watch, fit
from fmnist_core.training.progress import PER_EPOCH, ProgressMeter

EVERY_STEP = 0.0


def records_and_results(config, data, watch):
    found = list(fit(config, data, watch=watch))
    return [record for record in found if isinstance(record, Progress)], [
        result for result in found if isinstance(result, EpochResult)
    ]


@pytest.mark.parametrize("architecture", ["mlp-32", "small-cnn", "mlp-4096-dropout"])
def test_being_watched_changes_no_bit_of_a_training(tiny, architecture):
    config = small_config(
        architecture=architecture, batch_size=20, weight_averaging=0.9, augmentation="shift"
    )
    _, alone = records_and_results(config, tiny, None)
    records, watched = records_and_results(config, tiny, Watch(EVERY_STEP, tiny.test_images[:4]))
    assert records
    assert [result.train_loss for result in watched] == [result.train_loss for result in alone]
    assert same(watched[-1].state["model"], alone[-1].state["model"])


def test_records_count_the_steps_and_mean_over_the_images_since_the_last(tiny):
    config = small_config(batch_size=20, epochs=1, learning_rate=1e-8)  # nothing moves: all means are alike
    records, (result,) = records_and_results(config, tiny, Watch(EVERY_STEP, tiny.test_images[:3]))
    assert [record.step for record in records] == list(range(1, 10))  # the tenth is the epoch's own
    assert {record.steps for record in records} == {10} and {record.epoch for record in records} == {1}
    assert np.mean([record.train_loss for record in records]) == pytest.approx(result.train_loss, rel=0.2)
    seconds = [record.seconds for record in records]
    assert seconds == sorted(seconds) and seconds[-1] <= result.seconds
    for record in records:
        assert record.sample_probabilities.shape == (3, 10)
        assert record.sample_probabilities.sum(1) == pytest.approx(np.ones(3), abs=1e-5)


def test_nobody_who_does_not_ask_gets_a_record(tiny):
    assert all(isinstance(result, EpochResult) for result in fit(small_config(), tiny))


def test_a_training_keeps_its_records_beside_the_run_and_a_resumed_one_no_double(store, monkeypatch):
    from fmnist_core.jobs import job

    monkeypatch.setattr(job, "WATCH_SECONDS", EVERY_STEP)
    write_small_set()
    run_id = store.create(KMNIST.replace(epochs=3))
    stopping = iter([False] * 25)
    train_here(store, run_id, should_stop=lambda: next(stopping, True))
    folder = store.folder(run_id)
    before = progress.read(folder)
    assert len(before) and before["epoch"].max() > store.get(run_id).epochs  # a piece of a dropped epoch
    assert progress.read_samples(folder).shape == (12, 10)
    store.requeue(run_id)
    train_here(store, run_id)
    after = progress.read(folder)
    assert not after.duplicated(["epoch", "step"]).any()
    assert after["epoch"].is_monotonic_increasing and after["epoch"].max() == 3


def test_half_a_line_and_other_damage_are_passed_over(tmp_path):
    record = Progress(1, 2, 10, 0.5, 0.8, 1.0, 100.0, np.full((2, 3), 1 / 3, np.float32))
    progress.write(tmp_path, record)
    with open(tmp_path / progress.CURVE, "a") as file:
        file.write("[1, 2\nnonsense\n[]\n")
    assert progress.read(tmp_path)["train_loss"].tolist() == [0.5]
    assert progress.read_samples(tmp_path) == pytest.approx(np.full((2, 3), 0.333))
    (tmp_path / progress.SAMPLES).write_text("{")
    assert progress.read_samples(tmp_path) is None
    assert progress.read(tmp_path / "nowhere").empty and progress.version(tmp_path / "nowhere") == 0


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path):
    (tmp_path / "run").write_text("a file in its place")
    with pytest.raises(StorageError, match="cannot be written"):
        progress.write(tmp_path / "run", Progress(1, 1, 2, 0.1, 0.9, 1.0, 1.0))


def test_the_watched_images_are_of_all_classes_and_always_the_same():
    data = datasets.load("fashion-mnist")
    indices = summary.sample_indices(data)
    assert indices == summary.sample_indices(data) and len(set(indices)) == 12
    labels = data.test_labels[list(indices)]
    assert set(labels) == set(range(10)) and (np.diff(labels) >= 0).all()


def test_small_data_sets_give_what_they_have():
    data = tiny_dataset(test=5, classes=3)
    assert sorted(summary.sample_indices(data)) == [0, 1, 2, 3, 4]
    none = Dataset(
        "none",
        ("a", "b"),
        data.train_images,
        data.train_labels % 2,
        data.test_images[:0],
        data.test_labels[:0],
    )
    assert summary.sample_indices(none) == ()


def test_the_files_hold_plain_numbers(tmp_path):
    progress.write(tmp_path, Progress(1, 2, 10, 0.5, 0.8, 1.0, 100.0, torch.rand(2, 3).softmax(1).numpy()))
    assert json.loads((tmp_path / progress.CURVE).read_text()) == [1, 2, 10, 0.5, 0.8, 1.0, 100.0]


def test_the_first_record_is_due_soon_and_the_others_after_a_pause_and_some_steps():
    clock = SimpleNamespace(seconds=0.0)
    meter = ProgressMeter(small_config(batch_size=1), Watch(every=1.0), None, 1, 10 * PER_EPOCH, clock)
    logits, labels = torch.zeros(1000, 2), torch.zeros(1000, dtype=torch.int64)
    clock.seconds = 0.2
    assert meter.is_due(500) is False
    clock.seconds = 0.3
    assert meter.is_due(9) is False and meter.is_due(10) and meter.is_due(10 * PER_EPOCH) is False
    meter.look(500, logits[:500], labels[:500], torch.nn.Identity())
    clock.seconds = 0.9
    assert not meter.is_due(600)
    clock.seconds = 1.4
    assert not meter.is_due(509) and meter.is_due(510)
    meter._waiting = object()  # numbers that are on their way from a GPU
    assert meter.is_due(1) is True


def test_a_record_has_the_accuracy_and_the_rate_of_the_images_since_the_last():
    clock = SimpleNamespace(seconds=0.0)
    meter = ProgressMeter(small_config(batch_size=4), Watch(), None, 1, 3, clock)
    logits, labels = torch.eye(2)[[0, 0, 0, 0, 1, 0, 0, 0]], torch.tensor([1, 1, 0, 0, 1, 0, 0, 1])
    found = []
    for step in (1, 2):
        clock.seconds = 2.0 * step
        found.append(meter.look(step, logits[: 4 * step], labels[: 4 * step], torch.nn.Identity()))
    assert [record.train_accuracy for record in found] == [0.5, 0.75]
    assert [record.images_per_second for record in found] == [2.0, 2.0]

"""Patience and the best epoch's weights: when a training ends early, what it leaves, what is said of it."""

import dataclasses

import numpy as np
import pytest
import torch
from helpers import KMNIST, epoch_result, started, tiny_dataset, train_here, write_set
from test_resuming import after_epoch

from fmnist_core.base.errors import ConfigError
from fmnist_core.base.paths import data_dir
from fmnist_core.data import datasets
from fmnist_core.data.datasets import Dataset
from fmnist_core.results import statistics
from fmnist_core.results.export import export
from fmnist_core.runs import checkpoints, stored_models
from fmnist_core.training import fit
from fmnist_core.training.best import BestEpoch

PATIENT = KMNIST.replace(validation_size=40, patience=3, keep="best", epochs=60, learning_rate=0.01)


@pytest.fixture
def noisy() -> Dataset:
    """Four of ten training labels are wrong: what a net learns of these by heart, it pays for elsewhere."""
    data, generator = tiny_dataset(), np.random.default_rng(0)
    labels = data.train_labels.copy()
    wrong = generator.random(len(labels)) < 0.4
    labels[wrong] = generator.integers(0, data.classes, int(wrong.sum()))
    return dataclasses.replace(data, train_labels=labels)


@pytest.fixture(autouse=True)
def noisy_kmnist(noisy):
    write_set(noisy, data_dir() / "KMNIST" / "raw")


@pytest.mark.parametrize("changes", [{"patience": 1}, {"keep": "best"}])
def test_the_best_epoch_needs_validation_images(changes):
    with pytest.raises(ConfigError, match="told by validation images"):
        KMNIST.replace(validation_size=0, **changes)


@pytest.mark.parametrize("judged_by", ["loss", "accuracy"])
def test_it_ends_when_so_many_epochs_were_no_better_and_leaves_the_best_ones_weights(noisy, judged_by):
    config = PATIENT.replace(judged_by=judged_by, precision="float32")
    results = list(fit(config, noisy))
    values = [
        result.validation_loss if judged_by == "loss" else -result.validation_accuracy for result in results
    ]
    best = int(np.argmin(values)) + 1  # of equals the first
    assert len(results) == best + config.patience < config.epochs
    assert [result.is_last for result in results] == [False] * (len(results) - 1) + [True]
    last = results[-1]
    assert last.kept.epoch == last.state["best"]["epoch"] == best
    for name, tensor in results[best - 1].state["model"].items():
        assert torch.equal(tensor, last.state["best"]["model"][name])
    assert last.kept.test_accuracy == pytest.approx(results[best - 1].test_accuracy)
    assert np.allclose(last.kept.validation_logits, results[best - 1].validation_logits, atol=1e-5)
    right = last.kept.test_logits.argmax(1) == noisy.test_labels
    assert last.kept.test_accuracy == pytest.approx(right.mean())


def test_without_patience_all_epochs_are_done_and_without_keep_the_last_weights_stay(noisy):
    whole = list(fit(PATIENT.replace(patience=0, epochs=20), noisy))
    assert len(whole) == 20 and whole[-1].kept is not None
    early = list(fit(PATIENT.replace(keep="last"), noisy))
    assert len(early) < 60 and early[-1].kept is None and early[-1].is_last


def test_seeking_the_best_epoch_changes_no_number_of_the_training(noisy):
    plain = KMNIST.replace(validation_size=40, epochs=6, precision="float32")
    for one, other in zip(fit(plain, noisy), fit(plain.replace(keep="best", patience=6), noisy), strict=True):
        assert one.train_loss == other.train_loss and one.test_accuracy == other.test_accuracy


def test_what_is_stored_used_and_exported_is_the_best_epoch(store, tmp_path):
    run_id = store.create(PATIENT)
    assert train_here(store, run_id) == "completed"
    run, data = store.get(run_id), datasets.load("kmnist")
    history = store.history(run_id)
    best = int(history["validation_loss"].idxmin()) + 1
    assert run.best_epoch == best < run.epochs == best + 3
    state, _ = checkpoints.load(store.checkpoint_path(run_id))
    loaded = stored_models.load_model(store, run_id).model.state_dict()
    assert all(torch.equal(loaded[name], tensor) for name, tensor in state["best"]["model"].items())
    assert not all(torch.equal(loaded[name], tensor) for name, tensor in state["model"].items())
    probabilities = stored_models.predict(stored_models.load_model(store, run_id), data.test_images)
    accuracy = float((probabilities.argmax(1) == data.test_labels).mean())
    assert run.test_accuracy == pytest.approx(accuracy)
    logits = store.logits(run_id)
    assert (logits.argmax(1) == probabilities.argmax(1)).all()
    assert run.message.startswith(f"It ended at epoch {run.epochs} of 60: none of the last 3 was better")
    export(store, run_id, "pytorch", tmp_path / "model.zip")
    assert (tmp_path / "model.zip").stat().st_size > 0


@pytest.mark.parametrize(("keep", "epoch", "accuracy"), [("best", 2, 0.8), ("last", 1, 0.9)])
def test_the_best_epoch_of_a_run_is_the_one_whose_weights_it_keeps(store, keep, epoch, accuracy):
    run_id = started(store, PATIENT.replace(keep=keep, judged_by="loss", epochs=2))
    for number, right in ((1, 0.9), (2, 0.8)):  # the second has the smaller loss
        store.add_epoch(run_id, epoch_result(number, right, state={"best": {"epoch": number}}))
    store.finish(run_id, "completed")
    run = store.get(run_id)
    assert (run.best_epoch, run.best_validation_accuracy) == (epoch, accuracy)
    assert statistics.trial(run, store.history(run_id)).accuracy == 0.8


def test_the_model_of_a_stopped_run_is_the_one_whose_figures_it_shows(store):
    run_id = store.create(PATIENT.replace(patience=0))
    assert train_here(store, run_id, **after_epoch(20)) == "stopped"
    run, data = store.get(run_id), datasets.load("kmnist")
    state, _ = checkpoints.load(store.checkpoint_path(run_id))
    assert state["best"]["epoch"] < run.epochs == 20
    loaded = stored_models.load_model(store, run_id)
    right = stored_models.predict(loaded, data.test_images).argmax(1) == data.test_labels
    assert run.test_accuracy == pytest.approx(right.mean())
    weights = loaded.model.state_dict()
    assert all(torch.equal(weights[name], tensor) for name, tensor in state["model"].items())


def test_who_stops_a_patient_run_is_not_told_that_it_lost_patience(store):
    run_id = store.create(PATIENT)
    assert train_here(store, run_id, **after_epoch(1)) == "stopped"
    assert store.get(run_id).message == ""


def test_seeds_that_ended_at_different_epochs_are_one_group(store):
    runs = [store.create(PATIENT.replace(seed=seed)) for seed in (1, 2, 3)]
    for run_id in runs:
        train_here(store, run_id)
    found = [store.get(run_id) for run_id in runs]
    assert len({run.epochs for run in found}) > 1
    assert len(statistics.group_runs(found)) == 1
    assert statistics.only_seed_differs(found[0], found[1])


def test_a_training_that_goes_on_still_knows_how_good_the_best_epoch_was():
    net = torch.nn.Linear(1, 1)
    before = BestEpoch(PATIENT.replace(judged_by="loss"))
    before.look(3, {"validation_loss": 0.5}, net)
    after = BestEpoch(PATIENT.replace(judged_by="loss"), before.state())
    after.look(4, {"validation_loss": 0.6}, net)
    assert after.state() == before.state() and after.epoch == 3
    after.look(5, {"validation_loss": 0.4}, net)
    assert after.epoch == 5

"""Writing the run that comes with the project: what is written, and what is read of it."""

import shutil
import subprocess

import numpy as np
import pandas as pd
import pytest
import torch
from helpers import started
from photo_runs import RECORD, SHIPPED_ID, small_familiarity, trained_run

from fmnist_core.base.errors import ConfigError, RunError
from fmnist_core.data import datasets
from fmnist_core.nets import evaluation
from fmnist_core.photos.shipping import write_shipped_run
from fmnist_core.runs import checkpoints, stored_models


def test_what_ships_answers_like_the_trained_net_with_its_weights_rounded_to_half_precision(
    made, model_folder, store
):
    trained, run_id, _ = made
    loaded = stored_models.load_model(store, SHIPPED_ID)
    images = datasets.load(loaded.config.dataset).test_images[:200]
    exact = stored_models.load_model(trained, run_id).model
    rounded = {key: value.half().float() for key, value in exact.state_dict().items()}
    assert any((rounded[key] != value).any() for key, value in exact.state_dict().items())
    for key, value in loaded.model.state_dict().items():
        assert value.dtype == torch.float32 and torch.equal(value, rounded[key])
    answers = evaluation.infer(loaded.model, images)
    assert np.abs(answers - evaluation.infer(exact, images)).max() < 0.05


def test_the_checkpoint_holds_half_the_bytes_and_nothing_to_go_on_with(made, model_folder):
    trained, run_id, _ = made
    state, config = checkpoints.load(model_folder / "checkpoint.safetensors")
    chosen = trained.get(run_id).config  # the run knows the precision that was chosen for it
    assert set(state) == {"model"} and config == chosen.replace(precision=config.precision)
    assert {value.dtype for value in state["model"].values()} == {torch.float16}
    small, large = (
        path.stat().st_size
        for path in (model_folder / "checkpoint.safetensors", trained.checkpoint_path(run_id))
    )
    assert small < large / 4  # Adam keeps two numbers beside each weight


def test_numbers_that_half_precision_cannot_hold_stay_as_they_are():
    from fmnist_core.photos.shipping import _half

    large, whole = torch.tensor([1e6]), torch.tensor([7])
    assert _half(large).dtype == torch.float32 and _half(whole).dtype == torch.int64
    assert _half(torch.tensor([0.1])).dtype == torch.float16


def test_its_accuracy_logits_and_history_are_those_of_what_ships(made, model_folder, store):
    trained, run_id, _ = made
    run = store.get(SHIPPED_ID)
    labels = datasets.load(run.config.dataset).test_labels
    logits = store.logits(SHIPPED_ID)
    assert logits.dtype == np.float32 and run.test_count == len(labels)
    assert run.test_accuracy == (logits.argmax(1) == labels).mean()
    assert len(store.logits(SHIPPED_ID, "validation")) == 100
    pd.testing.assert_frame_equal(store.history(SHIPPED_ID), trained.history(run_id))
    assert store.shipped.record == RECORD


def test_only_a_completed_run_with_a_record_and_an_id_of_its_own_can_ship(made, store, tmp_path):
    trained, run_id, _ = made
    stopped = started(store)
    store.finish(stopped, "stopped")
    with pytest.raises(RunError, match="is stopped; only a completed run"):
        write_shipped_run(store, stopped, SHIPPED_ID, "x", RECORD, tmp_path)
    for wrong in ("../x", "c0ffee", ""):
        with pytest.raises(RunError, match="cannot be the id"):
            write_shipped_run(trained, run_id, wrong, "x", RECORD, tmp_path)
    with pytest.raises(ConfigError, match="The record lacks seed"):
        record = {key: value for key, value in RECORD.items() if key != "seed"}
        write_shipped_run(trained, run_id, SHIPPED_ID, "x", record, tmp_path)
    assert not (tmp_path / "run.json").exists()


def test_of_a_run_that_keeps_its_best_weights_these_ship(store, tmp_path, monkeypatch):
    small_familiarity(monkeypatch)
    run_id = trained_run(store, keep="best", validation_size=100)
    path = store.checkpoint_path(run_id)
    state, config = checkpoints.load(path)
    state["model"] = {key: value + 1 for key, value in state["model"].items()}  # whichever epoch was best
    checkpoints.save(path, state, config)
    write_shipped_run(store, run_id, SHIPPED_ID, "x", RECORD, tmp_path)
    state, _ = checkpoints.load(tmp_path / "checkpoint.safetensors")
    for key, value in stored_models.load_model(store, run_id).model.state_dict().items():
        assert torch.equal(state["model"][key], value.half())


def test_the_sums_are_those_of_the_systems_own_program(model_folder):
    if shutil.which("sha256sum") is None:
        pytest.skip("no sha256sum here")
    done = subprocess.run(["sha256sum", "--check", "SHA256SUMS"], cwd=model_folder, capture_output=True)
    assert done.returncode == 0 and done.stdout.count(b": OK") == 7

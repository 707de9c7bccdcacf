"""The loss of every training step: kept with a run, cut nowhere, drawn in as many points as a screen shows.

That a run which is stopped, killed, trained longer or taken elsewhere has the losses of one that never was is
asserted by `sameness.assert_same_training`, in the tests of those.
"""

import errno

import numpy as np
import pytest
from helpers import KMNIST, epoch_result, small_config, started, train_here, write_small_set
from test_resuming import after_epoch

from fmnist_core.base.files import cannot_be_written
from fmnist_core.runs import step_losses
from fmnist_core.training import fit


def losses_of(store, run_id: str) -> np.ndarray:
    return np.fromfile(store.folder(run_id) / step_losses.FILE, np.float32)


def test_the_losses_of_an_epochs_steps_have_its_training_loss_as_their_mean(tiny):
    for result in fit(small_config(label_smoothing=0.1, batch_size=64), tiny):  # batches of 64, 64, 64 and 8
        assert result.step_losses.dtype == np.float32 and result.step_losses.shape == (4,)
        mean = np.average(result.step_losses, weights=[64, 64, 64, 8])
        assert mean == pytest.approx(result.train_loss, rel=1e-6)


def test_the_first_loss_is_that_of_the_first_weights(tiny):
    first, one_step = (next(fit(small_config(batch_size=size), tiny)) for size in (50, 200))
    assert first.step_losses[0] == pytest.approx(one_step.step_losses[0], rel=0.05)
    assert first.step_losses[-1] < first.step_losses[0]


def test_steps_after_the_bell_of_a_race_have_no_loss(tiny):
    *_, last = fit(small_config(epochs=1000, max_seconds=0.1, batch_size=1), tiny)
    taken = np.isfinite(last.step_losses)
    assert len(taken) == 200 and taken[0] and not taken[np.argmin(taken) :].any() | taken.all()


def test_a_run_keeps_the_losses_of_all_its_steps(store):
    write_small_set()
    run_id = store.create(KMNIST)
    train_here(store, run_id)
    frame = step_losses.read(store.folder(run_id))
    assert frame["step"].tolist() == list(range(1, 41)) and set(frame["steps"]) == {1}
    of_epochs = frame["train_loss"].to_numpy().reshape(4, 10).mean(1)
    assert of_epochs == pytest.approx(store.history(run_id)["train_loss"].to_numpy(), rel=1e-6)


def test_an_epoch_that_is_computed_again_lies_where_it_was(store):
    run_id = started(store)
    for epoch in (1, 2, 3, 2, 3):
        store.add_epoch(run_id, epoch_result(epoch, step_losses=np.full(5, epoch, np.float32)))
    assert losses_of(store, run_id).tolist() == [1] * 5 + [2] * 5 + [3] * 5


def test_epochs_from_before_losses_were_kept_are_unknown(store):
    run_id = started(store)
    assert step_losses.read(store.folder(run_id)).empty
    (store.folder(run_id)).mkdir()
    (store.folder(run_id) / step_losses.FILE).write_bytes(b"\0\0\0\0\0")  # and a write that was cut off
    store.add_epoch(run_id, epoch_result(3, step_losses=np.ones(2, np.float32)))
    assert np.array_equal(losses_of(store, run_id), [0, *[np.nan] * 3, 1, 1], equal_nan=True)
    assert step_losses.read(store.folder(run_id))["step"].tolist() == [1, 5, 6]


def test_many_steps_become_the_means_of_equal_bins(store):
    run_id = started(store)
    losses = np.arange(2500, dtype=np.float32)
    store.add_epoch(run_id, epoch_result(1, step_losses=losses))
    frame = step_losses.read(store.folder(run_id), most=1000)
    assert len(frame) == 834 and frame["steps"].tolist() == [3] * 833 + [1]
    assert frame["step"].iloc[[0, -1]].tolist() == [3, 2500]
    assert frame["train_loss"].iloc[[0, -1]].tolist() == [1.0, 2499.0]


def test_a_full_disk_is_a_sentence_and_the_run_goes_on_after_it(store, monkeypatch):
    write_small_set()
    whole, cut = store.create(KMNIST), store.create(KMNIST)
    train_here(store, whole)
    write = step_losses.write

    def full(folder, result):
        if result.epoch == 3:
            raise cannot_be_written(folder, OSError(errno.ENOSPC, "No space left on device"))
        write(folder, result)

    with monkeypatch.context() as patched:
        patched.setattr(step_losses, "write", full)
        assert train_here(store, cut) == "failed"
    store.requeue(cut)
    assert train_here(store, cut) == "completed"
    assert losses_of(store, whole).tobytes() == losses_of(store, cut).tobytes()


def test_a_deleted_run_leaves_no_losses(store):
    write_small_set()
    run_id = store.create(KMNIST)
    train_here(store, run_id, **after_epoch(1))
    store.delete(run_id)
    assert not store.folder(run_id).exists()

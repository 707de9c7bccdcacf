"""Stopped, killed and cut-off runs go on to the numbers of one that never stopped."""

import threading

import pytest
from helpers import KMNIST, train_here, write_small_set
from sameness import assert_same_training


@pytest.fixture(autouse=True)
def small_kmnist():
    write_small_set()


def after_epoch(epoch: int):
    """An `on_epoch` and a `should_stop` that stop in the middle of the epoch after this one."""
    reached, asked = threading.Event(), []

    def on_epoch(result) -> None:
        if result.epoch == epoch:
            reached.set()

    def should_stop() -> bool:
        if reached.is_set():
            asked.append(1)
        return len(asked) > 3  # three batches into the next epoch

    return {"on_epoch": on_epoch, "should_stop": should_stop}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"architecture": "small-cnn", "augmentation": "shift+flip", "schedule": "one-cycle"},
        {"optimizer": "sgd", "weight_averaging": 0.9, "validation_size": 40, "label_smoothing": 0.1},
        {"architecture": "mlp-4096-dropout", "epochs": 2},
        {"validation_size": 40, "patience": 2, "keep": "best", "epochs": 40, "weight_averaging": 0.5},
    ],
    ids=["adam", "augmented", "averaged", "dropout", "patient"],
)
def test_a_run_stopped_in_mid_epoch_goes_on_to_the_numbers_of_one_that_never_stopped(store, changes):
    config = KMNIST.replace(**changes)
    whole, halves = store.create(config), store.create(config)
    assert train_here(store, whole) == "completed"
    assert train_here(store, halves, **after_epoch(1)) == "stopped"
    assert store.get(halves).epochs == 1
    store.requeue(halves)
    assert train_here(store, halves) == "completed"
    assert_same_training(store, whole, halves)


def test_a_run_stopped_twice_and_before_its_first_epoch_goes_on_too(store):
    whole, pieces = store.create(KMNIST), store.create(KMNIST)
    train_here(store, whole)
    assert train_here(store, pieces, should_stop=lambda: True) == "stopped"
    assert store.get(pieces).epochs == 0
    for epoch in (1, 3):
        store.requeue(pieces)
        assert train_here(store, pieces, **after_epoch(epoch)) == "stopped"
    store.requeue(pieces)
    assert train_here(store, pieces) == "completed"
    assert_same_training(store, whole, pieces)


def test_a_run_whose_last_checkpoint_is_missing_computes_that_epoch_again(store):
    """Killed after the epoch was stored and before its checkpoint was; then stopped, then resumed."""
    whole, cut = store.create(KMNIST), store.create(KMNIST)
    train_here(store, whole)
    train_here(store, cut, **after_epoch(3))
    before = store.checkpoint_path(cut).read_bytes()
    store.requeue(cut)
    train_here(store, cut)
    store.checkpoint_path(cut).write_bytes(before)
    with store.database.write() as db:
        db.execute("UPDATE runs SET status = 'interrupted' WHERE run_id = ?", (cut,))
    store.requeue(cut)
    assert (
        train_here(store, cut, should_stop=lambda: True) == "stopped"
    )  # not "completed": epoch 4 has no weights
    store.requeue(cut)
    assert train_here(store, cut) == "completed"
    assert_same_training(store, whole, cut)


def test_a_run_that_was_killed_between_its_last_checkpoint_and_its_end_is_completed(store):
    run_id = store.create(KMNIST)
    train_here(store, run_id)
    with store.database.write() as db:
        db.execute("UPDATE runs SET status = 'interrupted' WHERE run_id = ?", (run_id,))
    store.requeue(run_id)
    assert train_here(store, run_id) == "completed"
    assert list(store.history(run_id).epoch) == [1, 2, 3, 4]


def test_a_race_that_is_over_does_not_get_another_epoch(store):
    run_id = store.create(KMNIST.replace(epochs=1000, max_seconds=0.1))
    assert train_here(store, run_id) == "completed"
    epochs = store.get(run_id).epochs
    with store.database.write() as db:
        db.execute("UPDATE runs SET status = 'interrupted' WHERE run_id = ?", (run_id,))
    store.requeue(run_id)
    assert train_here(store, run_id) == "completed"
    assert store.get(run_id).epochs == epochs

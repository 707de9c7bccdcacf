"""Training in the background: the queue, stopping, going on, and runs that fail without harm to the next."""

import threading
import time

import pytest
import torch
from helpers import wait_for, write_small_set

from fmnist_core import checkpoints, datasets, jobs, training
from fmnist_core.config import TrainConfig
from fmnist_core.errors import ConfigError, RunError, StorageError
from fmnist_core.jobs import TrainingQueue, checkpoint_path, job, training_queue
from fmnist_core.runs import RunStore

CONFIG = TrainConfig(
    dataset="mnist", architecture="mlp-32", epochs=4, batch_size=20, precision="float32", device="cpu"
)
SECONDS = 60.0


@pytest.fixture(autouse=True)
def small_mnist():
    write_small_set()


def wait_for_end(store: RunStore, *run_ids: str) -> None:
    wait_for(lambda: not any(store.get(run_id).is_active for run_id in run_ids))


def train(store: RunStore, run_id: str, **options) -> str:
    """Train a queued run in this thread."""
    worker = store.workers.open()
    store.start(run_id, worker)
    status = jobs.train_run(store, run_id, **options)
    store.workers.close(worker)
    return status


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


def state_of(store: RunStore, run_id: str) -> dict:
    return checkpoints.load(checkpoint_path(store, run_id))[0]


def same_training(store: RunStore, left: str, right: str) -> bool:
    """Whether two runs ended with the same weights, optimizer and curves, bit for bit."""
    first, second = state_of(store, left), state_of(store, right)
    for state in (first, second):
        state.pop("seconds")
    curves = ["epoch", "train_loss", "train_accuracy", "test_loss", "test_accuracy"]
    return _same(first, second) and store.history(left)[curves].equals(store.history(right)[curves])


def _same(left: object, right: object) -> bool:
    if isinstance(left, torch.Tensor):
        return torch.equal(left, right)
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(_same(left[key], right[key]) for key in left)
    if isinstance(left, list):
        return len(left) == len(right) and all(map(_same, left, right))
    return left == right


# ---- the queue ----------------------------------------------------------------------------------------


def test_queued_runs_are_trained_one_after_the_other_to_their_end(queue, store):
    runs = [queue.submit(CONFIG.replace(seed=seed), owner="mina") for seed in range(3)]
    wait_for_end(store, *runs)
    for run_id in runs:
        run = store.get(run_id)
        assert (run.status, run.epochs, run.test_count, run.device) == ("completed", 4, 60, "cpu")
        assert run.torch_version == torch.__version__ and run.project_version
        assert list(store.history(run_id).epoch) == [1, 2, 3, 4]
        assert store.kept_epochs(run_id) == [1, 2, 3, 4]
    starts = [store.get(run_id).started_at for run_id in runs]
    ends = [store.get(run_id).finished_at for run_id in runs]
    assert all(end <= start for end, start in zip(ends, starts[1:], strict=False))


def test_a_position_in_the_line_is_known_while_waiting(store):
    queue = TrainingQueue(store)
    first, second = queue.submit(CONFIG), queue.submit(CONFIG)
    assert (queue.position(first), queue.position(second), queue.position("nobody")) == (1, 2, None)


def test_a_waiting_run_is_cancelled_at_once(store):
    queue = TrainingQueue(store)
    run_id = queue.submit(CONFIG)
    queue.stop(run_id)
    assert store.get(run_id).status == "stopped"
    assert store.waiting.order() == []
    with pytest.raises(RunError, match="is stopped already, so there is nothing to stop"):
        queue.stop(run_id)


def test_what_cannot_work_is_refused_before_it_is_queued(store):
    queue = TrainingQueue(store)
    for config in (
        CONFIG.replace(dataset="nothing"),
        CONFIG.replace(architecture="cnm"),
        CONFIG.replace(dataset="sketches", batch_size=60_000),
    ):
        with pytest.raises(ConfigError):
            queue.submit(config)
    assert store.runs() == []


def test_stopped_run_keeps_its_last_epoch(queue, store):
    run_id = queue.submit(CONFIG.replace(epochs=1000))
    wait_for(lambda: store.get(run_id).epochs >= 2)
    queue.stop(run_id)
    wait_for_end(store, run_id)
    run = store.get(run_id)
    assert run.status == "stopped"
    assert len(store.history(run_id)) == run.epochs == state_of(store, run_id)["epoch"]


def test_a_run_is_stopped_from_another_process_through_the_store(queue, store, monkeypatch):
    monkeypatch.setattr(job, "STORE_POLL_SECONDS", 0.01)
    run_id = queue.submit(CONFIG.replace(epochs=1000))
    wait_for(lambda: store.get(run_id).epochs >= 1)
    RunStore().request_stop(run_id)
    wait_for_end(store, run_id)
    assert store.get(run_id).status == "stopped"


def test_of_two_queues_on_one_folder_only_the_first_trains_and_the_second_takes_over(store):
    first, second = TrainingQueue(store), TrainingQueue(RunStore())
    try:
        first.start()
        wait_for(first.is_leader)
        second.start()
        assert not second.is_leader()
        run_id = second.submit(CONFIG)
        wait_for_end(store, run_id)
        assert store.get(run_id).status == "completed"
        first.close()
        later = second.submit(CONFIG.replace(seed=1))
        wait_for_end(store, later)
        assert second.is_leader()
        assert store.get(later).status == "completed"
    finally:
        first.close()
        second.close()


def test_closing_ends_the_training_and_leaves_the_line(store):
    queue = TrainingQueue(store)
    queue.start()
    running, waiting = queue.submit(CONFIG.replace(epochs=1000)), queue.submit(CONFIG)
    wait_for(lambda: store.get(running).epochs >= 1)
    queue.close()
    assert store.get(running).status == "stopped"
    assert store.get(waiting).status == "queued"
    assert list((store.path / "workers").glob("*.lock")) == []


def test_a_run_for_a_device_that_is_gone_is_told_so_at_the_start(store):
    run_id = store.create(CONFIG.replace(device="cuda:7"))
    queue = TrainingQueue(store)
    queue.start()
    queue.close()
    assert store.get(run_id).status == "failed"
    assert "cuda" in store.get(run_id).message


# ---- stopping and going on ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"architecture": "small-cnn", "augmentation": "shift+flip", "schedule": "one-cycle"},
        {"optimizer": "sgd", "weight_averaging": 0.9, "validation_size": 40, "label_smoothing": 0.1},
        {"architecture": "mlp-4096-dropout", "epochs": 2},
    ],
    ids=["adam", "augmented", "averaged", "dropout"],
)
def test_a_run_stopped_in_mid_epoch_goes_on_to_the_numbers_of_one_that_never_stopped(store, changes):
    config = CONFIG.replace(**changes)
    whole, halves = store.create(config), store.create(config)
    assert train(store, whole) == "completed"
    assert train(store, halves, **after_epoch(1)) == "stopped"
    assert store.get(halves).epochs == 1
    store.requeue(halves)
    assert train(store, halves) == "completed"
    assert same_training(store, whole, halves)


def test_a_run_stopped_twice_and_before_its_first_epoch_goes_on_too(store):
    whole, pieces = store.create(CONFIG), store.create(CONFIG)
    train(store, whole)
    assert train(store, pieces, should_stop=lambda: True) == "stopped"
    assert store.get(pieces).epochs == 0
    for epoch in (1, 3):
        store.requeue(pieces)
        assert train(store, pieces, **after_epoch(epoch)) == "stopped"
    store.requeue(pieces)
    assert train(store, pieces) == "completed"
    assert same_training(store, whole, pieces)


def test_a_run_whose_last_checkpoint_is_missing_computes_that_epoch_again(store):
    """Killed after the epoch was stored and before its checkpoint was; then stopped, then resumed."""
    whole, cut = store.create(CONFIG), store.create(CONFIG)
    train(store, whole)
    train(store, cut, **after_epoch(3))
    before = checkpoint_path(store, cut).read_bytes()
    store.requeue(cut)
    train(store, cut)
    checkpoint_path(store, cut).write_bytes(before)
    with store.database.write() as db:
        db.execute("UPDATE runs SET status = 'interrupted' WHERE run_id = ?", (cut,))
    store.requeue(cut)
    assert train(store, cut, should_stop=lambda: True) == "stopped"  # not "completed": epoch 4 has no weights
    store.requeue(cut)
    assert train(store, cut) == "completed"
    assert same_training(store, whole, cut)


def test_a_run_that_was_killed_between_its_last_checkpoint_and_its_end_is_completed(store):
    run_id = store.create(CONFIG)
    train(store, run_id)
    with store.database.write() as db:
        db.execute("UPDATE runs SET status = 'interrupted' WHERE run_id = ?", (run_id,))
    store.requeue(run_id)
    assert train(store, run_id) == "completed"
    assert list(store.history(run_id).epoch) == [1, 2, 3, 4]


def test_a_race_that_is_over_does_not_get_another_epoch(store):
    run_id = store.create(CONFIG.replace(epochs=1000, max_seconds=0.1))
    assert train(store, run_id) == "completed"
    epochs = store.get(run_id).epochs
    with store.database.write() as db:
        db.execute("UPDATE runs SET status = 'interrupted' WHERE run_id = ?", (run_id,))
    store.requeue(run_id)
    assert train(store, run_id) == "completed"
    assert store.get(run_id).epochs == epochs


# ---- getting ready ------------------------------------------------------------------------------------


def test_the_download_of_the_data_is_told_while_a_run_gets_ready(queue, store, monkeypatch):
    go_on, load = threading.Event(), datasets.load

    def slow_load(name, on_progress=None, download=True):
        on_progress(0.25, "Downloading mnist: train-images, 2.5 MB")
        go_on.wait(SECONDS)
        return load(name, on_progress, download)

    monkeypatch.setattr(datasets, "load", slow_load)
    run_id = queue.submit(CONFIG)
    wait_for(lambda: store.get(run_id).message)
    assert store.get(run_id).message == "Downloading mnist: train-images, 2.5 MB (25 %)"
    go_on.set()
    wait_for_end(store, run_id)
    assert (store.get(run_id).status, store.get(run_id).message) == ("completed", "")


def test_a_run_can_be_stopped_while_its_data_are_downloaded(queue, store, monkeypatch):
    def endless_load(name, on_progress=None, download=True):
        while True:
            on_progress(0.5, "Downloading")
            time.sleep(0.01)

    monkeypatch.setattr(datasets, "load", endless_load)
    run_id = queue.submit(CONFIG)
    wait_for(lambda: store.get(run_id).message)
    queue.stop(run_id)
    wait_for_end(store, run_id)
    assert store.get(run_id).status == "stopped"


# ---- failing ------------------------------------------------------------------------------------------


def test_a_loss_that_is_no_number_fails_the_run_and_the_next_one_works(queue, store):
    bad = queue.submit(CONFIG.replace(optimizer="sgd", learning_rate=100.0, weight_decay=10.0, epochs=30))
    good = queue.submit(CONFIG)
    wait_for_end(store, bad, good)
    assert store.get(bad).status == "failed"
    assert "not a number any more: lower the learning rate (now 100)" in store.get(bad).message
    assert len(store.history(bad)) == store.get(bad).epochs
    assert store.get(good).status == "completed"


def test_out_of_memory_fails_the_run_with_a_sentence_and_the_next_one_works(queue, store, monkeypatch):
    step = training.Learner.step

    def hungry_step(self, indices):
        if self.config.seed == 666:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB")
        return step(self, indices)

    monkeypatch.setattr(training.Learner, "step", hungry_step)
    hungry, modest = queue.submit(CONFIG.replace(seed=666)), queue.submit(CONFIG)
    wait_for_end(store, hungry, modest)
    assert store.get(hungry).status == "failed"
    assert "choose a smaller batch_size or architecture" in store.get(hungry).message
    assert store.get(modest).status == "completed"


def test_a_bug_fails_the_run_not_the_thread(queue, store, monkeypatch):
    def broken(self, indices):
        raise ZeroDivisionError("oh")

    monkeypatch.setattr(training.Learner, "step", broken)
    run_id = queue.submit(CONFIG)
    wait_for_end(store, run_id)
    assert store.get(run_id).status == "failed"
    assert store.get(run_id).message.startswith("Unexpected ZeroDivisionError: oh.")
    monkeypatch.undo()
    again = queue.submit(CONFIG)
    wait_for_end(store, again)


def test_an_end_that_cannot_be_stored_is_tried_again(store, monkeypatch):
    monkeypatch.setattr(job, "FINISH_WAITS", (0.0, 0.0, 0.0))
    finish, tries = RunStore.finish, []

    def full(self, run_id, status, message=""):
        tries.append(status)
        if len(tries) < 3:
            raise StorageError("The disk is full.")
        finish(self, run_id, status, message)

    monkeypatch.setattr(RunStore, "finish", full)
    run_id = store.create(CONFIG)
    assert train(store, run_id) == "completed"
    assert (len(tries), store.get(run_id).status) == (3, "completed")


def test_an_end_that_could_not_be_stored_at_all_is_repaired_later(queue, store, monkeypatch):
    monkeypatch.setattr(job, "FINISH_WAITS", (0.0,))
    monkeypatch.setattr(training_queue, "IDLE_POLL_SECONDS", 0.05)

    def full(self, run_id, status, message=""):
        raise StorageError("The disk is full.")

    monkeypatch.setattr(RunStore, "finish", full)
    run_id = queue.submit(CONFIG)
    wait_for_end(store, run_id)
    assert store.get(run_id).status == "interrupted"
    monkeypatch.undo()
    queue.resume(run_id)
    wait_for_end(store, run_id)
    assert store.get(run_id).status == "completed"


def test_the_queue_outlives_a_store_that_cannot_be_read(queue, store, monkeypatch):
    monkeypatch.setattr(training_queue, "IDLE_POLL_SECONDS", 0.02)
    take, failures = type(store.waiting).take, []

    def locked(self, *arguments):
        if len(failures) < 3:
            failures.append(1)
            raise StorageError("runs.db has been locked by another program.")
        return take(self, *arguments)

    monkeypatch.setattr(type(store.waiting), "take", locked)
    run_id = queue.submit(CONFIG)
    wait_for_end(store, run_id)
    assert len(failures) == 3 and store.get(run_id).status == "completed"

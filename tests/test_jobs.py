"""Training in the background: the queue, stopping, going on, and runs that fail without harm to the next."""

import threading
import time

import pytest
import torch
from helpers import KMNIST, train_here, wait_for, write_small_set

from fmnist_core import training
from fmnist_core.base.errors import ConfigError, RunError, StorageError
from fmnist_core.data import datasets
from fmnist_core.jobs import TrainingQueue, job, training_threads
from fmnist_core.jobs.people import Person
from fmnist_core.runs import RunStore, checkpoints

SECONDS = 60.0


@pytest.fixture(autouse=True)
def small_kmnist():
    write_small_set()


def wait_for_end(store: RunStore, *run_ids: str) -> None:
    wait_for(lambda: not any(store.get(run_id).is_active for run_id in run_ids))


def state_of(store: RunStore, run_id: str) -> dict:
    return checkpoints.load(store.checkpoint_path(run_id))[0]


# ---- the queue ----------------------------------------------------------------------------------------


def test_queued_runs_are_trained_one_after_the_other_to_their_end(queue, store):
    runs = [
        queue.submit(KMNIST.replace(seed=seed), person=Person("mina", "Mina", False)) for seed in range(3)
    ]
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


def test_waiting_runs_keep_their_order(store):
    queue = TrainingQueue(store)
    first, second = queue.submit(KMNIST), queue.submit(KMNIST)
    assert store.waiting.order() == [first, second]


def test_a_waiting_run_is_cancelled_at_once(store):
    queue = TrainingQueue(store)
    run_id = queue.submit(KMNIST)
    queue.stop(run_id)
    assert store.get(run_id).status == "stopped"
    assert store.waiting.order() == []
    with pytest.raises(RunError, match="is stopped already, so there is nothing to stop"):
        queue.stop(run_id)


def test_what_cannot_work_is_refused_before_it_is_queued(store):
    queue = TrainingQueue(store)
    for config in (
        KMNIST.replace(dataset="nothing"),
        KMNIST.replace(architecture="cnm"),
        KMNIST.replace(dataset="cifar-10", batch_size=60_000),
    ):
        with pytest.raises(ConfigError):
            queue.submit(config)
    assert store.runs() == []


def test_stopped_run_keeps_its_last_epoch(queue, store):
    run_id = queue.submit(KMNIST.replace(epochs=1000))
    wait_for(lambda: store.get(run_id).epochs >= 2)
    queue.stop(run_id)
    wait_for_end(store, run_id)
    run = store.get(run_id)
    assert run.status == "stopped"
    assert len(store.history(run_id)) == run.epochs == state_of(store, run_id)["epoch"]


def test_a_run_is_stopped_from_another_process_through_the_store(queue, store, monkeypatch):
    monkeypatch.setattr(job, "STORE_POLL_SECONDS", 0.01)
    run_id = queue.submit(KMNIST.replace(epochs=1000))
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
        run_id = second.submit(KMNIST)
        wait_for_end(store, run_id)
        assert store.get(run_id).status == "completed"
        first.close()
        later = second.submit(KMNIST.replace(seed=1))
        wait_for_end(store, later)
        assert second.is_leader()
        assert store.get(later).status == "completed"
    finally:
        first.close()
        second.close()


def test_closing_ends_the_training_and_leaves_the_line(store):
    queue = TrainingQueue(store)
    queue.start()
    running, waiting = queue.submit(KMNIST.replace(epochs=1000)), queue.submit(KMNIST)
    wait_for(lambda: store.get(running).epochs >= 1)
    queue.close()
    assert store.get(running).status == "stopped"
    assert store.get(waiting).status == "queued"
    assert list((store.path / "workers").glob("*.lock")) == []


def test_a_run_for_a_device_that_is_gone_is_told_so_at_the_start(store):
    run_id = store.create(KMNIST.replace(device="cuda:7"))
    queue = TrainingQueue(store)
    queue.start()
    queue.close()
    assert store.get(run_id).status == "failed"
    assert "cuda" in store.get(run_id).message


# ---- getting ready ------------------------------------------------------------------------------------


def test_the_download_of_the_data_is_told_while_a_run_gets_ready(queue, store, monkeypatch):
    go_on, load = threading.Event(), datasets.load

    def slow_load(name, on_progress=None, download=True):
        on_progress(0.25, "Downloading mnist: train-images, 2.5 MB")
        go_on.wait(SECONDS)
        return load(name, on_progress, download)

    monkeypatch.setattr(datasets, "load", slow_load)
    run_id = queue.submit(KMNIST)
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
    run_id = queue.submit(KMNIST)
    wait_for(lambda: store.get(run_id).message)
    queue.stop(run_id)
    wait_for_end(store, run_id)
    assert store.get(run_id).status == "stopped"


# ---- failing ------------------------------------------------------------------------------------------


def test_a_loss_that_is_no_number_fails_the_run_and_the_next_one_works(queue, store):
    bad = queue.submit(KMNIST.replace(optimizer="sgd", learning_rate=100.0, weight_decay=10.0, epochs=30))
    good = queue.submit(KMNIST)
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
    hungry, modest = queue.submit(KMNIST.replace(seed=666)), queue.submit(KMNIST)
    wait_for_end(store, hungry, modest)
    assert store.get(hungry).status == "failed"
    assert "choose a smaller batch size or architecture" in store.get(hungry).message
    assert store.get(modest).status == "completed"


def test_a_bug_fails_the_run_not_the_thread(queue, store, monkeypatch):
    def broken(self, indices):
        raise ZeroDivisionError("oh")

    monkeypatch.setattr(training.Learner, "step", broken)
    run_id = queue.submit(KMNIST)
    wait_for_end(store, run_id)
    assert store.get(run_id).status == "failed"
    assert store.get(run_id).message.startswith("Unexpected ZeroDivisionError: oh.")
    monkeypatch.undo()
    again = queue.submit(KMNIST)
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
    run_id = store.create(KMNIST)
    assert train_here(store, run_id) == "completed"
    assert (len(tries), store.get(run_id).status) == (3, "completed")


def test_an_end_that_could_not_be_stored_at_all_is_repaired_later(queue, store, monkeypatch):
    monkeypatch.setattr(job, "FINISH_WAITS", (0.0,))
    monkeypatch.setattr(training_threads, "IDLE_POLL_SECONDS", 0.05)

    def full(self, run_id, status, message=""):
        raise StorageError("The disk is full.")

    monkeypatch.setattr(RunStore, "finish", full)
    run_id = queue.submit(KMNIST)
    wait_for_end(store, run_id)
    assert store.get(run_id).status == "interrupted"
    monkeypatch.undo()
    queue.resume(run_id)
    wait_for_end(store, run_id)
    assert store.get(run_id).status == "completed"


def test_the_queue_outlives_a_store_that_cannot_be_read(store, monkeypatch):
    monkeypatch.setattr(training_threads, "IDLE_POLL_SECONDS", 0.02)
    take, failures = type(store.waiting).take, []

    def locked(self, *arguments):
        if len(failures) < 3:
            failures.append(1)
            raise StorageError("runs.db has been locked by another program.")
        return take(self, *arguments)

    monkeypatch.setattr(type(store.waiting), "take", locked)
    queue = TrainingQueue(store)
    run_id = queue.submit(KMNIST)
    queue.start()
    wait_for_end(store, run_id)
    queue.close()
    assert len(failures) == 3 and store.get(run_id).status == "completed"

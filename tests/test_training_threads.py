"""What a training thread does between runs, and as it is closed: without any training."""

import errno
import subprocess
from types import SimpleNamespace

import pytest
from helpers import CLOTHES, started

from fmnist_core.base.errors import DeviceError, RunError
from fmnist_core.base.locks import take_lock
from fmnist_core.jobs import training_threads
from fmnist_core.jobs.training_threads import TrainingThreads


@pytest.fixture
def threads(store, monkeypatch):
    """Not started; it leads, and no search wants a trial."""
    threads = TrainingThreads(store)
    monkeypatch.setattr(threads, "is_leader", lambda: True)
    monkeypatch.setattr(training_threads.search, "feed", lambda store, at_once: None)
    return threads


def test_who_only_queues_refuses_no_run_for_a_device_that_the_leader_may_have(store, monkeypatch):
    def is_lost(device: str) -> None:
        raise DeviceError("no such device")

    monkeypatch.setattr(training_threads, "require_served", is_lost)
    leader = take_lock(store.path / "server.lock")
    run_id = store.create(CLOTHES)
    second = TrainingThreads(store)
    second.start()
    try:
        assert not second.is_leader() and store.get(run_id).status == "queued"
        leader.release()
        assert second.is_leader()
        assert (store.get(run_id).status, store.get(run_id).message) == ("failed", "no such device")
    finally:
        second.close()


def test_a_process_that_waits_is_closed_and_one_that_still_trains_is_killed(threads):
    ended = []

    def process(name: str) -> SimpleNamespace:
        return SimpleNamespace(
            **{way: lambda way=way: ended.append((name, way)) for way in ("close", "kill")}
        )

    waits, trains = process("waits"), process("trains")
    threads._processes, threads._spare = [waits, trains], [waits]
    threads.close()
    assert ended == [("waits", "close"), ("trains", "kill")]


def test_nobody_rests_while_the_threads_are_closed(threads, monkeypatch):
    rests = []
    monkeypatch.setattr(threads._wake, "wait", rests.append)
    threads._rest()
    threads._closing = True
    threads._rest()
    assert rests == [training_threads.IDLE_POLL_SECONDS]


def test_each_run_has_a_worker_of_its_own_and_one_taken_while_closing_is_stopped(threads, monkeypatch):
    workers, trained, waiting = [], [], iter(["a", "b"])

    def take(worker, devices):
        run_id = next(waiting)
        threads._closing = run_id == "b"
        workers.append((worker, threads.store.workers.is_alive(worker)))
        return [run_id]

    def train(store, should_stop, device):
        trained.append({run_id: is_told() for run_id, is_told in should_stop.items()})

    monkeypatch.setattr(threads, "_take", take)
    monkeypatch.setattr(training_threads, "train_in_turns", train)
    threads._work(("cpu",))
    assert trained == [{"a": False}, {"b": True}]
    (first, first_lived), (second, second_lived) = workers
    assert first != second and first_lived and second_lived
    assert not threads.store.workers.is_alive(first) and not threads.store.workers.is_alive(second)
    assert not threads._stops


def test_where_no_run_waits_nothing_is_trained(threads, monkeypatch):
    trained = []

    def train(store, should_stop, device):
        trained.append(should_stop)
        threads._closing = True  # else a fault would never end

    monkeypatch.setattr(threads, "_take", lambda worker, devices: [])
    monkeypatch.setattr(threads, "_rest", lambda: setattr(threads, "_closing", True))
    monkeypatch.setattr(training_threads, "train_in_turns", train)
    threads._work(("cpu",))
    assert not trained


def test_an_accelerator_needs_no_lane_of_the_processor(threads, monkeypatch):
    run_id = threads.store.create(CLOTHES.replace(device="auto"))
    monkeypatch.setattr(threads._lanes, "has_room", lambda configs: False)
    worker = threads.store.workers.open()
    assert threads._take(worker, ("cpu", "auto")) == []
    assert threads._take(worker, ("cuda:0", "auto", "cuda")) == [run_id]
    assert not threads._lanes._taken
    threads.store.workers.close(worker)


def test_a_process_whose_run_has_ended_waits_for_the_next_run(threads, monkeypatch):
    used, waiting = [], iter(["a", "b"])

    def take(worker, devices):
        run_id = next(waiting)
        threads._closing = run_id == "b"
        return [run_id]

    threads._in_child_process = True
    monkeypatch.setattr(threads, "_take", take)
    monkeypatch.setattr(threads, "_train_in_child", lambda process, should_stop, device: used.append(process))
    threads._work(("cpu",))
    assert len(used) == 2 and used[0] is used[1] and threads._processes == threads._spare == used[:1]


def no_process(*arguments, **options):
    raise OSError(errno.EMFILE, "Too many open files")


def test_where_the_system_starts_no_process_a_run_can_go_on_later_and_the_thread_lives(threads, monkeypatch):
    monkeypatch.setattr(subprocess, "Popen", no_process)
    threads._in_child_process, threads._threads = True, [None, None]  # one that watches, one that trains
    run_id = threads.store.create(CLOTHES)
    threads._is_spare_wanted = True
    threads._start_spare()
    train = threads._train

    def train_and_close(*arguments):
        train(*arguments)
        threads._closing = True

    monkeypatch.setattr(threads, "_train", train_and_close)
    threads._work(("cpu", "auto"))
    run = threads.store.get(run_id)
    assert run.status == "interrupted"
    assert "starts no other process now: Too many open files. Close other programs" in run.message
    assert len(threads._spare) == len(threads._processes) == 1


@pytest.mark.parametrize("where", ["is_leader", "_take", "_train"])
def test_a_thread_outlives_a_fault_and_trains_the_next_run(threads, monkeypatch, caplog, where):
    trained, faults = [], [ZeroDivisionError("a fault")]

    def train(should_stop, device):
        trained.extend(should_stop)
        threads._closing = True

    work = {"is_leader": lambda: True, "_take": lambda worker, devices: ["a"], "_train": train}

    def fails_once(*arguments):
        if faults:
            raise faults.pop()
        return work[where](*arguments)

    for name, does in (work | {where: fails_once}).items():
        monkeypatch.setattr(threads, name, does)
    monkeypatch.setattr(threads, "_rest", lambda: None)
    threads._work(("cpu",))
    assert trained == ["a"] and "ZeroDivisionError: a fault" in caplog.text
    assert not threads._stops and not threads._lanes._taken


def test_after_a_crash_only_the_end_of_what_still_trained_is_told(threads, monkeypatch):
    first, last = started(threads.store), started(threads.store)
    threads.store.finish(first, "completed")
    told = []
    monkeypatch.setattr(training_threads.webhook, "tell_end", lambda store, run_id: told.append(run_id))

    def train(should_stop, device):
        raise RunError("died")

    threads._train_in_child(SimpleNamespace(train=train), {first: None, last: None}, "cpu")
    assert told == [last]
    assert [threads.store.get(each).status for each in (first, last)] == ["completed", "interrupted"]


def test_the_watch_over_dead_runs_outlives_a_fault(threads, monkeypatch, caplog):
    looks = []

    def look():
        looks.append(1)
        threads._closing = len(looks) == 2
        raise ZeroDivisionError("a fault")

    monkeypatch.setattr(threads, "_mark_interrupted", look)
    monkeypatch.setattr(threads, "_rest", lambda: None)
    threads._watch()
    assert len(looks) == 2 and "a fault" in caplog.text

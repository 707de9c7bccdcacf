"""What a training thread does between runs, and as it is closed: without any training."""

from types import SimpleNamespace

import pytest
from helpers import CLOTHES

from fmnist_core.jobs import training_threads
from fmnist_core.jobs.training_threads import TrainingThreads


@pytest.fixture
def threads(store, monkeypatch):
    """Not started; it leads, and no search wants a trial."""
    threads = TrainingThreads(store)
    monkeypatch.setattr(threads, "is_leader", lambda: True)
    monkeypatch.setattr(training_threads.search, "feed", lambda store, at_once: None)
    return threads


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

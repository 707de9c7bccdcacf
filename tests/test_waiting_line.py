"""The line of waiting runs: who is next, pauses, workers that die, clocks that jump, many at once."""

import threading
import time

import pytest
from helpers import CLOTHES, epoch_result, started

from fmnist_core.base.errors import RunError
from fmnist_core.runs import RunStore


def test_only_a_queued_run_can_be_started_and_only_an_ended_one_can_go_on(store):
    run_id = started(store)
    with pytest.raises(RunError, match="is not waiting any more"):
        store.start(run_id, "other")
    with pytest.raises(RunError, match="is running; only a stopped, failed or interrupted run can go on"):
        store.requeue(run_id)
    store.finish(run_id, "failed", "why")
    assert store.get(run_id).message == "why"
    store.requeue(run_id)
    assert store.get(run_id).status == "queued" and store.get(run_id).message == ""


def test_a_worker_takes_the_next_run_that_wants_its_device(store):
    on_gpu = store.create(CLOTHES.replace(device="cuda"))
    anywhere = store.create(CLOTHES)
    assert store.waiting.take("w", ("cpu", "auto")) == anywhere
    assert store.waiting.take("w", ("cpu", "auto")) is None
    assert store.waiting.order() == [on_gpu]


def test_a_paused_line_gives_nothing_out(store):
    run_id = store.create(CLOTHES)
    store.waiting.set_paused(True)
    assert store.waiting.take("w", ("auto",)) is None
    store.waiting.set_paused(False)
    assert store.waiting.take("w", ("auto",)) == run_id


def test_two_takers_never_get_the_same_run(store):
    expected = {store.create(CLOTHES) for _ in range(20)}
    taken: list[str] = []

    def take_all(worker: str) -> None:
        while run_id := RunStore().waiting.take(worker, ("auto",)):
            taken.append(run_id)

    threads = [threading.Thread(target=take_all, args=(f"w{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 20 and set(taken) == expected


def test_a_clock_that_jumps_does_not_disturb_the_line(store, monkeypatch):
    now = 2_000_000_000.0
    monkeypatch.setattr(time, "time", lambda: now)
    first = store.create(CLOTHES, owner="mina")
    now -= 86_400 * 365
    second = store.create(CLOTHES, owner="mina")
    other = store.create(CLOTHES, owner="jun")
    assert store.waiting.order() == [first, other, second]
    assert store.waiting.take("w", ("auto",)) == first
    now -= 86_400
    assert store.waiting.take("w", ("auto",)) == other
    now += 10 * 365 * 86_400
    third = store.create(CLOTHES, owner="jun")
    assert store.waiting.order() == [second, third]


def test_deleting_ones_runs_wins_no_turn(store):
    early = store.create(CLOTHES, owner="mina")
    store.waiting.take("w", ("auto",))
    store.finish(early, "completed")
    other = store.create(CLOTHES, owner="jun")
    store.waiting.take("w", ("auto",))
    store.finish(other, "completed")
    store.delete(other)
    again = [store.create(CLOTHES, owner=owner) for owner in ("jun", "mina")]
    assert store.waiting.order() == again[::-1]


def test_a_run_whose_worker_died_is_interrupted_and_a_living_ones_is_not(store):
    dead, alive = store.create(CLOTHES), store.create(CLOTHES)
    store.start(dead, "a-worker-of-long-ago")
    worker = store.workers.open()
    store.start(alive, worker)
    assert RunStore().mark_interrupted() == [dead]
    assert store.get(dead).status == "interrupted"
    assert "it can go on" in store.get(dead).message
    store.workers.close(worker)
    assert RunStore().mark_interrupted() == [alive]


def test_a_run_that_a_living_worker_has_taken_again_meanwhile_is_not_interrupted(store, monkeypatch):
    run_id = started(store)  # by a worker that is dead
    is_alive, worker = store.workers.is_alive, store.workers.open()

    def slowly(asked: str) -> bool:
        store.finish(run_id, "stopped")
        store.requeue(run_id)
        store.start(run_id, worker)
        return is_alive(asked)

    monkeypatch.setattr(store.workers, "is_alive", slowly)
    assert store.mark_interrupted() == []
    assert store.get(run_id).status == "running" and store.waiting.taken_by(worker) == [run_id]
    store.workers.close(worker)


def test_many_writers_and_readers_lose_nothing(store):
    runs = [started(store) for _ in range(4)]
    problems: list[Exception] = []

    def write(run_id: str) -> None:
        try:
            mine = RunStore()
            for epoch in range(1, 16):
                mine.add_epoch(run_id, epoch_result(epoch, test_logits=None))
                mine.history(run_id)
                mine.table()
        except Exception as error:
            problems.append(error)

    threads = [threading.Thread(target=write, args=(run_id,)) for run_id in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert [len(store.history(run_id)) for run_id in runs] == [15] * 4

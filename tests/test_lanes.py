"""Several runs at once on one processor: how many, which fit beside each other, and that nobody overtakes."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers import CLOTHES, KMNIST, wait_for, write_small_set

from fmnist_core.base.config import TrainConfig
from fmnist_core.base.errors import ConfigError
from fmnist_core.jobs import TrainingQueue, lanes, training_threads, worker_devices
from fmnist_core.jobs.lanes import BYTES_PER_LANE, MOST_LANES, Lanes
from fmnist_core.runs import PrecisionChoices, RunStore

SMALL, LARGE = TrainConfig(architecture="mlp-32"), TrainConfig(architecture="cnn")


@pytest.mark.parametrize(
    ("cores", "gigabytes", "expected"),
    [(1, 24, 1), (2, 24, 2), (8, 64, 8), (64, 512, 8), (8, 4, 2), (4, 1, 1)],
)
def test_there_is_a_lane_for_each_core_as_long_as_the_memory_lasts(cores, gigabytes, expected, monkeypatch):
    monkeypatch.delenv("FMNIST_LANES", raising=False)
    monkeypatch.setattr("torch.get_num_threads", lambda: cores)
    monkeypatch.setattr(lanes, "memory_size", lambda: gigabytes * 1e9)
    assert lanes.lanes() == expected <= MOST_LANES and expected * BYTES_PER_LANE <= max(2e9, gigabytes * 1e9)


def test_the_number_of_lanes_can_be_set_and_nonsense_is_named(monkeypatch):
    monkeypatch.setenv("FMNIST_LANES", "3")
    assert lanes.lanes() == 3
    for given in ("0", "two", "-1", "65", "1.5", "٣"):
        monkeypatch.setenv("FMNIST_LANES", given)
        with pytest.raises(ConfigError, match="FMNIST_LANES must be a whole number from 1 to 64, got"):
            lanes.lanes()


def test_the_processor_has_a_thread_for_each_lane():
    assert worker_devices(3) == [("cpu", "auto")] * 3


def test_small_nets_have_a_lane_each_and_a_net_that_uses_all_cores_has_all_of_them():
    road = Lanes(2)
    assert (road.side_by_side(SMALL), road.side_by_side(LARGE)) == (2, 1)
    assert road.has_room([SMALL]) and road.has_room([LARGE])
    road.enter(["a"], [SMALL])
    assert road.has_room([SMALL]) and not road.has_room([LARGE])
    road.enter(["b"], [SMALL])
    assert not road.has_room([SMALL])
    road.leave(["a"])
    road.leave(["b"])
    road.enter(["c", "d"], [SMALL, LARGE])  # a race, in turns
    assert not road.has_room([SMALL])
    road.leave(["c", "d"])
    assert road.has_room([LARGE])


def test_a_lone_lane_takes_everything():
    road = Lanes(1)
    road.enter(["a"], [LARGE])
    assert road.has_room([LARGE]), "its only thread asks when it is free"


def test_what_cannot_be_built_takes_one_lane():
    assert Lanes(4).side_by_side(SMALL.replace(architecture="gone")) == 4


def test_nobody_overtakes_a_run_that_waits_for_room(store):
    large, small = store.create(LARGE, owner="a"), store.create(SMALL, owner="b")
    assert store.waiting.take("w", ("auto",), has_room=lambda configs: configs == [SMALL]) is None
    assert store.waiting.order() == [large, small]
    assert store.waiting.take("w", ("auto",), has_room=lambda configs: configs == [LARGE]) == large


@pytest.fixture(scope="module")
def folder_of_lanes(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lanes")
    write_small_set(train=1000, folder=folder / "data")
    return folder


@contextlib.contextmanager
def queue_of_two_lanes(store: RunStore, data: Path) -> Iterator[TrainingQueue]:
    """As the product has it."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("FMNIST_LANES", "2")
        monkeypatch.setenv("FMNIST_DATA_DIR", str(data))
        monkeypatch.setattr(training_threads, "IDLE_POLL_SECONDS", 0.05)
        queue = TrainingQueue(store, in_child_process=True)
        queue.start()
        yield queue
        queue.close()


@pytest.fixture
def new_lanes(store, folder_of_lanes):
    """A queue of two lanes without a process yet."""
    with queue_of_two_lanes(store, folder_of_lanes / "data") as queue:
        yield queue


@pytest.fixture(scope="module")
def kept_lanes(folder_of_lanes):
    """One whose two processes, which take seconds of the processor to start, are those of several tests."""
    with queue_of_two_lanes(RunStore(folder_of_lanes / "runs"), folder_of_lanes / "data") as queue:
        yield queue


@pytest.fixture
def two_lanes(kept_lanes, folder_of_lanes, monkeypatch):
    monkeypatch.setenv("FMNIST_LANES", "2")
    monkeypatch.setenv("FMNIST_DATA_DIR", str(folder_of_lanes / "data"))
    return kept_lanes


def running(store: RunStore) -> set[str]:
    return {run.run_id for run in store.runs(("running",))}


def test_two_small_runs_train_at_once_and_get_the_numbers_of_runs_that_trained_alone(two_lanes, tmp_path):
    store = two_lanes.store
    config = KMNIST.replace(epochs=30, precision="float32")
    first, second = (two_lanes.submit(config.replace(seed=seed)) for seed in (1, 2))
    wait_for(lambda: running(store) == {first, second})
    two_lanes.stop(first)
    wait_for(lambda: store.get(first).status == "stopped")
    assert store.get(second).status != "stopped"
    two_lanes.resume(first)
    wait_for(lambda: not running(store) and not store.waiting.order())
    alone = TrainingQueue(RunStore(tmp_path / "alone"))
    alone.start()
    again = [alone.submit(config.replace(seed=seed)) for seed in (1, 2)]
    wait_for(lambda: not alone.store.runs(("queued", "running")))
    alone.close()
    for run_id, other in zip((first, second), again, strict=True):
        assert store.get(run_id).status == "completed"
        assert (store.logits(run_id) == alone.store.logits(other)).all()


def test_a_large_net_waits_until_it_has_the_machine_for_itself(two_lanes):
    store = two_lanes.store
    small = two_lanes.submit(KMNIST.replace(epochs=500))
    wait_for(lambda: running(store) == {small})
    large = two_lanes.submit(KMNIST.replace(architecture="cnn", epochs=1))
    behind = two_lanes.submit(KMNIST.replace(epochs=1))
    two_lanes.stop(small)
    wait_for(lambda: store.get(behind).status == "completed")
    runs = {run.run_id: run for run in store.runs()}
    assert runs[large].started_at >= runs[small].finished_at
    assert runs[behind].started_at >= runs[large].finished_at


def test_the_trials_of_a_search_share_the_lanes(store, monkeypatch):
    from fmnist_core.base.search import Range, Search
    from fmnist_core.jobs import search

    base = CLOTHES.replace(validation_size=100)
    store.studies.create_search("s", Search(base, {"learning_rate": Range(1e-4, 1e-1)}, 9))
    for _ in range(4):
        search.feed(store, Lanes(3).side_by_side)
    assert len(store.runs()) == 3


def test_two_processes_that_measure_the_precision_at_once_agree_on_the_first_answer(tmp_path):
    one, two = PrecisionChoices(tmp_path), PrecisionChoices(tmp_path)
    one["net"] = "bfloat16"
    two["net"] = "float32"
    assert two["net"] == "bfloat16" == PrecisionChoices(tmp_path)["net"]


def test_a_process_is_ready_before_somebody_starts_a_run_and_no_more_than_there_are_lanes(store, new_lanes):
    assert new_lanes._processes == []
    new_lanes.prepare()
    wait_for(lambda: len(new_lanes._spare) == 1)
    (ready,) = new_lanes._processes
    new_lanes.prepare()  # there is one
    first = new_lanes.submit(KMNIST.replace(epochs=500))
    wait_for(lambda: running(store) == {first} and new_lanes._spare == [])  # the store knows it first
    assert new_lanes._processes == [ready]
    for _ in range(3):
        new_lanes.prepare()
        new_lanes.wake()
    wait_for(lambda: len(new_lanes._spare) == 1)
    new_lanes.stop(first)
    wait_for(lambda: len(new_lanes._spare) == 2)
    new_lanes.close()
    assert all(process._process is None for process in new_lanes._processes)

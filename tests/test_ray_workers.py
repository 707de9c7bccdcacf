"""Runs carried by Ray: two at once, one worker killed, stopped and gone on with. Skipped without Ray."""

import os
import signal
import subprocess
import sys

import pytest
import torch
from helpers import KMNIST, ROOT, train_here, wait_for, write_small_set
from sameness import assert_same_training

from fmnist_core.base.config import TrainConfig
from fmnist_core.base.errors import DeviceError
from fmnist_core.jobs import TrainingQueue, ray_workers
from fmnist_core.runs import RunStore

CONFIG = KMNIST.replace(epochs=30)
SECONDS = 120.0


@pytest.fixture(scope="module")
def ray():
    """A local Ray with two workers, for this file."""
    module = pytest.importorskip("ray", reason="Ray is not installed; it is an optional extra")
    before = os.environ.get("FMNIST_CLUSTER")
    os.environ["FMNIST_CLUSTER"] = "local"
    yield module
    module.shutdown()
    os.environ.pop("FMNIST_CLUSTER") if before is None else os.environ.update(FMNIST_CLUSTER=before)


@pytest.fixture
def queue(ray, store):
    write_small_set(train=1000)
    queue = TrainingQueue(store)
    queue.start()
    yield queue
    queue.close()


def trained_here(config: TrainConfig) -> tuple[RunStore, str]:
    """The same run without Ray, with one thread as on a worker."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    store = RunStore()
    run_id = store.create(config)
    assert train_here(store, run_id) == "completed"
    torch.set_num_threads(threads)
    return store, run_id


def training_processes() -> list[int]:
    """The workers that train now, by what Ray calls them."""
    lines = subprocess.run(["ps", "-eo", "pid,args"], capture_output=True, text=True).stdout.splitlines()
    return [int(line.split()[0]) for line in lines if "ray::Trainer.train" in line]


def test_two_runs_at_once_one_worker_killed_and_both_end_like_local_runs(queue, store):
    runs = [queue.submit(CONFIG.replace(epochs=200, seed=seed)) for seed in (1, 2)]
    wait_for(lambda: all(store.get(run_id).epochs >= 2 for run_id in runs), SECONDS)
    assert [store.get(run_id).status for run_id in runs] == ["running"] * 2  # at once
    first = training_processes()
    assert len(first) == 2
    os.kill(first[0], signal.SIGKILL)
    wait_for(
        lambda: any("goes on elsewhere after epoch" in store.get(run_id).message for run_id in runs), SECONDS
    )
    wait_for(lambda: not any(store.get(run_id).is_active for run_id in runs), SECONDS)
    for run_id in runs:
        assert store.get(run_id).status == "completed"
        assert list(store.history(run_id).epoch) == list(range(1, 201))
        assert_same_training(store, run_id, trained_here(store.get(run_id).config)[1])


def test_a_run_on_a_worker_is_stopped_and_goes_on(queue, store):
    run_id = queue.submit(CONFIG.replace(epochs=1000))
    wait_for(lambda: store.get(run_id).epochs >= 2, SECONDS)
    queue.stop(run_id)
    wait_for(lambda: not store.get(run_id).is_active, SECONDS)
    stopped = store.get(run_id)
    assert stopped.status == "stopped" and stopped.epochs < 1000
    queue.resume(run_id)
    wait_for(lambda: store.get(run_id).epochs > stopped.epochs, SECONDS)
    queue.stop(run_id)
    wait_for(lambda: not store.get(run_id).is_active, SECONDS)
    assert list(store.history(run_id).epoch) == list(range(1, store.get(run_id).epochs + 1))


def test_a_run_that_fails_on_a_worker_says_the_same_sentence(queue, store):
    run_id = queue.submit(CONFIG.replace(optimizer="sgd", learning_rate=100.0, weight_decay=10.0))
    wait_for(lambda: not store.get(run_id).is_active, SECONDS)
    assert store.get(run_id).status == "failed"
    assert store.get(run_id).message.startswith("The loss of epoch")


def test_without_ray_the_wish_for_a_cluster_is_a_sentence(monkeypatch, store):
    monkeypatch.setenv("FMNIST_CLUSTER", "local")
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(DeviceError, match=r"Ray is not installed\. Install it \(pip install ray\)"):
        TrainingQueue(store).start()


def test_without_the_wish_for_a_cluster_nothing_of_it_is_imported(monkeypatch):
    monkeypatch.delenv("FMNIST_CLUSTER", raising=False)
    assert not ray_workers.is_wanted()
    code = "import sys, fmnist_core.jobs as jobs; jobs.worker_devices(); sys.exit('ray' in sys.modules)"
    import subprocess

    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0

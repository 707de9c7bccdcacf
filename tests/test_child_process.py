"""Trainings in a process of their own, as the dashboard has them: the same runs, and no process left over."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import kills
import pytest
from helpers import ROOT, wait_for, write_small_set
from sameness import assert_same_training, shown

from fmnist_core.jobs import TrainingQueue
from fmnist_core.jobs.child_process import TrainingProcess
from fmnist_core.runs import RunStore

CONFIG = kills.CONFIG.replace(epochs=6)
SECONDS = 60.0


@pytest.fixture(autouse=True)
def small_kmnist():
    write_small_set(train=1000)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Runs and data of the tests that share a process, which takes seconds of the processor to start."""
    folder = tmp_path_factory.mktemp("shared")
    write_small_set(train=1000, folder=folder / "data")
    return folder


@pytest.fixture(scope="module")
def kept_child(folder):
    child = TrainingProcess(RunStore(folder / "runs"))
    yield child
    child.close()


@pytest.fixture
def child(kept_child, folder, monkeypatch):
    """A training process for `store_of_child`: started by the first test that needs one, and kept."""
    monkeypatch.setenv("FMNIST_DATA_DIR", str(folder / "data"))
    return kept_child


@pytest.fixture
def store_of_child(folder):
    return RunStore(folder / "runs")


def in_this_process(store: RunStore) -> str:
    """The same run trained by the thread of a queue."""
    queue = TrainingQueue(store)
    run_id = store.create(CONFIG)
    queue.start()
    wait_for(lambda: not store.get(run_id).is_active)
    queue.close()
    return run_id


@pytest.fixture(scope="module")
def kept_queue(folder):
    """A queue, and a run that was trained without it before."""
    store = RunStore(folder / "runs of a queue")
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("FMNIST_DATA_DIR", str(folder / "data"))
        monkeypatch.setenv("FMNIST_LANES", "1")
        here = in_this_process(store)
        queue = TrainingQueue(store, in_child_process=True)
        queue.start()
    yield queue, here
    queue.close()
    assert processes(store) == []


@pytest.fixture
def queue(kept_queue, folder, monkeypatch):
    """A queue, whose process is kept for the tests of this file."""
    monkeypatch.setenv("FMNIST_DATA_DIR", str(folder / "data"))
    return kept_queue[0]


def processes(store: RunStore) -> list[int]:
    """The processes that train for this store; the test is skipped where the system does not tell."""
    if not Path("/proc").exists():
        pytest.skip("no /proc on this system")
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        is_child = any(b"fmnist_core.jobs.child_process" in part for part in command)
        if is_child and str(store.path).encode() in command:
            found.append(int(folder.name))
    return found


@pytest.mark.skipif(not hasattr(os, "getpriority"), reason="this system knows no priorities")
def test_a_training_apart_gives_way_to_the_pages(child):
    """In the session of its server too: Linux' autogroups share a processor out by sessions, whatever the
    priorities are."""
    process = child.start()
    wait_for(lambda: os.getpriority(os.PRIO_PROCESS, process.pid) > os.getpriority(os.PRIO_PROCESS, 0))
    assert os.getsid(process.pid) == os.getsid(0)
    assert os.getpgid(process.pid) != os.getpgid(0)  # Ctrl-C on the terminal is the server's


def test_a_process_that_died_while_it_had_nothing_to_do_costs_the_next_run_nothing(child, store_of_child):
    store = store_of_child
    died = child.start()
    died.kill()
    died.wait()
    run_id = store.create(CONFIG)
    store.start(run_id, store.workers.open())
    child.train({run_id: lambda: False}, "cpu")
    assert store.get(run_id).status == "completed"
    assert died.stdin.closed


def test_a_malformed_line_leaves_the_child_listening(child, store_of_child):
    store = store_of_child
    child.start()
    try:
        for line in ("nonsense\n", "{}\n", "[1]\n", '{"train": 3}\n'):
            child._process.stdin.write(line)
        run_id = store.create(CONFIG)
        worker = store.workers.open()
        store.start(run_id, worker)
        child.train({run_id: lambda: False}, "cpu")
        assert store.get(run_id).status == "completed"
        process = child._process
    finally:
        child.close()
    assert process.returncode == 0  # it ended by itself when its standard input did


def test_pages_keep_their_pace_where_trainings_have_a_process_of_their_own(store):
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.004)
    queues = TrainingQueue(store, in_child_process=True), TrainingQueue(store)
    try:
        queues[0].start()
        assert sys.getswitchinterval() == pytest.approx(0.004)
        queues[1].start()
        assert sys.getswitchinterval() < 0.004
    finally:
        sys.setswitchinterval(before)
        for queue in queues:
            queue.close()


def test_a_run_apart_is_stopped_killed_and_goes_on_to_the_same_weights(queue, kept_queue):
    store, here = queue.store, kept_queue[1]
    long = queue.submit(CONFIG.replace(epochs=1000))
    wait_for(lambda: store.get(long).epochs >= 1)
    queue.stop(long)
    wait_for(lambda: not store.get(long).is_active)
    assert store.get(long).status == "stopped"

    store.requeue(long)
    queue.wake()
    before = store.get(long).epochs
    wait_for(lambda: store.get(long).epochs > before)
    (process,) = processes(store)
    os.kill(process, signal.SIGKILL)
    wait_for(lambda: not store.get(long).is_active)
    assert store.get(long).status == "interrupted"
    assert "The process that trained this run died (exit status -9); it can go on." in store.get(long).message

    there = queue.submit(CONFIG)  # in a new process
    wait_for(lambda: not store.get(there).is_active)
    assert store.get(there).status == "completed"
    assert_same_training(store, here, there)


SERVER = """
import time
from fmnist_core.jobs import TrainingQueue
from fmnist_core.jobs.child_process import TrainingProcess
from fmnist_core.runs import RunStore
TrainingQueue(RunStore(), in_child_process=True).start()
time.sleep(60)
"""


def test_when_the_server_is_killed_its_trainings_end_too_and_go_on_after_the_restart(store):
    here = in_this_process(store)
    killed = store.create(CONFIG.replace(epochs=1000))
    server = subprocess.Popen([sys.executable, "-c", SERVER], cwd=ROOT)
    wait_for(lambda: store.get(killed).epochs >= 2)
    server.kill()
    server.wait()
    wait_for(lambda: processes(store) == [])
    assert store.mark_interrupted() == [killed]
    before = shown(store, killed)
    time.sleep(0.3)
    assert shown(store, killed) == before
    assert before[:6] == shown(store, here)[: len(before)][:6]


def test_a_run_that_fails_apart_says_its_sentence(queue):
    store = queue.store
    run_id = queue.submit(CONFIG.replace(optimizer="sgd", learning_rate=100.0, weight_decay=10.0))
    wait_for(lambda: not store.get(run_id).is_active)
    assert store.get(run_id).status == "failed"
    assert store.get(run_id).message.startswith("The loss of epoch")


@pytest.mark.parametrize("ends", [True, False])
def test_a_process_that_does_not_end_when_asked_is_killed(store, ends):
    done = []

    class Process:
        stdin = None

        def wait(self, seconds: float | None = None) -> None:
            done.append("waited")
            if seconds is not None and not ends:
                raise subprocess.TimeoutExpired("training", seconds)

        def kill(self) -> None:
            done.append("killed")

    training = TrainingProcess(store)
    training._process = Process()
    training.close()
    training.close()  # it is gone
    assert done == (["waited"] if ends else ["waited", "killed", "waited"])

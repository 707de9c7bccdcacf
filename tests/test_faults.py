"""What can go wrong around a training, really done: kills, full disks, locks, bad files, clocks."""

import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import kills
import numpy as np
import pytest
from filelock import FileLock
from helpers import KMNIST, ROOT, ended, go_on, wait_for, write_small_set
from sameness import assert_same_training, shown
from streamlit.testing.v1 import AppTest

from fmnist_core.jobs import TrainingQueue
from fmnist_core.nets import architectures, inside
from fmnist_core.nets.evaluation import features_and_logits
from fmnist_core.runs import RunStore

SECONDS = 60.0


@pytest.fixture(autouse=True)
def small_kmnist():
    write_small_set(train=1000)


# ---- SIGKILL ------------------------------------------------------------------------------------------

# Python for the process that dies: what to wrap so that the kernel kills it at that very place.
DEATHS = {
    "in mid-epoch": """
from fmnist_core.training import Learner
step = Learner.step
def wrapped(self, indices):
    if self.step_number == 130: die()
    return step(self, indices)
Learner.step = wrapped
""",
    "in mid-checkpoint": """
replace = os.replace
def wrapped(source, target):
    if str(target).endswith("checkpoint.safetensors") and count() == 3: die()
    return replace(source, target)
os.replace = wrapped
""",
    "in mid-write of the store": """
from contextlib import contextmanager
from fmnist_core.runs.database import Database
write = Database.write
@contextmanager
def wrapped(self):
    with write(self) as db:
        yield db
        if db.execute("SELECT MAX(epoch) FROM epochs").fetchone()[0] == 3: die()
Database.write = wrapped
""",
    "between store and checkpoint": """
from fmnist_core.runs import checkpoints
save = checkpoints.save
def wrapped(path, state, config):
    if state["epoch"] == 3: die()
    return save(path, state, config)
checkpoints.save = wrapped
""",
}
DYING_SERVERS = """
import itertools, os, signal, sys, time
from pathlib import Path
import fmnist_core.training  # once for all servers: each is a fork
from fmnist_core.jobs import TrainingQueue
from fmnist_core.runs import RunStore
counter = itertools.count(1)
count = lambda: next(counter)
def die():
    os.kill(os.getpid(), signal.SIGKILL)
for folder, death in zip(sys.argv[1::2], sys.argv[2::2]):
    if os.fork() == 0:
        exec(death)
        TrainingQueue(RunStore(Path(folder))).start()
        time.sleep(60)
        os._exit(1)
    print(os.waitstatus_to_exitcode(os.wait()[1]))
"""


@pytest.fixture(scope="module")
def servers_that_died(tmp_path_factory):
    """The runs folder that each server has left behind, by the place at which it died."""
    parent = tmp_path_factory.mktemp("died")
    folders = {place: parent / f"{number}" / "runs" for number, place in enumerate(DEATHS)}
    write_small_set(train=1000, folder=parent / "data")
    for folder in folders.values():
        RunStore(folder).create(KMNIST)
    arguments = [word for place, folder in folders.items() for word in (str(folder), DEATHS[place])]
    done = subprocess.run(
        [sys.executable, "-c", DYING_SERVERS, *arguments],
        cwd=ROOT,
        env=os.environ | {"FMNIST_DATA_DIR": str(parent / "data")},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert done.stdout.split() == [str(-signal.SIGKILL.value)] * len(DEATHS)
    return folders


@pytest.mark.parametrize("place", DEATHS)
def test_a_run_killed_anywhere_is_interrupted_and_goes_on_to_the_same_weights(place, servers_that_died):
    store = RunStore(servers_that_died[place])
    (killed,) = (run.run_id for run in store.runs())
    before = shown(store, killed)
    assert len(before) == (
        3 if place == "between store and checkpoint" or place == "in mid-checkpoint" else 2
    )
    queue = TrainingQueue(store)
    queue.start()  # the restart
    try:
        assert store.get(killed).status == "interrupted"
        assert store.get(killed).message == "Its process ended before the training did; it can go on."
        whole = queue.submit(KMNIST)
        assert ended(store, whole).status == "completed"
        assert go_on(queue, killed).status == "completed"
        assert shown(store, killed)[: len(before)] == before
        assert_same_training(store, whole, killed)
        assert list(store.path.rglob("*.tmp")) == []
    finally:
        queue.close()


def test_kills_at_random_moments_lose_nothing():
    """The short form of `python tests/kills.py`."""
    config = kills.KMNIST.replace(epochs=20)
    assert kills.main(2, seed=3, config=config, longest=1.0)["finished"] >= 1


# ---- bad files ----------------------------------------------------------------------------------------


class Bomb:
    def __init__(self, target: Path) -> None:
        self.target = str(target)

    def __reduce__(self):
        return open, (self.target, "w")


@pytest.mark.parametrize("damage", ["flipped bit", "truncated", "pickle bomb"])
def test_a_run_with_a_damaged_checkpoint_fails_with_a_sentence_and_the_next_one_works(
    damage, store, queue, tmp_path
):
    run_id = queue.submit(KMNIST.replace(epochs=1000))
    wait_for(lambda: store.get(run_id).epochs >= 1)
    queue.stop(run_id)
    ended(store, run_id)
    history = shown(store, run_id)
    path = store.checkpoint_path(run_id)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 4
    path.write_bytes(
        {
            "flipped bit": content,
            "truncated": path.read_bytes()[:1000],
            "pickle bomb": pickle.dumps(Bomb(tmp_path / "harmed")),
        }[damage]
    )
    run = go_on(queue, run_id)
    assert run.status == "failed"
    assert (
        "is damaged (its SHA-256 does not fit), so the trained model is lost. Start the run again"
        in run.message
    )
    assert shown(store, run_id) == history
    assert not (tmp_path / "harmed").exists()
    assert ended(store, queue.submit(KMNIST)).status == "completed"


# ---- clocks and second servers ------------------------------------------------------------------------


def test_a_clock_that_jumps_leaves_the_training_and_its_times_alone(store, queue, monkeypatch):
    whole = queue.submit(KMNIST)
    ended(store, whole)
    real, jumps = time.time, iter([86_400.0 * 365, -86_400.0 * 3650, 0.0, 10**8] * 10_000)
    monkeypatch.setattr(time, "time", lambda: real() + next(jumps))
    run = ended(store, queue.submit(KMNIST))
    assert run.status == "completed"
    assert 0 < run.seconds < SECONDS
    assert store.history(run.run_id).seconds.is_monotonic_increasing
    assert_same_training(store, whole, run.run_id)


def test_a_second_server_on_the_folder_says_so_and_only_queues(store):
    with FileLock(store.path / "server.lock", thread_local=False):  # the first server
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=180).run()
        assert not app.exception
        assert "Another server already trains for this runs folder" in app.warning[0].value
        app.button(key="first_run").click().run()
        (run,) = store.runs()
        time.sleep(0.2)
        assert store.get(run.run_id).status == "queued"


def test_two_servers_and_many_browsers_on_one_folder_train_every_run_once(store):
    queues = [TrainingQueue(store), TrainingQueue(RunStore())]
    for queue in queues:
        queue.start()
    try:
        threads = [
            threading.Thread(target=lambda q=queue, n=seed: q.submit(KMNIST.replace(epochs=1, seed=n)))
            for seed in range(6)
            for queue in queues
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        wait_for(lambda: len(store.runs(("completed",))) == 12)
        assert len(store.runs()) == 12
        assert all(len(store.history(run.run_id)) == 1 for run in store.runs())
    finally:
        for queue in queues:
            queue.close()


# ---- a long day ---------------------------------------------------------------------------------------


def resident_megabytes() -> float:
    """The memory of this process; the test is skipped where the system does not tell it this way."""
    status = Path("/proc/self/status")
    if not status.exists():
        pytest.skip("no /proc on this system")
    (line,) = [line for line in status.read_text().splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1]) / 1024


def test_many_short_trainings_and_page_views_leave_the_memory_as_it_was(store, queue):
    config = KMNIST.replace(epochs=1, train_size=200)
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=180)

    def hours(count: int) -> None:
        for seed in range(count):
            run_id = queue.submit(config.replace(seed=seed))
            ended(store, run_id)
            if seed % 10 == 0:
                app.run()
                assert not app.exception
            if seed % 2:
                store.delete(run_id)

    hours(30)  # caches and arenas have grown
    before = resident_megabytes()
    hours(60)
    assert resident_megabytes() - before < 20


# ---- many at once -------------------------------------------------------------------------------------


def test_photos_of_many_browsers_at_once_do_not_mix():
    """All browsers share one loaded model; what one of them hooks into it does not hear the others'."""
    model = architectures.build("mlp-256", seed=1).eval()
    images = [np.full((count, 1, 28, 28), 20 * count, np.uint8) for count in range(1, 13)]
    alone = [features_and_logits(model, batch) for batch in images]
    seen = [inside.activations(model, batch[0]) for batch in images]

    def ask(index: int) -> bool:
        features, logits = features_and_logits(model, images[index])
        layers = inside.activations(model, images[index][0])
        pairs = zip((features, logits), alone[index], strict=True)
        return len(layers) == len(seen[index]) and all(np.array_equal(now, before) for now, before in pairs)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, [index for _ in range(20) for index in range(12)]))

"""What can go wrong around a training, really done: kills, full disks, locks, bad files, clocks."""

import contextlib
import errno
import os
import pickle
import shutil
import signal
import sqlite3
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
from helpers import ROOT, wait_for, write_small_set
from streamlit.testing.v1 import AppTest

from fmnist_core import architectures, checkpoints, database, familiarity, files, inside
from fmnist_core.config import TrainConfig
from fmnist_core.errors import StorageError
from fmnist_core.jobs import TrainingQueue, checkpoint_path, job, training_queue
from fmnist_core.runs import RunStore

CONFIG = TrainConfig(
    dataset="mnist", architecture="mlp-32", epochs=4, batch_size=20, precision="float32", device="cpu"
)
SECONDS = 60.0


@pytest.fixture(autouse=True)
def small_mnist():
    write_small_set(train=1000)


def ended(store: RunStore, run_id: str):
    wait_for(lambda: not store.get(run_id).is_active)
    return store.get(run_id)


def go_on(queue: TrainingQueue, run_id: str):
    queue.resume(run_id)
    return ended(queue.store, run_id)


def assert_same_training(store: RunStore, left: str, right: str) -> None:
    """The same curves and the same weights and optimizer, bit for bit."""
    assert kills.shown(store, left) == kills.shown(store, right)
    states = [checkpoints.load(checkpoint_path(store, run_id))[0] for run_id in (left, right)]
    assert kills.same(*states)


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
from fmnist_core.database import Database
write = Database.write
@contextmanager
def wrapped(self):
    with write(self) as db:
        yield db
        if db.execute("SELECT MAX(epoch) FROM epochs").fetchone()[0] == 3: die()
Database.write = wrapped
""",
    "between store and checkpoint": """
from fmnist_core import checkpoints
save = checkpoints.save
def wrapped(path, state, config):
    if state["epoch"] == 3: die()
    return save(path, state, config)
checkpoints.save = wrapped
""",
}
DYING_SERVER = """
import itertools, os, signal, sys, time
counter = itertools.count(1)
count = lambda: next(counter)
def die():
    os.kill(os.getpid(), signal.SIGKILL)
{death}
from fmnist_core.jobs import TrainingQueue
from fmnist_core.runs import RunStore
TrainingQueue(RunStore()).start()
time.sleep(60)
"""


@pytest.mark.parametrize("place", DEATHS)
def test_a_run_killed_anywhere_is_interrupted_and_goes_on_to_the_same_weights(place, store):
    killed = store.create(CONFIG)
    process = subprocess.run([sys.executable, "-c", DYING_SERVER.format(death=DEATHS[place])], cwd=ROOT)
    assert process.returncode == -signal.SIGKILL
    store = RunStore()
    shown = kills.shown(store, killed)
    assert len(shown) == (3 if place == "between store and checkpoint" or place == "in mid-checkpoint" else 2)
    queue = TrainingQueue(store)
    queue.start()  # the restart
    try:
        assert store.get(killed).status == "interrupted"
        assert store.get(killed).message == "Its process ended before the training did; it can go on."
        whole = queue.submit(CONFIG)
        assert ended(store, whole).status == "completed"
        assert go_on(queue, killed).status == "completed"
        assert kills.shown(store, killed)[: len(shown)] == shown
        assert_same_training(store, whole, killed)
        assert list(store.path.rglob("*.tmp")) == []
    finally:
        queue.close()


def test_kills_at_random_moments_lose_nothing():
    """The short form of `python tests/kills.py`."""
    config = kills.CONFIG.replace(epochs=20)
    assert kills.main(2, seed=3, config=config, longest=1.0)["finished"] >= 1


# ---- disks --------------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path, monkeypatch):
    """A disk of four megabytes for the runs; skipped where one may not mount."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=4m,mode=0700", "tmpfs", str(folder)]
    if not shutil.which("mount") or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("mounting a small tmpfs needs root")
    monkeypatch.setenv("FMNIST_RUNS_DIR", str(folder))
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path, leave: int = 0) -> Path:
    """Fill a disk up, but for so many bytes."""
    filler = folder / "filler"
    with open(filler, "wb", buffering=0) as file, contextlib.suppress(OSError):
        usage = os.statvfs(folder)
        file.write(bytes(max(0, usage.f_bavail * usage.f_frsize - leave)))
        while leave == 0:
            file.write(bytes(4096))
    return filler


def test_a_disk_that_fills_up_fails_the_run_with_a_sentence_and_it_can_go_on(small_disk, monkeypatch):
    monkeypatch.setattr(job, "FINISH_WAITS", (0.0, 0.0))
    monkeypatch.setattr(training_queue, "IDLE_POLL_SECONDS", 0.02)
    queue = TrainingQueue(RunStore())
    store = queue.store
    queue.start()
    try:
        whole = queue.submit(CONFIG)
        assert ended(store, whole).status == "completed"
        save, filler = checkpoints.save, small_disk / "filler"

        def save_on_a_disk_that_fills_up(path, state, config):
            if state["epoch"] == 3:
                fill(small_disk, leave=100_000)  # the store fits, a checkpoint of 300 kB does not
            save(path, state, config)

        monkeypatch.setattr(checkpoints, "save", save_on_a_disk_that_fills_up)
        run_id = queue.submit(CONFIG.replace(epochs=1000))
        run = ended(store, run_id)
        assert run.status == "failed"
        assert "cannot be written: No space left on device" in run.message
        kept = kills.shown(store, run_id)
        assert len(kept) == 3
        filler.unlink()
        monkeypatch.setattr(checkpoints, "save", save)
        queue.resume(run_id)
        wait_for(lambda: store.get(run_id).epochs > len(kept))
        queue.stop(run_id)
        ended(store, run_id)
        assert kills.shown(store, run_id)[: len(kept)] == kept
    finally:
        queue.close()


def test_a_disk_that_is_quite_full_loses_nothing_and_says_so(small_disk, monkeypatch):
    monkeypatch.setattr(job, "FINISH_WAITS", (0.0, 0.0))
    monkeypatch.setattr(training_queue, "IDLE_POLL_SECONDS", 0.02)
    queue = TrainingQueue(RunStore())
    store = queue.store
    queue.start()
    try:
        run_id = queue.submit(CONFIG.replace(epochs=1000))
        wait_for(lambda: store.get(run_id).epochs >= 1)
        filler = fill(small_disk)
        with pytest.raises(StorageError, match=r"full|cannot be written|No space"):
            for seed in range(1000):  # until the WAL needs a new page
                queue.submit(CONFIG.replace(seed=seed))
        filler.unlink()
        run = ended(store, run_id)
        assert run.status in ("failed", "interrupted")
        assert list(store.history(run_id).epoch) == list(range(1, len(store.history(run_id)) + 1))
        store.waiting.set_paused(True)
    finally:
        queue.close()


def test_a_full_disk_without_root(store, queue, monkeypatch):
    """The same, told by the system call: the checkpoint before stays, and the run goes on from it."""
    whole = queue.submit(CONFIG)
    assert ended(store, whole).status == "completed"
    sync, calls = os.fsync, []

    def full(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) > 12:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        sync(descriptor)

    monkeypatch.setattr(files.os, "fsync", full)
    run_id = queue.submit(CONFIG)
    run = ended(store, run_id)
    assert run.status == "failed"
    assert "No space left on device. Free some space" in run.message
    monkeypatch.setattr(files.os, "fsync", sync)
    assert go_on(queue, run_id).status == "completed"
    assert_same_training(store, whole, run_id)
    assert list(store.path.rglob("*.tmp")) == []


def test_a_read_only_folder_is_a_sentence_and_stays_as_it_is(tmp_path):
    store = RunStore(tmp_path / "runs")
    store.create(CONFIG)
    os.chmod(tmp_path / "runs", 0o500)
    before = sorted(path.name for path in (tmp_path / "runs").iterdir())
    with pytest.raises(StorageError, match=r"cannot be used: it is read-only\. Make it writable"):
        RunStore(tmp_path / "runs")
    assert sorted(path.name for path in (tmp_path / "runs").iterdir()) == before
    os.chmod(tmp_path / "runs", 0o700)
    assert len(RunStore(tmp_path / "runs").runs()) == 1


def test_a_disk_that_turns_read_only_fails_the_run_with_a_sentence(store, queue, monkeypatch):
    def read_only(source, target):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(files.os, "replace", read_only)
    run = ended(store, queue.submit(CONFIG))
    assert run.status == "failed"
    assert "Read-only file system. Free some space or make the folder writable" in run.message


def test_a_store_that_is_locked_for_a_while_is_waited_for(store, queue):
    run_id = queue.submit(CONFIG.replace(epochs=1000))
    wait_for(lambda: store.get(run_id).epochs >= 1)
    other = sqlite3.connect(store.database.path, isolation_level=None)
    wait_for(lambda: locked(other))
    before = store.get(run_id).epochs
    time.sleep(0.3)
    assert store.get(run_id).epochs == before  # reading works, and nothing was written
    other.execute("ROLLBACK")
    other.close()
    wait_for(lambda: store.get(run_id).epochs > before)
    queue.stop(run_id)
    assert ended(store, run_id).status == "stopped"


def locked(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return False
    return True


def test_a_store_that_stays_locked_fails_the_run_and_the_next_one_works(store, queue, monkeypatch):
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.2)
    monkeypatch.setattr(job, "FINISH_WAITS", (0.0, 0.3, 0.3, 0.3, 0.3, 0.3))
    run_id = queue.submit(CONFIG.replace(epochs=1000))
    wait_for(lambda: store.get(run_id).epochs >= 1)
    other = sqlite3.connect(store.database.path, isolation_level=None)
    wait_for(lambda: locked(other))
    time.sleep(0.6)
    other.execute("ROLLBACK")
    other.close()
    run = ended(store, run_id)
    assert run.status == "failed"
    assert "has been locked by another program" in run.message
    assert ended(store, queue.submit(CONFIG)).status == "completed"


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
    run_id = queue.submit(CONFIG.replace(epochs=1000))
    wait_for(lambda: store.get(run_id).epochs >= 1)
    queue.stop(run_id)
    ended(store, run_id)
    history = kills.shown(store, run_id)
    path = checkpoint_path(store, run_id)
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
    assert "is damaged (its SHA-256 does not fit), so this run cannot go on. Start it anew" in run.message
    assert kills.shown(store, run_id) == history
    assert not (tmp_path / "harmed").exists()
    assert ended(store, queue.submit(CONFIG)).status == "completed"


# ---- clocks and second servers ------------------------------------------------------------------------


def test_a_clock_that_jumps_leaves_the_training_and_its_times_alone(store, queue, monkeypatch):
    whole = queue.submit(CONFIG)
    ended(store, whole)
    real, jumps = time.time, iter([86_400.0 * 365, -86_400.0 * 3650, 0.0, 10**8] * 10_000)
    monkeypatch.setattr(time, "time", lambda: real() + next(jumps))
    run = ended(store, queue.submit(CONFIG))
    assert run.status == "completed"
    assert 0 < run.seconds < SECONDS
    assert store.history(run.run_id).seconds.is_monotonic_increasing
    assert_same_training(store, whole, run.run_id)


def test_a_second_server_on_the_folder_says_so_and_only_queues(store):
    with FileLock(store.path / "server.lock", thread_local=False):  # the first server
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
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
            threading.Thread(target=lambda q=queue, n=seed: q.submit(CONFIG.replace(epochs=1, seed=n)))
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
    config = CONFIG.replace(epochs=1, train_size=200)
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)

    def hours(count: int) -> None:
        for seed in range(count):
            run_id = queue.submit(config.replace(seed=seed))
            ended(store, run_id)
            if seed % 10 == 0:
                app.run()
                assert not app.exception
            if seed % 2:
                store.delete(run_id)

    hours(40)  # caches and arenas have grown
    before = resident_megabytes()
    hours(120)
    assert resident_megabytes() - before < 40


# ---- many at once -------------------------------------------------------------------------------------


def test_photos_of_many_browsers_at_once_do_not_mix():
    """All browsers share one loaded model; what one of them hooks into it does not hear the others'."""
    model = architectures.build("mlp-256", seed=1).eval()
    images = [np.full((count, 1, 28, 28), 20 * count, np.uint8) for count in range(1, 13)]
    alone = [familiarity.features_and_logits(model, batch) for batch in images]
    seen = [inside.activations(model, batch[0]) for batch in images]

    def ask(index: int) -> bool:
        features, logits = familiarity.features_and_logits(model, images[index])
        layers = inside.activations(model, images[index][0])
        pairs = zip((features, logits), alone[index], strict=True)
        return len(layers) == len(seen[index]) and all(np.array_equal(now, before) for now, before in pairs)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, [index for _ in range(20) for index in range(12)]))

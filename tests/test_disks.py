"""Disks that fill up or turn read-only and stores that stay locked, around a training, really done."""

import contextlib
import errno
import os
import shutil
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest
from helpers import KMNIST, ended, go_on, open_page, wait_for, write_small_set
from sameness import assert_same_training, shown

from fmnist_core.base import files
from fmnist_core.base.errors import StorageError
from fmnist_core.jobs import TrainingQueue, job, training_threads
from fmnist_core.runs import RunStore, checkpoints, database, waiting
from fmnist_core.runs import store as runs_store
from pages.ui import services

FULL = "The disk of {path} is full. Free some space; finished epochs are kept."


@pytest.fixture(autouse=True)
def small_kmnist():
    write_small_set(train=1000)


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


@pytest.fixture
def hasty(small_disk, monkeypatch):
    """A queue on that disk which does not wait before it tries again."""
    monkeypatch.setattr(job, "FINISH_WAITS", (0.0, 0.0))
    monkeypatch.setattr(training_threads, "IDLE_POLL_SECONDS", 0.02)
    queue = TrainingQueue(RunStore())
    queue.start()
    yield queue
    queue.close()


def fill(folder: Path, leave: int = 0) -> Path:
    """Fill a disk up, but for so many bytes."""
    filler = folder / "filler"
    with open(filler, "wb", buffering=0) as file, contextlib.suppress(OSError):
        usage = os.statvfs(folder)
        file.write(bytes(max(0, usage.f_bavail * usage.f_frsize - leave)))
        while leave == 0:
            file.write(bytes(4096))
    return filler


def test_a_disk_that_fills_up_fails_the_run_with_a_sentence_and_it_can_go_on(small_disk, hasty, monkeypatch):
    queue, store = hasty, hasty.store
    whole = queue.submit(KMNIST)
    assert ended(store, whole).status == "completed"
    save, filler = checkpoints.save, small_disk / "filler"

    def save_on_a_disk_that_fills_up(path, state, config):
        if state["epoch"] == 3:
            fill(small_disk, leave=100_000)  # the store fits, a checkpoint of 300 kB does not
        save(path, state, config)

    monkeypatch.setattr(checkpoints, "save", save_on_a_disk_that_fills_up)
    run_id = queue.submit(KMNIST.replace(epochs=1000))
    run = ended(store, run_id)
    assert run.status == "failed"
    assert "cannot be written: No space left on device" in run.message
    kept = shown(store, run_id)
    assert len(kept) == 3
    filler.unlink()
    monkeypatch.setattr(checkpoints, "save", save)
    queue.resume(run_id)
    wait_for(lambda: store.get(run_id).epochs > len(kept))
    queue.stop(run_id)
    ended(store, run_id)
    assert shown(store, run_id)[: len(kept)] == kept


def test_a_disk_that_is_quite_full_loses_nothing_and_says_so(small_disk, hasty):
    queue, store = hasty, hasty.store
    run_id = queue.submit(KMNIST.replace(epochs=1000))
    wait_for(lambda: store.get(run_id).epochs >= 1)
    filler = fill(small_disk)
    with pytest.raises(StorageError, match=r"full|cannot be written|No space"):
        for seed in range(1000):  # until the WAL needs a new page
            queue.submit(KMNIST.replace(seed=seed))
    filler.unlink()
    run = ended(store, run_id)
    assert run.status in ("failed", "interrupted")
    assert list(store.history(run_id).epoch) == list(range(1, len(store.history(run_id)) + 1))
    store.waiting.set_paused(True)


@pytest.mark.parametrize("leave", [0, 8192, 40_000])
@pytest.mark.parametrize("is_new", [True, False])
def test_a_store_that_is_opened_on_a_full_disk_says_so(small_disk, is_new, leave):
    if not is_new:
        RunStore().create(KMNIST)
    filler = fill(small_disk, leave)
    for _ in range(2):  # also of what the first try left
        try:
            RunStore().create(KMNIST)
        except StorageError as error:
            assert "runs.db is full. Free some space" in str(error)
        else:
            assert leave  # the rest was enough
    filler.unlink()
    assert len(RunStore().runs()) >= (not is_new)


@pytest.mark.parametrize("reason", ["disk I/O error", "unable to open database file"])
def test_sqlites_vague_words_mean_a_full_disk_only_where_it_is_full(store, monkeypatch, reason):
    def raise_it(self):
        raise sqlite3.OperationalError(reason)

    def has_no_space(*arguments, **options):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(database.Database, "_connect", raise_it)
    with pytest.raises(StorageError) as raised:
        store.runs()
    assert "full" not in str(raised.value)
    monkeypatch.setattr(files.tempfile, "TemporaryFile", has_no_space)
    with pytest.raises(StorageError, match=r"runs\.db is full\. Free some space; finished epochs are kept"):
        store.runs()


@pytest.fixture
def ended_on_a_full_disk(store, monkeypatch):
    """The id of a run whose worker has ended, where that cannot be stored, and `free`, which makes room."""

    def full(*arguments):
        raise StorageError(FULL, path=store.database.path)

    worker = store.workers.open()
    run_id = store.create(KMNIST)
    store.start(run_id, worker)
    monkeypatch.setattr(runs_store, "interrupt", full)
    store.workers.close(worker)
    return run_id, lambda: monkeypatch.setattr(runs_store, "interrupt", waiting.interrupt)


def test_a_run_whose_end_cannot_be_stored_is_read_as_ended_until_it_is(store, ended_on_a_full_disk):
    run_id, free = ended_on_a_full_disk
    assert [run.run_id for run in store.runs(("running",))] == [run_id]
    with pytest.raises(StorageError, match="full"):
        store.mark_interrupted()
    run = store.get(run_id)
    assert (run.status, run.message.startswith("Its end cannot be stored: The disk of")) == (
        "interrupted",
        True,
    )
    assert store.runs(("queued", "running")) == []
    assert store.runs(("interrupted",)) == [run]
    assert store.table()[["run_id", "status", "message"]].values.tolist() == [
        [run_id, "interrupted", run.message]
    ]
    for change in (store.requeue, store.delete):
        with pytest.raises(StorageError, match="full"):
            change(run_id)
    free()
    assert store.mark_interrupted() == [run_id]
    why = "It ended while nothing could be stored: The disk of"
    assert store.get(run_id).message.startswith(why) and RunStore().get(run_id).message.startswith(why)
    assert store.table()["status"].tolist() == ["interrupted"]
    store.requeue(run_id)  # nothing is left of it
    assert [run.run_id for run in store.runs(("queued",))] == [run_id]


@pytest.mark.parametrize("change", ["requeue", "delete"])
def test_a_run_whose_end_could_not_be_stored_goes_on_or_is_deleted_when_there_is_room(
    store, ended_on_a_full_disk, change
):
    run_id, free = ended_on_a_full_disk
    with pytest.raises(StorageError):
        store.mark_interrupted()
    free()
    getattr(store, change)(run_id)  # before anybody has looked again
    assert [run.status for run in store.runs()] == (["queued"] if change == "requeue" else [])


@pytest.mark.parametrize(
    "language, words", [("en", "Its end cannot be stored"), ("ko", "디스크가 가득 찼습니다")]
)
def test_the_page_shows_no_run_as_training_whose_end_cannot_be_stored(
    ended_on_a_full_disk, monkeypatch, language, words
):
    monkeypatch.setattr(training_threads, "IDLE_POLL_SECONDS", 0.02)
    run_id, free = ended_on_a_full_disk
    shown = services.queue().store.get  # the server begins, and finds the run of one before it
    assert shown(run_id).status == "interrupted"
    app = open_page("train", run=run_id, lang=language)
    assert not app.exception
    assert words in " ".join(element.value for element in app.info)
    assert not [element for element in app.markdown if " left" in element.value]
    assert app.button(key=f"resume_{run_id}")
    free()
    wait_for(lambda: "It ended while" in shown(run_id).message)


def test_a_full_disk_without_root(store, queue, monkeypatch):
    """The same, told by the system call: the checkpoint before stays, and the run goes on from it."""
    whole = queue.submit(KMNIST)
    assert ended(store, whole).status == "completed"
    sync, calls = os.fsync, []

    def full(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) > 12:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        sync(descriptor)

    monkeypatch.setattr(files.os, "fsync", full)
    run_id = queue.submit(KMNIST)
    run = ended(store, run_id)
    assert run.status == "failed"
    assert "No space left on device. Free some space" in run.message
    monkeypatch.setattr(files.os, "fsync", sync)
    assert go_on(queue, run_id).status == "completed"
    assert_same_training(store, whole, run_id)
    assert list(store.path.rglob("*.tmp")) == []


def test_a_read_only_folder_is_a_sentence_and_stays_as_it_is(tmp_path):
    store = RunStore(tmp_path / "runs")
    store.create(KMNIST)
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
    run = ended(store, queue.submit(KMNIST))
    assert run.status == "failed"
    assert "Read-only file system. Free some space or make the folder writable" in run.message


def test_a_store_that_is_locked_for_a_while_is_waited_for(store, queue):
    run_id = queue.submit(KMNIST.replace(epochs=1000))
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


def test_a_store_that_stays_locked_fails_the_run_and_the_next_one_works(store, queue, monkeypatch, caplog):
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.2)
    monkeypatch.setattr(job, "FINISH_WAITS", (0.0, 0.3, 0.3, 30.0))
    run_id = queue.submit(KMNIST.replace(epochs=1000))
    wait_for(lambda: store.get(run_id).epochs >= 1)
    other = sqlite3.connect(store.database.path, isolation_level=None)
    wait_for(lambda: locked(other))
    wait_for(lambda: f"the end of run {run_id} (failed) cannot be stored" in caplog.text)
    other.execute("ROLLBACK")
    other.close()
    run = ended(store, run_id)
    assert run.status == "failed"
    assert "has been locked by another program" in run.message
    assert ended(store, queue.submit(KMNIST)).status == "completed"

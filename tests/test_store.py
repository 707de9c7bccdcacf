"""The run store: rows, histories, predictions, the waiting line, migrations, bad disks and bad files."""

import dataclasses
import json
import os
import sqlite3
import stat
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from fmnist_core import database
from fmnist_core.config import EpochResult, TrainConfig
from fmnist_core.database import SCHEMA_VERSION, Database
from fmnist_core.errors import RunError, StorageError
from fmnist_core.runs import RunStore

CONFIG = TrainConfig(dataset="sketches", architecture="mlp-32", recipe="lecture", epochs=3)


def epoch_result(epoch: int, validation_accuracy: float | None = None, **values) -> EpochResult:
    logits = np.random.default_rng(epoch).normal(size=(20, 10)).astype(np.float32)
    results = {
        "train_loss": 1 / epoch,
        "train_accuracy": 0.5 + epoch / 100,
        "seconds": 2.0 * epoch,
        "images_per_second": 1000.0,
        "learning_rate": 1e-3,
        "device": "cpu",
        "precision": "float32",
        "parameters": 25_450,
        "validation_accuracy": validation_accuracy,
        "test_loss": 0.7,
        "test_accuracy": 0.6 + epoch / 100,
        "test_logits": logits,
    }
    return EpochResult(epoch=epoch, **results | values)


def started(store: RunStore, config: TrainConfig = CONFIG, **values) -> str:
    run_id = store.create(config, **values)
    store.start(run_id, "worker")
    return run_id


# ---- rows ---------------------------------------------------------------------------------------------


def test_a_new_run_is_queued_with_its_settings_and_a_readable_name(store):
    run = store.get(store.create(CONFIG, owner="mina", owner_name="Mina"))
    assert run.config == CONFIG
    assert (run.name, run.status, run.epochs) == ("mlp-32 · lecture · 43052", "queued", 0)
    assert (run.owner, run.owner_name, run.note, run.starred) == ("mina", "Mina", "", False)
    assert run.is_active


def test_no_run_id_can_be_taken_for_a_number(store):
    assert all(store.create(CONFIG)[0] in "abcdef" for _ in range(40))


def test_an_epoch_shows_in_history_and_summary_at_once(store):
    run_id = started(store)
    store.add_epoch(run_id, epoch_result(1, 0.8))
    store.add_epoch(run_id, epoch_result(2, 0.9, evaluated_train_accuracy=0.95))
    store.add_epoch(run_id, epoch_result(3, 0.85))
    run = store.get(run_id)
    assert (run.epochs, run.test_accuracy, run.test_count, run.seconds) == (3, 0.63, 20, 6.0)
    assert (run.validation_accuracy, run.best_validation_accuracy, run.best_epoch) == (0.85, 0.9, 2)
    assert list(store.history(run_id).epoch) == [1, 2, 3]
    assert list(store.history(run_id, after=2).epoch) == [3]
    row = store.table().iloc[0]
    assert (row.run_id, row.epochs, row.test_accuracy, row.best_epoch) == (run_id, 3, 0.63, 2)


def test_an_epoch_computed_again_replaces_the_old_one(store):
    run_id = started(store)
    store.add_epoch(run_id, epoch_result(1))
    store.add_epoch(run_id, epoch_result(1, train_loss=0.125))
    assert list(store.history(run_id).train_loss) == [0.125]


def test_an_epoch_without_test_results_keeps_the_last_ones(store):
    run_id = started(store)
    store.add_epoch(run_id, epoch_result(1))
    store.add_epoch(run_id, epoch_result(2, test_loss=None, test_accuracy=None, test_logits=None))
    run = store.get(run_id)
    assert (run.epochs, run.test_accuracy, run.test_count) == (2, 0.61, 20)
    assert store.history(run_id).test_accuracy.isna().tolist() == [False, True]


def test_predictions_come_back_exact_in_class_and_close_in_probability(store):
    run_id = started(store)
    result = epoch_result(1)
    store.add_epoch(run_id, result)
    classes, probabilities = store.predictions(run_id, 1)
    exact = np.exp(result.test_logits) / np.exp(result.test_logits).sum(1, keepdims=True)
    assert (classes == result.test_logits.argmax(1)).all()
    assert np.abs(probabilities - exact).max() <= 0.5 / 255 + 1e-6
    assert np.array_equal(store.logits(run_id), result.test_logits)
    assert store.kept_epochs(run_id) == [1]
    with pytest.raises(RunError, match="No predictions were kept for epoch 2"):
        store.predictions(run_id, 2)
    with pytest.raises(RunError, match="no validation predictions yet"):
        store.logits(run_id, "validation")


def test_renaming_noting_and_starring(store):
    run_id = store.create(CONFIG)
    store.rename(run_id, "  the   best\n one ")
    store.set_note(run_id, "<b>bold?</b>\n'; DROP TABLE runs; --")
    store.set_starred(run_id, True)
    run = store.get(run_id)
    assert (run.name, run.note, run.starred) == ("the best one", "<b>bold?</b>\n'; DROP TABLE runs; --", True)
    for name in ("", "   ", "\n", "x" * 81):
        with pytest.raises(RunError, match="A name has 1 to 80 characters"):
            store.rename(run_id, name)
    with pytest.raises(RunError, match="at most 2,000 characters, this one has 2,001"):
        store.set_note(run_id, "x" * 2001)


def test_what_is_not_there_is_a_sentence(store):
    for call in (store.get, store.requeue, store.delete, lambda run_id: store.rename(run_id, "x")):
        with pytest.raises(RunError, match="There is no run 'nobody'"):
            call("nobody")
    with pytest.raises(RunError, match="There is no run"):
        store.get("\udcff")  # a byte of a command line that is no UTF-8
    for run_id in ("../..", "a/b", "", "ü"):
        with pytest.raises(RunError, match="is not the id of a run"):
            store.folder(run_id)
    assert store.table().empty and store.runs() == [] and store.history("nobody").empty


def test_a_deleted_run_is_gone_with_its_files_but_not_while_it_trains(store):
    run_id = started(store)
    store.add_epoch(run_id, epoch_result(1))
    with pytest.raises(RunError, match=r"is training\. Stop it first"):
        store.delete(run_id)
    store.finish(run_id, "stopped")
    store.delete(run_id)
    assert not store.folder(run_id).exists()
    assert store.history(run_id).empty
    assert store.stop_requested(run_id)  # a worker that still had it would stop


def test_a_double_click_is_one_run(store):
    first = store.create(CONFIG, owner="mina", once_within=1.0)
    assert store.create(CONFIG, owner="mina", once_within=1.0) == first
    assert store.create(CONFIG, owner="jun", once_within=1.0) != first
    assert store.create(CONFIG.replace(seed=1), owner="mina", once_within=1.0) != first
    assert store.create(CONFIG, owner="mina") != first


def test_colours_differ_from_run_to_run(store):
    colors = [store.get(store.create(CONFIG)).color for _ in range(12)]
    assert len(set(colors)) == 12


def test_a_run_that_this_version_cannot_read_does_not_hide_the_others(store):
    strange, good = store.create(CONFIG, name="strange"), store.create(CONFIG, name="good")
    with store.database.write() as db:
        config = json.dumps(CONFIG.to_dict() | {"warp_drive": 9})
        db.execute("UPDATE runs SET config = ? WHERE run_id = ?", (config, strange))
    assert [run.run_id for run in store.runs()] == [good]
    assert set(store.table().run_id) == {strange, good}
    with pytest.raises(
        RunError, match=r"settings of run .*strange.* cannot be read: Unknown setting 'warp_d"
    ):
        store.get(strange)


# ---- the line -----------------------------------------------------------------------------------------


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
    on_gpu = store.create(CONFIG.replace(device="cuda"))
    anywhere = store.create(CONFIG)
    assert store.waiting.take("w", ("cpu", "auto")) == anywhere
    assert store.waiting.take("w", ("cpu", "auto")) is None
    assert store.waiting.order() == [on_gpu]


def test_a_paused_line_gives_nothing_out(store):
    run_id = store.create(CONFIG)
    store.waiting.set_paused(True)
    assert store.waiting.take("w", ("auto",)) is None
    store.waiting.set_paused(False)
    assert store.waiting.take("w", ("auto",)) == run_id


def test_two_takers_never_get_the_same_run(store):
    expected = {store.create(CONFIG) for _ in range(20)}
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
    first = store.create(CONFIG, owner="mina")
    now -= 86_400 * 365
    second = store.create(CONFIG, owner="mina")
    other = store.create(CONFIG, owner="jun")
    assert store.waiting.order() == [first, other, second]
    assert store.waiting.take("w", ("auto",)) == first
    now -= 86_400
    assert store.waiting.take("w", ("auto",)) == other
    now += 10 * 365 * 86_400
    third = store.create(CONFIG, owner="jun")
    assert store.waiting.order() == [second, third]


def test_deleting_ones_runs_wins_no_turn(store):
    early = store.create(CONFIG, owner="mina")
    store.waiting.take("w", ("auto",))
    store.finish(early, "completed")
    other = store.create(CONFIG, owner="jun")
    store.waiting.take("w", ("auto",))
    store.finish(other, "completed")
    store.delete(other)
    again = [store.create(CONFIG, owner=owner) for owner in ("jun", "mina")]
    assert store.waiting.order() == again[::-1]


def test_a_run_whose_worker_died_is_interrupted_and_a_living_ones_is_not(store):
    dead, alive = store.create(CONFIG), store.create(CONFIG)
    store.start(dead, "a-worker-of-long-ago")
    worker = store.workers.open()
    store.start(alive, worker)
    assert RunStore().mark_interrupted() == [dead]
    assert store.get(dead).status == "interrupted"
    assert "it can go on" in store.get(dead).message
    store.workers.close(worker)
    assert RunStore().mark_interrupted() == [alive]


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


# ---- files, versions, disks ---------------------------------------------------------------------------


def test_nobody_else_on_the_machine_can_read_the_runs(tmp_path):
    os.umask(0o022)
    store = RunStore(tmp_path / "new" / "runs")
    run_id = started(store)
    store.add_epoch(run_id, epoch_result(1))
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in store.path.iterdir()}
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o700
    assert modes["runs.db"] == 0o600
    assert modes[run_id] == 0o700


def test_a_folder_that_was_there_keeps_its_permissions(tmp_path):
    folder = tmp_path / "shared"
    folder.mkdir(mode=0o755)
    RunStore(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755


VERSION_1 = """
CREATE TABLE runs (run_id TEXT PRIMARY KEY, name TEXT NOT NULL, status TEXT NOT NULL, config TEXT NOT NULL,
    dataset TEXT NOT NULL, architecture TEXT NOT NULL, recipe TEXT NOT NULL, seed INTEGER NOT NULL,
    planned_epochs INTEGER NOT NULL, wanted_device TEXT NOT NULL, created_at REAL NOT NULL, queued_at REAL,
    started_at REAL, finished_at REAL, owner TEXT NOT NULL DEFAULT '', owner_name TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT '', starred INTEGER NOT NULL DEFAULT 0, color TEXT NOT NULL,
    priority INTEGER NOT NULL DEFAULT 0, device TEXT, precision TEXT, parameters INTEGER,
    epochs INTEGER NOT NULL DEFAULT 0, seconds REAL, images_per_second REAL, train_accuracy REAL,
    validation_accuracy REAL, best_validation_accuracy REAL, best_epoch INTEGER, test_accuracy REAL,
    test_count INTEGER, message TEXT NOT NULL DEFAULT '', worker TEXT,
    stop_requested INTEGER NOT NULL DEFAULT 0, torch_version TEXT, project_version TEXT);
CREATE TABLE epochs (run_id TEXT NOT NULL, epoch INTEGER NOT NULL, train_loss REAL, train_accuracy REAL,
    evaluated_train_accuracy REAL, validation_loss REAL, validation_accuracy REAL, test_loss REAL,
    test_accuracy REAL, seconds REAL, images_per_second REAL, learning_rate REAL,
    PRIMARY KEY (run_id, epoch)) WITHOUT ROWID;
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
PRAGMA user_version = 1;
"""


def old_store(folder) -> None:
    """A store of version 1 with three waiting runs, whose changes still lie in the WAL."""
    folder.mkdir()
    keep_open = sqlite3.connect(folder / "runs.db", isolation_level=None)
    keep_open.execute("PRAGMA journal_mode = WAL")
    keep_open.executescript(VERSION_1)
    for number, owner in enumerate(("mina", "mina", "jun")):
        values = (f"run{number}", "old", "queued", json.dumps(CONFIG.to_dict()), owner, 100.0 + number)
        keep_open.execute(
            "INSERT INTO runs (run_id, name, status, config, owner, queued_at, dataset, architecture, recipe,"
            " seed, planned_epochs, wanted_device, created_at, color)"
            " VALUES (?, ?, ?, ?, ?, ?, 'sketches', 'mlp-32', 'lecture', 1, 3, 'auto', 1.0, '#0072B2')",
            values,
        )
    return keep_open


def test_an_older_store_is_brought_up_to_date_and_a_copy_is_kept(tmp_path):
    keep_open = old_store(tmp_path / "old")
    store = RunStore(tmp_path / "old")
    assert [run.name for run in store.runs()] == ["old"] * 3
    assert store.waiting.order() == ["run0", "run2", "run1"]
    assert store.waiting.take("w", ("auto",)) == "run0"
    keep_open.close()
    copy = sqlite3.connect(tmp_path / "old" / "runs.version-1.db")
    assert copy.execute("PRAGMA user_version").fetchone() == (1,)
    assert copy.execute("SELECT COUNT(*) FROM runs WHERE status = 'queued'").fetchone() == (3,)
    copy.close()


def test_a_migrated_store_has_the_tables_of_a_new_one(tmp_path):
    old_store(tmp_path / "old").close()

    def columns(store: RunStore) -> dict:
        with store.database.read() as db:
            names = [row["name"] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {name: {row[1] for row in db.execute(f"PRAGMA table_info({name})")} for name in names}

    assert columns(RunStore(tmp_path / "old")) == columns(RunStore(tmp_path / "new"))


def test_a_failed_migration_leaves_the_old_store_as_it_was(tmp_path, monkeypatch):
    old_store(tmp_path / "old").close()
    monkeypatch.setitem(database.MIGRATIONS, 1, "ALTER TABLE runs ADD COLUMN turn; SELECT nonsense")
    with pytest.raises(StorageError):
        RunStore(tmp_path / "old")
    with sqlite3.connect(tmp_path / "old" / "runs.db") as db:
        assert db.execute("PRAGMA user_version").fetchone() == (1,)
        assert "turn" not in {row[1] for row in db.execute("PRAGMA table_info(runs)")}


def test_a_newer_store_is_refused_and_untouched(tmp_path):
    with sqlite3.connect(tmp_path / "runs.db") as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("CREATE TABLE runs (something TEXT)")
        db.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    db.close()
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    with pytest.raises(StorageError, match=f"newer version .* {SCHEMA_VERSION + 1}.*has not been touched"):
        RunStore(tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == before


@pytest.mark.parametrize(
    "content", [b"this is not a database, it only has its name" * 50, b"SQLite format 3\0junk"]
)
def test_a_file_that_is_no_store_is_a_sentence(tmp_path, content):
    (tmp_path / "runs.db").write_bytes(content)
    with pytest.raises(StorageError, match="damaged or not a run store"):
        RunStore(tmp_path)
    assert (tmp_path / "runs.db").read_bytes() == content


def test_a_runs_folder_that_is_a_file_is_a_sentence(tmp_path):
    (tmp_path / "runs").write_text("in the way")
    with pytest.raises(StorageError, match="cannot be used"):
        RunStore(tmp_path / "runs")


def test_a_locked_store_is_a_sentence_and_loses_nothing(store, monkeypatch):
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.1)
    run_id = store.create(CONFIG)
    other = sqlite3.connect(store.database.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError, match="locked by another program"):
        store.rename(run_id, "new")
    assert store.get(run_id).name == CONFIG.default_name  # reading goes on
    other.execute("ROLLBACK")
    other.close()
    store.rename(run_id, "new")
    assert store.get(run_id).name == "new"


def test_an_error_inside_a_transaction_undoes_it(store):
    run_id = store.create(CONFIG)
    with pytest.raises(ZeroDivisionError), store.database.write() as db:
        db.execute("UPDATE runs SET name = 'half'")
        raise ZeroDivisionError
    assert store.get(run_id).name == CONFIG.default_name
    assert isinstance(store.database, Database)


def test_a_run_is_frozen(store):
    run = store.get(store.create(CONFIG))
    with pytest.raises(dataclasses.FrozenInstanceError):
        run.name = "x"


def test_opening_the_store_again_takes_no_locks_away_from_those_who_have_it_open(tmp_path):
    """POSIX drops all locks of a process on a file when it closes any descriptor of that file."""
    first = RunStore(tmp_path)
    run_id = first.create(CONFIG)
    RunStore(tmp_path)
    # What only somebody may do who has the file alone:
    command = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('PRAGMA journal_mode = DELETE')"
    other = subprocess.run(
        [sys.executable, "-c", command, str(tmp_path / "runs.db")], capture_output=True, text=True
    )
    assert "database is locked" in other.stderr
    assert first.get(run_id).status == "queued"


def test_what_everybody_asks_is_computed_once_until_something_changes(store):
    calls = []

    def count() -> int:
        calls.append(1)
        return len(store.runs())

    assert [store.cached("count", count) for _ in range(3)] == [0, 0, 0] and len(calls) == 1
    RunStore().create(CONFIG)  # somebody else
    assert [store.cached("count", count) for _ in range(2)] == [1, 1] and len(calls) == 2
    store.create(CONFIG)
    assert store.cached("count", count) == 2


def test_progress_is_the_share_of_the_epochs_or_in_a_race_of_the_seconds(store):
    plain = started(store, CONFIG.replace(epochs=4))
    race = started(store, CONFIG.replace(epochs=1000, max_seconds=8.0))
    for run_id in (plain, race):
        store.add_epoch(run_id, epoch_result(1))  # after two seconds
    assert (store.get(plain).progress, store.get(race).progress) == (0.25, 0.25)
    store.finish(race, "completed")
    assert store.get(race).progress == 1.0

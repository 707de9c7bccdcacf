"""The store on disk: permissions, older and newer versions, files that are no store, locks."""

import json
import os
import sqlite3
import stat
import subprocess
import sys

import pytest
from helpers import CLOTHES, epoch_result, started

from fmnist_core.base.errors import StorageError
from fmnist_core.base.recipes import run_name
from fmnist_core.runs import RunStore, database
from fmnist_core.runs.database import SCHEMA_VERSION, Database


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
        values = (f"run{number}", "old", "queued", json.dumps(CLOTHES.to_dict()), owner, 100.0 + number)
        keep_open.execute(
            "INSERT INTO runs (run_id, name, status, config, owner, queued_at, dataset, architecture, recipe,"
            " seed, planned_epochs, wanted_device, created_at, color)"
            " VALUES (?, ?, ?, ?, ?, ?, 'fashion-mnist', 'mlp-32', 'lecture', 1, 3, 'auto', 1.0, '#0072B2')",
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
    for folder in (tmp_path / "runs", tmp_path / "runs" / "mine"):
        with pytest.raises(StorageError, match=f"{folder} cannot be used: it is a file, or lies in one"):
            RunStore(folder)


def test_a_locked_store_is_a_sentence_and_loses_nothing(store, monkeypatch):
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.1)
    run_id = store.create(CLOTHES)
    other = sqlite3.connect(store.database.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError, match="locked by another program"):
        store.rename(run_id, "new")
    assert store.get(run_id).name == run_name(CLOTHES)  # reading goes on
    other.execute("ROLLBACK")
    other.close()
    store.rename(run_id, "new")
    assert store.get(run_id).name == "new"


def test_an_error_inside_a_transaction_undoes_it(store):
    run_id = store.create(CLOTHES)
    with pytest.raises(ZeroDivisionError), store.database.write() as db:
        db.execute("UPDATE runs SET name = 'half'")
        raise ZeroDivisionError
    assert store.get(run_id).name == run_name(CLOTHES)
    assert isinstance(store.database, Database)


def test_opening_the_store_again_takes_no_locks_away_from_those_who_have_it_open(tmp_path):
    """POSIX drops all locks of a process on a file when it closes any descriptor of that file."""
    first = RunStore(tmp_path)
    run_id = first.create(CLOTHES)
    RunStore(tmp_path)
    # What only somebody may do who has the file alone:
    command = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('PRAGMA journal_mode = DELETE')"
    other = subprocess.run(
        [sys.executable, "-c", command, str(tmp_path / "runs.db")], capture_output=True, text=True
    )
    assert "database is locked" in other.stderr
    assert first.get(run_id).status == "queued"

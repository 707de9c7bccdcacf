"""What disks do to the runs while the dashboard runs: a sentence with the right remedy, on every page."""

import ast
import errno
import fcntl
import os
import re
import shutil
import sqlite3
import tempfile
from contextlib import closing

import numpy as np
import pytest
import torch
from helpers import ROOT, epoch_result, open_page, started, train_here

from fmnist_core import __main__ as command_line
from fmnist_core.base import locks
from fmnist_core.base.config import TrainConfig
from fmnist_core.base.errors import DesignError, RunError, StorageError
from fmnist_core.results.export import export_bytes
from fmnist_core.runs import (
    PrecisionChoices,
    RunStore,
    checkpoints,
    database,
    learned_from,
    progress,
    saved_designs,
    stored_models,
    workers,
)
from pages.ui import services


@pytest.mark.parametrize("fate", ["deleted", "replaced"])
def test_a_store_that_is_gone_while_the_server_runs_is_told_and_can_be_put_back(store, tmp_path, fate):
    assert not open_page("compare").exception
    run_id = store.create(TrainConfig())
    path = store.database.path
    path.rename(tmp_path / "aside.db")
    if fate == "replaced":
        shutil.copy(tmp_path / "aside.db", path)
    for ask in (lambda: store.get(run_id), store.table, lambda: store.rename(run_id, "new")):
        with pytest.raises(StorageError, match=r"was moved, deleted or replaced .* Put it back and start"):
            ask()
    app = open_page("compare")
    assert not app.exception
    assert any("was moved, deleted or replaced" in error.value for error in app.error)
    assert path.exists() == (fate == "replaced")  # no empty store is made in its place
    (tmp_path / "aside.db").rename(path)
    assert store.get(run_id).run_id == run_id


def test_a_runs_folder_that_was_put_back_is_told_to_need_a_start_and_has_all_then(store, tmp_path):
    run_id = store.create(TrainConfig())
    shutil.copytree(store.path, tmp_path / "copy")
    shutil.rmtree(store.path)
    shutil.copytree(tmp_path / "copy", store.path)
    with pytest.raises(StorageError, match="Put it back and start the program again; without it"):
        store.get(run_id)
    assert RunStore().get(run_id).run_id == run_id


def test_beside_a_damaged_store_the_weights_are_read_as_its_sentence_says(tmp_path):
    store = RunStore()
    config = TrainConfig(architecture="softmax-regression", epochs=1, train_size=300, device="cpu")
    run_id = store.create(config)
    assert train_here(store, run_id) == "completed"
    loaded = stored_models.load_model(store, run_id)
    for file in store.path.glob("runs.db*"):
        file.rename(tmp_path / file.name)
    store.database.path.write_bytes(b"noise" * 1000)
    with pytest.raises(StorageError, match=r"Without one, move it away: .*checkpoints\.load reads the w"):
        RunStore()
    store.database.path.rename(tmp_path / "damaged")
    assert RunStore().runs() == []
    state, found = checkpoints.load(store.checkpoint_path(run_id))
    net = stored_models.restored(found, state, loaded.image_shape, 10)
    for name, weights in loaded.model.state_dict().items():
        assert torch.equal(net.state_dict()[name], weights)


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP])
def test_a_disk_that_cannot_lock_is_named_with_a_remedy_that_helps(store, monkeypatch, number):
    def refuses(descriptor, operation):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", refuses)
    with pytest.raises(StorageError, match=r"cannot lock any file .* Set FMNIST_RUNS_DIR to a folder"):
        store.workers.open()
    assert not locks.can_lock(store.path)
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.1)
    other = sqlite3.connect(store.database.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError, match="cannot lock any file") as told:
        store.create(TrainConfig())
    other.close()
    assert "Close that program" not in str(told.value)


def test_files_that_are_no_predictions_are_passed_over_or_named(store):
    run_id = started(store)
    store.add_epoch(run_id, epoch_result(1))
    folder = store.folder(run_id) / "predictions"
    for name in ("²", "٣", "x", "-1", "1"):
        (folder / f"{name}.npz").write_bytes(b"")
    assert store.kept_epochs(run_id) == [1]
    whole = (folder / "0001.npz").read_bytes()
    for content in (b"", whole[:100], b"PK\3\4" + bytes(50), b"noise" * 20):
        (folder / "0001.npz").write_bytes(content)
        with pytest.raises(RunError, match=r"0001\.npz is damaged.* Look at another epoch"):
            store.predictions(run_id, 1)
    logits = store.folder(run_id) / "test_logits.npy"
    whole = logits.read_bytes()
    for content in (b"", whole[:90], whole[:-1], whole.replace(b"(20, 10)", b"(20, 10", 1)):
        logits.write_bytes(content)
        with pytest.raises(RunError, match=r"test_logits\.npy is damaged\. Train the run again"):
            store.logits(run_id)
    np.save(logits, np.zeros((20, 12), np.float32))
    with pytest.raises(RunError, match="is damaged"):
        store.logits(run_id, classes=10)


@pytest.mark.parametrize("content", ["[" * 100_000, "", "{", "null", "[]", "NaN", "\0"])
def test_no_json_file_that_makes_no_sense_is_a_traceback(store, content):
    """Read from a folder that people can write to; so deep a nesting is no `ValueError` of json's."""
    run_id = started(store)
    folder = store.folder(run_id)
    for path in (folder / "data.json", folder / "samples.json", store.path / "precision.json"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(content)
    (store.path / "designs").mkdir()
    (store.path / "designs" / "mine.json").write_text(content)
    assert learned_from.kept(folder) is None and progress.read_samples(folder) is None
    assert dict(PrecisionChoices(store.path)) == {}
    with pytest.raises(DesignError, match="cannot be read"):
        saved_designs.load("mine")


def test_files_of_json_are_read_in_one_place():
    """Where the errors that a damaged one raises are known."""
    core = ROOT / "fmnist_core"
    paths = [
        path for path in core.rglob("*.py") if re.search(r"json\.loads?\(.*read_", path.read_text("utf-8"))
    ]
    assert paths == [core / "base" / "files.py"]


@pytest.mark.parametrize("format", ["pytorch", "torchscript", "report"])
def test_exports_need_no_temporary_folder(store, monkeypatch, format):
    config = TrainConfig(architecture="softmax-regression", epochs=1, train_size=300)
    run_id = store.create(config)
    assert train_here(store, run_id) == "completed"

    def full(*arguments, **options):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    for name in ("mkdtemp", "mkstemp", "NamedTemporaryFile", "TemporaryFile", "TemporaryDirectory"):
        monkeypatch.setattr(tempfile, name, full)
    assert export_bytes(store, run_id, format)


def test_every_fragment_says_what_is_wrong_by_itself():
    """It runs again by itself, outside of what `app.py` catches."""
    fragments, guarded = set(), set()
    for path in (ROOT / "pages").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "st.fragment":
                fragments |= {ast.unparse(node.args[0]).split(".")[-1]} if node.args else set()
            if isinstance(node, ast.FunctionDef):
                decorators = [ast.unparse(each) for each in node.decorator_list]
                guarded |= {node.name} if "show_errors" in decorators else set()
                fragments |= {node.name} if any("st.fragment" in each for each in decorators) else set()
    assert len(fragments) >= 8 and fragments <= guarded, fragments - guarded


def test_a_lock_that_another_program_holds_is_a_sentence_and_not_the_end_of_a_thread(store, monkeypatch):
    monkeypatch.setattr(workers, "take_lock", lambda path, seconds: None)
    with pytest.raises(StorageError, match=r"\.lock is held by another program\. It is tried again soon\."):
        store.workers.open()


@pytest.mark.parametrize("fate", ["deleted", "emptied"])
def test_folders_of_runs_without_their_store_are_told_and_kept(tmp_path, capsys, fate):
    store = RunStore()
    run_id = store.create(TrainConfig(architecture="softmax-regression", epochs=1, train_size=300))
    assert train_here(store, run_id) == "completed" and store.lost_runs() is None
    path, kept = store.database.path, tmp_path / "kept.db"
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(kept)) as target:
        source.backup(target)
    for file in path.parent.glob("runs.db*"):
        file.unlink()
    if fate == "emptied":
        path.touch()

    assert command_line.main(["runs"]) == 0
    told = capsys.readouterr().err
    assert "does not know the 1 run folder beside it" in told and "put the old file back" in told
    assert "trained here yet" not in told
    for settings, words in (({}, "does not know the 1 run folder"), ({"lang": "ko"}, "실험 폴더 1개")):
        (warning,) = open_page("train", **settings).warning
        assert words in warning.value
    services.close()

    shutil.copy(kept, path)
    assert command_line.main(["runs"]) == 0
    out = capsys.readouterr()
    assert run_id in out.out and "beside it" not in out.err
    assert RunStore().checkpoint_path(run_id).exists()


def test_in_a_class_the_lecturer_alone_is_told_of_lost_runs(monkeypatch, store):
    folder = store.folder("a1234567")
    folder.mkdir()
    (folder / "checkpoint.safetensors").touch()
    assert open_page("compare").warning
    monkeypatch.setenv("FMNIST_PASSCODE", "sneaker")
    assert not open_page("compare").warning  # a student, to begin with

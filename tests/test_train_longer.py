"""Training a completed run longer, and starting from another run's weights."""

import errno
import os
import shutil

import pytest
import torch
from finished_runs import finished_run
from helpers import KMNIST, open_page, train_here, write_small_set
from sameness import assert_same_training
from test_resuming import after_epoch

from fmnist_core.__main__ import main
from fmnist_core.base.errors import CheckpointError, ConfigError, ExportError, RunError, StorageError
from fmnist_core.jobs import TrainingQueue
from fmnist_core.nets import architectures, transfer
from fmnist_core.results import export, statistics
from fmnist_core.runs import RunStore, archive, checkpoints, longer, stored_models


@pytest.fixture(autouse=True)
def small_kmnist():
    write_small_set()


def trained_on(store: RunStore, run_id: str, **changes) -> str:
    config = longer.longer_config(store.get(run_id), **changes)
    return longer.train_longer(store, run_id, config)


def trained(store: RunStore, **changes) -> str:
    run_id = store.create(KMNIST.replace(**changes))
    assert train_here(store, run_id) == "completed"
    return run_id


def test_a_full_disk_is_a_sentence_and_leaves_nothing_of_a_longer_run(store, monkeypatch):
    def full(source, target, **options):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), target)

    run_id = trained(store, epochs=1)
    before = sorted(store.path.iterdir())
    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(StorageError, match=r"cannot be written: No space left on device\. Free some space"):
        trained_on(store, run_id, epochs=2)
    assert sorted(store.path.iterdir()) == before and len(store.runs()) == 1
    monkeypatch.setattr(os, "makedirs", lambda path, *_, **__: full(None, path))
    with pytest.raises(StorageError, match=r"cannot be written: No space left on device\. Free some space"):
        trained_on(store, run_id, epochs=2)


@pytest.mark.parametrize(
    "changes",
    [{}, {"optimizer": "sgd", "weight_averaging": 0.9, "validation_size": 40, "keep": "best"}],
    ids=["adam", "averaged, best"],
)
def test_a_run_trained_longer_gets_the_numbers_of_one_that_was_as_long_from_the_start(store, changes):
    whole, short = trained(store, epochs=6, **changes), trained(store, epochs=3, **changes)
    before = store.get(short), checkpoints.load(store.checkpoint_path(short))
    longer_id = TrainingQueue(store).submit_longer(short, epochs=6)
    waiting = store.get(longer_id)
    assert (waiting.status, waiting.epochs, waiting.parent) == ("queued", 3, short)
    assert train_here(store, longer_id, **after_epoch(4)) == "stopped"  # and it may be stopped on the way
    store.requeue(longer_id)
    assert train_here(store, longer_id) == "completed"
    assert_same_training(store, whole, longer_id)
    assert store.get(longer_id).test_accuracy == store.get(whole).test_accuracy
    assert store.get(short) == before[0] and len(store.history(short)) == 3
    assert checkpoints.load(store.checkpoint_path(short))[1] == before[1][1]


def test_the_rate_and_the_schedule_may_change_and_nothing_else(store):
    short = trained(store, epochs=2)
    config = longer.longer_config(store.get(short), epochs=4, learning_rate=0.01, schedule="cosine", seed=9)
    assert (config.epochs, config.learning_rate, config.schedule) == (4, 0.01, "cosine")
    assert config.seed == KMNIST.seed


@pytest.mark.parametrize(
    ("before", "after", "rate_changed"),
    [
        ({}, {}, False),
        ({}, {"learning_rate": 0.1}, True),
        ({}, {"schedule": "cosine"}, True),
        ({"schedule": "cosine"}, {}, True),  # another rate at each step, for it has more of them
    ],
    ids=["as before", "rate", "schedule", "a schedule is longer"],
)
def test_a_run_that_had_another_rate_before_is_no_twin_of_one_with_its_settings(
    store, tmp_path, before, after, rate_changed
):
    short = trained(store, epochs=1, **before)
    config = longer.longer_config(store.get(short), epochs=2, **after)
    changed = longer.train_longer(store, short, config)
    train_here(store, changed)
    twin = store.get(trained(store, epochs=2, **before, **after))
    other_seed = store.get(trained(store, epochs=2, seed=7, **before, **after))
    changed = store.get(changed)
    assert changed.rate_changed == rate_changed and changed.config == twin.config
    assert changed.does(twin.config) != rate_changed
    assert statistics.only_seed_differs(changed, other_seed) != rate_changed
    (group,) = statistics.group_runs([twin, other_seed, changed])
    assert group.runs[-1].run_id == (twin if rate_changed else changed).run_id
    again = store.get(trained_on(store, changed.run_id, epochs=3))
    assert again.rate_changed == rate_changed  # and so it stays

    archive.pack(store, [changed.run_id], tmp_path / "runs.fmnist.zip")
    with (tmp_path / "runs.fmnist.zip").open("rb") as file:
        (taken,), _ = archive.read_archive(store, file)
    assert store.get(taken).rate_changed == rate_changed


def test_a_run_that_had_another_rate_before_has_no_script(store):
    run = finished_run(store, epochs=1)
    with store.database.write() as db:
        db.execute("UPDATE runs SET rate_changed = 1")
    with pytest.raises(ExportError, match="trained longer with another learning rate"):
        export.run_script(store.get(run))


def test_older_stores_learn_which_runs_had_another_rate_before(tmp_path):
    """By the rates of their epochs, which a store of version 6 has."""
    store = RunStore(tmp_path)
    runs = [
        finished_run(store, str(number), epochs=2, schedule=schedule)
        for number, schedule in enumerate(("constant", "constant", "constant", "cosine", "cosine"))
    ]
    with store.database.write() as db:
        db.executemany("UPDATE runs SET parent = 'a' WHERE run_id = ?", [(run,) for run in runs[1:4]])
        db.execute("UPDATE epochs SET learning_rate = .1 WHERE run_id = ? AND epoch = 1", (runs[2],))
        db.execute("ALTER TABLE runs DROP COLUMN rate_changed")
        db.execute("PRAGMA user_version = 6")
    found = {run.name: run.rate_changed for run in RunStore(tmp_path).runs()}
    assert found == {"0": False, "1": False, "2": True, "3": True, "4": False}


@pytest.mark.parametrize(
    ("precision", "name"),
    [
        ("auto", "mlp-32 · custom · kmnist · 30 epochs · batch 20 · cpu"),
        ("float32", "mlp-32 · custom · kmnist · 30 epochs · batch 20 · float32 · cpu"),
    ],
)
def test_its_name_says_how_long_it_trains_and_no_precision_that_nobody_chose(store, precision, name):
    queue, short = TrainingQueue(store), trained(store, epochs=1, precision=precision)
    chosen = store.get(short).config.precision
    assert chosen in ("float32", "bfloat16")
    first = store.get(queue.submit_longer(short, epochs=30))  # as many as the lecture's recipe has
    assert (first.name, first.config.precision) == (name, chosen)
    again = trained(store, epochs=1, precision=precision)
    middle = queue.submit_longer(again, epochs=2)
    assert train_here(store, middle) == "completed"
    last = store.get(queue.submit_longer(middle, epochs=30))
    assert (last.name, last.config.precision) == (name, store.get(again).config.precision)


def test_what_cannot_be_trained_longer_is_said(store):
    short = trained(store, epochs=2)
    with pytest.raises(ConfigError, match="has done 2 epochs already"):
        longer.longer_config(store.get(short), epochs=2)
    with pytest.raises(RunError, match="Only a completed run"):
        longer.longer_config(store.get(store.create(KMNIST)), epochs=9)
    with pytest.raises(RunError, match="Only a completed run"):
        longer.longer_config(store.shipped.run, epochs=999)
    race = store.create(KMNIST.replace(max_seconds=0.1, epochs=1000))
    train_here(store, race)
    with pytest.raises(RunError, match="ended by the clock"):
        longer.longer_config(store.get(race), epochs=2000)


def test_a_damaged_checkpoint_leaves_no_half_run(store):
    short = trained(store, epochs=2)
    store.checkpoint_path(short).write_bytes(b"nonsense")
    with pytest.raises(CheckpointError, match="damaged"):
        TrainingQueue(store).submit_longer(short, epochs=4)
    assert [run.run_id for run in store.runs()] == [short]
    assert [path.name for path in store.path.iterdir() if path.is_dir() and len(path.name) == 8] == [short]


def test_the_command_trains_longer(capsys):
    store = RunStore()
    short = trained(store, epochs=2)
    assert main(["train", "--longer", short, "--epochs", "3", "--json"]) == 0
    (run,) = [run for run in store.runs() if run.parent == short]
    assert (run.status, run.epochs) == ("completed", 3)
    assert main(["train", "--longer", short, "--epochs", "1"]) == 2
    assert "has done 2 epochs already" in capsys.readouterr().err


# ---- another run's weights ----------------------------------------------------------------------------


def test_a_run_starts_from_the_weights_of_another_one(store):
    first = trained(store, epochs=3)
    second = store.create(KMNIST.replace(epochs=1, start_from=first, learning_rate=1e-8))
    assert train_here(store, second) == "completed"
    before, after = (stored_models.load_model(store, run_id).model.state_dict() for run_id in (first, second))
    assert all(torch.allclose(before[name], after[name], atol=1e-4) for name in before)
    assert store.get(second).test_accuracy == store.get(first).test_accuracy


def test_the_last_layer_is_new_where_the_classes_differ():
    old = architectures.build("mlp-32", (1, 28, 28), 10, seed=1)
    new = architectures.build("mlp-32", (1, 28, 28), 3, seed=2)
    own = {name: tensor.clone() for name, tensor in new.state_dict().items()}
    names = transfer.start_from(new, old.state_dict())
    for name, tensor in new.state_dict().items():
        expected = own[name] if name in names else old.state_dict()[name]
        assert torch.equal(tensor, expected)
    assert len(names) == 2
    assert transfer.start_from(architectures.build("mlp-32"), old.state_dict()) == []


@pytest.mark.parametrize("other", [("cnn", (1, 28, 28)), ("mlp-32", (3, 32, 32))])
def test_weights_of_another_net_or_of_other_images_are_refused(other):
    with pytest.raises(ConfigError, match="another net"):
        transfer.start_from(architectures.build(*other), architectures.build("mlp-32").state_dict())


def test_what_cannot_be_started_from_is_said_before_it_is_queued(store):
    queue, first = TrainingQueue(store), trained(store, epochs=1)
    with pytest.raises(RunError, match="There is no run 'nothing'"):
        queue.submit(KMNIST.replace(start_from="nothing"))
    with pytest.raises(ConfigError, match="choose the same architecture"):
        queue.submit(KMNIST.replace(start_from=first, architecture="cnn"))
    untrained = store.create(KMNIST)
    with pytest.raises(CheckpointError, match="no epoch was finished"):
        queue.submit(KMNIST.replace(start_from=untrained))


def test_a_run_that_was_started_from_another_resumes_to_the_same_numbers(store):
    first = trained(store, epochs=2)
    config = KMNIST.replace(start_from=first, epochs=4, seed=7)
    whole, halves = store.create(config), store.create(config)
    train_here(store, whole)
    assert train_here(store, halves, **after_epoch(2)) == "stopped"
    store.delete(first)  # it is needed at the start alone
    store.requeue(halves)
    assert train_here(store, halves) == "completed"
    assert_same_training(store, whole, halves)


def test_two_classes_are_learned_from_what_ten_have_taught(store):
    first = trained(store, epochs=3)
    run_id = store.create(KMNIST.replace(dataset="mnist-0-1", start_from=first, train_size=100, epochs=1))
    assert train_here(store, run_id) == "completed"
    assert stored_models.load_model(store, run_id).class_names == ("0", "1")


# ---- on the Train page --------------------------------------------------------------------------------


def test_a_completed_run_is_trained_longer_from_the_page(store, held):
    short = trained(store, epochs=2)
    app = open_page("train", run=short)
    app.number_input(key=f"longer_epochs_{short}").set_value(2).run()
    app.button(key="train_longer").click().run()
    assert any("has done 2 epochs already" in error.value for error in app.error)
    app.number_input(key=f"longer_epochs_{short}").set_value(5).run()
    app.button(key="train_longer").click().run()
    (run,) = [run for run in store.runs() if run.parent == short]
    assert run.config.epochs == 5 and not app.exception
    assert app.session_state["pane_left"] == 2  # on a phone it would lie over the error and the new run


def test_the_form_begins_with_the_weights_of_a_run(store, held):
    first = trained(store, epochs=2)
    app = open_page("train", run=first)
    app.button(key="start_from").click().run()
    app.button(key="start_training").click().run()
    (run,) = [run for run in store.runs() if run.status == "queued"]
    assert run.config.start_from == first and run.config.architecture == KMNIST.architecture


def test_nothing_is_offered_for_a_run_that_is_not_completed(store, held):
    run_id = store.create(KMNIST)
    app = open_page("train", run=run_id)
    assert not [button for button in app.button if button.key == "train_longer"]

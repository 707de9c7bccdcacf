"""What a run keeps of its data and its settings: others under the same name are noticed and said."""

import html
import json
import shutil

import numpy as np
import pytest
from helpers import small_config, train_here
from zips import picture, two_classes, zipped

from fmnist_core.base.errors import CheckpointError, FmnistError, RunError
from fmnist_core.data import custom_import, datasets
from fmnist_core.jobs import TrainingQueue
from fmnist_core.results import export
from fmnist_core.runs import learned_from, stored_models

CONFIG = small_config(dataset="skies", batch_size=8, epochs=1)
REPLACED = "skies is not the one from which .* learned: it was replaced"


@pytest.fixture
def run_id(store) -> str:
    """A run that has learned day and night."""
    custom_import.import_zip(zipped(two_classes()), "skies")
    run_id = store.create(CONFIG, "my skies")
    assert train_here(store, run_id) == "completed"
    return run_id


def replace_data(names: tuple[str, ...] = ("day", "night")) -> None:
    """Other pictures, under the same name."""
    custom_import.delete("skies")
    files = {f"{names[k % len(names)]}/{k}.png": picture(900 + k) for k in range(30)}
    custom_import.import_zip(zipped(files), "skies")


def test_a_run_keeps_its_classes_and_answers_when_its_data_set_is_replaced(store, run_id):
    before = stored_models.load_model(store, run_id)
    image = datasets.load("skies").test_images[:1]
    answer = stored_models.predict(before, image)
    for names in (("east", "west"), ("east", "north", "west")):
        replace_data(names)
        loaded = stored_models.load_model(store, run_id)
        assert loaded.class_names == loaded.info.class_names == ("day", "night")
        assert np.array_equal(stored_models.predict(loaded, image), answer)
        with pytest.raises(RunError, match=REPLACED):
            loaded.data()
    report = html.unescape(export.export_bytes(store, run_id, "report").decode())
    assert "it was replaced" in report and "taken for" not in report


def test_the_same_classes_with_other_images_are_noticed(store, run_id):
    replace_data()
    with pytest.raises(RunError, match=REPLACED):
        learned_from.load(store.get(run_id), store.folder(run_id))


def test_a_run_does_not_go_on_with_other_data(store):
    custom_import.import_zip(zipped(two_classes()), "skies")
    run_id = store.create(CONFIG.replace(epochs=1000))
    seen = []
    assert train_here(store, run_id, should_stop=lambda: len(seen) > 0, on_epoch=seen.append) == "stopped"
    replace_data()
    store.requeue(run_id)
    assert train_here(store, run_id) == "failed"
    assert "it was replaced" in store.get(run_id).message and store.get(run_id).epochs == 1


def test_the_same_zip_imported_again_is_the_same_data(store, run_id):
    custom_import.delete("skies")
    custom_import.import_zip(zipped(two_classes()), "skies")
    assert learned_from.load(store.get(run_id), store.folder(run_id)) is datasets.load("skies")


def test_classes_that_were_renamed_have_their_new_names_in_old_runs(store, run_id):
    custom_import.rename_class("skies", "day", "noon")
    assert stored_models.load_model(store, run_id).class_names == ("noon", "night")
    assert learned_from.load(store.get(run_id), store.folder(run_id)).class_names == ("noon", "night")


@pytest.mark.parametrize("damage", [None, "", "[]", '{"class_names": 5}'])
def test_a_run_from_before_its_data_were_written_down_counts_as_one_of_today(store, run_id, damage):
    path = store.folder(run_id) / learned_from.FILE
    assert len(json.loads(path.read_text())["sha256"]) == 64
    path.unlink() if damage is None else path.write_text(damage)
    replace_data(("east", "west"))
    assert stored_models.load_model(store, run_id).class_names == ("east", "west")


# ---- checkpoints ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("other", [{"seed": 7}, {"architecture": "softmax-regression"}])
def test_the_checkpoint_of_another_run_is_refused(store, run_id, other):
    other_id = store.create(CONFIG.replace(**other))
    assert train_here(store, other_id) == "completed"
    shutil.copy(store.checkpoint_path(other_id), store.checkpoint_path(run_id))
    with pytest.raises(CheckpointError, match=r"belongs to another run, of .* on skies with seed"):
        stored_models.load_model(store, run_id)


def test_a_run_does_not_go_on_from_the_checkpoint_of_another_one(store, run_id):
    long = store.create(CONFIG.replace(epochs=1000, seed=3))
    seen = []
    assert train_here(store, long, should_stop=lambda: len(seen) > 0, on_epoch=seen.append) == "stopped"
    shutil.copy(store.checkpoint_path(run_id), store.checkpoint_path(long))
    store.requeue(long)
    assert train_here(store, long) == "failed"
    assert "belongs to another run" in store.get(long).message


# ---- devices --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("device", ["cuda:7", "tpu", "cpu:0", "cuda:01"])
@pytest.mark.parametrize("cluster", ["", "ray://head:10001"])
def test_a_device_that_nobody_serves_is_refused(store, monkeypatch, device, cluster):
    monkeypatch.setenv("FMNIST_CLUSTER", cluster)
    with pytest.raises(FmnistError, match=f"{device!r}|device"):
        TrainingQueue(store).submit(small_config(device=device))
    assert store.runs() == []


def test_a_run_that_waits_for_a_device_that_no_worker_serves_is_told_so(store, monkeypatch):
    monkeypatch.setenv("FMNIST_CLUSTER", "ray://head:10001")
    queue = TrainingQueue(store)
    with pytest.raises(FmnistError, match="Nobody here trains on device 'cuda:7'; choose one of: auto, cpu"):
        queue.submit(small_config(device="cuda:7"))
    lost, fine = (store.create(small_config(device=device)) for device in ("cuda:7", "cuda"))
    queue._refuse_lost_devices()
    assert [store.get(run_id).status for run_id in (lost, fine)] == ["failed", "queued"]
    assert "Nobody here trains on device" in store.get(lost).message

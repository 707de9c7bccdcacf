"""The run store: rows, histories, predictions, the waiting line, migrations, bad disks and bad files."""

import dataclasses
import json

import numpy as np
import pytest
from helpers import CLOTHES, complete, epoch_result, started

from fmnist_core.base.errors import RunError
from fmnist_core.runs import RunStore, predictions, stored_models
from fmnist_core.runs.cache import Latest


def test_a_new_run_is_queued_with_its_settings_and_a_readable_name(store):
    run = store.get(store.create(CLOTHES, owner="mina", owner_name="Mina"))
    assert run.config == CLOTHES
    assert (run.name, run.status, run.epochs) == ("mlp-32 · custom · 3 epochs", "queued", 0)
    assert (run.owner, run.owner_name, run.note, run.starred) == ("mina", "Mina", "", False)
    assert run.is_active


def test_no_run_id_can_be_taken_for_a_number(store):
    assert all(store.create(CLOTHES)[0] in "abcdef" for _ in range(40))


def test_an_epoch_shows_in_history_and_summary_at_once(store):
    run_id = started(store)
    store.add_epoch(run_id, epoch_result(1, 0.8))
    store.add_epoch(run_id, epoch_result(2, 0.9, evaluated_train_accuracy=0.95))
    store.add_epoch(run_id, epoch_result(3, 0.85))
    run = store.get(run_id)
    assert (run.epochs, run.test_accuracy, run.test_count, run.seconds) == (3, 0.63, 20, 6.0)
    assert (run.validation_accuracy, run.best_validation_accuracy, run.best_epoch) == (0.85, 0.9, 2)
    assert list(store.history(run_id).epoch) == [1, 2, 3]
    row = store.table().iloc[0]
    assert (row.run_id, row.epochs, row.test_accuracy, row.best_epoch) == (run_id, 3, 0.63, 2)


def test_a_table_is_the_readers_own_and_the_next_one_knows_what_changed(store):
    run_id = store.create(CLOTHES)
    mine = store.table()
    mine["name"] = "mine"
    del mine["run_id"]
    assert store.table()[["run_id", "name"]].values.tolist() == [[run_id, "mlp-32 · custom · 3 epochs"]]
    store.rename(run_id, "another")
    assert list(store.table().name) == ["another"]
    RunStore(store.path).delete(run_id)  # as another process would
    assert store.table().empty


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


def test_a_runs_speed_is_that_of_all_its_epochs_as_its_seconds_are(store):
    run_id = started(store)
    for epoch, rate in enumerate((500.0, 1000.0, 1000.0), start=1):
        store.add_epoch(run_id, epoch_result(epoch, images_per_second=rate))
    assert store.get(run_id).images_per_second == pytest.approx(3 / (1 / 500 + 2 / 1000))


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
    run_id = store.create(CLOTHES)
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
    first = store.create(CLOTHES, owner="mina", once_within=1.0)
    assert store.create(CLOTHES, owner="mina", once_within=1.0) == first
    assert store.create(CLOTHES, owner="jun", once_within=1.0) != first
    assert store.create(CLOTHES.replace(seed=1), owner="mina", once_within=1.0) != first
    assert store.create(CLOTHES, owner="mina") != first


def test_colours_differ_from_run_to_run(store):
    colors = [store.get(store.create(CLOTHES)).color for _ in range(12)]
    assert len(set(colors)) == 12


def test_a_run_that_this_version_cannot_read_does_not_hide_the_others(store):
    strange, good = store.create(CLOTHES, name="strange"), store.create(CLOTHES, name="good")
    with store.database.write() as db:
        config = json.dumps(CLOTHES.to_dict() | {"warp_drive": 9})
        db.execute("UPDATE runs SET config = ? WHERE run_id = ?", (config, strange))
    assert [run.run_id for run in store.runs()] == [good]
    assert set(store.table().run_id) == {strange, good}
    with pytest.raises(
        RunError, match=r"settings of run .*strange.* cannot be read: Unknown setting 'warp_d"
    ):
        store.get(strange)


def test_a_run_is_frozen(store):
    run = store.get(store.create(CLOTHES))
    with pytest.raises(dataclasses.FrozenInstanceError):
        run.name = "x"


def test_what_everybody_asks_is_computed_once_until_something_changes(store):
    calls = []

    def count() -> int:
        calls.append(1)
        return len(store.runs())

    assert [store.cached("count", count) for _ in range(3)] == [0, 0, 0] and len(calls) == 1
    RunStore().create(CLOTHES)  # somebody else
    assert [store.cached("count", count) for _ in range(2)] == [1, 1] and len(calls) == 2
    store.create(CLOTHES)
    assert store.cached("count", count) == 2


def test_what_follows_from_a_run_is_computed_again_only_when_that_run_has_changed(store):
    run_id = started(store)
    calls = []

    def compute() -> int:
        calls.append(1)
        return len(store.history(run_id))

    assert [store.of_same("count", store.get(run_id), compute) for _ in range(2)] == [0, 0]
    store.create(CLOTHES)  # somebody else's
    assert store.of_same("count", store.get(run_id), compute) == 0 and len(calls) == 1
    store.add_epoch(run_id, epoch_result(1))
    assert store.of_same("count", store.get(run_id), compute) == 1 and len(calls) == 2


def test_what_was_asked_for_longest_ago_is_forgotten_first():
    latest, computed = Latest(2), []
    for key in ("first", "second", "first", "third", "first", "second"):
        latest(key, None, lambda key=key: computed.append(key))
    assert computed == ["first", "second", "third", "second"]


def test_progress_is_the_share_of_the_epochs_or_in_a_race_of_the_seconds(store):
    plain = started(store, CLOTHES.replace(epochs=4))
    race = started(store, CLOTHES.replace(epochs=1000, max_seconds=8.0))
    for run_id in (plain, race):
        store.add_epoch(run_id, epoch_result(1))  # after two seconds
    assert (store.get(plain).progress, store.get(race).progress) == (0.25, 0.25)
    store.finish(race, "completed")
    assert store.get(race).progress == 1.0


def test_that_a_run_should_stop_is_yes_or_no(store):
    run_id = started(store)
    assert store.get(run_id).stop_requested is False
    store.request_stop(run_id)
    assert store.get(run_id).stop_requested is True


def test_the_shipped_run_cannot_be_deleted_and_is_named(store):
    with pytest.raises(RunError, match="comes with the project and cannot be deleted"):
        store.delete(store.shipped.run.run_id)


def test_an_answer_that_is_none_of_the_classes_is_damage(store):
    path = store.folder(started(store)) / "predictions" / "0001.npz"
    path.parent.mkdir(parents=True)
    for classes, is_fine in (([0, 2], True), ([0, 3], False)):
        answers = {
            "classes": np.array(classes, np.uint8),
            "probabilities": np.full((2, 3), 85, np.uint8),
        }
        np.savez(path, **answers)
        if is_fine:
            assert predictions.read(path.parent.parent, 1)[0].tolist() == classes
        else:
            with pytest.raises(RunError, match="is damaged"):
                predictions.read(path.parent.parent, 1)


def test_photos_are_named_by_the_run_that_comes_along(store):
    assert stored_models.default_run(store).run_id == store.shipped.run.run_id


def test_photos_are_named_by_the_newest_run_that_learned_from_such_else_by_the_most_accurate(
    store, nothing_shipped
):
    def trained(accuracy: float, **values) -> str:
        run_id = store.create(CLOTHES.replace(**values))
        complete(store, run_id, accuracy)
        store.checkpoint_path(run_id).parent.mkdir(parents=True, exist_ok=True)
        store.checkpoint_path(run_id).touch()
        return run_id

    trained(0.5, seed=1)
    best = trained(0.9, seed=2)
    trained(0.6, seed=3)
    trained(0.95, dataset="kmnist")
    assert stored_models.default_run(store).run_id == best
    by_kind = [trained(0.4, seed=seed, augmentation="photo") for seed in (4, 5)]
    stopped = trained(0.4, seed=6, augmentation="photo")
    with store.database.write() as db:
        db.execute("UPDATE runs SET status = 'stopped' WHERE run_id = ?", (stopped,))
    assert stored_models.default_run(store).run_id == by_kind[-1]

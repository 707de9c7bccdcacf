"""What the coach says of a run's epochs, on every page the same."""

import pandas as pd
import pytest
from coach_histories import FAULTS, SMALL_SET, found_in, history_of, rising
from coach_of_held_out import HELD_OUT
from coach_of_training import TRAINING
from helpers import open_page

from fmnist_core.base.config import TrainConfig
from fmnist_core.base.epochs import EpochResult
from fmnist_core.base.errors import DataError
from fmnist_core.base.paths import data_dir
from fmnist_core.data import datasets
from fmnist_core.results import statistics
from fmnist_core.results.export.report import run_report

MADE = TRAINING | HELD_OUT


@pytest.mark.parametrize("name", MADE)
def test_coach_names_what_the_history_shows_and_nothing_else(name: str) -> None:
    made = MADE[name]
    found = found_in(made.columns, made.settings, made.classes)
    assert (found.fault if found else None) == made.fault
    said = f"{found.seen} {found.advice}" if found else ""
    assert all(word in said for word in made.says), said


def test_each_fault_is_in_the_table_of_made_histories() -> None:
    assert {made.fault for made in MADE.values() if made.fault} == set(FAULTS)


def test_few_test_images_jump_and_nobody_is_told_to_lower_the_rate() -> None:
    assert found_in(SMALL_SET, {}, classes=3, test_images=24) is None
    many = found_in(SMALL_SET, {}, classes=3, test_images=10_000)
    assert many.fault == "unsteady" and "between 41.7 % and 58.3 %" in many.seen


def test_a_run_that_still_trains_is_not_told_about_next_time() -> None:
    made = MADE["still improving"]
    ended, trains = (
        found_in(made.columns, made.settings, has_ended=has_ended) for has_ended in (True, False)
    )
    assert ended.seen == trains.seen
    assert (ended.advice, trains.advice) == ("Train for more epochs next time.", "More epochs may help.")


@pytest.mark.parametrize(("status", "advice"), [("completed", "next time"), ("stopped", "may help")])
def test_a_run_that_can_go_on_is_not_told_about_next_time(store, status, advice) -> None:
    run_id = store.create(TrainConfig(validation_size=1000))
    history = history_of(**MADE["still improving"].columns)
    _with_epochs(store, run_id, history, status)
    (said,) = statistics.coach(store.get(run_id), store.history(run_id))
    assert advice in said


def test_overfitting_since_is_what_the_coach_says(store) -> None:
    run = store.get(store.create(TrainConfig(validation_size=1000)))
    columns = MADE["overfitting, dated to the lowest loss"].columns
    assert statistics.overfitting_since(run, history_of(**columns)) == 4
    columns = MADE["still improving"].columns
    assert statistics.overfitting_since(run, history_of(**columns)) is None
    assert statistics.overfitting_since(run, pd.DataFrame()) is None
    gone = store.get(store.create(TrainConfig(dataset="my-clothes")))
    assert statistics.overfitting_since(gone, history_of(**columns)) is None


RISEN = {
    "train_loss": rising(0.9, 0.3, 9),
    "train_accuracy": rising(0.6, 0.75, 9),
    "test_loss": [0.9, 0.8, *rising(0.7, 0.9, 7)],
    "test_accuracy": [0.6] * 9,
}


@pytest.mark.parametrize(("images", "is_said"), [(24, False), (60, False), (200, True), (10_000, True)])
def test_a_loss_that_a_few_images_raise_is_no_overfitting(images: int, is_said: bool) -> None:
    found = found_in(RISEN, {}, classes=3, test_images=images)
    assert ("Overfitting since epoch 3" in (found.seen if found else "")) is is_said


@pytest.mark.parametrize(
    ("accuracies", "smoothing", "is_said"),
    [
        ([0.6] * 9, 0.0, True),
        ([0.6] * 9, 0.1, False),
        ([0.6] * 3 + [0.55] * 6, 0.1, True),
        ([1.0] * 9, 0.0, False),
        ([1.0] * 9, 0.1, False),
    ],
)
def test_a_loss_that_label_smoothing_raises_is_no_overfitting(accuracies, smoothing, is_said) -> None:
    """It is measured without smoothing, which teaches a net to be less sure of what it knows."""
    found = found_in(RISEN | {"test_accuracy": accuracies}, {"label_smoothing": smoothing}, classes=3)
    assert ("Overfitting since epoch 3" in (found.seen if found else "")) is is_said


@pytest.mark.parametrize(
    ("last_losses", "is_said"), [([0.76, 0.769, 0.77], False), ([0.73, 0.72, 0.7], True)]
)
def test_one_more_image_of_six_is_no_progress_while_the_loss_rises(last_losses, is_said) -> None:
    columns = {
        "train_loss": rising(0.9, 0.6, 9),
        "train_accuracy": rising(0.5, 0.7, 9),
        "test_accuracy": [0.5] * 6 + [4 / 6] * 3,
        "test_loss": [0.9, 0.9, 0.9, 0.9, 0.742, 0.85, *last_losses],
    }
    found = found_in(columns, {}, classes=2, test_images=6)
    assert (found is not None and found.fault == "still improving") is is_said
    if is_said:  # by the loss, not by the one image
        assert found.seen == "Still improving: test loss fell from 0.742 at epoch 5 to 0.720 at epoch 8."


def test_of_validation_images_their_number_counts(store) -> None:
    columns = {name.replace("test", "validation"): values for name, values in RISEN.items()}
    for images, since in ((24, None), (1000, 3)):
        run_id = store.create(TrainConfig(validation_size=images))
        run, history = store.get(run_id), history_of(**columns)
        assert statistics.overfitting_since(run, history) == since
        assert ("The gap has grown" in run_report(_with_epochs(store, run_id, history), run_id)) is bool(
            since
        )
        assert any("Overfitting since" in said for said in statistics.coach(run, history)) is bool(since)


@pytest.fixture
def two_classes_at_60_percent(store) -> str:
    """A finished run on zeros and ones that levelled off at 60 %: above guessing there, below it nowhere."""
    columns = MADE["two classes at 60 %, level"].columns
    history = history_of(**columns)
    run_id = store.create(TrainConfig(dataset="mnist-0-1", architecture="mlp-32", epochs=len(history)))
    _with_epochs(store, run_id, history)
    return run_id


def _with_epochs(store, run_id: str, history: pd.DataFrame, status: str = "completed"):
    """The store, where the run has done these epochs."""
    store.start(run_id, "worker of a test")
    for row in history.to_dict("records"):
        row["epoch"] = int(row["epoch"])
        measured = EpochResult(
            **row, seconds=1.0, images_per_second=1.0, learning_rate=0.1, device="cpu", precision="float32",
            parameters=1,
        )  # fmt: skip
        store.add_epoch(run_id, measured)
    store.finish(run_id, status)
    return store


def test_both_pages_and_the_report_say_the_same(store, two_classes_at_60_percent) -> None:
    run = store.get(two_classes_at_60_percent)
    (sentence,) = statistics.coach(run, store.history(run.run_id))
    assert sentence.startswith("Levelled off: test accuracy has stayed between 59.9 % and 60.2 %")
    for page in ("train", "compare"):
        app = open_page(page, run=run.run_id)
        assert not app.exception
        assert any(
            sentence in element.value.replace("\\", "").replace("\u00a0", " ") for element in app.markdown
        ), page
    assert sentence in run_report(store, run.run_id)


def test_coach_leaves_a_failed_run_to_its_message_and_a_lost_data_set_alone(store) -> None:
    history = history_of(train_loss=[90.0, 80.0], train_accuracy=[0.1, 0.1])
    run_id = store.create(TrainConfig())
    assert statistics.coach(store.get(run_id), history)
    store.start(run_id, "worker of a test")
    store.finish(run_id, "failed", "The loss is not a number")
    assert statistics.coach(store.get(run_id), history) == []
    gone = store.create(TrainConfig(dataset="my-clothes"))
    assert statistics.coach(store.get(gone), history) == []
    damaged = data_dir() / "own" / "my-clothes" / "dataset.json"
    damaged.parent.mkdir(parents=True)
    damaged.write_text("nonsense")
    with pytest.raises(DataError, match="damaged"):
        datasets.find("my-clothes")
    assert statistics.coach(store.get(gone), history) == []
    assert statistics.overfitting_since(store.get(gone), history) is None

"""Few steps on few images: when the coach says so."""

import pytest
from coach_histories import found_in
from test_coach_thresholds import UNSEEN, Columns, trained

FAST: Columns = trained([2.0, 1.6, 1.2, 1.0], 0.54)


@pytest.mark.parametrize(
    ("columns", "settings", "images", "is_said"),
    [
        (FAST, {"batch_size": 200}, 4900, False),  # 100 steps
        (FAST, {"batch_size": 205}, 4900, True),  # 96
        (FAST, {"batch_size": 256}, 5000, False),
        (FAST, {"batch_size": 256}, 4999, True),
        (FAST, {"batch_size": 256, "validation_size": 1000}, 5999, True),
        (FAST, {"batch_size": 256, "train_size": 320}, 60_000, True),
        (FAST, {"batch_size": 256}, None, False),
        (FAST, {"batch_size": 256, "max_seconds": 5.0}, 320, False),
        (trained([2.0, 1.6, 1.2, 1.0], 0.56), {"batch_size": 256}, 320, False),
    ],
)
def test_few_steps_are_said_of_few_images_hardly_learned(columns, settings, images, is_said) -> None:
    found = found_in(columns, UNSEEN | settings, data_images=images)
    assert ((found and found.fault) == "few steps") is is_said


def test_few_steps_are_not_said_while_it_trains() -> None:
    found = found_in(FAST, UNSEEN, has_ended=False, data_images=320)
    assert found.fault == "unseen"


LAGS: Columns = trained([1.2, 0.9, 0.7, 0.6, 0.5, 0.4], 0.9) | {
    "test_loss": [1.6, 1.5, 1.4, 1.3, 1.2, 1.1],
    "test_accuracy": [1 / 3] * 6,
}
"""Of a net with three classes: the averaged one only guesses while the one that learns knows its images."""
FALLS = LAGS | {"train_accuracy": [0.7] * 6, "test_accuracy": [0.8, 0.8, 0.8, 0.5, 0.5, 0.5]}
SWINGS = LAGS | {"train_accuracy": [0.7] * 6, "test_accuracy": [0.8, 0.5, 0.8, 0.5, 0.8, 0.5]}
BY_HEART = LAGS | {"test_accuracy": [0.5] * 6}


@pytest.mark.parametrize(
    ("columns", "fault"),
    [(LAGS, "wrong labels"), (BY_HEART, "overfitting"), (FALLS, "gets worse"), (SWINGS, "unsteady")],
)
def test_a_tested_net_that_may_lag_behind_is_not_judged_while_it_trains(columns, fault) -> None:
    """2 and 20 batches an epoch; after 100 steps, and at the end, it is."""

    def found(images: int, has_ended: bool = False) -> str | None:
        settings = {"batch_size": 16}
        what = found_in(columns, settings, classes=3, has_ended=has_ended, data_images=images)
        return what and what.fault

    assert found(30) != fault
    assert found(30, has_ended=True) == found(320) == fault


@pytest.mark.parametrize(("test_images", "is_said"), [(6, False), (9, False), (60, True)])
def test_so_few_images_that_a_good_net_may_seem_to_guess(test_images: int, is_said: bool) -> None:
    """2 of 6 and 3 of 9 are those of a net that is right half of the time as well."""
    found = found_in(LAGS, {}, classes=3, test_images=test_images)
    assert (found is not None and found.fault == "wrong labels") is is_said

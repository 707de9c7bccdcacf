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

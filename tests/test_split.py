"""Which images are trained on, and which are kept aside."""

import dataclasses

import numpy as np
import pytest
from helpers import small_config, tiny_dataset

from fmnist_core.base.errors import ConfigError
from fmnist_core.training import split


def test_the_split_is_stratified_and_depends_on_the_seed_alone():
    data = tiny_dataset(train=1000)
    training, validation = split(small_config(validation_size=105), data)
    assert len(training) == 895 and len(validation) == 105
    assert not set(training) & set(validation)
    assert np.bincount(data.train_labels[validation]).tolist() == [11] * 5 + [10] * 5
    fewer, again = split(small_config(validation_size=105, train_size=300), data)
    assert again.tolist() == validation.tolist()
    assert len(fewer) == 300 and set(fewer) <= set(training)
    assert np.bincount(data.train_labels[fewer]).min() >= 29
    assert split(small_config(validation_size=105, seed=1), data)[1].tolist() != validation.tolist()
    assert split(small_config(), data)[0].tolist() == list(range(1000))


def test_places_left_over_in_a_split_go_to_the_largest_remainders():
    data = tiny_dataset(train=100)
    labels = np.repeat([0, 1, 2, 3], [50, 30, 17, 3])
    data = dataclasses.replace(data, train_labels=labels)
    _, validation = split(small_config(validation_size=11), data)  # shares 5.5, 3.3, 1.87, 0.33
    assert np.bincount(labels[validation], minlength=4).tolist() == [6, 3, 2, 0]


@pytest.mark.parametrize(
    ("settings", "most"),
    [
        ({"train_size": 120}, 80),
        ({"train_size": 120, "validation_size": 300}, 80),
        ({}, 136),
        ({"batch_size": 200}, 0),
    ],
)
def test_so_few_validation_images_as_are_advised_leave_what_else_is_asked_for(tiny, settings, most):
    config = small_config(**{"validation_size": 200} | settings)
    with pytest.raises(ConfigError, match=f"leave nothing to train on: .* choose at most {most}$"):
        split(config, tiny)
    training_images, validation = split(config.replace(validation_size=most), tiny)
    assert (len(validation), len(training_images)) == (most, config.train_size or config.batch_size)

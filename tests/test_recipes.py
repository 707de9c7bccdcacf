"""Recipes: named settings that every architecture can be trained with."""

import pytest

from fmnist_core.base.config import TrainConfig
from fmnist_core.base.errors import ConfigError
from fmnist_core.nets import architectures
from fmnist_core.training import recipes


@pytest.mark.parametrize("name", recipes.RECIPES)
def test_every_recipe_is_a_valid_config_that_carries_its_name(name):
    config = recipes.configure(name)
    assert config.recipe == name and recipes.find(name).description
    assert architectures.find(config.architecture)


def test_the_lectures_recipe_is_the_lectures():
    config = recipes.configure("lecture", architecture="cnn")
    assert config == TrainConfig(
        architecture="cnn", recipe="lecture", epochs=30, batch_size=256, optimizer="adam", learning_rate=1e-3
    )
    assert config.seed == 43052 and config.validation_size == 0 and config.augmentation == "none"


def test_settings_can_be_changed_one_by_one():
    assert recipes.configure("fast", epochs=1).epochs == 1
    assert recipes.configure() == TrainConfig()


def test_an_unknown_recipe_is_named_with_the_choices():
    with pytest.raises(ConfigError, match="Unknown recipe 'slow'; choose one of: lecture, fast, best"):
        recipes.configure("slow")

"""Recipes: named settings without a data set. Any architecture can be trained with any recipe."""

from dataclasses import dataclass

from ..base.config import TrainConfig
from ..base.errors import ConfigError, unknown_name_message


@dataclass(frozen=True)
class Recipe:
    """settings: the values of `TrainConfig` that it decides; everything else keeps its default."""

    name: str
    description: str
    settings: dict


RECIPES: dict[str, Recipe] = {
    recipe.name: recipe
    for recipe in (
        Recipe(
            "lecture",
            "As in the lecture: Adam, batch 256, 30 epochs, all 60,000 images, nothing else",
            {"epochs": 30, "batch_size": 256, "optimizer": "adam", "learning_rate": 1e-3, "seed": 43052},
        ),
        Recipe(
            "fast",
            "Past the lecture's best test accuracy in a few seconds",
            {
                "architecture": "small-cnn",
                "epochs": 4,
                "batch_size": 256,
                "optimizer": "adamw",
                "learning_rate": 1.2e-2,
                "schedule": "one-cycle",
                "weight_decay": 0.01,
                "label_smoothing": 0.1,
                "augmentation": "flip",
                "weight_averaging": 0.98,
                "test_every": 0,
            },
        ),
        Recipe(
            "best",
            "As accurate as possible within a quarter of an hour",
            {
                "architecture": "resnet",
                "epochs": 22,
                "batch_size": 256,
                "optimizer": "adamw",
                "learning_rate": 4e-3,
                "schedule": "one-cycle",
                "weight_decay": 0.05,
                "label_smoothing": 0.1,
                "augmentation": "shift+flip+erase",
                "weight_averaging": 0.998,
                "test_time_flip": True,
            },
        ),
        Recipe(
            "photo",
            "Made for photos of real garments: heavy augmentation that imitates them",
            {
                "architecture": "photo-cnn",
                "epochs": 30,
                "batch_size": 256,
                "optimizer": "adamw",
                "learning_rate": 4e-3,
                "schedule": "one-cycle",
                "weight_decay": 0.05,
                "label_smoothing": 0.05,
                "augmentation": "photo",
                "validation_size": 5000,
                "weight_averaging": 0.995,
                "test_time_flip": True,
                "test_every": 3,
            },
        ),
    )
}
"""`custom` is not in here: it is the name of settings that somebody chose one by one."""


def find(name: str) -> Recipe:
    """The recipe called `name`; "custom" is one without settings. Raises `ConfigError`."""
    if name == "custom":
        return Recipe("custom", "Settings of your own", {})
    if name not in RECIPES:
        raise ConfigError(unknown_name_message("recipe", name, [*RECIPES, "custom"]))
    return RECIPES[name]


def configure(recipe: str = "custom", **overrides: object) -> TrainConfig:
    """The recipe's `TrainConfig`, with some values changed. Raises `ConfigError`."""
    return TrainConfig(**{"recipe": recipe, **find(recipe).settings, **overrides})

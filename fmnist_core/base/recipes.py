"""Recipes: named settings without a data set. Any architecture can be trained with any recipe.

A config carries a recipe's name only while its settings are the recipe's; changed by hand it is `custom`.
"""

import functools
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from .config import SETTINGS, TrainConfig
from .errors import ConfigError, unknown_name_message

FREE = ("dataset", "architecture", "recipe", "seed", "device", "precision", "photos")
"""Settings that a recipe leaves open: what is trained on which images, where, and with which luck."""
FEW = 5000
"""Training images below which the other recipes take too few steps; `few` is made for these."""
WRITTEN = ("mnist", "mnist-0-1", "mnist-0-1-2", "kmnist", "emnist-balanced", "qmnist")
"""Data sets of characters, of which a mirror image is another one or none: there, recipes shift images where
they mirror others, and do not read mirror images."""
MAX_RUN_NAME = 80
"""Characters of the name that a run gets by itself."""


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
            "As in the lecture: Adam, batch 256, 30 epochs, all training images, nothing else",
            {"epochs": 30, "batch_size": 256, "optimizer": "adam", "learning_rate": 1e-3, "seed": 43052},
        ),
        Recipe(
            "fast",
            "Little time: a small net, 5 epochs, a learning rate that rises and falls",
            {
                "architecture": "quick-cnn",
                "epochs": 5,
                "batch_size": 256,
                "optimizer": "adamw",
                "learning_rate": 1.2e-2,
                "schedule": "one-cycle",
                "weight_decay": 0.01,
                "label_smoothing": 0.1,
                "augmentation": "flip",
                "weight_averaging": 0.98,
                "test_time_flip": True,
                "test_every": 0,
            },
        ),
        Recipe(
            "best",
            "Accuracy first: a large net, 22 epochs, augmentation, averaged weights",
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
            "few",
            "Few images, such as pictures of your own: small batches, many epochs, shifted images",
            {
                "architecture": "small-cnn",
                "epochs": 60,
                "batch_size": 32,
                "optimizer": "adamw",
                "learning_rate": 1.2e-2,
                "schedule": "one-cycle",
                "weight_decay": 0.01,
                "label_smoothing": 0.1,
                "augmentation": "shift",
                "weight_averaging": 0.98,
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


def settings_of(recipe: str, dataset: str) -> dict[str, Any]:
    """What a recipe decides where it trains on this data set. Raises `ConfigError`."""
    settings = dict(find(recipe).settings)
    if dataset not in WRITTEN:
        return settings
    names = settings.get("augmentation", "none").split("+")
    if "flip" in names:
        settings["augmentation"] = "+".join(
            dict.fromkeys("shift" if name == "flip" else name for name in names)
        )
    settings.pop("test_time_flip", None)
    return settings


def on(config: TrainConfig, dataset: str) -> TrainConfig:
    """The config on another data set; what its recipe decides by the data set follows, unless it was changed
    by hand. Raises `ConfigError`."""
    default = TrainConfig().to_dict()
    before, after = (default | settings_of(config.recipe, name) for name in (config.dataset, dataset))
    values = config.to_dict()
    by_data = [name for name in after if before[name] != after[name]]
    follows = {name: after[name] for name in by_data if values[name] == before[name]}
    return config.replace(dataset=dataset, **follows)


def configure(recipe: str = "custom", **overrides: object) -> TrainConfig:
    """The recipe's `TrainConfig`, with some values changed: it is `custom` then. Raises `ConfigError`."""
    dataset = str(overrides.get("dataset", TrainConfig().dataset))
    return relabel(TrainConfig(**{"recipe": recipe, **settings_of(recipe, dataset), **overrides}))


def relabel(config: TrainConfig) -> TrainConfig:
    """The config, as `custom` if it carries the name of a recipe whose settings it no longer has."""
    is_changed = config.recipe in RECIPES and _differences(config, config.recipe, FREE)
    return config.replace(recipe="custom") if is_changed else config


@functools.lru_cache(maxsize=2000)  # pages ask for those of all runs again and again
def run_name(config: TrainConfig, always: tuple[str, ...] = ()) -> str:
    """A short name that differs where settings do: `cnn · lecture`, `cnn · custom · 8 epochs`.

    always: settings that it names even where they are the recipe's.

    It names what differs from the recipe, or for `custom` from the recipe that comes nearest, which is named
    too unless it is the lecture's: `resnet · custom (best) · 1 epoch`.
    """
    nearest = min(RECIPES, key=lambda recipe: len(_differences(config, recipe, FREE)))
    recipe = config.recipe if config.recipe in RECIPES else nearest
    like = "" if recipe in (config.recipe, "lecture") else f" ({recipe})"
    start = f"{config.architecture} · {config.recipe}{like}"
    differing = _differences(config, recipe)
    said = [
        SETTINGS[name].in_a_name(value)
        for name, value in config.to_dict().items()
        if (name in differing or name in always) and not (name == "epochs" and config.until_the_bell)
    ]
    if len(" · ".join([start, *said])) <= MAX_RUN_NAME:
        return " · ".join([start, *said])
    digest = hashlib.sha256(json.dumps(config.to_dict()).encode()).hexdigest()[:4]
    while said and len(" · ".join([start, *said, f"… {digest}"])) > MAX_RUN_NAME:
        said.pop()
    return " · ".join([start, *said, f"… {digest}"])[-MAX_RUN_NAME:]


def _differences(
    config: TrainConfig, recipe: str, but: tuple[str, ...] = ("architecture", "recipe")
) -> dict[str, object]:
    """The settings, but some, in which a config differs from a recipe: name and value."""
    decided = settings_of(recipe, config.dataset)
    own = {name: value for name, value in decided.items() if name != "architecture"}
    base = TrainConfig(**own).to_dict()
    return {
        name: value for name, value in config.to_dict().items() if name not in but and value != base[name]
    }

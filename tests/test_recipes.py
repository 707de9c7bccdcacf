"""Recipes: named settings that every architecture can be trained with."""

import re

import pytest

from fmnist_core.base import recipes
from fmnist_core.base.config import SETTINGS, TrainConfig
from fmnist_core.base.errors import ConfigError
from fmnist_core.nets import architectures
from fmnist_core.results.export.report import run_report

TWEAKS = {
    "dataset": "mnist",
    "architecture": "cnn",
    "epochs": 33,
    "batch_size": 55,
    "optimizer": "adamw",
    "learning_rate": 0.0123,
    "schedule": "cosine",
    "momentum": 0.7,
    "weight_decay": 0.07,
    "label_smoothing": 0.07,
    "augmentation": "erase",
    "validation_size": 123,
    "precision": "bfloat16",
    "seed": 5,
    "device": "cpu",
    "weight_averaging": 0.77,
    "test_every": 7,
    "train_size": 777,
    "max_seconds": 77.0,
    "patience": 7,
    "keep": "best",
    "judged_by": "accuracy",
    "start_from": "a1234567",
    "photos": "folder",
}
NEEDED = {name: {"validation_size": 124} for name in ("patience", "keep")}
"""What a setting cannot do without."""


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


@pytest.mark.parametrize(("name", "there"), [("fast", "shift"), ("best", "shift+erase"), ("photo", "photo")])
def test_characters_are_shifted_where_clothes_are_mirrored_and_are_not_read_in_a_mirror(name, there):
    clothes, digits = recipes.configure(name), recipes.configure(name, dataset="mnist")
    assert digits.recipe == name and digits.augmentation == there and not digits.test_time_flip
    assert clothes.test_time_flip and recipes.run_name(digits) == f"{digits.architecture} · {name} · mnist"
    assert recipes.on(clothes, "mnist") == digits and recipes.on(digits, "fashion-mnist") == clothes
    by_hand = clothes.replace(augmentation="none")
    assert recipes.on(by_hand, "mnist").augmentation == "none"
    assert recipes.relabel(clothes.replace(dataset="mnist")).recipe == "custom"
    lecture = recipes.configure("lecture")
    assert recipes.on(lecture, "mnist") == lecture.replace(dataset="mnist")


def test_settings_can_be_changed_one_by_one():
    assert recipes.configure("fast", epochs=1).epochs == 1
    assert recipes.configure() == TrainConfig()


def test_a_recipes_name_is_kept_only_while_its_settings_are():
    best = recipes.configure("best")
    assert recipes.configure("best", epochs=1).recipe == "custom"
    assert recipes.relabel(best.replace(learning_rate=1e-3)).recipe == "custom"
    free = {"seed": 7, "dataset": "mnist", "architecture": "cnn", "device": "cpu", "precision": "float32"}
    assert recipes.configure("best", **free).recipe == "best"
    assert recipes.relabel(best.replace(recipe="race", epochs=1)).recipe == "race"


@pytest.mark.parametrize(
    ("recipe", "changes", "name"),
    [
        ("lecture", {"architecture": "mlp-32"}, "mlp-32 · lecture"),
        ("lecture", {"architecture": "mlp-32", "epochs": 8}, "mlp-32 · custom · 8 epochs"),
        ("best", {"epochs": 1}, "resnet · custom (best) · 1 epoch"),
        ("best", {"test_time_flip": False}, "resnet · custom (best) · mirrored no"),
        ("lecture", {"seed": 7, "dataset": "mnist"}, "mlp-256 · lecture · mnist · seed 7"),
        ("photo", {"photos": "/home/me/secret"}, "photo-cnn · photo · photos"),
        ("custom", {"learning_rate": 0.003}, "mlp-256 · custom · 10 epochs · rate 0.003"),
    ],
)
def test_a_runs_name_says_what_it_does(recipe, changes, name):
    assert recipes.run_name(recipes.configure(recipe, **changes)) == name


def test_names_differ_where_any_setting_does():
    many = recipes.configure(
        "best", optimizer="sgd", momentum=0.5, batch_size=77, label_smoothing=0.2, weight_averaging=0.9
    )
    for config in (TrainConfig(), many):
        names = {recipes.run_name(config)}
        others = TWEAKS | {"test_time_flip": not config.test_time_flip}
        assert set(others) == set(SETTINGS) - {"recipe"}
        for setting, value in others.items():
            tweaked = config.replace(**{setting: value}, **NEEDED.get(setting, {}))
            changed = recipes.run_name(recipes.relabel(tweaked))
            assert changed not in names and len(changed) <= 80, setting
            names.add(changed)


def test_a_stored_run_says_custom_in_the_table_in_its_name_and_in_the_report(store):
    run_id = store.create(recipes.configure("best").replace(epochs=1))
    run, row = store.get(run_id), store.table().iloc[0]
    assert run.config.recipe == row["recipe"] == "custom"
    assert run.name == row["name"] == "resnet · custom (best) · 1 epoch"
    assert "<td>Recipe</td><td>custom</td>" in re.sub(r">\s+<", "><", run_report(store, run_id))


def test_an_unknown_recipe_is_named_with_the_choices():
    with pytest.raises(ConfigError, match="Unknown recipe 'slow'; choose one of: lecture, fast, best"):
        recipes.configure("slow")

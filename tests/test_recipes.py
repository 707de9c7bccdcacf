"""Recipes: named settings that every architecture can be trained with."""

import json

import pytest
import torch

from fmnist_core import architectures, bench, recipes
from fmnist_core.bench import lecture_loop, measurement
from fmnist_core.config import TrainConfig
from fmnist_core.errors import ConfigError


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


def test_a_benchmark_prints_json_lines_or_a_table(monkeypatch, capsys):
    def quick():
        yield measurement.less_is_better("quick", 2.0, 5.0, "seconds (nothing)")

    monkeypatch.setitem(bench.BENCHMARKS, "quick", quick)
    assert bench.main(["quick"], as_json=True) == 0
    expected = {"name": "quick", "ours": 2.0, "baseline": 5.0, "ratio": 2.5, "unit": "seconds (nothing)"}
    assert json.loads(capsys.readouterr().out) == expected
    bench.main(["quick"], as_json=False)
    assert capsys.readouterr().out.splitlines()[1].split()[:4] == ["quick", "2", "5", "2.5"]
    with pytest.raises(ConfigError, match="Unknown benchmark 'slow'; choose one of: throughput-mlp-32"):
        bench.main(["slow"], as_json=False)


def test_the_two_sides_of_a_benchmark_take_turns():
    calls = []
    sides = (lambda: calls.append("ours") or 1.0, lambda: calls.append("theirs") or len(calls))
    assert measurement.in_turn(*sides, rounds=3) == [1.0, 4]
    assert calls == ["ours", "theirs"] * 3


def test_the_lectures_loop_sees_every_image_and_learns(tiny):
    loop = lecture_loop.LectureLoop("mlp-32", tiny)
    before = loop.net[1].weight.clone()
    assert loop.images_per_second(2) > 0
    assert not torch.equal(before, loop.net[1].weight)

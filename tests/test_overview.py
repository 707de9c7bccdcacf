"""The table of runs, the choice of images and the quiz."""

import numpy as np
import pandas as pd
import pytest

from fmnist_core.base.config import TrainConfig
from fmnist_core.base.errors import ConfigError, DataError
from fmnist_core.data import summary
from fmnist_core.results import statistics


def test_images_are_picked_by_outcome_class_confidence_and_order() -> None:
    logits = np.log(np.array([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8], [0.3, 0.7]]))
    answers = statistics.answers_from_logits(logits, np.array([0, 1, 1, 0]))
    assert statistics.pick_images(answers).tolist() == [0, 1, 2, 3]
    assert statistics.pick_images(answers, "wrong").tolist() == [1, 3]
    assert statistics.pick_images(answers, "wrong", order="most confident first").tolist() == [3, 1]
    assert statistics.pick_images(answers, order="least confident first").tolist() == [1, 3, 2, 0]
    assert statistics.pick_images(answers, true=1, predicted=0).tolist() == [1]
    assert statistics.pick_images(answers, confidence=(0.65, 0.85)).tolist() == [2, 3]
    with pytest.raises(ConfigError, match="Unknown outcome 'odd'"):
        statistics.pick_images(answers, "odd")


def test_answers_to_other_images_than_the_labels_are_refused() -> None:
    with pytest.raises(DataError, match="tested on 3 images, but the data set now has 2"):
        statistics.answers_from_logits(np.zeros((3, 2)), np.zeros(2, dtype=np.int64))


TABLE = pd.DataFrame(
    {
        "run_id": ["aa", "bb", "cc"],
        "name": ["First net", "second", "third"],
        "note": ["", None, "shifted shirts"],
        "status": ["completed", "running", "completed"],
        "dataset": ["mnist", "fashion-mnist", "fashion-mnist"],
        "architecture": ["cnn", "cnn", "mlp-32"],
        "recipe": ["lecture", "custom", "custom"],
        "starred": [0, 1, 0],
        "test_accuracy": [0.9, None, 0.8],
        "test_count": [1000, None, 10],
        "train_accuracy": [0.95, 0.5, 0.9],
    }
)


def test_overview_adds_interval_and_gap() -> None:
    shown = statistics.add_intervals(TABLE)
    assert (shown["test_low"][0], shown["test_high"][0]) == statistics.wilson_interval(900, 1000)
    assert shown["gap"].tolist()[::2] == pytest.approx([0.05, 0.1])
    assert np.isnan(shown["gap"][1]) and np.isnan(shown["test_low"][1])


def test_runs_are_found_by_words_and_choices() -> None:
    def found(**wanted) -> list[str]:
        return statistics.filter_runs(TABLE, **wanted)["run_id"].tolist()

    assert found() == ["aa", "bb", "cc"]
    assert found(text="NET first") == ["aa"]
    assert found(text="shirts") == ["cc"]
    assert found(text="[") == []
    assert found(datasets=("fashion-mnist",), architectures=("cnn",)) == ["bb"]
    assert found(statuses=("completed",)) == ["aa", "cc"]
    assert found(starred=True) == ["bb"]


def test_settings_that_differ_are_the_only_ones_in_the_table() -> None:
    config = TrainConfig()
    frame = statistics.settings_differences({"a": config, "b": config.replace(seed=1, learning_rate=0.01)})
    assert frame.to_dict("index") == {
        "Learning rate": {"a": "0.001", "b": "0.01"},
        "Seed": {"a": "43052", "b": "1"},
    }
    assert statistics.settings_differences({"a": config, "b": config}).empty
    assert statistics.settings_differences({}).empty


def test_quiz_draws_every_class_equally_often_and_no_image_twice() -> None:
    labels = np.repeat(np.arange(10), [5, 50, 50, 50, 50, 50, 50, 50, 50, 500])
    drawn = summary.draw_evenly(labels, 20, seed=1)
    assert np.bincount(labels[drawn]).tolist() == [2] * 10
    assert len(set(drawn)) == 20
    assert (drawn == summary.draw_evenly(labels, 20, seed=1)).all()
    assert (drawn != summary.draw_evenly(labels, 20, seed=2)).any()
    assert len(summary.draw_evenly(labels[:3], 20, seed=1)) == 3

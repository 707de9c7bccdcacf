"""Figures, charts and sentences at their limits: nothing to show, an interval without width, no spread."""

import numpy as np
import pandas as pd
import pytest
from helpers import CLOTHES

from fmnist_core.results import statistics
from fmnist_core.results.charts import data
from fmnist_core.results.charts.curves import _within
from fmnist_core.results.charts.steps import step_curves
from fmnist_core.results.export.script import training_script
from fmnist_core.results.statistics.groups import compare_groups
from fmnist_core.results.statistics.intervals import is_at_chance

BALANCE = pd.DataFrame({"class_name": ["a", "b"], "training": [40, 60], "test": [5, 5]})
HISTOGRAM = pd.DataFrame({"value": [0, 63, 64, 191, 192, 255], "share": [0.5, 0.1, 0.15, 0.05, 0.125, 0.075]})


def test_pixels_are_counted_as_black_dark_and_bright_with_the_limits_that_are_named():
    assert str(data.pixel_histogram_alt(HISTOGRAM)) == (
        "50.0 % of the pixels are black, 60.0 % are darker than 64, 20.0 % are 192 or brighter."
    )
    empty = HISTOGRAM.iloc[:0]
    assert "nothing to show" in str(data.pixel_histogram_alt(empty))
    assert not data.pixel_histogram_bars(empty).data
    bars = data.pixel_histogram_bars(HISTOGRAM).data[0]
    assert np.nansum(bars.y) == pytest.approx(1)
    assert bars.x[0] == data.BIN / 2 - 0.5 and bars.customdata[0][0] == f"0–{data.BIN - 1}"
    ticks = data.pixel_histogram_bars(HISTOGRAM).layout.yaxis
    assert [f"{100 * value:g} %" for value in ticks.tickvals] == list(ticks.ticktext)


def test_images_per_class_are_drawn_and_said_of_both_splits():
    figure = data.class_balance_bars(BALANCE)
    assert [list(bar.x) for bar in figure.data] == [[40, 60], [5, 5]]
    assert figure.layout.xaxis.range[1] > 60 and figure.layout.xaxis.fixedrange
    assert str(data.class_balance_alt(BALANCE)) == (
        "Training images: 40 (a) to 60 (b). Test images: 5 in every class."
    )
    assert "nothing to show" in str(data.class_balance_alt(BALANCE.iloc[:0]))
    assert not data.class_balance_bars(BALANCE.iloc[:0]).data


def test_records_within_epochs_lie_between_their_epochs():
    records = pd.DataFrame({"epoch": [1, 2], "step": [5, 2], "steps": [10, 8], "train_loss": [2.0, 1.0]})
    places, values = _within(records, "loss")
    assert places.tolist() == [0.5, 1.25] and values.tolist() == [2.0, 1.0]
    assert not len(_within(None, "loss")[0])


def test_the_axes_of_the_steps_are_logarithmic_where_asked():
    losses = {"a": pd.DataFrame({"step": [1, 2], "train_loss": [2.0, 1.0], "steps": [1, 1]})}
    for log in (True, False):
        layout = step_curves(losses, log=log).layout
        assert [axis.type == "log" for axis in (layout.xaxis, layout.yaxis)] == [log, log]


def test_an_accuracy_is_at_chance_only_where_its_interval_reaches_it():
    assert is_at_chance(0.11, 1000, 10) and is_at_chance(0.1, 1000, 10)
    assert not is_at_chance(0.13, 1000, 10) and not is_at_chance(0.9, 1000, 10)
    assert not is_at_chance(None, 1000, 10) and not is_at_chance(0.1, 0, 10)


def test_groups_without_any_spread_differ_by_their_means():
    found = compare_groups({0: 0.8, 1: 0.8}, {7: 0.9, 8: 0.9, 9: 0.9})
    assert found.difference == pytest.approx(0.1) and found.low == pytest.approx(found.high)


def test_a_script_imports_math_and_leaves_classes_out_only_where_it_needs_to():
    cosine = training_script(CLOTHES.replace(schedule="cosine"), None)
    constant = training_script(CLOTHES.replace(schedule="constant"), None)
    assert "import math" in cosine and "import math" not in constant
    assert "if lbl <" not in constant


def test_a_difference_on_the_same_images_is_corrected_for_agreement():
    low, high = statistics.difference_interval(80, 10, 5, 5)
    assert low == pytest.approx(-0.1324, abs=5e-4) and high == pytest.approx(0.0300, abs=5e-4)

"""Figures, charts and sentences at their limits: nothing to show, an interval without width, no spread."""

import numpy as np
import pandas as pd
import pytest
from helpers import CLOTHES, random_answers

from fmnist_core.base.search import Range, Search
from fmnist_core.results import charts, statistics
from fmnist_core.results.charts import data
from fmnist_core.results.charts.curves import _within, whole_ticks
from fmnist_core.results.charts.frame import loss_range
from fmnist_core.results.charts.steps import step_curves
from fmnist_core.results.export.script import training_script
from fmnist_core.results.statistics.coach.evidence import Curve
from fmnist_core.results.statistics.coach.findings import said
from fmnist_core.results.statistics.groups import (
    MANY_LOOKS,
    compare_best,
    compare_groups,
    looks_sentence,
    needed_sentence,
)
from fmnist_core.results.statistics.intervals import is_at_chance
from fmnist_core.results.statistics.overview import written
from fmnist_core.results.statistics.paired import how_often
from fmnist_core.results.statistics.power import luck_of_looks
from fmnist_core.results.statistics.trials import _tidy

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


def test_ticks_are_at_whole_epochs_and_about_ten():
    lasts = {
        1: 1,
        10: 1,
        11: 2,
        20: 2,
        21: 5,
        50: 5,
        51: 10,
        200: 20,
        201: 50,
        501: 100,
        2000: 200,
        9000: 1000,
        20_000: 2000,
    }
    assert {last: whole_ticks(last) for last in lasts} == lasts


def test_an_axis_of_losses_ends_at_a_round_number_above_them():
    highest = {0.08: 0.1, 1.0: 1, 1.2: 1.5, 1.6: 2, 2.5: 3, 4: 5, 6: 7, 8: 10, 20: 20, 0: 1, np.nan: 1}
    assert {value: pytest.approx(loss_range(value)[1]) for value in highest} == highest


@pytest.mark.parametrize(("classes", "mode", "gap"), [(20, "markers+text", 1), (21, "markers", 0)])
def test_many_classes_leave_no_room_for_numbers(classes, mode, gap):
    figure = charts.confusion_heatmap(pd.DataFrame(np.eye(classes, dtype=int)))
    assert (figure.data[2].mode, figure.data[0].xgap, figure.data[0].ygap) == (mode, gap, gap)


def test_values_are_written_as_people_write_them():
    assert [written(value) for value in (None, True, False, 0.10, 3)] == ["–", "yes", "no", "0.1", "3"]
    assert [said(loss) for loss in (0.5, 999.9994, 1000.0, -1000.0)] == [
        "0.500",
        "999.999",
        "1e+03",
        "-1e+03",
    ]


def test_a_probability_is_rounded_to_the_cautious_side():
    limits = {0.0009: "1,000", 0.001: "100", 0.01: "50", 0.019: "50", 0.02: "20", 0.049: "20"}
    assert {value: how_often(value) for value in limits} == {
        value: f"less than once in {words} times" for value, words in limits.items()
    }
    assert [how_often(value) for value in (0.05, 0.984, 0.986)] == [
        *("5 times in 100", "98 times in 100", "always, or almost")
    ]


def test_ten_looks_are_many_and_both_sides_of_a_difference_count():
    first, second = np.arange(1000) < 40, np.arange(1000) >= 990
    comparison = statistics.compare(np.zeros(1000), first.astype(float), second.astype(float))
    assert (comparison.only_a, comparison.only_b) == (10, 40)
    assert looks_sentence(MANY_LOOKS - 1, comparison) is None
    points = 100 * luck_of_looks(MANY_LOOKS, 50, 1000)
    assert f"about {points:.1f} points better" in looks_sentence(MANY_LOOKS, comparison)


def test_seeds_that_are_needed_are_too_many_enough_or_counted():
    few = compare_groups({1: 0.90, 2: 0.92}, {1: 0.91, 2: 0.92})
    many = {seed: 0.9 + seed / 1e5 for seed in range(9)}
    assert needed_sentence(few) == f"To see half a point, about {few.seeds_needed} seeds each are needed."
    assert needed_sentence(compare_groups({1: 0.1, 2: 0.9}, {3: 0.9, 4: 0.1})).startswith("More than")
    assert needed_sentence(compare_groups(many, many)).startswith("So many seeds show")


def test_two_seeds_each_are_enough_to_compare_the_best_two_and_single_runs_are_passed_over():
    two = {1: 0.8, 2: 0.81}
    found = compare_best({"single": {1: 0.9}, "a": two, "b": {1: 0.7, 2: 0.72}, "c": two})
    assert found is not None and found[:2] == ("a", "b") and found[2].difference == pytest.approx(-0.095)
    assert compare_best({"single": {1: 0.9}, "a": two}) is None


def test_numbers_that_are_proposed_have_three_digits_and_stay_in_their_range():
    search = Search(
        CLOTHES.replace(validation_size=100),
        {
            "learning_rate": Range(0.0012345, 0.1),
            "batch_size": Range(1000, 2000),
            "optimizer": ("adam", "sgd"),
        },
        9,
    )
    values = [("learning_rate", 0.0567891), ("learning_rate", 0.0012345), ("batch_size", 1234)]
    assert [_tidy(search, *each) for each in values] == [0.0568, 0.0012345, 1234]


def test_temperature_is_fitted_on_half_of_the_test_images_where_validation_has_none():
    labels, logits = random_answers(1)
    for validation in (None, (logits[:0], labels[:0]), (logits[:5], labels[:4])):
        report = statistics.calibration_report(logits, labels, validation)
        assert (report.fitted, report.measured, report.from_validation) == (250, 250, False)
    report = statistics.calibration_report(logits, labels, (logits[:60], labels[:60]))
    assert (report.fitted, report.measured, report.from_validation) == (60, 500, True)


def test_two_measurements_show_no_scatter_and_a_straight_line_has_none():
    for values in ([0.1, 0.9], [0.1, 0.5, 0.9], [0.4]):
        assert Curve(np.arange(len(values)), np.array(values)).noise() == pytest.approx(0)
    assert Curve(np.arange(4), np.array([0.0, 1.0, 0.0, 1.0])).noise() == 1

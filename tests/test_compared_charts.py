"""Charts that lay runs over each other: smoothed, on log axes, in bands, by setting, in a room."""

import dataclasses
import itertools

import numpy as np
import pandas as pd
import pytest
from finished_runs import finished_run
from test_charts import history

from fmnist_core.base.palette import GREY
from fmnist_core.results import charts, statistics
from fmnist_core.results.charts.curves import smoothed

COLORS = {"a": "#0072B2", "b": "#E69F00"}


def test_smoothing_is_said_keeps_the_first_point_and_is_smoother():
    rough = {"run": history(12)}
    plain = charts.history_curves(rough, smoothing=0.0)
    smooth = charts.history_curves(rough, smoothing=0.6)
    assert smooth.layout.title.text == "Validation accuracy by epoch, smoothed"
    assert smooth.data[0].y[0] == pytest.approx(plain.data[0].y[0])
    assert max(abs(np.diff(smooth.data[0].y))) < max(abs(np.diff(plain.data[0].y)))
    assert smoothed(np.full(5, 0.7), 0.9) == pytest.approx(np.full(5, 0.7))


def test_axes_of_logarithms_are_of_both_axes():
    figure = charts.history_curves({"run": history(12)}, metric="validation_loss", log=True)
    assert figure.layout.xaxis.type == figure.layout.yaxis.type == "log"


def test_a_group_is_its_mean_in_a_band_from_the_lowest_to_the_highest_seed():
    better = history(4).assign(test_accuracy=[0.6, 0.7, 0.8, 0.9])
    worse = history(3).assign(test_accuracy=[0.4, 0.5, 0.6])
    histories = {"a": [better, worse], "b": [better]}
    band, mean, _, single = charts.group_curves(histories, COLORS).data
    assert list(mean.x) == [1, 2, 3] and list(mean.y) == pytest.approx([0.5, 0.6, 0.7])
    assert list(band.y) == pytest.approx([0.6, 0.7, 0.8, 0.6, 0.5, 0.4])
    assert mean.line.color == COLORS["a"] and list(single.y) == pytest.approx([0.6, 0.7, 0.8, 0.9])
    said = charts.group_curves_alt(histories)
    assert "a: 70.0 % at epoch 3, seeds from 60.0 % to 80.0 %" in said and "b: 90.0 % at epoch 4" in said


def test_the_axis_of_groups_ends_with_the_tenth_above_the_best_of_them():
    runs = [history(3).assign(test_accuracy=values) for values in ([0.81, 0.83, 0.86], [0.82, 0.84, 0.87])]
    assert charts.group_curves({"a": runs}, COLORS).layout.yaxis.range == (0.8, 0.9)
    runs[0]["test_accuracy"] += 0.1
    assert charts.group_curves({"a": runs}, COLORS).layout.yaxis.range == (0.8, 1.0)


def test_groups_without_a_test_are_a_titled_empty_chart():
    assert not charts.group_curves({"a": [history(0)]}, COLORS).data
    assert "no run has been tested yet" in charts.group_curves_alt({"a": [history(0)]})


def groups_of(store, *settings: dict) -> list[statistics.Group]:
    return statistics.group_runs(
        store.get(finished_run(store, epochs=1, seed=seed, **each)) for each in settings for seed in (1, 2)
    )


COLORS_OF_GROUPS = ("#000001", "#000002", "#000003", "#000004")


def test_one_number_is_a_curve_with_intervals_and_a_line_for_each_net(store):
    rates = [
        {"learning_rate": rate, "architecture": net} for rate in (0.001, 0.1) for net in ("mlp-32", "cnn")
    ]
    groups = groups_of(store, *rates)
    colors = dict(zip(statistics.group_names(groups), COLORS_OF_GROUPS, strict=True))
    figure = charts.settings_chart(groups, colors)
    assert figure.layout.xaxis.type == "log"
    lines = [trace for trace in figure.data if "lines" in trace.mode]
    assert {trace.name for trace in lines} == {"mlp-32", "cnn"}  # in the legend, where they are told apart
    assert len({trace.marker.symbol for trace in lines}) == 2 and {trace.line.color for trace in lines} == {
        GREY
    }
    points = [trace for trace in figure.data if trace.mode == "markers"]
    assert not any(trace.showlegend for trace in points) and len(points) == len(groups)
    for trace in lines:
        assert list(trace.x) == [0.001, 0.1]
        own = [point for point in points if point.legendgroup == trace.name]
        assert {point.marker.symbol for point in own} == {trace.marker.symbol}
        assert [(*point.x, *point.y) for point in own] == list(zip(trace.x, trace.y, strict=True))
    for name, group in zip(statistics.group_names(groups), groups, strict=True):
        (point,) = [trace for trace in points if trace.name == name]
        assert list(point.x) == [group.config.learning_rate]
        assert point.marker.color == point.error_y.color == colors[name]  # as in the table
        found = statistics.spread(group.accuracies.values())
        assert (*point.y, *point.error_y.array, *point.error_y.arrayminus) == pytest.approx(
            (found.mean, found.high - found.mean, found.mean - found.low)
        )


def test_a_bar_ends_where_the_interval_does_though_that_is_cut_at_one(store):
    groups = groups_of(store, {"learning_rate": 0.1}, {"learning_rate": 0.2})
    far = itertools.cycle((0.5, 0.9))
    wide = [
        dataclasses.replace(
            group, runs=tuple(dataclasses.replace(run, test_accuracy=next(far)) for run in group.runs)
        )
        for group in groups
    ]
    _, trace, _ = charts.settings_chart(wide, {}).data
    assert trace.y[0] + trace.error_y.array[0] == pytest.approx(1.0)
    assert trace.y[0] - trace.error_y.arrayminus[0] == pytest.approx(0.0)
    assert trace.error_y.symmetric is False


def test_several_settings_are_parallel_coordinates_and_seeds_alone_an_empty_chart(store):
    groups = groups_of(store, {"learning_rate": 0.1, "optimizer": "sgd"}, {"batch_size": 64})
    (trace,) = charts.settings_chart(groups, {}).data
    axes = [axis.label for axis in trace.dimensions]
    assert trace.type == "parcoords" and axes[-1] == "Test accuracy"
    assert set(axes) == {"Batch size", "Optimizer", "Learning rate", "Test accuracy"}
    assert charts.settings_chart_alt(groups).count("%") == 2
    sizes = groups_of(
        store, *({"train_size": size, "test_time_flip": size is None} for size in (None, 900, 2000))
    )
    (trace,) = charts.settings_chart(sizes, {}).data
    ticks = {axis.label: axis.ticktext for axis in trace.dimensions}
    assert ticks["Training images"] == ("900", "2000", "–") and ticks["Mirrored test images"] == ("no", "yes")
    assert not charts.settings_chart(groups[:1], {}).data
    assert "differ in their seeds alone" in charts.settings_chart_alt(groups[:1])


def measured(validation: list[float | None], test: list[float | None]) -> pd.DataFrame:
    epochs = range(1, len(test) + 1)
    return pd.DataFrame({"epoch": epochs, "validation_accuracy": validation, "test_accuracy": test})


def test_a_run_that_cannot_be_drawn_over_seconds_pushes_no_other_off_the_axis():
    histories = {"leader": measured([0.9], [None]).assign(seconds=np.nan), "b": measured([0.2], [None])}
    histories["b"]["seconds"] = 3.0
    figure = charts.history_curves(histories, "seconds")
    assert [trace.name for trace in figure.data] == ["b"] and figure.layout.yaxis.range[0] < 0.2
    assert charts.far_behind(histories, "validation_accuracy") == ["b"]
    assert charts.far_behind(histories, "validation_accuracy", "seconds") == []


def test_the_room_draws_what_each_run_has_measured_on_images_that_it_did_not_learn_from():
    histories = {
        "a": measured([0.5, 0.7], [None, 0.6]),
        "b": measured([None, None], [0.4, 0.8]),  # without a validation split
        "just begun": measured([], []),
    }
    figure = charts.unseen_curves(histories, {"a": "#111111", "b": "#222222"})
    drawn = {trace.name: (list(trace.y), trace.line.color) for trace in figure.data}
    assert drawn == {"a": ([0.5, 0.7], "#111111"), "b": ([0.4, 0.8], "#222222")}
    said = charts.unseen_curves_alt(histories)
    assert said.endswith("of 2 runs; the best: b: 80.0 %, a: 70.0 %.")


@pytest.mark.parametrize(
    ("shown", "title"),
    [("a", "Validation accuracy"), ("b", "Test accuracy"), ("ab", "Accuracy on unseen images")],
)
def test_the_rooms_chart_is_called_as_elsewhere_where_all_was_measured_on_one_split(shown, title):
    all_runs = {"a": measured([0.5], [0.6]), "b": measured([None], [0.4])}
    histories = {name: all_runs[name] for name in shown}
    assert charts.unseen_curves(histories, {}).layout.title.text == title
    assert charts.unseen_curves_alt(histories).startswith(f"{title} over the epochs of ")


def test_a_room_without_an_epoch_has_an_empty_chart():
    assert not charts.unseen_curves({"a": measured([], [])}, {}).data
    assert "nobody has finished an epoch" in charts.unseen_curves_alt({})

"""The charts of a range test and of the losses by step, and what Compare says of the latter."""

import numpy as np
import pandas as pd
from finished_runs import finished_run
from helpers import epoch_result, open_page, started
from test_train_page import texts

from fmnist_core.results import charts

LOSSES = pd.DataFrame({"step": [2, 4, 5], "steps": [2, 2, 1], "train_loss": [2.0, 1.0, 0.5]})
POINTS = pd.DataFrame({"rate": [1e-6, 1e-3, 1.0], "loss": [2.3, 0.9, 40.0], "smoothed": [2.3, 1.0, 9.0]})
RATES = (1e-6, 10.0)


def test_losses_by_step_are_drawn_as_they_are_and_smoothing_says_so():
    figure = charts.step_curves({"a": LOSSES, "none": LOSSES[:0]}, {"a": "#123456"})
    (line,) = figure.data
    assert (list(line.x), list(line.y), line.line.color) == ([2, 4, 5], [2.0, 1.0, 0.5], "#123456")
    assert "mean of the 2 steps" in line.hovertemplate and figure.layout.xaxis.type is None
    smooth = charts.step_curves({"a": LOSSES}, log=True, smoothing=0.5)
    assert list(smooth.data[0].y) == list(charts.curves.smoothed(np.array([2.0, 1.0, 0.5]), 0.5))
    assert "smoothed" in smooth.layout.title.text and smooth.layout.xaxis.type == smooth.layout.yaxis.type
    assert charts.step_curves_alt({"a": LOSSES}) == (
        "Training loss by step. a: 2.000 at step 2, 0.500 at step 5."
    )


def test_a_name_is_no_markup_and_no_placeholder():
    (line,) = charts.step_curves({"<b>%{x}": LOSSES}).data
    assert "<b>" not in line.hovertemplate.split("<br>")[0] and "% {x}" in line.hovertemplate


def test_a_range_test_is_drawn_with_its_suggestion_on_an_axis_that_does_not_move():
    figure = charts.rate_curve(POINTS, 0.02, RATES)
    loss, smoothed, line = figure.data
    assert (list(loss.y), list(smoothed.y), set(line.x)) == ([2.3, 0.9, 40.0], [2.3, 1.0, 9.0], {0.02})
    assert " 0.02" in line.text
    assert figure.layout.xaxis.type == "log" and list(figure.layout.xaxis.range) == [-6, 1]
    assert figure.layout.yaxis.range[1] == 3, "what explodes does not stretch the axis"
    assert figure.layout.xaxis.range == charts.rate_curve(POINTS[:1], None, RATES).layout.xaxis.range
    assert charts.rate_curve_alt(POINTS, 0.02) == (
        "Loss by learning rate, smoothed: 2.30 at 1e-06, lowest with 1.00 at 0.001, 9.00 at 1. "
        "Suggested: 0.02."
    )


def test_without_data_there_is_a_titled_empty_figure_and_a_sentence():
    for figure in (charts.rate_curve(POINTS[:0], None, RATES), charts.step_curves({"a": LOSSES[:0]})):
        assert figure.layout.title.text and not figure.data and figure.layout.annotations[0].text
    for losses in ({}, {"a": LOSSES[:0]}):
        assert charts.step_curves_alt(losses) == "Training loss by step: no picked run has kept it."


def test_compare_says_which_runs_have_no_losses_and_which_are_thinned(store):
    finished_run(store, "from before")
    run_id = started(store, name="with steps")
    store.add_epoch(run_id, epoch_result(1, step_losses=np.ones(5000, np.float32)))
    store.finish(run_id, "completed")
    app = open_page("compare", metric="step_loss")
    assert not app.exception
    assert "each point is the mean of 3 steps (with steps)" in texts(app.caption)
    assert "loss of each step was not kept" in texts(app.caption) and "from before" in texts(app.caption)

"""Predictions: what a run gets right and wrong, image by image."""

import pandas as pd
import streamlit as st

from fmnist_core.results import statistics
from pages.ui import address, current_run, presenter, services, shell, short_names, stored_answers
from pages.ui.predictions import gallery, travel, views
from pages.ui.widgets import invite_to_train, showing_errors
from pages.ui.words.language import percent, tr

runs = stored_answers.tested_runs()
if runs["comes_with_project"].all():
    invite_to_train(
        tr("No net has been trained and tested here yet. Train one, and look at its answers."),
        ":material/image_search:",
    )
if runs.empty:
    shell.stop()


def best_run(table: pd.DataFrame) -> str:
    """The most accurate one on the data set of the newest run; else the one that comes with the project."""
    own = table[~table["comes_with_project"]]
    rows = own[own["dataset"] == own["dataset"].iloc[0]] if len(own) else table
    return rows.loc[rows["test_accuracy"].astype(float).idxmax(), "run_id"]


VIEWS = {
    "images": tr("Images"),
    "matrix": tr("Confusion matrix"),
    "calibration": tr("Confidence"),
    "beside": tr("Two runs"),
    "travel": tr("Time travel"),
    "detective": tr("Label detective"),
}

labels = short_names.run_labels(runs.itertuples())
run_id = current_run.select(shell.pane(), labels, best_run(runs), "predictions_run")
with shell.pane():
    view = st.radio(
        tr("View"),
        list(VIEWS),
        list(VIEWS).index(address.choice("view", list(VIEWS), "images", VIEWS.__getitem__)),
        format_func=VIEWS.__getitem__,
        key=address.widget_key("predictions_view"),
    )
address.note("view", view, "images")
presenter.sections("view", list(VIEWS), view)

with showing_errors():
    run = services.store().get(run_id)
    answers = stored_answers.answers(run)
    low, high = statistics.wilson_interval(int(answers.right.sum()), len(answers.labels))
    st.markdown(
        tr(
            "**{accuracy}** of {count} test images are named correctly, 95 % interval {low} to {high}.",
            accuracy=percent(float(answers.right.mean()), 2),
            count=f"{len(answers.labels):,}",
            low=percent(low),
            high=percent(high),
        )
    )
    if view == "images":
        gallery.show_images(run, answers)
    elif view == "matrix":
        gallery.show_matrix(run, answers)
    elif view == "calibration":
        views.show_calibration(run)
    elif view == "beside":
        views.show_beside(run, answers)
    elif view == "travel":
        travel.show(run)
    else:
        views.show_detective(run)

"""The curves of the runs that are shown, beside the table, and what the coach says of them."""

from pathlib import Path

import pandas as pd
import streamlit as st

from fmnist_core.results import charts, statistics
from fmnist_core.runs import Run, step_losses
from pages.ui import address, services, shell, stored_answers
from pages.ui.live_chart import live_chart, show_live_charts
from pages.ui.widgets import escape_markdown, show_errors, toggle, unique_names
from pages.ui.words.language import tr, translate

POLL_SECONDS = 2.0
AXES = ("epoch", "seconds")
HEIGHT = 180
BY_STEP = "step_loss"


def metric_labels() -> dict[str, str]:
    """The columns of a history that can be drawn, with their names on screen."""
    return {
        "validation_accuracy": tr("Validation accuracy"),
        "test_accuracy": tr("Test accuracy"),
        "train_accuracy": tr("Training accuracy"),
        "validation_loss": tr("Validation loss"),
        "test_loss": tr("Test loss"),
        "train_loss": tr("Training loss"),
        BY_STEP: tr("Training loss by step"),
    }


def show(runs: list[Run], colors: dict[str, str]) -> None:
    """The runs laid over each other, over epochs and seconds or over steps; live while one of them trains."""
    if not runs:
        st.info(tr("No run that is shown has been tested yet."), icon=":material/show_chart:")
        return
    watched = all(run.validation_accuracy is not None for run in runs)
    names = metric_labels()
    with shell.pane():
        metric = address.select(
            tr("What to draw"),
            "metric",
            list(names),
            "validation_accuracy" if watched else "test_accuracy",
            names.__getitem__,
            key="compare_metric",
        )
        smoothing = address.slider(tr("Smoothing"), "smoothing", 0.0, 0.9, 0.0, 0.1)
        address.note("smoothing", smoothing, 0.0)
        log = toggle(tr("Logarithmic axes"), "log", "compare_log")
    ids = [run.run_id for run in runs]
    pace = POLL_SECONDS if any(run.is_active for run in runs) else None
    st.fragment(_draw, run_every=pace)(ids, metric, colors, log, smoothing)


@show_errors
def _draw(run_ids: list[str], metric: str, colors: dict[str, str], log: bool, smoothing: float) -> None:
    named, is_by_step = unique_names(stored_answers.existing_runs(run_ids)), metric == BY_STEP
    by_name = {name: colors[run.run_id] for name, run in named.items()}
    values = {name: _losses_of(run) if is_by_step else history_of(run) for name, run in named.items()}
    if is_by_step:
        figure = charts.step_curves(values, by_name, 2 * HEIGHT, log, smoothing)
        drawn = [live_chart(figure, charts.step_curves_alt(values))]
    else:
        drawn = [
            live_chart(
                charts.history_curves(values, x, metric, by_name, HEIGHT, False, log, smoothing),
                charts.history_curves_alt(values, x, metric),
            )
            for x in AXES
        ]
    subject, key = f"{metric} {log} {' '.join(sorted(run_ids))}", "steps" if is_by_step else "curves"
    show_live_charts(drawn, subject, key=f"compare_{key}", one_column=True)
    if metric in ("train_loss", BY_STEP):
        _say_smoothed_labels(named)
    if is_by_step:
        _say_steps_not_drawn(values)
    else:
        _say_not_drawn(values, metric)


def _say_not_drawn(histories: dict[str, pd.DataFrame], metric: str) -> None:
    behind = [escape_markdown(name) for name in charts.far_behind(histories, metric)]
    if behind:
        st.caption(tr("Outside of the axis, far behind: {names}", names=", ".join(behind)))
    unmeasured = [
        escape_markdown(name) for name, history in histories.items() if history[metric].isna().all()
    ]
    if unmeasured:
        st.caption(tr("Not drawn, because they did not measure this: {names}", names=", ".join(unmeasured)))


def _say_smoothed_labels(named: dict[str, Run]) -> None:
    smoothed = [escape_markdown(name) for name, run in named.items() if run.config.label_smoothing]
    if smoothed:
        st.caption(
            tr(
                "Measured against smoothed labels, so higher than it would be, and not to be compared: "
                "{names}",
                names=", ".join(smoothed),
            )
        )


def _say_steps_not_drawn(losses: dict[str, pd.DataFrame]) -> None:
    thinned = [
        tr("{steps} steps ({name})", steps=int(frame["steps"].max()), name=escape_markdown(name))
        for name, frame in losses.items()
        if len(frame) and frame["steps"].max() > 1
    ]
    if thinned:
        st.caption(tr("Thinned for the screen; each point is the mean of {names}", names=", ".join(thinned)))
    unknown = [escape_markdown(name) for name, frame in losses.items() if frame.empty]
    if unknown:
        st.caption(
            tr(
                "Not drawn, because the loss of each step was not kept (runs of earlier versions, or no "
                "epoch is finished yet): {names}",
                names=", ".join(unknown),
            )
        )


def _losses_of(run: Run) -> pd.DataFrame:
    folder = services.store().folder(run.run_id)
    return _stored_losses(str(folder), step_losses.version(folder))


@st.cache_data(max_entries=100, show_spinner=False)
def _stored_losses(folder: str, version: int) -> pd.DataFrame:
    """Read once for each epoch that is added (`version`)."""
    return step_losses.read(Path(folder))


def show_coach(runs: list[Run]) -> None:
    """What the coach says of each run."""
    for name, run in unique_names(runs).items():
        sentences = [*statistics.coach(run, history_of(run)), stored_answers.worst_pair(run)]
        said = " ".join(escape_markdown(translate(sentence)) for sentence in sentences if sentence)
        if said:
            st.markdown(f":material/school: **{escape_markdown(name)}**: {said}")


def history_of(run: Run) -> pd.DataFrame:
    """The run's history, read once for each state of it; shared by all who ask, so nobody changes it."""
    return _stored_history(run.run_id, run.epochs, run.finished_at)


@st.cache_resource(max_entries=400, show_spinner=False)
def _stored_history(run_id: str, epochs: int, finished_at: float | None) -> pd.DataFrame:
    """Read once for each epoch that is added; `epochs` and `finished_at` only tell one state from another."""
    return services.store().history(run_id)

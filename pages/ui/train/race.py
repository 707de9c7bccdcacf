"""A race: several nets, the same number of seconds of training each, wall clock on the x axis."""

import contextlib

import pandas as pd
import streamlit as st

from fmnist_core.base.config import UNTIL_THE_BELL, TrainConfig
from fmnist_core.base.errors import RunError
from fmnist_core.data import datasets
from fmnist_core.jobs import classroom
from fmnist_core.results import charts
from fmnist_core.runs import Run, progress, record, saved_designs
from pages.ui import address, narrow_pane, people, services
from pages.ui.buttons import act
from pages.ui.live_chart import live_chart, show_live_charts
from pages.ui.train import samples
from pages.ui.widgets import (
    end_polling,
    escape_markdown,
    show_errors,
    status_label,
    unique_names,
)
from pages.ui.words.language import percent, tr

STARTERS = ["mlp-32", "mlp-256", "cnn", "small-cnn"]
POLL_SECONDS = 2.0
MAX_STARTERS = 8
VALIDATION_SHARE = 12  # one image in so many is kept aside, so that the race is judged on unseen images
FEW_IMAGES = 100  # of fewer, one image is more than a point


def ask(dataset: str) -> None:
    """What starts a race, folded away."""
    with st.expander(tr("Race: the same seconds for several nets"), icon=":material/flag:"):
        st.markdown(
            tr("Which net learns most in a given time? A small one may beat a large one, for a while.")
        )
        names = st.multiselect(
            tr("Nets in the race"),
            saved_designs.architecture_names(),
            [name for name in STARTERS if name in saved_designs.architecture_names()],
            max_selections=MAX_STARTERS,
            key="race_nets",
        )
        seconds = st.number_input(tr("Seconds for each"), value=20, key="race_seconds")
        if st.button(tr("Start the race"), icon=":material/flag:", disabled=not names, key="start_race"):
            act(_start, names, float(seconds), dataset)


def show() -> None:
    """The latest race of this browser."""
    runs = _racing()
    if runs:
        address.note("race", _asked())
        is_on = any(run.is_active for run in runs)
        st.fragment(_standings, run_every=services.poll_seconds(POLL_SECONDS) if is_on else None)()


def make_room() -> None:
    """For a run that begins: a race that has ended is shown no longer."""
    if not any(run.is_active for run in _racing()):
        _choose([])


def _racing() -> list[Run]:
    """The runs of the latest race; those that have been deleted are left out."""
    runs = []
    for run_id in _asked().split(",") if _asked() else ():
        try:
            runs.append(services.store().get(run_id))
        except RunError:
            address.refuse("race", tr("the other runs"), run_id)
    return runs


def _start(names: list[str], seconds: float, dataset: str) -> None:
    """Queue a race and show it; one that is still on is shown, if it is the same."""
    narrow_pane.leave()
    size = datasets.find(dataset).train_size
    elsewhere = [dataset] if dataset != TrainConfig().dataset else []
    configs = {
        " · ".join(["race", name, *elsewhere]): TrainConfig(
            dataset=dataset,
            architecture=name,
            recipe="race",
            epochs=UNTIL_THE_BELL,
            max_seconds=seconds,
            validation_size=size // VALIDATION_SHARE,
            batch_size=min(256, size // 2),
            test_every=0,
        )
        for name in names
    }
    racing = _racing()
    is_on = any(run.is_active for run in racing) and len(racing) == len(configs)
    if not is_on or not all(map(Run.does, racing, configs.values())):
        _choose(people.submit_race(configs))


def _choose(run_ids: list[str]) -> None:
    """Show the race of these runs, or none."""
    st.session_state["race"] = (address.visit_number(), ",".join(run_ids))


def _asked() -> str:
    """The ids of the latest race of this visit, else of the address."""
    visit, run_ids = st.session_state.get("race", (None, ""))
    return run_ids if visit == address.visit_number() else address.asked("race")


@show_errors
def _standings() -> None:
    runs = _racing()
    if not runs:  # they were deleted in another window
        st.rerun()
    named, store = unique_names(runs), services.store()
    histories = {name: store.history(run.run_id) for name, run in named.items()}
    records = {name: progress.read(store.folder(run.run_id)) for name, run in named.items()}
    own = record.colors_of(runs)
    colors = {name: own[run.run_id] for name, run in named.items()}
    bell = max(run.config.max_seconds or 0.0 for run in runs)
    st.subheader(tr("The race"))
    chart = live_chart(
        charts.race_curves(histories, records, bell, colors), charts.race_curves_alt(histories, bell)
    )
    show_live_charts([chart], _asked(), key="race_chart")
    st.caption(_what_is_drawn(runs))
    standing = sorted(named, key=lambda name: _rank(named[name], records[name]))
    reached = [run.validation_accuracy for run in runs if run.validation_accuracy is not None]
    places = [_place(named[name], records[name], reached) for name in standing]
    st.markdown("  \n".join(places))
    lagging = [
        escape_markdown(run.config.architecture)
        for name, run in named.items()
        if run.validation_accuracy is not None and samples.averages_lag(run, records[name])
    ]
    if lagging:
        st.caption(
            tr(
                "Batch normalisation answers by running averages, which lag behind in the first steps: "
                "these know more than their places say: {names}.",
                names=", ".join(lagging),
            )
        )
    racing = any(run.is_active for run in runs)
    if racing:
        _stop_button([run for run in runs if run.is_active])
    elif st.button(tr("Close the race"), icon=":material/close:", key="close_race"):
        _choose([])
        st.rerun()
    end_polling("race_was_on", racing)


def _what_is_drawn(runs: list[Run]) -> str:
    """What the chart's points and lines are, and what a few validation images are worth."""
    count = min(run.config.validation_size for run in runs)
    if not count:
        return tr("Points: validation images. Thin lines: training images, while the nets take turns.")
    said = tr(
        "Points: {count:,} validation image(s). Thin lines: training images, while the nets take turns.",
        count=count,
    )
    if count >= FEW_IMAGES:
        return said
    few = tr(
        "One validation image is {points:.1f} points: of so few, differences may well be chance.",
        points=100 / count,
    )
    return f"{said} {few}"


def _stop_button(active: list[Run]) -> None:
    person = people.current()
    if not all(classroom.may_change(person, run) for run in active):
        return
    if st.button(tr("Stop the race"), icon=":material/stop:", key="stop_race"):
        act(_stop)


def _stop() -> None:
    for run in _racing():
        if run.is_active:
            with contextlib.suppress(RunError):  # it ends at this moment: the others are stopped all the same
                classroom.stop(services.queue(), people.current(), run.run_id)


def _rank(run: Run, records: pd.DataFrame) -> tuple[float, float, bool]:
    """The lower, the better: by validation images, which alone give a place; then by training images."""
    so_far = records["train_accuracy"].iloc[-1] if len(records) else 0.0
    return -(run.validation_accuracy or 0.0), -so_far, not run.is_active


def _place(run: Run, records: pd.DataFrame, reached: list[float]) -> str:
    """A line of the standings. reached: the accuracies of all that were judged; equal ones share a place."""
    name = escape_markdown(run.config.architecture)
    if run.validation_accuracy is not None:
        place = 1 + sum(accuracy > run.validation_accuracy for accuracy in reached)
        said = tr(
            "**{place}. {name}**: {accuracy} of the validation images after {epochs:,.1f} epochs",
            place=place,
            name=name,
            accuracy=percent(run.validation_accuracy),
            epochs=progress.epochs_done(run.epochs, records),
        )
        return " · ".join(filter(None, (said, _early_end(run))))
    if len(records):
        accuracy = percent(records["train_accuracy"].iloc[-1])
        return tr("– **{name}**: {accuracy} of the training images so far", name=name, accuracy=accuracy)
    if run.status == "running":
        return tr("– **{name}**: getting ready", name=name)
    return f"– **{name}**: {status_label(run.status)}"


def _early_end(run: Run) -> str:
    """How a run ended that has had fewer seconds than it was promised; else nothing."""
    if run.is_active or (run.seconds or 0.0) >= (run.config.max_seconds or 0.0):
        return ""
    if run.status != "completed":
        return status_label(run.status)
    return tr("ended after {epochs:,} epoch(s), before the bell", epochs=run.epochs)

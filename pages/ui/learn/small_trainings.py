"""The lecture's two small trainings, step by step as they run, by both ways side by side."""

from collections.abc import Callable, Iterator
from functools import partial

import pandas as pd
import streamlit as st

from fmnist_core.base.errors import FmnistError
from fmnist_core.data.datasets import Dataset
from fmnist_core.lecture import charts, code_blocks, gain, trainings
from pages.ui import code, services
from pages.ui.learn import one_hot
from pages.ui.streamlit_compat import DeltaGenerator
from pages.ui.widgets import as_shown, show_chart, show_problem
from pages.ui.words.language import percent, tr

REDRAW_STEPS = 3


def two_classes() -> None:
    """Both ways of writing the loss on MNIST 0/1, and how much their losses differ."""
    left, right = st.columns([2, 3], gap="medium")
    with left:
        st.markdown(
            tr(
                "The lecture writes the training twice: sigmoid, then `BCELoss` on the probability; "
                "and `BCEWithLogitsLoss` on the logit. It is the same net, the same loss, the same steps."
            )
        )
        curves = _train_live(
            right,
            "two",
            "mnist-0-1",
            tr("Train both on MNIST 0 and 1"),
            {
                "BCELoss": partial(trainings.two_classes, loss="BCELoss"),
                "BCEWithLogitsLoss": partial(trainings.two_classes, loss="BCEWithLogitsLoss"),
            },
            code_blocks.two_class_trainings,
        )
        if not curves:
            return
        first, second = curves.values()
        distance = (first["loss"] - second["loss"]).abs().max()
        one, other = st.columns(2)
        one.metric(tr("Accuracy with BCELoss"), percent(first["accuracy"].iloc[-1], 2))
        other.metric(tr("Accuracy with BCEWithLogitsLoss"), percent(second["accuracy"].iloc[-1], 2))
        st.metric(tr("Largest difference of the losses"), f"{distance:.1e}")
        _say_what_is_gained()
    st.caption(
        tr(
            "The lecture reports {published} after {steps} steps. The formula is the same; the difference is "
            "rounding: near 0.7, neighbouring numbers of 32 bits lie {rounding:.0e} apart.",
            published=percent(trainings.PUBLISHED_TWO_CLASSES, 2),
            steps=trainings.STEPS,
            rounding=2.0**-24,
        )
    )


def _say_what_is_gained() -> None:
    """The time that either loss takes, measured at the first training of a visit."""
    if "loss_seconds" not in st.session_state:
        st.session_state["loss_seconds"] = gain.loss_seconds()
    by_probability, by_logit = st.session_state["loss_seconds"]
    st.markdown(
        tr(
            "A slight gain in computing, measured here just now: loss and gradient of {count:,} logits take "
            "{by_probability:.2f} ms by sigmoid and BCELoss, {by_logit:.2f} ms by BCEWithLogitsLoss.",
            count=gain.LOGITS,
            by_probability=1000 * by_probability,
            by_logit=1000 * by_logit,
        )
    )


def three_classes() -> None:
    """One-hot targets against 0/1/2 on MNIST 0/1/2."""
    one_hot.show_targets()
    left, right = st.columns([2, 3], gap="medium")
    with left:
        st.markdown(
            tr(
                "The lecture trains a net with three outputs on the digits 0, 1, 2 with one-hot targets. "
                "Beside it: the same net with one output that should become 0, 1 or 2."
            )
        )
        curves = _train_live(
            right,
            "three",
            "mnist-0-1-2",
            tr("Train both on MNIST 0, 1 and 2"),
            {
                "One-hot": partial(trainings.three_classes, coding="one-hot"),
                "Numbers 0, 1, 2": partial(trainings.three_classes, coding="numbers"),
            },
            code_blocks.three_class_trainings,
            column="accuracy",
        )
        if not curves:
            return
        by_one_hot, by_number = curves.values()
        one, other = st.columns(2)
        one.metric(tr("Accuracy with one-hot targets"), percent(by_one_hot["accuracy"].iloc[-1], 2))
        other.metric(tr("Accuracy with 0, 1, 2"), percent(by_number["accuracy"].iloc[-1], 2))
        one_hot.show_exponentials(by_one_hot)
    st.caption(
        tr(
            "The lecture prints {published} with one-hot targets, and then exp(netout). With seed {seed} "
            "those numbers come out here to the digit, but the net that gives them, before its last step, is "
            "right on {right}: the lecture's two are of different executions of the cell.",
            published=percent(trainings.PUBLISHED_THREE_CLASSES, 2),
            right=percent(trainings.THREE_CLASSES_BEFORE_THE_LAST_STEP, 2),
            seed=trainings.SEED,
        )
    )


def _train_live(
    place: DeltaGenerator,
    key: str,
    dataset: str,
    label: str,
    ways: dict[str, Callable[..., Iterator[trainings.Step]]],
    code_of: Callable[[int], str],
    column: str = "loss",
) -> dict[str, pd.DataFrame]:
    """A button that trains all ways side by side and draws them in the place; returns name -> steps of the
    last click with this seed, empty where there was none."""
    seed = st.number_input(tr("Seed"), 0, 2**31, trainings.SEED, key=f"small_seed_{key}")
    with st.container(horizontal=True, vertical_alignment="center"):
        start = st.button(label, type="primary", icon=":material/play_arrow:", key=f"small_train_{key}")
        code.show(code_of(seed), f"small_code_{key}")
    chart = place.empty()
    remembered = st.session_state.setdefault("small_trainings", {})
    if start:
        try:
            remembered[key] = seed, _run(chart, services.dataset(dataset), seed, ways, column)
        except FmnistError as error:
            show_problem(error)
            return {}
    trained_with, curves = remembered.get(key, (seed, {}))
    if trained_with != seed:
        curves = {}
    figure = charts.training_curves(curves, column, column.capitalize(), trainings.STEPS)
    with chart.container():
        show_chart(figure, charts.training_curves_alt(curves, column), f"small_chart_{key}")
    return curves


def _run(chart, data: Dataset, seed: int, ways: dict, column: str) -> dict[str, pd.DataFrame]:
    """Takes a step of each training in turn and redraws every few steps."""
    steps: dict[str, list[trainings.Step]] = {name: [] for name in ways}
    curves: dict[str, pd.DataFrame] = {}
    for together in zip(*(train(data, seed=seed) for train in ways.values()), strict=True):
        for name, step in zip(ways, together, strict=True):
            steps[name].append(step)
        curves = {name: pd.DataFrame(taken) for name, taken in steps.items()}
        if together[0].step % REDRAW_STEPS == 0:
            figure = charts.training_curves(curves, column, column.capitalize(), trainings.STEPS)
            chart.plotly_chart(as_shown(figure), config={"displayModeBar": False})
    return curves

"""The picked runs beside each other: curves, differing settings, and whether one is really better."""

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from fmnist_core.base.errors import FmnistError
from fmnist_core.lecture import LADDER, Published
from fmnist_core.results import charts, statistics
from fmnist_core.runs import Run
from pages.ui import services, stored_answers
from pages.ui.widgets import escape_markdown, show_chart, show_problem
from pages.ui.words.language import tr, translate

POLL_SECONDS = 2.0
AXES = ("epoch", "seconds")
COSTS = ["name", "color", "test_accuracy", "test_low", "test_high", "parameters", "seconds"]


def metric_labels() -> dict[str, str]:
    """The columns of a history that can be drawn, with their names on screen."""
    return {
        "validation_accuracy": tr("Validation accuracy"),
        "test_accuracy": tr("Test accuracy"),
        "train_accuracy": tr("Training accuracy"),
        "validation_loss": tr("Validation loss"),
        "test_loss": tr("Test loss"),
        "train_loss": tr("Training loss"),
    }


def show_curves(runs: list[Run]) -> None:
    """The picked runs laid over each other, over epochs and over seconds; live while one of them trains."""
    st.subheader(tr("Curves"))
    watched = all(run.validation_accuracy is not None for run in runs)
    default = "validation_accuracy" if watched else "test_accuracy"
    names = metric_labels()
    if st.session_state.get("compare_metric") not in names:
        st.session_state["compare_metric"] = default
    metric = st.selectbox(tr("What to draw"), list(names), format_func=names.get, key="compare_metric")
    active = any(run.is_active for run in runs)
    st.fragment(_curves, run_every=POLL_SECONDS if active else None)([run.run_id for run in runs], metric)


def _curves(run_ids: list[str], metric: str) -> None:
    runs = stored_answers.existing_runs(run_ids)
    named = unique_names(runs)
    histories = {name: _history(run) for name, run in named.items()}
    colors = {name: run.color for name, run in named.items()}
    for column, x in zip(st.columns(2), AXES, strict=True):
        with column:
            show_chart(
                charts.history_curves(histories, x, metric, colors),
                charts.history_curves_alt(histories, x, metric),
                key=f"compare_curves_{x}",
            )
    unmeasured = [
        escape_markdown(name) for name, history in histories.items() if history[metric].isna().all()
    ]
    if unmeasured:
        st.caption(tr("Not drawn, because they did not measure this: {names}", names=", ".join(unmeasured)))
    for name, run in named.items():
        sentences = [
            *statistics.coach(histories[name], len(stored_answers.class_names(run))),
            stored_answers.worst_pair(run),
        ]
        said = " ".join(escape_markdown(translate(sentence)) for sentence in sentences if sentence)
        if said:
            st.markdown(f":material/school: **{escape_markdown(name)}**: {said}")


def _history(run: Run) -> pd.DataFrame:
    return _stored_history(run.run_id, run.epochs, run.finished_at)


@st.cache_data(max_entries=24, show_spinner=False)
def _stored_history(run_id: str, epochs: int, finished_at: float | None) -> pd.DataFrame:
    """Read once for each epoch that is added; `epochs` and `finished_at` only tell one state from another."""
    return services.store().history(run_id)


def show_settings(runs: list[Run]) -> None:
    """Only the settings in which the runs differ."""
    st.subheader(tr("Settings that differ"))
    differences = statistics.settings_differences(
        {name: run.config for name, run in unique_names(runs).items()}
    )
    differences.index = [translate(label) for label in differences.index]
    if differences.empty:
        st.markdown(tr("None: these runs have the same settings."))
    else:
        st.dataframe(
            differences,
            column_config={"_index": tr("Setting")},
            key="compare_settings",
            alt=tr("Settings that differ between the picked runs"),
        )


def show_verdict(runs: list[Run]) -> None:
    """For two runs on the same test images: the sentence, and the four counts behind it."""
    st.subheader(tr("Is it really better?"))
    tested = [run for run in runs if run.test_accuracy is not None]
    if len(tested) < 2:
        st.markdown(tr("Pick two runs that have been tested, and read here whether one is really better."))
        return
    a, b = tested[0], tested[1]
    if len(tested) > 2:
        named = unique_names(tested)
        left, right = st.columns(2)
        a = named[left.selectbox("A", list(named), key="compare_a")]
        b = named[right.selectbox("B", [name for name in named if named[name] != a], key="compare_b")]
    if a.config.dataset != b.config.dataset:
        st.info(
            tr(
                "{a} and {b} were tested on different data sets; their accuracies cannot be compared.",
                a=escape_markdown(a.name),
                b=escape_markdown(b.name),
            )
        )
        return
    try:
        answers_a, answers_b = stored_answers.answers(a), stored_answers.answers(b)
    except FmnistError as error:
        show_problem(error)
        return
    comparison = statistics.compare(answers_a.labels, answers_a.predicted, answers_b.predicted)
    name_a, name_b = unique_names([a, b])
    with st.container(border=True, key="compare_verdict"):
        only_seed = a.config != b.config and a.config.replace(seed=b.config.seed) == b.config
        sentence = statistics.verdict(comparison, name_a, name_b, only_seed)
        st.markdown(f":material/balance: **{escape_markdown(translate(sentence))}**")
        st.caption(
            tr(
                "McNemar's exact test on {count:,} test images. It speaks of these two trained nets; "
                "to compare recipes, train each with several seeds.",
                count=comparison.total,
            )
        )
        show_counts(comparison, name_a, name_b)
        st.page_link(
            "pages/predictions.py",
            label=tr("See the images on which they differ"),
            icon=":material/compare:",
            query_params={"run": a.run_id, "other": b.run_id, "view": "beside"},
        )


def show_counts(comparison: statistics.Comparison, name_a: str, name_b: str) -> None:
    """Both right, only A, only B, both wrong."""
    cells = (
        (tr("Both right"), comparison.both_right),
        (tr("Only A right"), comparison.only_a),
        (tr("Only B right"), comparison.only_b),
        (tr("Both wrong"), comparison.both_wrong),
    )
    with st.container(horizontal=True):  # two in a row on a phone, four on a desk
        for label, count in cells:
            st.metric(label, f"{count:,}", width=150)
    st.caption(f"A: {escape_markdown(name_a)} · B: {escape_markdown(name_b)}")


def show_costs(rows: pd.DataFrame) -> None:
    """Test accuracy against parameters and training time, for the rows that the table shows."""
    st.subheader(tr("What accuracy costs"))
    tested = rows[rows["test_accuracy"].notna()]
    if tested.empty:
        st.markdown(tr("No run has been tested yet."))
        return
    counts = tested["dataset"].value_counts()
    dataset = st.selectbox(tr("On which data set"), list(counts.index), key="compare_costs_dataset")
    tested = tested[tested["dataset"] == dataset].sort_values("created_at")
    lecture = tuple(LADDER.values()) if dataset == "fashion-mnist" else ()
    for column, x in zip(st.columns(2), ("parameters", "seconds"), strict=True):
        with column:
            state = int(pd.util.hash_pandas_object(tested[COSTS], index=False).sum())
            figure, alt = _cost_chart(state, x, lecture, tested)
            show_chart(figure, alt, key=f"compare_costs_{x}")


@st.cache_resource(max_entries=8, show_spinner=False)
def _cost_chart(
    state: int, x: str, lecture: tuple[Published, ...], _rows: pd.DataFrame
) -> tuple[go.Figure, str]:
    """Drawn once for all browsers, until a run is added or changes (`state`); a thousand points take time."""
    return charts.accuracy_scatter(_rows, x, lecture), charts.accuracy_scatter_alt(_rows, x, lecture)


def unique_names(runs: list[Run]) -> dict[str, Run]:
    """Runs by name; those that share a name also carry their id."""
    names = [run.name for run in runs]
    return {run.name if names.count(run.name) == 1 else f"{run.name} · {run.run_id}": run for run in runs}

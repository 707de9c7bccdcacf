"""Whether one of two runs is really better: one sentence, and what it rests on."""

import streamlit as st

from fmnist_core.base.config import SETTINGS
from fmnist_core.base.errors import FmnistError
from fmnist_core.results import statistics
from fmnist_core.runs import Run
from pages.ui import access, services, stored_answers
from pages.ui.widgets import escape_markdown, page_link, run_name, show_problem, unique_names
from pages.ui.words.language import setting_word, tr, translate

STYLE = """<style>
.st-key-compare_verdict {min-height: 148px}
@media (max-width: 640px) {.st-key-compare_verdict {min-height: 256px}}
</style>"""
"""The table below does not jump under the finger when the sentence becomes another one."""


def show(runs: list[Run], is_picked: bool, is_filtered: bool) -> None:
    """The sentence for the best two of these runs, or for two that are chosen among them.

    is_picked: they are the ticked ones; is_filtered: else they are the best of some rows only.
    """
    st.html(STYLE)
    tested = [run for run in runs if run.test_accuracy is not None]
    with st.container(border=True, key="compare_verdict"):
        if len(tested) < 2:
            st.markdown(
                tr("Pick two runs that have been tested, and read here whether one is really better.")
            )
            return
        a, b = best = sorted(tested, key=lambda run: -(run.test_accuracy or 0.0))[:2]
        left, right = st.columns([5, 1], vertical_alignment="center")
        left = left.container(gap="xsmall")
        with right, st.popover(tr("Why"), icon=":material/balance:", width="stretch"):
            if len(tested) > 2:
                a, b = _choose_two(tested, a, b)
            details = st.container()
        with left:
            comparison = _sentence(a, b)
        if comparison is not None:
            with details:
                _show_details(comparison, a, b)
                if not is_picked:
                    _show_luck(comparison, a)
        if not is_picked and is_filtered:
            left.caption(tr("The best of the rows shown, on one data set. Tick rows to compare others."))
        elif not is_picked:
            left.caption(tr("The best runs trained here on one data set. Tick rows to compare others."))
        elif len(tested) > 2:
            which = (
                tr(
                    "Compared: the best two of the {count} ticked. Choose others under Why.",
                    count=len(runs),
                )
                if {a.run_id, b.run_id} == {run.run_id for run in best}
                else tr("Compared: two of the {count} ticked, chosen under Why.", count=len(runs))
            )
            left.caption(which)


def _choose_two(tested: list[Run], a: Run, b: Run) -> tuple[Run, Run]:
    named = unique_names(tested)
    ids = [run.run_id for run in named.values()]
    places = "_".join(ids)  # other runs, other choices
    first = st.selectbox("A", list(named), ids.index(a.run_id), key=f"compare_a_{places}")
    others = [name for name in named if name != first]
    start = next((k for k, name in enumerate(others) if named[name] == b), 0)
    second = st.selectbox("B", others, start, key=f"compare_b_{places}")
    return named[first], named[second]


def _sentence(a: Run, b: Run) -> statistics.Comparison | None:
    """Says it; returns the counts behind it, or None where the two cannot be compared."""
    if a.config.dataset != b.config.dataset:
        st.markdown(
            tr(
                "{a} and {b} were tested on different data sets; their accuracies cannot be compared.",
                a=escape_markdown(run_name(a)),
                b=escape_markdown(run_name(b)),
            )
        )
        return None
    try:
        answers_a, answers_b = stored_answers.answers(a), stored_answers.answers(b)
    except FmnistError as error:
        show_problem(error)
        return None
    comparison = statistics.compare(answers_a.labels, answers_a.predicted, answers_b.predicted)
    name_a, name_b = named = unique_names([a, b])
    sentence = statistics.verdict(comparison, name_a, name_b, statistics.only_seed_differs(a, b))
    said = translate(sentence)
    access.say_change("verdict", said)
    st.markdown(f"**{escape_markdown(said)}**")
    notes = statistics.how_far(named)
    if differently := statistics.trained_differently(*comparison.named(a, b), services.store().epochs_done):
        notes.append(differently)
    if notes:
        st.caption(escape_markdown(" ".join(translate(message) for message in notes)))
    return comparison


def _show_details(comparison: statistics.Comparison, a: Run, b: Run) -> None:
    st.caption(
        tr(
            "McNemar's exact test on {count:,} test images. It speaks of these two trained nets; "
            "to compare recipes, train each with several seeds.",
            count=comparison.total,
        )
    )
    show_counts(comparison, *unique_names([a, b]))
    label = tr("See the images on which they differ")
    page_link("predictions", label, "compare", run=a.run_id, other=b.run_id, view="beside")


def _show_luck(comparison: statistics.Comparison, best: Run) -> None:
    """What it is worth to be the best of all by the same test images."""
    tested = stored_answers.tested_runs(best.config.dataset)
    said = statistics.looks_sentence(int((~tested["comes_with_project"]).sum()), comparison)
    if said:
        st.caption(translate(said))


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


def show_settings(runs: list[Run]) -> None:
    """Only the settings in which the runs differ."""
    st.subheader(tr("Settings that differ"))
    differences = statistics.settings_differences(
        {name: run.config for name, run in unique_names(runs).items()}
    )
    for setting in SETTINGS.values():
        if setting.label in differences.index and (setting.choices or setting.kind is bool):
            differences.loc[setting.label] = [setting_word(value) for value in differences.loc[setting.label]]
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

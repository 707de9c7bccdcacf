"""More ways to look at predictions: calibration, two runs side by side, the label detective."""

import numpy as np
import pandas as pd
import streamlit as st

from fmnist_core.base.errors import FmnistError
from fmnist_core.results import charts, statistics
from fmnist_core.results.statistics import Answers
from fmnist_core.runs import Run
from pages.ui import address, services, shell, short_names, stored_answers
from pages.ui.image_cards import Card, cards_of, show_cards
from pages.ui.predictions.gallery import PAGE
from pages.ui.widgets import (
    escape_markdown,
    page_link,
    run_label,
    run_labels,
    run_name,
    show_chart,
    show_problem,
)
from pages.ui.words.language import class_name, percent, tr

DETECTIVES = 5
SUSPECTS = 48
MIN_BIN = 10  # a point that stands for three images says nothing, but would catch the eye
WELL_CALIBRATED = 0.03
FEW_IMAGES = 200  # an error of a tenth may be chance


def show_calibration(run: Run) -> None:
    """Whether the run is right as often as it says, before and after temperature scaling."""
    report = stored_answers.calibration(run)
    series = {tr("as trained"): report.before, tr("with temperature"): report.after}
    bins = [
        pd.DataFrame(
            {
                "series": name,
                "confidence": part.confidence,
                "accuracy": part.accuracy,
                "images": part.counts,
            }
        )[part.counts >= MIN_BIN]
        for name, part in series.items()
    ]
    left, right = st.columns([3, 2])
    with left:
        show_chart(
            charts.reliability_diagram(pd.concat(bins)),
            charts.reliability_diagram_alt({name: part.error for name, part in series.items()}),
            key="reliability",
            subject=run.run_id,
        )
        left_out = sum(int(part.counts[part.counts < MIN_BIN].sum()) for part in series.values())
        if left_out > report.measured / 10:  # of both series
            st.caption(
                tr(
                    "Points of fewer than {least} image(s) are left out; the errors count them too.",
                    least=MIN_BIN,
                )
            )
    with right:
        st.metric(tr("Expected calibration error, as trained"), percent(report.before.error, 2))
        st.metric(
            tr("With temperature {temperature:.2f}", temperature=report.temperature),
            percent(report.after.error, 2),
        )
        if report.after.error > report.before.error:
            well = report.before.error < WELL_CALIBRATED and report.measured >= FEW_IMAGES
            st.markdown(
                tr("**Here the temperature did not help**: it was calibrated well before.")
                if well
                else tr("**Here the temperature did not help.**")
            )
        if report.measured < FEW_IMAGES:
            st.caption(tr("Only {measured} image(s): these errors may be chance.", measured=report.measured))
        st.markdown(
            tr("Above the dashed line the net is more often right than it says, below it boasts.")
            + " "
            + _effect(report.temperature)
        )
        if report.from_validation:
            st.caption(
                tr(
                    "Temperature fitted on {fitted} validation images, "
                    "errors measured on {measured} test images.",
                    fitted=f"{report.fitted:,}",
                    measured=f"{report.measured:,}",
                )
            )
        else:
            st.caption(
                tr(
                    "This run kept no validation images: the temperature is fitted on one half of the test "
                    "images, and both errors are measured on the other {measured}.",
                    measured=f"{report.measured:,}",
                )
            )


def _effect(temperature: float) -> str:
    """What a temperature does to the answers, to the two digits that are shown of it."""
    if round(temperature, 2) == 1:
        return tr("A temperature of 1 leaves every answer as sure as it was.")
    if temperature < 1:
        return tr("A temperature below 1 suits a net that is too timid: all answers get surer, none changes.")
    return tr("A temperature above 1 suits a net that boasts: all answers get less sure, none changes.")


def show_beside(run: Run, answers: Answers) -> None:
    """Two runs on the same images: both right, only one, both wrong."""
    rows = stored_answers.tested_runs(run.config.dataset)
    others = short_names.run_labels(rows.itertuples())
    others.pop(run.run_id, None)
    if not others:
        st.info(tr("There is no second tested run on this data set yet."), icon=":material/compare:")
        page_link("train", tr("Train another net"), "play_arrow")
        return
    asked = address.asked("other")
    if asked and asked not in (*others, run.run_id):
        address.refuse("other", next(iter(others.values())))
    start = list(others).index(asked) if asked in others else 0
    with shell.pane():  # where the first run is picked
        other_id = st.selectbox(
            tr("Run B"),
            list(others),
            start,
            format_func=others.__getitem__,
            key=address.widget_key(f"beside_other_{run.run_id}"),
        )
    address.note("other", other_id)
    try:
        other = services.store().get(other_id)
        other_answers = stored_answers.answers(other)
    except FmnistError as error:
        show_problem(error)
        return
    same = run.name == other.name  # their ids tell them apart
    name_a, name_b = (escape_markdown(run_label(each) if same else run_name(each)) for each in (run, other))
    st.caption(f"A: {name_a} · B: {name_b}")
    outcomes = statistics.outcomes(answers.labels, answers.predicted, other_answers.predicted)
    groups = (tr("Both right"), tr("Only A right"), tr("Only B right"), tr("Both wrong"))
    counts = np.bincount(outcomes, minlength=len(groups))
    labels = [f"{name} · {count:,}" for name, count in zip(groups, counts, strict=True)]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        group = st.segmented_control(
            tr("Show"),
            range(len(groups)),
            format_func=labels.__getitem__,
            default=1,
            required=True,
            key="beside_group",
            wrap=True,
        )
        found = np.flatnonzero(outcomes == group)
        images = stored_answers.data_of(run).test_images
        pages = max(1, -(-len(found) // PAGE))
        page = st.number_input(
            tr("Page (of {pages})", pages=f"{pages:,}"),
            1,
            pages,
            1,
            key=f"beside_page_{group}_{other_id}",
            width=150,
        )
    shown = found[(page - 1) * PAGE : page * PAGE]
    cards = cards_of(images, answers.labels, {"A": answers, "B": other_answers}, shown)
    show_cards(cards, stored_answers.class_names(run), top=2)


def show_detective(run: Run) -> None:
    """Test images on which confident runs agree against the label."""
    st.markdown(
        tr(
            "Images on which most of these runs agree against the label. The label may be wrong, or the runs "
            "are: look for yourself. The highest **score** comes first: the logarithm of how many times "
            "likelier the runs find their class than the label, on average (at most {most:g} a run), raised "
            "where this confusion is rare. A shirt is often taken for a T-shirt, a bag hardly for a sandal.",
            most=statistics.MAX_ODDS,
        )
    )
    rows = stored_answers.tested_runs(run.config.dataset).sort_values("test_accuracy", ascending=False)
    names = run_labels(rows)
    best = [run.run_id, *(run_id for run_id in names if run_id != run.run_id)][:DETECTIVES]
    chosen = st.multiselect(
        tr("Runs that testify"),
        list(names),
        best,
        format_func=names.__getitem__,
        key=f"detectives_{run.run_id}",
    )
    if not chosen:
        st.info(tr("Choose at least one run."), icon=":material/person_search:")
        return
    data = stored_answers.data_of(run)
    found = stored_answers.suspicions(tuple(chosen), run.config.dataset, SUSPECTS)
    if len(found.index) == 0:
        st.info(tr("No suspicious label: wherever these runs agree, they agree with the label."))
        return
    if found.twins:
        st.caption(
            tr("Left out, because they answer exactly like another one: {count} run(s).", count=found.twins)
        )
    if found.runs == 1:
        st.caption(tr("One run alone is a weak witness; add others, ideally of another architecture."))
    classes = stored_answers.class_names(run)
    cards = []
    for k, index in enumerate(found.index):
        likely = class_name(classes[found.suggested[k]])
        note = tr(
            "{suggested}: {agreeing} of {runs} run(s), {confidence} sure, score {score:.1f}",
            agreeing=int(found.agreeing[k]),
            runs=found.runs,
            suggested=likely,
            confidence=percent(float(found.confidence[k])),
            score=float(found.score[k]),
        )
        cards.append(Card(data.test_images[index], int(index), int(data.test_labels[index]), note=note))
    show_cards(cards, classes)

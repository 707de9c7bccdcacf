"""One photo closely: the steps to what the model sees, corrections by hand, the answer, and why."""

from collections.abc import Callable
from html import escape
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from fmnist_core import photos
from fmnist_core.base.errors import FmnistError
from fmnist_core.data import summary
from fmnist_core.data.datasets import DatasetInfo
from fmnist_core.data.encode import photo_uri
from fmnist_core.photos import Corrections, Picture, PreparedPhoto
from fmnist_core.results import charts
from fmnist_core.runs import Run, RunStore, stored_models
from fmnist_core.runs.stored_models import LoadedModel
from pages.ui.photo import choice, correcting
from pages.ui.photo.choice import Upload
from pages.ui.tables import show_table
from pages.ui.widgets import escape_markdown, heading, run_label, show_chart, show_problem
from pages.ui.words.language import class_name, percent, tr, translate

MAX_BESIDE = 12
STYLE = """<style>
@media (max-width: 640px) {  /* the columns give way to one, in which corrections come after the answer */
  .st-key-photo_screen > div > [data-testid="stHorizontalBlock"] {flex-direction: column; gap: 1rem}
  .st-key-photo_screen > div > [data-testid="stHorizontalBlock"] > [data-testid="stColumn"],
  .st-key-photo_screen > div > [data-testid="stHorizontalBlock"] > [data-testid="stColumn"] > div {
    display: contents}
  .st-key-photo_screen [data-testid="stLayoutWrapper"]:has(> .st-key-photo_correct) {order: 1}
}
</style>"""
SHOWN_SIDE = 640
NEIGHBOURS = 5
STEP_SIDE = 190
"""Pixels of the screen, the longest side of a step's picture."""

ENLARGED = 140
NEIGHBOUR = 112
"""Widths on screen of images as the model sees them, pixels."""

LEAST_DROP = 0.5
"""Percentage points of probability; a smaller drop is not worth a colour."""

SMALL_SIDE = 32
"""Images of at most so many pixels are enlarged with square pixels."""


def show(upload: Upload, run: Run, store: RunStore) -> None:
    """Everything about one photo. A problem is said in its place."""
    try:
        picture = _kept("photo_picture", upload.key, lambda: photos.decode(upload.data))
        loaded = stored_models.load_model(store, run.run_id)
    except FmnistError as error:
        show_problem(error)
        return
    st.html(STYLE)
    left, right = st.container(key="photo_screen").columns([2, 3])
    with left:
        shown = photo_uri(picture.rgb, SHOWN_SIDE)
        st.html(f'<img class="photo" alt="{escape(upload.name, quote=True)}" src="{shown}">')
        st.caption(escape_markdown(upload.name))
        with st.container(key="photo_correct"):
            corrections = correcting.choose(upload, picture, loaded.info.preparation)
    prepare = _preparer(upload, picture, corrections)
    try:
        prepared = prepare(loaded.info)
        doing = tr("Reading the photo …")
        if not photos.familiarity.is_known(loaded):
            doing = tr("This run's first photo: learning which images are familiar to it, once …")
        with right, st.spinner(doing, show_time=True):
            answer = photos.read(prepared, loaded)
    except FmnistError as error:
        show_problem(error)
        return
    with right:
        _show_answer(answer, loaded)
    _show_steps(prepared)
    _show_reasons(answer, loaded)
    with st.expander(tr("What all runs say"), icon=":material/groups:"):
        _show_all_runs(prepare, answer.quarter_turns, run, store)


def _kept(name: str, what: object, compute: Callable[[], Any]) -> Any:
    """What was computed for this photo, kept in this session as long as it is looked at."""
    kept = st.session_state.get(name)
    if kept is None or kept[0] != what:
        kept = st.session_state[name] = (what, compute())
    return kept[1]


def _preparer(
    upload: Upload, picture: Picture, corrections: Corrections
) -> Callable[[DatasetInfo], PreparedPhoto]:
    """Prepares the photo for a data set, once for all that want it alike, as long as it is looked at."""
    known = _kept("photo_prepared", (upload.key, corrections), dict)

    def prepare(info: DatasetInfo) -> PreparedPhoto:
        way = photos.prepared_alike(info)
        if way not in known:
            known[way] = photos.prepare_for(info, picture, corrections)
        return known[way]

    return prepare


def _show_steps(prepared: PreparedPhoto) -> None:
    heading(tr("**From the photo to what the model sees**"))
    with st.container(horizontal=True, key="photo_steps"):
        for step in prepared.steps:
            with st.container(width=STEP_SIDE, horizontal_alignment="center"):
                explanation = translate(step.explanation)
                height, width = step.image.shape[:2]
                st.image(
                    _enlarged(step.image),
                    width=round(STEP_SIDE * min(1.0, width / height)),  # none is taller than the others
                    alt=explanation,
                )
                st.caption(f"**{translate(step.name)}** · {explanation}", text_alignment="center")


def _show_answer(answer: photos.PhotoAnswer, loaded: LoadedModel) -> None:
    name, sure = class_name(answer.class_name), percent(answer.confidence, 0)
    garment = loaded.info.preparation == "garment"
    if answer.in_distribution:
        icon = ":material/apparel:" if garment else ":material/check:"
        st.success(tr("**{name}**, {sure} sure", name=name, sure=sure), icon=icon)
    else:
        count = len(loaded.class_names)
        st.warning(
            tr("**This does not look like one of my {count} classes.**", count=count), icon=":material/help:"
        )
        st.caption(tr("If it had to be one of them, it would be {name}.", name=name))
    for warning in answer.warnings:
        st.caption(translate(warning))
    rows = pd.DataFrame(
        {
            "class_name": [class_name(known) for known in answer.probabilities],
            "probability": list(answer.probabilities.values()),
        }
    )
    show_chart(charts.softmax_bars(rows), charts.softmax_bars_alt(rows), "photo_bars")
    st.caption(
        tr(
            "Score for being one of my classes: {score:.2f}; from {threshold:.2f} on I call it one. It is "
            "the geometric mean of the familiarity, {familiarity:.2f} (how much it is like what this net has "
            "learned from), and the probability of the {count} likeliest answer(s) together, {top:.2f}.",
            score=answer.in_distribution_score,
            threshold=answer.threshold,
            familiarity=answer.familiarity,
            top=answer.top_probability,
            count=answer.together,
        )
    )


def _show_all_runs(
    prepare: Callable[[DatasetInfo], PreparedPhoto], turns: int, run: Run, store: RunStore
) -> None:
    rows = []
    runs = choice.best_readers(run)
    for other in runs[:MAX_BESIDE]:
        try:
            loaded = stored_models.load_model(store, other.run_id)
            upright = turns if loaded.info.preparation == "garment" else 0
            probabilities = photos.class_probabilities(prepare(loaded.info), loaded, upright)
            best = max(probabilities, key=probabilities.__getitem__)
            said = class_name(best), percent(probabilities[best], 0)
        except FmnistError as error:
            said = translate(error.message), "–"
        rows.append((run_label(other), other.config.dataset, *said))
    columns = [tr("Run"), tr("Data set"), tr("Class"), tr("Confidence")]
    show_table(pd.DataFrame(rows, columns=columns).set_index(tr("Run")))
    own = run.config.dataset
    others = list(dict.fromkeys(dataset for _, dataset, *_ in rows if dataset != own))
    if others:
        st.caption(
            tr(
                "The run that answers has learned from {own}. Runs on other data sets ({others}) may have "
                "other classes.",
                own=escape_markdown(own),
                others=escape_markdown(", ".join(others)),
            )
        )
    if len(runs) > len(rows):
        st.caption(
            tr(
                "{shown} of {count} runs, the best of each net and recipe first, those of the answering "
                "run's data set before others.",
                shown=len(rows),
                count=len(runs),
            )
        )


def _show_reasons(answer: photos.PhotoAnswer, loaded: LoadedModel) -> None:
    left, right = st.columns([1, 3])
    with left:
        _show_heat(answer, loaded)
    with right:
        heading(tr("**It thinks of these training images**"))
        try:
            data = loaded.data()
            indices = _neighbours(answer, loaded)
        except FmnistError as error:
            show_problem(error)
            return
        with st.container(horizontal=True, key="photo_neighbours"):
            for index in indices:
                name = class_name(data.class_names[int(data.train_labels[index])])
                shown = _enlarged(summary.strip(data.train_images[index][None]))
                st.image(shown, caption=name, alt=name, width=NEIGHBOUR)


def _show_heat(answer: photos.PhotoAnswer, loaded: LoadedModel) -> None:
    heading(tr("**What mattered**"))
    heat = photos.heat_map(loaded, answer.image, answer.class_name)
    most, name = 100 * float(heat.max()), class_name(answer.class_name)
    if most < LEAST_DROP:
        explanation = tr("Hiding any one place hardly changes the probability of {name}.", name=name)
    else:
        explanation = tr(
            "Vermilion: hiding this place lowers the probability of {name}, by up to {most:,} point(s).",
            name=name,
            most=round(most),
        )
    picture = photos.heat_picture(answer.image, heat)
    st.image(_enlarged(picture), caption=explanation, alt=explanation, width=ENLARGED)
    legend = tr("From no drop to {full:.0f} points or more", full=100 * photos.full_heat(heat))
    st.image(photos.heat_legend(), caption=legend, alt=legend, width=ENLARGED)


def _neighbours(answer: photos.PhotoAnswer, loaded: LoadedModel) -> list[int]:
    """The nearest training images; a net that is asked for the first time looks at all of them, which shows
    its progress."""
    place = st.empty()
    state = (loaded.run.run_id, loaded.run.epochs, answer.direction.tobytes())

    def report(fraction: float) -> None:
        place.progress(fraction, tr("Looking at all training images, once …"))

    found = _kept(
        "photo_neighbours",
        state,
        lambda: photos.nearest_images(loaded, answer.direction, NEIGHBOURS, report).tolist(),
    )
    place.empty()
    return found


def _enlarged(image: np.ndarray) -> np.ndarray:
    """Small images with square pixels, so that the browser does not smear them."""
    factor = max(1, ENLARGED // image.shape[0]) if max(image.shape[:2]) <= SMALL_SIDE else 1
    return image.repeat(factor, 0).repeat(factor, 1)

"""One photo closely: the steps to 28x28, corrections by hand, the answer, and why."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from fmnist_core import charts, photos, prediction
from fmnist_core.errors import FmnistError
from fmnist_core.photos import PreparedPhoto
from fmnist_core.prediction import LoadedModel
from fmnist_core.runs import Run, RunStore
from pages.ui import photo_corrections, photo_input, services
from pages.ui.language import class_name, tr, translate
from pages.ui.photo_input import Upload
from pages.ui.widgets import percent, plain, run_label, show_chart, show_problem

MAX_BESIDE = 12
NEIGHBOURS = 5
STEP_SIDE = 190
"""Pixels of the screen, the longest side of a step's picture."""

ENLARGED = 140
NEIGHBOUR = 112
"""Widths on screen of 28x28 images, pixels."""


def show(upload: Upload, run: Run, store: RunStore) -> None:
    """Everything about one photo. A problem is said in its place."""
    st.subheader(plain(upload.name))
    try:
        picture = _kept("photo_picture", upload.key, lambda: photos.decode(upload.data))
    except FmnistError as error:
        show_problem(error)
        return
    corrections = photo_corrections.choose(upload, picture)
    try:
        prepared = _kept(
            "photo_prepared", (upload.key, corrections), lambda: photos.prepare(picture, corrections)
        )
        loaded = prediction.load_model(store, run.run_id)
        with st.spinner(tr("Reading the photo …"), show_time=True):
            answer = photos.read(prepared, loaded)
    except FmnistError as error:
        show_problem(error)
        return
    _show_steps(prepared)
    left, right = st.columns(2)
    with left:
        _show_answer(answer, loaded)
    with right:
        _show_all_runs(prepared, answer.quarter_turns, run, store)
    _show_reasons(answer, loaded)


def _kept(name: str, what: object, compute: Callable[[], Any]) -> Any:
    """What was computed for this photo, kept in this session as long as it is looked at."""
    kept = st.session_state.get(name)
    if kept is None or kept[0] != what:
        kept = st.session_state[name] = (what, compute())
    return kept[1]


def _show_steps(prepared: PreparedPhoto) -> None:
    st.markdown(tr("**From the photo to what the model sees**"))
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
    if answer.in_distribution:
        st.success(tr("**{name}**, {sure} sure", name=name, sure=sure), icon=":material/apparel:")
    else:
        st.warning(
            tr(
                "**This does not look like one of my {count} classes.** If it has to be one: "
                "{name}, {sure} sure.",
                count=len(loaded.class_names),
                name=name,
                sure=sure,
            ),
            icon=":material/help:",
        )
    for warning in answer.warnings:
        if not warning.startswith("This does not look like"):
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
            "How much it is like the clothes in the training images: {score:.2f} "
            "(0 not at all, 1 very much).",
            score=answer.in_distribution_score,
        )
    )


def _show_all_runs(prepared: PreparedPhoto, turns: int, run: Run, store: RunStore) -> None:
    st.markdown(tr("**What all runs say**"))
    rows = []
    for other in sorted(photo_input.readers()[:MAX_BESIDE], key=lambda r: r.run_id != run.run_id):
        try:
            loaded = prediction.load_model(store, other.run_id)
            probabilities = photos.class_probabilities(prepared, loaded, turns)
        except FmnistError as error:
            rows.append((run_label(other), translate(str(error)), "–"))
            continue
        best = max(probabilities, key=probabilities.get)
        rows.append((run_label(other), class_name(best), percent(probabilities[best], 0)))
    table = pd.DataFrame(rows, columns=[tr("run"), tr("class"), tr("confidence")])
    # A table of text, not on a canvas: it is short, and can be read aloud. People name their runs.
    st.table(table.assign(**{tr("run"): table[tr("run")].map(plain)}).set_index(tr("run")))


def _show_reasons(answer: photos.PhotoAnswer, loaded: LoadedModel) -> None:
    left, right = st.columns([1, 3])
    with left:
        st.markdown(tr("**What mattered**"))
        heat = photos.heat_map(loaded, answer.image, answer.class_name)
        explanation = tr(
            "Vermilion: hiding this place makes {name} less likely.", name=class_name(answer.class_name)
        )
        picture = photos.heat_picture(answer.image, heat)
        st.image(_enlarged(picture), caption=explanation, alt=explanation, width=ENLARGED)
    with right:
        st.markdown(tr("**It thinks of these training images**"))
        try:
            data = services.dataset(loaded.config.dataset)
        except FmnistError as error:
            show_problem(error)
            return
        with st.container(horizontal=True, key="photo_neighbours"):
            for index in answer.neighbours[:NEIGHBOURS]:
                name = class_name(data.class_names[int(data.train_labels[index])])
                st.image(_enlarged(data.train_images[index, 0]), caption=name, alt=name, width=NEIGHBOUR)


def _enlarged(image: np.ndarray) -> np.ndarray:
    """Small images with square pixels, so that the browser does not smear them."""
    factor = max(1, ENLARGED // image.shape[0]) if max(image.shape[:2]) <= 28 else 1
    return image.repeat(factor, 0).repeat(factor, 1)

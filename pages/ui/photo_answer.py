"""One photo closely: the steps to what the model sees, corrections by hand, the answer, and why."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from fmnist_core import charts, photos, prediction
from fmnist_core.datasets import DatasetInfo, summary
from fmnist_core.errors import FmnistError
from fmnist_core.photos import Corrections, Picture, PreparedPhoto
from fmnist_core.prediction import LoadedModel
from fmnist_core.runs import Run, RunStore
from pages.ui import photo_input, services
from pages.ui.language import class_name, tr, translate
from pages.ui.photo_input import Upload
from pages.ui.widgets import percent, plain, run_label, show_chart, show_problem

MAX_BESIDE = 12
NEIGHBOURS = 5
STEP_SIDE = 190
"""Pixels of the screen, the longest side of a step's picture."""

ENLARGED = 140
NEIGHBOUR = 112
"""Widths on screen of images as the model sees them, pixels."""

SMALL_SIDE = 32
"""Images of at most so many pixels are enlarged with square pixels."""


def show(upload: Upload, run: Run, store: RunStore) -> None:
    """Everything about one photo. A problem is said in its place."""
    st.subheader(plain(upload.name))
    try:
        picture = _kept("photo_picture", upload.key, lambda: photos.decode(upload.data))
        loaded = prediction.load_model(store, run.run_id)
    except FmnistError as error:
        show_problem(error)
        return
    corrections = _choose_corrections(upload, loaded.info.preparation)
    prepare = _preparer(upload, picture, corrections)
    try:
        prepared = prepare(loaded.info)
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
        _show_all_runs(prepare, answer.quarter_turns, run, store)
    _show_reasons(answer, loaded)


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


def _choose_corrections(upload: Upload, preparation: str) -> Corrections:
    with st.expander(tr("Correct it by hand"), icon=":material/tune:"):
        first, second, third = st.columns(3)
        with first:
            turns = st.segmented_control(
                tr("Turn clockwise"),
                [0, 1, 2, 3],
                default=0,
                format_func=lambda turn: f"{turn * 90}°",
                key=f"photo_turn_{upload.key}",
            )
            find_upright = preparation == "garment" and st.toggle(
                tr("Find out which side is up"), True, key=f"photo_upright_{upload.key}", disabled=bool(turns)
            )
        with second:
            x = st.slider(
                tr("Crop: left to right"), 0, 100, (0, 100), 1, "%d %%", key=f"photo_x_{upload.key}"
            )
            y = st.slider(
                tr("Crop: top to bottom"), 0, 100, (0, 100), 1, "%d %%", key=f"photo_y_{upload.key}"
            )
        with third:
            invert = st.toggle(tr("Swap bright and dark"), key=f"photo_invert_{upload.key}")
            remove = preparation == "square" or st.toggle(
                tr("Remove the background"), True, key=f"photo_background_{upload.key}"
            )
    left, right = (x[0], x[1]) if x[1] - x[0] >= 5 else (0, 100)
    top, bottom = (y[0], y[1]) if y[1] - y[0] >= 5 else (0, 100)
    return Corrections(
        quarter_turns=turns or 0,
        crop=(left / 100, top / 100, right / 100, bottom / 100),
        invert=invert,
        remove_background=remove,
        find_upright=find_upright and not turns,
    )


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
    garment = loaded.info.preparation == "garment"
    if answer.in_distribution:
        icon = ":material/apparel:" if garment else ":material/check:"
        st.success(tr("**{name}**, {sure} sure", name=name, sure=sure), icon=icon)
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
    score = answer.in_distribution_score
    st.caption(
        tr(
            "How much it is like the clothes in the training images: {score:.2f} "
            "(0 not at all, 1 very much).",
            score=score,
        )
        if garment
        else tr(
            "How much it is like the training images: {score:.2f} (0 not at all, 1 very much).", score=score
        )
    )


def _show_all_runs(
    prepare: Callable[[DatasetInfo], PreparedPhoto], turns: int, run: Run, store: RunStore
) -> None:
    st.markdown(tr("**What all runs say**"))
    rows = []
    for other in sorted(photo_input.readers()[:MAX_BESIDE], key=lambda r: r.run_id != run.run_id):
        try:
            loaded = prediction.load_model(store, other.run_id)
            upright = turns if loaded.info.preparation == "garment" else 0
            probabilities = photos.class_probabilities(prepare(loaded.info), loaded, upright)
            best = max(probabilities, key=probabilities.get)
            said = class_name(best), percent(probabilities[best], 0)
        except FmnistError as error:
            said = translate(str(error)), "–"
        # People name their runs and their classes.
        rows.append([plain(text) for text in (run_label(other), other.config.dataset, *said)])
    columns = [tr("run"), tr("Data set"), tr("class"), tr("confidence")]
    # A table of text, not on a canvas: it is short, and can be read aloud.
    st.table(pd.DataFrame(rows, columns=columns).set_index(tr("run")))


def _show_reasons(answer: photos.PhotoAnswer, loaded: LoadedModel) -> None:
    left, right = st.columns([1, 3])
    with left:
        st.markdown(tr("**What mattered**"))
        heat = photos.heat_map(loaded, answer.image, answer.class_name)
        explanation = tr(
            "Vermilion: hiding this place makes {name} less likely.",
            name=class_name(answer.class_name),
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
                shown = _enlarged(summary.strip(data.train_images[index][None]))
                st.image(shown, caption=name, alt=name, width=NEIGHBOUR)


def _enlarged(image: np.ndarray) -> np.ndarray:
    """Small images with square pixels, so that the browser does not smear them."""
    factor = max(1, ENLARGED // image.shape[0]) if max(image.shape[:2]) <= SMALL_SIDE else 1
    return image.repeat(factor, 0).repeat(factor, 1)

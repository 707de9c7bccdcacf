"""Time travel: confusion matrix and twelve images through the epochs of a training, by hand or as a film."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from fmnist_core.results import charts
from fmnist_core.runs import Run
from pages.ui import address, services, stored_answers
from pages.ui.image_cards import cards_of, show_cards
from pages.ui.live_chart import live_chart, show_live_charts
from pages.ui.widgets import show_errors
from pages.ui.words.language import percent, tr

TRAVELLERS = 12
FRAME_SECONDS = 0.8


@dataclass
class _Film:
    """Where this browser is in the film of a run."""

    run_id: str
    visit: int
    epoch: int
    plays: bool = False
    frames: int = 0  # shown since it was opened


def show(run: Run) -> None:
    """A slider over the epochs, and a button that moves it by itself."""
    epochs = services.store().kept_epochs(run.run_id)
    if not epochs:
        st.info(
            tr("No predictions were kept along the way; train again to travel."), icon=":material/history:"
        )
        return
    film = _film(run, epochs)
    st.fragment(_frame, run_every=FRAME_SECONDS if film.plays else None)(run, epochs, film)
    if not film.plays:
        address.note("epoch", film.epoch, epochs[-1])
    folder = services.store().folder(run.run_id) / "predictions"
    size = sum(file.stat().st_size for file in folder.glob("*.npz") if file.is_file())
    st.caption(
        tr(
            "Kept after each epoch: the answers to all test images, {kilobytes:.0f} KB an epoch, "
            "{all:.2f} MB in all.",
            kilobytes=size / len(epochs) / 1e3,
            all=size / 1e6,
        )
    )


def _film(run: Run, epochs: list[int]) -> _Film:
    known = st.session_state.get("travel_film")
    if known is not None and (known.run_id, known.visit) == (run.run_id, address.visit_number()):
        return known
    epoch = address.choice("epoch", epochs, epochs[-1])
    film = st.session_state["travel_film"] = _Film(run.run_id, address.visit_number(), epoch)
    return film


@show_errors
def _frame(run: Run, epochs: list[int], film: _Film) -> None:
    """One picture of the film; the next one while it plays."""
    if film.plays:
        film.frames += 1
        film.epoch = epochs[min(epochs.index(film.epoch) + 1, len(epochs) - 1)]
        if film.epoch == epochs[-1]:
            film.plays = False
            st.rerun()
    if len(epochs) > 1:
        _controls(run, epochs, film)
    answers = stored_answers.epoch_answers(run, film.epoch)
    names = stored_answers.class_names(run)
    matrix = stored_answers.matrix(answers, names)
    left, right = st.columns(2)
    with left:
        chart = live_chart(charts.confusion_heatmap(matrix), charts.confusion_heatmap_alt(matrix))
        show_live_charts([chart], run.run_id, key="travel_matrix")
    with right:
        st.markdown(
            tr(
                "After epoch {epoch}, **{accuracy}** of the test images are named correctly. Shown: those "
                "about which the run changed its mind most.",
                epoch=film.epoch,
                accuracy=percent(float(answers.right.mean()), 2),
            )
        )
        images = stored_answers.data_of(run).test_images
        cards = cards_of(images, answers.labels, {"": answers}, _travellers(run, epochs))
        show_cards(cards, names, top=2, small=True)


def _controls(run: Run, epochs: list[int], film: _Film) -> None:
    """Play or pause, and the slider."""
    left, right = st.columns([1, 5], vertical_alignment="bottom")
    label, icon = (tr("Pause"), "pause") if film.plays else (tr("Play"), "play_arrow")
    if left.button(label, icon=f":material/{icon}:", key="travel_play", width="stretch"):
        film.plays = not film.plays
        if film.plays and film.epoch == epochs[-1]:
            film.epoch = epochs[0]
        film.frames += 1
        st.rerun()
    # Another slider for each frame: a browser keeps the place of one that it knows.
    key = f"travel_{run.run_id}" + (f"_{film.frames}" if film.frames else "")
    epoch = right.select_slider(tr("Epoch"), epochs, film.epoch, key=address.widget_key(key))
    if epoch != film.epoch:
        film.epoch, film.plays = epoch, False
        st.rerun()


def _travellers(run: Run, epochs: list[int]) -> np.ndarray:
    """The same images at every epoch: those about which the run changed its mind, a few of each class."""
    first, last = (stored_answers.epoch_answers(run, epoch) for epoch in (epochs[0], epochs[-1]))
    changed = np.abs(last.probabilities - first.probabilities).sum(axis=1)
    order = np.argsort(-changed, kind="stable")
    labels = last.labels[order]
    # The n-th of its class comes in round n, so that no class takes all the places.
    rounds = np.zeros(len(order), dtype=np.int64)
    for label in np.unique(labels):
        rounds[labels == label] = np.arange((labels == label).sum())
    return order[np.lexsort((np.arange(len(order)), rounds))][:TRAVELLERS]

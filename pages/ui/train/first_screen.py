"""Before one has trained anything: the images that a net will learn to name, and one button."""

import streamlit as st

from fmnist_core.base.config import TrainConfig
from fmnist_core.base.errors import FmnistError
from fmnist_core.data import summary
from pages.ui import services
from pages.ui.image_cards import Card, show_cards
from pages.ui.widgets import page_link, show_problem
from pages.ui.words.language import tr


def show(chosen: TrainConfig | None) -> bool:
    """Draw it; whether the button was pressed.

    chosen: what the form says, which the button trains; None while something in it does not fit.
    """
    dataset = chosen.dataset if chosen else TrainConfig().dataset
    left, right = st.columns([3, 1], vertical_alignment="center")
    try:
        data = services.dataset(dataset)
    except FmnistError as error:
        show_problem(error)
        return False
    left.markdown(
        tr(
            "**Teach a net to name what is on these images.** It never sees them; it learns from {count:,} "
            "others.",
            count=len(data.train_images),
        )
    )
    pressed = right.button(
        tr("Train my first net"),
        type="primary",
        icon=":material/play_arrow:",
        key="first_run",
        disabled=chosen is None,
        width="stretch",
    )
    with left:
        label = tr("Or have a photo of a garment named, by a net that comes with the project")
        page_link("photo", label, "photo_camera")
    indices = summary.sample_indices(data)
    cards = [Card(data.test_images[index], index, int(data.test_labels[index])) for index in indices]
    show_cards(cards, data.class_names)
    return pressed

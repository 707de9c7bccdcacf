"""What a person decides about a photo instead of the program: how it is turned, cropped and read."""

import numpy as np
import streamlit as st

from fmnist_core.photos import Corrections, Picture
from pages.ui import address
from pages.ui.photo import crop_box
from pages.ui.photo.choice import Upload
from pages.ui.words.language import tr

CHOICES = {"turn": 0, "upright": True, "invert": False, "background": True}
"""Names of the widgets, and their values at first."""


def choose(upload: Upload, picture: Picture, preparation: str) -> Corrections:
    """The controls for one photo, as far as its preparation has a use for them; choices are kept for each."""
    decided = chosen(upload, preparation)
    turns = decided.quarter_turns
    with st.expander(tr("Correct it by hand"), icon=":material/tune:"):
        st.segmented_control(
            tr("Turn clockwise"),
            [0, 1, 2, 3],
            format_func=lambda turn: f"{turn * 90}°",
            key=f"photo_turn_{upload.key}",
        )
        if preparation == "garment":
            st.toggle(tr("Find out which side is up"), key=f"photo_upright_{upload.key}", disabled=turns > 0)
        st.toggle(tr("Swap bright and dark"), key=f"photo_invert_{upload.key}")
        if preparation != "square":
            st.toggle(tr("Remove the background"), key=f"photo_background_{upload.key}")
        crop_box.show(  # below the switches: they stay where they are when it has loaded
            np.rot90(picture.rgb, -turns),
            decided.crop,
            f"photo_crop_{upload.key}",
            lambda box: _boxes().update({upload.key: crop_box.turned(box, -turns)}),
        )
    return decided


def chosen(upload: Upload, preparation: str) -> Corrections:
    """What was decided about a photo, whether it is looked at now or was before."""
    turns, upright, invert, background = (
        address.keep(f"photo_{name}_{upload.key}", default) for name, default in CHOICES.items()
    )
    turns = turns or 0
    crop = crop_box.turned(_boxes().get(upload.key, crop_box.WHOLE), turns)
    may_turn = preparation == "garment" and upright and not turns
    return Corrections(turns, crop, invert, background or preparation == "square", may_turn)


def _boxes() -> dict[str, crop_box.Box]:
    """On pictures that are not turned, by the key of the upload."""
    boxes: dict[str, crop_box.Box] = st.session_state.setdefault("photo_boxes", {})
    return boxes

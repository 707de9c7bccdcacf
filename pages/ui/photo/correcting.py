"""What a person decides about a photo instead of the program: how it is turned, cropped and read."""

import numpy as np
import streamlit as st

from fmnist_core.photos import Corrections, Picture
from pages.ui import address
from pages.ui.photo import crop_box
from pages.ui.photo.choice import Upload
from pages.ui.words.language import tr


def choose(upload: Upload, picture: Picture, preparation: str) -> Corrections:
    """The controls for one photo, as far as its preparation has a use for them; choices are kept for each."""
    boxes: dict[str, crop_box.Box] = st.session_state.setdefault("photo_boxes", {})  # on pictures not turned
    with st.expander(tr("Correct it by hand"), icon=":material/tune:"):
        for name, default in (("turn", 0), ("upright", True), ("invert", False), ("background", True)):
            address.keep(f"photo_{name}_{upload.key}", default)
        turns = st.segmented_control(
            tr("Turn clockwise"),
            [0, 1, 2, 3],
            format_func=lambda turn: f"{turn * 90}°",
            key=f"photo_turn_{upload.key}",
        )
        turns = turns or 0
        find_upright = preparation == "garment" and st.toggle(
            tr("Find out which side is up"),
            key=f"photo_upright_{upload.key}",
            disabled=turns > 0,
        )
        invert = st.toggle(tr("Swap bright and dark"), key=f"photo_invert_{upload.key}")
        remove = preparation == "square" or st.toggle(
            tr("Remove the background"), key=f"photo_background_{upload.key}"
        )
        crop = crop_box.turned(boxes.get(upload.key, crop_box.WHOLE), turns)
        crop_box.show(  # below the switches: they stay where they are when it has loaded
            np.rot90(picture.rgb, -turns),
            crop,
            f"photo_crop_{upload.key}",
            lambda box: boxes.update({upload.key: crop_box.turned(box, -turns)}),
        )
    return Corrections(turns, crop, invert, remove, find_upright and not turns)

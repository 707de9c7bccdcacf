"""A box that is dragged around a part of a picture, by mouse, finger or keys: a Streamlit component.

What the browser runs is in the files beside this one. It answers when the box is let go of, not before.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from fmnist_core.base.errors import FmnistError
from fmnist_core.data.encode import photo_uri
from fmnist_core.photos import Corrections
from pages.ui.words.language import tr

Box = tuple[float, float, float, float]
"""Left, top, right and bottom as fractions of the picture's width and height."""

WHOLE: Box = (0.0, 0.0, 1.0, 1.0)
SENT_SIDE = 480
"""Pixels of the picture that the browser gets; it is shown 280 high at most."""

_files = {
    kind: (Path(__file__).parent / f"crop_box.{kind}").read_text("utf-8") for kind in ("html", "css", "js")
}
_component = st.components.v2.component("crop_box", html=_files["html"], css=_files["css"], js=_files["js"])


def show(rgb: np.ndarray, box: Box, key: str, on_change: Callable[[Box], None]) -> None:
    """The picture, uint8 (height, width, 3), with the box on it. `on_change` gets what was dragged."""

    def take() -> None:
        moved = checked(st.session_state[key].get("box"))
        if moved is not None:
            on_change(moved)

    height, width = rgb.shape[:2]
    data = {
        "picture": photo_uri(rgb, SENT_SIDE),
        "width": width,
        "height": height,
        "box": box,
        "labels": {
            "box": tr("Box around the garment"),
            "hint": tr("Drag a box around the garment."),
            "keys": tr("Arrow keys move the box, with Shift they resize it."),
            "place": tr(  # the browser fills it in
                "{left} to {right} % across, {top} to {bottom} % down",
                left="{left}",
                right="{right}",
                top="{top}",
                bottom="{bottom}",
            ),
            "whole": tr("Whole picture"),
        },
    }
    _component(key=key, data=data, on_box_change=take)


def checked(sent: Any) -> Box | None:
    """What a browser sent, if it is a box."""
    try:
        left, top, right, bottom = (round(float(place), 4) for place in sent)
        return Corrections(crop=(left, top, right, bottom)).crop
    except (FmnistError, TypeError, ValueError):
        return None


def turned(box: Box, quarter_turns: int) -> Box:
    """The same box on the picture after so many quarter turns clockwise; negative ones go back."""
    for _ in range(quarter_turns % 4):
        left, top, right, bottom = box
        box = (round(1 - bottom, 4), left, round(1 - top, 4), right)
    return box

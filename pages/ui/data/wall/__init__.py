"""A wall of images of which one is picked, by mouse, finger or keys: a Streamlit component.

All images are one message to the browser; a picked one comes back as a number.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st

from fmnist_core.data.encode import data_uri

HERE = Path(__file__).parent
_component = st.components.v2.component(
    "image_wall",
    css=(HERE / "wall.css").read_text("utf-8"),
    js=(HERE / "wall.js").read_text("utf-8"),
)


@dataclass(frozen=True)
class Tile:
    """Pictures side by side, each uint8 (C, H, W) with its alternative text, and the words below them."""

    index: int
    name: str
    pictures: list[tuple[np.ndarray, str]]


def show(
    tiles: list[Tile],
    picked: int | None,
    columns: tuple[int, int],
    label: str,
    key: str,
    on_pick: Callable[[int], None],
) -> None:
    """Tiles in so many columns, the second number on a phone; `picked` is framed, `on_pick` gets an index."""

    def take() -> None:
        sent = st.session_state[key].get("picked")
        if sent in [tile.index for tile in tiles]:  # a browser may send anything
            on_pick(sent)

    drawn = [
        {
            "index": tile.index,
            "name": tile.name,
            "pictures": [{"src": data_uri(image), "alt": alt} for image, alt in tile.pictures],
        }
        for tile in tiles
    ]
    wide, narrow = columns
    data = {"tiles": drawn, "picked": picked, "columns": wide, "narrow": narrow, "label": label}
    _component(key=key, data=data, on_picked_change=take)

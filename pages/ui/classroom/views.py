"""What the Classroom page shows: the board, how to come in, or the room; the address says which."""

import streamlit as st

from pages.ui import address, people, presenter
from pages.ui.words.language import tr


def choose() -> str:
    """The buttons; returns "board", "join" or "room". A projector shows the room instead of the board."""
    labels = {"board": tr("Today"), "join": tr("Join"), "room": tr("Room")}
    if not people.is_classroom():
        labels.pop("join")
    chosen = st.segmented_control(
        tr("View"),
        list(labels),
        default=address.choice("view", list(labels), "board", labels.__getitem__),
        format_func=labels.__getitem__,
        key=address.widget_key("class_view"),
        required=True,
    )
    address.note("view", chosen, "board")
    shown = "room" if chosen == "board" and presenter.is_on() else chosen
    if presenter.is_on():
        presenter.sections("view", [name for name in labels if name != "board"], shown)
    return shown

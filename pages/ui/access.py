"""What screen readers and keyboards need of the whole page: its language, sentences that are read aloud as
they come, and a way into what a button opens."""

import re
import time
from pathlib import Path

import streamlit as st

from pages.ui.words.language import current_language

LATEST = 5
"""Sentences that a browser is sent: more do not come between two runs of the script."""

_access = st.components.v2.component(
    "fmnist_access", js=Path(__file__).with_suffix(".js").read_text("utf-8"), isolate_styles=False
)


def say(text: str) -> None:
    """Read this aloud, once, where a screen reader listens. text: in the reader's language; as
    `escape_markdown` returns it or as it is."""
    plain = re.sub(r"\\(\W)", r"\1", text)
    st.session_state["said"] = [*st.session_state.get("said", ()), (time.time(), plain)][-LATEST:]


def say_change(what: str, text: str) -> None:
    """Read aloud what a page says of something, if it said something else before."""
    before = st.session_state.get("said_of", {})
    st.session_state["said_of"] = {what: text}
    if before.get(what, text) != text:
        say(text)


def focus(*keys: str) -> None:
    """Give the focus to the first of the buttons with these keys that can be pressed, after this run of the
    script: where it was drawn in another place, the browser has lost it."""
    st.session_state["focus"] = (time.time(), keys)


def show(place: str) -> None:
    """Say what is new. place: of a fragment, which runs by itself, or of the page."""
    data = {"lang": current_language(), "said": st.session_state.get("said", [])}
    data["focus"] = st.session_state.get("focus", (0, []))
    _access(data=data, key=f"access_{place}")

"""News in the corner, on whichever page: it stays for its seconds even if the page is drawn again.

A toast is gone with the next run of the script or fragment that showed it, and one shown right before
`st.rerun` is never seen. So news is kept for as long as it is to be seen, and shown again by each run.
"""

import time
from dataclasses import dataclass

import streamlit as st

from pages.ui import access

SECONDS = 5.0


@dataclass
class _News:
    text: str
    icon: str
    until: float | None = None  # on the clock of this process; None until it is shown


def tell(text: str, icon: str) -> None:
    """Say this as soon as the sidebar is drawn. text: Markdown, in the reader's language."""
    access.say(text)
    _all().append(_News(text, icon))


def show() -> None:
    """What is new, and what has been seen for too short a time."""
    now = time.monotonic()
    news = st.session_state["news"] = [one for one in _all() if one.until is None or one.until > now]
    for one in news:
        one.until = one.until or now + SECONDS
        st.toast(one.text, icon=one.icon, duration=int(SECONDS))


def _all() -> list[_News]:
    return st.session_state.setdefault("news", [])

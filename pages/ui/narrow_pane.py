"""The left pane in narrow windows, as on phones, where it lies over the page: it closes for what is new,
and opens for who asks for it on the page."""

import streamlit as st

from pages.ui import address
from pages.ui.streamlit_compat import DeltaGenerator

# The buttons are Streamlit's own; each is there while it is of use.
_mover = st.components.v2.component(
    "fmnist_narrow_pane",
    js="""
let last = null
export default function ({ data }) {
  const before = last
  last = data
  if (!before) return
  if (before.entered !== data.entered) document.querySelector("[data-testid=stExpandSidebarButton]")?.click()
  if (before.shown === data.shown) return
  const [pane, main] = ["stSidebar", "stMain"].map((name) => document.querySelector(`[data-testid=${name}]`))
  if (!pane || !main || pane.getBoundingClientRect().right <= main.getBoundingClientRect().left + 1) return
  pane.querySelector("[data-testid=stSidebarCollapseButton] button")?.click()
}
""",
)


def news(key: str) -> DeltaGenerator:
    """A place on the page for what wide windows show in their pane; only narrow ones show it."""
    return st.container(key=f"pane_news_{key}")


def leave() -> None:
    """For a button in the pane whose result is on the page: close the pane after this run of the script."""
    st.session_state["pane_left"] = st.session_state.get("pane_left", 0) + 1


def enter() -> None:
    """For a button on the page that leads to what is in the pane: open it after this run of the script."""
    st.session_state["pane_entered"] = st.session_state.get("pane_entered", 0) + 1


def show() -> None:
    """After the page: close the pane, if it lies over another page than before, or `leave` was called; open
    it, if `enter` was."""
    left, entered = (st.session_state.get(f"pane_{done}", 0) for done in ("left", "entered"))
    _mover(data={"shown": f"{address.page()} {left}", "entered": entered}, key="narrow_pane")

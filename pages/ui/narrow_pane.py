"""The left pane in narrow windows, as on phones, where it lies over the page: it closes for what is new."""

import streamlit as st

from pages.ui import address
from pages.ui.streamlit_compat import DeltaGenerator

# The button is Streamlit's own; while the pane is closed there is none.
_closer = st.components.v2.component(
    "fmnist_narrow_pane",
    js="""
let last = null
export default function ({ data }) {
  const isNew = last !== null && last !== data.shown
  last = data.shown
  if (!isNew) return
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


def show() -> None:
    """After the page: close the pane, if it lies over another page than before, or `leave` was called."""
    _closer(data={"shown": f"{address.page()} {st.session_state.get('pane_left', 0)}"}, key="narrow_pane")

"""What every page stands in: the navigation along the top, and the left pane with the page's controls and the
state of the trainings."""

from html import escape
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui import address, presenter, sidebar
from pages.ui.widgets import escape_markdown
from pages.ui.words.language import tr

ICON = Path(__file__).with_name("icon.png")
"""The tab's; Streamlit's own icons are fetched from another host there. A T-shirt of Fashion-MNIST."""

STYLE = """<style>
.stApp {--right: light-dark(#00775A, #34C89E); --wrong: light-dark(#B34A00, #F0924F)}
[data-testid="stCaptionContainer"] {color: inherit; opacity: .76}
[data-testid="stSliderThumbValue"], [data-variant][data-selected="true"] {color: inherit !important}
[data-testid="stPopover"] button {color: inherit !important}
button :has(> kbd), button kbd {color: inherit !important; opacity: 1 !important}
.js-plotly-plot :is(.xtick, .ytick, .g-xtitle, .g-ytitle) text, .js-plotly-plot .bartext-outside,
.js-plotly-plot .annotation-text {fill: currentColor !important}
.stMainBlockContainer {padding: 4.2rem 1.4rem 2rem}
[data-testid="stSidebarUserContent"] {padding: 0 1.2rem 1rem}
[data-testid="stSidebarHeader"] {height: 2.6rem; margin: 0}
[data-testid="stSidebar"] [data-testid="stVerticalBlock"] {gap: .6rem}
img.photo {max-width: 100%; max-height: 280px; border-radius: 8px; display: block}
.current-run {display: flex; gap: .5rem; align-items: center; font-size: .82rem; line-height: 1.2}
.current-run i {width: .7rem; height: .7rem; border-radius: 50%; flex: none}
.current-run span {flex: 1; overflow: hidden; text-overflow: ellipsis; white-space: nowrap}
.page-name {font-weight: 600}
@media (min-width: 641px) {
  :has(> .st-key-main_action), [data-testid="stElementContainer"]:has(.page-name) {display: none}
}
@media (max-width: 640px) {
  .stMainBlockContainer {padding: 4rem .8rem 2rem}
  [data-testid="stElementContainer"]:has(.page-name) {position: fixed; top: 1.1rem; left: 3.6rem; width: auto;
    z-index: 999999}
}
</style>"""


def begin(title: str, page: str) -> None:
    """Before the page, which is named at the top of its pane.

    Raises `StorageError` when the runs folder cannot be used.
    """
    address.begin(page)
    if page != "compare":  # it was left by Back while its dialog was open
        st.session_state.pop(sidebar.DIALOG, None)
    st.html(f'{STYLE}<div class="page-name">{escape(title)}</div>')
    st.session_state["notes"] = st.container()
    with st.sidebar:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{title}**", width="stretch")
            presenter.switch()
        st.session_state["about_run"] = st.container()
        st.session_state["pane"] = st.container()
        sidebar.show()


def end() -> None:
    """After the page: name the run that it showed, say what its address asked for in vain, and write it."""
    with st.session_state["about_run"]:
        sidebar.show_current_run()
    refused = address.refused()
    if refused:
        said = ", ".join(f"{name}={value[:40]}" for name, value in refused.items())
        with st.session_state["notes"]:
            st.warning(
                tr("The address asks for something that is not here: {said}", said=escape_markdown(said)),
                icon=":material/help:",
            )
    presenter.show()
    address.write()


def pane() -> DeltaGenerator:
    """The left pane, for the page's controls: `with shell.pane(): ...`"""
    return st.session_state.get("pane") or st.sidebar

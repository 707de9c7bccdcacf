"""Presenter mode: larger type, no controls but the page's own; arrow keys lead to the next section or page.

It is switched on in the pane, or by `?present=1` in the address; Esc leaves it.
"""

from collections.abc import Sequence
from pathlib import Path

import plotly.graph_objects as go
import streamlit as st

from pages.ui import address
from pages.ui.words.language import tr

HERE = Path(__file__).parent
ORDER = (
    *("train", "compare", "studies", "predictions", "photo", "guess", "classroom"),
    *("learn", "ladder", "design", "inside", "data"),
)
"""The pages as they stand in the navigation."""

USUAL, LARGER = 16, 19
"""Pixels of a page's letters, in browsers that nobody has set otherwise, and while somebody presents."""
LETTERS = {"text": 16, "title": 19}
"""Pixels, of the letters of charts."""

LETTERS_OF_A_TRACE = ("textfont", "labelfont", "tickfont", "rangefont")  # parallel coordinates have three

LARGE_LETTERS = f"<style>html {{font-size: {LARGER}px}}</style>"
"""Before the page: its tables and charts ask how large its letters are."""
STYLE = """<style>
[data-testid="stSidebar"], [data-testid="stExpandSidebarButton"], [data-testid="stTopNavSection"],
[data-testid="stToolbar"] {display: none !important}
.page-name {clip-path: inset(50%)}
[data-testid="stHeader"] {height: 0; min-height: 0}
.stMainBlockContainer {padding: .8rem 1.2rem 0}
[data-testid="stMain"] {height: calc(100% - 1.6rem)}  /* below what scrolls: the button that leaves */
.st-key-welcome {display: none}
.stMainBlockContainer .st-key-room_side {max-height: calc(100vh - 3rem)}
.image-cards.small {grid-template-columns: repeat(auto-fill, minmax(190px, 1fr))}
.stMainBlockContainer > [data-testid="stVerticalBlock"], .st-key-inside_layers {gap: .35rem}
.st-key-learn [data-testid="stVerticalBlock"] {gap: .3rem}
[class*="st-key-learn_chart"] .live-charts > div {height: calc(100vh - 310px)}
.st-key-learn_chart_low .live-charts > div {height: calc(100vh - 430px)}
[data-testid="stLayoutWrapper"]:has(> .st-key-design_bar) {top: 0 !important}
:has(> .st-key-main_action) {display: flex !important}
</style>"""
"""After the page, whose own style it overrules."""

_keys = st.components.v2.component(
    "fmnist_presenter_keys", js=(HERE / "presenter.js").read_text("utf-8"), isolate_styles=False
)


def is_on() -> bool:
    """Whether this browser is on a projector."""
    return bool(st.session_state.get("present"))


def enlarge(figure: go.Figure) -> go.Figure:
    """The figure with letters that are read from the last row of a room."""
    text = {"size": LETTERS["text"]}
    axis = {"tickfont": text, "title.font": text, "automargin": True, "ticklabelstandoff": 5}
    large = go.Figure(figure)
    large.update_layout(font=text, legend_font=text, title_font_size=LETTERS["title"])
    large.update_xaxes(axis).update_yaxes(axis).update_annotations(font=text)
    if (large.layout.legend.y or 0) < 0:  # below the name of the axis, also where the plot gives way to both
        large.layout.legend.y *= 1.4
        if large.layout.height:
            large.layout.height += 40
    for trace in large.data:
        trace.update({part: text for part in LETTERS_OF_A_TRACE if part in trace})
    return large


def switch() -> None:
    """The button that begins it."""

    def begin() -> None:
        st.session_state["present"] = "1"

    st.button(
        tr("Present"),
        icon=":material/slideshow:",
        key="present_begin",
        on_click=begin,
        type="tertiary",
        width="content",
        help=tr("Larger type, no controls. On a keyboard, arrow keys lead on and Esc leads back."),
    )


def sections(name: str, values: Sequence[str], now: str) -> None:
    """What the arrow keys go through before they leave the page: the values of a setting of its address."""
    st.session_state["presenter_sections"] = (name, list(values), now)


def show() -> None:
    """After the page: the keys, in presenter mode."""
    steps = st.session_state.pop("presenter_sections", None)
    if not is_on():
        return
    st.html(STYLE)

    def leave() -> None:
        st.session_state["present"] = ""

    def go() -> None:
        st.session_state["presenter_step"] = 1 if st.session_state["presenter_keys"].go == "next" else -1

    _keys(
        key="presenter_keys",
        data={"leave": tr("Leave (Esc)"), "leave_by_touch": tr("Leave")},
        on_leave_change=leave,
        on_go_change=go,
    )
    step = st.session_state.pop("presenter_step", 0)
    if step:
        _go(step, steps)


def _go(step: int, steps: tuple[str, list[str], str] | None) -> None:
    """One section on or back; from the last one to the next page."""
    if steps is not None:
        name, values, now = steps
        place = values.index(now) + step
        if 0 <= place < len(values):
            address.write()
            address.change(**{name: values[place]})
            st.rerun()
    place = ORDER.index(address.page()) + step
    address.follow(ORDER[place % len(ORDER)], {})

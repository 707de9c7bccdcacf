"""Two small buttons on every chart of Plotly, Streamlit's and ours: the chart as seen, as PNG or as SVG.

The browser makes the picture. A chart keeps its place; the buttons lie in its margin, seen with the mouse or
the focus on the chart.
"""

from pathlib import Path

import streamlit as st

from pages.ui.live_chart import PLOTLY_JS
from pages.ui.words.language import tr

HERE = Path(__file__).parent
_buttons = st.components.v2.component(
    "fmnist_take_chart",
    css=(HERE / "take_chart.css").read_text("utf-8"),
    js=(HERE / "take_chart.js").read_text("utf-8"),
    isolate_styles=False,
)


def show() -> None:
    """After the page: the buttons, on charts that come later too."""
    labels = {
        "PNG": tr("Download this chart as PNG"),
        "SVG": tr("Download this chart as SVG"),
        "failed": tr("The picture could not be made. Reload the page and try again."),
    }
    _buttons(key="take_chart", data={"labels": labels, "plotly": PLOTLY_JS})

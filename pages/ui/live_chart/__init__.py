"""Charts that grow while one looks: a Streamlit component around Plotly's own JavaScript.

`st.plotly_chart` makes a new chart of new data, and with it forgets zoom, hidden curves and hover. This one
keeps its charts and gives them the new figure. plotly.js comes from the Python package, from this server.
"""

from pathlib import Path
from typing import NamedTuple

import plotly.graph_objects as go
import streamlit as st

from pages.ui import plotly_compat, presenter
from pages.ui.streamlit_compat import served_folder
from pages.ui.words.language import translate, translate_figure

HERE = Path(__file__).parent
PLOTLY_JS = f"{served_folder('plotly', plotly_compat.JAVASCRIPT)}/plotly.min.js"
_component = st.components.v2.component(
    "live_chart",
    css=(HERE / "live_chart.css").read_text("utf-8"),
    js=(HERE / "live_chart.js").read_text("utf-8"),
    isolate_styles=False,
)


class LiveChart(NamedTuple):
    """A figure in the reader's language as the browser takes it, so that many browsers can share it."""

    figure: str
    """Plotly's JSON."""
    alt: str
    """What is read aloud in its place."""
    height: int
    """In pixels; 0 where the window decides."""


def live_chart(figure: go.Figure, alt: str) -> LiveChart:
    """A figure and the text that is read aloud in its place, in the reader's language."""
    return LiveChart(translate_figure(figure).to_json(), translate(alt), int(figure.layout.height or 0))


def show_live_charts(charts: list[LiveChart], subject: str, key: str, one_column: bool = False) -> None:
    """Charts side by side where there is room.

    subject: what they show; zoom and hidden curves last as long as it is the same."""
    height = max(chart.height for chart in charts)
    rows = len(charts) if one_column else 1
    drawn = [{"figure": chart.figure, "alt": chart.alt} for chart in charts]
    st.html(f"<style>.st-key-{key}_place {{min-height: {rows * height}px}}</style>")
    with st.container(key=f"{key}_place"):  # what is below does not jump when the browser has loaded Plotly
        data = {"charts": drawn, "subject": subject, "plotly": PLOTLY_JS, "column": one_column}
        _component(key=key, data=data | {"sizes": presenter.LETTERS if presenter.is_on() else None})

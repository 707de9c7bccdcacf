"""Charts that grow while one looks: a Streamlit component around Plotly's own JavaScript.

`st.plotly_chart` makes a new chart of new data, and with it forgets zoom, hidden curves and hover. This one
keeps its charts and gives them the new figure. plotly.js comes from the Python package, from this server.
"""

from pathlib import Path

import plotly
import plotly.graph_objects as go
import streamlit as st

from pages.ui.words.language import translate, translate_figure

HERE = Path(__file__).parent
PLOTLY = Path(plotly.__file__).parent / "package_data"
_served = st.components.v1.declare_component("plotly", path=str(PLOTLY))
PLOTLY_JS = f"component/{_served.name}/plotly.min.js"
_component = st.components.v2.component(
    "live_chart",
    css=(HERE / "live_chart.css").read_text("utf-8"),
    js=(HERE / "live_chart.js").read_text("utf-8"),
    isolate_styles=False,
)


def show_live_charts(
    charts: list[tuple[go.Figure, str]], subject: str, key: str, one_column: bool = False
) -> None:
    """Figures, each with the text that is read aloud in its place, side by side where there is room.

    subject: what they show; zoom and hidden curves last as long as it is the same."""
    height = max(figure.layout.height or 0 for figure, _ in charts)
    rows = len(charts) if one_column else 1
    drawn = [{"figure": translate_figure(figure).to_json(), "alt": translate(alt)} for figure, alt in charts]
    st.html(f"<style>.st-key-{key}_place {{min-height: {rows * height}px}}</style>")
    with st.container(key=f"{key}_place"):  # what is below does not jump when the browser has loaded Plotly
        _component(
            key=key, data={"charts": drawn, "subject": subject, "plotly": PLOTLY_JS, "column": one_column}
        )

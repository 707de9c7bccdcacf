"""What the pages use of Plotly though it does not document it; all known from Plotly 6.0 on."""

from pathlib import Path

import plotly
import plotly.graph_objects as go

JAVASCRIPT = Path(plotly.__file__).parent / "package_data"
"""The folder with `plotly.min.js`, for browsers. Without it charts that grow stay empty, and are not taken
along as pictures; Plotly hands it out as text only."""


def unchecked_figure(content: dict) -> go.Figure:
    """A figure of the content of another one, without the slow second check; where Plotly does not know how
    to leave that out, it is checked."""
    try:
        return go.Figure(content, _validate=False)
    except (TypeError, ValueError):
        return go.Figure(content)


def share(figure: go.Figure) -> None:
    """Let all browsers be shown the same content, without a copy. Streamlit calls `to_dict`, which copies it
    deeply each time; if it called something else, showing would only take longer."""
    content = figure.to_dict()
    figure.to_dict = lambda: content

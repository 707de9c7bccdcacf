"""What all charts share: fixed height, a background that fits both themes, colours, and the empty figure.

Colours of text come from the page's theme; lines of the grid are half transparent, so they show on light
and on dark. Nothing here is random: the same data give the same figure, which spares the browser a redraw.
"""

import math
import re
from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go

from ...base.palette import SERIES

HEIGHT = 340
GRID = "rgba(128, 128, 128, 0.25)"
TRANSPARENT = "rgba(0, 0, 0, 0)"

LETTERS = 12
"""Pixels, of the letters of a chart; its title and the names of its axes have larger ones."""

LABEL_ANGLE = -12
"""Degrees, of the names of parallel axes: level ones overlap on a phone."""
TICKS = ".2~%"
"""Percents with the digits that tell one tick from the next: 80 %, or 87.35 %."""
MARGIN = {"l": 56, "r": 12, "t": 48, "b": 48}
LEGEND_ABOVE = {"orientation": "h", "yanchor": "bottom", "y": 1.0, "xanchor": "right", "x": 1.0}
LEGEND_BELOW = {"yanchor": "top", "y": -0.3, "xanchor": "left", "x": 0}
"""Names of runs are long: below the chart they have room, and the plot keeps its size."""
LEGEND_AT_THE_BOTTOM = {
    "orientation": "h",
    "xanchor": "left",
    "x": 0,
    "yref": "container",
    "yanchor": "bottom",
    "y": 0,
}
"""In rows, below the name of the axis, however many there are: above the plot they would reach its title."""


def new_figure(
    title: str,
    x_title: str = "",
    y_title: str = "",
    height: int | None = HEIGHT,
    x: dict | None = None,
    y: dict | None = None,
    **layout: Any,
) -> go.Figure:
    """A figure without data, with the look of all charts; traces are added to it.

    height: None fills the place that the page gives. x, y: more settings of the axes; layout: more of the
    layout. Given here and not changed later, because plotly takes far longer to change a layout than to make
    one.
    """
    size = layout.get("font", {}).get("size", LETTERS)
    return go.Figure(
        layout={
            "title": {"text": title, "font": {"size": 15}, "x": 0, "xref": "container", "pad": {"l": 8}},
            "height": height,
            "paper_bgcolor": TRANSPARENT,
            "plot_bgcolor": TRANSPARENT,
            "hovermode": "closest",
            "uirevision": "keep",  # a zoom survives new data where the browser keeps the chart
            **layout,
            "meta": {"file": file_name(title)} | layout.get("meta", {}),
            "margin": MARGIN | layout.get("margin", {}),
            "legend": LEGEND_ABOVE | {"font": {"size": size}} | layout.get("legend", {}),
            "xaxis": axis_layout(x_title, size, **{"fixedrange": False} | (x or {})),
            "yaxis": axis_layout(y_title, size, **(y or {})),
        }
    )


def axis_layout(title: str = "", size: int = LETTERS, **more: Any) -> dict[str, Any]:
    """Of a layout: an axis with the look of all charts, and letters of that size in pixels.

    They have a size, since a page's theme would give them one by how large the page's own letters are at the
    moment of drawing: after presenting, it is not yet what it will be.
    """
    return {
        "title": {"text": title, "font": {"size": round(1.2 * size)}},
        "tickfont": {"size": size},
        "gridcolor": GRID,
        "zerolinecolor": GRID,
        **more,
    }


def curve_names(legend: bool) -> dict[str, Any]:
    """Of a layout: a legend below the plot, or none where a table beside the chart names its curves; then
    only a picture of the chart has one."""
    if legend:
        return {"legend": LEGEND_BELOW, "showlegend": True}
    return {"showlegend": False, "meta": {"names_beside": True}}


def empty_figure(title: str, reason: str = "Nothing to show yet", height: int = HEIGHT) -> go.Figure:
    """A figure without data: the title of the chart to come, and why it is empty. Never an error."""
    hidden = {"visible": False, "range": [0, 1]}
    said = {
        "text": reason,
        "x": 0.5,
        "y": 0.5,
        "xref": "paper",
        "yref": "paper",
        "showarrow": False,
        "font": {"size": 14},
    }
    return new_figure(title, height=height, x=hidden, y=hidden, annotations=[said])


def accuracy_range(lowest: float, highest: float = 1.0) -> list[float]:
    """The axis for accuracies in [0, 1]: from the tenth below the lowest to the one above the highest. It
    seldom moves."""
    low = 0.0 if not math.isfinite(lowest) else max(0.0, min(0.9, math.floor(lowest * 10 - 1e-9) / 10))
    return [low, min(1.0, math.ceil(highest * 10 + 1e-9) / 10) if math.isfinite(highest) else 1.0]


def loss_range(highest: float) -> list[float]:
    """The axis for losses: from 0 to 1, 1.5, 2, 3, 5 or 7 times a power of ten, so that it seldom moves."""
    if not math.isfinite(highest) or highest <= 0:
        return [0.0, 1.0]
    power = 10.0 ** math.floor(math.log10(highest))
    ends = (factor * power for factor in (1, 1.5, 2, 3, 5, 7))
    return [0.0, next((end for end in ends if highest <= end), 10 * power)]


def file_name(title: str) -> str:
    """What a picture of the chart is called, in English and in plain letters; "" without a title."""
    return re.sub("[^a-z0-9]+", "-", str(title).lower()).strip("-")[:60]


def color_of(name: str, place: int, colors: Mapping[str, str] | None) -> str:
    """The colour of a run or group: its own, if it has one; else that of its place among the others."""
    return (colors or {}).get(name) or SERIES[place % len(SERIES)]


def escape_hover(text: str) -> str:
    """`escape_plotly` for the template of a hover text, in which "%{" would be read as a placeholder."""
    return escape_plotly(text).replace("%{", "% {")


def escape_plotly(text: str) -> str:
    """A name that people chose, without the signs that Plotly reads as markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

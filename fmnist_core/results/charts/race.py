"""Nets that train for the same number of seconds, on one axis of time that ends at the bell."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ...base.messages import Message
from .curves import curve_points, history_curves_alt, hover_text
from .frame import GRID, LEGEND_BELOW, accuracy_range, color_of, escape_plotly, new_figure

METRIC = "validation_accuracy"


def race_curves(
    histories: dict[str, pd.DataFrame],
    records: dict[str, pd.DataFrame],
    bell: float,
    colors: dict[str, str] | None = None,
) -> go.Figure:
    """By the name of each run: its accuracy on validation images after each epoch and at the bell as points,
    and on training images within the epochs (`runs.progress`) as a thin line. bell: seconds."""
    lines = {name: curve_points(frame, "train_accuracy", "seconds") for name, frame in records.items()}
    points = {name: curve_points(history, METRIC, "seconds") for name, history in histories.items()}
    drawn = [*lines.values(), *points.values()]
    last = max([bell, *(float(xs.max()) for xs, _ in drawn if len(xs))])
    lowest = min([1.0, *(float(ys.min()) for _, ys in drawn if len(ys))])
    figure = new_figure(
        "Accuracy",
        "Seconds of training",
        x={"range": [0, 1.04 * last]},
        y={"range": accuracy_range(lowest), "tickformat": ".0%"},
        legend=LEGEND_BELOW,
        showlegend=True,
        shapes=[
            {"type": "line", "x0": bell, "x1": bell, "yref": "paper", "y0": 0, "y1": 1}
            | {"line": {"dash": "dash", "width": 2, "color": GRID.replace("0.25", "0.9")}}
        ],
        annotations=[
            {"text": "Bell", "x": bell, "yref": "paper", "y": 1.0, "yanchor": "bottom", "showarrow": False}
        ],
    )
    for index, name in enumerate(histories):
        color = color_of(name, index, colors)
        style = {"name": escape_plotly(name), "legendgroup": escape_plotly(name)}
        xs, ys = lines.get(name, (np.empty(0), np.empty(0)))
        figure.add_scatter(
            x=xs,
            y=ys,
            mode="lines",
            opacity=0.55,
            line={"color": color, "width": 1.5},
            showlegend=not len(points[name][0]),  # else its points stand there
            hovertemplate=hover_text(f"{name}, training", "Seconds of training", "accuracy"),
            **style,
        )
        xs, ys = points[name]
        figure.add_scatter(
            x=xs,
            y=ys,
            mode="lines+markers",
            line={"color": color, "width": 2.5},
            marker={"size": 8},
            showlegend=True,
            hovertemplate=hover_text(name, "Seconds of training", "accuracy"),
            **style,
        )
    return figure


def race_curves_alt(histories: dict[str, pd.DataFrame], bell: float) -> str:
    """What the points say, and when the bell rings."""
    said = history_curves_alt(histories, "seconds", METRIC)
    return Message("{said} The bell rings after {bell:,.1f} s of training each.", said=said, bell=bell)

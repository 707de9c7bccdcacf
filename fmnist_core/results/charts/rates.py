"""A range test: the loss by the learning rate, and the rate that it suggests."""

import math

import pandas as pd
import plotly.graph_objects as go

from ...base.messages import Message
from ...base.palette import BLUE, BROWN, CLEAR_SKY
from .frame import HEIGHT, empty_figure, loss_range, new_figure

TITLE = "Loss by learning rate"
CEILING = 1.2
"""Times the first loss: what explodes above it does not stretch the axis."""


def rate_curve(
    points: pd.DataFrame, suggestion: float | None, rates: tuple[float, float], height: int = HEIGHT
) -> go.Figure:
    """points: a row a step with rate, loss and smoothed; rates: the lowest and the highest of a whole test;
    the axis does not move."""
    if points.empty:
        return empty_figure(TITLE, "Waiting for the first step", height)
    top = loss_range(CEILING * float(points["loss"].iloc[0]))[1]
    figure = new_figure(
        TITLE,
        "Learning rate",
        height=height,
        x={
            "type": "log",
            "range": [math.log10(rate) for rate in rates],
            "dtick": 1,
            "exponentformat": "power",
        },
        y={"range": [0, top]},
        margin={"l": 44, "r": 8, "t": 48, "b": 40, "autoexpand": False},
        legend={"font": {"size": 11}},
    )
    for column, name, color, width in (
        ("loss", "Each step", CLEAR_SKY, 1),
        ("smoothed", "Mean of about 20 steps", BLUE, 2.5),
    ):
        figure.add_scatter(
            x=points["rate"],
            y=points[column],
            name=name,
            mode="lines",
            line={"color": color, "width": width},
            hovertemplate="%{x:.2g}: %{y:.3f}<extra></extra>",
        )
    if suggestion is not None:
        figure.add_scatter(
            x=[suggestion] * 3,
            y=[0, 0.92 * top, top],
            mode="lines+text",
            text=["", f" {suggestion:g}", ""],
            textposition="middle right",
            line={"color": BROWN, "width": 2, "dash": "dash"},
            hoverinfo="skip",
            showlegend=False,
        )
    return figure


def rate_curve_alt(points: pd.DataFrame, suggestion: float | None) -> str:
    """`Loss by learning rate: 2.31 at 1e-06, 0.81 at 0.013 (lowest), 5.2 at 0.16. Suggested: 0.0032.`"""
    if points.empty:
        return "Loss by learning rate: waiting for the first step."
    lowest = points.loc[points["smoothed"].idxmin()]
    first, last = points.iloc[0], points.iloc[-1]
    text = Message(
        "Loss by learning rate, smoothed: {first:.2f} at {first_rate:.2g}, lowest with {lowest:.2f} at "
        "{lowest_rate:.2g}, {last:.2f} at {last_rate:.2g}.",
        first=first["smoothed"],
        first_rate=first["rate"],
        lowest=lowest["smoothed"],
        lowest_rate=lowest["rate"],
        last=last["smoothed"],
        last_rate=last["rate"],
    )
    return text if suggestion is None else Message("{text} Suggested: {rate:g}.", text=text, rate=suggestion)

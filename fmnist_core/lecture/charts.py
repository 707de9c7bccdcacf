"""The charts of the teaching pages: the two small trainings, and what is said of many classes.

Pure functions from numbers and data frames to figures, each with a companion that says what it shows.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ..base.messages import Message, percent, signed
from ..base.palette import BLUE, BROWN, GREEN, GREY, VERMILION
from ..results.charts.frame import axis_layout, empty_figure, escape_plotly, new_figure

LESSON_HEIGHT = 320
LETTERS = 14
SHARES = {"range": [0, 1.18], "tickvals": [0, 0.25, 0.5, 0.75, 1]}

Numbers = Sequence[float] | np.ndarray


def new_lesson(
    x_title: str = "", y_title: str = "", x: dict | None = None, y: dict | None = None, **layout: Any
) -> go.Figure:
    """A figure of the Learn page: no title, large print, as high as the place that it gets; a finger on it
    scrolls the page."""
    margin = {"t": 10} | layout.pop("margin", {})
    settings = {"font": {"size": LETTERS}, "dragmode": False, "showlegend": False, "margin": margin, **layout}
    return new_figure("", x_title, y_title, None, x, y, **settings)


def training_curves(curves: dict[str, pd.DataFrame], column: str, title: str, steps: int) -> go.Figure:
    """Small trainings on top of each other: the first as a broad band, the next ones as thin lines on it.

    curves: name -> data frame with `step` and the column ("loss", or "accuracy" in [0, 1]).
    """
    if all(frame.empty for frame in curves.values()):
        return empty_figure(title, "Not trained yet", LESSON_HEIGHT)
    if column == "accuracy":
        axis, value = {"range": [0, 1.02], "tickformat": ".0%"}, "%{y:.2%}"
    else:
        highest = max(frame[column].max() for frame in curves.values() if len(frame))
        axis, value = {"range": [0, 1.1 * max(highest, 0.1)]}, "%{y:.6f}"
    figure = new_figure(title, "Step", "", LESSON_HEIGHT, x={"range": [0.5, steps + 0.5]}, y=axis)
    styles = ((BLUE, 9, "solid"), (BROWN, 2.5, "solid"), (GREEN, 2.5, "dash"))
    for (name, frame), (color, width, dash) in zip(curves.items(), styles, strict=False):
        figure.add_scatter(
            x=frame["step"],
            y=frame[column],
            name=name,
            mode="lines",
            line={"color": color, "width": width, "dash": dash},
            hovertemplate=Message("{name}<br>step %{{x}}: {value}<extra></extra>", name=name, value=value),
        )
    return figure


def training_curves_alt(curves: dict[str, pd.DataFrame], column: str) -> str:
    """`Loss. BCELoss: 0.688 at step 1, 0.087 at step 30; BCEWithLogitsLoss: ...`"""
    written = percent if column == "accuracy" else "{:.3f}".format
    said = [
        Message(
            "{name}: {first} at step {first_step}, {last} at step {last_step}",
            name=name,
            first=written(frame[column].iloc[0]),
            first_step=frame["step"].iloc[0],
            last=written(frame[column].iloc[-1]),
            last_step=frame["step"].iloc[-1],
        )
        for name, frame in curves.items()
        if len(frame)
    ]
    title = column.capitalize()
    return Message("{title}. {nets}.", title=title, nets=said) if said else "Not trained yet"


def probability_bars(names: Sequence[str], probabilities: Numbers, marked: int | None) -> go.Figure:
    """A bar for each class, with its number in 0..1; the class that is named has another colour."""
    figure = new_lesson("", "Probability p", x={"tickfont": {"size": 16}}, y=SHARES, bargap=0.45)
    figure.add_bar(**_bars(names, probabilities, marked, share))
    return figure


def basket_bars(names: Sequence[str], shares: Numbers, mean: float) -> go.Figure:
    """The share of each category over its number 0, 1, 2, and the point where they balance: the mean."""
    numbers = list(range(len(names)))
    figure = new_lesson(
        "",
        "Share of each class",
        x={
            "range": [-0.6, len(names) - 0.4],
            "tickvals": numbers,
            "ticktext": [f"{number} · {name}" for number, name in enumerate(names)],
            "tickfont": {"size": 16},
            "showgrid": False,
            "zeroline": False,
        },
        y=SHARES | {"range": [-0.26, 1.15], "zerolinecolor": GREY},
        bargap=0.55,
        annotations=[
            {
                "text": Message("Mean of 0, 1, 2: {mean:.2f}", mean=mean),
                "x": mean,
                "y": -0.2,
                "showarrow": False,
                "font": {"color": VERMILION, "size": 16},
            }
        ],
    )
    figure.add_bar(**_bars(numbers, shares, None, share))
    figure.add_scatter(
        x=[mean],
        y=[-0.07],
        mode="markers",
        marker={"symbol": "triangle-up", "size": 22, "color": VERMILION},
        hoverinfo="skip",
    )
    return figure


def basket_bars_alt(names: Sequence[str], shares: Numbers, mean: float) -> str:
    """`Share of each class: dog 0.500, ... The mean of the numbers 0, 1, 2 is 1.00.`"""
    return Message(
        "{shares} The mean of the numbers 0, 1, 2 is {mean:.2f}.",
        shares=class_bars_alt(names, shares, "Share of each class"),
        mean=mean,
    )


def probabilities_and_gradient(
    names: Sequence[str], probabilities: Numbers, gradient: Numbers, label: int
) -> go.Figure:
    """The probability of each class, and below it the gradient at its logit; the true class is marked."""
    figure = new_lesson(
        "",
        "Probability p",
        x={"anchor": "y2", "tickfont": {"size": 16}},
        y=SHARES | {"domain": [0.54, 1]},
        yaxis2=axis_layout("Gradient p − y", LETTERS, range=[-1.4, 1.4], dtick=0.5, domain=[0, 0.48]),
        bargap=0.45,
    )
    figure.add_bar(**_bars(names, probabilities, label, share))
    figure.add_bar(**_bars(names, gradient, label, partial(signed, digits=3)), yaxis="y2")
    return figure


def probabilities_and_gradient_alt(names: Sequence[str], probabilities: Numbers, gradient: Numbers) -> str:
    """`Probability p: dog 0.574, ... Gradient p − y: dog -0.426, ...`"""
    return Message(
        "{probabilities} {gradient}",
        probabilities=class_bars_alt(names, probabilities, "Probability p"),
        gradient=class_bars_alt(names, gradient, "Gradient p − y"),
    )


def share(value: float, digits: int = 3) -> str:
    """A number in 0..1, rounded; what is not quite 0 or 1 is not written so."""
    smallest = 10.0**-digits
    if 0 < value < smallest / 2:
        return f"<{smallest:.{digits}f}"
    return f">{1 - smallest:.{digits}f}" if 1 - smallest / 2 <= value < 1 else f"{value:.{digits}f}"


def _bars(
    places: Sequence, values: Numbers, marked: int | None, written: Callable[[float], str]
) -> dict[str, Any]:
    return {
        "x": list(places),
        "y": [float(value) for value in values],
        "marker": {"color": [VERMILION if index == marked else BLUE for index in range(len(places))]},
        "text": [escape_plotly(written(value)) for value in values],
        "textposition": "outside",
        "textfont": {"size": 15},
        "cliponaxis": False,
        "hovertemplate": "%{x}: %{y:.6f}<extra></extra>",
    }


def class_bars_alt(names: Sequence[str], values: Numbers, title: str) -> str:
    """`Probabilities: dog 0.705, cat 0.035, rabbit 0.259.`"""
    said = [
        Message("{name} {value:.3f}", name=name, value=value)
        for name, value in zip(names, values, strict=True)
    ]
    return Message("{title}: {values}.", title=title, values=said)

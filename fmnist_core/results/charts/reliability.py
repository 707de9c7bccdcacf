"""Reliability diagram and softmax bars: what a model says of itself."""

import pandas as pd
import plotly.graph_objects as go

from ...base.messages import Message, percent
from ...base.palette import BLUE, BROWN, GREY, VERMILION
from .frame import LEGEND_BELOW, empty_figure, escape_plotly, new_figure

SERIES = ((VERMILION, "circle"), (BLUE, "square"))
QUARTERS = [0, 0.25, 0.5, 0.75, 1]
"""The ticks of an axis that ends after 100 %, so that the longest bar's label has room beside it."""


def reliability_diagram(bins: pd.DataFrame) -> go.Figure:
    """Accuracy over confidence, a line for each `series`; on the dashed diagonal a model keeps its word.

    bins: series (text), confidence, accuracy (means of a bin, in [0, 1]), images; empty bins left out.
    """
    title = "Confidence and accuracy"
    if bins.empty:
        return empty_figure(title, "Too few images for a point")
    axis = {"range": [0, 1.02], "tickformat": ".0%"}
    figure = new_figure(title, "Confidence", "Accuracy", x=axis, y=axis, legend=LEGEND_BELOW)
    figure.add_scatter(
        x=[0, 1],
        y=[0, 1],
        mode="lines",
        line={"dash": "dash", "color": GREY, "width": 1},
        name="As often right as said",
        hoverinfo="skip",
    )
    for index, (series, part) in enumerate(bins.groupby("series", sort=False)):
        color, symbol = SERIES[index % len(SERIES)]
        figure.add_scatter(
            x=part["confidence"],
            y=part["accuracy"],
            customdata=part["images"],
            mode="lines+markers",
            name=escape_plotly(str(series)),
            line={"color": color, "width": 2},
            marker={"size": 7, "symbol": symbol},
            hovertemplate="says %{x:.1%}, is right %{y:.1%}<br>images: %{customdata}<extra></extra>",
        )
    return figure


def reliability_diagram_alt(errors: dict[str, float]) -> str:
    """`Confidence and accuracy. Expected calibration error as trained: 5.1 %, with temperature: 0.9 %.`

    errors: name of a series -> its expected calibration error in [0, 1].
    """
    said = [Message("{name}: {share}", name=name, share=percent(error)) for name, error in errors.items()]
    return Message(
        "Confidence and accuracy. Expected calibration error {error}.", error=said or "not known yet"
    )


def softmax_bars(probabilities: pd.DataFrame, top: int = 5) -> go.Figure:
    """The most probable classes as bars, the first on top.

    probabilities: class_name, probability in [0, 1]; is_true (bool, optional) marks the true class.
    """
    title = "Probabilities"
    if probabilities.empty:
        return empty_figure(title, "No prediction yet", 220)
    rows = probabilities.sort_values("probability", ascending=False, kind="stable").head(top)
    is_true = rows["is_true"] if "is_true" in rows else pd.Series(False, index=rows.index)
    figure = new_figure(
        title,
        height=70 + 30 * len(rows),
        x={"range": [0, 1.2], "tickvals": QUARTERS, "tickformat": ".0%", "fixedrange": True},
        y={"type": "category", "autorange": "reversed", "fixedrange": True, "showgrid": False},
        margin={"l": 96, "b": 24, "t": 40},
    )
    figure.add_bar(
        x=rows["probability"],
        y=[escape_plotly(str(name)) for name in rows["class_name"]],
        orientation="h",
        text=[percent(value) for value in rows["probability"]],
        textposition="outside",
        constraintext="none",
        cliponaxis=False,
        marker={"color": [BROWN if true else BLUE for true in is_true]},
        hovertemplate="%{y}: %{x:.2%}<extra></extra>",
        showlegend=False,
    )
    return figure


def softmax_bars_alt(probabilities: pd.DataFrame, top: int = 3) -> str:
    """`Probabilities: Shirt 71.0 %, Coat 20.3 %, Pullover 5.1 %.`"""
    rows = probabilities.sort_values("probability", ascending=False, kind="stable").head(top)
    said = [
        Message("{class_name} {share}", class_name=name, share=percent(value))
        for name, value in zip(rows["class_name"], rows["probability"], strict=True)
    ]
    return Message("Probabilities: {values}.", values=said) if said else "No prediction yet."

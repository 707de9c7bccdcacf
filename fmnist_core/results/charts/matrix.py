"""The confusion matrix as a chart whose cells can be clicked."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ...base.messages import Message, percent
from ..statistics import worst_pairs
from .frame import TRANSPARENT, empty_figure, escape_plotly, new_figure

HEIGHT = 480
RIGHT = [[0, "rgba(0, 114, 178, 0.05)"], [1, "rgba(0, 114, 178, 0.65)"]]
WRONG = [[0, "rgba(213, 94, 0, 0)"], [1, "rgba(213, 94, 0, 0.75)"]]
NUMBER = "#1E1E1E"
RIGHT_HOVER = "%{y}, named rightly:<br>%{customdata[2]} of its images, %{customdata[3]} %<extra></extra>"
WRONG_HOVER = "%{y} taken for %{x}:<br>%{customdata[2]} of its images, %{customdata[3]} %<extra></extra>"
CELL = 26  # pixels
LEGIBLE = 20
"""So many classes leave room for a number in each cell."""
WRONG_FULL = 0.3
"""The share of a class's images at which a mistake has its full colour; fixed, so that colours compare."""


def confusion_heatmap(matrix: pd.DataFrame, rates: bool = False) -> go.Figure:
    """Rows are true classes, columns predicted ones: right answers blue, mistakes orange, by rate of the row.

    matrix: counts; index and columns are the class names. rates: write percents of the row, not counts.
    The numbers are dark; a page that can be dark gives them its own colour.
    Heat maps report no clicks, so each cell carries an invisible square marker, with the true and the
    predicted class's number as customdata.
    """
    title, counts = "Confusion matrix", matrix.to_numpy()
    if counts.size == 0 or counts.sum() == 0:
        return empty_figure(title, "No predictions yet", HEIGHT)
    classes = len(matrix)
    gap = 1 if classes <= LEGIBLE else 0
    names = [escape_plotly(str(name)) for name in matrix.index]
    totals = counts.sum(axis=1, keepdims=True)
    shares = np.divide(counts, totals, out=np.zeros(counts.shape), where=totals > 0)
    diagonal = np.eye(classes, dtype=bool)
    figure = new_figure(
        title,
        "Predicted",
        "True",
        HEIGHT,
        x={
            "type": "category",
            "tickangle": -45,
            "showgrid": False,
            "fixedrange": True,
            "range": [-0.5, classes - 0.5],
        },
        y={"type": "category", "showgrid": False, "fixedrange": True, "range": [classes - 0.5, -0.5]},
        clickmode="event+select",
        dragmode=False,
        margin={"l": 88, "b": 96, "t": 40},
    )
    for values, scale, full in (
        (np.where(diagonal, shares, np.nan), RIGHT, 1.0),
        (np.where(diagonal, np.nan, shares), WRONG, WRONG_FULL),
    ):
        figure.add_heatmap(
            z=values,
            x=names,
            y=names,
            zmin=0,
            zmax=full,
            colorscale=scale,
            showscale=False,
            hoverinfo="skip",
            xgap=gap,
            ygap=gap,
        )
    true, predicted = np.divmod(np.arange(classes**2), classes)
    written = [f"{100 * share:.0f}" for share in shares.flat] if rates else [f"{n}" for n in counts.flat]
    figure.add_scatter(
        x=[names[column] for column in predicted],
        y=[names[row] for row in true],
        mode="markers+text" if classes <= LEGIBLE else "markers",
        text=[text if count else "" for text, count in zip(written, counts.flat, strict=True)],
        textfont={"size": 11, "color": NUMBER},
        marker={"symbol": "square", "size": min(CELL, CELL * 13 / classes), "color": TRANSPARENT},
        # Plotly fades what is not selected, text included; here it must stay readable.
        selected={"marker": {"color": "rgba(128, 128, 128, 0.45)"}},
        unselected={"marker": {"opacity": 1}, "textfont": {"color": NUMBER}},
        # A list: the browser would send the rows of a typed array back as dicts.
        customdata=np.stack(
            [true, predicted, counts.ravel(), np.round(100 * shares.ravel(), 1)], axis=1
        ).tolist(),
        hovertemplate=[RIGHT_HOVER if right else WRONG_HOVER for right in diagonal.flat],
        showlegend=False,
    )
    return figure


def confusion_heatmap_alt(matrix: pd.DataFrame) -> str:
    """`Confusion matrix: 8,912 of 10,000 images right (89.1 %). The most frequent mistake: ...`"""
    counts = matrix.to_numpy()
    if counts.size == 0 or counts.sum() == 0:
        return "Confusion matrix: no predictions yet."
    right, total = int(np.trace(counts)), int(counts.sum())
    text = Message(
        "Confusion matrix: {right:,} of {total:,} image(s) right ({share}).",
        right=right,
        total=total,
        share=percent(right / total),
    )
    worst = worst_pairs(counts, top=2)
    if not worst:
        return text
    is_one_of_several = len(worst) > 1 and worst[1].count == worst[0].count
    return Message(
        "{text} One of the most frequent mistakes: {true} taken for {predicted}, {count:,} time(s)."
        if is_one_of_several
        else "{text} The most frequent mistake: {true} taken for {predicted}, {count:,} time(s).",
        text=text,
        true=matrix.index[worst[0].true],
        predicted=matrix.columns[worst[0].predicted],
        count=worst[0].count,
    )

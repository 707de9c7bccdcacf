"""The charts of the ladder: the gap between training and test accuracy, and the five trainings as they go."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ..base.messages import Message, percent
from ..base.palette import BLUE, GREEN, GREY, ORANGE, PURPLE, VERMILION
from ..results.charts.frame import LEGEND_BELOW, accuracy_range, empty_figure, new_figure
from .ladder import LADDER, final_accuracies

GAP_NAMES = {
    ("test", "published"): "Test, published",
    ("train", "published"): "Training, published",
    ("test", "reproduced"): "Test, reproduced",
    ("train", "reproduced"): "Training, reproduced",
}


def ladder_gap(table: pd.DataFrame) -> go.Figure:
    """Training and test accuracy of each net at the end, joined by a line: its length is the overfitting.

    table: a `lecture.comparison`. Full signs are reproduced, hollow ones published.
    """
    title = "Training against test accuracy: the gap is overfitting"
    lowest = min(final_accuracies(table, "published")["test"])
    figure = new_figure(
        title,
        "Accuracy",
        height=380,
        x={"range": accuracy_range(lowest), "tickformat": ".0%"},
        y={
            "tickvals": list(range(len(LADDER))),
            "ticktext": list(LADDER),
            "range": [len(LADDER) - 0.5, -0.5],
            "showgrid": False,
            "zeroline": False,
        },
        legend=LEGEND_BELOW | {"y": -0.2},
        margin={"l": 130},
    )
    for which, symbol, shift, opacity in (("published", "-open", 0.17, 0.65), ("reproduced", "", -0.17, 1.0)):
        nets = final_accuracies(table, which)
        if nets.empty:
            continue
        y = [list(LADDER).index(architecture) + shift for architecture in nets["architecture"]]
        ends = np.column_stack([nets["test"], nets["train"], np.full(len(nets), np.nan)]).ravel()
        figure.add_scatter(
            x=ends,
            y=np.repeat(y, 3),
            mode="lines",
            line={"color": GREY, "width": 3 if which == "reproduced" else 1.5},
            opacity=opacity,
            showlegend=False,
            hoverinfo="skip",
        )
        for split, color, shape in (("test", GREEN, "diamond"), ("train", BLUE, "circle")):
            figure.add_scatter(
                x=nets[split],
                y=y,
                mode="markers",
                name=GAP_NAMES[split, which],
                opacity=opacity,
                marker={
                    "symbol": shape + symbol,
                    "color": color,
                    "size": 12,
                    "line": {"width": 2, "color": color},
                },
                customdata=nets[["architecture", "gap"]],
                hovertemplate="%{customdata[0]}: %{x:.2%}, gap %{customdata[1]:.2%}<extra></extra>",
            )
    return figure


def ladder_gap_alt(table: pd.DataFrame) -> str:
    """`Gap between training and test accuracy: mlp-32 2.4 points (published 2.4); ...`"""
    said = []
    reproduced = final_accuracies(table, "reproduced").set_index("architecture")["gap"]
    for _, row in final_accuracies(table, "published").iterrows():
        name = row["architecture"]
        ours = (
            Message("{points:.1f} points", points=100 * reproduced[name])
            if name in reproduced
            else "not trained yet"
        )
        said.append(
            Message(
                "{name} {ours} (published {published:.1f})", name=name, ours=ours, published=100 * row["gap"]
            )
        )
    return Message("Gap between training and test accuracy: {nets}.", nets=said)


def ladder_curves(histories: dict[str, pd.DataFrame]) -> go.Figure:
    """The five trainings as they go, a colour for each net: training accuracy as a line, test dotted."""
    title = "Accuracy"
    if all(history.empty for history in histories.values()):
        return empty_figure(title, "Waiting for the first epoch", 380)
    colors = dict(zip(LADDER, (BLUE, ORANGE, GREEN, VERMILION, PURPLE), strict=True))
    figure = new_figure(
        "Accuracy: training as lines, test dotted",
        "Epoch",
        height=380,
        x={"range": [0.5, 30.5]},
        y={"range": [0.75, 1.0], "tickformat": ".0%"},
        legend=LEGEND_BELOW | {"y": -0.2},
    )
    for name, history in histories.items():
        for column, dash, label in (
            ("train_accuracy", "solid", "training"),
            ("test_accuracy", "dot", "test"),
        ):
            points = history[["epoch", column]].dropna()
            figure.add_scatter(
                x=points["epoch"],
                y=points[column],
                name=name,
                legendgroup=name,
                showlegend=dash == "solid",
                mode="lines",
                line={"color": colors.get(name, GREY), "width": 2.5, "dash": dash},
                hovertemplate=Message(
                    "{name}, {split}<br>%{{x}}: %{{y:.2%}}<extra></extra>", name=name, split=label
                ),
            )
    return figure


def ladder_curves_alt(histories: dict[str, pd.DataFrame]) -> str:
    """The last training and test accuracy of each net."""
    said = [
        Message(
            "{name}: training {training}, test {test} at epoch {epoch}",
            name=name,
            training=percent(history["train_accuracy"].iloc[-1]),
            test=percent(history["test_accuracy"].iloc[-1]),
            epoch=int(history["epoch"].iloc[-1]),
        )
        for name, history in histories.items()
        if len(history)
    ]
    return Message("{nets}.", nets=said) if said else "Waiting for the first epoch"

"""The chart of the ladder: the five trainings as they go."""

import pandas as pd
import plotly.graph_objects as go

from ..base.messages import Message, percent
from ..base.palette import BLUE, GREEN, GREY, ORANGE, PURPLE, VERMILION
from ..results.charts.frame import LEGEND_BELOW, empty_figure, new_figure
from .ladder import LADDER

NET_COLORS = dict(zip(LADDER, (BLUE, ORANGE, GREEN, VERMILION, PURPLE), strict=True))


def ladder_curves(histories: dict[str, pd.DataFrame]) -> go.Figure:
    """The five trainings as they go, a colour for each net: training accuracy as a line, test dotted."""
    title = "Accuracy"
    if all(history.empty for history in histories.values()):
        return empty_figure(title, "Waiting for the first epoch", 380)
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
                line={"color": NET_COLORS.get(name, GREY), "width": 2.5, "dash": dash},
                hovertemplate=Message(
                    "{name}, {split}<br>epoch %{{x}}: %{{y:.2%}}<extra></extra>", name=name, split=label
                ),
            )
    return figure


def ladder_curves_alt(histories: dict[str, pd.DataFrame]) -> str:
    """The last training and test accuracy of each net, each with the epoch at which it was measured."""
    said = []
    for name, history in histories.items():
        for column, split in (("train_accuracy", "training"), ("test_accuracy", "test")):
            measured = history.dropna(subset=[column])
            if len(measured):
                accuracy, epoch = percent(measured[column].iloc[-1]), int(measured["epoch"].iloc[-1])
                said.append(
                    Message(
                        "{name}: {split} {accuracy} at epoch {epoch}",
                        name=name,
                        split=split,
                        accuracy=accuracy,
                        epoch=epoch,
                    )
                )
    return Message("{nets}.", nets=said) if said else "Waiting for the first epoch"

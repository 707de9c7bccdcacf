"""The chart of the ladder: its five trainings, published, reproduced and yours."""

import pandas as pd
import plotly.graph_objects as go

from ..base.messages import Message, percent
from ..base.palette import BLUE, BROWN, GREEN, GREY, PURPLE, VERMILION
from ..results.charts.frame import LEGEND_BELOW, new_figure
from .ladder import LADDER, MEASURED_EPOCHS

NET_COLORS = dict(zip(LADDER, (BLUE, BROWN, GREEN, VERMILION, PURPLE), strict=True))
SPLITS = {
    "evaluated_train_accuracy": ("training", "solid", "circle-open"),
    "test_accuracy": ("test", "dot", "diamond-open"),
}
"""Column of a history -> what it is called, its line, and the sign of the published figures."""

PALE = 0.3


def ladder_curves(reproduced: dict[str, pd.DataFrame], yours: dict[str, pd.DataFrame]) -> go.Figure:
    """Training accuracy, as the lecture measures it, as lines, test dotted; the published figures as signs.

    A colour for each net. reproduced, yours: architecture -> history. Yours lie on top of the reproduced
    ones, which are pale then.
    """
    figure = new_figure(
        "Accuracy: training as lines, test dotted; signs: published",
        "Epoch",
        height=380,
        x={"range": [0.5, 30.5]},
        y={"range": [0.75, 1.0], "tickformat": ".0%"},
        legend=LEGEND_BELOW | {"y": -0.3},
    )
    for name, published in LADDER.items():
        figures = {
            "evaluated_train_accuracy": (MEASURED_EPOCHS, published.train_accuracies),
            "test_accuracy": (MEASURED_EPOCHS[-1:], (published.test_accuracy,)),
        }
        for column, (epochs, accuracies) in figures.items():
            _add(figure, name, column, "published", epochs, accuracies)
    opacity = PALE if any(len(history) for history in yours.values()) else 1.0
    for whose, histories in (("reproduced", reproduced), ("yours", yours)):
        for name, history in histories.items():
            for column in SPLITS:
                points = history[["epoch", column]].dropna()
                _add(figure, name, column, whose, points["epoch"], points[column], opacity)
        opacity = 1.0
    return figure


def _add(figure: go.Figure, name: str, column: str, whose: str, epochs, accuracies, opacity=1.0) -> None:
    split, dash, sign = SPLITS[column]
    is_published = whose == "published"
    figure.add_scatter(
        x=list(epochs),
        y=list(accuracies),
        name=name,
        legendgroup=name,
        showlegend=is_published and split == "training",
        mode="markers" if is_published else "lines",
        opacity=opacity,
        line={"color": NET_COLORS.get(name, GREY), "width": 2.5, "dash": dash},
        marker={"color": NET_COLORS.get(name, GREY), "size": 9, "symbol": sign},
        hovertemplate=Message(
            "{name}, {split}, {whose}<br>epoch %{{x}}: %{{y:.2%}}<extra></extra>",
            name=name,
            split=split,
            whose=whose,
        ),
    )


def ladder_curves_alt(reproduced: dict[str, pd.DataFrame], yours: dict[str, pd.DataFrame]) -> str:
    """The last training and test accuracy of each net, each with the epoch at which it was measured."""
    said = []
    for whose, histories in (("reproduced", reproduced), ("yours", yours)):
        for name, history in histories.items():
            for column, (split, *_) in SPLITS.items():
                measured = history.dropna(subset=[column])
                if len(measured):
                    said.append(
                        Message(
                            "{name}, {whose}: {split} {accuracy} at epoch {epoch}",
                            name=name,
                            whose=whose,
                            split=split,
                            accuracy=percent(measured[column].iloc[-1]),
                            epoch=int(measured["epoch"].iloc[-1]),
                        )
                    )
    return Message("{nets}.", nets=said) if said else "Waiting for the first epoch"

"""What accuracy costs: test accuracy against parameters or training time, and the lecture's nets."""

from collections.abc import Sequence
from typing import Protocol

import pandas as pd
import plotly.graph_objects as go

from ...base.messages import Message, percent
from ...base.palette import BLUE, GREY
from .frame import LEGEND_BELOW, accuracy_range, empty_figure, escape_plotly, new_figure

AXES = {"parameters": "Parameters", "seconds": "Seconds of training"}
HOVERS = {
    "parameters": "%{text}<br>%{y:.2%}, parameters: %{x:,}<extra></extra>",
    "seconds": "%{text}<br>%{y:.2%}, %{x:,.1f} s<extra></extra>",
}


class PublishedNet(Protocol):
    """A net with results to compare with, such as the lecture's (`lecture.LADDER`)."""

    @property
    def architecture(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def parameters(self) -> int: ...
    @property
    def test_accuracy(self) -> float: ...


def accuracy_scatter(
    runs: pd.DataFrame, x: str = "parameters", lecture: Sequence[PublishedNet] = ()
) -> go.Figure:
    """Test accuracy over `parameters` or `seconds` (logarithmic), with 95 % intervals where known.

    runs: name, test_accuracy, test_low, test_high (as `statistics.add_intervals` gives them), color and the
    column `x`; rows without a value are left out.
    lecture: the nets that it published. It gives no training time, so that over seconds they are lines at
    their accuracy.
    """
    title = Message("Test accuracy and {cost}", cost=AXES[x].lower())
    runs = _known(runs, x)
    if runs.empty and not lecture:
        return empty_figure(title, "No finished run to show")
    lowest = min([*runs["test_accuracy"], *(net.test_accuracy for net in lecture)])
    figure = new_figure(
        title,
        AXES[x],
        x={"type": "log", "dtick": 1 if x == "parameters" else None},
        y={"range": accuracy_range(float(lowest)), "tickformat": ".0%"},
        legend=LEGEND_BELOW,
        showlegend=bool(lecture) and not runs.empty,
    )
    if lecture:
        _add_lecture(figure, x, lecture)
    if not runs.empty:
        accuracies = runs["test_accuracy"]
        figure.add_scatter(
            x=runs[x],
            y=accuracies,
            error_y={
                "array": runs["test_high"] - accuracies,
                "arrayminus": accuracies - runs["test_low"],
                "thickness": 1,
                "width": 0,
                "color": GREY,
            },
            mode="markers",
            cliponaxis=False,  # a net at 100 % is a whole dot
            name="Runs",
            text=[escape_plotly(str(name)) for name in runs["name"]],
            marker={"size": 9, "color": runs["color"].fillna(BLUE), "line": {"width": 1, "color": GREY}},
            hovertemplate=HOVERS[x],
        )
    return figure


def accuracy_scatter_alt(
    runs: pd.DataFrame, x: str = "parameters", lecture: Sequence[PublishedNet] = ()
) -> str:
    """How many runs, which is the most accurate and at what cost, and the lecture's best beside it."""
    runs = _known(runs, x)
    text = Message("Test accuracy and {cost}: no finished run.", cost=AXES[x].lower())
    if not runs.empty:
        best = runs.loc[runs["test_accuracy"].idxmax()]
        text = Message(
            "Test accuracy and {cost}: {runs:,} run(s); the most accurate is {name} with {accuracy} at "
            "{amount:,.0f} {unit}.",
            cost=AXES[x].lower(),
            runs=len(runs),
            name=best["name"],
            accuracy=percent(best["test_accuracy"]),
            amount=best[x],
            unit="parameters" if x == "parameters" else "seconds",
        )
    if not lecture:
        return text
    best_published = percent(max(net.test_accuracy for net in lecture))
    return Message(
        "{text} The lecture's best published net has {accuracy}.", text=text, accuracy=best_published
    )


def _add_lecture(figure: go.Figure, x: str, lecture: Sequence[PublishedNet]) -> None:
    names = [Message("{architecture} ({name})", architecture=n.architecture, name=n.name) for n in lecture]
    accuracies = [net.test_accuracy for net in lecture]
    if x == "parameters":
        name, places, size = "Published in the lecture", [net.parameters for net in lecture], 12
        hover = "%{text}, in the lecture<br>%{y:.2%}, parameters: %{x:,}<extra></extra>"
    else:
        name, places, size = "Published in the lecture, time unknown", [1] * len(lecture), 10
        hover = "%{text}, in the lecture<br>%{y:.2%}, time unknown<extra></extra>"
        for accuracy in accuracies:
            figure.add_hline(y=accuracy, line={"color": GREY, "width": 1, "dash": "dot"})
    figure.add_scatter(
        x=places,
        y=accuracies,
        mode="markers",
        name=name,
        text=names,
        marker={"symbol": "star-open", "size": size, "color": GREY, "line": {"width": 2}},
        hovertemplate=hover,
    )


def _known(runs: pd.DataFrame, x: str) -> pd.DataFrame:
    """The rows that have both coordinates; a logarithmic axis has no zero."""
    if runs.empty:
        return runs
    values = runs[[x, "test_accuracy"]].apply(pd.to_numeric, errors="coerce")
    return runs[values.notna().all(axis=1) & (values[x] > 0)].assign(**values)

"""The charts of the teaching pages: sigmoid, the losses, softmax, the two small trainings, the ladder's gap.

Pure functions from numbers and data frames to figures, each with a companion that says what it shows.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ..base.messages import Message, percent
from ..results.charts.frame import (
    BLUE,
    GREEN,
    GREY,
    LEGEND_BELOW,
    ORANGE,
    VERMILION,
    accuracy_range,
    empty_figure,
    new_figure,
)
from . import formulas
from .ladder import LADDER, final_accuracies

MAX_LOGIT = 110.0
LESSON_HEIGHT = 320

GAP_NAMES = {
    ("test", "published"): "Test, published",
    ("train", "published"): "Training, published",
    ("test", "reproduced"): "Test, reproduced",
    ("train", "reproduced"): "Training, reproduced",
}


def sigmoid_curve(logit: float) -> go.Figure:
    """The sigmoid from -8 to 8, with the point of this logit and the border at 0 and 0.5."""
    x = np.linspace(-8, 8, 161)
    y = formulas.sigmoid(x)
    figure = new_figure(
        "Sigmoid",
        "Logit",
        "Probability",
        LESSON_HEIGHT,
        x={"range": [-8.4, 8.4]},
        y={"range": [-0.05, 1.05]},
    )
    for side, name, color in ((x <= 0, "Names class 0", ORANGE), (x >= 0, "Names class 1", BLUE)):
        figure.add_scatter(x=x[side], y=y[side], mode="lines", name=name, line={"color": color, "width": 3})
    figure.add_scatter(
        x=[logit],
        y=[float(formulas.sigmoid(logit))],
        mode="markers",
        name="This logit",
        marker={"size": 14, "color": VERMILION, "line": {"width": 2, "color": "white"}},
    )
    figure.add_vline(x=0, line={"color": GREY, "dash": "dot"})
    figure.add_hline(y=0.5, line={"color": GREY, "dash": "dot"})
    figure.update_traces(hovertemplate="%{x:.2f} → %{y:.4f}<extra></extra>")
    return figure


def sigmoid_curve_alt(logit: float) -> str:
    """`Sigmoid: a logit of 1.5 is a probability of 0.8176, it names class 1.`"""
    named = "class 1" if logit > 0 else "class 0" if logit < 0 else "neither class"
    probability = float(formulas.sigmoid(logit))
    return Message(
        "Sigmoid: a logit of {logit:g} is a probability of {probability:.4f}; it names {named}.",
        logit=logit,
        probability=probability,
        named=named,
    )


def training_curves(curves: dict[str, pd.DataFrame], column: str, title: str, steps: int) -> go.Figure:
    """Small trainings on top of each other: the first as a broad band, the next ones as thin lines on it.

    curves: name -> data frame with `step` and the column ("loss", or "accuracy" in [0, 1]).
    """
    if all(frame.empty for frame in curves.values()):
        return empty_figure(title, "Not trained yet", LESSON_HEIGHT)
    if column == "accuracy":
        axis = {"range": [0, 1.02], "tickformat": ".0%"}
    else:
        highest = max(frame[column].max() for frame in curves.values() if len(frame))
        axis = {"range": [0, 1.1 * max(highest, 0.1)]}
    figure = new_figure(title, "Step", "", LESSON_HEIGHT, x={"range": [0.5, steps + 0.5]}, y=axis)
    styles = ((BLUE, 9, "solid"), (ORANGE, 2.5, "solid"), (GREEN, 2.5, "dash"))
    for (name, frame), (color, width, dash) in zip(curves.items(), styles, strict=False):
        figure.add_scatter(
            x=frame["step"],
            y=frame[column],
            name=name,
            mode="lines",
            line={"color": color, "width": width, "dash": dash},
            hovertemplate="%{x}: %{y:.6f}<extra></extra>",
        )
    return figure


def training_curves_alt(curves: dict[str, pd.DataFrame], column: str) -> str:
    """`BCELoss: 0.688 at step 1, 0.087 at step 30; BCEWithLogitsLoss: ...`"""
    said = [
        Message(
            "{name}: {first:.3f} at step {first_step}, {last:.3f} at step {last_step}",
            name=name,
            first=frame[column].iloc[0],
            first_step=frame["step"].iloc[0],
            last=frame[column].iloc[-1],
            last_step=frame["step"].iloc[-1],
        )
        for name, frame in curves.items()
        if len(frame)
    ]
    return Message("{nets}.", nets=said) if said else "Not trained yet"


def loss_curves(logit: float, target: int, gradients: bool = False) -> go.Figure:
    """Both losses of two classes, or their gradients, over logits from -110 to 110, and this logit."""
    x = np.linspace(-MAX_LOGIT, MAX_LOGIT, 441, dtype=np.float32)
    by_probability, by_logit = _both_losses(x, target, gradients)
    here = _both_losses(np.float32(logit), target, gradients)
    figure = new_figure(
        "Gradient at the logit" if gradients else "Loss",
        "Logit",
        "",
        LESSON_HEIGHT,
        x={"range": [-MAX_LOGIT - 3, MAX_LOGIT + 3]},
        y={"range": [-1.1, 1.1] if gradients else [-4, 116]},
    )
    figure.add_scatter(
        x=x, y=by_logit, name="BCEWithLogitsLoss", mode="lines", line={"color": BLUE, "width": 7}
    )
    figure.add_scatter(
        x=x, y=by_probability, name="Sigmoid + BCELoss", mode="lines", line={"color": ORANGE, "width": 2.5}
    )
    figure.add_scatter(
        x=[logit, logit],
        y=[float(here[1]), float(here[0])],
        name="This logit",
        mode="markers",
        marker={"size": 12, "color": [BLUE, ORANGE], "line": {"width": 2, "color": "white"}},
        showlegend=False,
    )
    figure.update_traces(hovertemplate="%{x:.1f} → %{y:.4g}<extra></extra>")
    return figure


def loss_curves_alt(logit: float, target: int, gradients: bool = False) -> str:
    """`Loss at logit 40, target 0: 100 by BCELoss, 40 by BCEWithLogitsLoss.`"""
    by_probability, by_logit = _both_losses(np.float32(logit), target, gradients)
    what = "Gradient" if gradients else "Loss"
    return Message(
        "{what} at logit {logit:g}, target {target}: {by_probability:.4g} by sigmoid and "
        "BCELoss, {by_logit:.4g} by BCEWithLogitsLoss.",
        what=what,
        logit=logit,
        target=target,
        by_probability=float(by_probability),
        by_logit=float(by_logit),
    )


def _both_losses(logit: np.ndarray, target: int, gradients: bool) -> tuple[np.ndarray, np.ndarray]:
    if gradients:
        return formulas.bce_gradient(logit, target), formulas.bce_with_logits_gradient(logit, target)
    return formulas.bce(formulas.sigmoid(logit), target), formulas.bce_with_logits(logit, target)


def class_bars(
    names: Sequence[str], values: Sequence[float], title: str, marked: int | None = None, signed: bool = False
) -> go.Figure:
    """A bar for each class, with its number; probabilities in 0..1, or signed numbers in -1..1.

    marked: the class that is drawn in another colour (the one named, or the right one).
    """
    colors = [VERMILION if index == marked else BLUE for index in range(len(names))]
    axis = {"range": [-1.2, 1.2] if signed else [0, 1.12]}
    figure = new_figure(title, height=LESSON_HEIGHT, y=axis, bargap=0.45)
    figure.add_bar(
        x=list(names),
        y=[float(value) for value in values],
        marker={"color": colors},
        text=[f"{value:+.3f}" if signed else f"{value:.3f}" for value in values],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{x}: %{y:.6f}<extra></extra>",
    )
    return figure


def class_bars_alt(names: Sequence[str], values: Sequence[float], title: str) -> str:
    """`Probabilities: dog 0.705, cat 0.035, rabbit 0.259.`"""
    return f"{title}: {', '.join(f'{name} {value:.3f}' for name, value in zip(names, values, strict=True))}."


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
    colors = dict(zip(LADDER, (BLUE, ORANGE, GREEN, VERMILION, "#CC79A7"), strict=True))
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

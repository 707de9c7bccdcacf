"""The charts of the teaching pages: sigmoid, the losses, softmax, the two small trainings, the ladder's gap.

Pure functions from numbers and data frames to figures, each with a companion that says what it shows.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ..base.messages import Message
from ..base.palette import BLUE, GREEN, GREY, ORANGE, VERMILION
from ..results.charts.frame import empty_figure, new_figure
from . import formulas

MAX_LOGIT = 110.0
LESSON_HEIGHT = 320

Numbers = Sequence[float] | np.ndarray


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
    here = _both_losses(logit, target, gradients)
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
    by_probability, by_logit = _both_losses(logit, target, gradients)
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


def _both_losses(logit: float | np.ndarray, target: int, gradients: bool) -> tuple[np.ndarray, np.ndarray]:
    if gradients:
        return formulas.bce_gradient(logit, target), formulas.bce_with_logits_gradient(logit, target)
    return formulas.bce(formulas.sigmoid(logit), target), formulas.bce_with_logits(logit, target)


def class_bars(
    names: Sequence[str], values: Numbers, title: str, marked: int | None = None, signed: bool = False
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


def class_bars_alt(names: Sequence[str], values: Numbers, title: str) -> str:
    """`Probabilities: dog 0.705, cat 0.035, rabbit 0.259.`"""
    return f"{title}: {', '.join(f'{name} {value:.3f}' for name, value in zip(names, values, strict=True))}."

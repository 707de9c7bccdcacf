"""The charts of two classes: the sigmoid, the two ways to write the loss, and their gradients.

Pure functions from numbers to figures, each with a companion that says what it shows.
"""

import numpy as np
import plotly.graph_objects as go

from ..base.messages import Message
from ..base.palette import BLUE, BROWN, GREY, VERMILION
from ..results.charts.frame import axis_layout
from . import formulas
from .charts import LETTERS, new_lesson

MAX_LOGIT = 110.0
LEFT, RIGHT = -8.4, 8.4


def sigmoid_curve(logit: float) -> go.Figure:
    """The sigmoid from -8 to 8, with the point of this logit and the border at 0 and 0.5."""
    x = np.linspace(-8, 8, 161)
    y = formulas.sigmoid(x)
    probability = float(formulas.sigmoid(logit))
    sides = (("Names class 0", BROWN, x <= 0, -4.2), ("Names class 1", BLUE, x >= 0, 4.2))
    figure = new_lesson(
        "Logit",
        "Probability",
        x={"range": [LEFT, RIGHT], "dtick": 2, "zeroline": False},
        y={"range": [-0.05, 1.12], "dtick": 0.25, "zeroline": False},
        annotations=[
            {"text": name, "x": place, "y": 1.07, "showarrow": False, "font": {"color": color, "size": 16}}
            for name, color, _, place in sides
        ],
    )
    for name, color, side, _ in sides:
        figure.add_scatter(x=x[side], y=y[side], mode="lines", name=name, line={"color": color, "width": 4})
    figure.add_scatter(
        x=[logit, logit, LEFT],
        y=[-0.05, probability, probability],
        mode="lines",
        line={"color": VERMILION, "width": 1.5, "dash": "dash"},
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=[logit],
        y=[probability],
        mode="markers",
        name="This logit",
        marker={"size": 16, "color": VERMILION, "line": {"width": 2, "color": "white"}},
    )
    figure.add_vline(x=0, line={"color": GREY, "dash": "dot"})
    figure.add_hline(y=0.5, line={"color": GREY, "dash": "dot"})
    figure.update_traces(hovertemplate="%{x:.2f} → %{y:.4f}<extra></extra>")
    return figure


def sigmoid_curve_alt(logit: float) -> str:
    """`Sigmoid: a logit of 1.5 is a probability of 0.8176; it names class 1.`"""
    named = "class 1" if logit > 0 else "class 0" if logit < 0 else "neither class"
    probability = float(formulas.sigmoid(logit))
    return Message(
        "Sigmoid: a logit of {logit:g} is a probability of {probability:.4f}; it names {named}.",
        logit=logit,
        probability=probability,
        named=named,
    )


def loss_curves(logit: float, target: int) -> go.Figure:
    """Both losses of two classes, and below them their gradients, over logits from -110 to 110."""
    x = np.linspace(-MAX_LOGIT, MAX_LOGIT, 441, dtype=np.float32)
    figure = new_lesson(
        "Logit",
        "Loss",
        x={"range": [-MAX_LOGIT - 3, MAX_LOGIT + 3], "anchor": "y2"},
        y={"range": [-6, 118], "domain": [0.56, 1]},
        yaxis2=axis_layout("Gradient", LETTERS, range=[-1.15, 1.15], dtick=0.5, domain=[0, 0.44]),
        margin={"t": 34},
        showlegend=True,
        legend={"xanchor": "left", "x": 0, "font": {"size": 12}},
    )
    for gradients, axis in ((False, "y"), (True, "y2")):
        by_probability, by_logit = _both_losses(x, target, gradients)
        here = _both_losses(logit, target, gradients)
        curves = (
            ("BCEWithLogitsLoss", by_logit, {"color": BLUE, "width": 7}),
            ("Sigmoid + BCELoss", by_probability, {"color": BROWN, "width": 2.5}),
        )
        for name, y, line in curves:
            figure.add_scatter(
                x=x,
                y=y,
                name=name,
                legendgroup=name,
                line=line,
                mode="lines",
                yaxis=axis,
                showlegend=not gradients,
            )
        figure.add_scatter(
            x=[logit, logit],
            y=[float(here[1]), float(here[0])],
            name="This logit",
            mode="markers",
            marker={"size": 13, "color": [BLUE, BROWN], "line": {"width": 2, "color": "white"}},
            yaxis=axis,
            showlegend=False,
        )
    figure.add_vline(x=logit, line={"color": VERMILION, "width": 1.5, "dash": "dash"})
    figure.update_traces(hovertemplate="%{x:.1f} → %{y:.4g}<extra></extra>")
    return figure


def loss_curves_alt(logit: float, target: int) -> str:
    """`At logit 40, target 0: loss 100 and gradient 0 by sigmoid and BCELoss, ...`"""
    losses, gradients = (_both_losses(logit, target, which) for which in (False, True))
    return Message(
        "At logit {logit:g}, target {target}: loss {loss:.4g} and gradient {gradient:.4g} by sigmoid and "
        "BCELoss, loss {logit_loss:.4g} and gradient {logit_gradient:.4g} by BCEWithLogitsLoss.",
        logit=logit,
        target=target,
        loss=float(losses[0]),
        gradient=float(gradients[0]),
        logit_loss=float(losses[1]),
        logit_gradient=float(gradients[1]),
    )


def _both_losses(logit: float | np.ndarray, target: int, gradients: bool) -> tuple[np.ndarray, np.ndarray]:
    if gradients:
        return formulas.bce_gradient(logit, target), formulas.bce_with_logits_gradient(logit, target)
    return formulas.bce(formulas.sigmoid(logit), target), formulas.bce_with_logits(logit, target)

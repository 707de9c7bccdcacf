"""The training loss of each step, of several runs laid over each other.

A run's losses are a data frame with a row a point: step (the last one that a point stands for), steps (how
many), train_loss (their mean).
"""

import pandas as pd
import plotly.graph_objects as go

from ...base.messages import Message
from .curves import smoothed
from .frame import HEIGHT, color_of, empty_figure, escape_hover, escape_plotly, loss_range, new_figure

TITLE = "Training loss by step"


def step_curves(
    losses: dict[str, pd.DataFrame],
    colors: dict[str, str] | None = None,
    height: int = HEIGHT,
    log: bool = False,
    smoothing: float = 0.0,
) -> go.Figure:
    """losses: name of the run -> its losses; the other arguments as those of `history_curves`."""
    drawn = {
        name: frame.assign(train_loss=smoothed(frame["train_loss"].to_numpy(float), smoothing))
        for name, frame in losses.items()
        if len(frame)
    }
    if not drawn:
        return empty_figure(TITLE, "No picked run has kept the loss of its steps", height)
    title = Message("{chart}, smoothed", chart=TITLE) if smoothing else TITLE
    x: dict = {"range": [0, 1.02 * max(frame["step"].iloc[-1] for frame in drawn.values())]}
    y: dict = {"range": loss_range(max(frame["train_loss"].max() for frame in drawn.values()))}
    if log:
        x = y = {"type": "log"}
    margin = {"l": 44, "r": 8, "t": 36, "b": 36}
    figure = new_figure(title, "Training step", height=height, x=x, y=y, margin=margin, showlegend=False)
    for index, (name, frame) in enumerate(drawn.items()):
        figure.add_scatter(
            x=frame["step"],
            y=frame["train_loss"],
            name=escape_plotly(name),
            mode="lines",
            line={"color": color_of(name, index, colors), "width": 1.2},
            hovertemplate=_hover_text(name, int(frame["steps"].max())),
        )
    return figure


def _hover_text(name: str, steps: int) -> str:
    safe = escape_hover(name)
    if steps == 1:
        return Message("{name}<br>step %{{x}}: %{{y:.4f}}<extra></extra>", name=safe)
    return Message(
        "{name}<br>mean of the {steps} steps to %{{x}}: %{{y:.4f}}<extra></extra>", name=safe, steps=steps
    )


def step_curves_alt(losses: dict[str, pd.DataFrame]) -> str:
    """The first and the last loss of each run."""
    values = [
        Message(
            "{name}: {first:.3f} at step {from_step:,}, {last:.3f} at step {to_step:,}",
            name=name,
            first=frame["train_loss"].iloc[0],
            from_step=int(frame["step"].iloc[0]),
            last=frame["train_loss"].iloc[-1],
            to_step=int(frame["step"].iloc[-1]),
        )
        for name, frame in losses.items()
        if len(frame)
    ]
    if not values:
        return "Training loss by step: no picked run has kept it."
    return Message("Training loss by step. {values}.", values=values)

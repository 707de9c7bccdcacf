"""Curves over the epochs: one run while it trains, or several runs laid over each other.

A history is a data frame with a row an epoch: epoch (from 1), seconds, train_loss, train_accuracy,
evaluated_train_accuracy, validation_loss, validation_accuracy, test_loss, test_accuracy; accuracies in [0,1],
NaN where nothing was measured. A column may be missing.
"""

from itertools import accumulate, count

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ...base.messages import Message, percent
from ...base.palette import BLUE, BROWN, CLEAR_SKY, GREEN
from .frame import (
    HEIGHT,
    accuracy_range,
    color_of,
    curve_names,
    empty_figure,
    escape_hover,
    escape_plotly,
    loss_range,
    new_figure,
)

MOST_RECORDS = 600
"""Of those within the epochs, so many are drawn, or up to twice as many: a screen cannot show more."""

LEGEND_ROW = 20
"""Pixels."""

METRICS = {"accuracy": "Accuracy", "loss": "Loss"}
SPLITS = {
    "train": ("Training", BLUE, "solid", "circle"),
    "validation": ("Validation", BROWN, "dash", "square"),
    "test": ("Test", GREEN, "dot", "diamond"),
}


def live_curves(
    history: pd.DataFrame,
    metric: str = "accuracy",
    epochs: int | None = None,
    progress: pd.DataFrame | None = None,
    height: int = HEIGHT,
    has_ended: bool = False,
    label_smoothing: float = 0.0,
) -> go.Figure:
    """One run's training, and validation or test, each under its own name; `metric` is accuracy or loss.

    label_smoothing: of the training; its loss is then another one than that of the held-out images.
    epochs: how many are planned; the axis then has its full length from the start and does not jump.
    progress: the records within the epochs (`runs.progress`), drawn as a pale line that begins at 0.
    """
    title = METRICS[metric]
    curves = [(split, *curve_points(history, f"{split}_{metric}")) for split in SPLITS]
    curves = [(split, x, y) for split, x, y in curves if len(y)]
    within_x, within_y = _within(progress, metric)
    if not curves and not len(within_y):
        waits = "It ended before its first epoch" if has_ended else "Waiting for the first epoch"
        return empty_figure(title, waits, height)
    smoothed = metric == "loss" and label_smoothing > 0
    running = "Running, smoothed" if smoothed else "Training, running"
    last = max([0.0, *within_x, *(float(x[-1]) for _, x, _ in curves)])
    figure = new_figure(
        title,
        "Epoch",
        height=height,
        x={"range": [0, max(epochs or 0, last, 1) + 0.3], "dtick": whole_ticks(max(epochs or 0, last))},
        margin={"l": 44, "r": 8, "t": 48, "b": 36, "autoexpand": False},  # nothing moves as names come
        legend={"font": {"size": 11}},
        meta={"more_above_when_narrow": LEGEND_ROW},  # five names need three rows there
        y=_scale(np.concatenate([within_y, *(y for _, _, y in curves)]), metric),
    )
    if len(within_y):
        figure.add_scatter(
            x=within_x,
            y=within_y,
            name=running,
            mode="lines",
            line={"color": CLEAR_SKY, "width": 1.5},
            hovertemplate=hover_text(running, "Epoch", metric),
        )
    for split, x, y in curves:
        name, color, dash, symbol = SPLITS[split]
        if split == "train" and smoothed:
            name = "Training, smoothed"
        add_line(figure, x, y, name, color, metric, dash=dash, symbol=symbol)
    x, y = curve_points(history, f"evaluated_train_{metric}")
    if len(y):
        marker = {"color": BLUE, "symbol": "circle-open", "size": 9, "line": {"width": 2}}
        figure.add_scatter(
            x=x,
            y=y,
            name="Training, evaluated",
            mode="markers",
            marker=marker,
            hovertemplate=hover_text("Training, evaluated", "Epoch", metric),
        )
    return figure


def _within(progress: pd.DataFrame | None, metric: str) -> tuple[np.ndarray, np.ndarray]:
    """The records within the epochs: where they lie on the axis of epochs, and their values."""
    if progress is None or progress.empty:
        return np.empty(0), np.empty(0)
    every = max(1, len(progress) // MOST_RECORDS)
    kept = progress.iloc[::every]
    places = kept["epoch"] - 1 + kept["step"] / kept["steps"]
    return places.to_numpy(float), kept[f"train_{metric}"].to_numpy(float)


def live_curves_alt(
    history: pd.DataFrame,
    metric: str = "accuracy",
    progress: pd.DataFrame | None = None,
    label_smoothing: float = 0.0,
    grows_since: int | None = None,
) -> str:
    """`Loss at epoch 30: training 0.214, test 0.301 (epoch 28). The gap has grown since epoch 8.`

    A value that was measured at another epoch than the last one says so. grows_since: the epoch, from
    `statistics.overfitting_since`; the other arguments: as in `live_curves`.
    """
    last = int(history["epoch"].iloc[-1]) if len(history) else 0
    drawn = {split: (name.lower(), f"{split}_{metric}") for split, (name, *_) in SPLITS.items()}
    drawn["evaluated"] = "evaluated training", f"evaluated_train_{metric}"
    values = []
    for split, (name, column) in drawn.items():
        x, y = curve_points(history, column)
        if len(y):
            value = Message("{split} {value}", split=name, value=_said(float(y[-1]), metric))
            if split == "train" and metric == "loss" and label_smoothing > 0:
                value = Message("{value} with smoothed labels", value=value)
            if x[-1] != last:
                value = Message("{value} (epoch {epoch})", value=value, epoch=int(x[-1]))
            values.append(value)
    if not values:
        _, within = _within(progress, metric)
        if len(within):
            return Message(
                "{metric} within the first epoch: training, running {value}.",
                metric=METRICS[metric],
                value=_said(float(within[-1]), metric),
            )
        return Message("{metric} over the epochs: no epoch is finished yet.", metric=METRICS[metric])
    text = Message("{metric} at epoch {epoch}: {values}.", metric=METRICS[metric], epoch=last, values=values)
    if metric != "loss" or not grows_since:  # it is a gap between losses
        return text
    return Message("{text} The gap has grown since epoch {epoch}.", text=text, epoch=grows_since)


def history_curves(
    histories: dict[str, pd.DataFrame],
    x: str = "epoch",
    metric: str = "validation_accuracy",
    colors: dict[str, str] | None = None,
    height: int = HEIGHT,
    legend: bool = True,
    log: bool = False,
    smoothing: float = 0.0,
) -> go.Figure:
    """Several runs laid over each other, over `epoch` or `seconds`, each in the colour stored with it.

    metric: the name of a column of the histories; histories: name of the run -> history. A run that is far
    behind the best one (`far_behind`) does not stretch the axis. log: logarithmic axes. smoothing: how much
    of the mean so far stays in each step (`smoothed`); the title says so.
    """
    title = _metric_title(metric)
    drawn = {name: curve_points(history, metric, x) for name, history in histories.items()}
    drawn = {name: (xs, smoothed(ys, smoothing)) for name, (xs, ys) in drawn.items() if len(ys)}
    if not drawn:
        return empty_figure(title, "No picked run has measured this", height)
    last = max(float(xs.max()) for xs, _ in drawn.values())
    if x == "epoch":
        title = Message("{metric} by epoch", metric=title)
        x_title, axis = "Epoch", {"range": [0.5, max(last, 1) + 0.5], "dtick": whole_ticks(last)}
    else:
        title = Message("{metric} by time", metric=title)
        x_title, axis = "Seconds of training", {"range": [0, last * 1.03 or 1]}
    if smoothing:
        title = Message("{chart}, smoothed", chart=title)
    behind = far_behind(histories, metric, x)
    y_axis = _scale(np.concatenate([ys for name, (_, ys) in drawn.items() if name not in behind]), metric)
    if log:
        axis, y_axis = {"type": "log"}, {"type": "log", "tickformat": y_axis.get("tickformat")}
    margin = {} if legend else {"l": 44, "r": 8, "t": 36, "b": 36}
    figure = new_figure(title, x_title, height=height, x=axis, y=y_axis, margin=margin, **curve_names(legend))
    for index, (name, (xs, ys)) in enumerate(drawn.items()):
        add_line(figure, xs, ys, name, color_of(name, index, colors), metric, x_title=x_title)
    return figure


def smoothed(values: np.ndarray, share: float) -> np.ndarray:
    """A running mean (N,) that keeps this share of itself in each step, without its bias at the start (Kingma
    and Ba 2015, section 3)."""
    if not share:
        return values
    means = accumulate(values, lambda mean, value: share * mean + (1 - share) * value, initial=0.0)
    return np.array([*means])[1:] / (1 - share ** np.arange(1, len(values) + 1))


def far_behind(histories: dict[str, pd.DataFrame], metric: str, x: str = "epoch") -> list[str]:
    """The runs whose best value is so far from the best run's that an axis for both would flatten the others:
    an accuracy of less than half of it, a loss of more than three times as much and .5 more. Only what can be
    drawn over `x` counts."""
    is_accuracy = metric.endswith("accuracy")
    values = {name: curve_points(history, metric, x)[1] for name, history in histories.items()}
    best = {name: float(ys.max() if is_accuracy else ys.min()) for name, ys in values.items() if len(ys)}
    if is_accuracy:
        return [name for name, value in best.items() if value < max(best.values()) / 2]
    least = min(best.values(), default=0.0)
    return [name for name, value in best.items() if value > max(3 * least, least + 0.5)]


def history_curves_alt(
    histories: dict[str, pd.DataFrame], x: str = "epoch", metric: str = "validation_accuracy"
) -> str:
    """The last value of each run: `Validation accuracy over the epochs. a: 89.1 % at epoch 30; b: ...`"""
    said = []
    for name, history in histories.items():
        xs, ys = curve_points(history, metric, x)
        if len(ys):
            where = Message("{seconds:,.1f} s", seconds=xs[-1])
            if x == "epoch":
                where = Message("epoch {epoch}", epoch=int(xs[-1]))
            value = _said(float(ys[-1]), metric)
            said.append(Message("{name}: {value} at {where}", name=name, value=value, where=where))
    title = _metric_title(metric)
    if not said:
        return Message("{metric}: no picked run has measured this.", metric=title)
    if x == "epoch":
        return Message("{metric} over the epochs. {values}.", metric=title, values=said)
    return Message("{metric} over the seconds of training. {values}.", metric=title, values=said)


def curve_points(history: pd.DataFrame, column: str, x: str = "epoch") -> tuple[np.ndarray, np.ndarray]:
    """The finite points of one column as two float64 arrays of the same length."""
    if column not in history or x not in history:
        return np.empty(0), np.empty(0)
    xs = history[x].to_numpy(dtype=float)
    ys = history[column].to_numpy(dtype=float)
    finite = np.isfinite(xs) & np.isfinite(ys)
    return xs[finite], ys[finite]


def add_line(
    figure: go.Figure,
    x: np.ndarray,
    y: np.ndarray,
    name: str,
    color: str,
    metric: str,
    dash: str = "solid",
    symbol: str = "circle",
    x_title: str = "Epoch",
) -> None:
    """A line with a point for each measurement, to a figure."""
    figure.add_scatter(
        x=x,
        y=y,
        name=escape_plotly(name),
        mode="lines+markers",
        line={"color": color, "width": 2, "dash": dash},
        marker={"size": 5, "symbol": symbol},
        hovertemplate=hover_text(name, x_title, metric),
    )


def hover_text(name: str, x_title: str, metric: str) -> str:
    """The template of a point's hover text."""
    value = "%{y:.2%}" if metric.endswith("accuracy") else "%{y:.4f}"
    safe = escape_hover(name)
    if x_title == "Epoch":
        return Message("{name}<br>epoch %{{x}}: {value}<extra></extra>", name=safe, value=value)
    return Message("{name}<br>%{{x:.1f}} s: {value}<extra></extra>", name=safe, value=value)


def _scale(values: np.ndarray, metric: str) -> dict:
    if metric.endswith("accuracy"):
        return {"range": accuracy_range(float(values.min())), "tickformat": ".0%"}
    return {"range": loss_range(float(values.max()))}


def whole_ticks(last: float) -> int:
    """Epochs between two ticks: whole, and at most about ten of them."""
    steps = (step * 10**power for power in count() for step in (1, 2, 5))
    return next(step for step in steps if last / step <= 10)


def _said(value: float, metric: str) -> str:
    return percent(value) if metric.endswith("accuracy") else f"{value:.3f}"


def _metric_title(metric: str) -> str:
    words = metric.replace("evaluated_train", "evaluated training").replace("train_", "training ")
    return words.replace("_", " ").capitalize()

"""Groups of runs that differ in the seed alone: mean curves in their bands, and settings against accuracy."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ...base.config import SETTINGS
from ...base.messages import Message, percent
from ...base.palette import GREY, WORST_TO_BEST, channels
from ..statistics import Group, differing_settings, group_names, spread, written
from .curves import LEGEND_ROW, add_line, curve_points, whole_ticks
from .frame import (
    HEIGHT,
    LABEL_ANGLE,
    LEGEND_AT_THE_BOTTOM,
    TICKS,
    accuracy_range,
    color_of,
    curve_names,
    empty_figure,
    escape_plotly,
    new_figure,
)

TITLE = "Mean of each group, and the range of its seeds"
SETTING_TITLE = "Test accuracy by setting"
NETS_IN_A_ROW = 3
"""Of a legend, in half a window."""
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "triangle-down", "pentagon", "star")
"""Of the nets, whose points have the colours of the groups."""


def group_curves(
    histories: Mapping[str, Sequence[pd.DataFrame]], colors: Mapping[str, str], height: int = HEIGHT
) -> go.Figure:
    """The mean test accuracy over the seeds of each group, and a band from the lowest to the highest of them.

    histories: of the runs of each group by its name; as in `curves`. Epochs that not all seeds have done are
    left out.
    """
    drawn = {name: points for name, runs in histories.items() if (points := _band(runs)) is not None}
    if not drawn:
        return empty_figure(TITLE, "No run has been tested yet", height)
    lowest = min(float(low.min()) for _, _, low, _ in drawn.values())
    highest = max(float(high.max()) for *_, high in drawn.values())
    last = max(float(epochs[-1]) for epochs, *_ in drawn.values())
    figure = new_figure(
        TITLE,
        "Epoch",
        height=height,
        x={"range": [0.5, max(last, 2) + 0.5], "dtick": whole_ticks(last)},
        y={"range": accuracy_range(lowest, highest), "tickformat": ".0%"},
        margin={"l": 44, "r": 8, "t": 36, "b": 36},
        **curve_names(False),
    )
    for place, (name, (epochs, mean, low, high)) in enumerate(drawn.items()):
        color = color_of(name, place, colors)
        figure.add_scatter(
            x=[*epochs, *epochs[::-1]],
            y=[*high, *low[::-1]],
            fill="toself",
            fillcolor=f"rgba{(*channels(color), 0.2)}",
            mode="lines",
            line={"width": 0},
            showlegend=False,
            hoverinfo="skip",
        )
        add_line(figure, epochs, mean, name, color, "accuracy")
    return figure


def group_curves_alt(histories: Mapping[str, Sequence[pd.DataFrame]]) -> str:
    """The last mean of each group, and from where to where its seeds lie there."""
    said: list[str] = []
    for name, runs in histories.items():
        points = _band(runs)
        if points is not None:
            epochs, mean, low, high = (values[-1] for values in points)
            said.append(
                Message(
                    "{name}: {mean} at epoch {epoch}, seeds from {low} to {high}",
                    name=name,
                    mean=percent(mean),
                    epoch=int(epochs),
                    low=percent(low),
                    high=percent(high),
                )
            )
    if not said:
        return Message("Mean test accuracy of each group: no run has been tested yet.")
    return Message("Mean test accuracy of each group. {values}.", values=said)


def _band(runs: Sequence[pd.DataFrame]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray] | None:
    """Epochs, mean, lowest and highest over the runs; None where nothing is known."""
    series = [pd.Series(y, x) for x, y in (curve_points(run, "test_accuracy") for run in runs) if len(y)]
    table = pd.concat(series, axis=1).dropna() if series else pd.DataFrame()
    if table.empty:
        return None
    columns = table.index, table.mean(axis=1), table.min(axis=1), table.max(axis=1)
    return tuple(column.to_numpy(float) for column in columns)  # type: ignore[return-value]


def settings_chart(groups: Sequence[Group], colors: Mapping[str, str], height: int = HEIGHT) -> go.Figure:
    """Test accuracy against the settings that vary: a curve with intervals for one number, with a line for
    each net if nets vary too; parallel coordinates for more. colors: by the names of groups; others are
    grey."""
    varied = differing_settings(groups)
    numbers = [name for name in varied if SETTINGS[name].kind in (int, float)]
    if not varied:
        return empty_figure(SETTING_TITLE, "These runs differ in their seeds alone", height)
    if len(numbers) == 1 and set(varied) <= {"architecture", *numbers}:
        return _setting_curve(groups, numbers[0], colors, height)
    return _parallel(groups, varied, height)


def _setting_curve(
    groups: Sequence[Group], setting: str, colors: Mapping[str, str], height: int
) -> go.Figure:
    """A grey line with a mark of its own for each net; each point, and the bar of the 95 % interval of its
    mean, in the colour of its group."""
    names = dict(zip(group_names(groups), groups, strict=True))
    lines: dict[str, list[tuple[float, str]]] = {}
    for name, group in names.items():
        value = group.config.to_dict()[setting]
        if value is not None:
            lines.setdefault(group.config.architecture, []).append((float(value), name))
    values = [value for points in lines.values() for value, _ in points]
    is_log = min(values) > 0 and max(values) > 20 * min(values)
    has_legend = len(lines) > 1
    rows = math.ceil(len(lines) / NETS_IN_A_ROW) if has_legend else 0
    figure = new_figure(
        SETTING_TITLE,
        SETTINGS[setting].label,
        height=height + LEGEND_ROW * rows,
        x={"type": "log" if is_log else "linear", "exponentformat": "none"},
        y={"tickformat": TICKS},
        margin={"l": 52, "r": 8, "t": 36, "b": 36 + LEGEND_ROW * rows},
        legend={"font": {"size": 11}, **LEGEND_AT_THE_BOTTOM},
        showlegend=has_legend,
    )
    for place, (net, points) in enumerate(lines.items()):
        points.sort()
        symbol = SYMBOLS[place % len(SYMBOLS)]
        found = [spread(names[name].accuracies.values()) for _, name in points]
        figure.add_scatter(
            x=[value for value, _ in points],
            y=[each.mean for each in found],
            name=escape_plotly(net),
            legendgroup=net,
            mode="lines+markers",
            line={"color": GREY, "width": 2},
            marker={"color": GREY, "symbol": symbol, "size": 9},
            hoverinfo="skip",
        )
        for (value, name), each in zip(points, found, strict=True):
            color, is_known = colors.get(name, GREY), each.count > 1
            above, below = (each.high - each.mean, each.mean - each.low) if is_known else (0.0, 0.0)
            figure.add_scatter(
                x=[value],
                y=[each.mean],
                error_y={"array": [above], "arrayminus": [below], "symmetric": False, "color": color},
                name=escape_plotly(name),
                legendgroup=net,
                showlegend=False,
                mode="markers",
                marker={"color": color, "symbol": symbol, "size": 9},
                hovertemplate="%{x:g}: %{y:.2%}<extra></extra>",
            )
    return figure


def _parallel(groups: Sequence[Group], varied: Sequence[str], height: int) -> go.Figure:
    """Parallel coordinates: an axis for each setting that varies, and the mean test accuracy last."""
    axes = []
    for name in varied:
        values = [group.config.to_dict()[name] for group in groups]
        known = sorted(set(values), key=lambda value: (value is None, value))  # nothing stands last
        axes.append(  # places, not values: 0.001, 0.01 and 0.1 lie equally far apart
            {
                "label": SETTINGS[name].label,
                "values": [known.index(value) for value in values],
                "tickvals": list(range(len(known))),
                "ticktext": [written(value) for value in known],
            }
        )
    means = [spread(group.accuracies.values()).mean for group in groups]
    axes.append({"label": "Test accuracy", "values": means, "tickformat": TICKS})
    margin = {"l": 60, "r": 60, "t": 100, "b": 28}  # the axes' names stand above them, below the title
    figure = new_figure(SETTING_TITLE, height=height + 60, margin=margin)
    line = {"color": means, "colorscale": WORST_TO_BEST, "showscale": False}
    figure.add_trace(go.Parcoords(dimensions=axes, line=line, labelfont={"size": 12}, labelangle=LABEL_ANGLE))
    return figure


def settings_chart_alt(groups: Sequence[Group]) -> str:
    """The mean of each group."""
    if not differing_settings(groups):
        return Message("Test accuracy by setting: these runs differ in their seeds alone.")
    said: list[str] = [
        Message("{name}: {mean}", name=name, mean=percent(spread(group.accuracies.values()).mean))
        for name, group in zip(group_names(groups), groups, strict=True)
    ]
    return Message("Test accuracy by setting. {values}.", values=said)

"""Charts of a search: how it went, and which settings were good."""

import math
from collections.abc import Mapping, Sequence
from itertools import accumulate

import plotly.graph_objects as go

from ...base.config import SETTINGS
from ...base.messages import Message, percent
from ...base.palette import BLUE, GREEN, GREY, WORST_TO_BEST
from ...base.search import Range, Search
from ..statistics import Trial, best_trial
from .curves import whole_ticks
from .frame import HEIGHT, LABEL_ANGLE, TICKS, accuracy_range, empty_figure, escape_plotly, new_figure

TITLE = "Trial by trial"
SETTING_TITLE = "Validation accuracy by setting"
NOTHING = "No trial has come to its end yet"
MARKS = {True: ("Trained to its end", BLUE, "circle"), False: ("Given up", GREY, "x")}


def trials_chart(trials: Sequence[Trial], height: int = HEIGHT) -> go.Figure:
    """The validation accuracy of each trial in order, and the best so far."""
    known = [(number, each) for number, each in enumerate(trials, start=1) if _is_shown(each)]
    if not known:
        return empty_figure(TITLE, NOTHING, height)
    lowest = min(each.accuracy for _, each in known)
    figure = new_figure(
        TITLE,
        "Trial",
        height=height,
        x={"range": [0.5, max(len(trials), 5) + 0.5], "dtick": whole_ticks(len(trials))},
        y={"range": accuracy_range(lowest), "tickformat": ".0%"},
        margin={"l": 44, "r": 8, "t": 48, "b": 36},
        legend={"font": {"size": 11}},
    )
    best = _best_so_far(trials)
    figure.add_scatter(
        x=list(best),
        y=list(best.values()),
        name="Best so far",
        mode="lines",
        line={"color": GREEN, "width": 2, "shape": "hv"},
        hoverinfo="skip",
    )
    for is_done, (name, color, symbol) in MARKS.items():
        points = [(number, each) for number, each in known if each.counts is is_done]
        if points:
            figure.add_scatter(
                x=[number for number, _ in points],
                y=[each.accuracy for _, each in points],
                text=[escape_plotly(each.run.name) for _, each in points],
                name=name,
                mode="markers",
                marker={"color": color, "symbol": symbol, "size": 8},
                hovertemplate="%{text}: %{y:.2%}<extra></extra>",
            )
    return figure


def trials_chart_alt(trials: Sequence[Trial]) -> str:
    """How many trials there are, and the best."""
    best = best_trial(trials)
    if best is None:
        return Message("Trial by trial: no trial has come to its end yet.")
    return Message(
        "Validation accuracy of {count} trial(s), {given_up} given up; the best is {name} with {accuracy}.",
        count=len(trials),
        given_up=sum(each.is_given_up for each in trials),
        name=best.run.name,
        accuracy=percent(best.accuracy),
    )


def search_chart(
    search: Search, trials: Sequence[Trial], shares: Mapping[str, float], height: int = HEIGHT
) -> go.Figure:
    """Validation accuracy against what was searched: points for one number, else parallel coordinates.

    shares: what each setting explains (`statistics.importances`), said beside its name.
    """
    done = [each for each in trials if each.counts]
    if not done:
        return empty_figure(SETTING_TITLE, NOTHING, height)
    names = list(search.space)
    if len(names) == 1 and SETTINGS[names[0]].kind in (int, float):
        return _points(search, names[0], done, height)
    axes = [_axis(search, name, done, shares.get(name)) for name in names]
    accuracies = [each.accuracy for each in done]
    axes.append({"label": "Validation accuracy", "values": accuracies, "tickformat": TICKS})
    margin = {"l": 100, "r": 80, "t": 106, "b": 28}  # the axes' names stand above them, below the title
    figure = new_figure(SETTING_TITLE, height=height, margin=margin)
    line = {"color": accuracies, "colorscale": WORST_TO_BEST, "showscale": False}
    figure.add_trace(go.Parcoords(dimensions=axes, line=line, labelfont={"size": 12}, labelangle=LABEL_ANGLE))
    return figure


def search_chart_alt(search: Search, trials: Sequence[Trial], shares: Mapping[str, float]) -> str:
    """What each setting explains, where that is known, and the settings of the best trial."""
    best = best_trial(trials)
    if best is None:
        return Message("Validation accuracy by setting: no trial has come to its end yet.")
    values = [SETTINGS[name].in_a_name(getattr(best.run.config, name)) for name in search.space]
    said = Message("Validation accuracy by setting. The best trial has {values}.", values=values)
    if not shares:
        return said
    explained: list[str] = [
        Message("{name} {share}", name=SETTINGS[name].label, share=percent(share, 0))
        for name, share in shares.items()
    ]
    return Message(
        "{start} Of the differences between trials each explains: {explained}.",
        start=said,
        explained=explained,
    )


def _points(search: Search, name: str, done: Sequence[Trial], height: int) -> go.Figure:
    choices = search.space[name]
    axis: dict = {"type": "linear", "exponentformat": "none"}
    if isinstance(choices, Range) and choices.is_log:
        ends = [math.log10(choices.low), math.log10(choices.high)]
        axis |= {"type": "log", "range": [ends[0] - 0.05, ends[1] + 0.05], "dtick": 1}
    figure = new_figure(
        SETTING_TITLE,
        SETTINGS[name].label,
        height=height,
        x=axis,
        y={"tickformat": TICKS},
        margin={"l": 52, "r": 8, "t": 36, "b": 36},
        showlegend=False,
    )
    figure.add_scatter(
        x=[getattr(each.run.config, name) for each in done],
        y=[each.accuracy for each in done],
        mode="markers",
        marker={"color": BLUE, "size": 9},
        hovertemplate="%{x:.3g}: %{y:.2%}<extra></extra>",
    )
    return figure


def _axis(search: Search, name: str, done: Sequence[Trial], share: float | None) -> dict:
    """Of the parallel coordinates: a number by its logarithm where orders of magnitude count."""
    label: str = SETTINGS[name].label
    if share is not None:
        label = Message("{name} (explains {share})", name=label, share=percent(share, 0))
    values, choices = [getattr(each.run.config, name) for each in done], search.space[name]
    if not isinstance(choices, Range):
        texts = [str(choice) for choice in choices]
        places = [choices.index(value) for value in values]
        return {"label": label, "values": places, "tickvals": list(range(len(texts))), "ticktext": texts}
    if not choices.is_log:
        return {"label": label, "values": values, "range": [choices.low, choices.high]}
    ends = [math.log10(choices.low), math.log10(choices.high)]
    decades = range(math.ceil(ends[0] - 1e-9), math.floor(ends[1] + 1e-9) + 1)
    ticks = sorted([*ends, *(power for power in decades if min(abs(power - end) for end in ends) > 0.2)])
    return {
        "label": label,
        "values": [math.log10(value) for value in values],
        "range": ends,
        "tickvals": ticks,
        "ticktext": [f"{10.0**power:g}" for power in ticks],
    }


def _is_shown(each: Trial) -> bool:
    return (each.counts or each.is_given_up) and math.isfinite(each.accuracy)


def _best_so_far(trials: Sequence[Trial]) -> dict[int, float]:
    """Number of a trial -> the best accuracy so far, from the first trial on that came to its end."""
    best = accumulate((each.accuracy if each.counts else -math.inf for each in trials), max)
    return {number: accuracy for number, accuracy in enumerate(best, start=1) if accuracy > -math.inf}

"""What every chart draws and says, but for its looks (heights, margins, sizes): as in `drawn_charts.txt`.

Where a chart is changed on purpose: delete that file, run this test, which writes it, and let git say what
has changed.
"""

import ast
import base64
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from helpers import CLOTHES, ROOT
from test_charts import BINS, LECTURE, MATRIX, PROBABILITIES, RUNS, history

from fmnist_core.base.messages import Message
from fmnist_core.base.search import Range, Search
from fmnist_core.lecture import charts as lesson_charts
from fmnist_core.lecture import ladder_charts, two_class_charts
from fmnist_core.results import charts, statistics
from fmnist_core.results.charts import data
from fmnist_core.results.charts.feature_map import feature_map, feature_map_alt
from fmnist_core.results.statistics import Trial
from fmnist_core.runs import GIVEN_UP

FILE = Path(__file__).with_name("drawn_charts.txt")
SHOWN = (
    *("text", "type", "range", "dtick", "tickformat", "tickvals", "ticktext", "autorange", "exponentformat"),
    *(
        "fixedrange",
        "showlegend",
        "x0",
        "x1",
        "y0",
        "y1",
        "name",
        "mode",
        "x",
        "y",
        "z",
        "zmax",
        "color",
        "dash",
    ),
    *(
        "fill",
        "hovertemplate",
        "hoverinfo",
        "customdata",
        "label",
        "values",
        "array",
        "arrayminus",
        "visible",
    ),
    *("field", "domain", "scheme", "bind", "condition", "select", "symbol", "orientation", "barmode"),
)
"""What is read off a chart."""
LOOKS = ("font", "legend", "meta", "template")
PROGRESS = pd.DataFrame(
    {
        "epoch": [1, 1, 3],
        "step": [4, 8, 2],
        "steps": 8,
        "train_loss": [2, 1.5, 1],
        "train_accuracy": [0.3, 0.4, 0.6],
    }
)
STEPS = pd.DataFrame({"step": [2, 4, 5], "steps": [2, 2, 1], "train_loss": [2.0, 1.0, 0.5]})
POINTS = pd.DataFrame({"rate": [1e-6, 1e-3, 1.0], "loss": [2.3, 0.9, 40.0], "smoothed": [2.3, 1.0, 9.0]})
PLACES = pd.DataFrame(
    {"x": [0, 1, 5], "y": [0, 0, 0], "class": ["Bag", "Coat", "Boot"], "answer": "Bag", "image": "data:"}
)
BALANCE = pd.DataFrame({"class_name": ["a", "b"], "training": [40, 60], "test": [5, 5]})
PIXELS = pd.DataFrame({"value": [0, 63, 64, 191, 192, 255], "share": [0.5, 0.1, 0.15, 0.05, 0.125, 0.075]})
BASE = CLOTHES.replace(epochs=4, validation_size=100)
RATE, SIZE, OPTIMIZER = Range(0.002, 0.3), Range(10, 50), ("adam", "sgd")


def curves() -> dict[str, tuple]:
    """By the name of a chart: the figure and its sentence."""
    short, tested = history(2), history(split="test")
    weak = history(6).assign(validation_accuracy=[0.1, 0.2, 0.1, 0.2, 0.25, 0.2])
    two = {"a<b>": history(), "weak": weak}
    seeds = {"one": [tested, tested.assign(test_accuracy=tested["test_accuracy"] / 2)], "other": [tested[:1]]}
    race = {"quick": history(), "slow": history(0)}
    room = {"x": history(), "y": tested.assign(test_accuracy=0.5), "none": history(0)}
    names = list(MATRIX)
    return {
        "live accuracy": (
            charts.live_curves(history(), "accuracy", 30, PROGRESS),
            charts.live_curves_alt(history(), "accuracy", PROGRESS, grows_since=2),
        ),
        "live loss of smoothed labels": (
            charts.live_curves(history(), "loss", None, PROGRESS, label_smoothing=0.1),
            charts.live_curves_alt(history(), "loss", None, 0.1, 2),
        ),
        "live, tested": (charts.live_curves(tested), charts.live_curves_alt(tested)),
        "live, in the first epoch": (
            charts.live_curves(short[:0], "loss", None, PROGRESS[:1]),
            charts.live_curves_alt(short[:0], "loss", PROGRESS[:1]),
        ),
        "live, waiting": (charts.live_curves(short[:0]), charts.live_curves_alt(short[:0])),
        "live, ended": (charts.live_curves(short[:0], has_ended=True), ""),
        "histories": (charts.history_curves(two, colors={"weak": "#111111"}), charts.history_curves_alt(two)),
        "histories over seconds": (
            charts.history_curves(two, "seconds", "evaluated_train_accuracy", legend=False),
            charts.history_curves_alt(two, "seconds", "evaluated_train_accuracy"),
        ),
        "losses over seconds": (
            charts.history_curves(two, "seconds", "train_loss", legend=False, log=True, smoothing=0.5),
            charts.history_curves_alt(two, "seconds", "train_loss"),
        ),
        "race": (
            charts.race_curves(race, {"quick": history(1), "slow": PROGRESS.assign(seconds=[1, 2, 3])}, 7.5),
            charts.race_curves_alt(race, 7.5),
        ),
        "room": (charts.unseen_curves(room, {"x": "#222222"}), charts.unseen_curves_alt(room)),
        "groups": (charts.group_curves(seeds, {"one": "#0072B2"}), charts.group_curves_alt(seeds)),
        "steps": (charts.step_curves({"a": STEPS, "b": STEPS[2:]}), charts.step_curves_alt({"a": STEPS})),
        "range test": (charts.rate_curve(POINTS, 0.02, (1e-6, 10.0)), charts.rate_curve_alt(POINTS, 0.02)),
        "range test, begun": (charts.rate_curve(POINTS[:1], None, (1e-6, 10.0)), ""),
        "confusion": (charts.confusion_heatmap(MATRIX), charts.confusion_heatmap_alt(MATRIX)),
        "confusion in percent": (charts.confusion_heatmap(MATRIX, rates=True), ""),
        "reliability": (charts.reliability_diagram(BINS), charts.reliability_diagram_alt({"raw": 0.1})),
        "softmax": (
            charts.softmax_bars(PROBABILITIES.assign(is_true=[True, False, False]), 2),
            charts.softmax_bars_alt(PROBABILITIES, 2),
        ),
        "accuracy over parameters": (
            charts.accuracy_scatter(RUNS, "parameters", LECTURE),
            charts.accuracy_scatter_alt(RUNS, "parameters", LECTURE),
        ),
        "accuracy over seconds": (
            charts.accuracy_scatter(RUNS, "seconds", LECTURE[:2]),
            charts.accuracy_scatter_alt(RUNS, "seconds"),
        ),
        "accuracy of runs alone": (charts.accuracy_scatter(RUNS), charts.accuracy_scatter_alt(RUNS[:0])),
        "images per class": (data.class_balance_bars(BALANCE), data.class_balance_alt(BALANCE)),
        "pixels": (data.pixel_histogram_bars(PIXELS), data.pixel_histogram_alt(PIXELS)),
        "features": (feature_map(PLACES, names), feature_map_alt(PLACES, names)),
    }


def lessons() -> dict[str, tuple]:
    """As `curves`: those of the lecture."""
    names, shares, gradient = ["dog", "cat", "rabbit"], [0.6, 0.3, 0.1], [-0.4, 0.3, 0.1]
    trained = pd.DataFrame({"step": [1, 2, 30], "loss": [1.0, 0.5, 0.25], "accuracy": [0.5, 0.8, 0.99]})
    two = {"one": trained, "other": trained[:2]}
    measured = pd.DataFrame(
        {"epoch": [1, 2], "evaluated_train_accuracy": [0.8, 0.9], "test_accuracy": [np.nan, 0.85]}
    )
    ladder = {"cnn": measured}, {"mlp-32": measured[:1]}
    return {
        "small trainings": (
            lesson_charts.training_curves(two, "accuracy", "Accuracy", 30),
            lesson_charts.training_curves_alt(two, "accuracy"),
        ),
        "small trainings, waiting": (
            lesson_charts.training_curves({"one": trained[:0]}, "loss", "Loss", 30),
            "",
        ),
        "basket": (
            lesson_charts.basket_bars(names, shares, 0.5),
            lesson_charts.basket_bars_alt(names, shares, 0.5),
        ),
        "probabilities": (
            lesson_charts.probability_bars(names, shares, 0),
            lesson_charts.class_bars_alt(names, shares, "Probabilities"),
        ),
        "probabilities and gradient": (
            lesson_charts.probabilities_and_gradient(names, shares, gradient, 0),
            lesson_charts.probabilities_and_gradient_alt(names, shares, gradient),
        ),
        "sigmoid": (thinned(two_class_charts.sigmoid_curve(1.5)), two_class_charts.sigmoid_curve_alt(1.5)),
        "losses of two classes": (
            thinned(two_class_charts.loss_curves(40.0, 0)),
            two_class_charts.loss_curves_alt(40.0, 0),
        ),
        "ladder": (ladder_charts.ladder_curves(*ladder), ladder_charts.ladder_curves_alt(*ladder)),
    }


def thinned(figure: go.Figure) -> go.Figure:
    """Of a curve of a formula each twentieth point: the last digits of all of them are no machine's."""
    for curve in figure.data:
        if curve.x is not None and len(curve.x) > 50:
            curve.x, curve.y = curve.x[::20], curve.y[::20]
    return figure


def by_setting(store) -> dict[str, tuple]:
    """As `curves`: those of groups and of trials, which are runs of a store."""

    def run(accuracy: float, **settings):
        stored = store.get(store.create(BASE.replace(**settings)))
        return replace(stored, status="completed", epochs=4, test_accuracy=accuracy, test_count=100)

    def groups(*settings: dict):
        values = [(each, seed) for each in settings for seed in (1, 2)]
        return statistics.group_runs(
            run(0.5 + 0.01 * place, seed=seed, **each) for place, (each, seed) in enumerate(values)
        )

    rates = [
        {"learning_rate": rate, "architecture": net} for rate in (0.001, 0.1) for net in ("mlp-32", "cnn")
    ]
    single = groups(*rates[::2])
    several = groups({"optimizer": "sgd"}, {"learning_rate": 0.1, "batch_size": 64})
    chosen = ((0.01, 20, "sgd"), (0.1, 50, "adam"), (0.05, 30, "adam"))
    trials = [
        Trial(run(0.9, learning_rate=rate, batch_size=size, optimizer=optimizer), {4: 0.5 + rate})
        for rate, size, optimizer in chosen
    ]
    given_up = replace(
        trials[0].run, status="stopped", message=Message(GIVEN_UP, better=4, others=5, epoch=4)
    )
    begun = [*trials[:2], Trial(given_up, {1: 0.3}), Trial(store.get(store.create(BASE)), {}), trials[2]]
    one = Search(BASE, {"learning_rate": RATE}, 5)
    all_three = Search(BASE, {"learning_rate": RATE, "batch_size": SIZE, "optimizer": OPTIMIZER}, 5)
    shares = {"learning_rate": 0.75, "batch_size": 0.25}
    return {
        "one setting": (charts.settings_chart(single, {}), charts.settings_chart_alt(single)),
        "one setting, values near each other": (
            charts.settings_chart(groups({}, {"batch_size": 64}), {}),
            "",
        ),
        "one setting of two nets": (charts.settings_chart(groups(*rates), {}), ""),
        "several settings": (charts.settings_chart(several, {}), charts.settings_chart_alt(several)),
        "no setting": (charts.settings_chart(single[:1], {}), charts.settings_chart_alt(single[:1])),
        "trials": (charts.trials_chart(begun), charts.trials_chart_alt(begun)),
        "search": (charts.search_chart(one, begun, {}), charts.search_chart_alt(one, begun, {})),
        "search of a few values": (
            charts.search_chart(Search(BASE, {"learning_rate": (0.01, 0.1)}, 2), begun, {}),
            charts.search_chart_alt(one, begun[2:4], {}),
        ),
        "search of three": (
            charts.search_chart(all_three, begun, shares),
            charts.search_chart_alt(all_three, begun, shares),
        ),
    }


def read_off(part: object, key: str = "") -> str:
    """What is shown of an axis, a curve or a part of them, in a line."""
    if isinstance(part, dict) and "bdata" in part:  # as newer versions of plotly keep an array
        part = np.frombuffer(base64.b64decode(part["bdata"]), part["dtype"])
    if isinstance(part, dict):
        found = {name: read_off(value, name) for name, value in sorted(part.items()) if name not in LOOKS}
        return ", ".join(f"{name}: {said}" for name, said in found.items() if said)
    if isinstance(part, list | tuple | np.ndarray | pd.Series | pd.Index):
        parts = [said for value in part if (said := read_off(value, key))]
        return f"[{' '.join(parts)}]" if parts or key in SHOWN else ""
    if key not in SHOWN:
        return ""
    return f"{part:.5g}" if isinstance(part, float) else str(part)


def block(name: str, figure: go.Figure | dict, sentence: str) -> str:
    parts = figure if isinstance(figure, dict) else figure.to_plotly_json()
    layout = parts.get("layout", parts)
    lines = [said for key, value in sorted(layout.items()) if (said := read_off({key: value}))]
    lines += [read_off(trace) for trace in parts.get("data", ())]
    return "\n".join([f"# {name}", *lines, *([f"says: {sentence}"] if sentence else [])])


def test_charts_draw_and_say_what_they_did(store):
    drawn = curves() | by_setting(store) | lessons()
    found = "\n\n".join(block(name, *each) for name, each in drawn.items()) + "\n"
    if not FILE.exists():
        FILE.write_text(found, "utf-8")
        pytest.fail(f"{FILE.name} is written: look at what has changed")
    assert found.splitlines() == FILE.read_text("utf-8").splitlines()


def test_every_chart_with_a_sentence_is_drawn_here():
    """Whoever adds one adds it above."""
    with_sentence = {
        node.name
        for path in (ROOT / "fmnist_core").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.endswith("_alt")
    }
    here = ast.walk(ast.parse(Path(__file__).read_text("utf-8")))
    assert len(with_sentence) > 20
    assert with_sentence - {getattr(node, "attr", getattr(node, "id", "")) for node in here} == set()

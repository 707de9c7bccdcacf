"""A one-page report, one HTML file that needs nothing else: of a run, or of several side by side.

Everything that people wrote (names, notes, class names) is escaped, by the template (`report.html`).
"""

import time
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

import jinja2
import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ... import __version__
from ...base.config import SETTINGS
from ...base.errors import ConfigError, FmnistError
from ...base.messages import Message, percent
from ...data.datasets import Dataset
from ...data.encode import data_uri
from ...runs import Run, RunStore, learned_from, record
from .. import charts, statistics

METRICS = ("accuracy", "loss")
DRAWN = {
    "test_accuracy": "Test accuracy",
    "train_accuracy": "Training accuracy",
    "train_loss": "Training loss",
}
"""Of runs side by side."""

MAX_RUNS = 12
MOST_IN_ALL_PAIRS = 4
MISTAKES = 24
CHART = {"full_html": False, "config": {"displayModeBar": False, "responsive": True}}
PAGE = jinja2.Template((Path(__file__).parent / "report.html").read_text("utf-8"), autoescape=True)


@dataclass
class Part:
    """A piece of the page: any of a heading, sentences, a table, charts, and images with a line each."""

    heading: str = ""
    sentences: list[str] = field(default_factory=list)
    table: pd.DataFrame | None = None
    figures: list[str] = field(default_factory=list)
    mistakes: list[dict[str, str]] = field(default_factory=list)


def run_report(store: RunStore, run_id: str) -> str:
    """The report of one run. Raises `RunError` for an unknown one; a run without results says so."""
    run = store.get(run_id)
    history = store.history(run_id)
    settings = pd.DataFrame(_settings(run), columns=["Setting", "Value"])
    parts = [
        Part("", [_outcome(run, store.epochs_done(run)), *([run.note] if run.note else [])]),
        Part("Settings", table=settings),
    ]
    if len(history):
        smoothing = run.config.label_smoothing
        since = statistics.overfitting_since(run, history)
        said = [charts.live_curves_alt(history, metric, None, smoothing, since) for metric in METRICS]
        sentences = [*said, *statistics.coach(run, history)]
        curves = [charts.live_curves(history, metric, label_smoothing=smoothing) for metric in METRICS]
        parts.append(Part("Learning", sentences, figures=_html(curves, first=True)))
    try:
        data = learned_from.load(run, store.folder(run_id))
    except FmnistError as problem:  # the data set was replaced, or is gone
        parts.append(Part("Mistakes", [str(problem)]))
    else:
        with suppress(FmnistError):  # no results
            parts += _mistakes(_answers(store, run, data), data)
    return _page(run.name, parts)


def comparison_report(store: RunStore, run_ids: list[str]) -> str:
    """The report of 2 to 12 runs side by side. Raises `ConfigError`, and `RunError` for an unknown run."""
    run_ids = list(dict.fromkeys(run_ids))
    if not 2 <= len(run_ids) <= MAX_RUNS:
        raise ConfigError(
            "A comparison has 2 to {limit} runs, got {count}. Pick others.",
            limit=MAX_RUNS,
            count=len(run_ids),
        )
    runs = record.by_unique_name([store.get(run_id) for run_id in run_ids])
    rows = [
        {
            "Run": name,
            "Architecture": run.config.architecture,
            "Data set": run.config.dataset,
            "Test accuracy": percent(run.test_accuracy, 2),
            "95 % interval": _interval(run),
            "Parameters": f"{run.parameters or 0:,}",
            "Seconds": f"{run.seconds or 0:,.1f}",
        }
        for name, run in runs.items()
    ]
    histories = {name: store.history(run.run_id) for name, run in runs.items()}
    colors = dict(zip(runs, record.colors_of([*runs.values()]).values(), strict=True))
    curves = [charts.history_curves(histories, metric=metric, colors=colors) for metric in DRAWN]
    parts = [
        Part("", table=pd.DataFrame(rows)),
        Part("Learning", _beside_curves(runs, histories), figures=_html(curves, first=True)),
        *_ways_to_train(runs),
        Part("Which one is better?", _verdicts(store, runs)),
    ]
    settings = statistics.settings_differences({name: run.config for name, run in runs.items()})
    if len(settings):
        parts.append(Part("Settings that differ", table=settings.reset_index()))
    return _page("Comparison of runs", parts)


def _beside_curves(runs: dict[str, Run], histories: dict[str, pd.DataFrame]) -> list[str]:
    """What the curves alone do not show: runs outside of an axis, and losses that are not to be compared."""
    said: list[str] = []
    for metric, title in DRAWN.items():
        if behind := charts.far_behind(histories, metric):
            said.append(
                Message("{metric}: outside of the axis, far behind: {names}.", metric=title, names=behind)
            )
    if smoothed := [name for name, run in runs.items() if run.config.label_smoothing]:
        said.append(
            Message(
                "Training loss: measured against smoothed labels, so higher than it would be, and not to be "
                "compared: {names}.",
                names=smoothed,
            )
        )
    return said


def _ways_to_train(runs: dict[str, Run]) -> list[Part]:
    """What is known of ways to train one data set of which two or more have several seeds; else nothing."""
    groups = statistics.group_runs(runs.values())
    names = statistics.group_names(groups)
    accuracies = {name: group.accuracies for name, group in zip(names, groups, strict=True)}
    best = statistics.compare_best(accuracies)
    if best is None or len({group.config.dataset for group in groups}) > 1:
        return []
    rows = []
    for name, values in accuracies.items():
        found = statistics.spread(values.values())
        interval = f"{100 * found.low:.2f} to {100 * found.high:.2f}" if found.count > 1 else "–"
        mean = percent(found.mean, 2)
        rows.append({"Way to train": name, "Seeds": found.count, "Mean": mean, "95 % interval": interval})
    first, second, comparison = best
    sentences = [
        statistics.group_verdict(comparison, first, second),
        *statistics.verdict_notes(groups),
    ]
    return [Part("Which way to train is better?", sentences, table=pd.DataFrame(rows))]


def _verdicts(store: RunStore, runs: dict[str, Run]) -> list[str]:
    """A sentence for each pair that was tested on the same images; of many such runs, for the best one and
    each other one."""
    answers = {}
    for name, run in runs.items():
        with suppress(FmnistError):  # no data, or no results
            answers[name] = _answers(store, run, learned_from.load(run, store.folder(run.run_id)))
    comparable: dict[str, list[str]] = {}
    for name in sorted(answers, key=lambda name: -(runs[name].test_accuracy or 0.0)):
        comparable.setdefault(runs[name].config.dataset, []).append(name)
    pairs: list[tuple[str, str]] = []
    for names in comparable.values():
        of_best = [(names[0], name) for name in names[1:]]
        pairs += of_best if len(names) > MOST_IN_ALL_PAIRS else combinations(names, 2)
    sentences: list[str] = []
    for first, second in pairs:
        compared = statistics.compare(
            answers[first].labels, answers[first].predicted, answers[second].predicted
        )
        same = statistics.only_seed_differs(runs[first], runs[second])
        named = compared.named(runs[first], runs[second])
        said = [statistics.verdict(compared, first, second, same)]
        said += filter(None, [statistics.trained_differently(*named, store.epochs_done)])
        sentences.append(" ".join(map(str, said)))
    if not sentences:
        return ["There are no two finished runs here that were tested on the same images."]
    many = Message(
        "{count} pairs, each tested by itself: of twenty pairs of equally good nets, one would be told "
        "apart.",
        count=len(sentences),
    )
    return [
        *sentences,
        *([many] if len(sentences) > 1 else []),
        *statistics.how_far(runs),
        "By McNemar's exact test. It speaks of these trained nets; to compare recipes, train each with "
        "several seeds.",
    ]


def _answers(store: RunStore, run: Run, data: Dataset) -> statistics.Answers:
    """The run's answers to the test images. Raises `FmnistError` without results."""
    logits = store.logits(run.run_id, classes=data.classes)
    return statistics.answers_from_logits(logits, data.test_labels)


def _mistakes(answers: statistics.Answers, data: Dataset) -> list[Part]:
    """Confusion matrix, scores of each class, and the mistakes that the net was surest of."""
    names = list(data.class_names)
    matrix = statistics.confusion_matrix(answers.labels, answers.predicted, len(names))
    heatmap = charts.confusion_heatmap(pd.DataFrame(matrix, index=names, columns=names))
    scores = statistics.per_class(matrix)
    table = pd.DataFrame(
        {
            "Class": names,
            "Precision": [percent(value) for value in scores.precision],
            "Recall": [percent(value) for value in scores.recall],
            "F1": [percent(value) for value in scores.f1],
            "Images": [f"{count:,}" for count in scores.support],
        }
    )
    wrong = np.flatnonzero(~answers.right)
    surest = wrong[np.argsort(-answers.confidence[wrong], kind="stable")][:MISTAKES]
    pictures = [
        {
            "picture": data_uri(data.test_images[index]),
            "text": f"{names[answers.labels[index]]} taken for {names[answers.predicted[index]]}, "
            f"{100 * answers.confidence[index]:.0f} % sure",
        }
        for index in surest
    ]
    pairs = [
        statistics.worst_pair_sentence(pair, data.class_names) for pair in statistics.worst_pairs(matrix)
    ]
    return [
        Part("Mistakes", pairs, figures=_html([heatmap])),
        Part("Class by class", table=table),
        Part("Wrong, and sure of it", mistakes=pictures),
    ]


def _outcome(run: Run, epochs: float) -> str:
    if run.test_accuracy is None:
        return Message("This run is {status} and has no test accuracy.", status=run.status)
    return Message(
        "{accuracy} of {count:,} test image(s), 95 % interval {interval}; {parameters:,} parameter(s), "
        "{epochs} epoch(s) in {seconds:,.1f} s on {device} ({precision}).",
        accuracy=percent(run.test_accuracy, 2),
        count=run.test_count or 0,
        interval=_interval(run),
        parameters=run.parameters or 0,
        epochs=f"{epochs:g}",
        seconds=run.seconds or 0,
        device=run.device,
        precision=run.precision,
    )


def _interval(run: Run) -> str:
    interval = statistics.accuracy_interval(run.test_accuracy, run.test_count)
    return "{:.2f} to {:.2f}".format(*(100 * end for end in interval)) if interval else "–"


def _settings(run: Run) -> list[tuple[str, str]]:
    values = run.config.to_dict()
    rows = [(declared.label, statistics.written(values[name])) for name, declared in SETTINGS.items()]
    finished = time.strftime("%Y-%m-%d %H:%M", time.localtime(run.finished_at)) if run.finished_at else "–"
    return [*rows, ("Run", run.run_id), ("Finished", finished), ("torch", run.torch_version or "–")]


def _html(figures: list[go.Figure], first: bool = False) -> list[str]:
    """Charts as HTML; the first one of a page carries plotly itself."""
    return [
        figure.to_html(include_plotlyjs=first and place == 0, **CHART) for place, figure in enumerate(figures)
    ]


def _page(title: str, parts: list[Part]) -> str:
    date = time.strftime("%Y-%m-%d %H:%M")
    return PAGE.render(title=title, parts=parts, date=date, version=__version__)

"""A one-page report, one HTML file that needs nothing else: of a run, or of several side by side.

Everything that people wrote (names, notes, class names) is escaped.
"""

import base64
import time
from html import escape
from itertools import combinations

import cv2
import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ... import __version__
from ...base.errors import ConfigError, FmnistError
from ...data import datasets
from ...data.datasets import Dataset
from ...runs import Run, RunStore
from .. import charts, statistics
from ..charts.frame import percent

MAX_RUNS = 12
MISTAKES = 24

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
body {{ font: 15px/1.5 system-ui, sans-serif; color: #222; background: #fff; max-width: 1000px;
  margin: 2rem auto; padding: 0 1rem; }}
h1 {{ font-size: 1.7rem; }} h2 {{ font-size: 1.2rem; margin-top: 2rem; }}
table {{ border-collapse: collapse; }} td, th {{ padding: .25rem .8rem .25rem 0; text-align: left;
  border-bottom: 1px solid #ddd; }} td.number {{ text-align: right; font-variant-numeric: tabular-nums; }}
.wide {{ overflow-x: auto; }} .mistakes {{ display: flex; flex-wrap: wrap; gap: .8rem; }}
figure {{ margin: 0; width: 112px; font-size: 12px; }}
figure img {{ width: 84px; image-rendering: pixelated; }}
footer {{ margin-top: 3rem; color: #666; font-size: 13px; }}
</style></head><body>
{body}
<footer>Written on {date} by version {version} of the dashboard for Fashion-MNIST classifiers.</footer>
</body></html>
"""


def run_report(store: RunStore, run_id: str) -> str:
    """The report of one run. Raises `RunError` for an unknown one; a run without results says so."""
    run = store.get(run_id)
    history = store.history(run_id)
    body = [f"<h1>{escape(run.name)}</h1>", f"<p>{escape(_outcome(run))}</p>"]
    if run.note:
        body.append(f"<p>{escape(run.note)}</p>")
    body += ["<h2>Settings</h2>", _table(pd.DataFrame(_settings(run), columns=["Setting", "Value"]))]
    if len(history):
        body += ["<h2>Learning</h2>", _figure(charts.live_curves(history, "accuracy"), first=True)]
        body += [_paragraphs([charts.live_curves_alt(history, "accuracy"), *statistics.coach(history)])]
        body += [_figure(charts.live_curves(history, "loss"))]
    answers, data = _answers(store, run)
    if answers is not None:
        body += _mistakes(answers, data)
    return _page(run.name, body)


def comparison_report(store: RunStore, run_ids: list[str]) -> str:
    """The report of 2 to 12 runs side by side. Raises `ConfigError`, and `RunError` for an unknown run."""
    run_ids = list(dict.fromkeys(run_ids))
    if not 2 <= len(run_ids) <= MAX_RUNS:
        raise ConfigError(f"A comparison has 2 to {MAX_RUNS} runs, got {len(run_ids)}. Pick others.")
    runs = {run_id: store.get(run_id) for run_id in run_ids}
    names = _unique_names(list(runs.values()))
    rows = [
        (
            names[run_id],
            run.config.architecture,
            run.config.dataset,
            percent(run.test_accuracy, 2),
            _interval(run),
            f"{run.parameters or 0:,}",
            f"{run.seconds or 0:,.1f}",
        )
        for run_id, run in runs.items()
    ]
    columns = [
        *("Run", "Architecture", "Data set", "Test accuracy", "95 % interval", "Parameters", "Seconds"),
    ]
    body = ["<h1>Comparison of runs</h1>", _table(pd.DataFrame(rows, columns=columns))]
    histories = {names[run_id]: store.history(run_id) for run_id in runs}
    colors = {names[run_id]: run.color for run_id, run in runs.items()}
    for index, metric in enumerate(("test_accuracy", "train_accuracy", "train_loss")):
        figure = charts.history_curves(histories, metric=metric, colors=colors)
        body.append(_figure(figure, first=index == 0))
    body += ["<h2>Which one is better?</h2>", _paragraphs(_verdicts(store, runs, names))]
    settings = statistics.settings_differences({names[run_id]: run.config for run_id, run in runs.items()})
    if len(settings):
        body += ["<h2>Settings that differ</h2>", _table(settings.reset_index())]
    return _page("Comparison of runs", body)


def _unique_names(runs: list[Run]) -> dict[str, str]:
    """Run id -> its name, with the id behind it where several runs have the same name."""
    count = pd.Series([run.name for run in runs]).value_counts()
    return {run.run_id: run.name if count[run.name] == 1 else f"{run.name} ({run.run_id})" for run in runs}


def _verdicts(store: RunStore, runs: dict[str, Run], names: dict[str, str]) -> list[str]:
    """A sentence for each pair that was tested on the same images."""
    answers = {run_id: _answers(store, run)[0] for run_id, run in runs.items()}
    sentences = []
    for first, second in combinations(runs, 2):
        a, b = answers[first], answers[second]
        if a is None or b is None or runs[first].config.dataset != runs[second].config.dataset:
            continue
        compared = statistics.compare(a.labels, a.predicted, b.predicted)
        same = runs[first].config.replace(seed=0, recipe="custom") == runs[second].config.replace(
            seed=0, recipe="custom"
        )
        sentences.append(statistics.verdict(compared, names[first], names[second], only_seed_differs=same))
    return sentences or ["There are no two finished runs here that were tested on the same images."]


def _answers(store: RunStore, run: Run):
    """The run's answers to the test images and the data set; None, None without results or data."""
    try:
        data = datasets.load(run.config.dataset, download=False)
        return statistics.answers_from_logits(store.logits(run.run_id), data.test_labels), data
    except FmnistError:
        return None, None


def _mistakes(answers, data: Dataset) -> list[str]:
    """Confusion matrix, scores of each class, and the mistakes that the net was surest of."""
    names = list(data.class_names)
    matrix = statistics.confusion_matrix(answers.labels, answers.predicted, len(names))
    frame = pd.DataFrame(matrix, index=names, columns=names)
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
    pictures = "".join(
        f'<figure><img alt="" src="{_picture(data.test_images[index])}"><figcaption>'
        f"{escape(names[answers.labels[index]])} taken for {escape(names[answers.predicted[index]])}, "
        f"{100 * answers.confidence[index]:.0f} % sure</figcaption></figure>"
        for index in surest
    )
    pairs = [
        statistics.worst_pair_sentence(pair, data.class_names) for pair in statistics.worst_pairs(matrix)
    ]
    return [
        *("<h2>Mistakes</h2>", _figure(charts.confusion_heatmap(frame, dark=False)), _paragraphs(pairs)),
        *("<h2>Class by class</h2>", _table(table)),
        *("<h2>Wrong, and sure of it</h2>", f'<div class="mistakes">{pictures}</div>'),
    ]


def _outcome(run: Run) -> str:
    if run.test_accuracy is None:
        return f"This run is {run.status} and has no test accuracy."
    epochs = f"{run.epochs} epoch" + ("" if run.epochs == 1 else "s")
    return (
        f"{percent(run.test_accuracy, 2)} of {run.test_count or 0:,} test images, 95 % interval "
        f"{_interval(run)}; {run.parameters or 0:,} parameters, {epochs} in "
        f"{run.seconds or 0:,.1f} s on {run.device} ({run.precision})."
    )


def _interval(run: Run) -> str:
    if run.test_accuracy is None or not run.test_count:
        return "–"
    low, high = statistics.wilson_interval(round(run.test_accuracy * run.test_count), run.test_count)
    return f"{100 * low:.2f} to {100 * high:.2f}"


def _settings(run: Run) -> list[tuple[str, str]]:
    values = [(name.replace("_", " "), str(value)) for name, value in run.config.to_dict().items()]
    finished = time.strftime("%Y-%m-%d %H:%M", time.localtime(run.finished_at)) if run.finished_at else "–"
    return [*values, ("run", run.run_id), ("finished", finished), ("torch", run.torch_version or "–")]


def _picture(image: np.ndarray) -> str:
    content = image[0] if len(image) == 1 else np.moveaxis(image, 0, -1)[..., ::-1]
    return "data:image/png;base64," + base64.b64encode(cv2.imencode(".png", content)[1].tobytes()).decode()


def _figure(figure: go.Figure, first: bool = False) -> str:
    """The chart; the first one of a page carries plotly itself."""
    config = {"displayModeBar": False, "responsive": True}
    return figure.to_html(include_plotlyjs=first, full_html=False, config=config)


def _table(frame: pd.DataFrame) -> str:
    head = "".join(f"<th>{escape(str(name))}</th>" for name in frame.columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(str(value))}</td>" for value in row) + "</tr>"
        for row in frame.itertuples(index=False)
    )
    return f'<div class="wide"><table><tr>{head}</tr>{rows}</table></div>'


def _paragraphs(sentences: list[str]) -> str:
    return "".join(f"<p>{escape(sentence)}</p>" for sentence in sentences)


def _page(title: str, body: list[str]) -> str:
    date = time.strftime("%Y-%m-%d %H:%M")
    return PAGE.format(title=escape(title), body="\n".join(body), date=date, version=__version__)

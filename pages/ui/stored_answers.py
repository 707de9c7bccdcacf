"""What runs answered to the images, read once and shared by all browsers; nobody may change the arrays."""

import contextlib

import numpy as np
import pandas as pd
import streamlit as st

from fmnist_core.base.errors import FmnistError, RunError
from fmnist_core.data import datasets
from fmnist_core.results import statistics
from fmnist_core.results.statistics import Answers
from fmnist_core.runs import Run, learned_from
from fmnist_core.training import split
from pages.ui import people, services


def existing_runs(run_ids: list[str]) -> list[Run]:
    """The runs with these ids, in this order; one that was deleted meanwhile is left out."""
    runs = []
    for run_id in run_ids:
        try:
            runs.append(services.store().get(run_id))
        except RunError:
            continue
    return runs


def class_names(run: Run) -> tuple[str, ...]:
    """The classes that a run knows. Raises `ConfigError` or `DataError` if its data set is gone."""
    return learned_from.info(run, services.store().folder(run.run_id)).class_names


def data_of(run: Run) -> datasets.Dataset:
    """What a run was trained and tested on. Raises `RunError` if it was replaced or deleted, `DataError` if
    its files are missing or damaged."""
    return learned_from.load(run, services.store().folder(run.run_id))


def tested_runs(dataset: str | None = None) -> pd.DataFrame:
    """The rows of the store's table with test predictions, newest first, the shipped run last; of one data
    set, if it is given."""
    table = services.store().table(shipped=True)
    rows = table[table["test_accuracy"].notna()]
    return rows if dataset is None else rows[rows["dataset"] == dataset]


def best_runs(rows: pd.DataFrame, count: int) -> list[Run]:
    """The most accurate of these rows of the table, on one data set: `dataset_to_compare`."""
    tested = rows[rows["test_accuracy"].notna()]
    if tested.empty:
        return []
    own = tested[~tested["comes_with_project"]]
    dataset = dataset_to_compare(own if len(own) else tested)
    best = tested[tested["dataset"] == dataset].sort_values("test_accuracy", ascending=False)
    return existing_runs(best["run_id"].head(count).tolist())


def dataset_to_compare(rows: pd.DataFrame) -> str:
    """The data set of the newest of these rows, in a class of the newest of one's own; else that of most
    rows. None with a single row, where another one has two."""
    counts = rows["dataset"].value_counts()
    rows = rows[rows["dataset"].map(counts) >= min(2, counts.max())].sort_values("created_at")
    newest = rows[rows["owner"] == people.current().id] if people.is_classroom() else rows
    if newest.empty:
        newest = rows[rows["dataset"].map(counts) == counts.max()]
    return newest["dataset"].iloc[-1]


def answers(run: Run) -> Answers:
    """The run's answers to its test images. Raises `RunError`, or as `data_of` does."""
    data = data_of(run)
    return _answers(run.run_id, run.epochs, run.finished_at, data.sha256, data)


@st.cache_resource(max_entries=12, show_spinner=False)
def _answers(
    run_id: str, epochs: int, finished_at: float | None, sha256: str, _data: datasets.Dataset
) -> Answers:
    """`epochs`, `finished_at` and `sha256` only tell one state of the run and its data from another."""
    logits = services.store().logits(run_id, classes=_data.classes)
    return statistics.answers_from_logits(logits, _data.test_labels)


def epoch_answers(run: Run, epoch: int) -> Answers:
    """The run's answers after an epoch, probabilities rounded to 1/255. Raises as `answers` does."""
    data = data_of(run)
    return _epoch_answers(run.run_id, epoch, run.finished_at, data.sha256, data)


@st.cache_resource(max_entries=36, show_spinner=False)
def _epoch_answers(
    run_id: str, epoch: int, finished_at: float | None, sha256: str, _data: datasets.Dataset
) -> Answers:
    predicted, probabilities = services.store().predictions(run_id, epoch, _data.classes)
    return statistics.answers_from_probabilities(probabilities, _data.test_labels, predicted)


@st.cache_resource(max_entries=12, show_spinner=False)
def _calibration(
    run_id: str, epochs: int, finished_at: float | None, sha256: str, _data: datasets.Dataset
) -> statistics.CalibrationReport:
    store, data = services.store(), _data
    run = store.get(run_id)
    validation = None
    if run.config.validation_size:
        with contextlib.suppress(FmnistError):  # not kept: the test images are halved instead
            _, indices = split(run.config, data)
            logits = store.logits(run_id, "validation", data.classes)
            validation = logits, data.train_labels[np.asarray(indices)]
    return statistics.calibration_report(
        store.logits(run_id, classes=data.classes), data.test_labels, validation
    )


def calibration(run: Run) -> statistics.CalibrationReport:
    """Reliability before and after temperature scaling. Raises as `answers` does."""
    data = data_of(run)
    return _calibration(run.run_id, run.epochs, run.finished_at, data.sha256, data)


def suspicions(run_ids: tuple[str, ...], dataset: str, top: int) -> statistics.Suspicion:
    """The `top` test images whose label these runs contradict most. Raises as `answers` does."""
    runs = existing_runs(list(run_ids))
    states = tuple((run.run_id, run.epochs, run.finished_at, data_of(run).sha256) for run in runs)
    return _suspicions(states, dataset, top)


@st.cache_resource(max_entries=8, show_spinner=False)
def _suspicions(states: tuple, dataset: str, top: int) -> statistics.Suspicion:
    data = services.dataset(dataset)
    logits = [services.store().logits(run_id, classes=data.classes) for run_id, *_ in states]
    return statistics.suspicious_labels(logits, data.test_labels, top)


def matrix(answers: Answers, names: tuple[str, ...]) -> pd.DataFrame:
    """The confusion matrix with class names on both sides."""
    counts = statistics.confusion_matrix(answers.labels, answers.predicted, len(names))
    return pd.DataFrame(counts, index=list(names), columns=list(names))


def worst_pair(run: Run) -> str:
    """The coach's sentence on the most frequent mistake; empty without predictions or without a mistake."""
    try:
        names, said = class_names(run), answers(run)
    except FmnistError:
        return ""
    pairs = statistics.worst_pairs(statistics.confusion_matrix(said.labels, said.predicted, len(names)), 1)
    return statistics.worst_pair_sentence(pairs[0], names) if pairs else ""

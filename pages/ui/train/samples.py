"""Twelve test images, and what a net says of them as it learns: after its last epoch, or within one."""

import contextlib
from pathlib import Path

import numpy as np
import pandas as pd
import streamlit as st

from fmnist_core.base.errors import FmnistError, RunError
from fmnist_core.data import datasets, summary
from fmnist_core.nets.architectures import layer_table
from fmnist_core.runs import Run, progress, saved_designs
from pages.ui import services, stored_answers
from pages.ui.image_cards import Card, Opinion, show_cards
from pages.ui.words.language import tr, translate

SETTLED = 50
"""Steps after which the running averages of batch normalisation, a tenth of each batch, have forgotten the
values that they began with."""


def show(run: Run, history: pd.DataFrame, records: pd.DataFrame, version: int) -> None:
    """Draw them. version: of the progress within the epochs, of which `records` tells."""
    whole_epoch = _newest_whole_epoch(history, records)
    try:
        data = stored_answers.data_of(run)
    except RunError as error:  # replaced or deleted
        st.caption(translate(error.message))
        return
    except FmnistError:
        return
    indices = summary.sample_indices(data)
    probabilities = None
    if whole_epoch is not None:
        with contextlib.suppress(FmnistError):  # it is not kept
            said = stored_answers.epoch_answers(run, whole_epoch).probabilities
            probabilities = said[list(indices)] if len(said) == len(data.test_labels) else None
    if probabilities is None:
        probabilities = _sample_probabilities(str(services.store().folder(run.run_id)), version)
    if probabilities is not None and probabilities.shape != (len(indices), data.classes):
        return  # of another version of the data set
    cards = [
        Card(data.test_images[index], index, int(data.test_labels[index]), _opinion(probabilities, place))
        for place, index in enumerate(indices)
    ]
    show_cards(cards, data.class_names, small=True)


def _opinion(probabilities: np.ndarray | None, place: int) -> list[Opinion]:
    if probabilities is None:
        return []
    return [Opinion(probabilities[place], int(probabilities[place].argmax()))]


@st.cache_data(max_entries=50, show_spinner=False)
def _sample_probabilities(folder: str, version: int) -> np.ndarray | None:
    return progress.read_samples(Path(folder))


def why_they_lag(run: Run, records: pd.DataFrame) -> list[str]:
    """A sentence in the first steps of a net whose answers say less than it has learned; else none."""
    if run.epochs or not averages_lag(run, records):
        return []
    return [
        tr(
            "Batch normalisation answers by running averages, which lag behind in the first steps: "
            "the net knows more than it says of the images below."
        )
    ]


def averages_lag(run: Run, records: pd.DataFrame) -> bool:
    """Whether a net with batch normalisation is in, or has ended in, its first steps."""
    if records.empty or records["epoch"].iloc[-1] > 1 or records["step"].iloc[-1] > SETTLED:
        return False
    with contextlib.suppress(FmnistError):
        info = datasets.find(run.config.dataset)
        return _normalises_batches(run.config.architecture, info.image_shape, len(info.class_names))
    return False


@st.cache_data(max_entries=50, show_spinner=False)
def _normalises_batches(architecture: str, image_shape: tuple[int, int, int], classes: int) -> bool:
    rows = layer_table(saved_designs.find(architecture), image_shape, classes)
    return any(row["layer"] == "BatchNorm" for row in rows)


def _newest_whole_epoch(history: pd.DataFrame, records: pd.DataFrame) -> int | None:
    """The last epoch that ended with the test images; None without one, or if a later epoch has records.

    Short epochs, as small data sets have them, leave no records.
    """
    tested = history.loc[history["test_accuracy"].notna(), "epoch"]
    if tested.empty or (len(records) and records["epoch"].max() > tested.max()):
        return None
    return int(tested.max())

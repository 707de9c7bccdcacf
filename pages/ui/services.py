"""What all browsers share: the store, the queue with its threads, the data sets. One of each per process."""

import streamlit as st

from fmnist_core import classroom, datasets
from fmnist_core.config import TrainConfig
from fmnist_core.jobs import TrainingQueue
from fmnist_core.paths import runs_dir
from fmnist_core.runs import RunStore
from fmnist_core.training import pick_device

DOUBLE_CLICK_SECONDS = 1.0

_started: list[TrainingQueue] = []


@st.cache_resource(show_spinner=False)
def _queue(folder: str) -> TrainingQueue:
    queue = TrainingQueue(RunStore())
    queue.start()
    _started.append(queue)
    return queue


def queue() -> TrainingQueue:
    """The training queue of this process, its threads started. Raises `StorageError`."""
    return _queue(str(runs_dir()))


def close() -> None:
    """End the threads of the queues that this process started (for tests)."""
    for queue in _started:
        queue.close()
    _started.clear()


def submit(config: TrainConfig, name: str | None = None) -> str:
    """Queue a run for the person at this browser and return its id; a double click counts once."""
    from pages.ui import people  # which asks this module for the store

    return classroom.submit(queue(), people.current(), config, name, DOUBLE_CLICK_SECONDS)


def store() -> RunStore:
    """The store that the queue works on. Raises `StorageError`."""
    return queue().store


@st.cache_resource(show_spinner=False)
def device() -> tuple[str, str]:
    """The device that trains ("cpu", "cuda:0"), and the sentence that says why."""
    picked, reason = pick_device("auto")
    return str(picked), reason


def dataset(name: str) -> datasets.Dataset:
    """A data set's images and labels, from memory. Raises `DataError` if its files are not there."""
    return datasets.load(name, download=False)

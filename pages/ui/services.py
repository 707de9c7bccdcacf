"""What all browsers share: the store, the queue with its threads, the data sets. One of each per process."""

import os
import random
import threading
import time

import streamlit as st

from fmnist_core.base.config import SETTINGS
from fmnist_core.base.memory import configure_server_memory
from fmnist_core.data import datasets
from fmnist_core.jobs import RateTests, TrainingQueue, queue_of_a_server
from fmnist_core.runs import Run, RunStore
from fmnist_core.training import is_there, pick_device
from pages.ui.streamlit_compat import session_id

AUDIENCE_SECONDS = 30.0  # a browser that has asked for nothing for so long is not counted
BROWSERS_AT_FULL_RATE = 5  # so many browsers may ask at the full pace

_audience: dict[str, float] = {}  # session: when it last asked for something
_audience_lock = threading.Lock()
_queues: dict[str | None, TrainingQueue] = {}  # by the runs folder as it was asked for
_rate_tests: dict[TrainingQueue, RateTests] = {}
_queues_lock = threading.Lock()


def queue() -> TrainingQueue:
    """The training queue of this process, its threads started. Raises `FmnistError` where it cannot start."""
    folder = os.environ.get("FMNIST_RUNS_DIR")
    # Each script asks for it dozens of times, for which `st.cache_resource` is too slow.
    with _queues_lock:
        if folder not in _queues:
            _queues[folder] = queue_of_a_server()
            configure_server_memory()
        return _queues[folder]


def close() -> None:
    """End the threads of the queues that this process started (for tests)."""
    for tests in _rate_tests.values():
        tests.close()
    _rate_tests.clear()
    for started in _queues.values():
        started.close()
    _queues.clear()


def rate_tests() -> RateTests:
    """The range tests of this process. Raises `StorageError`."""
    started = queue()
    with _queues_lock:
        return _rate_tests.setdefault(started, RateTests(started.store))


def store() -> RunStore:
    """The store that the queue works on. Raises `StorageError`."""
    return queue().store


def active_runs() -> list[Run]:
    """The runs that wait or train, oldest first; read once for all browsers until something changes."""
    return store().cached("active", lambda: store().runs(("queued", "running")))


def poll_seconds(base: float) -> float:
    """How often a browser asks for news: less often the more there are, so that a class does not slow what
    it watches. A little random, so that they do not all ask at once."""
    st.session_state["poll_pace"] = pace = _pace()
    return base * pace * random.uniform(0.9, 1.1)


def polls_too_often() -> bool:
    """Whether many more have come since this browser was told how often it may ask."""
    return _pace() > 1.5 * st.session_state.get("poll_pace", 1.0)


def _pace() -> float:
    """1 for a few browsers, more for a crowd; counts who has asked for something lately."""
    now = time.monotonic()
    with _audience_lock:
        _audience[session_id()] = now
        for session in [key for key, seen in _audience.items() if now - seen > AUDIENCE_SECONDS]:
            del _audience[session]
        return max(1.0, len(_audience) / BROWSERS_AT_FULL_RATE)


@st.cache_resource(show_spinner=False)
def devices() -> list[str]:
    """What may be chosen to train on, of what this machine has."""
    return [name for name in SETTINGS["device"].choices if is_there(name)]


@st.cache_resource(show_spinner=False)
def device() -> tuple[str, str]:
    """The device that trains ("cpu", "cuda:0"), and the sentence that says why."""
    picked, reason = pick_device("auto")
    return str(picked), reason


def dataset(name: str) -> datasets.Dataset:
    """A data set's images and labels, from memory. Raises `DataError` without its files, `ConfigError` for an
    unknown name."""
    return datasets.load(name, download=False)

"""Train one run at the terminal, as all commands that train do."""

import contextlib
import sys
import threading
import time

from ..base.config import TrainConfig
from ..base.epochs import EpochResult
from ..base.errors import RunError, StorageError
from ..base.recipes import RECIPES
from ..base.search import SEARCHED
from ..base.terminal import ProgressBar, print_epoch_json, print_progress, print_result
from ..data import datasets
from ..runs import RunStore, saved_designs
from . import webhook
from .job import STORE_POLL_SECONDS, check, train_here
from .study import VARIED


def load_and_check(store: RunStore, config: TrainConfig) -> None:
    """Raise the `FmnistError` of bad settings, or of missing or damaged data, before there is a run."""
    check(store, config)
    datasets.load(config.dataset, print_progress)


def _await_end(store: RunStore, run_id: str, stop: threading.Event) -> str:
    """The status of a run that another process took from the waiting line before this one could, once that
    no longer trains it: a server that ends may have put it back."""
    name = store.get(run_id).name
    print(f"A server on this runs folder trains {name}; this command waits for its end.", file=sys.stderr)
    while (run := store.get(run_id)).status == "running":
        if stop.is_set() and not run.stop_requested:
            store.request_stop(run_id)
        time.sleep(STORE_POLL_SECONDS)
        with contextlib.suppress(StorageError):  # a full disk: then it is read as interrupted
            store.mark_interrupted()  # if that server has died
    return run.status


def names_of_values(command: str) -> str:
    """What nets, data sets and recipes are called, and what the command may vary; for the end of its help."""
    names = {
        "ARCHITECTURE": saved_designs.architecture_names(),
        "DATASET": datasets.names(),
        "RECIPE": [*RECIPES, "custom"],
    }
    if vary := {"study": VARIED, "search": SEARCHED}.get(command):
        names["NAME of --vary"] = [*vary]
    return ". ".join(f"{what}: {', '.join(known)}" for what, known in names.items())


def train(store: RunStore, run_id: str, as_json: bool, stop: threading.Event) -> int:
    """Train a queued run, printing its epochs and its end; returns the exit status."""
    webhook.check()
    config = store.get(run_id).config
    show = print_epoch_json if as_json else ProgressBar(config.epochs, config.max_seconds)

    def show_if_possible(result: EpochResult) -> None:
        with contextlib.suppress(OSError):  # a full disk or a reader who has gone stops no training
            show(result)

    status = "queued"
    while status == "queued":
        try:
            status = train_here(store, run_id, stop.is_set, show_if_possible, print_progress)
        except RunError:
            if store.get(run_id).status == "queued":
                raise
            status = _await_end(store, run_id, stop)
    run = store.get(run_id)
    with contextlib.suppress(OSError):
        print_result(run, status, as_json)
    how = f"Go on with: python -m fmnist_core train --resume {run_id}"
    if status == "failed":
        print(run.message, file=sys.stderr)
    elif status == "interrupted":  # the server that had taken it has died
        print(f"{run.message} {how}", file=sys.stderr)
    elif status == "stopped":
        print(run.message or f"Stopped after epoch {run.epochs}. {how}", file=sys.stderr)
        return 130 if stop.is_set() else 0
    return 0 if status == "completed" else 1

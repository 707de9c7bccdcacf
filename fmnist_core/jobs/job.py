"""One job: a stored run carried through `fit`, each epoch and its end written to the store as they happen."""

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import Future, wait
from functools import partial
from pathlib import Path

import torch

from ..base.config import TrainConfig
from ..base.epochs import EpochResult, Progress
from ..base.errors import ConfigError, FmnistError, StorageError
from ..base.files import remove_leftovers
from ..base.messages import Message
from ..base.parallel import run_independently
from ..data import datasets, summary
from ..photos import learning
from ..photos.folders import labels_of
from ..runs import PrecisionChoices, Run, RunStore, checkpoints, learned_from, saved_designs, stored_models
from ..runs import progress as progress_files
from ..training import Watch, augmentation, check_sizes, fit, is_out_of_patience, pick_device, split
from . import ray_workers, search, webhook

log = logging.getLogger(__name__)

IN_THE_LOG = "Unexpected {kind}: {reason}. The server's log has the details."
AT_THE_TERMINAL = "Unexpected {kind}: {reason}. The terminal shows where: mend that code, then start again."

CLUSTER = "cluster"
"""In place of a device: a worker of `ray_workers`."""

WATCH_SECONDS = 0.5  # between two records of progress within an epoch
STOP_POLL_SECONDS = 0.05  # how often one who waits for data is asked
STORE_POLL_SECONDS = 0.5  # how often a training asks the store whether another process wants it stopped
FINISH_WAITS = (0.0, 0.5, 2.0, 10.0)  # seconds before each try to store the end of a run on a full disk


def check(store: RunStore, config: TrainConfig) -> None:
    """Raise the `FmnistError` that this config would meet at its start: names, sizes, net, device, run."""
    info = datasets.find(config.dataset)
    check_sizes(config, info.train_size, config.dataset)
    augmentation.check(config.augmentations, info.image_shape[0])
    saved_designs.require_fit(config.architecture, info.image_shape, len(info.class_names))
    if config.photos is not None:
        labels_of(Path(config.photos))
        if info.preparation != "garment":
            raise ConfigError(
                "photos are of clothes, got dataset {dataset!r}; choose fashion-mnist", dataset=config.dataset
            )
        if ray_workers.is_wanted():
            raise ConfigError("photos are learned from on this machine only; unset FMNIST_CLUSTER to train")
    if not ray_workers.is_wanted():  # whose workers may have what this machine lacks
        pick_device(config.device)
    _check_start(store, config)


def _check_start(store: RunStore, config: TrainConfig) -> None:
    """Raise an `FmnistError` if the run to start from is not here, or has another architecture."""
    if config.start_from is None:
        return
    before = store.get(config.start_from)
    if before.config.architecture != config.architecture:
        raise ConfigError(
            "{name} is a {theirs}, this run a {architecture}; choose the same architecture to start from it.",
            name=before.name,
            theirs=before.config.architecture,
            architecture=config.architecture,
        )
    stored_models.load_model(store, config.start_from)


def train_run(
    store: RunStore,
    run_id: str,
    should_stop: Callable[[], bool] = lambda: False,
    on_epoch: Callable[[EpochResult], None] = lambda result: None,
    on_progress: Callable[[float, str], None] | None = None,
    device: str | None = None,
    details: str = IN_THE_LOG,
) -> str:
    """Train a run that is marked as running, from its checkpoint if it has one; returns its final status.

    Each epoch is stored before its checkpoint is: killed in between, a resumed run computes that epoch
    again, to the same numbers. `device` is the thread's own, for a run that takes any; `CLUSTER` sends
    the run to a worker. `details`: the message of an unexpected error, which says where to look.
    Never raises for a failed training: the run is `failed`, with the sentence.
    """
    job = _carry(store, run_id, should_stop, on_epoch, on_progress, device, details)
    try:
        while True:
            next(job)
    except StopIteration as end:
        return end.value


def train_in_turns(store: RunStore, should_stop: Mapping[str, Callable[[], bool]], device: str) -> None:
    """Train runs that are marked as running, by id, to their ends: the one that has trained for the least
    time goes on next, so that they learn side by side. See `train_run`."""
    jobs = {run_id: _carry(store, run_id, stop, device=device) for run_id, stop in should_stop.items()}
    seconds = dict.fromkeys(jobs, 0.0)
    while jobs:
        run_id = min(jobs, key=lambda run_id: (not should_stop[run_id](), seconds[run_id]))
        try:
            seconds[run_id] = next(jobs[run_id])
        except StopIteration:
            del jobs[run_id]


def _carry(
    store: RunStore,
    run_id: str,
    should_stop: Callable[[], bool],
    on_epoch: Callable[[EpochResult], None] = lambda result: None,
    on_progress: Callable[[float, str], None] | None = None,
    device: str | None = None,
    details: str = IN_THE_LOG,
) -> Generator[float, None, str]:
    """See `train_run`: yields the seconds of training so far with each record, and returns the status."""
    status, message = "failed", ""
    try:
        finished = yield from _train(store, run_id, should_stop, on_epoch, on_progress, device)
        status = "completed" if finished else "stopped"
        message = _why_early(store.get(run_id)) if finished else ""
    except _StoppedBeforehand:
        status = "stopped"
    except _GivenUp:
        status, message = "stopped", search.why_given_up(store, run_id)
    except FmnistError as error:
        message = error.message
    except Exception as error:  # a worker never dies silently
        log.exception("run %s failed", run_id)
        message = Message(details, kind=type(error).__name__, reason=error)
    for seconds in FINISH_WAITS:
        time.sleep(seconds)
        try:
            store.finish(run_id, status, message)
            break
        except StorageError as error:  # never stored at all: `interrupted`, once its worker is closed
            log.error("the end of run %s (%s) cannot be stored: %s", run_id, status, error)
    webhook.tell_end(store, run_id)
    return status


def train_here(
    store: RunStore,
    run_id: str,
    should_stop: Callable[[], bool],
    on_epoch: Callable[[EpochResult], None],
    on_progress: Callable[[float, str], None],
) -> str:
    """Train a queued run in this process, before all others; returns its final status. See `train_run`."""
    worker = store.workers.open()
    try:
        store.start(run_id, worker, torch.__version__)
        return train_run(store, run_id, should_stop, on_epoch, on_progress, details=AT_THE_TERMINAL)
    finally:
        store.workers.close(worker)


class _StoppedBeforehand(Exception):
    """Somebody stopped a run while its data were on their way."""


class _GivenUp(Exception):
    """The search that a run is a trial of has given it up."""


def _train(store, run_id, should_stop, on_epoch, on_progress, device) -> Generator[float, None, bool]:
    """Whether the run got to its last epoch."""
    run = store.get(run_id)
    config = run.config
    remove_leftovers(store.folder(run_id))
    path = store.checkpoint_path(run_id)
    state = checkpoints.load(path, config)[0] if path.exists() else None
    if state is not None and _is_done(config, state):  # killed between its last checkpoint and its end
        return True
    stop = stop_signal(store, run_id, should_stop)
    progress = _Progress(store, run_id, stop, on_progress)
    data, lessons = _unless_stopped(stop, lambda: materials(config, progress))
    if state is None:
        learned_from.keep(store.folder(run_id), data)
    else:
        learned_from.require_same(run, store.folder(run_id), data)
    architecture = saved_designs.find(config.architecture)
    progress_files.forget_after(store.folder(run_id), 0 if state is None else state["epoch"])
    watch = Watch(WATCH_SECONDS, data.test_images[list(summary.sample_indices(data))])
    weights = None
    if config.start_from and state is None:
        weights = stored_models.load_model(store, config.start_from).model.state_dict()
    store.set_message(run_id, "")
    if device == CLUSTER:
        results = ray_workers.fit(
            config, data, architecture, stop, state, partial(store.set_message, run_id), watch, weights
        )
    else:
        on_device = config.replace(device=device) if device else config
        choices = PrecisionChoices(store.path)
        results = fit(
            on_device, data, stop, state, lessons, architecture, run_independently, watch, choices, weights
        )
    for result in results:
        if isinstance(result, Progress):
            with contextlib.suppress(StorageError):  # a full disk is told by the epoch's end
                progress_files.write(store.folder(run_id), result)
            yield result.seconds
            continue
        store.add_epoch(run_id, result)
        checkpoints.save(path, result.state, config)
        on_epoch(result)
        if result.is_last:
            return True
        if search.is_hopeless(store, run_id):
            raise _GivenUp
        yield result.seconds
    return False


def materials(config: TrainConfig, progress) -> tuple[datasets.Dataset, learning.PhotoLessons | None]:
    """What a run learns from: its data set, and its photos if it has some."""
    data = datasets.load(config.dataset, progress)
    if config.photos is None:
        return data, None
    return data, learning.prepare_lessons(Path(config.photos), data, split(config, data)[0], progress)


def _unless_stopped(stop: Callable[[], bool], work: Callable):
    """What `work()` returns or raises; `_StoppedBeforehand` if the run is stopped meanwhile. That waits for
    no network and no disk: the work is left to itself."""
    outcome: Future = Future()

    def run() -> None:
        try:
            outcome.set_result(work())
        except BaseException as error:  # raised below, in the thread that waits
            outcome.set_exception(error)

    threading.Thread(target=run, name="materials", daemon=True).start()
    while not stop():
        wait([outcome], STOP_POLL_SECONDS)
        if outcome.done():
            return outcome.result()
    raise _StoppedBeforehand


def _is_done(config: TrainConfig, state: dict) -> bool:
    out_of_time = config.max_seconds is not None and state["seconds"] >= config.max_seconds
    best = state.get("best")
    out_of_patience = best is not None and is_out_of_patience(config, state["epoch"], best["epoch"])
    return state["epoch"] >= config.epochs or out_of_time or out_of_patience


def _why_early(run: Run) -> str:
    """What is said of a run that has ended before its last epoch, by its patience."""
    if not run.config.patience or run.epochs >= run.config.epochs:
        return ""
    return Message(
        "It ended at epoch {epoch} of {epochs}: none of the last {patience} was better by the validation "
        "images.",
        epoch=run.epochs,
        epochs=run.config.epochs,
        patience=run.config.patience,
    )


class _Progress:
    """What a run waits for before its first epoch, kept as its message, a few times a second at most."""

    def __init__(self, store, run_id: str, stop: Callable[[], bool], on_progress) -> None:
        self._store, self._run_id, self._stop, self._on_progress = store, run_id, stop, on_progress
        self._next_write = 0.0

    def __call__(self, fraction: float, text: str) -> None:
        if self._stop():
            raise _StoppedBeforehand
        if self._on_progress is not None:
            self._on_progress(fraction, text)
        if time.monotonic() >= self._next_write:
            self._next_write = time.monotonic() + STORE_POLL_SECONDS
            share = Message("{text} ({percent:.0f} %)", text=text, percent=100 * fraction)
            self._store.set_message(self._run_id, share)


def stop_signal(store: RunStore, run_id: str, should_stop: Callable[[], bool]) -> Callable[[], bool]:
    """`should_stop`, or a stop that any process left in the store; cheap enough for every batch."""
    next_look, wanted = 0.0, False

    def stop() -> bool:
        nonlocal next_look, wanted
        if should_stop():
            return True
        if time.monotonic() >= next_look:
            wanted = wanted or store.stop_requested(run_id)
            next_look = time.monotonic() + STORE_POLL_SECONDS
        return wanted

    return stop

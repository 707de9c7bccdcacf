"""Training in the background: `train_run` carries a stored run through `fit`, `TrainingQueue` owns threads.

What happens is written to the store as it happens; nobody needs to ask the thread. Knows no Streamlit.
"""

import contextlib
import logging
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock, Timeout

from . import architectures, checkpoints, cluster, datasets
from .apart import TrainingProcess
from .config import EpochResult, TrainConfig
from .errors import FmnistError, RunError, StorageError
from .files import remove_leftovers
from .runs import RunStore

log = logging.getLogger(__name__)

CHECKPOINT = "checkpoint.safetensors"
CLUSTER = "cluster"  # in place of a device: a worker of `cluster`
STORE_POLL_SECONDS = 0.5  # how often a training asks the store whether another process wants it stopped
FINISH_WAITS = (0.0, 0.5, 2.0, 10.0)  # seconds before each try to store the end of a run on a full disk
SWITCH_SECONDS = 0.001
"""How long a training waits for a page that is being drawn before it may go on (Python's own: 5 ms). With
pages drawn for 16 % of the time, mlp-256 loses 15 % of its speed instead of 23 %."""
IDLE_POLL_SECONDS = 2.0  # how often an idle thread looks for runs that another process queued


def check(config: TrainConfig) -> None:
    """Raise the `FmnistError` that this config would meet at its start: unknown names, sizes, device."""
    from . import training

    training.check_sizes(config, datasets.find(config.dataset).train_size, config.dataset)
    architectures.find(config.architecture)
    if not cluster.is_wanted():  # whose workers may have what this machine lacks
        training.pick_device(config.device)


def train_run(
    store: RunStore,
    run_id: str,
    should_stop: Callable[[], bool] = lambda: False,
    on_epoch: Callable[[EpochResult], None] = lambda result: None,
    on_progress: Callable[[float, str], None] | None = None,
    device: str | None = None,
) -> str:
    """Train a run that is marked as running, from its checkpoint if it has one; returns its final status.

    Each epoch is stored before its checkpoint is: killed in between, a resumed run computes that epoch
    again, to the same numbers. `device` is the thread's own, for a run that takes any; `CLUSTER` sends
    the run to a worker.
    Never raises for a failed training: the run is `failed`, with the sentence.
    """
    status, message = "failed", ""
    try:
        finished = _train(store, run_id, should_stop, on_epoch, on_progress, device)
        status = "completed" if finished else "stopped"
    except _StoppedBeforehand:
        status = "stopped"
    except FmnistError as error:
        message = str(error)
    except Exception as error:  # the one broad except: a worker never dies silently
        log.exception("run %s failed", run_id)
        message = f"Unexpected {type(error).__name__}: {error}. The server's log has the details."
    for wait in FINISH_WAITS:
        time.sleep(wait)
        try:
            store.finish(run_id, status, message)
            break
        except StorageError as error:  # never stored at all: `interrupted`, once its worker is closed
            log.error("the end of run %s (%s) cannot be stored: %s", run_id, status, error)
    return status


class _StoppedBeforehand(Exception):
    """Somebody stopped a run while its data were on their way."""


def _train(store, run_id, should_stop, on_epoch, on_progress, device) -> bool:
    """Whether the run got to its last epoch."""
    from .training import fit

    run = store.get(run_id)
    config = run.config
    remove_leftovers(store.folder(run_id))
    path = store.folder(run_id) / CHECKPOINT
    state = checkpoints.load(path)[0] if path.exists() else None
    if state is not None and _is_done(config, state):  # killed between its last checkpoint and its end
        return True
    stop = _stop_signal(store, run_id, should_stop)
    data = datasets.load(config.dataset, _Progress(store, run_id, stop, on_progress))
    store.set_message(run_id, "")
    if device == CLUSTER:
        results = cluster.fit(config, data, stop, state, lambda text: store.set_message(run_id, text))
    else:
        results = fit(config.replace(device=device) if device else config, data, stop, state)
    for result in results:
        store.add_epoch(run_id, result)
        checkpoints.save(path, result.state, config)
        on_epoch(result)
        if result.is_last:
            return True
    return False


def _is_done(config: TrainConfig, state: dict) -> bool:
    out_of_time = config.max_seconds is not None and state["seconds"] >= config.max_seconds
    return state["epoch"] >= config.epochs or out_of_time


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
            self._store.set_message(self._run_id, f"{text} ({100 * fraction:.0f} %)")


def _stop_signal(store: RunStore, run_id: str, should_stop: Callable[[], bool]) -> Callable[[], bool]:
    """`should_stop`, joined by the wish that any process left in the store; cheap enough for every batch."""
    next_look = time.monotonic() + STORE_POLL_SECONDS
    wanted = False

    def stop() -> bool:
        nonlocal next_look, wanted
        if should_stop():
            return True
        if time.monotonic() >= next_look:
            wanted = wanted or store.stop_requested(run_id)
            next_look = time.monotonic() + STORE_POLL_SECONDS
        return wanted

    return stop


class TrainingQueue:
    """One background thread per device takes the store's queued runs in turn.

    The queue itself lives in the store, so it survives the process. Of several processes on one runs
    folder only the first trains; the others queue runs for it, and take over when it ends.
    """

    def __init__(self, store: RunStore, apart: bool = False) -> None:
        """apart: train in a process of one's own per device (`apart.TrainingProcess`), not in the threads."""
        self.store = store
        self._apart = apart
        self._processes: list[TrainingProcess] = []
        self._stops: dict[str, threading.Event] = {}
        self._wake = threading.Condition()
        self._closing = False
        self._threads: list[threading.Thread] = []
        self._leader = FileLock(store.path / "server.lock", thread_local=False)
        self._leading = threading.Lock()
        self._is_leader = False

    # ---- what people do -------------------------------------------------------------------------

    def submit(
        self,
        config: TrainConfig,
        name: str | None = None,
        owner: str = "",
        owner_name: str = "",
        once_within: float = 0.0,
        limit: int | None = None,
    ) -> str:
        """Queue a run and return its id (see `RunStore.create`).

        Raises the `FmnistError` that the run would meet at its start.
        """
        check(config)
        run_id = self.store.create(config, name, owner, owner_name, once_within, limit)
        self.wake()
        return run_id

    def stop(self, run_id: str) -> None:
        """Stop a queued run at once, a running one within a batch; it keeps its epochs."""
        run = self.store.get(run_id)
        if not run.is_active:
            raise RunError(f"{run.name} is {run.status} already, so there is nothing to stop.")
        self.store.request_stop(run_id)
        event = self._stops.get(run_id)
        if event is not None:
            event.set()

    def resume(self, run_id: str, limit: int | None = None) -> None:
        """Queue a stopped, failed or interrupted run again; it goes on after its last checkpoint."""
        check(self.store.get(run_id).config)
        self.store.requeue(run_id, limit)
        self.wake()

    def position(self, run_id: str) -> int | None:
        """The place of a queued run in the line, from 1; None if it does not wait."""
        order = self.store.waiting.order()
        return order.index(run_id) + 1 if run_id in order else None

    # ---- threads --------------------------------------------------------------------------------

    def start(self) -> None:
        """Start the threads, once. Marks runs whose process died as `interrupted`."""
        if self._threads:
            return
        sys.setswitchinterval(SWITCH_SECONDS)
        self.store.mark_interrupted()
        if cluster.is_wanted():
            cluster.connect()
        else:
            self._refuse_lost_devices()
        for devices in lanes():
            thread = threading.Thread(
                target=self._work, args=(devices,), name=f"training-{devices[0]}", daemon=True
            )
            self._threads.append(thread)
            thread.start()

    def _refuse_lost_devices(self) -> None:
        """Runs that were queued for a device that this machine no longer has would wait for ever."""
        from .training import pick_device

        for run in self.store.runs(("queued",)):
            try:
                pick_device(run.config.device)
            except FmnistError as error:
                self.store.refuse(run.run_id, str(error))

    def is_leader(self) -> bool:
        """Whether this process is the one that trains for its runs folder. Raises `StorageError`."""
        with self._leading:  # several threads ask at once, and a lock file is taken only once
            if not self._is_leader:
                try:
                    self._leader.acquire(timeout=0)
                    self._is_leader = True
                except Timeout:
                    pass
                except OSError as error:
                    raise StorageError(
                        f"{self._leader.lock_file} cannot be locked: {error.strerror}. Make it writable."
                    ) from None
            return self._is_leader

    def wake(self) -> None:
        """Tell the threads that there may be work."""
        with self._wake:
            self._wake.notify_all()

    def close(self, timeout: float = 30.0) -> None:
        """Stop the running trainings within a batch and end the threads; queued runs stay queued."""
        self._closing = True
        for event in list(self._stops.values()):
            event.set()
        self.wake()
        for thread in self._threads:
            thread.join(timeout)
        for process in self._processes:  # one that has not stopped in time
            process.kill()
        with self._leading:
            if self._is_leader:
                self._leader.release()
                self._is_leader = False

    def _work(self, devices: tuple[str, ...]) -> None:
        import torch

        worker, problem, process = None, "", None
        if self._apart and devices[0] != CLUSTER:
            process = TrainingProcess(self.store)
            self._processes.append(process)
        while not self._closing:
            run_id = None
            try:
                if self.is_leader():
                    worker = worker or self.store.workers.open()
                    self.store.mark_interrupted()
                    run_id = self.store.waiting.take(worker, devices, torch.__version__)
                problem = ""
            except FmnistError as error:  # a full or locked disk: the runs wait, the thread lives
                if str(error) != problem:
                    problem = str(error)
                    log.error("the queue waits: %s", problem)
            if run_id is None:
                with self._wake:
                    if not self._closing:
                        self._wake.wait(IDLE_POLL_SECONDS)
                continue
            event = self._stops[run_id] = threading.Event()
            if self._closing:
                event.set()
            if process is None:
                train_run(self.store, run_id, event.is_set, device=devices[0])
            else:
                self._train_apart(process, run_id, event, devices[0])
            del self._stops[run_id]
            # A worker per run: should its end not have been stored, it is found `interrupted` from now on.
            self.store.workers.close(worker)
            worker = None
        if worker:
            self.store.workers.close(worker)
        if process:
            process.close()

    def _train_apart(self, process: TrainingProcess, run_id: str, stop: threading.Event, device: str) -> None:
        try:
            process.train(run_id, stop.is_set, device)
        except RunError as error:
            log.error("run %s: %s", run_id, error)
            with contextlib.suppress(StorageError):  # then it is found `interrupted`, as its worker is closed
                self.store.finish(run_id, "interrupted", str(error))


def lanes() -> list[tuple[str, ...]]:
    """Per training thread: its device, then the other wishes that it serves.

    Every accelerator has a thread, and so has the CPU, for runs that ask for it by name.
    """
    import torch

    if cluster.is_wanted():
        return [(CLUSTER, "auto", "cpu", "cuda", "mps")] * cluster.workers()
    if torch.cuda.is_available():
        devices = [f"cuda:{index}" for index in range(torch.cuda.device_count())]
        return [(device, "auto", "cuda") for device in devices] + [("cpu",)]
    if torch.backends.mps.is_available():
        return [("mps", "auto"), ("cpu",)]
    return [("cpu", "auto")]


def checkpoint_path(store: RunStore, run_id: str) -> Path:
    """Where a run's checkpoint lies."""
    return store.folder(run_id) / CHECKPOINT

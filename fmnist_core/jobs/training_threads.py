"""The threads that train: who takes which run when. The runs themselves are carried by `job`."""

import contextlib
import logging
import sys
import threading
from collections.abc import Callable, Mapping

import torch
from filelock import FileLock

from ..base.config import TrainConfig
from ..base.errors import FmnistError, RunError, StorageError
from ..base.locks import take_lock
from ..runs import RunStore
from ..training import pick_device
from . import ray_workers, search, webhook
from .child_process import TrainingProcess
from .job import CLUSTER, train_in_turns
from .lanes import Lanes, lanes
from .people import students_limit
from .served import require_served, worker_devices

log = logging.getLogger(__name__)

SWITCH_SECONDS = 0.001
"""How long a training waits for a page that is being drawn before it may go on (Python's own: 5 ms). The
shorter it is, the less the pages slow a training."""
IDLE_POLL_SECONDS = 2.0  # how often an idle thread looks for runs that another process queued


class TrainingThreads:
    """One background thread per device, or per lane of the processor, takes the store's queued runs."""

    def __init__(self, store: RunStore, in_child_process: bool = False) -> None:
        """in_child_process: train in a child process per thread, not in the threads, and in as many lanes as
        the processor has (`lanes`). Raises `ConfigError` for a number in the environment that is none."""
        self.store = store
        if in_child_process:  # a server: what is wrong is not said first to a student
            students_limit()
            ray_workers.workers()
        self.lane_count = lanes() if in_child_process else 1
        self._in_child_process = in_child_process
        self._processes: list[TrainingProcess] = []
        self._spare: list[TrainingProcess] = []
        self._is_spare_wanted = False
        self._stops: dict[str, threading.Event] = {}
        self._wake = threading.Condition()
        self._closing = False
        self._threads: list[threading.Thread] = []
        self._lanes = Lanes(self.lane_count)
        self._leader: FileLock | None = None
        self._leading = threading.Lock()

    def tell_to_stop(self, run_id: str) -> None:
        """Stop a run at once, if this process trains it; the store has been told already."""
        event = self._stops.get(run_id)
        if event is not None:  # else another process trains it, which asks the store
            event.set()

    def start(self) -> None:
        """Start the threads, once. Marks runs whose process died as `interrupted`."""
        if self._threads:
            return
        if not self._in_child_process:
            sys.setswitchinterval(SWITCH_SECONDS)
        webhook.check()
        with contextlib.suppress(StorageError):  # on a full disk: tried again by `_watch`
            self._mark_interrupted()
        if ray_workers.is_wanted():
            ray_workers.connect()
        self._threads = [threading.Thread(target=self._watch, name="dead-runs", daemon=True)]
        self._threads += [
            threading.Thread(target=self._work, args=(devices,), name=f"training-{devices[0]}", daemon=True)
            for devices in worker_devices(self.lane_count)
        ]
        for thread in self._threads:
            thread.start()

    def _refuse_lost_devices(self) -> None:
        """Runs that were queued for a device that nobody serves any more would wait without end."""
        for run in self.store.runs(("queued",)):
            try:
                if not ray_workers.is_wanted():  # whose workers may have what this machine lacks
                    pick_device(run.config.device)
                require_served(run.config.device)
            except FmnistError as error:
                self.store.refuse(run.run_id, error.message)

    def is_leader(self) -> bool:
        """Whether this process is the one that trains for its runs folder. Raises `StorageError`."""
        with self._leading:  # several threads ask at once, and a lock file is taken only once
            if self._leader is None:
                self._leader = take_lock(self.store.path / "server.lock")
                if self._leader is not None:  # not before: another one may serve devices that this one lacks
                    self._refuse_lost_devices()
            return self._leader is not None

    def wake(self) -> None:
        """Tell the threads that there may be work."""
        with self._wake:
            self._wake.notify_all()

    def prepare(self) -> None:
        """Somebody is about to start a run: have a process ready for it, which takes seconds to start. Not
        where there is a single lane: the only core draws the pages."""
        if self._in_child_process and self.lane_count > 1 and not self._spare and not self._is_spare_wanted:
            self._is_spare_wanted = True
            self.wake()

    def close(self, timeout: float = 30.0) -> None:
        """Stop the running trainings within a batch and end the threads; queued runs stay queued."""
        self._closing = True
        for event in list(self._stops.values()):
            event.set()
        self.wake()
        for thread in self._threads:
            thread.join(timeout)
        for process in self._processes:
            if process in self._spare:
                process.close()
            else:  # its run has not stopped in time
                process.kill()
        with self._leading:
            if self._leader is not None:
                self._leader.release()
                self._leader = None

    def _watch(self) -> None:
        """Mark runs whose process died as `interrupted` soon after, also while this process trains."""
        while not self._closing:
            try:
                self._mark_interrupted()
            except StorageError:
                pass  # `_work` says so
            except Exception:  # a worker never dies silently
                log.exception("runs whose process died are not looked for")
            self._rest()

    def _mark_interrupted(self) -> None:
        for run_id in self.store.mark_interrupted():
            webhook.tell_end(self.store, run_id)

    def _rest(self) -> None:
        with self._wake:
            if not self._closing:
                self._wake.wait(IDLE_POLL_SECONDS)

    def _work(self, devices: tuple[str, ...]) -> None:
        worker, problem = None, ""
        while not self._closing:
            run_ids: list[str] = []
            try:
                if self.is_leader():
                    search.feed(self.store, self._at_once)
                    worker = worker or self.store.workers.open()
                    run_ids = self._take(worker, devices)
                problem = ""
            except Exception as error:  # such as a full or locked disk: the runs wait, the thread lives
                if str(error) != problem:
                    problem = str(error)
                    is_known = isinstance(error, FmnistError)
                    log.error("the queue waits: %s", problem, exc_info=not is_known)
            if worker is None or not run_ids:
                if worker is not None and self._is_spare_wanted:
                    self._start_spare()
                self._rest()
                continue
            stops = {run_id: threading.Event() for run_id in run_ids}
            self._stops |= stops
            if self._closing:
                for event in stops.values():
                    event.set()
            try:
                self._train({run_id: event.is_set for run_id, event in stops.items()}, devices[0])
            except Exception:  # a worker never dies silently; the runs are found `interrupted`
                log.exception("runs %s", ", ".join(run_ids))
            for run_id, event in stops.items():
                if self._stops.get(run_id) is event:  # else it has gone on already, on another device
                    del self._stops[run_id]
            self._lanes.leave(run_ids)
            self.wake()  # whoever waited for its room
            # A worker per run: should its end not have been stored, it is found `interrupted` from now on.
            self.store.workers.close(worker)
            worker = None
        if worker:
            self.store.workers.close(worker)

    def _train(self, should_stop: Mapping[str, Callable[[], bool]], device: str) -> None:
        if not self._in_child_process or device == CLUSTER:
            train_in_turns(self.store, should_stop, device)
            return
        with self._wake:
            process = self._spare.pop() if self._spare else self._new_process()
        try:
            self._train_in_child(process, should_stop, device)
        finally:
            self._spare.append(process)

    def _new_process(self) -> TrainingProcess:
        process = TrainingProcess(self.store)
        self._processes.append(process)
        return process

    def _start_spare(self) -> None:
        """A process for the next run, unless there is one, or as many as can train at once."""
        with self._wake:
            is_wanted, self._is_spare_wanted = self._is_spare_wanted, False
            if is_wanted and not self._spare and len(self._processes) < len(self._threads) - 1:
                process = self._new_process()
                self._spare.append(process)  # before it starts: it counts for whoever asks meanwhile
                try:
                    process.start()
                except RunError as error:  # the run that it was to be for tries again
                    log.error("no process in advance: %s", error)

    def _at_once(self, config: TrainConfig) -> int:
        """How many runs with these settings train at once."""
        return ray_workers.workers() if ray_workers.is_wanted() else self._lanes.side_by_side(config)

    def _take(self, worker: str, devices: tuple[str, ...]) -> list[str]:
        """Ids of the next runs, which have their room now; [] where none waits or fits."""
        if devices[0] != "cpu":
            self.store.waiting.take(worker, devices, torch.__version__)
            return self.store.waiting.taken_by(worker)
        asked: list[TrainConfig] = []

        def has_room(configs: list[TrainConfig]) -> bool:
            asked[:] = configs
            return self._lanes.has_room(configs)

        with self._lanes.lock:
            self.store.waiting.take(worker, devices, torch.__version__, has_room)
            run_ids = self.store.waiting.taken_by(worker)
            self._lanes.enter(run_ids, asked)
        return run_ids

    def _train_in_child(
        self, process: TrainingProcess, should_stop: Mapping[str, Callable[[], bool]], device: str
    ) -> None:
        try:
            process.train(should_stop, device)
        except FmnistError as error:
            log.error("runs %s: %s", ", ".join(should_stop), error)
            with contextlib.suppress(StorageError):  # then it is found `interrupted`, as its worker is closed
                running = {run.run_id for run in self.store.runs(("running",))}
                for run_id in should_stop:
                    self.store.finish(run_id, "interrupted", error.message)
                    if run_id in running:  # else it ended before the others of its race, and was told
                        webhook.tell_end(self.store, run_id)

"""The queue and its threads: who takes which run when. The runs themselves are carried by `job`."""

import contextlib
import logging
import sys
import threading
from collections.abc import Callable, Mapping, Sequence

import torch
from filelock import FileLock

from ..base.config import TrainConfig
from ..base.errors import DeviceError, FmnistError, RunError, StorageError
from ..base.locks import take_lock
from ..runs import Run, RunStore, longer, require_not_shipped
from ..training import pick_device
from . import limits, ray_workers, webhook
from .child_process import TrainingProcess
from .job import CLUSTER, check, check_start, train_in_turns
from .people import SINGLE_USER, Person, queue_limit

log = logging.getLogger(__name__)

SWITCH_SECONDS = 0.001
"""How long a training waits for a page that is being drawn before it may go on (Python's own: 5 ms). With
pages drawn for 16 % of the time, mlp-256 loses 15 % of its speed instead of 23 %."""
IDLE_POLL_SECONDS = 2.0  # how often an idle thread looks for runs that another process queued


class TrainingQueue:
    """One background thread per device takes the store's queued runs in turn.

    The queue itself lives in the store, so it survives the process. Of several processes on one runs
    folder only the first trains; the others queue runs for it, and take over when it ends.
    """

    def __init__(self, store: RunStore, in_child_process: bool = False) -> None:
        """in_child_process: train in a child process per device, not in the threads."""
        self.store = store
        self._in_child_process = in_child_process
        self._processes: list[TrainingProcess] = []
        self._stops: dict[str, threading.Event] = {}
        self._wake = threading.Condition()
        self._closing = False
        self._threads: list[threading.Thread] = []
        self._leader: FileLock | None = None
        self._leading = threading.Lock()

    # ---- what people do -------------------------------------------------------------------------

    def submit(
        self,
        config: TrainConfig,
        name: str | None = None,
        person: Person = SINGLE_USER,
        once_within: float = 0.0,
    ) -> str:
        """Queue a run and return its id (see `RunStore.create`).

        Raises the `FmnistError` that the run would meet at its start, and `RunError` when this person has too
        many waiting already, or asks for a longer run than a student may have.
        """
        self._check(config, person)
        run_id = self.store.create(config, name, person.id, person.name, once_within, queue_limit(person))
        self.wake()
        return run_id

    def submit_race(
        self, configs: dict[str, TrainConfig], person: Person = SINGLE_USER, once_within: float = 0.0
    ) -> list[str]:
        """Queue runs, by name, that train in turns; all or none. Returns their ids; raises like `submit`."""
        for config in configs.values():
            self._check(config, person)
        run_ids = self.store.create_race(configs, person.id, person.name, once_within, queue_limit(person))
        self.wake()
        return run_ids

    def submit_study(
        self,
        name: str,
        configs: Sequence[TrainConfig],
        person: Person = SINGLE_USER,
        once_within: float = 0.0,
        adopt: Run | None = None,
    ) -> str:
        """Queue the runs of a study; all or none. Returns its id; raises like `submit`.

        adopt: a run of one of these configs, which is not trained again.
        """
        for config in configs:
            self._check(config, person)
        adopted = () if adopt is None else (adopt.run_id,)
        new = [config for config in configs if adopt is None or not adopt.does(config)]
        limit = queue_limit(person)
        study_id = self.store.studies.create(
            name, new, person.id, person.name, once_within, limit, adopt=adopted
        )
        self.wake()
        return study_id

    def submit_longer(self, run_id: str, person: Person = SINGLE_USER, **changes: object) -> str:
        """Queue a run that trains another one longer (see `runs.longer`) and return its id."""
        config = longer.longer_config(self.store.get(run_id), **changes)
        self._check(config, person)
        longer_id = longer.train_longer(
            self.store, run_id, config, person.id, person.name, queue_limit(person)
        )
        self.wake()
        return longer_id

    def hold(self) -> None:
        """Start nothing any more; what trains here stops at once and waits again, before all others."""
        for run_id in self.store.waiting.hold():
            self.tell_to_stop(run_id)

    def stop(self, run_id: str) -> None:
        """Stop a queued run, or a running one, at once; it keeps its epochs."""
        require_not_shipped(run_id)
        run = self.store.get(run_id)
        if not run.is_active:
            raise RunError(
                "{name} is {status} already, so there is nothing to stop.", name=run.name, status=run.status
            )
        self.store.request_stop(run_id)
        self.tell_to_stop(run_id)
        if run.status == "queued":
            webhook.tell_end(self.store, run_id)

    def tell_to_stop(self, run_id: str) -> None:
        """At once, if this process trains it: the store has been told already."""
        event = self._stops.get(run_id)
        if event is not None:  # else another process trains it, which asks the store
            event.set()

    def resume(self, run_id: str, person: Person = SINGLE_USER) -> None:
        """Queue a stopped, failed or interrupted run again; it goes on after its last checkpoint."""
        require_not_shipped(run_id)
        self._check(self.store.get(run_id).config, person)
        self.store.requeue(run_id, queue_limit(person))
        self.wake()

    def _check(self, config: TrainConfig, person: Person) -> None:
        check(config)
        check_start(self.store, config)
        require_served(config.device)
        limits.require_short_run(self.store, config, person)

    # ---- threads --------------------------------------------------------------------------------

    def start(self) -> None:
        """Start the threads, once. Marks runs whose process died as `interrupted`."""
        if self._threads:
            return
        if not self._in_child_process:
            sys.setswitchinterval(SWITCH_SECONDS)
        webhook.check()
        self._mark_interrupted()
        if ray_workers.is_wanted():
            ray_workers.connect()
        else:
            self._refuse_lost_devices()
        self._threads = [threading.Thread(target=self._watch, name="dead-runs", daemon=True)]
        self._threads += [
            threading.Thread(target=self._work, args=(devices,), name=f"training-{devices[0]}", daemon=True)
            for devices in worker_devices()
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
            return self._leader is not None

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
            if self._leader is not None:
                self._leader.release()
                self._leader = None

    def _watch(self) -> None:
        """Runs that another process trained and that died are told at once, while this one trains too."""
        while not self._closing:
            with contextlib.suppress(StorageError):  # `_work` says so
                self._mark_interrupted()
            self._rest()

    def _mark_interrupted(self) -> None:
        for run_id in self.store.mark_interrupted():
            webhook.tell_end(self.store, run_id)

    def _rest(self) -> None:
        with self._wake:
            if not self._closing:
                self._wake.wait(IDLE_POLL_SECONDS)

    def _work(self, devices: tuple[str, ...]) -> None:
        worker, problem, process = None, "", None
        if self._in_child_process and devices[0] != CLUSTER:
            process = TrainingProcess(self.store)
            self._processes.append(process)
        while not self._closing:
            run_ids: list[str] = []
            try:
                if self.is_leader():
                    worker = worker or self.store.workers.open()
                    self.store.waiting.take(worker, devices, torch.__version__)
                    run_ids = self.store.waiting.taken_by(worker)
                problem = ""
            except FmnistError as error:  # a full or locked disk: the runs wait, the thread lives
                if str(error) != problem:
                    problem = str(error)
                    log.error("the queue waits: %s", problem)
            if worker is None or not run_ids:
                self._rest()
                continue
            stops = {run_id: threading.Event() for run_id in run_ids}
            self._stops |= stops
            if self._closing:
                for event in stops.values():
                    event.set()
            should_stop = {run_id: event.is_set for run_id, event in stops.items()}
            if process is None:
                train_in_turns(self.store, should_stop, devices[0])
            else:
                self._train_in_child(process, should_stop, devices[0])
            for run_id, event in stops.items():
                if self._stops.get(run_id) is event:  # else it has gone on already, on another device
                    del self._stops[run_id]
            # A worker per run: should its end not have been stored, it is found `interrupted` from now on.
            self.store.workers.close(worker)
            worker = None
        if worker:
            self.store.workers.close(worker)
        if process:
            process.close()

    def _train_in_child(
        self, process: TrainingProcess, should_stop: Mapping[str, Callable[[], bool]], device: str
    ) -> None:
        try:
            process.train(should_stop, device)
        except FmnistError as error:
            log.error("runs %s: %s", ", ".join(should_stop), error)
            with contextlib.suppress(StorageError):  # then it is found `interrupted`, as its worker is closed
                for run_id in should_stop:
                    self.store.finish(run_id, "interrupted", error.message)
                    webhook.tell_end(self.store, run_id)


def worker_devices() -> list[tuple[str, ...]]:
    """Per training thread: its device, then the other requested devices that it accepts.

    Every accelerator has a thread, and so has the CPU, for runs that ask for it by name.
    """
    if ray_workers.is_wanted():
        return [(CLUSTER, "auto", "cpu", "cuda", "mps")] * ray_workers.workers()
    if torch.cuda.is_available():
        devices = [f"cuda:{index}" for index in range(torch.cuda.device_count())]
        return [(device, "auto", "cuda") for device in devices] + [("cpu",)]
    if torch.backends.mps.is_available():
        return [("mps", "auto"), ("cpu",)]
    return [("cpu", "auto")]


def require_served(device: str) -> None:
    """Raise `DeviceError` for a device that no training thread accepts: a run for it would never start."""
    served = list(dict.fromkeys(name for names in worker_devices() for name in names if name != CLUSTER))
    if device not in served:
        raise DeviceError(
            "Nobody here trains on device {device!r}; choose one of: {served}", device=device, served=served
        )

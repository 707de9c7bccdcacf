"""Range tests of the learning rate in the background: one at a time on a server, each in a process of its own
that gives way to trainings and pages.

Nothing is stored. A test belongs to its settings, and is shared by all who ask for it.
"""

import contextlib
import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from ..base.config import RATE_FREE, TrainConfig
from ..base.errors import FmnistError, RunError
from ..base.messages import Message, from_json
from ..base.parallel import run_independently
from ..data.datasets import DATASETS
from ..nets.architectures import ARCHITECTURES
from ..runs import PrecisionChoices, RunStore, saved_designs, stored_models
from ..training import RATE_STEPS, RatePoint, find_rate
from . import limits
from .child_process import answers_of_a_child, start_python, tell
from .job import check, materials
from .people import Person

log = logging.getLogger(__name__)

KEPT = 100
"""Tests, with their curves, that a server remembers."""
LAST = 19  # steps of `nice`: trainings and pages come first
STUDENT_SECONDS = 120.0
"""A student's test ends after so many seconds of its own."""
CHILD = f"import sys; from {__name__} import main; main(sys.argv[1])"
Status = Literal["waiting", "running", "done", "stopped", "failed"]


def tested_settings(config: TrainConfig) -> TrainConfig:
    """The settings of a test: those that do not matter to it have their default."""
    default = TrainConfig()
    return config.replace(**{name: getattr(default, name) for name in RATE_FREE})


def range_test(
    store: RunStore,
    config: TrainConfig,
    should_stop: Callable[[], bool] = lambda: False,
    on_progress: Callable[[float, str], None] | None = None,
) -> Iterator[RatePoint]:
    """`training.find_rate` with what the store has: designed nets, photos, weights to start from. Raises the
    `FmnistError` that a run would meet at its start."""
    check(store, config)
    data, lessons = materials(config, on_progress)
    weights = None
    if config.start_from:
        weights = stored_models.load_model(store, config.start_from).model.state_dict()
    architecture = saved_designs.find(config.architecture)
    choices = PrecisionChoices(store.path)
    yield from find_rate(
        config, data, should_stop, lessons, architecture, run_independently, choices, weights
    )


@dataclass
class RateTest:
    """A test so far. owners: who wants it; message: why it failed."""

    config: TrainConfig
    owners: set[str] = field(default_factory=set)
    seconds: float | None = None
    status: Status = "waiting"
    points: list[RatePoint] = field(default_factory=list)
    message: str = ""

    @property
    def is_active(self) -> bool:
        """Whether it waits or runs."""
        return self.status in ("waiting", "running")

    @property
    def progress(self) -> float:
        """How much of it is done, from 0 to 1; it may end earlier."""
        return len(self.points) / RATE_STEPS


class RateTests:
    """The tests of a server, by their settings. Safe to share between threads."""

    def __init__(self, store: RunStore) -> None:
        self._store = store
        self._tests: dict[TrainConfig, RateTest] = {}
        self._lock = threading.RLock()
        self._process: subprocess.Popen[str] | None = None
        self._thread: threading.Thread | None = None

    def start(self, config: TrainConfig, person: Person, owner: str) -> None:
        """Test these settings, unless what was found before still holds. Whoever asks for a second test gives
        up the first. Raises the `FmnistError` that a run would meet, and `RunError` for what no student may
        ask.

        owner: the person's id, or at home, where all are the same person, one of the browser.
        """
        config = tested_settings(config)
        check(self._store, config)
        limits.require_short_rate_test(self._store, config, person)
        with self._lock:
            known = self._tests.get(config)
            self.stop(owner, but=known)
            if known is None or not (known.is_active or _still_holds(known)):
                known = RateTest(config, seconds=None if person.is_lecturer else STUDENT_SECONDS)
                self._tests.pop(config, None)
                self._tests[config] = known
                self._forget()
            known.owners.add(owner)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="rate-tests", daemon=True)
                self._thread.start()

    def get(self, config: TrainConfig) -> RateTest | None:
        """The test of these settings, if there was one."""
        return self._tests.get(tested_settings(config))

    def before(self, test: RateTest) -> int:
        """How many tests come before one that waits."""
        with self._lock:
            active = [other for other in self._tests.values() if other.is_active]
            return active.index(test) if test in active else 0

    def stop(self, owner: str, but: RateTest | None = None) -> None:
        """This owner wants none of the tests any more, but one; one that nobody wants ends."""
        with self._lock:
            for test in self._tests.values():
                if test is but or not test.is_active or owner not in test.owners:
                    continue
                test.owners.discard(owner)
                if not test.owners:
                    if test.status == "running" and self._process is not None:
                        self._process.kill()
                    test.status = "stopped"

    def close(self) -> None:
        """End all tests and the thread."""
        with self._lock:
            for test in self._tests.values():
                test.status = "stopped" if test.is_active else test.status
            if self._process is not None:
                self._process.kill()
            thread = self._thread
        if thread is not None:
            thread.join()

    def _forget(self) -> None:
        ended = [config for config, test in self._tests.items() if not test.is_active]
        for config in ended[: max(0, len(self._tests) - KEPT)]:
            del self._tests[config]

    def _work(self) -> None:
        """One test after the other, until none waits."""
        while True:
            with self._lock:
                waiting = [test for test in self._tests.values() if test.status == "waiting"]
                if not waiting:
                    self._thread = None
                    return
                test = waiting[0]
                test.status = "running"
                try:
                    self._process = process = _start(self._store, test.config)
                except RunError as error:  # the next one may have more luck
                    test.status, test.message = "failed", error.message
                    continue
            try:
                outcome = _hear_out(process, test)
            except Exception:  # a worker never dies silently
                log.exception("the test of %s", test.config)
                outcome = _outcome({}, False)
            with self._lock:
                self._process = None
                if test.status == "running":
                    test.status, test.message = outcome


def _still_holds(test: RateTest) -> bool:
    """Whether it would be the same again: nobody can have exchanged its images or its net."""
    builtin = test.config.dataset in DATASETS and test.config.architecture in ARCHITECTURES
    return test.status == "done" and builtin and not test.config.photos


def _hear_out(process: subprocess.Popen[str], test: RateTest) -> tuple[Status, str]:
    """How the process of a test ended; its points are added to the test as they come."""
    timer = _end_after(test.seconds, process)
    ending: dict[str, Any] = {}
    with contextlib.suppress(BrokenPipeError), process:  # closes its pipes and waits
        ending = _listen(process, test.points)
    is_late = timer is not None and not timer.is_alive()
    if timer is not None:
        timer.cancel()
    return _outcome(ending, is_late)


def _listen(process: subprocess.Popen[str], points: list[RatePoint]) -> dict[str, Any]:
    """Adds the steps of a test to `points` as they come; returns what it says of its end, or nothing."""
    for line in process.stdout or ():
        with contextlib.suppress(ValueError):  # half a line of a process that was killed
            answer = json.loads(line)
            if "ended" in answer:
                return answer
            points.append(RatePoint(**answer))
    return {}


def _outcome(ending: dict[str, Any], is_late: bool) -> tuple[Status, str]:
    if ending:
        return ending["ended"], from_json(ending.get("message", ""))
    if is_late:
        return "failed", Message(
            "The test was ended after {seconds:.0f} s, which is as long as it may take in a class. Choose a "
            "smaller net or batch size.",
            seconds=STUDENT_SECONDS,
        )
    return "failed", "The process of the test died. Try again."


def _end_after(seconds: float | None, process: subprocess.Popen) -> threading.Timer | None:
    if seconds is None:
        return None
    timer = threading.Timer(seconds, process.kill)
    timer.daemon = True
    timer.start()
    return timer


def _start(store: RunStore, config: TrainConfig) -> subprocess.Popen[str]:
    process = start_python(CHILD, store.path, LAST)
    tell(process, config.to_dict())
    return process


def main(folder: str) -> None:
    """The process of a test: settings on standard input, a line for each step and for the end on standard
    output. It ends with its parent, however that ends."""
    answer = answers_of_a_child()
    config = TrainConfig.from_dict(json.loads(sys.stdin.readline()))

    def end_with_parent() -> None:
        sys.stdin.read()
        os._exit(0)

    threading.Thread(target=end_with_parent, daemon=True).start()
    ending = {"ended": "done"}
    try:
        for point in range_test(RunStore(Path(folder)), config):
            answer(vars(point))
    except FmnistError as error:
        ending = {"ended": "failed", "message": Message.to_json(error.message)}
    answer(ending)
    os._exit(0)

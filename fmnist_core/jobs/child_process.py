"""Train in a child process, so that trainings and pages being drawn do not hold each other up.

One Python process runs one thread at a time: many browsers would slow a training in the server's own process.
The child is started with the first run and stays. It gets the ids of runs to train and to stop on its
standard input, reads and writes the store, and ends with its parent, however that ends.
"""

import contextlib
import json
import logging
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

from ..base.errors import RunError
from ..runs import RunStore
from . import webhook
from .job import stop_signal, train_in_turns

log = logging.getLogger(__name__)

POLL_SECONDS = 0.05  # how soon a request to stop is passed on
CHILD = f"import sys; from {__name__} import main; main(sys.argv[1])"
PAGES_FIRST = 15
"""Steps of `nice`: a page is drawn at once, while the training has what is left and at least a thirtieth."""
CLOSE_SECONDS = 10.0  # for a clean end; then it is killed, and its run is found `interrupted`


class TrainingProcess:
    """The parent's side. One thread uses it at a time."""

    def __init__(self, store: RunStore) -> None:
        self._store = store
        self._process: subprocess.Popen[str] | None = None
        self._answers = queue.SimpleQueue[str | None]()
        self._is_ready = False

    def train(self, should_stop: Mapping[str, Callable[[], bool]], device: str) -> None:
        """Train runs that are marked as running, by id, to their ends, which the process stores
        (`jobs.train_in_turns`).

        Raises `RunError` if the process dies or cannot be started; its runs are then still marked as running.
        """
        process = self.start()
        runs = {run_id: stop_signal(self._store, run_id, stop) for run_id, stop in should_stop.items()}
        while not self._is_ready:  # it takes seconds to start, and asks the store itself from then on
            self._is_ready = self._has_answered(process)
            for run_id in _to_stop(runs):
                self._store.finish(run_id, "stopped")
                webhook.tell_end(self._store, run_id)
            if not runs:
                return
        tell(process, {"train": list(runs), "device": device})
        runs = {run_id: should_stop[run_id] for run_id in runs}
        while not self._has_answered(process):
            for run_id in _to_stop(runs):
                tell(process, {"stop": run_id})

    def _has_answered(self, process: subprocess.Popen[str]) -> bool:
        """Whether the process has answered within a moment. Raises `RunError` if it has died."""
        try:
            answer = self._answers.get(timeout=POLL_SECONDS)
        except queue.Empty:
            return False
        if answer is None:
            code, self._process = process.wait(), None
            _close_input(process)
            raise RunError(
                "The process that trained this run died (exit status {code}); it can go on.", code=code
            )
        return True

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is None:
            return
        _close_input(process)
        try:
            process.wait(CLOSE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def kill(self) -> None:
        """End the process at once, from any thread."""
        process = self._process
        if process is not None:
            process.kill()

    def start(self) -> subprocess.Popen[str]:
        """The process, started if it is not, which takes seconds; nobody waits for it here. Raises `RunError`
        if the system refuses one."""
        if self._process is not None:
            if self._process.poll() is None:
                return self._process
            _close_input(self._process)  # it died while it had nothing to do: no run is lost
        self._answers = answers = queue.SimpleQueue[str | None]()
        self._is_ready = False
        self._process = process = start_python(CHILD, self._store.path, PAGES_FIRST)

        def listen(lines: IO[str]) -> None:
            with lines:
                for line in lines:
                    answers.put(line)
            answers.put(None)

        listener = threading.Thread(
            target=listen, args=(process.stdout,), name="training-answers", daemon=True
        )
        listener.start()
        return process


def start_python(code: str, folder: Path, steps: int) -> subprocess.Popen[str]:
    """A Python of its own that runs `code` with a folder as its argument. Raises `RunError`.

    steps: of `nice`, by which its priority is lower, where the system knows them. Linux with
        `sched_autogroup_enabled` compares only processes of the same session: it stays in this one.
    """
    lower = f"import os; hasattr(os, 'nice') and os.nice({steps})"  # before what takes long to import
    try:
        return subprocess.Popen(
            [sys.executable, "-c", f"{lower}; {code}", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            process_group=0,  # Ctrl-C on the terminal is the parent's to handle
            env=os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        )
    except OSError as error:
        raise RunError(
            "This machine starts no other process now: {reason}. Close other programs, then try again.",
            reason=error.strerror or error,
        ) from None


def tell(process: subprocess.Popen[str], request: dict[str, Any]) -> None:
    """A line to a child's standard input."""
    with contextlib.suppress(BrokenPipeError):  # it has died; its silence is noticed
        print(json.dumps(request), file=process.stdin, flush=True)


def answers_of_a_child() -> Callable[[dict[str, Any]], None]:
    """In a child: what answers its parent by a line to its standard output. What a library prints, which is
    no answer, goes to standard error from now on."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    return lambda answer: print(json.dumps(answer), file=answers, flush=True)


def _close_input(process: subprocess.Popen[str]) -> None:
    if process.stdin is not None:
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()


def _to_stop(runs: dict[str, Callable[[], bool]]) -> list[str]:
    """The runs that are asked to stop, which are taken out of `runs`: each is told once."""
    asked = [run_id for run_id, should_stop in runs.items() if should_stop()]
    for run_id in asked:
        del runs[run_id]
    return asked


def main(folder: str) -> None:
    """The child: train what comes, one request after the other, until standard input ends."""
    answer = answers_of_a_child()
    store = RunStore(Path(folder))
    requests: queue.SimpleQueue[tuple[list[str], str]] = queue.SimpleQueue()
    stops: dict[str, threading.Event] = {}

    def listen() -> None:
        try:
            for line in sys.stdin:
                try:
                    request = json.loads(line)
                    if "stop" in request:
                        stops[request["stop"]].set()
                    else:
                        stops.update({run_id: threading.Event() for run_id in request["train"]})
                        requests.put((request["train"], request["device"]))
                except (ValueError, KeyError, TypeError):
                    log.error("not a request: %r", line[:200])
        finally:  # the parent has ended, and nobody holds this process's runs any more
            os._exit(0)

    threading.Thread(target=listen, daemon=True).start()
    answer({"ready": True})
    while True:
        run_ids, device = requests.get()
        train_in_turns(store, {run_id: stops[run_id].is_set for run_id in run_ids}, device)
        answer({"done": run_ids})

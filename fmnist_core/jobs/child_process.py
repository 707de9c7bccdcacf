"""Train in a child process: pages being drawn do not hold trainings up, nor they the pages.

One Python process runs one thread at a time; with forty browsers a training in the server's own process lost
a fifth of its speed. The child is started with the first run and stays. It gets run ids on its standard
input, reads and writes the store, requests to stop included, and ends with its parent, however that ends.
"""

import contextlib
import json
import logging
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from ..base.errors import RunError
from ..runs import RunStore
from .job import train_run

log = logging.getLogger(__name__)

POLL_SECONDS = 0.05  # how soon a request to stop is passed on to the store
CHILD = f"import sys; from {__name__} import main; main(sys.argv[1])"
CLOSE_SECONDS = 10.0  # for a clean end; then it is killed, and its run is found `interrupted`


class TrainingProcess:
    """The parent's side. One thread uses it at a time."""

    def __init__(self, store: RunStore) -> None:
        self._store = store
        self._process: subprocess.Popen[str] | None = None
        self._answers = queue.SimpleQueue[str | None]()

    def train(self, run_id: str, should_stop: Callable[[], bool], device: str) -> None:
        """Train a run that is marked as running to its end, which the process stores (`jobs.train_run`).

        Raises `RunError` if the process dies; the run is then still marked as running.
        """
        process = self._process or self._start()
        with contextlib.suppress(BrokenPipeError):  # it has died; its silence is noticed below
            print(json.dumps({"train": run_id, "device": device}), file=process.stdin, flush=True)
        told = False
        while True:
            with contextlib.suppress(queue.Empty):
                if self._answers.get(timeout=POLL_SECONDS) is None:
                    code, self._process = process.wait(), None
                    raise RunError(
                        "The process that trained this run died (exit status {code}); it can go on.",
                        code=code,
                    )
                return
            if should_stop() and not told:
                told = True
                self._store.request_stop(run_id)

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                process.stdin.close()
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

    def _start(self) -> subprocess.Popen[str]:
        self._answers = answers = queue.SimpleQueue[str | None]()
        self._process = process = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(self._store.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C on the terminal is the parent's to handle
            env=os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        )

        def listen(lines: Iterable[str]) -> None:
            for line in lines:
                answers.put(line)
            answers.put(None)

        listener = threading.Thread(
            target=listen, args=(process.stdout,), name="training-answers", daemon=True
        )
        listener.start()
        return process


def main(folder: str) -> None:
    """The child: train what comes, one run after the other, until standard input ends."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever a library prints is no answer
    store = RunStore(Path(folder))
    requests: queue.SimpleQueue[tuple[str, str]] = queue.SimpleQueue()

    def listen() -> None:
        try:
            for line in sys.stdin:
                try:
                    request = json.loads(line)
                    requests.put((request["train"], request["device"]))
                except (ValueError, KeyError, TypeError):
                    log.error("not a request: %r", line[:200])
        finally:  # the parent has ended, and nobody holds this process's runs any more
            os._exit(0)

    threading.Thread(target=listen, daemon=True).start()
    while True:
        run_id, device = requests.get()
        train_run(store, run_id, device=device)
        print(json.dumps({"done": run_id}), file=answers, flush=True)

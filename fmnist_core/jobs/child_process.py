"""A process of its own for trainings: pages being drawn do not hold them up, nor they the pages.

One Python process runs one thread at a time; with forty browsers a training in the server's own process lost
a fifth of its speed. The process is started with the first run and stays. It gets run ids on its standard
input, reads and writes the store like everybody else, and ends with its parent, however that ends.
"""

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable

from ..base.errors import RunError
from ..runs import RunStore

POLL_SECONDS = 0.05  # how soon a wish to stop is passed on
CLOSE_SECONDS = 10.0  # for a clean end; then it is killed, and its run is found `interrupted`


class TrainingProcess:
    """The parent's side. One thread uses it at a time."""

    def __init__(self, store: RunStore) -> None:
        self._store = store
        self._process: subprocess.Popen | None = None
        self._answers: queue.SimpleQueue[str | None] = queue.SimpleQueue()

    def train(self, run_id: str, should_stop: Callable[[], bool], device: str) -> None:
        """Train a run that is marked as running to its end, which the process stores (`jobs.train_run`).

        Raises `RunError` if the process dies; the run is then still marked as running.
        """
        if self._process is None:
            self._start()
        self._send({"train": run_id, "device": device})
        told = False
        while True:
            with contextlib.suppress(queue.Empty):
                if self._answers.get(timeout=POLL_SECONDS) is None:
                    code, self._process = self._process.wait(), None
                    raise RunError(
                        f"The process that trained this run died (exit status {code}); it can go on."
                    )
                return
            if should_stop() and not told:
                told = True
                self._send({"stop": run_id})

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is None:
            return
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

    def _start(self) -> None:
        self._answers = answers = queue.SimpleQueue()
        self._process = process = subprocess.Popen(
            [sys.executable, "-m", __name__, str(self._store.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C on the terminal is the parent's to handle
            env=os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        )

        def listen() -> None:
            for line in process.stdout:
                answers.put(line)
            answers.put(None)

        threading.Thread(target=listen, name="training-answers", daemon=True).start()

    def _send(self, message: dict) -> None:
        with contextlib.suppress(BrokenPipeError):  # it has died; its silence is noticed by `train`
            self._process.stdin.write(json.dumps(message) + "\n")
            self._process.stdin.flush()


def main(folder: str) -> None:
    """The process: train what comes, one run after the other, until standard input ends."""
    from pathlib import Path

    from .. import jobs

    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever a library prints is no answer
    store = RunStore(Path(folder))
    wishes: queue.SimpleQueue[dict] = queue.SimpleQueue()
    stops: dict[str, threading.Event] = {}

    def listen() -> None:
        for line in sys.stdin:
            message = json.loads(line)
            if "stop" in message:
                stops.setdefault(message["stop"], threading.Event()).set()
            else:
                stops[message["train"]] = threading.Event()
                wishes.put(message)
        os._exit(0)  # the parent has ended, and nobody holds this process's runs any more

    threading.Thread(target=listen, daemon=True).start()
    while True:
        wish = wishes.get()
        run_id = wish["train"]
        jobs.train_run(store, run_id, stops[run_id].is_set, device=wish["device"])
        print(json.dumps({"done": run_id}), file=answers, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])

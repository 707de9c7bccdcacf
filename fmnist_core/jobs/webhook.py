"""A web hook: the address in `FMNIST_WEBHOOK` is told when a run or a study ends.

Told in the background, once, without a second try: a hook that is slow, wrong or gone delays no training. Its
address, which often holds a secret, comes from the environment alone and is in no message.
"""

import atexit
import html
import http.client
import json
import logging
import os
import queue
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

from ..base.errors import FmnistError
from ..base.messages import percent
from ..results import statistics
from ..runs import Run, RunStore
from . import search

log = logging.getLogger(__name__)

VARIABLE = "FMNIST_WEBHOOK"
TIMEOUT_SECONDS = 5.0
EXIT_SECONDS = 6.0  # how long a program that ends waits for what is still to be told
MOST_WAITING = 100  # messages; more are dropped

_waiting: queue.Queue[tuple[str, dict[str, Any]]] = queue.Queue(MOST_WAITING)
_lock = threading.Lock()
_thread: threading.Thread | None = None
_said: set[str] = set()


def address_problem(address: str) -> str:
    """Why an address cannot be told anything; "" if it can, or is not set."""
    if not address:
        return ""
    try:
        parts = urllib.parse.urlsplit(address)
        is_fine = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # no number as port, brackets that do not close
        is_fine = False
    if is_fine and address.isprintable() and address.isascii() and " " not in address:
        return ""
    return (
        f"{VARIABLE} is no address that begins with http:// or https://, so nobody is told when a run ends."
    )


def check() -> None:
    """At the start of a program: say what is wrong with the address."""
    if problem := address_problem(os.environ.get(VARIABLE, "")):
        _say_once(problem)


def tell_end(store: RunStore, run_id: str) -> None:
    """Tell that a run has ended, and if it was the last one of its study, that too. Never raises."""
    address = os.environ.get(VARIABLE, "")
    if not address:
        return
    if problem := address_problem(address):
        _say_once(problem)
        return
    try:
        run = store.get(run_id)
        if run.is_active:  # it was held, and waits again
            return
        _put(address, run_message(run))
        if ended := _study_that_ended(store, run_id):
            _put(address, ended)
    except FmnistError as error:  # it was deleted meanwhile
        log.warning("The web hook is not told of run %s: %s", run_id, error)


def run_message(run: Run) -> dict[str, Any]:
    """What is sent of a run; `text` is the line that chat programs show."""
    said = f"{_plain(run.name)}: {run.status}"
    if run.test_accuracy is not None:
        said += f", {percent(run.test_accuracy, 2)} of {run.test_count:,} test images right"
    if run.seconds is not None:
        said += f", {run.seconds:,.0f} s of training"
    if run.message:
        said += f". {_plain(str(run.message))}"
    return {
        "event": "run",
        "run_id": run.run_id,
        "name": run.name,
        "status": run.status,
        "test_accuracy": run.test_accuracy,
        "seconds": run.seconds,
        "text": said,
    }


def _study_that_ended(store: RunStore, run_id: str) -> dict[str, Any] | None:
    """What is sent of the study of a run that ended after all others of it; else None.

    Two processes may end its last two runs at the same time: the one whose run ended last tells it.
    """
    study_id = store.studies.study_of(run_id)
    if not study_id:
        return None
    runs = search.runs_of(store, study_id)
    last = max(runs, key=lambda run: (run.finished_at or 0.0, run.run_id), default=None)
    if last is None or last.run_id != run_id or any(run.is_active for run in runs):
        return None
    study = store.studies.get(study_id)
    if search.goes_on(study, runs):  # its next trial is to come
        return None
    completed = sum(run.status == "completed" for run in runs)
    if study.search is None:
        best = max((run.test_accuracy for run in runs if run.test_accuracy is not None), default=None)
    else:  # it chooses by the validation images; the best by the test images would be luck
        chosen = statistics.best_trial(search.trials_of(store, runs))
        best = chosen.run.test_accuracy if chosen else None
    said = f"Study {_plain(study.name)}: {completed} of {len(runs)} completed"
    if best is not None:
        said += f", the best with {percent(best, 2)} of the test images right"
    return {
        "event": "study",
        "study_id": study.study_id,
        "name": study.name,
        "status": "completed" if completed == len(runs) else "ended",
        "runs": len(runs),
        "completed": completed,
        "test_accuracy": best,
        "text": said,
    }


def _plain(text: str) -> str:
    """What people wrote, so that a chat program makes no link of it and calls nobody: @all, <!channel>."""
    return html.escape(text, quote=False).replace("@", "(at)")


# ---- in the background --------------------------------------------------------------------------------


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Redirects are not followed: they count as errors."""

    def redirect_request(self, *arguments: object) -> None:
        return None


def _put(address: str, message: dict[str, Any]) -> None:
    global _thread
    with _lock:
        if _thread is None:
            _thread = threading.Thread(target=_work, name="web-hook", daemon=True)
            _thread.start()
            atexit.register(wait)
    try:
        _waiting.put_nowait((address, message))
    except queue.Full:
        _say_once(f"The web hook is too slow: more than {MOST_WAITING} messages wait, and some are lost.")


def _work() -> None:
    opener = urllib.request.build_opener(_NoRedirect)
    while True:
        address, message = _waiting.get()
        try:
            request = urllib.request.Request(
                address,
                json.dumps(message).encode(),
                {"Content-Type": "application/json", "User-Agent": "fmnist-dashboard"},
            )
            with opener.open(request, timeout=TIMEOUT_SECONDS):
                pass  # what it answers is not read
        except urllib.error.HTTPError as error:
            _say_once(f"The web hook answered {error.code}; the runs go on.")
        except (OSError, http.client.HTTPException, ValueError) as error:
            _say_once(f"The web hook cannot be reached ({type(error).__name__}); the runs go on.")
        finally:
            _waiting.task_done()


def wait(seconds: float = EXIT_SECONDS) -> None:
    """Wait until all messages are sent, for so many seconds at most."""
    end = time.monotonic() + seconds
    while _waiting.unfinished_tasks and time.monotonic() < end:
        time.sleep(0.02)


def _say_once(sentence: str) -> None:
    with _lock:
        is_new = sentence not in _said
        _said.add(sentence)
    if is_new:
        log.warning("%s", sentence)

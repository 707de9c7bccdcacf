"""Many people at one server: who may do what with which run, the lecturer's tools, today's best runs.

Pages change runs only through the functions of this module, with the person at the browser as an argument;
whatever a browser sends, the rule is applied here. Knows no Streamlit. The command line does not come this
way: who has a shell on the server has the files too.
"""

import contextlib
import hmac
import json
import threading
import time
from collections import Counter, deque

import pandas as pd

from ..base.errors import RunError
from ..runs import Run, RunStore, require_not_shipped
from .people import Person
from .training_queue import TrainingQueue

TRIES, TRIES_SECONDS = 5, 60.0
"""Wrong passcodes from one address in so many seconds, after which it has to wait."""


# ---- what everybody may do with their own runs ------------------------------------------------------


def may_change(person: Person, run: Run) -> bool:
    """Whether somebody may rename, stop, resume or delete a run: their own, or any as the lecturer; the
    one that comes with the project nobody."""
    if run.comes_with_project:
        return False
    return person.is_lecturer or (person.id != "" and person.id == run.owner)


def require_may_change(person: Person, run: Run) -> None:
    """Raise `RunError` if `may_change` says no."""
    require_not_shipped(run.run_id)
    if not may_change(person, run):
        raise RunError(
            "{name} belongs to {owner}: you can look at it, not change it. Start a run of your own.",
            name=run.name,
            owner=run.owner_name or "somebody else",
        )


def stop(queue: TrainingQueue, person: Person, run_id: str) -> None:
    """Stop a run, or take it out of the line."""
    require_may_change(person, queue.store.get(run_id))
    queue.stop(run_id)


def resume(queue: TrainingQueue, person: Person, run_id: str) -> None:
    """Let a stopped, failed or interrupted run go on."""
    require_may_change(person, queue.store.get(run_id))
    queue.resume(run_id, person)


def edit(
    store: RunStore,
    person: Person,
    run_id: str,
    name: str | None = None,
    note: str | None = None,
    starred: bool | None = None,
) -> None:
    """Change what people wrote about a run; None leaves a value as it is."""
    require_may_change(person, store.get(run_id))
    if name is not None:
        store.rename(run_id, name)
    if note is not None:
        store.set_note(run_id, note)
    if starred is not None:
        store.set_starred(run_id, starred)


def delete(store: RunStore, person: Person, run_id: str) -> None:
    """Delete a run for good."""
    require_may_change(person, store.get(run_id))
    store.delete(run_id)


# ---- the lecturer -----------------------------------------------------------------------------------


def require_lecturer(person: Person) -> None:
    """Raise `RunError` for everybody else."""
    if not person.is_lecturer:
        raise RunError("Only the lecturer can do this. Enter the passcode on the page Classroom.")


def prioritise(store: RunStore, person: Person, run_id: str) -> None:
    """Let a waiting run start before all others."""
    require_lecturer(person)
    store.waiting.prioritise(run_id)


def pause_all(queue: TrainingQueue, person: Person) -> None:
    """Nothing starts any more, and what trains stops within a batch, to go on later (`resume_all`)."""
    require_lecturer(person)
    store = queue.store
    store.waiting.set_paused(True)
    running = [run.run_id for run in store.runs(("running",))]
    held = [*held_runs(store), *running]
    store.set_setting("held", json.dumps(list(dict.fromkeys(held))))
    for run_id in running:
        with contextlib.suppress(RunError):  # it has just ended
            queue.stop(run_id)


def resume_all(queue: TrainingQueue, person: Person) -> None:
    """Everything goes on: first what `pause_all` stopped, then the line."""
    require_lecturer(person)
    store = queue.store
    stopped = {run.run_id for run in store.runs(("stopped",))}
    for run_id in reversed(held_runs(store)):
        if run_id in stopped:
            store.requeue(run_id)
            store.waiting.prioritise(run_id)
    store.set_setting("held", "[]")
    store.waiting.set_paused(False)
    queue.wake()


def held_runs(store: RunStore) -> list[str]:
    """Ids of the runs that `pause_all` stopped."""
    return json.loads(store.setting("held", "[]"))


class PasscodeGate:
    """Lets in who knows the passcode; remembers it until the server ends. Safe to share between threads."""

    def __init__(self, passcode: str) -> None:
        self._passcode = passcode.encode()
        self._lecturers: set[str] = set()
        self._wrong: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def is_lecturer(self, person_id: str) -> bool:
        """Whether this person came in and did not leave."""
        return person_id in self._lecturers

    def enter(self, person_id: str, attempt: str, address: str = "") -> None:
        """Make this person the lecturer (there may be several). Raises `RunError` for a wrong passcode.

        address: where the attempt comes from; after five wrong ones in a minute it has to wait.
        """
        now = time.monotonic()
        with self._lock:
            self._wrong = {
                key: times for key, times in self._wrong.items() if now - times[-1] < TRIES_SECONDS
            }
            wrong = self._wrong.get(address, deque(maxlen=TRIES))
            if len(wrong) == TRIES and now - wrong[0] < TRIES_SECONDS:
                raise RunError(
                    "Too many wrong passcodes. Wait {tries_seconds:.0f} seconds and try again.",
                    tries_seconds=TRIES_SECONDS,
                )
            if hmac.compare_digest(attempt.encode(errors="replace"), self._passcode):
                self._lecturers.add(person_id)
                return
            wrong.append(now)
            self._wrong[address] = wrong
        raise RunError("This is not the passcode. Ask whoever started the server.")

    def leave(self, person_id: str) -> None:
        """This person is the lecturer no more."""
        self._lecturers.discard(person_id)


# ---- what everybody can see -------------------------------------------------------------------------


def leaderboard(store: RunStore, dataset: str, since: float) -> pd.DataFrame:
    """Each person's most accurate completed run on a data set since a moment (seconds since 1970).

    Columns: place, owner, person, run_id, name, architecture, test_accuracy, test_count, epochs, seconds,
    color.
    Best first; equal accuracies share a place. Runs without an owner (at home) are all there.
    """
    table = store.table()
    table = table[
        (table.status == "completed")
        & (table.dataset == dataset)
        & (table.finished_at >= since)
        & table.test_accuracy.notna()
    ]
    table = table.sort_values(["test_accuracy", "finished_at"], ascending=[False, True])
    table = table[(table.owner == "") | ~table.owner.duplicated()].assign(person=table.owner_name)
    table["place"] = table.test_accuracy.rank(method="min", ascending=False).astype(int)
    columns = ("place", "owner", "person", "run_id", "name", "architecture", "test_accuracy")
    return table[[*columns, "test_count", "epochs", "seconds", "color"]].reset_index(drop=True)


def runs_of_the_day(store: RunStore, dataset: str, since: float) -> pd.DataFrame:
    """The rows of the store's table of runs on a data set that train, wait, or were queued since a moment
    (seconds since 1970), newest first."""
    table = store.table()
    recent = table.status.isin(("queued", "running")) | (table.created_at >= since)
    return table[(table.dataset == dataset) & recent]


def busiest_dataset(store: RunStore, since: float) -> str | None:
    """The data set of most runs since a moment (seconds since 1970), else of most runs; None without runs."""
    table = store.table()
    recent = table[table.created_at >= since]
    names = (recent if len(recent) else table).dataset
    return Counter(names).most_common(1)[0][0] if len(names) else None


def midnight() -> float:
    """The beginning of today where the server stands, in seconds since 1970."""
    now = time.localtime()
    return time.mktime((now.tm_year, now.tm_mon, now.tm_mday, 0, 0, 0, 0, 0, -1))

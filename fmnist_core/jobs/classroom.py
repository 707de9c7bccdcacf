"""Many people at one server: who may do what with which run, the lecturer's tools, today's best runs.

Pages change runs only through the functions of this module, with the person at the browser as an argument;
whatever a browser sends, the rule is applied here. Knows no Streamlit. The command line does not come this
way: who has a shell on the server has the files too.
"""

import hmac
import threading
import time
from collections import Counter, deque

import pandas as pd

from ..base.config import TrainConfig
from ..base.errors import DataError, RunError
from ..data import custom_import, datasets
from ..runs import Run, RunStore, require_not_shipped
from . import limits
from .people import Person
from .training_queue import TrainingQueue

TRIES, TRIES_SECONDS, SLOW_SECONDS = 5, 60.0, 5.0
"""After so many wrong passcodes of one browser within a minute, each answer to it takes so long."""

GUESS_SECONDS = 0.2
"""How long a wrong passcode keeps the door busy: five guesses a second, however many browsers guess."""

LECTURERS = "lecturers"
"""The setting that holds who is one, as hashes that only the passcode gives."""


# ---- what everybody may do with their own runs ------------------------------------------------------


def may_change(person: Person, run: Run) -> bool:
    """Whether somebody may rename, stop, resume or delete a run; the one that comes with the project
    nobody."""
    return not run.comes_with_project and person.may_change(run.owner)


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
    """Stop a run, or take it out of the queue."""
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
    color: str | None = None,
) -> None:
    """Change what people chose for a run; None leaves a value as it is. color: "" for the automatic one."""
    require_may_change(person, store.get(run_id))
    if name is not None:
        store.rename(run_id, name)
    if note is not None:
        store.set_note(run_id, note)
    if starred is not None:
        store.set_starred(run_id, starred)
    if color is not None:
        store.set_color(run_id, color)


def delete(store: RunStore, person: Person, run_id: str) -> None:
    """Delete a run for good."""
    require_may_change(person, store.get(run_id))
    store.delete(run_id)


# ---- own data sets ----------------------------------------------------------------------------------


def may_change_data(person: Person, dataset: str) -> bool:
    """Whether a person, its owner or the lecturer, may delete a custom data set or rename its classes."""
    if dataset in datasets.DATASETS or dataset not in datasets.names():
        return False
    try:
        owner = datasets.find(dataset).owner
    except DataError:  # damaged: nobody can say whose it was
        owner = ""
    return person.may_change(owner)


def import_data(
    store: RunStore,
    person: Person,
    content: bytes,
    name: str,
    colour: bool = False,
    on_progress: custom_import.Progress | None = None,
) -> custom_import.Imported:
    """Make a zip this person's data set. Raises like `custom_import.import_zip`."""
    return custom_import.import_zip(
        content,
        name,
        colour,
        on_progress=on_progress,
        owner=person.id,
        quota=limits.quota(store, person),
    )


def delete_data(store: RunStore, person: Person, name: str) -> None:
    """Delete a custom data set, unless a run waits for it or trains on it, or the class guesses on it. Raises
    `RunError`, `DataError`."""
    _require_may_change_data(person, name)
    require_idle_data(store, name)
    played = store.rounds.current() if person.id else None  # nobody can end one at home
    if played is not None and played.dataset == name and played.phase != "ended":
        raise RunError("The class guesses on its images. Wait for the end of the round, or end it first.")
    custom_import.delete(name)


def require_idle_data(store: RunStore, name: str) -> None:
    """Raise `RunError` while a run waits for a data set or trains on it."""
    if any(run.config.dataset == name for run in store.runs(("queued", "running"))):
        raise RunError("A run that trains on it is queued or running. Wait for it, or stop it first.")


def rename_class(person: Person, dataset: str, old: str, new: str) -> str:
    """Rename a class of a custom data set; returns the name as it is kept. Raises `RunError`, `DataError`."""
    _require_may_change_data(person, dataset)
    return custom_import.rename_class(dataset, old, new)


def _require_may_change_data(person: Person, dataset: str) -> None:
    if not may_change_data(person, dataset):
        raise RunError(
            "Only who brought the data set {dataset} can change it, and the lecturer.", dataset=dataset
        )


# ---- the lecturer -----------------------------------------------------------------------------------


def require_lecturer(person: Person) -> None:
    """Raise `RunError` for everybody else."""
    if not person.is_lecturer:
        raise RunError("Only the lecturer can do this. Enter the passcode on the Classroom page.")


def prioritise(store: RunStore, person: Person, run_id: str) -> None:
    """Let a waiting run start before all others."""
    require_lecturer(person)
    store.waiting.prioritise(run_id)


def pause_all(queue: TrainingQueue, person: Person) -> None:
    """Nothing starts any more; what trains stops at once and waits again, before all others."""
    require_lecturer(person)
    queue.hold()


def resume_all(queue: TrainingQueue, person: Person) -> None:
    """The queue goes on: first what `pause_all` stopped, however soon after it this comes."""
    require_lecturer(person)
    queue.store.waiting.set_paused(False)
    queue.wake()


def set_limits(store: RunStore, person: Person, million_images: int, megabytes: int) -> None:
    """What a student's run and own data sets may be (see `limits`)."""
    require_lecturer(person)
    store.settings.keep("million_images", str(max(1, int(million_images))))
    store.settings.keep("megabytes", str(max(1, int(megabytes))))


class PasscodeGate:
    """Lets in who knows the passcode; remembers it, with a store after a restart too. Safe to share
    between threads.

    Guessing is slow for the browser that does it, and for all together. Nobody is shut out: a room has one
    address, and the lecturer sits in it.
    """

    def __init__(self, passcode: str, store: RunStore | None = None) -> None:
        self._passcode = passcode.encode()
        self._store = store
        self._proofs = set(store.settings.get(LECTURERS, "").split()) if store else set()
        self._wrong: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def is_lecturer(self, person_id: str) -> bool:
        """Whether this person came in and did not leave."""
        return self._proof(person_id) in self._proofs

    def enter(self, person_id: str, attempt: str) -> None:
        """Make this person the lecturer (there may be several). Raises `RunError` for a wrong passcode."""
        if self._wrong_lately(person_id) >= TRIES:
            time.sleep(SLOW_SECONDS)
        with self._lock:
            if hmac.compare_digest(attempt.encode(errors="replace"), self._passcode):
                self._proofs.add(self._proof(person_id))
                self._keep()
                return
            self._wrong.setdefault(person_id, deque(maxlen=TRIES)).append(time.monotonic())
            time.sleep(GUESS_SECONDS)  # the next one waits for it
        raise RunError("This is not the passcode. Ask whoever started the server.")

    def _wrong_lately(self, person_id: str) -> int:
        since = time.monotonic() - TRIES_SECONDS
        with self._lock:
            self._wrong = {who: times for who, times in self._wrong.items() if times[-1] > since}
            return sum(moment > since for moment in self._wrong.get(person_id, ()))

    def leave(self, person_id: str) -> None:
        """This person is the lecturer no more."""
        with self._lock:
            self._proofs.discard(self._proof(person_id))
            self._keep()

    def _proof(self, person_id: str) -> str:
        """That this person entered this passcode; another passcode makes it void."""
        return hmac.new(self._passcode, person_id.encode(), "sha256").hexdigest()

    def _keep(self) -> None:
        if self._store is not None:
            self._store.settings.keep(LECTURERS, " ".join(sorted(self._proofs)))


# ---- what everybody can see -------------------------------------------------------------------------


def leaderboard(store: RunStore, dataset: str, since: float, is_class: bool = True) -> pd.DataFrame:
    """The completed runs on a data set since a moment (seconds since 1970); of a class, each person's most
    accurate one.

    Columns: place, owner, person, run_id, name, architecture, test_accuracy, test_count, epochs, seconds,
    color.
    Best first; equal accuracies share a place. Runs without an owner are all there.
    """
    table = store.table()
    table = table[
        (table.status == "completed")
        & (table.dataset == dataset)
        & (table.finished_at >= since)
        & table.test_accuracy.notna()
    ]
    table = table.sort_values(["test_accuracy", "finished_at"], ascending=[False, True])
    if is_class:
        table = table[(table.owner == "") | ~table.owner.duplicated()]
    table = table.assign(person=table.owner_name)
    table["place"] = table.test_accuracy.rank(method="min", ascending=False).astype(int)
    columns = ("place", "owner", "person", "run_id", "name", "architecture", "test_accuracy")
    return table[[*columns, "test_count", "epochs", "seconds", "color"]].reset_index(drop=True)


def runs_of_the_room(store: RunStore, dataset: str, since: float, is_class: bool = True) -> pd.DataFrame:
    """The rows of the store's table of runs whose curves the room sees, newest first: those of the
    `leaderboard`, and those that train or wait. Each of them is named beside the curves."""
    table = store.table()
    leading = leaderboard(store, dataset, since, is_class).run_id
    shown = table.status.isin(("queued", "running")) | table.run_id.isin(leading)
    return table[(table.dataset == dataset) & shown]


def busiest_dataset(store: RunStore, since: float) -> str | None:
    """The data set of most runs since a moment (seconds since 1970), else of most runs; None without runs.

    Of several with as many, Fashion-MNIST, else the one of the newest run."""
    table = store.table()
    recent = table[table.created_at >= since]
    counts = Counter((recent if len(recent) else table).dataset)
    return max(counts, key=lambda name: (counts[name], name == TrainConfig().dataset), default=None)


def midnight() -> float:
    """The beginning of today where the server stands, in seconds since 1970."""
    now = time.localtime()
    return time.mktime((now.tm_year, now.tm_mon, now.tm_mday, 0, 0, 0, 0, 0, -1))

"""Whatever people do with runs, in whatever order: what the store says is what a small model says.

`FMNIST_FUZZ=1000 python -m pytest tests/test_fuzz_states.py` takes so many random sequences; the suite takes
fewer. The queue, the store, the line and the trainings are the real ones; this test plays the thread that
trains, one record at a time, so that every order of events is met and the same seed gives the same one.
"""

import contextlib
import functools
import os
import random
import threading
from dataclasses import dataclass, field

import pytest
import torch
from helpers import KMNIST, tiny_dataset

from fmnist_core.base.errors import RunError
from fmnist_core.data import datasets
from fmnist_core.jobs import TrainingQueue, classroom, job
from fmnist_core.jobs.people import SINGLE_USER
from fmnist_core.runs import RESUMABLE, RunStore

SEQUENCES = int(os.environ.get("FMNIST_FUZZ", "16"))
STEPS = 30
EPOCHS = 3
CONFIG = KMNIST.replace(architecture="softmax-regression", epochs=EPOCHS, batch_size=10)
ACTIONS = ("start", "race", "pause", "resume all", "stop", "go on", "delete", "kill", *6 * ("work",))


@dataclass
class Expected:
    """What must be true of a run. asked: "stop" or "hold" while it trains."""

    status: str = "queued"
    epochs: int = 0
    asked: str = ""
    race: int = 0


@dataclass
class Model:
    """The runs, the line in its order, and whether it is held, in plain Python."""

    runs: dict[str, Expected] = field(default_factory=dict)
    line: list[str] = field(default_factory=list)
    paused: bool = False

    def start(self, run_ids: list[str], race: int = 0) -> None:
        for run_id in run_ids:
            self.runs[run_id] = Expected(race=race)
        self.line += run_ids

    def pause(self) -> None:
        self.paused = True
        for run in self.runs.values():
            if run.status == "running" and not run.asked:
                run.asked = "hold"

    def stop(self, run_id: str) -> bool:
        run = self.runs[run_id]
        if run.status == "queued":
            self.line.remove(run_id)
            run.status = "stopped"
        elif run.status == "running":
            run.asked = "stop"
        else:
            return False
        return True

    def go_on(self, run_id: str) -> bool:
        if self.runs[run_id].status not in RESUMABLE:
            return False
        self.runs[run_id].status = "queued"
        self.line.append(run_id)
        return True

    def delete(self, run_id: str) -> bool:
        if self.runs[run_id].status == "running":
            return False
        if self.runs.pop(run_id).status == "queued":
            self.line.remove(run_id)
        return True

    def take(self) -> list[str]:
        if self.paused or not self.line:
            return []
        race = self.runs[self.line[0]].race
        taken = [run_id for run_id in self.line if race and self.runs[run_id].race == race] or self.line[:1]
        for run_id in taken:
            self.line.remove(run_id)
            self.runs[run_id].status = "running"
        return taken

    def work(self, run_id: str) -> bool:
        """Whether the run has ended with this."""
        run = self.runs[run_id]
        if run.asked:
            run.status = "queued" if run.asked == "hold" else "stopped"
            if run.asked == "hold":
                self.line.insert(0, run_id)
            run.asked = ""
        else:
            run.epochs += 1
            if run.epochs == EPOCHS:
                run.status = "completed"
        return run.status != "running"

    def kill(self) -> None:
        for run in self.runs.values():
            if run.status == "running":
                run.status, run.asked = "interrupted", ""


class Trainer:
    """The thread that trains, played by hand: it takes from the line, and carries each run step by step."""

    def __init__(self, queue: TrainingQueue) -> None:
        self.queue, self.store = queue, queue.store
        self.worker = self.store.workers.open()
        self.jobs: dict[str, object] = {}

    def take(self) -> list[str]:
        self.store.waiting.take(self.worker, ("auto", "cpu"), torch.__version__)
        taken = self.store.waiting.taken_by(self.worker)
        for run_id in taken:
            stop = self.queue._stops[run_id] = threading.Event()
            self.jobs[run_id] = job._carry(self.store, run_id, stop.is_set)
        return taken

    def work(self, run_id: str) -> bool:
        try:
            next(self.jobs[run_id])
            return False
        except StopIteration:
            del self.jobs[run_id], self.queue._stops[run_id]
            return True

    def kill(self) -> None:
        """As the kernel does: nothing is written any more, and the lock is free."""
        for run_id, carried in self.jobs.items():
            carried.close()
            del self.queue._stops[run_id]
        self.jobs = {}
        self.store.workers._own.pop(self.worker).release()
        self.worker = self.store.workers.open()
        self.store.mark_interrupted()


@pytest.fixture
def reference(monkeypatch):
    """The curve of a run that nobody disturbs; everything that takes time is left out."""
    data = tiny_dataset(20, 10)
    monkeypatch.setattr(datasets, "load", lambda name, on_progress=None, download=True: data)
    monkeypatch.setattr(job, "STORE_POLL_SECONDS", 0.0)
    monkeypatch.setattr(job, "WATCH_SECONDS", 1e9)
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)
    return undisturbed_curve()


@functools.cache
def undisturbed_curve() -> list[float]:
    """The same for every sequence."""
    store = RunStore()
    run_id = store.create(CONFIG)
    assert job.train_here(store, run_id, lambda: False, lambda result: None, lambda *progress: None)
    return list(store.history(run_id).train_loss)


def check(store: RunStore, model: Model, curve: list[float]) -> None:
    """The store says what the model says. Asks it as seldom as it can, after each of a sequence's steps."""
    assert {run.run_id: (run.status, run.epochs, bool(run.stop_requested)) for run in store.runs()} == {
        run_id: (run.status, run.epochs, bool(run.asked)) for run_id, run in model.runs.items()
    }
    assert store.waiting.order() == model.line
    assert store.waiting.is_paused() == model.paused
    with store.database.read() as db:
        rows = db.execute("SELECT run_id, epoch, train_loss FROM epochs ORDER BY run_id, epoch").fetchall()
    assert [tuple(row) for row in rows] == [
        (run_id, epoch, curve[epoch - 1])
        for run_id, run in sorted(model.runs.items())
        for epoch in range(1, run.epochs + 1)
    ]


def act(action: str, queue: TrainingQueue, trainer: Trainer, model: Model, chance: random.Random) -> None:
    """Do one thing, in the store and in the model."""
    store, person = queue.store, SINGLE_USER
    if action == "start":
        model.start([queue.submit(CONFIG)])
    elif action == "race":
        model.start(queue.submit_race({"one": CONFIG, "two": CONFIG}), race=chance.getrandbits(60))
    elif action == "pause":
        classroom.pause_all(queue, person)
        model.pause()
    elif action == "resume all":
        classroom.resume_all(queue, person)
        model.paused = False
    elif action == "kill":
        trainer.kill()
        model.kill()
    elif action == "work":
        if not trainer.jobs:
            assert sorted(trainer.take()) == sorted(model.take())
        if trainer.jobs:
            run_id = chance.choice(list(trainer.jobs))
            assert trainer.work(run_id) == model.work(run_id)
    elif model.runs:
        run_id = chance.choice(list(model.runs))
        works = False
        with contextlib.suppress(RunError):
            if action == "stop":
                classroom.stop(queue, person, run_id)
            elif action == "go on":
                classroom.resume(queue, person, run_id)
            else:
                classroom.delete(store, person, run_id)
            works = True
        assert works == {"stop": model.stop, "go on": model.go_on, "delete": model.delete}[action](run_id)


@pytest.mark.parametrize("seed", range(SEQUENCES))
def test_the_store_says_what_a_model_of_its_states_says(seed, reference, tmp_path):
    store = RunStore(tmp_path / "fuzzed")
    queue, model, chance = TrainingQueue(store), Model(), random.Random(seed)
    trainer = Trainer(queue)
    for _ in range(STEPS):
        act(chance.choice(ACTIONS), queue, trainer, model, chance)
        check(store, model, reference)
    # Then all go on to their ends, and nothing is left over.
    act("resume all", queue, trainer, model, chance)
    for run_id in list(model.runs):
        if model.go_on(run_id):
            classroom.resume(queue, SINGLE_USER, run_id)
    while model.line or trainer.jobs:
        act("work", queue, trainer, model, chance)
    check(store, model, reference)
    assert all(
        store.history(run_id).train_loss.tolist() == reference[: model.runs[run_id].epochs]
        for run_id in model.runs
    )
    assert {run.status for run in model.runs.values()} <= {"completed", "stopped"}  # asked to, before
    assert list(store.path.rglob("*.tmp")) == []
    folders = {path.name for path in store.path.iterdir() if path.is_dir()} - {"workers"}
    # A run that was stopped before its first step has written nothing.
    assert {run_id for run_id, run in model.runs.items() if run.epochs} <= folders <= set(model.runs)

"""The waiting line: which queued run starts next, and how a worker takes it so that nobody else does."""

import contextlib
import time
from collections.abc import Callable, Collection
from sqlite3 import Connection

from .. import __version__
from ..base.config import TrainConfig
from ..base.errors import RunError
from ..base.messages import Message
from .database import Database
from .fairness import Waiting, fair_order
from .record import from_row, stored

DIED = Message("Its process ended before the training did; it can go on.")

HOLD = 2
"""In `runs.stop_requested`: the run stops and waits again, before all others."""

AFTER = 10**12
"""Added to the turns of a study's runs: single runs of the same person go first."""


class WaitingLine:
    """The queued runs of a store. It lives in the database, so it outlasts every process."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def order(self) -> list[str]:
        """Ids of the queued runs in the order in which they will start (see `fairness.fair_order`)."""
        with self._database.read() as db:
            return _order(db)

    def take(
        self,
        worker: str,
        devices: Collection[str],
        torch_version: str = "",
        has_room: Callable[[list[TrainConfig]], bool] = lambda configs: True,
    ) -> str | None:
        """Start the next queued run that wants one of these devices, and with it the others of its race
        (`taken_by`); None if there is none, queued runs are held back, or the next one has no room yet."""
        with self._database.read() as db:  # most looks find nothing, and need no write lock
            if not db.execute("SELECT 1 FROM runs WHERE status = 'queued' LIMIT 1").fetchone():
                return None
        with self._database.write() as db:
            if _is_paused(db):
                return None
            for run_id in _order(db):
                row = db.execute("SELECT wanted_device FROM runs WHERE run_id = ?", (run_id,)).fetchone()
                if row["wanted_device"] in devices:
                    together = [run_id, *_others_in_race(db, run_id)]
                    if not has_room(_configs(db, together)):
                        return None
                    for each in together:
                        start(db, each, worker, torch_version)
                    return run_id
        return None

    def taken_by(self, worker: str) -> list[str]:
        """Ids of the runs that a worker has started and not ended, in the order in which they were queued."""
        with self._database.read() as db:
            rows = db.execute(
                "SELECT run_id FROM runs WHERE worker = ? AND status = 'running' ORDER BY turn", (worker,)
            )
            return [row["run_id"] for row in rows]

    def prioritise(self, run_id: str) -> None:
        """Let a queued run start before all others that wait."""
        with self._database.write() as db:
            db.execute(
                "UPDATE runs SET priority = ? WHERE run_id = ? AND status = 'queued'", (_top(db), run_id)
            )

    def hold(self) -> list[str]:
        """Hold back queued runs and ask the running ones to stop and wait again; returns the ids of these."""
        with self._database.write() as db:
            _set_paused(db, True)
            return hold(db)

    def set_paused(self, paused: bool) -> None:
        """Hold back queued runs, or let them go; running ones are not touched."""
        with self._database.write() as db:
            _set_paused(db, paused)

    def is_paused(self) -> bool:
        """Whether queued runs are held back."""
        with self._database.read() as db:
            return _is_paused(db)


def start(db: Connection, run_id: str, worker: str, torch_version: str) -> bool:
    """Mark a queued run as running, inside a transaction; False if it is not queued any more."""
    changed = db.execute(
        "UPDATE runs SET status = 'running', worker = ?, started_at = ?, finished_at = NULL, "
        "stop_requested = 0, message = '', torch_version = ?, project_version = ? "
        "WHERE run_id = ? AND status = 'queued'",
        (worker, time.time(), torch_version, __version__, run_id),
    ).rowcount
    if changed:  # in a table of its own: somebody who deletes their runs has been served all the same
        db.execute(
            "INSERT OR REPLACE INTO turns SELECT owner, (SELECT COALESCE(MAX(turn), 0) + 1 FROM turns) "
            "FROM runs WHERE run_id = ?",
            (run_id,),
        )
    return bool(changed)


def hold(db: Connection, study: str | None = None) -> list[str]:
    """Ask running runs, all or those of a study, to stop and wait again, inside a transaction; returns the
    ids of those that are asked to."""
    which = "AND (:study IS NULL OR study = :study)"
    values = {"study": study, "hold": HOLD}
    db.execute(
        f"UPDATE runs SET stop_requested = :hold WHERE status = 'running' AND stop_requested = 0 {which}",
        values,
    )
    rows = db.execute(f"SELECT run_id FROM runs WHERE stop_requested = :hold {which}", values)
    return [row["run_id"] for row in rows]


def wait_again(db: Connection, run_id: str) -> bool:
    """Put a run that was held, and has stopped, before all others in the queue, inside a transaction; False
    for any other run."""
    changed = db.execute(
        "UPDATE runs SET status = 'queued', queued_at = ?, turn = ?, priority = ?, stop_requested = 0, "
        "message = '', worker = NULL WHERE run_id = ? AND status = 'running' AND stop_requested = ?",
        (time.time(), next_turn(db), _top(db), run_id, HOLD),
    ).rowcount
    return bool(changed)


def interrupt(db: Connection, run_id: str, worker: str | None, why: str = DIED) -> bool:
    """Mark a run whose worker has ended as interrupted, inside a transaction; False if it is not this
    worker's any more."""
    changed = db.execute(
        "UPDATE runs SET status = 'interrupted', worker = NULL, stop_requested = 0, finished_at = ?, "
        "message = ? WHERE run_id = ? AND status = 'running' AND worker IS ?",
        (time.time(), stored(why), run_id, worker),
    ).rowcount
    return bool(changed)


def next_turn(db: Connection) -> int:
    """The number of the next run to be queued, inside a transaction."""
    return db.execute("SELECT COALESCE(MAX(turn), 0) + 1 FROM runs").fetchone()[0]


def _set_paused(db: Connection, paused: bool) -> None:
    db.execute("INSERT OR REPLACE INTO settings VALUES ('paused', ?)", ("1" if paused else "0",))


def _top(db: Connection) -> int:
    """A priority above that of all queued runs."""
    return 1 + (db.execute("SELECT MAX(priority) FROM runs WHERE status = 'queued'").fetchone()[0] or 0)


def _others_in_race(db: Connection, run_id: str) -> list[str]:
    rows = db.execute(
        "SELECT other.run_id FROM runs JOIN runs AS other USING (race, wanted_device) "
        "WHERE runs.run_id = ? AND race != '' AND other.status = 'queued' AND other.run_id != runs.run_id "
        "ORDER BY other.turn",
        (run_id,),
    )
    return [row["run_id"] for row in rows]


def _configs(db: Connection, run_ids: list[str]) -> list[TrainConfig]:
    """Of these runs; without those that this version cannot read, which fail when they begin."""
    configs = []
    for run_id in run_ids:
        row = db.execute("SELECT * FROM runs WHERE run_id = ?", (run_id,)).fetchone()
        with contextlib.suppress(RunError):
            configs.append(from_row(row).config)
    return configs


def _is_paused(db: Connection) -> bool:
    row = db.execute("SELECT value FROM settings WHERE name = 'paused'").fetchone()
    return row is not None and row["value"] == "1"


def _order(db: Connection) -> list[str]:
    rows = db.execute(
        "SELECT run_id, owner, turn, priority, study FROM runs WHERE status = 'queued' "
        "AND study NOT IN (SELECT study_id FROM studies WHERE paused)"
    )
    waiting = [
        Waiting(row["run_id"], row["owner"], row["turn"] + (AFTER if row["study"] else 0), row["priority"])
        for row in rows
    ]
    if len(waiting) < 2:
        return [run.run_id for run in waiting]
    served = db.execute("SELECT owner, turn FROM turns")
    return fair_order(waiting, {row["owner"]: row["turn"] for row in served})

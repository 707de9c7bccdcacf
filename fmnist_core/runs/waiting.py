"""The waiting line: which queued run starts next, and how a worker takes it so that nobody else does."""

import json
import time
from collections.abc import Iterable
from sqlite3 import Connection

from .. import __version__
from ..base.config import TrainConfig
from ..base.errors import RunError
from ..base.palette import RUNS
from .database import Database
from .fairness import Waiting, fair_order


class WaitingLine:
    """The queued runs of a store. It lives in the database, so it outlasts every process."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def order(self) -> list[str]:
        """Ids of the queued runs in the order in which they will start (see `fairness.fair_order`)."""
        with self._database.read() as db:
            return _order(db)

    def take(self, worker: str, devices: Iterable[str], torch_version: str = "") -> str | None:
        """Start the next queued run that wants one of these devices; None if there is none or all wait."""
        devices = set(devices)
        with self._database.read() as db:  # most looks find nothing, and need no write lock
            if not db.execute("SELECT 1 FROM runs WHERE status = 'queued' LIMIT 1").fetchone():
                return None
        with self._database.write() as db:
            if _is_paused(db):
                return None
            for run_id in _order(db):
                row = db.execute("SELECT wanted_device FROM runs WHERE run_id = ?", (run_id,)).fetchone()
                if row["wanted_device"] in devices:
                    start(db, run_id, worker, torch_version)
                    return run_id
        return None

    def prioritise(self, run_id: str) -> None:
        """Let a queued run start before all others that wait."""
        with self._database.write() as db:
            top = db.execute("SELECT MAX(priority) FROM runs WHERE status = 'queued'").fetchone()[0] or 0
            db.execute(
                "UPDATE runs SET priority = ? WHERE run_id = ? AND status = 'queued'", (top + 1, run_id)
            )

    def set_paused(self, paused: bool) -> None:
        """Hold back queued runs, or let them go; running ones are not touched."""
        with self._database.write() as db:
            db.execute("INSERT OR REPLACE INTO settings VALUES ('paused', ?)", ("1" if paused else "0",))

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
    if changed:  # kept apart from the runs: who deletes their runs has been served all the same
        db.execute(
            "INSERT OR REPLACE INTO turns SELECT owner, (SELECT COALESCE(MAX(turn), 0) + 1 FROM turns) "
            "FROM runs WHERE run_id = ?",
            (run_id,),
        )
    return bool(changed)


def enqueue(db: Connection, run_id: str, config: TrainConfig, **texts: str) -> None:
    """Store a new queued run, inside a transaction. texts: name, owner and owner_name."""
    now, count = time.time(), db.execute("SELECT COUNT(*) FROM runs").fetchone()[0]
    values = {
        "run_id": run_id,
        "status": "queued",
        "config": json.dumps(config.to_dict()),
        "dataset": config.dataset,
        "architecture": config.architecture,
        "recipe": config.recipe,
        "seed": config.seed,
        "planned_epochs": config.epochs,
        "wanted_device": config.device,
        "created_at": now,
        "queued_at": now,
        "turn": next_turn(db),
        "color": RUNS[count % len(RUNS)],
        "project_version": __version__,
        **texts,
    }
    names = ", ".join(values)
    db.execute(f"INSERT INTO runs ({names}) VALUES ({', '.join(f':{name}' for name in values)})", values)


def next_turn(db: Connection) -> int:
    """The number of the next run to be queued, inside a transaction."""
    return db.execute("SELECT COALESCE(MAX(turn), 0) + 1 FROM runs").fetchone()[0]


def check_limit(db: Connection, owner: str, limit: int | None) -> None:
    """Raise `RunError` if this owner may queue no more runs, inside the transaction that would."""
    if limit is None:
        return
    count = db.execute("SELECT COUNT(*) FROM runs WHERE owner = ? AND status = 'queued'", (owner,))
    if count.fetchone()[0] >= limit:
        raise RunError(
            "You have {limit} runs waiting, the most that one person may have. Wait for one to "
            "start, or cancel one.",
            limit=limit,
        )


def _is_paused(db: Connection) -> bool:
    row = db.execute("SELECT value FROM settings WHERE name = 'paused'").fetchone()
    return row is not None and row["value"] == "1"


def _order(db: Connection) -> list[str]:
    waiting = [
        Waiting(row["run_id"], row["owner"], row["turn"], row["priority"])
        for row in db.execute("SELECT run_id, owner, turn, priority FROM runs WHERE status = 'queued'")
    ]
    if len(waiting) < 2:
        return [run.run_id for run in waiting]
    served = db.execute("SELECT owner, turn FROM turns")
    return fair_order(waiting, {row["owner"]: row["turn"] for row in served})

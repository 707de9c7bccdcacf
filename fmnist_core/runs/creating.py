"""New runs in the store: their ids, their rows, double clicks and limits."""

import json
import secrets
import time
import uuid
from pathlib import Path
from sqlite3 import Connection

from .. import __version__
from ..base.config import TrainConfig
from ..base.errors import RunError
from ..base.palette import RUNS
from .database import insert
from .waiting import next_turn


def new_id(db: Connection, folder: Path) -> str:
    """Eight hex digits that no run has, nor a folder in this one that a deletion could not remove.

    The first is a letter: a spreadsheet reads 52e35772 as an infinite number.
    """
    while True:
        run_id = secrets.choice("abcdef") + uuid.uuid4().hex[:7]
        known = db.execute("SELECT 1 FROM runs WHERE run_id = ?", (run_id,)).fetchone()
        if not known and not (folder / run_id).exists():
            return run_id


def enqueue(db: Connection, run_id: str, config: TrainConfig, **columns: object) -> None:
    """Store a new queued run, inside a transaction. columns: of it, such as name and owner."""
    now, count = time.time(), db.execute("SELECT COUNT(*) FROM runs").fetchone()[0]
    color = RUNS[count % len(RUNS)]
    values: dict[str, object] = {
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
        "color": color,
        "automatic_color": color,
        "project_version": __version__,
    }
    insert(db, "runs", values | columns)


def twins(db: Connection, config: TrainConfig, owner: str, once_within: float) -> list[str]:
    """The run with these settings that this owner queued less than so many seconds ago, and the others of its
    race; inside a transaction."""
    now = time.time()
    twin = db.execute(
        "SELECT run_id, race FROM runs WHERE owner = ? AND config = ? AND created_at BETWEEN ? AND ?",
        (owner, json.dumps(config.to_dict()), now - once_within, now + once_within),
    ).fetchone()
    if twin is None or once_within <= 0:
        return []
    rows = db.execute(
        "SELECT run_id FROM runs WHERE run_id = ? OR race = ? AND race != '' ORDER BY turn",
        (twin["run_id"], twin["race"]),
    )
    return [row["run_id"] for row in rows]


def check_limit(db: Connection, owner: str, limit: int | None, more: int = 1) -> None:
    """Raise `RunError` if this owner may not queue so many runs more, inside the transaction that would."""
    if limit is None:
        return
    count = db.execute(  # a race is one
        "SELECT COUNT(DISTINCT CASE race WHEN '' THEN run_id ELSE race END) FROM runs "
        "WHERE owner = ? AND status = 'queued'",
        (owner,),
    )
    waiting = count.fetchone()[0]
    if more > 1 and waiting + more > limit:
        raise RunError(
            "These are {more} runs, and you have {waiting} waiting; one person may have {limit}. Choose "
            "fewer values or seeds, or wait.",
            more=more,
            waiting=waiting,
            limit=limit,
        )
    if waiting >= limit:
        raise RunError(
            "You have {limit} runs waiting, the most that one person may have. Wait for one to "
            "start, or cancel one.",
            limit=limit,
        )

"""What is read of the runs: one, several, the table, a history; of those in the store and the shipped one."""

import logging
from collections.abc import Iterable

import pandas as pd

from ..base.errors import RunError
from ..base.messages import from_json
from .database import Database
from .epochs import history_frame
from .record import EPOCH_COLUMNS, TABLE_COLUMNS, Run, from_row, is_id
from .shipped import find_shipped

log = logging.getLogger(__name__)


def read_run(database: Database, run_id: str) -> Run:
    """See `RunStore.get`."""
    shipped = find_shipped(run_id)
    if shipped is not None:
        return shipped.run
    row = None
    if is_id(run_id):
        with database.read() as db:
            row = db.execute("SELECT * FROM runs WHERE run_id = ?", (run_id,)).fetchone()
    if row is None:
        raise RunError(
            "There is no run {run_id!r}; it may have been deleted. Pick another one.", run_id=run_id[:40]
        )
    return from_row(row)


def read_runs(database: Database, statuses: Iterable[str], shipped: bool) -> list[Run]:
    """See `RunStore.runs`."""
    statuses = tuple(statuses)
    marks = ", ".join("?" * len(statuses))
    with database.read() as db:
        rows = db.execute(
            f"SELECT * FROM runs WHERE status IN ({marks}) ORDER BY created_at, run_id", statuses
        ).fetchall()
    found = find_shipped() if shipped else None
    runs = [found.run] if found is not None and found.run.status in statuses else []
    for row in rows:
        try:
            runs.append(from_row(row))
        except RunError as error:
            log.warning("%s", error)
    return runs


def read_table(database: Database, shipped: bool) -> pd.DataFrame:
    """See `RunStore.table`."""
    with database.read() as db:
        rows = db.execute(f"SELECT {', '.join(TABLE_COLUMNS)} FROM runs ORDER BY created_at DESC, run_id")
        values = [(*row, False) for row in rows]
    found = find_shipped() if shipped else None
    if found is not None:
        values.append((*found.table_row, True))
    table = pd.DataFrame(values, columns=[*TABLE_COLUMNS, "comes_with_project"])
    table["message"] = [from_json(message) for message in table["message"]]
    return table.astype({"comes_with_project": bool})


def read_history(database: Database, run_id: str, after: int) -> pd.DataFrame:
    """See `RunStore.history`."""
    shipped = find_shipped(run_id)
    if shipped is not None:
        return shipped.history[shipped.history["epoch"] > after].reset_index(drop=True)
    with database.read() as db:
        rows = db.execute(
            f"SELECT {', '.join(EPOCH_COLUMNS)} FROM epochs WHERE run_id = ? AND epoch > ? ORDER BY epoch",
            (run_id, after),
        )
        return history_frame(rows)

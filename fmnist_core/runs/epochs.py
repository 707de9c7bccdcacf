"""An epoch's figures in the store: a row of its own, and the run's summary."""

from collections.abc import Iterable
from sqlite3 import Connection

import pandas as pd

from ..base.epochs import EpochResult
from .database import insert
from .record import EPOCH_COLUMNS


def add_epoch(db: Connection, run_id: str, result: EpochResult) -> None:
    """Store an epoch (again, after a resume) and bring the run's row up to date, inside a transaction."""
    values = {name: getattr(result, name) for name in EPOCH_COLUMNS} | {"run_id": run_id}
    insert(db, "epochs", values, "INSERT OR REPLACE")
    best = db.execute(
        "SELECT epoch, validation_accuracy FROM epochs WHERE run_id = ? AND validation_accuracy NOT NULL "
        "ORDER BY epoch = ? DESC, validation_accuracy DESC, epoch LIMIT 1",
        (run_id, _kept_epoch(db, run_id, result)),
    ).fetchone()
    train_accuracy = result.evaluated_train_accuracy
    summary = {
        "epochs": result.epoch,
        "seconds": result.seconds,
        "images_per_second": _mean_rate(db, run_id),
        "device": result.device,
        "precision": result.precision,
        "parameters": result.parameters,
        "train_accuracy": result.train_accuracy if train_accuracy is None else train_accuracy,
        "validation_accuracy": result.validation_accuracy,
        "best_validation_accuracy": best["validation_accuracy"] if best else None,
        "best_epoch": best["epoch"] if best else None,
    }
    if result.test_logits is not None:
        summary |= {"test_accuracy": result.test_accuracy, "test_count": len(result.test_logits)}
    if result.kept is not None:
        summary["train_accuracy"] = result.kept.train_accuracy
        if result.kept.test_accuracy is not None:
            summary["test_accuracy"] = result.kept.test_accuracy
    db.execute(
        f"UPDATE runs SET {', '.join(f'{key} = :{key}' for key in summary)} WHERE run_id = :run_id",
        summary | {"run_id": run_id},
    )


def _mean_rate(db: Connection, run_id: str) -> float | None:
    """Training images of all epochs by the time of all their steps, as `seconds` is of all epochs."""
    query = "SELECT COUNT(*) / SUM(1 / images_per_second) FROM epochs WHERE run_id = ?"
    return db.execute(query, (run_id,)).fetchone()[0]


def _kept_epoch(db: Connection, run_id: str, result: EpochResult) -> int:
    """The best epoch so far by what the run judges by; 0 if the run keeps the last one's weights."""
    row = db.execute("SELECT json_extract(config, '$.keep') FROM runs WHERE run_id = ?", (run_id,)).fetchone()
    return result.state["best"]["epoch"] if row is not None and row[0] == "best" else 0


def history_frame(rows: Iterable) -> pd.DataFrame:
    """The epochs of a run as a table with `EPOCH_COLUMNS`; rows hold their values in this order."""
    frame = pd.DataFrame([tuple(row) for row in rows], columns=list(EPOCH_COLUMNS))
    return frame.astype({name: "int64" if name == "epoch" else "float64" for name in EPOCH_COLUMNS})

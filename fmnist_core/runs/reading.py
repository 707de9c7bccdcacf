"""What is read of the runs: one, several, the table, a history, their files; also of the one that ships with
the project."""

import logging
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from ..base.errors import RunError
from ..base.messages import Message, from_json
from ..base.paths import runs_dir
from . import predictions, progress
from .cache import Cache
from .database import Database
from .epochs import history_frame
from .record import CHECKPOINT, EPOCH_COLUMNS, STATUSES, TABLE_COLUMNS, Run, from_row, is_id
from .shipped import Shipped, find_shipped

log = logging.getLogger(__name__)


def cannot_be_stored(reason: str) -> Message:
    """What is said of a run whose end cannot be stored."""
    return Message("Its end cannot be stored: {reason}", reason=reason)


class RunReader:
    """The runs in a folder (default: `FMNIST_RUNS_DIR`), to be read. `RunStore` also changes them."""

    def __init__(self, folder: Path | None = None) -> None:
        self.path = folder or runs_dir()
        self.database = Database(self.path / "runs.db")
        self.cached = Cache(lambda: (self.database.version(), self._unstored))
        self._unstored: tuple[tuple[str, str], ...] = ()

    def unstored_ends(self) -> dict[str, str]:
        """Why the end of a run cannot be stored, by its id: of runs that have ended, and that the file still
        calls running."""
        return dict(self._unstored)

    def _set_unstored_ends(self, reasons: dict[str, str]) -> None:
        self._unstored = tuple(reasons.items())

    def _ended(self, run: Run) -> Run:
        """The run as it is, also where its end cannot be stored."""
        reason = self.unstored_ends().get(run.run_id)
        if reason is None or run.status != "running":
            return run
        return replace(run, status="interrupted", message=cannot_be_stored(reason))

    def get(self, run_id: str) -> Run:
        """One run. Raises `RunError` for an unknown id, or settings that this version cannot read."""
        run_id = str(run_id)
        shipped = find_shipped(run_id)
        if shipped is not None:
            return shipped.run
        row = None
        if is_id(run_id):
            with self.database.read() as db:
                row = db.execute("SELECT * FROM runs WHERE run_id = ?", (run_id,)).fetchone()
        if row is None:
            raise RunError(
                "There is no run {run_id!r}; it may have been deleted. Pick another one.", run_id=run_id[:40]
            )
        return self._ended(from_row(row))

    def runs(self, statuses: Iterable[str] = STATUSES, shipped: bool = False) -> list[Run]:
        """The runs with one of these statuses, oldest first, except those that this version cannot read.

        shipped: begin with the run that comes with the project, which counts as nobody's.
        """
        statuses = tuple(statuses)
        return list(self.cached(("runs", statuses, shipped), lambda: self._read_runs(statuses, shipped)))

    def _read_runs(self, statuses: tuple[str, ...], shipped: bool) -> list[Run]:
        asked = {*statuses, "running"} if self._unstored else statuses
        marks = ", ".join("?" * len(asked))
        with self.database.read() as db:
            rows = db.execute(
                f"SELECT * FROM runs WHERE status IN ({marks}) ORDER BY created_at, run_id", [*asked]
            ).fetchall()
        found = find_shipped() if shipped else None
        runs = [found.run] if found is not None and found.run.status in statuses else []
        for row in rows:
            try:
                run = self._ended(from_row(row))
            except RunError as error:
                log.warning("%s", error)
                continue
            if run.status in statuses:
                runs.append(run)
        return runs

    def table(self, shipped: bool = False) -> pd.DataFrame:
        """All runs, newest first, one row each with `TABLE_COLUMNS` and comes_with_project; no histories.

        shipped: end with the run that comes with the project.
        """
        return self.cached(("table", shipped), lambda: self._read_table(shipped)).copy()

    def _read_table(self, shipped: bool) -> pd.DataFrame:
        with self.database.read() as db:
            rows = db.execute(f"SELECT {', '.join(TABLE_COLUMNS)} FROM runs ORDER BY created_at DESC, run_id")
            values = [(*row, False) for row in rows]
        found = find_shipped() if shipped else None
        if found is not None:
            values.append((*found.table_row, True))
        table = pd.DataFrame(values, columns=[*TABLE_COLUMNS, "comes_with_project"])
        messages = [from_json(message) for message in table["message"]]
        table["message"] = pd.Series(messages, table.index, dtype=object)  # a column of str loses templates
        for run_id, reason in self.unstored_ends().items():
            is_it = (table["run_id"] == run_id) & (table["status"] == "running")
            table.loc[is_it, ["status", "message"]] = "interrupted", cannot_be_stored(reason)
        return table.astype({"comes_with_project": bool})

    def history(self, run_id: str) -> pd.DataFrame:
        """The epochs of a run, in order, with `EPOCH_COLUMNS`."""
        shipped = find_shipped(run_id)
        if shipped is not None:
            return shipped.history.copy()
        columns = ", ".join(EPOCH_COLUMNS)
        with self.database.read() as db:
            rows = db.execute(f"SELECT {columns} FROM epochs WHERE run_id = ? ORDER BY epoch", (run_id,))
            return history_frame(rows)

    def epochs_done(self, run: Run) -> float:
        """How many epochs a run has trained, to a tenth: the clock may have cut the last one short."""
        if run.config.max_seconds is None:
            return run.epochs
        return round(progress.epochs_done(run.epochs, progress.read(self.folder(run.run_id))), 1)

    def lost_runs(self) -> Message | None:
        """What is said where no run is stored beside folders of runs: their store may have been lost.

        The store's log, runs.db-wal, stays where a program was killed, and would change the old file."""
        if self.cached("has runs", self._has_runs):
            return None
        count = len(list(self.path.glob(f"*/{CHECKPOINT}")))
        if count == 0:
            return None
        return Message(
            "{path} holds no run, and does not know the {count} run folder(s) beside it. If you have "
            "the old file or a copy of it: end this program, delete runs.db-wal where there is one, put the "
            "old file back and start again.",
            path=self.database.path,
            count=count,
        )

    def _has_runs(self) -> bool:
        with self.database.read() as db:
            return db.execute("SELECT 1 FROM runs LIMIT 1").fetchone() is not None

    @property
    def shipped(self) -> Shipped | None:
        """The run that comes with the project, and how it was made; None if there is none."""
        return find_shipped()

    def folder(self, run_id: str) -> Path:
        """The folder of a run's files: `checkpoint.safetensors`, `test_logits.npy`, `predictions/`, ...

        That of the shipped run lies in the package: nothing may be written into it.
        """
        if not is_id(run_id):
            raise RunError("{run_id!r} is not the id of a run.", run_id=run_id[:40])
        shipped = find_shipped(run_id)
        return self.path / run_id if shipped is None else shipped.folder

    def checkpoint_path(self, run_id: str) -> Path:
        """Where the checkpoint of a run lies, if it has one."""
        return self.folder(run_id) / CHECKPOINT

    def predictions(
        self, run_id: str, epoch: int, classes: int | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Classes and probabilities for the test images after an epoch (see `predictions.read`)."""
        return predictions.read(self.folder(run_id), epoch, classes)

    def kept_epochs(self, run_id: str) -> list[int]:
        """The epochs whose predictions were kept, in order."""
        return predictions.kept_epochs(self.folder(run_id))

    def logits(self, run_id: str, split: str = "test", classes: int | None = None) -> np.ndarray:
        """The run's latest logits, float32 (N, classes), for "test" or "validation"."""
        return predictions.read_logits(self.folder(run_id), split, classes)

    def stop_requested(self, run_id: str) -> bool:
        """Whether somebody asked this run to stop, or deleted it."""
        with self.database.read() as db:
            row = db.execute("SELECT stop_requested FROM runs WHERE run_id = ?", (run_id,)).fetchone()
        return row is None or bool(row["stop_requested"])

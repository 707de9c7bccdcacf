"""`RunStore`: every run, its settings, its epochs and its results, in `runs.db` and one folder per run.

The only thing that a screen reads while a training writes; what can be read of it is in `reading`. Knows no
Streamlit, no thread and no torch.
"""

import shutil
import time
import uuid
from collections.abc import Mapping
from pathlib import Path

from ..base.config import TrainConfig
from ..base.epochs import EpochResult
from ..base.errors import RunError, StorageError
from ..base.messages import Message
from ..base.recipes import relabel, run_name
from . import predictions, step_losses
from .cache import Latest
from .class_rounds import ClassRounds
from .creating import check_limit, enqueue, new_id, twins
from .epochs import add_epoch
from .people import People
from .reading import RunReader
from .record import MAX_NAME, MAX_NOTE, clean_color, clean_name, stored
from .settings import Settings
from .shipped import require_not_shipped
from .studies import Studies
from .waiting import DIED, WaitingLine, interrupt, next_turn, start, wait_again
from .workers import Workers

MOST_KEPT = 300
"""Values of a class that watches a run each: three of each run."""


class RunStore(RunReader):
    """The runs in a folder (default: `FMNIST_RUNS_DIR`). Raises `StorageError` if the disk fails."""

    def __init__(self, folder: Path | None = None) -> None:
        super().__init__(folder)
        self.workers = Workers(self.path / "workers")
        self.waiting = WaitingLine(self.database)
        self.people = People(self.database)
        self.settings = Settings(self.database)
        self.studies = Studies(self.database, self.path)
        self.rounds = ClassRounds(self.database)
        self.of_same = Latest(MOST_KEPT)

    # ---- creating -------------------------------------------------------------------------------

    def create(
        self,
        config: TrainConfig,
        name: str | None = None,
        owner: str = "",
        owner_name: str = "",
        once_within: float = 0.0,
        limit: int | None = None,
    ) -> str:
        """Store a queued run and return its id. Without a name it gets one that says its settings.

        once_within: if this owner queued the very same settings less than so many seconds ago, return
            that run's id instead: a double click is one request.
        limit: how many runs this owner may have waiting, this one included; raises `RunError` beyond.
        """
        config = relabel(config)
        name = clean_name(run_name(config) if name is None else name)
        with self.database.write() as db:
            if known := twins(db, config, owner, once_within):
                return known[0]
            check_limit(db, owner, limit)
            run_id = new_id(db, self.path)
            enqueue(db, run_id, config, name=name, owner=owner, owner_name=owner_name[:MAX_NAME])
        return run_id

    def create_race(
        self,
        configs: dict[str, TrainConfig],
        owner: str = "",
        owner_name: str = "",
        once_within: float = 0.0,
        limit: int | None = None,
    ) -> list[str]:
        """Store queued runs, by name, that one worker trains in turns; returns their ids. See `create`."""
        race = uuid.uuid4().hex
        owned = {"owner": owner, "owner_name": owner_name[:MAX_NAME], "race": race}
        with self.database.write() as db:
            if known := twins(db, next(iter(configs.values())), owner, once_within):
                return known
            check_limit(db, owner, limit)
            run_ids = []
            for name, config in configs.items():
                run_ids.append(new_id(db, self.path))
                enqueue(db, run_ids[-1], config, name=clean_name(name), **owned)
        return run_ids

    # ---- what a training writes -----------------------------------------------------------------

    def add_epoch(self, run_id: str, result: EpochResult) -> None:
        """Store an epoch (again, after a resume) and bring the run's summary up to date, in one transaction.

        The files are written first and the row last: an epoch that the screen shows is complete.
        """
        require_not_shipped(run_id)
        predictions.write(self.folder(run_id), result)
        step_losses.write(self.folder(run_id), result)
        with self.database.write() as db:
            add_epoch(db, run_id, result)

    # ---- status ---------------------------------------------------------------------------------

    def start(self, run_id: str, worker: str, torch_version: str = "") -> None:
        """Mark a queued run as running on a worker. Raises `RunError` if it is not queued any more."""
        with self.database.write() as db:
            changed = start(db, run_id, worker, torch_version)
        if not changed:
            raise RunError("Run {run_id} is not waiting any more, so it cannot be started.", run_id=run_id)

    def finish(self, run_id: str, status: str, message: str = "") -> None:
        """Set the final status of a running run, with the sentence that explains a failure. One that was held
        (`WaitingLine.hold`) and stopped waits again."""
        with self.database.write() as db:
            if status == "stopped" and wait_again(db, run_id):
                return
            db.execute(
                "UPDATE runs SET status = ?, message = ?, finished_at = ?, worker = NULL, stop_requested = 0 "
                "WHERE run_id = ? AND status = 'running'",
                (status, stored(message), time.time(), run_id),
            )

    def set_message(self, run_id: str, message: str) -> None:
        """What a running run is doing before its first epoch; its end replaces it."""
        with self.database.write() as db:
            db.execute(
                "UPDATE runs SET message = ? WHERE run_id = ? AND status = 'running'",
                (stored(message), run_id),
            )

    def request_stop(self, run_id: str) -> None:
        """Stop a run: a queued one at once, a running one within a batch. Others are left as they are."""
        require_not_shipped(run_id)
        with self.database.write() as db:
            db.execute(
                "UPDATE runs SET status = 'stopped', finished_at = ?, message = '' "
                "WHERE run_id = ? AND status = 'queued'",
                (time.time(), run_id),
            )
            db.execute(
                "UPDATE runs SET stop_requested = 1 WHERE run_id = ? AND status = 'running'", (run_id,)
            )

    def refuse(self, run_id: str, message: str) -> None:
        """A queued run that can never start is `failed`, with the sentence that says why."""
        with self.database.write() as db:
            db.execute(
                "UPDATE runs SET status = 'failed', finished_at = ?, message = ? "
                "WHERE run_id = ? AND status = 'queued'",
                (time.time(), stored(message), run_id),
            )

    def requeue(self, run_id: str, limit: int | None = None) -> None:
        """Put a stopped, failed or interrupted run back into the queue. Raises `RunError` for any other.

        limit: as in `create`.
        """
        require_not_shipped(run_id)
        self._store_its_end(run_id)
        run = self.get(run_id)
        with self.database.write() as db:
            check_limit(db, run.owner, limit)
            changed = db.execute(
                "UPDATE runs SET status = 'queued', queued_at = ?, turn = ?, stop_requested = 0, "
                "message = '', priority = 0 "
                "WHERE run_id = ? AND status IN ('stopped', 'failed', 'interrupted')",
                (time.time(), next_turn(db), run_id),
            ).rowcount
        if not changed:
            raise RunError(
                "{name} is {status}; only a stopped, failed or interrupted run can go on.",
                name=run.name,
                status=run.status,
            )

    def mark_interrupted(self) -> list[str]:
        """Mark the runs whose worker has ended as `interrupted`; returns their ids.

        Where that cannot be stored, as on a full disk, they are read as interrupted all the same, with the
        reason, from this store until it has been stored. Raises `StorageError` then.
        """
        with self.database.read() as db:
            running = db.execute("SELECT run_id, worker FROM runs WHERE status = 'running'").fetchall()
        dead = {row["worker"] for row in running if not self.workers.is_alive(row["worker"])}
        lost = [(row["run_id"], row["worker"]) for row in running if row["worker"] in dead]
        known = self.unstored_ends()
        try:
            ended = self._interrupt(lost, known) if lost else []
        except StorageError as error:
            self._set_unstored_ends(dict.fromkeys((run_id for run_id, _ in lost), error.message))
            raise
        self._set_unstored_ends({})
        return ended

    def _store_its_end(self, run_id: str) -> None:
        """Before a run is changed whose end could not be stored. Raises `StorageError` if it still cannot."""
        if run_id in self.unstored_ends():
            self.mark_interrupted()

    def _interrupt(self, lost: list[tuple[str, str | None]], reasons: Mapping[str, str]) -> list[str]:
        """reasons: why the end of a run could not be stored before, by its id."""
        ended = []
        with self.database.write() as db:
            for run_id, worker in lost:
                why = DIED
                if run_id in reasons:
                    why = Message(
                        "It ended while nothing could be stored: {reason} It can go on.",
                        reason=reasons[run_id],
                    )
                if interrupt(db, run_id, worker, why):
                    ended.append(run_id)
        return ended

    # ---- what people change ---------------------------------------------------------------------

    def rename(self, run_id: str, name: str) -> None:
        """Give a run another name of 1 to 80 characters."""
        self._set(run_id, "name", clean_name(name))

    def set_note(self, run_id: str, note: str) -> None:
        """Keep a note of at most 2,000 characters with a run."""
        if len(note) > MAX_NOTE:
            raise RunError(
                "A note has at most {limit:,} characters, this one has {note:,}. Shorten it.",
                limit=MAX_NOTE,
                note=len(note),
            )
        self._set(run_id, "note", note)

    def set_starred(self, run_id: str, starred: bool) -> None:
        """Mark a run as a favourite, or not."""
        self._set(run_id, "starred", int(starred))

    def set_color(self, run_id: str, color: str) -> None:
        """Give a run another colour, `#RRGGBB`, or with "" the one that it began with."""
        self._set(run_id, "color", clean_color(color) if color else self.get(run_id).automatic_color)

    def delete(self, run_id: str) -> None:
        """Delete a run, its epochs and its files for good. Raises `RunError` while it trains."""
        require_not_shipped(run_id)
        self._store_its_end(run_id)
        run = self.get(run_id)
        folder = self.folder(run_id)
        with self.database.write() as db:
            changed = db.execute(
                "DELETE FROM runs WHERE run_id = ? AND status != 'running'", (run_id,)
            ).rowcount
        if not changed:
            raise RunError("{name} is training. Stop it first, then delete it.", name=run.name)
        shutil.rmtree(folder, ignore_errors=True)

    def _set(self, run_id: str, column: str, value: object) -> None:
        require_not_shipped(run_id)
        self.folder(run_id)  # raises for what cannot be an id
        with self.database.write() as db:
            changed = db.execute(f"UPDATE runs SET {column} = ? WHERE run_id = ?", (value, run_id)).rowcount
        if not changed:
            raise RunError("There is no run {run_id!r}; it may have been deleted.", run_id=run_id)

"""Studies: runs that were started together to be compared, under a name of their own."""

import functools
import json
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection, Row

from ..base.config import TrainConfig
from ..base.errors import ConfigError, RunError
from ..base.recipes import relabel, run_name
from ..base.search import Search
from .creating import check_limit, enqueue, new_id
from .database import Database, insert
from .record import MAX_NAME, clean_name
from .waiting import hold


@dataclass(frozen=True)
class Study:
    """is_paused: its runs wait until somebody lets it go on. created_at: seconds since 1970.

    search: what it seeks by itself, run after run, or None. asked: trials that the search has begun; ended:
    whether it begins no more.
    """

    study_id: str
    name: str
    owner: str
    owner_name: str
    created_at: float
    is_paused: bool
    search: Search | None = None
    asked: int = 0
    ended: bool = False


class Studies:
    """The studies of a store. Each run says which one it belongs to."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database, self._folder = database, folder

    def create(
        self,
        name: str,
        configs: Sequence[TrainConfig],
        owner: str = "",
        owner_name: str = "",
        once_within: float = 0.0,
        limit: int | None = None,
        paused: bool = False,
        adopt: Sequence[str] = (),
    ) -> str:
        """Store a study and its queued runs, all or none; returns its id. See `RunStore.create`.

        paused: they wait until `set_paused`. adopt: runs that exist already, and belong to it from now on
        unless they belong to another study.
        """
        if not configs:
            raise ConfigError("A study needs at least one run. Choose values and seeds.")
        name = clean_name(name)
        owned = {"owner": owner, "owner_name": owner_name[:MAX_NAME]}
        with self._database.write() as db:
            if known := _twin(db, relabel(configs[0]), owner, once_within):
                return known
            check_limit(db, owner, limit, len(configs))
            study_id = add_study(db, name=name, paused=int(paused), **owned)
            for config in map(relabel, configs):
                run_id = new_id(db, self._folder)
                enqueue(db, run_id, config, name=clean_name(run_name(config)), study=study_id, **owned)
            for run_id in adopt:
                db.execute("UPDATE runs SET study = ? WHERE run_id = ? AND study = ''", (study_id, run_id))
        return study_id

    def create_search(
        self, name: str, search: Search, owner: str = "", owner_name: str = "", paused: bool = False
    ) -> str:
        """Store a study that searches, without a run yet; returns its id. paused: as in `create`."""
        values = {"name": clean_name(name), "owner": owner, "owner_name": owner_name[:MAX_NAME]}
        with self._database.write() as db:
            return add_study(db, search=search.to_json(), paused=int(paused), **values)

    def add_trial(self, study: Study, config: TrainConfig, name: str) -> str | None:
        """Queue the next run of a search and return its id; None if another process has just done so, or the
        study is gone."""
        with self._database.write() as db:
            changed = db.execute(
                "UPDATE studies SET asked = asked + 1 WHERE study_id = ? AND asked = ?",
                (study.study_id, study.asked),
            ).rowcount
            if not changed:
                return None
            run_id = new_id(db, self._folder)
            owned = {"owner": study.owner, "owner_name": study.owner_name, "study": study.study_id}
            enqueue(db, run_id, config, name=clean_name(name[:MAX_NAME]), **owned)
        return run_id

    def searching(self) -> list[str]:
        """Ids of the searches that are neither paused nor at their end."""
        with self._database.read() as db:
            rows = db.execute("SELECT study_id FROM studies WHERE search != '' AND NOT paused AND NOT ended")
            return [row["study_id"] for row in rows]

    def end_search(self, study_id: str) -> None:
        """A search begins no more trials."""
        with self._database.write() as db:
            db.execute("UPDATE studies SET ended = 1 WHERE study_id = ?", (study_id,))

    def study_of(self, run_id: str) -> str:
        """The id of the study that a run belongs to, or ""."""
        with self._database.read() as db:
            row = db.execute("SELECT study FROM runs WHERE run_id = ?", (run_id,)).fetchone()
        return row["study"] if row else ""

    def all(self) -> list[Study]:
        """The newest first."""
        with self._database.read() as db:
            rows = db.execute("SELECT * FROM studies ORDER BY created_at DESC, study_id")
            return [_from_row(row) for row in rows]

    def get(self, study_id: str) -> Study:
        """Raises `RunError` for an unknown id."""
        with self._database.read() as db:
            row = db.execute("SELECT * FROM studies WHERE study_id = ?", (study_id,)).fetchone()
        if row is None:
            raise RunError(
                "There is no study {study_id!r}; it may have been deleted. Pick another one.",
                study_id=study_id[:40],
            )
        return _from_row(row)

    def run_ids(self, study_id: str) -> list[str]:
        """Its runs, in the order in which they were asked for."""
        with self._database.read() as db:
            rows = db.execute(
                "SELECT run_id FROM runs WHERE study = ? ORDER BY created_at, turn", (study_id,)
            )
            return [row["run_id"] for row in rows]

    def spread(self, ids: Sequence[str]) -> list[str]:
        """Ids of runs as they are, and in the place of a study's id those of its runs; each once."""
        known = {study.study_id for study in self.all()}
        run_ids = (run for each in ids for run in (self.run_ids(each) if each in known else [each]))
        return list(dict.fromkeys(run_ids))

    def set_paused(self, study_id: str, paused: bool) -> list[str]:
        """Hold a study back, or let it go on; returns its running runs, which are asked to stop and wait."""
        self.get(study_id)
        with self._database.write() as db:
            db.execute("UPDATE studies SET paused = ? WHERE study_id = ?", (int(paused), study_id))
            return hold(db, study_id) if paused else []

    def rename(self, study_id: str, name: str) -> None:
        """Give it another name of 1 to 80 characters."""
        self.get(study_id)
        with self._database.write() as db:
            db.execute("UPDATE studies SET name = ? WHERE study_id = ?", (clean_name(name), study_id))

    def forget(self, study_id: str) -> None:
        """Delete a study, not its runs: those that are left stand for themselves."""
        with self._database.write() as db:
            db.execute("UPDATE runs SET study = '' WHERE study = ?", (study_id,))
            db.execute("DELETE FROM studies WHERE study_id = ?", (study_id,))


def add_study(db: Connection, **columns: object) -> str:
    """Store a study without runs, inside a transaction; returns its id. columns: of it, such as name."""
    study_id = "s" + uuid.uuid4().hex[:7]
    insert(db, "studies", {"study_id": study_id, "created_at": time.time(), **columns})
    return study_id


def _from_row(row: Row) -> Study:
    as_it_is = ("study_id", "name", "owner", "owner_name", "created_at", "asked")
    return Study(
        **{name: row[name] for name in as_it_is},
        is_paused=bool(row["paused"]),
        search=_search(row["search"]),
        ended=bool(row["ended"]),
    )


@functools.lru_cache(maxsize=1000)
def _search(text: str) -> Search | None:
    """None for a study that seeks nothing, and for what another version of this project may have written: its
    runs are a study all the same."""
    try:
        return Search.from_json(text)
    except ConfigError:
        return None


def _twin(db: Connection, config: TrainConfig, owner: str, once_within: float) -> str | None:
    """The study with such a run that this owner started less than so many seconds ago."""
    now = time.time()
    row = db.execute(
        "SELECT study FROM runs WHERE owner = ? AND config = ? AND study != '' AND ABS(created_at - ?) < ?",
        (owner, json.dumps(config.to_dict()), now, once_within),
    ).fetchone()
    return row["study"] if row else None

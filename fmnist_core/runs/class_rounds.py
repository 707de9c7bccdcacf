"""Rounds in which a class guesses together, and its votes, as the store keeps them.

Who may do what is decided elsewhere (`jobs.class_game`). Every change names the image that it is about, so
that a second click, or a vote that comes late, changes nothing.
"""

import json
from dataclasses import dataclass
from sqlite3 import Connection, Row
from typing import Literal

import pandas as pd

from .database import Database

Phase = Literal["voting", "revealed", "ended", "closed"]


@dataclass(frozen=True)
class ClassRound:
    """Which images (positions in the test split), which runs, and how far the class is.

    phase: the image at `place` (from 0) is voted on ("voting") or its label is shown ("revealed"); the result
        is shown ("ended"); it is over ("closed").
    """

    round_id: int
    dataset: str
    run_ids: tuple[str, ...]
    images: tuple[int, ...]
    place: int
    phase: Phase

    @property
    def index(self) -> int:
        """The position of the image that is shown."""
        return self.images[self.place]

    @property
    def is_last(self) -> bool:
        """Whether no image comes after this one."""
        return self.place == len(self.images) - 1


class ClassRounds:
    """The rounds of a store; the newest one is the current one until it is closed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def current(self) -> ClassRound | None:
        """The round that the class plays, or whose result is still shown."""
        with self._database.read() as db:
            return _current(db)

    def begin(self, dataset: str, run_ids: list[str], images: list[int]) -> int | None:
        """A new round, in the place of one whose result is shown; returns its id, or None while one is on."""
        with self._database.write() as db:
            now = _current(db)
            if now is not None and now.phase != "ended":
                return None
            db.execute("UPDATE rounds SET phase = 'closed' WHERE phase != 'closed'")
            values = (dataset, json.dumps(run_ids), json.dumps(images))
            added = db.execute("INSERT INTO rounds (dataset, run_ids, images) VALUES (?, ?, ?)", values)
            return int(added.lastrowid or 0)

    def move(self, seen: ClassRound, place: int, phase: Phase) -> bool:
        """Take a round from where it was seen to this image and phase; False if it has gone on meanwhile."""
        with self._database.write() as db:
            changed = db.execute(
                "UPDATE rounds SET place = ?, phase = ? WHERE round_id = ? AND place = ? AND phase = ?",
                (place, phase, seen.round_id, seen.place, seen.phase),
            )
            return changed.rowcount == 1

    def vote(self, round_id: int, place: int, person_id: str, label: int) -> str:
        """Count a vote; returns "counted", "late" if this image is not voted on, or "twice"."""
        with self._database.write() as db:
            now = _current(db)
            if now is None or (now.round_id, now.place, now.phase) != (round_id, place, "voting"):
                return "late"
            values = (round_id, place, person_id, label)
            added = db.execute("INSERT OR IGNORE INTO votes VALUES (?, ?, ?, ?)", values)
            return "counted" if added.rowcount else "twice"

    def votes(self, round_id: int) -> pd.DataFrame:
        """All votes of a round: place, person_id, label."""
        with self._database.read() as db:
            rows = db.execute(
                "SELECT place, person_id, label FROM votes WHERE round_id = ?", (round_id,)
            ).fetchall()
        return pd.DataFrame([tuple(row) for row in rows], columns=["place", "person_id", "label"])


def _current(db: Connection) -> ClassRound | None:
    row: Row | None = db.execute("SELECT * FROM rounds ORDER BY round_id DESC LIMIT 1").fetchone()
    if row is None or row["phase"] == "closed":
        return None
    run_ids, images = (tuple(json.loads(row[name])) for name in ("run_ids", "images"))
    return ClassRound(row["round_id"], row["dataset"], run_ids, images, row["place"], row["phase"])

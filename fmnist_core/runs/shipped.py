"""The run that ships with the project: the photo model, a row and its files in the package.

Nothing of it lies in a runs folder: the store adds it when runs are read. So every runs folder shows it, old
or new, nothing that happens there can lose it, and a newer project brings its own without a trace of the
last one. `photos.shipping` writes the files.
"""

import hashlib
import json
import logging
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pandas as pd

from ..base.errors import FmnistError, RunError
from ..base.files import read_json
from ..base.messages import Message
from .epochs import history_frame
from .record import EPOCH_COLUMNS, TABLE_COLUMNS, Run, from_row

FOLDER = Path(__file__).parent.parent / "photos" / "model"
RUN_FILE = "run.json"
RECORD_FILE = "record.json"
SUMS_FILE = "SHA256SUMS"
"""The SHA-256 of every other file, as `sha256sum --check` reads it."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Shipped:
    """The shipped run, its row in the table of all runs, and how it was made (see `photos.shipping`)."""

    folder: Path
    run: Run
    table_row: tuple
    history: pd.DataFrame
    record: dict


def find_shipped(run_id: str | None = None) -> Shipped | None:
    """The shipped run; None if there is none, if it is damaged, or if it does not have this id."""
    found = _read(FOLDER)[0]
    return found if found is not None and run_id in (None, found.run.run_id) else None


def shipped_problem() -> str:
    """The sentence that says which file of the shipped run is damaged, or ""."""
    return _read(FOLDER)[1]


def require_not_shipped(run_id: str) -> None:
    """Raise `RunError` for the shipped run, which nobody can change."""
    found = find_shipped(run_id)
    if found is not None:
        raise RunError(
            "{name} comes with the project and cannot be deleted or changed. Start a run of your own.",
            name=found.run.name,
        )


def forget_shipped() -> None:
    """Read the files again when they are asked for next: they have been written again."""
    _read.cache_clear()


@lru_cache(maxsize=8)
def _read(folder: Path) -> tuple[Shipped | None, str]:
    """The run in a folder, or what is wrong with it; neither where no run has been put."""
    if not any((folder / name).exists() for name in (RUN_FILE, SUMS_FILE)):
        return None, ""
    name = SUMS_FILE
    try:
        for line in (folder / SUMS_FILE).read_text().splitlines():
            digest, name = line.split(maxsplit=1)
            if hashlib.sha256((folder / name).read_bytes()).hexdigest() != digest:
                raise ValueError
        name = RUN_FILE
        content = read_json(folder / RUN_FILE)
        added = {"parent": "", "rate_changed": 0, "automatic_color": content["row"]["color"]}
        row = added | content["row"]  # which a version without these columns may have written
        row["config"] = json.dumps(row["config"])
        run = from_row(row, comes_with_project=True)
        table_row = tuple(row[column] for column in TABLE_COLUMNS)
        history = history_frame([epoch[column] for column in EPOCH_COLUMNS] for epoch in content["history"])
        name = RECORD_FILE
        record = read_json(folder / RECORD_FILE)
        return Shipped(folder, run, table_row, history, record), ""
    except (OSError, ValueError, KeyError, TypeError, AttributeError, FmnistError):
        problem = Message(
            "The file {name} of the photo model that comes with the project is damaged. "
            "Install the project again; everything else works without it.",
            name=name,
        )
        log.warning("%s", problem)
        return None, problem

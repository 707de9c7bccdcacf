"""How far a run is within its epoch, as two small files in its folder: the curve, and the latest answers.

Files and not the database: twice a second is too often for everything that waits for the database to change.
"""

import contextlib
import json
import math
from pathlib import Path

import numpy as np
import pandas as pd

from ..base.epochs import Progress
from ..base.files import UNREADABLE, cannot_be_written, read_json

CURVE, SAMPLES = "progress.jsonl", "samples.json"
COLUMNS = ("epoch", "step", "steps", "train_loss", "train_accuracy", "seconds", "images_per_second")
COUNTS = ("epoch", "step", "steps")


def write(folder: Path, record: Progress) -> None:
    """Add a record to the curve. Raises `StorageError`."""
    line = json.dumps([getattr(record, name) for name in COLUMNS])
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(folder / CURVE, "a", encoding="utf-8") as file:
            file.write(line + "\n")
        if record.sample_probabilities is not None:
            rounded = np.round(record.sample_probabilities.astype(float), 3).tolist()
            temporary = folder / f".{SAMPLES}.tmp"
            temporary.write_text(json.dumps(rounded), encoding="utf-8")
            temporary.replace(folder / SAMPLES)
    except OSError as error:
        raise cannot_be_written(folder / CURVE, error) from None


def read(folder: Path) -> pd.DataFrame:
    """The records so far, with `COLUMNS`; half a line, being written just now, is left out."""
    rows = []
    with contextlib.suppress(OSError, UnicodeDecodeError):
        for line in (folder / CURVE).read_text(encoding="utf-8").splitlines():
            with contextlib.suppress(ValueError, TypeError, RecursionError):
                row = [float(value) for value in json.loads(line)]
                if len(row) == len(COLUMNS) and all(map(math.isfinite, row)):
                    rows.append(row)
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(dict.fromkeys(COUNTS, "int64"))


def epochs_done(ended: int, records: pd.DataFrame) -> float:
    """How many epochs a training has done.

    ended: those that have a result. The clock may have cut the last one short, as `records` shows.
    """
    if records.empty:
        return float(ended)
    latest = records.iloc[-1]
    return float(max(ended - 1, latest.epoch - 1 + latest.step / latest.steps))


def read_samples(folder: Path) -> np.ndarray | None:
    """The latest probabilities of the images that are watched, float32 (S, classes), or None."""
    try:
        samples = np.asarray(read_json(folder / SAMPLES), np.float32)
    except UNREADABLE:
        return None
    return samples if samples.ndim == 2 and samples.size else None


def version(folder: Path) -> int:
    """Changes with each record."""
    try:
        return (folder / CURVE).stat().st_size
    except OSError:
        return 0


def forget_after(folder: Path, epoch: int) -> None:
    """Leave out what a training that goes on after `epoch` computes again."""
    frame = read(folder)
    kept = frame[frame["epoch"] <= epoch]
    if len(kept) < len(frame):
        lines = [json.dumps(row) + "\n" for row in kept.to_numpy().tolist()]
        with contextlib.suppress(OSError):
            (folder / CURVE).write_text("".join(lines), encoding="utf-8")

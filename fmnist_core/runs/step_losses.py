"""The training loss of every step of a run, as a file in its folder: float32, one number after the other.

Each epoch has its place in the file: one that is computed again after a resume lies where it was, with the
same numbers. Where nothing is known there is NaN: epochs of an earlier version, and steps that were cut off.
"""

import os
from pathlib import Path

import numpy as np
import pandas as pd

from ..base.epochs import EpochResult
from ..base.files import cannot_be_written

FILE = "step_losses.f32"
MOST_POINTS = 2000
"""Of a run, drawn at most: more cannot be told apart on a screen."""
COLUMNS = ("step", "steps", "train_loss")


def write(folder: Path, result: EpochResult) -> None:
    """Keep an epoch's losses. Raises `StorageError` when the disk is full or read-only."""
    if result.step_losses is None:
        return
    path, losses = folder / FILE, result.step_losses.astype("<f4")
    place = (result.epoch - 1) * len(losses)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch()
        with open(path, "r+b") as file:
            there = file.seek(0, os.SEEK_END) // losses.itemsize
            unknown = np.full(max(0, place - there), np.nan, losses.dtype)
            file.seek(min(there, place) * losses.itemsize)
            file.write(unknown.tobytes() + losses.tobytes())
    except OSError as error:
        raise cannot_be_written(path, error) from None


def read(folder: Path, most: int = MOST_POINTS) -> pd.DataFrame:
    """The losses by step, with `COLUMNS`: of more than `most` steps, the means of as many equal bins.

    step: the last one of a bin, from 1; steps: how many it is the mean of. Empty where none were kept.
    """
    try:
        losses = np.fromfile(folder / FILE, "<f4").astype(float)
    except OSError:
        losses = np.empty(0)
    width = max(1, -(-len(losses) // most))
    bins = np.arange(len(losses)) // width
    known = np.isfinite(losses)
    frame = pd.DataFrame({"step": np.arange(1, len(losses) + 1), "train_loss": losses, "bin": bins})[known]
    found = frame.groupby("bin").agg(
        step=("step", "max"), steps=("step", "size"), train_loss=("train_loss", "mean")
    )
    return found.reset_index(drop=True)[list(COLUMNS)]


def version(folder: Path) -> int:
    """Changes with each epoch."""
    try:
        return (folder / FILE).stat().st_mtime_ns
    except OSError:
        return 0

"""What a run in an archive must be before it is taken in: its settings, figures, curve and files."""

import math
from pathlib import Path
from typing import Any

from ..base.config import PRECISIONS, TrainConfig
from ..base.errors import FmnistError
from ..base.messages import Message
from . import checkpoints, predictions
from .record import (
    CHECKPOINT,
    EPOCH_COLUMNS,
    GIVEN_UP,
    GIVEN_UP_BEFORE,
    MAX_NOTE,
    clean_color,
    clean_name,
    stored,
)

COUNTS = ("epochs", "parameters", "test_count", "best_epoch")
SHARES = ("train_accuracy", "validation_accuracy", "best_validation_accuracy", "test_accuracy")
NUMBERS = ("seconds", "images_per_second", "started_at", "finished_at", "created_at")
TEXTS = ("device", "torch_version", "project_version")
COLORS = ("color", "automatic_color")
COLUMNS = (*COUNTS, *SHARES, *NUMBERS, *TEXTS, "precision", *COLORS, "note", "status", "rate_changed")
"""What an archive has of a run's row, beside its name and whether its search gave it up."""

LARGEST_NUMBER = 4e9
"""A moment in the year 2096: what tells a date of a later one fails on some systems."""

STATUSES = ("completed", "stopped", "failed", "interrupted")


class Wrong(FmnistError):
    """What is wrong with a file, in a few words."""


def require(condition: bool, otherwise: str, **values: object) -> None:
    """otherwise: what is wrong if it does not hold; a template and its values."""
    if not condition:
        raise Wrong(otherwise, **values)


def _require_value(is_fitting: bool, run_id: str, name: str) -> None:
    require(is_fitting, "the value {name} of {run} is wrong", name=name, run=run_id)


def checked(run_id: str, run: dict[str, Any], folder: Path) -> TrainConfig:
    """The settings of a run whose figures, curve and files are what they should be."""
    row = run["row"]
    config = TrainConfig.from_dict(run["config"])
    fits = {
        **dict.fromkeys(COUNTS, lambda value: type(value) is int and 0 <= value < 2**53),
        **dict.fromkeys(SHARES, lambda value: _is_number(value) and 0 <= value <= 1),
        **dict.fromkeys(NUMBERS, lambda value: _is_number(value) and 0 <= value < LARGEST_NUMBER),
        **dict.fromkeys(TEXTS, lambda value: isinstance(value, str) and len(value) <= 80),
    }
    for name, is_fitting in fits.items():
        _require_value(row[name] is None or is_fitting(row[name]), run_id, name)
    _require_value(row["status"] in STATUSES, run_id, "status")
    _require_value(row["created_at"] is not None, run_id, "created_at")
    _require_value(row["precision"] in (None, *PRECISIONS), run_id, "precision")
    row.setdefault("automatic_color", row["color"])  # of a file of an earlier version, as are the next ones
    for name in ("rate_changed", "given_up"):
        _require_value(isinstance(row.setdefault(name, False), bool), run_id, name)
    # Other messages stay behind: a stranger's sentence is not this program's.
    row["message"] = stored(_why_given_up(run_id, row)) if row["given_up"] else ""
    row |= {name: clean_color(row[name]) for name in COLORS}
    is_note = isinstance(row["note"], str) and len(row["note"]) <= MAX_NOTE
    _require_value(is_note, run_id, "note")
    row["name"] = clean_name(row["name"])
    before = 0
    for epoch in run["history"]:
        is_whole = len(epoch) == len(EPOCH_COLUMNS) and _follows(epoch[0], before, config)
        is_whole = is_whole and all(value is None or _is_number(value) for value in epoch)
        require(is_whole, "epoch {epoch} of {run} is wrong", run=run_id, epoch=before + 1)
        before = epoch[0]
    _require_value(before == row["epochs"] <= config.epochs, run_id, "epochs")
    if (folder / CHECKPOINT).exists():
        checkpoints.load(folder / CHECKPOINT, config)
    for split in ("test", "validation"):
        if (folder / f"{split}_logits.npy").exists():
            predictions.read_logits(folder, split)
    for epoch in predictions.kept_epochs(folder):
        predictions.read(folder, epoch)
    return config


def _follows(epoch: object, before: int, config: TrainConfig) -> bool:
    """Whether a run may have a result of this epoch after that one: of a race not each epoch has one."""
    return type(epoch) is int and (before < epoch if config.until_the_bell else epoch == before + 1)


def _why_given_up(run_id: str, row: dict[str, Any]) -> Message:
    values = {name: row.get(name) for name in ("better", "others")}
    if None in values.values():  # an earlier version gave it up
        return Message(GIVEN_UP_BEFORE, epoch=row["epochs"])
    for name, value in values.items():
        _require_value(type(value) is int and 0 <= value < 2**53, run_id, name)
    return Message(GIVEN_UP, epoch=row["epochs"], **values)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)

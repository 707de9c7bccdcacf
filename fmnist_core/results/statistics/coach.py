"""The run coach: what a history says, in short sentences with a remedy. Needs no model and no images."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from ...base.messages import Message

WINDOW = 3
"""Epochs that are averaged before one says that something rises or falls; a single epoch may be chance."""


class HeldOut(NamedTuple):
    """The split that a run was watched on: "validation" where it has one, else "test"."""

    split: str
    losses: np.ndarray
    accuracies: np.ndarray


def overfitting_since(history: pd.DataFrame) -> int | None:
    """The epoch since which training loss falls while the held-out loss rises; None if that is not so.

    That is the epoch of the lowest held-out loss, if the mean of the last three epochs lies at least 2 %
    above it, and the training loss has fallen further meanwhile.
    """
    held_out = _held_out(history)
    if held_out is None:
        return None
    losses, train = held_out.losses, _column(history, "train_loss")
    known = np.isfinite(losses) & np.isfinite(train)
    losses, train, epochs = losses[known], train[known], history["epoch"].to_numpy()[known]
    if len(losses) <= WINDOW:
        return None
    best = int(losses.argmin())
    later = slice(-WINDOW, None)
    grown = losses[later].mean() > 1.02 * losses[best] and train[later].mean() < train[best]
    return int(epochs[best]) if grown and best < len(losses) - WINDOW else None


def coach(history: pd.DataFrame, classes: int = 10) -> list[str]:
    """What to do next, the most urgent first; an empty list when there is nothing to say yet.

    history: a row an epoch with epoch, train_loss, train_accuracy and, where measured, the losses and
    accuracies of validation and test. `classes` says which accuracy would be mere chance.
    """
    if len(history) == 0:
        return []
    train_loss = _column(history, "train_loss")
    broken = np.flatnonzero(~np.isfinite(train_loss))
    if len(broken):
        epoch = int(history["epoch"].iloc[broken[0]])
        return [
            Message(
                "The loss is not a number since epoch {epoch}: the learning rate is far too high. "
                "Try a tenth of it.",
                epoch=epoch,
            )
        ]
    if _diverging(history, classes):
        return ["The training loss does not settle: the learning rate is too high. Try a third of it."]
    since = overfitting_since(history)
    held_out = _held_out(history)
    split = held_out.split if held_out else "validation"
    if since:
        return [
            Message(
                "Overfitting since epoch {since}: the {split} loss rises while the training loss "
                "falls. Fewer epochs, augmentation or weight decay would help.",
                since=since,
                split=split,
            )
        ]
    if held_out is None:
        if len(history) < WINDOW:
            return ["Still learning: too few epochs to say more."]
        return ["No validation images: overfitting cannot be seen here. Set some aside to watch it."]
    return _by_progress(held_out)


def _by_progress(held_out: HeldOut) -> list[str]:
    """Still learning, or levelled off: the last three epochs against the three before them."""
    values = held_out.accuracies[np.isfinite(held_out.accuracies)]
    if len(values) < 2 * WINDOW:
        return ["Still learning: too few epochs to say more."] if len(values) else []
    points = 100 * (values[-WINDOW:].mean() - values[-2 * WINDOW : -WINDOW].mean())
    if points >= 0.2:
        return [
            Message(
                "Still learning: the last {window} times that it was measured, {split} accuracy was "
                "{points:.1f} points higher on average than the {window} times before. More epochs may help.",
                split=held_out.split,
                points=points,
                window=WINDOW,
            )
        ]
    return [
        Message(
            "Levelled off: {split} accuracy hardly moves any more. More epochs will change little.",
            split=held_out.split,
        )
    ]


def _diverging(history: pd.DataFrame, classes: int) -> bool:
    """Training loss far above its lowest value, up and down in turn, or an accuracy that is mere chance."""
    losses = _column(history, "train_loss")
    if len(losses) < WINDOW:
        return False
    if losses[-1] > 1.5 * losses.min() + 0.05:
        return True
    jumps = np.diff(losses) > 0.1 * losses[:-1]
    if len(losses) >= 6 and jumps[-6:].sum() >= 2:
        return True
    accuracies = _column(history, "train_accuracy")[-WINDOW:]
    return bool(np.isfinite(accuracies).all() and accuracies.max() < 1.3 / classes)


def _held_out(history: pd.DataFrame) -> HeldOut | None:
    for split in ("validation", "test"):
        losses = _column(history, f"{split}_loss")
        if np.isfinite(losses).sum() > 1 or (len(losses) == 1 and np.isfinite(losses[0])):
            return HeldOut(split, losses, _column(history, f"{split}_accuracy"))
    return None


def _column(history: pd.DataFrame, name: str) -> np.ndarray:
    """One column as float64, NaN where it is missing."""
    if name not in history:
        return np.full(len(history), np.nan)
    return history[name].to_numpy(dtype=float, na_value=np.nan)

"""Rules on the loss and the accuracy of the images that a run learns from."""

import numpy as np
import pandas as pd

from ....base.messages import Message, percent
from ....base.recipes import FEW
from .evidence import FEW_STEPS, WINDOW, Evidence
from .findings import Finding, lower_the_rate, said, suspect


def not_a_number(evidence: Evidence) -> Finding | None:
    losses = evidence.history.get("train_loss", pd.Series(dtype=float)).to_numpy(dtype=float, na_value=np.nan)
    broken = np.flatnonzero(~np.isfinite(losses))
    if not len(broken):
        return None
    epoch = int(evidence.history["epoch"].iloc[broken[0]])
    seen = Message("The training loss is not a number since epoch {epoch}.", epoch=epoch)
    return Finding("rate too high", seen, lower_the_rate(evidence.config))


def worse_than_guessing(evidence: Evidence) -> Finding | None:
    """A loss that no net has that finds all classes equally likely; the first epoch may begin badly."""
    epoch, loss = evidence.train_loss.at(-1)
    if loss < (1.2 if len(evidence.train_loss) > 1 else 3) * evidence.guess_loss:
        return None
    seen = Message(
        "The training loss at epoch {epoch} is {loss}, and guessing would have {guess}.",
        epoch=epoch,
        loss=said(loss),
        guess=said(evidence.guess_loss),
    )
    return Finding("rate too high", seen, lower_the_rate(evidence.config))


def climbed(evidence: Evidence) -> Finding | None:
    """A training loss that was low and has been much higher for two epochs."""
    losses = evidence.train_loss
    lowest = int(losses.values.argmin())
    epoch, low = losses.at(lowest)
    last_epoch, last = losses.at(-1)
    if losses.values[-2:].min() < 1.3 * low + 0.1 * evidence.guess_loss:
        return None
    seen = Message(
        "The training loss climbed from {low} at epoch {epoch} to {last} at epoch {last_epoch}.",
        low=said(low),
        epoch=epoch,
        last=said(last),
        last_epoch=last_epoch,
    )
    return Finding("rate too high", seen, lower_the_rate(evidence.config))


def few_steps(evidence: Evidence) -> Finding | None:
    """It has ended after so few steps that it knows less than half of what it could: few images in large
    batches. In mid-training there are always few, and where the clock ends it, they are not known."""
    images, steps, config = evidence.training_images, evidence.steps, evidence.config
    if images is None or steps is None or images >= FEW:
        return None
    if config.max_seconds is not None or not evidence.has_ended:
        return None
    known = evidence.known_of_training
    if steps >= FEW_STEPS or known >= (1 + evidence.guess_accuracy) / 2:
        return None
    seen = Message(
        "Only {steps} step(s): {known} of the {images:,} training image(s) are right.",
        steps=steps,
        known=percent(known),
        images=images,
    )
    advice = "Smaller batches or more epochs give more steps, as the recipe few does."
    return suspect(config, seen) or Finding("few steps", seen, advice)


def learns_nothing(evidence: Evidence) -> Finding | None:
    """Still guessing after three epochs."""
    losses, accuracy = evidence.train_loss, evidence.train_accuracy
    if len(losses) < WINDOW or losses.at(-1)[1] < 0.9 * evidence.guess_loss:
        return None
    if not evidence.is_guessing(accuracy):
        return None
    seen = Message(
        "At epoch {epoch}, {accuracy} of the training images are right, and guessing gets {guess}.",
        epoch=accuracy.at(-1)[0],
        accuracy=percent(accuracy.at(-1)[1]),
        guess=percent(evidence.guess_accuracy),
    )
    return suspect(evidence.config, seen) or Finding(
        "no learning",
        seen,
        "It has learned nothing so far, and the curves do not show why. Check the net, labels and settings.",
    )


def learns_little(evidence: Evidence) -> Finding | None:
    """After three epochs more than a third of the loss of guessing is left, and a setting may be why."""
    losses = evidence.train_loss
    if len(losses) < WINDOW or losses.at(-1)[1] < evidence.guess_loss / 3:
        return None
    seen = Message(
        "The training loss was {first} at epoch {first_epoch} and is {last} at epoch {epoch}; guessing "
        "would have {guess}.",
        first=said(losses.at(0)[1]),
        first_epoch=losses.at(0)[0],
        last=said(losses.at(-1)[1]),
        epoch=losses.at(-1)[0],
        guess=said(evidence.guess_loss),
    )
    return suspect(evidence.config, seen)


def jumps(evidence: Evidence) -> Finding | None:
    """A training loss that rose by more than a quarter twice in the last six epochs, and is not near 0."""
    recent = evidence.train_loss[-2 * WINDOW - 1 :]
    rises = np.diff(recent.values)
    high = np.flatnonzero(rises > 0.25 * recent.values[:-1] + 0.02 * evidence.guess_loss)
    if len(high) < 2:
        return None
    (epoch, low), (top_epoch, top) = recent.at(high[-1]), recent.at(high[-1] + 1)
    seen = Message(
        "The training loss jumps, at last from {low} at epoch {epoch} to {top} at epoch {top_epoch}.",
        low=said(low),
        epoch=epoch,
        top=said(top),
        top_epoch=top_epoch,
    )
    return Finding("rate too high", seen, lower_the_rate(evidence.config))

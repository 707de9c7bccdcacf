"""Rules on the images that a run is watched on and does not learn from."""

from typing import NamedTuple

import numpy as np

from ....base.messages import Message, percent
from ..intervals import wilson_interval
from .evidence import WINDOW, Curve, Evidence
from .findings import Finding, better_lower_rate, said, suspect


class Turn(NamedTuple):
    """The held-out loss since it was lowest, and the training loss at the same epochs."""

    held_out: Curve
    train: Curve


def turning_point(evidence: Evidence) -> Turn | None:
    """None unless the held-out loss has clearly risen since it was lowest, and the training loss has fallen
    and is near its lowest.

    Clearly: the last three are 2 % higher, and their mean by three times what single ones scatter by and by
    two standard errors of so many images. A few images of which the net is surer and surer, and wrong, raise
    a loss: the changes of single images' losses scatter by about as much as the loss itself.

    A net that is trained with label smoothing is to be less sure, also of what it knows: its held-out loss,
    which is measured without, rises by itself. Then its accuracy must have fallen as well; of a net whose
    answers are all right one does not say it either.
    """
    held_out, train = evidence.loss, evidence.train_loss
    both = np.intersect1d(held_out.epochs, train.epochs)
    held_out = held_out[np.isin(held_out.epochs, both)]
    train = train[np.isin(train.epochs, both)]
    if len(both) <= WINDOW:
        return None
    lowest = int(held_out.values.argmin())
    low, recent = held_out.values[lowest], held_out.values[-WINDOW:]
    by_chance = max(3 * held_out.noise(), 2 * evidence.chance * recent.mean())
    has_risen = recent.min() > 1.02 * low and recent.mean() - low > by_chance
    learned = train.values[-WINDOW:]
    has_fallen = learned.mean() < train.values[lowest] and learned.min() < 1.05 * train.values.min() + 0.02
    right = evidence.accuracy[-WINDOW:].values.mean() if len(evidence.accuracy) else 0.0
    is_still_right = right >= evidence.accuracy.until(int(both[lowest]))
    if right == 1 or (evidence.config.label_smoothing and is_still_right):
        return None
    return Turn(held_out[lowest:], train[lowest:]) if has_risen and has_fallen else None


def learns_nothing_general(evidence: Evidence) -> Finding | None:
    """It knows its training images, and of the others no more than one who guesses.

    Few training images are enough where the loss of the others has clearly risen meanwhile. Of few of the
    others a good net may get as many as one who guesses: the upper end of the interval of their accuracy must
    lie nearer to guessing than to what it knows.
    """
    known, accuracy, guess = evidence.known_of_training, evidence.accuracy, evidence.guess_accuracy
    enough = 0.1 if turning_point(evidence) is None else 0.05
    if evidence.is_early or known < guess + enough or not evidence.is_guessing(accuracy):
        return None
    right = round(accuracy[-WINDOW:].values.max() * evidence.images)
    most = wilson_interval(right, evidence.images)[1]
    if known - most < most - guess:
        return None
    seen = Message(
        "{known} of the training images are right, but {accuracy} of the {split} images: guessing gets "
        "{guess}.",
        known=percent(known),
        accuracy=percent(accuracy.at(-1)[1]),
        split=evidence.split,
        guess=percent(guess),
    )
    return Finding(
        "wrong labels", seen, "What it learned is of no use there. Check that the labels are right."
    )


def overfits(evidence: Evidence) -> Finding | None:
    """It got better on the other images, and has got worse since."""
    turn = turning_point(evidence)
    if turn is None or evidence.is_guessing(evidence.accuracy):
        return None
    held_out, train = turn
    (since, low), (epoch, last) = held_out.at(0), held_out.at(-1)
    seen = Message(
        "Overfitting since epoch {since}: until epoch {epoch} the {split} loss rose from {low} to {last}, "
        "while the training loss fell from {train_before} to {train_now}.",
        since=since,
        epoch=epoch,
        split=evidence.split,
        low=said(low),
        last=said(last),
        train_before=said(train.at(0)[1]),
        train_now=said(train.at(-1)[1]),
    )
    advice = "Fewer epochs, augmentation or weight decay would help."
    if evidence.config.max_seconds is not None:
        advice = "Fewer seconds, augmentation or weight decay would help."
    return Finding("overfitting", seen, advice)


def knows_by_heart(evidence: Evidence) -> Finding | None:
    """It knows its training images far better than the others, of the last epoch and of the last three, and
    does not get better on those. The last epoch's is said: it stands elsewhere on the page."""
    if not len(evidence.accuracy) or evidence.is_early:
        return None
    last, usual = evidence.accuracy.at(-1)[1], evidence.accuracy[-WINDOW:].median()[1]
    known = evidence.known_of_training
    gap = max(0.08, evidence.chance, 2.5 * evidence.accuracy.noise())
    if known - max(last, usual) < gap or known < 0.8 or (known < 0.98 and improves(evidence)):
        return None
    seen = Message(
        "Overfitting: {known} of the training images are right, but {accuracy} of the {split} images.",
        known=percent(known),
        accuracy=percent(last),
        split=evidence.split,
    )
    return Finding("overfitting", seen, "More training images, augmentation or weight decay would help.")


def gets_worse(evidence: Evidence) -> Finding | None:
    """An accuracy that is clearly lower than it was."""
    accuracy = evidence.accuracy
    if evidence.is_early or len(accuracy) < 2 * WINDOW:
        return None
    *before, (last_epoch, last) = accuracy.medians()
    epoch, best = max(before, key=lambda found: found[1])
    if best - last < max(0.02, evidence.chance_of_difference, 3 * accuracy.noise()):
        return None
    seen = Message(
        "The {split} accuracy has fallen, from {best} around epoch {epoch} to {last} around "
        "epoch {last_epoch}.",
        split=evidence.split,
        best=percent(best),
        epoch=epoch,
        last=percent(last),
        last_epoch=last_epoch,
    )
    return suspect(evidence.config, seen) or Finding(
        "gets worse", seen, "Stop earlier, or try a lower learning rate."
    )


def unsteady(evidence: Evidence) -> Finding | None:
    """An accuracy that fell twice in the last six measurements, by more than two points and than chance:
    of 24 images one is 4.2 points, whatever the learning rate."""
    recent = evidence.accuracy[-2 * WINDOW :]
    if evidence.is_early or (np.diff(recent.values) < -max(0.02, evidence.chance_of_difference)).sum() < 2:
        return None
    seen = Message(
        "The {split} accuracy jumps between {low} and {high} from epoch {epoch} to epoch {last_epoch}.",
        split=evidence.split,
        low=percent(float(recent.values.min())),
        high=percent(float(recent.values.max())),
        epoch=recent.at(0)[0],
        last_epoch=recent.at(-1)[0],
    )
    better = better_lower_rate(evidence.config)
    advice = Message("A lower learning rate would steady it: try {better:g}.", better=better)
    return suspect(evidence.config, seen) or Finding("unsteady", seen, advice)


def unseen(evidence: Evidence) -> Finding | None:
    config = evidence.config
    if config.validation_size or 0 < config.test_every < config.epochs or len(evidence.train_loss) < WINDOW:
        return None
    return Finding(
        "unseen", "No validation images: overfitting cannot be seen here.", "Set some aside to watch it."
    )


def improves(evidence: Evidence) -> Finding | None:
    """The last three accuracies are clearly the highest. Of fewer than six, the last is two points above the
    first, and its loss 2 % below all others.

    Where chance alone may raise the accuracy of so many images as much, the loss must still fall as well, and
    the net do better than guessing; then the loss is what is said.
    """
    accuracy, loss = evidence.accuracy, evidence.loss
    if len(accuracy) < 2 or len(loss) < 2:
        return None
    is_long = len(accuracy) >= 2 * WINDOW
    if is_long:
        *earlier, before, now = accuracy.medians()
        highest = max(value for _, value in [*earlier, before])
        rises = now[1] > highest and now[1] - before[1] >= max(0.002, 2.5 * accuracy[-3 * WINDOW :].noise())
        falls = still_falls(loss[-2 * WINDOW :]) and not evidence.is_guessing(accuracy)
    else:
        before, now = accuracy.at(0), accuracy.at(-1)
        rises = falls = now[1] - before[1] >= 0.02 and loss.at(-1)[1] < 0.98 * loss.values[:-1].min()
    is_sure = now[1] - before[1] >= evidence.chance_of_difference
    high, low = loss.until(before[0]), loss.until(now[0])
    if not rises or not (is_sure or (falls and low < high)):
        return None
    where = {"split": evidence.split, "epoch": before[0], "last_epoch": now[0]}
    if is_sure:
        seen = Message(
            "Still improving: {split} accuracy rose from {before} around epoch {epoch} to {now} around epoch "
            "{last_epoch}."
            if is_long
            else "Still improving: {split} accuracy rose from {before} at epoch {epoch} to {now} at epoch "
            "{last_epoch}.",
            before=percent(before[1]),
            now=percent(now[1]),
            **where,
        )
    else:
        seen = Message(
            "Still improving: {split} loss fell from {before} at epoch {epoch} to {now} at epoch "
            "{last_epoch}.",
            before=said(high),
            now=said(low),
            **where,
        )
    if evidence.config.max_seconds is not None:  # the clock ends it
        advice = "Give it more seconds next time." if evidence.has_ended else "More seconds may help."
    else:
        advice = "Train for more epochs next time." if evidence.has_ended else "More epochs may help."
    return suspect(evidence.config, seen) or Finding("still improving", seen, advice)


def still_falls(loss: Curve) -> bool:
    """Whether the mean of the last three losses is 2 % lower than that of those before them."""
    return len(loss) > WINDOW and bool(loss.values[-WINDOW:].mean() < 0.98 * loss.values[:-WINDOW].mean())


def levelled_off(evidence: Evidence) -> Finding | None:
    """Six measurements within five points; neither does the accuracy rise among them, nor the loss fall."""
    recent = evidence.accuracy[-2 * WINDOW :]
    if len(recent) < 2 * WINDOW or np.ptp(recent.values) > 0.05 or evidence.is_guessing(recent):
        return None
    rise = recent.values[-WINDOW:].mean() - recent.values[:WINDOW].mean()
    if rise >= max(0.002, recent.noise()) or still_falls(evidence.loss[-2 * WINDOW :]):
        return None
    lowest, highest = float(recent.values.min()), float(recent.values.max())
    accuracy = evidence.accuracy
    outside = np.flatnonzero((accuracy.values < lowest) | (accuracy.values > highest))
    since = accuracy.epochs[outside[-1] + 1 if len(outside) else 0]  # it may have been there for longer
    low, high = percent(lowest), percent(highest)
    seen = Message(
        "Levelled off: {split} accuracy has stayed at {low} since epoch {epoch}."
        if low == high
        else "Levelled off: {split} accuracy has stayed between {low} and {high} since epoch {epoch}.",
        split=evidence.split,
        low=low,
        high=high,
        epoch=int(since),
    )
    known, advice = evidence.known_of_training, "More epochs may add little."
    if evidence.config.max_seconds is not None:
        advice = "More seconds may add little."
    if known - recent.median()[1] <= 0.02 and evidence.chance <= 0.05:  # fewer than 400 images cannot tell
        advice = Message(
            "Of the training images no more are right, {known}: a larger net may learn more.",
            known=percent(known),
        )
    return suspect(evidence.config, seen) or Finding("levelled off", seen, advice)

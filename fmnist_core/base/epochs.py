"""What comes out of a training: a record within an epoch, and the result of one. Both are picklable."""

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Progress:
    """What `fit` yields within an epoch, if asked to; means over the images since the previous record.

    step, steps: of the epoch; seconds: of training in all. sample_probabilities: float32 (S, classes), the
    model's answers for the S images that are watched; None if there are none.
    """

    epoch: int
    step: int
    steps: int
    train_loss: float
    train_accuracy: float
    seconds: float
    images_per_second: float
    sample_probabilities: np.ndarray | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Kept:
    """The weights that a training leaves, if not the last epoch's: measured once more at its end."""

    epoch: int
    train_accuracy: float
    test_accuracy: float | None
    validation_logits: np.ndarray = field(compare=False, repr=False)
    test_logits: np.ndarray | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class EpochResult:
    """What `fit` yields after each epoch that it measures. Losses are means over images, accuracies lie
    in [0, 1].

    train_loss, train_accuracy: running means over the epoch, as the net was learning (with dropout and
        augmentation); evaluated_train_accuracy: in evaluation mode over all training images, as the lecture
        measures it, every 5th and the last epoch, else None.
    validation_*, test_*: None where there is no validation split or the test split was not evaluated.
    seconds: training time since epoch 1 began, evaluation included, pauses between resumes left out; with
        `max_seconds` that of the training steps alone. That limit may end an epoch early: the means are then
        over the images seen.
    images_per_second: training images of this epoch by the time of its training steps alone.
    step_losses: the loss of each step, float32 (steps of a whole epoch,); NaN for steps that were cut off.
    test_logits, validation_logits: float32 (N, classes) or None; left out of comparison and printing.
    state: all that is needed to go on (weights, optimizer, schedule, random state), nested dicts of CPU
        tensors and plain values, for `checkpoints.save`.
    kept: at the end, if other weights than this epoch's are kept (`TrainConfig.keep`).
    device, precision, parameters: what the training really runs on ("cpu", "bfloat16"), and its size.
    """

    epoch: int
    train_loss: float
    train_accuracy: float
    seconds: float
    images_per_second: float
    learning_rate: float
    device: str
    precision: str
    parameters: int
    evaluated_train_accuracy: float | None = None
    validation_loss: float | None = None
    validation_accuracy: float | None = None
    test_loss: float | None = None
    test_accuracy: float | None = None
    is_last: bool = False
    kept: Kept | None = None
    step_losses: np.ndarray | None = field(default=None, compare=False, repr=False)
    validation_logits: np.ndarray | None = field(default=None, compare=False, repr=False)
    test_logits: np.ndarray | None = field(default=None, compare=False, repr=False)
    state: dict = field(default_factory=dict, compare=False, repr=False)

"""Training: `fit(config, data)` yields an `EpochResult` after each epoch; it owns no thread, knows no
store and no screen.

loop: the epochs; learner: one training step and all that it changes; split: which images it may see;
precision: fp32 or bf16, by measuring; devices: where it runs, and why not on the GPU; rate_finder: which
learning rate.
"""

from .best import is_out_of_patience
from .devices import is_there, pick_device
from .learner import ONE_CYCLE_END, ONE_CYCLE_RISE, ONE_CYCLE_START, Learner, learning_rate
from .loop import TRAIN_EVALUATION_EVERY, fit
from .optimizers import Optimizer
from .progress import Watch
from .rate_finder import RATE_RANGE, RATE_STEPS, RatePoint, find_rate, rate_verdict, suggest_rate
from .split import check_sizes, split
from .threads import uses_one_core, using_threads

__all__ = [
    "ONE_CYCLE_END",
    "ONE_CYCLE_RISE",
    "ONE_CYCLE_START",
    "RATE_RANGE",
    "RATE_STEPS",
    "TRAIN_EVALUATION_EVERY",
    "Learner",
    "Optimizer",
    "RatePoint",
    "Watch",
    "augmentation",
    "check_sizes",
    "find_rate",
    "fit",
    "is_out_of_patience",
    "is_there",
    "learning_rate",
    "photo_augmentation",
    "pick_device",
    "rate_verdict",
    "split",
    "suggest_rate",
    "uses_one_core",
    "using_threads",
]

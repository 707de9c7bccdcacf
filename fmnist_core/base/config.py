"""`TrainConfig`, all that decides a training, and `EpochResult`, what comes out of one epoch.

Both are plain and picklable. The names of data sets and architectures are checked where they are
looked up (`datasets.find`, `architectures.find`), because people may add their own.
"""

import dataclasses
import math
from dataclasses import dataclass, field

import numpy as np

from .errors import ConfigError, unknown

OPTIMIZERS = ("adam", "adamw", "sgd")
SCHEDULES = ("constant", "cosine", "one-cycle")
PRECISIONS = ("auto", "float32", "bfloat16")
AUGMENTATIONS = ("shift", "flip", "erase", "photo")
"""Single augmentations; `TrainConfig.augmentation` is "none" or several joined by "+": "shift+flip"."""

MAX_EPOCHS = 1000
MAX_BATCH_SIZE = 60_000
MAX_IMAGES = 10**7
MAX_SEED = 2**53 - 1
"""The largest whole number that a browser and JSON keep exactly."""


@dataclass(frozen=True)
class TrainConfig:
    """A training, reproducible from these values alone. Raises `ConfigError` at construction.

    validation_size: images carved from the training split, stratified by class; 0 keeps all of them.
    weight_averaging: decay per step of an exponential moving average of the weights, which is then
        the model that is evaluated and kept; 0 is off.
    test_time_flip: logits are averaged over each image and its mirror image at evaluation.
    test_every: epochs between two evaluations of the test split (the last epoch always is one);
        0 means only at the end.
    train_size: use only so many training images, stratified; None uses all.
    max_seconds: training time after which the current epoch is the last one (a race); None is no limit.
    device: "auto", "cpu", "cuda", "cuda:1", "mps".
    photos: a folder of photos in class folders that the net learns from as well (`photos.learning`); None
        for none.
    recipe: the name of the recipe that the settings came from; a label, it decides nothing.
    """

    dataset: str = "fashion-mnist"
    architecture: str = "mlp-256"
    recipe: str = "custom"
    epochs: int = 10
    batch_size: int = 256
    optimizer: str = "adam"
    learning_rate: float = 1e-3
    schedule: str = "constant"
    momentum: float = 0.9
    weight_decay: float = 0.0
    label_smoothing: float = 0.0
    augmentation: str = "none"
    validation_size: int = 0
    precision: str = "auto"
    seed: int = 43052
    device: str = "auto"
    weight_averaging: float = 0.0
    test_time_flip: bool = False
    test_every: int = 1
    train_size: int | None = None
    max_seconds: float | None = None
    photos: str | None = None

    def __post_init__(self) -> None:
        for name in ("dataset", "architecture", "recipe", "device"):
            value = getattr(self, name)
            if not isinstance(value, str) or not 0 < len(value) <= 80:
                raise ConfigError(f"{name} must be a name of 1 to 80 characters, got {str(value)[:60]!r}")
        self._whole("epochs", 1, MAX_EPOCHS)
        self._whole("batch_size", 1, MAX_BATCH_SIZE)
        self._whole("validation_size", 0, MAX_IMAGES)
        self._whole("seed", 0, MAX_SEED)
        self._whole("test_every", 0, MAX_EPOCHS)
        if self.train_size is not None:
            self._whole("train_size", 1, MAX_IMAGES)
        if self.photos is not None and not (isinstance(self.photos, str) and 0 < len(self.photos) <= 1000):
            raise ConfigError(f"photos must name a folder, got {str(self.photos)[:60]!r}")
        if self.max_seconds is not None:
            self._number("max_seconds", 0.1, 86_400.0)
        self._number("learning_rate", 1e-8, 100.0)
        self._number("momentum", 0.0, 0.9999)
        self._number("weight_decay", 0.0, 10.0)
        self._number("label_smoothing", 0.0, 0.9)
        self._number("weight_averaging", 0.0, 0.99999)
        for name, choices in (
            ("optimizer", OPTIMIZERS),
            ("schedule", SCHEDULES),
            ("precision", PRECISIONS),
        ):
            if getattr(self, name) not in choices:
                raise ConfigError(unknown(name, getattr(self, name), choices))
        if not isinstance(self.test_time_flip, bool):
            raise ConfigError(f"test_time_flip must be true or false, got {self.test_time_flip!r}")
        if not isinstance(self.augmentation, str):
            raise ConfigError(unknown("augmentation", self.augmentation, ("none", *AUGMENTATIONS)))
        for name in self.augmentations:
            if name not in AUGMENTATIONS:
                raise ConfigError(unknown("augmentation", name, ("none", *AUGMENTATIONS)))

    @property
    def augmentations(self) -> tuple[str, ...]:
        """The single augmentations, in the order in which they are applied; empty for "none"."""
        return () if self.augmentation == "none" else tuple(self.augmentation.split("+"))

    @property
    def default_name(self) -> str:
        """A short readable name for a run: `cnn · lecture · 43052`."""
        return f"{self.architecture} · {self.recipe} · {self.seed}"

    def replace(self, **changes: object) -> "TrainConfig":
        """A copy with some values changed, validated like a new one."""
        return dataclasses.replace(self, **changes)

    def to_dict(self) -> dict:
        """Plain values, for JSON."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, values: dict) -> "TrainConfig":
        """The inverse of `to_dict`. Raises `ConfigError` for a name that is not a setting."""
        names = [item.name for item in dataclasses.fields(cls)]
        for name in values:
            if name not in names:
                raise ConfigError(unknown("setting", name, names))
        return cls(**values)

    def _whole(self, name: str, low: int, high: int) -> None:
        value = getattr(self, name)
        if isinstance(value, bool) or not isinstance(value, int):
            raise ConfigError(f"{name} must be a whole number, got {str(value)[:60]!r}")
        self._in_range(name, value, low, high)

    def _number(self, name: str, low: float, high: float) -> None:
        value = getattr(self, name)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or value != value or abs(value) == math.inf:
            raise ConfigError(f"{name} must be a finite number, got {str(value)[:60]!r}")
        self._in_range(name, value, low, high)

    def _in_range(self, name: str, value: float, low: float, high: float) -> None:
        if value < low:
            raise ConfigError(f"{name} must be at least {_readable(low)}, got {_readable(value)}")
        if value > high:
            raise ConfigError(f"{name} must be at most {_readable(high)}, got {_readable(value)}")


def _readable(value: float) -> str:
    """1,000 or 1e-08; a whole number may be too long to read, and for a float."""
    if isinstance(value, int):
        return f"{value:,}" if abs(value) < 10**20 else "a far larger number"
    return f"{value:g}"


@dataclass(frozen=True)
class EpochResult:
    """What `fit` yields after each epoch. Losses are means over images, accuracies lie in [0, 1].

    train_loss, train_accuracy: running means over the epoch, as the net was learning (with dropout and
        augmentation); evaluated_train_accuracy: in evaluation mode over all training images, as the lecture
        measures it, every 5th and the last epoch, else None.
    validation_*, test_*: None where there is no validation split or the test split was not evaluated.
    seconds: training time since epoch 1 began, evaluation included, pauses between resumes left out.
    images_per_second: training images of this epoch by the time of its training steps alone.
    test_logits, validation_logits: float32 (N, classes) or None; left out of comparison and printing.
    state: all that is needed to go on (weights, optimizer, schedule, random state), nested dicts of CPU
        tensors and plain values, for `checkpoints.save`.
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
    validation_logits: np.ndarray | None = field(default=None, compare=False, repr=False)
    test_logits: np.ndarray | None = field(default=None, compare=False, repr=False)
    state: dict | None = field(default=None, compare=False, repr=False)

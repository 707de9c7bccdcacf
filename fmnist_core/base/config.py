"""`TrainConfig`: all that decides a training; plain and picklable.

The names of data sets and architectures are checked where they are
looked up (`datasets.find`, `architectures.find`), because people may add their own.
"""

import dataclasses
from dataclasses import dataclass
from typing import Any

from .errors import ConfigError, unknown_name_message
from .settings import setting, settings_of

OPTIMIZERS = ("adam", "adamw", "sgd")
SCHEDULES = ("constant", "cosine", "one-cycle")
PRECISIONS = ("auto", "float32", "bfloat16")
AUGMENTATIONS = ("shift", "flip", "erase", "photo")
"""Single augmentations; `TrainConfig.augmentation` is "none" or several joined by "+": "shift+flip"."""

KEPT = ("last", "best")
JUDGES = ("loss", "accuracy")

MAX_EPOCHS = 1000
UNTIL_THE_BELL = 10**9
"""Epochs of a training that its seconds alone end: more than fit into the longest of them."""
MAX_BATCH_SIZE = 60_000
MAX_IMAGES = 10**7
MAX_SEED = 2**53 - 1
"""The largest whole number that a browser and JSON keep exactly."""


@dataclass(frozen=True)
class TrainConfig:
    """A training, reproducible from these values alone. Raises `ConfigError` at construction.

    recipe: the name of the recipe that the settings came from; a label, it decides nothing.
    photos: a folder of photos in class folders (`photos.learning`).
    """

    dataset: str = setting(
        "fashion-mnist",
        "Data set",
        "The images to learn from.",
        shown="chosen",
        short="{value}",
    )
    architecture: str = setting("mlp-256", "Architecture", "The net.", shown="chosen")
    recipe: str = setting("custom", "Recipe", "The settings to start from.", shown="chosen")
    epochs: int = setting(
        10,
        "Epochs",
        "Passes over the training images.",
        shown="first",
        low=1,
        high=MAX_EPOCHS,
        short="{value} epoch(s)",
    )
    batch_size: int = setting(
        256, "Batch size", "Images in one step.", low=1, high=MAX_BATCH_SIZE, short="batch {value}"
    )
    optimizer: str = setting(
        "adam", "Optimizer", "How a step follows from the gradients.", choices=OPTIMIZERS, short="{value}"
    )
    learning_rate: float = setting(
        1e-3,
        "Learning rate",
        "How far each step goes, at most.",
        shown="first",
        low=1e-8,
        high=100.0,
        step=1e-4,
        short="rate {value}",
    )
    schedule: str = setting(
        "constant",
        "Schedule of the learning rate",
        "How the learning rate changes during the training.",
        choices=SCHEDULES,
        short="{value}",
    )
    momentum: float = setting(
        0.9,
        "Momentum",
        "How much of the last step goes into the next one; only for sgd.",
        shown="rarely",
        low=0.0,
        high=0.9999,
        step=0.05,
    )
    weight_decay: float = setting(
        0.0,
        "Weight decay",
        "Pulls all weights a little towards 0 in each step (L2; decoupled with adamw).",
        low=0.0,
        high=10.0,
        step=0.01,
        short="decay {value}",
    )
    label_smoothing: float = setting(
        0.0,
        "Label smoothing",
        "The share of each target that is spread over all classes.",
        low=0.0,
        high=0.9,
        step=0.05,
        short="smoothing {value}",
    )
    augmentation: str = setting(
        "none",
        "Augmentation",
        "Small random changes of the training images, new in each epoch.",
        choices=AUGMENTATIONS,
        joined=True,
    )
    validation_size: int = setting(
        0,
        "Validation images",
        "Kept out of the training to watch progress honestly. 0 as in the lecture: all are used.",
        low=0,
        high=MAX_IMAGES,
        step=1000,
        short="validation {value}",
    )
    precision: str = setting(
        "auto",
        "Precision",
        "bfloat16 is faster on some processors; auto tries both.",
        choices=PRECISIONS,
        short="{value}",
    )
    seed: int = setting(43052, "Seed", "The same seed gives the same run.", low=0, high=MAX_SEED)
    device: str = setting(
        "auto",
        "Device",
        "Where to train: a GPU if there is one, or the one named here.",
        shown="rarely",
        choices=("auto", "cpu", "cuda", "mps"),
        open=True,
        short="{value}",
    )
    weight_averaging: float = setting(
        0.0,
        "Weight averaging",
        "Share of the old average kept in each step; the average is then the model that is tested. 0 is off.",
        shown="rarely",
        low=0.0,
        high=0.99999,
        step=0.001,
        short="averaging {value}",
    )
    test_time_flip: bool = setting(
        False,
        "Mirrored test images",
        "Each answer is the mean for an image and its mirror image.",
        shown="rarely",
        short="mirrored {value}",
    )
    test_every: int = setting(
        1,
        "Epochs between tests",
        "How often the test images are looked at, besides at the end; 0 only at the end.",
        shown="rarely",
        low=0,
        high=MAX_EPOCHS,
        short="test every {value}",
    )
    train_size: int | None = setting(
        None,
        "Training images",
        "Use only so many, each class by its share; empty for all.",
        kind=int,
        shown="rarely",
        low=1,
        high=MAX_IMAGES,
        step=1000,
        optional=True,
        short="images {value}",
    )
    max_seconds: float | None = setting(
        None,
        "Seconds at most",
        "Training ends after so many seconds of its own, in mid-epoch too; empty for no limit.",
        kind=float,
        shown="rarely",
        low=0.1,
        high=86_400.0,
        step=1.0,
        optional=True,
        short="{value} s",
    )
    patience: int = setting(
        0,
        "Patience",
        "Ends the training after so many epochs without a better one, by the validation images; 0 is off.",
        shown="rarely",
        low=0,
        high=MAX_EPOCHS,
        short="patience {value}",
    )
    keep: str = setting(
        "last",
        "Weights to keep",
        "Those of the last epoch, or of the best one by the validation images.",
        shown="rarely",
        choices=KEPT,
        short="{value} weights",
    )
    judged_by: str = setting(
        "loss",
        "Best epoch by",
        "What makes an epoch the best one: the lowest loss or the highest accuracy on the validation images.",
        shown="rarely",
        choices=JUDGES,
        short="best {value}",
    )
    start_from: str | None = setting(
        None,
        "Start from run",
        "The id of a run whose weights to begin with; the last layer is new where the classes differ.",
        kind=str,
        shown="rarely",
        optional=True,
        short="from {value}",
    )
    photos: str | None = setting(
        None,
        "Photos",
        "A folder of photos in class folders to learn from as well.",
        kind=str,
        shown="command line",
        optional=True,
        short="photos",
    )

    def __post_init__(self) -> None:
        for name, declared in settings_of(type(self)).items():
            if name != "epochs" or not self.until_the_bell:
                declared.check(getattr(self, name))
        if self.seeks_best and not self.validation_size:
            raise ConfigError(
                "Which epoch is the best is told by validation images, and there are none. Choose how many "
                "of them to set aside, 5,000 for example."
            )

    @property
    def until_the_bell(self) -> bool:
        """Whether its seconds alone end it, however many epochs they are: a race."""
        return self.max_seconds is not None and self.epochs == UNTIL_THE_BELL

    @property
    def ends_early(self) -> bool:
        """Whether its clock or its patience may end it, so that its epochs are a part of the outcome."""
        return self.max_seconds is not None or self.patience > 0

    @property
    def seeks_best(self) -> bool:
        """Whether the best epoch matters: to stop, or to keep its weights."""
        return self.patience > 0 or self.keep == "best"

    @property
    def idle(self) -> tuple[str, ...]:
        """The settings that change nothing beside the others."""
        momentum = () if self.optimizer == "sgd" else ("momentum",)
        return momentum if self.seeks_best else (*momentum, "judged_by")

    @property
    def augmentations(self) -> tuple[str, ...]:
        """The single augmentations, in the order in which they are applied; empty for "none"."""
        return () if self.augmentation == "none" else tuple(self.augmentation.split("+"))

    def replace(self, **changes: Any) -> "TrainConfig":
        """A copy with some values changed, validated like a new one."""
        return dataclasses.replace(self, **changes)

    def to_dict(self) -> dict:
        """Plain values, for JSON."""
        return {item.name: getattr(self, item.name) for item in dataclasses.fields(self)}

    @classmethod
    def from_dict(cls, values: dict) -> "TrainConfig":
        """The inverse of `to_dict`. Raises `ConfigError` for a name that is not a setting."""
        names = [item.name for item in dataclasses.fields(cls)]
        for name in values:
            if name not in names:
                raise ConfigError(unknown_name_message("setting", name, names))
        return cls(**values)


SETTINGS = settings_of(TrainConfig)
"""By name; see `settings`."""

RATE_FREE = (
    *("learning_rate", "schedule", "epochs", "recipe", "weight_averaging", "test_time_flip", "test_every"),
    *("max_seconds", "patience", "keep", "judged_by"),
)
"""Settings on which a range test of the learning rate does not depend."""
